"""The training loop: examples → weights, step by step, from where it stopped.

What the examples are is left to `mixture`, and what is trained of the network to `run`: seen here
are token ids and the parameters that ask for a gradient.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from index.bert import Attend

from ..network import SpanNetwork
from .examples import Example

TOKENS_A_BATCH = 3_072  # padding included
WIDTH_STEP = 16
WARM_UP = 0.06  # of the steps
WEIGHT_DECAY = 0.01
GRADIENT_NORM = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, padded to the longest, flat: ids and places [examples * width]."""

    ids: Tensor
    places: Tensor
    padding: Tensor  # [examples, width], True where there is no token
    candidates: Tensor  # [examples, width], True where an answer, or «no answer», may be
    starts: Tensor  # [examples, width], True where an answer starts; at <s> when there is none
    ends: Tensor
    every: Tensor  # [examples], True where each of the answers is to be found, not just any


def batches(examples: Sequence[Example], seed: int) -> list[list[Example]]:
    """The examples in batches of like widths, the batches in random order.

    There are few widths, and one size of batch for each: a processor's kernels are made anew for
    every shape that they meet.
    """
    chance = random.Random(seed)
    shuffled = list(examples)
    chance.shuffle(shuffled)
    open_batches: dict[int, list[Example]] = {}
    made = []
    for example in shuffled:
        width = _width(len(example))
        batch = open_batches.setdefault(width, [])
        batch.append(example)
        if len(batch) == max(1, TOKENS_A_BATCH // width):
            made.append(open_batches.pop(width))
    made += open_batches.values()
    chance.shuffle(made)
    return made


def _width(length: int) -> int:
    return -(-length // WIDTH_STEP) * WIDTH_STEP


def collated(examples: Sequence[Example]) -> Batch:
    """The examples as tensors, as wide as the longest needs."""
    width = _width(max(map(len, examples)))
    shape = (len(examples), width)
    ids = torch.full(shape, 1)
    padding, candidates = torch.ones(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
    starts, ends = candidates.clone(), candidates.clone()
    for row, example in enumerate(examples):
        window = example.window
        ids[row, : len(example)] = torch.tensor(window.ids)
        padding[row, : len(example)] = False
        candidates[row, 0] = True
        candidates[row, window.at : window.at + window.last - window.first] = True
        for start, end in example.answers or [(0, 0)]:
            starts[row, start] = ends[row, end] = True
    places = torch.arange(width).repeat(len(examples))
    every = torch.tensor([example.every for example in examples])
    return Batch(ids.flatten(), places, padding, candidates, starts, ends, every)


def padded(padding: Tensor) -> Attend:
    """Attention within each row of a batch whose `padding` is [rows, width], by plain products of
    matrices: on processors the backward pass of the fused attention takes longer than everything
    else together."""
    rows, width = padding.shape

    def attend(qkv: Tensor) -> Tensor:
        heads = qkv.shape[2]
        query, key, value = (
            part.reshape(rows * heads, width, -1)
            for part in qkv.view(rows, width, *qkv.shape[1:]).permute(2, 0, 3, 1, 4)
        )
        hidden = torch.zeros(rows, 1, width, dtype=qkv.dtype, device=qkv.device)
        hidden.masked_fill_(padding[:, None].to(qkv.device), -torch.inf)
        weights = torch.baddbmm(
            hidden.repeat_interleave(heads, 0),
            query,
            key.transpose(1, 2),
            alpha=key.shape[-1] ** -0.5,
        )
        context: Tensor = (weights.softmax(-1) @ value).view(rows, heads, width, -1)
        return context.transpose(1, 2).flatten(0, 1)

    return attend


def loss_of(network: SpanNetwork, batch: Batch) -> Tensor:
    """The mean negative log-likelihood of the starts, of the ends, and of whether there is an
    answer. Of several gold starts any one will do, but of a list's each must be likely: the
    likelihood is then their geometric mean."""
    rows, width = batch.padding.shape
    flat: Tensor = network(batch.ids, batch.places, padded(batch.padding))
    logits, device = flat.view(rows, width, 3), flat.device
    outside = ~batch.candidates.to(device)
    loss = torch.zeros((), device=device)
    for column, gold in enumerate((batch.starts, batch.ends)):
        values = logits[..., column].masked_fill(outside, -torch.inf)
        gold = gold.to(device)
        either = values.masked_fill(~gold, -torch.inf).logsumexp(1)
        each = values.masked_fill(~gold, 0.0).sum(1) / gold.sum(1)
        right = torch.where(batch.every.to(device), each, either)
        loss = loss + (values.logsumexp(1) - right).mean()
    answered = (~batch.starts[:, 0]).float().to(device)
    whether: Tensor = nn.functional.binary_cross_entropy_with_logits(logits[:, 0, 2], answered)
    return (loss + whether) / 2


class Optimiser:
    """AdamW over float32 copies of the parameters, which may themselves be bfloat16."""

    def __init__(self, network: nn.Module, rate: float, steps: int) -> None:
        self._parameters = [p for p in network.parameters() if p.requires_grad]
        self._masters = [p.detach().float().clone() for p in self._parameters]
        decayed = [m for m in self._masters if m.dim() > 1]
        others = [m for m in self._masters if m.dim() <= 1]
        groups: list[dict[str, Any]] = [
            {"params": decayed, "weight_decay": WEIGHT_DECAY},
            {"params": others, "weight_decay": 0.0},
        ]
        self._adam = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)
        self._rate, self._steps = rate, steps

    def step(self, number: int) -> None:
        """Apply the gradients of step `number`, counted from 0."""
        for parameter, master in zip(self._parameters, self._masters, strict=True):
            master.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        nn.utils.clip_grad_norm_(self._masters, GRADIENT_NORM)
        warm = max(1, int(WARM_UP * self._steps))
        share = (
            (number + 1) / warm
            if number < warm
            else max(0.0, (self._steps - number) / (self._steps - warm))
        )
        for group in self._adam.param_groups:
            group["lr"] = self._rate * share
        self._adam.step()
        with torch.no_grad():
            for parameter, master in zip(self._parameters, self._masters, strict=True):
                parameter.copy_(master)

    def state(self) -> dict[str, Any]:
        """What `restore` needs to go on from here."""
        return {"adam": self._adam.state_dict(), "masters": self._masters}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`, the parameters included."""
        self._adam.load_state_dict(state["adam"])
        masters = zip(self._masters, state["masters"], self._parameters, strict=True)
        with torch.no_grad():
            for ours, theirs, parameter in masters:
                ours.copy_(theirs)
                parameter.copy_(theirs)
