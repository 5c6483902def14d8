"""Words meet across inflection and diacritics, and only where they should."""

from __future__ import annotations

import pytest

from index.documents import parse
from index.entries import indexed_words
from index.passages import passages_of
from index.sounds import sounds
from index.words import fold, stem, words_of


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", ["étrangère", "Étrangères", "etrangere"]),
        ("fr", ["co-présidée", "coprésidé"]),
        ("en", ["consultations", "Consultation"]),
        ("ru", ["соглашения", "соглашением"]),
        ("tr", ["Anlaşmalar", "anlaşmanın"]),
        ("ar", ["السياسية", "سياسية"]),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: list[str]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "language", "stems"),
    [
        ("L'Algérie et l’Azerbaïdjan", "fr", ["alger", "azerbaidjan"]),
        ("Who did what to whom?", "en", []),
        ("les non-alignés", "fr", ["nonalign"]),
        ("Abdallah Ibn-Saoud 2025", "en", ["abdallah", "ibn", "saoud", "2025"]),
        ("", "fr", []),
        ("🙂 — …", "fr", []),
    ],
)
def test_words_that_carry_no_subject_are_left_out(
    text: str, language: str, stems: list[str]
) -> None:
    assert [word.stem for word in words_of(text, language)] == stems


def test_a_word_stands_where_it_says() -> None:
    text = "🙂 Le ministre Baïramov a reçu l’envoyé à Bakou."
    for word in words_of(text, "fr"):
        assert stem(text[word.start : word.end], "fr") == word.stem


def test_only_what_is_written_like_a_name_sounds_in_a_document() -> None:
    heard = {w.stem: w.sounds for w in words_of("Le ministre Baïramov parle", "fr")}
    assert heard["bairamov"] == sounds("Baïramov", "fr") != ()
    assert heard["ministr"] == ()
    asked = {w.stem: w.sounds for w in words_of("le ministre baïramov parle", "fr", names=False)}
    assert asked["bairamov"] == heard["bairamov"]


@pytest.mark.parametrize(
    "text", ['"; DROP TABLE words; --', "AND OR NOT NEAR", "*", "a:b", "\u202e"]
)
def test_nothing_that_fts5_reads_as_syntax_is_left(text: str) -> None:
    for word in words_of(text, "en", names=False):
        assert word.stem.isalnum() or word.stem == ""
        assert all(sound.isalnum() for sound in word.sounds)
    assert fold(text).isalnum() or fold(text) == ""


def test_a_word_without_end_is_cut() -> None:
    (word,) = words_of("a" * 40_000, "en", names=False)
    assert len(word.stem) <= 64


def test_a_name_is_indexed_once_by_what_it_sounds_like() -> None:
    text = "Nazir dünən Bakıya gəldi və Azərbaycan tərəfi ilə uzun görüş keçirdi."
    [passage] = passages_of(parse("a.txt", text))
    assert passage.language == "az"
    assert {"BAKIA", "BAKI"} <= set(sounds("Bakıya", "az"))
    assert indexed_words(passage).sounds.split().count("BK") == 1
