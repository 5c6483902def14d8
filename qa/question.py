"""What is asked: checked, its language found, and completed from the conversation if it leans on
it.

Names, periods and references inside the question are left as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from index.language import language_of
from index.words import words_of

from .errors import QuestionError
from .types import Answer

MAX_CHARACTERS = 2_000

# «Et…», «And…», «А…»: openings that continue what was asked before.
_CONTINUATION = regex.compile(
    r"^\W*(?:et|mais|and|but|also|what about|how about|а|и|но|bəs|və|ya|peki|ve"
    r"|ماذا عن|و(?:في|مع|من|ماذا|هل|إلى|عن|ما|كيف|متى|أين))\b",
    regex.IGNORECASE,
)
LEANING_WORDS = 4  # a question that continues another has no more words of its own than this


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
    earlier = _questions(history)
    try:
        "".join((text, *earlier[-1:])).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise QuestionError("the question cannot be written in UTF-8") from fault
    language = language_of(text)
    if earlier and _continues(text, language):
        text = f"{' '.join(earlier[-1].split())[:MAX_CHARACTERS]} {text}"
    return Question(question, text, language)


def _questions(history: Sequence[str | Answer]) -> list[str]:
    """The earlier questions; raises `QuestionError` for a history that is not a list of them."""
    if isinstance(history, str | Answer):
        raise QuestionError(f"history is a list of questions, not one {type(history).__name__}")
    questions = [item.question if isinstance(item, Answer) else item for item in history]
    for item in questions:
        if not isinstance(item, str):
            raise QuestionError(f"history holds questions or answers, not {type(item).__name__}")
    return questions


def _continues(text: str, language: str) -> bool:
    if not _CONTINUATION.match(text):
        return False
    return len(list(words_of(text, language, names=False))) <= LEANING_WORDS
