"""A conversation comes back from the browser as it went there; nothing else is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import Answer, Citation, Reprint, Retrieved
from qa.chat.render import answer_message
from qa.chat.restrictions import shown
from qa.chat.turns import (
    KEPT,
    MAX_CHARACTERS,
    NEAREST,
    Turn,
    from_browser,
    kept,
    to_browser,
    turn_of,
)
from qa.chat.words import words_in

ODD = "«é» e\u0301 🕊️ \x00\x01\x1b\x7f\x85\u2028\u202e\ufffe\ufeff \"\\' </script> {x} ${y}"
CITED = Citation(1, "a/b.txt", "Un titre", "2022-08", "fr", 3, 14, "Une phrase.", (7, 13), "APS")
REPRINT = Reprint("c.txt", "Titre", "2022-09-01", None)
CITED = replace(CITED, reprints=(REPRINT,), page=2)
PASSAGE = Retrieved("a/b.txt", ODD, None, "ar", 0, 9, "Un passage.", 0.5, 0.8, None)
ANSWER = Answer("Qui ?", "fr", ODD, "phrase", (CITED,), 0.75, False, None, (PASSAGE,))
TURN = Turn(ANSWER, "Qui ?", ("period:2022", f"document:{ODD}"), True)
RECORD: dict[str, Any] = json.loads(str(TURN))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.just(ODD)
DATE = st.sampled_from([None, "2022", "2022-08", "2024-02-29"])
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
PLACE: dict[str, Any] = {"source": TEXT, "title": TEXT, "date": DATE, "language": TEXT}
PLACE |= {"start": st.integers(), "end": st.integers()}
SPAN = st.none() | st.tuples(st.integers(), st.integers())
REPRINTS = st.builds(Reprint, source=TEXT, title=TEXT, date=DATE, agency=st.none() | TEXT)
CITATIONS = st.builds(
    Citation,
    number=st.integers(),
    quote=TEXT,
    highlight=SPAN,
    agency=st.none() | TEXT,
    reprints=st.lists(REPRINTS, max_size=2).map(tuple),
    page=st.none() | st.integers(),
    **PLACE,
)
PASSAGES = st.builds(
    Retrieved, text=TEXT, score=NUMBER, dense=NUMBER, words=st.none() | NUMBER, **PLACE
)
ANSWERS = st.builds(
    Answer,
    question=TEXT,
    language=TEXT,
    text=TEXT,
    short=st.none() | TEXT,
    citations=st.lists(CITATIONS, max_size=2).map(tuple),
    confidence=NUMBER,
    abstained=st.booleans(),
    reason=st.none() | TEXT,
    passages=st.lists(PASSAGES, max_size=2).map(tuple),
)
CHIPS = st.builds("{}{}".format, st.sampled_from(["", "period:", "countries:", "document:"]), TEXT)
TURNS = st.builds(Turn, ANSWERS, TEXT, st.lists(CHIPS, max_size=2).map(tuple), st.booleans())

patient = settings(deadline=None, max_examples=60)  # where others hold the processor


@patient
@given(st.lists(TURNS, max_size=3))
def test_whatever_is_in_a_turn_comes_back(turns: list[Turn]) -> None:
    assert [turn_of(str(turn)) for turn in turns] == turns
    assert from_browser(json.loads(json.dumps(to_browser(turns)))) == turns


def test_a_record_from_before_there_were_pages_and_reprints_is_read() -> None:
    record = json.loads(str(TURN))
    for name in ("page", "reprints"):
        del record["answer"]["citations"][0][name]
    old = turn_of(json.dumps(record))
    assert old
    assert old.answer.citations == (replace(CITED, page=None, reprints=()),)


def test_lists_come_back_as_the_tuples_that_they_were() -> None:
    back = turn_of(str(TURN))
    assert back == TURN
    assert back
    assert (back.restricted, back.answer.citations[0].highlight) == (TURN.restricted, (7, 13))


@patient
@given(TURNS)
def test_whatever_is_taken_can_be_shown(turn: Turn) -> None:
    words = words_in("ar")
    taken = turn_of(str(turn))
    assert taken
    chips = [shown(chip, (), words) for chip in taken.restricted]
    assert answer_message(taken, "m1", words, chips).startswith('<div class="answer">')


def changed(*path: str | int, to: object) -> str:
    """The record with another value at this path."""
    record = json.loads(str(TURN))
    inner = record
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return json.dumps(record)


def without(*path: str | int) -> str:
    record = json.loads(str(TURN))
    inner = record
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return json.dumps(record)


FIELDS: list[tuple[str | int, ...]] = [
    *((name,) for name in RECORD),
    *(("answer", name) for name in RECORD["answer"]),
    *(("answer", "citations", 0, name) for name in RECORD["answer"]["citations"][0]),
    *(("answer", "passages", 0, name) for name in RECORD["answer"]["passages"][0]),
]
OPTIONAL = {"highlight", "agency", "reprints", "page", "restricted", "alone", "notes", "sections"}


@pytest.mark.parametrize("path", FIELDS, ids=lambda path: ".".join(map(str, path)))
def test_a_field_of_another_kind_or_none_at_all_makes_no_turn(path: tuple[str | int, ...]) -> None:
    assert turn_of(changed(*path, to={"x": 1})) is None
    assert turn_of(changed(*path, to=[[str(TURN)]])) is None
    assert path[-1] in OPTIONAL or turn_of(without(*path)) is None


NEITHER: dict[str, object] = {
    "nothing": None,
    "true": True,
    "a number": 5,
    "bytes": str(TURN).encode(),
    "a record that is not written": RECORD,
    "a list": [str(TURN)],
    "empty": "",
    "words": "Qui ?",
    "null": "null",
    "a written list": f"[{TURN}]",
    "an empty object": "{}",
    "two records": f"{TURN}{TURN}",
    "cut": str(TURN)[:-1],
    "deep": "[" * 100_000,
    "deep objects": '{"answer":' * 10_000,
    "half a character": str(TURN).replace("Un titre", "\ud800"),
    "half a character, written": str(TURN).replace("Un titre", "\\ud800"),
    "huge": str(replace(TURN, understood="x" * MAX_CHARACTERS)),
    "a long number": str(TURN).replace("14", "9" * 5_000),
    "a number in words": changed("answer", "citations", 0, "start", to="3"),
    "half an offset": changed("answer", "citations", 0, "start", to=3.5),
    "yes": changed("alone", to="yes"),
    "one": changed("alone", to=1),
    "chips in one": changed("restricted", to="period:2022"),
    "a highlight of one": changed("answer", "citations", 0, "highlight", to=[7]),
    "a highlight of three": changed("answer", "citations", 0, "highlight", to=[7, 8, 9]),
    "no date": changed("answer", "citations", 0, "date", to="2022-13"),
    "an empty date": changed("answer", "citations", 0, "date", to=""),
    "no date of a reprint": changed(
        "answer", "citations", 0, "reprints", 0, "date", to="2022-02-30"
    ),
    "a reprint less a field": without("answer", "citations", 0, "reprints", 0, "source"),
    "half a page": changed("answer", "citations", 0, "page", to=1.5),
    "no date of a passage": changed("answer", "passages", 0, "date", to="August"),
}


@pytest.mark.parametrize("sent", NEITHER.values(), ids=NEITHER)
def test_anything_else_is_no_turn(sent: object) -> None:
    assert turn_of(sent) is None
    assert from_browser([sent]) == []
    assert from_browser(sent) == ([TURN] if sent == [str(TURN)] else [])
    assert from_browser([str(TURN), sent, str(TURN)]) == [TURN, TURN]


@pytest.mark.parametrize("sent", [(), {}, {"0": str(TURN)}, str(TURN), [[str(TURN)]], [{}]])
def test_anything_else_is_no_conversation(sent: object) -> None:
    assert from_browser(sent) == []


def test_only_the_latest_turns_are_kept() -> None:
    turns = [replace(TURN, understood=str(number)) for number in range(KEPT + 3)]
    assert to_browser(turns) == [str(turn) for turn in turns[3:]]
    assert from_browser([str(turn) for turn in turns]) == turns[3:]
    assert to_browser([]) == []


def test_a_turn_of_the_greatest_length_is_taken() -> None:
    room = MAX_CHARACTERS - len(str(replace(TURN, understood="")))
    longest = replace(TURN, understood="x" * room)
    assert turn_of(str(longest)) == longest
    assert turn_of(str(replace(TURN, understood="x" * (room + 1)))) is None


def test_what_is_not_shown_is_not_kept() -> None:
    passages = tuple(replace(PASSAGE, start=number) for number in range(NEAREST + 2))
    quoted = replace(TURN, answer=replace(ANSWER, passages=passages))
    assert kept(quoted) == replace(TURN, answer=replace(ANSWER, passages=()))
    nothing = replace(ANSWER, citations=(), abstained=True, passages=passages)
    nearest = replace(nothing, passages=passages[:NEAREST])
    assert kept(replace(TURN, answer=nothing)) == replace(TURN, answer=nearest)


@pytest.mark.parametrize(
    ("question", "understood", "completed"),
    [
        ("Qui ?", "Qui ?", False),
        ("  Qui\n\t?\u2009", "Qui ?", False),
        ("Et là ?", "Qui ? Et là ?", True),
        ("qui ?", "Qui ?", True),
    ],
)
def test_a_question_is_completed_where_more_was_searched_for(
    question: str, understood: str, completed: bool
) -> None:
    turn = Turn(replace(ANSWER, question=question), understood)
    assert turn.completed is completed
    assert turn.question == question
