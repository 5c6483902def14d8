"""Fictional diplomatic press items with questions in six languages, made from frames.

`frames/*.toml` hold the items: natural text with slots, alternatives and marked answers, and the
questions about it; README.md says how they are written. `world/*.toml` holds what fills the slots.
`python -m qa.reader.train.communiques FILE…` checks frames and shows what they give.
"""

from .frames import Frame, read_frames
from .items import Asked, Item, item_of, twin_of
from .world import Cast, World, read_world

__all__ = [
    "Asked",
    "Cast",
    "Frame",
    "Item",
    "World",
    "item_of",
    "read_frames",
    "read_world",
    "twin_of",
]
