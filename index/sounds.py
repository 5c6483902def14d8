"""What is left of a name when its spelling or its script changes.

A name is spelt out in nine consonants and four vowels that all scripts can tell apart: Bayramov,
Baïramov and Байрамов are all «BAIRAMUF», and بيراموف is «BIRAMUF», since Arabic leaves short vowels
out. Where a letter has several values (Russian «х» is written «kh» or «h», Spanish «j» sounds like
either), the name has several sounds. Two names are found by their consonants, «BRMF», which an
index can look up; the vowels then tell spellings of one name from other names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import regex
from anyascii import anyascii
from rapidfuzz.distance import Indel

MOST = 6  # sounds of a form of a word; those with the fewest unlikely letters
LONGEST = 24  # letters of a word that are heard; a longer one is no name
CONSONANTS = 2  # that a name has at least, to be told from other words
# How like each other two sounds of so many consonants are at least: twice the letters that they
# share in order, of the letters of both. The fewer consonants agree, the more of the vowels must.
ALIKE = {2: 0.88, 3: 0.8}
ALIKE_LONG = 0.7

# Letters, with what must follow them, and their sounds, the likeliest first. Vowels are A, I (e and
# y too), U (o and w too) and H, a breath; consonants are B (p too), F (v too), K (g too), L, M, N,
# R, S (all that hiss) and T (d too).
_LATIN = {
    "a": "A", "ə": "A", "e": "I", "i": "I", "ı": "I", "y": "I", "o": "U", "u": "U", "h": "H",
    "ou": "U", "oo": "U", "eau": "U", "oi": "UA", "w": "U|F", "v": "F",
    "b": "B", "p": "B", "f": "F", "ph": "F", "l": "L", "ł": "L", "m": "M", "n": "N", "r": "R",
    "ng$": "N|NK", "k": "K", "q": "K", "qu": "K", "ck": "K", "kh": "K|H", "gh": "K|H", "ğ": "H|K",
    "g": "K", "g(?=[eiy])": "K|S", "c": "K|S", "c(?=[eiy])": "S|K", "c$": "S|K", "x": "KS|S",
    "s": "S", "z": "S", "ç": "S", "č": "S", "ć": "S", "đ": "S|T",
    "ch": "S|K", "sh": "S", "zh": "S", "sch": "S|SK", "tch": "S", "tsch": "S", "cz": "S", "sz": "S",
    "rz": "S|RS", "ts": "S|TS", "tz": "S", "dj": "S", "dz": "S", "dzh": "S", "j": "S|I|K",
    "d": "T", "t": "T", "th": "T|S", "dh": "T|S",
}  # fmt: skip
_TURKIC = {
    "a": "A", "ə": "A", "e": "I", "i": "I", "ı": "I", "y": "I", "o": "U", "ö": "U", "u": "U",
    "ü": "U", "h": "H|K", "ğ": "H|K", "x": "K|H", "v": "F|U", "w": "U|F",
    "b": "B", "p": "B", "f": "F", "l": "L", "m": "M", "n": "N", "r": "R", "ng$": "N|NK",
    "k": "K", "g": "K", "q": "K", "s": "S", "z": "S", "c": "S", "ç": "S", "ş": "S", "j": "S",
    "d": "T", "t": "T", "ts": "TS|S",
}  # fmt: skip
_RUSSIAN = {
    "а": "A", "е": "I", "ё": "IU", "и": "I", "й": "I", "о": "U", "у": "U", "ы": "I", "э": "I",
    "ю": "IU", "я": "IA", "х": "K|H", "в": "F|U",
    "б": "B", "п": "B", "ф": "F", "л": "L", "м": "M", "н": "N", "р": "R", "к": "K", "г": "K",
    "с": "S", "з": "S", "ж": "S", "ш": "S", "щ": "S", "ч": "S", "ц": "S", "дж": "S", "дз": "S",
    "тс": "S|TS", "тц": "S", "д": "T", "т": "T",
}  # fmt: skip
_ARABIC = {
    "ا": "A", "أ": "A", "آ": "A", "ى": "A", "ة": "A", "ع": "A", "إ": "I", "ي": "I", "ئ": "I",
    "ؤ": "U", "و": "U|F", "ه": "H", "ح": "H",
    "ب": "B", "پ": "B", "ف": "F|B", "ڤ": "F", "ل": "L", "م": "M", "ن": "N", "ر": "R",
    "ك": "K", "ق": "K", "گ": "K", "غ": "K", "خ": "K|H", "ج": "S|K", "ز": "S", "س": "S", "ش": "S",
    "ص": "S", "ژ": "S", "چ": "S", "تش": "S", "دج": "S", "دز": "S", "تس": "S|TS",
    "ت": "T", "ط": "T", "د": "T", "ض": "T|S", "ث": "T|S", "ذ": "T|S", "ظ": "S|T",
}  # fmt: skip

_VOWELS = "AIUH"
_WITHOUT_VOWELS = str.maketrans("", "", _VOWELS)
_SAME_VOWEL = regex.compile(rf"([{_VOWELS}])\1+")
_DOUBLED = regex.compile(r"(\p{L})\1")
_ARABIC_ARTICLE = regex.compile(r"^(?:[وفبلك]?ال|لل)(?=\p{L}{3})")
_ARABIC_PREFIX = regex.compile(r"^[وفبلك](?=\p{L}{4})")
_TURKIC_CASE = regex.compile(
    r"(?<=\p{L}{4})(?:(?:l[ae]r)?(?:[dt][ae]n?|n?[ıiuü]n|y?[ıiuü]|y[ae]|l[ae]|n[ae]))$"
)
_RUSSIAN_CASE = regex.compile(
    r"(?<=\p{L}{4})(?:ого|его|ому|ему|ыми|ими|ами|ями|ах|ях|ой|ей|ом|ем|ым|им)$"
)


class _Alphabet:
    """Letters, alone or together, and the sounds that each may have."""

    def __init__(self, letters: Mapping[str, str]) -> None:
        self._letters = frozenset(letters)
        longest_first = sorted(letters, key=len, reverse=True)
        self._sounds = [letters[one].split("|") for one in longest_first]
        self._pattern = regex.compile("|".join(f"({one})" for one in longest_first))

    def sounds(self, word: str) -> Iterable[str]:
        """The sounds of a word, those with the fewest unlikely letters first."""
        plain = "".join(c if c in self._letters else anyascii(c).lower() for c in word)
        beam = [(0, "")]
        for match in self._pattern.finditer(plain):
            several = self._sounds[(match.lastindex or 0) - 1]
            longer = [
                (unlikely + (sound != several[0]), before + sound)
                for unlikely, before in beam
                for sound in several
            ]
            beam = sorted(longer, key=lambda one: one[0])[:MOST]
        return (_SAME_VOWEL.sub(r"\1", sound) for _, sound in beam)


_LATIN_LETTERS, _TURKIC_LETTERS = _Alphabet(_LATIN), _Alphabet(_TURKIC)
_RUSSIAN_LETTERS, _ARABIC_LETTERS = _Alphabet(_RUSSIAN), _Alphabet(_ARABIC)


@lru_cache(maxsize=200_000)
def sounds(word: str, language: str) -> tuple[str, ...]:
    """The sounds that `word`, in a text in this language, may have, the likeliest first; none where
    it has too few consonants to be told from other words."""
    alphabet = _alphabet(word, language)
    found = (sound for form in _forms(word, alphabet) for sound in alphabet.sounds(form))
    return tuple(dict.fromkeys(one for one in found if len(consonants(one)) >= CONSONANTS))


def consonants(sound: str) -> str:
    """What of a sound an index looks up: «BAIRAMUF» → «BRMF»."""
    return sound.translate(_WITHOUT_VOWELS)


def alike(one: str, other: str) -> float:
    """How like each other two sounds of the same consonants are, up to 1; 0 where they are not
    spellings of one name, as where one begins with a vowel and the other does not."""
    if (one[0] in _VOWELS) != (other[0] in _VOWELS):
        return 0.0
    likeness = float(Indel.normalized_similarity(one, other))
    return likeness if likeness >= ALIKE.get(len(consonants(one)), ALIKE_LONG) else 0.0


def _alphabet(word: str, language: str) -> _Alphabet:
    """The letters that `word` is written in, which need not be those of its text."""
    script = unicodedata.name(word[:1] or " ", "").partition(" ")[0]
    if script == "CYRILLIC":
        return _RUSSIAN_LETTERS
    if script == "ARABIC":
        return _ARABIC_LETTERS
    return _TURKIC_LETTERS if language in ("az", "tr") else _LATIN_LETTERS


def _forms(word: str, alphabet: _Alphabet) -> Iterable[str]:
    """`word` as it is, and without what its language may have put before or after a name."""
    lower = unicodedata.normalize("NFC", word.lower())[:LONGEST]
    if alphabet is _ARABIC_LETTERS:  # which never writes a doubled letter twice
        bare = str(_ARABIC_ARTICLE.sub("", lower))
        return [bare, lower if bare != lower else str(_ARABIC_PREFIX.sub("", lower))]
    case = {_TURKIC_LETTERS: _TURKIC_CASE, _RUSSIAN_LETTERS: _RUSSIAN_CASE}.get(alphabet)
    forms = [lower] if case is None else [lower, str(case.sub("", lower))]
    return [str(_DOUBLED.sub(r"\1", form)) for form in forms]
