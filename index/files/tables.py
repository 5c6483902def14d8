"""A table of articles, CSV or a JSON object a line → what each row holds, one row after the other.

A row has the number that a reader finds it by: in CSV as spreadsheets count, where the header is
row 1, and in JSON lines that of its line. No more than a row is held in memory, so a table may be
far longer than a text.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from ..errors import shown
from .decoding import encoding_of
from .found import EXAMPLE, Columns

MAX_ROW = 5_000_000  # characters

_HEAD = 1_000_000  # bytes by which the encoding of a table is told
_CHUNK = 65_536
_DELIMITERS = (",", ";", "\t", "|")
_SHOWN = 200  # characters of the columns' names in a message

Row = tuple[int, Mapping[str, Any] | str]


def rows(suffix: str, stream: BinaryIO, columns: Columns | None) -> Iterator[Row]:
    """The number of each row, and what it holds under which name, or why that cannot be told.

    Raises `ValueError` where the table cannot be read, or no further.
    """
    if columns is None:
        raise ValueError(f"a table; to read it, name its columns, as in {EXAMPLE}")
    head = stream.read(_HEAD)
    encoding = encoding_of(head)
    chunks = chain([head], iter(lambda: stream.read(_CHUNK), b""))
    lines = _lines(codecs.iterdecode(chunks, encoding))
    number = 0
    csv.field_size_limit(MAX_ROW)  # of the whole process, and by default shorter than an article
    try:
        for number, row in _csv(lines, columns) if suffix == ".csv" else _objects(lines):
            yield number, row
    except UnicodeDecodeError as fault:
        raise ValueError(f"not {encoding} text after row {number}") from fault
    except csv.Error as fault:
        raise ValueError(f"broken after row {number} ({fault})") from fault


def _csv(lines: Iterator[str], columns: Columns) -> Iterator[Row]:
    """The delimiter is the one by which the header has the column of the text."""
    first = next(lines, "")
    wanted = {columns.text, columns.title, columns.date, columns.agency} - {None}
    headers = [
        (mark, [name.strip() for name in next(csv.reader([first], delimiter=mark), [])])
        for mark in _DELIMITERS
    ]
    mark, names = max(headers, key=lambda found: (len(wanted & {*found[1]}), len(found[1])))
    if missing := sorted(name for name in wanted if name and name not in names):
        there = shown(", ".join(names))[:_SHOWN]
        raise ValueError(f"no column {shown(missing[0])}; there are {there}")
    record = _Record(lines)
    for number, cells in enumerate(csv.reader(record, delimiter=mark), start=2):
        record.length = 0
        if cells:  # a blank line is a row of a spreadsheet too
            yield number, dict(zip(names, cells, strict=False))


class _Record:
    """Lines as csv asks for them, until those of one record are too many."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.length += len(line)
            if self.length > MAX_ROW:
                raise ValueError(f"a row of more than {MAX_ROW:,} characters")
            yield line


def _objects(lines: Iterator[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except RecursionError:
            yield number, "nested too deeply to be read"
        except ValueError as fault:
            yield number, f"not JSON ({fault})"
        else:
            yield number, found if isinstance(found, dict) else "not a JSON object"


def _lines(pieces: Iterator[str]) -> Iterator[str]:
    """Lines with their ends, each of which has to be short enough for a row."""
    begun: list[str] = []
    length = 0
    for piece in pieces:
        *ended, rest = piece.split("\n")
        for line in ended:
            yield "".join((*begun, line, "\n"))
            begun, length = [], 0
        begun.append(rest)
        length += len(rest)
        if length > MAX_ROW:
            raise ValueError(f"a row of more than {MAX_ROW:,} characters")
    if length:
        yield "".join(begun)
