"""Words as they are matched: folded, stemmed, and, for names, reduced to what survives a change of
spelling or of script.

Two words meet in one of two ways. As *stems*: case and diacritics folded, inflection removed by the
Snowball stemmer of the text's language. As *sounds*: written in Latin letters and reduced to
classes of consonants, so that Bayramov, Baïramov, Байрамов and بيراموف are one key, and Bakou, Baku
and Bakı another. Sounds are coarse; they are kept for words that may be names, and weigh less.
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

# A short first part belongs to its word: «co-présidée» is «coprésidée», «non-alignés» «nonalignés».
WORD = regex.compile(r"(?:\p{L}{2,3}-(?=\p{Ll}))?[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_STEMMERS = {
    "fr": "french", "en": "english", "ar": "arabic", "ru": "russian", "tr": "turkish",
    "az": "turkish", "es": "spanish", "de": "german", "it": "italian", "pt": "portuguese",
}  # fmt: skip

SLIPS = (5, 9)  # letters of a stem that may have a slip in it, and two
LONGEST = 64  # letters of a word that are kept; a longer one is no word, and FTS5 would cut it

# Sounds that each language or transliteration writes in its own way, longest first. One symbol a
# class; vowels and semivowels (a e i o u y w h, ayn) carry no class, since scripts differ in them.
_SOUNDS = (
    ("shch", "S"), ("tch", "J"), ("dzh", "J"), ("dj", "J"), ("dz", "J"), ("tsch", "J"),
    ("sch", "S"), ("sh", "S"), ("ch", "J"), ("zh", "J"), ("kh", "K"), ("gh", "K"), ("ph", "F"),
    ("th", "T"), ("ts", "S"), ("qu", "K"), ("gu", "K"), ("x", "K"),
    ("b", "B"), ("p", "B"), ("f", "F"), ("v", "F"), ("d", "T"), ("t", "T"), ("g", "K"), ("k", "K"),
    ("q", "K"), ("c", "K"), ("j", "J"), ("z", "S"), ("s", "S"), ("l", "L"), ("r", "R"),
    ("m", "M"), ("n", "N"),
)  # fmt: skip
_SOUND = regex.compile("|".join(letters for letters, _ in _SOUNDS))
_CLASS = dict(_SOUNDS)
# Letters whose value anyascii cannot know, in the languages that use them.
_TURKIC = str.maketrans({"c": "j", "ç": "ch", "ş": "sh", "x": "kh", "ğ": "", "ə": "a", "j": "zh"})
_ARABIC_PREFIX = regex.compile(r"^(?:[وفبلك]?ال|لل|[وف])(?=\p{L}{3})")
_FRENCH_ELISION = regex.compile(r"\b(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\p{L})", regex.I)
_TURKIC_CASE = regex.compile(
    r"['’]?(?:(?:l[ae]r)?(?:[dt][ae]n?|n?[ıiuü]n|y?[ıiuü]|y[ae]|l[ae]|n[ae]))$"
)
_RUSSIAN_CASE = regex.compile(r"(?:ого|его|ому|ему|ыми|ими|ами|ями|ах|ях|ой|ей|ом|ем|ым|им)$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, its stem, and its sound («» unless it may be a name)."""

    start: int
    end: int
    stem: str
    sound: str


def words_of(text: str, language: str, *, names: bool = True) -> Iterator[Word]:
    """The words of `text`, less those that carry no subject in the six languages whose function
    words are known.

    With `names`, only words written like names (a capital, or a script without capitals) have a
    sound; without, any word has one, as in a question typed in haste.
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
            sound(word, language) if may_be_name else "",
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


@lru_cache(maxsize=200_000)
def sound(word: str, language: str) -> str:
    """The consonant classes of `word`, or «» when fewer than two remain."""
    lower = unicodedata.normalize("NFC", word.lower())
    if language in ("az", "tr"):
        lower = _TURKIC_CASE.sub("", lower) if len(lower) > 5 else lower
        lower = lower.translate(_TURKIC)
    elif language == "ar":
        lower = _ARABIC_PREFIX.sub("", lower)
    elif language == "ru" and len(lower) > 5:
        lower = _RUSSIAN_CASE.sub("", lower)
    classes = [_CLASS[m[0]] for m in _SOUND.finditer(fold(lower)[:LONGEST])]
    squeezed = [c for i, c in enumerate(classes) if i == 0 or c != classes[i - 1]]
    return "".join(squeezed) if len(squeezed) >= 2 else ""


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
