"""How sure to be that the best candidate answers the question: a calibrated probability.

A logistic regression over what retrieval and reading saw of the best candidate, and over how far it
leads the second. Ranking the candidates is left to `qa.reader`, saying so to `qa.compose`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from .kinds import asks_whether
from .question import Question
from .reader import Candidate, Read


@dataclass(frozen=True, slots=True)
class Signs:
    """What confidence rests on.

    `span` and `answerable` are what the trained reader saw, in logits over `FAR`, each within -1
    and 1, and 0 where nothing was read; `sentence` is the best candidate's cosine with the
    question; `words` the share of the question's words, by rarity, in it, and `context` around it;
    `names` the share of its names around it; `lead` how far its score is ahead of the second, at
    most `LEAD`, over `LEAD`; `foreign` 1 when the document is in another language than the
    question, whose cosines are lower.
    """

    span: float
    answerable: float
    sentence: float
    words: float
    context: float
    names: float
    lead: float
    foreign: float


FAR, LEAD = 12.0, 4.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over `Signs`, fitted by benchmarks/fit.py with its reader's weights."""

    weights: Signs
    bias: float

    def probability(self, signs: Signs) -> float:
        pairs = zip(astuple(self.weights), astuple(signs), strict=True)
        log_odds = self.bias + sum(weight * sign for weight, sign in pairs)
        return 1.0 / (1.0 + math.exp(-log_odds))


READ = Calibration(Signs(0.5, 4.6, 0.0, 0.71, -0.18, 0.28, 2.5, -0.05), -2.69)
# The same of what asks yes or no, which has no words that answer it, only a sentence that settles
# it: the reader is less sure of that.
SETTLED = Calibration(Signs(1.25, 1.01, 0.0, -0.03, 0.11, 1.47, 1.32, 0.5), -2.65)
UNREAD = Calibration(Signs(0.0, 0.0, 20.8, 1.9, 0.0, 0.0, 2.3, 1.8), -20.4)


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """The probability, 0 to 1, that the first of `candidates` answers `question`; 0 if there are
    none."""
    if not candidates:
        return 0.0
    if candidates[0].read is None:
        calibration = UNREAD
    elif asks_whether(question.text, question.language):
        calibration = SETTLED
    else:
        calibration = READ
    return calibration.probability(signs_of(question, candidates))


def signs_of(question: Question, candidates: Sequence[Candidate]) -> Signs:
    """What `confidence` weighs; there must be at least one candidate."""
    best = candidates[0]
    if len(candidates) > 1:
        lead = min(best.score - candidates[1].score, LEAD)
    else:
        # Alone among those compared is no sign of being right; alone after reading is one, since
        # the rest was too far off to be read.
        lead = LEAD if best.read else 0.0
    read = best.read or Read(0.0, 0.0)
    return Signs(
        span=_bounded(read.span),
        answerable=_bounded(read.answerable),
        sentence=best.evidence.sentence,
        words=best.evidence.words,
        context=best.evidence.context,
        names=best.evidence.names,
        lead=lead / LEAD,
        foreign=float(best.hit.passage.document.language != question.language),
    )


def _bounded(logit: float) -> float:
    return max(-1.0, min(1.0, logit / FAR))
