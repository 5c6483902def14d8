"""An index in a folder: SQLite holds the truth, FAISS what is derived from it."""

from .store import LocalStore

__all__ = ["LocalStore"]
