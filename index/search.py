"""An opened index: a question → the passages that may answer it, nearest first.

Two measures are fused: nearness of vectors, which knows meaning in any language, and shared words,
which knows names. Reading the passages is left to `qa`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .database import damaged
from .documents import Document, days_of, period_of
from .encoder import Encoder, Vectors, load
from .errors import ModelError
from .fusion import fused
from .names import names_of, nearly_named
from .passages import Passage, Span
from .store import Listed, Snapshot, reading
from .terms import Term, weight
from .vectors import VectorIndex
from .words import near, words_of

POOL = 50  # candidates that vectors and words each put forward
PASSAGES = 8  # passages returned; on the questions about the seeds the right one is among these


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


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer; None lets all through.

    `period` is (first, last), each an ISO date of any precision or None for an open end; a document
    without a date is in no period. `sources` and `languages` name the documents' own.
    """

    period: tuple[str | None, str | None] | None = None
    sources: Sequence[str] | None = None
    languages: Sequence[str] | None = None

    def __post_init__(self) -> None:
        first, last = days_of(self.period or (None, None))
        if first > last:
            raise ValueError(f"the period {self.period} ends before it begins")

    def admit(self, date: str | None, language: str, source: str) -> bool:
        if self.sources is not None and source not in self.sources:
            return False
        if self.languages is not None and language not in self.languages:
            return False
        if self.period is None:
            return True
        if date is None:
            return False
        first, last = days_of(self.period or (None, None))
        begins, ends = period_of(date)
        return begins <= last and ends >= first

    @property
    def any(self) -> bool:
        return not (self.period is self.sources is self.languages is None)


class Index:
    """An index on disk and the encoder that it was built with.

    Every search reads one state of the store; when another process has changed it, the next search
    sees the change.
    """

    def __init__(self, folder: Path, encoder: Encoder, vectors: VectorIndex) -> None:
        self.folder = folder
        self.encoder = encoder
        self._vectors = vectors
        self._stems: tuple[int, Sequence[str]] = (-1, ())

    @classmethod
    def open(cls, folder: str | Path, encoder: Encoder | None = None) -> Index:
        """The index in `folder`, with its own encoder unless one is given.

        Raises `IndexMissingError`, `IndexDamagedError`, or `ModelError` when `encoder` is not the
        model that the index was built with.
        """
        folder = Path(folder)
        with reading(folder) as snapshot:
            if encoder is not None:
                _check_model(folder, snapshot, encoder)
            model = snapshot.meta()["model"]
            vectors = _vectors(folder, snapshot)
        return cls(folder, encoder or load(model), vectors)

    def search(
        self, question: str, language: str, filters: Filters | None = None, limit: int = PASSAGES
    ) -> Found:
        """The `limit` passages nearest to `question`, which is in `language` (ISO 639-1)."""
        vector = self.encoder.encode_queries([question])[0]
        with reading(self.folder) as snapshot:
            vectors = self._current(snapshot)
            if snapshot.dimension() != len(vector):
                raise damaged(
                    self.folder,
                    f"vectors of {snapshot.dimension()} numbers, expected {len(vector)}",
                )
            keys = _admitted(snapshot, filters)
            terms = _terms(snapshot, question, language, lambda: self._vocabulary(snapshot))
            if keys is not None and not keys:
                return Found(vector, language, terms, ())
            nearest = vectors.search(vector, min(POOL, len(vectors)), keys)
            words = _words(snapshot, terms, nearest, keys)
            pool = list(dict.fromkeys([*nearest, *words]))
            near = vectors.near(vector, pool)
            sentences = snapshot.best_sentences(pool, vector)
            whole = {foreign: weight(terms, foreign) or 1.0 for foreign in (False, True)}
            languages = snapshot.languages(pool)
            scores = {
                key: fused(
                    near[key].cosine,
                    sentences[key],
                    near[key].group_mean,
                    words.get(key, 0.0) / whole[languages[key] != language],
                )
                for key in pool
            }
            best = sorted(pool, key=lambda key: -scores[key])[:limit]
            hits = [
                Hit(
                    passage=stored.passage,
                    score=scores[stored.key],
                    dense=near[stored.key].cosine,
                    language_mean=near[stored.key].group_mean,
                    words=words.get(stored.key),
                    sentence_vectors=stored.sentence_vectors,
                )
                for stored in map(snapshot.passage, best)
            ]
        return Found(vector, language, terms, tuple(hits))

    def naming(self, terms: Sequence[Term], filters: Filters | None = None) -> list[Told]:
        """The documents in which each of `terms`, of which there is one at least, is met."""
        with reading(self.folder) as snapshot:
            keys = set.intersection(*(snapshot.naming(term.expression) for term in terms))
            return [
                Told(snapshot.document_of(key), *snapshot.sentences_of(key))
                for key, date, language, source in snapshot.dated()
                if key in keys and (filters is None or filters.admit(date, language, source))
            ]

    def _current(self, snapshot: Snapshot) -> VectorIndex:
        """The vectors of the snapshot's generation, loaded again if another process changed
        them."""
        vectors = self._vectors  # another thread may put newer ones in its place meanwhile
        if vectors.generation != snapshot.generation():
            _check_model(self.folder, snapshot, self.encoder)
            self._vectors = vectors = _vectors(self.folder, snapshot)
        return vectors

    def _vocabulary(self, snapshot: Snapshot) -> Sequence[str]:
        """The stems of the snapshot's generation, read once."""
        generation, stems = self._stems
        if generation != snapshot.generation():
            stems = snapshot.vocabulary()
            self._stems = snapshot.generation(), stems
        return stems

    def documents(self) -> list[Document]:
        """Every document, in the order of their sources."""
        with reading(self.folder) as snapshot:
            return snapshot.documents()

    def listing(self) -> list[Listed]:
        """Every document with what the index knows about it, in the order of their sources."""
        with reading(self.folder) as snapshot:
            return snapshot.listed()

    def generation(self) -> int:
        """A number that changes whenever the index does."""
        with reading(self.folder) as snapshot:
            return snapshot.generation()

    def document(self, source: str) -> Document | None:
        """The document of this source, or None."""
        with reading(self.folder) as snapshot:
            return snapshot.document(source)


