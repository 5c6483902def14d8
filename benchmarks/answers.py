"""Are the answers right, is confidence worth anything, and how long does it take?

    python -m benchmarks.answers QUESTIONS.jsonl [--index DIR] [--show] [--json]

hit@1      the first citation's quote holds a gold substring and comes from an expected document
hit        any citation does
short      the short answer lies inside a gold substring or holds one, word for word
refused    abstained on a question that the documents do not answer
verbatim   every quote equals the characters of the document's file at its offsets
f_answer   harmonic mean of hit@1 (over answerable) and refused (over unanswerable)
auroc      does confidence rank right first citations above wrong ones and unanswerable questions
ece        expected calibration error of confidence over the answers given
"""

from __future__ import annotations

import argparse
import codecs
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from index import Index
from index.build import corpus_of as built_from
from qa import Answer, Citation, answer, open_index

from .data import Expected, as_json, read_expected, table
from .metrics import (
    Risk,
    auroc,
    calibration_error,
    contains,
    harmonic,
    mean,
    percentile,
    risk_coverage,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question asked; `first` and `any` say whether the first citation, or any, is right."""

    expected: Expected
    answer: Answer
    seconds: float
    first: bool
    any: bool
    short: bool

    @property
    def fulfilled(self) -> bool:
        return self.first if self.expected.gold else self.answer.abstained


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures; shares are 0 to 1, and None where no question tells."""

    questions: int
    hit_at_1: float
    hit: float
    answered: float
    short: float
    refused: float
    verbatim: float | None
    f_answer: float
    auroc: float | None
    ece: float | None
    hit_at_1_by_language: dict[str, float]
    quoted_characters_median: float
    citations_mean: float
    p50_ms: float
    p95_ms: float
    risk_coverage: list[Risk]


def judge(expected: Expected, given: Answer, seconds: float) -> Judged:
    """Compare an answer with what is expected of it."""

    def right(citation: Citation) -> bool:
        name = PurePosixPath(citation.source).name
        return name.startswith(expected.docs) and any(g in citation.quote for g in expected.gold)

    cited = () if given.abstained else given.citations
    short = given.short or ""
    return Judged(
        expected,
        given,
        seconds,
        first=bool(cited) and right(cited[0]),
        any=any(map(right, cited)),
        short=any(contains(g, short) or contains(short, g) for g in expected.gold),
    )


def summarise(judged: Sequence[Judged], texts: Callable[[str], str]) -> Summary:
    """The figures; `texts` gives the text of a document's file from its source."""
    answerable = [j for j in judged if j.expected.gold]
    unanswerable = [j for j in judged if not j.expected.gold]
    given = [j for j in judged if not j.answer.abstained]
    quoting = [j.answer.citations for j in answerable if j.answer.citations]
    same = [
        texts(citation.source)[citation.start : citation.end] == citation.quote
        for j in judged
        for citation in j.answer.citations
    ]
    hit = mean([j.first for j in answerable])
    refused = mean([j.answer.abstained for j in unanswerable])
    languages = sorted({j.expected.language for j in answerable})
    confidences, right = [j.answer.confidence for j in given], [j.first for j in given]
    return Summary(
        questions=len(judged),
        hit_at_1=hit,
        hit=mean([j.any for j in answerable]),
        answered=mean([not j.answer.abstained for j in answerable]),
        short=mean([j.short for j in answerable]),
        refused=refused,
        verbatim=mean(same) if same else None,
        f_answer=harmonic(hit, refused),
        auroc=auroc([j.answer.confidence for j in judged], [j.first for j in judged]),
        ece=calibration_error(confidences, right),
        hit_at_1_by_language={
            language: mean([j.first for j in answerable if j.expected.language == language])
            for language in languages
        },
        quoted_characters_median=statistics.median(
            [sum(len(c.quote) for c in citations) for citations in quoting] or [0]
        ),
        citations_mean=mean([len(citations) for citations in quoting]),
        p50_ms=round(1000 * percentile([j.seconds for j in judged], 0.5), 1),
        p95_ms=round(1000 * percentile([j.seconds for j in judged], 0.95), 1),
        risk_coverage=risk_coverage(confidences, right, len(judged)),
    )


def ask(questions: Sequence[Expected], index: Index) -> list[Judged]:
    """Ask every question, after one that is not timed."""
    answer(questions[0].question, index=index)
    judged = []
    for expected in questions:
        started = time.perf_counter()
        given = answer(expected.question, index=index)
        judged.append(judge(expected, given, time.perf_counter() - started))
    return judged


def corpus_of(index: Index) -> Path:
    """The folder whose documents are in the index."""
    with index.store.reading() as snapshot:
        return built_from(index.store, snapshot.meta())


def text_of(path: Path) -> str:
    """The characters of a file, decoded here and not by `index`, so that one checks the other."""
    data = path.read_bytes()
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig")


def _shown(judged: Judged) -> str:
    given = judged.answer
    got = repr(given.citations[0].quote[:90]) if given.citations else "—"
    expected = judged.expected
    return f"{expected.id} {expected.language} {given.confidence:.2f} {expected.question}  →  {got}"


def _table(found: Summary) -> str:
    single = [
        (name, getattr(found, name))
        for name in Summary.__slots__
        if name not in ("hit_at_1_by_language", "risk_coverage")
    ]
    languages = [(f"hit@1 {language}", hit) for language, hit in found.hit_at_1_by_language.items()]
    header: list[Sequence[object]] = [("confidence ≥", "coverage", "risk")]
    risks = [(risk.confidence, risk.coverage, risk.risk) for risk in found.risk_coverage]
    return f"{table([*single, *languages])}\n\n{table([*header, *risks])}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers")
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--index", type=Path, metavar="DIR", help="the seeds' index if not given")
    parser.add_argument("--show", action="store_true", help="print each question that went wrong")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    questions = read_expected(options.questions)
    if not questions:
        parser.error(f"{options.questions} holds no question")
    index = open_index(options.index)
    judged = ask(questions, index)
    if options.show:
        print("\n".join(_shown(j) for j in judged if not j.fulfilled))
    corpus = corpus_of(index)
    found = summarise(judged, cache(lambda source: text_of(corpus / source)))
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
