"""The FAISS file: nearest passages by inner product, derived from the store.

The file carries the generation of the store that it was made from. It is written under a temporary
name and renamed, and one that is missing, damaged or of another generation is made again in memory,
so that losing it loses nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from .encoder import Vectors


def file_of(folder: Path, generation: int) -> Path:
    """Where the vectors of a generation are kept."""
    return folder / f"vectors-{generation}.faiss"


class VectorIndex:
    """Exact search over unit vectors; a passage's key is its id."""

    def __init__(self, index: faiss.Index, generation: int) -> None:
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
        path = file_of(folder, generation)
        if not path.is_file():
            return None
        try:
            return cls(faiss.read_index(str(path)), generation)
        except RuntimeError:  # all that FAISS raises; the caller derives the index again
            return None

    def save(self, folder: Path) -> None:
        """Write the file, then drop those of other generations. Raises `OSError`."""
        path = file_of(folder, self.generation)
        temporary = path.with_suffix(".tmp")
        try:
            with open(temporary, "wb") as file:
                file.write(faiss.serialize_index(self._index).tobytes())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        for other in folder.glob("vectors-*.faiss"):
            if other != path:
                other.unlink(missing_ok=True)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, vector: Vectors, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """(passage key, cosine) of the `limit` nearest to `vector`, [dimension], best first;
        among `keys` only, where given."""
        parameters = None
        if keys is not None:
            parameters = faiss.SearchParameters(
                sel=faiss.IDSelectorBatch(np.asarray(keys, np.int64))
            )
        scores, ids = self._index.search(vector[None], limit, params=parameters)
        return [(int(k), float(s)) for k, s in zip(ids[0], scores[0], strict=True) if k >= 0]
