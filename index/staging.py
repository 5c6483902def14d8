"""What a build has encoded so far, kept beside the index so that a build that is stopped goes on.

Encoding is nearly all of a build's time, and a change of the index is kept whole or not at all;
vectors wait here meanwhile, by the text that they are made from. Losing the file loses time only:
one that cannot be read is begun again. A build that ends well deletes it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np

from .encoder import Vectors
from .errors import IndexWriteError
from .store import STORED

SECONDS = 2.0  # of encoding that a kill may cost


class Staging:
    """The vectors of texts, as one model has encoded them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept = time.monotonic()

    def get(self, key: bytes) -> Vectors | None:
        """The vectors [n, dimension] put under this key, or None where there are none, or others
        than were put."""
        row = self._connection.execute(
            "SELECT width, vectors, stamp FROM encoded WHERE key = ?", (key,)
        ).fetchone()
        if row is None or zlib.crc32(row[1], row[0]) != row[2]:
            return None
        return np.frombuffer(row[1], STORED).reshape(-1, row[0]).astype(np.float32)

    def put(self, key: bytes, vectors: Vectors) -> None:
        width, data = vectors.shape[1], vectors.astype(STORED).tobytes()
        self._connection.execute(
            "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?)",
            (key, width, data, zlib.crc32(data, width)),
        )
        if time.monotonic() - self._kept >= SECONDS:
            self.keep()

    def keep(self) -> None:
        """Write down what was put."""
        self._connection.commit()
        self._kept = time.monotonic()


def key_of(model: str, recipe: str, texts: Sequence[str]) -> bytes:
    """The key of the vectors of these texts."""
    digest = hashlib.sha256(f"{model}\n{recipe}\n".encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.digest()


@contextmanager
def staging(path: Path) -> Iterator[Staging]:
    """The vectors kept in the file at `path`. They are kept on leaving the context by a fault, and
    deleted on leaving it otherwise. Raises `IndexWriteError` (disk full, no permission)."""
    try:
        with closing(_opened(path)) as connection:
            kept = Staging(connection)
            try:
                yield kept
            except BaseException:
                with suppress(sqlite3.Error):  # the fault itself says more
                    kept.keep()
                raise
        discard(path)
    except sqlite3.Error as fault:
        raise IndexWriteError(
            f"{path} cannot be written: {fault}; if this lasts, delete the file"
        ) from fault


def discard(path: Path) -> None:
    """Delete the file, and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    for attempt in range(2):
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # a loss of power loses time only
            connection.execute(
                "CREATE TABLE IF NOT EXISTS encoded"
                " (key BLOB PRIMARY KEY, width INTEGER NOT NULL, vectors BLOB NOT NULL,"
                " stamp INTEGER NOT NULL)"
            )
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)
            return connection
        except sqlite3.DatabaseError as fault:
            connection.close()
            if attempt or isinstance(fault, sqlite3.OperationalError):
                raise
            discard(path)
    raise AssertionError("the second attempt returns or raises")
