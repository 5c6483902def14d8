"""The reader that reads nothing: it compares the question with each sentence, by vectors and words.

It finds no span within the sentence, so its answers have no `short`. It stands in where the trained
reader cannot run, and shows what that one is worth. How sure to be of the best candidate is left to
`qa.confidence`.
"""

from __future__ import annotations

from index import Found

from ..expected import expected_by
from ..question import Question
from .candidates import Candidate, Evidence, ranked
from .evidence import evidence_of

# Weights of the evidence in a candidate's score: a conditional logit of «which sentence answers»,
# fitted by benchmarks/fit.py; RESULTS.md names the questions and has the scores.
RELATIVE, PASSAGE, WORDS, EXPECTED = 41.0, 49.2, 1.9, 2.2


class SentenceReader:
    """Ranks sentences by a fitted combination of vector and word evidence."""

    def read(
        self, question: Question, found: Found, passages: int | None = None
    ) -> list[Candidate]:
        """Candidates, best first; comparing costs little, so all passages are compared unless
        fewer are asked for."""
        kind = expected_by(question.text)
        return ranked(
            Candidate(hit, sentence, _score(evidence), None, evidence, matched)
            for hit in found.hits[:passages]
            for sentence, evidence, matched in evidence_of(found, hit, kind)
        )


def _score(evidence: Evidence) -> float:
    return (
        RELATIVE * evidence.relative
        + PASSAGE * evidence.passage
        + WORDS * evidence.words
        + EXPECTED * evidence.expected
    )
