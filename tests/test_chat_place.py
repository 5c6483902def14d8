"""What a browser sends back is a place that was cited, or it is refused."""

from __future__ import annotations

import json

import pytest

from index import Document
from qa import Citation
from qa.chat.place import ChangedError, Place, PlaceError

TEXT = "Une phrase 🕊️. وثيقة."
CITED = Citation(1, 'a "b"/é.txt', "t", None, "fr", 4, 10, TEXT[4:10], (4, 6))
PLACE = Place.of(CITED)


def document(text: str) -> Document:
    return Document(CITED.source, text, "t", "fr", None, None, 0)


def test_a_place_survives_the_way_to_the_browser_and_back() -> None:
    assert Place.parse(str(PLACE)) == PLACE
    Place.parse(str(PLACE)).check(document(TEXT))


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        ["a", 1, 2],
        "",
        "{}",
        "[]",
        "not json",
        "[" * 2_000,
        "9" * 4_900,
        json.dumps(["a", "1", 2, None, None, ""]),
        json.dumps(["a", 1.5, 2, None, None, ""]),
        json.dumps(["a", 1, 2, 3, None, ""]),
        json.dumps(["a", 1, 2, None, None, None]),
        json.dumps(["a" * 6_000, 1, 2, None, None, ""]),
    ],
    ids=lambda sent: repr(sent)[:24],
)
def test_anything_else_is_refused(sent: object) -> None:
    with pytest.raises(PlaceError):
        Place.parse(sent)


@pytest.mark.parametrize(
    ("start", "end"), [(5, 11), (4, 9), (-18, -12), (4, 4), (10, 4), (4, 999)], ids=str
)
def test_offsets_that_do_not_hold_the_quote_are_refused(start: int, end: int) -> None:
    place = Place(PLACE.source, start, end, None, PLACE.digest)
    with pytest.raises(ChangedError):
        place.check(document(TEXT))


def test_a_document_that_has_changed_is_noticed() -> None:
    with pytest.raises(ChangedError):
        PLACE.check(document("Un " + TEXT))
