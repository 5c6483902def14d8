"""Frames as their files hold them, parsed and checked."""

from __future__ import annotations

import random
import re
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .markup import Node, keys, parsed, slots
from .world import LANGUAGES, World, cast_of

_FOLDER = Path(__file__).parent / "frames"
_UNSAID = Path(__file__).parent / "unsaid.toml"
_OPTIONAL = "? "
_HELD_OUT = 12  # every twelfth frame or so is only measured on
_UNSAID_HELD_OUT = 8  # every eighth question that nothing answers
_AUXILIARIES = frozenset("am are can could did do does had has have is must was were will".split())


class FrameError(ValueError):
    """A frame that cannot be used: its file, its id and what is wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two of the text; `paragraph` counts from 0."""

    content: Node
    optional: bool
    paragraph: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A question in each language, in several phrasings; `answers` are the marks that answer it,
    the best first, and none if the item does not answer it; where it asks for a list, `every` one
    of them is a part of the answer, else any one will do. One that asks `whether` is answered by
    what settles it, be that no: with a name changed it is settled as often as before."""

    answers: tuple[str, ...]
    every: bool
    whether: bool
    phrasings: Mapping[str, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class Frame:
    """An item to be: `people` says of each person slot the country and the gender, `tells_lives`
    that it tells of somebody what no other item would, such as an age or a family."""

    id: str
    language: str
    people: Mapping[str, str]
    lines: tuple[Line, ...]
    asks: tuple[Ask, ...]
    tells_lives: bool = False


def read_frames(held_out: bool | None = None, folder: Path = _FOLDER) -> list[Frame]:
    """Every frame, or those that are only measured on, or all the others."""
    frames = [frame for path in sorted(folder.glob("*.toml")) for frame in frames_of(path)]
    return [
        frame
        for frame in frames
        if held_out is None or (zlib.crc32(frame.id.encode()) % _HELD_OUT == 1) == held_out
    ]


def read_unsaid(held_out: bool, path: Path = _UNSAID) -> tuple[Ask, ...]:
    """The questions about a person {P} or two countries that no item answers: those that are only
    measured on, or all the others."""
    asks = tomllib.loads(path.read_text(encoding="utf-8"))["ask"]
    return tuple(
        _ask(ask) for place, ask in enumerate(asks) if (place % _UNSAID_HELD_OUT == 3) == held_out
    )


def frames_of(path: Path) -> list[Frame]:
    """The frames of a file; raises `FrameError` if one is malformed."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["frame"]
    except (tomllib.TOMLDecodeError, KeyError) as fault:
        raise FrameError(f"{path}: {fault!r}") from fault
    if not isinstance(tables, list):
        raise FrameError(f"{path}: one frame is no list of them; expected [[frame]]")
    return [_frame(path, table) for table in tables]


def _frame(path: Path, table: Mapping[str, Any]) -> Frame:
    where = f"{path.name}, {table.get('id')}"
    try:
        frame = Frame(
            table["id"],
            table["language"],
            _people(table["people"]),
            tuple(_lines(table["text"])),
            tuple(_ask(ask) for ask in table["ask"]),
            table.get("tells_lives", False),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise FrameError(f"{where}: {fault}") from fault
    marked = {key for line in frame.lines for key in keys(line.content)}
    for ask in frame.asks:
        unknown = set(ask.answers) - marked
        if unknown:
            raise FrameError(f"{where}: no mark {', '.join(sorted(unknown))} in the text")
    return frame


def _people(table: Mapping[str, str]) -> Mapping[str, str]:
    for slot, described in table.items():
        if not re.fullmatch("[A-D] [mf]", described):
            raise ValueError(f"{slot} is {described!r}; expected a country and m or f, as «A m»")
    return table


def _lines(text: str) -> Iterator[Line]:
    paragraph, empty = 0, True
    for row in text.splitlines():
        stripped = row.strip()
        if not stripped:
            paragraph += not empty
            empty = True
            continue
        empty = False
        optional = stripped.startswith(_OPTIONAL)
        yield Line(parsed(stripped.removeprefix(_OPTIONAL)), optional, paragraph)


def _ask(table: Mapping[str, Any]) -> Ask:
    missing = [language for language in LANGUAGES if not table.get(language)]
    if missing:
        raise ValueError(f"no question in {', '.join(missing)}: {table.get('en') or table}")
    single = [language for language in LANGUAGES if not isinstance(table[language], list)]
    if single:
        raise ValueError(f"no list of questions in {', '.join(single)}: {table[single[0]]!r}")
    if "answer" in table and "every" in table:
        raise ValueError(f"both answer and every: {table['en'][0]}")
    answers = tuple(table.get("answer", table.get("every", "")).split())
    if "every" in table and len(set(answers)) < 2:
        raise ValueError(f"every {' '.join(answers)!r} is no list: {table['en'][0]}")
    return Ask(
        answers,
        "every" in table,
        table["en"][0].split()[0].lower() in _AUXILIARIES,
        {language: tuple(parsed(text) for text in table[language]) for language in LANGUAGES},
    )


def unknown_slots(frame: Frame, world: World) -> Iterator[str]:
    """The slots of a frame that cannot be filled, each with where it stands."""
    cast = cast_of(world, frame.people, random.Random(0))
    texts = [(frame.language, line.content) for line in frame.lines] + [
        (language, phrasing)
        for ask in frame.asks
        for language, phrasings in ask.phrasings.items()
        for phrasing in phrasings
    ]
    for language, node in texts:
        for path in slots(node):
            try:
                cast.fill(path, language)
            except KeyError:
                yield f"{{{path}}} in {language}"
