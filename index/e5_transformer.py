"""The bundled model as a `SentenceTransformer`, for indexing and for whoever else wants one.

sentence-transformers builds its Transformer module from a folder; a temporary one is written with
the configuration and the tokenizer, and the module is given our network in place of weights. Kept
apart from `index.encoder` because its imports are heavy.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from torch import Tensor
from transformers import BertConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutput

from .bert import Bert
from .e5 import PROMPTS, ModelFile


class PackedBertModel(PreTrainedModel):  # type: ignore[no-untyped-call]
    """`Bert` behind the interface of transformers: padded tensors in, padded states out."""

    config_class = BertConfig

    def __init__(self, config: BertConfig, network: Bert) -> None:
        super().__init__(config)
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: object) -> BaseModelOutput:
        """Token ids and their mask [texts, tokens] to states [texts, tokens, hidden]."""
        real = attention_mask.bool()
        states = self.network(input_ids[real].tolist(), attention_mask.sum(1).tolist())
        padded = states.new_zeros(*input_ids.shape, states.shape[-1])
        padded[real] = states
        return BaseModelOutput(last_hidden_state=padded)


def sentence_transformer(file: ModelFile, network: Bert) -> SentenceTransformer:
    """A `SentenceTransformer` over `network` and the file's tokenizer, on the CPU."""

    class BundledTransformer(Transformer):
        def _load_model(  # type: ignore[override]
            self, _path: str, _task: str, config: BertConfig, *_: Any, **__: Any
        ) -> Any:
            return PackedBertModel(config, network)

    with model_folder(file) as folder:
        return assembled(file, BundledTransformer(str(folder)))


def assembled(file: ModelFile, transformer: Transformer) -> SentenceTransformer:
    """The three modules in order, with the file's prompts and its normaliser, which is Python code
    and cannot be written to a folder."""
    tokenizer: Any = transformer.tokenizer
    tokenizer.backend_tokenizer.normalizer = file.tokenizer.normalizer
    transformer.max_seq_length = file.shape.positions
    pooling = Pooling(file.shape.hidden, pooling_mode="mean")
    return SentenceTransformer(
        modules=[transformer, pooling, Normalize()], prompts=dict(PROMPTS), device="cpu"
    ).eval()


@contextmanager
def model_folder(file: ModelFile) -> Iterator[Path]:
    """A temporary folder with the model's configuration and its tokenizer, and no weights."""
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
        dtype=torch.float32,
    )
    names = {"bos": file.bos, "eos": file.eos, "unk": file.unknown, "pad": file.pad}
    special = {f"{name}_token": file.piece(token) for name, token in names.items()}
    with tempfile.TemporaryDirectory(prefix="entente-") as name:
        folder = Path(name)
        config.save_pretrained(folder)
        normaliser = file.tokenizer.normalizer
        file.tokenizer.normalizer = None
        try:
            file.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        finally:
            file.tokenizer.normalizer = normaliser
        (folder / "tokenizer_config.json").write_text(
            json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", **special}), "utf-8"
        )
        yield folder
