"""The window's words: complete in every language, and chosen by the browser's."""

from __future__ import annotations

import string
from dataclasses import fields

import pytest

from qa.chat.words import Words, date_in, language_in, number_in, preferred, words_in
from qa.phrases import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_the_same_blanks(language: str) -> None:
    words, english = words_in(language), words_in("en")
    assert words.code == language
    for field in fields(Words):
        said, meant = getattr(words, field.name), getattr(english, field.name)
        assert said.strip()
        assert _blanks(said) == _blanks(meant), field.name


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca,fr;q=0.9,en;q=0.8", "fr"),
        ("de-DE,de;q=0.9,ru;q=0.5,en;q=0.4", "ru"),
        ("en;q=0.1, az;q=0.9", "az"),
        ("zh-CN", "en"),
        ("ar-DZ", "ar"),
        ("*;q=1, tr ; q=0.3", "tr"),
        ("fr;q=x.1.2,;;,==,\x00", "fr"),
        ("fr;q=1.1.1,tr", "tr"),
    ],
)
def test_the_browsers_first_known_language_is_taken(header: str | None, language: str) -> None:
    assert preferred(header).code == language


@pytest.mark.parametrize(
    ("date", "language", "said"),
    [
        ("2022", "fr", "2022"),
        ("2022-08", "fr", "août 2022"),
        ("2022-08", "en", "August 2022"),
        ("2025-04-22", "en", "April 22, 2025"),
        ("2025-04-22", "ru", "22 апреля 2025\u202fг."),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(date: str, language: str, said: str) -> None:
    shown = date_in(words_in(language), date)
    assert " ".join(shown.split()) == " ".join(said.split())


def test_a_language_without_a_name_is_its_code() -> None:
    assert language_in(words_in("en"), "ar") == "Arabic"
    assert language_in(words_in("en"), "xx") == "xx"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_stands_after_its_name_and_a_colon(language: str) -> None:
    words = words_in(language)
    colon = "\u202f: " if language == "fr" else ": "
    assert words.of(words.period, "2022") == f"{words.period}{colon}2022"


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_in_a_name_or_a_value_are_left_as_they_are(language: str) -> None:
    said = words_in(language).of("{value} {x}", "{name} {0} {")
    assert said.startswith("{value} {x}")
    assert said.endswith("{name} {0} {")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "12\u202f345"),
        ("en", "12,345"),
        ("ar", "12,345"),
        ("ru", "12\u00a0345"),
        ("az", "12.345"),
        ("tr", "12.345"),
    ],
)
def test_a_number_is_written_as_a_reader_writes_it(language: str, said: str) -> None:
    assert number_in(words_in(language), 12_345) == said
    assert number_in(words_in(language), 7) == "7"


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
