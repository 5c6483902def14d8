"""What an index in a folder held at one moment, read inside one transaction of SQLite.

What the tables mean is `index.local.schema`'s affair; the vectors to search by, which lie in a file
of their own, come from `index.local.derived`.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..bm25 import Columns, Phrase
from ..documents import Document
from ..encoder import Vectors
from ..errors import IndexDamagedError
from ..files import Facts
from ..filters import Filters
from ..passages import Passage, Span
from ..store import STORED, Counts, Entry, Listed, Stored
from ..terms import Term
from ..vectors import VectorIndex
from . import checks, words
from .database import damaged
from .filtering import GIVEN, conditions
from .schema import COUNTED, DOCUMENT, WORDS, stamp_of


class Derived(Protocol):
    """What is worked out from a state once, and kept for the next search."""

    def vectors(self, snapshot: LocalSnapshot) -> VectorIndex: ...

    def admitted(
        self, snapshot: LocalSnapshot, filters: Filters
    ) -> npt.NDArray[np.int64] | None: ...

    def differences(self, snapshot: LocalSnapshot) -> Iterator[str]: ...


class LocalSnapshot:
    """A state of the index, as `index.store.Snapshot` describes it."""

    def __init__(self, connection: sqlite3.Connection, derived: Derived) -> None:
        self._connection = connection
        self._derived = derived
        self._documents: dict[int, Document] = {}

    def meta(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT key, value FROM meta"))

    def generation(self) -> int:
        return int(self._number("generation"))

    def counts(self) -> Counts:
        return Counts(*(self._number(name) for name in COUNTED))

    def dimension(self) -> int:
        row = self._connection.execute("SELECT length(vector) FROM passages LIMIT 1").fetchone()
        return int(row[0]) // STORED().itemsize if row else 0

    def hashes(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT source, sha256 FROM documents"))

    def document(self, source: str) -> Document | None:
        row = self._connection.execute(
            "SELECT id FROM documents WHERE source = ?", (source,)
        ).fetchone()
        return None if row is None else self.document_of(row[0])

    def document_of(self, key: int) -> Document:
        if key not in self._documents:
            self._documents[key] = self._document(key, checked=True)[0]
        return self._documents[key]

    def documents(self) -> list[Document]:
        rows = self._connection.execute("SELECT id FROM documents ORDER BY source").fetchall()
        return [self.document_of(key) for (key,) in rows]

    def listed(self) -> list[Listed]:
        rows = self._connection.execute(
            "SELECT id, (SELECT count(*) FROM passages WHERE document = documents.id), indexed,"
            " dispatch FROM documents ORDER BY source"
        ).fetchall()
        return [Listed(self.document_of(key), *rest) for key, *rest in rows]

    def reprints(self, source: str) -> list[Document]:
        rows = self._connection.execute(
            "SELECT id FROM documents WHERE source != ?1"
            " AND dispatch = (SELECT dispatch FROM documents WHERE source = ?1)"
            " ORDER BY first_day IS NULL, first_day, source",
            (source,),
        ).fetchall()
        return [self.document_of(key) for (key,) in rows]

    def entries(self) -> Iterator[Entry]:
        keys = self._connection.execute("SELECT id FROM documents ORDER BY source").fetchall()
        for (key,) in keys:
            yield self.entry(key)

    def entry(self, key: int) -> Entry:
        """The document with this key, with all that is stored of it, be it as it was written or
        not."""
        document, facts, sha256, signature = self._document(key, checked=False)
        keys = [
            row
            for (row,) in self._connection.execute(
                "SELECT id FROM passages WHERE document = ? ORDER BY id", (key,)
            )
        ]
        passages = self._stored(keys, checked=False)
        sentences, vectors = self._sentences(key, checked=False)
        return Entry(
            document,
            sha256,
            facts,
            signature,
            [
                Passage(document, one.start, one.end, one.sentences, one.language)
                for one in passages
            ],
            [one.words for one in passages],
            np.array([one.vector for one in passages]),
            sentences,
            vectors,
        )

    def naming(self, terms: Sequence[Term], filters: Filters) -> list[int]:
        return words.naming(self._connection, terms, filters)

    def sentences_of(self, document: int) -> tuple[tuple[Span, ...], Vectors]:
        return self._sentences(document, checked=True)

    def frequencies(self, phrases: Sequence[Phrase]) -> dict[Phrase, int]:
        return words.frequencies(self._connection, phrases)

    def frequency(self, phrases: Sequence[Phrase]) -> int:
        return words.frequency(self._connection, phrases, self.counts().passages)

    def vocabulary(self) -> list[str]:
        return words.vocabulary(self._connection)

    def candidates(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters
    ) -> list[int]:
        vectors, admitted = self._derived.vectors(self), self._derived.admitted(self, filters)
        with ThreadPoolExecutor(1) as beside:  # compares vectors while SQLite looks up words
            nearest = beside.submit(vectors.search, vector, limit, admitted)
            matching = self.matching(terms, limit, filters)
        return list(dict.fromkeys([*nearest.result(), *matching]))

    def nearest(self, vector: Vectors, limit: int, filters: Filters) -> list[int]:
        """The keys of the `limit` passages nearest to `vector`, counted from the mean of their
        language, best first."""
        return self._derived.vectors(self).search(
            vector, limit, self._derived.admitted(self, filters)
        )

    def language_means(self, vector: Vectors) -> dict[str, float]:
        return self._derived.vectors(self).group_means(vector)

    def matching(self, terms: Sequence[Term], limit: int, filters: Filters) -> list[int]:
        """The keys of the `limit` best passages by words, best first, or nearly so."""
        return words.matching(self._connection, terms, limit, filters, self.counts().passages)

    def stored(self, keys: Sequence[int]) -> list[Stored]:
        return self._stored(keys, checked=True)

    def _stored(self, keys: Sequence[int], *, checked: bool) -> list[Stored]:
        if not keys:
            return []
        given = json.dumps(list(keys))
        passages = self._connection.execute(
            f"SELECT passages.id, document, dispatch, passages.language, start, end, {WORDS},"
            " vector, passages.stamp FROM passages JOIN documents ON documents.id = document"
            f" LEFT JOIN words ON words.rowid = passages.id WHERE passages.id IN {GIVEN}",
            (given,),
        ).fetchall()
        if missing := set(keys) - {row[0] for row in passages}:
            raise self._damaged(f"passage {min(missing)} is not there")
        sentences = self._connection.execute(
            "SELECT passages.id, sentences.document, sentences.start, sentences.end,"
            " sentences.vector, sentences.stamp"
            " FROM passages JOIN sentences ON sentences.document = passages.document"
            " AND sentences.start >= passages.start AND sentences.start < passages.end"
            f" AND sentences.end <= passages.end WHERE passages.id IN {GIVEN}"
            " ORDER BY passages.id, sentences.start",
            (given,),
        ).fetchall()
        spans: dict[int, list[Span]] = {key: [] for key in sorted(keys)}
        for key, *row, stamp in sentences:
            if checked and stamp != stamp_of(*row):
                raise self._damaged(f"a sentence of passage {key} is not as it was written")
            spans[key].append(Span(row[1], row[2]))
        for key, held in spans.items():
            if not held:
                raise self._damaged(f"passage {key} has no sentences")
        # All of one kind at once, since a search asks for hundreds.
        vectors = self._stacked([row[4] for row in sentences])
        own = self._stacked([row[-2] for row in passages])
        ends = dict(zip(spans, itertools.accumulate(map(len, spans.values())), strict=True))
        found = {}
        for row, vector in zip(passages, own, strict=True):
            key, document, dispatch, language, start, end, *columns, blob, stamp = row
            if checked and stamp != stamp_of(document, language, start, end, blob, *columns):
                raise self._damaged(f"passage {key} is not as it was written")
            found[key] = Stored(
                key,
                document,
                dispatch,
                language,
                start,
                end,
                Columns(*columns),
                vector,
                tuple(spans[key]),
                vectors[ends[key] - len(spans[key]) : ends[key]],
            )
        return [found[key] for key in keys]

    def vectors(
        self, keys: Sequence[int] | None = None
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16], list[str]]:
        """The keys [n], vectors [n, dimension] and languages of the passages with these keys, or of
        all, in the order of their keys."""
        count = self.counts().passages if keys is None else len(keys)
        rows = self._connection.execute(
            "SELECT id, language, vector FROM passages"
            + ("" if keys is None else f" WHERE id IN {GIVEN}")
            + " ORDER BY id",
            () if keys is None else (json.dumps(list(keys)),),
        )
        found = np.empty(count, np.int64)
        vectors = np.empty((count, self.dimension()), STORED)
        languages = []
        for row, (key, language, blob) in enumerate(rows):
            if row == count or not isinstance(blob, bytes) or len(blob) != vectors[0].nbytes:
                raise self._damaged(f"passage {key} is not counted, or its vector is cut")
            found[row] = key
            vectors[row] = np.frombuffer(blob, STORED)
            languages.append(language)
        if len(languages) != count:
            raise self._damaged(f"{len(languages)} passages, expected {count}")
        return found, vectors, languages

    def keys(self, filters: Filters) -> npt.NDArray[np.int64]:
        """The keys of the passages that the filters admit, in order."""
        where, values = conditions(filters)
        rows = self._connection.execute(
            "SELECT passages.id FROM documents JOIN passages ON document = documents.id"
            f" WHERE 1{where}",
            values,
        )
        return np.sort(np.fromiter((key for (key,) in rows), np.int64))

    def damage(self) -> list[str]:
        return checks.damage(self._connection)

    def garbled(self) -> Iterator[str]:
        """The rows that are not as they were written."""
        return checks.garbled(self._connection)

    def inconsistencies(self) -> Iterator[str]:
        counts, real = self.counts(), checks.counted(self._connection)
        yield from checks.words(self._connection)
        if counts != real:
            yield f"the index says that it holds {counts}, and holds {real}"
        yield from self.garbled()
        if counts.passages == real.passages:  # or else they cannot be compared
            yield from self._derived.differences(self)

    def _document(self, key: int, *, checked: bool) -> tuple[Document, Facts, str, bytes]:
        """A document, what its file says beside the text, the file's hash, and its signature."""
        row = self._connection.execute(
            f"SELECT stamp, {DOCUMENT} FROM documents WHERE id = ?", (key,)
        ).fetchone()
        if row is None:
            raise self._damaged(f"document {key} is not there")
        stamp, *values = row
        if checked and stamp != stamp_of(*values):
            raise self._damaged(f"document {key} is not as it was written")
        source, sha256, title, language, date, date_origin, agency, body_start = values[:8]
        signature, stored, text = values[11:]
        try:
            facts = facts_of(stored)
        except (TypeError, ValueError, LookupError) as fault:
            raise self._damaged(f"the facts of document {key} cannot be read") from fault
        return (
            Document(
                source=source,
                text=text,
                title=title,
                language=language,
                date=date,
                agency=agency,
                body_start=body_start,
                date_origin=date_origin,
                pages=facts.pages,
            ),
            facts,
            sha256,
            signature,
        )

    def _sentences(self, document: int, *, checked: bool) -> tuple[tuple[Span, ...], Vectors]:
        rows = self._connection.execute(
            "SELECT start, end, vector, stamp FROM sentences WHERE document = ? ORDER BY start",
            (document,),
        ).fetchall()
        if not rows:
            raise self._damaged(f"document {document} has no sentences")
        if checked and any(stamp != stamp_of(document, *row) for *row, stamp in rows):
            raise self._damaged(f"a sentence of document {document} is not as it was written")
        spans = tuple(Span(start, end) for start, end, *_ in rows)
        return spans, self._stacked([blob for *_, blob, _ in rows])

    def _number(self, name: str) -> int:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
        if row is None or not str(row[0]).isdecimal():
            raise self._damaged(f"its own description lacks {name}")
        return int(row[0])

    def _stacked(self, blobs: Sequence[bytes]) -> Vectors:
        """Stored vectors as a matrix [n, dimension], n being at least 1."""
        lengths = {len(blob) if isinstance(blob, bytes) else 0 for blob in blobs}
        if len(lengths) != 1 or not (length := min(lengths)) or length % STORED().itemsize:
            raise self._damaged(f"vectors of {sorted(lengths)} bytes, expected one length")
        data = np.frombuffer(b"".join(blobs), STORED)
        return data.reshape(len(blobs), -1).astype(np.float32)

    def _damaged(self, reason: str) -> IndexDamagedError:
        path = self._connection.execute("PRAGMA database_list").fetchone()[2]
        return damaged(Path(path).parent, reason)


def facts_of(stored: str) -> Facts:
    """What is stored of a file's facts; raises `TypeError`, `ValueError` or `LookupError` where it
    is something else."""
    given = json.loads(stored)
    return Facts(**{**given, "pages": tuple(given["pages"])})
