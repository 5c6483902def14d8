"""What is derived from an index in a folder: the FAISS file of its generation, and what filters
admit.

The file of a change is written before the change is kept, so that every state has one. A file that
is lost all the same is worked out again, at once where the index is small, and by
`python -m index repair` where that takes long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..filters import Filters
from ..vectors import VectorIndex, file_of
from .database import damaged
from .snapshot import LocalSnapshot
from .writer import LocalWriter

AT_ONCE = 100_000  # passages whose FAISS index is built while somebody waits for an answer
FILTERS_KEPT = 8
ROWS = 50_000  # compared at once
ROUNDED = 0.02  # of a number of a vector that FAISS keeps in fewer bits


class FolderDerived:
    """What is derived from the index in `folder`, kept between searches for one generation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._vectors: VectorIndex | None = None
        self._admitted: dict[tuple[int, Filters], npt.NDArray[np.int64]] = {}

    def vectors(self, snapshot: LocalSnapshot) -> VectorIndex:
        """The vectors of the snapshot's generation. Raises `IndexDamagedError` where their file is
        lost and the index is too large to do without."""
        generation = snapshot.generation()
        with self._lock:
            known = self._vectors
            if known is None or known.generation != generation:
                passages = snapshot.counts().passages
                known = VectorIndex.load(self._folder, generation)
                if known is None or len(known) != passages:
                    if passages > AT_ONCE:
                        raise damaged(self._folder, "its FAISS file is missing or damaged")
                    known = VectorIndex.build(*snapshot.vectors(), generation)
                self._vectors = known
            return known

    def admitted(self, snapshot: LocalSnapshot, filters: Filters) -> npt.NDArray[np.int64] | None:
        """The keys of the passages that the filters admit, in order; None where all are."""
        if not filters.any:
            return None
        key = snapshot.generation(), filters
        with self._lock:
            if key not in self._admitted:
                while len(self._admitted) >= FILTERS_KEPT:
                    del self._admitted[next(iter(self._admitted))]
                self._admitted[key] = snapshot.keys(filters)
            return self._admitted[key]

    def differences(self, snapshot: LocalSnapshot) -> Iterator[str]:
        """What the FAISS file holds otherwise than the snapshot."""
        generation = snapshot.generation()
        index = VectorIndex.load(self._folder, generation)
        if index is None:
            yield "the FAISS file is missing, damaged or not of this generation"
        elif len(index) != snapshot.counts().passages:
            yield "the FAISS file holds other passages than the index"
        else:
            keys, vectors, languages = snapshot.vectors()
            found_keys, found, found_languages = index.contents()
            if not np.array_equal(keys, found_keys) or languages != found_languages:
                yield "the FAISS file holds other passages, or other languages, than the index"
            elif wrong := sum(_unlike(found[rows], vectors[rows]) for rows in _some(len(keys))):
                yield f"the FAISS file holds another vector for {wrong} passages"

    def restore(self, snapshot: LocalSnapshot) -> None:
        """Write the FAISS file of the snapshot's generation where it is lost. Raises `OSError`, and
        `IndexDamagedError` where the passages are not those that it counts on."""
        generation = snapshot.generation()
        known = VectorIndex.load(self._folder, generation)
        if known is None or len(known) != snapshot.counts().passages:
            VectorIndex.build(*snapshot.vectors(), generation).save(self._folder)

    def save(self, changed: LocalSnapshot, writer: LocalWriter, before: int, after: int) -> None:
        """Write the FAISS file of the generation `after`, in which `changed` already is, from that
        of the generation `before`, or anew where there is none. Raises `OSError`."""
        remove_others(self._folder, before)
        known = VectorIndex.load(self._folder, before)
        left = changed.counts().passages - len(writer.added)
        if known is None or left != len(known) - len(writer.removed) or not left:
            vectors = VectorIndex.build(*changed.vectors(), after)
        else:
            removed = np.array(sorted(writer.removed), np.int64)
            vectors = known.changed(removed, *changed.vectors(sorted(writer.added)), after)
        vectors.save(self._folder)


def remove_others(folder: Path, generation: int) -> None:
    """Delete every FAISS file but that of `generation`. One that a reader has open it keeps."""
    for path in folder.glob("vectors-*"):
        if path != file_of(folder, generation):
            path.unlink(missing_ok=True)


def _some(count: int) -> Iterator[slice]:
    """Row numbers from 0 to `count`, some at a time, so that memory holds no second copy of all."""
    yield from (slice(start, start + ROWS) for start in range(0, count, ROWS))


def _unlike(found: npt.NDArray[np.float16], expected: npt.NDArray[np.float16]) -> int:
    """How many rows differ by more than rounding."""
    return int((np.abs(found.astype(np.float32) - expected).max(axis=1) > ROUNDED).sum())
