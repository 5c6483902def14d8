"""Fit the numbers of the sentence reader and of confidence, and show what a threshold costs.

    python -m benchmarks.fit [SQUAD.json …] [--questions QUESTIONS.jsonl FOLDER] [--limit N]
    [--json]

Each SQuAD-format file gives `--limit` questions over its first contexts; `--questions` gives a file
of questions about the documents in a folder. Corpora are also asked about one another, which they
do not answer. What is printed stands in `qa/reader.py` and `qa/confidence.py`, and the threshold
chosen from it in `qa/compose.py`. Nothing is written: a person copies the numbers.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from index import Encoder, Index, build, load
from qa.confidence import Signs, signs_of
from qa.question import Question, understand
from qa.reader import Candidate, SentenceReader

from .data import as_json, read_expected, read_paragraphs, table
from .metrics import auroc

Array = npt.NDArray[np.float64]

CONTEXTS = 200  # of each SQuAD-format file: as many documents stand in one index
STRANGERS = 60  # questions put to a corpus that are about another one
OWN = 2  # how often questions about a folder count: they are nearer to what is asked than SQuAD's
RIDGE = 1e-3
EVIDENCE = ("relative", "passage", "words", "expected")
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its candidates, and which of them answer it."""

    question: Question
    candidates: list[Candidate]
    right: list[bool]
    answerable: bool

    @property
    def evidence(self) -> Array:
        """[candidates, evidence]"""
        return np.array([[getattr(c.evidence, n) for n in EVIDENCE] for c in self.candidates])


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, and for each threshold (threshold, hit@1, refused)."""

    questions: int
    hit_at_1: float
    auroc: float
    reader: dict[str, float]
    confidence: dict[str, float]
    bias: float
    thresholds: tuple[tuple[float, float, float], ...]


def fit(asked: Sequence[Asked]) -> Fitted:
    """Fit the ranking first, then confidence in the candidate that it puts first."""
    weights = _ranking([a for a in asked if any(a.right)])
    signs, labels = [], []
    for a in asked:
        order = np.argsort(-(a.evidence @ weights), kind="stable")
        scores = a.evidence @ weights
        ranked = [_rescored(a.candidates[i], float(scores[i])) for i in order]
        signs.append(astuple(signs_of(a.question, ranked)))
        labels.append(a.right[order[0]])
    model = LogisticRegression(C=100.0, max_iter=10_000).fit(np.array(signs), np.array(labels))
    confidence = model.predict_proba(np.array(signs))[:, 1]
    answerable = np.array([a.answerable for a in asked])
    right = np.array(labels)
    return Fitted(
        questions=len(asked),
        hit_at_1=float(right[answerable].mean()),
        auroc=auroc(confidence.tolist(), right.tolist()) or 0.0,
        reader=dict(zip(EVIDENCE, weights.round(2).tolist(), strict=True)),
        confidence=dict(
            zip((f.name for f in fields(Signs)), model.coef_[0].round(2).tolist(), strict=True)
        ),
        bias=round(float(model.intercept_[0]), 2),
        thresholds=tuple(
            (
                threshold,
                float((right & (confidence >= threshold))[answerable].mean()),
                float((confidence < threshold)[~answerable].mean()) if (~answerable).any() else 0.0,
            )
            for threshold in THRESHOLDS
        ),
    )


@dataclass(frozen=True, slots=True)
class Corpus:
    """An index, and questions about it: each with a test of whether a candidate answers it, or None
    where nothing does."""

    index: Index
    questions: list[tuple[str, Callable[[Candidate], bool] | None]]

    def asked(self) -> Iterator[Asked]:
        yield from self._read(self.questions)

    def asked_of(self, stranger: Corpus) -> Iterator[Asked]:
        """Questions about another corpus, which this one does not answer."""
        spaced = stranger.questions[:: max(1, len(stranger.questions) // STRANGERS)]
        yield from self._read([(text, None) for text, _ in spaced[:STRANGERS]])

    def _read(
        self, questions: Sequence[tuple[str, Callable[[Candidate], bool] | None]]
    ) -> Iterator[Asked]:
        for text, answers in questions:
            question = understand(text)
            found = self.index.search(question.text, question.language)
            candidates = SentenceReader().read(question, found)
            right = [answers is not None and answers(c) for c in candidates]
            if candidates:
                yield Asked(question, candidates, right, answers is not None)


def from_squad(path: Path, folder: Path, encoder: Encoder, limit: int) -> Corpus:
    """`limit` questions of a SQuAD-format file over an index of its first contexts."""
    paragraphs = read_paragraphs(path)[:CONTEXTS]
    contexts = folder / "contexts"
    contexts.mkdir(parents=True)
    for number, paragraph in enumerate(paragraphs):
        (contexts / f"{number:05}.txt").write_text(paragraph.context, "utf-8")
    questions = [
        (text, _at(f"{number:05}.txt", spans) if spans else None)
        for number, paragraph in enumerate(paragraphs)
        for text, spans in paragraph.questions
    ]
    count = min(limit, len(questions))
    spaced = [questions[place * len(questions) // count] for place in range(count)]
    return Corpus(_indexed(contexts, folder / "index", encoder), spaced)


def from_questions(path: Path, documents: Path, folder: Path, encoder: Encoder) -> Corpus:
    """Questions about the documents in a folder."""
    questions = [
        (row.question, _holding(row.gold, row.docs) if row.gold else None)
        for row in read_expected(path)
    ]
    return Corpus(_indexed(documents, folder / "index", encoder), questions)


def _indexed(documents: Path, into: Path, encoder: Encoder) -> Index:
    build(documents, into, encoder)
    return Index.open(into, encoder)


def _at(source: str, spans: Sequence[tuple[int, int]]) -> Callable[[Candidate], bool]:
    return lambda c: (
        c.hit.passage.document.source == source
        and any(c.sentence.start <= start < c.sentence.end for start, _ in spans)
    )


def _holding(gold: Sequence[str], docs: tuple[str, ...]) -> Callable[[Candidate], bool]:
    def holds(c: Candidate) -> bool:
        text = c.hit.passage.document.text[c.sentence.start : c.sentence.end]
        return c.hit.passage.document.source.startswith(docs) and any(g in text for g in gold)

    return holds


def _rescored(candidate: Candidate, score: float) -> Candidate:
    return Candidate(
        candidate.hit, candidate.sentence, score, None, candidate.evidence, candidate.matched
    )


def _ranking(asked: Sequence[Asked]) -> Array:
    """Weights [evidence] that make the right candidates of each question likely (softmax)."""
    scale = np.concatenate([a.evidence for a in asked]).std(axis=0) + 1e-9
    data = [(a.evidence / scale, np.array(a.right)) for a in asked]

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for evidence, right in data:
            scores = evidence @ weights
            likely = np.exp(scores - scores.max())
            of_all, of_right = likely / likely.sum(), likely * right / (likely * right).sum()
            total -= float(np.log((of_all * right).sum())) / len(data)
            gradient = gradient + evidence.T @ (of_all - of_right) / len(data)
        return total, gradient

    return np.asarray(minimize(loss, np.zeros(len(EVIDENCE)), jac=True).x / scale)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("squad", nargs="*", type=Path)
    parser.add_argument("--questions", nargs=2, type=Path, action="append", default=[])
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    encoder = load()
    with tempfile.TemporaryDirectory() as name:
        trained = [
            from_squad(path, Path(name) / f"squad{n}", encoder, options.limit)
            for n, path in enumerate(options.squad)
        ]
        own = [
            from_questions(path, documents, Path(name) / f"questions{n}", encoder)
            for n, (path, documents) in enumerate(options.questions)
        ]
        asked = [a for corpus in trained for a in corpus.asked()]
        for corpus, stranger in zip(trained, [*own[-1:], *trained[:-1]], strict=False):
            asked.extend(corpus.asked_of(stranger))
        for corpus in own:
            near = [*corpus.asked(), *(a for other in trained for a in corpus.asked_of(other))]
            asked.extend(near * OWN)
    if not any(any(a.right) for a in asked):
        print(
            "error: no question with an answer; name a SQuAD file or --questions", file=sys.stderr
        )
        return 1
    fitted = fit(asked)
    if options.json:
        print(as_json(fitted))
    else:
        print(
            table(
                [
                    ("questions", fitted.questions),
                    ("hit@1", fitted.hit_at_1),
                    ("auroc", fitted.auroc),
                    *((f"reader: {name}", value) for name, value in fitted.reader.items()),
                    *((f"confidence: {name}", value) for name, value in fitted.confidence.items()),
                    ("confidence: bias", fitted.bias),
                    *(
                        (f"threshold {t:.2f}", f"hit@1 {h:.3f}", f"refused {r:.3f}")
                        for t, h, r in fitted.thresholds
                    ),
                ]
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
