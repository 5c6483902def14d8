"""The words that a question says times with: a language's patterns, by their names in `words.toml`.

Months come from CLDR through babel; «since», «last», «the latest» and the like are closed classes,
which the table lists. Patterns meet text that `plain` has made comparable, in which what has been
read already is marked by the character of its `Kind`. What a match means is left to `times`.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import regex

from index.datelines import LOCALES, months


class Kind(StrEnum):
    """What has been read at a place. Where a language has cases, a date may be «from» or «to»."""

    YEAR, YEAR_FROM, YEAR_TO = "\ue000", "\ue001", "\ue002"
    MONTH, MONTH_FROM, MONTH_TO = "\ue003", "\ue004", "\ue005"
    DATE, DATE_FROM, DATE_TO = "\ue006", "\ue007", "\ue008"
    BOUND = "\ue009"


FILL = "\ue00f"  # follows the character of a kind, to the end of what has been read

_YEARS = (Kind.YEAR, Kind.YEAR_FROM, Kind.YEAR_TO)
_MONTHS = (Kind.MONTH, Kind.MONTH_FROM, Kind.MONTH_TO)
_DATES = (Kind.DATE, Kind.DATE_FROM, Kind.DATE_TO)
_TIMES = (*_YEARS, *_MONTHS, *_DATES)

# «2022'den», «ilin», «ayında», «aprelə», without their diacritics; what is neither is any other.
_TURKIC_CASE = (
    r"(?:['-]?(?:(?P<from>(?:(?:[sy]?[iu])?n)?[dt][ae]n)|(?P<to>(?:(?:[sy]?[iu])?n|y)?[ae])"
    r"|(?:(?:[sy]?[iu])?n)?[dt][ae](?:ki)?|(?:[sy]?[iu])?n?[iu]n|[nsy]?[iu]|y?l[ae]))?"
)
_RUSSIAN_CASES = ("ь", "и", "я", "е", "ю", "ем", "а", "у", "ом")
_NEVER = "(?!)"

# The forms that a date takes in any language, beside those of the table.
_COMMON: Mapping[str, tuple[str, ...]] = {
    "numeric": (
        r"(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?(?!-?\d)",
        r"(?P<d>\d{1,2})(?P<mark>[./-])(?P<m>\d{1,2})(?P=mark)(?P<y>\d{4})",
        r"(?P<m>\d{1,2})[./](?P<y>\d{4})",
    ),
    "months": (r"<name>\.?(?: ?[/(] ?<other_name>\)?)?<noun><case>",),
    "days": (r"<day> ?<of><month>", r"<month> <day>"),
    "dates": (r"<month>[ ,]{0,2}<of><year>",),
    "ranges": (r"<part> ?- ?<end>",),
    "dated": ("<date>",),
}
_DATES_YEAR_FIRST = r"<year>,? <month>"  # in English, «in 2022 may we …» is no May


@cache
def pattern(language: str, name: str) -> regex.Pattern[str] | None:
    """What a language's table calls `name`, as whole words; None where it has no such words."""
    words = _table(language)
    patterns = [plain(one) for one in words.get(name, ())]
    patterns += _COMMON.get(name, ())
    if name == "dates" and words.get("year_first"):
        patterns.append(_DATES_YEAR_FIRST)
    return _compiled("|".join(patterns), language) if patterns else None


@cache
def event_pattern(language: str) -> regex.Pattern[str] | None:
    """The words before an event (`before`, `after`), or, where a language has postpositions, those
    after the noun that ends it (`noun`). `before_a` and `after_a` mean time only with the noun of
    an event."""
    event = {name: plain(words) for name, words in _table(language).get("event", {}).items()}
    if not event:
        return None
    end = r"(?![\p{L}\d])"
    before, after, nouns = event["before"], event["after"], event["nouns"]
    before_a, after_a = event["before_a"], event.get("after_a", _NEVER)
    if _table(language).get("turkic"):
        noun = rf"(?<!(?:hangi|hansi|nece|kac) )(?!(?:{event['not']}){end})(?P<noun>"
        return _compiled(
            rf"{noun}\p{{L}}[\p{{L}}']{{2,40}}[dt][ae]n)"
            rf" (?:(?P<before>{before})|(?P<after>{after}))"
            rf"|{noun}(?:{nouns})[\p{{L}}']{{0,20}}[ae]) (?P<before>{before_a})",
            language,
        )
    time = rf"(?:\p{{L}}{{1,3}}[' ])?[{''.join(Kind)}\d]"
    return _compiled(
        rf"(?:(?P<before>{before})|(?P<after>{after})|(?:(?P<before>{before_a})|(?P<after>{after_a}))"
        rf"(?=.(?:[\p{{L}}'-]{{1,30}} ?){{0,4}}(?:{nouns})))"
        rf"(?: |(?<='))(?!{time}|(?:{event['not']}){end})",
        language,
    )


@cache
def asks(language: str) -> regex.Pattern[str]:
    """The words that begin what is asked, where it stands after the event."""
    words = plain(_table(language).get("event", {}).get("asks", "")) or _NEVER
    return regex.compile(rf"(?<![\p{{L}}\d])(?:{words})(?![\p{{L}}\d])")


