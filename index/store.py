"""The truth of an index: documents, passages, sentences, vectors and words in one SQLite file.

All of a change is one transaction, so a reader sees the index before it or after it, and a process
killed in the middle leaves the one before. Each change has a generation number of its own. How
SQLite is opened is left to `index.database`, what is derived (FAISS) to `index.vectors`.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .database import connected_to_read, damaged
from .documents import Document
from .encoder import Vectors
from .errors import IndexDamagedError, IndexMissingError
from .passages import Passage, Span

FORMAT = "3"
FILE = "index.sqlite"
STORED = np.float16  # of a vector's numbers; against float32 the cosine differs by less than 1e-4
# What a word met is worth in BM25. A sound is coarse; a name's key stands for both of its others.
STEM, SOUND, NAME = 1.0, 0.4, 1.4
META = ("format", "generation", "model", "recipe", "corpus")


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as it is stored: its key, and its sentences' vectors, [sentences, dimension]."""

    key: int
    passage: Passage
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Listed:
    """A document, the number of its passages, and when it was indexed (ISO, UTC)."""

    document: Document
    passages: int
    indexed: str


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
        return [self.document_of(key) for (key,) in rows]

    def document(self, source: str) -> Document | None:
        row = self._connection.execute(
            "SELECT id FROM documents WHERE source = ?", (source,)
        ).fetchone()
        return None if row is None else self.document_of(row[0])

    def dated(self) -> list[tuple[int, str | None, str, str]]:
        """(document key, date, language, source) of every document, for filters."""
        return self._connection.execute(
            "SELECT id, date, language, source FROM documents"
        ).fetchall()

    def listed(self) -> list[Listed]:
        """Every document, in the order of their sources."""
        rows = self._connection.execute(
            "SELECT id, (SELECT count(*) FROM passages WHERE document = documents.id), indexed"
            " FROM documents ORDER BY source"
        ).fetchall()
        return [Listed(self.document_of(key), passages, at) for key, passages, at in rows]

    def passage_keys(self, documents: Sequence[int]) -> list[int]:
        """The keys of the passages of the documents with these keys."""
        rows = self._connection.execute(
            "SELECT id FROM passages WHERE document IN (SELECT value FROM json_each(?))",
            (json.dumps(list(documents)),),
        )
        return [key for (key,) in rows]

    def languages(self, keys: Sequence[int]) -> dict[int, str]:
        """The language of each of these passages' documents."""
        rows = self._connection.execute(
            "SELECT passages.id, language FROM passages JOIN documents ON documents.id = document"
            " WHERE passages.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return dict(rows)

    def passage(self, key: int) -> Stored:
        """The passage with this key; raises `IndexDamagedError` if there is none."""
        found = self._connection.execute(
            "SELECT document, start, end FROM passages WHERE id = ?", (key,)
        ).fetchone()
        rows = self._connection.execute(
            "SELECT start, end, vector FROM sentences"
            " WHERE document = ? AND start >= ? AND end <= ? ORDER BY start",
            found or (None, None, None),
        ).fetchall()
        if not rows:
            raise self._damaged(f"passage {key} is not there, or has no sentences")
        document, start, end = found
        spans = tuple(Span(first, last) for first, last, _ in rows)
        vectors = self._stacked([blob for *_, blob in rows])
        return Stored(key, Passage(self.document_of(document), start, end, spans), vectors)

    def passages(self) -> Iterator[tuple[int, str, int, int, Vectors]]:
        """(key, source, start, end, vector) of every passage, by source."""
        for key, source, start, end, blob in self._connection.execute(
            "SELECT passages.id, source, start, end, vector"
            " FROM passages JOIN documents ON documents.id = document ORDER BY source, passages.id"
        ):
            yield key, source, start, end, self._stacked([blob])[0]

    def sentences(self) -> Iterator[tuple[str, int, int, Vectors]]:
        """(source, start, end, vector) of every sentence, by source."""
        for source, start, end, blob in self._connection.execute(
            "SELECT source, start, end, vector"
            " FROM sentences JOIN documents ON documents.id = document ORDER BY source, start"
        ):
            yield source, start, end, self._stacked([blob])[0]

    def sentences_of(self, document: int) -> tuple[tuple[Span, ...], Vectors]:
        """The sentences of the document with this key, in order, and their vectors [n,
        dimension]."""
        rows = self._connection.execute(
            "SELECT start, end, vector FROM sentences WHERE document = ? ORDER BY start",
            (document,),
        ).fetchall()
        if not rows:
            raise self._damaged(f"document {document} has no sentences")
        spans = tuple(Span(start, end) for start, end, _ in rows)
        return spans, self._stacked([blob for *_, blob in rows])

    def naming(self, expression: str) -> set[int]:
        """The keys of the documents in some passage of which an FTS5 expression occurs."""
        rows = self._connection.execute(
            "SELECT DISTINCT document FROM passages"
            " WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)",
            (expression,),
        )
        return {key for (key,) in rows}

    def dimension(self) -> int:
        """How many numbers a passage's vector has."""
        row = self._connection.execute("SELECT length(vector) FROM passages LIMIT 1").fetchone()
        return int(row[0]) // STORED().itemsize if row else 0

    def vectors(self) -> tuple[npt.NDArray[np.int64], Vectors, npt.NDArray[np.int64]]:
        """The keys [n], the vectors [n, dimension] and the languages, numbered from 0 in the order
        of their codes, [n], of all passages."""
        rows = self._connection.execute(
            "SELECT passages.id, vector, dense_rank() OVER (ORDER BY language) - 1"
            " FROM passages JOIN documents ON documents.id = document ORDER BY passages.id"
        ).fetchall()
        keys = np.array([key for key, *_ in rows], np.int64)
        languages = np.array([language for *_, language in rows], np.int64)
        return keys, self._stacked([blob for _, blob, _ in rows]), languages

    def best_sentences(self, keys: Sequence[int], vector: Vectors) -> dict[int, float]:
        """For each of these passages, the highest inner product of a sentence with `vector`."""
        rows = self._connection.execute(
            "SELECT passages.id, sentences.vector FROM passages JOIN sentences"
            " ON sentences.document = passages.document"
            " AND sentences.start >= passages.start AND sentences.end <= passages.end"
            " WHERE passages.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        ).fetchall()
        best: dict[int, float] = {}
        if rows:
            cosines = self._stacked([blob for _, blob in rows]) @ vector
            for (key, _), cosine in zip(rows, cosines.tolist(), strict=True):
                best[key] = max(best.get(key, -1.0), cosine)
        if missing := set(keys) - best.keys():
            raise self._damaged(f"passage {min(missing)} is not there, or has no sentences")
        return best

    def words(self) -> Iterator[tuple[int, str, str, str]]:
        """(passage key, stems, sounds, names) of every passage that a word leads to, read back from
        the inverted index itself, which is what a search reads."""
        self._connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances"
            " USING fts5vocab('main', 'words', 'instance')"
        )
        rows = self._connection.execute(
            "SELECT doc, col, term FROM temp.instances ORDER BY doc, offset"
        )
        for key, group in itertools.groupby(rows, key=lambda row: int(row[0])):
            terms: dict[str, list[str]] = {"stems": [], "sounds": [], "names": []}
            for _, column, term in group:
                terms[column].append(term)
            yield key, " ".join(terms["stems"]), " ".join(terms["sounds"]), " ".join(terms["names"])

    def match(
        self, expression: str, limit: int, keys: Sequence[int] | None = None
    ) -> dict[int, float]:
        """The BM25 scores of the `limit` best passages that an FTS5 expression matches, by key,
        best first; among `keys` only, where given."""
        among = "" if keys is None else " AND rowid IN (SELECT value FROM json_each(?))"
        rows = self._connection.execute(
            f"SELECT rowid, -bm25(words, {STEM}, {SOUND}, {NAME}) AS score FROM words"
            f" WHERE words MATCH ?{among} ORDER BY score DESC, rowid LIMIT ?",
            (expression, *([] if keys is None else [json.dumps(list(keys))]), limit),
        )
        return {int(key): float(score) for key, score in rows}

    def frequency(self, expression: str) -> int:
        """In how many passages an FTS5 expression occurs."""
        row = self._connection.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (expression,)
        ).fetchone()
        return int(row[0])

    def vocabulary(self) -> list[str]:
        """Every stem that some passage holds, in order."""
        self._connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab('main', 'words', 'col')"
        )
        rows = self._connection.execute("SELECT term FROM temp.terms WHERE col = 'stems'")
        return [term for (term,) in rows]

    def problems(self) -> list[str]:
        """What SQLite's own check of the file finds wrong; empty when all is well. Raises
        `IndexDamagedError` when a table is not there."""
        self.counts()
        self.frequency('"a"')
        rows = self._connection.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in rows if text != "ok"]

    def _stacked(self, blobs: Sequence[bytes]) -> Vectors:
        """Stored vectors as a matrix [n, dimension]."""
        lengths = {len(blob) for blob in blobs}
        if len(lengths) != 1 or (length := lengths.pop()) == 0 or length % STORED().itemsize:
            raise self._damaged(f"vectors of {sorted(lengths)} bytes, expected one length")
        data = np.frombuffer(b"".join(blobs), STORED)
        return data.reshape(len(blobs), -1).astype(np.float32)

    def _damaged(self, reason: str) -> IndexDamagedError:
        path = self._connection.execute("PRAGMA database_list").fetchone()[2]
        return damaged(Path(path).parent, reason)

    def document_of(self, key: int) -> Document:
        """The document with this key; raises `IndexDamagedError` if there is none."""
        if key not in self._documents:
            row = self._connection.execute(
                "SELECT source, text, title, language, date, agency, body_start"
                " FROM documents WHERE id = ?",
                (key,),
            ).fetchone()
            if row is None:
                raise self._damaged(f"document {key} is not there")
            self._documents[key] = Document(*row)
        return self._documents[key]


@contextmanager
def reading(folder: Path) -> Iterator[Snapshot]:
    """A snapshot of the store in `folder`.

    Raises `IndexMissingError` when there is none, `IndexDamagedError` when it cannot be read.
    """
    with connected_to_read(folder, FILE) as connection:
        snapshot = Snapshot(connection)
        connection.execute("BEGIN")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise IndexMissingError(f"the index at {folder} was never finished; build it again")
        meta = snapshot.meta()
        if meta.get("format") != FORMAT:
            raise IndexDamagedError(
                f"the index at {folder} has format {meta.get('format')}, expected {FORMAT}; "
                "delete it and build it again"
            )
        absent = [key for key in META if key not in meta]
        if absent or not meta["generation"].isdecimal():
            raise damaged(
                folder, f"its own description lacks {', '.join(absent) or 'a generation'}"
            )
        yield snapshot
