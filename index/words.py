"""Words as they are matched: by stem, and those that may be names by sound as well.

A stem is folded, without case and diacritics, and without the inflection that the Snowball stemmer
of the text's language removes. What a name sounds like is left to `sounds`; sounds are coarse, and
weigh less.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex
import Stemmer
from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from .function_words import FUNCTION_WORDS
from .sounds import sounds

# A short first part belongs to its word: «co-présidée» is «coprésidée», «non-alignés» «nonalignés».
WORD = regex.compile(r"(?:\p{L}{2,3}-(?=\p{Ll}))?[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_STEMMERS = {
    "fr": "french", "en": "english", "ar": "arabic", "ru": "russian", "tr": "turkish",
    "az": "turkish", "es": "spanish", "de": "german", "it": "italian", "pt": "portuguese",
}  # fmt: skip

SLIPS = (5, 9)  # letters of a stem that may have a slip in it, and two
LONGEST = 64  # letters of a word that are kept; a longer one is no word, and FTS5 would cut it

_FRENCH_ELISION = regex.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\p{L})", regex.I)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, its stem, and, if it may be a name, its sounds."""

    start: int
    end: int
    stem: str
    sounds: tuple[str, ...]


def words_of(text: str, language: str, *, names: bool = True) -> Iterator[Word]:
    """The words of `text`, less those that carry no subject in the six languages whose function
    words are known.

    With `names`, only words written like names (a capital, or a script without capitals) have
    sounds; without, any word has, as in a question typed in haste.
    """
    elided = (
        {match.start() for match in _FRENCH_ELISION.finditer(text)} if language == "fr" else set()
    )
    for match in WORD.finditer(text):
        word = match[0]
        if match.start() in elided or word.lower() in FUNCTION_WORDS.get(language, ()):
            continue
        may_be_name = not names or word[0].isupper() or unicodedata.category(word[0]) == "Lo"
        yield Word(
            match.start(),
            match.end(),
            stem(word, language),
            sounds(word, language) if may_be_name else (),
        )


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """`word` without inflection, case or diacritics, in ASCII: «Étrangères» → «etranger»."""
    lower = word.lower() if language != "tr" else word.replace("I", "ı").replace("İ", "i").lower()
    stemmer = _stemmer(language)
    if stemmer is not None:
        lower = stemmer.stemWord(lower)
    return fold(lower)[:LONGEST]


def fold(text: str) -> str:
    """`text` in lower-case ASCII letters and digits, without diacritics."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c)
    )
    return "".join(c for c in anyascii(plain).lower() if c.isalnum())


def near(stem: str, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """The stems of `vocabulary` that are `stem` with a slip of the pen: one letter wrong, missing,
    doubled or exchanged with its neighbour, or two in a long word; the first letter is right."""
    slips = sum(len(stem) >= letters for letters in SLIPS) if stem.isalpha() else 0
    if not slips:
        return ()
    found = process.extract(
        stem, vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=None
    )
    alike = [(distance, other) for other, distance, _ in found if other[0] == stem[0]]
    return tuple(other for distance, other in alike if distance == min(alike)[0])


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None
