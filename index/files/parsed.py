"""What a parser makes of a file, on its way from one process to the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's text, what it says of itself, and the names of what was sent along and not read."""

    text: str
    title: str | None = None
    date: str | None = None
    agency: str | None = None
    pages: tuple[int, ...] = ()
    attachments: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Parsed:
        lists = {name: tuple(given[name]) for name in ("pages", "attachments")}
        return cls(**{**given, **lists})


def one_line(name: object, longest: int) -> str | None:
    """A title or a name as one line without blanks at its ends; None for what is none."""
    line = " ".join(name.split()) if isinstance(name, str) else ""
    return line if 0 < len(line) <= longest and any(map(str.isalpha, line)) else None
