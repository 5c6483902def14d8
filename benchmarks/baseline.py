"""The bundled model as sentence-transformers would run it by itself: what the encoder is measured
against.

A transformers `BertModel` in float32 with the file's own dequantised weights, padded batches of
32, mean pooling. Nothing of `index` computes in it; it only lends the file reader, the folder that
a Transformer is made from, and the tokenizer's normaliser.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Transformer
from torch import Tensor

from index.e5 import ModelFile
from index.e5_transformer import assembled, model_folder

_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def sentence_transformer(file: ModelFile) -> SentenceTransformer:
    """The model of `file` with sentence-transformers' defaults, on the CPU."""
    with model_folder(file) as folder:
        save_file(dict(_state(file)), folder / "model.safetensors", {"format": "pt"})
        return assembled(file, Transformer(str(folder)))


def _state(file: ModelFile) -> Iterator[tuple[str, Tensor]]:
    """The file's tensors under the names and shapes of transformers."""
    hidden = file.shape.hidden

    def tensor(name: str, *shape: int) -> Tensor:
        return torch.from_numpy(file.tensor(name)).view(*shape)

    for theirs, ours in (("word", "word"), ("position", "pos"), ("token_type", "type")):
        yield f"embeddings.{theirs}_embeddings.weight", tensor(f"emb.{ours}", -1, hidden)
    # Mean pooling never asks the pooler; without weights it would be made at random, and said so.
    yield "pooler.dense.weight", torch.zeros(hidden, hidden)
    yield "pooler.dense.bias", torch.zeros(hidden)
    yield "embeddings.LayerNorm.weight", tensor("emb.ln.w", -1)
    yield "embeddings.LayerNorm.bias", tensor("emb.ln.b", -1)
    for layer in range(file.shape.layers):
        for part, short in _PARTS.items():
            theirs, ours = f"encoder.layer.{layer}.{part}", f"l{layer}.{short}"
            bias = tensor(f"{ours}.b", -1)
            yield f"{theirs}.bias", bias
            rows = () if part.endswith("LayerNorm") else (len(bias),)
            yield f"{theirs}.weight", tensor(f"{ours}.w", *rows, -1)
