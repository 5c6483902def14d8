"""What is left of a name when its spelling or its script changes.

A name is spelt out in nine consonants and four vowels that all scripts can tell apart: Bayramov,
Baïramov and Байрамов are all «BAIRAMUF», and بيراموف is «BIRAMUF», since Arabic leaves short vowels
out. Where a letter has several values (Russian «х» is «kh» or «h», a «j» that of Joubert, Jelena or
Javier), the name has several sounds. Two names are found by their consonants, «BRMF», which an
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
# How like each other two sounds of so many consonants, breaths among them, are at least: twice the
# letters that they share in order, of the letters of both. The fewer agree, the more of the vowels
# must.
ALIKE = {2: 0.88, 3: 0.8}
ALIKE_LONG = 0.72

# Letters, with what must follow them, and their sounds, the likeliest first. Vowels are A, I (e and
# y too), U (o and w too) and H, a breath; consonants are B (p too), F (v too), K (g too), L, M, N,
# R, S (all that hiss) and T (d too).
_LATIN = {
    "a": "A", "ə": "A", "e": "I", "i": "I", "ı": "I", "y": "I", "o": "U", "u": "U", "h": "H",
    "ou": "U", "eau": "U", "oi": "UA", "e$": "I|", "w": "U|F", "v": "F",
    "b": "B", "p": "B", "f": "F", "ph": "F", "l": "L", "ł": "L", "m": "M", "n": "N", "r": "R",
    "ng$": "N|NK", "gn": "KN|N", "k": "K", "q": "K", "qu": "K", "ck": "K", "kh": "K|H", "gh": "K|H",
    "ğ": "H|K", "g": "K", "g(?=[eiy])": "K|S", "c": "K|S", "c(?=[eiy])": "S|K", "c$": "S|K",
    "x": "KS|S", "s": "S", "z": "S", "ç": "S", "č": "S", "ć": "S", "đ": "S|T",
    "ch": "S|K", "sh": "S", "zh": "S", "sch": "S|SK", "tch": "S", "tsch": "S", "shch": "S",
    "chtch": "S", "cz": "S", "sz": "S", "szcz": "S", "rz": "RS|S", "zs": "S", "ts": "S|TS",
    "tz": "S", "dj": "S", "dz": "S", "dzh": "S", "j": "S|I|K",
    "d": "T", "t": "T", "th": "T|S", "dh": "T|S",
}  # fmt: skip
_TURKIC = {
    "a": "A", "ə": "A", "e": "I", "e$": "I|", "i": "I", "ı": "I", "y": "I", "o": "U", "ö": "U",
    "u": "U", "ü": "U", "h": "H|K", "ğ": "H|K", "x": "K|H|KS", "v": "F|U", "v$": "F", "w": "U|F",
    "b": "B", "p": "B", "f": "F", "ph": "F", "l": "L", "m": "M", "n": "N", "r": "R", "ng$": "N|NK",
    "k": "K", "g": "K", "q": "K", "s": "S", "z": "S", "c": "S|K", "ç": "S", "ş": "S", "şç": "S",
    "j": "S|I", "ch": "S|K", "sh": "S", "sch": "S", "dj": "S", "dz": "S", "d": "T", "t": "T",
    "ts": "TS|S",
}  # fmt: skip
_CYRILLIC = {
    "а": "A", "ә": "A", "е": "I", "є": "I", "ё": "IU", "и": "I", "і": "I", "ї": "I", "й": "I",
    "ј": "I", "о": "U", "ө": "U", "у": "U", "ү": "U", "ұ": "U", "ў": "U", "ы": "I", "э": "I",
    "ю": "IU", "я": "IA", "һ": "H", "ҳ": "H", "х": "K|H", "г": "K|H", "ґ": "K|H",
    "в": "F|U", "в$": "F", "б": "B", "п": "B", "ф": "F", "л": "L", "љ": "L", "м": "M",
    "н": "N", "њ": "N", "ң": "N", "р": "R", "к": "K", "қ": "K", "ғ": "K",
    "с": "S", "з": "S", "ж": "S", "ш": "S", "щ": "S", "шч": "S", "ч": "S", "ц": "S", "цз": "S",
    "дж": "S", "дз": "S", "ћ": "S", "ђ": "S", "џ": "S", "ҷ": "S", "тс": "S|TS", "тц": "S",
    "д": "T", "т": "T",
}  # fmt: skip
_ARABIC = {
    "ا": "A", "أ": "A", "آ": "A", "ى": "A", "ة": "A", "ع": "A", "إ": "I", "ي": "I", "ی": "I",
    "ئ": "I", "ؤ": "U", "و": "U|F", "ه": "H", "ھ": "H", "ہ": "H", "ح": "H",
    "ب": "B", "پ": "B", "ف": "F|B", "ڤ": "F", "ل": "L", "لل": "L", "م": "M", "ن": "N", "ر": "R",
    "ك": "K", "ک": "K", "ق": "K", "گ": "K", "غ": "K", "خ": "K|H", "ج": "S|K", "ز": "S", "س": "S",
    "ش": "S", "ص": "S", "ژ": "S", "چ": "S", "تش": "S", "شتش": "S", "دج": "S", "دز": "S",
    "تس": "S|TS", "ت": "T", "ط": "T", "د": "T", "ض": "T|S", "ث": "T|S", "ذ": "T|S", "ظ": "S|T",
}  # fmt: skip

_VOWELS = "AIUH"
_WITHOUT_VOWELS = str.maketrans("", "", _VOWELS)
_WITHOUT_AIU = str.maketrans("", "", "AIU")
_SAME_VOWEL = regex.compile(rf"([{_VOWELS}])\1+")
_DOUBLED = regex.compile(r"(\p{L})\1")
_ARABIC_ARTICLE = regex.compile(r"^(?:[وفبلك]?ال|لل)(?=\p{L}{3})")
_ARABIC_PREFIX = regex.compile(r"^[وفبلك](?=\p{L}{4})")
# A script without capitals does not tell names from other words: these are the commonest of
# questions about the diplomatic press, without article, and no names.
_ARABIC_COMMON = frozenset(
    """
    خارجية وزير وزيرة وزراء وزارة وزاري رئيس رئيسة رئاسة سفير سفيرة سفارة نائب نائبة مبعوث
    مبعوثة منصب مدينة دورة جولة جلسة وفد زيارة وثيقة وثائق حكومة اجتماع لقاء جانب مشاورات قمة
    اتفاق اتفاقات اتفاقية اتفاقيات مذكرة مذكرات رسالة دولة دول مؤتمر منتدى برلمان مشتركة مشترك
    سابقة سابق موضوع مواضيع لجنة تجارة تجاري قنصلية تاريخ مقبلة مقبل قادمة قادم ماضية أعمال
    وظيفة مسؤول مسؤولة مسؤولين علاقات دعوة محادثات مباحثات أمن قومي طاقة خاص مشروع مشاريع قيمة
    عمل مدة سنة هاتفيا مكالمة مناسبة حوار دبلوماسية دبلوماسي مجالات مجال موعد قرض تعاون مجلس
    منظمة منظمات مستشارة مستشار صحافة صحفي شركة دفاع اقتصاد اقتصادية اقتصادي سياسية سياسي ثقافة
    صحة زراعة سياحة تعليم بحث توقيع استقبال افتتاح استقبل استقبلت استقبله استقبلها ترأس التقى
    التقت وقع وقعت حضر نقل زار زارت رافق تحدث تحدثت قال قالت جرى جرت عقد عقدت سيزور ستزور ستعقد
    سيعقد استضاف استضافت اجتمع اجتمعت دعا دعت تبادل أكد بشأن أولى ثانية ثالثة ثالث رابعة رابع
    خامسة خامس سادسة سادس سابعة سابع ثامنة تاسعة عاشرة
    """.split()
)
_TURKIC_CASE = regex.compile(
    r"(?<=\p{L}{4})(?:(?:l[aeə]r)?(?:[dt][aeə]n?|n?[ıiuü]n?|y[ıiuüaeə]|[ln][aeə]))$"
)
_TURKIC_CASE_AFTER_N = regex.compile(r"(?<=\p{L}{4}n)[ıiuü]n?$")  # «Makronun» is of Makron
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
_CYRILLIC_LETTERS, _ARABIC_LETTERS = _Alphabet(_CYRILLIC), _Alphabet(_ARABIC)


@lru_cache(maxsize=200_000)
def sounds(word: str, language: str) -> tuple[str, ...]:
    """The sounds that `word`, in a text in this language, may have, those of the word as it is
    before those without an ending; none where it has too few consonants to be told from other
    words."""
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
    firm = min(len(sound.translate(_WITHOUT_AIU)) for sound in (one, other))
    return likeness if likeness >= ALIKE.get(firm, ALIKE_LONG) else 0.0


def _alphabet(word: str, language: str) -> _Alphabet:
    """The letters that `word` is written in, which need not be those of its text."""
    script = unicodedata.name(word[:1] or " ", "").partition(" ")[0]
    if script == "CYRILLIC":
        return _CYRILLIC_LETTERS
    if script == "ARABIC":
        return _ARABIC_LETTERS
    return _TURKIC_LETTERS if language in ("az", "tr") else _LATIN_LETTERS


def _forms(word: str, alphabet: _Alphabet) -> Iterable[str]:
    """`word` as it is, and without what its language may have put before or after a name; none of a
    word that is known to be common."""
    lower = unicodedata.normalize("NFKC", word.lower())[:LONGEST]
    if alphabet is _ARABIC_LETTERS:  # which writes two of a letter only where a vowel parts them
        bare = str(_ARABIC_ARTICLE.sub("", lower))
        forms = [bare, lower if bare != lower else str(_ARABIC_PREFIX.sub("", lower))]
        return [] if any(form in _ARABIC_COMMON for form in forms) else forms
    cases = {
        _TURKIC_LETTERS: (_TURKIC_CASE_AFTER_N, _TURKIC_CASE),
        _CYRILLIC_LETTERS: (_RUSSIAN_CASE,),
    }
    forms = [lower, *(str(case.sub("", lower)) for case in cases.get(alphabet, ()))]
    return [str(_DOUBLED.sub(r"\1", form)) for form in forms]
