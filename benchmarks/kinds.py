"""Are the kinds of questions told apart?

    python -m benchmarks.kinds [QUESTIONS.jsonl] [--facts QUESTIONS.jsonl …] [--unseen] [--json]

QUESTIONS.jsonl holds lines of {"lang", "kind", "question"}; `tests/corpora/kinds.jsonl` unless
given. Files of `--facts` hold {"lang", "question"}, all of them questions that documents may
settle (facts, lists, yes or no, who somebody is), and only show what is taken for something else.
With `--unseen`, the classifier is fitted again for each language, on phrasings of the others.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index import load
from index.encoder import Vectors
from qa.kinds import KINDS, Kind, Kinds
from qa.reader.train.communiques.world import LANGUAGES

from .data import as_json, table
from .fit_kinds import Example, encoded, fit, lessons

QUESTIONS = Path("tests/corpora/kinds.jsonl")
STATED = (Kind.FACT, Kind.LIST, Kind.YES_NO)  # each of which is answered as a fact is


@dataclass(frozen=True, slots=True)
class Told:
    """A question, its kind, and the one that it was taken for."""

    example: Example
    kind: Kind


@dataclass(frozen=True, slots=True)
class Measured:
    """How many are right, by kind and by language; of the facts, how many are taken for something
    that is not answered as a fact is; and the time that one takes once it is encoded."""

    questions: int
    accuracy: float
    recall: dict[str, float]
    precision: dict[str, float]
    languages: dict[str, float]
    facts_astray: float
    microseconds: float


def read_kinds(path: Path) -> list[Example]:
    """Read lines of {"lang", "kind", "question"}, where a kind that is missing is a fact.

    Raises `ValueError` naming the line that is something else.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(Example(row["question"], row["lang"], Kind(row.get("kind", "fact"))))
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(f"{path}, line {number}: not a question: {fault!r}") from fault
    return found


def told_by(kinds: Kinds, asked: Sequence[Example], vectors: Vectors) -> list[Told]:
    """What `kinds` takes each question for."""
    return [
        Told(one, kinds.of(one.question, one.language, vector))
        for one, vector in zip(asked, vectors, strict=True)
    ]


def measure(told: Sequence[Told], microseconds: float) -> Measured:
    """The figures of questions told."""

    def share(those: Sequence[Told]) -> float:
        return sum(one.kind is one.example.kind for one in those) / len(those)

    by_kind = {kind: [one for one in told if one.example.kind is kind] for kind in KINDS}
    taken = {kind: [one for one in told if one.kind is kind] for kind in KINDS}
    spoken = {code: [one for one in told if one.example.language == code] for code in LANGUAGES}
    facts = by_kind[Kind.FACT]
    return Measured(
        questions=len(told),
        accuracy=share(told),
        recall={kind.value: share(those) for kind, those in by_kind.items() if those},
        precision={kind.value: share(those) for kind, those in taken.items() if those},
        languages={code: share(those) for code, those in spoken.items() if those},
        facts_astray=sum(one.kind not in STATED for one in facts) / max(1, len(facts)),
        microseconds=microseconds,
    )


def confusion(told: Sequence[Told]) -> str:
    """A table of how often each kind, a row, is taken for each, a column."""
    counts = Counter((one.example.kind, one.kind) for one in told)
    return table(
        [
            ("", *(kind.value for kind in KINDS)),
            *((kind.value, *(counts[kind, other] or "" for other in KINDS)) for kind in KINDS),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Are the kinds of questions told apart?")
    parser.add_argument("questions", nargs="?", type=Path, default=QUESTIONS)
    parser.add_argument("--facts", nargs="*", type=Path, default=[])
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    encoder = load()
    asked = read_kinds(options.questions)
    vectors = encoded(asked, encoder)
    if options.unseen:
        own, frames = lessons(encoder)
        told = [
            one
            for language in LANGUAGES
            for one in _told_in(
                language,
                Kinds(encoder, fit(own, frames, encoder.model, unseen=language)),
                asked,
                vectors,
            )
        ]
    else:
        told = told_by(Kinds(encoder), asked, vectors)
    started = time.perf_counter()
    told_by(Kinds(encoder), asked, vectors)
    result = measure(told, (time.perf_counter() - started) / len(asked) * 1e6)
    if options.json:
        print(as_json(result))
    else:
        _print(result, told)
    for path in options.facts:
        facts = read_kinds(path)
        astray = [
            one
            for one in told_by(Kinds(encoder), facts, encoded(facts, encoder))
            if one.kind not in STATED
        ]
        print(f"\n{path}: {len(astray)} of {len(facts)} taken for something else")
        for one in astray:
            print(f"  {one.kind.value:12}{one.example.question}")
    return 0


def _told_in(language: str, kinds: Kinds, asked: Sequence[Example], vectors: Vectors) -> list[Told]:
    here = [place for place, one in enumerate(asked) if one.language == language]
    return told_by(kinds, [asked[place] for place in here], vectors[here])


def _print(result: Measured, told: Sequence[Told]) -> None:
    print(confusion(told))
    kinds = [kind.value for kind in KINDS]
    print()
    print(
        table(
            [
                ("", "recall", "precision"),
                *((kind, result.recall.get(kind), result.precision.get(kind)) for kind in kinds),
            ]
        )
    )
    print()
    print(table([("", "accuracy"), *result.languages.items(), ("all", result.accuracy)]))
    print(
        f"\nfacts taken for what is not answered as one: {result.facts_astray:.1%}; "
        f"{result.microseconds:.0f} µs a question"
    )


if __name__ == "__main__":
    sys.exit(main())
