"""The reader that reads: for each sentence, the span in it that answers, and how surely.

What the network sees is fused with what retrieval saw of the sentence. How sure to be of the best
candidate is left to `qa.confidence`.
"""

from __future__ import annotations

from collections.abc import Iterator

from index import Found, Hit, Passage, Span

from ..expected import Expected, expected_by
from ..question import Question
from .candidates import PASSAGES, Candidate, Evidence, Read, ranked
from .evidence import evidence_of
from .model import SpanModel
from .pairs import header_of
from .spans import Reading
from .spelling import spelt_as_in

# Weights in a candidate's score, fitted as those of `SentenceReader`.
SPAN, ANSWERABLE = 0.278, -0.041
RELATIVE, PASSAGE, WORDS, CONTEXT, EXPECTED = 10.9, 34.5, 1.06, 1.25, 0.37

FAR_BELOW = 0.05  # the best passage's score: one that scores less is not read

_EDGES = " \t\r\n,;:.…!?،؛؟«»“”„\"'’‘()[]–—-"
_PAIRS = {"(": ")", "«": "»", "“": "”"}


class TrainedReader:
    """Ranks sentences by the best span in each, with its passage's and its own evidence."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model

    def read(self, question: Question, found: Found, passages: int = PASSAGES) -> list[Candidate]:
        kind, hits = expected_by(question.text), worth_reading(found, passages)
        readings = self._model.read([_pair(question, found, hit.passage) for hit in hits])
        return ranked(
            candidate
            for hit, reading in zip(hits, readings, strict=True)
            for candidate in _candidates(found, hit, reading, kind)
        )


def _pair(question: Question, found: Found, passage: Passage) -> tuple[str, str, str]:
    """The question, with names as the passage and what stands above it spell them, the header and
    the passage."""
    header, text = header_of(passage), passage.text
    told = f"{header} {text}"
    asked = spelt_as_in(told, passage.language, question.text, found.language, found.terms)
    return asked, header, text


def worth_reading(found: Found, passages: int) -> list[Hit]:
    """The hits that are near enough to the best to be read, best first, at most so many."""
    return [hit for hit in found.hits[:passages] if hit.score >= found.hits[0].score - FAR_BELOW]


def _candidates(
    found: Found, hit: Hit, reading: Reading, kind: Expected | None
) -> Iterator[Candidate]:
    at = hit.passage.start
    for sentence, evidence, matched in evidence_of(found, hit, kind):
        best = reading.best(sentence.start - at, sentence.end - at)
        if best is not None:
            read = Read(best.score, reading.answerable)
            short = trimmed(hit.passage.document.text, best.start + at, best.end + at)
            score = _score(read, evidence)
            yield Candidate(hit, sentence, score, short, evidence, matched, read)


def _score(read: Read, evidence: Evidence) -> float:
    return (
        SPAN * read.span
        + ANSWERABLE * read.answerable
        + RELATIVE * evidence.relative
        + PASSAGE * evidence.passage
        + WORDS * evidence.words
        + CONTEXT * evidence.context
        + EXPECTED * evidence.expected
    )


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the blanks and marks at its ends, but for brackets and quotes that it both
    opens and closes; as it is if nothing else would be left."""
    first, last = start, end
    while first < last and text[first] in _EDGES:
        if _PAIRS.get(text[first], "\0") in text[first:last]:
            break
        first += 1
    while first < last and text[last - 1] in _EDGES:
        opening = next((o for o, c in _PAIRS.items() if c == text[last - 1]), "\0")
        if opening in text[first:last]:
            break
        last -= 1
    return Span(first, last) if first < last else Span(start, end)
