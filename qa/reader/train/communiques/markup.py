"""The markup of frames: `{slot}`, `<one|or|another>`, `[key|marked answer]`, nested at will."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"[<>\[\]{}|]|[^<>\[\]{}|]+")


@dataclass(frozen=True, slots=True)
class Slot:
    """`{path}`: what `Cast.fill` has words for."""

    path: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`<one|or|another>`: one of `options`, at random."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """`[key|content]`: an answer."""

    key: str
    content: Node


Node = tuple[str | Slot | Choice | Mark, ...]


def parsed(text: str) -> Node:
    """The tree of `text`; raises `ValueError` where brackets do not match."""
    tokens = [*_TOKEN.findall(text), ""]
    tokens.reverse()
    return _node(tokens, "")


def _node(tokens: list[str], closing: str, *separators: str) -> Node:
    """The nodes up to `closing` or a separator, which stays for the caller to take."""
    made: list[str | Slot | Choice | Mark] = []
    while tokens[-1] != closing and tokens[-1] not in separators:
        token = tokens.pop()
        if token == "{":
            made.append(Slot(_name(tokens, "}")))
        elif token == "<":
            options = [_node(tokens, ">", "|")]
            while tokens[-1] == "|":
                tokens.pop()
                options.append(_node(tokens, ">", "|"))
            tokens.pop()
            made.append(Choice(tuple(options)))
        elif token == "[":
            key = _name(tokens, "|")
            made.append(Mark(key, _node(tokens, "]")))
            tokens.pop()
        elif token in (">", "]", "}", "|", ""):
            raise ValueError(f"{token or 'the end'!r} where {closing or 'text'!r} is expected")
        else:
            made.append(token)
    return tuple(made)


def _name(tokens: list[str], closing: str) -> str:
    """The name up to `closing`, which is taken too."""
    name = tokens.pop().strip()
    if name in "<>[]{}|":  # as the end is
        raise ValueError(f"{name or 'the end'!r} where a name is expected")
    if tokens[-1] != closing:
        met = tokens[-1] or "the end"
        raise ValueError(f"{met!r} where {closing!r} is expected, at «{name}»")
    tokens.pop()
    return name


def keys(node: Node) -> Iterator[str]:
    """The keys of every mark, those of each alternative too."""
    for part in node:
        if isinstance(part, Mark):
            yield part.key
            yield from keys(part.content)
        elif isinstance(part, Choice):
            for option in part.options:
                yield from keys(option)


def slots(node: Node) -> Iterator[str]:
    """The path of every slot."""
    for part in node:
        if isinstance(part, Slot):
            yield part.path
        elif isinstance(part, Mark):
            yield from slots(part.content)
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots(option)


class Writer:
    """Writes nodes one after another and remembers where the marks lie."""

    def __init__(
        self, chance: random.Random, fill: Callable[[str], str], join: Callable[[str, str], str]
    ) -> None:
        """`fill` gives a slot's words; `join` the text so far and those words, together as the
        language writes them: it may change the text's last word and drop the words' first one."""
        self._chance, self._fill, self._join = chance, fill, join
        self.text = ""
        self.marks: list[tuple[str, int, int]] = []
        self.used: list[str] = []
        self._starts: list[int] = []  # of the marks that are being written

    def write(self, node: Node) -> None:
        """Add the words of `node`, its alternatives drawn from `chance`."""
        for part in node:
            if isinstance(part, str):
                self.text += part
            elif isinstance(part, Slot):
                self.used.append(part.path)
                self._slot(self._fill(part.path))
            elif isinstance(part, Choice):
                self.write(self._chance.choice(part.options))
            else:
                self._starts.append(len(self.text))
                self.write(part.content)
                self.marks.append((part.key, self._starts.pop(), len(self.text)))

    def _slot(self, words: str) -> None:
        """Write a slot's words; a mark that begins with them begins after what was contracted: in
        «au [Caire]» and «d'[Oman]»."""
        before = len(self.text)
        self.text = self._join(self.text, words)
        kept = words if self.text.endswith(words) else words.partition(" ")[2]
        at = len(self.text) - len(kept)
        self._starts = [at if start == before else start for start in self._starts]
