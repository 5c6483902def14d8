"""Case endings, ordinals and contractions: what a slot needs to stand in a sentence.

Enough for the frames, and no more: names of places and people in six languages.
"""

from __future__ import annotations

import re

_BACK, _FRONT = "aıou", "eəiöü"
_ROUND = "ouöü"
_VOICELESS = "fstkçşhp"
_RU_VOWELS = "аеёиоуыэюяьй"
_PLAIN = str.maketrans("âîûáéíóúàèìòùäãõñ", "aiuaeiouaeiouaaon")


def turkic_case(name: str, case: str, language: str, possessive: bool = False) -> str:
    """`name` with a case ending («gen», «dat», «acc», «loc», «abl») in Azerbaijani or Turkish.

    `possessive` names end in a possessive suffix («Birliği»), and take an n before the ending.
    """
    last = name.lower().replace("i̇", "i").translate(_PLAIN)
    vowels = [c for c in last if c in _BACK + _FRONT] or ["e"]
    vowel = vowels[-1]
    ends_in_vowel = last[-1] in _BACK + _FRONT
    front = vowel in _FRONT
    wide = ("ə" if language == "az" else "e") if front else "a"
    narrow = ("ü" if vowel in _ROUND else "i") if front else ("u" if vowel in _ROUND else "ı")
    hard = last[-1] in _VOICELESS
    d = "t" if hard and language == "tr" else "d"
    if possessive and ends_in_vowel:
        endings = {
            "gen": f"n{narrow}n",
            "dat": f"n{wide}",
            "acc": f"n{narrow}",
            "loc": f"nd{wide}",
            "abl": f"nd{wide}n",
        }
    else:
        glide = ("n" if language == "az" else "y") if ends_in_vowel else ""
        endings = {
            "gen": f"n{narrow}n" if ends_in_vowel else f"{narrow}n",
            "dat": f"y{wide}" if ends_in_vowel else wide,
            "acc": f"{glide}{narrow}",
            "loc": f"{d}{wide}",
            "abl": f"{d}{wide}n",
        }
    if case not in endings:
        raise KeyError(case)
    return f"{name}{'’' if language == 'tr' else ''}{endings[case]}"


def russian_person(given: str, family: str, case: str, female: bool) -> str:
    """The name of a person in a Russian case; names that end in a vowel stay as they are."""
    first = given if female else _russian_name(given, case, female)
    return " ".join(filter(None, (first, _russian_name(family, case, female))))


def _russian_name(name: str, case: str, female: bool) -> str:
    if not name or case == "nom":
        return name
    if female:
        endings = {"gen": "ой", "dat": "ой", "acc": "у", "ins": "ой", "prep": "ой"}
        return name[:-1] + endings[case] if name.endswith(("ова", "ева", "ина")) else name
    if name[-1] in _RU_VOWELS:
        return name
    ins = "ым" if name.endswith(("ов", "ев")) else "ом"
    return name + {"gen": "а", "dat": "у", "acc": "а", "ins": ins, "prep": "е"}[case]


def contracted(before: str, words: str, language: str) -> str:
    """`before` and `words` as French writes them together: «de le Kenya» is «du Kenya», «de Oman»
    «d'Oman», «à Le Caire» «au Caire»."""
    if language != "fr":
        return before + words
    for article, contractions in (
        ("le ", {"de ": "du ", "à ": "au ", "De ": "Du ", "À ": "Au "}),
        ("les ", {"de ": "des ", "à ": "aux ", "De ": "Des ", "À ": "Aux "}),
    ):
        if words.lower().startswith(article):
            for preposition, short in contractions.items():
                if re.search(rf"(?<!\w){preposition}$", before):
                    return before[: -len(preposition)] + short + words[len(article) :]
    elided = re.search(r"(?<!\w)([Dd]|[Qq]u|[Jj]usqu|[Ll]orsqu)e $", before)
    if elided and words[:1].lower() in "aeiouéèêâîôïœæ":
        return before[:-2] + "'" + words
    return before + words


