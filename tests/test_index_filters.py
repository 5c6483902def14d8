"""What filters are as values: compared, hashed, and refused where they cannot be."""

from __future__ import annotations

import pytest

from index.filters import EVERYTHING, Filters


def test_filters_that_let_the_same_through_are_one_key() -> None:
    one = Filters(("2022", None), ["a.txt", "b.txt"], ["fr"])
    other = Filters(("2022", None), ("a.txt", "b.txt"), ("fr",))
    assert one == other
    assert hash(one) == hash(other)
    assert {one: 1}[other] == 1


@pytest.mark.parametrize(
    ("filters", "restricts"),
    [
        (EVERYTHING, False),
        (Filters(), False),
        (Filters(period=(None, None)), True),  # which documents without a date are not in
        (Filters(sources=[]), True),
        (Filters(languages=["fr"]), True),
    ],
    ids=repr,
)
def test_what_restricts_is_told(filters: Filters, restricts: bool) -> None:
    assert filters.any is restricts


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (None, None),
        (("2022", "2022"), ("2022-01-01", "2022-12-31")),
        (("2024-02", "2024-02"), ("2024-02-01", "2024-02-29")),
        (("2022-08-05", None), ("2022-08-05", "9999-12-31")),
        ((None, "2022-08-05"), ("0000", "2022-08-05")),
    ],
)
def test_a_period_covers_whole_days(
    period: tuple[str | None, str | None] | None, days: tuple[str, str] | None
) -> None:
    assert Filters(period=period).days == days


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (("2025", "2024"), "ends before it begins"),
        (("hier", None), "'hier' is not a date"),
        (("2022-13", None), "'2022-13' is not a date"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    period: tuple[str | None, str | None], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Filters(period=period)
