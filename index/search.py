"""An opened index: a question → the passages that may answer it, nearest first.

Two measures are fused: nearness of vectors, which knows meaning in any language, and shared words,
which knows names. A store finds candidates by each; they are scored here, from what is stored of
them, so that an answer does not depend on how a store finds. Reading the passages is left to `qa`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .bm25 import Phrase, Statistics, scored
from .documents import Document, printed
from .encoder import Encoder, Vectors, load
from .errors import IndexDamagedError, ModelError
from .filters import EVERYTHING, Filters
from .fusion import fused
from .names import nearly_named
from .passages import Passage, Span
from .places import store_at
from .store import Listed, Snapshot, Store, Stored
from .terms import Term, terms_of, weight
from .words import near

POOL = 50  # candidates that vectors and words each put forward
PASSAGES = 8  # passages returned; on the questions about the seeds the right one is among these
# Of the words of two passages of one dispatch, from which they are one passage. At 0.8 a passage
# gives way to one that is cut shorter, and with it what only the longer one says.
SAME = 0.9


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: its fused score, what that comes from, and its sentences' vectors [n,
    dimension].

    `dense` is its cosine with the question, `language_mean` the question's cosine with the average
    passage of its language, `words` its BM25 score, or None where no word met.
    """

    passage: Passage
    score: float
    dense: float
    language_mean: float
    words: float | None
    sentence_vectors: Vectors = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search returns: the hits, best first, and how the question was read."""

    vector: Vectors = field(repr=False, compare=False)
    language: str
    terms: tuple[Term, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A document and its sentences, in order, with their vectors [n, dimension]."""

    document: Document
    sentences: tuple[Span, ...]
    vectors: Vectors = field(repr=False, compare=False)


class Index:
    """An index, where it is kept, and the encoder that it was built with.

    Every search reads one state of the store; when another process has changed it, the next search
    sees the change.
    """

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self.store = store
        self.encoder = encoder
        self._stems: tuple[int, Sequence[str]] = (-1, ())

    @property
    def folder(self) -> Path:
        """The folder of this machine that belongs to the index."""
        return self.store.folder

    @classmethod
    def open(cls, place: Store | Path | str, encoder: Encoder | None = None) -> Index:
        """The index at `place`, with its own encoder unless one is given.

        Raises `IndexMissingError`, `IndexDamagedError`, or `ModelError` when `encoder` is not the
        model that the index was built with.
        """
        store = store_at(place)
        with store.reading() as snapshot:
            if encoder is not None:
                _check_model(store, snapshot, encoder)
            model = snapshot.meta()["model"]
        return cls(store, encoder or load(model))

    def search(
        self, question: str, language: str, filters: Filters = EVERYTHING, limit: int = PASSAGES
    ) -> Found:
        """The `limit` passages nearest to `question`, which is in `language` (ISO 639-1). Of
        passages that documents of one dispatch share, the first document's."""
        vector = self.encoder.encode_queries([question])[0]
        with self.store.reading() as snapshot:
            _check_model(self.store, snapshot, self.encoder)
            if snapshot.dimension() != len(vector):
                raise IndexDamagedError(
                    f"the index at {self.store.place} holds vectors of {snapshot.dimension()} "
                    f"numbers, expected {len(vector)}; mend it: "
                    f"python -m index repair {self.store.place}"
                )
            terms = _terms(snapshot, question, language, lambda: self._vocabulary(snapshot))
            phrases = [phrase for term in terms for phrase in term.phrases]
            pool = snapshot.candidates(vector, terms, POOL, filters)
            means = snapshot.language_means(vector)
            counts = snapshot.counts()
            known = Statistics(counts.passages, counts.words, snapshot.frequencies(phrases))
            whole = {foreign: weight(terms, foreign) or 1.0 for foreign in (False, True)}
            measured = []
            for one in snapshot.stored(pool):
                words = scored(one.words, phrases, known)
                dense, mean = float(one.vector @ vector), means[one.language]
                score = fused(
                    dense,
                    float((one.sentence_vectors @ vector).max()),
                    mean,
                    (words or 0.0) / whole[one.language != language],
                )
                measured.append((score, dense, mean, words, one))
            measured.sort(key=lambda row: -row[0])
            chosen = _without_reprints(snapshot, [one for *_, one in measured], limit)
            hits = [
                Hit(
                    passage=_passage(snapshot, one),
                    score=score,
                    dense=dense,
                    language_mean=mean,
                    words=words,
                    sentence_vectors=one.sentence_vectors,
                )
                for score, dense, mean, words, one in measured
                if one.key in chosen
            ]
        return Found(vector, language, terms, tuple(hits))

    def naming(self, terms: Sequence[Term], filters: Filters = EVERYTHING) -> list[Told]:
        """The documents in which each of `terms`, of which there is one at least, is met."""
        with self.store.reading() as snapshot:
            return [
                Told(snapshot.document_of(key), *snapshot.sentences_of(key))
                for key in snapshot.naming(terms, filters)
            ]

    def _vocabulary(self, snapshot: Snapshot) -> Sequence[str]:
        """The stems of the snapshot's generation, read once."""
        generation, stems = self._stems
        if generation != snapshot.generation():
            stems = snapshot.vocabulary()
            self._stems = snapshot.generation(), stems
        return stems

    def documents(self) -> list[Document]:
        """Every document, in the order of their sources."""
        with self.store.reading() as snapshot:
            return snapshot.documents()

    def listing(self) -> list[Listed]:
        """Every document with what the index knows about it, in the order of their sources."""
        with self.store.reading() as snapshot:
            return snapshot.listed()

    def generation(self) -> int:
        """A number that changes whenever the index does."""
        with self.store.reading() as snapshot:
            return snapshot.generation()

    def document(self, source: str) -> Document | None:
        """The document of this source, or None."""
        with self.store.reading() as snapshot:
            return snapshot.document(source)

    def reprints(self, source: str) -> tuple[Document, ...]:
        """The other documents that print the dispatch of this one: the oldest first, those without
        a date last."""
        with self.store.reading() as snapshot:
            return tuple(snapshot.reprints(source))


