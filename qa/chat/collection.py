"""The documents that an index holds, as the window's page of documents changes and checks them.

Folder and index agree before a change and after it, whether it succeeds or not; a file that is
removed is only moved. How files come in is left to `arrivals`, how the page looks and what it says
to others.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from index import Document, EntenteError, Index, build
from index.build import Progress, corpus_of, silent
from index.documents import parse
from index.files import Skipped, read_source

from .arrivals import FILE_BYTES, Added, Arrival, Upload, moved, names_of
from .place import ChangedError, Place

REMOVED = ".removed"  # hidden, so that an index passes it over


class CollectionError(EntenteError):
    """The documents cannot be changed in this way; they are as they were."""


class FixedError(CollectionError):
    """These documents are not to be changed from the window."""


class GoneError(CollectionError):
    """The index does not hold this document, or not any more."""


class LastDocumentError(CollectionError):
    """Without this document there would be nothing to ask."""


class Standing(StrEnum):
    """How a quote stands in its file now."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


class Collection:
    """The documents of `index`, changed in `folder`, the one that it was built from, or not at all
    if None.

    One change is made at a time; a second one waits. One that fails is taken back, unless the index
    has stored it already. `index` need not be opened again: its next search reads what was changed,
    and one that is under way what was there before.
    """

    def __init__(self, index: Index, folder: Path | None, *, file_bytes: int = FILE_BYTES) -> None:
        self.folder = folder
        self.file_bytes = file_bytes  # of the largest file taken
        self._index = index
        self._lock = threading.Lock()

    def add(self, files: Sequence[Upload], progress: Progress = silent) -> Added:
        """Take the files into the folder, and bring the index up to date.

        `progress` is told how many of how many documents are encoded. Raises `FixedError`, another
        `CollectionError` or the errors of `build`.
        """
        folder = self._changeable()
        with self._lock, _reported(folder):
            before = self._hashes()
            arrival = Arrival(folder, self.file_bytes)
            try:
                for number, file in enumerate(files):
                    arrival.take(file, number)
                if arrival.empty:
                    return arrival.outcome({})
                report = build(folder, self._index.store, self._index.encoder, progress)
            except BaseException:
                arrival.take_back(self._hashes_after_failing(before))
                raise
            return arrival.outcome({item.source: item.reason for item in report.skipped})

    def remove(self, source: str) -> Path:
        """Move a document's file into the folder's `.removed`, bring the index up to date, and
        return where the file now is.

        Raises `FixedError`, `GoneError`, `LastDocumentError`, another `CollectionError` or the
        errors of `build`.
        """
        folder = self._changeable()
        with self._lock, _reported(folder):
            before = self._hashes()
            if source not in before:
                raise GoneError(f"the index holds no document {source!r}")
            if len(before) == 1:
                raise LastDocumentError(f"{source} is the last document, and cannot be removed")
            path, removed = folder / source, folder / REMOVED
            removed.mkdir(exist_ok=True)
            _check_inside(folder, path, removed)
            try:
                place = moved(path, removed, names_of(path.name))
            except FileNotFoundError as fault:  # somebody else moved it, and the index is told so
                build(folder, self._index.store, self._index.encoder)
                raise GoneError(f"the file of {source!r} is not there any more") from fault
            try:
                build(folder, self._index.store, self._index.encoder)
            except BaseException:
                if source in self._hashes_after_failing(before):
                    moved(place, path.parent, names_of(path.name))
                raise
        return place

    def check(self, places: Sequence[Place]) -> list[Standing]:
        """How the quote at each place stands in its file as it is now, whatever the index keeps.

        Only files of documents that the index holds are read, each of them once.
        """
        with self._index.store.reading() as snapshot:
            corpus = corpus_of(self._index.store, snapshot.meta())
            held = snapshot.hashes().keys()
        sources = {place.source for place in places} & held
        documents = {source: _as_it_is(corpus, source) for source in sources}
        return [_standing(place, documents.get(place.source)) for place in places]

    def _changeable(self) -> Path:
        if self.folder is None:
            raise FixedError("these documents are not to be changed from the window")
        return self.folder

    def _hashes(self) -> dict[str, str]:
        with self._index.store.reading() as snapshot:
            return snapshot.hashes()

    def _hashes_after_failing(self, before: dict[str, str]) -> dict[str, str]:
        """What the index holds after a build that failed: what it held before, unless the failure
        came after the change was stored."""
        try:
            return self._hashes()
        except EntenteError:
            return before


def _check_inside(folder: Path, *paths: Path) -> None:
    root = Path(os.path.realpath(folder))
    for path in paths:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise CollectionError(f"{path} is a link to outside {folder}; expected a file inside")


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Faults of the file system, as one of ours."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise CollectionError(f"the documents in {folder} cannot be changed: {reason}") from fault


def _as_it_is(corpus: Path, source: str) -> Document | None:
    """The document that a file is now, or None where it cannot be read."""
    found = read_source(corpus, source)
    return None if isinstance(found, Skipped) else parse(source, found.text)


def _standing(place: Place, document: Document | None) -> Standing:
    if document is None:
        return Standing.GONE
    try:
        place.check(document)
    except ChangedError:
        return Standing.CHANGED
    return Standing.SAME
