"""Questions to begin with, about the documents at hand: every one of them is answered.

The countries are named before a colon, so that no language has to inflect them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from index import Index

from ..pipeline import answer
from .catalogue import entries_of, pairs_of
from .restrictions import countries_in
from .words import Words

SHOWN = 4
PAIRS = 3  # the country pairs with most documents


def examples_of(index: Index, words: Words) -> tuple[str, ...]:
    """At most four questions in the window's language, all of which the documents answer."""
    return _answered(index, index.generation(), words)


@lru_cache(maxsize=32)
def _answered(index: Index, generation: int, words: Words) -> tuple[str, ...]:
    shown: list[str] = []
    for question in _asked(index, words):
        found = answer(question, index=index)
        if not found.abstained:
            shown.append(question)
        if len(shown) == SHOWN:
            break
    return tuple(shown)


def _asked(index: Index, words: Words) -> Iterator[str]:
    """Each kind of question about each pair in turn."""
    pairs = pairs_of(entries_of(index))[:PAIRS]
    kinds = (
        words.example_led,
        words.example_discussed,
        words.example_when,
        words.example_signed,
        words.example_received,
    )
    for turn in range(len(kinds)):
        for number, pair in enumerate(pairs):
            kind = kinds[(turn + number) % len(kinds)]
            yield kind.format(countries=countries_in(pair, words))
