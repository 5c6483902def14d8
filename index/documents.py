"""A file's text → a `Document`: the text as it is, and what it says about itself.

Press files open with lines that are not prose: ` date 2022-08 `, a dateline, a headline. They are
read here as metadata; `body_start` marks where prose begins, and nothing before it is ever quoted.
What a document does not say stays unknown. How a dateline is written is `index.datelines`' affair.
"""

from __future__ import annotations

import calendar
from bisect import bisect_right
from dataclasses import dataclass

import regex

from .datelines import Dateline, dateline_at
from .files import Facts
from .language import language_of

TITLE_CHARACTERS = 90
HEADING_WORDS = 14

_HEADER = regex.compile(
    r"date\s{0,9}+:?\s{0,9}+(?P<date>[0-9]{4}(?:-[0-9]{2}){0,2})(?=\s|\Z)", regex.I
)
_BLANK = regex.compile(r"[\s\p{Cf}]*+")  # a mark of direction may stand before the first letter
# A line that goes on in lower case on the next is a wrapped sentence, not a headline.
_LINE = regex.compile(r"\s*+([^\r\n]++)(?:\R|\Z)")
_GOES_ON = regex.compile(r"\s*+\p{Ll}")
_SENTENCE_END = regex.compile(r"[.!?…؟。][\s»”\"')\]]*+\Z")
_DATE = regex.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


_NO_FACTS = Facts()
EARLIEST, LATEST = "0000", "9999-12-31"  # of an open end, as days


@dataclass(frozen=True, slots=True)
class Document:
    """One press document.

    `text` is the file's text, character for character; `source` its path relative to the corpus
    folder; `date` an ISO string as precise as the document is («2022», «2022-08», «2025-04-22») or
    None; `body_start` the offset in `text` where prose begins; `date_origin` where the date stands:
    "header", "dateline", "metadata" or "name" (of the file), or None without a date; `pages` the
    offsets in `text` at which pages begin, if there are pages.
    """

    source: str
    text: str
    title: str
    language: str
    date: str | None
    agency: str | None
    body_start: int
    date_origin: str | None = None
    pages: tuple[int, ...] = ()


def parse(source: str, text: str, facts: Facts = _NO_FACTS) -> Document:
    """Read the metadata that stands in `text`, and beside it in `facts`.

    A date is that of the header, or else of the dateline, the metadata or the file's name, made
    more precise by the ones after it that agree.
    """
    start, header = _header(text)
    title, after_title = _headline(text, start, facts.title)
    dateline = dateline_at(text, _past_blank(text, after_title))
    if dateline is not None:
        start = dateline.end
        if not title:
            title, start = _headline(text, start, facts.title)
    else:
        start = after_title
    start += len(text[start:]) - len(text[start:].lstrip())
    date, origin = _dated(header, dateline, facts)
    return Document(
        source=source,
        text=text,
        title=facts.title or title or _opening(text, start),
        language=language_of(text[start:]),
        date=date,
        agency=dateline.agency if dateline and dateline.agency else facts.agency,
        body_start=start,
        date_origin=origin,
        pages=facts.pages,
    )


def page_of(document: Document, offset: int) -> int | None:
    """The number, from 1, of the page that holds an offset; None for a text without pages."""
    return bisect_right(document.pages, offset) or None


def period_of(date: str) -> tuple[str, str]:
    """The first and the last day that an ISO date of any precision covers.

    Raises `ValueError` for anything that is not YYYY, YYYY-MM or YYYY-MM-DD.
    """
    if not _is_date(date):
        raise ValueError(f"{date!r} is not a date; expected YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = [*date.split("-"), "", ""][:3]
    last = calendar.monthrange(int(year), int(month or 12))[1]
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{day or last:02}"


def printed(document: Document) -> tuple[str, str]:
    """What documents that print one dispatch are ordered by, the first one first: those without a
    date come last."""
    return (period_of(document.date)[0] if document.date else "9999"), document.source


def days_of(period: tuple[str | None, str | None]) -> tuple[str, str]:
    """The first and the last day of a period, whose ends are ISO dates of any precision, or None
    for an open one: then `EARLIEST` or `LATEST`. Raises `ValueError` as `period_of` does."""
    first, last = period
    return (
        period_of(first)[0] if first else EARLIEST,
        period_of(last)[1] if last else LATEST,
    )


def is_heading(line: str) -> bool:
    """Whether a line of its own is a title: short, and not ended like a sentence."""
    words = line.split(maxsplit=HEADING_WORDS)
    return (
        0 < len(words) <= HEADING_WORDS
        and not _SENTENCE_END.search(line)
        and line.rstrip()[-1] not in ",;:،؛"
    )


def _header(text: str) -> tuple[int, str | None]:
    """Where the text begins after a header like «date 2022-08», and the header's date."""
    match = _HEADER.match(text, _past_blank(text, 0))
    return (match.end(), _possible(match["date"])) if match else (0, None)


def _headline(text: str, start: int, known: str | None) -> tuple[str, int]:
    """The headline at `start` («» if there is none), and the offset after it; a `known` title is
    one, however long it is."""
    line = _LINE.match(text, start)
    if (
        line is None
        or not (is_heading(line[1]) or " ".join(line[1].split()) == known)
        or _past_blank(text, line.end()) == len(text)
        or _GOES_ON.match(text, line.end())
        or dateline_at(text, _past_blank(text, start)) is not None
    ):
        return "", start
    return line[1].strip(), line.end()


def _opening(text: str, start: int) -> str:
    """The document's first words, as a title where it has none."""
    match = _LINE.match(text, start)
    line = " ".join(match[1][: 4 * TITLE_CHARACTERS].split()) if match else ""
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _past_blank(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


def _dated(
    header: str | None, dateline: Dateline | None, facts: Facts
) -> tuple[str | None, str | None]:
    """The date, and where it stands."""
    said = (header, "header") if header else (None, "dateline")
    for known, origin in (said, (facts.date, facts.date_origin)):
        if date := _agreed(known, dateline):
            finer = facts.date and facts.date.startswith(f"{date}-")
            return facts.date if finer else date, origin
    return None, None


def _agreed(header: str | None, dateline: Dateline | None) -> str | None:
    """The header's date, made as precise as the dateline's where the two agree.

    A dateline that names no year takes the header's; where the two differ, the header stands, since
    it is written to be read as a date.
    """
    if dateline is None:
        return header
    year = dateline.year or (header[:4] if header else None)
    if year is None:
        return header
    date = year
    if dateline.month is not None:
        date += f"-{dateline.month:02}"
        if dateline.day is not None:
            date += f"-{dateline.day:02}"
    possible = _possible(date)
    if header is None or (possible and possible.startswith(header)):
        return possible
    return header


def _possible(date: str) -> str | None:
    """An ISO date without what cannot be: «2023-13» is «2023», «2023-02-30» is «2023-02»."""
    while date and not _is_date(date):
        date = date.rpartition("-")[0]
    return date or None


def _is_date(date: str) -> bool:
    match = _DATE.fullmatch(date)
    if match is None or int(match[1]) == 0 or not 1 <= int(match[2] or 1) <= 12:
        return False
    days = calendar.monthrange(int(match[1]), int(match[2] or 1))[1]
    return 1 <= int(match[3] or 1) <= days
