"""A training run from data to weights: what is trained, what is held out, when it is saved.

A run is its options: the same options give the same examples in the same order, and one that was
stopped goes on from its last checkpoint.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from index.bert import Bert
from index.e5 import bundled_path, read

from ..network import SpanNetwork
from ..weights import load
from .communiques import read_frames, read_unsaid, read_world
from .evaluation import Scores, predict, scores_of
from .examples import Example, Examples
from .mixture import Options, epoch_of, varied
from .squad import Reading, parted, read_squad
from .trainer import Optimiser, batches, collated, loss_of

MEASURED = 400  # held-out questions of each set, at most
ITEMS_MEASURED = 60
SAVE_EVERY = 200  # steps
REPORT_EVERY = 20


@dataclass(frozen=True, slots=True)
class Run:
    """What defines a run. `rate` is the highest learning rate, `items` the fictional items of an
    epoch, `negatives` whether some are made, `start` the folder of the weights to go on from; None
    for an untrained reader."""

    data: Path
    steps: int
    rate: float
    items: int
    negatives: bool
    seed: int
    start: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `loss` is the mean over the steps since the last report."""

    step: int
    steps: int
    loss: float


def train(
    run: Run,
    checkpoint: Path,
    report: Callable[[Progress], None],
    network: SpanNetwork,
    examples: Examples,
) -> float:
    """Train `network`, from `checkpoint` if there is one; returns the seconds that training took,
    those before the checkpoint included."""
    data = [part[0] for part in split(run.data).values()]
    world = read_world().part(held_out=False)
    unsaid = read_unsaid(held_out=False) if run.negatives else ()
    options = Options(items=run.items, negatives=run.negatives, unsaid=unsaid)
    optimiser = Optimiser(network, run.rate, run.steps)
    first, seconds = _restored(checkpoint, run, optimiser)
    started, losses = time.perf_counter() - seconds, []

    def epoch(seed: int) -> list[Reading]:
        made = epoch_of(data, read_frames(held_out=False), world, options, seed)
        return varied(made, seed)

    made = _steps(epoch, examples, run.seed)
    for step, batch in zip(range(run.steps), made, strict=False):
        if step < first:
            continue
        loss = loss_of(network, collated(batch))
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step(step)
        losses.append(loss.detach())
        if (step + 1) % REPORT_EVERY == 0 or step + 1 == run.steps:
            report(Progress(step + 1, run.steps, torch.stack(losses).mean().item()))
            losses = []
        if (step + 1) % SAVE_EVERY == 0 or step + 1 == run.steps:
            seconds = time.perf_counter() - started
            _save(checkpoint, run, optimiser, step + 1, seconds)
    return seconds


def measure(network: SpanNetwork, examples: Examples, run: Run) -> Iterator[tuple[str, Scores]]:
    """Scores on what was held out: articles of each file, and items from frames, countries and
    names that training never saw."""
    for name, (_, held) in split(run.data).items():
        sample = random.Random(run.seed).sample(held, min(MEASURED, len(held)))
        yield name, scores_of(predict(network, examples, sample))
    readings = held_out_items(run.seed)
    for language in sorted({reading.language for reading in readings}):
        rows = [reading for reading in readings if reading.language == language][:MEASURED]
        yield f"items, {language}", scores_of(predict(network, examples, rows))


def held_out_items(seed: int) -> list[Reading]:
    """Questions about fictional items made of what training never sees."""
    frames, world = read_frames(held_out=True), read_world().part(held_out=True)
    options = Options(items=ITEMS_MEASURED, unsaid=read_unsaid(held_out=True))
    return epoch_of([], frames, world, options, seed)


def split(folder: Path) -> dict[str, tuple[list[Reading], list[Reading]]]:
    """The readings of each `*.json` in `folder`, but `*-measure.json`: those to train on, and those
    of held-out articles. Raises `ValueError` where there is no such file."""
    paths = [p for p in sorted(folder.glob("*.json")) if not p.stem.endswith("-measure")]
    if not paths:
        raise ValueError(f"no *.json in {folder}; expected SQuAD-format files to train on")
    parts = {}
    for path in paths:
        parts[path.stem] = parted(read_squad(path))
    return parts


def new_network(
    dtype: torch.dtype, device: str, start: Path | None = None
) -> tuple[SpanNetwork, Examples]:
    """A network that asks for gradients: the reader in the folder `start`, or else the bundled
    encoder's layers and an untrained head. Raises `ModelError` if `start` holds no reader."""
    file = read(bundled_path())
    encoder = Bert(file, dtype)
    network = load(encoder, start) if start else SpanNetwork(encoder)
    network.layers.requires_grad_(True)
    network.head.requires_grad_(True)
    return network.to(device), Examples(file.tokenizer)


def _steps(
    epoch: Callable[[int], Sequence[Reading]], examples: Examples, seed: int
) -> Iterator[list[Example]]:
    """Batches without end, epoch after epoch."""
    number = seed * 1_000
    while True:
        made = [example for reading in epoch(number) for example in examples.of(reading)]
        yield from batches(made, number)
        number += 1


def _restored(checkpoint: Path, run: Run, optimiser: Optimiser) -> tuple[int, float]:
    """How many steps the checkpoint has done, and in how many seconds; raises `ValueError` if it
    is of another run."""
    if not checkpoint.is_file():
        return 0, 0.0
    state = torch.load(checkpoint, weights_only=True)
    if state["run"] != _written(run):
        raise ValueError(f"{checkpoint} is of another run: {state['run']}; given {_written(run)}")
    optimiser.restore(state["optimiser"])
    return int(state["step"]), float(state["seconds"])


def _save(checkpoint: Path, run: Run, optimiser: Optimiser, step: int, seconds: float) -> None:
    state = {
        "run": _written(run),
        "optimiser": optimiser.state(),
        "step": step,
        "seconds": seconds,
    }
    partial = checkpoint.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(checkpoint)


def _written(run: Run) -> dict[str, str]:
    return {key: str(value) for key, value in asdict(run).items()}
