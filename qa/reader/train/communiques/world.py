"""What fills the slots of a frame: countries, people, dates, numbers, in six languages.

`World` is the tables of `world/*.toml`; a `Cast` is one choice from them, enough for one item.
"""

from __future__ import annotations

import datetime
import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.dates import format_date

from .grammar import cardinal, ordinal, russian_person, turkic_case

LANGUAGES = ("fr", "en", "ar", "ru", "az", "tr")
CASES = ("nom", "gen", "dat", "acc", "ins", "prep", "loc", "abl")
HELD_OUT = 8  # every eighth country, name and field is only measured on

_FOLDER = Path(__file__).parent / "world"
_RU_MONTHS = (
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре".split()
)

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The tables: entries by language and form; names by region, kind and language."""

    countries: tuple[Table, ...]
    organisations: tuple[Table, ...]
    topics: tuple[Table, ...]
    names: Mapping[str, Mapping[str, Sequence[Sequence[str]]]]

    def part(self, held_out: bool) -> World:
        """The entries that are only measured on, or all the others."""

        def kept(entries: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(e for n, e in enumerate(entries) if (n % HELD_OUT == 3) == held_out)

        return World(
            kept(self.countries),
            kept(self.organisations),
            kept(self.topics),
            {
                region: {kind: kept(names) for kind, names in kinds.items()}
                for region, kinds in self.names.items()
            },
        )


def read_world(folder: Path = _FOLDER) -> World:
    """The tables in `folder`."""

    def table(name: str) -> Any:
        return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))

    return World(
        tuple(table("countries")["country"]),
        tuple(table("organisations")["organisation"]),
        tuple(table("topics")["topic"]),
        table("names"),
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Spellings of the given and the family name, in the order of `LANGUAGES`."""

    given: Sequence[str]
    family: Sequence[str]
    female: bool


@dataclass(frozen=True, slots=True)
class Cast:
    """One choice of everything that the slots of a frame name."""

    countries: Mapping[str, Table]
    people: Mapping[str, Person]
    organisations: Mapping[str, Table]
    topics: Mapping[str, Table]
    dates: Mapping[str, datetime.date]
    numbers: Mapping[str, int]
    session: int
    digits: bool  # whether ordinals are written «2nd» or «second»

    def fill(self, path: str, language: str) -> str:
        """The words for a slot in `language`; raises `KeyError` for one that there is not."""
        name, *forms = path.split(".")
        if name in self.countries:
            return _placed(self.countries[name][language], forms, language)
        if name in self.people:
            return self._person(self.people[name], forms, language)
        if name in self.organisations or name in self.topics:
            table = {**self.organisations, **self.topics}[name][language]
            return _placed(table, forms, language)
        if name in self.dates:
            return _date(self.dates[name], forms, language)
        if name == "n":
            return self._ordinal(forms, language)
        if name in self.numbers and not forms:
            number = self.numbers[name]
            return cardinal(number, language) if name in ("k", "k2") else str(number)
        raise KeyError(path)

    def _person(self, person: Person, forms: list[str], language: str) -> str:
        at = LANGUAGES.index(language)
        family = person.family[at]
        if person.female:
            family = _feminine(family, person.family[1], language)
        case, kinds = _split(forms, "family")
        given = "" if kinds else person.given[at]
        name = f"{given} {family}".strip()
        if language == "ru":
            return russian_person(given, family, case, person.female)
        if language in ("az", "tr") and case != "nom":
            return turkic_case(name, _TURKIC[case], language) if case in _TURKIC else name
        return name

    def _ordinal(self, forms: list[str], language: str) -> str:
        case, kinds = _split(forms, "m", "f", "n", "prev", "next")
        number = self.session + ("next" in kinds) - ("prev" in kinds)
        gender = next((kind for kind in kinds if kind in ("m", "f", "n")), "m")
        return ordinal(number, language, gender, case, self.digits)


_TURKIC = {"gen": "gen", "dat": "dat", "acc": "acc", "loc": "loc", "prep": "loc", "abl": "abl"}


