"""Measures of answers, confidences and rankings, as pure functions of plain numbers.

Which questions are asked, and of what, is left to the benchmarks that call these.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.reader.train.scores import auroc as auroc

ECE_BINS = 10


def words(text: str) -> list[str]:
    """The words of `text` in lower case; whatever is not a letter or a digit separates them."""
    return "".join(c.lower() if c.isalnum() else " " for c in text).split()


def contains(outer: str, inner: str) -> bool:
    """Whether `inner`, word for word, stands in `outer`; a text without words stands nowhere."""
    a, b = words(outer), words(inner)
    return bool(b) and any(a[i : i + len(b)] == b for i in range(len(a) - len(b) + 1))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, and 0 where there is nothing to average."""
    return statistics.fmean(values) if values else 0.0


def harmonic(a: float, b: float) -> float:
    """The harmonic mean of two shares, 0 when both are."""
    return 2 * a * b / (a + b) if a + b else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which about `share` (0 to 1) of `values` lie, without interpolation."""
    if not values:
        raise ValueError("a percentile of no values")
    return sorted(values)[int(share * (len(values) - 1))]


def calibration_error(
    confidences: Sequence[float], right: Sequence[bool], bins: int = ECE_BINS
) -> float | None:
    """Expected calibration error: over `bins` equal intervals of confidence, the gap between the
    mean confidence and the share that is right, weighted by how many fall there; None for no
    answers.

    Guo, Pleiss, Sun and Weinberger (2017), «On calibration of modern neural networks».
    """
    binned: dict[int, list[tuple[float, bool]]] = {}
    for confidence, ok in zip(confidences, right, strict=True):
        if not 0 <= confidence <= 1:
            raise ValueError(f"a confidence of {confidence}; expected 0 to 1")
        binned.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, ok))
    if not binned:
        return None
    gaps = (
        abs(math.fsum(c for c, _ in group) - sum(ok for _, ok in group))
        for group in binned.values()
    )
    return math.fsum(gaps) / len(confidences)


@dataclass(frozen=True, slots=True)
class Risk:
    """If only answers of at least `confidence` were given: `coverage` is the share of questions
    that would be answered, `risk` the share of those answers that are wrong."""

    confidence: float
    coverage: float
    risk: float


def risk_coverage(
    confidences: Sequence[float], right: Sequence[bool], questions: int, steps: int = 10
) -> list[Risk]:
    """The risk of the surest tenth of the answers, of the surest two tenths, and so on to all of
    them; `questions` counts the unanswered ones too."""
    ranked = sorted(zip(confidences, right, strict=True), key=lambda pair: -pair[0])
    sizes = sorted({math.ceil(len(ranked) * step / steps) for step in range(1, steps + 1)} - {0})
    return [
        Risk(
            confidence=ranked[size - 1][0],
            coverage=size / questions,
            risk=sum(not ok for _, ok in ranked[:size]) / size,
        )
        for size in sizes
    ]


def hit_at(ranks: Sequence[int | None], limit: int) -> float:
    """The share of questions whose right document ranks within `limit`; a rank counts from 1, and
    is None where the document was not found."""
    return mean([rank is not None and rank <= limit for rank in ranks])


def reciprocal_rank(ranks: Sequence[int | None], limit: int) -> float:
    """The mean of 1 / rank over questions, 0 beyond `limit`: MRR@limit."""
    return mean([1 / rank if rank is not None and rank <= limit else 0.0 for rank in ranks])


def recall(found: Collection[object], expected: Collection[object]) -> float:
    """The share of what is expected, which is something, that is found."""
    return len(set(found) & set(expected)) / len(set(expected))
