"""From candidates to an answer: which are quoted, in what order, and when none is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index import Document, Found, Hit, Met, Passage, Span, Term
from index.terms import How
from qa.choosing import MAX_CITATIONS, TIE
from qa.compose import THRESHOLD, compose, select
from qa.confidence import FAR, LEAD, READ, SETTLED, UNREAD, Calibration, Signs, confidence, signs_of
from qa.kinds import Kind
from qa.question import Question
from qa.reader import Candidate, Evidence, Read
from qa.times import When
from qa.types import Answer, Reprint

QUESTION = Question("Qui ?", "Qui ?", "fr")
VECTOR = np.zeros(4, np.float32)


def met(word: str) -> Met:
    return Met(word, word, How.WORD)


def candidate(
    source: str,
    score: float,
    *,
    start: int = 0,
    sure: bool = True,
    short: Span | None = None,
    read: Read | None = None,
) -> Candidate:
    text = "Une phrase. Une phrase. La fin."
    document = Document(source, text, "Titre", "fr", "2025-04", None, 0)
    spans = (Span(0, 11), Span(12, 23), Span(24, 31))
    hit = Hit(
        Passage(document, 0, 31, spans, "fr"), 0.1, 0.9, 0.8, None, np.zeros((3, 4), np.float32)
    )
    cosine = 0.95 if sure else 0.5
    evidence = Evidence(cosine, 0.1, 0.1, 1.0 if sure else 0.0, 0.5, 0.25, 1.0)
    span = next(s for s in spans if s.start == start)
    return Candidate(hit, span, score, short, evidence, (met("phrase"),), read)


def found(*candidates: Candidate) -> Found:
    return Found(VECTOR, "fr", (), tuple(c.hit for c in candidates))


def composed(question: Question, found: Found, candidates: Sequence[Candidate]) -> Answer:
    selection = select(question, Kind.FACT, When(), candidates)
    return compose(question, found, candidates, selection, lambda source: ())


def test_the_best_candidate_is_quoted_at_its_own_place() -> None:
    candidates = [candidate("a", 9.0, start=12), candidate("a", 5.0)]
    a = composed(QUESTION, found(*candidates), candidates)
    (citation,) = a.citations
    assert (citation.start, citation.end, citation.quote) == (12, 23, "Une phrase.")
    assert a.text == "Une phrase. [1]"
    assert (citation.source, citation.title, citation.date) == ("a", "Titre", "2025-04")
    assert a.short is None
    assert citation.highlight is None


def test_the_page_is_that_of_the_first_character_of_the_quote() -> None:
    one = candidate("a", 9.0, start=12)
    paged = replace(one.hit.passage.document, pages=(0, 12, 13))
    passage = replace(one.hit.passage, document=paged)
    cited = replace(one, hit=replace(one.hit, passage=passage))
    (with_pages,) = composed(QUESTION, found(cited), [cited]).citations
    (without,) = composed(QUESTION, found(one), [one]).citations
    assert (with_pages.page, without.page) == (2, None)


def test_a_citation_lists_the_reprints_that_hold_its_words_in_their_order() -> None:
    def reprint(source: str, text: str) -> Document:
        return Document(source, text, f"Titre {source}", "fr", "2025-05", "APS", 0)

    of_a = (
        reprint("z", "UNE\nPHRASE ! Et d’autres."),
        reprint("y", "Une autre phrase."),
        reprint("b", "Alger, hier. « Une phrase »."),
    )
    one = candidate("a", 9.0)
    selection = select(QUESTION, Kind.FACT, When(), [one])
    answer = compose(
        QUESTION, found(one), [one], selection, lambda source: of_a if source == "a" else ()
    )
    (citation,) = answer.citations
    assert citation.reprints == (
        Reprint("z", "Titre z", "2025-05", "APS"),
        Reprint("b", "Titre b", "2025-05", "APS"),
    )
    assert answer.to_dict()["citations"][0]["reprints"][0] == {
        "source": "z", "title": "Titre z", "date": "2025-05", "agency": "APS"
    }  # fmt: skip


def test_a_span_within_the_sentence_is_the_short_answer() -> None:
    candidates = [candidate("a", 9.0, short=Span(4, 10))]
    a = composed(QUESTION, found(*candidates), candidates)
    assert a.short == "phrase"
    assert a.citations[0].highlight == (4, 10)


def test_a_tie_with_another_document_is_cited_too_and_numbered_in_order() -> None:
    candidates = [
        candidate("a", 9.0),
        candidate("a", 9.0 - TIE / 2, start=12),
        candidate("b", 9.0 - TIE / 2, start=24),
        candidate("c", 9.0 - 2 * TIE),
    ]
    a = composed(QUESTION, found(*candidates), candidates)
    assert [(c.number, c.source, c.start) for c in a.citations] == [(1, "a", 0), (2, "b", 24)]
    assert a.text == "Une phrase. [1] La fin. [2]"


def test_no_more_is_cited_than_the_limit() -> None:
    candidates = [candidate(name, 9.0) for name in "abcdef"]
    assert len(composed(QUESTION, found(*candidates), candidates).citations) == MAX_CITATIONS


def test_below_the_threshold_nothing_is_cited() -> None:
    candidates = [candidate("a", 9.0, sure=False), candidate("b", 8.9, sure=False)]
    a = composed(QUESTION, found(*candidates), candidates)
    assert a.confidence < THRESHOLD
    assert (a.abstained, a.citations, a.short) == (True, (), None)
    assert a.passages


def test_what_the_reader_holds_for_no_answer_is_not_cited_beside_one() -> None:
    candidates = [
        candidate("a", 9.0, read=Read(8.0, 8.0)),
        candidate("b", 9.0 - TIE / 2, read=Read(-0.1, 8.0)),
        candidate("c", 9.0 - TIE / 2, read=Read(0.1, 8.0)),
    ]
    cited = composed(QUESTION, found(*candidates), candidates).citations
    assert [c.source for c in cited] == ["a", "c"]


@pytest.mark.parametrize(("read", "calibration"), [(None, UNREAD), (Read(6.0, -3.0), READ)])
def test_confidence_is_the_logistic_of_its_signs(
    read: Read | None, calibration: Calibration
) -> None:
    pair = [candidate("a", 9.0, read=read), candidate("b", 8.0, read=read)]
    signs = signs_of(QUESTION, pair)
    span, answerable = (6 / FAR, -3 / FAR) if read else (0.0, 0.0)
    assert signs == Signs(span, answerable, 0.95, 1.0, 0.5, 0.25, 1 / LEAD, 0.0)
    weights = calibration.weights
    odds = (
        calibration.bias
        + span * weights.span
        + answerable * weights.answerable
        + 0.95 * weights.sentence
        + weights.words
        + 0.5 * weights.context
        + 0.25 * weights.names
        + weights.lead / LEAD
    )
    assert confidence(QUESTION, pair) == pytest.approx(1 / (1 + np.exp(-odds)))
    assert confidence(QUESTION, []) == 0.0


def test_a_likelier_span_is_a_greater_confidence_up_to_a_bound() -> None:
    def sure(span: float) -> float:
        return confidence(QUESTION, [candidate("a", 9.0, read=Read(span, 0.0))])

    assert sure(-4.0) < sure(0.0) < sure(4.0)
    assert sure(FAR) == sure(2 * FAR)


def test_one_alone_leads_only_when_it_was_read() -> None:
    assert signs_of(QUESTION, [candidate("a", 9.0)]).lead == 0.0
    assert signs_of(QUESTION, [candidate("a", 9.0, read=Read(1.0, 1.0))]).lead == 1.0


def test_a_greater_lead_is_a_greater_confidence() -> None:
    near = [candidate("a", 9.0), candidate("b", 8.9)]
    far = [candidate("a", 9.0), candidate("b", 5.0)]
    assert confidence(QUESTION, far) > confidence(QUESTION, near)


def test_what_asks_yes_or_no_has_a_confidence_of_its_own() -> None:
    pair = [candidate("a", 9.0, read=Read(-3.0, -1.0)), candidate("b", 8.0, read=Read(-5.0, -1.0))]
    whether = Question("A-t-il signé ?", "A-t-il signé ?", "fr")
    assert confidence(whether, pair) == SETTLED.probability(signs_of(whether, pair))
    assert confidence(QUESTION, pair) == READ.probability(signs_of(QUESTION, pair))


def reason(question: str, language: str, *terms: Term, held: str = "") -> str | None:
    """The reason why nothing answers, over a French passage that holds `held` of the terms."""
    best = replace(candidate("a", 1.0, sure=False), matched=(met(held),))
    asked = Question(question, question, language)
    return composed(asked, Found(VECTOR, language, terms, (best.hit,)), [best]).reason


KOVACS = Term("Kovacs", "kovacs", ("KUFAKS",), 3.0, proper=True)
PHRASE = Term("Phrase", "phras", (), 1.0, proper=True)
SPAIN = Term("Spain", "", (), 3.0, proper=True, name="countryes")


def test_a_name_that_no_passage_holds_is_the_reason() -> None:
    assert reason("Où est Kovacs ?", "fr", KOVACS) == (
        "les documents trouvés ne mentionnent pas : Kovacs"
    )
    assert reason("Où est Kovacs ?", "fr", KOVACS, PHRASE, held="Phrase") == (
        "les documents trouvés mentionnent Phrase, mais pas : Kovacs"
    )
    assert reason("Où est Kovacs ?", "fr", PHRASE, held="Phrase") == (
        "les documents mentionnent Phrase, mais aucune phrase lue ne répond à la question"
    )


def test_a_word_without_a_capital_is_not_called_missing() -> None:
    assert reason("Où ?", "fr", replace(KOVACS, proper=False)) == (
        "aucune phrase des documents n’y répond avec assez de certitude"
    )


def test_in_another_language_only_what_can_be_no_translation_is_called_missing() -> None:
    unsure = "no sentence in the documents answers it with enough certainty"
    assert reason("Where is Kovacs?", "en", KOVACS) == unsure  # «Declaration» has a capital, too
    assert reason("Where is Spain?", "en", SPAIN) == "the documents found do not mention: Spain"
    assert reason("Где Ковач?", "ru", KOVACS) == "в найденных документах не упоминается: Kovacs"
    # It stands in some other passage, which was not read.
    assert reason("Where is Spain?", "en", replace(SPAIN, passages=1)) == unsure
