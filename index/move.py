"""An index, all of it, from one store into another: a folder, Milvus, in either direction.

Nothing is encoded again. What is derived from the documents (words to search by, which of them are
reprints) is derived by the store that takes them in.
"""

from __future__ import annotations

import os
from pathlib import Path

from .build import Progress, corpus_of, silent
from .errors import IndexMissingError, IndexWriteError
from .places import store_at
from .store import Counts, Store


def move(
    origin: Store | Path | str, into: Store | Path | str, progress: Progress = silent
) -> Counts:
    """Make the index at `into` what the one at `origin` is, which stays; returns how much it holds.

    Raises `IndexWriteError` where there is an index already, or what the stores raise; there is
    then no index at `into`.
    """
    source, target = store_at(origin), store_at(into)
    with target.alone(), source.reading() as snapshot:
        if _holds(target):
            raise IndexWriteError(f"there is an index at {target.place} already; delete it first")
        meta, counts = snapshot.meta(), snapshot.counts()
        corpus = corpus_of(source, meta)
        recorded = {
            "model": meta["model"],
            "recipe": meta["recipe"],
            "corpus": os.path.relpath(corpus, target.folder.resolve()),
            "columns": meta.get("columns", ""),
        }
        with target.writing(recorded) as writer:
            passages = 0
            for done, entry in enumerate(snapshot.entries(), start=1):
                writer.add(entry)
                passages += len(entry.passages)
                progress(done, counts.documents, passages)
    return counts


def _holds(store: Store) -> bool:
    try:
        with store.reading():
            return True
    except IndexMissingError:
        return False
