"""Folder → the text of each file, or the reason why a file is left out.

Decoding is strict: a file is UTF-8 (with or without a mark), or UTF-16 with a mark, or it is
skipped with a reason; nothing is guessed, so no character of a quote is ever invented. What the
text means is `index.documents`' affair.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import CorpusError
from .errors import shown as shown

SUFFIXES = frozenset({".txt"})
MAX_BYTES = 20_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text may hold tabs, line ends and form feeds; any other control character means it is no text.
_NOT_TEXT = re.compile(r"[^\t\n\f\r\x20-\x7e\x85\xa0-\U0010ffff]")
_WORD_CHARACTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One readable file: `source` is its path relative to the folder, with forward slashes."""

    source: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not indexed, and why, in a few words."""

    source: str
    reason: str


def read_folder(folder: Path) -> Iterator[SourceFile | Skipped]:
    """Read every file below `folder`: those of a folder by name, then those of its folders.

    Hidden files and folders are passed over in silence; links are not followed out of the folder,
    nor to another folder. Raises `CorpusError` if `folder` is not a folder that can be listed.
    """
    root = _root(folder)
    pending = [root]
    while pending:
        parent = pending.pop()
        try:
            with os.scandir(parent) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as fault:
            if parent == root:
                raise CorpusError(f"{folder}: {_reason(fault)}") from fault
            yield Skipped(_source(root, parent), _reason(fault))
            continue
        folders = []
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                if entry.is_symlink():
                    yield Skipped(_source(root, path), "a link to a folder")
                else:
                    folders.append(path)
            else:
                yield read_source(root, _source(root, path))
        pending.extend(reversed(folders))


def read_source(folder: Path, source: str) -> SourceFile | Skipped:
    """Read the one file of `folder` that is called `source`."""
    root = Path(os.path.realpath(folder))
    path = root / source
    try:
        _check_name(root, path)
        data = _content(path)
        text = decode(data)
    except OSError as fault:
        return Skipped(source, _reason(fault))
    except ValueError as fault:
        return Skipped(source, str(fault))
    if not _WORD_CHARACTER.search(text):
        return Skipped(source, "no words in it" if text else "empty")
    return SourceFile(source, text, hashlib.sha256(data).hexdigest())


def decode(data: bytes) -> str:
    """Bytes → text, line ends and all, or `ValueError` with the reason in a few words."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise ValueError("UTF-32; expected UTF-8, or UTF-16 with a mark")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        if b"\0" in data[:4096] and encoding != "utf-16":
            raise ValueError("not a text file (binary content)") from fault
        raise ValueError(
            f"not {encoding} text: byte 0x{data[fault.start]:02x} at {fault.start}"
        ) from fault
    control = _NOT_TEXT.search(text)
    if control:
        raise ValueError(
            f"not a text file (control character U+{ord(control[0]):04X} at {control.start()})"
        )
    return text


def _root(folder: Path) -> Path:
    try:
        found = folder.stat()
    except FileNotFoundError as fault:
        raise CorpusError(f"{folder}: expected a folder of documents, found nothing") from fault
    except OSError as fault:
        raise CorpusError(f"{folder}: {_reason(fault)}") from fault
    if not stat.S_ISDIR(found.st_mode):
        raise CorpusError(f"{folder}: expected a folder of documents, found a file")
    return Path(os.path.realpath(folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links, say: reading it as a file tells why it cannot be read
        return False


def _check_name(root: Path, path: Path) -> None:
    """Raise `ValueError` with the reason if a file of this name is not read."""
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(f"not one of {', '.join(sorted(SUFFIXES))}")
    try:
        str(path.relative_to(root)).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise ValueError("its name is not valid UTF-8") from fault
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise ValueError("a link to outside the folder")


def _content(path: Path) -> bytes:
    """The bytes of a regular file. It is opened before it is looked at, so that what is read is
    what was looked at, and without waiting, since a pipe would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("not a regular file")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    return data


def _reason(fault: OSError) -> str:
    return fault.strerror or str(fault)


def _source(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
