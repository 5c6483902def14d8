"""Documents that print one dispatch: its words are quoted once, from the one that printed it first.

A reprint is no second source. Which documents print one dispatch is the index's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Document
from index.documents import printed
from index.reprints import folded, holds

from .reader import Candidate
from .selection import Quote

# From the source of a document, the others that print its dispatch: `Index.reprints`.
Reprints = Callable[[str], Sequence[Document]]


def told_once(candidates: Sequence[Candidate], reprints: Reprints) -> list[Candidate]:
    """The candidates, best first, without those that repeat another: of a sentence that several
    documents of a dispatch print, the first one's, which stands where the best of them stood."""
    kept: list[Candidate] = []
    saying: dict[str, list[int]] = {}
    for candidate in candidates:
        quote = Quote.of(candidate)
        alike = saying.setdefault(_words(quote), [])
        at = next((at for at in alike if _is_reprint(quote, Quote.of(kept[at]), reprints)), None)
        if at is None:
            alike.append(len(kept))
            kept.append(candidate)
        elif printed(quote.document) < printed(kept[at].hit.passage.document):
            kept[at] = replace(candidate, score=kept[at].score, read=kept[at].read)
    return kept


def repeats(one: Quote, other: Quote, reprints: Reprints) -> bool:
    """Whether two quotes are one, or the same words in two documents of a dispatch."""
    return one == other or (_words(one) == _words(other) and _is_reprint(one, other, reprints))


def printing(quote: Quote, reprints: Reprints) -> tuple[Document, ...]:
    """The other documents of its dispatch that hold the words of a quote."""
    others = reprints(quote.document.source)
    return tuple(other for other in others if holds(other.text, quote.text))


def _words(quote: Quote) -> str:
    return folded(quote.text)


def _is_reprint(one: Quote, other: Quote, reprints: Reprints) -> bool:
    others = reprints(other.document.source)
    return any(document.source == one.document.source for document in others)
