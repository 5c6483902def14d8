"""A zip archive → its members, each of which can be read once, and the reasons why others cannot.

Nothing is unpacked to the disk, and no size that an archive declares is believed: what is read is
counted while it is read.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_MEMBERS = 100_000
MAX_LIST_BYTES = 20_000_000  # of the list of members, which zipfile reads at once
MAX_UNPACKED = 2_000_000_000  # bytes of all members together, those of archives in it included
MAX_RATIO = 100  # how much longer a member may be than it is packed, from `RATIO_FROM` bytes on
RATIO_FROM = 1_000_000
LONGEST_NAME = 1_000

BROKEN = (  # whatever zipfile raises over an archive that is not one
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OverflowError),
    *(ValueError, OSError, NotImplementedError, IndexError),
)

_HIDDEN = re.compile(r"(?:\A|/)(?:\.(?!\.?(?:[/\\]|\Z))|__MACOSX/)")
_DRIVE = re.compile(r"[A-Za-z]:")
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others are unpacked without bound


class Budget:
    """How many bytes may still be unpacked of an archive and those in it."""

    def __init__(self, most: int = MAX_UNPACKED) -> None:
        self.left = most

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ValueError("more than the archive may hold when unpacked")


class Archive:
    """An archive that is open for reading. Raises `ValueError` if it cannot be read at all."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(cast(BinaryIO, _Bounded(stream)))
        except BROKEN as fault:
            raise ValueError(f"not a readable archive ({fault})") from fault
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise ValueError(f"more than {MAX_MEMBERS:,} files in it")

    def members(self) -> list[zipfile.ZipInfo]:
        """Its files by name, without folders, and without those that are hidden."""
        files = (info for info in self._zip.infolist() if not info.is_dir())
        shown = (info for info in files if not _HIDDEN.search(info.filename))
        return sorted(shown, key=lambda info: info.filename)

    def open(self, member: zipfile.ZipInfo) -> BinaryIO:
        """The content of a member, to be read once. Raises `ValueError` if it is not to be read;
        reading it raises that where it turns out to be too much, or else one of `BROKEN`."""
        if reason := _refusal(member):
            raise ValueError(reason)
        counted = _Counted(self._zip.open(member), member.compress_size, self._budget)
        return io.BufferedReader(counted)


def _refusal(member: zipfile.ZipInfo) -> str | None:
    name = member.filename
    if name.startswith("/") or "\\" in name or _DRIVE.match(name):
        return "its name is not one within the archive"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "its name leads elsewhere"
    if len(name) > LONGEST_NAME:
        return "its name is too long"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link"
    if member.flag_bits & 1:
        return "encrypted"
    if member.compress_type not in _READABLE:
        return "packed in a way that is not read"
    return None


class _Bounded:
    """An archive's file, of which no more is read at once than a list of members may be long."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if 0 <= size <= MAX_LIST_BYTES else MAX_LIST_BYTES + 1)
        if len(data) > MAX_LIST_BYTES:
            raise ValueError("its list of files is too long")
        return data


class _Counted(io.RawIOBase):
    """A member's content, until it is too much."""

    def __init__(self, stream: IO[bytes], packed: int, budget: Budget) -> None:
        self._stream = stream
        self._most = max(RATIO_FROM, MAX_RATIO * packed)
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        self._most -= len(data)
        if self._most < 0:
            raise ValueError(f"more than {MAX_RATIO} times as long as it is packed")
        self._budget.take(len(data))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
