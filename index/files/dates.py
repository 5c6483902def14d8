"""Dates as files carry them outside their text: in their names, and in what describes them.

Only what can be read in one way is read: a year first, then a month, or a month that is spelt.
"""

from __future__ import annotations

import datetime
import re

from ..datelines import LONGEST, dateline_at

_ISO = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<between>[-/.]?)(?P<month>[0-9]{2})"
    r"(?:(?P=between)(?P<day>[0-9]{2}))?)?(?=[T\s].{0,40}\Z|Z?\Z)"
)
# A year alone is no date in a name («vision-2030.txt»), nor are six digits.
_NAMED = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})"
    r"(?:(?P<between>[-_. ])(?P<month>[0-9]{2})(?:(?P=between)(?P<day>[0-9]{2}))?"
    r"|(?P<months>[0-9]{2})(?P<days>[0-9]{2}))"
    r"(?![0-9]|[-_. ][0-9]{1,2}(?![0-9]))"
)


def written_date(value: object) -> str | None:
    """The ISO date that a field holds («2022-08-12T10:00», «12 août 2022», 2022), or None."""
    line = str(value).strip() if isinstance(value, str | int) else ""
    if len(line) > LONGEST:
        return None
    if found := _ISO.match(line):
        if found["between"] == "" and found["day"] is None and found["month"]:
            return None  # six digits
        return _possible(found["year"], found["month"], found["day"])
    said = dateline_at(line, 0)
    if said is None or said.end != len(line) or said.agency or not (said.year and said.month):
        return None
    day = f"{said.day:02}" if said.day else None
    return _possible(said.year, f"{said.month:02}", day)


def named_date(name: str) -> str | None:
    """The ISO date in the name of a file («2022-08-12_aps.txt»); None if there is none, or two."""
    dates = {
        _possible(found["year"], found["month"] or found["months"], found["day"] or found["days"])
        for found in _NAMED.finditer(name)
    } - {None}
    return dates.pop() if len(dates) == 1 else None


def _possible(year: str, month: str | None, day: str | None) -> str | None:
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part)


def finer(date: str | None, other: str | None) -> str | None:
    """The date, or the other one where it says the same more precisely, or alone."""
    return other if date is None or (other and other.startswith(f"{date}-")) else date
