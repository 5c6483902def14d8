"""The forward pass of a BERT encoder over texts of any lengths, without padding.

The tokens of all texts lie one after another in a single [tokens, hidden] matrix, so that no matrix
product sees the padding of a text; only attention does, where texts of like lengths run side by
side. The layers are ordinary `torch.nn` modules (an adapter can be attached to them), but nothing
of transformers is imported: that import alone takes longer than answering. Tokenising, batches,
pooling and prompts are left to `index.encoder`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch's own pages use
from torch import Tensor, nn

from .e5 import BLOCK_BYTES, BLOCK_WEIGHTS, ModelFile


class QuantisedEmbedding(nn.Module):
    """A 4-bit embedding table that dequantises only the rows looked up.

    The table stays as it is in the file, mapped from disk: 250,037 rows are 54 MB there and would
    be 384 MB as float32.
    """

    def __init__(self, blocks: np.ndarray, width: int) -> None:
        super().__init__()
        self.width = width
        table = torch.from_numpy(blocks).view(-1, width // BLOCK_WEIGHTS, BLOCK_BYTES)
        self.register_buffer("table", table, persistent=False)
        self.table: Tensor

    def forward(self, ids: Tensor) -> Tensor:
        """Token ids [n] to float32 vectors [n, width]."""
        rows = self.table[ids]
        scales = rows[..., :2].contiguous().view(torch.float16).float()
        nibbles = rows[..., 2:]
        weights = torch.cat([nibbles & 0x0F, nibbles >> 4], dim=-1).float() - 8.0
        return (weights * scales).view(-1, self.width)


class Linear(nn.Linear):
    """A linear layer that is not filled with random numbers first: its weights come from a file."""

    def reset_parameters(self) -> None:
        """Leave the memory untouched, so that it costs nothing until it is replaced."""

    def forward(self, states: Tensor, residual: Tensor | None = None) -> Tensor:
        """States [tokens, in] to [tokens, out], with `residual` of that shape added.

        In bfloat16 the ordinary product first copies the bias to every row; this one adds bias and
        residual while it writes, which is 15 % faster. It has no gradient.
        """
        weight, bias = self.weight, self.bias
        fusible = weight.dtype == torch.bfloat16 and weight.device.type == "cpu"
        if fusible and not torch.is_grad_enabled() and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
            fused = torch.ops.mkldnn._linear_pointwise
            if residual is None:
                return fused(states, weight, bias, "none", [], "")  # type: ignore[no-any-return]
            return fused.binary(states, residual, weight, bias, "add")  # type: ignore[no-any-return]
        product = F.linear(states, weight, bias)
        return product if residual is None else product + residual


# Queries, keys and values [tokens, 3, heads, width] to what each token attends to [tokens, heads,
# width].
Attend = Callable[[Tensor], Tensor]


class Layer(nn.Module):
    """One post-norm transformer layer: self-attention, then a feed-forward network."""

    def __init__(self, hidden: int, heads: int, feed_forward: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = Linear(hidden, 3 * hidden)
        self.attention_output = Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, epsilon)
        self.intermediate = Linear(hidden, feed_forward)
        self.output = Linear(feed_forward, hidden)
        self.output_norm = nn.LayerNorm(hidden, epsilon)

    def forward(self, states: Tensor, attend: Attend) -> Tensor:
        """States [tokens, hidden] to the same shape; `attend` knows where each text begins."""
        qkv = self.qkv(states).view(len(states), 3, self.heads, -1)
        states = self.attention_norm(self.attention_output(attend(qkv).flatten(1), states))
        return self.output_norm(self.output(F.gelu(self.intermediate(states)), states))  # type: ignore[no-any-return]


class Bert(nn.Module):
    """multilingual-e5-small as the bundled file holds it, in the type given."""

    def __init__(self, file: ModelFile, dtype: torch.dtype) -> None:
        super().__init__()
        shape = file.shape
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.embedding_norm = nn.LayerNorm(shape.hidden, shape.epsilon)
        self.layers = nn.ModuleList(
            Layer(shape.hidden, shape.heads, shape.feed_forward, shape.epsilon)
            for _ in range(shape.layers)
        )
        state = {
            name: tensor.to(dtype) if name.startswith("layers.") else tensor
            for name, tensor in _state(file)
        }
        self.load_state_dict(state, assign=True)
        self.words = QuantisedEmbedding(file.tensors["emb.word"], shape.hidden)
        self.dtype = dtype
        self.eval().requires_grad_(False)

    def forward(self, ids: Sequence[int], lengths: Sequence[int]) -> Tensor:
        """The token ids of all texts, and how many each text has, to float32 [tokens, hidden]."""
        tokens = len(ids)
        rows = tokens if len(lengths) == 1 else rounded(tokens)
        read = torch.stack([torch.tensor(ids), places_of(lengths)])
        states = self.embed(*F.pad(read, (0, rows - tokens)))
        attend = packed(lengths, rows)
        for layer in self.layers:
            states = layer(states, attend)
        floats: Tensor = states[:tokens].float()
        return floats

    def embed(self, ids: Tensor, places: Tensor) -> Tensor:
        """Token ids and their places in their texts, both [tokens], to what the first layer reads,
        [tokens, hidden]."""
        device = self.positions.weight.device
        states = self.words(ids.to(device)) + self.positions(places.to(device))
        embedded: Tensor = self.embedding_norm(states).to(self.dtype)
        return embedded


def places_of(lengths: Sequence[int]) -> Tensor:
    """The place of each token in its text, [tokens], for texts one after another."""
    return torch.cat([torch.arange(length) for length in lengths])


def rounded(size: int) -> int:
    """The next larger of the few sizes that are computed with: 16 for each power of two, and never
    closer than 16 or farther apart than 128.

    A processor's kernels are made anew for every number of rows that they meet, which was seen to
    take up to 30 ms; and those of attention are fastest at multiples of 16.
    """
    step = min(max(16, 1 << (size - 1).bit_length() >> 4), 128)
    return -(-size // step) * step


def packed(lengths: Sequence[int], rows: int | None = None) -> Attend:
    """Attention within each of the texts that lie one after another.

    Texts of the same rounded length are computed side by side. `rows` is given where the matrix has
    more of them than tokens; what comes out for these means nothing.
    """
    rows = sum(lengths) if rows is None else rows
    if len(lengths) == 1 and lengths[0] == rows:
        return lambda qkv: _attended(qkv[None])[0]
    by_width = defaultdict(list)
    for start, end in itertools.pairwise([0, *itertools.accumulate(lengths)]):
        by_width[rounded(end - start)].append((start, end))
    groups = []  # the rows side by side, [texts, width], and which of them are the text's own
    places = torch.zeros(rows, dtype=torch.long)  # of each row when all groups are made one again
    before = 0
    for width, texts in by_width.items():
        starts, ends = torch.tensor(texts).T[:, :, None]
        beside = starts + torch.arange(width)
        own = beside < ends
        places[beside[own]] = before + own.flatten().nonzero()[:, 0]
        before += own.numel()
        groups.append((beside.clamp_(max=rows - 1), own[:, None, None]))

    def attend(qkv: Tensor) -> Tensor:
        attended = [
            _attended(
                qkv.index_select(0, beside.flatten().to(qkv.device)).view(
                    *beside.shape, *qkv.shape[1:]
                ),
                own.to(qkv.device),
            ).flatten(0, 1)
            for beside, own in groups
        ]
        return torch.cat(attended).index_select(0, places.to(qkv.device))

    return attend


def _attended(qkv: Tensor, own: Tensor | None = None) -> Tensor:
    """Queries, keys and values of texts side by side, [texts, width, 3, heads, size], to what each
    row attends to of its text's `own`, [texts, 1, 1, width]: [texts, width, heads, size]."""
    query, key, value = qkv.permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(query, key, value, own).transpose(1, 2)


