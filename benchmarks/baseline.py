"""The bundled model as sentence-transformers would run it by itself: what the encoder is measured
against.

A transformers `BertModel` in float32 with the file's own dequantised weights, padded batches of
32, mean pooling. Nothing of `index` runs in it but the file reader and the tokenizer's normaliser,
which is Python code and cannot be written to a folder.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from torch import Tensor
from transformers import BertConfig

from index.e5 import ModelFile
from index.encoder import PROMPTS

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
    shape = file.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=file.pad,
    )
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as name:
        folder = Path(name)
        config.save_pretrained(folder)
        save_file(dict(_state(file)), folder / "model.safetensors", {"format": "pt"})
        _save_tokenizer(file, folder)
        transformer = Transformer(str(folder), max_seq_length=shape.positions)
    transformer.tokenizer.backend_tokenizer.normalizer = file.tokenizer.normalizer
    pooling = Pooling(shape.hidden, pooling_mode="mean")
    return SentenceTransformer(
        modules=[transformer, pooling, Normalize()], prompts=dict(PROMPTS), device="cpu"
    )


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


def _save_tokenizer(file: ModelFile, folder: Path) -> None:
    normaliser = file.tokenizer.normalizer
    file.tokenizer.normalizer = None
    try:
        file.tokenizer.save(str(folder / "tokenizer.json"))
    finally:
        file.tokenizer.normalizer = normaliser
    tokens = {"bos": file.bos, "eos": file.eos, "unk": file.unknown, "pad": file.pad}
    names = {f"{name}_token": file.piece(token) for name, token in tokens.items()}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
