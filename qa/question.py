"""What is asked: checked, its language found, and completed from the conversation if it leans on
it.

Names, periods and references inside the question are left as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.language import language_of

from . import conversation
from .conversation import Earlier, completed, spoken
from .errors import QuestionError
from .types import Answer

MAX_CHARACTERS = conversation.LONGEST
MEMORY = 10  # earlier questions that one may lean on; what they lean on themselves is among them


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, the text to search for, and the language it is in (ISO 639-1)."""

    asked: str
    text: str
    language: str


def understand(question: str, history: Sequence[str | Answer] = ()) -> Question:
    """Check `question` and complete it from `history`, earlier questions or answers, oldest first.

    Raises `QuestionError` when there is nothing to ask or too much.
    """
    if not isinstance(question, str):
        raise QuestionError(f"a question is text; this is {type(question).__name__}")
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    text = " ".join(question.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("the question is empty; ask something in words")
    earlier = _earlier(history)
    try:
        "".join((text, *(one.question for one in earlier))).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise QuestionError("the question cannot be written in UTF-8") from fault
    language = spoken(text, language_of(text), earlier)
    return Question(question, completed(text, language, earlier), language)


def _earlier(history: Sequence[str | Answer]) -> list[Earlier]:
    """The earlier questions, each completed from those before it; raises `QuestionError` for a
    history that is not a list of them."""
    if isinstance(history, str | Answer):
        raise QuestionError(f"history is a list of questions, not one {type(history).__name__}")
    earlier: list[Earlier] = []
    for item in history[-MEMORY:]:
        asked = item.question if isinstance(item, Answer) else item
        if not isinstance(asked, str):
            raise QuestionError(f"history holds questions or answers, not {type(asked).__name__}")
        text = " ".join(asked.split())[:MAX_CHARACTERS]
        language = spoken(text, language_of(text), earlier)
        short = item.short if isinstance(item, Answer) and not item.abstained else None
        earlier.append(Earlier(completed(text, language, earlier), language, short))
    return earlier
