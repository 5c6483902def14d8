"""Which of the sentences that were read are quoted: usually one, more where they add something.

Another document that answers as well, every item of a list, the figure before and after: each has
its rule. What a question says of time decides before these do, which `dated` sees to.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from .dated import in_order
from .kinds import Kind
from .reader import Candidate
from .times import When

MAX_CITATIONS = 3
# A sentence of another document is cited too when its score, which is a log-odds, is no further
# behind the best than this: both may be right, and may differ, so the asker should see both.
TIE = 1.0

# For a question that wants a list, sentences of the same document are cited too if they are no
# further behind and no less likely to answer (a logit) than this. The reader learns to find every
# part of a list, so that the likelihood decides and the score only bounds it (RESULTS.md).
LIST_REACH, LIST_SPAN = 4.0, -1.0
UNREAD_REACH = 3.0  # the same where nothing was read, and only the score tells
MAX_ITEMS = 6

# Two documents of different dates that each give a figure, of which one is no further behind than
# this, show a change: both are cited.
CHANGE = 3.5

# Of those no further behind than this, «the latest» is the newest.
ORDER_REACH = 2.5

# «50 000», «50.000» and «50,000» are one figure.
_NUMBER = regex.compile(r"\d+(?:[.,]\d+|\s\d{3}(?!\d))*+")
_BULLET = regex.compile(r"\s{0,4}(?:[-–—•*·]|\(?\d{1,2}[.)]|\(?\p{Ll}[.)])\s")


def chosen(kind: Kind, when: When, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates to be quoted, of one at least that come best first, in the order in which they
    are shown."""
    if when.order is not None:
        within = [c for c in candidates if _answers(c) and _behind(candidates, c) <= ORDER_REACH]
        if within:
            return in_order(within, when.order)[:1]
    if kind is Kind.LIST:
        return _listed(candidates)
    changed = _changed(candidates) if when.period is None else []
    return changed or _tied(candidates)


def _tied(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and those of other documents that it hardly leads, one for each; of what
    was read, only where an answer is likelier than none."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        if len(found) == MAX_CITATIONS or _behind(candidates, candidate) > TIE:
            break
        if not found or _answers(candidate):
            found.setdefault(_source(candidate), candidate)
    return list(found.values())


def _listed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that each hold an item of a list, those of the best document in its order."""
    best = candidates[0]
    items = [best]
    for candidate in candidates[1:]:
        if _source(candidate) != _source(best):
            reach = TIE
        else:
            reach = LIST_REACH if candidate.read else UNREAD_REACH
        if _behind(candidates, candidate) <= reach and (
            candidate.read is None or candidate.read.span > LIST_SPAN
        ):
            items.append(candidate)
    items += [c for c in candidates if c not in items and _beside(c, items)]
    items = items[:MAX_ITEMS]  # of which the first is the best
    documents = list(dict.fromkeys(map(_source, items)))
    items.sort(key=lambda c: (documents.index(_source(c)), c.sentence.start))
    return items


def _changed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate and one that gives another figure at another date, oldest first; none if
    there is no such other."""
    best = candidates[0]
    figures, date = _figures(best), best.hit.passage.document.date
    if not figures or date is None:
        return []
    for other in candidates[1:]:
        if _behind(candidates, other) > CHANGE:
            break
        dated = other.hit.passage.document.date not in (None, date)
        if dated and _answers(other) and _figures(other) and not figures & _figures(other):
            return sorted((best, other), key=lambda c: c.hit.passage.document.date or "")
    return []


def _figures(candidate: Candidate) -> set[int]:
    """The digits of each number in the exact answer, however it is written."""
    document, short = candidate.hit.passage.document, candidate.short
    written = _NUMBER.findall(document.text, short.start, short.end) if short else []
    return {int("".join(filter(str.isdecimal, number))) for number in written}


def _answers(candidate: Candidate) -> bool:
    """Whether an answer in it is likelier than none, as far as it was read."""
    return candidate.read is None or candidate.read.span > 0


def _behind(candidates: Sequence[Candidate], candidate: Candidate) -> float:
    return candidates[0].score - candidate.score


def _source(candidate: Candidate) -> str:
    return candidate.hit.passage.document.source


def _beside(candidate: Candidate, items: Sequence[Candidate]) -> bool:
    """Whether it is a bullet of a list of which two others are quoted."""
    if not _is_bullet(candidate):
        return False
    bullets = [c for c in items if _source(c) == _source(candidate) and _is_bullet(c)]
    return len(bullets) > 1


def _is_bullet(candidate: Candidate) -> bool:
    text, start = candidate.hit.passage.document.text, candidate.sentence.start
    return _BULLET.match(text, start) is not None
