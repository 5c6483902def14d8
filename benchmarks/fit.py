"""Fit the numbers of a reader's ranking and of confidence, and show what a threshold costs.

    python -m benchmarks.fit [--data FOLDER] [--items N] [--questions QUESTIONS.jsonl FOLDER]
    [--limit N] [--reader trained|sentences] [--json]

Questions come from what the reader was not trained on: the articles that training holds out of the
SQuAD-format files in `--data`, at most `--limit` of each file; `--items` fictional press items made
of frames, countries and names that training holds out; and, with `--questions`, a file of questions
about the documents in a folder. Corpora are also asked about one another, which they do not answer.
Figures are cross-validated over the documents asked about; the weights are fitted on all. What is
printed stands in `qa/reader/trained.py` (or `sentences.py`) and `qa/confidence.py`, and the
threshold chosen from it in `qa/compose.py`. Nothing is written: a person copies the numbers.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from index import Encoder, load
from qa.confidence import Calibration, Signs, signs_of
from qa.kinds import asks_whether
from qa.reader import Candidate, SentenceReader, reader_for
from qa.reader.train.run import split

from .asked import Asked, Corpus, from_items, from_questions, from_readings
from .data import as_json, table
from .metrics import auroc, calibration_error

Array = npt.NDArray[np.float64]

RIDGE = 1e-3
# How far the weights of a confidence may go from 0: those of many questions, and of few.
FREE, HELD = 10.0, 1.0
FOLDS = 5
SEEN = ("relative", "passage", "words", "context", "expected")  # of `Evidence`
READ = ("span", "answerable")  # of `Read`
THRESHOLDS = (0.1, 0.2, 0.25, 0.28, 0.3, 0.32, 0.34, 0.36, 0.4, 0.5, 0.6, 0.7, 0.8)


def features_of(asked: Asked) -> Array:
    """[candidates, features]; what was not read is 0."""
    return np.array(
        [
            [
                *(getattr(c.read, name) if c.read else 0.0 for name in READ),
                *(getattr(c.evidence, name) for name in SEEN),
            ]
            for c in asked.candidates
        ]
    )


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fit gives: the weights of the ranking in the order of `ALL`, and confidence in what
    answers a question for a fact, and one for yes or no."""

    ranking: Array
    fact: Calibration
    whether: Calibration


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question with its best candidate: was it right, how sure, could anything be."""

    right: bool
    confidence: float
    answerable: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """How often the best candidate is right, where one can be; whether confidence ranks right ones
    above all else; and its expected calibration error."""

    best_is_right: float
    auroc: float
    ece: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights fitted on all questions; of those with an answer, the share whose candidates
    hold it; and cross-validated figures: with these weights, with what was read alone and with what
    was seen alone, and for each threshold (threshold, hit@1, refused)."""

    questions: int
    within_reach: float
    fitted: Measured
    read_alone: Measured
    seen_alone: Measured
    reader: dict[str, float]
    confidence: dict[str, float]
    thresholds: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Which features rank, and which signs make confidence; the others are held at 0."""

    features: tuple[str, ...] = (*READ, *SEEN)
    signs: tuple[str, ...] = tuple(field.name for field in fields(Signs))


ALL = Parts()
# Not the cosine: what was read says more, and says the same whatever the encoder.
TOGETHER = Parts(signs=(*READ, "words", "context", "names", "lead", "foreign"))
READ_ALONE = Parts(READ, (*READ, "lead"))
SEEN_ALONE = Parts(SEEN, ("sentence", "words", "context", "names", "lead", "foreign"))


def fit(asked: Sequence[Asked], parts: Parts = TOGETHER) -> Fitted:
    """Fit `parts` on every question, and measure by fitting on four fifths of the documents at a
    time."""
    outcomes = cross_validated(asked, parts)
    weights = weights_of(asked, parts)
    return Fitted(
        questions=len(asked),
        within_reach=_mean([any(a.right) for a in asked if a.answerable]),
        fitted=measured(outcomes),
        read_alone=measured(cross_validated(asked, READ_ALONE)),
        seen_alone=measured(cross_validated(asked, SEEN_ALONE)),
        reader=dict(zip(ALL.features, weights.ranking.round(3).tolist(), strict=True)),
        confidence={
            f"{kind}: {name}": round(value, 2)
            for kind, calibration in (("fact", weights.fact), ("whether", weights.whether))
            for name, value in (
                *zip(ALL.signs, astuple(calibration.weights), strict=True),
                ("bias", calibration.bias),
            )
        },
        thresholds=tuple(
            (
                threshold,
                _mean([o.right and o.confidence >= threshold for o in outcomes if o.answerable]),
                _mean([o.confidence < threshold for o in outcomes if not o.answerable]),
            )
            for threshold in THRESHOLDS
        ),
    )


def cross_validated(asked: Sequence[Asked], parts: Parts) -> list[Outcome]:
    """Every question, answered by weights that were fitted on other documents."""
    subjects = sorted({a.about for a in asked})
    random.Random(0).shuffle(subjects)
    folds = {subject: number % FOLDS for number, subject in enumerate(subjects)}
    outcomes: list[Outcome] = []
    for fold in range(FOLDS):
        held = [a for a in asked if folds[a.about] == fold]
        rest = [a for a in asked if folds[a.about] != fold]
        if held and any(any(a.right) for a in rest):
            outcomes += applied(weights_of(rest, parts), held, parts)
    return outcomes


def measured(outcomes: Sequence[Outcome]) -> Measured:
    sure, right = [o.confidence for o in outcomes], [o.right for o in outcomes]
    return Measured(
        _mean([o.right for o in outcomes if o.answerable]),
        auroc(sure, right) or 0.0,
        calibration_error(sure, right) or 0.0,
    )


def weights_of(asked: Sequence[Asked], parts: Parts) -> Weights:
    """Fit the ranking first, then confidence in the candidate that it puts first.

    What asks yes or no is ranked as facts are, and left out of the first fit: it names what it asks
    about, so that the sentences around the one that settles it look the same.
    """
    facts = [a for a in asked if not _whether(a)]
    ranking = _ranking([a for a in facts if any(a.right)], parts)
    fact = _calibration(facts, ranking, parts, FREE)
    others = [a for a in asked if _whether(a)]
    return Weights(ranking, fact, _calibration(others, ranking, parts, HELD) if others else fact)


def _whether(asked: Asked) -> bool:
    return asks_whether(asked.question.text, asked.question.language) is True


def _calibration(
    asked: Sequence[Asked], ranking: Array, parts: Parts, freedom: float
) -> Calibration:
    """Confidence in the candidate that the ranking puts first."""
    ranked = [_ranked(a, ranking) for a in asked]
    signs = np.array([_signs(a, best, parts) for a, (best, _) in zip(asked, ranked, strict=True)])
    right = np.array([labels[0] for _, labels in ranked])
    model = LogisticRegression(C=freedom, max_iter=10_000).fit(signs, right)
    return Calibration(Signs(*model.coef_[0].tolist()), float(model.intercept_[0]))


def applied(weights: Weights, asked: Sequence[Asked], parts: Parts) -> Iterator[Outcome]:
    """What the weights make of questions."""
    for a in asked:
        ranked, labels = _ranked(a, weights.ranking)
        calibration = weights.whether if _whether(a) else weights.fact
        sure = calibration.probability(Signs(*_signs(a, ranked, parts)))
        yield Outcome(labels[0], sure, a.answerable)


def _signs(asked: Asked, ranked: Sequence[Candidate], parts: Parts) -> list[float]:
    signs = signs_of(asked.question, ranked)
    return [getattr(signs, n) if n in parts.signs else 0.0 for n in ALL.signs]


def _ranked(asked: Asked, ranking: Array) -> tuple[list[Candidate], list[bool]]:
    scores = features_of(asked) @ ranking
    order = np.argsort(-scores, kind="stable")
    return (
        [replace(asked.candidates[i], score=float(scores[i])) for i in order],
        [asked.right[i] for i in order],
    )


def _ranking(asked: Sequence[Asked], parts: Parts) -> Array:
    """Weights [features] that make the right candidates of each question likely (softmax)."""
    kept = np.array([name in parts.features for name in ALL.features])
    scale = np.concatenate([features_of(a) for a in asked]).std(axis=0) * kept + 1e-9
    data = [(features_of(a) * kept / scale, np.array(a.right)) for a in asked]

    def loss(weights: Array) -> tuple[float, Array]:
        total, gradient = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for features, right in data:
            scores = features @ weights
            likely = np.exp(scores - scores.max())
            of_all, of_right = likely / likely.sum(), likely * right / (likely * right).sum()
            total -= float(np.log((of_all * right).sum())) / len(data)
            gradient = gradient + features.T @ (of_all - of_right) / len(data)
        return total, gradient

    # What never varies, such as what no reader read, has no weight.
    weights = minimize(loss, np.zeros(len(scale)), jac=True).x / scale
    return np.where(scale > 1e-8, weights, 0.0)


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _corpora(options: argparse.Namespace, folder: Path, encoder: Encoder) -> Iterator[Corpus]:
    if options.data:
        for name, (_, held) in split(options.data).items():
            yield from_readings(held, folder / name, encoder, options.limit)
    if options.items:
        yield from_items(options.items, folder / "items", encoder)
    files: dict[Path, list[Path]] = {}
    for path, documents in options.questions:
        files.setdefault(documents, []).append(path)
    for number, (documents, paths) in enumerate(files.items()):
        yield from_questions(paths, documents, folder / f"questions{number}", encoder)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="FOLDER")
    parser.add_argument("--items", type=int, default=0, metavar="N")
    parser.add_argument("--questions", nargs=2, type=Path, action="append", default=[])
    parser.add_argument("--limit", type=int, default=150)
    parser.add_argument("--reader", choices=("trained", "sentences"), default="trained")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    encoder = load()
    reader = reader_for(encoder) if options.reader == "trained" else SentenceReader()
    with tempfile.TemporaryDirectory() as name:
        corpora = list(_corpora(options, Path(name), encoder))
        asked = [a for corpus in corpora for a in corpus.asked(reader)]
        for corpus, stranger in zip(corpora, corpora[1:] + corpora[:1], strict=True):
            if stranger is not corpus:
                asked += corpus.asked_of(stranger, reader)
    if not any(any(a.right) for a in asked):
        print(
            "error: no question with an answer; name --data, --items or --questions",
            file=sys.stderr,
        )
        return 1
    fitted = fit(asked, TOGETHER if options.reader == "trained" else SEEN_ALONE)
    print(as_json(fitted) if options.json else _table(fitted))
    return 0


def _table(fitted: Fitted) -> str:
    return table(
        [
            ("questions", fitted.questions),
            ("right one among candidates", fitted.within_reach),
            ("", "best is right", "auroc", "ece"),
            ("fitted", *astuple(fitted.fitted)),
            ("read alone", *astuple(fitted.read_alone)),
            ("seen alone", *astuple(fitted.seen_alone)),
            *((f"reader: {name}", value) for name, value in fitted.reader.items()),
            *((f"confidence: {name}", value) for name, value in fitted.confidence.items()),
            *(
                (f"threshold {t:.2f}", f"hit@1 {h:.3f}", f"refused {r:.3f}")
                for t, h, r in fitted.thresholds
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
