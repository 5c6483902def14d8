"""The window's own words, in the six languages of its readers; everything else is quoted.

They stand in `languages/*.toml`, one file a language. What an abstention says is `qa.phrases`'
affair.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from index.documents import period_of

from ..phrases import LANGUAGES

_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,3})\b[^,;]*(?:;\s*q\s*=\s*([\d.]+))?")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; those in braces are filled in with `str.format`."""

    code: str
    tagline: str
    welcome: str
    placeholder: str
    ask: str
    opening: str
    building: str
    failed: str
    waiting: str
    empty: str
    too_long: str
    unexpected: str
    unsure: str
    nearest: str
    date: str
    undated: str
    language: str
    agency: str
    page: str
    page_at: str
    reprints: str
    file: str
    close: str
    source: str
    gone: str
    changed: str
    lost: str
    named: str
    questions: str
    documents: str
    interface: str
    new: str
    copy: str
    copied: str
    export: str
    export_all: str
    check: str
    checked: str
    check_same: str
    check_changed: str
    check_gone: str
    again: str
    edit: str
    undo: str
    stop: str
    stopped: str
    sure: str
    likely: str
    confidence: str
    understood: str
    forget: str
    restrict: str
    restrict_hint: str
    period: str
    countries: str
    document: str
    bad_period: str
    examples: str
    example_led: str
    example_when: str
    example_discussed: str
    example_signed: str
    example_received: str
    previous: str
    next: str
    place: str
    why: str
    why_words: str
    why_span: str
    why_answerable: str
    why_dense: str
    why_rank: str
    why_told: str
    why_gone: str
    wrong: str
    wrong_done: str
    link: str
    text: str
    documents_count: str
    title: str
    passages: str
    indexed: str
    drop: str
    choose: str
    adding: str
    added: str
    unchanged: str
    refused: str
    refused_type: str
    refused_size: str
    refused_name: str
    refused_text: str
    refused_count: str
    busy: str
    remove: str
    remove_sure: str
    removed: str
    last: str
    fixed: str
    timeline: str
    timeline_hint: str
    others: str

    @property
    def direction(self) -> str:
        return "rtl" if self.code == "ar" else "ltr"

    def of(self, name: str, value: str) -> str:
        """A value with its name before it: «Période : 2022»."""
        return self.named.format(name=name, value=value)


def _read(code: str) -> Words:
    path = files(__package__).joinpath("languages", f"{code}.toml")
    return Words(code=code, **tomllib.loads(path.read_text(encoding="utf-8")))


_BY_CODE = {code: _read(code) for code in LANGUAGES}


def words_in(language: str) -> Words:
    """The words of a language (ISO 639-1); English for one that has none."""
    return _BY_CODE.get(language, _BY_CODE["en"])


def preferred(accept_language: str | None) -> Words:
    """The words of the first language, by preference, of a browser's Accept-Language header."""
    asked: list[tuple[float, str]] = []
    for part in (accept_language or "").split(",")[:20]:
        match = _LANGUAGE.match(part)
        if match:
            try:
                asked.append((-float(match[2] or 1), match[1].lower()))
            except ValueError:
                continue
    known = [code for _, code in sorted(asked, key=lambda pair: pair[0]) if code in _BY_CODE]
    return words_in(known[0] if known else "en")


def date_in(words: Words, date: str) -> str:
    """An ISO date of any precision as a reader writes it: «August 2022», «22 avril 2025»."""
    first = datetime.date.fromisoformat(period_of(date)[0])
    if len(date) == 4:
        return date
    if len(date) == 7:
        return format_skeleton("yMMMM", first, locale=words.code)
    return format_date(first, "long", locale=words.code)


def language_in(words: Words, language: str) -> str:
    """A language's name («French», «français»), or its code where it has no name."""
    return str(Locale(words.code).languages.get(language, language))


def number_in(words: Words, number: int) -> str:
    """A number with the digits and the separators of a language."""
    return str(format_decimal(number, locale=words.code))
