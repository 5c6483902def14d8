"""Folder → the text of each file, or the reason why a file is left out.

Decoding is strict: a file is UTF-8 (with or without a mark), or UTF-16 with a mark, or it is skipped
with a reason; nothing is guessed, so no character of a quote is ever invented. What the text means
is `index.documents`' affair.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import CorpusError

SUFFIXES = frozenset({".txt"})
MAX_BYTES = 20_000_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A text may hold tabs, line ends and form feeds; any other control character means it is not text.
_TEXT_CONTROLS = frozenset("\t\n\r\f\x85")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One readable file: `source` is its path relative to the folder, with forward slashes."""

    source: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not indexed, and why, in a few words."""

    source: str
    reason: str


def read_folder(folder: Path) -> Iterator[SourceFile | Skipped]:
    """Read every file below `folder`, in the order of their names.

    Hidden files and folders are passed over in silence; links are not followed out of the folder.
    Raises `CorpusError` if `folder` is not a folder that can be listed.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise CorpusError(f"{shown(str(folder))}: expected a folder of documents, found {found}")
    root = folder.resolve()
    faults: list[OSError] = []
    for parent, folders, names in os.walk(root, onerror=faults.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield _read_file(root, Path(parent) / name)
        while faults:
            fault = faults.pop()
            if Path(fault.filename) == root:
                raise CorpusError(f"{shown(str(folder))}: {fault.strerror}") from fault
            yield Skipped(_source(root, Path(fault.filename)), fault.strerror or "unreadable")
    for fault in faults:
        if Path(fault.filename) == root:
            raise CorpusError(f"{shown(str(folder))}: {fault.strerror}") from fault
        yield Skipped(_source(root, Path(fault.filename)), fault.strerror or "unreadable")


def read_text(path: Path) -> str:
    """The text of the file at `path`, exactly: line ends are kept as they are.

    Raises `OSError` if it cannot be read and `ValueError` (with the reason) if it is not text.
    """
    return decode(path.read_bytes())


def decode(data: bytes) -> str:
    """Bytes → text, or `ValueError` with the reason in a few words."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        at, byte = fault.start, data[fault.start]
        if b"\0" in data[:4096]:
            raise ValueError("not a text file (binary content)") from fault
        raise ValueError(f"not {encoding} text: byte 0x{byte:02x} at {at}") from fault
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cc" and character not in _TEXT_CONTROLS:
            raise ValueError(
                f"not a text file (control character U+{ord(character):04X} at {place})"
            )
    return text


def shown(name: str) -> str:
    """A file name for a message: one line, nothing invisible, nothing that turns the line around."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name
    )


def _read_file(root: Path, path: Path) -> SourceFile | Skipped:
    source = _source(root, path)
    try:
        reason = _refusal(root, path)
        if reason:
            return Skipped(source, reason)
        data = path.read_bytes()
        text = decode(data)
    except OSError as fault:
        return Skipped(source, fault.strerror or str(fault))
    except ValueError as fault:
        return Skipped(source, str(fault))
    if not any(character.isalnum() for character in text):
        return Skipped(source, "no words in it")
    return SourceFile(source, text, hashlib.sha256(data).hexdigest())


def _refusal(root: Path, path: Path) -> str | None:
    if path.suffix.lower() not in SUFFIXES:
        return f"not one of {', '.join(sorted(SUFFIXES))}"
    if not path.resolve().is_relative_to(root):
        return "a link to outside the folder"
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not valid UTF-8"
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size > MAX_BYTES:
        return f"{status.st_size:,} bytes, at most {MAX_BYTES:,}"
    return None


def _source(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
