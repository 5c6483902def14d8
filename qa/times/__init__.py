"""What a question says of time: a period, an order, an event before or after which; and the dates
that a sentence states.

Dates are read by `reading`, with the words of `words`. Which document lies in a period,
and which event is meant, are left to others.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import regex

from index.documents import period_of

from .reading import Reading, Said, read_bounds, read_dates, read_months, read_relative
from .words import Kind, asks, event_pattern, pattern

EVENT_WORDS = 12  # an event is named in no more


class Order(Enum):
    """Which of several is asked for."""

    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class When:
    """What a question says of time.

    `period` is (first, last), inclusive, each an ISO date of year, month or day precision, or None
    for an open end. `event` is the words that name an event, as typed, and `after` whether what is
    asked for came after it or before; a date among its words is the event's own, and no period.
    `spans` are the characters that say all this, in order.
    """

    period: tuple[str | None, str | None] | None = None
    order: Order | None = None
    event: str | None = None
    after: bool = False
    spans: tuple[tuple[int, int], ...] = ()


def when_of(text: str, language: str, today: datetime.date) -> When:
    """What `text` says of time; «last year» and the like count from `today`.

    A month without a year («en avril») is no period, nor is «today», which is mostly «nowadays». A
    number in «the first session» is part of a name, and no order.
    """
    reading = Reading.of(text)
    read_dates(reading, language)
    read_relative(reading, language, today)
    read_months(reading, language, today)
    read_bounds(reading, language)
    event = _event(reading, language, text)

    def apart(span: tuple[int, int]) -> bool:
        return event is None or not event.start <= span[0] < event.end

    bounds = {span: said for span, said in reading.read(Kind.BOUND) if apart(span)}
    orders = {order: list(filter(apart, _spans(reading, language, order))) for order in Order}
    asked = [order for order, spans in orders.items() if spans]
    order = asked[0] if len(asked) == 1 else None
    period = _together(bounds.values())
    spans = {*(bounds if period else ()), *(orders[order] if order else ())}
    if event:
        spans.add((event.start, event.end))
    return When(
        period=period,
        order=order,
        event=event.words if event else None,
        after=event is not None and event.after,
        spans=tuple(sorted(reading.typed(*span) for span in spans)),
    )


@lru_cache(maxsize=20_000)
def periods_in(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """The dates that a sentence of a document states, each as its first and its last day; of a
    range, the whole. A date without its year is not among them."""
    reading = Reading.of(text)
    read_dates(reading, language)
    read_months(reading, language, None)
    read_bounds(reading, language, open_ends=False)
    return tuple(
        (period_of(said.first)[0], period_of(said.last)[1]) for _, said in reading.read(Kind.BOUND)
    )


# ── periods and orders ───────────────────────────────────────────────────────────────────────────


def _spans(reading: Reading, language: str, order: Order) -> list[tuple[int, int]]:
    found = pattern(language, order.value)
    return [match.span() for match in found.finditer(reading.plain)] if found else []


def _together(bounds: Iterable[Said]) -> tuple[str | None, str | None] | None:
    """One period of all: what closed ones span, within what open ones leave.

    Where these leave nothing, the closed ones stand; None where nothing does.
    """
    bounds = list(bounds)
    closed = [said for said in bounds if said.first and said.last]
    first = min((said.first for said in closed), key=_first_day, default="")
    last = max((said.last for said in closed), key=_last_day, default="")
    within = [said for said in bounds if said not in closed]
    latest = max([first, *(said.first for said in within)], key=_first_day)
    earliest = min([last, *(said.last for said in within)], key=_last_day)
    if _first_day(latest) <= _last_day(earliest):
        first, last = latest, earliest
    return (first or None, last or None) if first or last else None


def _first_day(date: str) -> str:
    return period_of(date)[0] if date else ""


def _last_day(date: str) -> str:
    return period_of(date)[1] if date else "9999"


# ── events ───────────────────────────────────────────────────────────────────────────────────────

# To the end of the clause; «M. Lamamra» and «S.E.» end none.
_CLAUSE = regex.compile(r"(?:[^?!;,:.…«»،؟؛]|(?<=(?<!\p{L})\p{L}{1,3})\.){1,200}+")
_CLAUSE_END = regex.compile(r"[?!;,:.…«»،؟؛]")
_WORD = regex.compile(r"[^ ]++")
_GENITIVE = regex.compile(
    r"(?!(?:icin|ucun|butun|yeni)\Z)\p{L}{2,40}+(?<=[iu]n)\Z|.{2,40}'n?[iu]n\Z"
)


@dataclass(frozen=True, slots=True)
class _Event:
    """The words that name an event, and where these and «before» or «after» stand in the plain
    text."""

    start: int
    end: int
    words: str
    after: bool


def _event(reading: Reading, language: str, text: str) -> _Event | None:
    """The first event before or after which the question asks for something."""
    found = event_pattern(language)
    for match in found.finditer(reading.plain) if found else ():
        if "noun" in match.groupdict():
            first, last = _named_before(reading, match, text), match.end("noun")
            start, end = first, match.end()
            named = text[slice(*reading.typed(*match.span("noun")))]
            is_name = "'" in match["noun"] or (match.start() > 0 and named[0].isupper())
        else:
            first, last = match.end(), _clause_end(reading, match, language)
            start, end = match.start(), last
            named = text[slice(*reading.typed(first, last))]
            is_name = all(word[0].isupper() for word in named.split())
        words = text[slice(*reading.typed(first, last))]
        # «After Moscow» and «before Lamamra» name a place and a person.
        if any(letter.isalpha() for letter in words) and (text.isupper() or not is_name):
            return _Event(start, end, words, after=match["after"] is not None)
    return None


def _clause_end(reading: Reading, marker: Any, language: str) -> int:
    """Where the event that follows «before» ends: with its clause, and where the question opens
    with it, before what is asked."""
    clause = _CLAUSE.match(reading.plain, marker.end())
    if clause is None:
        return int(marker.end())
    words = list(_WORD.finditer(reading.plain, *clause.span()))[:EVENT_WORDS]
    end = words[-1].end() if words else marker.end()
    if sum(1 for _ in _WORD.finditer(reading.plain, 0, marker.start())) <= 1:
        asked = asks(language).search(reading.plain, marker.end(), end)
        end = asked.start() if asked else end
    return int(end)


def _named_before(reading: Reading, marker: Any, text: str) -> int:
    """Where the event whose noun stands before «əvvəl» begins: with whose it is, by the genitive,
    and the names before that."""
    before = reading.plain[: marker.start("noun")]
    breaks = [0, *(match.end() for match in _CLAUSE_END.finditer(before))]
    words = list(_WORD.finditer(before, breaks[-1]))[-EVENT_WORDS:]
    start = int(marker.start("noun"))
    owners = [number for number, word in enumerate(words) if _GENITIVE.match(word[0])]
    if owners:
        start = words[owners[-1]].start()
        del words[owners[-1] :]
    while words and text[reading.offsets[words[-1].start()]].isupper():
        start = words.pop().start()
    return start
