"""Time applied to an answer: which documents may answer a question about a time, and in what order.

A sentence is of a time if its document is, or if it states a date of that time itself. A document
without a date is of no time, and is used where no dated one answers. What a question says of time
is read in `times`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from index import Document, Filters, Found, Index, Passage, Span
from index.documents import EARLIEST, LATEST, days_of, period_of

from .question import Question
from .reader import Candidate
from .times import Order, When, periods_in

Period = tuple[str | None, str | None]


def resolved(when: When, question: Question, index: Index, filters: Filters) -> When:
    """What a question says of time, with the period before or after the event that it names: that
    of the document found for it."""
    if when.period or when.event is None:
        return when
    found = index.search(when.event, question.language, filters)
    dates = [date for hit in found.hits if (date := hit.passage.document.date)]
    if not dates:
        return when
    return replace(when, period=(dates[0], None) if when.after else (None, dates[0]))


def search(question: Question, index: Index, filters: Filters, when: When, limit: int) -> Found:
    """What `index` finds for a question; for one about a time, the passages of that time, and those
    without a date."""
    found = index.search(question.text, question.language, filters, limit)
    if when.period is None:
        return found
    narrowed = within(filters, when)
    hits = [hit for hit in found.hits if _may_answer(hit.passage, when.period)]
    if narrowed is not None:
        hits += index.search(question.text, question.language, narrowed, limit).hits
    apart = {(hit.passage.document.source, hit.passage.start): hit for hit in hits}
    best = sorted(apart.values(), key=lambda hit: -hit.score)[:limit]
    return replace(found, hits=tuple(best))


def within(filters: Filters, when: When) -> Filters | None:
    """The filters with the period of the question; None if they let nothing of it through."""
    if when.period is None:
        return filters
    try:
        return replace(filters, period=_both(filters.period, when.period))
    except ValueError:
        return None


def timeless(text: str, when: When) -> str:
    """A question without what it says of time, which is seen to here: a passage of 2025 need not
    say so again to answer, nor the latest session that it is the latest."""
    for start, end in reversed(when.spans):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def of_time(candidates: Sequence[Candidate], when: When) -> list[list[Candidate]]:
    """The candidates that are of the time asked about, and those without a date, which are used
    where none of the first answers; all together where the question says no time."""
    if when.period is None:
        return [list(candidates)]
    dated, undated = [], []
    for candidate in candidates:
        document = candidate.hit.passage.document
        if _states(document, [candidate.sentence], when.period) or (
            document.date and _overlap(period_of(document.date), when.period)
        ):
            dated.append(candidate)
        elif document.date is None:
            undated.append(candidate)
    return [dated, undated]


def in_order(candidates: Sequence[Candidate], order: Order) -> list[Candidate]:
    """The candidates by their documents' dates, newest or oldest first as asked; those of one date
    stay in order, those without a date come last."""
    dated = [c for c in candidates if c.hit.passage.document.date]
    undated = [c for c in candidates if not c.hit.passage.document.date]
    dated.sort(key=_day, reverse=order is Order.NEWEST)
    return [*dated, *undated]


def _day(candidate: Candidate) -> str:
    return period_of(candidate.hit.passage.document.date or "9999")[0]


def _may_answer(passage: Passage, period: Period) -> bool:
    document = passage.document
    return document.date is None or _states(document, passage.sentences, period)


def _states(document: Document, sentences: Iterable[Span], period: Period) -> bool:
    """Whether one of these sentences states a date within the period."""
    return any(
        _overlap(stated, period)
        for span in sentences
        for stated in periods_in(document.text[span.start : span.end], document.language)
    )


def _overlap(stated: tuple[str, str], period: Period) -> bool:
    first, last = days_of(period)
    return stated[0] <= last and stated[1] >= first


def _both(one: Period | None, other: Period) -> Period:
    """The time that lies in two periods; raises `ValueError` if there is none."""
    if one is None:
        return other
    (a, b), (c, d) = days_of(one), days_of(other)
    first, last = max(a, c), min(b, d)
    if first > last:
        raise ValueError(f"{one} and {other} have no day in common")
    return first if first != EARLIEST else None, last if last != LATEST else None
