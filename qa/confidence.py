"""How sure to be that the best candidate answers the question: a calibrated probability.

A logistic regression over what retrieval and reading saw of the best candidate, and over how far it
leads the second. Ranking the candidates is left to `qa.reader`, saying so to `qa.compose`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from .question import Question
from .reader import Candidate


@dataclass(frozen=True, slots=True)
class Signs:
    """What confidence rests on, each near 0 to 1.

    `sentence` is the best candidate's cosine with the question; `words` the share of the question's
    words, by rarity, in it; `lead` how far its score is ahead of the second, at most `FAR`, over
    `FAR`; `foreign` 1 when the document is in another language than the question, whose cosines are
    lower.
    """

    sentence: float
    words: float
    lead: float
    foreign: float


FAR = 4.0
# Fitted by benchmarks/fit.py together with the reader's weights.
WEIGHTS = Signs(sentence=20.8, words=1.9, lead=2.3, foreign=1.8)
BIAS = -20.4


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """The probability, 0 to 1, that the first of `candidates` answers `question`; 0 if there are
    none."""
    if not candidates:
        return 0.0
    signs = signs_of(question, candidates)
    log_odds = BIAS + sum(
        weight * sign for weight, sign in zip(astuple(WEIGHTS), astuple(signs), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-log_odds))


def signs_of(question: Question, candidates: Sequence[Candidate]) -> Signs:
    """What `confidence` weighs; there must be at least one candidate."""
    best = candidates[0]
    # A sentence that is alone leads nobody: being the only one is no sign of being right.
    lead = best.score - candidates[1].score if len(candidates) > 1 else 0.0
    return Signs(
        sentence=best.evidence.sentence,
        words=best.evidence.words,
        lead=min(lead, FAR) / FAR,
        foreign=float(best.hit.passage.document.language != question.language),
    )
