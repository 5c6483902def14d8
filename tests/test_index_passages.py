"""Sentences and passages are offsets, whatever the text: checked on texts made at random."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import itertools

import pytest
import sentencex
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index import passages as module
from index.documents import Document, parse
from index.files import SourceFile, read_folder
from index.passages import (
    MAX_SENTENCE_CHARACTERS,
    PASSAGE_WORDS,
    Passage,
    Span,
    opening_of,
    passages_of,
    sentences_of,
)
from index.places import SEEDS

PIECES = [
    "Le ministre a reçu M. Abdelmadjid Tebboune à Alger.", "Ils ont signé deux accords.", "Oui.",
    "« Nous sommes d'accord », a-t-il dit.", "The U.N. met on Monday.", "🇩🇿 🙂 Vive l'amitié !",
    "e\u0301tranger, cafe\u0301.", "استقبل الوزير نظيره؟ نعم.", "\u200fقال الوزير: «لا».",
    "Министр г. Баку принял посла.", "Nazir Bakıda görüşdü.", "部长会见了大使。双方签署协议。",
    "Un titre court", "\u200b", "\ufeff", "mot " * 300, "x" * 1_500, "a, " * 500, "...", "—", "&*",
]  # fmt: skip
BREAKS = [" ", "\n", "\n\n", "\r\n", "\r", "\t", "  ", "\u2028", "\x85", "", "\n \n", "\f"]
TEXTS = st.lists(
    st.tuples(st.sampled_from(PIECES) | st.text(max_size=30), st.sampled_from(BREAKS)),
    min_size=1,
    max_size=25,
).map(lambda parts: "".join(piece + gap for piece, gap in parts))


@settings(max_examples=150, deadline=None)
@given(TEXTS.filter(lambda text: any(c.isalnum() for c in text)))
def test_offsets_hold_for_any_text(text: str) -> None:
    document = parse("a.txt", text)
    check(document)


def check(document: Document) -> None:
    text, sentences, passages = document.text, sentences_of(document), passages_of(document)
    at = document.body_start
    for span in sentences:
        assert at <= span.start < span.end <= len(text)
        quote = text[span.start : span.end]
        assert quote == quote.strip()
        assert any(character.isalnum() for character in quote)
        assert len(quote) <= MAX_SENTENCE_CHARACTERS
        at = span.end
    for passage in passages:
        assert (passage.start, passage.end) == (
            passage.sentences[0].start,
            passage.sentences[-1].end,
        )
        assert passage.text == text[passage.start : passage.end]
    for before, after in itertools.pairwise(passages):
        repeated = after.sentences[0] == before.sentences[-1]
        assert repeated or words(document, before.sentences[-1]) >= PASSAGE_WORDS
        assert before.sentences[-1].end <= after.sentences[repeated].start
    in_passages = [span for passage in passages for span in passage.sentences]
    assert sorted(set(in_passages), key=lambda span: span.start) == sentences
    if any(character.isalnum() for character in text[document.body_start :]):
        assert sentences


def words(document: Document, span: Span) -> int:
    return len(document.text[span.start : span.end].split())


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(["fr", "en", "ar", "ru", "az", "tr", "zh", "und"]))
def test_sentencex_counts_code_points(text: str, language: str) -> None:
    for boundary in sentencex.get_sentence_boundaries(language, text):
        assert text[boundary["start_index"] : boundary["end_index"]] == boundary["text"]


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(1, 60))
def test_the_splitter_of_long_sentences_loses_nothing(text: str, size: int) -> None:
    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "; ", ", ", " "],
        chunk_size=size,
        chunk_overlap=0,
        keep_separator="end",
        strip_whitespace=False,
    )
    assert "".join(splitter.split_text(text)) == text


def test_a_text_that_repeats_itself_keeps_every_place_apart() -> None:
    text = "Les deux parties se sont félicitées. " * 200
    document = parse("a.txt", text)
    assert [span.start for span in sentences_of(document)] == [37 * n for n in range(200)]
    check(document)


def test_more_sentences_than_code_points_are_cut_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SENTENCES_AT_ONCE", 7)
    check(parse("a.txt", "Les deux parties se sont félicitées. " * 50))


def test_a_long_paragraph_is_cut_as_if_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Le ministre a reçu M. Abdelmadjid Tebboune à Alger. Ils ont signé deux accords. " * 100
    document = parse("a.txt", text)
    monkeypatch.setattr(module, "WINDOW_CHARACTERS", 10 * len(text))
    at_once = sentences_of(document)
    monkeypatch.setattr(module, "WINDOW_CHARACTERS", 10)
    assert sentences_of(document) == at_once
    assert len(at_once) == 200


@pytest.mark.parametrize(
    "text",
    ["mot " * 250_000, "x" * 1_000_000, "Le ministre a dit oui. " * 40_000, "a" + " " * 1_000_000 + "b.",
     "titre court\n" * 80_000, "كلمة " * 200_000],
    ids=["words", "letter", "sentences", "blanks", "headings", "arabic"],
)  # fmt: skip
def test_a_million_characters_are_cut(text: str) -> None:
    check(parse("a.txt", text))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Un titre\n\nLe ministre est venu.\nUn autre titre\nIl est parti.\n", 2),
        ("Un titre\n\nUn autre titre\n\nEt un troisième\n", 2),  # the first is the document's own
        ("M. Lamamra a vu M. Aliyev et Mme. Dupont. Il a signé. L'accord lie J.-P. Martin.", 3),
        ("MM. Attaf et Bayramov ont reçu S.E. M. Rafiyev et le Pr. Ali. Ils ont signé.", 2),
        ("Minister met Dr. J. Smith and Prof. Brown in Baku. They signed.", 2),
        ("Министр принял проф. И. И. Иванова в Москве. Они подписали соглашение.", 2),
        ("Le ministre a reçu\nson homologue\nà Alger. Il a signé\nun accord.", 2),
        ("Un seul mot", 1),
        ("Le ministre est venu.\n--\n***\n", 1),
    ],
)
def test_what_may_be_quoted(text: str, sentences: int) -> None:
    document = parse("a.txt", text)
    assert len(sentences_of(document)) == sentences
    check(document)


FRENCH = (
    "Le ministre a présenté aux députés le bilan de l'année et les projets de la suivante. "
    "Il a répondu à leurs questions pendant trois heures, avant de se rendre à l'aéroport. "
)
OTHERS = {
    "en": "The minister presented the results of the year and the plans for the next one. "
    "He answered the questions of the deputies for three hours before he left the parliament. ",
    "ar": "عرض الوزير على النواب حصيلة السنة ومشاريع السنة القادمة. "
    "وأجاب عن أسئلتهم لمدة ثلاث ساعات قبل أن يتوجه إلى المطار برفقة مستشاريه. ",
}


@pytest.mark.parametrize("language", OTHERS)
def test_a_passage_of_a_document_in_two_languages_has_its_own(language: str) -> None:
    document = parse("a.txt", f"{FRENCH * 10}\n\n{OTHERS[language] * 12}")
    check(document)
    found = [passage.language for passage in passages_of(document)]
    assert document.language == "fr"
    assert found == sorted(found, key=["fr", language].index)
    assert (found[0], found[-1]) == ("fr", language)


@pytest.mark.parametrize("language", OTHERS)
def test_a_quotation_in_another_language_does_not_make_a_passage_one_of_that(language: str) -> None:
    quotation = OTHERS[language].split(". ")[0]
    document = parse("a.txt", f"{FRENCH * 2} « {quotation} », a-t-il dit. {FRENCH}")
    assert {passage.language for passage in passages_of(document)} == {"fr"}


def test_a_passage_knows_the_sentence_that_its_document_opens_with() -> None:
    lead = "Le ministre Wanjiru Kamotho a reçu l’envoyé Rodrigo Salcedo à Mombasa."
    rest = " ".join(["Les deux parties ont ensuite passé en revue leur coopération."] * 40)
    text = f"date 2024-03 Mombasa, 14 mars, KENPRESS\n\nUne visite\n\n{lead} {rest}"
    first, *others = passages_of(parse("a.txt", text))
    assert first.text.startswith(lead)
    assert opening_of(first) == ""
    assert len(others) > 1
    assert {opening_of(passage) for passage in others} == {lead}


MINISTER = "Le ministre Rodrigo Salcedo a reçu jeudi à Mombasa l’envoyé du président kényan."


@pytest.mark.parametrize(
    "before",
    [
        "",
        "Ordre du jour\n\n" * 300,  # headings alone, for longer than any window
        "— — —\n\n***\n\n",
        "Le contexte\n",  # short lines, and a long one far below
    ],
    ids=["none", "headings", "rules", "short lines"],
)
def test_the_opening_is_the_first_sentence_that_may_be_quoted(before: str) -> None:
    rest = "Ils ont parlé de la pêche.\n" * 120 + "Une ligne bien plus longue que les autres. " * 9
    document = parse("a.txt", f"{before}{MINISTER}\n{rest}")
    first, *others = passages_of(document)
    assert first.sentences[0] == sentences_of(document)[0]
    opening = document.text[first.sentences[0].start : first.sentences[0].end]
    assert opening == MINISTER
    assert opening_of(first) == ""
    assert {opening_of(passage) for passage in others} == {MINISTER}


@given(st.text(alphabet="ab. \n:—É«»", max_size=400))
@settings(max_examples=200, deadline=None)
def test_the_opening_is_that_of_all_sentences(text: str) -> None:
    document = parse("a.txt", text)
    sentences = sentences_of(document)
    last = Passage(document, len(text) + 1, len(text) + 2, (), "fr")
    first = document.text[sentences[0].start : sentences[0].end] if sentences else ""
    assert opening_of(last) == first


def test_the_seeds_are_cut_into_passages_of_about_a_hundred_and_fifty_words() -> None:
    lengths = []
    for file in read_folder(SEEDS):
        assert isinstance(file, SourceFile)
        document = parse(file.source, file.text)
        check(document)
        passages = passages_of(document)
        lengths += [len(passage.text.split()) for passage in passages[:-1]]
        assert len(passages[-1].text.split()) <= 200
    assert all(84 <= length <= 200 for length in lengths), lengths
