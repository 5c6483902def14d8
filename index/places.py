"""Where things are when nobody says otherwise."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


def index_of(folder: Path) -> Path:
    """The index of a folder of documents stands beside it: `seeds` has `seeds.index`."""
    absolute = folder.absolute()
    return absolute.with_name(absolute.name + ".index")
