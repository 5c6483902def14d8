"""What the benchmarks read, SQuAD-format files and question files, and how they print.

What is asked of the data, and what counts as right, is left to each benchmark.
"""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

Sampled = TypeVar("Sampled")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a SQuAD-format file that its context answers; `context` counts from 0."""

    id: str
    question: str
    context: int


@dataclass(frozen=True, slots=True)
class Squad:
    """The contexts of a SQuAD-format file, each once, and the questions that they answer."""

    contexts: tuple[str, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and what its answer is to hold: one of the substrings `gold`, from a document
    whose file name starts with one of `docs`; an empty `gold` means that no document answers it."""

    id: str
    language: str
    question: str
    gold: tuple[str, ...]
    docs: tuple[str, ...]


def read_squad(path: Path) -> Squad:
    """Read `data[].paragraphs[].{context, qas[].{id, question, answers}}`; questions without an
    answer are left out. Raises `ValueError` when the file is something else."""
    try:
        paragraphs = [
            paragraph
            for article in json.loads(path.read_text("utf-8"))["data"]
            for paragraph in article["paragraphs"]
        ]
        contexts = tuple(dict.fromkeys(paragraph["context"] for paragraph in paragraphs))
        places = {context: place for place, context in enumerate(contexts)}
        asked = tuple(
            Asked(str(question["id"]), question["question"].strip(), places[paragraph["context"]])
            for paragraph in paragraphs
            for question in paragraph["qas"]
            if question.get("answers")
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"{path} is not in SQuAD's format: {fault!r}") from fault
    return Squad(contexts, asked)


def read_expected(path: Path) -> list[Expected]:
    """Read lines of {"id", "lang", "question", "gold": [substrings], "docs": [prefixes]}.

    Raises `ValueError` naming the line that is something else.
    """
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append(
                Expected(
                    str(row["id"]),
                    row["lang"],
                    row["question"],
                    tuple(row["gold"]),
                    tuple(row["docs"]),
                )
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(f"{path}, line {number}: not a question: {fault!r}") from fault
    return rows


def sample(asked: Sequence[Sampled], limit: int | None) -> list[Sampled]:
    """At most `limit` of the questions, evenly spaced, so that every part of the file has its
    share; all of them if None."""
    if limit is None or limit >= len(asked):
        return list(asked)
    return [asked[place * len(asked) // limit] for place in range(limit)]


@contextmanager
def folder_of(given: Path | None) -> Iterator[Path]:
    """The folder that was given, or one that is deleted in the end."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
    else:
        with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as name:
            yield Path(name)


def as_json(result: Any) -> str:
    """A result, which is a dataclass, as one line of JSON."""
    return json.dumps(asdict(result), ensure_ascii=False)


def table(rows: Iterable[Sequence[object]]) -> str:
    """Rows as text: the first column to the left, the others to the right."""
    cells = [[_shown(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in itertools.zip_longest(*cells, fillvalue="")]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        for row in cells
    )


def _shown(value: object) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
