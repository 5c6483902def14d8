"""Stores of passages, side by side: this project's, LangChain's FAISS store and txtai's.

Each keeps the same passages with the same vectors, is asked with the same vectors, and is otherwise
as it comes. What is measured of them is left to `benchmarks.others`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index import Filters, Index
from index.encoder import Vectors
from index.entries import RECIPE
from index.local import LocalStore
from index.store import Entry
from index.vectors import VectorIndex

from .copies import is_copy
from .fresh import Questions

_ALL = 10_000_000  # more than any of them holds
SHELVES = 100  # that the documents stand on, by which a search can be restricted

# What finds, for a question, the identities of so many passages, on one shelf or on all.
Search = Callable[[str, int, str | None], list[str]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as other stores are given it; `id` is its document's source, with its offsets."""

    id: str
    text: str
    source: str
    vector: Vectors

    @property
    def shelf(self) -> str:
        return shelf_of(self.source)


@dataclass(frozen=True, slots=True)
class Held:
    """What a store that was opened holds: documents by their sources, passages, and vectors."""

    documents: frozenset[str]
    passages: int
    vectors: int


class Peer(Protocol):
    """A kind of store. `by_vectors` says whether it ranks by these alone, `offsets` says whether
    what it finds tells where it stands in its document."""

    @property
    def name(self) -> str: ...
    @property
    def by_vectors(self) -> bool: ...
    @property
    def offsets(self) -> str: ...

    def imports(self) -> None:
        """Import what it needs."""

    def create(self, folder: Path, entries: Sequence[Entry]) -> None:
        """Keep these documents in a folder that is not there yet."""

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        """What adds these documents to those in the folder, which is opened before."""

    def open(self, folder: Path, questions: Questions) -> Search: ...

    def held(self, folder: Path) -> Held:
        """Raises whatever the store raises where it cannot be opened."""


@dataclass(frozen=True, slots=True)
class Entente:
    """This project's store: searched as questions are (`Index.search`), or by vectors alone."""

    model: str
    words: bool

    @property
    def name(self) -> str:
        return "Entente" if self.words else "Entente, vectors alone"

    @property
    def by_vectors(self) -> bool:
        return not self.words

    @property
    def offsets(self) -> str:
        return "yes"

    def imports(self) -> None:
        """All is imported above."""

    def create(self, folder: Path, entries: Sequence[Entry]) -> None:
        self._write(LocalStore(folder), entries)

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        store = LocalStore(folder)
        return lambda: self._write(store, entries)

    def open(self, folder: Path, questions: Questions) -> Search:
        index = Index.open(LocalStore(folder), questions)
        shelves: dict[str, list[str]] = {}
        for document in index.documents():
            shelves.setdefault(shelf_of(document.source), []).append(document.source)

        def fused(question: str, limit: int, shelf: str | None) -> list[str]:
            language = questions.languages[questions.texts.index(question)]
            hits = index.search(question, language, filters(shelf), limit).hits
            return [
                identity(hit.passage.document.source, hit.passage.start, hit.passage.end)
                for hit in hits
            ]

        def nearest(question: str, limit: int, shelf: str | None) -> list[str]:
            vector = questions.encode_queries([question])[0]
            with store.reading() as snapshot:
                found = snapshot.stored(snapshot.nearest(vector, limit, filters(shelf)))
                return [
                    identity(snapshot.document_of(one.document).source, one.start, one.end)
                    for one in found
                ]

        def filters(shelf: str | None) -> Filters:
            return Filters(sources=None if shelf is None else shelves.get(shelf, []))

        store = LocalStore(folder)
        return fused if self.words else nearest

    def held(self, folder: Path) -> Held:
        with LocalStore(folder).reading() as snapshot:
            if damage := snapshot.damage():
                raise ValueError(damage[0])
            passages = snapshot.counts().passages
            # Where the file of vectors is lost, it is derived again.
            vectors = VectorIndex.load(folder, snapshot.generation())
            return Held(
                frozenset(snapshot.hashes()),
                passages,
                passages if vectors is None else len(vectors),
            )

    def _write(self, store: LocalStore, entries: Sequence[Entry]) -> None:
        meta = {"model": self.model, "recipe": RECIPE, "corpus": ".", "columns": ""}
        with store.alone(), store.writing(meta) as writer:
            for entry in entries:
                writer.add(entry)


