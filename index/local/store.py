"""The store in a folder: what is read and changed there, by whom, and in which order.

Readers see the state of the last change that was kept, and never wait. A change is one transaction
of SQLite; its FAISS file is complete before the transaction is kept, so that a process killed at
any moment leaves the state before or the state after, each with its file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ..errors import IndexBusyError, IndexDamagedError, IndexMissingError, IndexWriteError
from ..staging import discard
from .database import (
    connected_to_read,
    connected_to_write,
    damaged,
    never_finished,
    replace,
    sync,
    unwritable,
)
from .derived import AT_ONCE, FolderDerived
from .remains import Remains, remains_of
from .schema import FILE, FORMAT, META
from .snapshot import LocalSnapshot
from .writer import LocalWriter, transaction

MENDING = "mending.sqlite"


class LocalStore:
    """The store in `folder`, as `index.store.Store` describes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._derived = FolderDerived(folder)

    @property
    def place(self) -> str:
        return str(self._folder)

    @property
    def folder(self) -> Path:
        return self._folder

    @contextmanager
    def reading(self) -> Iterator[LocalSnapshot]:
        with connected_to_read(self.folder, FILE) as connection:
            connection.execute("BEGIN")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                if not never_finished(connection):
                    raise damaged(self.folder, "it does not say what it is")
                raise IndexMissingError(
                    f"the index at {self.folder} was never finished; build it again"
                )
            snapshot = LocalSnapshot(connection, self._derived)
            meta = snapshot.meta()
            if meta.get("format") != FORMAT:
                raise IndexDamagedError(
                    f"the index at {self.folder} has format {meta.get('format')}, expected "
                    f"{FORMAT}; mend it: python -m index repair {self.folder}"
                )
            if absent := [key for key in META if key not in meta]:
                raise damaged(self.folder, f"its own description lacks {', '.join(absent)}")
            yield snapshot

    @contextmanager
    def writing(self, meta: Mapping[str, str]) -> Iterator[LocalWriter]:
        with (
            connected_to_write(self.folder, FILE) as connection,
            transaction(connection) as writer,
        ):
            before = 0
            state = LocalSnapshot(connection, self._derived)
            if state.meta():
                before = state.generation()
                state.counts()  # raises where they cannot be counted on
            yield writer
            self._keep(connection, writer, meta, before)

    def derive(self) -> str | None:
        with self.reading() as snapshot:
            try:
                self._derived.restore(snapshot)
            except OSError as fault:
                return _unwritten(fault)
        return None

    @contextmanager
    def remains(self) -> Iterator[Remains]:
        """What can still be read, row by row, be the file damaged or not. Raises
        `IndexMissingError`, and `IndexDamagedError` where the system lets nothing be read."""
        with remains_of(self.folder) as remains:
            yield remains

    @contextmanager
    def renewing(self, meta: Mapping[str, str], remains: Remains) -> Iterator[LocalWriter]:
        """As `writing`, but what is there does not stay: all is written anew.

        Where more of it is lost than what is derived, it is written into a file of its own, which
        takes the place of the old one by a rename; `kept` of the writer is then where that is kept.
        """
        state = remains.whole(self._derived)
        whole = state is not None
        if state is not None:  # found again at once, whatever time the rest takes
            with suppress(IndexDamagedError, OSError):
                self._derived.restore(state)
        file = FILE if whole else MENDING
        before = int(remains.meta.get("generation", "0")) if remains.dated else 0
        try:
            discard(self.folder / MENDING)
            with (
                connected_to_write(self.folder, file) as connection,
                transaction(connection, anew=True) as writer,
            ):
                writer.follow(before)
                yield writer
                self._keep(connection, writer, meta, before)
                if not whole:  # or it would not all be in the file that is renamed
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not whole:
                other = remains.format or ""
                old = f"format-{other}" if other.isdecimal() and other != FORMAT else "damaged"
                writer.kept = replace(self.folder, FILE, MENDING, f"index.{old}")
        except OSError as fault:
            raise unwritable(self.folder, fault.strerror or str(fault)) from fault
        finally:
            with suppress(OSError):
                discard(self.folder / MENDING)

    def _keep(
        self,
        connection: sqlite3.Connection,
        writer: LocalWriter,
        meta: Mapping[str, str],
        before: int,
    ) -> None:
        """Write what is derived from a change that follows the generation `before`, and keep it."""
        after = writer.finish(meta)
        changed = LocalSnapshot(connection, self._derived)
        try:
            self._derived.save(changed, writer, before, after)
            sync(self.folder)
        except OSError as fault:
            if changed.counts().passages > AT_ONCE:
                raise
            writer.warning = _unwritten(fault)
        connection.execute("COMMIT")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder's lock; the system releases it however the process ends. A folder that
        was made for it alone does not stay."""
        file = self.folder / "build.lock"
        try:
            made = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(file, timeout=0)
            lock.acquire()
        except Timeout as fault:
            raise IndexBusyError(
                f"the index at {self.folder} is being built by another process; "
                "try again when it is done"
            ) from fault
        except FileExistsError as fault:
            raise IndexWriteError(
                f"{fault.filename}: expected a folder for the index, found a file"
            ) from fault
        except OSError as fault:
            reason = fault.strerror or str(fault)
            raise IndexWriteError(
                f"the index at {self.folder} cannot be written: {reason}"
            ) from fault
        try:
            yield
        finally:
            if made and list(self.folder.iterdir()) == [file]:
                file.unlink()
                self.folder.rmdir()
            lock.release()


def _unwritten(fault: OSError) -> str:
    reason = fault.strerror or str(fault)
    return f"the FAISS file could not be written ({reason}); it is made at opening"
