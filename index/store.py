"""One SQLite file, in WAL mode: the truth of an index.

It holds documents, passages, sentences, vectors, words (FTS5) and a generation number that grows
with every change. All of a change is one transaction, so a reader sees the index before it or after
it, and a process killed in the middle leaves the one before. What is derived from it (FAISS) is
`index.vectors`' affair.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .documents import Document
from .encoder import Vectors
from .errors import IndexDamagedError, IndexMissingError, IndexWriteError
from .passages import Passage, Span

FORMAT = "1"
FILE = "index.sqlite"
STORED = np.float16  # of a vector's numbers; against float32 the cosine differs by less than 1e-4

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, text TEXT NOT NULL,
  title TEXT NOT NULL, language TEXT NOT NULL, date TEXT, agency TEXT, body_start INTEGER NOT NULL);
CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_of_document ON passages (document);
CREATE TABLE sentences (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (document, start)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (stems, sounds, tokenize='ascii');
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as it is stored: its key, and the vectors of its sentences, [sentences, dimension]."""

    key: int
    passage: Passage
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with all that is computed from it, ready to be stored.

    `words` has a row of (stems, sounds) for each passage; vectors are [passages, dimension] and
    [sentences, dimension].
    """

    document: Document
    sha256: str
    passages: Sequence[Passage]
    words: Sequence[tuple[str, str]]
    passage_vectors: Vectors
    sentences: Sequence[Span]
    sentence_vectors: Vectors


class Snapshot:
    """What the store held at one moment, read inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._documents: dict[int, Document] = {}

    def meta(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT key, value FROM meta"))

    def generation(self) -> int:
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
        return int(row[0])

    def counts(self) -> dict[str, int]:
        """How many rows the tables of documents, passages and sentences have."""
        return {
            table: int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("documents", "passages", "sentences")
        }

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each document's file, by source."""
        return dict(self._connection.execute("SELECT source, sha256 FROM documents"))

    def documents(self) -> list[Document]:
        rows = self._connection.execute("SELECT id FROM documents ORDER BY source").fetchall()
        return [self._document(key) for (key,) in rows]

    def document(self, source: str) -> Document | None:
        row = self._connection.execute(
            "SELECT id FROM documents WHERE source = ?", (source,)
        ).fetchone()
        return None if row is None else self._document(row[0])

    def dated(self) -> list[tuple[int, str | None, str, str]]:
        """(document key, date, language, source) of every document, for filters."""
        return self._connection.execute(
            "SELECT id, date, language, source FROM documents"
        ).fetchall()

    def passage_keys(self, documents: Sequence[int]) -> list[int]:
        """The keys of the passages of the documents with these keys."""
        marks = ",".join("?" * len(documents))
        rows = self._connection.execute(
            f"SELECT id FROM passages WHERE document IN ({marks})", list(documents)
        )
        return [key for (key,) in rows]

    def passage(self, key: int) -> Stored:
        document, start, end = self._connection.execute(
            "SELECT document, start, end FROM passages WHERE id = ?", (key,)
        ).fetchone()
        rows = self._connection.execute(
            "SELECT start, end, vector FROM sentences"
            " WHERE document = ? AND start >= ? AND end <= ? ORDER BY start",
            (document, start, end),
        ).fetchall()
        spans = tuple(Span(first, last) for first, last, _ in rows)
        vectors = np.stack([_vector(blob) for *_, blob in rows])
        return Stored(key, Passage(self._document(document), start, end, spans), vectors)

    def passages(self) -> Iterator[tuple[int, str, int, int, Vectors]]:
        """(key, source, start, end, vector) of every passage."""
        for key, source, start, end, blob in self._connection.execute(
            "SELECT passages.id, source, start, end, vector"
            " FROM passages JOIN documents ON documents.id = document ORDER BY passages.id"
        ):
            yield key, source, start, end, _vector(blob)

    def sentences(self) -> Iterator[tuple[str, int, int, Vectors]]:
        """(source, start, end, vector) of every sentence."""
        for source, start, end, blob in self._connection.execute(
            "SELECT source, start, end, vector"
            " FROM sentences JOIN documents ON documents.id = document ORDER BY source, start"
        ):
            yield source, start, end, _vector(blob)

    def vectors(self) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The keys [n] and vectors [n, dimension] of all passages."""
        rows = self._connection.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
        keys = np.array([key for key, _ in rows], np.int64)
        data = np.frombuffer(b"".join(blob for _, blob in rows), STORED)
        return keys, data.reshape(len(rows), -1).astype(np.float32)

    def match(self, expression: str, limit: int) -> list[tuple[int, float]]:
        """(passage key, BM25 score) of the passages that an FTS5 expression matches, best first."""
        rows = self._connection.execute(
            "SELECT rowid, -bm25(words, 1.0, 0.7) AS score FROM words WHERE words MATCH ?"
            " ORDER BY score DESC, rowid LIMIT ?",
            (expression, limit),
        )
        return [(int(key), float(score)) for key, score in rows]

    def frequency(self, expression: str) -> int:
        """In how many passages an FTS5 expression occurs."""
        row = self._connection.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (expression,)
        ).fetchone()
        return int(row[0])

    def problems(self) -> list[str]:
        """What SQLite's own check of the file finds wrong; empty when all is well."""
        rows = self._connection.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in rows if text != "ok"]

    def _document(self, key: int) -> Document:
        if key not in self._documents:
            row = self._connection.execute(
                "SELECT source, text, title, language, date, agency, body_start"
                " FROM documents WHERE id = ?",
                (key,),
            ).fetchone()
            self._documents[key] = Document(*row)
        return self._documents[key]


