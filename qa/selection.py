"""What is to be quoted, before it is an `Answer`: the sentences, in order, and how sure we are.

Each kind of question has its own way to choose: `choosing` among what was read, `digest` from whole
documents, `roles` for a person. `compose` makes an answer of any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from index import Document, Span

from .reader import Candidate


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence to be cited, and the span in it that answers, where that is known."""

    document: Document
    sentence: Span
    short: Span | None = None

    @classmethod
    def of(cls, candidate: Candidate) -> Quote:
        return cls(candidate.hit.passage.document, candidate.sentence, candidate.short)

    @property
    def text(self) -> str:
        return self.document.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True)
class Selection:
    """The quotes of an answer, in order, the best first unless they tell a story; `confidence`, 0
    to 1, is how sure we are of the first. Without quotes, `reason` says why, where that is known.

    A `story` is told in the order of time. `groups` divides the quotes of a comparison: a title,
    and how many quotes stand under it.
    """

    quotes: tuple[Quote, ...]
    confidence: float
    reason: str | None = None
    story: bool = False
    groups: tuple[tuple[str, int], ...] = ()
