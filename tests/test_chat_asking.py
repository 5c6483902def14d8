"""What is asked from the window is asked of the right documents, and a fault is never an answer;
what the window offers to ask is answered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from reading import HOSTILE, Reading
from wordy import write

from index import Document, Encoder, EntenteError, Found, Index, build
from index.errors import IndexBusyError, IndexDamagedError, IndexMissingError, ModelError
from index.store import Listed
from qa import Answer, Citation, Retrieved, Trace, answer
from qa.chat import asking, catalogue, examples
from qa.chat.asking import EARLIER, asked, reply, said
from qa.chat.catalogue import Entry, entries_of, pairs_of
from qa.chat.examples import SHOWN, examples_of
from qa.chat.opening import State
from qa.chat.restrictions import PeriodError, countries_in
from qa.chat.turns import NEAREST, Turn
from qa.chat.words import Words, number_in, words_in
from qa.kinds import Kind
from qa.phrases import LANGUAGES
from qa.question import MAX_CHARACTERS, understand
from qa.times import When

ENGLISH = words_in("en")
languages = pytest.mark.parametrize("words", [*map(words_in, LANGUAGES)], ids=LANGUAGES)


def document(source: str, date: str | None = None, language: str = "fr") -> Document:
    return Document(source, f"Text of {source}.", f"On {source}", language, date, "APS", 0)


@dataclass(eq=False)
class Shelf:
    """Stands for an index: it only holds documents."""

    documents: tuple[Document, ...]
    folder: Path = Path("nowhere")
    number: int = 1
    read: int = 0

    def listing(self) -> list[Listed]:
        self.read += 1
        return [Listed(one, 2, "2031-06-01T00:00:00Z") for one in self.documents]

    def generation(self) -> int:
        return self.number


DOCUMENTS = (
    document("old.txt", "2022"),
    document("undated.txt"),
    document("new.txt", "2024-05-06", "ar"),
    document("mid/b.txt", "2022-08"),
    document("mid/a.txt", "2022-08", "ru"),
)
PAIRS = {
    "old.txt": ("AZ", "DZ"),
    "new.txt": ("DZ", "TR"),
    "mid/a.txt": ("AZ", "DZ"),
    "mid/b.txt": ("AZ", "TR"),
}


@pytest.fixture(autouse=True)
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which countries a document is about is known here without reading it."""
    monkeypatch.setattr(catalogue, "pair_of", lambda document: PAIRS.get(document.source))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(DOCUMENTS)


@pytest.fixture
def index(shelf: Shelf) -> Index:
    return cast(Index, shelf)


# The catalogue.


def test_documents_are_listed_from_the_newest_to_those_without_a_date(index: Index) -> None:
    entries = entries_of(index)
    assert [entry.source for entry in entries] == [
        "new.txt", "mid/a.txt", "mid/b.txt", "old.txt", "undated.txt",
    ]  # fmt: skip
    assert entries[0] == Entry(
        "new.txt", "On new.txt", "2024-05-06", "ar", "APS", 2, "2031-06-01T00:00:00Z", ("DZ", "TR")
    )
    assert entries[-1].pair is None


def test_a_state_of_the_index_is_read_once(index: Index, shelf: Shelf) -> None:
    assert entries_of(index) is entries_of(index)
    assert shelf.read == 1
    shelf.documents, shelf.number = DOCUMENTS[:1], 2
    assert [entry.source for entry in entries_of(index)] == ["old.txt"]
    assert len(entries_of(cast(Index, Shelf(DOCUMENTS)))) == 5


def test_the_countries_with_most_documents_come_first(index: Index) -> None:
    assert pairs_of(entries_of(index)) == [("AZ", "DZ"), ("AZ", "TR"), ("DZ", "TR")]
    assert pairs_of(()) == []


# Asking.


