"""What the index holds, document by document, as the window lists it.

Read once for every state of the index, and shared by all sessions: it holds documents, and nothing
about who asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index import Index
from index.countries import pair_of

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document: `pair` are the two countries that it is about (ISO 3166, in the order of the
    alphabet) or None, `passages` how many it is cut into, `indexed` the day when (ISO, UTC)."""

    source: str
    title: str
    date: str | None
    language: str
    agency: str | None
    passages: int
    indexed: str
    pair: Pair | None


def entries_of(index: Index) -> tuple[Entry, ...]:
    """Every document, the newest first, those without a date last."""
    return _entries(index, index.generation())


def pairs_of(entries: Iterable[Entry]) -> list[Pair]:
    """The pairs of countries, those with most documents first."""
    counted = Counter(entry.pair for entry in entries if entry.pair)
    return [pair for pair, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


@lru_cache(maxsize=4)
def _entries(index: Index, generation: int) -> tuple[Entry, ...]:
    entries = [
        Entry(
            listed.document.source,
            listed.document.title,
            listed.document.date,
            listed.document.language,
            listed.document.agency,
            listed.passages,
            listed.indexed,
            pair_of(listed.document),
        )
        for listed in index.listing()
    ]
    entries.sort(key=lambda entry: entry.source)
    entries.sort(key=lambda entry: entry.date or "", reverse=True)
    return tuple(entries)