def _split(forms: Sequence[str], *others: str) -> tuple[str, list[str]]:
    """The case among `forms`, and the rest of them; raises `KeyError` unless it is of `others`."""
    kinds = [form for form in forms if form not in CASES]
    for kind in kinds:
        if kind not in others:
            raise KeyError(kind)
    return next((form for form in forms if form in CASES), "nom"), kinds


def _placed(table: Table, forms: list[str], language: str) -> str:
    """The words for a country, a town of it, an organisation or a field."""
    case, kinds = _split(forms, *table)
    kind = kinds[0] if kinds else "name"
    word: str = table[kind]
    if case == "nom":
        return word
    if language == "ru":
        return str(table.get(case if kind == "name" else f"{kind}_{case}", word))
    if language in ("az", "tr") and case in _TURKIC:
        possessive = kind not in ("capital", "city") and " " in word and word[-1] in "iıuü"
        return turkic_case(word, _TURKIC[case], language, possessive)
    return word


def _date(date: datetime.date, forms: list[str], language: str) -> str:
    kind = next((form for form in forms if form not in CASES), "full")
    if kind == "year":
        return str(date.year)
    if language == "ru" and kind == "month":
        prep = "prep" in forms
        month = _RU_MONTHS[date.month - 1] if prep else format_date(date, "LLLL", "ru")
        return f"{month} {date.year} года"
    pattern = {  # never LLLL: once asked for one language's, babel has it for others too
        "full": "MMMM d, y" if language == "en" else "d MMMM y",
        "month": "MMMM y",
        "day": "EEEE",
        "dateline": "MMMM d" if language == "en" else "d MMMM",
    }[kind]
    written = format_date(date, pattern, language)
    if language == "fr" and written.startswith("1 "):
        written = "1er" + written[1:]
    return f"{written} года" if language == "ru" and kind == "full" else written


def _feminine(name: str, english: str, language: str) -> str:
    if not english.endswith(("ov", "ev")):
        return name
    return name + {"ru": "а", "ar": "ا"}.get(language, "a")


def cast_of(
    world: World, people: Mapping[str, str], chance: random.Random, taken: Iterable[str] = ()
) -> Cast:
    """A cast for the `people` of a frame, each «country gender», with no family name that is
    `taken`."""
    countries = dict(zip("ABCD", chance.sample(world.countries, 4), strict=True))
    families = set(taken)
    cast = {}
    for slot, described in people.items():
        country, gender = described.split()
        cast[slot] = person_of(world, countries[country]["region"], gender == "f", families, chance)
    day = datetime.date(2015, 1, 1) + datetime.timedelta(chance.randrange(365 * 12))
    k, k2 = chance.sample(range(2, 10), 2)
    organisations = chance.sample(world.organisations, 2)
    topics = chance.sample(world.topics, 3)
    return Cast(
        countries=countries,
        people=cast,
        organisations=dict(zip(("org", "org2"), organisations, strict=True)),
        topics=dict(zip(("topic", "topic2", "topic3"), topics, strict=True)),
        dates={
            "d": day,
            "e": day - datetime.timedelta(chance.randrange(300, 2200)),
            "f": day + datetime.timedelta(chance.randrange(40, 420)),
        },
        numbers={
            "k": k,
            "k2": k2,
            "N": chance.randrange(120, 951),
            "N2": chance.randrange(120, 951),
            "pct": chance.randrange(3, 49),
        },
        session=chance.randrange(14, 60) if chance.random() < 0.1 else chance.randrange(2, 13),
        digits=chance.random() < 0.2,
    )


def person_of(
    world: World, region: str, female: bool, families: set[str], chance: random.Random
) -> Person:
    """An invented person of a region whose family name is none of `families`, which it joins."""
    names = world.names[region]
    choice = [name for name in names["family"] if name[1] not in families]
    if not choice:  # a large cast from a small part of the tables
        everybody = [name for kinds in world.names.values() for name in kinds["family"]]
        choice = [name for name in everybody if name[1] not in families]
    family = chance.choice(choice)
    families.add(family[1])
    return Person(chance.choice(names["female" if female else "male"]), family, female)
