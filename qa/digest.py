"""The story that the documents tell of two parties, or of one: the event of each document, oldest
first, in a sentence or two of its own.

A press item opens with its event, so its first sentence is quoted, and one more where that lies
nearer to the question. Which documents are about the parties is told by the names
in them, not by nearness: a story is to be complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index import Filters, Index, Told
from index.countries import LANGUAGES, country_in, mentions_of, pair_of
from index.documents import printed
from index.encoder import Vectors
from index.names import country, names_of
from index.terms import Term

from .dispatches import Reprints, repeats
from .question import Question
from .selection import Quote, Selection

EVENTS = 12  # in a digest, those nearest to the question if there are more
OPENING = 3  # sentences of a document, beside its title, that say who it is about
# How much nearer to the question than the opening a second sentence of a document is, to be quoted.
NEARER = 0.02
REPEATED = 0.985  # the cosine of two sentences that say the same
SURE = 0.9  # that the first of a digest is one of the events asked for


@dataclass(frozen=True, slots=True)
class Party:
    """A country or an organisation: its key in the index, and what the question calls it."""

    key: str
    title: str


def parties_of(question: Question) -> tuple[Party, ...]:
    """The countries and organisations that a question names, in order; a capital is its country."""
    text, language = question.text, question.language
    found = {
        mention.start: Party(country(mention.country), country_in(mention.country, language))
        for mention in mentions_of(text, language, written=False)
    }
    countries_at = set(found)
    for named in names_of(text, language, written=False):
        if named.start not in countries_at:
            found[named.start] = Party(named.key, text[named.start : named.end])
    ordered = (found[start] for start in sorted(found))
    return tuple({party.key: party for party in ordered}.values())


def digest(
    question: Question, vector: Vectors, index: Index, filters: Filters, parties: Sequence[Party]
) -> Selection | None:
    """The events between `parties`, or of the only one; None if no document is about them.
    `vector` is the question's, [dimension]."""
    told = about(index, filters, parties)
    quotes = story(told, vector, index.reprints)
    return Selection(quotes, SURE, story=True) if quotes else None


def comparison(
    question: Question, vector: Vectors, index: Index, filters: Filters, parties: Sequence[Party]
) -> Selection | None:
    """The stories of two pairs that share a party, or of two parties, one after the other; None if
    the documents do not tell both."""
    for sides in _sides(parties):
        stories = [story(about(index, filters, side), vector, index.reprints) for side in sides]
        if all(stories):
            # What several sides share is told once: a sentence has one number.
            stories = [
                tuple(
                    quote
                    for quote in told
                    if not any(
                        repeats(quote, other, index.reprints)
                        for before in stories[:number]
                        for other in before
                    )
                )
                for number, told in enumerate(stories)
            ]
            titles = [" – ".join(party.title for party in side) for side in sides]
            groups = tuple(zip(titles, map(len, stories), strict=True))
            quotes = tuple(quote for told in stories for quote in told)
            return Selection(quotes, SURE, story=True, groups=groups)
    return None


def about(index: Index, filters: Filters, parties: Sequence[Party]) -> list[Told]:
    """The documents that are about all of `parties`."""
    terms = [Term(party.title, "", name=party.key) for party in parties]
    keys = {party.key for party in parties}
    return [told for told in index.naming(terms, filters) if _about(told, keys)]


def story(told: Iterable[Told], vector: Vectors, reprints: Reprints) -> tuple[Quote, ...]:
    """The quotes of a digest of these documents, oldest first, those without a date last; a
    dispatch is told once."""
    quotes: list[Quote] = []
    said: list[Vectors] = []
    for one in sorted(_events(told, vector, reprints), key=lambda one: printed(one.document)):
        for place in _telling(one, vector):
            if all(float(one.vectors[place] @ other) < REPEATED for other in said):
                quotes.append(Quote(one.document, one.sentences[place]))
                said.append(one.vectors[place])
    return tuple(quotes)


def _events(told: Iterable[Told], vector: Vectors, reprints: Reprints) -> list[Told]:
    """The documents nearest to the question; of those that print one dispatch, the first."""
    nearest = sorted(told, key=lambda one: -float((one.vectors @ vector).max()))
    by_source = {one.document.source: one for one in nearest}
    events: list[Told] = []
    seen: set[str] = set()
    for one in nearest:
        if len(events) == EVENTS:
            break
        if one.document.source not in seen:
            sources = [
                one.document.source,
                *(other.source for other in reprints(one.document.source)),
            ]
            seen.update(sources)
            prints = [by_source[source] for source in sources if source in by_source]
            events.append(min(prints, key=lambda one: printed(one.document)))
    return events


def _sides(parties: Sequence[Party]) -> list[tuple[tuple[Party, ...], ...]]:
    """The ways to take the parties of a comparison: what is compared, side by side."""
    if len(parties) == 2:
        return [tuple((party,) for party in parties)]
    if len(parties) == 3:
        return [
            tuple((shared, party) for party in parties if party is not shared) for shared in parties
        ]
    if len(parties) == 4:
        return [(tuple(parties[:2]), tuple(parties[2:]))]
    return []


def _about(told: Told, keys: set[str]) -> bool:
    """Whether the document opens with all these names, or its two countries are they."""
    document = told.document
    pair = pair_of(document)
    if pair and {country(code) for code in pair} == keys:
        return True
    opening = told.sentences[:OPENING]
    texts = [document.title, *(document.text[span.start : span.end] for span in opening)]
    named = {
        key
        for text in texts
        for key in (
            *(country(code) for code in _countries(text, document.language)),
            *(named.key for named in names_of(text, document.language)),
        )
    }
    others = {key for key in named if key.startswith("country")} - keys
    return keys <= named and (len(keys) == 1 or len(others) <= 1)


def _countries(text: str, language: str) -> set[str]:
    """The countries that a text names, also by their cities."""
    return {one.country for one in mentions_of(text, language)} if language in LANGUAGES else set()


def _telling(told: Told, vector: Vectors) -> list[int]:
    """The places of the sentences that tell a document's event, one or two."""
    cosines = told.vectors @ vector
    nearest = int(np.argmax(cosines))
    return [0, nearest] if cosines[nearest] > cosines[0] + NEARER else [0]
