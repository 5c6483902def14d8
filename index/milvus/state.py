"""The description of one generation of the index, and what is visible to who reads it.

A change writes rows that nobody sees, and then its state, by which they are seen. A row says in
which generation it was `born`; it is visible to a state if that is the state's own generation or
one not later than the one before it, so that what a killed writer left between the two is not; and
if its document is not among the dead, which the change removed. Rows that nobody sees any more are
deleted when the next change begins, after the states that saw them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..encoder import Vectors
from ..errors import IndexDamagedError
from ..store import Counts
from ..vectors import shrunk_means
from .tables import MARKS, Row, Table, filled, parts_of

FORMAT = "1"

Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Language:
    """A language: the number of its mark, of its passages, and the sum of their vectors. Vectors
    are stored as float16, of which float64 adds up any number without an error."""

    mark: int
    passages: int
    sum: Sums


@dataclass(frozen=True, slots=True)
class State:
    """The index as of a generation; `next` is the first document key that is free, `dead` are
    ranges of keys, first and last."""

    generation: int = 0
    before: int = 0
    next: int = 1
    dead: tuple[tuple[int, int], ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0, 0))
    dimension: int = 0
    languages: Mapping[str, Language] = field(default_factory=dict)

    def sees(self, born: int) -> bool:
        """Whether what was born in a generation is part of this state."""
        return born <= self.before or born == self.generation

    @property
    def alive(self) -> str:
        """The condition of what belongs to no document that the change removed."""
        single = [first for first, last in self.dead if first == last]
        return " and ".join(
            [
                f"document not in {single}" if single else "document >= 0",
                *(
                    f"(document < {first} or document > {last})"
                    for first, last in self.dead
                    if first < last
                ),
            ]
        )

    @property
    def visible(self) -> str:
        """The condition of the rows of documents that are part of this state."""
        return f"(born <= {self.before} or born == {self.generation}) and {self.alive}"

    @property
    def past(self) -> str:
        """The condition of the rows that are part of no state from this one on."""
        single = [first for first, last in self.dead if first == last]
        return " or ".join(
            [
                f"(born > {self.before} and born != {self.generation})",
                *([f"document in {single}"] if single else []),
                *(
                    f"(document >= {first} and document <= {last})"
                    for first, last in self.dead
                    if first < last
                ),
            ]
        )

    def asked(self, vector: Vectors) -> list[float]:
        """A question's vector as it is searched with: its inner product with a passage's is their
        cosine less the question's with the mean of the passage's language."""
        marks: dict[int, float] = {}
        for code, mean in self.means(vector).items():
            mark = self.languages[code].mark
            marks[mark] = max(-mean, marks.get(mark, -mean))
        return [*vector.tolist(), *(marks.get(mark, 0.0) for mark in range(MARKS))]

    def means(self, vector: Vectors) -> dict[str, float]:
        """The cosine of a vector with the mean of each language."""
        held = {code: one for code, one in self.languages.items() if one.passages}
        if not held:
            return {}
        sums = np.array([one.sum for one in held.values()])
        sizes = np.array([one.passages for one in held.values()])
        return dict(zip(held, (shrunk_means(sums, sizes) @ vector).tolist(), strict=True))

    def rows(self) -> list[Row]:
        """The rows that publish this state."""
        described = asdict(self) | {
            "format": FORMAT,
            "languages": {
                code: (one.mark, one.passages, base64.b85encode(one.sum.tobytes()).decode())
                for code, one in self.languages.items()
            },
        }
        parts = parts_of(json.dumps(described))
        return [
            filled(
                {
                    "key": f"{self.generation}/{number}",
                    "generation": self.generation,
                    "part": number,
                    "parts": len(parts),
                    "text": part,
                }
            )
            for number, part in enumerate(parts)
        ]

    @property
    def key(self) -> str:
        """The key of one of its rows."""
        return f"{self.generation}/0"

    @classmethod
    def parsed(cls, text: str, place: str) -> Self:
        """Raises `IndexDamagedError` for what is no state, or of another format."""
        try:
            described: dict[str, Any] = json.loads(text)
            if (found := described.pop("format")) != FORMAT:
                raise IndexDamagedError(
                    f"the index at {place} has format {found}, expected {FORMAT}; "
                    "drop it and build it again"
                )
            languages = {
                code: Language(mark, passages, np.frombuffer(base64.b85decode(packed), np.float64))
                for code, (mark, passages, packed) in described.pop("languages").items()
            }
            dead = tuple((first, last) for first, last in described.pop("dead"))
            counts = Counts(**described.pop("counts"))
            return cls(**described, dead=dead, counts=counts, languages=languages)
        except (KeyError, TypeError, ValueError) as fault:
            raise IndexDamagedError(
                f"the index at {place} is damaged (its own description cannot be read); "
                "drop it and build it again"
            ) from fault


def marked(vector: Vectors, mark: int) -> list[float]:
    """A passage's vector as it is searched by."""
    return [*vector.tolist(), *(float(one == mark) for one in range(MARKS))]


def whole(rows: Sequence[Row]) -> int | None:
    """The latest generation of which every part is among these rows of states."""
    parts: dict[int, set[int]] = {}
    for row in rows:
        parts.setdefault(row["generation"], set()).add(row["part"])
    complete = [row["generation"] for row in rows if len(parts[row["generation"]]) == row["parts"]]
    return max(complete, default=None)


def latest(states: Table) -> int | None:
    """The generation that a reader sees now; None where there is none."""
    return whole(states.few("generation > 0", ("generation", "part", "parts")))


def read(states: Table, generation: int, place: str) -> State:
    rows = states.few(f"generation == {generation}", ("part", "text"))
    return State.parsed(
        "".join(row["text"] for row in sorted(rows, key=lambda row: int(row["part"]))), place
    )


def ranges(keys: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Keys as ranges, first and last, of those that follow each other."""
    found: list[tuple[int, int]] = []
    for key in sorted(keys):
        if found and key == found[-1][1] + 1:
            found[-1] = found[-1][0], key
        else:
            found.append((key, key))
    return tuple(found)
