"""The words of the six languages that tie questions together (words.toml), and texts cut
into words to compare with them.

Words are compared without case; in Arabic, without hamza and vowel marks as well.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import regex

from index.names import names_of

PAUSE = regex.compile(r"\s*[,;:.!?…،؛]|\s+[-–—]\s")

_WORDS = Path(__file__).with_name("words.toml")
_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*+")
_NUMBERED = regex.compile(r"(\d{1,3})(?:st|nd|rd|th|er|re|e|eme|ème)")
_MARKS = regex.compile(r"[\u064B-\u0652\u0640\u0307]")
_HAMZA = str.maketrans("أإآٱ", "اااا")
_LONGEST_PHRASE = 3  # words of an article or preposition


@dataclass(frozen=True, slots=True)
class Token:
    """A word at [start, end) of a text, as written and as compared."""

    start: int
    end: int
    text: str
    word: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of words.toml in one language: per class, the phrases that begin with a
    word, the longest first, and the beginnings of words."""

    code: str
    phrases: Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]]
    beginnings: Mapping[str, tuple[str, ...]]
    ordinals: Sequence[tuple[str, ...]]
    contractions: Mapping[str, str]

    def at(self, kind: str, tokens: Sequence[Token], index: int) -> int:
        """How many words from `index` on are a phrase of this class; 0 if none is."""
        if not 0 <= index < len(tokens):
            return 0
        first = tokens[index].word
        for phrase in self.phrases[kind].get(first, ()):
            if tuple(token.word for token in tokens[index : index + len(phrase)]) == phrase:
                return len(phrase)
        return int(first.startswith(self.beginnings[kind]))

    def ordinal(self, token: Token) -> str:
        """The number of an ordinal, or of «last» and the like; «» if the word is neither."""
        numbered = _NUMBERED.fullmatch(token.word)
        if numbered:
            return str(numbered[1])
        for number, forms in enumerate(self.ordinals, 1):
            if any(
                token.word.startswith(form[:-1]) if form.endswith("*") else token.word == form
                for form in forms
            ):
                return str(number)
        return ""

    def before(self, kind: str, tokens: Sequence[Token], index: int) -> int:
        """How many words before `index` are a phrase of this class; 0 if none is."""
        return next(
            (n for n in range(_LONGEST_PHRASE, 0, -1) if self.at(kind, tokens, index - n) == n), 0
        )


@cache
def tongue(code: str) -> Tongue:
    """The words of a language; raises `KeyError` for one that has none."""
    table = tomllib.loads(_WORDS.read_text("utf-8"))[code]
    ordinals = tuple(tuple(map(plain, forms)) for forms in table.pop("ordinals"))
    contractions = table.pop("contractions")
    phrases: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for kind, written in table.items():
        starting = defaultdict(list)
        for phrase in sorted((tuple(map(plain, one.split())) for one in written), key=len)[::-1]:
            starting[phrase[0]].append(phrase)
        phrases[kind] = dict(starting)
    beginnings = {
        kind: tuple(plain(one[:-1]) for one in written if one.endswith("*"))
        for kind, written in table.items()
    }
    return Tongue(code, phrases, beginnings, ordinals, contractions)


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """A word as it is compared."""
    return str(_MARKS.sub("", word.lower())).translate(_HAMZA)


def tokens_of(text: str, code: str) -> list[Token]:
    """The words of a text. An Arabic «and» that opens it is a word of its own."""
    tokens = [Token(m.start(), m.end(), m[0], plain(m[0])) for m in _TOKEN.finditer(text)]
    if code == "ar" and tokens and _and_opens(text, tokens):
        first = tokens[0]
        cut = first.start + 1
        rest = first.text[1:]
        tokens[:1] = [
            Token(first.start, cut, first.text[0], first.word[0]),
            Token(cut, first.end, rest, plain(rest)),
        ]
    return tokens


def _and_opens(text: str, tokens: Sequence[Token]) -> bool:
    """Whether the first word is «and» and another: one that is known, or all there is."""
    words, first = tongue("ar"), tokens[0]
    if first.word[0] != "و" or len(first.word) < 3 or words.at("common", tokens, 0):
        return False
    if words.at("openings", tokens, 0):
        return False
    rest = [Token(first.start + 1, first.end, first.text[1:], first.word[1:]), *tokens[1:]]
    known = ("prepositions", "who", "adverbs", "which", "auxiliaries", "titles", "transitive")
    if any(words.at(kind, rest, 0) for kind in known) or words.ordinal(rest[0]):
        return True
    return len(tokens) < 3 or any(
        named.start <= first.start + 1 for named in names_of(text[: first.end], "ar")
    )
