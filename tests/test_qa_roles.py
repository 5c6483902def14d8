"""Who somebody is: each office once, oldest first, of that person only."""

from __future__ import annotations

from candidates import alone, candidate, document, quoted, sounds, sources

from index import Met
from index.terms import How
from qa.reader import Read
from qa.roles import MAX_ROLES, roles

NAME = sounds("Lamamra")
ENVOY = "Lamamra, envoyé spécial de l’Union africaine."
MINISTER = "Lamamra, ministre des Affaires étrangères."
AGAIN = "M. Lamamra, le ministre algérien des Affaires étrangères."
ENGLISH = "Mr Lamamra, the foreign minister."


def test_every_office_is_given_once_by_date() -> None:
    told = roles(
        [
            alone(MINISTER, 9.0, source="b", date="2022-08", short=MINISTER[9:-1], met=NAME),
            alone(ENVOY, 8.0, source="c", date="2018", short=ENVOY[9:-1], met=NAME),
            alone(AGAIN, 7.0, source="d", date="2023", short=AGAIN[12:-1], met=NAME),
        ]
    )
    assert quoted(told) == [ENVOY, MINISTER]


def test_the_same_office_is_dated_from_its_first_document() -> None:
    told = roles(
        [
            alone(MINISTER, 9.0, source="late", date="2023", short=MINISTER[9:-1], met=NAME),
            alone(AGAIN, 8.0, source="early", date="2022-08", short=AGAIN[12:-1], met=NAME),
        ]
    )
    assert sources(told) == ["early"]


def test_offices_in_two_languages_are_not_taken_for_the_same() -> None:
    english = alone(
        ENGLISH, 8.0, source="en", date="2023", language="en", short=ENGLISH[12:-1], met=NAME
    )
    best = alone(MINISTER, 9.0, source="fr", date="2022", short=MINISTER[9:-1], met=NAME)
    assert sources(roles([best, english])) == ["fr", "en"]


def test_another_person_of_whom_only_a_part_of_the_name_is_met_is_left_out() -> None:
    whole = sounds("Ramtane", "Lamamra")
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1], met=whole)
    brother = alone(ENVOY, 8.9, source="b", date="2020", short=ENVOY[9:-1], met=NAME)
    assert roles([best, brother]) == [best]


def test_common_words_that_were_met_are_no_part_of_a_name() -> None:
    both = (*NAME, Met("ministre", "ministre", How.WORD))
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1], met=both)
    envoy = alone(ENVOY, 8.9, source="b", date="2020", short=ENVOY[9:-1], met=NAME)
    assert sources(roles([best, envoy])) == ["b", "a.txt"]


def test_a_name_met_as_it_is_written_counts() -> None:
    written = (Met("Lamamra", "Lamamra", How.WORD),)
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1], met=written)
    envoy = alone(ENVOY, 8.9, source="b", date="2020", short=ENVOY[9:-1], met=written)
    assert sources(roles([best, envoy])) == ["b", "a.txt"]


def test_a_name_met_in_a_near_spelling_counts() -> None:
    near = (Met("Lamamrah", "Lamamra", How.SPELLING),)
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1], met=near)
    envoy = alone(ENVOY, 8.9, source="b", date="2020", short=ENVOY[9:-1], met=near)
    assert sources(roles([best, envoy])) == ["b", "a.txt"]


def test_a_sentence_that_says_nothing_of_an_office_is_left_out() -> None:
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1], met=NAME)
    silent = alone(
        "Lamamra a quitté Alger.", 8.9, source="b", short="Alger", met=NAME, read=Read(-0.1, 8.0)
    )
    unread = alone("Lamamra est venu.", 8.8, source="c", met=NAME, read=None)
    assert roles([best, silent, unread]) == [best]


def test_a_best_without_a_name_stands_alone() -> None:
    best = alone(MINISTER, 9.0, short=MINISTER[9:-1])
    other = alone(ENVOY, 8.0, source="b", short=ENVOY[9:-1], met=NAME)
    assert roles([best, other]) == [best]


def test_two_offices_of_one_document_are_both_given() -> None:
    both = document(f"{MINISTER} {ENVOY}")
    told = roles(
        [
            candidate(both, MINISTER, 9.0, short=MINISTER[9:-1], met=NAME),
            candidate(both, ENVOY, 8.0, short=ENVOY[9:-1], met=NAME),
        ]
    )
    assert quoted(told) == [MINISTER, ENVOY]


def test_the_undated_come_last() -> None:
    undated = alone(MINISTER, 9.0, source="a", date=None, short=MINISTER[9:-1], met=NAME)
    dated = alone(ENVOY, 8.0, source="b", date="2020", short=ENVOY[9:-1], met=NAME)
    assert sources(roles([undated, dated])) == ["b", "a"]


OFFICES = ("consul", "député", "juge", "maire", "préfet", "recteur", "sénateur", "trésorier")


def test_of_too_many_offices_the_surest_are_kept_the_best_among_them() -> None:
    many = [
        alone(
            f"Lamamra, {office}.",
            8.0 - number,
            source=office,
            date=f"{2000 + number}",
            short=office,
            met=NAME,
        )
        for number, office in enumerate(OFFICES)
    ]
    best = alone(MINISTER, 9.0, source="best", date="2024", short=MINISTER[9:-1], met=NAME)
    assert len(OFFICES) >= MAX_ROLES, "or the test says nothing"
    assert sources(roles([best, *many])) == [*OFFICES[: MAX_ROLES - 1], "best"]
