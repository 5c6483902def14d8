"""What someone says in a conversation, taken apart: its words, its parts, and which words say
something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.function_words import FUNCTION_WORDS
from index.words import stem

from ..phrases import LANGUAGES
from .parts import NAMED, Kind, Part, parts_of
from .tongues import Token, Tongue, tokens_of, tongue


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier question as understood, its language (ISO 639-1), and the words that answered it,
    None if it was not answered."""

    question: str
    language: str
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A question in its words and parts; `after` is the number of words that only tie it to what
    came before."""

    text: str
    words: Tongue
    tokens: tuple[Token, ...]
    parts: tuple[Part, ...]
    after: int = 0

    def has(self, kind: str, index: int) -> int:
        """How many words from `index` on are a phrase of this class; 0 if none is."""
        return self.words.at(kind, self.tokens, index)

    def within(self, index: int) -> Part | None:
        """The part that word number `index` belongs to."""
        token = self.tokens[index]
        return next((p for p in self.parts if p.lead <= token.start < p.tail), None)

    def asked(self, index: int) -> tuple[int, bool]:
        """How many words from `index` on are an interrogative, 0 if none is; and whether it asks
        for when, where, how or why, as «in which city» does."""
        many = self.has("prepositions", index)
        which = self.has("which", index + many)
        moment = which and self.has("moments", index + many + which)
        if moment:
            return many + which + moment, True
        if self.has("adverbs", index):
            return self.has("adverbs", index), True
        return self.has("which", index) or self.has("who", index), False

    def noun_end(self, part: Part) -> int:
        """Where the noun of an ordinal ends, «deuxième tour»; of another part, its own end."""
        at = sum(token.start < part.tail for token in self.tokens)
        if part.kind is Kind.ORDINAL and own_words(self, at, min(at + 1, len(self.tokens))):
            return self.tokens[at].end
        return part.tail

    @property
    def named(self) -> list[Part]:
        """The countries, cities, organisations and people."""
        return [part for part in self.parts if part.kind in NAMED]


@lru_cache(maxsize=1_000)
def utterance_of(text: str, language: str) -> Utterance:
    """A text in one of `LANGUAGES`, taken apart."""
    words = tongue(language)
    tokens = tokens_of(text, language)
    after = words.at("openings", tokens, 0)
    parts = parts_of(text, tokens, words, after)
    return Utterance(text, words, tuple(tokens), tuple(parts), after)


def newest(earlier: Sequence[Earlier]) -> Utterance:
    """The last question; one in a language that is not known, with the words of English."""
    last = earlier[-1]
    return utterance_of(last.question, last.language if last.language in LANGUAGES else "en")


_GRAMMAR = ("adverbs", "who", "which", "auxiliaries", "articles", "prepositions", "fillers",
            "postpositions")  # fmt: skip


def own_words(said: Utterance, start: int, end: int) -> list[int]:
    """The words in a range that say something, and are in no part."""
    functional = FUNCTION_WORDS[said.words.code]
    found = []
    skip = start
    for at in range(start, end):
        skip = max(skip, at + max(said.has(kind, at) for kind in _GRAMMAR))
        if at >= skip and said.tokens[at].word not in functional and not said.within(at):
            found.append(at)
    return found


def new_words(said: Utterance, before: Utterance, start: int) -> list[int]:
    """The words from `start` on that are neither grammar, nor parts, nor in the question before."""
    known = {stem(token.text, before.words.code) for token in before.tokens}
    return [
        at
        for at in own_words(said, start, len(said.tokens))
        if stem(said.tokens[at].text, said.words.code) not in known
        and not (said.has("titles", at) and said.named)
        and not any(p.tail < said.tokens[at].end == said.noun_end(p) for p in said.parts)
    ]
