"""Which documents print one dispatch, told anew after a change.

Documents that share keys of their signatures are found by those keys as a sparse vector; how alike
they are is `index.reprints`' affair. A dispatch has the key of one of its documents for a number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from ..reprints import REPRINT, bands_of, likeness
from .records import READ, Records, value_of
from .rows import about_of, record_keys
from .state import State
from .tables import Table, Tables

ALIKE_AT_MOST = 200  # documents that share most keys, with which one is compared
_AT_ONCE = 64
_NO_BAND = 2**32 - 2  # of a text without words: a vector may not be empty


def bands(signature: bytes) -> dict[int, float]:
    """The keys of a signature as a sparse vector: two have the inner product of those shared."""
    keys = (str(band).encode() for band in bands_of(signature))
    numbers = (hashlib.blake2b(key, digest_size=4).digest() for key in keys)
    return {int.from_bytes(n) % _NO_BAND: 1.0 for n in numbers} or {_NO_BAND: 1.0}


def members(records: Table, state: State, number: int) -> set[int]:
    """The documents of a dispatch, but for the one whose key it has, which may lack a record."""
    where = f'kind == "dispatch" and (value == "{number}" or before == "{number}")'
    rows = records.rows(f"{where} and {state.alive}", ("document", *READ))
    return {row["document"] for row in rows if value_of(row, state) == str(number)}


def relink(
    tables: Tables, before: State, after: State, added: Mapping[int, bytes], removed: Iterable[int]
) -> None:
    """Write the dispatches of the state `after`: those of the documents `added`, which have these
    signatures, and of those that shared one with a document `removed`, which may have been all
    that they had in common."""
    linking = _Linking(tables, before, after, added)
    linking.dissolve(removed)
    linking.link()
    linking.write()


class _Linking:
    def __init__(
        self, tables: Tables, before: State, after: State, added: Mapping[int, bytes]
    ) -> None:
        self._tables = tables
        self._before = before
        self._after = after
        self._signatures = dict(added)
        self._numbers = {key: key for key in added}
        self._again = set(added)

    def dissolve(self, removed: Iterable[int]) -> None:
        """Give each document that shared a dispatch with one removed a dispatch of its own."""
        gone = set(removed)
        self._learn(gone)
        shared = {self._numbers[key] for key in gone}
        left = {key for number in shared for key in self._members(number)} - gone
        self._numbers = {key: n for key, n in self._numbers.items() if key not in gone}
        self._numbers.update((key, key) for key in left)
        self._again |= left

    def link(self) -> None:
        """Join each document that is to be told anew with those that print the same."""
        again = sorted(self._again)
        for start in range(0, len(again), _AT_ONCE):
            keys = again[start : start + _AT_ONCE]
            self._read(keys)
            keys = [key for key in keys if bands_of(self._signatures[key])]
            found = self._tables.documents.search(
                [bands(self._signatures[key]) for key in keys],
                "bands",
                "IP",
                ALIKE_AT_MOST,
                self._after.visible,
            )
            self._read([key for others in found for key in others])
            self._learn({key for others in found for key in others})
            for key, others in zip(keys, found, strict=True):
                own = self._signatures[key]
                self._join(
                    {self._numbers[key]}
                    | {
                        self._numbers[other]
                        for other in others
                        if likeness(own, self._signatures[other]) >= REPRINT
                    }
                )

    def write(self) -> None:
        """Write the numbers that are not as they were."""
        keys = {record_keys("dispatch", key, 1)[0]: key for key in sorted(self._numbers)}
        known = Records(self._tables.records, self._before, list(keys))
        known.rewrite(
            self._after.generation,
            [
                (record, "dispatch", key, str(self._numbers[key]))
                for record, key in keys.items()
                if int(known.value(record) or key) != self._numbers[key]
            ],
        )

    def _join(self, numbers: set[int]) -> None:
        """Make dispatches one."""
        joined = min(numbers)
        for number in numbers - {joined}:
            self._numbers.update((key, joined) for key in self._members(number))

    def _members(self, number: int) -> set[int]:
        """The documents of a dispatch."""
        stored = members(self._tables.records, self._before, number)
        told = {key for key in (*stored, number) if key not in self._numbers}
        return told | {key for key, own in self._numbers.items() if own == number}

    def _learn(self, keys: Iterable[int]) -> None:
        """Read the numbers of documents that are not known yet."""
        unknown = [key for key in keys if key not in self._numbers]
        records = {key: record_keys("dispatch", key, 1)[0] for key in unknown}
        known = Records(self._tables.records, self._before, list(records.values()))
        self._numbers.update((key, int(known.value(records[key]) or key)) for key in unknown)

    def _read(self, keys: Sequence[int]) -> None:
        """Read the signatures of documents that are not known yet."""
        unknown = sorted({key for key in keys if key not in self._signatures})
        rows = self._tables.documents.get(unknown, ("about_parts",))
        parts = {key: record_keys("about", key, row["about_parts"]) for key, row in rows.items()}
        every = [part for several in parts.values() for part in several]
        found = self._tables.records.get(every, ("value",))
        for key, several in parts.items():
            about = about_of([found[part]["value"] for part in several])
            self._signatures[key] = about.signature
