"""What kind of thing a question asks for, and whether a sentence holds one.

Interrogatives and months are closed classes, so tables serve: who, when, how many, in the six
languages. A question of no such kind expects nothing in particular.
"""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache

import regex

from .phrases import LANGUAGES


class Expected(Enum):
    """A kind of answer that can be told by its form."""

    PERSON = "person"
    TIME = "time"
    NUMBER = "number"


# Asking for a time or a number often holds the word for «which», so those are tried first.
_ASKED = (
    (
        Expected.NUMBER,
        r"combien|how (?:many|much)|كم|сколько|neçə|nə qədər|kaç|ne kadar",
    ),
    (
        Expected.TIME,
        r"quand|quel(?:le)? (?:jour|date|mois|année)|when|(?:what|which) (?:day|date|month|year)|"
        r"متى|(?:أي|اي) (?:يوم|تاريخ|شهر|عام|سنة)|"
        r"когда|как(?:ой|ого|ом) (?:день|дня|числа|месяце|году)|"
        r"nə vaxt|nə zaman|hansı (?:gün|tarix|ay|il)\w*|ne zaman|hangi (?:gün|tarih|ay|yıl)\w*",
    ),
    (
        # «qui» and «من» are more than «who» inside a question, and «kimi» is more often «like».
        Expected.PERSON,
        r"(?:^|(?<=[,;:?] |[Ee]t |[Pp]ar |[Aa]vec |[Àà] |[Pp]our |[Dd]e |[Cc]hez ))qui|"
        r"(?:^|(?<=[:،] ))من|who|whom|whose|"
        r"кто|кого|кем|кому|kim|kimin|kimə|kimlə|kimdən|kime|kimle|kimler",
    ),
)
_QUESTIONS = tuple(
    (kind, regex.compile(rf"(?<!\p{{L}})(?:{words})(?!\p{{L}})", regex.IGNORECASE))
    for kind, words in _ASKED
)
_NUMBER_WORDS = {
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante "
    "cinquante cent mille",
    "en": "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "hundred thousand",
    "ru": "два две двух три трёх трех четыре пять шесть семь восемь девять десять двадцать "
    "сто тысяч",
    "az": "iki üç dörd beş altı yeddi səkkiz doqquz on iyirmi yüz min",
    "tr": "iki üç dört beş altı yedi sekiz dokuz on yirmi yüz bin",
    "ar": "اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية تسعة عشرة عشر "
    "عشرون مئة ألف",
}
# Two words with capitals one after the other, not opening the sentence: a name and its surname.
_PERSON = regex.compile(r"(?<=\S\s)\p{Lu}\p{Ll}+(?:[-’' ]\p{Lu}[\p{L}’'-]+)+")


@lru_cache(maxsize=1_000)
def expected_by(question: str) -> Expected | None:
    """The kind of answer that `question` asks for, or None when its words do not say."""
    return next((kind for kind, pattern in _QUESTIONS if pattern.search(question)), None)


@lru_cache(maxsize=20_000)
def holds(sentence: str, kind: Expected, language: str) -> bool:
    """Whether `sentence`, in this language, has something of this kind in it."""
    if kind is Expected.NUMBER:
        return _number(language).search(sentence) is not None
    if kind is Expected.TIME:
        return _time(language).search(sentence) is not None
    return _PERSON.search(sentence) is not None


@cache
def _number(language: str) -> regex.Pattern[str]:
    """Digits, or a number written out in this language."""
    words = "|".join(_NUMBER_WORDS.get(language, "").split())
    spelt = rf"|(?<!\p{{L}})(?:{words})(?!\p{{L}})" if words else ""
    return regex.compile(rf"\d{spelt}", regex.IGNORECASE)


@cache
def _time(language: str) -> regex.Pattern[str]:
    """A year, or a month or weekday as CLDR spells it: in English «May» is a month, «may» is
    not."""
    from babel.dates import get_day_names, get_month_names

    names = {
        regex.escape(name)
        for locale in (LANGUAGES if language not in LANGUAGES else (language,))
        for context in ("format", "stand-alone")
        for found in (get_month_names, get_day_names)
        for name in found("wide", context, locale).values()
    }
    return regex.compile(
        rf"(?<!\d)\d{{4}}(?!\d)|(?<!\p{{L}})(?:{'|'.join(sorted(names))})(?!\p{{L}})"
    )
