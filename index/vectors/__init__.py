"""The vectors of passages: those nearest to a question, by a file derived from the store."""

from .file import file_of
from .index import SHRINKAGE, VectorIndex, shrunk_means

__all__ = ["SHRINKAGE", "VectorIndex", "file_of", "shrunk_means"]
