"""Fictional diplomatic press items with questions in six languages, made from frames.

`frames/*.toml` hold the items: natural text with slots, alternatives and marked answers, and the
questions about it; `unsaid.toml` holds questions that no item answers; README.md says how both are
written. `world/*.toml` holds what fills the slots. `python -m qa.reader.train.communiques FILE…`
checks frames and shows what they give.
"""

from .frames import Ask, Frame, read_frames, read_unsaid
from .items import Asked, Item, item_of, twin_of
from .world import Cast, World, read_world

__all__ = [
    "Ask",
    "Asked",
    "Cast",
    "Frame",
    "Item",
    "World",
    "item_of",
    "read_frames",
    "read_unsaid",
    "read_world",
    "twin_of",
]
