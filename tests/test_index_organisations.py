"""The table of organisations is well formed, and each name in it is found where it is written."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter

import pytest

from index.countries import LANGUAGES
from index.names import names_of
from index.organisations import TABLE, organisations_of

ORGANISATIONS = tomllib.loads(TABLE.read_text("utf-8"))


def found(text: str, language: str, *, written: bool = True) -> list[tuple[str, str]]:
    """The longest name at each place, as it is written there, and whose it is."""
    longest: dict[int, tuple[int, str]] = {}
    for one in organisations_of(text, language, written=written):
        longest[one.start] = max(longest.get(one.start, (0, "")), (one.end, one.name))
    return [(text[start:end], name) for start, (end, name) in sorted(longest.items())]


# ── the table ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisation_is_called_something_in_every_language_and_has_a_site(name: str) -> None:
    entry = ORGANISATIONS[name]
    assert entry.keys() == {"site", *LANGUAGES}
    assert "." in entry["site"]
    assert "/" not in entry["site"]
    assert name == name.lower()
    for language in LANGUAGES:
        assert entry[language]
        assert all(called.split() == called.split(" ") != [""] for called in entry[language])
        assert all(unicodedata.is_normalized("NFC", called) for called in entry[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_comes_twice_in_a_language(language: str) -> None:
    called = Counter(name for entry in ORGANISATIONS.values() for name in entry[language])
    assert [name for name, times in called.items() if times > 1] == []


def test_no_two_organisations_have_one_key() -> None:
    keys = {"".join(filter(str.isalnum, name)) for name in ORGANISATIONS}
    assert len(keys) == len(ORGANISATIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_name_in_the_table_is_found_whole_and_is_its_own(language: str) -> None:
    for name, entry in ORGANISATIONS.items():
        for called in entry[language]:
            text = f"({called})."
            names = [(text[n.start : n.end], n.key) for n in names_of(text, language)]
            assert names == [(called, f"organisation{name.replace('_', '')}")]


# ── acronyms ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("fr", "L’Opep+ et l’Opep, OPEP+", "Opep+:opec_plus Opep:opec OPEP+:opec_plus"),
        ("en", "OPEC+ and OPEC, OPEC + Russia", "OPEC+:opec_plus OPEC:opec OPEC:opec"),
        ("ru", "ОПЕК+ и ОПЕК", "ОПЕК+:opec_plus ОПЕК:opec"),
        ("ar", "أوبك+ وأوبك وبأوبك+", "أوبك+:opec_plus وأوبك:opec وبأوبك+:opec_plus"),
        ("en", "D-8 and D8, G-20 and G20", "D-8:d8 D8:d8 G-20:g20 G20:g20"),
        ("ru", "«восьмёрка» Д-8", "Д-8:d8"),
        ("az", "BMT-nin, İƏT-ə, UNESCO-nun, NATO-dan", "BMT:un İƏT:oic UNESCO:unesco NATO:nato"),
        ("tr", "NATO'nun, AB’ye, İİT'nin, BM'de", "NATO:nato AB:eu İİT:oic BM:un"),
        ("fr", "l'ONU-Habitat, (OTAN), l’UE/UA", "ONU:un OTAN:nato UE:eu UA:au"),
    ],
)
def test_an_acronym_is_found_as_it_is_written(language: str, text: str, names: str) -> None:
    assert [f"{called}:{name}" for called, name in found(text, language)] == names.split()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "un, who, eco, echo, nato, Unicefs, XUNESCO, G200, D-80"),
        ("en", "Who is who? Eco"),
        ("fr", "un otan, la bad, Ue, ua"),
        ("tr", "Ab, bm"),
        ("az", "Abş, bmt"),
    ],
)
def test_what_only_looks_like_an_acronym_is_none(language: str, text: str) -> None:
    assert found(text, language) == []


def test_an_acronym_is_what_its_language_means_by_it() -> None:
    assert found("BM", "fr") == [("BM", "world_bank")]
    assert found("BM", "tr") == [("BM", "un")]
    assert found("AB", "tr") == [("AB", "eu")]
    assert found("AB", "en") == []
    assert found("İƏT", "az") == [("İƏT", "oic")]


def test_an_acronym_of_another_language_is_known_where_it_means_one_only() -> None:
    assert found("OTAN, UNESCO, ASEAN, ОИС", "az") == [
        ("OTAN", "nato"),
        ("UNESCO", "unesco"),
        ("ASEAN", "asean"),
        ("ОИС", "oic"),
    ]
    assert found("UAD, ОПЕК+", "az") == [("UAD", "icj"), ("ОПЕК+", "opec_plus")]
    assert found("BAD, ЕС, UE, TDT", "en") == [
        ("BAD", "african_development_bank"),
        ("TDT", "ots"),
    ]  # of two letters, none
    assert found("UMA", "ru") == [("UMA", "arab_maghreb_union")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nato and unesco", ["nato", "unesco"]),
        ("nato's brics", ["nato", "brics"]),
        ("who is un oic eco", []),
        ("OIC, who", ["OIC"]),
    ],
)
def test_in_haste_an_acronym_that_is_no_word_needs_no_capitals(text: str, names: list[str]) -> None:
    assert [called for called, _ in found(text, "en", written=False)] == names


# ── full names ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "text", "called", "name"),
    [
        ("fr", "de l’ORGANISATION DE LA COOPÉRATION ISLAMIQUE", "ORGANISATION DE LA COOPÉRATION ISLAMIQUE", "oic"),
        ("fr", "le mouvement des Non-alignés", "mouvement des Non-alignés", "nam"),
        ("fr", "l’Union\nafricaine", "Union\nafricaine", "au"),
        ("en", "the African Union's", "African Union", "au"),
        ("ru", "Организацией исламского сотрудничества", "Организацией исламского сотрудничества", "oic"),
        ("ru", "стран Евросоюза", "Евросоюза", "eu"),
        ("ru", "с Интерполом", "Интерполом", "interpol"),
        ("ru", "Еврокомиссию", "Еврокомиссию", "european_commission"),
        ("ru", "Африканским союзом", "Африканским союзом", "au"),
        ("az", "Avropa İttifaqının", "Avropa İttifaqının", "eu"),
        ("az", "BMT-nin Baş Məclisində", "BMT-nin Baş Məclisində", "un_general_assembly"),
        ("az", "İslam Əməkdaşlıq Təşkilatına", "İslam Əməkdaşlıq Təşkilatına", "oic"),
        ("az", "Ərəb Dövlətləri Liqasından", "Ərəb Dövlətləri Liqasından", "arab_league"),
        ("tr", "Türk Devletleri Teşkilatı'nın", "Türk Devletleri Teşkilatı", "ots"),
        ("tr", "AVRUPA BİRLİĞİ", "AVRUPA BİRLİĞİ", "eu"),
        ("ar", "ومنظمة التعاون الإسلامي", "ومنظمة التعاون الإسلامي", "oic"),
        ("ar", "لمنظمة التعاون الإسلامي", "لمنظمة التعاون الإسلامي", "oic"),
        ("ar", "بالاتحاد الأوروبي", "بالاتحاد الأوروبي", "eu"),
        ("ar", "وللاتحاد الأفريقي", "وللاتحاد الأفريقي", "au"),
        ("ar", "واليونسكو", "واليونسكو", "unesco"),
        ("ar", "لليونسكو", "لليونسكو", "unesco"),
        ("ar", "لبنك التنمية الأفريقي", "لبنك التنمية الأفريقي", "african_development_bank"),
        ("ar", "ببريكس", "ببريكس", "brics"),
        ("ar", "لكومنولث الدول المستقلة", "لكومنولث الدول المستقلة", "cis"),
    ],
)  # fmt: skip
def test_a_full_name_is_found_inflected(language: str, text: str, called: str, name: str) -> None:
    assert found(text, language) == [(called, name)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the union of African women"),
        ("en", "African"),
        ("en", "the European minister; a parliament"),
        ("fr", "Union"),
        ("ru", "Европейский"),
        ("az", "İnternet və interaktiv"),  # of which «İnterpol» has the first five letters
        ("az", "Avropa"),
        ("ar", "الاتحاد"),
        ("ar", "التعاون الإسلامي"),
    ],
)
def test_a_part_of_a_full_name_is_none(language: str, text: str) -> None:
    assert found(text, language) == []
