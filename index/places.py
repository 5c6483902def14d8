"""Where things are: the folder and the index that are meant where none is named, and the store at a
place."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import CorpusError, IndexMissingError
from .milvus import Address
from .store import Store

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def index_of(folder: Path) -> Path:
    """The index of a folder of documents stands beside it: `seeds` has `seeds.index`.

    Raises `CorpusError` for the root of the file system, beside which there is nothing.
    """
    absolute = Path(os.path.abspath(folder))  # noqa: PTH100 - `..` has to go, links have to stay
    if not absolute.name:
        raise CorpusError(f"{folder}: expected a folder of documents, found a whole file system")
    return absolute.with_name(absolute.name + ".index")


def store_at(place: Store | Path | str) -> Store:
    """The store at a place: `http://HOST:PORT/NAME` and `PATH.db` are Milvus, anything else is a
    folder; a store itself is given back. Raises `IndexMissingError` where Milvus is asked for and
    not installed."""
    if not isinstance(place, str | Path):
        return place
    address = Address.parse(str(place))
    if address is None:
        from .local import LocalStore

        return LocalStore(Path(place))
    try:
        from .milvus.store import MilvusStore
    except ModuleNotFoundError as fault:
        raise IndexMissingError(
            f"{place} is in Milvus, and {fault.name} is not installed: pip install entente[milvus]"
        ) from fault
    return MilvusStore(address)
