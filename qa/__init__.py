"""A question → an answer made of quoted, cited sentences."""

from .errors import QuestionError
from .pipeline import Trace, answer, open_index, trace
from .types import Answer, Citation, Retrieved

__all__ = [
    "Answer",
    "Citation",
    "QuestionError",
    "Retrieved",
    "Trace",
    "answer",
    "open_index",
    "trace",
]
