"""What a reader returns: candidate sentences, and the protocol that readers share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from index import Found, Hit, Met, Span

from ..question import Question

# Reading is what an answer costs: so many of the best passages are read. Among these is the one
# that answers for 99 in 100 of the fit's questions.
PASSAGES = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is seen of a sentence without reading it.

    `sentence` is its cosine with the question; `relative` the same less the mean of its language,
    since vectors of one language lie together; `passage` its passage's fused score; `words` the
    share of the question's words, weighted by rarity, that it holds, and `context` the share that
    its passage and its document's title and opening sentence hold, and `names` the share of its
    names that these hold, 1 if it has none; `expected` is 1 when the question asks who, when or how
    many and the sentence names somebody, a time or a number, and 0 otherwise.
    """

    sentence: float
    relative: float
    passage: float
    words: float
    context: float
    names: float
    expected: float


@dataclass(frozen=True, slots=True)
class Read:
    """What the trained reader saw of a sentence: `span` is how much likelier its best span is than
    no answer, and `answerable` how likely its passage answers at all; both are logits, 0 is even.
    """

    span: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `score` ranks it among the others; `short` is the span of the
    exact answer in the document and `read` what was read there, both None where nothing was;
    `matched` the question's words met in the sentence, and how."""

    hit: Hit
    sentence: Span
    score: float
    short: Span | None
    evidence: Evidence
    matched: tuple[Met, ...]
    read: Read | None = None


class Reader(Protocol):
    def read(self, question: Question, found: Found, passages: int = PASSAGES) -> list[Candidate]:
        """Candidates from at most so many of the best passages, best first; a sentence that two
        passages share appears once."""


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, best first, each sentence once."""
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        key = (candidate.hit.passage.document.source, candidate.sentence.start)
        if key not in best or candidate.score > best[key].score:
            best[key] = candidate
    return sorted(best.values(), key=lambda candidate: -candidate.score)
