"""SQuAD-format files → questions with answers that are where they claim to be."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELD_OUT_ARTICLES = 0.1  # of a file's articles, which are only measured on
SHIFT = 3  # characters by which an answer may lie beside its claimed start


@dataclass(frozen=True, slots=True)
class Reading:
    """One question over one text: `spans` are the characters [start, end) of each answer that the
    text holds, none when it does not answer, and `every` one of them is wanted, or any one will do;
    `header` is what stands above the text."""

    id: str
    question: str
    text: str
    header: str
    language: str
    spans: tuple[tuple[int, int], ...]
    every: bool = False


def read_squad(path: Path, language: str | None = None) -> list[Reading]:
    """The questions of a SQuAD file, in order; the language is the file name's last part
    (`squad2-en.json`) or first (`piaf-train.json`) unless given.

    A question whose answers are not in the text, within a few characters of where the file says, is
    left out. Raises `ValueError` if the file is not SQuAD JSON.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        return list(_readings(data, language or _language(path)))
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise ValueError(
            f"{path} is not SQuAD JSON: {type(fault).__name__} {fault}; expected "
            "data[].paragraphs[].{context, qas[].{id, question, answers}}"
        ) from fault


def parted(rows: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
    """The readings of a file to train on, and those of held-out articles; of a single article,
    nothing is held out."""
    titles = sorted({row.header for row in rows})
    random.Random(0).shuffle(titles)
    held = set(titles[: max(1, round(len(titles) * HELD_OUT_ARTICLES))]) if titles[1:] else set()
    return (
        [row for row in rows if row.header not in held],
        [row for row in rows if row.header in held],
    )


def _readings(data: list[dict[str, Any]], language: str) -> Iterator[Reading]:
    for article in data:
        title = str(article.get("title") or "").replace("_", " ")
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for asked in paragraph["qas"]:
                found = [_found(context, answer) for answer in asked["answers"]]
                spans = tuple(dict.fromkeys(span for span in found if span))
                if spans or not asked["answers"]:
                    yield Reading(
                        str(asked["id"]), asked["question"].strip(), context, title, language, spans
                    )


def _found(context: str, answer: dict[str, Any]) -> tuple[int, int] | None:
    text, claimed = str(answer["text"]), int(answer["answer_start"])
    stripped = text.strip()
    for shift in sorted(range(-SHIFT, SHIFT + 1), key=abs):
        start = claimed + shift
        if start >= 0 and stripped and context.startswith(stripped, start):
            return start, start + len(stripped)
    return None


def _language(path: Path) -> str:
    known = {"piaf": "fr", "arcd": "ar", "tquad": "tr"}
    parts = path.stem.split("-")
    if len(parts[-1]) == 2:
        return parts[-1]
    return known.get(parts[0], "en")
