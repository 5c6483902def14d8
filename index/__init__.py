"""Documents in a folder → an index on disk → the passages nearest to a question."""

from .build import Report, build
from .documents import Document
from .encoder import Encoder, load
from .errors import EntenteError
from .passages import Passage, Span
from .search import Filters, Found, Hit, Index, Told
from .store import Listed
from .terms import Met, Term

__all__ = [
    "Document",
    "Encoder",
    "EntenteError",
    "Filters",
    "Found",
    "Hit",
    "Index",
    "Listed",
    "Met",
    "Passage",
    "Report",
    "Span",
    "Term",
    "Told",
    "build",
    "load",
]
