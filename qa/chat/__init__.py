"""The chat window: a question, its quotes with numbers to click, and the source beside them."""

from .opening import Opening
from .window import serve

__all__ = ["Opening", "serve"]
