"""Question and passages → candidate sentences with a score: the seam where a trained reader stands.

`SentenceReader` reads nothing: it compares the question with each sentence, by vectors and by
words. It finds no span within the sentence, so its answers have no `short`. How sure to be of the
best candidate is left to `qa.confidence`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
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

    `sentence` and `passage` are cosines with the question; `relative` is `sentence` less the mean of
    all candidates in the same language, since vectors of one language lie closer together than those
    of two; `words` and `context` the share of the question's words, weighted by rarity, that the
    sentence and its whole passage hold; `expected` is 1 when the question asks who, when or how many
    and the sentence names somebody, a time or a number, and 0 otherwise.
    """

    sentence: float
    relative: float
    passage: float
    words: float
    context: float
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
# fitted by benchmarks/fit.py, which names the questions it was fitted on; RESULTS.md has the scores.
RELATIVE, PASSAGE, WORDS, CONTEXT, EXPECTED = 46.4, 39.7, 1.9, 4.4, 1.8


class SentenceReader:
    """Ranks sentences by a fitted combination of vector and word evidence."""

    def read(self, question: Question, found: Found) -> list[Candidate]:
        best: dict[tuple[str, int], Candidate] = {}
        means = _mean_cosines(found)
        kind = expected_by(question.text)
        for hit in found.hits:
            for candidate in _candidates(found, hit, means, kind):
                key = (hit.passage.document.source, candidate.sentence.start)
                if key not in best or candidate.score > best[key].score:
                    best[key] = candidate
        return sorted(best.values(), key=lambda candidate: -candidate.score)


def _candidates(
    found: Found, hit: Hit, means: Mapping[str, float], kind: Expected | None
) -> list[Candidate]:
    passage = hit.passage
    text, language = passage.document.text, passage.document.language
    cosines = hit.sentence_vectors @ found.vector
    inside = [_words(text[s.start : s.end], language) for s in passage.sentences]
    context, _ = _coverage(found.terms, [word for words in inside for word in words])
    candidates = []
    for span, cosine, words in zip(passage.sentences, cosines.tolist(), inside, strict=True):
        share, matched = _coverage(found.terms, words)
        evidence = Evidence(
            sentence=cosine,
            relative=cosine - means[language],
            passage=hit.dense if hit.dense is not None else statistics.fmean(cosines.tolist()),
            words=share,
            context=context,
            expected=float(kind is not None and holds(text[span.start : span.end], kind)),
        )
        candidates.append(Candidate(hit, span, _score(evidence), None, evidence, matched))
    return candidates


def _score(evidence: Evidence) -> float:
    return (
        RELATIVE * evidence.relative
        + PASSAGE * evidence.passage
        + WORDS * evidence.words
        + CONTEXT * evidence.context
        + EXPECTED * evidence.expected
    )


def _mean_cosines(found: Found) -> dict[str, float]:
    """The mean cosine of the question with every sentence found, by the documents' language."""
    cosines: dict[str, list[float]] = {}
    for hit in found.hits:
        language = hit.passage.document.language
        cosines.setdefault(language, []).extend((hit.sentence_vectors @ found.vector).tolist())
    return {language: statistics.fmean(values) for language, values in cosines.items()}


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
