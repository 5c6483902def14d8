"""Candidates → an `Answer`: which sentences are quoted, how sure we are, and when to abstain.

Nothing here is written but numbers in brackets; the few words of an abstention are `qa.phrases`'.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import Found

from . import phrases
from .confidence import confidence
from .question import Question
from .reader import Candidate
from .types import Answer, Citation, Retrieved

# Below this confidence there is no answer. On questions about documents that nothing was fitted on,
# it keeps nine in ten of the right answers and refuses nine in ten of the questions that the
# documents do not answer, most of which look as if they did (RESULTS.md has the table, which
# hardly minds where between 0.25 and 0.34 the threshold lies).
THRESHOLD = 0.32
MAX_CITATIONS = 3
# A sentence of another document is cited too when its score, which is a log-odds, is no further
# behind the best than this: both may be right, and may differ, so the asker should see both.
TIE = 1.0


def compose(question: Question, found: Found, candidates: Sequence[Candidate]) -> Answer:
    """The answer to `question` from `candidates`, best first."""
    sure = confidence(question, candidates)
    abstained = sure < THRESHOLD
    chosen = [] if abstained else _chosen(candidates)
    citations = tuple(_citation(number, c) for number, c in enumerate(chosen, start=1))
    best = chosen[0] if chosen else None
    return Answer(
        question=question.asked,
        language=question.language,
        text=(
            phrases.no_answer(question.language)
            if abstained
            else " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
        ),
        short=_short(best) if best else None,
        citations=citations,
        confidence=sure,
        abstained=abstained,
        reason=_reason(question, found, candidates) if abstained else None,
        passages=tuple(_retrieved(found)),
    )


def _chosen(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate, and those of other documents that it hardly leads, one for each; of what
    was read, only where an answer is likelier than none."""
    chosen: dict[str, Candidate] = {}
    for candidate in candidates:
        if len(chosen) == MAX_CITATIONS or candidates[0].score - candidate.score > TIE:
            break
        if not chosen or candidate.read is None or candidate.read.span > 0:
            chosen.setdefault(candidate.hit.passage.document.source, candidate)
    return list(chosen.values())


def _citation(number: int, candidate: Candidate) -> Citation:
    document, span = candidate.hit.passage.document, candidate.sentence
    short = candidate.short
    return Citation(
        number=number,
        source=document.source,
        title=document.title,
        date=document.date,
        language=document.language,
        start=span.start,
        end=span.end,
        quote=document.text[span.start : span.end],
        highlight=(short.start, short.end) if short else None,
        agency=document.agency,
    )


def _short(candidate: Candidate) -> str | None:
    short = candidate.short
    return candidate.hit.passage.document.text[short.start : short.end] if short else None


def _reason(question: Question, found: Found, candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return phrases.nothing_admitted(question.language)
    met, missing = _names(question, found, candidates)
    # What a passage in another language does not seem to hold may be there in another spelling.
    if any(hit.passage.document.language != question.language for hit in found.hits):
        missing = []
    if missing and met:
        return phrases.mentioned_without(question.language, ", ".join(met), ", ".join(missing))
    if missing:
        return phrases.not_mentioned(question.language, ", ".join(missing))
    if met:
        return phrases.mentioned(question.language, ", ".join(met))
    return phrases.too_unsure(question.language)


def _names(
    question: Question, found: Found, candidates: Sequence[Candidate]
) -> tuple[list[str], list[str]]:
    """The names of the question that some passage found holds, and those that none does."""
    met = {word for candidate in candidates for word in candidate.matched}
    opening = question.text.split()[0]
    names = [t.text for t in found.terms if t.text[0].isupper() and t.text not in opening]
    return [name for name in names if name in met], [name for name in names if name not in met]


def _retrieved(found: Found) -> list[Retrieved]:
    return [
        Retrieved(
            source=hit.passage.document.source,
            title=hit.passage.document.title,
            date=hit.passage.document.date,
            language=hit.passage.document.language,
            start=hit.passage.start,
            end=hit.passage.end,
            text=hit.passage.text,
            score=hit.score,
            dense=hit.dense,
            words=hit.words,
        )
        for hit in found.hits
    ]