@dataclass
class Traces:
    """Stands for `trace`: an abstention with more passages than are kept, and what was asked."""

    fault: Exception | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, question: str, *, history: Sequence[Answer], **more: Any) -> Trace:
        self.asked.append((question, {"history": [one.question for one in history], **more}))
        understood = understand(question, history)
        if self.fault:
            raise self.fault
        passages = tuple(
            Retrieved("old.txt", "", None, "fr", number, 9, "", 0.5, 0.8, None)
            for number in range(NEAREST + 2)
        )
        answer = Answer(question, "fr", "Rien.", None, (), 0.1, True, None, passages)
        return Trace(
            answer, understood, Kind.FACT, When(), Found(np.zeros(1, np.float32), "fr", (), ()), ()
        )


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> Traces:
    traces = Traces()
    monkeypatch.setattr(asking, "trace", traces)
    return traces


def turn(question: str) -> Turn:
    return Turn(Answer(question, "fr", "", None, (), 0.5, True, None, ()), question)


def test_chips_are_what_the_question_is_restricted_to(index: Index, traces: Traces) -> None:
    chips = ["language:ru", "2022..", "countries:AZ-DZ", "document:mid/a.txt", "language:fr"]
    found = asked(index, "Who?", chips=chips)
    asked(index, "Who?")
    nothing = {"index": index, "history": [], "period": None, "sources": None, "languages": None}
    within = {"period": ("2022", None), "sources": ("mid/a.txt",), "languages": ("ru", "fr")}
    assert traces.asked == [("Who?", nothing | within), ("Who?", nothing)]
    assert found.restricted == tuple(chips)


def test_what_is_not_restricted_does_not_read_the_catalogue(shelf: Shelf, traces: Traces) -> None:
    asked(cast(Index, shelf), "Who?")
    assert shelf.read == 0


def test_only_the_latest_questions_go_with_a_new_one(index: Index, traces: Traces) -> None:
    earlier = [turn(str(number)) for number in range(EARLIER + 2)]
    asked(index, "Who?", earlier)
    asked(index, "Who?", earlier[:1])
    histories = [more["history"] for _, more in traces.asked]
    assert histories == [[str(number) for number in range(2, EARLIER + 2)], ["0"]]


def test_a_question_that_is_asked_alone_leans_on_none(index: Index, traces: Traces) -> None:
    earlier = [turn("Who led the talks in Baku?")]
    leaning, alone = (asked(index, "And in  Algiers?", earlier, alone=a) for a in (False, True))
    assert [more["history"] for _, more in traces.asked] == [["Who led the talks in Baku?"], []]
    assert leaning.understood == "Who led the talks in Algiers?"
    assert alone.understood == "And in Algiers?"
    assert (leaning.question, leaning.alone, leaning.completed) == ("And in  Algiers?", False, True)
    assert (alone.question, alone.alone, alone.completed) == ("And in  Algiers?", True, False)


def test_what_is_not_shown_of_an_answer_is_not_kept(index: Index, traces: Traces) -> None:
    assert [one.start for one in asked(index, "Who?").answer.passages] == [0, 1, 2]


def test_a_reply_is_the_turn(index: Index, traces: Traces) -> None:
    earlier, chips = [turn("Who led the talks in Baku?")], ["language:fr"]
    for alone in (False, True):
        given = reply(State(index=index), "And in Algiers?", earlier, chips, ENGLISH, alone=alone)
        assert given == asked(index, "And in Algiers?", earlier, chips, alone=alone)


def told(given: Turn | str) -> Reading:
    """A notice as it is read; nothing of an answer is in it."""
    assert isinstance(given, str)
    shown = Reading(given)
    assert [kind for _, kind in shown.elements if "notice" in (kind["class"] or "")]
    assert shown.tags == {"div"}
    assert "div.abstained" not in shown.inside
    assert "div.answer" not in shown.inside
    return shown