def best_dtype() -> torch.dtype:
    """bfloat16 where the processor multiplies it natively, float32 elsewhere."""
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _state(file: ModelFile) -> Iterator[tuple[str, Tensor]]:
    """The file's tensors one by one, under the names and shapes of `Bert`'s parameters."""
    hidden = file.shape.hidden

    def tensor(name: str, *shape: int) -> Tensor:
        return torch.from_numpy(file.tensor(name)).view(*shape)

    # Every token is of type 0, so the type's vector is added to the positions once and for all.
    yield "positions.weight", tensor("emb.pos", -1, hidden) + tensor("emb.type", -1, hidden)[0]
    yield "embedding_norm.weight", tensor("emb.ln.w", -1)
    yield "embedding_norm.bias", tensor("emb.ln.b", -1)
    for number in range(file.shape.layers):
        theirs, ours = f"l{number}.", f"layers.{number}."
        yield (
            f"{ours}qkv.weight",
            torch.cat([tensor(f"{theirs}{part}.w", hidden, hidden) for part in "qkv"]),
        )
        yield f"{ours}qkv.bias", torch.cat([tensor(f"{theirs}{part}.b", -1) for part in "qkv"])
        for name, part in (("attention_output", "ao"), ("intermediate", "fi"), ("output", "fo")):
            bias = tensor(f"{theirs}{part}.b", -1)
            yield f"{ours}{name}.weight", tensor(f"{theirs}{part}.w", len(bias), -1)
            yield f"{ours}{name}.bias", bias
        for name, part in (("attention_norm", "aln"), ("output_norm", "oln")):
            yield f"{ours}{name}.weight", tensor(f"{theirs}{part}.w", -1)
            yield f"{ours}{name}.bias", tensor(f"{theirs}{part}.b", -1)
