"""Passages' vectors as an index keeps them, and a question's inner product with some of them.

Few passages are kept as float16, as the store keeps them; many in 8 bits a number. Which of them to
compare is left to `index.vectors.lists` and `index.vectors.index`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..encoder import Vectors

Keys = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.uint16]
Codes = npt.NDArray[np.float16] | npt.NDArray[np.uint8]
Given = Vectors | npt.NDArray[np.float16]

BLOCK = 20_000  # vectors that are float32 at once


@dataclass(frozen=True, slots=True)
class Scale:
    """A number of a vector is low + step × a whole number from 0 to 255: [dimension] each."""

    low: Vectors
    step: Vectors

    @classmethod
    def of(cls, vectors: Given) -> Scale:
        """One that holds `vectors`, and such as reach a little further."""
        least, most = vectors.min(axis=0).astype(np.float32), vectors.max(axis=0).astype(np.float32)
        margin = np.maximum((most - least) / 16, 1e-6)
        return cls(least - margin, (most - least + 2 * margin) / 255)

    def encode(self, vectors: Vectors) -> npt.NDArray[np.uint8]:
        whole = np.rint((vectors - self.low) / self.step)
        return np.asarray(whole.clip(0, 255), np.uint8)


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages by their keys, which ascend: [n]; the numbers of their languages, [n]; and their
    vectors, [n, dimension], float16 or, by `scale`, uint8."""

    keys: Keys
    numbers: Numbers
    codes: Codes
    scale: Scale | None

    @classmethod
    def of(cls, keys: Keys, numbers: Numbers, vectors: Given, scale: Scale | None) -> Rows:
        """From passages in any order."""
        order = np.argsort(keys, kind="stable")
        codes = np.empty(vectors.shape, np.float16 if scale is None else np.uint8)
        for block in blocks(len(order)):
            given = vectors[order[block]].astype(np.float32)
            codes[block] = given if scale is None else scale.encode(given)
        return cls(np.asarray(keys, np.int64)[order], numbers[order], codes, scale)

    def __len__(self) -> int:
        return len(self.keys)

    def places(self, keys: Keys) -> Places:
        """Where those of `keys` that are here lie, ascending."""
        places = np.searchsorted(self.keys, keys)
        there = places < len(self)
        there[there] = self.keys[places[there]] == keys[there]
        return np.unique(places[there])

    def vectors(self, places: Places | slice) -> Vectors:
        """[places, dimension]."""
        codes = self.codes[places].astype(np.float32)
        return codes if self.scale is None else codes * self.scale.step + self.scale.low

    def cosines(self, places: Places, vector: Vectors) -> Vectors:
        """With `vector`, [dimension]: [places]."""
        codes = self.codes[places].astype(np.float32)
        if self.scale is None:
            return np.asarray(codes @ vector, np.float32)
        return np.asarray(codes @ (vector * self.scale.step) + self.scale.low @ vector, np.float32)

    def changed(self, removed: Places, added: Rows | None) -> Rows:
        """Others: without some, and with those that are added, in the same scale."""
        kept = np.ones(len(self), np.bool_)
        kept[removed] = False
        rest = len(self) - len(removed)
        codes = np.empty((rest + len(added or ()), self.codes.shape[1]), self.codes.dtype)
        np.compress(kept, self.codes, axis=0, out=codes[:rest])
        keys, numbers = self.keys[kept], self.numbers[kept]
        if added is not None:
            codes[rest:] = added.codes
            keys = np.concatenate([keys, added.keys])
            numbers = np.concatenate([numbers, added.numbers])
            if rest and added.keys[0] < keys[rest - 1]:  # as a rule, what is added follows
                order = np.argsort(keys, kind="stable")
                keys, numbers, codes = keys[order], numbers[order], codes[order]
        return Rows(keys, numbers, codes, self.scale)


def blocks(count: int) -> Iterator[slice]:
    """The places from 0 to `count`, `BLOCK` at a time."""
    for start in range(0, count, BLOCK):
        yield slice(start, min(start + BLOCK, count))
