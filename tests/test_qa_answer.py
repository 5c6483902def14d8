"""The promises of `answer()`, on the documents that ship and on ones made to break them."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from naming import named

from index import Encoder, EntenteError, Index, build
from index.language import language_of
from index.places import SEEDS
from qa import Answer, Citation, QuestionError, answer, trace
from qa.phrases import LANGUAGES, no_answer

CORPUS = Path(__file__).parent / "corpora" / "communiques"
QUESTIONS = [
    json.loads(line) for line in (CORPUS.parent / "questions.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def seeds(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    into = tmp_path_factory.mktemp("seeds") / "index"
    build(SEEDS, into, encoder)
    return Index.open(into, encoder)


@pytest.fixture(scope="module")
def communiques(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    into = tmp_path_factory.mktemp("communiques") / "index"
    build(CORPUS, into, encoder)
    return Index.open(into, encoder)


def indexed(folder: Path, encoder: Encoder, **texts: str) -> Index:
    """An index of documents written into `folder`, named after the keywords."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in texts.items():
        (corpus / f"{name}.txt").write_bytes(text.encode("utf-8"))
    build(corpus, folder / "index", encoder)
    return Index.open(folder / "index", encoder)


def test_the_contract_has_the_fields_of_the_design() -> None:
    assert [f.name for f in dataclasses.fields(Answer)] == [
        "question", "language", "text", "short", "citations",
        "confidence", "abstained", "reason", "passages", "notes", "sections",
    ]  # fmt: skip
    assert [f.name for f in dataclasses.fields(Citation)] == [
        "number", "source", "title", "date", "language", "start", "end", "quote", "highlight",
        "agency", "reprints", "page",
    ]  # fmt: skip


def test_results_are_frozen(seeds: Index) -> None:
    a = answer("Qui est Ilham Aliyev ?", index=seeds)
    with pytest.raises(dataclasses.FrozenInstanceError):
        a.text = "something else"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        a.citations[0].quote = "something else"  # type: ignore[misc]


@pytest.mark.parametrize("row", QUESTIONS[::4], ids=lambda row: row["id"])
def test_an_answer_keeps_its_promises(row: dict[str, str], communiques: Index) -> None:
    a = answer(row["question"], index=communiques)
    assert a.question == row["question"]
    assert 0.0 <= a.confidence <= 1.0
    for number, citation in enumerate(a.citations, start=1):
        text = (CORPUS / citation.source).read_bytes().decode("utf-8")
        assert citation.quote == text[citation.start : citation.end]
        assert citation.number == number
        assert citation.date is None or re.fullmatch(r"\d{4}(-\d\d){0,2}", citation.date)
    if a.abstained:
        assert not a.citations
        assert a.reason
        assert a.short is None
        assert a.text == no_answer(a.language)
    else:
        assert a.citations
        assert a.reason is None
        assert a.text == " ".join(f"{c.quote} [{c.number}]" for c in a.citations)
    assert a.passages


@pytest.mark.parametrize("source", sorted(p.name for p in SEEDS.iterdir()))
def test_nothing_before_the_body_is_ever_a_candidate(source: str, seeds: Index) -> None:
    document = seeds.document(source)
    assert document is not None
    traced = trace("date AZERTAC Bakou avril April", index=seeds, sources=[source])
    assert traced.candidates
    assert min(c.sentence.start for c in traced.candidates) >= document.body_start


def test_the_typo_of_a_seed_is_quoted_as_it_stands(seeds: Index) -> None:
    a = answer("Qui a exprimé sa volonté d'effectuer une visite en Algérie ?", index=seeds)
    assert "avec le prés ident Abdelmadjid Tebboune" in a.citations[0].quote


