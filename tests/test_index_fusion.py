"""Reciprocal ranks added up."""

from __future__ import annotations

import pytest

from index.fusion import RANK_OFFSET, fused


@pytest.mark.parametrize(
    ("rankings", "order"),
    [
        ([], []),
        ([[]], []),
        ([["a", "b"]], ["a", "b"]),
        ([["a", "b"], ["b", "a"]], ["a", "b"]),
        ([["a", "b", "c"], ["b", "c"]], ["b", "c", "a"]),
        ([["a"], ["b"]], ["a", "b"]),
    ],
)
def test_what_several_rankings_agree_on_comes_first(
    rankings: list[list[str]], order: list[str]
) -> None:
    assert [item for item, _ in fused(*rankings)] == order


def test_a_score_is_the_sum_of_reciprocal_ranks() -> None:
    scores = dict(fused(["a", "b"], ["b"]))
    assert scores["a"] == pytest.approx(1 / (RANK_OFFSET + 1))
    assert scores["b"] == pytest.approx(1 / (RANK_OFFSET + 2) + 1 / (RANK_OFFSET + 1))
