"""An index that was changed holds what one built at once holds: words, counts, dispatches, vectors
and answers."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordy import WordEncoder, contents, entry_of

from index import Filters, Index
from index.local import LocalStore
from index.store import Entry

ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs", "columns": ""}
PARTS = (
    "Le ministre des Affaires étrangères a reçu lundi à Bakou son homologue algérien Ahmed Attaf.",
    "Les deux responsables ont signé un accord sur les visas diplomatiques et de service.",
    "La délégation comprenait aussi les présidents des chambres de commerce de Tunis et de Doha.",
    "Une réunion du comité mixte est prévue au printemps prochain dans la capitale, Alger.",
    "Les échanges de gaz entre les deux pays ont doublé en 2023, selon le ministère de l'Énergie.",
    "Un vol direct doit relier Oran à Gandja trois fois par semaine dès le mois de juin.",
    "Les universités de Constantine et de Chaki ont échangé quarante étudiants cette année.",
    "Le président Tebboune a remercié le président Aliyev pour son invitation au sommet.",
)
# «ab» and «bc» share hardly anything with one another, but nearly all with «abc».
TEXTS = {
    "ab": " ".join(PARTS[:4]),
    "bc": " ".join(PARTS[4:]),
    "abc": " ".join(PARTS),
    "ab again": " ".join(PARTS[:4]).replace("lundi", "mardi"),
    "short": "Le ministre a parlé à Bakou.",
    "english": "The minister signed an agreement on visas in Baku on Monday. " * 4,
    "long": "Les délégués des deux pays ont signé un accord sur les visas. " * 40,
}
NAMES = ["a.txt", "b.txt", "c.txt", "sub/d.txt"]
CHANGES = st.lists(  # each one is kept as a whole
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(sorted(TEXTS))),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)


@cache
def entry(source: str, text: str) -> Entry:
    return entry_of(source, TEXTS.get(text, text))


def change(folder: Path, steps: Sequence[tuple[str, str | None]]) -> None:
    """Remove documents, or put them there with a text in place of what was there."""
    with LocalStore(folder).writing(ABOUT) as writer:
        for source, text in steps:
            writer.remove(source)
            if text is not None:
                writer.add(entry(source, text))


@settings(max_examples=20, deadline=None)
@given(CHANGES)
def test_any_changes_lead_to_the_index_built_at_once(
    changes: list[list[tuple[str, str | None]]],
) -> None:
    left = {source: text for steps in changes for source, text in steps}
    with tempfile.TemporaryDirectory() as name:
        step_by_step, at_once = Path(name, "step by step"), Path(name, "at once")
        change(step_by_step, [("always.txt", "abc")])
        for steps in changes:
            change(step_by_step, steps)
        change(at_once, [("always.txt", "abc"), *sorted(left.items())])
        assert contents(step_by_step) == contents(at_once)


# ── dispatches ───────────────────────────────────────────────────────────────────────────────────


def dispatches(folder: Path) -> set[frozenset[str]]:
    """The documents of each dispatch."""
    with LocalStore(folder).reading() as snapshot:
        listed = snapshot.listed()
    numbers = {one.dispatch for one in listed}
    return {
        frozenset(one.document.source for one in listed if one.dispatch == number)
        for number in numbers
    }


def groups(*sources: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in sources}


def test_documents_of_one_dispatch_share_its_number(tmp_path: Path) -> None:
    change(tmp_path, [("a.txt", "ab"), ("b.txt", "short"), ("c.txt", "ab again")])
    assert dispatches(tmp_path) == groups("a.txt c.txt", "b.txt")


def test_a_bridge_makes_two_dispatches_one_and_its_removal_two_again(tmp_path: Path) -> None:
    change(tmp_path, [("a.txt", "ab"), ("b.txt", "bc")])
    assert dispatches(tmp_path) == groups("a.txt", "b.txt")
    change(tmp_path, [("bridge.txt", "abc")])
    assert dispatches(tmp_path) == groups("a.txt b.txt bridge.txt")
    change(tmp_path, [("bridge.txt", None)])
    assert dispatches(tmp_path) == groups("a.txt", "b.txt")


@pytest.mark.parametrize("gone", ["a.txt", "b.txt", "c.txt"])
def test_the_rest_of_a_dispatch_stays_one_whichever_is_removed(tmp_path: Path, gone: str) -> None:
    """The first, whose key they share, as well."""
    change(tmp_path, [("a.txt", "ab"), ("b.txt", "ab"), ("c.txt", "ab again"), ("d.txt", "bc")])
    change(tmp_path, [(gone, None)])
    rest = {"a.txt", "b.txt", "c.txt"} - {gone}
    assert dispatches(tmp_path) == groups(" ".join(rest), "d.txt")
    change(tmp_path, [("e.txt", "ab")])
    assert dispatches(tmp_path) == groups(" ".join([*rest, "e.txt"]), "d.txt")


def test_a_document_without_words_enough_is_no_dispatch_of_others(tmp_path: Path) -> None:
    change(tmp_path, [("a.txt", "Le ministre a parlé."), ("b.txt", "Le ministre a parlé à Bakou.")])
    assert dispatches(tmp_path) == groups("a.txt", "b.txt")


def dated(day: str, text: str) -> str:
    return f"date {day}\n{TEXTS[text]}"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """A dispatch of three: one of 2023, its reprint, and one without a date; and another document.
    The dispatch's first is neither the first added nor the first by name."""
    change(
        tmp_path,
        [
            ("a.txt", "ab"),
            ("b.txt", dated("2023-05", "ab")),
            ("c.txt", dated("2023-04-19", "ab again")),
            ("d.txt", dated("2023-04-01", "bc")),
        ],
    )
    return Index.open(tmp_path, WordEncoder())


