"""The story that the documents tell of two parties: complete, in order, and of no other pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, write

import qa.digest
from index import Document, Filters, Index, build
from index.encoder import Vectors
from index.passages import Span
from index.search import Told
from index.terms import Term
from qa.digest import NEARER, comparison, digest, parties_of, story
from qa.question import Question
from qa.selection import Quote, Selection

ENCODER = WordEncoder()
ANY = Filters()

FIRST = "Les ministres du Panama et de la Zambie ont ouvert à Lusaka leur première session."
SECOND = "Panama and Zambia held the second session of their consultations in Panama City."
UNDATED = "L’ambassadeur de Zambie au Panama a inauguré une exposition de masques anciens."
LATE = "Le Panama et la Zambie ont signé un accord sur les visas à Lusaka vendredi."
CYPRUS = "Le ministre du Panama a reçu à Panama son homologue de Chypre vendredi dernier."
FISH = "Ils ont parlé longuement de la pêche au thon dans les eaux profondes."
TEXTS = {
    # Not named in the order of their dates.
    "d.txt": f"date 2021-03\n{FIRST} {FISH} La séance fut levée tard dans la nuit.",
    "b.txt": f"date 2022-05-09\n{SECOND} The talks were friendly. The ministers left on Monday.",
    "a.txt": f"date 2024\n{LATE} Personne n’a pris la parole après la cérémonie.",
    "c.txt": f"{UNDATED} Elle durera trois semaines.",
    "cyprus.txt": f"date 2023-01\n{CYPRUS} Ils ont déjeuné ensemble.",
    "zambia.txt": "date 2023-02\nLe ministre de la Zambie a reçu celui de Chypre à Lusaka lundi.",
    "in-passing.txt": (
        "date 2023-03\nLe président du Ghana a parlé devant le Parlement du Ghana à Accra. "
        "Il a loué le Parlement du Ghana. Le Ghana a voté son budget. Le vote fut serré. "
        "Le budget du Ghana croît. Il a rappelé que le Panama et la Zambie ont signé un accord."
    ),
    "summit.txt": (
        "date 2023-04\nLe Panama, la Zambie, le Ghana, le Pérou, le Japon et le Chili ont ouvert "
        "un sommet sur le climat. Le Ghana préside. Le Pérou et le Japon ont parlé."
    ),
    "alone.txt": "date 2023-05\nLe Panama a élargi son canal et le Panama en a fêté l’ouverture.",
}
PAIR = ["d.txt", "b.txt", "a.txt", "c.txt"]


def opened(folder: Path, texts: dict[str, str]) -> Index:
    build(write(folder / "docs", texts), folder / "ix", ENCODER)
    return Index.open(folder / "ix", ENCODER)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return opened(tmp_path_factory.mktemp("digest"), TEXTS)


def question(text: str, language: str = "fr") -> Question:
    return Question(text, text, language)


def nearest_to(text: str) -> Vectors:
    vector: Vectors = ENCODER.encode_queries([text])[0]
    return vector


def told(
    index: Index, *countries: str, about: str = "", filters: Filters = ANY
) -> tuple[Quote, ...]:
    asked = question(" et ".join(countries))
    selection = digest(asked, nearest_to(about), index, filters, parties_of(asked))
    if selection is None:
        return ()
    assert selection.story
    assert not selection.groups
    assert 0.0 < selection.confidence <= 1.0
    return selection.quotes


def nobody(source: str) -> tuple[Document, ...]:
    """No document is a reprint."""
    return ()


def sources(quotes: Sequence[Quote]) -> list[str]:
    return list(dict.fromkeys(quote.document.source for quote in quotes))


def texts(quotes: Sequence[Quote]) -> list[str]:
    return [q.document.text[q.sentence.start : q.sentence.end] for q in quotes]


# Who the question is about


@pytest.mark.parametrize(
    ("language", "text", "countries", "titles"),
    [
        ("fr", "Le Panama et la Zambie ?", "pa zm", "Panama Zambie"),
        ("en", "zambia and panama", "zm pa", "Zambia Panama"),
        ("fr", "Les relations entre Lusaka et Nicosie", "zm cy", "Zambie Chypre"),
        ("fr", "Les relations zambiennes du Panama et de Lusaka", "zm pa", "Zambie Panama"),
        ("ru", "Что было между Панамой и Замбией?", "pa zm", "Панама Замбия"),
        ("fr", "Que se passe-t-il ?", "", ""),
    ],
)
def test_the_parties_are_those_that_the_question_names_each_once_in_order(
    language: str, text: str, countries: str, titles: str
) -> None:
    parties = parties_of(question(text, language))
    assert [party.key for party in parties] == [f"country{code}" for code in countries.split()]
    assert [party.title for party in parties] == titles.split()


def test_an_organisation_is_a_party_as_the_question_calls_it() -> None:
    country, organisation = parties_of(question("La Zambie et l’UNESCO ?"))
    assert country.key == "countryzm"
    assert organisation.key.startswith("organisation")
    assert "UNESCO" in organisation.title


def test_the_documents_that_name_all_of_several_are_found_with_their_sentences(
    index: Index,
) -> None:
    terms = [Term("", "", name=name) for name in ("countryzm", "countrycy")]
    [only] = index.naming(terms)
    assert only.document.source == "zambia.txt"
    assert len(only.vectors) == len(only.sentences)
    assert index.naming(terms, Filters(languages=["en"])) == []


# The story


def test_every_event_of_the_pair_is_told_and_no_other_oldest_first_undated_last(
    index: Index,
) -> None:
    assert sources(told(index, "Panama", "Zambie")) == PAIR
    assert sources(told(index, "Zambie", "Panama")) == PAIR


def test_an_event_is_told_by_its_opening(index: Index) -> None:
    assert texts(told(index, "Panama", "Zambie")) == [FIRST, SECOND, LATE, UNDATED]


def test_a_sentence_nearer_to_the_question_is_told_too_after_the_opening(index: Index) -> None:
    quotes = told(index, "Panama", "Zambie", about=FISH)
    assert texts(quotes)[:2] == [FIRST, FISH]
    assert max(Counter(quote.document.source for quote in quotes).values()) == 2
    assert sources(quotes) == PAIR


@pytest.mark.parametrize(("nearer", "count"), [(NEARER / 2, 1), (NEARER * 2, 2)])
def test_a_second_sentence_is_told_only_where_it_is_clearly_nearer(
    index: Index, nearer: float, count: int
) -> None:
    document = index.document("d.txt")
    assert document is not None
    spans = tuple(
        Span(at, at + len(said)) for said in (FIRST, FISH) for at in [document.text.index(said)]
    )
    cosines = np.array([0.5, 0.5 + nearer])
    others = np.sqrt(1 - cosines**2)
    # Of unit length, and apart from each other.
    vectors = np.zeros((2, 3), np.float32)
    vectors[:, 0] = cosines
    vectors[0, 1], vectors[1, 2] = others[0], others[1]
    question_vector = np.array([1, 0, 0], np.float32)
    told = story([Told(document, spans, vectors)], question_vector, nobody)
    assert texts(told) == [FIRST, FISH][:count]


def test_no_event_takes_more_than_two_sentences(index: Index) -> None:
    for about in (FISH, UNDATED, "The talks were friendly. The ministers left on Monday.", CYPRUS):
        quotes = told(index, "Panama", "Zambie", about=about)
        assert max(Counter(quote.document.source for quote in quotes).values()) <= 2


def test_a_document_is_about_its_two_countries_though_its_opening_names_one(
    tmp_path: Path,
) -> None:
    text = (
        "date 2020\nUne délégation du Panama est arrivée lundi. Elle a visité le port. Le temps "
        "était beau. Elle fut reçue par la Zambie. Le Panama a remercié la Zambie. La Zambie a "
        "salué le Panama."
    )
    index = opened(tmp_path, {"one.txt": text})
    assert sources(told(index, "Panama", "Zambie")) == ["one.txt"]


def test_a_document_is_about_the_countries_of_its_opening_though_it_goes_on_to_others(
    tmp_path: Path,
) -> None:
    text = (
        "date 2020\nUne longue et belle cérémonie a eu lieu lundi dernier dans le port de cette "
        "ville, en présence du maire. Le Panama et la Zambie y ont signé un accord. Le temps était "
        "beau. Le Ghana a salué le Pérou. Le Pérou a salué le Ghana. Le "
        "Ghana a invité le Pérou. Le Pérou a invité le Ghana."
    )
    index = opened(tmp_path, {"one.txt": text})
    assert sources(told(index, "Panama", "Zambie")) == ["one.txt"]


def test_one_party_has_all_its_events(index: Index) -> None:
    assert sources(told(index, "Chypre")) == ["cyprus.txt", "zambia.txt"]
    panama = sources(told(index, "Panama"))
    assert set(panama) >= {*PAIR, "cyprus.txt", "alone.txt"}
    assert not set(panama) & {"zambia.txt", "in-passing.txt"}


def test_filters_hold(index: Index) -> None:
    def kept(filters: Filters) -> list[str]:
        return sources(told(index, "Panama", "Zambie", filters=filters))

    assert kept(Filters(period=("2022", None))) == ["b.txt", "a.txt"]
    assert kept(Filters(period=(None, "2022-05-08"))) == ["d.txt"]
    assert kept(Filters(languages=["en"])) == ["b.txt"]
    assert kept(Filters(sources=["a.txt", "cyprus.txt"])) == ["a.txt"]


def test_without_a_document_there_is_no_story(index: Index) -> None:
    asked = question("Le Panama et le Bhoutan ?")
    assert digest(asked, nearest_to("x"), index, ANY, parties_of(asked)) is None
    asked = question("Le Panama et la Zambie ?")
    assert (
        digest(asked, nearest_to("x"), index, Filters(("1999", "1999")), parties_of(asked)) is None
    )


def test_the_same_sentence_is_told_once(tmp_path: Path) -> None:
    twice = {"a.txt": f"date 2021\n{FIRST} {FISH}", "b.txt": f"date 2020\n{FIRST} Fin du texte."}
    quotes = told(opened(tmp_path, twice), "Panama", "Zambie")
    assert [(quote.document.source, *texts([quote])) for quote in quotes] == [("b.txt", FIRST)]


def test_a_second_sentence_that_was_told_already_is_left_out(tmp_path: Path) -> None:
    both = {
        "a.txt": f"date 2020\n{FIRST} {FISH} Fin du texte.",
        "b.txt": f"date 2021\n{LATE} Début du texte. {FISH}",
    }
    quotes = told(opened(tmp_path, both), "Panama", "Zambie", about=FISH)
    assert texts(quotes) == [FIRST, FISH, LATE]


def test_of_too_many_events_those_nearest_to_the_question_are_told_in_order(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.digest, "EVENTS", 2)
    about = f"{FIRST} {UNDATED}"
    assert sources(told(index, "Panama", "Zambie", about=about)) == ["d.txt", "c.txt"]


def test_a_story_is_that_of_its_documents_alone(index: Index) -> None:
    assert story([], nearest_to("x"), nobody) == ()
    document = index.document("d.txt")
    assert document is not None
    start = document.text.index(FISH)
    one = Told(document, (Span(start, start + len(FISH)),), ENCODER.encode_queries([FISH]))
    assert texts(story([one], nearest_to("x"), nobody)) == [FISH]


LONG = f"""{LATE} Les deux ministres ont ensuite visité le port de pêche et ses chantiers navals.

