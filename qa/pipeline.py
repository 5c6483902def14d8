"""A question → its answer: the flow from end to end, in the order in which it happens."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from index import Encoder, Filters, Found, Index, build, load, store_at
from index.build import Progress, silent
from index.errors import IndexMissingError
from index.places import SEEDS, index_of
from index.search import PASSAGES

from . import dated
from .compose import compose, declined, select
from .digest import comparison, digest, parties_of
from .dispatches import Reprints, told_once
from .errors import QuestionError
from .kinds import Kind, Kinds
from .question import Question, understand
from .reader import Candidate, Reader, reader_for
from .selection import Selection
from .times import When, when_of
from .types import Answer

WIDE = 24  # passages found for a question that is answered from many documents
WIDELY_READ = 12


@dataclass(frozen=True, slots=True)
class Trace:
    """An answer and how it came about: the question as understood, of what kind it is and what it
    says of time, what was found, and every candidate sentence, best first."""

    answer: Answer
    question: Question
    kind: Kind
    when: When
    found: Found
    candidates: tuple[Candidate, ...]


def answer(
    question: str,
    *,
    index: Index | str | Path | None = None,
    history: Sequence[str | Answer] = (),
    period: str | tuple[str | None, str | None] | None = None,
    sources: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
) -> Answer:
    """Answer `question` with sentences quoted from the documents of `index`.

    `index` is an opened index or its folder; without one, the index of `seeds/` is opened, and
    built on first use. `history` holds the questions (or answers) before this one, oldest first.
    `period` (an ISO date of any precision, or a pair of them, either of which may be None),
    `sources` and `languages` restrict the documents that may answer.

    Raises `QuestionError` for a question that cannot be asked, and the errors of `Index.open` and
    `build`; never for want of an answer, which is an `Answer` that abstains.
    """
    return trace(
        question, index=index, history=history, period=period, sources=sources, languages=languages
    ).answer


def trace(
    question: str,
    *,
    index: Index | str | Path | None = None,
    history: Sequence[str | Answer] = (),
    period: str | tuple[str | None, str | None] | None = None,
    sources: Sequence[str] | None = None,
    languages: Sequence[str] | None = None,
    reader: Reader | None = None,
    today: date | None = None,
) -> Trace:
    """As `answer`, with everything that led to it; `reader` is the trained one unless given, and
    `today` the day that «last year» counts from."""
    understood = understand(question, history)
    filters = _filters(period, sources, languages)
    opened = index if isinstance(index, Index) else open_index(index)
    said = when_of(understood.text, understood.language, today or date.today())
    when = dated.resolved(said, understood, opened, filters)
    found = dated.search(understood, opened, filters, when, WIDE)
    kind = _kinds(opened.encoder).of(understood.text, understood.language, found.vector)

    candidates: tuple[Candidate, ...] = ()
    selection = declined(kind, understood) or _told(kind, understood, found, opened, filters, when)
    if selection is None:
        reader = reader or _reader(opened.encoder)
        candidates, selection = _read(kind, understood, found, reader, when, opened.reprints)
    if not _wide(kind, when):
        found = replace(found, hits=found.hits[:PASSAGES])
    answer = compose(understood, found, candidates, selection, opened.reprints)
    return Trace(answer, understood, kind, when, found, candidates)


def _read(
    kind: Kind,
    question: Question,
    found: Found,
    reader: Reader,
    when: When,
    reprints: Reprints,
) -> tuple[tuple[Candidate, ...], Selection]:
    """The candidates that were read for an answer and what to quote of them: of the dated ones, or
    where none of these answers, of those without a date."""
    asked = replace(question, text=dated.timeless(question.text, when))
    if _wide(kind, when):
        read = reader.read(asked, found, WIDELY_READ)
    else:
        read = reader.read(asked, replace(found, hits=found.hits[:PASSAGES]))
    once = told_once(read, reprints)
    tried = [(tuple(c), select(question, kind, when, c)) for c in dated.of_time(once, when)]
    answered = [one for one in tried if one[1].quotes]
    return answered[0] if answered else max(tried, key=lambda one: one[1].confidence)


def _wide(kind: Kind, when: When) -> bool:
    """Whether many documents are read, not only the nearest."""
    return kind in (Kind.PERSON, Kind.LIST) or when.order is not None


def _told(
    kind: Kind, question: Question, found: Found, index: Index, filters: Filters, when: When
) -> Selection | None:
    """The story of two sides that a broad question asks for, or two of them side by side; None if
    it asks for none, or the documents tell none."""
    if kind not in (Kind.RELATIONS, Kind.COMPARISON):
        return None
    parties = parties_of(question)
    within = dated.within(filters, when)
    if not parties or within is None:
        return None
    tell = comparison if kind is Kind.COMPARISON else digest
    return tell(question, found.vector, index, within, parties)


def open_index(place: str | Path | None = None, progress: Progress = silent) -> Index:
    """The index at `place`, kept open for the next question; that of `seeds/`, built on first use,
    if None. `progress` is told how far the build is."""
    store = store_at(index_of(SEEDS) if place is None else place)
    key = store.place, store.folder.absolute()
    with _lock:
        if key not in _opened:
            try:
                _opened[key] = Index.open(store)
            except IndexMissingError:
                if place is not None:
                    raise
                encoder = load()
                build(SEEDS, store, encoder, progress)
                _opened[key] = Index.open(store, encoder)
        return _opened[key]


@lru_cache(maxsize=4)
def _kinds(encoder: Encoder) -> Kinds:
    """The kinds of questions of an encoder, kept for the next question."""
    return Kinds(encoder)


@lru_cache(maxsize=4)
def _reader(encoder: Encoder) -> Reader:
    """The reader of an encoder, kept for the next question."""
    return reader_for(encoder)


_lock = threading.Lock()
_opened: dict[tuple[str, Path], Index] = {}


def _filters(
    period: str | tuple[str | None, str | None] | None,
    sources: Sequence[str] | None,
    languages: Sequence[str] | None,
) -> Filters:
    for name, given in (("sources", sources), ("languages", languages)):
        if given is not None and not _are_strings(given):
            raise QuestionError(f"{name} is a list of strings, not {given!r}")
    if period in ("", (None, None)):
        raise QuestionError("the period is empty; expected a date or two, one of which may be None")
    try:
        return Filters(
            (period, period) if isinstance(period, str) else period,
            None if sources is None else tuple(sources),
            None if languages is None else tuple(code.lower() for code in languages),
        )
    except (ValueError, TypeError) as fault:
        raise QuestionError(f"the period {period!r} cannot be read: {fault}") from fault


def _are_strings(given: object) -> bool:
    if isinstance(given, str) or not isinstance(given, Iterable):
        return False
    return all(isinstance(one, str) for one in given)
