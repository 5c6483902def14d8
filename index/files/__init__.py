"""Folder → the text of each document in it, and what its file says of it, or why it is left out."""

from ..errors import shown
from .decoding import decode
from .found import (
    DOCUMENTS,
    MAX_BYTES,
    SUFFIXES,
    Columns,
    Facts,
    Skipped,
    SourceFile,
    Unchanged,
)
from .reading import read_folder, read_source

__all__ = [
    "DOCUMENTS",
    "MAX_BYTES",
    "SUFFIXES",
    "Columns",
    "Facts",
    "Skipped",
    "SourceFile",
    "Unchanged",
    "decode",
    "read_folder",
    "read_source",
    "shown",
]
