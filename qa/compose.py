"""What is to be quoted → an `Answer`, or an abstention with its reason.

Nothing here is written but numbers in brackets; the few words of an abstention are `qa.phrases`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index import Found, Term
from index.documents import page_of

from . import phrases
from .choosing import chosen
from .confidence import confidence
from .dispatches import Reprints, printing
from .kinds import Kind
from .question import Question
from .reader import Candidate
from .roles import roles
from .selection import Quote, Selection
from .times import When
from .types import Answer, Citation, Reprint, Retrieved, Section

# Below this confidence there is no answer. Of the questions that confidence is fitted on, this
# keeps the most right answers and refuses the most questions without one, by the harmonic mean of
# the two; RESULTS.md has the table, which hardly minds any threshold from 0.25 to 0.36.
THRESHOLD = 0.30

# Languages that write titles and offices without capitals, so that a capital tells a name.
CAPITALS_ARE_NAMES = ("fr", "ru")

# Kinds of questions that no document is to answer, and the reason given in a language.
DECLINED = {
    Kind.OPINION: phrases.opinion,
    Kind.PREDICTION: phrases.prediction,
    Kind.ADVICE: phrases.advice,
    Kind.OTHER: phrases.other,
}


def select(
    question: Question, kind: Kind, when: When, candidates: Sequence[Candidate]
) -> Selection:
    """What to quote of `candidates`, best first, if anything."""
    sure = confidence(question, candidates)
    if sure < THRESHOLD:
        return Selection((), sure)
    quoted = roles(candidates) if kind is Kind.PERSON else chosen(kind, when, candidates)
    return Selection(tuple(map(Quote.of, quoted)), sure)


def declined(kind: Kind, question: Question) -> Selection | None:
    """The abstention from a question that no document is to answer; None if one may."""
    reason = DECLINED.get(kind)
    return Selection((), 0.0, reason(question.language)) if reason else None


def compose(
    question: Question,
    found: Found,
    candidates: Sequence[Candidate],
    selection: Selection,
    reprints: Reprints,
) -> Answer:
    """The answer to `question` that quotes `selection`; `found` and `candidates` give the reason
    why there is nothing to quote, `reprints` the other documents of a dispatch."""
    citations = tuple(
        _citation(number, quote, reprints) for number, quote in enumerate(selection.quotes, start=1)
    )
    language = question.language
    abstained = not citations
    return Answer(
        question=question.asked,
        language=language,
        text=phrases.no_answer(language) if abstained else _text(citations, selection),
        short=_short(selection),
        citations=citations,
        confidence=selection.confidence,
        abstained=abstained,
        reason=(selection.reason or _reason(question, found, candidates)) if abstained else None,
        passages=tuple(_retrieved(found)),
        notes=tuple(_notes(citations, language)),
        sections=tuple(_sections(selection)),
    )


def _text(citations: Sequence[Citation], selection: Selection) -> str:
    """The quotes with their numbers: a story a line each, a comparison under its titles."""
    quoted = [f"{citation.quote} [{citation.number}]" for citation in citations]
    if not selection.story:
        return " ".join(quoted)
    lines = []
    for section in _sections(selection):
        lines += [section.title, *(quoted[number - 1] for number in section.numbers), ""]
    return "\n".join(lines or quoted).strip()


def _sections(selection: Selection) -> Iterator[Section]:
    first = 1
    for title, count in selection.groups:
        yield Section(title, tuple(range(first, first + count)))
        first += count


def _notes(citations: Sequence[Citation], language: str) -> Iterator[str]:
    undated = [f"[{citation.number}]" for citation in citations if citation.date is None]
    if undated:
        yield phrases.undated(language, ", ".join(undated))


def _citation(number: int, quote: Quote, reprints: Reprints) -> Citation:
    document, span, short = quote.document, quote.sentence, quote.short
    return Citation(
        number=number,
        source=document.source,
        title=document.title,
        date=document.date,
        language=document.language,
        start=span.start,
        end=span.end,
        quote=quote.text,
        highlight=(short.start, short.end) if short else None,
        agency=document.agency,
        reprints=tuple(
            Reprint(other.source, other.title, other.date, other.agency)
            for other in printing(quote, reprints)
        ),
        page=page_of(document, span.start),
    )


def _short(selection: Selection) -> str | None:
    """The exact answer of the first quote; a story has none."""
    if not selection.quotes or selection.story:
        return None
    first = selection.quotes[0]
    short = first.short
    return first.document.text[short.start : short.end] if short else None


def _reason(question: Question, found: Found, candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return phrases.nothing_admitted(question.language)
    met, missing = _names(question, found, candidates)
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
    held = {meeting.term for candidate in candidates for meeting in candidate.matched}
    met = [term.text for term in found.terms if term.proper and term.text in held]
    missing = [term for term in found.terms if term.proper and term.text not in held]
    # A passage in another language may hold it in translation, or in a spelling that nothing meets.
    if any(hit.passage.document.language != question.language for hit in found.hits):
        missing = [term for term in missing if _nowhere(term, question.language)]
    return met, [term.text for term in missing]


def _nowhere(term: Term, language: str) -> bool:
    """Whether no passage names this in any language: a name of the table, or a word with a capital
    where few but people's names have one."""
    return not term.passages and bool(term.name or language in CAPITALS_ARE_NAMES)


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