@contextmanager
def reading(folder: Path) -> Iterator[Snapshot]:
    """A snapshot of the store in `folder`.

    Raises `IndexMissingError` when there is none, `IndexDamagedError` when it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise IndexMissingError(
            f"no index at {folder}; build one: python -m index build FOLDER --into {folder}"
        )
    with _translated(folder), closing(_connect_to_read(path)) as connection:
        connection.execute("BEGIN")
        try:
            found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        except sqlite3.OperationalError as fault:
            if "no such table" in str(fault):
                raise IndexMissingError(
                    f"the index at {folder} was never finished; build it again"
                ) from fault
            raise
        if found is None or found[0] != FORMAT:
            raise IndexDamagedError(
                f"the index at {folder} has format {found and found[0]}, expected {FORMAT}; "
                "delete it and build it again"
            )
        yield Snapshot(connection)


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
                "INSERT INTO words (rowid, stems, sounds) VALUES (?, ?, ?)", (row, *words)
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
    with _translated(folder, writing=True), closing(_connect_to_write(folder / FILE)) as connection:
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
                "INSERT INTO meta VALUES ('generation', '1')"
                " ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _connect_to_read(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # WAL needs to write beside the file; in a folder that is read-only nobody else writes either.
        connection.close()
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection


def _connect_to_write(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


@contextmanager
def _translated(folder: Path, *, writing: bool = False) -> Iterator[None]:
    """SQLite's and the system's faults as ours, in one line."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        if not writing:
            raise IndexDamagedError(f"the index at {folder} cannot be read: {fault}") from fault
        raise IndexWriteError(f"the index at {folder} cannot be written: {fault}") from fault
    except sqlite3.DatabaseError as fault:
        raise IndexDamagedError(
            f"the index at {folder} is damaged ({fault}); delete it and build it again"
        ) from fault
    except OSError as fault:
        if not writing:
            raise
        raise IndexWriteError(
            f"the index at {folder} cannot be written: {fault.strerror or fault}"
        ) from fault


def _blob(vector: Vectors) -> bytes:
    return vector.astype(STORED).tobytes()


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, STORED).astype(np.float32)
