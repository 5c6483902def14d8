"""The reader's weights in a file: how its layers differ from the encoder's, and the head.

A difference is small and forgiving, so its matrices are stored in 4 bits, in the encoder file's own
blocks: 12 MB for 21 million weights. Biases and norms, which are few, are float16.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from index.bert import Bert
from index.e5 import BLOCK_BYTES, BLOCK_WEIGHTS, dequantise
from index.errors import ModelError

from .network import SpanNetwork

FILE = "reader.safetensors"


def save(network: SpanNetwork, folder: Path) -> Path:
    """Write what `network` differs in from its encoder; returns the file."""
    base = dict(network.encoder.layers.named_parameters())
    tensors = {f"head.{name}": value.detach() for name, value in network.head.named_parameters()}
    for name, value in network.layers.named_parameters():
        difference = (value.detach().float() - base[name].detach().float()).cpu()
        tensors[f"layers.{name}"] = (
            quantised(difference) if difference.dim() == 2 else difference.half()
        )
    path = folder / FILE
    save_file({name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, path)
    return path


def load(encoder: Bert, folder: Path) -> SpanNetwork:
    """The network that `save` wrote, over `encoder`, which is not changed.

    Raises `ModelError` if the file is missing, or is not of such a network.
    """
    path = folder / FILE
    try:
        tensors = load_file(path)
        network = SpanNetwork(encoder).eval().requires_grad_(False)
        network.head.load_state_dict({key: tensors[f"head.{key}"] for key in ("weight", "bias")})
        for name, value in network.layers.named_parameters():
            stored = tensors[f"layers.{name}"]
            difference = dequantised(stored, value.shape) if value.dim() == 2 else stored.float()
            value.copy_(value.float() + difference)
    except (OSError, SafetensorError, KeyError, RuntimeError, ValueError) as fault:
        reason = str(fault).strip().split("\n", 1)[0]
        raise ModelError(f"{path} does not hold the reader's weights: {reason}") from fault
    return network


def quantised(weights: Tensor) -> Tensor:
    """A matrix in blocks of 32 weights: uint8 [blocks, 18], as `index.e5` reads them.

    The scale of a block is the one of a few that leaves the least error.
    """
    blocks = weights.reshape(-1, BLOCK_WEIGHTS)
    largest = blocks.abs().amax(1, keepdim=True)
    best = torch.full_like(largest, torch.inf)
    levels, scales = torch.zeros_like(blocks), torch.zeros_like(largest)
    for divisor in (8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0):
        scale = (largest / divisor).half().float().clamp_min(2**-24)
        level = (blocks / scale).round().clamp(-8, 7)
        error = (level * scale - blocks).square().sum(1, keepdim=True)
        better = error < best
        best = torch.where(better, error, best)
        scales = torch.where(better, scale, scales)
        levels = torch.where(better, level, levels)
    nibbles = (levels + 8).to(torch.uint8)
    half = BLOCK_WEIGHTS // 2
    packed = nibbles[:, :half] | (nibbles[:, half:] << 4)
    return torch.cat([scales.half().contiguous().view(torch.uint8), packed], dim=1)


def dequantised(blocks: Tensor, shape: torch.Size) -> Tensor:
    """The matrix of `shape` from its blocks; raises `ValueError` where they are not enough."""
    if blocks.dim() != 2 or blocks.shape[1] != BLOCK_BYTES:
        raise ValueError(f"blocks of shape {list(blocks.shape)}; expected [n, {BLOCK_BYTES}]")
    return torch.from_numpy(np.ascontiguousarray(dequantise(blocks.numpy()))).view(shape)
