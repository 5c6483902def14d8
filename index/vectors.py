"""The FAISS file: nearest passages by inner product, derived from the store.

The file ends with a stamp: a digest of its content and of the generation of the store that it was
made from. It is written under a temporary name and renamed, and one that is missing, damaged or of
another generation is made again from the store, so that losing it loses nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from .encoder import Vectors

STAMP_BYTES = hashlib.sha256().digest_size


SHRINKAGE = 10  # 30 costs little in retrieval across languages, 100 clearly costs


def file_of(folder: Path, generation: int) -> Path:
    """Where the vectors of a generation are kept."""
    return folder / f"vectors-{generation}.faiss"


@dataclass(frozen=True, slots=True)
class Near:
    """How near a passage is to a question: their cosine, and the question's cosine with the mean of
    the passage's group."""

    cosine: float
    group_mean: float


class VectorIndex:
    """Exact search over unit vectors in groups; a passage's key is its id, its group its language.

    Nearness counts from the mean of a group. The index holds each vector with its group marked in
    extra dimensions, and a question brings its cosine with each mean there, so that one inner
    product gives the difference, and the means may change without the index.
    """

    def __init__(self, index: Any, generation: int) -> None:  # FAISS types the base class only
        self._index = index
        self._means: Vectors | None = None
        self.generation = generation

    @classmethod
    def build(
        cls,
        keys: npt.NDArray[np.int64],
        vectors: Vectors,
        groups: npt.NDArray[np.int64],
        generation: int,
    ) -> VectorIndex:
        """From keys [n], unit vectors [n, dimension] and group numbers [n], counted from 0."""
        marks = np.eye(int(groups.max(initial=0)) + 1, dtype=np.float32)[groups]
        marked = np.ascontiguousarray(np.concatenate([vectors, marks], axis=1), np.float32)
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(marked.shape[1]))
        index.add_with_ids(marked, keys)
        return cls(index, generation)

    @classmethod
    def load(cls, folder: Path, generation: int) -> VectorIndex | None:
        """The file of `generation`, or None when there is none that can be read."""
        try:
            data = file_of(folder, generation).read_bytes()
        except OSError:  # whatever keeps it from being read, the caller derives the index again
            return None
        content = memoryview(data)[:-STAMP_BYTES]
        # FAISS trusts what it reads, down to the sizes that it allocates; only our own reach it.
        if data[-STAMP_BYTES:] != _stamp(content, generation):
            return None
        return cls(faiss.deserialize_index(np.frombuffer(content, np.uint8)), generation)

    def save(self, folder: Path) -> None:
        """Write the file, then drop those of other generations. Raises `OSError`."""
        path = file_of(folder, self.generation)
        temporary = path.with_suffix(".tmp")
        content = memoryview(faiss.serialize_index(self._index).tobytes())
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.write(_stamp(content, self.generation))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        for other in (*folder.glob("vectors-*.faiss"), *folder.glob("vectors-*.tmp")):
            if other != path:
                other.unlink(missing_ok=True)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def contents(self) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The keys [n] and vectors [n, dimension + groups], in the order in which they were
        added."""
        keys = faiss.vector_to_array(self._index.id_map)
        return keys, self._index.index.reconstruct_n(0, len(self))

    def search(self, vector: Vectors, limit: int, keys: Sequence[int] | None = None) -> list[int]:
        """The keys of the `limit` passages nearest to `vector`, [dimension], for their groups, best
        first; among `keys` only, where given."""
        parameters = None
        if keys is not None:
            parameters = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(np.asarray(keys, np.int64))
            )
        marked = np.concatenate([vector, -self._group_means(vector)]).astype(np.float32)
        _, ids = self._index.search(marked[None], limit, params=parameters)
        return [int(key) for key in ids[0] if key >= 0]

    def near(self, vector: Vectors, keys: Sequence[int]) -> dict[int, Near]:
        """How near each of `keys` is to `vector`, [dimension]."""
        means = self._group_means(vector)
        dimension = len(vector)
        found = {}
        for key in keys:
            marked = self._index.reconstruct(key)
            group = int(marked[dimension:].argmax())
            found[key] = Near(float(marked[:dimension] @ vector), float(means[group]))
        return found

    def _group_means(self, vector: Vectors) -> Vectors:
        """The cosine of `vector` with each group's mean: [groups]. A mean of few passages leans on
        the mean of all, by as much as `SHRINKAGE` passages of its own would weigh."""
        if self._means is None:
            dimension = len(vector)
            _, marked = self.contents()
            vectors, marks = marked[:, :dimension], marked[:, dimension:]
            overall = vectors.mean(axis=0)
            sizes = marks.sum(axis=0)[:, None]
            self._means = (marks.T @ vectors + SHRINKAGE * overall) / (sizes + SHRINKAGE)
        return self._means @ vector


def _stamp(content: memoryview, generation: int) -> bytes:
    digest = hashlib.sha256(f"{generation}\n".encode())
    digest.update(content)
    return digest.digest()
