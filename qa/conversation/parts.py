"""The parts of a question that another may take the place of: names, periods and ordinals, with the
words that belong to them.

Countries, cities and organisations are `index.names`' to know, and periods `times`'; people are
told by capitals, or in Arabic by the words before them. What takes whose place is left to
`substitution`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from babel.dates import get_day_names, get_month_names

from index.countries import country_in
from index.function_words import FUNCTION_WORDS
from index.names import names_of

from ..times import when_of
from .tongues import Token, Tongue, plain

_BETWEEN = frozenset({" ", "-", "’", "'", ". "})  # what may stand within a name
_LONGEST_NAME = 4  # words
_LONGEST_SUFFIX = 6  # letters after an apostrophe: «Rusya'dan»
_ARABIC_NAME = 3  # words of a person's name, where no capital shows its end
_ATTACHED = frozenset("وفبلك")  # Arabic particles that are written with the word after them
_ENGLISH_ADJECTIVES = ("an", "ese", "ish", "i", "ic", "ch")
_ANY_DAY = datetime.date(2000, 1, 1)  # which year «last year» is does not matter here


class Kind(Enum):
    """What a part is; a part takes the place of one of its kind."""

    COUNTRY = "country"
    CITY = "city"
    ORGANISATION = "organisation"
    PERSON = "person"
    PERIOD = "period"
    ORDINAL = "ordinal"


NAMED = frozenset({Kind.COUNTRY, Kind.CITY, Kind.ORGANISATION, Kind.PERSON})


@dataclass(frozen=True, slots=True)
class Part:
    """A part at [start, end) of a text. From `head` on, with its article and titles; from `lead`
    on, with the preposition `link` too; up to `tail`, with the suffix or postposition after it.
    `adjective`: «russe»."""

    kind: Kind
    key: str
    start: int
    end: int
    head: int
    lead: int
    tail: int
    link: str
    adjective: bool = False


def parts_of(text: str, tokens: Sequence[Token], words: Tongue, after: int = 0) -> list[Part]:
    """The parts of a text in this language, in order, apart from each other; the words before
    number `after` belong to none of them."""
    found: list[tuple[int, int, Kind, str]] = []  # the first token, that after the last
    taken: set[int] = set()
    for several in (_periods, _known, _ordinals, _people):
        for first, last, kind, key in several(text, tokens, words, taken):
            if not taken & set(range(first, last)):
                found.append((first, last, kind, key))
                taken.update(range(first, last))
    found.sort(key=lambda one: one[0])
    return [_part(text, tokens, words, after, *one) for one in found]


_Found = Iterator[tuple[int, int, Kind, str]]


def _periods(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    """What says when; of «before the visit of X», the visit is not among it."""
    when = when_of(text, words.code, _ANY_DAY)
    for start, end in when.spans if when.period else ():
        inside = [n for n, t in enumerate(tokens) if t.start < end and t.end > start]
        if inside and when.event != text[start:end] and not words.ordinal(tokens[inside[0]]):
            yield inside[0], inside[-1] + 1, Kind.PERIOD, plain(text[start:end])


def _known(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    """Countries, cities and organisations."""
    for named in names_of(text, words.code):
        inside = [n for n, t in enumerate(tokens) if t.end > named.start and t.start < named.end]
        kind = next((kind for kind in Kind if named.key.startswith(kind.value)), None)
        if kind and inside:
            yield inside[0], inside[-1] + 1, kind, named.key


def _ordinals(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    for at, token in enumerate(tokens):
        key = words.ordinal(token)
        if key:
            yield at, at + 1, Kind.ORDINAL, key


def _people(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    yield from (_arabic if words.code == "ar" else _capitals)(text, tokens, words, taken)


def _capitals(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    """Runs of words with capitals; at the opening of the text, only of two or of a known kind."""
    dates = _calendar(words.code)
    at = 0
    while at < len(tokens):
        first = at
        while at < len(tokens) and at not in taken and tokens[at].text[0].isupper():
            if at > first and (
                text[tokens[at - 1].end : tokens[at].start] not in _BETWEEN
                or at - first == _LONGEST_NAME
            ):
                break
            at += 1
        run = range(first, at)
        at = max(at, first + 1)
        # What opens a sentence has a capital whatever it is: an interrogative, a preposition.
        if first == 0 and run and _functional(tokens[0], words):
            run = run[1:]
        if not run or (run[0] == 0 and len(run) == 1 and not _names_someone(text, tokens, words)):
            continue
        if any(words.at("common", tokens, n) for n in run):
            yield run[0], run[-1] + 1, Kind.ORGANISATION, _key(tokens, run)
            continue
        while run and words.at("titles", tokens, run[0]):
            run = run[1:]
        if not run or any(tokens[n].word in dates for n in run):
            continue
        if all(len(tokens[n].text) > 1 and tokens[n].text.isupper() for n in run):
            kind = Kind.ORGANISATION
        elif run[0] and words.before("places", tokens, run[0]):
            kind = Kind.CITY
        else:
            kind = Kind.PERSON
        yield run[0], run[-1] + 1, kind, _key(tokens, run)


def _names_someone(text: str, tokens: Sequence[Token], words: Tongue) -> bool:
    """Whether the word that opens a text is a name: by an apostrophe after it, by the auxiliary
    that follows, or, where objects open sentences, by a verb of meeting."""
    if any(words.at(kind, tokens, 0) for kind in ("common", "titles", "which", "openings")):
        return False
    if len(tokens) < 2:
        return False
    if words.code == "tr" and text[tokens[0].end] in "'’":
        return True
    if words.code in ("fr", "en"):
        return bool(words.at("auxiliaries", tokens, 1)) or tokens[1].word in ("s", "se")
    return any(words.at("meeting", tokens, n) for n in range(1, len(tokens)))


def _functional(token: Token, words: Tongue) -> bool:
    kinds = ("who", "adverbs", "which", "openings", "auxiliaries")
    return token.word in FUNCTION_WORDS[words.code] or any(
        words.at(kind, [token], 0) for kind in kinds
    )


def _arabic(text: str, tokens: Sequence[Token], words: Tongue, taken: set[int]) -> _Found:
    """What follows a title, a verb between persons, «who is», or «and» after another name; and the
    one word after «and» that a question opens with."""
    at = 0
    named = -1  # where a name has just ended
    while at < len(tokens):
        before = at and (
            words.at("titles", tokens, at - 1)
            or words.at("meeting", tokens, at - 1)
            or words.at("him", tokens, at - 1)
            or words.before("impersonal", tokens, at)
            or (at == 1 and tokens[0].word == "و")
            or (words.before("prepositions", tokens, at) and tokens[0].word == "و" and at < 3)
        )
        joined = at == named and tokens[at].word[0] == "و"
        last = at
        while last < len(tokens) and last - at < _ARABIC_NAME and last not in taken:
            token = tokens[last]
            if (
                _functional(token, words)
                or token.word.startswith("ال")
                or token.word.isdigit()
                or any(words.at(k, tokens, last) for k in ("common", "titles", "meeting", "him"))
                or any(words.at(k, tokens, last) for k in ("prepositions", "his", "they", "it"))
                or (last > at and token.word[0] == "و")
            ):
                break
            last += 1
        if (before or joined) and last > at:
            yield at, last, Kind.PERSON, _key(tokens, range(at, last))
            named = at = last
        else:
            at += 1


def _key(tokens: Sequence[Token], run: range) -> str:
    return " ".join(tokens[n].word for n in run)


def _part(
    text: str,
    tokens: Sequence[Token],
    words: Tongue,
    after: int,
    first: int,
    last: int,
    kind: Kind,
    key: str,
) -> Part:
    """A part with what belongs to it; a period has its preposition and case already."""
    start, end = tokens[first].start, tokens[last - 1].end
    if kind is Kind.PERIOD:
        return Part(kind, key, start, end, head=start, lead=start, tail=end, link="")
    at = first
    while at > after and kind in NAMED and words.at("titles", tokens, at - 1):
        at -= 1
    at = max(after, at - words.before("articles", tokens, at))
    head = tokens[at].start
    before = words.before("prepositions", tokens, at)
    if before > at - after:
        before = 0
    link = " ".join(token.word for token in tokens[at - before : at])
    link = words.contractions.get(link, link)
    lead = tokens[at - before].start
    if words.code == "ar" and kind in NAMED:
        cut = _attached(text, start, end, key)
        head, lead = (place + cut if place == start else place for place in (head, lead))
        start += cut
    tail = end
    if words.code in ("az", "tr") and _suffixed(text, tokens, last):
        tail, last = tokens[last].end, last + 1
    many = words.at("postpositions", tokens, last)
    if many:
        tail = tokens[last + many - 1].end
    adjective = kind is Kind.COUNTRY and _is_adjective(text[start:end], key, words.code)
    return Part(kind, key, start, end, head, lead, tail, link.partition(" ")[0], adjective)


def _suffixed(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Whether the word at `at` is the ending of that before it: «Rusya'yla», «OIC-nin»."""
    if at >= len(tokens):
        return False
    token, before = tokens[at], tokens[at - 1]
    return (
        token.start == before.end + 1
        and text[before.end] in "'’-"
        and token.text.islower()
        and len(token.text) <= _LONGEST_SUFFIX
    )


def _attached(text: str, start: int, end: int, key: str) -> int:
    """How many letters of an Arabic name are a particle written with it."""
    if text[start] not in _ATTACHED or end - start < 4:
        return 0
    if key.startswith(("country", "city", "organisation")):
        inner = names_of(text[start + 1 : end], "ar")
        return int(any(one.start == 0 and one.key == key for one in inner))
    return int(text[start] == "و")


def _is_adjective(name: str, key: str, code: str) -> bool:
    """Whether a country is named by its adjective. In Azerbaijani and Turkish the two are alike."""
    if code in ("fr", "ru"):
        return name[0].islower()
    if code == "ar":
        return name.endswith(("ي", "ية")) and " " not in name
    if code == "en":
        called = country_in(key.removeprefix("country").upper(), "en")
        return plain(name) != plain(called) and name.endswith(_ENGLISH_ADJECTIVES)
    return False


@cache
def _calendar(code: str) -> frozenset[str]:
    """The names of months and days."""
    return frozenset(
        plain(name)
        for found in (get_month_names, get_day_names)
        for context in ("format", "stand-alone")
        for name in found("wide", context, code).values()
    )
