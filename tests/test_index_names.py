"""Names in a text: found where they stand, and under one key in every language."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import itertools

import pytest

from index.countries import LANGUAGES, country_in
from index.names import country, names_of, nearly_named


def found(text: str, language: str, *, written: bool = True) -> list[tuple[str, str]]:
    """The names of a text as they are written there, with their keys."""
    return [
        (text[named.start : named.end], named.key)
        for named in names_of(text, language, written=written)
    ]


# ── one key in every language ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("key", "called"),
    [
        (
            "countryaz",
            "fr:Azerbaïdjan|fr:AZERBAÏDJAN|fr:azerbaïdjanaises|en:Azerbaijan|en:Azerbaijani|"
            "ar:أذربيجان|ar:وأذربيجان|ar:الأذربيجاني|ru:Азербайджаном|ru:азербайджанских|"
            "az:Azərbaycanın|az:azərbaycanlılar|tr:Azerbaycan|tr:Azerbaycanlı",
        ),
        (
            "countrydz",
            "fr:Algérie|fr:algérienne|en:Algeria|en:Algerian|ar:للجزائر|ar:جزائرية|ru:Алжира|"
            "ru:алжирского|az:Əlcəzairdən|tr:Cezayir",
        ),
        ("countrysa", "fr:Arabie saoudite|en:Saudi Arabia|ru:Саудовской Аравии|tr:Suudi Arabistan"),
        ("cityasiabaku", "fr:Bakou|en:Baku|ar:باكو|ar:بباكو|ru:Баку|az:Bakıda|tr:Bakü"),
        ("cityeuropemoscow", "fr:Moscou|en:Moscow|ar:موسكو|ru:Москвы|az:Moskvaya|tr:Moskova"),
        (
            "organisationun",
            "fr:ONU|fr:Nations unies|en:UN|en:United Nations|ar:الأمم المتحدة|ar:وللأمم المتحدة|"
            "ru:ООН|ru:Организации Объединённых Наций|az:BMT|az:Birləşmiş Millətlər Təşkilatının|"
            "tr:BM|tr:Birleşmiş Milletler",
        ),
        (
            "organisationoic",
            "fr:OCI|fr:Organisation de la coopération islamique|en:OIC|ar:منظمة التعاون الإسلامي|"
            "ru:ОИС|ru:Организацией исламского сотрудничества|az:İƏT|tr:İİT",
        ),
    ],
)
def test_a_name_has_one_key_in_every_language_and_case(key: str, called: str) -> None:
    for one in called.split("|"):
        language, _, name = one.partition(":")
        assert found(f"({name}).", language) == [(name, key)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["DZ", "AZ", "RU", "TR", "US", "GB", "CI"])
def test_a_country_has_the_key_of_its_code(language: str, code: str) -> None:
    assert [key for _, key in found(country_in(code, language), language)] == [country(code)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "ONU et l’Azerbaïdjan à Bakou"),
        ("ar", "الأمم المتحدة وباكو وأذربيجان"),
        ("az", "BMT, Bakı, Fil Dişi Sahili"),
    ],
)
def test_a_key_is_letters_and_digits(language: str, text: str) -> None:
    keys = [key for _, key in found(text, language)]
    assert len(keys) == 3
    assert all(key.isascii() and key.isalnum() and key == key.lower() for key in keys)


def test_kinds_of_names_have_keys_of_their_own() -> None:
    assert found("Algeria and Algiers", "en") == [
        ("Algeria", "countrydz"),
        ("Algiers", "cityafricaalgiers"),
    ]


# ── where they stand ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        (
            "fr",
            "🙂 L’envoyé de l'OCI a quitté Bakou pour la Russie.",
            ["OCI", "Bakou", "Russie"],
        ),
        ("fr", "les consultations algéro-russes", ["algéro", "russes"]),
        ("fr", "la Bosnie-Herzégovine, l’E\u0301gypte", ["Bosnie-Herzégovine", "E\u0301gypte"]),
        ("en", "Russia's envoy to Baku’s UN office", ["Russia", "Baku", "UN"]),
        ("ar", "زار الوزير أذربيجان، والتقى في باكو", ["أذربيجان", "باكو"]),
        ("ru", "в Баку\nи в Саудовской  Аравии", ["Баку", "Саудовской  Аравии"]),
        ("az", "Bakıda, BMT-nin ofisində", ["Bakıda", "BMT"]),
        ("tr", "Bakü’de ve NATO'nun", ["Bakü", "NATO"]),
    ],
)
def test_a_name_stands_where_it_says_in_order(language: str, text: str, names: list[str]) -> None:
    assert [name for name, _ in found(text, language)] == names


@pytest.mark.parametrize(
    ("language", "text", "name", "key"),
    [
        ("fr", "au Conseil de sécurité de l'ONU", "Conseil de sécurité de l'ONU", "organisationunsecuritycouncil"),
        ("ru", "в Совете Безопасности ООН", "Совете Безопасности ООН", "organisationunsecuritycouncil"),
        ("az", "BMT-nin Təhlükəsizlik Şurasında", "BMT-nin Təhlükəsizlik Şurasında", "organisationunsecuritycouncil"),
        ("tr", "BM'nin Genel Kurulu", "BM'nin Genel Kurulu", "organisationungeneralassembly"),
        ("en", "the Economic Cooperation Organization", "Economic Cooperation Organization", "organisationeco"),
        ("en", "the Black Sea Economic Cooperation Organization", "Black Sea Economic Cooperation Organization", "organisationbsec"),
        ("ar", "منظمة التعاون الاقتصادي والتنمية", "منظمة التعاون الاقتصادي والتنمية", "organisationoecd"),
        ("az", "Türk Dövlətləri Təşkilatının", "Türk Dövlətləri Təşkilatının", "organisationots"),
        ("fr", "la Guinée équatoriale", "Guinée équatoriale", "countrygq"),
    ],
)  # fmt: skip
def test_the_longest_of_names_that_overlap_is_the_one(
    language: str, text: str, name: str, key: str
) -> None:
    assert found(text, language) == [(name, key)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_never_overlap(language: str) -> None:
    text = (
        "BMT-nin BM'nin ONU UN ООН Türk Dövlətləri Təşkilatı Совет Безопасности ООН الأمم المتحدة "
        "Organisation des Nations unies pour l'éducation, la science et la culture, algéro-russes "
        "African Union of South Africa, Economic Cooperation Organization D-8 OPEC+ Avropa Şurası"
    )
    for written in (True, False):
        names = names_of(text, language, written=written)
        assert names
        assert all(one.end <= other.start for one, other in itertools.pairwise(names))
        assert all(0 <= named.start < named.end <= len(text) for named in names)


# ── how they are written ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "azerbaijan and unesco in baku", ["azerbaijan", "unesco", "baku"]),
        ("fr", "l'algérie et l'otan à bakou", ["algérie", "otan", "bakou"]),
        ("ru", "когда азербайджан вступил в юнеско", ["азербайджан", "юнеско"]),
        ("tr", "rusya ve nato", ["rusya", "nato"]),
        ("az", "rusiyanın bakıda", ["rusiyanın", "bakıda"]),
    ],
)
def test_in_haste_a_name_needs_no_capital(language: str, text: str, names: list[str]) -> None:
    assert [name for name, _ in found(text, language, written=False)] == names
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "who told us that the un met"),
        ("fr", "la ua, un ami, une oci"),
        ("tr", "bm ve ab"),
    ],
)
def test_even_in_haste_short_acronyms_have_capitals(language: str, text: str) -> None:
    assert found(text, language, written=False) == []


def test_what_is_written_with_capitals_is_a_name_in_haste_too() -> None:
    text = "The UN, the US, OPEC+ and Azerbaijan"
    assert found(text, "en", written=False) == found(text, "en") != []


@pytest.mark.parametrize("language", ["de", "es", "und", "", "xx"])
def test_a_text_in_another_language_has_no_names(language: str) -> None:
    assert names_of("Baku, OPEC, Algeria", language) == ()
    assert names_of("Baku, OPEC, Algeria", language, written=False) == ()
    assert nearly_named("Azerbaijann", language) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", " ", "🙂", "12 — 34", "\x00", "\ud800", "\u202e\u0301"])
def test_a_text_may_have_no_names(language: str, text: str) -> None:
    assert names_of(text, language) == ()
    assert names_of(text, language, written=False) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "piece",
    ["a", "А", "-", "D-8", "é\u0301", "BMT-nin ", "Organisation des ", "منظمة ", "Bosnie-et-"],
)
def test_a_text_without_end_is_read(language: str, piece: str) -> None:
    text = piece * (6_000 // len(piece))
    names = names_of(text, language)
    assert all(one.end <= other.start for one, other in itertools.pairwise(names))
    question = text[:2_000]
    assert {named.key for named in names_of(question, language)} <= {named.key for named in names}


# ── nearly ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "language", "key"),
    [
        ("Azerbaïdjann", "fr", "countryaz"),  # a letter too many
        ("azerbajan", "en", "countryaz"),  # one missing
        ("Algarie", "fr", "countrydz"),  # another
        ("Algerai", "en", "countrydz"),  # two exchanged
        ("Азербаджан", "ru", "countryaz"),
        ("Алжыра", "ru", "countrydz"),
        ("Azərbaycn", "az", "countryaz"),
        ("Cezayit", "tr", "countrydz"),
        ("أذربيجن", "ar", "countryaz"),
        ("Algeria", "en", "countrydz"),
    ],
)
def test_a_country_with_one_letter_wrong_is_nearly_named(
    word: str, language: str, key: str
) -> None:
    assert nearly_named(word, language) == key


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("Irau", "en"),  # too short
        ("Malie", "en"),
        ("Azerbaijjjan", "en"),  # two letters wrong
        ("Xlgeria", "en"),  # the first one
        ("Bakouu", "fr"),  # a city
        ("Moscoow", "en"),
        ("nigérin", "fr"),  # of Niger or of Nigeria
        ("parliament", "en"),
        ("🙂🙂🙂🙂🙂🙂", "en"),
        ("x" * 100_000, "fr"),
    ],
    ids=lambda given: given[:12],
)
def test_what_may_be_another_word_is_not(word: str, language: str) -> None:
    assert nearly_named(word, language) is None
