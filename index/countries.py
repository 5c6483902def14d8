"""Which countries a document speaks of, by ISO 3166 code, and which two it is about.

A text is read word by word, and the longest name that begins at a word is a mention. Who acts, and
where, is not asked: a city stands for its country, and what CLDR does not name (Ankara, Rabat) is
not seen. What countries are called is left to `country_names`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, localedata

from .country_names import WORD, Name, Table, countries, folded, table_of
from .documents import Document
from .function_words import FUNCTION_WORDS

LANGUAGES = ("fr", "en", "ar", "ru", "az", "tr")

# A pair is two countries of which the second is mentioned at least 1/SHARE as often as the first,
# and LEAD times as often as any third. In the seeds and 24 press items, a party to talks is named
# once to the other's four times at least, an aside once to seven; where many meet, a third is near.
SHARE = 4
LEAD = 2

_HYPHENS = frozenset("-‐‑–")
_GAP = 2  # function words that may stand within a name: «Saint-Vincent-et-les Grenadines»


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text, at [start, end), names a country by its ISO 3166 code, or a city in it by the
    city's time zone («» otherwise)."""

    start: int
    end: int
    country: str
    city: str


def countries_of(document: Document) -> tuple[str, ...]:
    """ISO 3166 codes (alpha-2) of the countries that a document speaks of, the most mentioned
    first; of two mentioned as often, the first mentioned.

    A document is read in its own language; one whose language CLDR does not know, in whichever of
    `LANGUAGES` finds the most.
    """
    return tuple(code for code, _ in _counted(document).most_common())


def pair_of(document: Document) -> tuple[str, str] | None:
    """The codes of the two countries that a document is about, in alphabetical order; None if it is
    about one, or none, or many."""
    counted = _counted(document).most_common(3)
    if len(counted) < 2:
        return None
    (first, most), (second, more), *others = counted
    if more * SHARE < most or any(more < rest * LEAD for _, rest in others):
        return None
    return min(first, second), max(first, second)


def country_in(code: str, language: str) -> str:
    """The name of a country in a language, in English where CLDR has no other.

    Raises `ValueError` for a code that is no country's.
    """
    if code not in countries():
        raise ValueError(f"{code!r} is no country; expected an ISO 3166 code such as 'DZ'")
    locale = Locale.parse(language if localedata.exists(language) else "en")
    return str(locale.territories.get(code) or Locale.parse("en").territories[code])


def _counted(document: Document) -> Counter[str]:
    languages = (document.language,) if localedata.exists(document.language) else LANGUAGES
    counted = [
        Counter(mention.country for mention in mentions_of(document.text, language))
        for language in languages
    ]
    return max(counted, key=Counter.total)


def mentions_of(text: str, language: str, *, written: bool = True) -> Iterator[Mention]:
    """The mentions of countries and their cities in a text of this language, in order; with
    `written`, only those with the capitals that names have."""
    table = table_of(language)
    matches = list(WORD.finditer(text))
    words = [match[0] for match in matches]
    halves: list[Mention] = []
    at = 0
    while at < len(words):
        name, end = _longest(table, words, at, language, written)
        if name is not None:
            if name.country:
                yield from halves  # which count here only: «indo-pacifique» is no India
                yield Mention(matches[at].start(), matches[end - 1].end(), name.country, name.city)
            halves.clear()
            at = end
            continue
        word, after = folded(words[at]), matches[at].end()
        hyphened = text[after : after + 1] in _HYPHENS
        half = table.halves.get(word[:-1]) if hyphened and word.endswith("o") else None
        if half:
            halves.append(Mention(matches[at].start(), after, half, ""))
        else:
            halves.clear()
        at += 1


def _longest(
    table: Table, words: Sequence[str], at: int, language: str, written: bool
) -> tuple[Name | None, int]:
    """The longest name that begins at word number `at`, and the number of the word after it."""
    for reading in readings_of(words[at], language):
        for name in table.names.get(reading, ()):
            end = _end(name, words, at, language, written)
            if end:
                return name, end
    return None, at


def _end(name: Name, words: Sequence[str], at: int, language: str, written: bool) -> int:
    """The number of the word after `name`, whose first word has the form of number `at`; 0 if it
    does not stand there."""
    if not _written(words[at], name.capitals[0], written):
        return 0
    functional = FUNCTION_WORDS.get(language, frozenset())
    for forms, capital in zip(name.forms[1:], name.capitals[1:], strict=True):
        at += 1
        for word in words[at : at + _GAP]:
            if folded(word) in forms or word.lower() not in functional:
                break
            at += 1
        if (
            at >= len(words)
            or folded(words[at]) not in forms
            or not _written(words[at], capital, written)
        ):
            return 0
    return at + 1


def _written(word: str, capital: int, written: bool) -> bool:
    if capital == 2:
        return word.isupper()
    return not (capital and written and word[0].islower())


@lru_cache(maxsize=200_000)
def readings_of(word: str, language: str) -> tuple[str, ...]:
    """A word folded, and in Arabic also without the particles that are written with it."""
    readings = [folded(word)]
    if language == "ar":
        readings += [reading[1:] for reading in readings if reading.startswith(("و", "ف"))]
        readings += ["ال" + reading[2:] for reading in readings if reading.startswith("لل")]
        readings += [reading[1:] for reading in readings if reading.startswith(("ب", "ك", "ل"))]
        readings += [reading[2:] for reading in readings if reading.startswith("ال")]
    return tuple(readings)
