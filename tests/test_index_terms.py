"""Terms of a question: how each meets a word of a text, and what one that is missing weighs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from index.sounds import consonants, sounds
from index.terms import SILENT, How, Met, Term, Words, terms_of, weight, words_in
from index.words import stem

TEXT = "Le ministre Baïramov a signé à Bakou le mémorandum sur la pêche, et Bayramov l’a lu."


def term(text: str, language: str) -> Term:
    return Term(text, stem(text, language), sounds(text, language))


# ── the four ways of meeting ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "word", "how"),
    [
        (term("Ministres", "fr"), "ministre", How.WORD),
        (Term("Баку", "", name="cityasiabaku"), "Bakou", How.NAME),
        (term("Байрамов", "ru"), "Baïramov", How.SOUND),
        (term("بيراموف", "ar"), "Baïramov", How.SOUND),
        (Term("memorendum", "memorendum", near=("memorandum",)), "mémorandum", How.SPELLING),
        (Term("pecne", "pecne", near=("perche", "pech")), "pêche", How.SPELLING),
    ],
    ids=lambda given: given.text if isinstance(given, Term) else "",
)
def test_a_term_meets_a_word_in_one_of_four_ways(asked: Term, word: str, how: How) -> None:
    assert words_in(TEXT, "fr").met_by(asked) == Met(asked.text, word, how)


@pytest.mark.parametrize(
    "asked",
    [
        term("ambassadeur", "fr"),
        term("Alger", "fr"),
        Term("", ""),
        Term("Alger", "", name="cityafricaalgiers"),
        Term("accart", "accart", near=("accord", "")),
        Term("cityasiabaku", "cityasiabaku", ("cityasiabaku",)),
        Term("ministre", "", name="ministr"),
    ],
    ids=repr,
)
def test_a_term_may_meet_nothing(asked: Term) -> None:
    assert words_in(TEXT, "fr").met_by(asked) is None


def test_a_name_goes_before_a_word_that_before_a_sound_and_a_spelling_comes_last() -> None:
    words = Words(
        {"countryaz": "name"}, {"stem": "word", "slip": "near"}, {"SNT": {"SANTU": "Santu"}}
    )
    asked = Term("Santo", "stem", ("SANTU",), name="countryaz", near=("slip",))
    ways = [words.met_by(asked)]
    for less in ({"name": ""}, {"stem": ""}, {"sounds": ()}, {"near": ()}):
        asked = replace(asked, **less)
        ways.append(words.met_by(asked))
    assert [met and (met.how, met.word) for met in ways] == [
        (How.NAME, "name"),
        (How.WORD, "word"),
        (How.SOUND, "Santu"),
        (How.SPELLING, "near"),
        None,
    ]


def test_of_names_that_sound_alike_the_nearest_is_met() -> None:
    words = words_in("MM. Rofiyev, Rafiyev et Refiyov", "fr")
    assert words.met_by(term("Рафиев", "ru")) == Met("Рафиев", "Rafiyev", How.SOUND)
    assert words.met_by(term("Refiyov", "ru")) == Met("Refiyov", "Refiyov", How.WORD)


def test_a_sound_alone_does_not_make_two_names_one() -> None:
    words = words_in("М. Приамфе", "ru")
    assert {consonants(sound) for sound in term("Bairamov", "fr").sounds} & {*words.sounds}
    assert words.met_by(term("Bairamov", "fr")) is None
    assert words_in(TEXT, "fr").met_by(term("بك", "ar")) is None  # two consonants are many words


def test_the_first_of_the_near_spellings_that_is_there_is_met() -> None:
    words = Words({}, {"b": "B", "c": "C"}, {})
    met = words.met_by(Term("x", "x", near=("a", "c", "b")))
    assert met == Met("x", "C", How.SPELLING)


# ── the words of a text ──────────────────────────────────────────────────────────────────────────


def test_the_words_of_a_text_are_as_it_first_writes_them() -> None:
    words = words_in(TEXT, "fr")
    assert words.stems[stem("ministre", "fr")] == "ministre"
    assert words.sounds["BRMF"]["BAIRAMUF"] == "Baïramov"
    assert words.names == {"cityasiabaku": "Bakou"}
    assert words_in("Bakou, BAKOU", "fr").names == {"cityasiabaku": "Bakou"}


def test_only_what_may_be_a_name_sounds_in_a_text() -> None:
    assert words_in("le memorandum", "fr").sounds == {}


@pytest.mark.parametrize("text", ["", "🙂 — …", "de la les", "҉ ー"])
def test_what_is_empty_is_no_key(text: str) -> None:
    words = words_in(text, "fr")
    assert "" not in {*words.names, *words.stems, *words.sounds}


def test_several_texts_are_as_one() -> None:
    several = [words_in("Bakou", "fr"), words_in("l'ONU", "fr"), words_in("un ministre", "fr")]
    joined = Words.joined(several)
    assert joined.names == {"cityasiabaku": "Bakou", "organisationun": "ONU"}
    assert joined.stems.keys() == {key for words in several for key in words.stems}
    assert joined.sounds.keys() == {key for words in several for key in words.sounds} != set()
    assert Words.joined([]) == Words({}, {}, {})
    both = Words.joined([words_in("M. Rafiyev", "fr"), words_in("Mme Rofiyov", "fr")])
    assert both.sounds["RFF"] == {"RAFIF": "Rafiyev", "RUFIUF": "Rofiyov"}


# ── what a term looks for ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        (Term("a", "stem"), "stems:stem"),
        (Term("a", "stem", ("SANTU", "ISANT", "KANT")), "stems:stem sounds:SNT sounds:KNT"),
        (Term("a", "", name="countryaz"), "names:countryaz"),
        (
            Term("a", "slip", ("SANTU",), name="countryaz", near=("slap", "slop")),
            "names:countryaz stems:slip stems:slap stems:slop sounds:SNT",
        ),
        (Term("a", ""), ""),
        (Term("NOT", "not"), "stems:not"),
    ],
    ids=repr,
)
def test_a_term_has_a_phrase_for_every_way_of_meeting(asked: Term, phrases: str) -> None:
    assert " ".join(":".join(phrase) for phrase in asked.phrases) == phrases


# ── what a missing term weighs ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "at_home", "abroad"),
    [
        (Term("a", "a", passages=2), True, True),
        (Term("a", "a", passages=0), True, False),
        (Term("a", "a", passages=0, name="countryaz"), True, True),
    ],
    ids=["found", "nowhere", "a name"],
)
def test_a_word_found_nowhere_tells_nothing_of_a_text_in_another_language(
    asked: Term, at_home: bool, abroad: bool
) -> None:
    assert (asked.tells(foreign=False), asked.tells(foreign=True)) == (at_home, abroad)


def test_what_tells_nothing_weighs_less() -> None:
    met, missing = Term("a", "a", (), 3.0, passages=2), Term("b", "b", (), 2.0)
    named = Term("c", "", (), 1.0, name="countryaz")
    assert 0 <= SILENT < 1
    assert weight([met, missing, named], foreign=False) == 6.0
    assert weight([met, missing, named], foreign=True) == pytest.approx(4.0 + 2.0 * SILENT)
    assert weight([], foreign=True) == 0.0


def test_weights_are_summed_exactly() -> None:
    terms = [Term("a", "a", (), 0.1)] * 10
    assert weight(terms, foreign=False) == math.fsum([0.1] * 10) == 1.0


# ── the terms of a question ──────────────────────────────────────────────────────────────────────


def test_a_capital_makes_a_name_but_for_the_first_word() -> None:
    terms = {one.text: one.proper for one in terms_of("Ministre Bayramov, ministre", "fr")}
    assert terms == {"Ministre": False, "Bayramov": True, "ministre": False}


def test_a_name_of_the_tables_is_one_term_and_its_words_are_none() -> None:
    terms = list(terms_of("Кто в организации исламского сотрудничества был в Баку?", "ru"))
    names = [(one.text, one.name, one.proper) for one in terms if one.name]
    assert names == [
        ("организации исламского сотрудничества", "organisationoic", True),
        ("Баку", "cityasiabaku", True),
    ]
    assert not any(one.stem for one in terms if one.name)
    assert [one.text for one in terms if not one.name] == []
