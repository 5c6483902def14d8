"""Folder → index: what changed is read, cut, encoded and stored in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from .documents import Document, parse
from .encoder import Encoder, Vectors
from .errors import CorpusError, IndexBusyError, IndexMissingError, IndexWriteError, ModelError
from .files import Skipped, SourceFile, read_folder, shown
from .passages import Passage, Span, passages_of, sentences_of
from .store import Entry, reading, writing
from .vectors import VectorIndex
from .words import words_of

# Grows whenever the same file would give other passages, words or vectors than before.
RECIPE = "1"
GROUP = 64  # documents encoded and stored together

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: the sources added, changed, removed and left as they were, the files
    skipped, and a warning where something that can be derived again could not be written."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    warning: str | None = None


def build(
    folder: Path, into: Path, encoder: Encoder, progress: Progress = lambda done, total: None
) -> Report:
    """Bring the index in `into` up to date with the documents below `folder`.

    `progress` is told how many of how many changed documents are encoded. Raises `CorpusError`,
    `IndexBusyError`, `IndexWriteError`, `IndexDamagedError` or `ModelError`; the index is then as it
    was before.
    """
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    for found in read_folder(folder):
        (files if isinstance(found, SourceFile) else skipped).append(found)  # type: ignore[arg-type]
    if not files:
        raise CorpusError(_nothing_in(folder, skipped))
    with _alone(into):
        known = _known(folder, into, encoder)
        fresh = [file for file in files if known.get(file.source) != file.sha256]
        gone = sorted(known.keys() - {file.source for file in files})
        report = Report(
            added=tuple(file.source for file in fresh if file.source not in known),
            changed=tuple(file.source for file in fresh if file.source in known),
            removed=tuple(gone),
            unchanged=tuple(f.source for f in files if known.get(f.source) == f.sha256),
            skipped=tuple(skipped),
        )
        if fresh or gone:
            _store(folder, into, encoder, fresh, gone, progress)
        return _with_vectors(into, report)


def entry(file: SourceFile, document: Document, encoder: Encoder) -> Entry:
    """All that is computed from one document."""
    return next(_entries([(file, document)], encoder))


def indexed_words(passage: Passage) -> tuple[str, str]:
    """The stems and the sounds of a passage, each as words between spaces."""
    words = list(words_of(passage.text, passage.document.language))
    return " ".join(w.stem for w in words), " ".join(w.sound for w in words if w.sound)


def _store(
    folder: Path,
    into: Path,
    encoder: Encoder,
    fresh: Sequence[SourceFile],
    gone: Sequence[str],
    progress: Progress,
) -> None:
    meta = {
        "model": encoder.model,
        "recipe": RECIPE,
        "corpus": os.path.relpath(folder.resolve(), into.resolve()),
    }
    with writing(into, meta) as writer:
        for source in gone:
            writer.remove(source)
        progress(0, len(fresh))
        for start in range(0, len(fresh), GROUP):
            group = fresh[start : start + GROUP]
            parsed = [(file, parse(file.source, file.text)) for file in group]
            for made in _entries(parsed, encoder):
                writer.remove(made.document.source)
                writer.add(made)
            progress(start + len(group), len(fresh))


def _entries(
    parsed: Sequence[tuple[SourceFile, Document]], encoder: Encoder
) -> Iterator[Entry]:
    cut: list[tuple[list[Passage], list[Span]]] = [
        (passages_of(document), sentences_of(document)) for _, document in parsed
    ]
    texts = [
        text
        for (_, document), (passages, sentences) in zip(parsed, cut, strict=True)
        for text in (
            *(passage.text for passage in passages),
            *(document.text[span.start : span.end] for span in sentences),
        )
    ]
    vectors: Vectors = np.concatenate(list(encoder.encode_passages(texts)))
    at = 0
    for (file, document), (passages, sentences) in zip(parsed, cut, strict=True):
        middle, end = at + len(passages), at + len(passages) + len(sentences)
        yield Entry(
            document,
            file.sha256,
            passages,
            [indexed_words(passage) for passage in passages],
            vectors[at:middle],
            sentences,
            vectors[middle:end],
        )
        at = end


def _known(folder: Path, into: Path, encoder: Encoder) -> dict[str, str]:
    """The hashes of what the index already holds; none if there is no index yet, or if its recipe is
    an older one and everything has to be computed again."""
    try:
        with reading(into) as snapshot:
            meta = snapshot.meta()
            hashes = snapshot.hashes()
    except IndexMissingError:
        return {}
    if meta["model"] != encoder.model:
        raise ModelError(
            f"the index at {into} was built with the model {meta['model']!r}, not "
            f"{encoder.model!r}; build into another folder, or delete it first"
        )
    corpus = Path(os.path.normpath(into.resolve() / meta["corpus"]))
    if corpus != folder.resolve():
        raise CorpusError(
            f"the index at {into} is that of {corpus}, not of {folder.resolve()}; "
            "build into another folder, or delete it first"
        )
    return hashes if meta["recipe"] == RECIPE else dict.fromkeys(hashes, "")


def _with_vectors(into: Path, report: Report) -> Report:
    """Write the FAISS file if it is not there; the index works without, so a failure is a warning."""
    with reading(into) as snapshot:
        generation = snapshot.generation()
        found = VectorIndex.load(into, generation)
        if found is not None and len(found) == snapshot.counts()["passages"]:
            return report
        vectors = VectorIndex.build(*snapshot.vectors(), generation)
    try:
        vectors.save(into)
    except OSError as fault:
        warning = f"the FAISS file could not be written ({fault.strerror}); it is made at opening"
        return Report(**{**_fields(report), "warning": warning})
    return report


def _fields(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in Report.__slots__}


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Hold the index's build lock; the system releases it however the process ends."""
    existed = into.exists()
    if existed and not into.is_dir():
        raise IndexWriteError(f"{into}: expected a folder for the index, found a file")
    try:
        into.mkdir(parents=True, exist_ok=True)
        lock = FileLock(into / "build.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as fault:
            raise IndexBusyError(
                f"the index at {into} is being built by another process; try again when it is done"
            ) from fault
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise IndexWriteError(f"the index at {into} cannot be written: {reason}") from fault
    try:
        yield
    finally:
        lock.release()


def _nothing_in(folder: Path, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"{shown(str(folder))} holds no documents; expected .txt files"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return (
        f"{shown(str(folder))} holds no readable document: "
        f"{shown(first.source)}: {first.reason}{more}"
    )
