"""The index, opened or built in a thread of its own while the window is already served."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]

from index import EntenteError, Index
from index.build import Progress

from .collection import Collection


@dataclass(frozen=True, slots=True)
class State:
    """How far the opening is: `total` is None until documents are being built; in the end there is
    either an `index`, with the `collection` of its documents, or a `fault`."""

    done: int = 0
    total: int | None = None
    index: Index | None = None
    collection: Collection | None = None
    fault: Exception | None = None

    @property
    def settled(self) -> bool:
        return self.index is not None or self.fault is not None


class Opening:
    """Opens an index when started: that of the folder `documents`, brought up to date first, whose
    documents may be changed from the window; or the one in `folder`; or that of the seeds, built on
    first use.

    Every session sees the same one: it holds documents, and nothing about who asks.
    """

    def __init__(
        self,
        folder: Path | None = None,
        opened: Callable[[Path | None, Progress], Index] | None = None,
        documents: Path | None = None,
    ) -> None:
        self._folder = folder
        self._documents = documents
        self._opened = opened or self._open
        self._state = State()
        self._changed = threading.Condition()
        self._bar: tqdm | None = None

    @property
    def changeable(self) -> bool:
        """Whether documents may be added and removed."""
        return self._documents is not None

    @property
    def state(self) -> State:
        with self._changed:
            return self._state

    def start(self) -> None:
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def wait(self, timeout: float | None = None, *, building: bool = False) -> State:
        """The state once it is settled (or, with `building`, once it is known that documents have
        to be built), or as it is after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._state.settled or (building and self._state.total is not None), timeout
            )
            return self._state

    def _run(self) -> None:
        try:
            index = self._opened(self._folder, self._progress)
            self._set(State(index=index, collection=Collection(index, self._documents)))
        except EntenteError as fault:
            self._set(State(fault=fault))
        except (
            Exception
        ) as fault:  # a bug: its traceback goes to the terminal, and the page says so
            traceback.print_exc()
            self._set(State(fault=fault))

    def _progress(self, done: int, total: int, passages: int) -> None:
        if self._bar is None:
            self._bar = tqdm(
                total=total, desc="Building the index", unit=" documents", file=sys.stderr
            )
        self._bar.update(done - self._bar.n)
        self._set(State(done=done, total=total))

    def _set(self, state: State) -> None:
        if state.settled and self._bar is not None:
            self._bar.close()
        with self._changed:
            self._state = state
            self._changed.notify_all()

    def _open(self, folder: Path | None, progress: Progress) -> Index:
        from index import build, load
        from index.places import index_of
        from qa import answer, open_index

        if self._documents is not None:
            folder = index_of(self._documents)
            build(self._documents, folder, load(), progress)
        index = open_index(folder, progress)
        answer("Entente", index=index)  # the first who asks does not wait for the models
        return index
