"""What a process that has just started needs to answer from an index: time, and memory.

It searches twice: with the questions' vectors given, so that only the index is timed and held, and
with the encoder that the index was built with.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Encoder, Index
from index.encoder import Vectors
from index.language import language_of
from index.local import LocalStore

from .apart import Memory, memory
from .metrics import percentile


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions, the languages they are in, and their vectors [n, dimension] by `model`: an encoder
    that knows these texts and no others."""

    model: str
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    vectors: Vectors

    @classmethod
    def encoded(cls, texts: Sequence[str], encoder: Encoder) -> Questions:
        languages = tuple(language_of(text) for text in texts)
        return cls(encoder.model, tuple(texts), languages, encoder.encode_queries(texts))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.vectors[[self.texts.index(text) for text in texts]]

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        raise NotImplementedError("the vectors of questions only are given")


@dataclass(frozen=True, slots=True)
class Fresh:
    """`open_seconds` is that of opening the index and the first answer, nothing being imported any
    more; `imported` the memory before, `searched` after all questions. Milliseconds of a search
    with the question's vector given; the last two are with its encoding, if asked for."""

    open_seconds: float
    p50_ms: float
    p95_ms: float
    imported: Memory
    searched: Memory
    encoding_p50_ms: float | None
    encoding_p95_ms: float | None


def measure(place: Path, questions: Questions, encode: bool) -> Fresh:
    """Ask the index at `place` all the questions; in a process of its own, or else what was done
    before is in its memory. Without `encode`, the index's encoder is not needed."""
    imported = memory()
    started = time.perf_counter()
    index = Index.open(LocalStore(place), questions)
    index.search(questions.texts[0], questions.languages[0])
    opened = time.perf_counter() - started
    milliseconds = _searched(index, questions)
    searched = memory()
    encoding: Sequence[float] = ()
    if encode:
        index = Index.open(place)
        index.search(questions.texts[0], questions.languages[0])
        encoding = _searched(index, questions)
    return Fresh(
        open_seconds=opened,
        p50_ms=percentile(milliseconds, 0.5),
        p95_ms=percentile(milliseconds, 0.95),
        imported=imported,
        searched=searched,
        encoding_p50_ms=percentile(encoding, 0.5) if encoding else None,
        encoding_p95_ms=percentile(encoding, 0.95) if encoding else None,
    )


def _searched(index: Index, questions: Questions) -> list[float]:
    """The milliseconds of a search for each question."""
    milliseconds = []
    for text, language in zip(questions.texts, questions.languages, strict=True):
        started = time.perf_counter()
        index.search(text, language)
        milliseconds.append(1000 * (time.perf_counter() - started))
    return milliseconds
