"""A question → an answer made of quoted, cited sentences."""

from .errors import QuestionError
from .pipeline import Trace, answer, open_index, trace
from .types import Answer, Citation, Reprint, Retrieved

__all__ = [
    "Answer",
    "Citation",
    "QuestionError",
    "Reprint",
    "Retrieved",
    "Trace",
    "answer",
    "open_index",
    "trace",
]
