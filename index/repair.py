"""An index made whole again: what is stored is kept, what is derived from it is made anew.

Where the file itself is damaged, what can still be read of it is carried over into a new one, and
the rest is taken again from the documents' files and encoded again; the damaged file stays beside
the new one. Like every change it is kept whole or not at all. What can be read of a damaged file
is `index.local.remains`' affair, what is wrong with an index `index.verify`'s.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .build import STAGED, Progress, corpus_of, silent
from .encoder import Encoder, Vectors, load
from .entries import RECIPE, Cut, cut_of, indexed_words
from .errors import CorpusError, IndexWriteError, ModelError
from .files import Columns, SourceFile, read_folder, read_source
from .local import LocalStore
from .local.remains import Remains
from .local.writer import LocalWriter
from .milvus import Address
from .staging import Staging, key_of, staging
from .store import STORED, Entry


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did: the sources of the documents kept as they were stored, read again from
    their files, and lost, how many more are lost without a name, how many texts were encoded again,
    where the damaged file is kept, and what could not be written that can be derived again."""

    kept: tuple[str, ...]
    read_again: tuple[str, ...]
    lost: tuple[str, ...]
    unnamed: int
    encoded: int
    damaged: Path | None
    warning: str | None = None

    def __str__(self) -> str:
        """In one line, without the warning."""
        parts = [
            f"{len(self.kept)} documents kept",
            f"{_some(self.read_again)} read again from their files",
            f"{_some(self.lost)} lost",
        ]
        if self.unnamed:
            parts.append(f"{self.unnamed} more lost, whose names cannot be read")
        parts.append(
            "metadata, words, dispatches, numbers and the FAISS file made again, "
            f"{self.encoded} vectors encoded again"
        )
        if self.damaged:
            parts.append(f"the old file is kept as {self.damaged}")
        return "; ".join(parts)


def repair(
    place: Path | str,
    encoder: Encoder | None = None,
    progress: Progress = silent,
    *,
    corpus: Path | None = None,
) -> Repaired:
    """Mend the index in the folder `place`.

    `encoder` is by default the index's own model, or the bundled one where the index no longer
    tells; `corpus` the folder that it was built from. Raises `CorpusError` where nothing is left
    to mend or `corpus` has to be given, `ModelError`, `IndexMissingError`, `IndexBusyError`,
    `IndexDamagedError` where the file cannot be opened at all, or `IndexWriteError`; the index is
    then as it was before.
    """
    if Address.parse(str(place)) is not None:
        raise IndexWriteError(f"{place} is in Milvus; only folders are mended: build it again")
    store = LocalStore(Path(place))
    with store.alone(), store.remains() as remains:
        folder = _corpus(store, remains, corpus)
        encoder = _encoder(store, remains, encoder)
        meta = {
            "model": encoder.model,
            "recipe": RECIPE,
            "corpus": os.path.relpath(folder.resolve(), store.folder.resolve()),
            "columns": remains.meta.get("columns", ""),
        }
        with (
            staging(store.folder / STAGED) as staged,
            store.renewing(meta, remains) as writer,
        ):
            width = encoder.encode_queries(["?"]).shape[1]
            mending = _Mending(remains, encoder, width, staged, writer, progress)
            mending.carry_over()
            mending.read_again(folder, _columns(remains.meta))
            if not mending.done:
                raise CorpusError(
                    f"nothing can be read of the index at {store.place}, nor of the documents in "
                    f"{folder}"
                )
        return mending.report()


