"""What can still be read of an index whose file is damaged: document by document, row by row.

A row counts as read where it is as its stamp says. Nothing is changed here, and no fault of the
file raises: what cannot be read is not there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..bm25 import Columns
from ..errors import EntenteError, IndexMissingError
from ..files import SourceFile
from ..passages import Passage, Span
from .database import connected_to_salvage, never_finished
from .schema import COUNTED, DOCUMENT, FILE, FORMAT, META, stamp_of
from .snapshot import Derived, LocalSnapshot, facts_of

_UNREADABLE = (sqlite3.Error, UnicodeDecodeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it was stored: its file, and when it was indexed."""

    file: SourceFile
    indexed: str | None


class Remains:
    """What is left of an index; without a connection, nothing.

    `meta` is what is left of its description, `sources` the documents' keys with their sources,
    None where only the key is known, and `complete` says that these are all that there were.
    """

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection
        self.meta = {
            key: value
            for key, value in self._rows("SELECT key, value FROM meta")[0]
            if isinstance(key, str) and isinstance(value, str)
        }
        self.format = self.meta.get("format")
        listed, clean = self._both(
            "SELECT id, source FROM documents INDEXED BY sqlite_autoindex_documents_1"
            " ORDER BY source {}"
        )
        stored, whole = self._both("SELECT id FROM documents NOT INDEXED ORDER BY id {}")
        used, _ = self._rows("SELECT DISTINCT document FROM passages")
        self.sources: dict[int, str | None] = dict.fromkeys(
            sorted({key for key, *_ in (*stored, *used) if isinstance(key, int)})
        )
        self.sources |= {
            key: source
            for key, source in listed
            if isinstance(key, int) and isinstance(source, str)
        }
        self.complete = (clean or whole) and len(self.sources) >= self.documents()

    @property
    def dated(self) -> bool:
        """Whether its generation is known."""
        return self.meta.get("generation", "").isdecimal()

    def documents(self) -> int:
        """How many documents there were, or 0 where that is not known."""
        counted = self.meta.get("documents", "")
        return int(counted) if counted.isdecimal() else 0

    def whole(self, derived: Derived) -> LocalSnapshot | None:
        """The index as it is, if nothing is missing but what is derived."""
        if self._connection is None or self.format != FORMAT:
            return None
        if not {*META, *COUNTED} <= self.meta.keys() or not self.dated:
            return None
        snapshot = LocalSnapshot(self._connection, derived)
        try:
            if snapshot.damage() or any(snapshot.garbled()):
                return None
        except (*_UNREADABLE, EntenteError):
            return None
        return snapshot

    def document(self, key: int) -> Kept | None:
        rows, _ = self._rows(f"SELECT stamp, {DOCUMENT} FROM documents WHERE id = ?", key)
        for stamp, source, sha256, *values in rows:
            if stamp == stamp_of(source, sha256, *values):
                *_, indexed, _, facts, text = values
                return Kept(SourceFile(source, text, sha256, facts_of(facts)), indexed)
        if self.format in (FORMAT, None):
            return None
        # Of an earlier format, in which there are no stamps: what all of them have had.
        rows, _ = self._rows("SELECT source, text, sha256 FROM documents WHERE id = ?", key)
        for row in rows:
            if all(isinstance(value, str) for value in row):
                return Kept(SourceFile(*row), None)
        return None

    def vectors(
        self,
        key: int,
        passages: Sequence[Passage],
        sentences: Sequence[Span],
        words_of: Callable[[Passage], Columns],
    ) -> list[bytes | None]:
        """What is left of the vectors of a document's passages, and then of its sentences, as they
        are stored; `words_of` gives the words of a passage where they are lost."""
        of_passages: dict[tuple[int, int], tuple[int, list[Any]]] = {}
        for (row,) in self._both(
            "SELECT id FROM passages WHERE document = ? ORDER BY language {}", key
        )[0]:
            for values in self._rows(
                "SELECT document, language, start, end, vector, stamp FROM passages WHERE id = ?",
                row,
            )[0]:
                of_passages[values[2], values[3]] = row, values
        of_sentences = {
            (row[1], row[2]): row[3]
            for *row, stamp in self._both(
                "SELECT document, start, end, vector, stamp FROM sentences"
                " WHERE document = ? ORDER BY start {}",
                key,
            )[0]
            if stamp == stamp_of(*row)
        }
        return [
            *(
                self._checked(*of_passages[place], partial(words_of, one))
                if (place := (one.start, one.end)) in of_passages
                else None
                for one in passages
            ),
            *(of_sentences.get((span.start, span.end)) for span in sentences),
        ]

    def _checked(self, row: int, values: list[Any], fresh: Callable[[], Columns]) -> bytes | None:
        """The vector of a passage, if it is as it was written, with its words or fresh ones."""
        *stored, stamp = values
        words, _ = self._rows("SELECT stems, sounds, names FROM words WHERE rowid = ?", row)
        if any(stamp == stamp_of(*stored, *columns) for columns in words) or (
            stamp == stamp_of(*stored, *fresh())
        ):
            vector: bytes = stored[-1]
            return vector
        return None

    def _rows(self, query: str, *values: object) -> tuple[list[list[Any]], bool]:
        """The rows up to the first that cannot be read, and whether there is none such."""
        rows: list[list[Any]] = []
        if self._connection is None:
            return rows, False
        try:
            for row in self._connection.execute(query, values):
                rows.append(list(row))
        except _UNREADABLE:
            return rows, False
        return rows, True

    def _both(self, query: str, *values: object) -> tuple[list[list[Any]], bool]:
        """As `_rows`, but the rows that can be read from either end."""
        rows, clean = self._rows(query.format("ASC"), *values)
        if not clean:
            rows += self._rows(query.format("DESC"), *values)[0]
        return rows, clean


@contextmanager
def remains_of(folder: Path) -> Iterator[Remains]:
    """Raises `IndexMissingError` where there is no file, `IndexDamagedError` where the system does
    not let it be read."""
    with connected_to_salvage(folder, FILE) as connection:
        if connection is not None and never_finished(connection):
            raise IndexMissingError(f"the index at {folder} was never finished; build it again")
        yield Remains(connection)
