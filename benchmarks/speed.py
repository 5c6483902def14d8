"""How long does it take, and how much memory: cold, warm, and encoding.

    python -m benchmarks.speed [--runs N] [--passages N] [--squad FILE.json] [--json]

Timings on a shared machine are noisy, so everything is compared with something else that runs in
turn with it, and given as a ratio of medians: a cold `python -m qa` with `import
sentence_transformers`, and the encoder with `benchmarks.baseline`. With `--squad`, the texts are a
SQuAD-format file's contexts, and its questions tell how often both encoders put the same first.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from index import Encoder
from index.e5 import bundled_path, read
from index.encoder import BundledEncoder
from index.files import SourceFile, read_folder
from index.places import SEEDS
from qa import answer

from .baseline import sentence_transformer
from .data import Squad, as_json, read_squad, sample, table
from .metrics import mean, percentile

QUESTION = "Qui a coprésidé la quatrième session ?"
IMPORT = (sys.executable, "-c", "import sentence_transformers")
COLD = (sys.executable, "-m", "qa", QUESTION)
PASSAGE_WORDS = 120  # about 190 tokens of the model in French
PASSAGES = 128
QUESTIONS = 500  # asked of a SQuAD-format file

# A process counts its parent's memory as its own until it has started its program, so a small
# process starts each command, and times it.
_WATCH = """
import os, sys, time
started = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - started, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A process from start to end: wall time, and the most memory it held."""

    seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Cold:
    """Medians over the runs; `ratio` is of the answer to the import alone."""

    answer_seconds: float
    import_seconds: float
    ratio: float
    peak_mb: float
    import_peak_mb: float


@dataclass(frozen=True, slots=True)
class Warm:
    """Milliseconds of one answer in a process that has answered before."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Encoding:
    """Passages a second, medians over the runs, and their ratio; `same_first` is the share of
    questions for which both encoders put the same passage first (None without questions)."""

    passages: int
    tokens_a_passage: float
    encoder: float
    baseline: float
    ratio: float
    questions: int
    same_first: float | None


@dataclass(frozen=True, slots=True)
class Speed:
    runs: int
    cold: Cold
    warm: Warm
    encoding: Encoding


def run(command: Sequence[str]) -> Run:
    """Run `command` to its end. Raises `RuntimeError` with what it said if it fails."""
    watched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _WATCH, *command], capture_output=True, text=True
    )
    if watched.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {watched.stderr.strip()}")
    seconds, peak = watched.stdout.split()
    return Run(float(seconds), float(peak) * (1 if sys.platform == "darwin" else 1024) / 1e6)


def cold(runs: int) -> Cold:
    """Both commands in turn, after one run of each that fills the system's file cache."""
    for command in (COLD, IMPORT):
        run(command)
    pairs = [(run(COLD), run(IMPORT)) for _ in range(runs)]
    answers, imports = [a for a, _ in pairs], [i for _, i in pairs]
    seconds = statistics.median(a.seconds for a in answers)
    importing = statistics.median(i.seconds for i in imports)
    return Cold(
        answer_seconds=seconds,
        import_seconds=importing,
        ratio=seconds / importing,
        peak_mb=max(a.peak_mb for a in answers),
        import_peak_mb=max(i.peak_mb for i in imports),
    )


def warm(runs: int) -> Warm:
    """The same question again and again."""
    answer(QUESTION)
    milliseconds = [1000 * _seconds(lambda: answer(QUESTION)) for _ in range(10 * runs)]
    return Warm(percentile(milliseconds, 0.5), percentile(milliseconds, 0.95))


def encoding(runs: int, texts: Sequence[str], squad: Squad | None) -> Encoding:
    """Both encoders in turn over the same texts, after a few that warm them."""
    file = read(bundled_path())
    encoder, baseline = BundledEncoder(file), sentence_transformer(file)
    list(encoder.encode_passages(texts[:8]))
    baseline.encode_document(list(texts[:8]))
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(_seconds(lambda: list(encoder.encode_passages(texts))))
        theirs.append(_seconds(lambda: baseline.encode_document(list(texts))))
    tokens = file.tokenizer.encode_batch(list(texts))
    fast, plain = (len(texts) / statistics.median(seconds) for seconds in (ours, theirs))
    asked = sample(squad.asked, QUESTIONS) if squad else []
    same = (
        same_first(encoder, baseline, squad.contexts, [asked.question for asked in asked])
        if squad
        else None
    )
    return Encoding(
        passages=len(texts),
        tokens_a_passage=mean([len(encoded.ids) for encoded in tokens]),
        encoder=fast,
        baseline=plain,
        ratio=fast / plain,
        questions=len(asked),
        same_first=same,
    )


def same_first(
    encoder: Encoder,
    baseline: SentenceTransformer,
    passages: Sequence[str],
    questions: Sequence[str],
) -> float:
    """The share of questions whose nearest passage is the same by both encoders."""
    ours = np.concatenate(list(encoder.encode_passages(passages)))
    theirs = np.asarray(baseline.encode_document(list(passages)))
    first = (encoder.encode_queries(questions) @ ours.T).argmax(1)
    return float(
        np.mean(first == (np.asarray(baseline.encode_query(list(questions))) @ theirs.T).argmax(1))
    )


def seed_passages(count: int) -> list[str]:
    """`count` texts of `PASSAGE_WORDS` words, cut from the seeds' sentences in shuffled order."""
    words = [
        word
        for file in read_folder(SEEDS)
        if isinstance(file, SourceFile)
        for word in file.text.split()
    ]
    chooser = random.Random(0)
    starts = [chooser.randrange(len(words) - PASSAGE_WORDS) for _ in range(count)]
    return [" ".join(words[start : start + PASSAGE_WORDS]) for start in starts]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _table(found: Speed) -> str:
    cold, warm, encoding = found.cold, found.warm, found.encoding
    rows = [
        ("cold: an answer, s", cold.answer_seconds),
        ("cold: import sentence_transformers, s", cold.import_seconds),
        ("cold: ratio", cold.ratio),
        ("cold: peak memory of an answer, MB", cold.peak_mb),
        ("cold: peak memory of the import, MB", cold.import_peak_mb),
        ("warm: an answer, p50 ms", warm.p50_ms),
        ("warm: an answer, p95 ms", warm.p95_ms),
        ("encoding: passages", encoding.passages),
        ("encoding: tokens a passage", encoding.tokens_a_passage),
        ("encoding: passages/s", encoding.encoder),
        ("encoding: passages/s, baseline", encoding.baseline),
        ("encoding: ratio", encoding.ratio),
        ("encoding: questions", encoding.questions),
        ("encoding: same first passage", encoding.same_first),
    ]
    return table(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--passages", type=int, default=PASSAGES, metavar="N")
    parser.add_argument("--squad", type=Path, metavar="FILE.json")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    squad = read_squad(options.squad) if options.squad else None
    texts = list(squad.contexts[: options.passages]) if squad else seed_passages(options.passages)
    found = Speed(
        options.runs, cold(options.runs), warm(options.runs), encoding(options.runs, texts, squad)
    )
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
