"""Where the documents stand on the timeline: lanes, marks and ticks, as numbers.

One lane a pair of countries, one mark a document. A mark is as wide as its date is imprecise: a day
is a dot, a month or a year a bar from its first to its last day. Where too many marks would meet, a
lane holds how many there are instead, so that ten thousand documents stay a page that a browser
draws at once. What all that looks like is left to `timeline`.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from babel import Locale
from babel.dates import format_date, format_skeleton

from index.documents import period_of

from .words import Words, number_in

WIDTH = 640  # pixels of the track in a narrow window, where it is scrolled; wider, it stretches
TARGET = 24  # the least width and height of what is clicked, in pixels; as in timeline.css
LEVELS = 5  # marks above one another in a lane; where more would meet, they are counted
LANES = 30  # pairs of countries that have a lane; the rarer ones share the last

_CHARACTER, _GAP = 8, 16  # pixels of a tick's label: at most a character, and at least after it
_STEPS = (1, 3, 6, *(12 * n * 10**k for k in range(4) for n in (1, 2, 5)))  # in months
_FIRST = 12  # January of the year 1: months are counted from the year 0

Pair = tuple[str, str]


class Entry(Protocol):
    """What is drawn of a document. `date` is an ISO date of any precision or None; `pair` two ISO
    codes of countries, in alphabetical order, or None."""

    @property
    def source(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def date(self) -> str | None: ...
    @property
    def language(self) -> str: ...
    @property
    def pair(self) -> Pair | None: ...


@dataclass(frozen=True, slots=True)
class Scale:
    """The track: from its first month to its last, not included, both counted from the year 0;
    `step` months between two ticks."""

    first: int
    last: int
    step: int
    width: int

    def at(self, day: float) -> float:
        """The share of the track before a day, given as its ordinal."""
        start = first_day(self.first)
        return (day - start) / (first_day(self.last) - start)

    def long(self, step: int) -> float:
        """The pixels of `step` months, on average."""
        return self.width * step / (self.last - self.first)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at one place of a lane: a document, or the number of several.

    `start` and `end` are shares of the track, `period` the ISO date, or the two, of what it spans.
    """

    start: float
    end: float
    period: str
    entries: tuple[Entry, ...]

    @property
    def counted(self) -> bool:
        return len(self.entries) > 1


