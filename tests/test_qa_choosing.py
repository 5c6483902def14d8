"""Which of the sentences that were read are quoted: ties, lists, changed figures, the newest."""

from __future__ import annotations

import pytest
from candidates import alone, candidate, document, quoted, sources

from qa.choosing import (
    CHANGE,
    LIST_REACH,
    LIST_SPAN,
    MAX_CITATIONS,
    MAX_ITEMS,
    ORDER_REACH,
    TIE,
    UNREAD_REACH,
    chosen,
)
from qa.kinds import Kind
from qa.reader import Candidate, Read
from qa.times import Order, When

ANY = When()
UNLIKELY = Read(-0.1, 8.0)
ITEMS = ("- Un accord sur les visas.", "- Un accord de pêche.", "- Un accord aérien.")
BULLETS = document("Trois textes ont été signés :\n" + "\n".join(ITEMS) + "\nLa séance fut levée.")


def test_the_best_sentence_is_quoted_alone_where_nothing_adds_to_it() -> None:
    best, far = alone("Le meilleur.", 9.0), alone("Un autre.", 9.0 - 2 * TIE, source="b")
    assert chosen(Kind.FACT, ANY, [best, far]) == [best]


def test_a_tie_with_another_document_is_quoted_too_and_one_within_the_document_is_not() -> None:
    both = document("Une phrase. Une deuxième.")
    candidates = [
        candidate(both, "Une phrase.", 9.0),
        candidate(both, "Une deuxième.", 9.0 - TIE / 2),
        alone("Ailleurs.", 9.0 - TIE / 2, source="b"),
    ]
    assert quoted(chosen(Kind.FACT, ANY, candidates)) == ["Une phrase.", "Ailleurs."]


def test_what_is_held_for_no_answer_ties_with_none() -> None:
    candidates = [
        alone("Oui.", 9.0),
        alone("Non.", 8.9, source="b", read=UNLIKELY),
        alone("Si.", 8.9, source="c", read=Read(0.1, 8.0)),
    ]
    assert sources(chosen(Kind.FACT, ANY, candidates)) == ["a.txt", "c"]


def test_ties_end_at_the_limit() -> None:
    candidates = [alone("Oui.", 9.0, source=name) for name in "abcdef"]
    assert sources(chosen(Kind.FACT, ANY, candidates)) == [*"abcdef"][:MAX_CITATIONS]


# Lists


def listed(*candidates: Candidate, kind: Kind = Kind.LIST) -> list[str]:
    return quoted(chosen(kind, ANY, candidates))


def test_a_list_quotes_every_item_in_the_order_of_its_document() -> None:
    text = document("Le premier accord. Rien. Le deuxième accord. Le troisième accord.")
    candidates = [
        candidate(text, "Le troisième accord.", 9.0),
        candidate(text, "Le premier accord.", 9.0 - TIE / 2),
        candidate(text, "Le deuxième accord.", 9.0 - LIST_REACH),
    ]
    items = ["Le premier accord.", "Le deuxième accord.", "Le troisième accord."]
    assert listed(*candidates) == items
    assert listed(*candidates, kind=Kind.FACT) == items[2:]


def test_what_is_far_behind_or_no_answer_is_no_item() -> None:
    text = document("Un accord. Trop loin. Pas un accord.")
    candidates = [
        candidate(text, "Un accord.", 9.0),
        candidate(text, "Pas un accord.", 8.9, read=Read(LIST_SPAN - 0.1, 8.0)),
        candidate(text, "Trop loin.", 8.9 - LIST_REACH),
    ]
    assert listed(*candidates) == ["Un accord."]


def test_where_nothing_was_read_an_item_lies_nearer() -> None:
    assert UNREAD_REACH < LIST_REACH
    text = document("Un accord. Un autre. Trop loin.")
    candidates = [
        candidate(text, "Un accord.", 9.0, read=None),
        candidate(text, "Un autre.", 9.0 - UNREAD_REACH, read=None),
        candidate(text, "Trop loin.", 8.9 - UNREAD_REACH, read=None),
    ]
    assert listed(*candidates) == ["Un accord.", "Un autre."]


def test_another_document_adds_to_a_list_only_where_it_ties() -> None:
    assert TIE < LIST_REACH, "or the test says nothing"
    candidates = [
        alone("Un accord.", 9.0, source="z"),
        alone("Un autre accord.", 9.0 - TIE / 2, source="b"),
        alone("Un texte.", 9.0 - (TIE + LIST_REACH) / 2, source="a"),
    ]
    assert listed(*candidates) == ["Un accord.", "Un autre accord."]


@pytest.mark.parametrize("marks", ["- ", "• ", "* ", "1. ", "2) ", "(3) ", "a) "])
def test_the_bullets_of_a_list_of_which_two_are_quoted_stand_together(marks: str) -> None:
    items = [f"{marks}Un accord {name}." for name in ("de pêche", "aérien", "sur les visas")]
    text = document("\n".join([*items, "La séance fut levée."]))
    candidates = [
        candidate(text, items[2], 9.0),
        candidate(text, items[0], 8.9),
        candidate(text, "La séance fut levée.", 8.9 - 2 * LIST_REACH),
        candidate(text, items[1], 8.9 - 2 * LIST_REACH, read=Read(2 * LIST_SPAN, 0.0)),
    ]
    assert listed(*candidates) == items


def test_one_bullet_brings_no_other() -> None:
    candidates = [
        candidate(BULLETS, ITEMS[0], 9.0),
        candidate(BULLETS, ITEMS[1], 8.9 - 2 * LIST_REACH),
    ]
    assert listed(*candidates) == [ITEMS[0]]