QUESTIONS_OF_SEEDS = {
    "fr": "Où s'est déroulée la quatrième session des consultations politiques algéro-russes ?",
    "en": "Who led the second round of political consultations between Azerbaijan and Algeria?",
    "ru": "Кто такой Михаил Богданов?",
    "ar": "من ترأس الدورة الرابعة من المشاورات السياسية مع ميخائيل بوغدانوف؟",
    "az": "Əlcəzair-Rusiya siyasi məsləhətləşmələrinin dördüncü sessiyası harada keçirildi?",
    "tr": "Cezayir ile Rusya arasındaki siyasi istişarelerin dördüncü oturumu nerede yapıldı?",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_in_six_languages_find_their_document(language: str, seeds: Index) -> None:
    a = answer(QUESTIONS_OF_SEEDS[language], index=seeds)
    assert a.language == language
    assert not a.abstained
    expected = "004" if language == "en" else "002"
    assert a.citations[0].source.startswith(expected)


FAR_AWAY = {
    "fr": "Quelle est la recette de la tarte aux pommes ?",
    "en": "What is the boiling point of tungsten?",
    "ru": "Сколько ног у паука?",
    "ar": "كم عدد أرجل العنكبوت؟",
    "az": "Hörümçəyin neçə ayağı var?",
    "tr": "Bir örümceğin kaç bacağı vardır?",
}


SAID = {
    "fr": "Les documents ne répondent pas à cette question.",
    "en": "The documents do not answer this question.",
    "ru": "В документах нет ответа на этот вопрос.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
    "az": "Sənədlər bu suala cavab vermir.",
    "tr": "Belgeler bu soruyu yanıtlamıyor.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_abstention_is_said_in_the_language_of_the_question(language: str, seeds: Index) -> None:
    a = answer(FAR_AWAY[language], index=seeds)
    assert a.abstained
    assert a.language == language
    assert a.text == SAID[language]
    assert language_of(a.reason or "") == language
    assert a.citations == ()
    assert a.passages


def test_abstention_in_any_other_language_is_in_english(seeds: Index) -> None:
    a = answer("¿Cuántas patas tiene una araña según los biólogos españoles?", index=seeds)
    assert (a.abstained, a.language, a.text) == (True, "es", SAID["en"])


def test_a_name_that_no_document_holds_is_the_reason(tmp_path: Path, encoder: Encoder) -> None:
    index = indexed(tmp_path, encoder, one="The minister arrived in Lima. He met the president.")
    a = answer("What colour is the bicycle of Zoltan Kovacs?", index=index)
    assert a.abstained
    assert a.reason == "the documents found do not mention: Zoltan, Kovacs"


@pytest.mark.parametrize("question", ["What is the price of gold?", "How many live in Lima?"])
def test_the_only_sentence_there_is_does_not_answer_everything(
    question: str, tmp_path: Path, encoder: Encoder
) -> None:
    index = indexed(tmp_path, encoder, one="Hello.")
    assert answer(question, index=index).abstained


def test_repeated_sentences_keep_their_own_places(tmp_path: Path, encoder: Encoder) -> None:
    said = "Le ministre Duarte Valadares a reçu son homologue à Lisbonne 🙂."
    other = "Les entretiens ont porté sur la pêche et sur l’énergie."
    text = f"{said} {other} {said}\r\n\r\n{other} {said}"
    index = indexed(tmp_path, encoder, one=text)
    traced = trace("Qui a reçu son homologue à Lisbonne ?", index=index)
    places = sorted(
        c.sentence.start
        for c in traced.candidates
        if text[c.sentence.start : c.sentence.end] == said
    )
    assert places == [i for i in range(len(text)) if text.startswith(said, i)]
    assert traced.answer.citations[0].start in places


@pytest.mark.parametrize(
    "sentence",
    [
        "𝒜𝒷𝒸 the minister Ana Sousa signed the accord in Maputo 🇲🇿👩‍👩‍👧 yesterday.",
        "وقّع الوزير سعيد العلوي الاتفاقية في مابوتو يوم الخميس.",
        "<img src=x onerror=alert(1)> Minister Ana Sousa signed *the* accord in Maputo.",
        "Cafe\u0301 Sousa: minister Ana Sousa signed the accord\u200b in Maputo.",
    ],
    ids=["astral", "arabic", "markup", "combining"],
)
def test_quotes_are_exact_whatever_the_characters(
    sentence: str, tmp_path: Path, encoder: Encoder
) -> None:
    text = f"\ufeff🙂 First words here.\r\n\r\n{sentence}\rThe end came soon after that."
    index = indexed(tmp_path, encoder, one=text)
    traced = trace("Who signed the accord in Maputo?", index=index)
    document = index.document("one.txt")
    assert document is not None
    quotes = [document.text[c.sentence.start : c.sentence.end] for c in traced.candidates]
    assert sentence in quotes
    for c in traced.answer.citations:
        assert c.quote == document.text[c.start : c.end]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("?!…", "empty"),
        ("x" * 20_000, "20,000 characters"),
        (None, "NoneType"),
    ],
    ids=["nothing", "blank", "marks", "too long", "no text"],
)
def test_what_is_no_question_is_an_error(question: str, words: str, seeds: Index) -> None:
    with pytest.raises(QuestionError, match=words) as raised:
        answer(question, index=seeds)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, EntenteError)


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        ({"period": "2025"}, {"004"}),
        ({"period": "2022-08"}, {"001"}),
        ({"period": ("2022", "2023-06")}, {"001", "003"}),
        ({"period": (None, "2022-12-31")}, {"001"}),
        ({"languages": ["en"]}, {"004"}),
        ({"languages": ("EN",)}, {"004"}),
        ({"languages": ["fr"], "period": ("2023", None)}, {"003"}),
    ],
    ids=named,
)
def test_filters_admit_only_their_documents(
    filters: dict[str, object], sources: set[str], seeds: Index
) -> None:
    a = answer("Qui est le ministre des Affaires étrangères ?", index=seeds, **filters)  # type: ignore[arg-type]
    assert {p.source[:3] for p in a.passages} == sources


