"""The forward pass: texts side by side come out as they do alone, and the fused products are the
plain ones."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own pages use
from torch import Tensor

from index.bert import Bert, Linear, best_dtype, packed, rounded
from index.e5 import bundled_path, read

LENGTHS = (
    (1,), (16,), (23,), (16, 16), (3, 16, 9), (40, 5, 33, 40, 17), (300, 2, 129, 300), (257, 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def network() -> Bert:
    return Bert(read(bundled_path()), torch.float32)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 100, 256, 257, 300, 512, 1_000, 2_048, 5_000])
def test_a_rounded_size_is_little_larger_and_a_multiple_of_16(size: int) -> None:
    assert size <= rounded(size) < size + max(16, size // 8)
    assert rounded(size) % 16 == 0
    assert rounded(rounded(size)) == rounded(size)


def test_there_are_few_rounded_sizes() -> None:
    assert len({rounded(size) for size in range(1, 2_049)}) == 40


def alone(qkv: Tensor) -> Tensor:
    """Attention within one text, as it is defined."""
    query, key, value = qkv.permute(1, 2, 0, 3)
    weights = (query @ key.transpose(1, 2) / query.shape[-1] ** 0.5).softmax(-1)
    attended: Tensor = (weights @ value).transpose(0, 1)
    return attended


@pytest.mark.parametrize("spare", [0, 7])
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_attention_is_that_of_each_text_alone(lengths: Sequence[int], spare: int) -> None:
    tokens = sum(lengths)
    qkv = torch.randn(tokens + spare, 3, 2, 8, generator=torch.Generator().manual_seed(0))
    expected = torch.cat([alone(text) for text in torch.split(qkv[:tokens], list(lengths))])
    found = packed(lengths, tokens + spare)(qkv)
    assert found.shape == (tokens + spare, 2, 8)
    assert (found[:tokens] - expected).abs().max() < 1e-5
    assert not found.isnan().any()
    if not spare:
        assert torch.equal(packed(lengths)(qkv), found)


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_states_are_those_of_each_text_alone(network: Bert, lengths: Sequence[int]) -> None:
    chance = torch.Generator().manual_seed(0)
    texts = [torch.randint(4, 250_000, (length,), generator=chance).tolist() for length in lengths]
    with torch.inference_mode():
        together = network(list(itertools.chain(*texts)), lengths)
        apart = torch.cat([network(text, [len(text)]) for text in texts])
    assert together.shape == (sum(lengths), 384)
    assert together.dtype == torch.float32
    assert torch.cosine_similarity(together, apart).min() > 0.99999


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=str)
@pytest.mark.parametrize("tokens", [1, 23, 200])
def test_a_product_adds_its_bias_and_the_residual(dtype: torch.dtype, tokens: int) -> None:
    if dtype == torch.bfloat16 != best_dtype():
        pytest.skip("this processor does not multiply bfloat16")
    torch.manual_seed(0)
    layer = Linear(48, 32).requires_grad_(False)
    layer.weight.normal_()
    layer.bias.normal_()
    layer, states, residual = layer.to(dtype), torch.randn(tokens, 48), torch.randn(tokens, 32)
    states, residual = states.to(dtype), residual.to(dtype)
    product = F.linear(states.float(), layer.weight.float(), layer.bias.float())
    kept = residual.clone()
    for expected, given in ((product, ()), (product + residual, (residual,))):
        with torch.inference_mode():
            fused = layer(states, *given)
        plain = layer(states, *given)  # with gradients
        for found in (fused, plain):
            assert found.dtype == dtype
            limit = 0.15 if dtype == torch.bfloat16 else 1e-4
            assert (found.float() - expected).abs().max() < limit
    assert torch.equal(residual, kept)


def test_a_layer_that_is_trained_has_its_gradient() -> None:
    torch.manual_seed(0)
    layer = Linear(48, 32)
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    layer = layer.to(torch.bfloat16)
    layer(torch.randn(5, 48).bfloat16(), torch.randn(5, 32).bfloat16()).sum().backward()
    assert layer.weight.grad is not None
    assert layer.weight.grad.abs().max() > 0
