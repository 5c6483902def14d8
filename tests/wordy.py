"""A small deterministic encoder for the tests that are not about meaning, and builds in processes
of their own."""

from __future__ import annotations

import hashlib
import re
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from index import Index
from index.bm25 import Phrase
from index.build import build
from index.documents import parse
from index.encoder import Vectors
from index.entries import indexed_words
from index.errors import EntenteError
from index.files import Facts
from index.local import LocalStore
from index.local.derived import FolderDerived
from index.passages import passages_of, sentences_of
from index.reprints import signature_of
from index.store import Entry

DIMENSION = 64


@dataclass(frozen=True)
class WordEncoder:
    """Texts that share words are near one another; `pause` is what each batch takes, in seconds."""

    model: str = "words"
    pause: float = 0.0
    batch: int = 4

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for start in range(0, len(texts), self.batch):
            time.sleep(self.pause)
            yield self.encode_queries(texts[start : start + self.batch])


@dataclass(eq=False)
class CountingEncoder:
    """Remembers the texts of passages that it encodes; raises `fault` once there are `most`."""

    model: str = "words"
    most: int | None = None
    fault: BaseException | None = None
    seen: list[str] = field(default_factory=list)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return WordEncoder(self.model).encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for text in texts:
            if self.fault and self.most is not None and len(self.seen) >= self.most:
                raise self.fault
            self.seen.append(text)
            yield self.encode_queries([text])


def _vector(text: str) -> Vectors:
    vector = np.full(DIMENSION, 1e-3, np.float32)
    for word in re.findall(r"\w+", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % DIMENSION] += 1
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def entry_of(source: str, text: str) -> Entry:
    """A document with all that a build computes from it."""
    document = parse(source, text)
    passages, sentences = passages_of(document), sentences_of(document)
    encoder = WordEncoder()
    return Entry(
        document,
        "0" * 64,
        Facts(),
        signature_of(text[document.body_start :]),
        passages,
        [indexed_words(passage) for passage in passages],
        encoder.encode_queries([passage.text for passage in passages]),
        sentences,
        encoder.encode_queries([text[span.start : span.end] for span in sentences]),
    )


def contents(place: Path) -> list[object]:
    """All that the index at `place` holds but for keys, generations and times: documents with what
    is computed from them, which of them are one dispatch, how often each word occurs, what FAISS
    holds, and what a search finds."""
    store = LocalStore(place)
    with store.reading() as snapshot:
        listed = snapshot.listed()
        stems = [Phrase("stems", stem) for stem in snapshot.vocabulary()]
        index = FolderDerived(place).vectors(snapshot)
        assert list(snapshot.inconsistencies()) == []
        keys, vectors, languages = index.contents()
        passages = snapshot.stored(keys.tolist())
        held: list[object] = [
            (
                entry.document,
                entry.sha256,
                entry.facts,
                entry.signature,
                list(entry.passages),
                list(entry.words),
                entry.passage_vectors.tobytes(),
                entry.sentence_vectors.tobytes(),
            )
            for entry in snapshot.entries()
        ]
        found = sorted(
            (snapshot.document_of(one.document).source, one.start, language, vector.tobytes())
            for one, vector, language in zip(passages, vectors, languages, strict=True)
        )
        counted = snapshot.counts(), snapshot.frequencies(stems)
    dispatches: dict[int, set[str]] = {}
    for one in listed:
        dispatches.setdefault(one.dispatch, set()).add(one.document.source)
    hits = Index.open(store, WordEncoder()).search("le ministre a signé à Bakou", "fr").hits
    answers = sorted(
        (round(hit.score, 5), hit.passage.document.source, hit.passage.start) for hit in hits
    )
    return [held, found, counted, sorted(map(sorted, dispatches.values())), answers]


def write(folder: Path, texts: dict[str, str]) -> Path:
    """Write `texts` into `folder`, by name."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def build_apart(
    answer: Connection, folder: Path, into: Path, pause: float, largest_file: int | None
) -> None:
    """Build, in a process of its own, with files no larger than `largest_file` bytes; `answer` gets
    «done» or the fault's kind and message."""
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    answer.send("ready")
    try:
        build(folder, into, WordEncoder(pause=pause))
        answer.send("done")
    except EntenteError as fault:
        answer.send(f"{type(fault).__name__}: {fault}")
