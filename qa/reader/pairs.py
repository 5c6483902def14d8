"""A question and a passage → the token ids that the reader's network sees, and the way back.

The network reads `<s> question </s></s> header </s> passage </s>`. The header (the document's date,
title and opening sentence) tells it which event the passage is about, and who «the minister» is; an
answer is never found in it. A passage too long for the network is read in windows that overlap.
Nothing here knows about torch.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from index import Passage
from index.passages import opening_of

BOS, EOS = 0, 2  # the encoder's <s> and </s>
QUESTION_TOKENS = 64  # a longer question or header is cut
HEADER_TOKENS = 112
WINDOW_TOKENS = 384  # of question, header and passage together
OVERLAP_TOKENS = 96  # of two windows over one passage


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a passage: their ids, and the characters [start, end) that each covers."""

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last token that hold a character of [start, end), or None."""
        met = [n for n, (a, b) in enumerate(self.offsets) if a < end and b > start and b > a]
        return (met[0], met[-1]) if met else None


@dataclass(frozen=True, slots=True)
class Window:
    """What one forward pass reads of a pair: tokens [first, last) of the passage lie at `at` and
    after in `ids`."""

    ids: tuple[int, ...]
    at: int
    first: int
    last: int


def header_of(passage: Passage) -> str:
    """What the network is told about a passage before it: the document's date and title, and its
    opening sentence unless that is in the passage. Of a title made of the first words and these
    words themselves, what says more is told."""
    document = passage.document
    opening = " ".join(opening_of(passage).split())
    title = " ".join(document.title.removesuffix("…").split())
    begins = opening or " ".join(passage.text[: 2 * len(title)].split())
    if title.startswith(begins) or begins.startswith(title):
        if len(title) > len(opening) > 0:
            opening = ""
        else:
            title = ""
    return " ".join(filter(None, [document.date, title, opening]))


def tokens_of(tokenizer: Tokenizer, text: str) -> Tokens:
    """The tokens of `text` without the special ones, blanks left out of their offsets."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    parts = [encoding, *encoding.overflowing]  # the encoder's tokenizer cuts where its model ends
    offsets = []
    for start, end in itertools.chain.from_iterable(part.offsets for part in parts):
        offsets.append((end - len(text[start:end].lstrip()), end))
    return Tokens(tuple(i for part in parts for i in part.ids), tuple(offsets))


def windows_of(question: Sequence[int], header: Sequence[int], passage: Tokens) -> Iterator[Window]:
    """The windows of a pair, first to last; one for all but the longest passages."""
    before = (
        BOS,
        *question[:QUESTION_TOKENS],
        EOS,
        EOS,
        *header[:HEADER_TOKENS],
        EOS,
    )
    room = WINDOW_TOKENS - len(before) - 1
    first = 0
    while True:
        last = min(first + room, len(passage.ids))
        yield Window((*before, *passage.ids[first:last], EOS), len(before), first, last)
        if last == len(passage.ids):
            return
        first = last - OVERLAP_TOKENS
