"""Question and passages → candidate sentences with a score: the seam where a trained reader stands.

`SentenceReader` reads nothing: it compares the question with each sentence, by vectors and by
words. It finds no span within the sentence, so its answers have no `short`. How sure to be of the
best candidate is left to `qa.confidence`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from index import Found, Hit, Span, Term
from index.words import Word, words_of

from .expected import Expected, expected_by, holds
from .question import Question


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is seen of a sentence without reading it.

    `sentence` is its cosine with the question; `relative` the same less the mean of its language,
    since vectors of one language lie together; `passage` its passage's fused score; `words` the
    share of the question's words, weighted by rarity, that it holds; `expected` is 1 when the
    question asks who, when or how many and the sentence names somebody, a time or a number, and 0
    otherwise.
    """

    sentence: float
    relative: float
    passage: float
    words: float
    expected: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: `score` ranks it among the others; `short` is the span of the
    exact answer in the document, or None; `matched` the question's words met in the sentence."""

    hit: Hit
    sentence: Span
    score: float
    short: Span | None
    evidence: Evidence
    matched: tuple[str, ...]


class Reader(Protocol):
    def read(self, question: Question, found: Found) -> list[Candidate]:
        """Candidates, best first; a sentence that two passages share appears once."""


# Weights of the evidence in a candidate's score: a conditional logit of «which sentence answers»,
# fitted by benchmarks/fit.py; RESULTS.md names the questions and has the scores.
RELATIVE, PASSAGE, WORDS, EXPECTED = 41.0, 49.2, 1.9, 2.2


class SentenceReader:
    """Ranks sentences by a fitted combination of vector and word evidence."""

    def read(self, question: Question, found: Found) -> list[Candidate]:
        best: dict[tuple[str, int], Candidate] = {}
        kind = expected_by(question.text)
        for hit in found.hits:
            for candidate in _candidates(found, hit, kind):
                key = (hit.passage.document.source, candidate.sentence.start)
                if key not in best or candidate.score > best[key].score:
                    best[key] = candidate
        return sorted(best.values(), key=lambda candidate: -candidate.score)


def _candidates(found: Found, hit: Hit, kind: Expected | None) -> list[Candidate]:
    passage = hit.passage
    text, language = passage.document.text, passage.document.language
    cosines = hit.sentence_vectors @ found.vector
    candidates = []
    for span, cosine in zip(passage.sentences, cosines.tolist(), strict=True):
        share, matched = _coverage(found.terms, _words(text[span.start : span.end], language))
        evidence = Evidence(
            sentence=cosine,
            relative=cosine - hit.language_mean,
            passage=hit.score,
            words=share,
            expected=float(kind is not None and holds(text[span.start : span.end], kind, language)),
        )
        candidates.append(Candidate(hit, span, _score(evidence), None, evidence, matched))
    return candidates


def _score(evidence: Evidence) -> float:
    return (
        RELATIVE * evidence.relative
        + PASSAGE * evidence.passage
        + WORDS * evidence.words
        + EXPECTED * evidence.expected
    )


def _coverage(terms: Sequence[Term], words: Sequence[Word]) -> tuple[float, tuple[str, ...]]:
    """The share of the terms' rarity that `words` hold, and the terms met."""
    stems = {word.stem for word in words}
    sounds = {word.sound for word in words if word.sound}
    met = [term for term in terms if term.stem in stems or (term.sound and term.sound in sounds)]
    whole = math.fsum(term.rarity for term in terms)
    share = math.fsum(term.rarity for term in met) / whole if whole else 0.0
    return share, tuple(term.text for term in met)


@lru_cache(maxsize=20_000)
def _words(sentence: str, language: str) -> tuple[Word, ...]:
    return tuple(words_of(sentence, language))
