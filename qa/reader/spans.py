"""The network's numbers → spans of characters: the best answer within a stretch of a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pairs import Tokens, Window

ANSWER_TOKENS = 48  # a longer span is no short answer

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """A span [start, end) in characters of the passage; `score` is its start and end logits less
    those of «no answer», so 0 is even."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network saw in one passage: for each token the logits that an answer starts and ends
    there, less those of «no answer», [tokens] each; and the logit that there is one."""

    tokens: Tokens
    starts: Logits
    ends: Logits
    answerable: float

    def best(self, start: int, end: int) -> Scored | None:
        """The best span within the characters [start, end); None where there is no token."""
        covered = self.tokens.covering(start, end)
        if covered is None:
            return None
        first, last = covered
        starts, ends = self.starts[first : last + 1], self.ends[first : last + 1]
        places = np.arange(len(starts))
        length = places[None, :] - places[:, None]  # of each pair of a start and an end, less one
        allowed = (length >= 0) & (length < ANSWER_TOKENS)
        scores = np.where(allowed, starts[:, None] + ends[None, :], -np.inf)
        a, b = np.unravel_index(int(scores.argmax()), scores.shape)
        offsets = self.tokens.offsets
        return Scored(
            max(offsets[first + int(a)][0], start),
            min(offsets[first + int(b)][1], end),
            float(scores[a, b]),
        )


def merged(tokens: Tokens, windows: Sequence[Window], logits: Sequence[Logits]) -> Reading:
    """The reading of a passage from the logits [tokens of the window, 3] of its windows; a token
    that two windows hold is taken from the one that shows more of what is around it."""
    starts = np.full(len(tokens.ids), -np.inf, np.float32)
    ends = np.full(len(tokens.ids), -np.inf, np.float32)
    context = np.full(len(tokens.ids), -1)
    for window, values in zip(windows, logits, strict=True):
        places = np.arange(window.first, window.last)
        around = np.minimum(places - window.first, window.last - 1 - places)
        better = places[around > context[places]]
        at = better - window.first + window.at
        starts[better] = values[at, 0] - values[0, 0]
        ends[better] = values[at, 1] - values[0, 1]
        context[better] = around[better - window.first]
    return Reading(tokens, starts, ends, float(max(values[0, 2] for values in logits)))