def _check_model(store: Store, snapshot: Snapshot, encoder: Encoder) -> None:
    model = snapshot.meta()["model"]
    if encoder.model != model:
        raise ModelError(
            f"the index at {store.place} was built with the model {model!r}, "
            f"not {encoder.model!r}; open it with that one, or build another index"
        )


def _passage(snapshot: Snapshot, one: Stored) -> Passage:
    document = snapshot.document_of(one.document)
    return Passage(document, one.start, one.end, one.sentences, one.language)


def _without_reprints(snapshot: Snapshot, ranked: Sequence[Stored], limit: int) -> set[int]:
    """The keys of the first `limit` of these passages, where one that documents of a dispatch share
    counts once, as the passage of the document that printed it first."""
    chosen: list[Stored] = []
    for one in ranked:
        twin = next((i for i, other in enumerate(chosen) if _same(one, other)), None)
        if twin is None:
            if len(chosen) == limit:
                break
            chosen.append(one)
        elif _first(snapshot, one, chosen[twin]):
            chosen[twin] = one
    return {one.key for one in chosen}


def _first(snapshot: Snapshot, one: Stored, other: Stored) -> bool:
    """Whether the document of the one passage was printed before that of the other."""
    before, after = (printed(snapshot.document_of(stored.document)) for stored in (one, other))
    return before < after


def _same(one: Stored, other: Stored) -> bool:
    """Whether two passages are one that two documents of a dispatch share."""
    if one.dispatch != other.dispatch or one.document == other.document:
        return False
    mine, theirs = set(one.words.stems.split()), set(other.words.stems.split())
    return len(mine & theirs) >= SAME * len(mine | theirs)


def _terms(
    snapshot: Snapshot, question: str, language: str, vocabulary: Callable[[], Sequence[str]]
) -> tuple[Term, ...]:
    """The names of the question that a table knows, and its other words; one that the corpus does
    not have is taken for a slip of the pen, where the corpus has one that is nearly the same. One
    without a capital that the corpus has is a common word, and no name written otherwise."""
    passages = snapshot.counts().passages
    terms: dict[str, Term] = {}
    for term in terms_of(question, language):
        if term.text.islower() and snapshot.frequency([Phrase("stems", term.stem)]):
            term = replace(term, sounds=())
        found = snapshot.frequency(term.phrases)
        if term.stem and not found:
            key = nearly_named(term.text, language)
            term = replace(term, name=key or "", near=() if key else near(term.stem, vocabulary()))
            found = snapshot.frequency(term.phrases)
        rarity = max(math.log((passages + 1) / (found + 0.5)), 0.0)
        terms.setdefault(term.name or term.stem, replace(term, passages=found, rarity=rarity))
    return tuple(terms.values())
