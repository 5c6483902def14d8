"""Does the reader find the exact words that answer, and does it know when there are none?

    python -m benchmarks.reader SQUAD.json [--contexts-from OTHER.json] [--language CODE]
                                [--held-out] [--limit N] [--json]

Each question of a SQuAD-format file is read over its own context; nothing is searched for. With
`--contexts-from`, the context and the answers come from the question of the same id in a second
file: question and context differ in language, as in XQuAD and MLQA. `--held-out` asks only about
the articles that training leaves out of a file. A question whose answers do not stand where its
file says is left out by the reader of files.

exact, f1              over the questions with an answer, the best span however low it scores
exact_with_refusals,   over all questions, nothing being given where the best span scores below 0,
f1_with_refusals       which is even between the span and «no answer»; to give nothing is right
                       where there is no answer, and wrong where there is one
auroc                  does the best span's score rank questions with an answer above those without
seconds                mean of a question, after one that is not timed

Exact match and F1 are 0 to 100 and compare words as the official MLQA evaluation does, by the rules
of the contexts' language: `--language`, or the one that most contexts seem to be in.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.e5 import bundled_path, read
from index.encoder import BundledEncoder
from index.errors import EntenteError
from index.language import UNKNOWN, language_of
from index.terminal import exit_status
from qa.reader.model import SpanModel
from qa.reader.spans import Reading as Seen
from qa.reader.train.scores import exact, f1
from qa.reader.train.squad import Reading, parted, read_squad

from .data import as_json, sample, table
from .metrics import auroc, mean

EVEN = 0.0  # the score at which a span is as likely as no answer
CPU = Path("/proc/cpuinfo")


class MeasureError(EntenteError):
    """There is nothing to measure; the message says why."""


class Model(Protocol):
    """What is measured; `SpanModel` is one."""

    def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Seen]:
        """What is seen of each (question, header, passage)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question read: the best span's text and score, «» and -∞ where the context has no token."""

    reading: Reading
    text: str
    score: float
    seconds: float

    @property
    def golds(self) -> list[str]:
        return [self.reading.text[start:end] for start, end in self.reading.spans]


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures; `left_out` counts the questions that the second file lacks. `exact` and `f1` are
    None where no question has an answer, `auroc` unless there are questions of both kinds."""

    questions: int
    answerable: int
    left_out: int
    language: str
    exact: float | None
    f1: float | None
    exact_with_refusals: float
    f1_with_refusals: float
    auroc: float | None
    seconds: float
    machine: str


def crossed(readings: Sequence[Reading], others: Sequence[Reading]) -> list[Reading]:
    """The questions of `readings` over the contexts and answers of the same ids in `others`."""
    known = {other.id: other for other in others}
    return [
        replace(known[reading.id], question=reading.question)
        for reading in readings
        if reading.id in known
    ]


def language_among(readings: Sequence[Reading]) -> str:
    """The language that most contexts are in, each counted once; "und" where none holds letters."""
    languages = Counter(map(language_of, {reading.text: None for reading in readings}))
    del languages[UNKNOWN]
    return languages.most_common(1)[0][0] if languages else UNKNOWN


def judge(model: Model, readings: Sequence[Reading]) -> list[Judged]:
    """Read every question over its context, after one that is not timed."""
    _judged(model, readings[0])
    return [_judged(model, reading) for reading in readings]


def _judged(model: Model, reading: Reading) -> Judged:
    started = time.perf_counter()
    [seen] = model.read([(reading.question, "", reading.text)])
    best = seen.best(0, len(reading.text))
    seconds = time.perf_counter() - started
    if best is None:
        return Judged(reading, "", -math.inf, seconds)
    return Judged(reading, reading.text[best.start : best.end], best.score, seconds)


def summarise(judged: Sequence[Judged], left_out: int, machine: str) -> Scores:
    """The figures of at least one question; all contexts are in one language."""
    language = judged[0].reading.language
    answerable = [(j.text, j.golds) for j in judged if j.reading.spans]
    given = [(j.text if j.score >= EVEN else "", j.golds) for j in judged]
    return Scores(
        questions=len(judged),
        answerable=len(answerable),
        left_out=left_out,
        language=language,
        exact=_percent(exact, answerable, language) if answerable else None,
        f1=_percent(f1, answerable, language) if answerable else None,
        exact_with_refusals=_percent(exact, given, language),
        f1_with_refusals=_percent(f1, given, language),
        auroc=auroc([j.score for j in judged], [bool(j.reading.spans) for j in judged]),
        seconds=mean([j.seconds for j in judged]),
        machine=machine,
    )


def _percent(
    measure: Callable[[str, Sequence[str], str], float],
    given: Sequence[tuple[str, Sequence[str]]],
    language: str,
) -> float:
    return 100 * mean([measure(text, golds, language) for text, golds in given])


def machine_of(cpu: Path = CPU) -> str:
    """The processor's name, as far as the system tells it, and the threads that torch computes
    with."""
    import torch  # here, since the encoder decides how torch is loaded

    lines = cpu.read_text("utf-8").splitlines() if cpu.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, threads: {torch.get_num_threads()}"


def main(arguments: Sequence[str] | None = None, model: Model | None = None) -> int:
    """Run the command, on the trained reader if `model` is None, and return the exit status: 0, or
    1 after a fault, told in one line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader")
    parser.add_argument("squad", type=Path, metavar="SQUAD.json")
    parser.add_argument("--contexts-from", type=Path, metavar="OTHER.json")
    parser.add_argument("--language", metavar="CODE", help="of the contexts; detected if not given")
    parser.add_argument(
        "--held-out", action="store_true", help="only articles that training leaves out"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="ask N of the questions")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.limit is not None and options.limit < 1:
        parser.error(f"--limit {options.limit}; expected 1 or more")
    return exit_status(lambda: _run(options, model))


def _run(options: argparse.Namespace, model: Model | None) -> int:
    readings = _read(options.squad)
    if options.held_out:
        _, readings = parted(readings)
    left_out = 0
    if options.contexts_from:
        asked, readings = readings, crossed(readings, _read(options.contexts_from))
        left_out = len(asked) - len(readings)
        if not readings:
            raise MeasureError(
                f"{options.squad} and {options.contexts_from} have no question's id in common"
            )
    readings = sample(readings, options.limit)
    language = options.language or language_among(readings)
    judged = judge(
        model or SpanModel(BundledEncoder(read(bundled_path()))),
        [replace(reading, language=language) for reading in readings],
    )
    found = summarise(judged, left_out, machine_of())
    print(as_json(found) if options.json else _table(found))
    return 0


def _read(path: Path) -> list[Reading]:
    """The questions of a file, at least one, in a language to be told later."""
    try:
        readings = read_squad(path, UNKNOWN)
    except OSError as fault:
        raise MeasureError(f"{path}: {fault.strerror}") from fault
    except (AttributeError, ValueError) as fault:  # the first of JSON that nests otherwise
        raise MeasureError(f"cannot read {path}: {fault}") from fault
    if not readings:
        raise MeasureError(f"{path} holds no question")
    return readings


def _table(found: Scores) -> str:
    return table([(name, getattr(found, name)) for name in Scores.__slots__])


if __name__ == "__main__":
    sys.exit(main())
