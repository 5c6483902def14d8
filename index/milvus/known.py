"""What searches have read, kept for the next ones. Nothing here changes under its key."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from ..bm25 import Phrase
from ..documents import Document
from ..files import Facts

DOCUMENTS = 200
FREQUENCIES = 20_000

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The last `limit` things that were read; several threads may use one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, read: Callable[[], V]) -> V:
        """What is kept under a key, or else what `read` returns."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = read()
        with self._lock:
            self._held[key] = found
            while len(self._held) > self._limit:
                self._held.popitem(last=False)
        return found


class Known:
    """Documents and their facts by key, and in how many passages of a generation one of several
    phrases occurs."""

    def __init__(self) -> None:
        self.documents: Kept[int, tuple[Document, Facts]] = Kept(DOCUMENTS)
        self.frequencies: Kept[tuple[int, tuple[Phrase, ...]], int] = Kept(FREQUENCIES)