def found(index: Index, filters: Filters) -> list[str]:
    hits = index.search("accord sur les visas diplomatiques", "fr", filters).hits
    return [hit.passage.document.source for hit in hits]


def test_the_reprints_of_a_document_are_told_the_oldest_first(index: Index) -> None:
    def told(source: str) -> list[str]:
        return [document.source for document in index.reprints(source)]

    assert told("a.txt") == ["c.txt", "b.txt"]
    assert told("b.txt") == ["c.txt", "a.txt"]
    assert told("c.txt") == ["b.txt", "a.txt"]
    assert told("d.txt") == []
    assert told("nothing.txt") == []


@pytest.mark.parametrize(
    ("filters", "first"),
    [
        (Filters(), "c.txt"),
        (Filters(sources=["a.txt", "b.txt", "d.txt"]), "b.txt"),
        (Filters(sources=["a.txt", "d.txt"]), "a.txt"),
        (Filters(period=("2023-05", None)), "b.txt"),
    ],
    ids=repr,
)
def test_a_search_finds_a_passage_of_a_dispatch_once_in_the_first_that_filters_admit(
    index: Index, filters: Filters, first: str
) -> None:
    sources = found(index, filters)
    assert [source for source in sources if source != "d.txt"] == [first]


def test_without_the_first_of_a_dispatch_the_next_answers(index: Index, tmp_path: Path) -> None:
    change(tmp_path, [("c.txt", None)])
    assert [source for source in found(index, Filters()) if source != "d.txt"] == ["b.txt"]
    change(tmp_path, [("b.txt", None)])
    assert [source for source in found(index, Filters()) if source != "d.txt"] == ["a.txt"]


def test_what_a_reprint_adds_of_its_own_is_found_too(tmp_path: Path) -> None:
    """Only passages that are the same are one."""
    own = " Le festival du tapis ouvre à Chaki." * 30
    change(tmp_path, [("a.txt", "long"), ("b.txt", TEXTS["long"] + own)])
    assert dispatches(tmp_path) == groups("a.txt b.txt")
    hits = Index.open(tmp_path, WordEncoder()).search("festival du tapis à Chaki", "fr").hits
    assert hits[0].passage.document.source == "b.txt"


def test_a_passage_that_different_dispatches_share_is_found_in_each(tmp_path: Path) -> None:
    shared = " ".join(PARTS) * 2
    own = {
        "a.txt": [f"Le festival du tapis reçoit l'exposant {n} de Chaki." for n in range(90)],
        "b.txt": [f"La récolte du coton commence au village {n} de Barda." for n in range(90)],
    }
    change(tmp_path, [(source, f"{shared}\n\n{' '.join(own[source])}") for source in own])
    assert dispatches(tmp_path) == groups("a.txt", "b.txt")
    hits = Index.open(tmp_path, WordEncoder()).search("accord sur les visas à Bakou", "fr").hits
    assert {hit.passage.document.source for hit in hits if hit.words} == {"a.txt", "b.txt"}
