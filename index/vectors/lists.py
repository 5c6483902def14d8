"""Passages in FAISS' lists, one list a language: those that a question is nearest to.

A question brings what it owes to each language's mean as its distance to that language's list, so
that the means may change without the lists. In `exact` lists every number of a vector is compared,
in float16; in `compressed` ones two numbers at a time by 4 bits (product quantisation), of all
passages, and what comes out first is to be compared again.
"""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from ..encoder import Vectors
from .rows import Given, Keys, Numbers, Rows, blocks

TRAINED_BY = 16_384  # vectors; more do not change the recall
SPARE = 256  # lists for languages to come

_ROUNDS = 10  # of k-means, in each pair of numbers
_SEED = 1


class Lists:
    """Lists of passages, and their centres [lists, dimension]: a list holds how its vectors differ
    from its centre."""

    def __init__(self, lists: Any, centres: Vectors) -> None:  # FAISS types the base class only
        self._lists = lists
        self.centres = centres

    @classmethod
    def exact(cls, rows: Rows, languages: int) -> Lists:
        """Of rows that are float16."""
        dimension = rows.codes.shape[1]
        lists = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            max(languages, 1),
            faiss.ScalarQuantizer.QT_fp16,
            faiss.METRIC_INNER_PRODUCT,
            True,
        )
        lists.is_trained = True
        inside: Any = lists.invlists
        for number in range(languages):
            own = np.flatnonzero(rows.numbers == number)
            if not len(own):
                continue
            keys, codes = rows.keys[own], rows.codes[own].view(np.uint8)
            inside.add_entries(number, len(own), faiss.swig_ptr(keys), faiss.swig_ptr(codes))
        lists.ntotal = len(rows)
        return cls(lists, np.zeros((languages, dimension), np.float32))

    @classmethod
    def compressed(cls, rows: Rows, means: Vectors) -> Lists:
        """Of rows of any kind, given the mean of each language: [languages, dimension]."""
        dimension = rows.codes.shape[1]
        centres = np.concatenate([means, np.repeat(means.mean(axis=0)[None], SPARE, axis=0)])
        lists = faiss.IndexIVFPQFastScan(
            faiss.IndexFlatIP(dimension),
            dimension,
            len(centres),
            dimension // (1 if dimension % 2 else 2),
            4,
            faiss.METRIC_INNER_PRODUCT,
        )
        lists.by_residual = True
        lists.pq.cp.niter = _ROUNDS
        lists.pq.cp.seed = _SEED
        chosen = np.random.default_rng(_SEED).permutation(len(rows))[:TRAINED_BY]
        lists.pq.train(rows.vectors(chosen) - means[rows.numbers[chosen]])
        lists.is_trained = True
        made = cls(lists, centres)
        for block in blocks(len(rows)):
            made._add(rows.keys[block], rows.vectors(block), rows.numbers[block])
        return made

    @classmethod
    def read(cls, data: Any, centres: Vectors) -> Lists:
        """What `written` gave: FAISS trusts it, down to the sizes that it allocates."""
        return cls(faiss.deserialize_index(data), centres)

    def written(self) -> Any:
        """uint8 [bytes]."""
        return faiss.serialize_index(self._lists)

    @property
    def room(self) -> int:
        """How many languages there are lists for."""
        return len(self.centres)

    def changed(
        self,
        removed: Keys,
        keys: Keys,
        vectors: Given,
        numbers: Numbers,
        means: Vectors,
        known: int,
    ) -> Lists:
        """Others, of compressed passages without `removed` and with those that the rest describes;
        those of `means`, [languages, dimension], that come after the `known` are the centres of new
        languages."""
        centres = self.centres.copy()
        centres[known : len(means)] = means[known:]
        made = Lists(faiss.clone_index(self._lists), centres)
        if len(removed):
            made._lists.remove_ids(faiss.IDSelectorBatch(removed))
        for block in blocks(len(keys)):
            made._add(keys[block], vectors[block].astype(np.float32), numbers[block])
        return made

    def _add(self, keys: Keys, vectors: Vectors, numbers: Numbers) -> None:
        given = self._lists.quantizer
        for number in np.unique(numbers):
            # FAISS asks the quantizer for the list of each vector: here all belong to the same.
            only = faiss.IndexIDMap2(faiss.IndexFlatIP(self._lists.d))
            only.add_with_ids(self.centres[number][None], np.array([number], np.int64))
            own = numbers == number
            self._lists.quantizer = only
            try:
                self._lists.add_with_ids(vectors[own], keys[own])
            finally:
                self._lists.quantizer = given

    def nearest(
        self, vector: Vectors, means: Vectors, limit: int, selector: faiss.IDSelector | None
    ) -> Keys:
        """The keys of the `limit` passages nearest to `vector`, [dimension], best first, by its
        inner product less that with the mean of their language, of `means`, [languages,
        dimension]; of those that the selector admits."""
        numbers = np.arange(len(means), dtype=np.int64)
        offsets = ((self.centres[: len(means)] - means) @ vector).astype(np.float32)
        scores = np.empty(limit, np.float32)
        found = np.empty(limit, np.int64)
        parameters = faiss.SearchParametersIVF(  # type: ignore[call-arg]
            nprobe=len(means), sel=selector
        )
        self._lists.search_preassigned_c(
            1,
            faiss.swig_ptr(vector),
            limit,
            faiss.swig_ptr(numbers),
            faiss.swig_ptr(offsets),
            faiss.swig_ptr(scores),
            faiss.swig_ptr(found),
            False,
            parameters,
        )
        return found[found >= 0]
