"""Reciprocal rank fusion: several rankings of the same things made into one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

# Cormack, Clarke and Büttcher (2009), «Reciprocal rank fusion outperforms Condorcet and individual
# rank learning methods», set 60 and found that the choice hardly matters.
RANK_OFFSET = 60

Item = TypeVar("Item", bound=Hashable)


def fused(*rankings: Sequence[Item]) -> list[tuple[Item, float]]:
    """Each item with the sum of 1 / (60 + its rank) over `rankings`, best first; ties keep the
    order of first appearance."""
    scores: dict[Item, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (RANK_OFFSET + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
