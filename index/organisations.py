"""Where a text names an international organisation, by acronym or in full.

What they are called in six languages stands in `organisations.toml`. An acronym is matched as it is
written; a full name word by word, without the inflection of the text's language.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

from .countries import LANGUAGES, readings_of
from .country_names import folded
from .words import fold, stem, words_of

TABLE = Path(__file__).parent / "organisations.toml"
HASTY_LETTERS = 4  # of an acronym without capitals; «un» and «ua» are words
_ACRONYM = regex.compile(r"\p{L}[\p{L}\p{M}]{0,20}+(?:-?\d{1,2}(?!\d))?\+?")
_ROOT = 5  # letters of an Azerbaijani word before its endings, which the Turkish stemmer leaves


@dataclass(frozen=True, slots=True)
class Organisation:
    """Where a text, at [start, end), names an organisation, by its name in the table."""

    start: int
    end: int
    name: str


def organisations_of(text: str, language: str, *, written: bool = True) -> Iterator[Organisation]:
    """The organisations that a text in one of `LANGUAGES` names; one place may have several names,
    of which the longest is meant. With `written`, acronyms only in capitals."""
    table = _table(language)
    for match in _ACRONYM.finditer(text):
        word = match[0]
        if word not in table.acronyms and not written and len(word) >= HASTY_LETTERS:
            word = word.upper()
        if word in table.acronyms:
            yield Organisation(match.start(), match.end(), table.acronyms[word])
    words = [
        (word.start, word.end, _readings(text[word.start : word.end], language))
        for word in words_of(text, language, names=False)
    ]
    for at, (start, _, first) in enumerate(words):
        for phrase in (found for key in first for found in table.phrases.get(key, ())):
            rest = words[at : at + len(phrase.keys)]
            if (
                len(rest) == len(phrase.keys)
                and all(key in keys for key, (*_, keys) in zip(phrase.keys, rest, strict=True))
                and text.startswith(phrase.mark, rest[-1][1])
            ):
                yield Organisation(start, rest[-1][1] + len(phrase.mark), phrase.name)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A full name, as the keys of its words, and what is written after the last: «أوبك+» is not
    «أوبك»."""

    keys: tuple[str, ...]
    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class _Table:
    """What organisations are called: acronyms as they are written, and full names by the key of
    their first word."""

    acronyms: Mapping[str, str]
    phrases: Mapping[str, Sequence[_Phrase]]


@cache
def _table(language: str) -> _Table:
    """The names in a language; with the acronyms of the others where these mean only one, as an
    Azerbaijani text may have «UNESCO»."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    own: dict[str, str] = {}
    phrases: defaultdict[str, list[_Phrase]] = defaultdict(list)
    for name, entry in tomllib.loads(TABLE.read_text("utf-8")).items():
        for spoken in LANGUAGES:
            for called in entry[spoken]:
                if _ACRONYM.fullmatch(called) and called[0].isupper() and not _inflected(called):
                    owners[called].add(name)
                    if spoken == language:
                        own[called] = name
                elif spoken == language:
                    words = list(words_of(called, language, names=False))
                    keys = tuple(_key(called[w.start : w.end], language) for w in words)
                    phrases[keys[0]].append(_Phrase(keys, called[words[-1].end :], name))
    foreign = {called: min(names) for called, names in owners.items() if len(names) == 1}
    return _Table({word: of for word, of in foreign.items() if len(word) > 2} | own, phrases)


def _inflected(called: str) -> bool:
    """Whether a name of one word is inflected, as «Евросоюза» is, and not «UNESCO» or «НАТО»."""
    return called.istitle() and "CYRILLIC" in unicodedata.name(called[0])


def _key(word: str, language: str) -> str:
    """A word of a full name, of which every reading of the same word in a text has it."""
    return folded(word).removeprefix("ال") if language == "ar" else _readings(word, language)[-1]


def _readings(word: str, language: str) -> Sequence[str]:
    """What a word may be without what inflection adds."""
    if language == "ar":
        return readings_of(word, language)
    if language == "az":
        return (fold(word.partition("-")[0])[:_ROOT],)
    return (stem(word, language),)
