"""From a question to its answer, where meaning, time and several documents meet.

The index is built with a small encoder and read by a script, so that what is tested is what is done
with what was found, not how well a model finds it. What kind a question is of is given.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from wordy import WordEncoder, write

import qa.pipeline
from index import Encoder, Found, Index, Span, build
from index.encoder import Vectors
from index.language import language_of
from index.search import PASSAGES as RETRIEVED
from qa import Answer, phrases
from qa.kinds import Kind
from qa.phrases import LANGUAGES, no_answer
from qa.pipeline import WIDE, Trace, trace
from qa.question import Question
from qa.reader import Candidate, Read
from qa.reader.candidates import PASSAGES, ranked
from qa.reader.evidence import evidence_of

DOSSIERS = Path(__file__).parent / "corpora" / "dossiers"
ENCODER = WordEncoder()
TODAY = datetime.date(2025, 6, 1)
READABLE = {
    "ahead.txt": "date 2026-02\nLe conseil a fixé à 90 le nombre des bourses d’études en mai.",
    "last.txt": "date 2024-11\nLe conseil a fixé à 40 le nombre des bourses d’études en mai.",
    "before.txt": "date 2023-11\nLe conseil a fixé à 25 le nombre des bourses d’études en mai.",
    "same.txt": "date 2022\nEn 2022, le conseil avait fixé à 25 le nombre des bourses d’études.",
    "undated.txt": "Le conseil a fixé à 70 le nombre des bourses d’études, dit un témoin.",
    "looks-back.txt": (
        "date 2025-03\nLe conseil avait fixé à 15 le nombre des bourses d’études le 3 mai 2019."
    ),
    "envoy.txt": "date 2018\nAïda Zanoun, envoyée spéciale au Pérou, a visité le musée de Lima.",
    "minister.txt": "date 2021-05\nAïda Zanoun, ministre de la Culture, a visité le musée de Lima.",
    "again.txt": "date 2023-05\nAïda Zanoun, la ministre de la Culture, a quitté le musée.",
    "brother.txt": "date 2020\nKarim Zanoun, directeur du musée de Lima, a salué les visiteurs.",
    "list.txt": (
        "date 2020-02\nLes parties ont paraphé des textes :\n- un accord de pêche ;\n"
        "- un accord aérien ;\n- un accord sur les visas.\nLa séance fut longue."
    ),
}
GRANTS = "Combien de bourses d'études le conseil a-t-il fixées ?"


@dataclass
class Scripted:
    """A reader that finds these answers, by the sentence that holds each; `asked` is what it was
    asked, `passages` how many passages it was to read."""

    answers: Mapping[str, float]
    asked: list[str] = field(default_factory=list)
    passages: list[int] = field(default_factory=list)

    def read(self, question: Question, found: Found, passages: int = PASSAGES) -> list[Candidate]:
        self.asked.append(question.text)
        self.passages.append(passages)
        return ranked(
            Candidate(hit, sentence, 20.0 + span, Span(*at), evidence, matched, Read(span, span))
            for hit in found.hits[:passages]
            for sentence, evidence, matched in evidence_of(found, hit, None)
            for answer, span in self.answers.items()
            if (at := _within(hit.passage.document.text, sentence, answer))
        )


def _within(text: str, sentence: Span, answer: str) -> tuple[int, int] | None:
    start = text.find(answer, sentence.start, sentence.end)
    return None if start < 0 else (start, start + len(answer))


NONE = Scripted({})
FIGURES = {"90": 9.0, "40": 8.9, "25": 8.8, "70": 9.2, "15": 8.7}


def opened(corpus: Path, folder: Path) -> Index:
    build(corpus, folder / "ix", ENCODER)
    return Index.open(folder / "ix", ENCODER)


@pytest.fixture(scope="module")
def dossiers(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return opened(DOSSIERS, tmp_path_factory.mktemp("dossiers"))


@pytest.fixture(scope="module")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("readable")
    return opened(write(folder / "docs", READABLE), folder)


@dataclass(frozen=True)
class _Given:
    kind: Kind

    def of(self, question: str, language: str, vector: Vectors) -> Kind:
        return self.kind


@dataclass
class Ask:
    """Asks questions of a kind that is given."""

    monkeypatch: pytest.MonkeyPatch

    def __call__(
        self, kind: Kind, question: str, index: Index, reader: Scripted | None = NONE, **more: Any
    ) -> Trace:
        self.monkeypatch.setattr(qa.pipeline, "_kinds", lambda encoder: _Given(kind))
        traced = trace(question, index=index, reader=reader, today=TODAY, **more)
        keeps_its_promises(traced.answer, index)
        return traced


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    return Ask(monkeypatch)


def keeps_its_promises(answer: Answer, index: Index) -> None:
    """What holds of every answer, whatever was asked."""
    documents = {document.source: document for document in index.documents()}
    assert [c.number for c in answer.citations] == [*range(1, len(answer.citations) + 1)]
    for cited in answer.citations:
        document = documents[cited.source]
        assert cited.quote == document.text[cited.start : cited.end]
        assert document.body_start <= cited.start
        assert cited.date == document.date
        assert f"{cited.quote} [{cited.number}]" in answer.text
    assert answer.abstained == (not answer.citations)
    assert (answer.reason is not None) == answer.abstained
    if answer.abstained:
        assert answer.text == no_answer(answer.language)
        assert (answer.short, answer.notes, answer.sections) == (None, (), ())
    undated = {c.number for c in answer.citations if c.date is None}
    assert {int(n) for note in answer.notes for n in re.findall(r"\[(\d+)\]", note)} == undated
    assert bool(answer.notes) == bool(undated)


def cited(answer: Answer, among: slice = slice(None)) -> list[str]:
    """The documents cited, in order, by what their names begin with."""
    sources = [Path(c.source).stem for c in answer.citations[among]]
    return list(dict.fromkeys(re.sub(r"^([a-d]\d\d)_.*", r"\1", source) for source in sources))


# Broad questions: the dossiers hold two pairs in each part


PAIRS = [
    ("fr", "Quelles sont les relations entre la Turquie et le Qatar ?", "a01 a03 a05 a07 a10"),
    ("en", "What happened between Serbia and Turkey?", "a02 a04 a06 a08 a09 a11"),
    ("ru", "Что происходило между Египтом и Казахстаном?", "b01 b03 b05 b09 b08"),
    ("fr", "Que s'est-il passé entre l'Italie et l'Égypte ?", "b02 b04 b06 b07 b10 b11"),
    ("tr", "Fas ile Brezilya arasında neler oldu?", "d01 d02 d03 d04 d05 d06"),
    ("ar", "ما هي العلاقات بين المغرب واليونان؟", "d07 d08 d09 d10 d11"),
]


@pytest.mark.parametrize(("language", "question", "documents"), PAIRS)
def test_a_digest_tells_every_event_of_the_pair_and_no_other_in_order(
    ask: Ask, dossiers: Index, language: str, question: str, documents: str
) -> None:
    answer = ask(Kind.RELATIONS, question, dossiers).answer
    assert answer.language == language
    assert cited(answer) == documents.split()
    dates = [c.date for c in answer.citations if c.date]
    assert [c.date for c in answer.citations][: len(dates)] == dates, "an undated one is not last"
    assert dates == sorted(dates)
    assert max(Counter(c.source for c in answer.citations).values()) <= 2
    quotes = [c.quote for c in answer.citations]
    assert len(set(quotes)) == len(quotes)
    assert answer.text.splitlines() == [f"{c.quote} [{c.number}]" for c in answer.citations]
    assert (answer.short, answer.sections) == (None, ())


def test_a_digest_reads_nothing_and_keeps_no_more_passages_than_an_answer(
    ask: Ask, dossiers: Index
) -> None:
    reader = Scripted({})
    traced = ask(Kind.RELATIONS, PAIRS[0][1], dossiers, reader)
    assert reader.asked == []
    assert 0 < len(traced.answer.passages) <= RETRIEVED < WIDE


def test_a_digest_since_a_year_leaves_out_what_was_before_and_what_has_no_date(
    ask: Ask, dossiers: Index
) -> None:
    answer = ask(
        Kind.RELATIONS, "What happened between Serbia and Turkey since 2023?", dossiers
    ).answer
    assert cited(answer) == ["a06", "a08", "a09"]
    traced = ask(Kind.RELATIONS, "What happened between Serbia and Turkey last year?", dossiers)
    assert cited(traced.answer) == []


def test_filters_hold_for_a_digest(ask: Ask, dossiers: Index) -> None:
    def told(question: str, **filters: Any) -> list[str]:
        return cited(ask(Kind.RELATIONS, question, dossiers, **filters).answer)

    serbia = "What happened between Serbia and Turkey?"
    assert told(serbia, languages=["fr"]) == ["a06", "a09", "a11"]
    assert told(serbia, period=("2022", "2023")) == ["a04", "a06"]
    assert told(f"{serbia[:-1]} since 2023?", period=("2022", "2024")) == ["a06"]
    assert told(f"{serbia[:-1]} since 2022?", period=("2023", "2024")) == ["a06"]
    assert told(f"{serbia[:-1]} since 2024?", period=("2022", "2023")) == []
    assert told(serbia, sources=["a04_serbian_minister_ankara.txt"]) == ["a04"]


def test_a_pair_without_documents_is_read_for_and_nothing_is_invented(
    ask: Ask, dossiers: Index
) -> None:
    reader = Scripted({})
    answer = ask(
        Kind.RELATIONS, "What happened between Serbia and Bhutan?", dossiers, reader
    ).answer
    assert answer.abstained
    assert len(reader.asked) == 1


def test_a_broad_question_that_names_nobody_is_read_for(ask: Ask, readable: Index) -> None:
    reader = Scripted({"90": 9.0})
    answer = ask(Kind.RELATIONS, "Que s'est-il passé avec les bourses ?", readable, reader).answer
    assert cited(answer) == ["ahead"]


@pytest.mark.parametrize(
    "kind", [kind for kind in Kind if kind not in (Kind.RELATIONS, Kind.COMPARISON)]
)
def test_other_kinds_of_questions_have_no_digest(ask: Ask, dossiers: Index, kind: Kind) -> None:
    assert ask(kind, PAIRS[0][1], dossiers).answer.abstained


@pytest.mark.parametrize(
    "parties",
    ["du Qatar et de la Serbie avec la Turquie", "de la Turquie avec le Qatar et la Serbie"],
)
def test_a_comparison_of_three_shares_the_one_that_both_sides_have(
    ask: Ask, dossiers: Index, parties: str
) -> None:
    answer = ask(Kind.COMPARISON, f"Compare les relations {parties}.", dossiers).answer
    (first, qatar), (second, serbia) = [(s.title, s.numbers) for s in answer.sections]
    assert [first, second] == ["Turquie – Qatar", "Turquie – Serbie"]
    assert [*qatar, *serbia] == [c.number for c in answer.citations]
    split = len(qatar)
    assert cited(answer, slice(split)) == PAIRS[0][2].split()
    assert cited(answer, slice(split, None)) == PAIRS[1][2].split()
    lines = answer.text.splitlines()
    assert lines[0] == first
    assert lines[split + 1 : split + 3] == ["", second]


def test_a_comparison_of_which_the_documents_tell_one_side_is_none(
    ask: Ask, dossiers: Index
) -> None:
    asked = "Compare les relations de la Turquie avec le Qatar et le Bhoutan."
    assert ask(Kind.COMPARISON, asked, dossiers).answer.abstained


def test_a_comparison_gives_a_sentence_one_number(ask: Ask, dossiers: Index) -> None:
    answer = ask(Kind.COMPARISON, "Compare la Turquie et le Qatar.", dossiers).answer
    assert len(answer.sections) == 2
    places = [(c.source, c.start) for c in answer.citations]
    assert len(places) == len(set(places))


def test_a_digest_begins_after_the_event_that_the_question_names(ask: Ask, dossiers: Index) -> None:
    asked = "What happened between Serbia and Turkey {} the second round in Ankara?"
    after = ask(Kind.RELATIONS, asked.format("after"), dossiers)
    assert after.when.event is not None
    assert after.when.period is not None
    first, _ = after.when.period
    assert first is not None
    assert after.answer.citations
    assert all(c.date is None or c.date >= first for c in after.answer.citations)
    before = ask(Kind.RELATIONS, asked.format("before"), dossiers).answer
    assert cited(before)[0] == "a02"
    assert not {c.source for c in before.citations} & {"a08", "a09"}


# Time


def test_a_dated_sentence_that_does_not_answer_gives_way_to_one_without_a_date(
    ask: Ask, readable: Index
) -> None:
    reader = Scripted({"40": -11.0, "70": 9.0})
    answer = ask(Kind.FACT, f"{GRANTS[:-2]} en 2024 ?", readable, reader).answer
    assert cited(answer) == ["undated"]


def test_a_period_admits_its_documents_and_the_sentences_that_state_it(
    ask: Ask, readable: Index
) -> None:
    def answered(when: str) -> list[str]:
        asked = f"{GRANTS[:-2]} {when} ?"
        return cited(ask(Kind.FACT, asked, readable, Scripted(FIGURES)).answer)[:1]

    assert answered("en 2024") == ["last"]
    assert answered("en 2023") == ["before"]
    assert answered("en 2019") == ["looks-back"]
    assert answered("l'an dernier") == ["last"]
    assert answered("avant 2023") == ["same"]


def test_today_decides_what_last_year_was(
    ask: Ask, readable: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"{GRANTS[:-2]} l'an dernier ?"
    monkeypatch.setattr("test_qa_understanding.TODAY", datetime.date(2024, 1, 1))
    answer = ask(Kind.FACT, asked, readable, Scripted(FIGURES)).answer
    assert cited(answer)[0] == "before"


def test_the_undated_answers_where_no_dated_document_does_and_the_note_says_so(
    ask: Ask, readable: Index
) -> None:
    asked = f"{GRANTS[:-2]} en 2011 ?"
    answer = ask(Kind.FACT, asked, readable, Scripted(FIGURES)).answer
    assert cited(answer) == ["undated"]
    assert answer.notes == ("Sans date : [1]",)
    answer = ask(Kind.FACT, f"{GRANTS[:-2]} en 2024 ?", readable, Scripted(FIGURES)).answer
    assert cited(answer) == ["last"]
    assert answer.citations[0].date == "2024-11"
    assert not answer.notes


def test_without_a_document_of_the_time_there_is_no_answer(ask: Ask, readable: Index) -> None:
    dated = {name: span for name, span in FIGURES.items() if name != "70"}
    asked = f"{GRANTS[:-2]} en 2011 ?"
    assert ask(Kind.FACT, asked, readable, Scripted(dated)).answer.abstained


def test_filters_hold_for_a_question_about_a_time(ask: Ask, readable: Index) -> None:
    def answered(asked: str, **filters: Any) -> list[str]:
        return cited(ask(Kind.FACT, asked, readable, Scripted(FIGURES), **filters).answer)

    assert answered(f"{GRANTS[:-2]} en 2024 ?", sources=["before.txt", "undated.txt"]) == [
        "undated"
    ]
    assert answered(f"{GRANTS[:-2]} en 2024 ?", period="2023") == []
    assert answered(f"{GRANTS[:-2]} en 2019 ?", period="2025") == ["looks-back"]
    assert answered(f"{GRANTS[:-2]} avant 2024 ?", period=(None, "2022")) == ["same"]


def test_the_passages_are_not_asked_about_the_time(ask: Ask, readable: Index) -> None:
    reader = Scripted(FIGURES)
    traced = ask(Kind.FACT, f"{GRANTS[:-2]} en 2024 ?", readable, reader)
    assert reader.asked == [GRANTS]
    assert traced.answer.question == traced.question.text == f"{GRANTS[:-2]} en 2024 ?"


@pytest.mark.parametrize(
    ("asked", "document"),
    [
        ("What is the latest number of bourses d'études du conseil?", "ahead"),
        ("Quel est le dernier nombre de bourses d'études du conseil ?", "ahead"),
    ],
)
def test_the_latest_is_that_of_the_newest_document(
    ask: Ask, readable: Index, asked: str, document: str
) -> None:
    figures = {**FIGURES, "40": 10.0}
    traced = ask(Kind.FACT, asked, readable, Scripted(figures))
    assert traced.when.order is not None, "the order is not read"
    assert cited(traced.answer) == [document]


@pytest.mark.parametrize(
    ("asked", "left", "gone"),
    [
        ("avant", {"minister", "brother"}, {"last", "ahead"}),
        ("après", {"last", "ahead"}, {"minister", "brother"}),
    ],
)
def test_what_lies_on_the_other_side_of_an_event_does_not_answer(
    ask: Ask, readable: Index, asked: str, left: set[str], gone: set[str]
) -> None:
    event = "la nomination de la ministre de la Culture qui a quitté le musée"
    traced = ask(Kind.LIST, f"Quels événements {asked} {event} ?", readable, Scripted(FIGURES))
    assert traced.when.event is not None, "the event is not read"
    found = {Path(passage.source).stem for passage in traced.answer.passages}
    assert found >= left
    assert not found & gone


# Several answers


def test_a_figure_that_changed_is_cited_before_and_after_oldest_first(
    ask: Ask, readable: Index
) -> None:
    only = {"sources": ["ahead.txt", "before.txt"]}
    answer = ask(Kind.FACT, GRANTS, readable, Scripted({"90": 11.0, "25": 8.0}), **only).answer
    assert cited(answer) == ["before", "ahead"]
    assert [
        c.quote[slice(*(at - c.start for at in c.highlight or ()))] for c in answer.citations
    ] == ["25", "90"]


def test_the_same_figure_is_cited_once(ask: Ask, readable: Index) -> None:
    only = {"sources": ["same.txt", "before.txt"]}
    reader = Scripted({"25 le nombre des bourses d’études en": 11.0, "avait fixé à 25": 8.5})
    assert cited(ask(Kind.FACT, GRANTS, readable, reader, **only).answer) == ["before"]


def test_a_list_is_cited_whole_in_the_order_of_its_document(ask: Ask, readable: Index) -> None:
    reader = Scripted({"un accord sur les visas": 9.0, "un accord de pêche": 8.5, "aérien": -5.0})
    asked = "Quels accords les parties ont-elles paraphés ?"
    answer = ask(Kind.LIST, asked, readable, reader).answer
    marks = ["un accord de pêche", "un accord aérien", "un accord sur les visas"]
    places = [answer.text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_what_is_answered_from_many_passages_reads_more_of_them(ask: Ask, readable: Index) -> None:
    reader = Scripted({})
    few = ask(Kind.FACT, GRANTS, readable, reader)
    for kind, asked in (
        (Kind.LIST, GRANTS),
        (Kind.PERSON, "Qui est Aïda Zanoun ?"),
        (Kind.FACT, "Quel est le dernier nombre de bourses d'études du conseil ?"),
    ):
        many = ask(kind, asked, readable, reader)
        assert len(many.found.hits) > len(few.found.hits)
    assert min(reader.passages[1:]) > reader.passages[0]


# Who somebody is


def test_who_somebody_is_gives_each_office_once_by_date(ask: Ask, readable: Index) -> None:
    offices = {
        "la ministre de la Culture": 9.0,
        "ministre de la Culture": 9.0,
        "envoyée spéciale au Pérou": 8.0,
        "directeur du musée de Lima": 8.9,
    }
    answer = ask(Kind.PERSON, "Qui est Aïda Zanoun ?", readable, Scripted(offices)).answer
    assert cited(answer) == ["envoy", "minister"]
    assert [c.date for c in answer.citations] == ["2018", "2021-05"]


def test_who_nobody_knows_is_not_answered(ask: Ask, readable: Index) -> None:
    assert ask(Kind.PERSON, "Qui est Aïda Zanoun ?", readable, NONE).answer.abstained


# Questions that no document is to answer


ASKED = {
    "fr": "Que pensez-vous des relations entre la Turquie et le Qatar depuis cette visite ?",
    "en": "What do you think of the relations between Turkey and Qatar after this?",
    "ar": "ما رأيك في العلاقات بين تركيا وقطر بعد هذه الزيارة؟",
    "ru": "Что вы думаете об отношениях между Турцией и Катаром?",
    "az": "Türkiyə ilə Qətər arasındakı münasibətlər haqqında nə düşünürsünüz?",
    "tr": "Türkiye ile Katar arasındaki ilişkiler hakkında ne düşünüyorsunuz?",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_that_is_declined_has_its_reason_in_the_language_of_the_question(
    ask: Ask, dossiers: Index, language: str
) -> None:
    reader = Scripted({})
    for kind in (Kind.OPINION, Kind.PREDICTION, Kind.ADVICE, Kind.OTHER):
        answer = ask(kind, ASKED[language], dossiers, reader).answer
        assert answer.abstained
        assert answer.language == language_of(answer.reason or "") == language
        assert answer.reason == getattr(phrases, kind.value)(language)
        assert (answer.citations, answer.confidence) == ((), 0.0)
        assert answer.passages
    assert reader.asked == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_kinds_are_declined_for_the_same_reason(language: str) -> None:
    reasons = (phrases.opinion, phrases.prediction, phrases.advice, phrases.other)
    assert len({reason(language) for reason in reasons}) == len(reasons)


# With the models that ship


@pytest.fixture(scope="module")
def read_by_models(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("models")
    build(write(folder / "docs", READABLE), folder / "ix", encoder)
    return Index.open(folder / "ix", encoder)


def test_the_models_find_each_office_of_a_person(ask: Ask, read_by_models: Index) -> None:
    answer = ask(Kind.PERSON, "Qui est Aïda Zanoun ?", read_by_models, None).answer
    assert cited(answer) == ["envoy", "minister"]


def test_the_models_answer_by_the_undated_where_nothing_is_of_the_time(
    ask: Ask, read_by_models: Index
) -> None:
    answer = ask(Kind.FACT, f"{GRANTS[:-2]} en 2011 ?", read_by_models, None).answer
    assert cited(answer) == ["undated"]
    assert answer.short == "70"
    assert answer.notes
