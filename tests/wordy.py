"""A small deterministic encoder for the tests that are not about meaning, and builds in processes
of their own."""

from __future__ import annotations

import hashlib
import re
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from index.build import build
from index.encoder import Vectors
from index.errors import EntenteError

DIMENSION = 64


@dataclass(frozen=True)
class WordEncoder:
    """Texts that share words are near one another; `pause` is what each batch takes, in seconds."""

    model: str = "words"
    pause: float = 0.0
    batch: int = 4

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_vector(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for start in range(0, len(texts), self.batch):
            time.sleep(self.pause)
            yield self.encode_queries(texts[start : start + self.batch])


def _vector(text: str) -> Vectors:
    vector = np.full(DIMENSION, 1e-3, np.float32)
    for word in re.findall(r"\w+", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % DIMENSION] += 1
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def write(folder: Path, texts: dict[str, str]) -> Path:
    """Write `texts` into `folder`, by name."""
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def build_apart(
    answer: Connection, folder: Path, into: Path, pause: float, largest_file: int | None
) -> None:
    """Build, in a process of its own, with files no larger than `largest_file` bytes; `answer` gets
    «done» or the fault's kind and message."""
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    answer.send("ready")
    try:
        build(folder, into, WordEncoder(pause=pause))
        answer.send("done")
    except EntenteError as fault:
        answer.send(f"{type(fault).__name__}: {fault}")
