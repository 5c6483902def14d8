"""A folder, or one source in it → the text of each document, or the reason why it is left out.

Files are found here, and read as what the ends of their names say they are: `decoding` reads texts,
`process` what other people's parsers parse, `tables` tables, and `archives` archives, whose members
are read like files. What a text means is `index.documents`' affair.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from ..errors import CorpusError
from .archives import BROKEN, Archive, Budget
from .dates import finer, named_date, written_date
from .decoding import check_characters, decode, without_controls
from .found import (
    ARCHIVES,
    MAX_BYTES,
    MAX_FILE_BYTES,
    PARSED,
    SUFFIXES,
    TABLES,
    Columns,
    Facts,
    Skipped,
    SourceFile,
    Unchanged,
)
from .markdown import front_matter
from .parsed import Parsed, one_line
from .process import PARSER
from .tables import rows

DEEPEST = 2  # archives within one another

_WORD_CHARACTER = re.compile(r"[^\W_]")
_ROW = re.compile(r"(.+)#[0-9]+", re.DOTALL)
_PLACES = ARCHIVES | {".eml"}  # files that hold others

Found = SourceFile | Unchanged | Skipped


def read_folder(
    folder: Path,
    columns: Columns | None = None,
    *,
    sources: Sequence[str] | None = None,
    known: Mapping[str, str] | None = None,
) -> Iterator[Found]:
    """Read every file below `folder`: those of a folder by name, then those of its folders; only
    those of these `sources` and below them, if given.

    A table's rows are read by the names of its `columns`; without them it is skipped. What has the
    hash that is `known` of its source is `Unchanged`, and not parsed. Hidden files and folders are
    passed over in silence; links are not followed out of the folder, nor to another folder. Raises
    `CorpusError` if `folder` is not a folder that can be listed.
    """
    root = _root(folder)
    wanted = _Wanted(columns, None if sources is None else tuple(sources), known or {})
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
            if entry.name.startswith(".") or not wanted.wants(_source(root, path)):
                continue
            if _is_folder(entry):
                if entry.is_symlink():
                    yield Skipped(_source(root, path), "a link to a folder")
                else:
                    folders.append(path)
            else:
                yield from _from_disk(root, _source(root, path), wanted)
        pending.extend(reversed(folders))


def read_source(folder: Path, source: str, columns: Columns | None = None) -> SourceFile | Skipped:
    """Read the one document of `folder` that is called `source`."""
    root = Path(os.path.realpath(folder))
    file, wanted = _file_of(root, source), _Wanted(columns, (source,), {})
    for found in _from_disk(root, file, wanted):
        if found.source == source and not isinstance(found, Unchanged):
            return found
        if isinstance(found, Skipped) and wanted.leads(found.source):
            return Skipped(source, found.reason)  # of the archive or the table that it is in
    return Skipped(source, f"not in {PurePosixPath(file).name}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """By which columns tables are read, the sources that are asked for, or None for all, and the
    hashes of what is known."""

    columns: Columns | None
    sources: tuple[str, ...] | None
    known: Mapping[str, str]

    def leads(self, source: str) -> bool:
        """Whether something asked for is this source, or within it."""
        return self.sources is None or any(_within(one, source) for one in self.sources)

    def wants(self, source: str) -> bool:
        """Whether this source is asked for, or leads to one that is."""
        return self.leads(source) or any(_within(source, one) for one in self.sources or ())


def _within(source: str, above: str) -> bool:
    """Whether a source is another one, or in it: a folder (the whole one is ""), an archive or a
    table."""
    return not above or (source.startswith(above) and source[len(above) :][:1] in ("", "/", "#"))


def _from_disk(root: Path, source: str, wanted: _Wanted) -> Iterator[Found]:
    path = root / source
    try:
        _check_name(root, path)
        with _opened(path) as stream:
            yield from _unique(_documents(source, stream, wanted, Budget()))
    except BROKEN as fault:
        yield Skipped(source, _told(fault))


def _unique(found: Iterator[Found]) -> Iterator[Found]:
    """Of documents with one name in an archive, which could not be told apart, the first."""
    names = set()
    for one in found:
        if isinstance(one, SourceFile):
            if one.source in names:
                one = Skipped(one.source, "a second file of this name")
            names.add(one.source)
        yield one


def _documents(
    source: str, stream: BinaryIO, wanted: _Wanted, budget: Budget, depth: int = 0
) -> Iterator[Found]:
    """What a file or a member of an archive holds. Raises `ValueError` with the reason if it holds
    nothing that can be read, or, in the middle of it, nothing more; or `BROKEN`."""
    suffix = PurePosixPath(source).suffix.lower()
    if suffix in ARCHIVES:
        if depth == DEEPEST:
            raise ValueError(f"an archive more than {DEEPEST} deep")
        yield from _members(source, stream, wanted, budget, depth)
    elif suffix in TABLES:
        yield from _articles(source, suffix, stream, wanted)
    elif suffix in PARSED:
        yield from _parsed(source, suffix, _content(stream, MAX_FILE_BYTES), wanted.known)
    else:
        yield _plain(source, suffix, _content(stream, MAX_BYTES), wanted.known)


def _plain(source: str, suffix: str, data: bytes, known: Mapping[str, str]) -> Found:
    if known.get(source) == _hash(data):
        return Unchanged(source)
    fields: dict[str, str] = {}
    text = decode(data)
    if suffix == ".md":
        fields, text = front_matter(text)
    parsed = Parsed(
        text,
        title=one_line(fields.get("title"), 300),
        date=written_date(fields.get("date")),
        agency=one_line(fields.get("agency") or fields.get("source"), 60),
    )
    return _source_file(source, parsed, data, named_date(PurePosixPath(source).stem))


def _parsed(source: str, suffix: str, data: bytes, known: Mapping[str, str]) -> Iterator[Found]:
    if known.get(source) == _hash(data):
        yield Unchanged(source)
        return
    parsed = PARSER.parse(suffix, data)
    yield _source_file(source, parsed, data, named_date(PurePosixPath(source).stem))
    for name in parsed.attachments:
        yield Skipped(f"{source}/{name}", "attached; to read it, save it as a file")


def _source_file(source: str, parsed: Parsed, data: bytes, named: str | None = None) -> Found:
    """A document, unless there is no word in it; `named` is the date in the name of its file."""
    if not _WORD_CHARACTER.search(parsed.text):
        return Skipped(source, "no words in it" if parsed.text else "empty")
    date = finer(parsed.date, named)
    facts = Facts(
        title=parsed.title,
        date=date,
        date_origin="metadata" if parsed.date else "name" if date else None,
        agency=parsed.agency,
        pages=parsed.pages,
    )
    return SourceFile(source, parsed.text, _hash(data), facts)


def _articles(source: str, suffix: str, stream: BinaryIO, wanted: _Wanted) -> Iterator[Found]:
    columns = wanted.columns
    for number, row in rows(suffix, stream, columns):
        name = f"{source}#{number}"
        if wanted.wants(name) and columns is not None:
            try:
                yield _article(name, row, columns, wanted.known)
            except ValueError as fault:
                yield Skipped(name, str(fault))


def _article(source: str, row: Any, columns: Columns, known: Mapping[str, str]) -> Found:
    if isinstance(row, str):
        raise ValueError(row)
    text, *about = (
        row.get(name) if name else None
        for name in (columns.text, columns.title, columns.date, columns.agency)
    )
    if not isinstance(text, str):
        raise ValueError(f"no text in its column {columns.text}")
    title, date, agency = (str(v) if isinstance(v, str | int) else None for v in about)
    held = json.dumps([text, title, date, agency]).encode()  # other columns may change as they like
    if known.get(source) == _hash(held):
        return Unchanged(source)
    check_characters(text)
    parsed = Parsed(
        text,
        title=one_line(title and without_controls(title), 300),
        date=written_date(date),
        agency=one_line(agency and without_controls(agency), 60),
    )
    return _source_file(source, parsed, held)


def _members(
    source: str, stream: BinaryIO, wanted: _Wanted, budget: Budget, depth: int
) -> Iterator[Found]:
    archive = Archive(stream, budget)
    for member in archive.members():
        name = f"{source}/{member.filename}"
        if not wanted.wants(name):
            continue
        try:
            suffix = _suffix(name)
            with archive.open(member) as content:
                if suffix in ARCHIVES:  # which has to be read in any order
                    inner: BinaryIO = io.BytesIO(_content(content, MAX_FILE_BYTES))
                    yield from _documents(name, inner, wanted, budget, depth + 1)
                else:
                    yield from _documents(name, content, wanted, budget)
        except BROKEN as fault:
            yield Skipped(name, _told(fault))
        if budget.left < 0:
            raise ValueError("what comes after it is left out: the archive holds too much")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _content(stream: BinaryIO, most: int) -> bytes:
    data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError(f"more than {most:,} bytes")
    return data


def _file_of(root: Path, source: str) -> str:
    """The part of a source that is a file on the disk."""
    parts = source.split("/")
    for end in range(1, len(parts)):
        file = "/".join(parts[:end])
        if PurePosixPath(file).suffix.lower() in _PLACES and (root / file).is_file():
            return file
    row = _ROW.fullmatch(source)
    return row[1] if row and PurePosixPath(row[1]).suffix.lower() in TABLES else source


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


def _suffix(name: str) -> str:
    """What a file of this name is; `ValueError` if it is nothing that is read."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"not one of {', '.join(sorted(SUFFIXES))}")
    return suffix


def _check_name(root: Path, path: Path) -> None:
    """Raise `ValueError` with the reason if a file of this name is not read."""
    _suffix(path.name)
    try:
        str(path.relative_to(root)).encode("utf-8")
    except UnicodeEncodeError as fault:
        raise ValueError("its name is not valid UTF-8") from fault
    if not Path(os.path.realpath(path)).is_relative_to(root):
        raise ValueError("a link to outside the folder")


def _opened(path: Path) -> BinaryIO:
    """A regular file, open for reading. It is opened before it is looked at, so that what is read
    is what was looked at, and without waiting, since a pipe would wait for ever."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise ValueError("not a regular file")
    return file


def _told(fault: Exception) -> str:
    if isinstance(fault, OSError):
        return _reason(fault)
    return str(fault) if type(fault) is ValueError else f"broken ({fault})"


def _reason(fault: OSError) -> str:
    return fault.strerror or str(fault)


def _source(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