def scale_of(dates: Iterable[str], words: Words, width: int) -> Scale:
    """The finest ticks whose labels do not touch; the track begins and ends at a tick."""
    months = [_month(day) for date in dates for day in period_of(date)]
    scales = (
        Scale(min(months) // step * step, (max(months) // step + 1) * step, step, width)
        for step in _STEPS
    )
    return next(scale for scale in scales if scale.step == _STEPS[-1] or _readable(scale, words))


def _readable(scale: Scale, words: Words) -> bool:
    ticks = [*range(scale.first, scale.last, scale.step), scale.last]
    return all(
        (scale.at(first_day(after)) - scale.at(first_day(tick))) * scale.width
        >= len(tick_of(tick, scale, words)) * _CHARACTER + _GAP
        for tick, after in pairwise(ticks)
    )


def tick_of(month: int, scale: Scale, words: Words) -> str:
    """A year where one begins, elsewhere a month, which the first tick completes.

    Of a month's two forms the one that stands in a date: Babel 2.18 gives the other in a language
    that was asked for before.
    """
    year, number = divmod(month, 12)
    if number == 0:
        return str(year)
    first = datetime.date(year, number + 1, 1)
    if month == scale.first:
        return str(format_skeleton("yMMM", first, locale=words.code))
    return str(format_date(first, "MMM", locale=words.code))


def lanes_of(entries: Sequence[Entry], words: Words) -> list[tuple[Pair | None, list[Entry]]]:
    """The entries of each pair, the pair with most first, then by name; last those without."""
    held: defaultdict[Pair | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        held[entry.pair].append(entry)
    pairs = sorted(
        (pair for pair in held if pair is not None),
        key=lambda pair: (-len(held[pair]), _sortable(names_of(pair, words)), pair),
    )
    rest = [entry for pair in (None, *pairs[LANES:]) for entry in held.get(pair, ())]
    lanes: list[tuple[Pair | None, list[Entry]]] = [(pair, held[pair]) for pair in pairs[:LANES]]
    return [*lanes, (None, rest)] if rest else lanes


def marks_of(entries: Iterable[Entry], scale: Scale, words: Words) -> list[tuple[Mark, int]]:
    """The marks of a lane in the order of time, each with its level.

    Documents are counted where more than `LEVELS` are of one date; if that leaves too many, where
    two are, then where two are of one month, one quarter and so on.
    """
    dated = sorted(
        (entry for entry in entries if entry.date is not None),
        key=lambda entry: (*period_of(entry.date or ""), entry.title, entry.source),
    )
    room = least_width(len(dated), words)
    steps = [(step, 1) for step in _STEPS if scale.long(step) >= room]
    tried = (
        _packed(_grouped(dated, step, most, scale), scale, words)
        for step, most in [(0, LEVELS), (0, 1), *steps]
    )
    return next(packed for packed in tried if packed is not None)


def _grouped(entries: Iterable[Entry], step: int, most: int, scale: Scale) -> list[Mark]:
    """A mark for each entry, but one for all of the same `step` months (0: of the same date) where
    they are more than `most`. What is less precise than a step is of all the steps it touches."""
    held: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        held[_widened(entry.date or "", step)].append(entry)
    marks: list[Mark] = []
    for period, together in held.items():
        if len(together) > most:
            marks.append(_mark(period, together, scale))
        else:
            marks.extend(_mark(entry.date or "", [entry], scale) for entry in together)
    return marks


def _mark(period: str, entries: Sequence[Entry], scale: Scale) -> Mark:
    """The mark of a period; what the period has beyond the track is not drawn."""
    dates = period.split("..")
    first, last = _ordinal(period_of(dates[0])[0]), _ordinal(period_of(dates[-1])[1])
    if first == last:
        start = end = scale.at(first + 0.5)  # a day is a dot, at its noon
    else:
        start, end = max(scale.at(first), 0.0), min(scale.at(last + 1), 1.0)
    return Mark(start, end, period, tuple(entries))


def _packed(marks: Iterable[Mark], scale: Scale, words: Words) -> list[tuple[Mark, int]] | None:
    """Each mark at the lowest level where it covers no other, in the order of time. None where
    `LEVELS` levels are too few.

    Numbers choose first, the shortest before all, so that they stand in one row; then documents,
    the longest first, so that a year lies below its days.
    """
    levels: list[list[tuple[float, float]]] = [[] for _ in range(LEVELS)]
    packed: list[tuple[Mark, int]] = []
    sized = [
        (mark, max(least_width(len(mark.entries), words), (mark.end - mark.start) * scale.width))
        for mark in marks
    ]
    sized.sort(key=lambda one: (one[0].start + one[0].end, one[0].start))
    sized.sort(key=lambda one: (0, one[1]) if one[0].counted else (1, -one[1]))
    for mark, pixels in sized:
        middle = (mark.start + mark.end) / 2 * scale.width
        start, end = middle - pixels / 2 + 1e-6, middle + pixels / 2 - 1e-6  # they may touch
        free = (n for n, taken in enumerate(levels) if all(end < a or b < start for a, b in taken))
        level = next(free, None)
        if level is None:
            return None
        levels[level].append((start, end))
        packed.append((mark, level))
    return sorted(packed, key=lambda placed: (placed[0].start, placed[0].end, placed[1]))


def _widened(date: str, step: int) -> str:
    """The whole steps, in months, that a date touches, as an ISO date or two; 0 keeps the date."""
    if step == 0:
        return date
    first, last = (_month(day) for day in period_of(date))
    first, after = max(first // step * step, _FIRST), (last // step + 1) * step
    if first % 12 == after % 12 == 0:
        ends = [f"{first // 12:04}", f"{after // 12 - 1:04}"]
    else:
        ends = [f"{month // 12:04}-{month % 12 + 1:02}" for month in (first, after - 1)]
    return "..".join(dict.fromkeys(ends))


def _month(day: str) -> int:
    """The months from the year 0 to an ISO day's own."""
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _ordinal(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def first_day(month: int) -> int:
    """The ordinal of a month's first day, also in the years 0 and 10000, where ticks may stand and
    `datetime` has no dates: the calendar comes round every 400 years."""
    rounds, year = divmod(month // 12, 400)
    return datetime.date(400 + year, month % 12 + 1, 1).toordinal() + (rounds - 1) * 146_097


def names_of(pair: Pair, words: Words) -> str:
    territories = Locale(words.code).territories
    names = (str(territories.get(code, code)) for code in pair)
    return " – ".join(sorted(names, key=_sortable))


def _sortable(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold()


def least_width(number: int, words: Words) -> int:
    """The pixels that a mark takes however short its period is: a number has to be readable."""
    return max(TARGET, 7 * len(number_in(words, number)) + 3)
