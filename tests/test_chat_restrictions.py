"""What chips let through, and what they are called, is what they say."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Filters
from qa.chat.catalogue import Entry
from qa.chat.restrictions import (
    DOCUMENTS,
    KINDS,
    PeriodError,
    Restriction,
    choices,
    countries_in,
    restriction_of,
    shown,
)
from qa.chat.words import words_in
from qa.phrases import LANGUAGES

ENGLISH = words_in("en")
HOSTILE = "a:b/<b>&\"'{name}\u202e\u2028.txt"


def entry(source: str, date: str | None, language: str, *pair: str) -> Entry:
    title = f"On {source}"
    two = (pair[0], pair[1]) if pair else None
    return Entry(source, title, date, language, None, 1, "2031-06-01T00:00:00Z", two)


ENTRIES = (
    entry("a.txt", "2024-05-06", "fr", "AZ", "DZ"),
    entry("b.txt", "2022-08", "ar", "DZ", "TR"),
    entry("c.txt", "2022", "fr", "AZ", "DZ"),
    entry(HOSTILE, None, "xx"),
)
NONE = Restriction(None, None, None)
Ends = tuple[str | None, str | None] | None


@pytest.mark.parametrize(
    ("chips", "within"),
    [
        ([], NONE),
        (["period:2022-08"], replace(NONE, period=("2022-08", "2022-08"))),
        (["language:fr"], replace(NONE, languages=("fr",))),
        (["language:fr", "language:ar"], replace(NONE, languages=("fr", "ar"))),
        (["document:b.txt"], replace(NONE, sources=("b.txt",))),
        (["document:c.txt", "document:a.txt"], replace(NONE, sources=("a.txt", "c.txt"))),
        ([f"document:{HOSTILE}"], replace(NONE, sources=(HOSTILE,))),
        (["document:../../etc/passwd"], replace(NONE, sources=("../../etc/passwd",))),
        (["countries:AZ-DZ"], replace(NONE, sources=("a.txt", "c.txt"))),
        (
            ["countries:AZ-DZ", "countries:DZ-TR"],
            replace(NONE, sources=("a.txt", "b.txt", "c.txt")),
        ),
        (
            ["countries:AZ-DZ", "document:c.txt", "document:b.txt"],
            replace(NONE, sources=("c.txt",)),
        ),
        (["countries:AZ-DZ", "document:b.txt"], replace(NONE, sources=())),
        (["countries:AZ"], replace(NONE, sources=())),
        (["countries:"], replace(NONE, sources=())),
        (
            ["2022..", "language:ar", "countries:DZ-TR"],
            Restriction(("2022", None), ("b.txt",), ("ar",)),
        ),
    ],
    ids=str,
)
def test_chips_of_a_kind_widen_and_kinds_narrow(chips: list[str], within: Restriction) -> None:
    assert restriction_of(chips, ENTRIES) == within


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        (["2022"], ("2022", "2022")),
        (["2022-08"], ("2022-08", "2022-08")),
        ([" \t2022-08-03\n"], ("2022-08-03", "2022-08-03")),
        (["2022-08..2023"], ("2022-08", "2023")),
        (["2022-08 .. 2023"], ("2022-08", "2023")),
        (["..2023"], (None, "2023")),
        (["2023.."], ("2023", None)),
        (["2023..2023-05"], ("2023", "2023-05")),
        (["2023-05..2023"], ("2023-05", "2023")),
        (["period:2022-08..2023"], ("2022-08", "2023")),
        (["2024", "2022-08"], ("2022-08", "2024")),
        (["period:2022", "2022-08"], ("2022", "2022")),
        (["2022-08", "2022-09-30", "2022-09"], ("2022-08", "2022-09-30")),
        (["2024", "..2022"], (None, "2024")),
        (["2024..", "2022"], ("2022", None)),
        (["..2022", "2024.."], None),
    ],
    ids=str,
)
def test_a_period_is_read_as_it_is_typed(typed: list[str], period: Ends) -> None:
    assert restriction_of(typed, ()) == replace(NONE, period=period)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "..", " .. ", "...", "2023...", "2022..2023..2024", "22", "20222", "2022-13",
        "2022-02-30", "0000", "2022/08", "2022-8", "２０２２", "٢٠٢٢", "-2022", "2022\x00",
        "août 2022", "2023..2022", "2022-09..2022-08", "2023..2022-12-31", "fr", "country:DZ",
        "Language:fr", " period:2022", "{period}", "<b>2022</b>", "\u202e2022", "x" * 100_000,
    ],
    ids=lambda typed: repr(typed)[:30],
)  # fmt: skip
def test_what_is_no_period_is_told_as_it_was_typed(typed: str) -> None:
    with pytest.raises(PeriodError) as fault:
        restriction_of(["language:fr", typed], ENTRIES)
    assert str(fault.value) == typed


@pytest.mark.parametrize("value", ["", "..", "2023..2022", "x"])
def test_a_chip_that_is_no_period_is_told_without_its_kind(value: str) -> None:
    with pytest.raises(PeriodError) as fault:
        restriction_of([f"period:{value}"], ())
    assert str(fault.value) == value


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_character_names_nothing(kind: str) -> None:
    with pytest.raises(PeriodError):
        restriction_of([f"{kind}:\ud800"], ENTRIES)


CHIPS = st.builds(
    "{}{}".format, st.sampled_from(["", *(f"{kind}:" for kind in KINDS)]), st.text()
) | st.from_regex(r"[0-9-]{0,10}(\.\.[0-9-]{0,10})?", fullmatch=True)


@settings(deadline=None)
@given(st.lists(CHIPS, max_size=3), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_a_restriction_or_no_period(chips: list[str], language: str) -> None:
    words = words_in(language)
    assert all(shown(chip, ENTRIES, words) for chip in chips)
    with suppress(PeriodError):
        within = restriction_of(chips, ENTRIES)
        Filters(within.period, within.sources, within.languages)  # raises nothing either


def test_what_the_documents_give_rise_to_is_offered() -> None:
    assert choices(ENTRIES, ENGLISH) == [
        ("Period: 2024", "period:2024"),
        ("Period: 2022", "period:2022"),
        ("Countries: Algeria, Azerbaijan", "countries:AZ-DZ"),
        ("Countries: Algeria, Türkiye", "countries:DZ-TR"),
        ("Language: Arabic", "language:ar"),
        ("Language: French", "language:fr"),
        ("Language: xx", "language:xx"),
        ("Document: On a.txt", "document:a.txt"),
        ("Document: On b.txt", "document:b.txt"),
        ("Document: On c.txt", "document:c.txt"),
        (f"Document: On {HOSTILE}", f"document:{HOSTILE}"),
    ]
    assert choices((), ENGLISH) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chip_is_shown_as_it_is_offered(language: str) -> None:
    words = words_in(language)
    for label, chip in choices(ENTRIES, words):
        assert shown(chip, ENTRIES, words) == label
        assert restriction_of([chip], ENTRIES) != NONE


def test_only_so_many_documents_are_offered() -> None:
    many = [entry(f"{number}.txt", None, "fr") for number in range(DOCUMENTS + 1)]
    offered = [chip for _, chip in choices(many, ENGLISH) if chip.startswith("document:")]
    assert offered == [f"document:{number}.txt" for number in range(DOCUMENTS)]


@pytest.mark.parametrize(
    ("chip", "label"),
    [
        ("2022-08..2023", "Period: August 2022 – 2023"),
        (" 2022-08-03 ", "Period: August 3, 2022"),
        ("period:2022", "Period: 2022"),
        ("..2023", "Period: – 2023"),
        ("2023..", "Period: 2023 –"),
        ("fr", "Period: fr"),
        ("document:gone.txt", "Document: gone.txt"),
        (f"document:{HOSTILE}", f"Document: On {HOSTILE}"),
        ("countries:TR-DZ", "Countries: Algeria, Türkiye"),
        ("countries:ZZ-<b>", "Countries: <b>, ZZ"),
        ("language:none", "Language: none"),
    ],
)
def test_what_is_not_offered_is_shown_as_far_as_it_is_known(chip: str, label: str) -> None:
    assert shown(chip, ENTRIES, ENGLISH) == label


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Allemagne, Autriche"),
        ("en", "Austria, Germany"),
        ("ar", "ألمانيا، النمسا"),
        ("ru", "Австрия, Германия"),
        ("az", "Almaniya, Avstriya"),
        ("tr", "Almanya, Avusturya"),
    ],
)
def test_countries_are_named_in_the_order_of_their_names(language: str, said: str) -> None:
    assert countries_in(("AT", "DE"), words_in(language)) == said
    assert countries_in(("DE", "AT"), words_in(language)) == said
