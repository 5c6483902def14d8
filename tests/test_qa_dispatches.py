"""A dispatch is quoted once, from who printed it first, and no other document is taken for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from candidates import alone, candidate, document, quoted, sources

from index import Document
from index.documents import printed
from qa.dispatches import Reprints, printing, repeats, told_once
from qa.reader import Read
from qa.selection import Quote

SIGNED = "Les ministres ont signé un accord."
FISH = "Ils ont parlé de pêche."


def dispatches(*printed: Sequence[str]) -> Reprints:
    """What an index says whose documents print these dispatches, each by several."""

    def reprints(source: str) -> tuple[Document, ...]:
        return tuple(
            document(SIGNED, other)
            for dispatch in printed
            for other in dispatch
            if source in dispatch and source != other
        )

    return reprints


def test_the_same_words_in_a_reprint_are_told_once() -> None:
    found = [
        alone(SIGNED, 9.0, source="a", date="2024"),
        alone("« LES MINISTRES ont\nsigné un accord »", 8.0, source="b", date="2025"),
        alone(FISH, 7.0, source="b", date="2025"),
    ]
    once = told_once(found, dispatches("ab"))
    assert quoted(once) == [SIGNED, FISH]
    assert once == [found[0], found[2]]


def test_the_first_print_is_quoted_where_the_best_one_stood() -> None:
    late = alone(SIGNED, 9.0, source="a", date="2025", read=Read(7.0, 7.0))
    other = alone(FISH, 8.0, source="c")
    first = alone(SIGNED, 5.0, source="b", date="2024", read=Read(3.0, 3.0))
    once = told_once([late, other, first], dispatches("ab"))
    assert sources(once) == ["b", "c"]
    assert once[0] == replace(first, score=9.0, read=Read(7.0, 7.0))


def test_the_same_words_in_documents_that_are_no_reprints_are_all_told() -> None:
    found = [alone(SIGNED, 9.0, source="a"), alone(SIGNED, 8.0, source="b")]
    assert told_once(found, dispatches("ac", "bd")) == found


def test_other_words_of_a_reprint_are_told() -> None:
    found = [
        alone("Ils ont signé 5 accords.", 9.0, source="a"),
        alone("Ils ont signé 6 accords.", 8.0, source="b"),
    ]
    assert told_once(found, dispatches("ab")) == found


def test_a_document_that_repeats_itself_is_told_as_it_stands() -> None:
    twice = document(f"{SIGNED} {SIGNED.upper()}", "a")
    found = [candidate(twice, SIGNED, 9.0), candidate(twice, SIGNED.upper(), 8.0)]
    assert told_once(found, dispatches("ab")) == found


def test_of_several_prints_the_first_is_kept_in_whatever_order_they_are_found() -> None:
    days = {"c": "2024-01-02", "a": "2024-01-01", "b": None}
    found = [alone(SIGNED, 9.0 - n, source=s, date=day) for n, (s, day) in enumerate(days.items())]
    for order in (found, found[::-1], [found[1], found[0], found[2]]):
        (once,) = told_once(order, dispatches("abc"))
        assert (once.hit.passage.document.source, once.score) == ("a", order[0].score)


@pytest.mark.parametrize(
    ("date", "source", "later_date", "later_source"),
    [
        ("2024", "b", "2025", "a"),
        ("2024-05-01", "b", "2024-06", "a"),
        ("2024", "a", "2024", "b"),
        ("2024", "b", None, "a"),
        (None, "a", None, "b"),
    ],
)
def test_who_printed_first(
    date: str | None, source: str, later_date: str | None, later_source: str
) -> None:
    assert printed(document("", source, date)) < printed(document("", later_source, later_date))


def test_a_quote_repeats_itself_and_the_same_words_of_a_reprint() -> None:
    quote, same = (Quote.of(alone(SIGNED, 1.0, source=source)) for source in "ab")
    other = Quote.of(alone(FISH, 1.0, source="b"))
    assert repeats(quote, quote, dispatches())
    assert repeats(quote, same, dispatches("ab"))
    assert not repeats(quote, same, dispatches())
    assert not repeats(quote, other, dispatches("ab"))


def test_those_print_a_quote_that_hold_its_words() -> None:
    texts = {"b": f"Alger. {SIGNED}", "c": FISH, "d": SIGNED.upper()}
    others = [document(text, source) for source, text in texts.items()]
    held = printing(Quote.of(alone(SIGNED, 1.0, source="a")), lambda source: others)
    assert [one.source for one in held] == ["b", "d"]
