"""A frame and a cast → a press item, and questions with their answers' places in it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .frames import Ask, Frame
from .grammar import contracted
from .markup import Node, Writer
from .world import Cast, World, cast_of, person_of

KEPT = 0.7  # of the optional lines


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about an item; `spans` are the characters of its answers in the item's text, none
    if it has none, and `every` one of them a part of a list, or any one will do. `names` are the
    slots that it names: what ties it to this item."""

    ask: int
    language: str
    question: str
    spans: tuple[tuple[int, int], ...]
    names: frozenset[str]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A press item made from a frame: its text, and where each mark lies in it."""

    frame: Frame
    cast: Cast
    text: str
    marks: Mapping[str, tuple[tuple[int, int], ...]]

    def asked(self, ask: int, language: str, chance: random.Random) -> Asked:
        """Question number `ask` of the frame in `language`, with its answers in this item."""
        keys = self.frame.asks[ask].answers
        spans = tuple(span for key in keys for span in self.marks.get(key, ()))
        question, names = _question(self.frame.asks[ask], self.cast, language, chance)
        return Asked(ask, language, question, spans, names, self.frame.asks[ask].every)

    def asked_in_vain(self, ask: Ask, language: str, chance: random.Random) -> Asked:
        """A question that no item answers, about one of the people of this one and its countries;
        its number is -1."""
        person = chance.choice([self.cast.people[slot] for slot in self.frame.people])
        cast = replace(self.cast, people={**self.cast.people, "P": person})
        question, names = _question(ask, cast, language, chance)
        return Asked(-1, language, question, (), names)

    def asked_of_another(
        self, ask: int, language: str, world: World, chance: random.Random
    ) -> Asked | None:
        """The same question about somebody, somewhere or a session that the item does not name, so
        that nothing in it answers; None if the question names nothing that could be changed."""
        state = chance.getstate()
        _, names = _question(self.frame.asks[ask], self.cast, language, chance)
        chance.setstate(state)
        changeable = sorted(names & _CHANGEABLE)
        if not changeable:
            return None
        changed = chance.choice(changeable)
        chance.setstate(state)  # the same phrasing again
        other = _changed(self.cast, changed, world, random.Random(chance.random()))
        chance.setstate(state)
        question, names = _question(self.frame.asks[ask], other, language, chance)
        return Asked(ask, language, question, (), names)


_PEOPLE = frozenset("PQRSTU")
_CHANGEABLE = _PEOPLE | {"A", "B", "C", "n", "org", "org2"}


def item_of(frame: Frame, world: World, chance: random.Random, cast: Cast | None = None) -> Item:
    """An item from `frame`, with a cast of its own unless one is given."""
    cast = cast or cast_of(world, frame.people, chance)
    writer = Writer(
        chance,
        lambda path: cast.fill(path, frame.language),
        lambda before, words: contracted(before, words, frame.language),
    )
    gap = chance.choice(("\n\n", "\n"))
    paragraph = None
    for line in frame.lines:
        if line.optional and chance.random() > KEPT:
            continue
        if paragraph is not None:
            writer.text += " " if line.paragraph == paragraph else gap
        paragraph = line.paragraph
        start = len(writer.text)
        writer.write(line.content)
        _capitalise(writer, start, frame.language)
    marks: dict[str, list[tuple[int, int]]] = {}
    for key, start, end in writer.marks:
        if end > start:
            marks.setdefault(key, []).append((start, end))
    return Item(frame, cast, writer.text, {key: tuple(spans) for key, spans in marks.items()})


def twin_of(item: Item, world: World, chance: random.Random) -> Item:
    """An item about the same countries as `item`, at another session, with other people: what the
    index would find for the same question, and what does not answer it."""
    families = {person.family[1] for person in item.cast.people.values()}
    cast = cast_of(world, item.frame.people, chance, families)
    sessions = [n for n in range(2, 13) if abs(n - item.cast.session) > 2]
    cast = replace(cast, countries=item.cast.countries, session=chance.choice(sessions))
    return item_of(item.frame, world, chance, cast)


def _question(
    ask: Ask, cast: Cast, language: str, chance: random.Random
) -> tuple[str, frozenset[str]]:
    phrasing: Node = chance.choice(ask.phrasings[language])
    writer = Writer(
        chance,
        lambda path: cast.fill(path, language),
        lambda before, words: contracted(before, words, language),
    )
    writer.write(phrasing)
    _capitalise(writer, 0, language)
    return writer.text, frozenset(path.split(".")[0] for path in writer.used)


def _capitalise(writer: Writer, start: int, language: str) -> None:
    first = writer.text[start : start + 1]
    upper = "İ" if first == "i" and language in ("az", "tr") else first.upper()
    if len(upper) == 1:
        writer.text = writer.text[:start] + upper + writer.text[start + 1 :]


def _changed(cast: Cast, slot: str, world: World, chance: random.Random) -> Cast:
    if slot in _PEOPLE:
        families = {person.family[1] for person in cast.people.values()}
        region = chance.choice([c["region"] for c in cast.countries.values()])
        person = person_of(world, region, cast.people[slot].female, families, chance)
        return replace(cast, people={**cast.people, slot: person})
    if slot in cast.countries:
        return replace(cast, countries={**cast.countries, slot: cast.countries["D"]})
    if slot == "n":
        others = [n for n in range(2, 13) if abs(n - cast.session) > 2]
        return replace(cast, session=chance.choice(others))
    organisations = [o for o in world.organisations if o not in cast.organisations.values()]
    return replace(cast, organisations={**cast.organisations, slot: chance.choice(organisations)})
