"""A text, and the dates and periods read in it, step by step: years and months, then dates, then
what prepositions or cases make of dates. Each step marks what it has read, and the next builds on
that.

Words are `words`' affair; what a question asks of the periods is that of the package.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import regex

from index.documents import period_of

from .words import FILL, Kind, month_names, numbers, pattern, plain

_CASES = {
    (kind, case): Kind[f"{kind.name}_{case.upper()}"]
    for kind in (Kind.YEAR, Kind.MONTH, Kind.DATE)
    for case in ("from", "to")
}


@dataclass(frozen=True, slots=True)
class Said:
    """A date or a period in ISO, «» being an open end, and its case if that is «from» or «to».

    A month without its year is «-04», with its day «-04-12»; a day without either is «--12».
    """

    first: str
    last: str
    case: str = ""


@dataclass(slots=True)
class Reading:
    """A text as it is compared, and what has been read in it so far, by where that begins."""

    plain: str
    offsets: list[int]  # where each character of `plain` was typed
    said: dict[int, Said] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Reading:
        letters: list[str] = []
        offsets: list[int] = []
        for at, character in enumerate(text):
            for letter in plain(character):
                if letter != " " or letters[-1:] != [" "]:
                    letters.append(letter)
                    offsets.append(at)
        return cls("".join(letters), [*offsets, len(text)])

    def mark(
        self, name: str, language: str, kind: Kind, meaning: Callable[[Any], Said | None]
    ) -> None:
        """Mark with `kind` what the pattern called `name` matches, where that has a meaning."""

        def marked(match: Any) -> str:
            said = meaning(match)
            if said is None:
                return str(match[0])
            self.said[match.start()] = said
            return _CASES.get((kind, said.case), kind) + FILL * (len(match[0]) - 1)

        found = pattern(language, name)
        if found is not None:
            self.plain = found.sub(marked, self.plain)

    def of_group(self, match: Any, group: str) -> Said | None:
        """What was read where `group` of `match` stands."""
        return self.said[match.start(group)] if match.groupdict().get(group) else None

    def read(self, kind: Kind) -> Iterator[tuple[tuple[int, int], Said]]:
        for match in regex.finditer(rf"{kind}{FILL}*+", self.plain):
            yield match.span(), self.said[match.start()]

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text as typed a place of `plain` is, without blanks at its ends."""
        while end > start and self.plain[end - 1] == " ":
            end -= 1
        while start < end and self.plain[start] == " ":
            start += 1
        return self.offsets[start], self.offsets[end]


# ── dates ────────────────────────────────────────────────────────────────────────────────────────


def read_dates(reading: Reading, language: str) -> None:
    """Dates in figures, decades and years."""
    reading.mark("numeric", language, Kind.DATE, _numeric)
    reading.mark("decades", language, Kind.DATE, _decade)
    reading.mark(
        "years", language, Kind.YEAR, lambda match: _said(match["yyyy"], case=_case(match))
    )


def read_relative(reading: Reading, language: str, today: datetime.date) -> None:
    """What counts from today: days, weeks, months and years as the calendar has them, and the days
    up to today."""

    def whole(step: int) -> Callable[[Any], Said]:
        return lambda match: _unit(match, today, step * _count(match, language))

    def rolling(match: Any) -> Said:
        first = _back(today, _unit_name(match), _count(match, language))
        return _said(first.isoformat(), today.isoformat(), _case(match))

    def day(ago: int) -> Callable[[Any], Said]:
        return lambda match: _said((today - datetime.timedelta(ago)).isoformat())

    reading.mark("past", language, Kind.DATE, rolling)
    for name, step in (("ago", -1), ("previous", -1), ("current", 0), ("next", 1)):
        reading.mark(name, language, Kind.YEAR, whole(step))
    reading.mark("day_before_yesterday", language, Kind.DATE, day(2))
    reading.mark("yesterday", language, Kind.DATE, day(1))


def read_months(reading: Reading, language: str, today: datetime.date | None) -> None:
    """Months, with their days and years; «last April» where today is known."""
    names = month_names(language)

    def month(match: Any) -> Said | None:
        number = names[match["name"]]
        if match["other"] and names[match["other"]] != number:
            return None
        return _said(f"-{number:02}", case=_case(match))

    def with_day(match: Any) -> Said | None:
        said = reading.of_group(match, "month")
        if said is None:
            return None
        return _said(f"{said.first}-{match['day']:0>2}", case=_case(match) or said.case)

    def with_year(match: Any) -> Said | None:
        said, year = reading.of_group(match, "month"), reading.of_group(match, "year")
        if said is None or year is None or len(year.first) != 4:
            return None
        later = max((said, year), key=lambda one: match.start("month" if one is said else "year"))
        return _said(_possible(year.first + said.first), case=later.case)

    def last(match: Any) -> Said | None:
        said = reading.of_group(match, "month")
        if said is None or today is None:
            return None
        past = said.first < today.isoformat()[4 : 4 + len(said.first)]
        year = today.year if past else today.year - 1
        return _said(_possible(f"{year:04}{said.first}"), case=said.case)

    reading.mark("months", language, Kind.MONTH, month)
    reading.mark("days", language, Kind.MONTH, with_day)
    reading.mark("dates", language, Kind.DATE, with_year)
    reading.mark("last_month", language, Kind.DATE, last)


