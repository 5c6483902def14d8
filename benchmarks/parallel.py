"""Two SQuAD-format files that translate each other → whose context answers whose question.

Questions are matched by their ids. Some copies of a file have ids of their own; there, contexts are
matched instead, by vectors: two contexts belong together when each is the other's nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index import Encoder
from index.encoder import Vectors

from .data import Asked, Squad


def questions_from(squad: Squad, other: Squad, encoder: Encoder) -> tuple[list[Asked], str]:
    """The questions of `other` about contexts that `squad` has too, with the contexts' places in
    `squad`, and how they were matched: "id" or "context"."""
    places = {asked.id: asked.context for asked in squad.asked}
    matched = [
        replace(asked, context=places[asked.id]) for asked in other.asked if asked.id in places
    ]
    if matched:
        return matched, "id"
    theirs = nearest_pairs(_encoded(encoder, other.contexts), _encoded(encoder, squad.contexts))
    return [
        replace(asked, context=theirs[asked.context])
        for asked in other.asked
        if asked.context in theirs
    ], "context"


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    return np.concatenate(list(encoder.encode_passages(texts)))


def nearest_pairs(ours: Vectors, theirs: Vectors) -> dict[int, int]:
    """Rows that are each other's nearest by cosine, [n, dimension] and [m, dimension]."""
    cosines = ours @ theirs.T
    forth, back = cosines.argmax(1), cosines.argmax(0)
    return {row: int(column) for row, column in enumerate(forth) if back[column] == row}
