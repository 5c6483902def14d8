"""The FAISS file: nearest passages by inner product, derived from the store.

The file ends with a stamp: a digest of its content and of the generation of the store that it was
made from. It is written under a temporary name and renamed, and one that is missing, damaged or of
another generation is made again from the store, so that losing it loses nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from .encoder import Vectors

STAMP_BYTES = hashlib.sha256().digest_size


def file_of(folder: Path, generation: int) -> Path:
    """Where the vectors of a generation are kept."""
    return folder / f"vectors-{generation}.faiss"


class VectorIndex:
    """Exact search over unit vectors; a passage's key is its id."""

    def __init__(self, index: Any, generation: int) -> None:  # FAISS types the base class only
        self._index = index
        self.generation = generation

    @classmethod
    def build(cls, keys: npt.NDArray[np.int64], vectors: Vectors, generation: int) -> VectorIndex:
        """From keys [n] and unit vectors [n, dimension]."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(np.ascontiguousarray(vectors), keys)
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
        """The keys [n] and vectors [n, dimension], in the order in which they were added."""
        keys = faiss.vector_to_array(self._index.id_map)
        return keys, self._index.index.reconstruct_n(0, len(self))

    def search(
        self, vector: Vectors, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage key, cosine) of the `limit` nearest to `vector`, [dimension], best first;
        among `keys` only, where given."""
        parameters = None
        if keys is not None:
            parameters = faiss.SearchParameters(  # type: ignore[call-arg]
                sel=faiss.IDSelectorBatch(np.asarray(keys, np.int64))
            )
        scores, ids = self._index.search(vector[None], limit, params=parameters)
        return [(int(k), float(s)) for k, s in zip(ids[0], scores[0], strict=True) if k >= 0]


def _stamp(content: memoryview, generation: int) -> bytes:
    digest = hashlib.sha256(f"{generation}\n".encode())
    digest.update(content)
    return digest.digest()
