"""The score of a passage: what each measure is worth."""

from __future__ import annotations

import pytest

from index.fusion import WORDS, fused


def test_the_score_is_what_the_formula_says() -> None:
    assert fused(0.8, 0.9, 0.75, 0.5) == pytest.approx(0.85 - 0.75 + WORDS * 0.5)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((0.9, 0.8, 0.7, 0.0), (0.8, 0.8, 0.7, 0.0)),
        ((0.8, 0.9, 0.7, 0.0), (0.8, 0.8, 0.7, 0.0)),
        ((0.8, 0.8, 0.6, 0.0), (0.8, 0.8, 0.7, 0.0)),
        ((0.8, 0.8, 0.7, 1.0), (0.8, 0.8, 0.7, 0.0)),
        # Farther in itself, and yet nearer than others of its language.
        ((0.76, 0.78, 0.66, 0.0), (0.82, 0.84, 0.79, 0.0)),
    ],
    ids=["passage", "sentence", "language", "words", "across languages"],
)
def test_what_counts_for_a_passage(
    better: tuple[float, float, float, float], worse: tuple[float, float, float, float]
) -> None:
    assert fused(*better) > fused(*worse)
