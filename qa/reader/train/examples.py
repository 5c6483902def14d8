"""Readings → what the network trains on: windows of token ids and the tokens of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tokenizers import Tokenizer

from ..pairs import Tokens, Window, tokens_of, windows_of
from .squad import Reading


@dataclass(frozen=True, slots=True)
class Example:
    """A window, and where in its `ids` each answer starts and ends; no answer when empty. `every`
    one of them is to be found, or any one."""

    window: Window
    answers: tuple[tuple[int, int], ...]
    every: bool = False

    def __len__(self) -> int:
        return len(self.window.ids)


class Examples:
    """Turns readings into examples, remembering the tokens of the texts that come again."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokens = lru_cache(maxsize=20_000)(lambda text: tokens_of(tokenizer, text))

    def of(self, reading: Reading) -> Iterator[Example]:
        """The windows of a reading; one that holds no answer of an answerable reading is kept as
        an example without an answer."""
        passage: Tokens = self.tokens(reading.text)
        question, header = self.tokens(reading.question).ids, self.tokens(reading.header).ids
        spans = [passage.covering(*span) for span in reading.spans]
        for window in windows_of(question, header, passage):
            yield Example(window, tuple(_placed(window, spans)), reading.every)


def _placed(window: Window, spans: Sequence[tuple[int, int] | None]) -> Iterator[tuple[int, int]]:
    for span in spans:
        if span and window.first <= span[0] and span[1] < window.last:
            shift = window.at - window.first
            yield span[0] + shift, span[1] + shift