@dataclass(frozen=True, slots=True)
class LangChain:
    """`langchain_community.vectorstores.FAISS`, saved after each change."""

    @property
    def name(self) -> str:
        return "LangChain FAISS"

    @property
    def by_vectors(self) -> bool:
        return True

    @property
    def offsets(self) -> str:
        return "as metadata, if given"

    def imports(self) -> None:
        from langchain_community.vectorstores import FAISS  # noqa: F401

    def create(self, folder: Path, entries: Sequence[Entry]) -> None:
        from langchain_community.vectorstores import FAISS

        pairs, metadatas, ids = self._given(entries)
        FAISS.from_embeddings(pairs, _embeddings(None), metadatas, ids).save_local(str(folder))

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        store = self._loaded(folder, None)

        def add() -> None:
            pairs, metadatas, ids = self._given(entries)
            store.add_embeddings(pairs, metadatas, ids)
            store.save_local(str(folder))

        return add

    def open(self, folder: Path, questions: Questions) -> Search:
        store = self._loaded(folder, questions)

        def search(question: str, limit: int, shelf: str | None) -> list[str]:
            chosen = None if shelf is None else {"shelf": shelf}
            return [str(one.id) for one in store.similarity_search(question, limit, filter=chosen)]

        return search

    def held(self, folder: Path) -> Held:
        store = self._loaded(folder, None)
        kept = store.get_by_ids(list(store.index_to_docstore_id.values()))
        return Held(
            frozenset(one.metadata["source"] for one in kept), len(kept), store.index.ntotal
        )

    def _loaded(self, folder: Path, questions: Questions | None) -> Any:
        from langchain_community.vectorstores import FAISS

        return FAISS.load_local(
            str(folder), _embeddings(questions), allow_dangerous_deserialization=True
        )

    def _given(
        self, entries: Sequence[Entry]
    ) -> tuple[list[tuple[str, list[float]]], list[dict[str, str]], list[str]]:
        pieces = pieces_of(entries)
        return (
            [(piece.text, piece.vector.tolist()) for piece in pieces],
            [{"source": piece.source, "shelf": piece.shelf} for piece in pieces],
            [piece.id for piece in pieces],
        )


@dataclass(frozen=True, slots=True)
class Txtai:
    """`txtai.Embeddings` with its texts, saved after each change; `hybrid` with words beside the
    vectors."""

    hybrid: bool

    @property
    def name(self) -> str:
        return "txtai, hybrid" if self.hybrid else "txtai"

    @property
    def by_vectors(self) -> bool:
        return not self.hybrid

    @property
    def offsets(self) -> str:
        return "as columns, if given"

    def imports(self) -> None:
        import txtai  # noqa: F401

    def create(self, folder: Path, entries: Sequence[Entry]) -> None:
        from txtai import Embeddings

        pieces = pieces_of(entries)
        store = Embeddings(
            method="external", transform=_known(pieces), content=True, hybrid=self.hybrid
        )
        store.index(self._rows(pieces))
        store.save(str(folder))

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        pieces = pieces_of(entries)
        store = self._loaded(folder, _known(pieces))

        def add() -> None:
            store.upsert(self._rows(pieces))
            store.save(str(folder))

        return add

    def open(self, folder: Path, questions: Questions) -> Search:
        store = self._loaded(folder, lambda texts: questions.encode_queries(texts))

        def search(question: str, limit: int, shelf: str | None) -> list[str]:
            if shelf is None:
                return [row["id"] for row in store.search(question, limit)]
            asked = "SELECT id FROM txtai WHERE similar(:question) AND shelf = :shelf"
            given = {"question": question, "shelf": shelf}
            return [row["id"] for row in store.search(asked, limit, parameters=given)]

        return search

    def held(self, folder: Path) -> Held:
        store = self._loaded(folder, lambda texts: np.zeros((len(texts), 1), np.float32))
        kept = store.search("SELECT id, source FROM txtai", _ALL)
        vectors = store.ann.count()
        store.close()  # or it keeps others from writing
        return Held(frozenset(row["source"] for row in kept), len(kept), vectors)

    def _loaded(self, folder: Path, transform: Callable[[list[str]], Vectors]) -> Any:
        from txtai import Embeddings

        store = Embeddings()
        store.load(str(folder), config={"transform": transform})
        return store

    def _rows(self, pieces: Sequence[Piece]) -> list[tuple[str, dict[str, str]]]:
        return [
            (piece.id, {"text": piece.text, "source": piece.source, "shelf": piece.shelf})
            for piece in pieces
        ]


def peers(model: str) -> tuple[Peer, ...]:
    """All of them; `model` is what the vectors are by."""
    return (
        Entente(model, words=True),
        Entente(model, words=False),
        LangChain(),
        Txtai(hybrid=False),
        Txtai(hybrid=True),
    )


def pieces_of(entries: Sequence[Entry]) -> list[Piece]:
    """The passages of documents. A copy's text ends in its source: txtai knows vectors by texts."""
    return [
        Piece(
            identity(source, passage.start, passage.end),
            f"{passage.text} {source}" if is_copy(source) else passage.text,
            source,
            vector,
        )
        for entry in entries
        for source in [entry.document.source]
        for passage, vector in zip(entry.passages, entry.passage_vectors, strict=True)
    ]


def identity(source: str, start: int, end: int) -> str:
    """What a passage is called; one may begin where another does."""
    return f"{source}:{start}-{end}"


def source_of(identity: str) -> str:
    """The source of the document of a passage."""
    return identity.rpartition(":")[0]


def shelf_of(source: str) -> str:
    """The shelf that a document stands on."""
    return str(zlib.crc32(source.encode()) % SHELVES)


def _known(pieces: Sequence[Piece]) -> Callable[[list[str]], Vectors]:
    vectors = {piece.text: piece.vector for piece in pieces}
    return lambda texts: np.stack([vectors[text] for text in texts])


def _embeddings(questions: Questions | None) -> Any:
    """Questions as LangChain's `Embeddings`; it is given the vectors of passages."""
    from langchain_core.embeddings import Embeddings

    class Given(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise NotImplementedError("the vectors of passages are given")

        def embed_query(self, text: str) -> list[float]:
            if questions is None:
                raise NotImplementedError("no questions are given")
            vector: list[float] = questions.encode_queries([text])[0].tolist()
            return vector

    return Given()
