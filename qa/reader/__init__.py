"""Question and passages → candidate sentences, best first.

`TrainedReader` reads, `SentenceReader` only compares. How a reader is trained is `qa.reader.train`.
"""

from __future__ import annotations

from index import Encoder
from index.e5 import bundled_path, read
from index.encoder import BundledEncoder
from index.errors import ModelError

from .candidates import Candidate, Evidence, Read, Reader
from .model import SpanModel
from .sentences import SentenceReader
from .trained import TrainedReader

__all__ = [
    "Candidate",
    "Evidence",
    "Read",
    "Reader",
    "SentenceReader",
    "SpanModel",
    "TrainedReader",
    "reader_for",
]


def reader_for(encoder: Encoder) -> Reader:
    """The trained reader, over `encoder` itself where that is the bundled one; where that one is
    not installed, as on other systems than Linux, the reader that only compares."""
    if not isinstance(encoder, BundledEncoder):
        try:
            encoder = BundledEncoder(read(bundled_path()))
        except ModelError:
            return SentenceReader()
    return TrainedReader(SpanModel(encoder))
