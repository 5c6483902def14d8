"""An index compared, from end to end, with what it was made from.

The stored text of each document against its file; its metadata, passages, sentences and words
against what the text gives today; every vector against its text, encoded again; what is derived
against what it is derived from. Nothing is mended here: `index.repair` does that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .build import Progress, corpus_of, silent
from .documents import Document, parse
from .encoder import Encoder, Vectors, load
from .entries import RECIPE, indexed_words
from .errors import CorpusError, ModelError
from .files import Columns, Skipped, SourceFile, Unchanged, read_folder
from .passages import passages_of, sentences_of
from .places import store_at
from .reprints import signature_of
from .store import Entry, Store

# A vector and its text encoded again, in other company, differ by rounding: on one type of
# processor the lowest cosine of 40 texts in ten languages is 0.99999.
SAME_COSINE = 0.999

Place = tuple[int, int]  # start, end


@dataclass(frozen=True, slots=True)
class Verification:
    """How many of each were compared, and every difference found, each as one line."""

    documents: int
    passages: int
    sentences: int
    vectors: int
    differences: tuple[str, ...]


def verify(
    place: Store | Path | str, encoder: Encoder | None = None, progress: Progress = silent
) -> Verification:
    """Compare all that the index at `place` holds with its files and, by `encoder`, its own model
    unless one is given, with its texts.

    Raises `IndexMissingError`, `IndexDamagedError` where the index cannot be read far enough to be
    compared, and `ModelError`.
    """
    store = store_at(place)
    with store.reading() as snapshot:
        if damage := snapshot.damage():  # which makes all the rest uncertain
            return Verification(0, 0, 0, 0, tuple(f"the index's file: {line}" for line in damage))
        meta, counts = snapshot.meta(), snapshot.counts()
        encoder = encoder or load(meta["model"])
        if encoder.model != meta["model"]:
            raise ModelError(
                f"the index at {store.place} was built with the model {meta['model']!r}, "
                f"not {encoder.model!r}"
            )
        differences = []
        if meta["recipe"] != RECIPE:
            differences.append(f"built by recipe {meta['recipe']}, expected {RECIPE}: build again")
        files = _files(corpus_of(store, meta), meta.get("columns"))
        progress(0, counts.documents, 0)
        passages = 0
        for done, entry in enumerate(snapshot.entries(), start=1):
            differences += [
                f"{entry.document.source}: {line}" for line in _entry(entry, files, encoder)
            ]
            passages += len(entry.passages)
            progress(done, counts.documents, passages)
        differences += snapshot.inconsistencies()
    return Verification(
        counts.documents,
        counts.passages,
        counts.sentences,
        counts.passages + counts.sentences,
        tuple(differences),
    )


def _files(corpus: Path, columns: str | None) -> dict[str, SourceFile | Skipped]:
    try:
        found = list(read_folder(corpus, Columns.parse(columns) if columns else None))
    except CorpusError:
        return {}
    return {item.source: item for item in found if not isinstance(item, Unchanged)}


def _entry(entry: Entry, files: dict[str, SourceFile | Skipped], encoder: Encoder) -> Iterator[str]:
    document = entry.document
    yield from _file(entry, files.get(document.source))
    yield from _metadata(entry)
    passages, sentences = passages_of(document), sentences_of(document)
    yield from _spans(
        "passage",
        [(p.start, p.end) for p in passages],
        [(p.start, p.end) for p in entry.passages],
    )
    yield from _spans(
        "sentence",
        [(s.start, s.end) for s in sentences],
        [(s.start, s.end) for s in entry.sentences],
    )
    expected = {(p.start, p.end): p for p in passages}
    for stored, words in zip(entry.passages, entry.words, strict=True):
        fresh = expected.get((stored.start, stored.end))
        if fresh is None:
            continue
        place = f"{stored.start}:{stored.end}"
        if stored.language != fresh.language:
            yield f"passage {place} is said to be in {stored.language}, not in {fresh.language}"
        elif words != indexed_words(fresh):
            yield f"the words of passage {place} are not those of its text"
    if entry.signature != signature_of(document.text[document.body_start :]):
        yield "its signature is not that of its text"
    yield from _vectors(entry, encoder)


def _file(entry: Entry, found: SourceFile | Skipped | None) -> Iterator[str]:
    text = entry.document.text
    if found is None:
        yield "its file is gone"
    elif isinstance(found, Skipped):
        yield f"its file is not as it was: {found.reason}"
    elif found.text != text:
        pairs = zip(found.text, text, strict=False)
        shorter = min(len(found.text), len(text))
        place = next((i for i, (a, b) in enumerate(pairs) if a != b), shorter)
        changed = (
            "its file has changed" if found.sha256 != entry.sha256 else "the text stored is another"
        )
        yield f"{changed}: file and index differ from character {place} on"
    elif found.sha256 != entry.sha256:
        yield f"the hash stored is {entry.sha256}, expected {found.sha256}"


def _metadata(entry: Entry) -> Iterator[str]:
    document = entry.document
    expected = parse(document.source, document.text, entry.facts)
    for field in dataclasses.fields(Document):
        stored, fresh = getattr(document, field.name), getattr(expected, field.name)
        if stored != fresh:
            yield f"the {field.name} stored is {stored!r}, expected {fresh!r}"


def _spans(kind: str, expected: Sequence[Place], stored: Sequence[Place]) -> Iterator[str]:
    for start, end in sorted(set(stored) - set(expected)):
        yield f"{kind} {start}:{end} is stored, but is none of its {kind}s"
    for start, end in sorted(set(expected) - set(stored)):
        yield f"{kind} {start}:{end} is missing"
    if len(stored) != len(set(stored)):
        yield f"a {kind} is stored twice"


def _vectors(entry: Entry, encoder: Encoder) -> Iterator[str]:
    rows = [("passage", span.start, span.end) for span in entry.passages]
    rows += [("sentence", span.start, span.end) for span in entry.sentences]
    texts = [entry.document.text[start:end] for _, start, end in rows]
    fresh = (vector for batch in encoder.encode_passages(texts) for vector in batch)
    known = (*entry.passage_vectors, *entry.sentence_vectors)
    for (kind, start, end), stored, expected in zip(rows, known, fresh, strict=True):
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