@languages
@pytest.mark.parametrize(
    "kind", [EntenteError, IndexDamagedError, IndexBusyError, IndexMissingError, ModelError]
)
def test_a_fault_of_the_documents_is_told(
    kind: type[EntenteError], words: Words, index: Index, traces: Traces
) -> None:
    traces.fault = kind("at <b>here</b>")
    shown = told(reply(State(index=index), "Who?", (), (), words))
    assert shown.inside["div.notice fault"] == f"{words.failed}at <b>here</b>"
    assert shown.inside["div.detail"] == "at <b>here</b>"


@languages
@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        (EntenteError("no <room>"), "no <room>"),
        (OSError("/home/somebody"), "OSError"),
        (RuntimeError(), "RuntimeError"),
    ],
    ids=["ours", "of the system", "without words"],
)
def test_an_index_that_could_not_be_opened_is_told(
    fault: Exception, detail: str, words: Words, traces: Traces
) -> None:
    shown = told(reply(State(fault=fault), "Who?", (), (), words))
    assert shown.text == f"{words.failed}{detail}"
    assert said(fault) == detail
    assert traces.asked == []


@languages
def test_a_bug_is_told_here_without_its_message_and_there_with_its_trace(
    words: Words, index: Index, traces: Traces, caplog: pytest.LogCaptureFixture
) -> None:
    traces.fault = RuntimeError("at /home/somebody")
    with caplog.at_level(logging.ERROR):
        shown = told(reply(State(index=index), "Who?", (), (), words))
    assert shown.text == words.unexpected
    [logged] = caplog.records
    assert logged.exc_info
    assert logged.exc_info[1] is traces.fault


@languages
@pytest.mark.parametrize("period", [*HOSTILE.values(), "", "2023..2022", "{period}", "\ud800"])
def test_what_is_no_period_is_told_as_it_was_typed(
    period: str, words: Words, index: Index, traces: Traces
) -> None:
    given = reply(State(index=index), "Who?", (), ["language:fr", period], words)
    if period == "\ud800":  # which no page can show
        assert isinstance(given, str)
    else:
        assert told(given).text == words.bad_period.replace("{period}", period)
    assert traces.asked == []
    with pytest.raises(PeriodError):
        asked(index, "Who?", chips=[period])


@languages
def test_a_question_that_is_too_long_is_told_so(words: Words, index: Index, traces: Traces) -> None:
    for length in (MAX_CHARACTERS + 1, 1_000_000):
        shown = told(reply(State(index=index), "x" * length, (), (), words))
        count, limit = number_in(words, length), number_in(words, MAX_CHARACTERS)
        assert shown.text == words.too_long.format(count=count, limit=limit)
    assert isinstance(reply(State(index=index), "x" * MAX_CHARACTERS, (), (), words), Turn)


@languages
@pytest.mark.parametrize("question", ["", " \n\t", "?!", "…", "<>", "\u200f", "🕊️"])
def test_a_question_without_words_is_told_so(
    question: str, words: Words, index: Index, traces: Traces
) -> None:
    assert told(reply(State(index=index), question, (), (), words)).text == words.empty


def test_a_question_that_cannot_be_asked_otherwise_says_why(index: Index, traces: Traces) -> None:
    shown = told(reply(State(index=index), "Who \ud800?", (), (), ENGLISH))
    assert shown.text == "the question cannot be written in UTF-8"


