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
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from torch import Tensor
from transformers import BertConfig, BertModel

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
    network = BertModel(config)
    state = network.state_dict()  # the pooler stays as it is: mean pooling does not ask it
    state.update({name: tensor.view_as(state[name]) for name, tensor in _state(file)})
    network.load_state_dict(state)
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as name:
        folder = Path(name)
        network.save_pretrained(folder)
        _save_tokenizer(file, folder)
        transformer = Transformer(str(folder), max_seq_length=shape.positions)
    transformer.tokenizer.backend_tokenizer.normalizer = file.tokenizer.normalizer
    pooling = Pooling(shape.hidden, pooling_mode="mean")
    return SentenceTransformer(
        modules=[transformer, pooling, Normalize()], prompts=dict(PROMPTS), device="cpu"
    )


def _state(file: ModelFile) -> Iterator[tuple[str, Tensor]]:
    """The file's tensors under the names of transformers, each of shape [n]."""

    def tensor(name: str) -> Tensor:
        return torch.from_numpy(file.tensor(name))

    for theirs, ours in (("word", "word"), ("position", "pos"), ("token_type", "type")):
        yield f"embeddings.{theirs}_embeddings.weight", tensor(f"emb.{ours}")
    for theirs, ours in (("weight", "w"), ("bias", "b")):
        yield f"embeddings.LayerNorm.{theirs}", tensor(f"emb.ln.{ours}")
        for layer in range(file.shape.layers):
            for part, short in _PARTS.items():
                name = f"encoder.layer.{layer}.{part}.{theirs}"
                yield name, tensor(f"l{layer}.{short}.{ours}")


def _save_tokenizer(file: ModelFile, folder: Path) -> None:
    normaliser = file.tokenizer.normalizer
    file.tokenizer.normalizer = None
    try:
        file.tokenizer.save(str(folder / "tokenizer.json"))
    finally:
        file.tokenizer.normalizer = normaliser
    tokens = {"bos": file.bos, "eos": file.eos, "unk": file.unknown, "pad": file.pad}
    names = {f"{name}_token": file.pieces[token].decode() for name, token in tokens.items()}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
