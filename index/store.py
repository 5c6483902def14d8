"""What an index asks of the place where it is kept: the seam between retrieval and storage.

A `Store` shows readers one state at a time, as a `Snapshot`, and changes as a whole or not at all,
through a `Writer`. `index.local` keeps one in a folder (SQLite and FAISS); whatever else keeps
documents, passages, vectors and words can stand in its place. What is stored is computed in
`index.build`, what is found is scored in `index.search`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from .bm25 import Columns, Phrase
from .documents import Document
from .encoder import Vectors
from .files import Facts
from .filters import Filters
from .passages import Passage, Span
from .terms import Term

STORED = np.float16  # of a vector's numbers; against float32 the cosine differs by less than 1e-4


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with all that is computed from it, as it is stored.

    `sha256` is its file's, `facts` what the file says beside the text, `signature` what near-
    duplicates are told by. `words` has a row for each passage; vectors are [passages, dimension]
    and [sentences, dimension].
    """

    document: Document
    sha256: str
    facts: Facts
    signature: bytes
    passages: Sequence[Passage]
    words: Sequence[Columns]
    passage_vectors: Vectors
    sentences: Sequence[Span]
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Listed:
    """A document, the number of its passages, when it was indexed (ISO, UTC), and the number that
    it shares with the other documents of its dispatch."""

    document: Document
    passages: int
    indexed: str
    dispatch: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as it is stored: `document` is the key of its document, `dispatch` the number that
    documents of one dispatch share, vectors are [dimension] and [sentences, dimension]."""

    key: int
    document: int
    dispatch: int
    language: str
    start: int
    end: int
    words: Columns
    vector: Vectors
    sentences: tuple[Span, ...]
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of each; `words` are those of all passages."""

    documents: int
    passages: int
    sentences: int
    words: int


class Snapshot(Protocol):
    """What a store held at one moment. Every method raises `IndexDamagedError` for what it should
    find and cannot."""

    def meta(self) -> Mapping[str, str]:
        """What was recorded with the last change: its model, recipe, corpus and columns."""

    def generation(self) -> int:
        """A number that changes with every change."""

    def counts(self) -> Counts: ...

    def dimension(self) -> int:
        """How many numbers a passage's vector has."""

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each document's file, by source."""

    def document(self, source: str) -> Document | None: ...

    def document_of(self, key: int) -> Document: ...

    def documents(self) -> list[Document]:
        """Every document, in the order of their sources."""

    def listed(self) -> list[Listed]:
        """Every document with what is known about it, in the order of their sources."""

    def reprints(self, source: str) -> list[Document]:
        """The other documents of the dispatch that this document belongs to: the oldest first,
        those without a date last."""

    def entries(self) -> Iterator[Entry]:
        """Everything, document by document, in the order of their sources."""

    def naming(self, terms: Sequence[Term], filters: Filters) -> list[int]:
        """The keys of the documents in which each of `terms`, one at least, is met."""

    def sentences_of(self, document: int) -> tuple[tuple[Span, ...], Vectors]:
        """The sentences of a document, in order, and their vectors [n, dimension]."""

    def frequencies(self, phrases: Sequence[Phrase]) -> dict[Phrase, int]:
        """In how many passages each occurs."""

    def frequency(self, phrases: Sequence[Phrase]) -> int:
        """In how many passages one of these occurs, or nearly so where they are common."""

    def vocabulary(self) -> list[str]:
        """Every stem that some passage holds, in order."""

    def candidates(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters
    ) -> list[int]:
        """The keys of the `limit` passages nearest to `vector`, counted from the mean of their
        language, and of the `limit` best by words, or nearly so; each once."""

    def language_means(self, vector: Vectors) -> dict[str, float]:
        """The cosine of `vector` with the average passage of each language."""

    def stored(self, keys: Sequence[int]) -> list[Stored]:
        """The passages with these keys, in this order."""

    def damage(self) -> list[str]:
        """What a check of the files themselves finds wrong; empty when all is well."""

    def inconsistencies(self) -> Iterator[str]:
        """Where what is derived (vectors to search by, words, numbers) differs from what it is
        derived from."""


class Writer(Protocol):
    """One change in the making; `warning` says in the end what could not be written that can be
    derived again."""

    warning: str | None

    def remove(self, source: str) -> None:
        """Forget a document; nothing happens if there is none."""

    def add(self, entry: Entry) -> None: ...

    def documents(self) -> int:
        """How many documents there are by now."""


class Store(Protocol):
    """A place where an index is kept; several threads may use one."""

    @property
    def place(self) -> str:
        """Where that is, as it is named in messages."""

    @property
    def folder(self) -> Path:
        """A folder of this machine that belongs to the index: for what a builder has encoded before
        it changes the store, and for what readers report."""

    def reading(self) -> AbstractContextManager[Snapshot]:
        """Raises `IndexMissingError` when there is no index, `IndexDamagedError` when it cannot be
        read."""

    def writing(self, meta: Mapping[str, str]) -> AbstractContextManager[Writer]:
        """Change the store, making it if there is none; `meta` is recorded with the change.

        Everything is kept on leaving the context, or nothing. Raises `IndexWriteError` (disk full,
        no permission) or `IndexDamagedError`; the store is then as it was before.
        """

    def derive(self) -> str | None:
        """Make what is derived from the state of the store, where it is lost; what could not be
        written, in a line."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep other builders out; raises `IndexBusyError` where one is at work."""
