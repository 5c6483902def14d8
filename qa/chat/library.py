"""The documents that an index holds, as the window's page of documents changes and checks them.

Folder and index agree before a change and after it, whether it succeeds or not; no file is ever
overwritten, and one that is removed is only moved. How the page looks, and its words, are left to
others.
"""

from __future__ import annotations

import itertools
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

import regex

from index import Document, EntenteError, Index, build
from index.build import Progress, corpus_of
from index.documents import parse
from index.errors import shown
from index.files import SUFFIXES, Skipped, SourceFile, read_folder, read_source
from index.store import reading

from .place import ChangedError, Place

FILE_BYTES = 5_000_000
FILES_AT_ONCE = 20
NAME_BYTES = 255  # of a name in UTF-8: what the file systems in use hold
REMOVED = ".removed"  # hidden, so that an index passes it over

_NOT_IN_A_NAME = regex.compile(r"[/\\\p{C}\p{Zl}\p{Zp}]")  # \p{C}: controls, marks of direction…
# Windows reads some of these as something else than a name; a folder may be carried there.
_NOT_ON_WINDOWS = regex.compile(r'[<>:"|?*]')
_DEVICE = regex.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³]) *\.", regex.I)


class LibraryError(EntenteError):
    """The documents cannot be changed in this way; they are as they were."""


class FixedError(LibraryError):
    """These documents are not to be changed from the window."""


class GoneError(LibraryError):
    """The index does not hold this document, or not any more."""


class LastDocumentError(LibraryError):
    """Without this document there would be nothing to ask."""


class Reason(StrEnum):
    """Why a file is refused."""

    TYPE = "type"  # its name does not end in .txt
    SIZE = "size"  # it is larger than the library takes
    NAME = "name"  # it cannot be kept under its name
    TEXT = "text"  # it holds no text that can be quoted
    COUNT = "count"  # it comes after as many as are taken at once


class Standing(StrEnum):
    """How a quote stands in its file now."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"


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


class Library:
    """The documents of `index`, changed in `folder`, the one that it was built from, or not at all
    if None.

    One change is made at a time; a second one waits. One that fails is taken back, unless the index
    has stored it already. `index` need not be opened again: its next search reads what was changed,
    and one that is under way what was there before.
    """

    def __init__(self, index: Index, folder: Path | None, *, file_bytes: int = FILE_BYTES) -> None:
        self.folder = folder
        self.file_bytes = file_bytes  # of the largest file taken
        self._index = index
        self._lock = threading.Lock()

    def add(self, files: Sequence[Upload], progress: Progress = lambda done, total: None) -> Added:
        """Take the files into the folder, and bring the index up to date.

        `progress` is told how many of how many documents are encoded. Raises `FixedError`, another
        `LibraryError` or the errors of `build`.
        """
        folder = self._changeable()
        with self._lock, _reported(folder):
            before = self._hashes()
            arrival = _Arrival(folder, self.file_bytes)
            try:
                for number, file in enumerate(files):
                    arrival.take(file, number)
                if arrival.empty:
                    return arrival.outcome({})
                report = build(folder, self._index.folder, self._index.encoder, progress)
            except BaseException:
                arrival.take_back(self._hashes_after_failing(before))
                raise
            return arrival.outcome({item.source: item.reason for item in report.skipped})

    def remove(self, source: str) -> Path:
        """Move a document's file into the folder's `.removed`, bring the index up to date, and
        return where the file now is.

        Raises `FixedError`, `GoneError`, `LastDocumentError`, another `LibraryError` or the errors
        of `build`.
        """
        folder = self._changeable()
        with self._lock, _reported(folder):
            before = self._hashes()
            if source not in before:
                raise GoneError(f"the index holds no document {source!r}")
            if len(before) == 1:
                raise LastDocumentError(f"{source} is the last document, and cannot be removed")
            path, removed = folder / source, folder / REMOVED
            removed.mkdir(exist_ok=True)
            _check_inside(folder, path, removed)
            try:
                moved = _moved(path, removed, _names(path.name))
            except FileNotFoundError as fault:  # somebody else moved it, and the index is told so
                build(folder, self._index.folder, self._index.encoder)
                raise GoneError(f"the file of {source!r} is not there any more") from fault
            try:
                build(folder, self._index.folder, self._index.encoder)
            except BaseException:
                if source in self._hashes_after_failing(before):
                    _moved(moved, path.parent, _names(path.name))
                raise
        return moved

    def check(self, places: Sequence[Place]) -> list[Standing]:
        """How the quote at each place stands in its file as it is now, whatever the index keeps.

        Only files of documents that the index holds are read, each of them once.
        """
        with reading(self._index.folder) as snapshot:
            corpus = corpus_of(self._index.folder, snapshot.meta())
            held = snapshot.hashes().keys()
        sources = {place.source for place in places} & held
        documents = {source: _as_it_is(corpus, source) for source in sources}
        return [_standing(place, documents.get(place.source)) for place in places]

    def _changeable(self) -> Path:
        if self.folder is None:
            raise FixedError("these documents are not to be changed from the window")
        return self.folder

    def _hashes(self) -> dict[str, str]:
        with reading(self._index.folder) as snapshot:
            return snapshot.hashes()

    def _hashes_after_failing(self, before: dict[str, str]) -> dict[str, str]:
        """What the index holds after a build that failed: what it held before, unless the failure
        came after the change was stored."""
        try:
            return self._hashes()
        except EntenteError:
            return before


class _Arrival:
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
            with _copied(file.path, self._folder, self._file_bytes) as (copy, sha256):
                if sha256 in self._sources:
                    self._unchanged.append(Kept(name, self._sources[sha256]))
                    return
                source = _moved(copy, self._folder, _free_names(self._folder, name)).name
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
    if Path(name).suffix.lower() not in SUFFIXES:
        raise _RefusalError(Reason.TYPE, f"not one of {', '.join(sorted(SUFFIXES))}")
    return name


@contextmanager
def _copied(file: Path, folder: Path, most: int) -> Iterator[tuple[Path, str]]:
    """A copy in `folder` that an index passes over, and its hash; it is deleted in the end, unless
    it is moved. What an index would not read is refused."""
    with file.open("rb") as given:
        data = given.read(most + 1)
    if len(data) > most:
        raise _RefusalError(Reason.SIZE, f"more than {most:,} bytes")
    copy = folder / f".{secrets.token_hex(8)}.txt"
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


def _moved(path: Path, folder: Path, names: Iterable[str]) -> Path:
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


def _names(name: str) -> Iterator[str]:
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
    return (other for other in _names(name) if _alike(other) not in taken)


def _alike(name: str) -> str:
    """The same for names that a reader, or another file system, takes for one."""
    return normalize("NFC", name).casefold()


def _check_inside(folder: Path, *paths: Path) -> None:
    root = Path(os.path.realpath(folder))
    for path in paths:
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise LibraryError(f"{path} is a link to outside {folder}; expected a file inside")


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Faults of the file system, as one of ours."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise LibraryError(f"the documents in {folder} cannot be changed: {reason}") from fault


def _as_it_is(corpus: Path, source: str) -> Document | None:
    """The document that a file is now, or None where it cannot be read."""
    found = read_source(corpus, source)
    return None if isinstance(found, Skipped) else parse(source, found.text)


def _standing(place: Place, document: Document | None) -> Standing:
    if document is None:
        return Standing.GONE
    try:
        place.check(document)
    except ChangedError:
        return Standing.CHANGED
    return Standing.SAME