@dataclass(slots=True)
class _Mending:
    """A repair on its way, with an encoder and the length of its vectors.

    `done` are the sources written, `again` those of them that were read again, `missing` those of
    which nothing was left, None where not even the name was.
    """

    remains: Remains
    encoder: Encoder
    width: int
    staged: Staging
    writer: LocalWriter
    progress: Progress
    done: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    missing: list[str | None] = field(default_factory=list)
    passages: int = 0
    encoded: int = 0

    def carry_over(self) -> None:
        """Write what is still there."""
        for key, source in self.remains.sources.items():
            kept = self.remains.document(key)
            if kept is None or not self._write(kept.file, key, kept.indexed):
                self.missing.append(source)

    def read_again(self, folder: Path, columns: Columns | None) -> None:
        """Write from their files the documents that are not; every file of the folder, where it
        cannot be told which documents there were."""
        wanted = {source for source in self.missing if source is not None} - self.done
        named = self.remains.complete and None not in self.missing
        for file in _files(folder, columns, wanted if named else None):
            if file.source not in self.done and self._write(file, None, None):
                self.again.add(file.source)

    def report(self) -> Repaired:
        lost = {source for source in self.missing if source is not None} - self.done
        there_were = self.remains.documents() or len(self.remains.sources)
        return Repaired(
            kept=tuple(sorted(self.done - self.again)),
            read_again=tuple(sorted(self.again)),
            lost=tuple(sorted(lost)),
            unnamed=max(there_were - len(self.done) - len(lost), 0),
            encoded=self.encoded,
            damaged=self.writer.kept,
            warning=self.writer.warning,
        )

    def _write(self, file: SourceFile, key: int | None, indexed: str | None) -> bool:
        """Write a document, of which vectors may be left under a key; False where it holds no
        sentence, or is written already."""
        cut = cut_of(file)
        if not cut.sentences or file.source in self.done:
            return False
        self.writer.add(self._entry(cut, key), indexed)
        self.done.add(file.source)
        self.passages += len(cut.passages)
        total = max(len(self.remains.sources), self.remains.documents(), len(self.done))
        self.progress(len(self.done), total, self.passages)
        return True

    def _entry(self, cut: Cut, key: int | None) -> Entry:
        """With the vectors that are left, and the others encoded again."""
        texts = cut.texts()
        staged = key_of(self.encoder.model, RECIPE, texts)
        vectors = self.staged.get(staged)
        if vectors is None:
            known = self._left(cut, key)
            missing = [text for text, vector in zip(texts, known, strict=True) if vector is None]
            fresh = (one for batch in self.encoder.encode_passages(missing) for one in batch)
            vectors = np.array([next(fresh) if one is None else one for one in known])
            self.encoded += len(missing)
            if missing:
                self.staged.put(staged, vectors)
        return cut.entry(vectors)

    def _left(self, cut: Cut, key: int | None) -> list[Vectors | None]:
        """The vectors of the document's texts that are left, if they are what this model and this
        recipe give."""
        meta = self.remains.meta
        if key is None or (meta.get("model"), meta.get("recipe")) != (self.encoder.model, RECIPE):
            return [None] * len(cut.texts())
        length = self.width * STORED().itemsize
        left = self.remains.vectors(key, cut.passages, cut.sentences, indexed_words)
        return [
            np.frombuffer(blob, STORED).astype(np.float32) if blob and len(blob) == length else None
            for blob in left
        ]


def _some(sources: tuple[str, ...]) -> str:
    return f"{len(sources)} ({', '.join(sources)})" if sources else "0"


def _files(folder: Path, columns: Columns | None, wanted: set[str] | None) -> Iterator[SourceFile]:
    """The files of these sources that can be read, or of all."""
    if wanted is None:
        try:
            found = list(read_folder(folder, columns))
        except CorpusError:  # no folder: what it held is lost, as the report says
            found = []
    else:
        found = [read_source(folder, source, columns) for source in sorted(wanted)]
    return (item for item in found if isinstance(item, SourceFile))


def _corpus(store: LocalStore, remains: Remains, given: Path | None) -> Path:
    if given is not None:
        return given
    if "corpus" in remains.meta:
        return corpus_of(store, remains.meta)
    beside = store.folder.absolute().with_suffix("")  # as `index.places.index_of` names it
    if beside == store.folder.absolute() or not beside.is_dir():
        raise CorpusError(
            f"the index at {store.place} no longer says which folder it was built from; say it: "
            f"python -m index repair {store.place} --corpus FOLDER"
        )
    return beside


def _encoder(store: LocalStore, remains: Remains, given: Encoder | None) -> Encoder:
    model = remains.meta.get("model")
    if given is not None and model is not None and given.model != model:
        raise ModelError(
            f"the index at {store.place} was built with the model {model!r}, not {given.model!r}"
        )
    return given or load(model)


def _columns(meta: Mapping[str, str]) -> Columns | None:
    try:
        return Columns.parse(meta["columns"]) if meta.get("columns") else None
    except ValueError:  # they are garbled, and are asked for again by the next build
        return None
