"""The trained reader: the very words that answer, at their own characters, in six languages."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from wordy import WordEncoder

import qa.reader
from index import Index, build, e5
from index.documents import parse
from index.encoder import BundledEncoder
from index.errors import ModelError
from index.language import language_of
from index.passages import passages_of
from index.terms import terms_of
from qa.question import understand
from qa.reader import Candidate, SentenceReader, SpanModel, TrainedReader, reader_for
from qa.reader.candidates import PASSAGES
from qa.reader.evidence import evidence_of
from qa.reader.model import WEIGHTS
from qa.reader.pairs import header_of
from qa.reader.spans import Reading
from qa.reader.spelling import spelt_as_in
from qa.reader.trained import FAR_BELOW, trimmed, worth_reading
from qa.reader.weights import FILE, dequantised, load, quantised, save

TEXT = (
    "Mombasa, 14 mars — La ministre kényane du Commerce, Wanjiru Kamotho, a reçu jeudi à Mombasa "
    "l’envoyé spécial du président péruvien, Rodrigo Salcedo. « Les deux pays signeront trois "
    "accords sur la pêche », a déclaré M. Salcedo. L’ambassadeur du Pérou, Inés Quispe, assistait "
    "à l’entretien.\n\n"
    "La deuxième session de la commission mixte s’était tenue à Arequipa en juin 2021. "
    "« Les deux pays signeront trois accords sur la pêche », a répété la ministre."
)


@pytest.fixture(scope="module")
def model(encoder: BundledEncoder) -> SpanModel:
    return SpanModel(encoder)


@pytest.fixture(scope="module")
def index(encoder: BundledEncoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("trained")
    (folder / "docs").mkdir()
    (folder / "docs" / "a.txt").write_text(TEXT, encoding="utf-8")
    build(folder / "docs", folder / "ix", encoder)
    return Index.open(folder / "ix", encoder)


def read(question: str, index: Index, model: SpanModel) -> list[Candidate]:
    understood = understand(question)
    found = index.search(understood.text, understood.language)
    return TrainedReader(model).read(understood, found)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Qui a reçu l'envoyé spécial du président péruvien ?", "Wanjiru Kamotho"),
        ("Whom did Wanjiru Kamotho receive?", "Rodrigo Salcedo"),
        ("من استقبلت كاموثو؟", "Rodrigo Salcedo"),
        ("Кто посол Перу?", "Inés Quispe"),
        ("İkinci sessiya harada keçirilib?", "Arequipa"),
        ("İkinci oturum nerede yapıldı?", "Arequipa"),
    ],
)
def test_the_words_that_answer_are_found(
    question: str, expected: str, index: Index, model: SpanModel
) -> None:
    best = read(question, index, model)[0]
    assert best.short is not None
    assert expected in TEXT[best.short.start : best.short.end]


def test_every_span_lies_in_its_sentence_and_has_no_loose_edges(
    index: Index, model: SpanModel
) -> None:
    for c in read("Que signeront les deux pays ?", index, model):
        assert c.short is not None
        assert c.sentence.start <= c.short.start < c.short.end <= c.sentence.end
        words = TEXT[c.short.start : c.short.end]
        assert words == words.strip(" ,.;:")


def test_a_sentence_that_comes_twice_is_two_candidates_at_their_own_places(
    index: Index, model: SpanModel
) -> None:
    quote = "« Les deux pays signeront trois accords sur la pêche »"
    starts = [c.sentence.start for c in read("Combien d'accords signeront-ils ?", index, model)]
    twice = [n for n in range(len(TEXT)) if TEXT.startswith(quote, n)]
    assert len(twice) == 2
    assert set(twice) <= set(starts)
    assert len(starts) == len(set(starts))


def test_what_is_not_said_scores_below_what_is(index: Index, model: SpanModel) -> None:
    said = read("Qui est l'ambassadeur du Pérou ?", index, model)[0]
    unsaid = read("Quel âge a Rodrigo Salcedo ?", index, model)[0]
    assert said.read is not None
    assert unsaid.read is not None
    assert unsaid.read.span < 0 < said.read.span


LEAD = "La ministre kényane Wanjiru Kamotho a reçu l’envoyé péruvien Rodrigo Salcedo."
LATER = "Elle lui a remis une lettre. Il s’est dit heureux de son séjour."


TALK = "Ils ont parlé. " * 60


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        (f"Une visite\n\n{LEAD} {TALK}", ("Une visite", f"Une visite {LEAD}")),
        # A title made of the first words, and these, are not told twice: what says more is.
        (f"{LEAD[:-1]} à Mombasa. {TALK}", ("", f"{LEAD[:-1]} à Mombasa.")),
        (f"{LEAD[:-1]}\xa0: le\xa0point. {TALK}", ("", f"{LEAD[:-1]} : le point.")),
        (f"Communiqué. {LEAD} {TALK}", ("", f"Communiqué. {LEAD}")),
    ],
    ids=["title", "long", "blanks", "short"],
)  # fmt: skip
def test_a_passage_is_read_under_the_date_the_title_and_the_opening_of_its_document(
    text: str, headers: tuple[str, str]
) -> None:
    document = parse("a.txt", text)
    dated = replace(document, date="2024-03")
    first, *_, last = passages_of(document)
    assert header_of(first) == headers[0]
    assert header_of(last)[: len(document.title) - 1] == headers[1][: len(document.title) - 1]
    assert header_of(last) in (headers[1], document.title.removesuffix("…"))
    for passage in (first, last):
        under = header_of(replace(passage, document=dated))
        assert under == f"2024-03 {header_of(passage)}".rstrip()


def test_a_name_that_only_the_opening_spells_is_put_so_in_the_question(
    encoder: BundledEncoder, tmp_path: Path
) -> None:
    asked: list[tuple[str, str, str]] = []

    class Recording(SpanModel):
        def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Reading]:
            asked.extend(pairs)
            return super().read(pairs)

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text(f"Une visite\n\n{LEAD} {TALK}{LATER}", "utf-8")
    build(tmp_path / "docs", tmp_path / "ix", encoder)
    read("Кого приняла Камото?", Index.open(tmp_path / "ix", encoder), Recording(encoder))
    later = [question for question, header, text in asked if LATER in text and LEAD in header]
    assert later == ["Кого приняла Kamotho?"]


def test_whom_a_later_passage_is_about_is_known_from_the_opening(
    encoder: BundledEncoder, model: SpanModel, tmp_path: Path
) -> None:
    texts = {"a.txt": LEAD, "b.txt": LEAD.replace("Rodrigo Salcedo", "Inés Quispe")}
    (tmp_path / "docs").mkdir()
    for name, lead in texts.items():
        talk = "Ils ont parlé de la pêche et du port. " * 25
        text = f"Une audience à Mombasa\n\n{lead} {talk}{LATER}"
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    build(tmp_path / "docs", tmp_path / "ix", encoder)
    index = Index.open(tmp_path / "ix", encoder)
    for name, person in (("a.txt", "Rodrigo Salcedo"), ("b.txt", "Inés Quispe")):
        asked = understand(f"Qu'est-ce qui a été remis à {person} ?")
        found = index.search(asked.text, asked.language)
        later = [hit for hit in found.hits if hit.passage.text.endswith(LATER)]
        assert len(later) == 2
        for hit in later:
            names = {evidence.names for _, evidence, _ in evidence_of(found, hit, None)}
            assert names == {float(hit.passage.document.source == name)}
        right, wrong = sorted(later, key=lambda hit: hit.passage.document.source != name)
        answered, other = model.read(
            [(asked.text, header_of(hit.passage), hit.passage.text) for hit in (right, wrong)]
        )
        assert answered.answerable > other.answerable


def test_retrieval_does_not_change_by_a_bit() -> None:
    encoder = BundledEncoder(e5.read(e5.bundled_path()))  # one that no reader has touched
    texts = ["Qui a reçu l'envoyé ?", "من استقبل المبعوث؟"]
    before = encoder.encode_queries(texts)
    SpanModel(encoder).read([("Qui ?", "", TEXT)])
    assert np.array_equal(encoder.encode_queries(texts), before)


def test_a_passage_reads_the_same_among_others(model: SpanModel) -> None:
    question = "Qui a reçu Rodrigo Salcedo ?"
    (alone,) = model.read([(question, "2024-03", TEXT)])
    pairs = [("Un ?", "", "Un."), (question, "2024-03", TEXT), ("Où ?", "", TEXT * 3)]
    _, among, _ = model.read(pairs)
    assert np.allclose(alone.starts, among.starts, atol=0.3)
    assert alone.best(0, len(TEXT)) is not None
    assert (alone.best(0, len(TEXT)).start, alone.best(0, len(TEXT)).end) == (  # type: ignore[union-attr]
        among.best(0, len(TEXT)).start,  # type: ignore[union-attr]
        among.best(0, len(TEXT)).end,  # type: ignore[union-attr]
    )


def test_an_answer_at_the_end_of_a_passage_longer_than_the_network_is_found(
    model: SpanModel,
) -> None:
    filler = "Les deux parties ont évoqué la coopération. " * 120
    text = filler + "La quatrième session se tiendra à Ouagadougou."
    (reading,) = model.read([("Où se tiendra la quatrième session ?", "", text)])
    best = reading.best(0, len(text))
    assert best is not None
    assert text[best.start : best.end].strip(".") == "Ouagadougou"


def test_threads_read_as_one_does(index: Index, model: SpanModel) -> None:
    questions = ["Qui a reçu Salcedo ?", "Где прошла вторая сессия?", "Who is Inés Quispe?"] * 3
    expected = [read(q, index, model)[0].short for q in questions]
    found: list[object] = [None] * len(questions)

    def ask(number: int) -> None:
        found[number] = read(questions[number], index, model)[0].short

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Bakou. ", "Bakou"),
        ("« la pêche »", "« la pêche »"),
        ("la pêche »,", "la pêche"),
        ("l'ONU (Genève)", "l'ONU (Genève)"),
        ("(Genève", "Genève"),
        ("؟باكو،", "باكو"),
        ("…", "…"),
    ],
)
def test_a_span_is_trimmed_to_words(text: str, kept: str) -> None:
    span = trimmed(text, 0, len(text))
    assert text[span.start : span.end] == kept


def test_what_is_saved_is_what_is_loaded(
    encoder: BundledEncoder, model: SpanModel, tmp_path: Path
) -> None:
    save(model.network, tmp_path)
    again = load(encoder.network, tmp_path)
    for name, value in model.network.layers.named_parameters():
        other = dict(again.layers.named_parameters())[name]
        assert torch.allclose(value.float(), other.float(), atol=2e-2), name
    assert torch.equal(model.network.head.weight, again.head.weight)


def test_a_matrix_in_blocks_is_within_half_a_step() -> None:
    weights = torch.linspace(-1, 1, 64 * 32).view(64, 32) ** 3
    back = dequantised(quantised(weights), weights.shape)
    step = weights.abs().amax(1, keepdim=True) / 5
    assert ((back - weights).abs() <= step / 2 + 1e-3).all()
    assert ((back - weights).norm() / weights.norm()).item() < 0.12


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_weights_that_cannot_be_read_are_a_fault_in_one_line(
    damage: str, encoder: BundledEncoder, tmp_path: Path
) -> None:
    data = (WEIGHTS / FILE).read_bytes()
    if damage == "cut":
        (tmp_path / FILE).write_bytes(data[: len(data) // 2])
    if damage == "other":
        (tmp_path / FILE).write_bytes(data.replace(b"head.weight", b"feet.weight", 1))
    with pytest.raises(ModelError, match="does not hold the reader's weights") as fault:
        SpanModel(encoder, tmp_path).read([("Qui ?", "", TEXT)])
    assert "\n" not in str(fault.value)


def test_the_reader_shares_the_table_of_words_with_retrieval(
    encoder: BundledEncoder, model: SpanModel
) -> None:
    assert model.network.encoder is encoder.network
    assert isinstance(reader_for(encoder), TrainedReader)


def test_another_encoder_is_read_over_too_where_the_bundled_one_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert isinstance(reader_for(WordEncoder()), TrainedReader)

    def absent() -> Path:
        raise ModelError("not installed")

    monkeypatch.setattr(qa.reader, "bundled_path", absent)
    assert isinstance(reader_for(WordEncoder()), SentenceReader)


def test_no_more_is_read_than_the_scores_justify(index: Index) -> None:
    found = index.search("Qui a reçu Salcedo ?", "fr")
    (hit,) = found.hits
    scores = [0.3, 0.3 - FAR_BELOW / 2, 0.3 - 2 * FAR_BELOW]
    few = replace(found, hits=tuple(replace(hit, score=score) for score in scores))
    assert [h.score for h in worth_reading(few, PASSAGES)] == scores[:2]
    many = replace(found, hits=(hit,) * (PASSAGES + 2))
    assert len(worth_reading(many, PASSAGES)) == PASSAGES
    assert len(worth_reading(many, 2)) == 2
    assert worth_reading(replace(found, hits=()), PASSAGES) == []


def asked(question: str, language: str, text: str, **near: str) -> str:
    """The question as it is put to a passage with this text; `near` is a stem's other spelling."""
    terms = [
        replace(term, near=(near[term.stem],) if term.stem in near else ())
        for term in terms_of(question, language)
    ]
    return spelt_as_in(text, language_of(text), question, language, terms)