def _numeric(match: Any) -> Said | None:
    """«2023-04-22», «22.04.2023», «04/2023»; the day comes first unless it cannot."""
    year, month, day = match["y"], match["m"], match["d"]
    if day and match["mark"] and int(month) > 12:
        month, day = day, month
    if (
        not 1900 <= int(year) <= 2100
        or not 1 <= int(month) <= 12
        or int(day or 1) not in range(1, 32)
    ):
        return None
    return _said(_possible(f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else "")))


def _decade(match: Any) -> Said | None:
    year = match["yyyy"]
    return _said(year, f"{year[:3]}9", _case(match)) if year[3] == "0" else None


def _unit(match: Any, today: datetime.date, steps: int) -> Said:
    """The day, week, month or year that lies `steps` from that of today."""
    unit, case = _unit_name(match), _case(match)
    on = _back(today, unit, -steps)
    if unit == "week":
        monday = on - datetime.timedelta(on.weekday())
        return _said(monday.isoformat(), (monday + datetime.timedelta(6)).isoformat(), case)
    return _said(on.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]], case=case)


def _back(today: datetime.date, unit: str, count: int) -> datetime.date:
    """The day that lies `count` units before today, or the last that its month has."""
    if unit in ("day", "week"):
        return today - datetime.timedelta(count * (7 if unit == "week" else 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(today.day, last))


def _unit_name(match: Any) -> str:
    groups = match.groupdict()
    return next(unit for unit in ("day", "week", "month", "year") if groups.get(f"{unit}_"))


def _count(match: Any, language: str) -> int:
    groups = match.groupdict()
    if groups.get("pair") is not None:
        return 2
    written = groups.get("n")
    if not written:
        return 1
    return int(written) if written.isdigit() else numbers(language)[written]


def _case(match: Any) -> str:
    groups = match.groupdict()
    return next((case for case in ("from", "to") if groups.get(case)), "")


def _said(first: str, last: str | None = None, case: str = "") -> Said:
    return Said(first, last or first, case)


def _possible(date: str) -> str:
    """An ISO date, without its day if its month has no such day."""
    try:
        period_of(date)
    except ValueError:
        return date[:7]
    return date


# ── periods ──────────────────────────────────────────────────────────────────────────────────────


def read_bounds(reading: Reading, language: str, *, open_ends: bool = True) -> None:
    """Ranges, open ends, and then the dates that stand for themselves."""

    def edge(match: Any) -> Said | None:  # «early 2023», which may have been all of it
        said = reading.of_group(match, "part")
        return Said(said.first, said.last, _case(match)) if said else None

    def bound(of_date: Callable[[Said], Said]) -> Callable[[Any], Said | None]:
        def meaning(match: Any) -> Said | None:
            said = reading.of_group(match, "part") or reading.of_group(match, "end")
            return of_date(said) if said and not said.first.startswith("-") else None

        return meaning

    def between(match: Any) -> Said | None:
        end = reading.of_group(match, "end")
        day = match.groupdict().get("day")
        part = _said(f"--{day:0>2}") if day else reading.of_group(match, "part")
        return _range(part, end) if part and end else None

    reading.mark("edges", language, Kind.DATE, edge)
    reading.mark("ranges", language, Kind.BOUND, between)
    if open_ends:
        reading.mark(
            "before", language, Kind.BOUND, bound(lambda on: Said("", _next(on.first, -1)))
        )
        reading.mark("after", language, Kind.BOUND, bound(lambda on: Said(_next(on.last, 1), "")))
        reading.mark("since", language, Kind.BOUND, bound(lambda on: Said(on.first, "")))
        reading.mark("until", language, Kind.BOUND, bound(lambda on: Said("", on.last)))
        reading.mark("during", language, Kind.BOUND, bound(lambda on: on))
    reading.mark("dated", language, Kind.BOUND, bound(lambda on: on))


def _range(part: Said, end: Said) -> Said | None:
    """From one date to another, either of which may leave to the other what both share."""
    first, last = part.first, end.last
    if first.startswith("--"):
        if len(last) != 10 or not 1 <= int(first[2:]) <= 31:
            return None
        first = _possible(last[:7] + first[1:])
    elif first.startswith("-") and not last.startswith("-"):
        year = int(last[:4])
        first = _possible(f"{year if first <= last[4:] else year - 1:04}{first}")
    elif last.startswith("-") and not first.startswith("-"):
        year = int(first[:4])
        last = _possible(f"{year if first[4:] <= last else year + 1:04}{last}")
    if first.startswith("-") or last.startswith("-"):
        return None
    return _said(*sorted((first, last)))


def _next(date: str, step: int) -> str:
    """The year, month or day after (1) or before (-1) an ISO date."""
    if len(date) == 4:
        return f"{int(date) + step:04}"
    if len(date) == 7:
        return _back(datetime.date.fromisoformat(f"{date}-01"), "month", -step).isoformat()[:7]
    return (datetime.date.fromisoformat(date) + datetime.timedelta(step)).isoformat()
