"""SQLite as an index uses it: WAL, one writer, readers that never wait, and its faults in one line.

What the tables mean is `index.store`'s affair.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import IndexBusyError, IndexDamagedError, IndexMissingError, IndexWriteError

PATIENCE = 30.0  # seconds to wait for another process that commits


@contextmanager
def connected_to_read(folder: Path, name: str) -> Iterator[sqlite3.Connection]:
    """A connection to the file `name` in `folder` that changes nothing.

    Raises `IndexMissingError` when there is no such file, `IndexDamagedError` when it, or what is
    asked of it inside the context, cannot be read.
    """
    path = folder / name
    try:
        present = path.is_file()
    except OSError as fault:
        raise IndexDamagedError(
            f"the index at {folder} cannot be read: {fault.strerror or fault}"
        ) from fault
    if not present:
        raise IndexMissingError(
            f"no index at {folder}; build one: python -m index build FOLDER --into {folder}"
        )
    try:
        with closing(_connect_to_read(path)) as connection:
            yield connection
    except sqlite3.Error as fault:
        if _primary_code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexBusyError(f"the index at {folder} is busy ({fault}); try again") from fault
        if _primary_code(fault) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise IndexDamagedError(f"the index at {folder} cannot be read: {fault}") from fault
        raise damaged(folder, str(fault)) from fault


@contextmanager
def connected_to_write(folder: Path, name: str) -> Iterator[sqlite3.Connection]:
    """A connection to the file `name` in `folder`, which is made if it is not there.

    Raises `IndexWriteError` (disk full, no permission) or `IndexDamagedError`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(
            sqlite3.connect(folder / name, isolation_level=None, timeout=PATIENCE)
        ) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
    except sqlite3.OperationalError as fault:
        raise _unwritable(folder, str(fault)) from fault
    except sqlite3.Error as fault:
        raise damaged(folder, str(fault)) from fault
    except OSError as fault:
        raise _unwritable(folder, fault.strerror or str(fault)) from fault


def damaged(folder: Path, reason: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"the index at {folder} is damaged ({reason}); delete it and build it again"
    )


def _unwritable(folder: Path, reason: str) -> IndexWriteError:
    return IndexWriteError(f"the index at {folder} cannot be written: {reason}")


def _connect_to_read(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as fault:
        connection.close()
        # To read a WAL, SQLite writes beside it. Where that cannot be done (a folder that is
        # read-only, a disk that is full) nobody else writes either, and the file may be read as one
        # that does not change; unless part of what it says is still in the WAL.
        if _primary_code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or _left_over(path):
            raise
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    return connection


def _left_over(path: Path) -> bool:
    """Whether a WAL stands beside the file with something in it."""
    log = path.with_name(path.name + "-wal")
    try:
        return log.stat().st_size > 0
    except FileNotFoundError:
        return False


def _primary_code(fault: sqlite3.Error) -> int:
    code = getattr(fault, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
