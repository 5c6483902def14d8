"""What may answer, as chips: «period:2022-08», «countries:AZ-DZ», «language:fr», «document:a.txt».

Chips of one kind widen each other and those of different kinds narrow: two languages let both
through, a language and a period only what is of both. What a period is, `index.Filters` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.countries import country_in
from index.country_names import countries
from index.documents import period_of

from .catalogue import Entry
from .words import Words, date_in, language_in

Kind = Literal["period", "countries", "language", "document"]
KINDS: tuple[Kind, ...] = ("period", "countries", "language", "document")
DOCUMENTS = 200  # that are offered by title; any other can be named by its file


class PeriodError(ValueError):
    """What was typed is no period; it is the message."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """The arguments of `qa.answer` that a row of chips stands for."""

    period: tuple[str | None, str | None] | None
    sources: tuple[str, ...] | None
    languages: tuple[str, ...] | None


def restriction_of(chips: Sequence[str], entries: Iterable[Entry]) -> Restriction:
    """What the chips let through of the documents in `entries`; a chip of no kind is a period as a
    person types it. Raises `PeriodError` for one that is none, or that UTF-8 cannot write."""
    given: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for chip in chips:
        try:
            chip.encode()
        except UnicodeEncodeError as fault:
            raise PeriodError(chip) from fault
        kind, _, value = chip.partition(":")
        named = next((known for known in KINDS if known == kind), None)
        given[named or "period"].append(value if named else chip)
    periods = [_period(text) for text in given["period"]]
    sources: set[str] | None = None
    if given["countries"]:
        pairs = set(given["countries"])
        sources = {e.source for e in entries if e.pair and "-".join(e.pair) in pairs}
    if given["document"]:
        named_sources = set(given["document"])
        sources = named_sources if sources is None else sources & named_sources
    return Restriction(
        period=_spanning(periods) if periods else None,
        sources=None if sources is None else tuple(sorted(sources)),
        languages=tuple(given["language"]) or None,
    )


def choices(entries: Sequence[Entry], words: Words) -> list[tuple[str, str]]:
    """The chips that the documents give rise to, each as (what is shown, what it stands for)."""
    years = sorted({e.date[:4] for e in entries if e.date}, reverse=True)
    pairs = sorted({e.pair for e in entries if e.pair})
    languages = sorted({e.language for e in entries})
    offered = [(words.of(words.period, year), f"period:{year}") for year in years]
    offered += [
        (words.of(words.countries, countries_in(pair, words)), f"countries:{'-'.join(pair)}")
        for pair in pairs
    ]
    offered += [
        (words.of(words.language, language_in(words, code)), f"language:{code}")
        for code in languages
    ]
    offered += [
        (words.of(words.document, entry.title), f"document:{entry.source}")
        for entry in entries[:DOCUMENTS]
    ]
    return offered


def shown(chip: str, entries: Iterable[Entry], words: Words) -> str:
    """A chip in the words of a language, as `choices` shows it where it offers it."""
    kind, _, value = chip.partition(":")
    match kind:
        case "countries":
            return words.of(words.countries, countries_in(value.split("-"), words))
        case "language":
            return words.of(words.language, language_in(words, value))
        case "document":
            titles = (entry.title for entry in entries if entry.source == value)
            return words.of(words.document, next(titles, value))
    first, dots, last = (value if kind == "period" else chip).partition("..")
    days = [_day(first.strip(), words), _day(last.strip(), words)]
    return words.of(words.period, " – ".join(days).strip() if dots else days[0])


def countries_in(codes: Iterable[str], words: Words) -> str:
    """Countries by name, in the order of a language's alphabet as far as code points go; what is
    no country's code stays as it is."""
    names = sorted(country_in(c, words.code) if c in countries() else c for c in codes)
    return ("، " if words.code == "ar" else ", ").join(names)


def _period(text: str) -> tuple[str | None, str | None]:
    first, dots, last = (part.strip() for part in text.partition(".."))
    ends = (first or None, last or None) if dots else (first, first)
    if ends == (None, None) or not all(end is None or _is_date(end) for end in ends):
        raise PeriodError(text)
    if ends[0] and ends[1] and period_of(ends[0])[0] > period_of(ends[1])[1]:
        raise PeriodError(text)
    return ends


def _spanning(
    periods: Sequence[tuple[str | None, str | None]],
) -> tuple[str | None, str | None] | None:
    """From the first day of all to the last; None where both ends are open."""
    firsts, lasts = [p[0] for p in periods], [p[1] for p in periods]
    first = None if None in firsts else min(p for p in firsts if p)
    last = None if None in lasts else max((p for p in lasts if p), key=lambda d: period_of(d)[1])
    return None if first is last is None else (first, last)


def _day(text: str, words: Words) -> str:
    return date_in(words, text) if _is_date(text) else text


def _is_date(text: str) -> bool:
    try:
        period_of(text)
    except ValueError:
        return False
    return True
