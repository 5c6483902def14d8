"""Records that change: what is known under a key, as a state sees it.

A record keeps what it holds, the generation in which that was written, and what it held before, so
that a reader who does not see that generation reads the latter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .state import State
from .tables import Row, Table, filled

READ = ("born", "value", "before")  # the fields by which a record is read


def value_of(row: Mapping[str, Any] | None, state: State) -> str:
    """What a record holds in a state; "" for nothing."""
    if row is None:
        return ""
    return str(row["value"] if state.sees(row["born"]) else row["before"])


class Records:
    """The records of some keys, as `state` sees them."""

    def __init__(self, table: Table, state: State, keys: Sequence[str]) -> None:
        self._table = table
        self._state = state
        self._known = table.get(keys, READ)

    def value(self, key: str) -> str:
        """What a record holds; "" for nothing."""
        return value_of(self._known.get(key), self._state)

    def rewrite(self, generation: int, rows: Sequence[tuple[str, str, int, str]]) -> None:
        """Give these keys, each with its kind and its document, new values from a generation on."""
        fresh: list[Row] = []
        again: list[Row] = []
        for key, kind, document, value in rows:
            row = {"key": key, "born": generation, "document": document, "kind": kind}
            full = filled({**row, "value": value, "before": self.value(key)})
            (again if key in self._known else fresh).append(full)
        self._table.insert(fresh)
        self._table.upsert(again)
