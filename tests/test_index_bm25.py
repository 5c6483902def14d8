"""Scores of words are those of FTS5, whatever the passages and the question hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.bm25 import WEIGHTS, Columns, Phrase, Statistics, scored

WORDS = {
    "stems": ["ministr", "accord", "not", "or", "2024", "a"],
    "sounds": ["BRMF", "BK", "LKR"],
    "names": ["countryaz", "cityasiabaku"],
}
TEXTS = {
    column: st.lists(st.sampled_from(words), max_size=9).map(" ".join)
    for column, words in WORDS.items()
}
PASSAGES = st.builds(Columns, **TEXTS)
PHRASES = st.sampled_from(
    [Phrase(column, word) for column, words in WORDS.items() for word in (*words, "absent")]
)


def statistics(passages: list[Columns], phrases: list[Phrase]) -> Statistics:
    split = [{name: text.split() for name, text in p._asdict().items()} for p in passages]
    return Statistics(
        len(passages),
        sum(len(words) for columns in split for words in columns.values()),
        {
            phrase: sum(phrase.word in columns[phrase.column] for columns in split)
            for phrase in phrases
        },
    )


def by_fts5(passages: list[Columns], phrases: list[Phrase]) -> dict[int, float]:
    """The score of each passage that holds some phrase, by its place."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (stems, sounds, names)")
        connection.executemany(
            "INSERT INTO words (rowid, stems, sounds, names) VALUES (?, ?, ?, ?)",
            [(place, *columns) for place, columns in enumerate(passages)],
        )
        expression = " OR ".join(f'{phrase.column} : "{phrase.word}"' for phrase in phrases)
        return dict(
            connection.execute(
                "SELECT rowid, -bm25(words, 1.0, 0.2, 1.4) FROM words WHERE words MATCH ?",
                (expression,),
            )
        )


@settings(max_examples=100, deadline=None)
@given(st.lists(PASSAGES, min_size=1, max_size=12), st.lists(PHRASES, min_size=1, max_size=6))
def test_a_score_is_that_of_fts5(passages: list[Columns], phrases: list[Phrase]) -> None:
    known, expected = statistics(passages, phrases), by_fts5(passages, phrases)
    for place, columns in enumerate(passages):
        score = scored(columns, phrases, known)
        if place in expected:
            assert score == pytest.approx(expected[place], rel=1e-9, abs=1e-12)
        else:
            assert score is None


def test_the_weights_are_those_of_the_columns_in_order() -> None:
    assert tuple(WEIGHTS) == Columns._fields
    assert tuple(WEIGHTS.values()) == (1.0, 0.2, 1.4)


def test_nothing_met_is_no_score_and_a_word_that_all_hold_is_a_small_one() -> None:
    passages, phrase = [Columns("ministr", "", "")] * 3, Phrase("stems", "ministr")
    absent = Phrase("stems", "accord")
    known = statistics(passages, [phrase, absent])
    assert scored(passages[0], [absent], known) is None
    assert scored(passages[0], [], known) is None
    score = scored(passages[0], [phrase], known)
    assert score is not None
    assert 0 < score < 1e-5


def test_a_phrase_given_twice_counts_twice() -> None:
    passages = [Columns("ministr", "", ""), Columns("accord", "", ""), Columns("visa", "", "")]
    phrase = Phrase("stems", "ministr")
    known = statistics(passages, [phrase])
    once, twice = (scored(passages[0], [phrase] * times, known) for times in (1, 2))
    assert once is not None
    assert twice == pytest.approx(2 * once)
