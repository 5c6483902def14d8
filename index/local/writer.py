"""Changing an index in a folder: one transaction, kept whole or not at all.

What the tables mean is `index.local.schema`'s affair, how SQLite is opened
`index.local.database`'s, and what is derived from them `index.local.store`'s.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ..bm25 import Columns
from ..documents import period_of
from ..encoder import Vectors
from ..reprints import REPRINT, bands_of, likeness
from ..store import STORED, Entry
from .schema import COUNTED, DOCUMENT, FORMAT, SCHEMA, TABLES, stamp_of

# A generation is drawn by lot above the one before: no file of vectors that a killed writer, or an
# index that stood here before, has left behind can be taken for that of another change.
GENERATIONS = 1_000_000_000
ALIKE_AT_MOST = 200  # documents of one band that a new one is compared with


class LocalWriter:
    """One change in the making, inside a transaction; `removed` and `added` are the passages that
    it takes out and puts in, `kept` is where a damaged file has been put."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._counts: Counter[str] = Counter()
        self._terms: Counter[tuple[str, str]] = Counter()
        self.removed: set[int] = set()
        self.added: set[int] = set()
        self.warning: str | None = None
        self.kept: Path | None = None

    def remove(self, source: str) -> None:
        row = self._connection.execute(
            "SELECT id, dispatch FROM documents WHERE source = ?", (source,)
        ).fetchone()
        if row is None:
            return
        document, dispatch = row
        passages = self._connection.execute(
            "SELECT id, stems, sounds, names FROM passages JOIN words ON words.rowid = id"
            " WHERE document = ?",
            (document,),
        ).fetchall()
        for key, *words in passages:
            self._count(Columns(*words), -1)
            if key not in self.added:
                self.removed.add(key)
            self.added.discard(key)
        (sentences,) = self._connection.execute(
            "SELECT count(*) FROM sentences WHERE document = ?", (document,)
        ).fetchone()
        self._counts.subtract(
            {"documents": 1, "passages": len(passages), "sentences": int(sentences)}
        )
        self._connection.executemany(
            "DELETE FROM words WHERE rowid = ?", [(key,) for key, *_ in passages]
        )
        self._connection.execute("DELETE FROM documents WHERE id = ?", (document,))
        self._link_again(dispatch)

    def add(self, entry: Entry, indexed: str | None = None) -> None:
        """Store a document, as indexed at that time (ISO, UTC): now, where none is given."""
        document = entry.document
        first_day, last_day = period_of(document.date) if document.date else (None, None)
        values = (
            document.source, entry.sha256, document.title, document.language, document.date,
            document.date_origin, document.agency, document.body_start, first_day, last_day,
            indexed or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            entry.signature, json.dumps(asdict(entry.facts)), document.text,
        )  # fmt: skip
        key = self._connection.execute(
            f"INSERT INTO documents (dispatch, stamp, {DOCUMENT})"
            f" VALUES (0, ?{', ?' * len(values)})",
            (stamp_of(*values), *values),
        ).lastrowid
        if key is None:
            raise AssertionError("an INSERT has a row")
        for passage, words, vector in zip(
            entry.passages, entry.words, entry.passage_vectors, strict=True
        ):
            stored = (key, passage.language, passage.start, passage.end, _blob(vector))
            row = self._connection.execute(
                "INSERT INTO passages (document, language, start, end, vector, stamp)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*stored, stamp_of(*stored, *words)),
            ).lastrowid
            if row is None:
                raise AssertionError("an INSERT has a row")
            self._connection.execute(
                "INSERT INTO words (rowid, stems, sounds, names) VALUES (?, ?, ?, ?)", (row, *words)
            )
            self._count(words, 1)
            self.added.add(row)
        sentences = [
            (key, span.start, span.end, _blob(vector))
            for span, vector in zip(entry.sentences, entry.sentence_vectors, strict=True)
        ]
        self._connection.executemany(
            "INSERT INTO sentences (document, start, end, vector, stamp) VALUES (?, ?, ?, ?, ?)",
            [(*stored, stamp_of(*stored)) for stored in sentences],
        )
        self._counts.update(
            documents=1, passages=len(entry.passages), sentences=len(entry.sentences)
        )
        self._connection.executemany(
            "INSERT INTO bands (band, document) VALUES (?, ?)",
            [(band, key) for band in set(bands_of(entry.signature))],
        )
        self._link(key, entry.signature)

    def follow(self, generation: int) -> None:
        """Have the change be the one after this generation, which is not in these tables."""
        self._connection.execute("INSERT INTO meta VALUES ('generation', ?)", (str(generation),))

    def documents(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def finish(self, meta: Mapping[str, str]) -> int:
        """Record what is kept about the change, and return its generation."""
        self._connection.executemany(
            "INSERT INTO terms VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET passages = passages + excluded.passages",
            [(*term, passages) for term, passages in sorted(self._terms.items()) if passages],
        )
        self._connection.execute("DELETE FROM terms WHERE passages = 0")
        known = dict(self._connection.execute("SELECT key, value FROM meta"))
        generation = int(known.get("generation", 0)) + 1 + secrets.randbelow(GENERATIONS)
        counted = {name: int(known.get(name, 0)) + self._counts[name] for name in COUNTED}
        self._connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [
                ("format", FORMAT),
                ("generation", str(generation)),
                *meta.items(),
                *((name, str(number)) for name, number in counted.items()),
            ],
        )
        return generation

    def _count(self, words: Columns, sign: int) -> None:
        for column, text in words._asdict().items():
            split = text.split()
            self._counts["words"] += sign * len(split)
            for word in set(split):
                self._terms[column, word] += sign

    def _link(self, key: int, signature: bytes) -> None:
        """Give a document the dispatch of those that print the same, or one of its own; several
        dispatches that it belongs to become one."""
        rows = self._connection.execute(
            "SELECT DISTINCT documents.id, dispatch, signature"
            " FROM bands AS own JOIN bands AS theirs ON theirs.band = own.band"
            " JOIN documents ON documents.id = theirs.document"
            " WHERE own.document = ? AND theirs.document != own.document AND dispatch != 0"
            " ORDER BY documents.id LIMIT ?",
            (key, ALIKE_AT_MOST),
        ).fetchall()
        same = {dispatch for _, dispatch, theirs in rows if likeness(signature, theirs) >= REPRINT}
        joined = min(same, default=key)
        self._connection.execute("UPDATE documents SET dispatch = ? WHERE id = ?", (joined, key))
        self._connection.executemany(
            "UPDATE documents SET dispatch = ? WHERE dispatch = ?",
            [(joined, dispatch) for dispatch in same - {joined}],
        )

    def _link_again(self, dispatch: int) -> None:
        """Tell anew which of the documents left in a dispatch print the same: the one removed may
        have been all that they had in common, or the one whose key they share."""
        rows = self._connection.execute(
            "SELECT id, signature FROM documents WHERE dispatch = ? ORDER BY id", (dispatch,)
        ).fetchall()
        self._connection.executemany(
            "UPDATE documents SET dispatch = 0 WHERE id = ?", [(key,) for key, _ in rows]
        )
        for key, signature in rows:
            self._link(key, signature)


@contextmanager
def transaction(connection: sqlite3.Connection, *, anew: bool = False) -> Iterator[LocalWriter]:
    """A change of the tables, which are made if there are none, or anew; `commit` keeps it, leaving
    the context without takes it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if anew:
            for table in TABLES:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
        yield LocalWriter(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _blob(vector: Vectors) -> bytes:
    return vector.astype(STORED).tobytes()
