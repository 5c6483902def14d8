"""What an index in a folder held at one moment, read inside one transaction of SQLite.

What the tables mean is `index.local.schema`'s affair; the vectors to search by, which lie in a file
of their own, come from `index.local.derived`.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..bm25 import WEIGHTS, Columns, Phrase
from ..documents import Document
from ..encoder import Vectors
from ..errors import IndexDamagedError
from ..files import Facts
from ..filters import Filters
from ..passages import Passage, Span
from ..store import STORED, Counts, Entry, Listed, Stored
from ..terms import Term
from ..vectors import VectorIndex
from .database import damaged
from .schema import COUNTED, DOCUMENT, stamp_of

# Passages that a search ranks by BM25 to find candidates: so many take some 10 ms. A word that
# would bring more finds candidates only together with others, but counts in the scores of all.
RANKED = 5_000
COUNTED_ROWS = 10_000  # that are counted to tell in how many passages one of several words occurs

# Words that are missing are those of a passage that holds none, which `verify` finds.
_WORDS = "coalesce(stems, ''), coalesce(sounds, ''), coalesce(names, '')"
_GIVEN = "(SELECT value FROM json_each(?))"


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
        where, values = _where(filters)
        found = [
            {
                key
                for (key,) in self._connection.execute(
                    "SELECT DISTINCT document FROM words JOIN passages ON passages.id = words.rowid"
                    f" JOIN documents ON documents.id = document WHERE words MATCH ?{where}",
                    (_any(term.phrases), *values),
                )
            }
            for term in terms
            if term.phrases
        ]
        return sorted(set.intersection(*found)) if len(found) == len(terms) else []

    def sentences_of(self, document: int) -> tuple[tuple[Span, ...], Vectors]:
        return self._sentences(document, checked=True)

    def frequencies(self, phrases: Sequence[Phrase]) -> dict[Phrase, int]:
        found = dict.fromkeys(phrases, 0)
        for phrase in found:
            row = self._connection.execute(
                "SELECT passages FROM terms WHERE column = ? AND word = ?", phrase
            ).fetchone()
            found[phrase] = int(row[0]) if row else 0
        return found

    def frequency(self, phrases: Sequence[Phrase]) -> int:
        frequencies = self.frequencies(phrases)
        held = [phrase for phrase, passages in frequencies.items() if passages]
        if len(held) < 2:
            return sum(frequencies.values())
        if sum(frequencies.values()) > COUNTED_ROWS:
            # A name is met by its stem and by its sound in the same passages, for the most part.
            columns: Counter[str] = Counter()
            for phrase, passages in frequencies.items():
                columns[phrase.column] += passages
            return min(max(columns.values()), self.counts().passages)
        row = self._connection.execute(
            "SELECT count(*) FROM words WHERE words MATCH ?", (_any(held),)
        ).fetchone()
        return int(row[0])

    def vocabulary(self) -> list[str]:
        rows = self._connection.execute("SELECT word FROM terms WHERE column = 'stems'")
        return [word for (word,) in rows]

    def candidates(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters
    ) -> list[int]:
        nearest = self.nearest(vector, limit, filters)
        return list(dict.fromkeys([*nearest, *self.matching(terms, limit, filters)]))

    def nearest(self, vector: Vectors, limit: int, filters: Filters) -> list[int]:
        """The keys of the `limit` passages nearest to `vector`, counted from the mean of their
        language, best first."""
        return self._derived.vectors(self).search(
            vector, limit, self._derived.admitted(self, filters)
        )

    def language_means(self, vector: Vectors) -> dict[str, float]:
        return self._derived.vectors(self).group_means(vector)

    def matching(self, terms: Sequence[Term], limit: int, filters: Filters) -> list[int]:
        """The best by BM25 of those that hold a rare word; where that leaves room and a word was
        too common to be asked for alone, those that hold several words together."""
        phrases = [phrase for term in terms for phrase in term.phrases]
        frequencies = self.frequencies(phrases)
        held = sorted((one for one in phrases if frequencies[one]), key=lambda p: frequencies[p])
        rows = itertools.accumulate(frequencies[phrase] for phrase in held)
        everywhere = self.counts().passages <= RANKED
        rare = [one for one, read in zip(held, rows, strict=True) if everywhere or read <= RANKED]
        order = f"bm25(words, {', '.join(map(str, WEIGHTS.values()))}), rowid"
        found = self._matching(_any(rare), order, limit, filters) if rare else []
        if len(rare) < len(held):
            asked = {term: sum(frequencies[one] for one in term.phrases) for term in terms}
            known = sorted((term for term in asked if asked[term]), key=lambda term: asked[term])
            for several in range(len(known), 1, -1):
                if len(found) >= limit:
                    break
                together = " AND ".join(f"({_any(term.phrases)})" for term in known[:several])
                found = list(
                    dict.fromkeys([*found, *self._matching(together, "rowid", limit, filters)])
                )
        return found[:limit]

    def _matching(self, expression: str, order: str, limit: int, filters: Filters) -> list[int]:
        where, values = _where(filters)
        if where:
            where = (
                " AND EXISTS (SELECT 1 FROM passages JOIN documents ON documents.id = document"
                f" WHERE passages.id = words.rowid{where})"
            )
        rows = self._connection.execute(
            f"SELECT rowid FROM words WHERE words MATCH ?{where} ORDER BY {order} LIMIT ?",
            (expression, *values, limit),
        )
        return [int(key) for (key,) in rows]

    def stored(self, keys: Sequence[int]) -> list[Stored]:
        return self._stored(keys, checked=True)

    def _stored(self, keys: Sequence[int], *, checked: bool) -> list[Stored]:
        given = json.dumps(list(keys))
        passages = self._connection.execute(
            f"SELECT passages.id, document, dispatch, passages.language, start, end, {_WORDS},"
            " vector, passages.stamp FROM passages JOIN documents ON documents.id = document"
            f" LEFT JOIN words ON words.rowid = passages.id WHERE passages.id IN {_GIVEN}",
            (given,),
        ).fetchall()
        if missing := set(keys) - {row[0] for row in passages}:
            raise self._damaged(f"passage {min(missing)} is not there")
        sentences: dict[int, list[tuple[int, int, bytes]]] = {key: [] for key in keys}
        for key, document, *row, stamp in self._connection.execute(
            "SELECT passages.id, sentences.document, sentences.start, sentences.end,"
            " sentences.vector, sentences.stamp"
            " FROM passages JOIN sentences ON sentences.document = passages.document"
            " AND sentences.start >= passages.start AND sentences.start < passages.end"
            f" AND sentences.end <= passages.end WHERE passages.id IN {_GIVEN}"
            " ORDER BY passages.id, sentences.start",
            (given,),
        ):
            if checked and stamp != stamp_of(document, *row):
                raise self._damaged(f"a sentence of passage {key} is not as it was written")
            sentences[key].append((row[0], row[1], row[2]))
        found = {}
        for key, document, dispatch, language, start, end, *words, vector, stamp in passages:
            if checked and stamp != stamp_of(document, language, start, end, vector, *words):
                raise self._damaged(f"passage {key} is not as it was written")
            rows = sentences[key]
            if not rows:
                raise self._damaged(f"passage {key} has no sentences")
            found[key] = Stored(
                key,
                document,
                dispatch,
                language,
                start,
                end,
                Columns(*words),
                self._stacked([vector])[0],
                tuple(Span(first, last) for first, last, _ in rows),
                self._stacked([blob for *_, blob in rows]),
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
            + ("" if keys is None else f" WHERE id IN {_GIVEN}")
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
        where, values = _where(filters)
        rows = self._connection.execute(
            "SELECT passages.id FROM documents JOIN passages ON document = documents.id"
            f" WHERE 1{where}",
            values,
        )
        return np.sort(np.fromiter((key for (key,) in rows), np.int64))

    def damage(self) -> list[str]:
        """What SQLite's own check of the file finds wrong; empty when all is well."""
        for table in ("documents", "passages", "sentences", "words", "terms", "bands"):
            self._connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        rows = self._connection.execute("PRAGMA integrity_check").fetchall()
        return [text for (text,) in rows if text != "ok"]

    def inconsistencies(self) -> Iterator[str]:
        counted: Counter[Phrase] = Counter()
        passages = 0
        rows = self._connection.execute(
            f"SELECT rowid, {_WORDS} FROM words WHERE rowid IN (SELECT id FROM passages)"
            " ORDER BY rowid"
        )
        found = dict(self._instances())
        words = 0
        for key, *texts in rows:
            columns = Columns(*texts)
            passages += 1
            for column, text in columns._asdict().items():
                split = text.split()
                words += len(split)
                counted.update(Phrase(column, word) for word in set(split))
                # FTS5 keeps words in lower case.
                if found.get(key, {}).get(column, []) != text.lower().split():
                    yield f"the index of words lacks the {column} of passage {key}"
            found.pop(key, None)
        for key in found:
            yield f"the words lead to a passage {key} that is not there"
        known = {
            Phrase(column, word): frequency
            for column, word, frequency in self._connection.execute("SELECT * FROM terms")
        }
        if known != counted:
            wrong = sum(known.get(one) != counted.get(one) for one in known.keys() | counted.keys())
            yield f"{wrong} words are said to occur in another number of passages than they do"
        counts = self.counts()
        sizes = (
            self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("documents", "passages", "sentences")
        )
        real = Counts(next(sizes), next(sizes), next(sizes), words)
        if counts != real or passages != real.passages:
            yield f"the index says that it holds {counts}, and holds {real}"
        yield from self.garbled()
        if counts.passages == real.passages:  # or else they cannot be compared
            yield from self._derived.differences(self)

    def garbled(self) -> Iterator[str]:
        """The rows that are not as they were written."""
        for source, stamp, *values in self._connection.execute(
            f"SELECT source, stamp, {DOCUMENT} FROM documents"
        ):
            if stamp != stamp_of(*values):
                yield f"{source}: the row of the document is not as it was written"
        for kind, rows in (
            (
                "passage",
                "SELECT source, passages.stamp, document, passages.language, start, end, vector,"
                " stems, sounds, names FROM passages JOIN documents ON documents.id = document"
                " LEFT JOIN words ON words.rowid = passages.id",
            ),
            (
                "sentence",
                "SELECT source, sentences.stamp, document, start, end, vector"
                " FROM sentences JOIN documents ON documents.id = document",
            ),
        ):
            wrong = Counter(
                source
                for source, stamp, *values in self._connection.execute(rows)
                if stamp != stamp_of(*values)
            )
            for source, count in wrong.items():
                yield f"{source}: {count} rows of {kind}s are not as they were written"

    def _instances(self) -> Iterator[tuple[int, dict[str, list[str]]]]:
        """The words of every passage that a word leads to, read back from the inverted index
        itself, which is what a search reads."""
        self._connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances"
            " USING fts5vocab('main', 'words', 'instance')"
        )
        rows = self._connection.execute(
            "SELECT doc, col, term FROM temp.instances ORDER BY doc, offset"
        )
        for key, group in itertools.groupby(rows, key=lambda row: int(row[0])):
            terms: dict[str, list[str]] = {}
            for _, column, term in group:
                terms.setdefault(column, []).append(term)
            yield key, terms

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
        """Stored vectors as a matrix [n, dimension]."""
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


def _any(phrases: Sequence[Phrase]) -> str:
    """An FTS5 expression that one of these phrases fulfils; keys, stems and sounds are letters and
    digits only, so that nothing needs escaping but the words AND, OR and NOT, which the quotes see
    to."""
    return " OR ".join(f'{phrase.column} : "{phrase.word}"' for phrase in phrases)


def _where(filters: Filters) -> tuple[str, list[str]]:
    """Conditions on passages joined with their documents, each after an AND, and their values."""
    conditions, values = "", []
    if filters.sources is not None:
        conditions += f" AND documents.source IN {_GIVEN}"
        values.append(json.dumps(list(filters.sources)))
    if filters.languages is not None:
        conditions += f" AND passages.language IN {_GIVEN}"
        values.append(json.dumps(list(filters.languages)))
    if filters.days is not None:
        first, last = filters.days
        conditions += " AND first_day <= ? AND last_day >= ?"
        values += [last, first]
    return conditions, values
