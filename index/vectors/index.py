"""The index of vectors: the passages nearest to a question, for their languages.

Up to `EXACT_UP_TO` passages every one is compared with the question (exact). Above, FAISS compares
all in a compressed form, far faster, and the best of them are compared again in 8 bits a number.
Exact cosines of what is found are left to the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from ..encoder import Vectors
from . import file
from .lists import Lists
from .rows import Codes, Given, Keys, Numbers, Rows, Scale, blocks

SHRINKAGE = 10  # 30 costs little in retrieval across languages, 100 clearly costs
EXACT_UP_TO = 30_000  # passages; a question takes under 3 ms, and every doubling doubles that
REACH = 20  # times as many passages as are asked for are compared again,
LEAST_REACH = (
    1_000  # and so many at least: of a million, 500 lose 1.4 % of the 10 nearest, 1,000 0.4
)
GROWTH = 2  # times the passages that compressed lists were trained by: they are trained again

Sums = npt.NDArray[np.float64]


class VectorIndex:
    """Search over unit vectors in languages; a passage's key is its id.

    Nearness counts from the mean of a passage's language. An index never changes: many threads may
    search it, and `changed` gives another.
    """

    def __init__(
        self,
        generation: int,
        rows: Rows,
        languages: Sequence[str],
        sums: Sums,
        lists: Lists | None = None,
        trained_by: int = 0,
    ) -> None:
        """From the sums of the vectors of each of `languages`, [languages, dimension], and the
        compressed lists, trained by so many passages; lists are made where none are given."""
        self.generation = generation
        self._rows = rows
        self._languages = tuple(languages)
        self._sums = sums
        self._sizes = np.bincount(rows.numbers, minlength=len(sums))
        self._means = shrunk_means(sums, self._sizes)
        if lists is None and rows.scale is None:
            lists = Lists.exact(rows, len(languages))
        elif lists is None:
            lists, trained_by = Lists.compressed(rows, self._means), len(rows)
        self._lists = lists
        self._trained_by = trained_by

    @classmethod
    def build(
        cls, keys: Keys, vectors: Given, languages: Sequence[str], generation: int
    ) -> VectorIndex:
        """From keys [n], unit vectors [n, dimension] and n language codes, in any order. Vectors
        count as float16, as which the store keeps them."""
        names, inverse = np.unique(np.asarray(languages, np.str_), return_inverse=True)
        numbers = inverse.astype(np.uint16)
        sums = _sums(vectors, numbers, len(names))
        scale = None if len(keys) <= EXACT_UP_TO else Scale.of(vectors)
        rows = Rows.of(keys, numbers, vectors, scale)
        return cls(generation, rows, names.tolist(), sums)

    @classmethod
    def load(cls, folder: Path, generation: int) -> VectorIndex | None:
        """That of `generation`, or None when it has no file that is as it was written."""
        found = file.read(folder, generation)
        if found is None:
            return None
        data, parts = found
        sums, trained_by = parts["sums"], int(parts["trained_by"])
        codes: Codes = data.view(np.uint8) if trained_by else data.view(np.float16)
        rows = Rows(
            parts["keys"],
            parts["numbers"],
            codes.reshape(-1, sums.shape[1]),
            Scale(parts["low"], parts["step"]) if trained_by else None,
        )
        lists = Lists.read(parts["lists"], parts["centres"]) if trained_by else None
        return cls(generation, rows, parts["languages"].tolist(), sums, lists, trained_by)

    def save(self, folder: Path) -> None:
        """Write the file of its generation, whole or not at all. Raises `OSError`."""
        parts: file.Parts = {
            "keys": self._rows.keys,
            "numbers": self._rows.numbers,
            "languages": np.array(self._languages, np.str_),
            "sums": self._sums,
            "trained_by": np.array(self._trained_by),
        }
        if self._rows.scale is not None:
            parts |= {
                "low": self._rows.scale.low,
                "step": self._rows.scale.step,
                "lists": self._lists.written(),
                "centres": self._lists.centres,
            }
        file.write(folder, self.generation, self._rows.codes, parts)

    def changed(
        self,
        removed: Keys,
        keys: Keys,
        vectors: Given,
        languages: Sequence[str],
        generation: int,
    ) -> VectorIndex:
        """Another index, without the passages `removed` and with those added that the rest
        describes as for `build`; this one stays as it is.

        One that is compressed stays so however small it gets, since what its numbers were is
        gone, until it is empty.
        """
        places = self._rows.places(removed)
        if len(places) == len(self):
            return type(self).build(keys, vectors, languages, generation)
        names = tuple(dict.fromkeys([*self._languages, *sorted(set(languages))]))
        number_of = {name: number for number, name in enumerate(names)}
        numbers = np.array([number_of[name] for name in languages], np.uint16)
        sums = np.zeros((len(names), self._sums.shape[1]))
        sums[: len(self._languages)] = self._sums
        if len(keys):
            sums += _sums(vectors, numbers, len(names))
        if len(places):
            sums -= _sums(self._rows.vectors(places), self._rows.numbers[places], len(names))
        added = Rows.of(keys, numbers, vectors, self._rows.scale) if len(keys) else None
        rows = self._rows.changed(places, added)
        if rows.scale is None:
            if len(rows) > EXACT_UP_TO:
                whole = rows.vectors(slice(None))
                rows = Rows.of(rows.keys, rows.numbers, whole, Scale.of(whole))
            return type(self)(generation, rows, names, sums)
        if len(rows) > GROWTH * self._trained_by or len(names) > self._lists.room:
            return type(self)(generation, rows, names, sums)
        means = shrunk_means(sums, np.bincount(rows.numbers, minlength=len(names)))
        gone, known = self._rows.keys[places], len(self._languages)
        lists = self._lists.changed(gone, keys, vectors, numbers, means, known)
        return type(self)(generation, rows, names, sums, lists, self._trained_by)

    def __len__(self) -> int:
        return len(self._rows)

    def contents(self) -> tuple[Keys, npt.NDArray[np.float16], list[str]]:
        """What it holds, by key: the keys [n], the vectors [n, dimension], whose numbers are
        rounded where it is compressed, and the language of each."""
        vectors = np.empty(self._rows.codes.shape, np.float16)
        for block in blocks(len(self)):
            vectors[block] = self._rows.vectors(block)
        names = np.array(self._languages, np.str_)
        return self._rows.keys, vectors, names[self._rows.numbers].tolist()

    def search(self, vector: Vectors, limit: int, keys: Keys | None = None) -> list[int]:
        """The keys of the `limit` passages nearest to `vector`, [dimension], for their languages,
        best first; among `keys` only, where given."""
        vector = np.ascontiguousarray(vector, np.float32)
        if not len(self):
            return []
        reach = max(LEAST_REACH, REACH * limit) if self._trained_by else limit
        if keys is None or len(keys) > reach:
            selector = None if keys is None else _selector(keys)
            keys = self._lists.nearest(vector, self._means, min(reach, len(self)), selector)
        places = self._rows.places(keys)
        ahead = (
            self._rows.cosines(places, vector) - (self._means @ vector)[self._rows.numbers[places]]
        )
        best = np.argsort(-ahead, kind="stable")[:limit]
        found: list[int] = self._rows.keys[places[best]].tolist()
        return found

    def group_means(self, vector: Vectors) -> dict[str, float]:
        """The cosine of `vector`, [dimension], with the mean of each language that passages are
        in."""
        cosines = self._means @ vector
        return {
            name: float(cosine)
            for name, cosine, size in zip(self._languages, cosines, self._sizes, strict=True)
            if size
        }


def _sums(vectors: Given, numbers: Numbers, count: int) -> Sums:
    """Of the vectors of each language: [count, dimension]."""
    sums = np.zeros((count, vectors.shape[1]))
    for block in blocks(len(numbers)):
        for number in np.unique(numbers[block]):
            own = vectors[block][numbers[block] == number]
            sums[number] += own.astype(np.float16).sum(axis=0, dtype=np.float64)
    return sums


def shrunk_means(sums: Sums, sizes: npt.NDArray[np.int64]) -> Vectors:
    """The mean vector of each language: [languages, dimension]. A mean of few passages leans on the
    mean of all, by as much as `SHRINKAGE` passages of its own would weigh."""
    overall = sums.sum(axis=0) / max(int(sizes.sum()), 1)
    return np.asarray((sums + SHRINKAGE * overall) / (sizes[:, None] + SHRINKAGE), np.float32)


def _selector(keys: Keys) -> faiss.IDSelector:
    """Of many keys by one bit for each key up to the highest, unless they lie far apart."""
    highest = int(keys.max())
    if keys.min() < 0 or highest > 1000 * len(keys):
        return faiss.IDSelectorBatch(keys)
    admitted = np.zeros(highest + 1, np.bool_)
    admitted[keys] = True
    bits: Any = np.packbits(admitted, bitorder="little")  # FAISS' stubs know its C++ alone
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
