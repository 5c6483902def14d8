"""BM25 over the columns of a passage's words, as SQLite's FTS5 defines it.

A store finds candidates by words in its own way; here they are scored, so that every store gives a
passage the same score. Robertson and Zaragoza, «The Probabilistic Relevance Framework: BM25 and
Beyond» (2009); the weights of columns and the least rarity are those of FTS5's `bm25()`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# What a word met is worth. A sound is coarse; a name's key stands for both of its others.
WEIGHTS = {"stems": 1.0, "sounds": 0.2, "names": 1.4}
K1, B = 1.2, 0.75
COUNTED_ROWS = 10_000  # that are counted to tell in how many passages one of several words occurs
LEAST_RARITY = 1e-6  # of a word that more than half of the passages hold


class Columns(NamedTuple):
    """The stems, the sounds and the names' keys of a passage, each as words between spaces."""

    stems: str
    sounds: str
    names: str


class Phrase(NamedTuple):
    """A word and the column in which it is looked for."""

    column: str
    word: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the scores of a collection depend on: how many passages there are, how many words in
    all, and in how many passages each phrase of a question occurs."""

    passages: int
    words: int
    frequencies: Mapping[Phrase, int]


def scored(columns: Columns, phrases: Sequence[Phrase], known: Statistics) -> float | None:
    """The score of a passage for `phrases`, or None where it holds none of them; a phrase that is
    given twice counts twice."""
    split = {name: text.split() for name, text in columns._asdict().items()}
    length = sum(map(len, split.values()))
    total, met = 0.0, False
    for phrase in phrases:
        times = split[phrase.column].count(phrase.word)
        if times:
            met = True
            weighed = WEIGHTS[phrase.column] * times
            average = known.words / known.passages
            total += (
                _rarity(known.frequencies[phrase], known.passages)
                * (weighed * (K1 + 1))
                / (weighed + K1 * (1 - B + B * length / average))
            )
    return total if met else None


def estimated(frequencies: Mapping[Phrase, int], passages: int) -> int | None:
    """In how many of all `passages` one of these phrases occurs, from how many each occurs in; None
    where that is better counted, since several occur, and few enough of them."""
    held = [frequency for frequency in frequencies.values() if frequency]
    if len(held) < 2:
        return sum(held)
    if sum(held) <= COUNTED_ROWS:
        return None
    # A name is met by its stem and by its sound in the same passages, for the most part.
    columns: Counter[str] = Counter()
    for phrase, frequency in frequencies.items():
        columns[phrase.column] += frequency
    return min(max(columns.values()), passages)


def _rarity(frequency: int, passages: int) -> float:
    rarity = math.log((passages - frequency + 0.5) / (frequency + 0.5))
    return rarity if rarity > 0 else LEAST_RARITY
