"""A file's text → a `Document`: the text as it is, and what it says about itself.

Press files open with lines that are not prose: ` date 2022-08 `, a dateline («Bakou, 19 avril,
AZERTAC»), a headline. They are read here as metadata; `body_start` marks where prose begins, and
nothing before it is ever quoted. What a document does not say stays unknown.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import regex

from .language import language_of

MONTH_LOCALES = ("fr", "en", "ar", "ru", "az", "tr")
TITLE_CHARACTERS = 90

_HEADER = regex.compile(r"\s*date\s*:?\s+(\d{4}(?:-\d{2}){0,2})(?=\s)", regex.IGNORECASE)
# «Bakou, 19 avril, AZERTAC» on a line, «ALGER, 22 avril 2025 (APS) - » before the first sentence.
_DATELINE = regex.compile(
    r"""\s*(?P<place>\p{Lu}[\p{L}\p{M}'’ .-]{1,40}?)\s*,\s*
    (?:(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\s+(?P<month>\p{L}[\p{L}\p{M}.]*)
      |(?P<month>\p{L}[\p{L}\p{M}.]*)\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?)
    (?:\s*,?\s+(?P<year>\d{4}))?
    \s*(?:,\s*(?P<agency>\p{Lu}[\p{Lu}\d.&-]+|[\p{Lu}][\p{L}]+)
        |\(\s*(?P<agency>\p{L}[\p{L}\d .&-]{1,24}?)\s*\))?
    \s*(?:\R|[–—-]{1,2}\s|[:.]\s)""",
    regex.VERBOSE,
)
# «ALGER (APS) - », with no date.
_SIGNED = regex.compile(
    r"\s*(?P<place>\p{Lu}[\p{Lu}'’ .-]{1,40}?)\s*\(\s*(?P<agency>\p{L}[\p{L}\d .&-]{1,24}?)\s*\)"
    r"\s*[–—-]{1,2}\s"
)
_SENTENCE_END = regex.compile(r"[.!?…؟。][\s»”\"')\]]*$")


@dataclass(frozen=True, slots=True)
class Document:
    """One press document.

    `text` is the file's text, character for character; `source` its path relative to the corpus
    folder; `date` an ISO string as precise as the document is («2022», «2022-08», «2025-04-22») or
    None; `body_start` the offset in `text` where prose begins.
    """

    source: str
    text: str
    title: str
    language: str
    date: str | None
    agency: str | None
    body_start: int


def parse(source: str, text: str) -> Document:
    """Read the metadata that stands in `text`."""
    header = _HEADER.match(text)
    start = header.end() if header else 0
    date = header[1] if header and _is_date(header[1]) else None
    agency = None
    headline = _headline(text, start)
    for begin in dict.fromkeys((start, headline[1])):
        dateline = _DATELINE.match(text, begin) or _SIGNED.match(text, begin)
        named = dateline.groupdict() if dateline else {}
        if dateline is None or ("day" in named and _month(named["month"]) is None):
            continue
        agency = named["agency"]
        if "day" in named:
            date = _refined(date, named)
        start = dateline.end()
        headline = headline if begin else _headline(text, start)
        break
    if headline[0]:
        start = max(start, headline[1])
    start += len(text[start:]) - len(text[start:].lstrip())
    return Document(
        source=source,
        text=text,
        title=headline[0] or _opening(text[start:]),
        language=language_of(text[start:]),
        date=date,
        agency=agency,
        body_start=start,
    )


def period_of(date: str) -> tuple[str, str]:
    """The first and the last day that an ISO date of any precision covers.

    Raises `ValueError` for anything that is not YYYY, YYYY-MM or YYYY-MM-DD.
    """
    if not _is_date(date):
        raise ValueError(f"{date!r} is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (date.split("-") + ["", ""])[:3]
    last = calendar.monthrange(int(year), int(month or 12))[1]
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{day or last:02}"


def is_heading(line: str) -> bool:
    """Whether a line of its own is a title: short, and not ended like a sentence."""
    words = line.split()
    return 0 < len(words) <= 14 and not _SENTENCE_END.search(line) and line.strip()[-1] not in ",;:"


def _headline(text: str, start: int) -> tuple[str, int]:
    """The headline at `start` («» if there is none), and the offset after it."""
    line = regex.compile(r"\s*(\S[^\r\n]*)(?:\R|$)").match(text, start)
    if line is None or not text[line.end() :].strip() or not is_heading(line[1]):
        return "", start
    if _DATELINE.match(text, start):
        return "", start
    return line[1].strip(), line.end()


def _opening(body: str) -> str:
    """The document's first words, as a title where it has none."""
    line = " ".join(body.split("\n", 1)[0].split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _is_date(date: str) -> bool:
    match = regex.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", date)
    if match is None or not 1 <= int(match[1]) <= 9999:
        return False
    if match[2] is None:
        return True
    if not 1 <= int(match[2]) <= 12:
        return False
    return match[3] is None or 1 <= int(match[3]) <= calendar.monthrange(
        int(match[1]), int(match[2])
    )[1]


def _refined(header: str | None, dateline: Mapping[str, str | None]) -> str | None:
    """The header's date made precise by the dateline's day, where the two agree."""
    month, day = _month(dateline["month"] or ""), int(dateline["day"] or 0)
    year = dateline["year"] or (header[:4] if header else None)
    if year is None:
        return None
    date = f"{year}-{month:02}-{day:02}"
    if not _is_date(date) or (header and not date.startswith(header)):
        return header
    return date


def _month(name: str | None) -> int | None:
    return _months().get((name or "").lower().rstrip("."))


@cache
def _months() -> Mapping[str, int]:
    """Month names in the six languages, as CLDR spells them."""
    from babel.dates import get_month_names

    return {
        name.lower().rstrip("."): number
        for locale in MONTH_LOCALES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, locale).items()
    }
