"""One question in the window, step by step: shown, waited for, answered, or told why not.

What it is answered with is left to `asking`, what a message looks like to `render`, and which event
starts it to `window`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index import EntenteError

from ..question import MAX_CHARACTERS
from .asking import reply
from .catalogue import entries_of
from .opening import Opening, State
from .pages import progress
from .render import answer_message, notice, question_message
from .restrictions import shown as chip_shown
from .turns import KEPT, Turn, to_browser
from .words import Words

POLL = 0.25  # seconds between two looks at what is not done yet
AT_ONCE = 2  # questions that are answered at the same time

Message = dict[str, Any]
Talk = tuple[Any, list[Message], Any]  # the box, the chat, the turns


@dataclass(frozen=True, slots=True)
class Put:
    """A question, what it is restricted to, which turn it makes, and whether it is asked alone."""

    question: str
    chips: tuple[str, ...]
    turn: int
    alone: bool = False


def put_again(turns: Sequence[Turn], chips: tuple[str, ...], told: Mapping[str, Any]) -> Put:
    """What a button of the page asks: a `question` of its own, or that of an earlier `turn`,
    perhaps in other words, or `alone`, without what came before."""
    number, text = told.get("turn"), told.get("question")
    if isinstance(number, int) and 0 <= number < len(turns):
        before = turns[number]
        alone = before.alone or bool(told.get("alone"))
        return Put(str(text or before.question), before.restricted, number, alone)
    return Put(str(text or ""), chips, len(turns))


def exchange(opening: Opening, turns: list[Turn], put: Put, words: Words) -> Iterator[Talk]:
    """Show a new question at once, then its answer, or a message that says why there is none."""
    shown = messages_of(opening.state, turns, words)
    if not put.question.strip():
        yield "", [*shown, message("assistant", notice(words.empty, words))], gr.skip()
        return
    if put.turn == len(turns):
        asked = question_message(put.question, MAX_CHARACTERS)
        shown = [*shown, message("user", asked)]
        yield gr.update(value=""), shown, gr.skip()
    work = _workers.submit(_answered, opening, turns, put, words)
    while True:
        try:
            found = work.result(POLL)
            break
        except NotYet:
            state = opening.state
            said = notice(f"{progress(state, words)} {words.waiting}", words, kind="wait")
            waiting = [] if state.settled else [message("assistant", said)]
            yield gr.update(submit_btn=False, stop_btn=words.stop), [*shown, *waiting], gr.skip()
    if isinstance(found, str):  # the question goes back into the box, to be mended or asked again
        box = idle(words, value=put.question)
        yield box, [*shown, message("assistant", found)], gr.skip()
        return
    turns = [*turns[: put.turn], found, *turns[put.turn + 1 :]][-KEPT:]
    yield idle(words), messages_of(opening.state, turns, words), to_browser(turns)


def _answered(opening: Opening, turns: Sequence[Turn], put: Put, words: Words) -> Turn | str:
    return reply(opening.wait(), put.question, turns[: put.turn], put.chips, words, alone=put.alone)


def messages_of(state: State, turns: Sequence[Turn], words: Words) -> list[Message]:
    """The conversation as the chat shows it: a question and an answer for every turn."""
    try:
        narrowed = any(turn.restricted for turn in turns)
        entries = entries_of(state.index) if state.index and narrowed else ()
    except EntenteError:
        entries = ()
    messages = []
    for number, turn in enumerate(turns):
        chips = [chip_shown(chip, entries, words) for chip in turn.restricted]
        last = number == len(turns) - 1
        said = answer_message(turn, f"m{2 * number + 1}", words, chips, last=last)
        messages.append(
            message("user", question_message(turn.question, MAX_CHARACTERS, turn.answer.language))
        )
        messages.append(message("assistant", said))
    return messages


def idle(words: Words, **more: Any) -> Any:
    """The box when nothing is under way."""
    names: dict[str, Any] = {
        "submit_btn": words.ask,
        "placeholder": words.placeholder,
        "label": words.ask,
    }
    return gr.update(stop_btn=False, **names, **more)


def message(role: str, html: str) -> Message:
    return {"role": role, "content": html}


_workers = ThreadPoolExecutor(2 * AT_ONCE, "asking")
