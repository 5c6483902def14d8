"""How near encoding comes to what the processor can do, and how it compares.

    python -m benchmarks.encoding [FILE.json …] [--texts N] [--runs N] [--json]

The texts are passages and sentences as an index holds them: of the seeds, or of the contexts of
SQuAD-format files. Only what the texts need is counted as work: two operations for each weight and
token, and those of attention; padding is none. Beside it, in turns within the same run, stand the
product of two large matrices in the same type and with the same threads, which is as fast as the
processor gets, and sentence-transformers with its defaults over the same texts and weights.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from index.documents import Document, parse
from index.e5 import PROMPTS, Shape, bundled_path, read
from index.encoder import BundledEncoder
from index.files import SourceFile, read_folder
from index.passages import passages_of, sentences_of
from index.places import SEEDS

from .baseline import sentence_transformer
from .data import as_json, read_squad, sample, table

TEXTS = 256
SIDE = 4_096  # of the two matrices
PRODUCTS = 3  # of which the fastest counts


@dataclass(frozen=True, slots=True)
class Encoding:
    """Medians over the runs; each run's `share` is of its own product, and its `ratio` of its own
    turn of sentence-transformers. A gigaflop is 1e9 operations a second."""

    threads: int
    dtype: str
    texts: int
    tokens: int
    texts_a_second: float
    tokens_a_second: float
    gigaflops: float
    product_gigaflops: float
    share: float
    baseline_texts_a_second: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Turn:
    """Operations a second of the product, and the seconds that both encoders took."""

    product: float
    encoder: float
    baseline: float


def operations(shape: Shape, lengths: Sequence[int]) -> int:
    """The floating-point operations that texts of so many tokens need: in each layer the products
    with its weights, then every token's with every token of its text, once for the scores and once
    for the values."""
    weights = shape.hidden * (4 * shape.hidden + 2 * shape.feed_forward)
    return shape.layers * sum(
        2 * weights * length + 4 * shape.hidden * length**2 for length in lengths
    )


def product(dtype: torch.dtype) -> float:
    """Operations a second of the product of two large matrices: the fastest of a few."""
    one, other = (torch.randn(SIDE, SIDE).to(dtype) for _ in range(2))
    with torch.inference_mode():
        return 2 * SIDE**3 / min(_seconds(lambda: one @ other) for _ in range(PRODUCTS))


def measure(texts: Sequence[str], runs: int) -> Encoding:
    """Encode `texts` in turns with the product and the baseline, after a turn that warms them."""
    file = read(bundled_path())
    encoder, baseline = BundledEncoder(file), sentence_transformer(file)
    dtype = encoder.network.dtype
    lengths = [
        len(found.ids)
        for found in file.tokenizer.encode_batch([PROMPTS["passage"] + text for text in texts])
    ]

    def turn() -> Turn:
        before = product(dtype)
        ours = _seconds(lambda: list(encoder.encode_passages(texts)))
        after = product(dtype)
        theirs = _seconds(lambda: baseline.encode_document(list(texts), show_progress_bar=False))
        return Turn(max(before, after), ours, theirs)

    turn()
    turns = [turn() for _ in range(runs)]
    work = operations(file.shape, lengths)
    seconds = statistics.median(one.encoder for one in turns)
    return Encoding(
        threads=torch.get_num_threads(),
        dtype=str(dtype).removeprefix("torch."),
        texts=len(texts),
        tokens=sum(lengths),
        texts_a_second=len(texts) / seconds,
        tokens_a_second=sum(lengths) / seconds,
        gigaflops=work / seconds / 1e9,
        product_gigaflops=statistics.median(one.product for one in turns) / 1e9,
        share=statistics.median(work / one.encoder / one.product for one in turns),
        baseline_texts_a_second=len(texts) / statistics.median(one.baseline for one in turns),
        ratio=statistics.median(one.baseline / one.encoder for one in turns),
    )


def texts_of(documents: Sequence[Document]) -> list[str]:
    """What an index encodes of each document: its passages, then its sentences."""
    texts: list[str] = []
    for document in documents:
        texts += (passage.text for passage in passages_of(document))
        texts += (document.text[span.start : span.end] for span in sentences_of(document))
    return texts


def chosen(texts: Sequence[str], count: int) -> list[str]:
    """`count` of the texts, evenly spaced; all of them again and again where they are fewer."""
    if count <= len(texts):
        return sample(texts, count)
    return list(itertools.islice(itertools.cycle(texts), count))


def _documents(paths: Sequence[Path]) -> list[Document]:
    if not paths:
        files = (file for file in read_folder(SEEDS) if isinstance(file, SourceFile))
        return [parse(file.source, file.text) for file in files]
    contexts = (context for path in paths for context in read_squad(path).contexts)
    return [parse(f"{number}.txt", context) for number, context in enumerate(contexts)]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _table(found: Encoding) -> str:
    return table(
        [
            ("threads, type", f"{found.threads}, {found.dtype}"),
            ("texts", found.texts),
            ("tokens a text", found.tokens / found.texts),
            ("texts/s", found.texts_a_second),
            ("tokens/s", found.tokens_a_second),
            ("GFLOP/s", found.gigaflops),
            (f"GFLOP/s, product of {SIDE} x {SIDE}", found.product_gigaflops),
            ("share of the product", found.share),
            ("texts/s, sentence-transformers", found.baseline_texts_a_second),
            ("ratio", found.ratio),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoding")
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE.json")
    parser.add_argument("--texts", type=int, default=TEXTS, metavar="N")
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found = measure(chosen(texts_of(_documents(options.files)), options.texts), options.runs)
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
