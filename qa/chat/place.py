"""Where a citation points, as the browser carries it from the message to the source panel.

What comes back from a browser is not trusted: it is checked here, against the document, and never
taken for a path. The server keeps nothing between the answer and the click.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from index import Document

from ..types import Citation

MAX_CHARACTERS = 5_000  # of a place as sent; the longest source name a file system allows fits


class PlaceError(ValueError):
    """What the browser sent is not a place in any document."""


class ChangedError(PlaceError):
    """The document does not hold the quoted words there, or not any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a document, the span of the exact answer in it if any, and a digest of the quoted
    words, which tells whether the document is still the one that was quoted."""

    source: str
    start: int
    end: int
    highlight: tuple[int, int] | None
    digest: str

    @classmethod
    def of(cls, citation: Citation) -> Place:
        return cls(
            citation.source,
            citation.start,
            citation.end,
            citation.highlight,
            _digest(citation.quote),
        )

    @classmethod
    def parse(cls, sent: object) -> Place:
        """The place that `str` wrote; raises `PlaceError` for anything else."""
        if not isinstance(sent, str) or len(sent) > MAX_CHARACTERS:
            raise PlaceError("a place is a short string")
        try:
            match json.loads(sent):
                case [str(source), int(start), int(end), first, last, str(digest)]:
                    return cls(source, start, end, _highlight(first, last), digest)
        except (ValueError, RecursionError):
            pass
        raise PlaceError(f"{sent[:80]!r} is not a place")

    def __str__(self) -> str:
        first, last = self.highlight or (None, None)
        place = [self.source, self.start, self.end, first, last, self.digest]
        return json.dumps(place, ensure_ascii=False, separators=(",", ":"))

    def check(self, document: Document) -> None:
        """Raise `ChangedError` unless `document` holds the quoted words at this place."""
        within = 0 <= self.start < self.end <= len(document.text)
        if not within or _digest(document.text[self.start : self.end]) != self.digest:
            raise ChangedError(f"{self.source} does not hold the quote at {self.start}:{self.end}")


def _highlight(first: object, last: object) -> tuple[int, int] | None:
    match (first, last):
        case (None, None):
            return None
        case (int(), int()):
            return first, last
    raise PlaceError("a highlight is two offsets or none")


def _digest(quote: str) -> str:
    return sha256(quote.encode()).hexdigest()[:16]
