"""The sentence reader: what it sees of each sentence, and what that makes of their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from wordy import WordEncoder, write

from index import Index
from index.build import build
from index.language import language_of
from index.terms import How
from qa.expected import Expected, expected_by, holds
from qa.question import understand
from qa.reader import Candidate, SentenceReader
from qa.reader.sentences import EXPECTED, PASSAGE, RELATIVE, WORDS

TEXT = (
    "Le ministre Duarte Valadares a reçu son homologue à Lisbonne. "
    "Les entretiens ont porté sur la pêche. "
    "Trois accords ont été signés en mai 2024."
)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    encoder = WordEncoder()
    build(write(tmp_path / "docs", {"a.txt": TEXT}), tmp_path / "ix", encoder)
    return Index.open(tmp_path / "ix", encoder)


def read(question: str, index: Index) -> list[Candidate]:
    understood = understand(question)
    return SentenceReader().read(understood, index.search(understood.text, understood.language))


def test_every_sentence_is_a_candidate_once_and_the_best_comes_first(index: Index) -> None:
    candidates = read("Sur quoi ont porté les entretiens ?", index)
    assert sorted(TEXT[c.sentence.start : c.sentence.end] for c in candidates) == sorted(
        f"{sentence}." for sentence in TEXT.rstrip(".").split(". ")
    )
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    assert TEXT[candidates[0].sentence.start :].startswith("Les entretiens")
    assert {(met.term, met.word, met.how) for met in candidates[0].matched} == {
        ("porté", "porté", How.WORD),
        ("entretiens", "entretiens", How.WORD),
    }


def test_the_score_is_the_weighted_evidence(index: Index) -> None:
    for c in read("Combien d'accords ont été signés ?", index):
        seen = c.evidence
        assert c.score == pytest.approx(
            RELATIVE * seen.relative
            + PASSAGE * seen.passage
            + WORDS * seen.words
            + EXPECTED * seen.expected
        )
        assert seen.relative == pytest.approx(seen.sentence - c.hit.language_mean)
        assert (c.read, c.short) == (None, None)


def test_the_words_around_a_sentence_are_seen_apart_from_its_own(index: Index) -> None:
    candidates = read("Quels accords Valadares ?", index)
    by_start = {TEXT[c.sentence.start :][:5]: c.evidence for c in candidates}
    assert by_start["Trois"].words < 1
    assert by_start["Les e"].words == 0
    assert {seen.context for seen in by_start.values()} == {1.0}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Qui a coprésidé ?", Expected.PERSON),
        ("Who received him?", Expected.PERSON),
        ("من استقبل الوزير؟", Expected.PERSON),
        ("Кого принял министр?", Expected.PERSON),
        ("Nazir kimlə görüşdü?", Expected.PERSON),
        ("Bakan kimle görüştü?", Expected.PERSON),
        ("Quel jour s'est déroulée la session ?", Expected.TIME),
        ("When did they meet?", Expected.TIME),
        ("متى زار الوزير باكو؟", Expected.TIME),
        ("Когда прошла встреча?", Expected.TIME),
        ("Görüş nə vaxt olub?", Expected.TIME),
        ("Görüşme ne zaman oldu?", Expected.TIME),
        ("Combien d'accords ?", Expected.NUMBER),
        ("How many agreements did he sign?", Expected.NUMBER),
        ("كم اتفاقية؟", Expected.NUMBER),
        ("Сколько соглашений?", Expected.NUMBER),
        ("Neçə saziş imzalandı?", Expected.NUMBER),
        ("Kaç anlaşma imzalandı?", Expected.NUMBER),
        ("Quels accords ?", None),
        ("Et par qui a-t-il été reçu ?", Expected.PERSON),
        ("Quel pays qui borde la mer a signé ?", None),
        ("ما هي الدولة التي جاء منها الوزير من أوروبا؟", None),
        ("Azərbaycan tərəfdaş kimi nə təklif edib?", None),
        ("What was agreed?", None),
    ],
)
def test_what_a_question_asks_for(question: str, kind: Expected | None) -> None:
    assert expected_by(question) is kind


@pytest.mark.parametrize(
    ("sentence", "kind", "held"),
    [
        ("La session a été co-présidée par Lounes Magramane.", Expected.PERSON, True),
        ("Встречу провёл Михаил Богданов.", Expected.PERSON, True),
        ("Les deux parties ont salué leur coopération.", Expected.PERSON, False),
        ("Ils ont signé deux accords.", Expected.NUMBER, True),
        ("Ils ont signé des accords.", Expected.NUMBER, False),
        ("Elle s’est déroulée ce jeudi.", Expected.TIME, True),
        ("They may meet again.", Expected.TIME, False),
        ("The ministers met on Monday at the ministry.", Expected.NUMBER, False),
        ("On a évoqué la coopération entre les parties.", Expected.NUMBER, False),
        ("Nazirlər on saziş imzalayıblar.", Expected.NUMBER, True),
        ("They meet in May.", Expected.TIME, True),
        ("Переговоры прошли в апреле.", Expected.TIME, False),
        ("Переговоры прошли 3 апреля.", Expected.TIME, True),
    ],
)
def test_what_a_sentence_holds(sentence: str, kind: Expected, held: bool) -> None:
    assert holds(sentence, kind, language_of(sentence)) is held