def test_a_filter_that_admits_nothing_is_an_abstention_with_its_reason(seeds: Index) -> None:
    a = answer("Who led the consultations?", index=seeds, period="1999")
    assert (a.abstained, a.confidence, a.passages) == (True, 0.0, ())
    assert a.reason == "no document passes the filters"


@pytest.mark.parametrize(
    "filters",
    [
        {"period": "last year"},
        {"period": ("2024", "2023")},
        {"period": "2023-02-30"},
        {"period": ("2023",)},
        {"period": ""},
        {"period": (None, None)},
        {"sources": "004_6d47f89584a386a7.txt"},
        {"languages": "fr"},
        {"languages": [5]},
        {"sources": 5},
    ],
    ids=str,
)
def test_filters_that_make_no_sense_are_errors(filters: dict[str, object], seeds: Index) -> None:
    with pytest.raises(QuestionError):
        answer("Who led the consultations?", index=seeds, **filters)  # type: ignore[arg-type]


def test_a_follow_up_is_read_with_the_question_before_it(seeds: Index) -> None:
    first = "Qui est Lounes Magramane ?"
    assert trace("Et Bogdanov ?", index=seeds, history=[first]).question.text == (
        "Qui est Bogdanov ?"
    )
    by_answer = trace("Et Bogdanov ?", index=seeds, history=[answer(first, index=seeds)])
    assert by_answer.question.text == "Qui est Bogdanov ?"
    assert by_answer.answer.question == "Et Bogdanov ?"


def test_a_question_of_its_own_leaves_the_history_alone(seeds: Index) -> None:
    question = "What was Rafiyev told about at the National Museum of Moudjahid?"
    alone = answer(question, index=seeds)
    assert answer(question, index=seeds, history=["Qui est Lounes Magramane ?"]) == alone


def test_an_answer_is_ready_for_json(seeds: Index) -> None:
    a = answer("Qui est Ilham Aliyev ?", index=seeds)
    loaded = json.loads(json.dumps(a.to_dict(), ensure_ascii=False))
    assert loaded["citations"][0]["quote"] == a.citations[0].quote
    assert set(loaded) == {f.name for f in dataclasses.fields(Answer)}
