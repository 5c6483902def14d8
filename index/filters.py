"""Which passages may answer: by the period, the source and the language of their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .documents import days_of


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may answer; None lets all through.

    `period` is (first, last), each an ISO date of any precision or None for an open end; a document
    without a date is in no period. `sources` are the documents' own, `languages` their passages'.
    """

    period: tuple[str | None, str | None] | None = None
    sources: Sequence[str] | None = None
    languages: Sequence[str] | None = None

    def __post_init__(self) -> None:
        for name in ("sources", "languages"):  # so that equal filters are one key
            given = getattr(self, name)
            object.__setattr__(self, name, None if given is None else tuple(given))
        first, last = days_of(self.period or (None, None))
        if first > last:
            raise ValueError(f"the period {self.period} ends before it begins")

    @property
    def days(self) -> tuple[str, str] | None:
        """The first and the last day of the period."""
        return None if self.period is None else days_of(self.period)

    @property
    def any(self) -> bool:
        """Whether anything is restricted."""
        return not (self.period is self.sources is self.languages is None)


EVERYTHING = Filters()
