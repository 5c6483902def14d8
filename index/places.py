"""Where things are when nobody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import CorpusError

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def index_of(folder: Path) -> Path:
    """The index of a folder of documents stands beside it: `seeds` has `seeds.index`.

    Raises `CorpusError` for the root of the file system, beside which there is nothing.
    """
    absolute = Path(os.path.abspath(folder))  # noqa: PTH100 - `..` has to go, links have to stay
    if not absolute.name:
        raise CorpusError(f"{folder}: expected a folder of documents, found a whole file system")
    return absolute.with_name(absolute.name + ".index")
