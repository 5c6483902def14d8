"""What an answer is made of: frozen, and complete without the index that it came from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reprint:
    """Another document that prints the words of a citation, as reprinted from one agency by
    another; what it is called is what a citation's document is called."""

    source: str
    title: str
    date: str | None
    agency: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """One quoted sentence. `quote == document.text[start:end]`, character for character.

    `number` counts from 1 in order of appearance; `source` is the document's path relative to its
    corpus folder; `date` an ISO string of the precision known, or None; `highlight` the offsets of
    the short answer in the document, or None; `agency` who published the document, as it says.
    `reprints` are the other documents of the same dispatch that hold these words, the oldest first;
    `page` is the page, from 1, where the quote begins, or None for a document without pages.
    """

    number: int
    source: str
    title: str
    date: str | None
    language: str
    start: int
    end: int
    quote: str
    highlight: tuple[int, int] | None = None
    agency: str | None = None
    reprints: tuple[Reprint, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that was read, with the scores that brought it here: `score` is the fused one,
    `dense` a cosine and `words` a BM25 score (None where no word of the question met)."""

    source: str
    title: str
    date: str | None
    language: str
    start: int
    end: int
    text: str
    score: float
    dense: float
    words: float | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an answer that compares: who it is about, such as «Algérie – Russie», and the
    numbers of its citations."""

    title: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `text` is the answer as shown: quotes followed by [1], [2]…, or, when `abstained`, one sentence
    in the question's language that says so. `short` is the exact span that answers, or None.
    `confidence` is the calibrated probability, 0 to 1, that the first citation answers the
    question. `reason` says why when abstaining. `passages` are what was retrieved, not citations.
    `notes` say in the question's language what to know about the documents cited, such as that one
    has no date; `sections` divide the citations of a comparison, and are empty otherwise.
    """

    question: str
    language: str
    text: str
    short: str | None
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    reason: str | None
    passages: tuple[Retrieved, ...]
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain lists, strings and numbers, ready for JSON."""
        return asdict(self)