def _check_model(folder: Path, snapshot: Snapshot, encoder: Encoder) -> None:
    model = snapshot.meta()["model"]
    if encoder.model != model:
        raise ModelError(
            f"the index at {folder} was built with the model {model!r}, "
            f"not {encoder.model!r}; open it with that one, or build another index"
        )


def _vectors(folder: Path, snapshot: Snapshot) -> VectorIndex:
    """The FAISS file of this snapshot's generation, or the same made from the store."""
    generation = snapshot.generation()
    loaded = VectorIndex.load(folder, generation)
    if loaded is not None and len(loaded) == snapshot.counts()["passages"]:
        return loaded
    return VectorIndex.build(*snapshot.vectors(), generation)


def _admitted(snapshot: Snapshot, filters: Filters | None) -> list[int] | None:
    if filters is None or not filters.any:
        return None
    documents = [
        key
        for key, date, language, source in snapshot.dated()
        if filters.admit(date, language, source)
    ]
    return snapshot.passage_keys(documents)


def _terms(
    snapshot: Snapshot, question: str, language: str, vocabulary: Callable[[], Sequence[str]]
) -> tuple[Term, ...]:
    """The names of the question that a table knows, and its other words; one that the corpus does
    not have is taken for a slip of the pen, where the corpus has one that is nearly the same."""
    passages = snapshot.counts()["passages"]
    terms: dict[str, Term] = {}

    def frequency(term: Term) -> int:
        return snapshot.frequency(term.expression) if term.expression else 0

    def add(term: Term, found: int) -> None:
        rarity = math.log((passages + 1) / (found + 0.5))
        terms.setdefault(
            term.name or term.stem, replace(term, passages=found, rarity=max(rarity, 0.0))
        )

    names = names_of(question, language, written=False)
    for named in names:
        term = Term(question[named.start : named.end], "", "", proper=True, name=named.key)
        add(term, frequency(term))
    for word in words_of(question, language, names=False):
        if any(named.start < word.end and word.start < named.end for named in names):
            continue
        text = question[word.start : word.end]
        # The first word has a capital anyway.
        term = Term(text, word.stem, word.sound, proper=word.start > 0 and text[0].isupper())
        found = frequency(term)
        if word.stem and not found:
            key = nearly_named(term.text, language)
            term = replace(term, name=key or "", near=() if key else near(word.stem, vocabulary()))
            found = frequency(term)
        add(term, found)
    return tuple(terms.values())


def _words(
    snapshot: Snapshot, terms: Sequence[Term], nearest: Sequence[int], keys: Sequence[int] | None
) -> dict[int, float]:
    """The BM25 scores of the best passages by words, and of the nearest by vectors."""
    expression = " OR ".join(term.expression for term in terms if term.expression)
    if not expression:
        return {}
    return snapshot.match(expression, POOL, keys) | snapshot.match(expression, POOL, nearest)