Un fonds de 12 millions de dollars doit financer les premières lignes aériennes entre Lusaka et
Panama, a déclaré M. Banda à la presse. Le vol inaugural est prévu pour le 4 juillet."""
REPRINTED = {
    "late.txt": f"date 2024-02\nPANAMA, 3 février (PAN) – {LONG}",
    "first.txt": f"date 2024-01\nLUSAKA, 31 janvier (ZANIS) – {LONG.replace('navals', 'naval')}",
    "d.txt": TEXTS["d.txt"],
}


def test_an_event_that_agencies_reprint_is_told_once_from_its_first_print(tmp_path: Path) -> None:
    index = opened(tmp_path, REPRINTED)
    assert [one.source for one in index.reprints("late.txt")] == ["first.txt"]
    for about in ("", "vol inaugural", LONG, LATE):
        assert sources(told(index, "Panama", "Zambie", about=about)) == ["d.txt", "first.txt"]


def test_reprints_take_no_place_of_other_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.digest, "EVENTS", 2)
    index = opened(tmp_path, REPRINTED)
    quotes = told(index, "Panama", "Zambie", about=LATE)
    assert sources(quotes) == ["d.txt", "first.txt"]


def test_the_first_print_that_the_filters_admit_is_told(tmp_path: Path) -> None:
    index = opened(tmp_path, REPRINTED)
    later = Filters(("2024-02", None))
    assert sources(told(index, "Panama", "Zambie", filters=later)) == ["late.txt"]


# Comparisons


def compared(index: Index, *countries: str, filters: Filters = ANY) -> dict[str, list[str]]:
    """The sources under each title; empty where there is no comparison."""
    asked = question(" et ".join(countries))
    selection = comparison(asked, nearest_to(""), index, filters, parties_of(asked))
    if selection is None:
        return {}
    assert selection.story
    return under_titles(selection)


def under_titles(selection: Selection) -> dict[str, list[str]]:
    sides: dict[str, list[str]] = {}
    at = 0
    for title, count in selection.groups:
        sides[title] = sources(selection.quotes[at : at + count])
        at += count
    assert at == len(selection.quotes), "a quote stands under no title"
    return sides


@pytest.mark.parametrize("order", [("Panama", "Zambie", "Chypre"), ("Zambie", "Panama", "Chypre")])
def test_of_three_parties_the_one_that_has_both_sides_is_shared(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    index = opened(tmp_path, {name: TEXTS[name] for name in ("d.txt", "a.txt", "cyprus.txt")})
    assert compared(index, *order) == {
        "Panama – Zambie": ["d.txt", "a.txt"],
        "Panama – Chypre": ["cyprus.txt"],
    }


def test_of_three_parties_that_all_met_the_first_is_shared(index: Index) -> None:
    assert compared(index, "Chypre", "Panama", "Zambie") == {
        "Chypre – Panama": ["cyprus.txt"],
        "Chypre – Zambie": ["zambia.txt"],
    }


def test_two_parties_stand_side_by_side(tmp_path: Path) -> None:
    index = opened(tmp_path, {name: TEXTS[name] for name in ("cyprus.txt", "d.txt")})
    assert compared(index, "Chypre", "Zambie") == {"Chypre": ["cyprus.txt"], "Zambie": ["d.txt"]}


def test_four_parties_are_compared_as_two_pairs(tmp_path: Path) -> None:
    ghana = "date 2019\nLe ministre du Ghana a reçu à Accra celui de la Zambie jeudi dernier."
    index = opened(tmp_path, {"ghana.txt": ghana, "cyprus.txt": TEXTS["cyprus.txt"]})
    assert compared(index, "Panama", "Chypre", "Ghana", "Zambie") == {
        "Panama – Chypre": ["cyprus.txt"],
        "Ghana – Zambie": ["ghana.txt"],
    }


def test_a_comparison_of_which_one_side_is_untold_is_none(index: Index) -> None:
    assert compared(index, "Panama", "Zambie", "Bhoutan") == {}
    assert compared(index, "Panama", "Bhoutan") == {}
    assert compared(index, "Panama", "Chypre", "Zambie", "Ghana") == {}
    assert compared(index, "Panama", "Zambie", "Chypre", filters=Filters(("2021", "2021"))) == {}
    assert compared(index, "Panama") == {}
    assert compared(index, "Panama", "Zambie", "Chypre", "Ghana", "Japon") == {}


def test_filters_hold_on_both_sides(index: Index) -> None:
    assert compared(index, "Panama", "Zambie", "Chypre", filters=Filters(("2022", "2023"))) == {
        "Panama – Zambie": ["b.txt"],
        "Panama – Chypre": ["cyprus.txt"],
    }
