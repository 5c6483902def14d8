"""A question in the spelling of the passage that it is put to.

The network reads pieces of words, and «Байрамов» has none in common with «Baïramov», nor «أذربيجان»
with «Azerbaïdjan». So each name of the question that the passage has in other letters is written as
the passage writes it; how names meet is left to `index.terms`.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from index import Met, Term
from index.terms import How, words_in


def spelt_as_in(
    text: str, language: str, question: str, asked_in: str, terms: Iterable[Term]
) -> str:
    """`question`, which is in the language `asked_in`, in the spelling that `text`, which is in
    `language`, has of the names that the two share: «Кто такой Баирамов?» is put to a French text
    as «Кто такой Baïramov?». `terms` are the words and names of the question.

    Names of countries, cities and organisations are changed in a text of another language only: in
    the question's own, another form of one is grammar.
    """
    words = words_in(text, language)
    met = (words.met_by(term) for term in terms)
    spelt = {
        one.term: one.word for one in met if one and _another_spelling(one, language != asked_in)
    }
    if not spelt:
        return question
    longest_first = sorted(map(regex.escape, spelt), key=len, reverse=True)
    names = regex.compile(
        rf"(?<![\p{{L}}\p{{N}}])(?:{'|'.join(longest_first)})(?![\p{{L}}\p{{N}}])"
    )
    return str(names.sub(lambda name: spelt[name[0]], question))


def _another_spelling(met: Met, foreign: bool) -> bool:
    if met.how is How.NAME:
        return foreign
    # Without a capital, it may be any word.
    return met.how in (How.SOUND, How.SPELLING) and not met.term[0].islower()