def test_a_fault_of_the_catalogue_is_told(traces: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(index: Index) -> tuple[Entry, ...]:
        raise IndexDamagedError("damaged")

    monkeypatch.setattr(asking, "entries_of", damaged)
    state = State(index=cast(Index, Shelf(DOCUMENTS)))
    assert told(reply(state, "Who?", (), ["countries:AZ-DZ"], ENGLISH)).text.endswith("damaged")


# Questions to begin with.


@dataclass
class Answers:
    """Stands for `answer`: it abstains where one of the words stands in the question."""

    abstains: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def __call__(self, question: str, *, index: Index) -> Answer:
        self.asked.append(question)
        abstained = any(word in question for word in self.abstains)
        return replace(turn(question).answer, abstained=abstained)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(examples, "answer", answers)
    return answers


@languages
def test_examples_are_about_the_countries_in_the_windows_language(
    index: Index, answers: Answers, words: Words
) -> None:
    one, two, three = (
        countries_in(pair, words) for pair in (("AZ", "DZ"), ("AZ", "TR"), ("DZ", "TR"))
    )
    assert examples_of(index, words) == (
        words.example_led.format(countries=one),
        words.example_discussed.format(countries=two),
        words.example_when.format(countries=three),
        words.example_discussed.format(countries=one),
    )


def test_only_what_is_answered_is_offered(index: Index, answers: Answers) -> None:
    answers.abstains = ("led", "discussed", "Azerbaijan, Türkiye")
    offered = examples_of(index, ENGLISH)
    assert len(set(offered)) == len(offered) == SHOWN
    assert not any(word in question for word in answers.abstains for question in offered)


def test_no_more_is_asked_than_is_offered(index: Index, answers: Answers) -> None:
    assert list(examples_of(index, ENGLISH)) == answers.asked
    assert len(answers.asked) == SHOWN


def test_nothing_is_offered_where_nothing_is_answered(index: Index, answers: Answers) -> None:
    answers.abstains = (":",)
    assert examples_of(index, ENGLISH) == ()
    assert len(set(answers.asked)) == len(answers.asked) == 5 * 3


def test_without_countries_there_are_no_examples(answers: Answers) -> None:
    assert examples_of(cast(Index, Shelf((document("c.txt"),))), ENGLISH) == ()
    assert answers.asked == []


def test_examples_are_found_once_for_a_language_and_a_state_of_the_index(
    index: Index, shelf: Shelf, answers: Answers
) -> None:
    assert examples_of(index, ENGLISH) is examples_of(index, ENGLISH)
    assert len(answers.asked) == SHOWN
    assert examples_of(index, words_in("fr")) != examples_of(index, ENGLISH)
    assert len(answers.asked) == 2 * SHOWN
    shelf.documents, shelf.number = (), 2
    assert examples_of(index, ENGLISH) == ()


# With the real reader.

RECEIVED = {
    "old.txt": """date 2022-08
Le président algérien a reçu à Alger le ministre des Affaires étrangères de
l'Azerbaïdjan, M. Bayramov.
L'Algérie et l'Azerbaïdjan ont signé un accord sur le transport.""",
    "mid/a.txt": """date 2024-05
Le président azerbaïdjanais a reçu à Bakou le ministre des Affaires étrangères algérien, Attaf.""",
    "new.txt": """date 2024-06
Президент Азербайджана принял в Шуше министра иностранных дел Алжира.""",
}


def test_only_documents_within_the_chips_answer(tmp_path: Path, encoder: Encoder) -> None:
    build(write(tmp_path / "docs", RECEIVED), tmp_path / "ix", encoder)
    opened = Index.open(tmp_path / "ix", encoder)

    def sources(*chips: str) -> set[str]:
        found = asked(opened, "Qui a été reçu par le président ?", chips=chips).answer
        quoted: list[Citation | Retrieved] = [*found.citations, *found.passages]
        return {one.source for one in quoted}

    assert sources("2022")
    for chip, within in (
        ("2022", {"old.txt"}),
        ("2024..", {"mid/a.txt", "new.txt"}),
        ("language:ru", {"new.txt"}),
        ("document:mid/a.txt", {"mid/a.txt"}),
    ):
        assert sources(chip) <= within
    assert sources("language:ru", "2022") == set()
    assert sources("document:none.txt") == set()
    offered = examples_of(opened, ENGLISH)
    assert offered
    assert not any(answer(question, index=opened).abstained for question in offered)
