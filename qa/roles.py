"""Who somebody is: the offices that the documents give a person, each with its date, oldest first.

The reader finds the words that say so in every sentence that names the person; here those are
gathered, once for each office.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.documents import period_of
from index.terms import How, words_in

from .reader import Candidate

MAX_ROLES = 4
SAME = 0.5  # of the words of two offices, in one language: the same office


def roles(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that say who the person is whom the first of them names, each office once."""
    best = candidates[0]
    names = _names(best)
    told = [
        candidate
        for candidate in candidates
        if candidate is best
        or (names and names <= _names(candidate) and candidate.read and candidate.read.span > 0)
    ]
    found: list[Candidate] = []
    for candidate in sorted(told, key=_day):
        if not any(_same(candidate, other) for other in found):
            found.append(candidate)
    # The best is among them, however many there are.
    kept = sorted(found, key=lambda c: -c.score)[:MAX_ROLES]
    return sorted(kept, key=_day)


def _names(candidate: Candidate) -> set[str]:
    """The words of the question that the sentence has in its own names: by sound or spelling, or
    written with a capital."""
    return {
        met.term
        for met in candidate.matched
        if met.how in (How.SOUND, How.SPELLING) or (met.how is How.WORD and met.word[0].isupper())
    }


def _day(candidate: Candidate) -> str:
    date = candidate.hit.passage.document.date
    return period_of(date)[0] if date else "9999"


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences of one language give the same office."""
    documents = [c.hit.passage.document for c in (one, other)]
    if documents[0].language != documents[1].language or not (one.short and other.short):
        return False
    words = [
        set(words_in(d.text[c.short.start : c.short.end], d.language).stems)
        for c, d in zip((one, other), documents, strict=True)
        if c.short
    ]
    smaller = min(map(len, words))
    return smaller > 0 and len(words[0] & words[1]) / smaller > SAME
