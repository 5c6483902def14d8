"""A training run: the same again from the same options, on from where it stopped, and its command.

The network is the real one, on a handful of questions for a handful of steps.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from qa.reader.model import WEIGHTS
from qa.reader.network import SpanNetwork
from qa.reader.train import run as training
from qa.reader.train.cli import main
from qa.reader.train.mean import main as mean_of
from qa.reader.train.run import Progress, Run, new_network, split, train
from qa.reader.weights import FILE, load, save

PLACES = ["Lisbonne", "Jakarta", "Lima", "Nairobi", "Oslo", "Amman"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    articles = [
        {
            "title": place,
            "paragraphs": [
                {
                    "context": f"La session s'est tenue à {place} en mai.",
                    "qas": [
                        {
                            "id": place,
                            "question": "Où s'est tenue la session ?",
                            "answers": [{"text": place, "answer_start": 25}],
                        },
                        {"id": f"{place}-", "question": "Qui la présidait ?", "answers": []},
                    ],
                }
            ],
        }
        for place in PLACES
    ]
    for name in ("few-fr.json", "other-measure.json"):
        (folder / name).write_text(json.dumps({"data": articles}), encoding="utf-8")
    return folder


def weights(network: SpanNetwork) -> list[torch.Tensor]:
    return [p.detach().clone() for p in network.parameters() if p.requires_grad]


def trained(run: Run, checkpoint: Path, stop_at: int | None = None) -> SpanNetwork:
    """The network after the run, or after `stop_at` steps of it, where it is interrupted."""

    def report(progress: Progress) -> None:
        if stop_at is not None and progress.step == stop_at:
            raise KeyboardInterrupt

    torch.manual_seed(run.seed)
    network, examples = new_network(torch.float32, "cpu")
    try:
        train(run, checkpoint, report, network, examples)
    except KeyboardInterrupt:
        assert stop_at is not None
    return network


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(training, "SAVE_EVERY", 2)
    monkeypatch.setattr(training, "REPORT_EVERY", 1)
    return Run(data=data, steps=4, rate=1e-4, items=1, negatives=True, seed=0)


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(run: Run, tmp_path: Path) -> None:
    whole = weights(trained(run, tmp_path / "whole.pt"))
    trained(run, tmp_path / "halves.pt", stop_at=3)
    halves = weights(trained(run, tmp_path / "halves.pt"))
    assert all(torch.equal(a, b) for a, b in zip(whole, halves, strict=True))
    start = weights(new_network(torch.float32, "cpu")[0])
    assert not all(torch.equal(a, b) for a, b in zip(whole[:-2], start[:-2], strict=True))


def test_another_seed_is_another_run_and_its_checkpoint_is_refused(
    run: Run, tmp_path: Path
) -> None:
    trained(run, tmp_path / "checkpoint.pt")
    with pytest.raises(ValueError, match="is of another run"):
        trained(replace(run, seed=1), tmp_path / "checkpoint.pt")


def test_training_learns_what_it_is_shown(data: Path, tmp_path: Path) -> None:
    losses = []
    torch.manual_seed(0)
    network, examples = new_network(torch.float32, "cpu")
    run = Run(data=data, steps=40, rate=2e-4, items=0, negatives=False, seed=0)
    train(run, tmp_path / "c.pt", lambda p: losses.append(p.loss), network, examples)
    assert losses[-1] < losses[0] / 2


def test_articles_are_held_out_whole_and_what_is_only_measured_is_not_read(data: Path) -> None:
    parts = split(data)
    assert list(parts) == ["few-fr"]
    kept, held = parts["few-fr"]
    assert {row.header for row in held}.isdisjoint(row.header for row in kept)
    assert len(held) == 2
    assert {row.header for row in [*kept, *held]} == set(PLACES)


def test_of_a_single_article_nothing_is_held_out(data: Path) -> None:
    path = data / "few-fr.json"
    articles = json.loads(path.read_text(encoding="utf-8"))["data"][:1]
    path.write_text(json.dumps({"data": articles}), encoding="utf-8")
    kept, held = split(data)["few-fr"]
    assert (len(kept), held) == (2, [])


def test_the_command_trains_and_writes_weights_and_scores(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "ITEMS_MEASURED", 2)
    out = tmp_path / "out"
    arguments = ["--data", str(data), "--out", str(out), "--steps", "1", "--items", "0"]
    assert main([*arguments, "--device", "cpu"]) == 0
    assert (out / FILE).stat().st_size < 16_000_000
    facts = json.loads((out / "training.json").read_text(encoding="utf-8"))
    assert facts["run"]["steps"] == "1"
    assert facts["scores"]["few-fr"]["questions"] == 2
    assert any(name.startswith("items, ") for name in facts["scores"])
    assert "few-fr" in capsys.readouterr().out


def test_a_run_goes_on_from_weights_that_were_trained(data: Path, tmp_path: Path) -> None:
    network, _ = new_network(torch.float32, "cpu", WEIGHTS)
    assert all(p.requires_grad for p in (*network.layers.parameters(), *network.head.parameters()))
    assert not any(p.requires_grad for p in network.encoder.parameters())
    shipped = load(network.encoder, WEIGHTS)
    both = zip(network.layers.parameters(), shipped.layers.parameters(), strict=True)
    assert all(torch.equal(ours, theirs) for ours, theirs in both)
    out = ["--out", str(tmp_path / "out"), "--steps", "1", "--device", "cpu"]
    assert main(["--data", str(data), *out, "--start", str(tmp_path)]) == 1


def test_the_mean_of_two_readers_lies_half_way(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "ITEMS_MEASURED", 1)
    network, _ = new_network(torch.float32, "cpu", WEIGHTS)
    first = next(network.layers.parameters())
    with torch.no_grad():
        first.add_(0.25)
        network.head.bias.add_(2.0)
    (tmp_path / "two").mkdir()
    save(network, tmp_path / "two")
    arguments = [str(WEIGHTS), str(tmp_path / "two"), "--data", str(data)]
    assert mean_of([*arguments, "--out", str(tmp_path / "mean")]) == 0
    middle, shipped = (load(network.encoder, folder) for folder in (tmp_path / "mean", WEIGHTS))
    moved = next(middle.layers.parameters()) - next(shipped.layers.parameters())
    assert abs(moved.mean().item() - 0.125) < 0.01
    assert torch.allclose(middle.head.bias, shipped.head.bias + 1.0)
    assert json.loads((tmp_path / "mean" / "training.json").read_text())["scores"]


def test_a_folder_without_data_is_a_fault_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--steps", "1"]) == 1
    fault = capsys.readouterr().err.strip().splitlines()[-1]
    assert fault == f"error: no *.json in {tmp_path}; expected SQuAD-format files to train on"