def test_bullets_bring_none_of_another_document() -> None:
    other = alone("- Un texte.", 8.9 - 2 * LIST_REACH, source="b")
    candidates = [candidate(BULLETS, ITEMS[0], 9.0), candidate(BULLETS, ITEMS[1], 8.9), other]
    assert listed(*candidates) == list(ITEMS[:2])


def test_a_list_ends_at_its_limit() -> None:
    items = [f"Accord numéro {number}." for number in range(MAX_ITEMS + 2)]
    text = document(" ".join(items))
    candidates = [candidate(text, item, 9.0) for item in items]
    assert listed(*candidates) == items[:MAX_ITEMS]


# Changed figures


def figure(number: str, score: float, date: str | None, *, read: Read | None = None) -> Candidate:
    said = f"Ils ont échangé pour {number} de dollars."
    return alone(
        said, score, source=f"{date}.txt", date=date, short=number, read=read or Read(8.0, 8.0)
    )


def figures(*candidates: Candidate, when: When = ANY) -> list[str]:
    return sources(chosen(Kind.FACT, when, candidates))


BEHIND = 9.0 - (TIE + CHANGE) / 2  # too far for a tie, near enough for a change


@pytest.mark.parametrize(("best", "other"), [("2021-05", "2023"), ("2023", "2021-05")])
def test_a_figure_that_changed_is_quoted_before_and_after_oldest_first(
    best: str, other: str
) -> None:
    told = figures(figure("12 millions", 9.0, best), figure("15 millions", BEHIND, other))
    assert told == ["2021-05.txt", "2023.txt"]


@pytest.mark.parametrize(
    "same",
    ["12 millions", "près de 12 millions", "12 millions en 3 mois"],
)
def test_the_same_figure_is_no_change(same: str) -> None:
    assert figures(figure("12 millions", 9.0, "2021"), figure(same, BEHIND, "2023")) == ["2021.txt"]


@pytest.mark.parametrize("spelt", ["50 000", "50,000", "50.000", "50\u202f000", "٥٠٠٠٠"])
def test_a_figure_in_another_spelling_is_no_change(spelt: str) -> None:
    assert figures(figure("50000", 9.0, "2021"), figure(spelt, BEHIND, "2023")) == ["2021.txt"]


def test_two_numbers_beside_each_other_are_not_one() -> None:
    told = figures(figure("500 et 12", 9.0, "2021"), figure("50 012", BEHIND, "2023"))
    assert told == ["2021.txt", "2023.txt"]
    told = figures(figure("12 2020", 9.0, "2021"), figure("122 020", BEHIND, "2023"))
    assert told == ["2021.txt", "2023.txt"]


def test_a_figure_of_the_same_date_or_of_none_shows_no_change() -> None:
    best = figure("12 millions", 9.0, "2021")
    assert figures(best, figure("15 millions", BEHIND, "2021")) == ["2021.txt"]
    assert figures(best, figure("15 millions", BEHIND, None)) == ["2021.txt"]
    undated = figure("12 millions", 9.0, None)
    assert figures(undated, figure("15 millions", BEHIND, "2021")) == ["None.txt"]


def test_what_gives_no_figure_or_no_answer_shows_no_change() -> None:
    best = figure("12 millions", 9.0, "2021")
    assert figures(best, figure("une fortune", BEHIND, "2023")) == ["2021.txt"]
    assert figures(best, figure("15 millions", BEHIND, "2023", read=UNLIKELY)) == ["2021.txt"]
    assert figures(best, figure("15 millions", 8.9 - CHANGE, "2023")) == ["2021.txt"]
    told = figures(figure("une fortune", 9.0, "2021"), figure("15 millions", BEHIND, "2023"))
    assert told == ["2021.txt"]


def test_a_question_about_a_time_asks_for_no_change() -> None:
    pair = figure("12 millions", 9.0, "2021"), figure("15 millions", BEHIND, "2023")
    assert figures(*pair, when=When(period=("2021", "2023"))) == ["2021.txt"]


# The newest and the oldest


@pytest.mark.parametrize(("order", "source"), [(Order.NEWEST, "new"), (Order.OLDEST, "old")])
def test_the_newest_and_the_oldest_come_alone(order: Order, source: str) -> None:
    candidates = [
        alone("Une session.", 9.0, source="middle", date="2023-05"),
        alone("Une session.", 8.9, source="undated", date=None),
        alone("Une session.", 8.8, source="new", date="2024-02-29"),
        alone("Une session.", 9.0 - ORDER_REACH, source="old", date="2022"),
    ]
    assert sources(chosen(Kind.FACT, When(order=order), candidates)) == [source]
    assert sources(chosen(Kind.LIST, When(order=order), candidates)) == [source]


def test_what_does_not_answer_is_not_the_newest() -> None:
    candidates = [
        alone("Une session.", 9.0, source="a", date="2022"),
        alone("Une gare.", 8.9, source="b", date="2024", read=UNLIKELY),
        alone("Une session.", 8.9 - ORDER_REACH, source="c", date="2025"),
    ]
    assert sources(chosen(Kind.FACT, When(order=Order.NEWEST), candidates)) == ["a"]


def test_without_a_date_the_best_is_the_newest() -> None:
    candidates = [alone("Une session.", s, source=n, date=None) for n, s in (("a", 9.0), ("b", 8))]
    assert sources(chosen(Kind.FACT, When(order=Order.NEWEST), candidates)) == ["a"]
