"""Do names meet in another spelling or script, and do other names meet them?

    python -m benchmarks.names [--pairs N] [--json]

The names are those of the training frames' people, of many regions, as the press of six languages
spells them. Each is looked for, as a word of a question in its language, in a French and in an
English text that spells the same name (`met`), and in ones that spell another (`mistaken`).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.terms import terms_of, words_in
from qa.reader.train.communiques import read_world
from qa.reader.train.communiques.world import LANGUAGES

from .data import as_json, table

TEXTS = ("fr", "en")
PAIRS = 60_000

# A name in each of `LANGUAGES`.
Spellings = Sequence[str]


@dataclass(frozen=True, slots=True)
class Met:
    """The shares of names that meet themselves and that meet another name, by the language of the
    question."""

    names: int
    met: dict[str, float]
    mistaken: dict[str, float]


def measure(names: Sequence[Spellings], pairs: int = PAIRS) -> Met:
    """Each name against itself, and `pairs` of names against each other, drawn by lot."""
    chance = random.Random(0)
    others = [
        (asked, written)
        for asked, written in (chance.sample(names, 2) for _ in range(pairs))
        if not set(asked) & set(written)  # «Ali» is a name of many regions
    ]
    return Met(
        len(names),
        _shares(
            (language, _meets(name, name, language, text))
            for name in names
            for language, text in _turns()
        ),
        _shares(
            (language, _meets(asked, written, language, text))
            for asked, written in others
            for language, text in [chance.choice(_turns())]
        ),
    )


def names_of_people() -> list[Spellings]:
    """Given and family names, in the order of the tables."""
    return [
        name for region in read_world().names.values() for rows in region.values() for name in rows
    ]


def _turns() -> list[tuple[str, str]]:
    """The languages of a question and of a text."""
    return [(language, text) for language in LANGUAGES for text in TEXTS if language != text]


def _meets(asked: Spellings, written: Spellings, language: str, text: str) -> bool:
    """Whether every word of the one name is met by the other."""
    question = "? " + asked[LANGUAGES.index(language)]
    words = words_in(written[LANGUAGES.index(text)], text)
    terms = list(terms_of(question, language))
    return bool(terms) and all(words.met_by(term) for term in terms)


def _shares(told: Iterator[tuple[str, bool]]) -> dict[str, float]:
    asked: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for language, meets in told:
        asked[language] += 1
        met[language] += meets
    return {language: met[language] / asked[language] for language in LANGUAGES}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.names")
    parser.add_argument("--pairs", type=int, default=PAIRS, metavar="N")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = measure(names_of_people(), options.pairs)
    header: list[Sequence[object]] = [(f"{found.names} names", *LANGUAGES)]
    rows = [
        ("met", *found.met.values()),
        ("mistaken", *(f"{m:.5f}" for m in found.mistaken.values())),
    ]
    print(as_json(found) if options.json else table([*header, *rows]))


if __name__ == "__main__":
    main()
