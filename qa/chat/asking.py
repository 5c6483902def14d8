"""A question from the window → a turn of its conversation, or a notice that says why there is none.

What a turn looks like is `render`; that it is asked at all, `window`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from index import EntenteError, Index

from ..errors import QuestionError
from ..pipeline import trace
from ..question import MAX_CHARACTERS
from .catalogue import entries_of
from .opening import State
from .render import notice
from .restrictions import PeriodError, restriction_of
from .turns import Turn, kept
from .words import Words, number_in

EARLIER = 10  # questions of the conversation that a new one may lean on

_log = logging.getLogger(__name__)


def asked(
    index: Index,
    question: str,
    earlier: Sequence[Turn] = (),
    chips: Sequence[str] = (),
    *,
    alone: bool = False,
) -> Turn:
    """The answer to `question` within what `chips` let through; after the turns `earlier`, unless
    it is asked `alone`. Raises `PeriodError`, and the errors of `qa.answer`."""
    within = restriction_of(chips, entries_of(index) if chips else ())
    traced = trace(
        question,
        index=index,
        history=[] if alone else [turn.answer for turn in earlier[-EARLIER:]],
        period=within.period,
        sources=within.sources,
        languages=within.languages,
    )
    return kept(Turn(traced.answer, traced.question.text, tuple(chips), alone))


def reply(
    state: State,
    question: str,
    earlier: Sequence[Turn],
    chips: Sequence[str],
    words: Words,
    *,
    alone: bool = False,
) -> Turn | str:
    """The turn, or the notice in its place, as HTML."""
    if state.index is None:
        return notice(words.failed, words, detail=said(state.fault))
    try:
        return asked(state.index, question, earlier, chips, alone=alone)
    except PeriodError as fault:
        return notice(words.bad_period.format(period=str(fault)), words)
    except QuestionError as fault:
        return _unasked(question, fault, words)
    except EntenteError as fault:
        return notice(words.failed, words, detail=str(fault))
    except Exception:  # a bug: its traceback goes to the terminal, and the reader is told
        _log.exception("the question could not be answered")
        return notice(words.unexpected, words)


def said(fault: Exception | None) -> str:
    """A fault as a reader may see it: ours are made to be read, others are in the terminal."""
    return str(fault) if isinstance(fault, EntenteError) else type(fault).__name__


def _unasked(question: str, fault: QuestionError, words: Words) -> str:
    if len(question) > MAX_CHARACTERS:
        count, limit = (number_in(words, n) for n in (len(question), MAX_CHARACTERS))
        return notice(words.too_long.format(count=count, limit=limit), words)
    if not any(character.isalnum() for character in question):
        return notice(words.empty, words)
    return notice(str(fault), words)
