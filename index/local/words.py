"""The index of words in a folder's index: FTS5 finds passages, the table of terms says how many.

How a passage is scored by its words is left to `index.bm25`.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence

from ..bm25 import WEIGHTS, Phrase, estimated
from ..filters import Filters
from ..terms import Term
from .filtering import conditions

# Passages that a search ranks by BM25 to find candidates: so many take some 10 ms. A word that
# would bring more finds candidates only together with others, but counts in the scores of all.
RANKED = 5_000


def naming(connection: sqlite3.Connection, terms: Sequence[Term], filters: Filters) -> list[int]:
    """The keys of the documents in which each of `terms`, one at least, is met."""
    where, values = conditions(filters)
    found = [
        {
            key
            for (key,) in connection.execute(
                "SELECT DISTINCT document FROM words JOIN passages ON passages.id = words.rowid"
                f" JOIN documents ON documents.id = document WHERE words MATCH ?{where}",
                (_any(term.phrases), *values),
            )
        }
        for term in terms
        if term.phrases
    ]
    return sorted(set.intersection(*found)) if len(found) == len(terms) else []


def frequencies(connection: sqlite3.Connection, phrases: Sequence[Phrase]) -> dict[Phrase, int]:
    """In how many passages each occurs."""
    found = dict.fromkeys(phrases, 0)
    for phrase in found:
        row = connection.execute(
            "SELECT passages FROM terms WHERE column = ? AND word = ?", phrase
        ).fetchone()
        found[phrase] = int(row[0]) if row else 0
    return found


def frequency(connection: sqlite3.Connection, phrases: Sequence[Phrase], passages: int) -> int:
    """In how many of all `passages` one of these occurs, or nearly so where they are common."""
    known = frequencies(connection, phrases)
    told = estimated(known, passages)
    if told is not None:
        return told
    row = connection.execute(
        "SELECT count(*) FROM words WHERE words MATCH ?",
        (_any([phrase for phrase in known if known[phrase]]),),
    ).fetchone()
    return int(row[0])


def vocabulary(connection: sqlite3.Connection) -> list[str]:
    """Every stem that some passage holds, in order."""
    rows = connection.execute("SELECT word FROM terms WHERE column = 'stems'")
    return [word for (word,) in rows]


def matching(
    connection: sqlite3.Connection,
    terms: Sequence[Term],
    limit: int,
    filters: Filters,
    passages: int,
) -> list[int]:
    """The keys of the `limit` best of all `passages` by words: the best by BM25 of those that hold
    a rare word; where that leaves room and a word was too common to be asked for alone, those that
    hold several words together."""
    phrases = [phrase for term in terms for phrase in term.phrases]
    known = frequencies(connection, phrases)
    held = sorted((one for one in phrases if known[one]), key=lambda p: known[p])
    rows = itertools.accumulate(known[phrase] for phrase in held)
    everywhere = passages <= RANKED
    rare = [one for one, read in zip(held, rows, strict=True) if everywhere or read <= RANKED]
    order = f"bm25(words, {', '.join(map(str, WEIGHTS.values()))}), rowid"
    found = _matching(connection, _any(rare), order, limit, filters) if rare else []
    if len(rare) < len(held):
        asked = {term: sum(known[one] for one in term.phrases) for term in terms}
        held_terms = sorted((one for one in asked if asked[one]), key=lambda one: asked[one])
        for several in range(len(held_terms), 1, -1):
            if len(found) >= limit:
                break
            together = " AND ".join(f"({_any(term.phrases)})" for term in held_terms[:several])
            found = list(
                dict.fromkeys([*found, *_matching(connection, together, "rowid", limit, filters)])
            )
    return found[:limit]


def _matching(
    connection: sqlite3.Connection, expression: str, order: str, limit: int, filters: Filters
) -> list[int]:
    where, values = conditions(filters)
    if where:
        where = (
            " AND EXISTS (SELECT 1 FROM passages JOIN documents ON documents.id = document"
            f" WHERE passages.id = words.rowid{where})"
        )
    rows = connection.execute(
        f"SELECT rowid FROM words WHERE words MATCH ?{where} ORDER BY {order} LIMIT ?",
        (expression, *values, limit),
    )
    return [int(key) for (key,) in rows]


def _any(phrases: Sequence[Phrase]) -> str:
    """An FTS5 expression that one of these phrases fulfils; keys, stems and sounds are letters and
    digits only, so that nothing needs escaping but the words AND, OR and NOT, which the quotes see
    to."""
    return " OR ".join(f'{phrase.column} : "{phrase.word}"' for phrase in phrases)
