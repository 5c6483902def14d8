"""Files that come into a folder of documents: under which name, and which are refused.

No file is ever half written or overwritten. When they come, and what an index makes of them, is
left to `collection`.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

import regex

from index.errors import shown
from index.files import DOCUMENTS, Skipped, SourceFile, read_folder, read_source

FILE_BYTES = 5_000_000
FILES_AT_ONCE = 20
NAME_BYTES = 255  # of a name in UTF-8: what the file systems in use hold

_NOT_IN_A_NAME = regex.compile(r"[/\\\p{C}\p{Zl}\p{Zp}]")  # \p{C}: controls, marks of direction…
# Windows reads some of these as something else than a name; a folder may be carried there.
_NOT_ON_WINDOWS = regex.compile(r'[<>:"|?*]')
_DEVICE = regex.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *\.", regex.I)


class Reason(StrEnum):
    """Why a file is refused."""

    TYPE = "type"  # its name does not end like that of a document
    SIZE = "size"  # it is larger than the collection takes
    NAME = "name"  # it cannot be kept under its name
    TEXT = "text"  # it holds no text that can be quoted
    COUNT = "count"  # it comes after as many as are taken at once


@dataclass(frozen=True, slots=True)
class Upload:
    """A file given by a browser: where it lies, and what the browser calls it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was given, and the document that holds its content, byte for byte."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken: its name, fit to be shown, why, and what more there is to say, in
    a few words of English."""

    name: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of each file given: it is new, or was there already, or is refused."""

    added: tuple[Kept, ...]
    unchanged: tuple[Kept, ...]
    refused: tuple[Refused, ...]


class Arrival:
    """The files of one call, as they come into `folder`, and out again if they have to."""

    def __init__(self, folder: Path, file_bytes: int) -> None:
        found = (item for item in read_folder(folder) if isinstance(item, SourceFile))
        self._folder = folder
        self._file_bytes = file_bytes
        self._sources = {file.sha256: file.source for file in found}
        self._placed: dict[str, str] = {}  # the hash of each new document's file, by source
        self._added: list[Kept] = []
        self._unchanged: list[Kept] = []
        self._refused: list[Refused] = []

    @property
    def empty(self) -> bool:
        """Whether every file is refused."""
        return not self._added and not self._unchanged

    def take(self, file: Upload, number: int) -> None:
        """Place the file, the one of this number from 0, in the folder, unless its content is there
        or it is refused."""
        try:
            if number >= FILES_AT_ONCE:
                raise _RefusalError(Reason.COUNT, f"more than {FILES_AT_ONCE} files at once")
            name = _file_name(file.name)
            with _copied(file.path, self._folder, name, self._file_bytes) as (copy, sha256):
                if sha256 in self._sources:
                    self._unchanged.append(Kept(name, self._sources[sha256]))
                    return
                source = moved(copy, self._folder, _free_names(self._folder, name)).name
                self._placed[source] = sha256
                self._sources[sha256] = source
                self._added.append(Kept(name, source))
        except _RefusalError as fault:
            name = shown(file.name[:NAME_BYTES])
            self._refused.append(Refused(name, fault.reason, fault.detail))

    def take_back(self, held: dict[str, str]) -> None:
        """Delete what was placed, but for the files of these hashes by source, which an index
        holds."""
        for source, sha256 in self._placed.items():
            if held.get(source) != sha256:
                (self._folder / source).unlink(missing_ok=True)

    def outcome(self, skipped: dict[str, str]) -> Added:
        """What became of the files; those of sources that a build has skipped, for these reasons,
        are refused as well, and deleted where they were placed."""
        for source in self._placed.keys() & skipped.keys():
            (self._folder / source).unlink(missing_ok=True)
        wordless = [
            Refused(kept.name, Reason.TEXT, skipped[kept.source])
            for kept in (*self._added, *self._unchanged)
            if kept.source in skipped
        ]
        return Added(
            tuple(kept for kept in self._added if kept.source not in skipped),
            tuple(kept for kept in self._unchanged if kept.source not in skipped),
            (*self._refused, *wordless),
        )


class _RefusalError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _file_name(given: str) -> str:
    """The name under which a file is kept, from the one that a browser gives it."""
    if len(given) > 4 * NAME_BYTES:  # to compose many marks takes minutes
        raise _RefusalError(Reason.NAME, f"longer than {NAME_BYTES} bytes")
    name = normalize("NFC", given)
    if wrong := _NOT_IN_A_NAME.search(name):
        raise _RefusalError(Reason.NAME, f"it holds U+{ord(wrong[0]):04X}")
    name = str(_NOT_ON_WINDOWS.sub("_", name)).strip()
    if name.startswith(".") or not name:
        raise _RefusalError(Reason.NAME, "a hidden name" if name else "empty")
    if _DEVICE.match(name):
        raise _RefusalError(Reason.NAME, "a device on Windows")
    if len(name.encode()) > NAME_BYTES:
        raise _RefusalError(Reason.NAME, f"longer than {NAME_BYTES} bytes")
    if Path(name).suffix.lower() not in DOCUMENTS:  # a table or an archive is many
        raise _RefusalError(Reason.TYPE, f"not one of {', '.join(sorted(DOCUMENTS))}")
    return name


@contextmanager
def _copied(file: Path, folder: Path, name: str, most: int) -> Iterator[tuple[Path, str]]:
    """A copy in `folder` that an index passes over, and its hash; it is deleted in the end, unless
    it is moved. What an index would not read under its `name` is refused."""
    with file.open("rb") as given:
        data = given.read(most + 1)
    if len(data) > most:
        raise _RefusalError(Reason.SIZE, f"more than {most:,} bytes")
    copy = folder / f".{secrets.token_hex(8)}{Path(name).suffix}"
    try:
        with copy.open("xb") as written:
            written.write(data)
            written.flush()
            os.fsync(written.fileno())
        content = read_source(folder, copy.name)
        if isinstance(content, Skipped):
            raise _RefusalError(Reason.TEXT, content.reason)
        yield copy, content.sha256
    finally:
        copy.unlink(missing_ok=True)


def moved(path: Path, folder: Path, names: Iterable[str]) -> Path:
    """Move a file into `folder`, under the first of these names that is free there, and return
    where it now is."""
    for name in names:
        target = folder / name
        try:
            target.touch(exist_ok=False)  # the name is ours, whoever else wants it
        except FileExistsError:
            continue
        try:
            return path.replace(target)
        except BaseException:
            target.unlink()
            raise
    raise AssertionError("there are names without end")


def names_of(name: str) -> Iterator[str]:
    """The name itself, «name (2)», «name (3)» and so on, none longer than a name can be."""
    yield name
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - `Path` has no word for both
    for number in itertools.count(2):
        end = f" ({number}){suffix}"
        room = NAME_BYTES - len(end.encode())
        yield stem.encode()[:room].decode(errors="ignore") + end


def _free_names(folder: Path, name: str) -> Iterator[str]:
    """Those of the names that nothing in `folder` has, nor one that looks like it."""
    taken = {_alike(entry.name) for entry in folder.iterdir()}
    return (other for other in names_of(name) if _alike(other) not in taken)


def _alike(name: str) -> str:
    """The same for names that a reader, or another file system, takes for one."""
    return normalize("NFC", name).casefold()
