"""Candidates as a reader returns them, made by hand for the tests of what is chosen from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index import Document, Hit, Met, Passage, Span
from index.terms import How
from qa.reader import Candidate, Evidence, Read

LIKELY = Read(8.0, 8.0)


def document(
    text: str, source: str = "a.txt", date: str | None = "2024", language: str = "fr"
) -> Document:
    return Document(source, text, "Titre", language, date, None, 0)


def candidate(
    document: Document,
    sentence: str,
    score: float,
    *,
    short: str | None = None,
    read: Read | None = LIKELY,
    met: Sequence[Met] = (),
) -> Candidate:
    """`sentence` of a document, and the answer `short` in it; each the first that is so spelt."""
    start = document.text.index(sentence)
    span = Span(start, start + len(sentence))
    found = None
    if short is not None:
        first = document.text.index(short, start)
        found = Span(first, first + len(short))
    whole = Passage(document, 0, len(document.text), (span,), document.language)
    hit = Hit(whole, 0.1, 0.9, 0.8, None, np.zeros((1, 4), np.float32))
    return Candidate(
        hit, span, score, found, Evidence(0.95, 0.1, 0.1, 1.0, 1.0, 1.0, 1.0), tuple(met), read
    )


def alone(
    sentence: str,
    score: float,
    *,
    source: str = "a.txt",
    date: str | None = "2024",
    language: str = "fr",
    short: str | None = None,
    read: Read | None = LIKELY,
    met: Sequence[Met] = (),
) -> Candidate:
    """The only sentence of a document of its own."""
    made = document(sentence, source, date, language)
    return candidate(made, sentence, score, short=short, read=read, met=met)


def sounds(*words: str) -> tuple[Met, ...]:
    """Names that were met by their sound."""
    return tuple(Met(word, word, How.SOUND) for word in words)


def quoted(candidates: Sequence[Candidate]) -> list[str]:
    return [c.hit.passage.document.text[c.sentence.start : c.sentence.end] for c in candidates]


def sources(candidates: Sequence[Candidate]) -> list[str]:
    return [c.hit.passage.document.source for c in candidates]
