"""`python -m qa.reader.train.mean ONE TWO --data FOLDER --out FOLDER`: the mean of two readers.

The weights of a reader and of one that was trained on from it can be averaged: the mean keeps what
the first knew and has most of what the second learnt (Wortsman et al. 2022, «Robust fine-tuning of
zero-shot models»).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from index.bert import Bert, best_dtype
from index.e5 import bundled_path, read
from index.terminal import exit_status

from ..network import SpanNetwork
from ..weights import load, save
from .cli import line_of
from .evaluation import Scores
from .examples import Examples
from .run import Run, measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the mean and its held-out scores; returns 0, or 1 after a fault, told in one line."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader.train.mean", description=__doc__)
    parser.add_argument("readers", nargs=2, type=Path, metavar="FOLDER")
    parser.add_argument("--data", type=Path, required=True, help="what the readers were trained on")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    return exit_status(lambda: _run(options))


def mean(one: SpanNetwork, two: SpanNetwork) -> SpanNetwork:
    """Give `one` the mean of both networks' weights, and return it."""
    for part, other in ((one.layers, two.layers), (one.head, two.head)):
        for ours, theirs in zip(part.parameters(), other.parameters(), strict=True):
            ours.copy_((ours + theirs) / 2)
    return one


def _run(options: argparse.Namespace) -> int:
    file = read(bundled_path())
    encoder = Bert(file, torch.float32)
    network = mean(*(load(encoder, folder) for folder in options.readers))
    options.out.mkdir(parents=True, exist_ok=True)
    save(network, options.out)
    # As it is read back, in 4 bits; what is held out depends on the data alone.
    held_out = Run(options.data, steps=0, rate=0.0, items=0, negatives=True, seed=0)
    results: dict[str, Scores] = {}
    network = load(Bert(file, best_dtype()), options.out)
    for name, scores in measure(network, Examples(file.tokenizer), held_out):
        print(line_of(name, scores), flush=True)
        results[name] = scores
    facts = {
        "mean of": [folder.name for folder in options.readers],
        "scores": {name: asdict(scores) for name, scores in results.items()},
    }
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
