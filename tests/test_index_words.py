"""Words meet across inflection, diacritics, spellings and scripts, and only where they should."""

from __future__ import annotations

import pytest

from index.words import fold, sound, stem, words_of


@pytest.mark.parametrize(
    "spellings",
    [
        [("Bayramov", "en"), ("Baïramov", "fr"), ("Байрамов", "ru"), ("بيراموف", "ar")],
        [("Bayramov", "en"), ("Bayramovun", "az"), ("Байрамовым", "ru")],
        [("Bakou", "fr"), ("Baku", "en"), ("Bakı", "az"), ("باكو", "ar"), ("Баку", "ru")],
        [("Bakı", "az"), ("Bakıda", "az"), ("Bakü", "tr"), ("Bakü'de", "tr")],
        [("Jeyhun", "en"), ("Djeyhoun", "fr"), ("جيهون", "ar")],
        [("Lamamra", "fr"), ("Ламамра", "ru"), ("لعمامرة", "ar")],
        [("Bogdanov", "fr"), ("Богданов", "ru"), ("بوغدانوف", "ar"), ("Boqdanov", "az")],
        [("Magramane", "fr"), ("Маграман", "ru"), ("مقرمان", "ar")],
        [("Tebboune", "fr"), ("Теббун", "ru"), ("تبون", "ar")],
        [("Algérie", "fr"), ("Algeria", "en")],
        [("Azerbaïdjan", "fr"), ("Azerbaijan", "en"), ("Азербайджан", "ru")],
    ],
    ids=lambda spellings: spellings[0][0],
)
def test_a_name_sounds_the_same_in_every_spelling(spellings: list[tuple[str, str]]) -> None:
    sounds = {sound(word.split("'")[0], language) for word, language in spellings}
    assert len(sounds) == 1
    assert sounds != {""}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bayramov", "Aliyev"), ("Lamamra", "Magramane"), ("Tebboune", "Bogdanov"), ("Attaf", "Taha")],
)
def test_different_names_sound_different(one: str, other: str) -> None:
    assert sound(one, "fr") != sound(other, "fr")


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
    heard = {w.stem: w.sound for w in words_of("Le ministre Baïramov parle", "fr")}
    assert heard["bairamov"] == "BRMF"
    assert heard["ministr"] == ""
    asked = {w.stem: w.sound for w in words_of("le ministre baïramov parle", "fr", names=False)}
    assert asked["bairamov"] == "BRMF"


@pytest.mark.parametrize(
    "text", ['"; DROP TABLE words; --', "AND OR NOT NEAR", "*", "a:b", "\u202e"]
)
def test_nothing_that_fts5_reads_as_syntax_is_left(text: str) -> None:
    for word in words_of(text, "en", names=False):
        assert word.stem.isalnum() or word.stem == ""
        assert word.sound.isalnum() or word.sound == ""
    assert fold(text).isalnum() or fold(text) == ""


def test_a_word_without_end_is_cut() -> None:
    (word,) = words_of("a" * 40_000, "en", names=False)
    assert len(word.stem) <= 64
    assert len(word.sound) <= 64
