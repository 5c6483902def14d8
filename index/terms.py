"""What a question looks for, word by word, and how each meets a word of a text.

A term is a word of the question, or a name of several words. It meets a text by one of four ways:
the same word but for inflection, a name of the same key in any language, a name that sounds the
same, or a word that the corpus spells a little differently. What makes a word's stem is left to
`words`, what a name sounds like to `sounds`, and its key to `names`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self

from .bm25 import Phrase
from .names import names_of
from .sounds import alike, consonants
from .words import words_of

# Of the weight of a word that no passage holds, what counts where the passage is in another
# language than the question, and may hold it in translation.
SILENT = 0.5


class How(StrEnum):
    """How a word of the question met one of a text."""

    WORD = "word"
    NAME = "name"
    SOUND = "sound"
    SPELLING = "spelling"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a name of the question, met in `passages` passages of N; `rarity` is its weight,
    log((N + 1) / (passages + 0.5)).

    `proper` says that it is written as a name, or known as one: `name` is then its key in the
    table. `near` are the stems of the corpus that are a letter or two away from a word that the
    corpus does not have.
    """

    text: str
    stem: str
    sounds: tuple[str, ...] = ()
    rarity: float = 0.0
    passages: int = 0
    proper: bool = False
    name: str = ""
    near: tuple[str, ...] = ()

    def tells(self, foreign: bool) -> bool:
        """Whether a text lacks something if it lacks this term: a text in another language than the
        question's has a common word in translation, which no term meets."""
        return bool(self.passages or self.name or not foreign)

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every way in which a passage may hold it."""
        return (
            *([Phrase("names", self.name)] if self.name else []),
            *(Phrase("stems", stem) for stem in (self.stem, *self.near) if stem),
            *(Phrase("sounds", key) for key in dict.fromkeys(map(consonants, self.sounds))),
        )


def weight(terms: Iterable[Term], foreign: bool) -> float:
    """The summed rarity of the terms that a text would be expected to hold if it answered;
    `foreign` when it is in another language than the question."""
    return math.fsum(term.rarity * (1.0 if term.tells(foreign) else SILENT) for term in terms)


@dataclass(frozen=True, slots=True)
class Met:
    """A term of the question, the word of a text that it met, and how."""

    term: str
    word: str
    how: How


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text by what a term may meet: names by key, words by stem, and by consonants
    those that may be names, each with its sound."""

    names: Mapping[str, str]
    stems: Mapping[str, str]
    sounds: Mapping[str, Mapping[str, str]]

    @classmethod
    def joined(cls, several: Sequence[Self]) -> Self:
        """The words of several texts as of one."""
        sounds: dict[str, dict[str, str]] = {}
        for words in several:
            for key, heard in words.sounds.items():
                sounds.setdefault(key, {}).update(heard)
        return cls(
            {key: word for words in several for key, word in words.names.items()},
            {stem: word for words in several for stem, word in words.stems.items()},
            sounds,
        )

    def met_by(self, term: Term) -> Met | None:
        """How `term` meets a word of this text; None if it meets none."""
        if term.name in self.names:
            return Met(term.text, self.names[term.name], How.NAME)
        if term.stem in self.stems:
            return Met(term.text, self.stems[term.stem], How.WORD)
        heard = [
            (alike(sound, other), word)
            for sound in term.sounds
            for other, word in self.sounds.get(consonants(sound), {}).items()
        ]
        likeness, word = max(heard, key=lambda one: one[0], default=(0.0, ""))
        if likeness:
            return Met(term.text, word, How.SOUND)
        for stem in term.near:
            if stem in self.stems:
                return Met(term.text, self.stems[stem], How.SPELLING)
        return None


def terms_of(question: str, language: str) -> Iterator[Term]:
    """The names of a question that a table knows, and its other words, before a corpus is asked how
    rare each is."""
    names = names_of(question, language, written=False)
    for named in names:
        yield Term(question[named.start : named.end], "", proper=True, name=named.key)
    for word in words_of(question, language, names=False):
        if any(named.start < word.end and word.start < named.end for named in names):
            continue
        text = question[word.start : word.end]
        # The first word has a capital anyway.
        yield Term(text, word.stem, word.sounds, proper=word.start > 0 and text[0].isupper())


@lru_cache(maxsize=20_000)
def words_in(text: str, language: str) -> Words:
    """The words of a text in this language. What is empty is no key: nothing meets by it."""
    names: dict[str, str] = {}
    stems: dict[str, str] = {}
    sounds: dict[str, dict[str, str]] = {}
    for named in names_of(text, language):
        names.setdefault(named.key, text[named.start : named.end])
    for word in words_of(text, language):
        written = text[word.start : word.end]
        if word.stem:
            stems.setdefault(word.stem, written)
        for sound in word.sounds:
            sounds.setdefault(consonants(sound), {}).setdefault(sound, written)
    return Words(names, stems, sounds)
