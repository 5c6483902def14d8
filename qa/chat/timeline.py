"""The indexed documents by date and by pair of countries → HTML that people look at, and click.

Everything here is a list of buttons that can be read, focused and clicked (`button.doc` a document,
`button.pair` a pair of countries, `button.count` a period); what has no date stands apart, at no
place in time. Where all stands is `lanes`, what a click does `chat.js`, and what it looks like
`timeline.css`. Positions are shares of the track from where a line of text begins, so time runs
with the writing: to the left in Arabic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .lanes import (
    WIDTH,
    Entry,
    Mark,
    Pair,
    Scale,
    first_day,
    lanes_of,
    least_width,
    marks_of,
    names_of,
    scale_of,
    tick_of,
)
from .render import verbatim
from .words import Words, date_in, number_in

HEATS = 4  # shades of a number's ground, by the root of its share of the greatest
APART = 8  # undated documents shown in a lane; of more, the number of the rest
TITLE = 120  # characters of a title that are shown

_PRECISION = {4: "year", 7: "month", 10: "day"}


def timeline(
    entries: Sequence[Entry], words: Words, width: int = WIDTH, *, others: str = "—"
) -> str:
    """The timeline as HTML in the language and the direction of `words`; empty without entries.

    `width` is the least width of the track in pixels: marks are laid out so that none covers
    another there, nor in any wider window. `others` names the lane of documents without a pair.
    Raises `ValueError` for a date that is not YYYY, YYYY-MM or YYYY-MM-DD.
    """
    if not entries:
        return ""
    dates = {entry.date for entry in entries if entry.date is not None}
    scale = scale_of(dates, words, width) if dates else None
    lanes = [
        (pair, held, marks_of(held, scale, words) if scale else [])
        for pair, held in lanes_of(entries, words)
    ]
    most = max((len(mark.entries) for *_, marks in lanes for mark, _ in marks), default=1)
    listed = "".join(
        f'<li class="lane">{_label(pair, len(held), words, others)}'
        f"{_track(marks, pair, most, words)}{_apart(held, words)}</li>"
        for pair, held, marks in lanes
    )
    undated = any(entry.date is None for entry in entries)
    return (
        f'<figure class="timeline{" some" if undated else ""}" lang="{words.code}" '
        f'dir="{words.direction}" '
        f'style="--track:{width if scale else 0}px"><figcaption><b>{verbatim(words.timeline)}</b> '
        f'{verbatim(words.timeline_hint)}</figcaption><div class="scroll"><div class="plot">'
        f"{_axis(scale, words) if scale else ''}"
        f"{_heading(words) if undated else ''}"
        f'<ul class="lanes" role="list">{listed}</ul></div></div></figure>'
    )


def _axis(scale: Scale, words: Words) -> str:
    """The ticks: every document says its own date, so a screen reader need not read them."""
    ticks = "".join(
        f'<span class="tick{"" if tick % 12 else " year"}" '
        f'style="--at:{_percent(scale.at(first_day(tick)))}">'
        f"{verbatim(tick_of(tick, scale, words))}</span>"
        for tick in range(scale.first, scale.last, scale.step)
    )
    return f'<div class="axis" aria-hidden="true">{ticks}</div>'


def _heading(words: Words) -> str:
    return f'<div class="without" aria-hidden="true">{verbatim(words.undated)}</div>'


def _label(pair: Pair | None, count: int, words: Words, others: str) -> str:
    number = f'<span class="number">{verbatim(number_in(words, count))}</span>'
    if pair is None:
        return f'<span class="label"><span class="names">{verbatim(others)}</span> {number}</span>'
    return (
        f'<button type="button" class="pair label" value="{_value(pair)}">'
        f'<span class="names">{verbatim(names_of(pair, words))}</span> {number}</button>'
    )


def _track(marks: Sequence[tuple[Mark, int]], pair: Pair | None, most: int, words: Words) -> str:
    if not marks:
        return '<div class="marks"></div>'
    rows = 1 + max(level for _, level in marks)
    listed = ""
    for mark, level in marks:
        style = (
            f"--at:{_percent((mark.start + mark.end) / 2)};"
            f"--long:{_percent(mark.end - mark.start)};--row:{level}"
        )
        late = " late" if mark.start + mark.end > 1 else ""
        if mark.counted:
            listed += f"<li>{_counted(mark, pair, most, words, late, style)}</li>"
        else:
            listed += f"<li>{_document(mark.entries[0], words, late, style)}</li>"
    return f'<ul class="marks" role="list" style="--rows:{rows}">{listed}</ul>'


def _document(entry: Entry, words: Words, late: str, style: str = "") -> str:
    date = words.undated if entry.date is None else date_in(words, entry.date)
    kind = "undated" if entry.date is None else _PRECISION[len(entry.date)]
    title = entry.title if len(entry.title) <= TITLE else entry.title[:TITLE] + "…"
    placed = f' style="{style}"' if style else ""
    return (
        f'<button type="button" class="doc {kind}{late}" value="{verbatim(entry.source)}"{placed}>'
        f'<span class="tip"><bdi lang="{verbatim(entry.language)}">{verbatim(title)}</bdi> '
        f"<span>· {verbatim(date)}</span></span></button>"
    )


def _counted(mark: Mark, pair: Pair | None, most: int, words: Words, late: str, style: str) -> str:
    number = number_in(words, len(mark.entries))
    heat = math.ceil(HEATS * math.sqrt(len(mark.entries) / most))
    period = " – ".join(date_in(words, date) for date in mark.period.split(".."))
    of = f' data-pair="{_value(pair)}"' if pair else ""
    return (
        f'<button type="button" class="count heat{heat}{late}" value="{mark.period}"{of} '
        f'style="{style};--least:{least_width(len(mark.entries), words)}px">'
        f'<span class="number" aria-hidden="true">{verbatim(number)}</span>'
        f'<span class="tip">{verbatim(period)} '
        f"<span>· {verbatim(f'{words.documents}: {number}')}</span></span></button>"
    )


def _apart(entries: Iterable[Entry], words: Words) -> str:
    """The documents that stand nowhere in time."""
    undated = sorted(
        (entry for entry in entries if entry.date is None),
        key=lambda entry: (entry.title, entry.source),
    )
    if not undated:
        return ""
    shown = undated if len(undated) <= APART else undated[: APART - 1]
    listed = "".join(f"<li>{_document(entry, words, ' late')}</li>" for entry in shown)
    if len(shown) < len(undated):
        rest = number_in(words, len(undated) - len(shown))
        listed += f'<li class="rest">+{verbatim(rest)}</li>'
    return f'<ul class="apart" role="list">{listed}</ul>'


def _value(pair: Pair) -> str:
    return verbatim("-".join(pair))


def _percent(share: float) -> str:
    return f"{100 * share:.3f}%"
