"""The encoders: the bundled one, and any other sentence-transformers model by its path."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wordy import write

from index import Index
from index.build import build
from index.encoder import BUNDLED, GROUP, TOKENS, Encoder, NamedEncoder, batches, load
from index.errors import ModelError

TEXTS = {"a.txt": "The ministers signed an accord in Lima.", "b.txt": "They met again in Oslo."}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of a few thousand weights, made on the spot."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = sorted({w.lower().strip(".") for text in TEXTS.values() for w in text.split()})
    vocabulary = {word: n for n, word in enumerate(["[UNK]", "[PAD]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    base = tmp_path_factory.mktemp("base")
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(base)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    folder = tmp_path_factory.mktemp("model")
    SentenceTransformer(modules=[Transformer(str(base)), Pooling(16)], device="cpu").save(
        str(folder)
    )
    return folder


def test_an_index_is_built_and_searched_with_a_named_model(model: Path, tmp_path: Path) -> None:
    encoder = load(str(model))
    assert isinstance(encoder, NamedEncoder)
    assert encoder.model == str(model)
    build(write(tmp_path / "docs", TEXTS), tmp_path / "ix", encoder)
    opened = Index.open(tmp_path / "ix")
    assert opened.encoder.model == str(model)
    found = opened.search("They met again in Oslo.", "en")
    assert found.vector.shape == (16,)
    assert found.hits[0].passage.document.source == "b.txt"
    for vectors in (found.vector[None], *encoder.encode_passages(list(TEXTS.values()))):
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_an_index_of_a_named_model_refuses_the_bundled_one(
    model: Path, tmp_path: Path, encoder: Encoder
) -> None:
    docs = write(tmp_path / "docs", TEXTS)
    build(docs, tmp_path / "ix", load(str(model)))
    for attempt in (
        lambda: Index.open(tmp_path / "ix", encoder),
        lambda: build(docs, tmp_path / "ix", encoder),
    ):
        with pytest.raises(ModelError, match=f"{model}.*{BUNDLED}"):
            attempt()


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "docs", TEXTS)
    done = subprocess.run(
        [sys.executable, "-m", "index", "build", str(tmp_path / "docs"), "--model", "no/such"],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: the model 'no/such' cannot be loaded: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "docs.index").exists()


def test_the_bundled_encoder_gives_unit_vectors_in_the_order_asked(encoder: Encoder) -> None:
    texts = [f"Text number {n} " * (n % 5 + 1) for n in range(GROUP + 5)]
    first, rest = encoder.encode_passages(texts)
    assert (len(first), len(rest)) == (GROUP, 5)
    vectors = np.concatenate([first, rest])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    for place in (0, 1, 7, GROUP - 1, GROUP, len(texts) - 1):
        (alone,) = encoder.encode_passages([texts[place]])
        assert int((vectors @ alone[0]).argmax()) == place
        assert float(alone[0] @ vectors[place]) > 0.9995


def test_passages_are_encoded_as_they_are_asked_for(encoder: Encoder) -> None:
    found = encoder.encode_passages(["One."] * 1_000_000)  # all of them would take hours
    assert len(next(found)) == GROUP


@pytest.mark.parametrize(
    "lengths",
    [[], [5], [TOKENS], [TOKENS + 1, 3], [512] * 9, [n % 97 + 4 for n in range(300)]],
    ids=str,
)
def test_batches_hold_every_text_once_like_lengths_together(lengths: list[int]) -> None:
    found = list(batches(lengths))
    assert sorted(itertools.chain(*found)) == list(range(len(lengths)))
    in_order = [lengths[place] for place in itertools.chain(*found)]
    assert in_order == sorted(lengths, reverse=True)
    for batch, following in itertools.pairwise([*found, []]):
        tokens = sum(lengths[place] for place in batch)
        assert tokens <= TOKENS or len(batch) == 1
        assert not following or tokens + lengths[following[0]] > TOKENS  # no batch ends early


def test_a_question_is_encoded_as_a_question(encoder: Encoder) -> None:
    asked = encoder.encode_queries(["Who signed?"])[0]
    (stated,) = encoder.encode_passages(["Who signed?"])
    assert float(asked @ stated[0]) < 0.99


def test_a_text_longer_than_the_model_reads_is_cut_and_no_fault(encoder: Encoder) -> None:
    (vectors,) = encoder.encode_passages(["mot " * 5_000])
    assert np.isfinite(vectors).all()
