"""Folder → index: what changed is read, cut, encoded and stored in one transaction."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from .database import damaged
from .documents import Document, parse
from .encoder import Encoder, Vectors
from .errors import CorpusError, IndexBusyError, IndexMissingError, IndexWriteError, ModelError
from .files import Skipped, SourceFile, read_folder
from .names import names_of
from .passages import Passage, Span, passages_of, sentences_of
from .store import reading
from .vectors import VectorIndex
from .words import words_of
from .writer import Entry, writing

# Grows whenever the same file would give other passages, words or vectors than before.
RECIPE = "2"
GROUP = 64  # documents cut before the first of them is encoded
NO_SENTENCE = "no sentence in it"

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

    What the folder no longer holds, or no longer as readable text, is removed from the index.
    `progress` is told how many of how many changed documents are encoded. Raises `CorpusError`,
    `IndexBusyError`, `IndexWriteError`, `IndexDamagedError` or `ModelError`; the index is then as
    it was before.
    """
    found = list(read_folder(folder))
    files = [item for item in found if isinstance(item, SourceFile)]
    skipped = [item for item in found if isinstance(item, Skipped)]
    if not files:
        raise CorpusError(_nothing_in(folder, skipped))
    with _alone(into):
        known = _known(folder, into, encoder)
        fresh = [file for file in files if known.get(file.source) != file.sha256]
        gone = sorted(known.keys() - {file.source for file in files})
        wordless: list[Skipped] = []
        if fresh or gone:
            wordless = _store(folder, into, encoder, fresh, gone, progress)
        left_out = {item.source for item in wordless}
        report = Report(
            added=tuple(f.source for f in fresh if f.source not in known.keys() | left_out),
            changed=tuple(f.source for f in fresh if f.source in known.keys() - left_out),
            removed=tuple(sorted({*gone, *(left_out & known.keys())})),
            unchanged=tuple(f.source for f in files if known.get(f.source) == f.sha256),
            skipped=(*skipped, *wordless),
        )
        return _with_vectors(into, report)


def indexed_words(passage: Passage) -> tuple[str, str, str]:
    """The stems, the sounds and the names' keys of a passage, each as words between spaces."""
    text, language = passage.text, passage.document.language
    words = list(words_of(text, language))
    return (
        " ".join(word.stem for word in words if word.stem),
        " ".join(word.sound for word in words if word.sound),
        " ".join(named.key for named in names_of(text, language)),
    )


def _store(
    folder: Path,
    into: Path,
    encoder: Encoder,
    fresh: Sequence[SourceFile],
    gone: Sequence[str],
    progress: Progress,
) -> list[Skipped]:
    """Store what changed, all of it or nothing; returns the files in which there is no sentence."""
    meta = {
        "model": encoder.model,
        "recipe": RECIPE,
        "corpus": os.path.relpath(folder.resolve(), into.resolve()),
    }
    wordless: list[Skipped] = []
    done = 0
    with writing(into, meta) as writer:
        for source in (*gone, *(file.source for file in fresh)):
            writer.remove(source)
        progress(done, len(fresh))
        for start in range(0, len(fresh), GROUP):
            cut = [_cut(file) for file in fresh[start : start + GROUP]]
            empty = [Skipped(c.file.source, NO_SENTENCE) for c in cut if not c.sentences]
            wordless += empty
            done += len(empty)
            for entry in _entries([c for c in cut if c.sentences], encoder):
                writer.add(entry)
                done += 1
                progress(done, len(fresh))
        if not writer.documents():
            raise CorpusError(_nothing_in(folder, wordless))
    return wordless


@dataclass(frozen=True, slots=True)
class _Cut:
    """A file with all that is computed from it but vectors."""

    file: SourceFile
    document: Document
    passages: Sequence[Passage]
    sentences: Sequence[Span]

    def texts(self) -> list[str]:
        """What is encoded: the passages, then the sentences."""
        text = self.document.text
        return [
            *(passage.text for passage in self.passages),
            *(text[span.start : span.end] for span in self.sentences),
        ]


def _cut(file: SourceFile) -> _Cut:
    document = parse(file.source, file.text)
    sentences = sentences_of(document)
    return _Cut(file, document, passages_of(document, sentences), sentences)


def _entries(cut: Sequence[_Cut], encoder: Encoder) -> Iterator[Entry]:
    """Each document with its vectors, as soon as the batches encoded so far hold them all."""
    batches = iter(encoder.encode_passages([text for one in cut for text in one.texts()]))
    waiting: list[Vectors] = []
    for one in cut:
        middle, end = len(one.passages), len(one.passages) + len(one.sentences)
        while sum(map(len, waiting)) < end:
            waiting.append(next(batches))
        vectors = np.concatenate(waiting)
        yield Entry(
            one.document,
            one.file.sha256,
            one.passages,
            [indexed_words(passage) for passage in one.passages],
            vectors[:middle],
            one.sentences,
            vectors[middle:end],
        )
        waiting = [vectors[end:]]


def _known(folder: Path, into: Path, encoder: Encoder) -> dict[str, str]:
    """The hashes of what the index already holds; none if there is no index yet, or if its recipe
    is an older one and everything has to be computed again."""
    try:
        with reading(into) as snapshot:
            meta = snapshot.meta()
            hashes = snapshot.hashes()
            wrong = snapshot.problems()
    except IndexMissingError:
        return {}
    if wrong:
        raise damaged(into, wrong[0])
    if meta["model"] != encoder.model:
        raise ModelError(
            f"the index at {into} was built with the model {meta['model']!r}, not "
            f"{encoder.model!r}; build into another folder, or delete it first"
        )
    corpus = corpus_of(into, meta)
    if corpus != folder.resolve():
        raise CorpusError(
            f"the index at {into} is that of {corpus}, not of {folder.resolve()}; "
            "build into another folder, or delete it first"
        )
    return hashes if meta["recipe"] == RECIPE else dict.fromkeys(hashes, "")


def corpus_of(into: Path, meta: dict[str, str]) -> Path:
    """The folder of the documents that the index in `into` was built from."""
    return Path(os.path.normpath(into.resolve() / meta["corpus"]))


def _with_vectors(into: Path, report: Report) -> Report:
    """Write the FAISS file if it is not there; the index works without, so failing is a warning."""
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
        return dataclasses.replace(report, warning=warning)
    return report


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Hold the index's build lock; the system releases it however the process ends."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        lock = FileLock(into / "build.lock", timeout=0)
        lock.acquire()
    except Timeout as fault:
        raise IndexBusyError(
            f"the index at {into} is being built by another process; try again when it is done"
        ) from fault
    except FileExistsError as fault:
        raise IndexWriteError(
            f"{fault.filename}: expected a folder for the index, found a file"
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
        return f"{folder} holds no documents; expected .txt files"
    first = skipped[0]
    more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
    return f"{folder} holds no readable document: {first.source}: {first.reason}{more}"
