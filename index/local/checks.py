"""What is wrong with an index in a folder: its file, its rows, and what is derived from them."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter
from collections.abc import Iterator

from ..bm25 import Columns, Phrase
from ..store import Counts
from .schema import DOCUMENT, WORDS, stamp_of


def damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite's own check of the file finds wrong; empty when all is well."""
    for table in ("documents", "passages", "sentences", "words", "terms", "bands"):
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    rows = connection.execute("PRAGMA integrity_check").fetchall()
    return [text for (text,) in rows if text != "ok"]


def words(connection: sqlite3.Connection) -> Iterator[str]:
    """Where the index of words, and the numbers of passages that hold each, differ from the words
    that passages were stored with."""
    expected: Counter[Phrase] = Counter()
    found = dict(_instances(connection))
    for key, *texts in _stored_words(connection):
        for column, text in Columns(*texts)._asdict().items():
            expected.update(Phrase(column, word) for word in set(text.split()))
            # FTS5 keeps words in lower case.
            if found.get(key, {}).get(column, []) != text.lower().split():
                yield f"the index of words lacks the {column} of passage {key}"
        found.pop(key, None)
    for key in found:
        yield f"the words lead to a passage {key} that is not there"
    known = {
        Phrase(column, word): frequency
        for column, word, frequency in connection.execute("SELECT * FROM terms")
    }
    if known != expected:
        wrong = sum(known.get(one) != expected.get(one) for one in known.keys() | expected.keys())
        yield f"{wrong} words are said to occur in another number of passages than they do"


def counted(connection: sqlite3.Connection) -> Counts:
    """How much the tables hold."""
    documents, passages, sentences = (
        int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("documents", "passages", "sentences")
    )
    words = sum(len(text.split()) for _, *texts in _stored_words(connection) for text in texts)
    return Counts(documents, passages, sentences, words)


def garbled(connection: sqlite3.Connection) -> Iterator[str]:
    """The rows that are not as they were written."""
    for source, stamp, *values in connection.execute(
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
            for source, stamp, *values in connection.execute(rows)
            if stamp != stamp_of(*values)
        )
        for source, count in wrong.items():
            yield f"{source}: {count} rows of {kind}s are not as they were written"


def _instances(connection: sqlite3.Connection) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """The words of every passage that a word leads to, read back from the inverted index
    itself, which is what a search reads."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances"
        " USING fts5vocab('main', 'words', 'instance')"
    )
    rows = connection.execute("SELECT doc, col, term FROM temp.instances ORDER BY doc, offset")
    for key, group in itertools.groupby(rows, key=lambda row: int(row[0])):
        terms: dict[str, list[str]] = {}
        for _, column, term in group:
            terms.setdefault(column, []).append(term)
        yield key, terms


def _stored_words(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str, str]]:
    """(passage, stems, sounds, names) as they were stored."""
    return connection.execute(
        f"SELECT rowid, {WORDS} FROM words WHERE rowid IN (SELECT id FROM passages) ORDER BY rowid"
    )
