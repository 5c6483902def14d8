"""Two SQuAD-format files that translate each other → questions and documents in two languages.

Contexts are paired through the questions whose ids they share. Some copies of a file have ids of
their own; there, two contexts are a pair when each is the other's nearest by vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index import Encoder
from index.encoder import Vectors

from .data import Asked, Squad


@dataclass(frozen=True, slots=True)
class Pairs:
    """For contexts of the second file, the place of the same context in the first; `by` says how
    they were matched: "id" or "context"."""

    places: dict[int, int]
    by: str


def paired(squad: Squad, other: Squad, encoder: Encoder) -> Pairs:
    """Which contexts of `other` are contexts of `squad` in another language."""
    known = {asked.id: asked.context for asked in squad.asked}
    places = {asked.context: known[asked.id] for asked in other.asked if asked.id in known}
    if places:
        return Pairs(places, "id")
    theirs, ours = (_encoded(encoder, file.contexts) for file in (other, squad))
    return Pairs(nearest_pairs(theirs, ours), "context")


def translated(other: Squad, pairs: Pairs) -> list[Asked]:
    """The questions of `other` about contexts of the first file, with their places there."""
    return [
        replace(asked, context=pairs.places[asked.context])
        for asked in other.asked
        if asked.context in pairs.places
    ]


def mixed(squad: Squad, other: Squad, pairs: Pairs) -> Squad:
    """Every paired context once, in the languages of `squad` and `other` by turns, and the
    questions of both files about them."""
    contexts: list[str] = []
    places: dict[tuple[bool, int], int] = {}
    for place, (theirs, ours) in enumerate(pairs.places.items()):
        contexts.append(other.contexts[theirs] if place % 2 else squad.contexts[ours])
        places[False, ours] = places[True, theirs] = place
    asked = [
        replace(asked, context=places[is_other, asked.context])
        for is_other, file in ((False, squad), (True, other))
        for asked in file.asked
        if (is_other, asked.context) in places
    ]
    return Squad(tuple(contexts), tuple(asked))


def nearest_pairs(ours: Vectors, theirs: Vectors) -> dict[int, int]:
    """Rows that are each other's nearest by cosine, [n, dimension] and [m, dimension]."""
    cosines = ours @ theirs.T
    forth, back = cosines.argmax(1), cosines.argmax(0)
    return {row: int(column) for row, column in enumerate(forth) if back[column] == row}


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    return np.concatenate(list(encoder.encode_passages(texts)))
