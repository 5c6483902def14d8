"""A conversation as the browser keeps it: questions with their answers, and nothing on the server.

What comes back from a browser is not trusted: it is read into the same frozen types or dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from index.documents import period_of

from ..types import Answer

KEPT = 50  # turns of a conversation
NEAREST = 3  # passages kept of an abstention
MAX_CHARACTERS = 200_000  # of one turn as sent


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer.

    `understood` is the question as it was searched for, `restricted` what it was restricted to (see
    `restrictions`), and `alone` whether it was asked without the questions before it.
    """

    answer: Answer
    understood: str
    restricted: tuple[str, ...] = ()
    alone: bool = False

    @property
    def question(self) -> str:
        return self.answer.question

    @property
    def completed(self) -> bool:
        """Whether the question was completed from those before it."""
        return " ".join(self.question.split()) != self.understood

    def __str__(self) -> str:
        return _TURN.dump_json(self).decode()


_TURN = TypeAdapter(Turn)


def kept(turn: Turn) -> Turn:
    """The turn without what is not shown."""
    passages = turn.answer.passages[:NEAREST] if turn.answer.abstained else ()
    return replace(turn, answer=replace(turn.answer, passages=passages))


def to_browser(turns: Sequence[Turn]) -> list[str]:
    """The latest turns, each as `str` writes it."""
    return [str(turn) for turn in turns[-KEPT:]]


def from_browser(sent: object) -> list[Turn]:
    """The latest of the turns that `to_browser` wrote, without anything else."""
    latest = sent[-KEPT:] if isinstance(sent, list) else []
    return [turn for turn in map(turn_of, latest) if turn]


def turn_of(sent: object) -> Turn | None:
    """The turn that `str` wrote; None for anything else."""
    if not isinstance(sent, str) or len(sent) > MAX_CHARACTERS:
        return None
    try:
        turn = _TURN.validate_json(sent, strict=True)
        for date in _dates(turn.answer):
            if date is not None:
                period_of(date)  # what is no date could not be shown
    except ValueError:
        return None
    return turn


def _dates(answer: Answer) -> Iterator[str | None]:
    for citation in answer.citations:
        yield citation.date
        yield from (reprint.date for reprint in citation.reprints)
    yield from (passage.date for passage in answer.passages)