FRENCH = "Le ministre Djeyhoun Baïramov a reçu M. Magramane, envoyé du président Tebboune, à Bakou."


@pytest.mark.parametrize(
    ("question", "language", "put"),
    [
        ("Кто такой Байрамов?", "ru", "Кто такой Baïramov?"),
        ("من هو بيراموف؟", "ar", "من هو Baïramov؟"),
        ("Who is Bayramov, and who is Maghramane?", "en", "Who is Baïramov, and who is Magramane?"),
        ("Bayramov kimdir, Jeyhun?", "az", "Baïramov kimdir, Djeyhoun?"),
        ("من هو تبون؟", "ar", "من هو Tebboune؟"),
        ("Кто в Баку?", "ru", "Кто в Bakou?"),
        ("من زار باكو؟", "ar", "من زار Bakou؟"),
    ],
)
def test_a_question_is_put_in_the_passages_own_spelling_of_names(
    question: str, language: str, put: str
) -> None:
    assert asked(question, language, FRENCH) == put


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("who is bayramov?", "en"),  # without a capital, it may be any word
        ("Who is Priamfe?", "en"),  # sounds alike, and is spelt otherwise
        ("Où est Bakou ?", "fr"),  # spelt the same
        ("Quels Ministres ?", "fr"),  # an inflected word
        ("من استقبل مبعوث الرئيس؟", "ar"),
        ("ما بك؟", "ar"),  # sounds as «Bakou», but two consonants are many words
    ],
)
def test_what_may_be_another_word_is_put_as_asked(question: str, language: str) -> None:
    assert asked(question, language, FRENCH) == question


