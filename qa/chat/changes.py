"""Documents added and removed from the page, and what is said of it, in the window's language.

What becomes of the files is `collection`.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradio.utils import get_upload_folder

from index import EntenteError
from index.errors import IndexBusyError, shown

from .arrivals import FILE_BYTES, NAME_BYTES, Added, Reason, Refused, Upload
from .collection import Collection, FixedError, GoneError, LastDocumentError
from .opening import State
from .words import Words

Notes = list[str]


def brought(state: State, sent: object, words: Words) -> Iterator[Notes]:
    """Add the files that a browser uploaded: notes on how far it is, then on what became of each.

    `sent` is a list of {path, name}; only what lies where uploads are put is taken. A file that the
    server did not accept, which it does for its size, has no path.
    """
    uploads, large = _uploads(sent), [_refused(one, words) for one in _too_large(sent)]
    if state.collection is None or not uploads:
        yield large or [words.gone]
        return
    steps: queue.SimpleQueue[tuple[int, int] | None] = queue.SimpleQueue()
    work = _worker.submit(_added, state.collection, uploads, steps)
    while (step := steps.get()) is not None:
        yield [words.adding.format(done=step[0], total=step[1])]
    try:
        yield [*_told(work.result(), words), *large]
    except EntenteError as fault:
        yield [_fault(fault, words)]


def discarded(state: State, source: object, words: Words) -> Notes:
    """Move a document out of the collection."""
    if state.collection is None or not isinstance(source, str):
        return [words.gone]
    try:
        place = state.collection.remove(source)
    except EntenteError as fault:
        return [_fault(fault, words)]
    return [words.removed.format(title=source, place=place)]


def _added(
    collection: Collection, uploads: list[Upload], steps: queue.SimpleQueue[tuple[int, int] | None]
) -> Added:
    try:
        return collection.add(uploads, lambda done, total, _: steps.put((done, total)))
    finally:
        steps.put(None)


def _uploads(sent: object) -> list[Upload]:
    root = Path(get_upload_folder()).resolve()
    uploads = []
    for one in sent if isinstance(sent, list) else []:
        match one:
            case {"path": str(path), "name": str(name)}:
                try:
                    where = Path(path).resolve()
                    if where.is_relative_to(root) and where.is_file():
                        uploads.append(Upload(where, name))
                except (OSError, ValueError, RuntimeError):  # too long, no path at all, a loop
                    continue
    return uploads


def _told(added: Added, words: Words) -> Notes:
    notes = []
    for kept, said in ((added.added, words.added), (added.unchanged, words.unchanged)):
        if kept:
            notes.append(said.format(names=", ".join(one.source for one in kept)))
    return notes + [_refused(one, words) for one in added.refused]


def _too_large(sent: object) -> list[Refused]:
    refused = []
    for one in sent if isinstance(sent, list) else []:
        match one:
            case {"path": "", "name": str(name)}:
                refused.append(Refused(shown(name[:NAME_BYTES]), Reason.SIZE, ""))
    return refused


def _refused(one: Refused, words: Words) -> str:
    return words.refused.format(name=one.name, reason=_reason(one, words))


def _reason(refused: Refused, words: Words) -> str:
    match refused.reason:
        case Reason.TYPE:
            return words.refused_type
        case Reason.SIZE:
            return words.refused_size.format(limit=f"{FILE_BYTES // 1_000_000} MB")
        case Reason.NAME:
            return words.refused_name
        case Reason.TEXT:
            return words.refused_text
        case Reason.COUNT:
            return words.refused_count


def _fault(fault: EntenteError, words: Words) -> str:
    match fault:
        case FixedError():
            return words.fixed
        case GoneError():
            return words.gone
        case LastDocumentError():
            return words.last
        case IndexBusyError():
            return words.busy
    return str(fault)


_worker = ThreadPoolExecutor(4, "changing")
