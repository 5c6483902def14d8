"""The reader's network: layers that were the encoder's and have been trained on, and a head.

For each token, how likely an answer starts and ends there; for each text, how likely it answers the
question at all. The first token, `<s>`, stands for «no answer» among the tokens, as BERT reads
SQuAD 2 (Devlin et al. 2019). Which tokens may be answers is left to the callers.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from index.bert import Attend, Bert, packed, places_of


class SpanNetwork(nn.Module):
    """An encoder's embeddings, layers of its own, and three numbers a token: start, end, and
    answerable. The encoder stays as it is."""

    def __init__(self, encoder: Bert) -> None:
        super().__init__()
        self.encoder = encoder
        self.layers = copy.deepcopy(encoder.layers)
        self.head = nn.Linear(encoder.positions.embedding_dim, 3)

    def forward(self, ids: Tensor, places: Tensor, attend: Attend) -> Tensor:
        """Token ids and their places in their texts, both [tokens], to logits [tokens, 3]."""
        states = self.encoder.embed(ids, places)
        for layer in self.layers:
            states = layer(states, attend)
        logits: Tensor = self.head(states.float())
        return logits

    def read(self, texts: Sequence[Sequence[int]]) -> list[Tensor]:
        """The logits of each text, [tokens, 3]; the third column counts for the first token."""
        lengths = [len(text) for text in texts]
        ids = torch.tensor(list(itertools.chain.from_iterable(texts)))
        return list(self(ids, places_of(lengths), packed(lengths)).split(lengths))
