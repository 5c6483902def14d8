"""SQLite as an index uses it: WAL, one writer, readers that never wait, and its faults in one line.

What the tables mean is `index.local.schema`'s affair.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from ..errors import (
    EntenteError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
)

PATIENCE = 30.0  # seconds to wait for another process that commits


@contextmanager
def connected_to_read(folder: Path, name: str) -> Iterator[sqlite3.Connection]:
    """A connection to the file `name` in `folder` that changes nothing.

    Raises `IndexMissingError` when there is no such file, `IndexDamagedError` when it, or what is
    asked of it inside the context, cannot be read.
    """
    path = _present(folder, name)
    try:
        with closing(_connect_to_read(path)) as connection:
            yield connection
    except sqlite3.Error as fault:
        raise _kept_out(folder, fault) or damaged(folder, str(fault)) from fault


@contextmanager
def connected_to_salvage(folder: Path, name: str) -> Iterator[sqlite3.Connection | None]:
    """As `connected_to_read`, for a file that may be damaged: nothing is expected of it, and there
    is no connection where it is no database at all."""
    path = _present(folder, name)
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=1.0)) as writing:
        # What stands in the WAL is moved to where it is read from without one.
        writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(closing(_connect_to_read(path)))
            connection.execute("BEGIN")
        except sqlite3.Error as fault:
            if kept_out := _kept_out(folder, fault):
                raise kept_out from fault
            connection = None
        yield connection


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
            # Of a large change, whose rows go to random places of the file: half the time.
            connection.execute("PRAGMA cache_size = -262144")  # KiB
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection
    except sqlite3.Error as fault:
        # A statement that is wrong finds other tables than it was written for.
        # So does a text that is none, for which Python has no code.
        operational = isinstance(fault, sqlite3.OperationalError)
        if operational and _primary_code(fault) not in (sqlite3.SQLITE_ERROR, -1):
            raise unwritable(folder, str(fault)) from fault
        raise damaged(folder, str(fault)) from fault
    except OSError as fault:
        raise unwritable(folder, fault.strerror or str(fault)) from fault


def never_finished(connection: sqlite3.Connection) -> bool:
    """Whether the file is that of a first build which did not come to its end."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return pages <= 1 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone()


def replace(folder: Path, name: str, by: str, kept_as: str) -> Path:
    """Put the file `by` in the place of `name`, which is kept under the name `kept_as` and a
    number. It is one rename, however it is stopped: until then all is as it was. Returns where the
    old file is kept; raises `OSError`."""
    path, log = folder / name, folder / f"{name}-wal"
    kept = next(
        other
        for number in itertools.count(1)
        if not (other := folder / f"{kept_as}-{number}.sqlite").exists() or other.samefile(path)
    )
    if not kept.exists():
        try:
            kept.hardlink_to(path)
        except OSError:  # not every file system has links
            copied = folder / f"{by}-copy"
            shutil.copy2(path, copied)
            copied.replace(kept)
    # A WAL belongs to one file: it must not be there when another takes its place.
    if _left_over(path):
        log.replace(kept.with_name(f"{kept.name}-wal"))
    for suffix in ("-wal", "-shm"):
        path.with_name(name + suffix).unlink(missing_ok=True)
    (folder / by).replace(path)
    sync(folder)
    return kept


def sync(folder: Path) -> None:
    """Have the names of the files in a folder outlast a loss of power, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def damaged(folder: Path, reason: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"the index at {folder} is damaged ({reason}); mend it: python -m index repair {folder}"
    )


def unwritable(folder: Path, reason: str) -> IndexWriteError:
    return IndexWriteError(f"the index at {folder} cannot be written: {reason}")


def _present(folder: Path, name: str) -> Path:
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
    return path


def _kept_out(folder: Path, fault: sqlite3.Error) -> EntenteError | None:
    """What to say of a fault for which the file itself is not to blame."""
    if _primary_code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusyError(f"the index at {folder} is busy ({fault}); try again")
    if _primary_code(fault) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return IndexDamagedError(f"the index at {folder} cannot be read: {fault}")
    return None


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
