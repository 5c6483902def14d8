"""Documents in a folder → an index on disk → the passages nearest to a question."""

from .build import Report, add, build, remove, update
from .documents import Document
from .encoder import Encoder, load
from .errors import EntenteError
from .filters import Filters
from .passages import Passage, Span
from .places import store_at
from .search import Found, Hit, Index, Told
from .store import Listed, Store
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
    "Store",
    "Term",
    "Told",
    "add",
    "build",
    "load",
    "remove",
    "store_at",
    "update",
]
