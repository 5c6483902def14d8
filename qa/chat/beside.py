"""What the page asks of the server about a citation: its source, why it was chosen, whether it
still stands in its file, and to take it away or report it.

Everything that a browser sends is checked against the index; nothing of it is taken for a path.
Each function returns what `chat.js` shows, and says a fault instead of raising it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict

from index import Document, EntenteError, Index, Span

from ..dispatches import printing
from ..errors import QuestionError
from ..export import FORMATS
from ..pipeline import trace
from ..reader import Candidate
from ..reports import Report, record
from ..selection import Quote
from .catalogue import entries_of
from .collection import Collection, Standing
from .panel import fault_panel, source_panel, why_list
from .place import ChangedError, Place, PlaceError
from .restrictions import PeriodError, restriction_of
from .turns import KEPT, Turn, turn_of
from .words import Words

QUOTES = 200  # that are compared with their files at once


class Panel(TypedDict):
    """A source panel: `state` is «done» or «fault»."""

    state: str
    html: str


class Checked(TypedDict):
    """What comparing quotes with their files gave: a sentence, and each quote's standing."""

    said: str
    marks: list[str]
    names: list[str]


class File(TypedDict):
    """A file for the browser to save; no `name` where there is none."""

    name: str
    type: str
    text: str


def open_source(index: Index | None, sent: object, words: Words) -> Panel:
    """The panel for a place that a browser sends. Only documents of the index can be opened, and
    only where they hold the words that were quoted."""
    try:
        place = Place.parse(sent)
        document = _document(index, place.source)
        place.check(document)
        quote = Quote(document, Span(place.start, place.end))
        reprints = printing(quote, index.reprints) if index else ()
        return {"state": "done", "html": source_panel(document, place, words, reprints)}
    except ChangedError:
        return _fault(words.changed, words)
    except PlaceError:
        return _fault(words.gone, words)
    except EntenteError as fault:
        return _fault(f"{words.failed} {fault}", words)


def open_document(index: Index | None, source: object, words: Words) -> Panel:
    """The panel for a whole document, without a quote."""
    try:
        document = _document(index, source)
        reprints = index.reprints(document.source) if index else ()
        return {"state": "done", "html": source_panel(document, None, words, reprints)}
    except PlaceError:
        return _fault(words.gone, words)
    except EntenteError as fault:
        return _fault(f"{words.failed} {fault}", words)


def why(index: Index | None, sent: object, record_sent: object, words: Words) -> str:
    """Why the sentence at a place answers the question of a turn: scores, and the words met. The
    question is read again, so that what is shown is what decides."""
    turn = turn_of(record_sent)
    try:
        place = Place.parse(sent)
        if index is None or turn is None:
            raise PlaceError("there is nothing to explain")
        within = restriction_of(turn.restricted, entries_of(index) if turn.restricted else ())
        traced = trace(
            turn.understood,
            index=index,
            period=within.period,
            sources=within.sources,
            languages=within.languages,
        )
    except (PlaceError, PeriodError, QuestionError):
        return why_list([(words.why, words.why_gone)], words)
    except EntenteError as fault:
        return why_list([(words.failed, str(fault))], words)
    candidates = traced.candidates
    for rank, candidate in enumerate(candidates, start=1):
        at = candidate.sentence
        if (candidate.hit.passage.document.source, at.start, at.end) == (
            place.source,
            place.start,
            place.end,
        ):
            return why_list(_facts(candidate, rank, len(candidates), turn, words), words)
    if not candidates and place in map(Place.of, traced.answer.citations):
        return why_list([(words.why, words.why_told)], words)
    return why_list([(words.why, words.why_gone)], words)


def check(collection: Collection | None, sent: object, words: Words) -> Checked:
    """Compare the quotes at these places with their files as they are now."""
    try:
        places = [Place.parse(one) for one in sent[:QUOTES]] if isinstance(sent, list) else []
        standing = collection.check(places) if collection else []
    except PlaceError:
        standing = []
    except EntenteError as fault:
        return {"said": f"{words.failed} {fault}", "marks": [], "names": []}
    if not standing:
        return {"said": words.gone, "marks": [], "names": []}
    good = sum(one is Standing.SAME for one in standing)
    return {
        "said": words.checked.format(good=good, count=len(standing)),
        "marks": [one.value for one in standing],
        "names": [_named(one, words) for one in standing],
    }


def report(index: Index | None, sent: object, record_sent: object, words: Words) -> str:
    """Write down that a citation is a wrong source; what is said of it."""
    turn = turn_of(record_sent)
    if index is None or turn is None:
        return words.gone
    try:
        place = Place.parse(sent)
        document = _document(index, place.source)
        place.check(document)
        record(
            index.folder,
            Report(
                when=datetime.now(UTC).isoformat(timespec="seconds"),
                question=turn.question,
                source=place.source,
                title=document.title,
                start=place.start,
                end=place.end,
                quote=document.text[place.start : place.end],
            ),
        )
    except ChangedError:
        return words.changed
    except PlaceError:
        return words.gone
    except EntenteError as fault:
        return str(fault)
    return words.wrong_done


def export(sent: object, name: object) -> File:
    """Turns as a file of one of the formats; without a name for anything else."""
    records = sent[:KEPT] if isinstance(sent, list) else []
    turns = [turn for turn in map(turn_of, records) if turn]
    if not turns or not isinstance(name, str) or name not in FORMATS:
        return {"name": "", "type": "", "text": ""}
    form = FORMATS[name]
    text = form.write([turn.answer for turn in turns])
    return {
        "name": f"entente{form.suffix}",
        "type": form.media_type,
        "text": text.encode(form.encoding).decode(),  # with the mark, where the encoding has one
    }


def _document(index: Index | None, source: object) -> Document:
    """The document of this source; raises `PlaceError` where the index holds none."""
    try:
        document = index.document(source) if index and isinstance(source, str) else None
    except UnicodeEncodeError:  # half a character: nothing is called so
        document = None
    if document is None:
        raise PlaceError("the index holds no such document")
    return document


def _facts(
    candidate: Candidate, rank: int, of: int, turn: Turn, words: Words
) -> Sequence[tuple[str, str]]:
    facts = [(words.why_rank, words.place.format(number=rank, count=of))]
    if rank == 1:
        facts.append((words.confidence, f"{turn.answer.confidence:.2f}"))
    if candidate.read:
        facts.append((words.why_span, f"{candidate.read.span:+.2f}"))
        facts.append((words.why_answerable, f"{candidate.read.answerable:+.2f}"))
    facts.append((words.why_dense, f"{candidate.hit.dense:.3f}"))
    facts.append((words.why_words, ", ".join(meeting.term for meeting in candidate.matched) or "—"))
    return facts


def _named(standing: Standing, words: Words) -> str:
    match standing:
        case Standing.SAME:
            return words.check_same
        case Standing.CHANGED:
            return words.check_changed
        case Standing.GONE:
            return words.check_gone


def _fault(text: str, words: Words) -> Panel:
    return {"state": "fault", "html": fault_panel(text, words)}
