"""`python -m qa.reader.train`: its options, its progress, and what it writes."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from index.bert import best_dtype
from index.errors import EntenteError
from index.terminal import exit_status

from ..weights import save
from .evaluation import Scores
from .run import Progress, Run, measure, new_network, train

STEPS, RATE, ITEMS = 3_000, 1e-4, 2_000


class TrainingError(EntenteError):
    """Training cannot begin or go on; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 1 after a fault, told in one line."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa.reader.train",
        description="Train the reader on SQuAD-format files and on fictional press items. A run "
        "that was stopped goes on where it was.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder of SQuAD-format *.json; *-measure.json are only measured",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="where the weights are written"
    )
    parser.add_argument(
        "--start",
        type=Path,
        metavar="FOLDER",
        help="folder of a trained reader to go on from, such as qa/reader/weights",
    )
    parser.add_argument("--steps", type=int, default=STEPS, help=f"batches (default {STEPS})")
    parser.add_argument("--rate", type=float, default=RATE, help=f"learning rate (default {RATE})")
    parser.add_argument(
        "--items", type=int, default=ITEMS, help=f"fictional items an epoch (default {ITEMS})"
    )
    parser.add_argument("--no-negatives", action="store_true", help="make no hard negatives")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", help="cpu or cuda (default: cuda where there is one)")
    return parser


def _run(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.bfloat16 if device == "cuda" else best_dtype()
    run = Run(
        data=options.data,
        steps=options.steps,
        rate=options.rate,
        items=options.items,
        negatives=not options.no_negatives,
        seed=options.seed,
        start=options.start,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(run.seed)
    network, examples = new_network(dtype, device, run.start)
    with tqdm(total=run.steps, unit=" steps", smoothing=0.05) as bar:

        def report(progress: Progress) -> None:
            bar.update(progress.step - bar.n)
            bar.set_postfix(loss=f"{progress.loss:.3f}")

        try:
            seconds = train(run, options.out / "checkpoint.pt", report, network, examples)
        except ValueError as fault:
            raise TrainingError(str(fault)) from fault
    save(network, options.out)
    results = {}
    for name, scores in measure(network, examples, run):
        print(line_of(name, scores), flush=True)
        results[name] = asdict(scores)
    facts = {
        "run": {key: str(value) for key, value in asdict(run).items() if key != "data"},
        "hours": round(seconds / 3600, 2),
        "device": f"{device}, {torch.get_num_threads()} threads, {dtype}, {platform.machine()}",
        "scores": results,
    }
    (options.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return 0


def line_of(name: str, scores: Scores) -> str:
    """Scores as a line to be printed."""
    auroc = "—" if scores.auroc is None else f"{scores.auroc:.3f}"
    return (
        f"{name:<14} {scores.questions:>5} questions  F1 {scores.f1:5.1f}  "
        f"exact {scores.exact:5.1f}  auroc {auroc}"
    )
