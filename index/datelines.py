"""Datelines: the place, date and agency that press agencies write before their first sentence.

«Bakou, 19 avril, AZERTAC» on a line of its own, «ALGER, 22 avril 2025 (APS) - » or «Paris (AFP) — »
before the sentence itself. A dateline is recognised by its whole form, up to the line end or the
dash that closes it; a sentence that merely begins with a place and a comma is not one. What the
date means beside others is left to `index.documents`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import regex

# Spanish and German stand for themselves; ar_DZ, ar_MA and ar_SY name months as Algiers, Rabat and
# Damascus do, where ar names them as Cairo does.
LOCALES = ("fr", "en", "ar", "ar_DZ", "ar_MA", "ar_SY", "ru", "az", "tr", "es", "de")
LONGEST = 300  # characters; more than any pattern below matches

# Every repetition is bounded: a text that is one long line, or a million spaces, costs no more.
_SPACE = r"[^\S\r\n]{0,4}"
# «Nur-Sultan», «La Haye», «Rio de Janeiro», «الجزائر»
_PLACE = r"[\p{Lu}\p{Lo}][\p{L}\p{M}.'’-]{1,30}(?:[ /]\p{L}[\p{L}\p{M}.'’-]{0,30}){0,3}"
_COUNTRY = rf"(?:{_SPACE}\({_SPACE}\p{{Lu}}[^()\r\n]{{1,30}}\)|{_SPACE}[,،]{_SPACE}{_PLACE})?"
_MONTH = r"(?P<month>\p{L}[\p{L}\p{M}]{1,14}(?: \p{Lo}{4,8})?)\.?"
_YEAR = r"(?:,?[^\S\r\n]{1,4}(?:de )?(?P<year>\d{4})(?: года| г\.|-?\p{Ll}{2,3} il)?)?"
_DATE = (
    r"(?:(?:le|on|в|في) )?"
    r"(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    rf"|(?P<day>\d{{1,2}})(?:er|st|nd|rd|th|\.)?{_SPACE}(?:de )?{_MONTH}{_YEAR}"
    rf"|{_MONTH}{_SPACE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR})"
    r"(?![\p{L}\d])"
)
# Up to four words, each written like a name; «AZERTAC»; what stands between brackets or strokes.
_AGENCY = (
    r"(?P<agency>[\p{Lu}\p{Lo}][\p{L}\p{M}\d.&’'-]{1,20}"
    r"(?: [\p{Lu}\p{Lo}][\p{L}\p{M}\d.&’'-]{1,20}){0,3})"
)
_ACRONYM = r"(?P<agency>\p{Lu}[\p{Lu}\d&-]{1,19})"
_BETWEEN = r"(?P<agency>\p{L}[\p{L}\p{M}\d.&’' -]{1,40}?)"
_KNOWN = (
    r"(?P<agency>\p{Lu}{2}[\p{Lu}\d./& -]{0,18}|\p{Lo}[\p{Lo}\p{M} ]{1,40}|Xinhua|Reuters|Sputnik)"
)

# A line that goes on in lower case is a sentence that was wrapped.
_LINE_END = rf"{_SPACE}(?:\R|\Z)(?!\s{{0,4}}\p{{Ll}})"
_DASH = rf"{_SPACE}(?:--?|[–—])\s"
_STOP = rf"{_SPACE}[.:]\s"

_DATED = regex.compile(
    rf"{_PLACE}{_COUNTRY}{_SPACE}[,،]{_SPACE}{_DATE}"
    rf"(?:{_SPACE}[,،]{_SPACE}{_AGENCY}(?:{_LINE_END}|{_DASH}|:\s)"
    rf"|{_SPACE}[,،]{_SPACE}{_ACRONYM}{_STOP}"
    rf"|{_SPACE}\({_SPACE}{_BETWEEN}{_SPACE}\)(?:{_LINE_END}|{_DASH}|{_STOP})"
    rf"|\.?{_SPACE}/{_SPACE}{_BETWEEN}{_SPACE}/(?:{_LINE_END}|{_DASH}|{_STOP}|\s)"
    rf"|{_LINE_END}|{_DASH}|{_STOP})"
)
_DATE_ALONE = regex.compile(
    rf"(?:(?P<weekday>\p{{L}}[\p{{L}}\p{{M}}]{{2,14}}),? )?{_DATE}{_LINE_END}"
)
_SIGNED = regex.compile(rf"{_PLACE}{_SPACE}\({_SPACE}{_KNOWN}{_SPACE}\){_DASH}")
# «ALGER- Le ministre»: a place all in capitals, before a word that is not.
_PLACED = regex.compile(rf"\p{{Lu}}[\p{{Lu}}'’ ]{{2,30}}{_DASH}(?=[«“\"]?\s?\p{{Lu}}[\p{{Ll}}'’])")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a dateline says, and the offset at which it ends; what it does not say is None."""

    end: int
    year: str | None = None
    month: int | None = None
    day: int | None = None
    agency: str | None = None


def dateline_at(text: str, start: int) -> Dateline | None:
    """The dateline that begins at `start`, or None if there is none."""
    end = start + LONGEST
    dated = _DATED.match(text, start, end) or _DATE_ALONE.match(text, start, end)
    if dated is not None:
        named = dated.groupdict()
        weekday = named.get("weekday")
        if weekday is None or _folded(weekday) in _weekdays():
            read = _read_date(named)
            if read is not None and ("agency" in named or read[0] is not None):
                return Dateline(dated.end(), *read, agency=named.get("agency"))
    signed = _SIGNED.match(text, start, end)
    if signed is not None:
        return Dateline(signed.end(), agency=signed["agency"])
    placed = _PLACED.match(text, start, end)
    return Dateline(placed.end()) if placed is not None else None


def _read_date(named: Mapping[str, str | None]) -> tuple[str | None, int, int] | None:
    """Year, month and day, or None if what stands there is no month."""
    if named["iso"]:
        year, month, day = named["iso"].split("-")
        return year, int(month), int(day)
    name = named["month"] or ""
    named_months = months()
    month_number = named_months.get(_folded(name)) or named_months.get(_folded(name.split(" ")[0]))
    if month_number is None:
        return None
    written = named["year"]
    return f"{int(written):04}" if written else None, month_number, int(named["day"] or 0)


def _folded(name: str) -> str:
    """A name as it is compared: «MAYIS» and «Mayıs» are one, and so are «أبريل» and «ابريل»."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ı", "i").rstrip(".")


@cache
def months(
    locales: Sequence[str] = LOCALES,
    widths: Sequence[Literal["wide", "abbreviated"]] = ("wide", "abbreviated"),
) -> Mapping[str, int]:
    """Month names, as CLDR spells them, folded, and the numbers of the months."""
    from babel.dates import get_month_names

    return {
        _folded(name): number
        for locale in locales
        for context in ("format", "stand-alone")
        for width in widths
        for number, name in get_month_names(width, context, locale).items()
    }


@cache
def _weekdays() -> frozenset[str]:
    from babel.dates import get_day_names

    return frozenset(
        _folded(name)
        for locale in LOCALES
        for name in get_day_names("wide", "format", locale).values()
    )
