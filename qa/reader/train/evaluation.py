"""What a network in training can do: spans and abstention on questions that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..network import SpanNetwork
from ..pairs import windows_of
from ..spans import merged
from .examples import Examples
from .scores import auroc, exact, f1
from .squad import Reading


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span of a text, whether right or not: `score` is how much likelier it is than no
    answer, `answerable` the logit that there is one."""

    reading: Reading
    text: str
    score: float
    answerable: float


@dataclass(frozen=True, slots=True)
class Scores:
    """`f1` and `exact`, 0 to 100, over answerable questions, whose best span is taken however low
    it scores; `auroc` of `Prediction.score` between questions with an answer and without, None
    unless there are both."""

    questions: int
    f1: float
    exact: float
    auroc: float | None


def predict(
    network: SpanNetwork, examples: Examples, readings: Sequence[Reading]
) -> list[Prediction]:
    """The network's best span for each reading, in order."""
    made = []
    with torch.inference_mode():
        for reading in readings:
            tokens = examples.tokens(reading.text)
            question = examples.tokens(reading.question).ids
            header = examples.tokens(reading.header).ids
            windows = list(windows_of(question, header, tokens))
            logits = network.read([window.ids for window in windows])
            seen = merged(tokens, windows, [values.cpu().numpy() for values in logits])
            best = seen.best(0, len(reading.text))
            text = reading.text[best.start : best.end] if best else ""
            made.append(Prediction(reading, text, best.score if best else -99.0, seen.answerable))
    return made


def scores_of(predictions: Sequence[Prediction]) -> Scores:
    """Exact match, F1 and the area under the ROC curve of «there is an answer»."""
    answered = [p for p in predictions if p.reading.spans]
    golds = [[p.reading.text[a:b] for a, b in p.reading.spans] for p in answered]

    def mean(values: list[float]) -> float:
        return 100 * sum(values) / len(values) if values else 0.0

    pairs = list(zip(answered, golds, strict=True))
    return Scores(
        len(predictions),
        mean([f1(p.text, gold, p.reading.language) for p, gold in pairs]),
        mean([exact(p.text, gold, p.reading.language) for p, gold in pairs]),
        auroc([p.score for p in predictions], [bool(p.reading.spans) for p in predictions]),
    )
