"""What a snapshot finds: by words, by vectors and by names, within what filters admit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from naming import named
from wordy import WordEncoder, entry_of

from index.bm25 import Phrase
from index.filters import EVERYTHING, Filters
from index.local import LocalStore
from index.local import words as module
from index.local.snapshot import LocalSnapshot
from index.terms import Term

ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs", "columns": ""}
FRENCH = (
    "Le ministre a présenté aux députés le bilan de l'année et les projets de la suivante. "
    "Il a répondu à leurs questions pendant trois heures, avant de se rendre à l'aéroport. "
)
ENGLISH = (
    "The minister presented the results of the year and the plans for the next one to parliament. "
    "He answered their questions for three hours before he left for the airport with his advisers. "
)
TEXTS = {
    "fr.txt": f"date 2022-08\n{FRENCH * 5}",
    "en.txt": f"date 2025-04-22\n{ENGLISH * 5}",
    "both.txt": f"date 2024\n{FRENCH * 8}\n\n{ENGLISH * 8}",
    "undated.txt": "Les tétras de Bakou ont chanté devant le ministre.",
}
MINISTRE = Term("ministre", "ministr")
TETRAS = Term("tétras", "tetr")
BAKU = Term("Bakou", "", name="cityasiabaku")


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[LocalSnapshot]:
    with LocalStore(tmp_path).writing(ABOUT) as writer:
        for source, text in TEXTS.items():
            writer.add(entry_of(source, text))
    with LocalStore(tmp_path).reading() as found:
        yield found


def sources(snapshot: LocalSnapshot, keys: list[int]) -> set[str]:
    return {snapshot.document_of(one.document).source for one in snapshot.stored(keys)}


def languages(snapshot: LocalSnapshot, keys: list[int]) -> set[str]:
    return {one.language for one in snapshot.stored(keys)}


FILTERS = pytest.mark.parametrize(
    ("filters", "within"),
    [
        (EVERYTHING, set(TEXTS)),
        (Filters(sources=["fr.txt", "undated.txt"]), {"fr.txt", "undated.txt"}),
        (Filters(sources=[]), set()),
        (Filters(languages=["en"]), {"en.txt", "both.txt"}),
        (Filters(languages=["fr"]), {"fr.txt", "both.txt", "undated.txt"}),
        (Filters(languages=["ru"]), set()),
        (Filters(period=("2024", None)), {"en.txt", "both.txt"}),
        (Filters(period=(None, "2022-08")), {"fr.txt"}),
        (Filters(period=("2024-12-31", "2025-01-01")), {"both.txt"}),
        (Filters(period=("2024", None), languages=["fr"]), {"both.txt"}),
        (Filters(period=("2024", None), sources=["fr.txt", "en.txt"]), {"en.txt"}),
        (Filters(period=(None, None)), {"fr.txt", "en.txt", "both.txt"}),
    ],
    ids=named,
)
WORD = Term("minister", "minist", near=("ministr",))  # in both languages


@FILTERS
def test_every_way_of_finding_keeps_to_the_filters(
    snapshot: LocalSnapshot, filters: Filters, within: set[str]
) -> None:
    vector = WordEncoder().encode_queries(["le ministre"])[0]
    for keys in (
        snapshot.nearest(vector, 50, filters),
        snapshot.matching([WORD], 50, filters),
        snapshot.candidates(vector, [WORD], 50, filters),
    ):
        assert sources(snapshot, keys) == within
        assert len(keys) == len(set(keys))
        if filters.languages is not None:
            assert languages(snapshot, keys) <= set(filters.languages)
    named = snapshot.naming([WORD], filters)
    assert {snapshot.document_of(key).source for key in named} == within


def test_naming_needs_every_term_in_the_document_and_one_at_least(snapshot: LocalSnapshot) -> None:
    def named(*terms: Term) -> set[str]:
        return {snapshot.document_of(key).source for key in snapshot.naming(terms, EVERYTHING)}

    assert named(TETRAS) == named(TETRAS, BAKU) == named(MINISTRE, BAKU) == {"undated.txt"}
    assert named(MINISTRE) == {"fr.txt", "both.txt", "undated.txt"}
    assert named(Term("", "")) == named(TETRAS, Term("", "")) == set()


def test_the_limit_is_kept_by_each_way(snapshot: LocalSnapshot) -> None:
    vector = WordEncoder().encode_queries(["le ministre"])[0]
    assert len(snapshot.nearest(vector, 2, EVERYTHING)) == 2
    assert len(snapshot.matching([WORD], 2, EVERYTHING)) == 2
    assert len(snapshot.candidates(vector, [WORD, TETRAS], 2, EVERYTHING)) <= 4


# ── words that many passages hold ────────────────────────────────────────────────────────────────


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[LocalSnapshot]:
    """Twelve passages with «ministre», six of them with «accord» too, and one with «tétras»."""
    texts = ["Le ministre a parlé.", "Le ministre a signé un accord."] * 6
    texts[3] = "Le ministre a signé un accord sur les tétras."
    with LocalStore(tmp_path).writing(ABOUT) as writer:
        for number, text in enumerate(texts):
            writer.add(entry_of(f"{number:02}.txt", text))
    with LocalStore(tmp_path).reading() as found:
        yield found


ACCORD = Term("accord", "accord")


def test_a_rare_word_finds_beside_one_that_is_too_common(
    crowd: LocalSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RANKED", 2)
    assert sources(crowd, crowd.matching([MINISTRE, TETRAS], 1, EVERYTHING)) == {"03.txt"}
    assert crowd.matching([MINISTRE], 50, EVERYTHING) == []


def test_words_too_common_alone_find_together(
    crowd: LocalSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RANKED", 2)
    found = crowd.matching([MINISTRE, ACCORD], 50, EVERYTHING)
    assert sources(crowd, found) == {f"{n:02}.txt" for n in range(1, 12, 2)}
    both = crowd.matching([MINISTRE, ACCORD, TETRAS], 50, EVERYTHING)
    assert sources(crowd, both) == {"03.txt"}
    assert len(crowd.matching([MINISTRE, ACCORD], 3, EVERYTHING)) == 3
    within = Filters(sources=["01.txt", "02.txt"])
    assert sources(crowd, crowd.matching([MINISTRE, ACCORD], 50, within)) == {"01.txt"}


def test_in_a_small_collection_every_word_finds(crowd: LocalSnapshot) -> None:
    assert len(crowd.matching([MINISTRE], 50, EVERYTHING)) == 12


# ── how often words occur ────────────────────────────────────────────────────────────────────────


def test_a_phrase_occurs_in_so_many_passages_of_its_column(crowd: LocalSnapshot) -> None:
    stem, other, absent = (Phrase("stems", word) for word in ("ministr", "tetr", "absent"))
    name = Phrase("names", "ministr")
    assert crowd.frequencies([stem, other, absent, name, stem]) == {
        stem: 12,
        other: 1,
        absent: 0,
        name: 0,
    }
    assert crowd.frequency([stem, other]) == 12
    assert crowd.frequency([other, Phrase("stems", "accord")]) == 6
    assert crowd.frequency([]) == crowd.frequency([absent]) == 0


def test_where_counting_is_dear_a_frequency_is_at_most_so_much(
    crowd: LocalSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.bm25.COUNTED_ROWS", 2)
    stem, other = Phrase("stems", "accord"), Phrase("stems", "ministr")
    assert 12 <= crowd.frequency([stem, other]) <= crowd.counts().passages
    assert crowd.frequency([stem]) == 6


def test_the_vocabulary_is_every_stem_once_in_order(crowd: LocalSnapshot) -> None:
    found = crowd.vocabulary()
    assert found == sorted(set(found))
    assert {"ministr", "accord", "tetr"} <= set(found)
