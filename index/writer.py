"""Changing the store: one transaction, kept whole or not at all.

What the tables mean to a reader is `index.store`'s affair, how SQLite is opened
`index.database`'s.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .database import connected_to_write
from .documents import Document
from .encoder import Vectors
from .passages import Passage, Span
from .store import FILE, FORMAT, STORED

# The first generation is drawn by lot below this number: a store that is made anew must not meet,
# in the FAISS file of the one that it replaces, a generation of its own.
FIRST_GENERATIONS = 1_000_000_000

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, text TEXT NOT NULL,
  title TEXT NOT NULL, language TEXT NOT NULL, date TEXT, agency TEXT, body_start INTEGER NOT NULL,
  indexed TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now')));
CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_of_document ON passages (document);
CREATE TABLE sentences (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (document, start)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (stems, sounds, names, tokenize='ascii');
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with all that is computed from it, ready to be stored.

    `words` has a row of (stems, sounds, names) for each passage; vectors are [passages, dimension]
    and [sentences, dimension].
    """

    document: Document
    sha256: str
    passages: Sequence[Passage]
    words: Sequence[tuple[str, str, str]]
    passage_vectors: Vectors
    sentences: Sequence[Span]
    sentence_vectors: Vectors


class Writer:
    """One change in the making: everything it does is kept on leaving the context, or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def remove(self, source: str) -> None:
        row = self._connection.execute(
            "SELECT id FROM documents WHERE source = ?", (source,)
        ).fetchone()
        if row is not None:
            self._connection.execute(
                "DELETE FROM words WHERE rowid IN (SELECT id FROM passages WHERE document = ?)", row
            )
            self._connection.execute("DELETE FROM documents WHERE id = ?", row)

    def documents(self) -> int:
        """How many documents there are by now."""
        return int(self._connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def add(self, entry: Entry) -> None:
        document = entry.document
        key = self._connection.execute(
            "INSERT INTO documents"
            " (source, sha256, text, title, language, date, agency, body_start)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.source, entry.sha256, document.text, document.title, document.language,
                document.date, document.agency, document.body_start,
            ),
        ).lastrowid  # fmt: skip
        for passage, words, vector in zip(
            entry.passages, entry.words, entry.passage_vectors, strict=True
        ):
            row = self._connection.execute(
                "INSERT INTO passages (document, start, end, vector) VALUES (?, ?, ?, ?)",
                (key, passage.start, passage.end, _blob(vector)),
            ).lastrowid
            self._connection.execute(
                "INSERT INTO words (rowid, stems, sounds, names) VALUES (?, ?, ?, ?)", (row, *words)
            )
        self._connection.executemany(
            "INSERT INTO sentences (document, start, end, vector) VALUES (?, ?, ?, ?)",
            [
                (key, span.start, span.end, _blob(vector))
                for span, vector in zip(entry.sentences, entry.sentence_vectors, strict=True)
            ],
        )


@contextmanager
def writing(folder: Path, meta: dict[str, str]) -> Iterator[Writer]:
    """Change the store in `folder`, making it if there is none; `meta` is recorded with the change.

    Raises `IndexWriteError` (disk full, no permission) or `IndexDamagedError`; the store is then as
    it was before.
    """
    with connected_to_write(folder, FILE) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
            yield Writer(connection)
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                [("format", FORMAT), *meta.items()],
            )
            connection.execute(
                "INSERT INTO meta VALUES ('generation', ?)"
                " ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                (str(secrets.randbelow(FIRST_GENERATIONS)),),
            )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _blob(vector: Vectors) -> bytes:
    return vector.astype(STORED).tobytes()