@cache
def numbers(language: str) -> Mapping[str, int]:
    """Small numbers, as written out."""
    return {
        plain(word): number
        for number, words in enumerate(_table(language).get("numbers", ()), start=1)
        for word in words.split(",")
    }


@cache
def month_names(language: str) -> Mapping[str, int]:
    """Names of months: in full in any language, with their cases in Russian; in short in this one,
    but in no Turkic language: «ara» is December, and «arasında» between."""
    short = () if _table(language).get("turkic") else (*LOCALES, "en_GB")
    own = [locale for locale in short if locale.partition("_")[0] == language]
    names = {
        plain(name): month
        for name, month in {**months(widths=("wide",)), **months(tuple(own))}.items()
    }
    if language == "ru":
        names |= {
            regex.sub("[ьи]$", "", name) + case: month
            for name, month in names.items()
            if regex.search("[ьйт]$|^маи$", name)
            for case in _RUSSIAN_CASES
        }
    return names


_SAME = str.maketrans(
    {"ə": "e", "ı": "i", "ى": "ي", "ة": "ه", "ـ": None}
    | dict.fromkeys("’‘ʼ`´", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
)


@lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """`text` as it is compared: without case, diacritics, marks of direction and private use, its
    digits Western."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_SAME)).casefold()
    return "".join(
        " "
        if category in ("Co", "Cc", "Zs", "Zl", "Zp")
        else str(unicodedata.digit(letter, letter))
        for letter in letters.translate(_SAME)
        if (category := unicodedata.category(letter)) not in ("Mn", "Cf")
    )


@cache
def _table(language: str) -> Mapping[str, Any]:
    """A language's words; of one that has none, years and months alone."""
    return _tables().get(language, {"years": ["<yyyy>"]})


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def _compiled(patterns: str, language: str) -> regex.Pattern[str]:
    """`patterns` as whole words, with their slots filled."""
    left = r"(?<![\p{L}\d])"
    particles = _table(language).get("particles")
    if particles:  # «وعام», «بعام»: words of one letter are written with the next
        left = rf"(?:{left}|(?<={left}[{particles}]))"
    slots = _slots(language)
    return regex.compile(
        regex.sub(
            r"(?<!\?P)<(\w+)>",
            lambda slot: slots[slot[1]],
            rf"{left}(?:{patterns})(?:(?<=[ '])|(?![\p{{L}}\d]))",
        )
    )


@cache
def _slots(language: str) -> Mapping[str, str]:
    """What stands for each slot in a language's patterns."""
    words = _table(language)
    not_years, counted = (plain(words.get(name, _NEVER)) for name in ("not_years", "counted"))
    case = _TURKIC_CASE if words.get("turkic") else ""
    ordinal = case or rf"(?:{words.get('ordinal', '')})?"
    noun = words.get("month_noun")
    names = _any_of(month_names(language))
    return {
        "yyyy": rf"(?<!(?<!\p{{L}})(?:{not_years}) ?)(?<![$€£₼₽#_@+]|\d[.,:])"
        rf"(?P<yyyy>(?:19|20)\d\d|2100)(?!\d|[.,:]\d| ?(?:[%‰$€£₼₽]|{counted}))",
        "n": rf"(?P<n>\d{{1,3}}|{_any_of(numbers(language))})",
        "one": _units(words.get("one", {})),
        "many": _units(words.get("many", {})),
        "pair": "(?P<pair>)" + _units(words.get("pair", {})),
        "name": rf"(?P<name>{names})",
        "other_name": rf"(?P<other>{names})",
        "noun": rf"(?: {noun}(?!\p{{L}})| {noun}(?=i))?" if noun else "",
        "case": case,
        "of": rf"(?:(?:{plain(words.get('of', ''))}) ?)?",
        "day": rf"(?<![\p{{L}}\d.,:/])(?P<day>\d{{1,2}}){ordinal}",
        "year": _read("year", _YEARS),
        "month": _read("month", _MONTHS),
        "date": _read("part", (*_YEARS, *_DATES)),
        "part": rf"(?:{_read('part', _TIMES)}|(?<![\p{{L}}\d.,:/])(?P<day>\d{{1,2}}){ordinal})",
        "end": _read("end", _TIMES),
        "from": _read("part", (Kind.YEAR_FROM, Kind.MONTH_FROM, Kind.DATE_FROM)),
        "to": _read("end", (Kind.YEAR_TO, Kind.MONTH_TO, Kind.DATE_TO)),
    }


def _read(group: str, kinds: Iterable[Kind]) -> str:
    """What has been read before, as one of `kinds`."""
    return rf"(?P<{group}>[{''.join(kinds)}]{FILL}*+)"


def _units(forms: Mapping[str, str]) -> str:
    named = (f"(?P<{unit}_>{plain(words)})" for unit, words in forms.items())
    return f"(?:{'|'.join(named)})"


def _any_of(names: Iterable[str]) -> str:
    return "|".join(regex.escape(name) for name in names) or _NEVER
