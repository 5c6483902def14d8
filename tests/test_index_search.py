"""Searching an opened index: both rankings, filters, and changes made by others meanwhile."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest
from wordy import WordEncoder, write

from index import Filters, Found, Index
from index.build import build
from index.errors import IndexMissingError, ModelError
from index.filters import EVERYTHING
from index.fusion import fused
from index.terms import weight

ENCODER = WordEncoder()
TEXTS = {
    "fr.txt": "date 2022-08\nLe ministre Baïramov a reçu les ambassadeurs des pays voisins à Bakou lundi.",
    "en.txt": "date 2025-04-22\nMinister Bayramov hosted the consultations on energy in Baku on Monday.",
    "ru.txt": "date 2024\nМинистр Байрамов обсудил сотрудничество в области энергетики с коллегой.",
    "undated.txt": "Les deux pays ont signé un accord sur les visas diplomatiques et de service.",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    build(write(tmp_path / "docs", TEXTS), tmp_path / "ix", ENCODER)
    return tmp_path


@pytest.fixture
def index(place: Path) -> Index:
    return Index.open(place / "ix", ENCODER)


def sources(
    index: Index, question: str, filters: Filters = EVERYTHING, limit: int = 8
) -> list[str]:
    found = index.search(question, "fr", filters, limit)
    return [hit.passage.document.source for hit in found.hits]


def test_the_nearest_comes_first_with_its_scores(index: Index) -> None:
    found = index.search("Un accord sur les visas", "fr")
    first = found.hits[0]
    assert first.passage.document.source == "undated.txt"
    assert first.dense is not None
    assert first.words is not None
    assert [hit.score for hit in found.hits] == sorted((h.score for h in found.hits), reverse=True)
    assert first.sentence_vectors.shape == (len(first.passage.sentences), 64)
    assert "visas" in [term.text for term in found.terms]


def test_a_name_is_found_in_every_script(index: Index) -> None:
    found = index.search("Bayramov", "en")
    by_words = {hit.passage.document.source for hit in found.hits if hit.words is not None}
    assert by_words == {"fr.txt", "en.txt", "ru.txt"}


def by_words(found: Found) -> set[str]:
    """The documents in which some word of the question was met."""
    return {hit.passage.document.source for hit in found.hits if hit.words is not None}


NAMES = {
    "az.txt": "Le ministre azerbaïdjanais des Affaires étrangères a présidé la session tenue jeudi.",
    "baku.txt": "Nazir dünən Bakıda keçirilən beynəlxalq konfransda çıxış edib.",
    "dz.txt": "Министр иностранных дел Алжира принял посла и обсудил с ним сотрудничество.",
    "oic.txt": "Le secrétaire général de l’Organisation de la coopération islamique s’est rendu hier au siège.",
    "memo.txt": "The ambassadors signed a memorandum on fisheries and 20211 vessels on Monday.",
    "vald.txt": "The delegation of Valdarato left the meeting early and came back on Friday.",
    "vals.txt": "The delegation of Valdarano read a statement before the meeting ended.",
}


@pytest.fixture
def names(tmp_path: Path) -> Index:
    build(write(tmp_path / "docs", NAMES), tmp_path / "ix", ENCODER)
    return Index.open(tmp_path / "ix", ENCODER)


@pytest.mark.parametrize(
    ("question", "language", "source"),
    [
        ("أذربيجان", "ar", "az.txt"),
        ("الأذربيجاني", "ar", "az.txt"),
        ("Азербайджаном", "ru", "az.txt"),
        ("Azərbaycanın", "az", "az.txt"),
        ("azerbaijan", "en", "az.txt"),
        ("باكو", "ar", "baku.txt"),
        ("в Баку", "ru", "baku.txt"),
        ("bakou", "fr", "baku.txt"),
        ("للجزائر", "ar", "dz.txt"),
        ("Əlcəzairin", "az", "dz.txt"),
        ("Cezayir", "tr", "dz.txt"),
        ("منظمة التعاون الإسلامي", "ar", "oic.txt"),
        ("ОИС", "ru", "oic.txt"),
        ("İƏT", "az", "oic.txt"),
    ],
)
def test_a_name_is_found_by_words_in_a_document_in_another_language(
    question: str, language: str, source: str, names: Index
) -> None:
    found = names.search(question, language)
    assert by_words(found) == {source}
    (term,) = found.terms
    assert term.text in question
    assert (term.name != "", term.stem, term.sounds, term.passages) == (True, "", (), 1)


def test_a_word_that_the_corpus_has_is_no_name_that_it_spells_otherwise(names: Index) -> None:
    found = names.search("the ambassadors at valdarato and Valdarato, and waldarata", "en")
    heard = {term.text: bool(term.sounds) for term in found.terms}
    assert heard == {"ambassadors": False, "valdarato": False, "waldarata": True}
    (capital,) = names.search("at Valdarato", "en").terms
    assert capital.sounds != ()


def test_a_name_of_several_words_is_one_term(names: Index) -> None:
    found = names.search("Le siège de l'Organisation de la coopération islamique à Bakou", "fr")
    assert [term.text for term in found.terms] == [
        "Organisation de la coopération islamique",
        "Bakou",
        "siège",
    ]


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ("memorendum", {"memo.txt"}),  # another letter
        ("memoradum", {"memo.txt"}),  # one missing
        ("memorandduum", {"memo.txt"}),  # two too many, in a long word
        ("ambassdaors", {"memo.txt"}),  # two exchanged
        ("Valdaraso", {"vald.txt", "vals.txt"}),  # two words are as near
        ("Valdaratom", {"vald.txt"}),  # one is nearer than the other
        ("xemorandum", set()),  # the first letter
        ("nemo", set()),
    ],
)
def test_a_slip_of_the_pen_finds_what_was_meant(
    question: str, near: set[str], names: Index
) -> None:
    assert by_words(names.search(question, "en")) == near


def test_only_a_word_that_the_corpus_lacks_is_a_slip(names: Index) -> None:
    found = names.search("Valdarato", "en")
    assert by_words(found) == {"vald.txt"}
    assert found.terms[0].near == ()


def test_a_country_with_a_slip_is_the_country(names: Index) -> None:
    (term,) = names.search("Ajerbaijan", "en").terms
    assert (term.name, term.near) == ("countryaz", ())
    assert by_words(names.search("Ajerbaijan", "en")) == {"az.txt"}


@pytest.mark.parametrize("number", ["20212", "202111", "2021"])
def test_numbers_are_never_respelt(number: str, names: Index) -> None:
    found = names.search(number, "en")
    assert by_words(found) == set()
    assert [term.near for term in found.terms] == [()]


def test_a_slip_is_looked_for_among_the_words_of_the_present_corpus(
    place: Path, index: Index
) -> None:
    assert by_words(index.search("palmeriaes", "fr")) == set()
    write(place / "docs", {"new.txt": "La sécheresse a frappé les palmeraies du Souf cet été."})
    build(place / "docs", place / "ix", ENCODER)
    assert by_words(index.search("palmeriaes", "fr")) == {"new.txt"}


def test_a_term_is_as_rare_as_the_passages_that_hold_it_are_few(names: Index) -> None:
    found = names.search("delegation memorandum platypus", "en")
    passages = len(NAMES)
    assert [(t.text, t.passages) for t in found.terms] == [
        ("delegation", 2),
        ("memorandum", 1),
        ("platypus", 0),
    ]
    for term in found.terms:
        assert term.rarity == pytest.approx(math.log((passages + 1) / (term.passages + 0.5)))


def test_a_document_in_another_language_is_not_expected_to_hold_every_word(names: Index) -> None:
    found = names.search("Which platypus memorandum did Azerbaijan read?", "en")
    assert found.language == "en"
    foreign = set()
    for hit in found.hits:
        if hit.words is not None:
            abroad = hit.passage.document.language != "en"
            foreign.add(abroad)
            cosine = max(float(vector @ found.vector) for vector in hit.sentence_vectors)
            words = hit.words / weight(found.terms, abroad)
            expected = fused(hit.dense, cosine, hit.language_mean, words)
            assert hit.score == pytest.approx(expected, abs=1e-4)
    assert foreign == {True, False}
    assert weight(found.terms, True) < weight(found.terms, False)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), set(TEXTS)),
        (Filters(languages=["en"]), {"en.txt"}),
        (Filters(sources=["fr.txt", "ru.txt"]), {"fr.txt", "ru.txt"}),
        (Filters(period=("2024", None)), {"en.txt", "ru.txt"}),
        (Filters(period=(None, "2024-06")), {"fr.txt", "ru.txt"}),
        (Filters(period=("2022-08-15", "2022-08-15")), {"fr.txt"}),
        (Filters(period=("2024", "2024"), languages=["fr"]), set()),
        (Filters(sources=[]), set()),
    ],
)
def test_filters_let_through_what_they_name(
    index: Index, filters: Filters, expected: set[str]
) -> None:
    assert set(sources(index, "le ministre Bayramov", filters)) == expected


FRENCH = (
    "Le ministre a présenté aux députés le bilan de l'année et les projets de la suivante. "
    "Il a répondu à leurs questions pendant trois heures, avant de se rendre à l'aéroport. "
)
ENGLISH = (
    "The minister presented the results of the year and the plans for the next one to parliament. "
    "He answered their questions for three hours before he left for the airport with his advisers. "
)


def test_a_part_in_another_language_is_found_and_filtered_by_its_own(tmp_path: Path) -> None:
    texts = {
        "both.txt": f"{FRENCH * 8}\n\n{ENGLISH * 4}The fisheries agreements enter into force. {ENGLISH * 3}",
        "fr.txt": FRENCH,
    }
    build(write(tmp_path / "docs", texts), tmp_path / "ix", ENCODER)
    index = Index.open(tmp_path / "ix", ENCODER)
    question = "When do the fisheries agreements enter into force?"
    for filters in (Filters(), Filters(languages=["en"])):
        first = index.search(question, "en", filters).hits[0]
        assert "fisheries" in first.passage.text
        assert (first.passage.language, first.passage.document.language) == ("en", "fr")
        assert first.words  # met by the stems of its own language
    in_french = index.search(question, "en", Filters(languages=["fr"])).hits
    assert {hit.passage.language for hit in in_french} == {"fr"}
    assert {hit.passage.document.source for hit in in_french} == {"both.txt", "fr.txt"}
    assert not any("fisheries" in hit.passage.text for hit in in_french)


def test_a_word_too_common_to_find_still_scores(
    place: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "le ministre Bayramov"
    before = index.search(question, "fr").hits
    monkeypatch.setattr("index.local.words.RANKED", 1)
    after = index.search(question, "fr").hits
    assert {hit.passage.document.source: hit.words for hit in after} == {
        hit.passage.document.source: hit.words for hit in before
    }
    assert any(hit.words for hit in after)


def test_no_more_than_the_limit_is_returned(index: Index) -> None:
    assert len(sources(index, "ministre", limit=2)) == 2


@pytest.mark.parametrize(
    "question", ["", "?", 'AND OR NOT NEAR("', "x" * 10_000, "🙂", "le la les"]
)
def test_any_question_can_be_asked(index: Index, question: str) -> None:
    assert len(sources(index, question)) == 4


def test_a_change_by_another_process_is_seen_by_the_next_search(place: Path, index: Index) -> None:
    write(place / "docs", {"new.txt": "La sécheresse a frappé les palmeraies du Souf cet été."})
    (place / "docs" / "en.txt").unlink()
    build(place / "docs", place / "ix", ENCODER)
    assert sources(index, "La sécheresse des palmeraies du Souf")[0] == "new.txt"
    assert "en.txt" not in sources(index, "Bayramov")
    assert index.document("en.txt") is None
    assert [document.source for document in index.documents()] == sorted(
        {*TEXTS, "new.txt"} - {"en.txt"}
    )


def test_a_faiss_file_that_is_lost_or_garbled_loses_nothing(place: Path, index: Index) -> None:
    before = sources(index, "Un accord sur les visas")
    (path,) = (place / "ix").glob("*.faiss")
    path.write_bytes(b"garbage")
    assert sources(Index.open(place / "ix", ENCODER), "Un accord sur les visas") == before
    path.unlink()
    assert sources(Index.open(place / "ix", ENCODER), "Un accord sur les visas") == before


def test_an_open_index_refuses_another_model_that_took_its_place(place: Path, index: Index) -> None:
    index.search("Un accord", "fr")
    shutil.rmtree(place / "ix")
    other = WordEncoder("other words")
    build(place / "docs", place / "ix", other)
    with pytest.raises(ModelError, match="other words"):
        index.search("Un accord", "fr")


def test_an_index_opens_with_its_own_model_only(place: Path) -> None:
    with pytest.raises(ModelError, match="was built with the model 'words', not 'other'"):
        Index.open(place / "ix", WordEncoder(model="other"))
    with pytest.raises(IndexMissingError):
        Index.open(place / "nothing", ENCODER)


@pytest.mark.parametrize("period", [("2025", "2024"), ("hier", None), ("2022-13", None)])
def test_a_period_that_cannot_be_is_refused(period: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueError, match=r"period|date"):
        Filters(period=period)
