"""The trained network, ready to read: the bundled encoder's, changed as training changed it.

The encoder itself stays as it is, so that retrieval's vectors do not change: the two share the
table of words, which is most of the memory, and have layers of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoder import BundledEncoder

from .pairs import Tokens, tokens_of, windows_of
from .spans import Reading, merged

if TYPE_CHECKING:
    from .network import SpanNetwork

WEIGHTS = Path(__file__).parent / "weights"
PASSAGES_KEPT = 2_000  # whose tokens are remembered for the next question


class SpanModel:
    """Reads passages for a question: where an answer starts and ends, and whether there is one."""

    def __init__(self, encoder: BundledEncoder, folder: Path = WEIGHTS) -> None:
        self._encoder, self._folder = encoder, folder
        self._lock = threading.Lock()
        self._tokens = lru_cache(PASSAGES_KEPT)(self._tokenised)

    @cached_property
    def network(self) -> SpanNetwork:
        """The network; raises `ModelError` if its weights cannot be read."""
        from .weights import load

        return load(self._encoder.network, self._folder)

    def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Reading]:
        """A reading of each (question, header, passage)."""
        if not pairs:
            return []
        with self._lock:
            network = self.network

        import torch

        with self._lock, torch.inference_mode():
            tokens = [self._tokens(text) for *_, text in pairs]
            windows = [
                list(windows_of(self._tokens(question).ids, self._tokens(header).ids, text))
                for (question, header, _), text in zip(pairs, tokens, strict=True)
            ]
            logits = iter(network.read([w.ids for several in windows for w in several]))
            return [
                merged(text, several, [next(logits).numpy() for _ in several])
                for text, several in zip(tokens, windows, strict=True)
            ]

    def _tokenised(self, text: str) -> Tokens:
        return tokens_of(self._encoder.tokenizer, text)
