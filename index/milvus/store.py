"""The store in Milvus: who reads and changes it, and in which order.

A change is published by the rows of one state, which are written last. Readers filter by the state
that they found first, and ask in the end whether it was still there. What no state shows any more
is deleted when the next change begins, the states first, so that a reader who lost something knows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pymilvus import MilvusClient, MilvusException

from ..errors import (
    EntenteError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
)
from .address import Address
from .known import Known
from .lock import held
from .records import READ
from .snapshot import MilvusSnapshot
from .state import State, latest, read
from .tables import PATIENCE, Tables, filled
from .writer import MilvusWriter

TOKEN = "ENTENTE_MILVUS_TOKEN"  # «user:password» or a token of the server, from the environment

_CONNECTING = 2  # the server's code for a connection that fails


class MilvusStore:
    """The store at `address`, as `index.store.Store` describes it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._tables: Tables | None = None
        self._loaded = False
        self._state = State()
        self._known = Known()

    @property
    def place(self) -> str:
        return self.address.place

    @property
    def folder(self) -> Path:
        return self.address.folder

    @contextmanager
    def reading(self) -> Iterator[MilvusSnapshot]:
        path = self.address.path
        if path is not None and not path.exists():
            raise self._missing()
        with self._faults(IndexDamagedError, "read"):
            tables = self._connected()
            state = self._current(tables)
            try:
                yield MilvusSnapshot(tables, state, self.place, self._known)
            except IndexDamagedError as fault:
                self._check(tables, state, fault)
                raise
            self._check(tables, state, None)

    @contextmanager
    def writing(self, meta: Mapping[str, str]) -> Iterator[MilvusWriter]:
        with self._faults(IndexWriteError, "written"):
            tables = self._connected()
            tables.make()
            try:
                state = self._current(tables)
            except IndexMissingError:
                state = State()
            _sweep(tables, state)
            writer = MilvusWriter(tables, state)
            yield writer
            after = writer.finish(self._recorded(meta))
            tables.states.insert(after.rows())
            tables.states.flush()

    def derive(self) -> str | None:
        return None  # the server keeps what it searches by

    @contextmanager
    def alone(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise IndexWriteError(
                f"{self.folder} cannot be written: {fault.strerror or fault}"
            ) from fault
        with self._faults(IndexWriteError, "written"), held(self._connected(), self.place):
            yield

    def _connected(self) -> Tables:
        with self._lock:
            if self._tables is None:
                path = self.address.path
                if path is not None:
                    path.absolute().parent.mkdir(parents=True, exist_ok=True)
                client = MilvusClient(
                    self.address.uri, token=os.environ.get(TOKEN, ""), timeout=PATIENCE
                )
                self._tables = Tables(client, self.address.name)
            return self._tables

    def _current(self, tables: Tables) -> State:
        """The state that is published now."""
        if not self._loaded:
            if not tables.states.exists():
                raise self._missing()
            for table in tables.all():
                if table.exists():
                    table.load()
            self._loaded = True
        generation = latest(tables.states)
        if generation is None:
            raise IndexMissingError(f"the index at {self.place} was never finished; build it again")
        state = self._state  # another thread may put another in its place meanwhile
        if state.generation != generation:
            self._state = state = read(tables.states, generation, self.place)
        return state

    def _recorded(self, meta: Mapping[str, str]) -> dict[str, str]:
        """What is recorded with a change. The folder of the documents is named from the root where
        the index is on a server: what it is relative to belongs to this machine alone."""
        if self.address.path is not None or "corpus" not in meta:
            return dict(meta)
        return {**meta, "corpus": os.path.normpath(self.folder.resolve() / meta["corpus"])}

    def _check(self, tables: Tables, state: State, fault: EntenteError | None) -> None:
        """Raise `IndexBusyError` where what the state showed is being deleted."""
        if not tables.states.get([state.key]):
            raise IndexBusyError(
                f"the index at {self.place} was changed twice while it was read; try again"
            ) from fault

    def _missing(self) -> IndexMissingError:
        return IndexMissingError(
            f"no index at {self.place}; build one: python -m index build FOLDER --into {self.place}"
        )

    @contextmanager
    def _faults(self, kind: type[EntenteError], done: str) -> Iterator[None]:
        """Say what Milvus raises in one line."""
        try:
            yield
        except MilvusException as fault:
            if "Open local milvus failed" in fault.message:
                raise IndexBusyError(
                    f"the index at {self.place} cannot be opened: another process has it open, "
                    "which a file allows one at a time, or it is damaged or cannot be written"
                ) from fault
            if fault.code == _CONNECTING:
                raise IndexBusyError(
                    f"the index at {self.place} cannot be reached: {fault.message}"
                ) from fault
            raise kind(f"the index at {self.place} cannot be {done}: {fault.message}") from fault


def _sweep(tables: Tables, state: State) -> None:
    """Delete what this state does not show, the states before it first."""
    others = tables.states.few(f"generation != {state.generation}")
    tables.states.delete([row["key"] for row in others])
    for table in (tables.documents, tables.passages, tables.sentences):
        if table.exists():
            past = [row[table.key] for row in table.rows(state.past)]
            table.delete(past)
    records = tables.records.rows(state.past, ("document", "kind", *READ))
    gone, again = [], []
    for row in records:
        if row["before"] and not state.sees(row["born"]):
            born = state.before  # as early as need be
            again.append(filled({**row, "born": born, "value": row["before"], "before": ""}))
        else:
            gone.append(row["key"])
    tables.records.delete(gone)
    tables.records.upsert(again)