# From the first to the thirteenth; the Russian ones get their endings from the table below.
_ORDINALS = {
    "fr": "premier, deuxième, troisième, quatrième, cinquième, sixième, septième, huitième, "
    "neuvième, dixième, onzième, douzième, treizième",
    "en": "first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, "
    "twelfth, thirteenth",
    "ar": "الأول, الثاني, الثالث, الرابع, الخامس, السادس, السابع, الثامن, التاسع, العاشر, "
    "الحادي عشر, الثاني عشر, الثالث عشر",
    "ru": "перв, втор, трет, четверт, пят, шест, седьм, восьм, девят, десят, одиннадцат, "
    "двенадцат, тринадцат",
    "az": "birinci, ikinci, üçüncü, dördüncü, beşinci, altıncı, yeddinci, səkkizinci, doqquzuncu, "
    "onuncu, on birinci, on ikinci, on üçüncü",
    "tr": "birinci, ikinci, üçüncü, dördüncü, beşinci, altıncı, yedinci, sekizinci, dokuzuncu, "
    "onuncu, on birinci, on ikinci, on üçüncü",
}
_AR_FEMININE = (
    "الأولى, الثانية, الثالثة, الرابعة, الخامسة, السادسة, السابعة, الثامنة, التاسعة, العاشرة, "
    "الحادية عشرة, الثانية عشرة, الثالثة عشرة"
)
_RU_ENDINGS = {
    "m": {"nom": "ый", "gen": "ого", "dat": "ому", "acc": "ый", "ins": "ым", "prep": "ом"},
    "n": {"nom": "ое", "gen": "ого", "dat": "ому", "acc": "ое", "ins": "ым", "prep": "ом"},
    "f": {"nom": "ая", "gen": "ой", "dat": "ой", "acc": "ую", "ins": "ой", "prep": "ой"},
}
_RU_SOFT_ENDINGS = {  # of «третий»
    "ый": "ий", "ого": "ьего", "ому": "ьему", "ым": "ьим", "ом": "ьем",
    "ое": "ье", "ая": "ья", "ой": "ьей", "ую": "ью",
}  # fmt: skip
_AZ_DIGITS = {  # the ending after a last digit, and after round tens
    1: "ci", 2: "ci", 3: "cü", 4: "cü", 5: "ci", 6: "cı", 7: "ci", 8: "ci", 9: "cu",
    10: "cu", 20: "ci", 30: "cu", 40: "cı", 50: "ci", 60: "cı",
}  # fmt: skip
_CARDINALS = {
    "fr": "un deux trois quatre cinq six sept huit neuf".split(),
    "en": "one two three four five six seven eight nine".split(),
    "ru": "один два три четыре пять шесть семь восемь девять".split(),
    "ar": "1 2 3 4 5 6 7 8 9".split(),
    "az": "bir iki üç dörd beş altı yeddi səkkiz doqquz".split(),
    "tr": "bir iki üç dört beş altı yedi sekiz dokuz".split(),
}


def cardinal(number: int, language: str) -> str:
    """A number from 1 to 9 in words."""
    return _CARDINALS[language][number - 1]


def ordinal(number: int, language: str, gender: str, case: str, digits: bool) -> str:
    """An ordinal, in words up to 13 unless `digits`."""
    if digits or number > 13:
        return _ordinal_digits(number, language, gender, case)
    if language == "fr" and number == 1 and gender == "f":
        return "première"
    words = _AR_FEMININE if language == "ar" and gender == "f" else _ORDINALS[language]
    word = words.split(", ")[number - 1]
    return word + _russian_ending(number, gender, case) if language == "ru" else word


def _russian_ending(number: int, gender: str, case: str) -> str:
    ending = _RU_ENDINGS[gender][case]
    if number == 3:
        return _RU_SOFT_ENDINGS[ending]
    return "ой" if number in (2, 6, 7, 8) and ending == "ый" else ending


def _ordinal_digits(number: int, language: str, gender: str, case: str) -> str:
    if language == "fr":
        return f"{number}e" if number > 1 else ("1re" if gender == "f" else "1er")
    if language == "en":
        teen = 10 <= number % 100 <= 20
        return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    if language == "ru":
        ending = _RU_ENDINGS[gender][case]
        return f"{number}-{ending[-2:] if ending in ('ого', 'ому') else ending[-1]}"
    if language == "ar":
        return f"الـ{number}"
    if language == "tr":
        return f"{number}."
    return f"{number}-{_AZ_DIGITS.get(number % 10 or number % 100, 'ci')}"
