"""How good spans are: exact match and F1 as the official MLQA evaluation computes them.

Lewis, Oğuz, Rinott, Riedel and Schwenk (2020), «MLQA: Evaluating Cross-lingual Extractive Question
Answering»: lower case, punctuation of any script removed, then the articles of the language.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

_ARTICLES = {
    "en": re.compile(r"\b(a|an|the)\b"),
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "ar": re.compile(r"\sال^|ال"),
}

_CHINESE = re.compile(r"[一-龥]|[^\s一-龥]+")  # which is cut into characters


def normalised(text: str, language: str) -> list[str]:
    """The words of `text` as they are compared."""
    kept = "".join(
        character
        for character in text.lower()
        if character not in string.punctuation and unicodedata.category(character)[0] != "P"
    )
    if language == "zh":
        return _CHINESE.findall(kept)
    articles = _ARTICLES.get(language)
    return (articles.sub(" ", kept) if articles else kept).split()


def exact(prediction: str, golds: Sequence[str], language: str) -> float:
    """1 if the prediction is one of `golds`, else 0; the prediction and the gold answer of a
    question without an answer are empty."""
    given = normalised(prediction, language)
    return float(any(given == normalised(gold, language) for gold in golds or [""]))


def f1(prediction: str, golds: Sequence[str], language: str) -> float:
    """The harmonic mean of word precision and recall against the best of `golds`, 0 to 1."""
    given = normalised(prediction, language)
    return max(_overlap(given, normalised(gold, language)) for gold in golds or [""])


def auroc(scores: Sequence[float], right: Sequence[bool]) -> float | None:
    """How often a right one scores above a wrong one, ties counting half (Mann and Whitney's U over
    all pairs); None unless there are both."""
    above = [s for s, ok in zip(scores, right, strict=True) if ok]
    below = [s for s, ok in zip(scores, right, strict=True) if not ok]
    if not above or not below:
        return None
    wins = sum((a > b) + 0.5 * (a == b) for a in above for b in below)
    return wins / len(above) / len(below)


def _overlap(given: list[str], gold: list[str]) -> float:
    if not given or not gold:
        return float(given == gold)
    common = (Counter(given) & Counter(gold)).total()
    return 2 * common / (len(given) + len(gold))