def test_a_name_of_the_tables_is_respelt_in_a_text_of_another_language_only() -> None:
    text = "Le ministre azerbaïdjanais est au siège de l'Organisation de la coopération islamique."
    assert asked("Что делал азербайджанский министр в ОИС?", "ru", text) == (
        "Что делал azerbaïdjanais министр в Organisation de la coopération islamique?"
    )
    own = "Le ministre d'Azerbaïdjan à l'OCI ?"
    assert asked(own, "fr", text) == own


def test_of_two_names_that_begin_alike_the_longer_is_respelt_first() -> None:
    text = "La Guinée et la Guinée-Bissau ont signé un accord de pêche."
    put = asked("Что подписали Гвинея и Гвинея-Бисау?", "ru", text)
    assert put == "Что подписали Guinée и Guinée-Bissau?"


def test_the_network_is_given_the_question_in_the_passages_spelling(index: Index) -> None:
    class Listening(SpanModel):
        def __init__(self) -> None:
            pass

        def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Reading]:
            raise LookupError(*(question for question, _, _ in pairs))

    question = understand("Кого приняла Камото?")
    with pytest.raises(LookupError) as heard:
        TrainedReader(Listening()).read(question, index.search(question.text, "ru"))
    assert heard.value.args == ("Кого приняла Kamotho?",)


def test_a_name_is_respelt_as_a_whole_word_and_once() -> None:
    question = "Кто Байрамов: Байрамовский, МакБайрамов или Байрамов?"
    put = "Кто Baïramov: Байрамовский, МакБайрамов или Baïramov?"
    assert asked(question, "ru", FRENCH) == put
    swapped = "Le ministre Bayramof et le ministre Baïramov."
    assert asked("Bayramoff, Bayramov ?", "fr", swapped) == "Bayramof, Bayramof ?"


def test_a_slip_in_a_name_is_put_as_the_passage_writes_it() -> None:
    slip = asked("Qui est Magrabane ?", "fr", FRENCH, magraban="magraman")
    assert slip == "Qui est Magramane ?"
    common = asked("Qui est l'envoué ?", "fr", FRENCH, envou="envoi")
    assert common == "Qui est l'envoué ?"
