"""An index compared, from end to end, with what it was made from.

The stored text of each document against its file; its metadata, passages, sentences and words
against what the text gives today; every vector against its text, encoded again; the FAISS file
against the vectors. Nothing is mended: a FAISS file that is missing comes back with the next build,
and an index that differs from its files otherwise is to be deleted and built again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .build import RECIPE, Progress, corpus_of, indexed_words
from .documents import Document, parse
from .encoder import Encoder, Vectors, load
from .errors import ModelError
from .files import Skipped, read_source
from .passages import passages_of, sentences_of
from .store import Snapshot, reading
from .vectors import VectorIndex

# A vector and its text encoded again, in other company, differ by rounding: on one type of
# processor the lowest cosine of 40 texts in ten languages is 0.99999.
SAME_COSINE = 0.999

Row = tuple[int, int, Vectors]  # start, end, vector


@dataclass(frozen=True, slots=True)
class Verification:
    """How many of each were compared, and every difference found, each as one line."""

    documents: int
    passages: int
    sentences: int
    vectors: int
    differences: tuple[str, ...]


def verify(
    into: Path, encoder: Encoder | None = None, progress: Progress = lambda done, total: None
) -> Verification:
    """Compare all that the index in `into` holds with its files and, by `encoder`, its own model
    unless one is given, with its texts.

    `progress` is told how many of how many documents are compared. Raises `IndexMissingError`,
    `IndexDamagedError` where the index cannot be read far enough to be compared, and `ModelError`.
    """
    with reading(into) as snapshot:
        problems = snapshot.problems()
        if problems:  # what SQLite itself finds wrong makes all the rest uncertain
            return Verification(0, 0, 0, 0, tuple(f"index.sqlite: {line}" for line in problems))
        meta, counts = snapshot.meta(), snapshot.counts()
        encoder = encoder or load(meta["model"])
        if encoder.model != meta["model"]:
            raise ModelError(
                f"the index at {into} was built with the model {meta['model']!r}, "
                f"not {encoder.model!r}"
            )
        differences = []
        if meta["recipe"] != RECIPE:
            differences.append(f"built by recipe {meta['recipe']}, expected {RECIPE}: build again")
        differences += _documents(snapshot, corpus_of(into, meta), encoder, progress)
        differences += _faiss_file(snapshot, into)
    vectors = counts["passages"] + counts["sentences"]
    return Verification(
        counts["documents"], counts["passages"], counts["sentences"], vectors, tuple(differences)
    )


def _documents(
    snapshot: Snapshot, corpus: Path, encoder: Encoder, progress: Progress
) -> Iterator[str]:
    documents, hashes = snapshot.documents(), snapshot.hashes()
    passages: dict[str, dict[int, Row]] = {document.source: {} for document in documents}
    for key, source, start, end, vector in snapshot.passages():
        passages[source][key] = (start, end, vector)
    sentences: dict[str, list[Row]] = {document.source: [] for document in documents}
    for source, start, end, vector in snapshot.sentences():
        sentences[source].append((start, end, vector))
    words = {key: columns for key, *columns in snapshot.words()}
    keys = {key for rows in passages.values() for key in rows}
    for key in sorted(words.keys() - keys):
        yield f"the words lead to a passage {key} that is not there"

    progress(0, len(documents))
    for done, document in enumerate(documents, start=1):
        source = document.source
        rows = list(passages[source].values())
        for line in (
            *_file(document, hashes[source], corpus),
            *_metadata(document),
            *_spans("passage", [(p.start, p.end) for p in passages_of(document)], rows),
            *_spans(
                "sentence", [(s.start, s.end) for s in sentences_of(document)], sentences[source]
            ),
            *_words(document, passages[source], words),
            *_vectors(document, rows, sentences[source], encoder),
        ):
            yield f"{source}: {line}"
        progress(done, len(documents))


def _file(document: Document, sha256: str, corpus: Path) -> Iterator[str]:
    found = read_source(corpus, document.source)
    if isinstance(found, Skipped):
        gone = not (corpus / document.source).exists()
        yield "its file is gone" if gone else f"its file is not as it was: {found.reason}"
    elif found.text != document.text:
        pairs = zip(found.text, document.text, strict=False)
        shorter = min(len(found.text), len(document.text))
        place = next((i for i, (a, b) in enumerate(pairs) if a != b), shorter)
        changed = "its file has changed" if found.sha256 != sha256 else "the text stored is another"
        yield f"{changed}: file and index differ from character {place} on"
    elif found.sha256 != sha256:
        yield f"the hash stored is {sha256}, expected {found.sha256}"


def _metadata(document: Document) -> Iterator[str]:
    expected = parse(document.source, document.text)
    for field in dataclasses.fields(Document):
        stored, fresh = getattr(document, field.name), getattr(expected, field.name)
        if stored != fresh:
            yield f"the {field.name} stored is {stored!r}, expected {fresh!r}"


def _spans(kind: str, expected: Sequence[tuple[int, int]], rows: Sequence[Row]) -> Iterator[str]:
    stored = sorted((start, end) for start, end, _ in rows)
    for start, end in sorted(set(stored) - set(expected)):
        yield f"{kind} {start}:{end} is stored, but is none of its {kind}s"
    for start, end in sorted(set(expected) - set(stored)):
        yield f"{kind} {start}:{end} is missing"
    if len(stored) != len(set(stored)):
        yield f"a {kind} is stored twice"


def _words(document: Document, rows: dict[int, Row], words: dict[int, list[str]]) -> Iterator[str]:
    expected = {(p.start, p.end): indexed_words(p) for p in passages_of(document)}
    for key, (start, end, _) in rows.items():
        # The index of words keeps them in lower case, and says nothing of a passage without any.
        columns = [column.lower() for column in expected.get((start, end), ())]
        if columns and words.get(key, [""] * len(columns)) != columns:
            yield f"the words of passage {start}:{end} are not those of its text"


def _vectors(
    document: Document, passages: Sequence[Row], sentences: Sequence[Row], encoder: Encoder
) -> Iterator[str]:
    rows = [("passage", row) for row in passages] + [("sentence", row) for row in sentences]
    texts = [document.text[start:end] for _, (start, end, _) in rows]
    fresh = (vector for batch in encoder.encode_passages(texts) for vector in batch)
    for (kind, (start, end, stored)), expected in zip(rows, fresh, strict=True):
        if stored.shape != expected.shape:
            yield (
                f"the vector of {kind} {start}:{end} has {len(stored)} numbers, "
                f"expected {len(expected)}"
            )
        elif not _cosine(stored, expected) >= SAME_COSINE:  # true of «not a number» as well
            yield (
                f"the vector of {kind} {start}:{end} is not that of its text: "
                f"cosine {_cosine(stored, expected):.4f}, expected {SAME_COSINE} or more"
            )


def _cosine(one: Vectors, other: Vectors) -> float:
    with np.errstate(all="ignore"):
        return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def _faiss_file(snapshot: Snapshot, into: Path) -> Iterator[str]:
    index = VectorIndex.load(into, snapshot.generation())
    if index is None:
        yield "the FAISS file is missing, damaged or not of this generation: build again"
        return
    expected = VectorIndex.build(*snapshot.vectors(), index.generation)
    (keys, vectors), (found_keys, found) = expected.contents(), index.contents()
    if not np.array_equal(keys, found_keys):
        yield "the FAISS file holds other passages than the index: delete it and build again"
    elif vectors.shape != found.shape:
        yield "the FAISS file holds other languages than the index: delete it and build again"
    elif not np.array_equal(vectors, found):
        wrong = int((vectors != found).any(axis=1).sum())
        yield f"the FAISS file holds another vector for {wrong} passages: delete it and build again"
