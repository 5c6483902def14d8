"""Any number of documents from a few thousand texts: the texts, then copies of them.

Real text is short of 10^6 passages. A copy has its original's text; its vectors, its rarest words
and its signature are its own, so that it is another document to whatever searches:

- Vectors are drawn about the original's with the covariance of the texts' own: noise alike in all
  directions would lead out of the narrow cone in which a model's vectors lie, and leave every copy
  farther from every question than any original. Less the mean of their language, a copy and its
  original have a cosine of `LIKENESS`, as two paragraphs of one article have.
- Words of the text stay, so that each is in as large a share of the passages as in the files: rare
  words are commoner than they would be among as many real texts, and a search by words reads more.
  Each copy has `RARE` words more, drawn from a Zipf distribution, so that the vocabulary grows with
  the passages as it does in newswire (Heaps' law: 4 * 10^5 words in 10^8).
- A signature is drawn by lot: copies are no reprints of one another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.bm25 import Columns
from index.documents import Document, parse
from index.encoder import Encoder, Vectors
from index.entries import RECIPE, indexed_words
from index.files import Facts
from index.passages import Passage, Span, passages_of, sentences_of
from index.reprints import signature_of
from index.store import Entry

# The mean over all pairs of one article is 0.29 in PIAF, 0.28 in SQuAD 2, and 0.53 in ARCD, whose
# articles are short. With the mean of the language, these are cosines of 0.84, 0.82 and 0.89.
LIKENESS = 0.3
RARE = 4
ZIPF = 1.25
MIXED = 3  # contexts of the longest document; the others have one, and two

_HEAD = len(signature_of(""))  # bytes of a signature before its names


@dataclass(frozen=True, slots=True)
class _Cut:
    document: Document
    passages: Sequence[Passage]
    sentences: Sequence[Span]

    @property
    def texts(self) -> list[str]:
        text = self.document.text
        return [one.text for one in self.passages] + [text[s.start : s.end] for s in self.sentences]


def originals(files: Sequence[Sequence[str]], encoder: Encoder, cache: Path) -> list[Entry]:
    """Documents of one to `MIXED` contexts of one file, in an order drawn by lot, with all that is
    stored of them. What is encoded is kept in the folder `cache`."""
    texts = [text for contexts in files for text in _documents(contexts)]
    cuts = [_cut(number, text) for number, text in enumerate(texts)]
    vectors = _encoded([text for cut in cuts for text in cut.texts], encoder, cache)
    entries, at = [], 0
    for cut in cuts:
        middle, end = at + len(cut.passages), at + len(cut.texts)
        entries.append(
            Entry(
                cut.document,
                hashlib.sha256(cut.document.text.encode()).hexdigest(),
                Facts(),
                signature_of(cut.document.text[cut.document.body_start :]),
                cut.passages,
                [indexed_words(passage) for passage in cut.passages],
                vectors[at:middle],
                cut.sentences,
                vectors[middle:end],
            )
        )
        at = end
    return [entries[place] for place in np.random.default_rng(0).permutation(len(entries))]


def grown(entries: Sequence[Entry], passages: int) -> Iterator[Entry]:
    """`entries`, then copies of them again and again, until there are `passages`, or as few more as
    the last document brings; they begin alike however many there are."""
    random = np.random.default_rng(0)
    noise = _Noise(entries)
    copy = count = 0
    while count < passages:
        for entry in noise.copies(copy, random) if copy else entries:
            yield entry
            count += len(entry.passages)
            if count >= passages:
                return
        copy += 1


def is_copy(source: str) -> bool:
    """Whether the document of this source is a copy."""
    return "/" in source


def original_of(source: str) -> str:
    """The source of the document that this is a copy of, or its own."""
    return source.rpartition("/")[2]


class _Noise:
    """What copies of `entries` are drawn by: the mean of each language, and the covariance of all
    vectors about these."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        codes, numbers = np.unique([e.document.language for e in entries], return_inverse=True)
        self._passages = _Drawn([e.passage_vectors for e in entries], numbers, len(codes))
        self._sentences = _Drawn([e.sentence_vectors for e in entries], numbers, len(codes))

    def copies(self, copy: int, random: np.random.Generator) -> Iterator[Entry]:
        passages, sentences = self._passages.drawn(random), self._sentences.drawn(random)
        for entry, vectors, others in zip(self._entries, passages, sentences, strict=True):
            document = replace(entry.document, source=f"{copy:05}/{entry.document.source}")
            yield replace(
                entry,
                document=document,
                sha256=hashlib.sha256(document.source.encode()).hexdigest(),
                signature=random.bytes(_HEAD) + entry.signature[_HEAD:],
                passages=[replace(passage, document=document) for passage in entry.passages],
                words=[_with_rare(words, random) for words in entry.words],
                passage_vectors=vectors,
                sentence_vectors=others,
            )


class _Drawn:
    """Vectors of documents, as copies of them are drawn."""

    def __init__(
        self, vectors: Sequence[Vectors], languages: npt.NDArray[np.intp], count: int
    ) -> None:
        self._ends = np.cumsum([len(rows) for rows in vectors])[:-1]
        owners = np.repeat(languages, [len(rows) for rows in vectors])
        stacked = np.concatenate(vectors)
        means = np.stack([stacked[owners == number].mean(axis=0) for number in range(count)])
        self._means = means[owners]
        self._parts = stacked - self._means
        # A factor of the covariance: noise of as many independent numbers, times it, is like them.
        values, axes = np.linalg.eigh(self._parts.T @ self._parts / len(stacked))
        self._factor = (np.sqrt(np.maximum(values, 0))[:, None] * axes.T).astype(np.float32)

    def drawn(self, random: np.random.Generator) -> list[Vectors]:
        noise = random.standard_normal(self._parts.shape, np.float32) @ self._factor
        drawn = self._means + LIKENESS * self._parts + np.sqrt(1 - LIKENESS**2) * noise
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return np.split(drawn.astype(np.float32), self._ends)


def _documents(contexts: Sequence[str]) -> Iterator[str]:
    at = number = 0
    while at < len(contexts):
        size = number % MIXED + 1
        yield "\n\n".join(contexts[at : at + size])
        at, number = at + size, number + 1


def _cut(number: int, text: str) -> _Cut:
    document = parse(f"{number:06}.txt", text)
    sentences = sentences_of(document)
    return _Cut(document, passages_of(document, sentences), sentences)


def _encoded(texts: Sequence[str], encoder: Encoder, cache: Path) -> Vectors:
    digest = hashlib.sha256("\0".join([encoder.model, RECIPE, *texts]).encode()).hexdigest()
    path = cache / f"vectors-{digest[:16]}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name("unfinished.npy")
        np.save(unfinished, np.concatenate(list(encoder.encode_passages(texts))))
        unfinished.replace(path)
    vectors: Vectors = np.load(path)
    return vectors


def _with_rare(words: Columns, random: np.random.Generator) -> Columns:
    rare = " ".join(f"zq{number:x}" for number in random.zipf(ZIPF, RARE))
    return words._replace(stems=f"{words.stems} {rare}")
