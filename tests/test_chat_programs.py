"""What programs ask of a running window is passed on as it is, and described to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import gradio as gr
import pytest
from gradio.utils import get_function_description

from index import EntenteError, Index
from index.errors import IndexDamagedError
from qa import Answer, Citation, QuestionError
from qa.chat import programs
from qa.chat.opening import Opening
from qa.chat.programs import endpoints

INDEX = cast(Index, object())
CITED = Citation(1, "a.txt", "Un titre", "2022", "fr", 3, 14, "Une phrase.", (7, 13))
ANSWER = Answer("Qui ?", "fr", "Une phrase. [1]", "phrase", (CITED,), 0.9, False, None, ())
NAMES = ("question", "history", "first", "last", "sources", "languages")

Ask = Callable[..., dict[str, Any]]


def window(fault: Exception | None = None) -> gr.Blocks:
    """A window with the end points alone, whose index is at hand, or cannot be had."""

    def opened(*_: object) -> Index:
        if fault:
            raise fault
        return INDEX

    opening = Opening(opened=opened)
    opening.start()

    async def made() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as blocks:
            endpoints(opening, 3)
        return cast(gr.Blocks, blocks)

    return asyncio.run(made())  # without a loop, gradio would open one, and leave it open


def asked_of(blocks: gr.Blocks) -> Ask:
    [function] = blocks.fns.values()
    return cast(Ask, function.fn)


@dataclass
class Answers:
    """Stands for `answer`, and notes what it is asked."""

    fault: Exception | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, question: str, **more: Any) -> Answer:
        self.asked.append((question, more))
        if self.fault:
            raise self.fault
        return ANSWER


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    answers = Answers()
    monkeypatch.setattr(programs, "answer_to", answers)
    return answers


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ({}, {}),
        ({"history": ["Qui ?", "Et là ?"]}, {"history": ["Qui ?", "Et là ?"]}),
        ({"first": "2022-08", "last": "2023"}, {"period": ("2022-08", "2023")}),
        ({"first": "2022-08"}, {"period": ("2022-08", None)}),
        ({"last": "2023"}, {"period": (None, "2023")}),
        ({"first": "", "last": ""}, {}),
        ({"sources": ["a.txt"]}, {"sources": ["a.txt"]}),
        ({"sources": []}, {"sources": []}),
        ({"languages": ["fr", "ar"]}, {"languages": ["fr", "ar"]}),
    ],
    ids=str,
)
def test_arguments_are_passed_on(
    given: dict[str, Any], passed: dict[str, Any], answers: Answers
) -> None:
    assert asked_of(window())("Qui ?", **given) == ANSWER.to_dict()
    nothing = {"index": INDEX, "history": (), "period": None, "sources": None, "languages": None}
    assert answers.asked == [("Qui ?", nothing | passed)]


@pytest.mark.parametrize(
    "fault", [QuestionError("no <question>"), IndexDamagedError("damaged"), EntenteError("busy")]
)
def test_a_fault_is_an_error_with_its_message(fault: EntenteError, answers: Answers) -> None:
    answers.fault = fault
    with pytest.raises(gr.Error) as error:
        asked_of(window())("Qui ?")
    assert error.value.message == str(fault)
    assert error.value.__cause__ is fault
    assert not error.value.print_exception


def test_a_bug_keeps_its_traceback(answers: Answers) -> None:
    answers.fault = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        asked_of(window())("Qui ?")


@pytest.mark.parametrize(
    ("fault", "said"), [(EntenteError("no <room>"), "no <room>"), (OSError("/home/x"), "OSError")]
)
def test_an_index_that_cannot_be_had_is_an_error(
    fault: Exception, said: str, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(gr.Error) as error:
        asked_of(window(fault))("Qui ?")
    assert error.value.message == said
    assert answers.asked == []


def test_the_one_end_point_is_typed_and_described() -> None:
    blocks = window()
    [(name, about)] = blocks.get_api_info()["named_endpoints"].items()
    assert (name, about["api_visibility"]) == ("/answer", "public")
    texts = {"type": "array", "items": {"type": "string"}}
    text = {"type": "string"}
    kinds = {one["parameter_name"]: one["type"] for one in about["parameters"]}
    assert kinds == {
        "question": text,
        **{name: {"oneOf": [{"type": "null"}, text]} for name in ("first", "last")},
        **{
            name: {"oneOf": [{"type": "null"}, texts]}
            for name in ("history", "sources", "languages")
        },
    }
    needed = [
        one["parameter_name"] for one in about["parameters"] if not one["parameter_has_default"]
    ]
    assert needed == ["question"]
    [function] = blocks.fns.values()
    assert function.concurrency_limit == 3
    purpose, described, returned = get_function_description(asked_of(blocks))
    assert about["description"] == purpose
    assert purpose.endswith("where the documents do not answer.")
    assert tuple(described) == NAMES
    assert all(text.endswith(".") for text in described.values())
    for field_name in (*ANSWER.to_dict(), *ANSWER.to_dict()["citations"][0]):
        assert field_name in " ".join(returned)
