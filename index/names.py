"""Names that a table knows, in whatever language a text calls them: countries, cities that time
zones are called after, and international organisations.

Each has a key that is the same in every language, so that «ОИС» meets «OCI» and «Bakıda» meets
«Baku». People's names are in no table: their sounds meet, which is left to `sounds`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from .countries import LANGUAGES, mentions_of
from .country_names import folded, table_of
from .organisations import organisations_of

TYPO_LETTERS = 6  # of a word that may be a name with a letter wrong; shorter ones are other words


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a text, `text[start:end]`, and its key: letters and digits, such as «countryaz»,
    «cityasiabaku» or «organisationoic»."""

    start: int
    end: int
    key: str


def names_of(text: str, language: str, *, written: bool = True) -> tuple[Named, ...]:
    """The names in `text`, in order, apart from each other; the longer of two that overlap.

    With `written`, only what is written like a name; without, «azerbaijan» is one too, as in a
    question typed in haste. A text in a language that the tables do not know has none.
    """
    if language not in LANGUAGES:
        return ()
    found = [
        *(
            Named(one.start, one.end, _key("organisation", one.name))
            for one in organisations_of(text, language, written=written)
        ),
        *(
            Named(one.start, one.end, _key("city", one.city) if one.city else country(one.country))
            for one in mentions_of(text, language, written=written)
        ),
    ]
    found.sort(key=lambda named: (named.start, -named.end))
    apart: list[Named] = []
    for named in found:
        if not apart or named.start >= apart[-1].end:
            apart.append(named)
    return tuple(apart)


def country(code: str) -> str:
    """The key of a country, by its ISO 3166 code."""
    return _key("country", code)


def nearly_named(word: str, language: str) -> str | None:
    """The key of the country that `word` is with one letter wrong, or None."""
    plain = folded(word)
    if language not in LANGUAGES or len(plain) < TYPO_LETTERS:
        return None
    names = table_of(language).names
    alike = process.extract(
        plain, names.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=None
    )
    codes = {
        name.country
        for form, *_ in alike
        for name in names[form]
        if form[0] == plain[0] and len(name.forms) == 1 and name.country and not name.city
    }
    return country(codes.pop()) if len(codes) == 1 else None


def _key(kind: str, name: str) -> str:
    return kind + "".join(filter(str.isalnum, name)).lower()
