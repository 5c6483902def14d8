"""What the reader trains on: that answers are where they are said to be, and negatives have none."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import copy
import itertools
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from index.bert import Layer, packed
from index.e5 import bundled_path, read
from qa.reader.network import SpanNetwork
from qa.reader.pairs import (
    BOS,
    EOS,
    HEADER_TOKENS,
    OVERLAP_TOKENS,
    QUESTION_TOKENS,
    WINDOW_TOKENS,
    Tokens,
    Window,
    tokens_of,
    windows_of,
)
from qa.reader.spans import ANSWER_TOKENS, Logits, merged
from qa.reader.spans import Reading as Seen
from qa.reader.train import mixture
from qa.reader.train.communiques import Frame, World, read_unsaid, read_world
from qa.reader.train.communiques.frames import frames_of
from qa.reader.train.communiques.world import LANGUAGES
from qa.reader.train.evaluation import Prediction, scores_of
from qa.reader.train.examples import Example, Examples
from qa.reader.train.mixture import (
    LISTS,
    NO_HEADER,
    SENTENCES_LEFT,
    Options,
    cut_out,
    epoch_of,
    shortened,
    varied,
)
from qa.reader.train.scores import exact, f1, normalised
from qa.reader.train.squad import SHIFT, Reading, read_squad
from qa.reader.train.trainer import (
    TOKENS_A_BATCH,
    WIDTH_STEP,
    Optimiser,
    batches,
    collated,
    loss_of,
    padded,
)


@cache
def world() -> World:
    return read_world()


# SQuAD files

CONTEXT = "Ils ont dit oui, oui et oui à Lima."


def squad(tmp_path: Path, *qas: dict[str, Any], name: str = "a-fr.json", **article: Any) -> Path:
    path = tmp_path / name
    rows = [{"id": n, "question": " Qui ? ", **asked} for n, asked in enumerate(qas)]
    paragraphs = [{"context": CONTEXT, "qas": rows}]
    text = json.dumps({"data": [{"title": "La_paix", "paragraphs": paragraphs, **article}]})
    path.write_text(text, encoding="utf-8")
    return path


def answers(*claims: tuple[str, int]) -> dict[str, Any]:
    return {"answers": [{"text": text, "answer_start": start} for text, start in claims]}


def test_a_squad_file_is_read_in_order(tmp_path: Path) -> None:
    path = squad(tmp_path, answers(("Lima", 30)), answers(), answers(("Ils", 0), ("oui", 17)))
    rows = read_squad(path)
    assert [row.spans for row in rows] == [((30, 34),), (), ((0, 3), (17, 20))]
    assert rows[0] == Reading("0", "Qui ?", CONTEXT, "La paix", "fr", ((30, 34),))
    assert [row.id for row in rows] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("claim", "span"),
    [
        (("Lima", 30), (30, 34)),
        (("Lima", 30 - SHIFT), (30, 34)),
        (("Lima", 30 + SHIFT), (30, 34)),
        (("Lima", 29 - SHIFT), None),
        (("Lima", 31 + SHIFT), None),
        ((" Lima ", 29), (30, 34)),
        (("\nIls ont", -1), (0, 7)),
        ((".", -1), None),
        (("Ils", 3), (0, 3)),
        (("oui", 13), (12, 15)),
        (("oui", 15), (17, 20)),
        (("oui", 16), (17, 20)),
        (("oui", 20), (17, 20)),
        (("oui", 22), (24, 27)),
        (("lima", 30), None),
        (("Rome", 30), None),
        (("Lima.et plus", 30), None),
        (("  ", 3), None),
        (("", 3), None),
    ],
)
def test_an_answer_is_where_its_words_are(
    tmp_path: Path, claim: tuple[str, int], span: tuple[int, int] | None
) -> None:
    rows = read_squad(squad(tmp_path, answers(claim)))
    assert [row.spans for row in rows] == ([] if span is None else [(span,)])
    # Beside a good answer, one that is nowhere is left out, and one that comes again is one.
    beside = read_squad(squad(tmp_path, answers(("dit", 8), claim, claim)))
    assert [row.spans for row in beside] == [((8, 11),) if span is None else ((8, 11), span)]


@pytest.mark.parametrize(
    ("name", "given_language", "language"),
    [
        ("squad2-es.json", None, "es"),
        ("x-y-ru.json", None, "ru"),
        ("piaf-train.json", None, "fr"),
        ("arcd-train.json", None, "ar"),
        ("tquad-measure.json", None, "tr"),
        ("squad.json", None, "en"),
        ("squad2-es.json", "az", "az"),
    ],
)
def test_the_language_of_a_file(
    tmp_path: Path, name: str, given_language: str | None, language: str
) -> None:
    [row] = read_squad(squad(tmp_path, answers(), name=name), given_language)
    assert row.language == language


def test_an_article_may_have_no_title(tmp_path: Path) -> None:
    assert read_squad(squad(tmp_path, answers(), title=None))[0].header == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "{}", '{"data": 3}', '{"data": ["x"]}', '{"data": [{}]}',
        '{"data": [{"paragraphs": [{"qas": []}]}]}',
        '{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 1, "question": "q"}]}]}]}',
        '{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 1, "question": null, "answers": []}]}]}]}',
        '{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 1, "question": "q", "answers": [{"text": "x"}]}]}]}]}',
        '{"data": [{"paragraphs": [{"context": "x", "qas": [{"id": 1, "question": "q", "answers": [{"text": "x", "answer_start": "?"}]}]}]}]}',
        '{"data": [{"paragraphs": [{"context": null, "qas": [{"id": 1, "question": "q", "answers": [{"text": "x", "answer_start": 0}]}]}]}]}',
    ],
    ids=["empty", "not json", "list", "null", "no data", "number", "words", "no paragraphs", "no context", "no answers", "no question", "no start", "start", "null context"],
)  # fmt: skip
def test_a_file_of_another_kind_is_a_fault(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.json is not SQuAD JSON: .*; expected data\[\]"):
        read_squad(path)


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"data": "\xff"}')
    with pytest.raises(ValueError, match=r"a\.json is not SQuAD JSON"):
        read_squad(path)


# Scores


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("The U.S. «Army», a-b!", "en", ["us", "army", "ab"]),
        ("Another theatre an hour", "en", ["another", "theatre", "hour"]),
        ("El Niño, las Cortes y un río", "es", ["niño", "cortes", "y", "río"]),
        ("¿unas 3.500 toneladas?", "es", ["3500", "toneladas"]),
        ("في البيت الكبير، ٢٠٢٤", "ar", ["في", "بيت", "كبير", "٢٠٢٤"]),
        ("الولايات المتحدة؟", "ar", ["ولايات", "متحدة"]),
        ("Le traité d'amitié", "fr", ["le", "traité", "damitié"]),
        ("der Hund", "de", ["hund"]),
        ("the Hund", "de", ["the", "hund"]),
        ("$5 + 3", "en", ["5", "3"]),
        ("中国，GDP 增长 6.5%。", "zh", ["中", "国", "gdp", "增", "长", "65"]),
        (" \t…—", "fr", []),
        ("The", "en", []),
        ("", "ar", []),
    ],
)
def test_answers_are_compared_without_marks_and_articles(
    text: str, language: str, words: list[str]
) -> None:
    assert normalised(text, language) == words


@pytest.mark.parametrize(
    ("prediction", "golds", "language", "is_exact", "share"),
    [
        ("the Eiffel Tower", ["Eiffel tower."], "en", 1, 1),
        ("tower", ["Eiffel tower"], "en", 0, 2 / 3),
        ("tower of London", ["Rome", "Eiffel tower", "the London tower"], "en", 0, 0.8),
        ("tower tower", ["tower"], "en", 0, 2 / 3),
        ("Paris", ["Rome", "Paris"], "fr", 1, 1),
        ("Paris", ["Rome"], "fr", 0, 0),
        ("la Paz", ["Paz"], "es", 1, 1),
        ("la Paz", ["Paz"], "fr", 0, 2 / 3),
        ("البيت", ["بيت"], "ar", 1, 1),
        ("北京", ["在北京市"], "zh", 0, 2 / 3),
        ("", [], "fr", 1, 1),
        ("", [""], "en", 1, 1),
        ("the", [], "en", 1, 1),
        ("Paris", [], "fr", 0, 0),
        ("Paris", [""], "fr", 0, 0),
        ("", ["Paris"], "fr", 0, 0),
    ],
)
def test_exact_and_f1(
    prediction: str, golds: list[str], language: str, is_exact: float, share: float
) -> None:
    assert exact(prediction, golds, language) == is_exact
    assert f1(prediction, golds, language) == pytest.approx(share)


def test_scores_are_over_answerable_questions_and_order_is_over_both_kinds() -> None:
    def prediction(text: str, spans: tuple[tuple[int, int], ...], score: float) -> Prediction:
        return Prediction(Reading("", "", "Paris Rome", "", "en", spans), text, score, 0.0)

    made = [
        prediction("Paris", ((0, 5),), 2.0),
        prediction("Paris", ((6, 10), (0, 10)), 1.0),
        prediction("Rome", (), 1.0),
        prediction("Rome", (), 0.0),
    ]
    scores = scores_of(made)
    assert (scores.questions, scores.exact) == (4, 50.0)
    assert scores.f1 == pytest.approx(100 * (1 + 2 / 3) / 2)
    assert scores.auroc == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert scores_of(made[:2]).auroc is None
    assert scores_of(made[2:]).f1 == 0.0


# The mixture


@pytest.mark.parametrize(
    ("text", "answer", "left"),
    [
        ("Un. Deux et trois. Quatre.", "Un", "Deux et trois. Quatre."),
        ("Un. Deux et trois. Quatre.", "trois", "Un. Quatre."),
        ("Un. Deux et trois. Quatre.", "Quatre", "Un. Deux et trois. "),
        ("Un. Deux et trois. Quatre.", "Un. Deux", "Quatre."),
        ("Un. Deux et trois. Quatre.", "Deux et trois. Quatre", "Un. "),
        ("Un et deux", "deux", ""),
        ("Un 3.5 et. Deux", "3.5", "Deux"),
    ],
)
def test_a_sentence_is_cut_out(text: str, answer: str, left: str) -> None:
    start = text.index(answer)
    spans = ((start, start + len(answer)), (0, 1))
    assert cut_out(Reading("", "", text, "", "fr", spans)) == left


def data(unanswerable: bool) -> list[Reading]:
    """Articles in whose other paragraphs, and other sentences, some of the answers stand again."""
    rows = []
    for article, paragraph, n in itertools.product(range(6), range(5), range(8)):
        words = [f"mot{(article * 7 + paragraph * 3 + k) % 11}" for k in range(8)]
        told = (f"Voici {w.upper() if k % 3 else w} ici." for k, w in enumerate(words))
        text = " ".join([f"Texte {article}-{paragraph}.", *told])
        start = text.index(words[n]) if words[n] in text else text.index(words[n].upper())
        spans = ((start, start + len(words[n])),)
        rows.append(Reading(f"{article}-{paragraph}-{n}", "Où ?", text, f"t{article}", "fr", spans))
    if unanswerable:
        rows.append(Reading("none", "Où ?", "Rien.", "t0", "fr", ()))
    return rows


@pytest.mark.parametrize("unanswerable", [False, True])
def test_negatives_never_hold_the_answer(unanswerable: bool) -> None:
    rows = {row.id: row for row in data(unanswerable)}
    texts = {row.text: row.header for row in rows.values()}
    made: Counter[str] = Counter()
    for seed in range(8):
        epoch = epoch_of([list(rows.values())], [], world(), Options(items=0), seed)
        kept = [one for one in epoch if one.spans == rows[one.id].spans]
        assert [one.id for one in kept] == list(rows)  # each once, in order
        for one in epoch:
            row = rows[one.id]
            assert one.question == row.question
            assert one.header in ("", row.header)
            made["rows"] += one.spans == row.spans
            made["no header"] += one.spans == row.spans and not one.header
            if one.spans == row.spans:
                assert one.text == row.text
                continue
            assert one.spans == ()
            assert one.text.strip()
            [(start, end)] = row.spans
            assert row.text[start:end].lower() not in one.text.lower()
            if one.text in texts:
                assert texts[one.text] == row.header
                assert one.text != row.text
                made["other paragraph"] += 1
            else:
                assert one.text == cut_out(row)
                made["cut out"] += 1
    assert made["no header"] / made["rows"] == pytest.approx(NO_HEADER, abs=0.04)
    assert made["cut out"] > 50
    assert made["other paragraph"] > 50


@pytest.mark.parametrize("unanswerable", [False, True])
def test_fewer_negatives_are_made_where_the_data_has_its_own(unanswerable: bool) -> None:
    texts = [f"Voici Paris. Voici mot{n} ici. Voici Rome." for n in range(10)]
    spans = tuple(((19, text.index(" ici")),) for text in texts)
    rows = [
        Reading(str(n), "Où ?", text, "t", "fr", span)
        for n, (text, span) in enumerate(zip(texts, spans, strict=True))
    ] * 300
    if unanswerable:
        rows.append(Reading("none", "Où ?", "Rien.", "u", "fr", ()))
    epoch = epoch_of([rows], [], world(), Options(items=0), 0)
    cut = sum(one.text == "Voici Paris. Voici Rome." for one in epoch)
    others = sum(one.text in texts and one.spans == () for one in epoch)
    assert cut / 3_000 == pytest.approx(0.15 if unanswerable else 0.25, abs=0.02)
    # Its own paragraph, one in ten, is none.
    assert others / 3_000 == pytest.approx((0.15 if unanswerable else 0.3) * 0.9, abs=0.02)


def test_every_gold_answer_counts_when_a_negative_is_made() -> None:
    text = "Voici Paris. Voici Rome."
    rows = [Reading("a", "Où ?", text, "t", "fr", ((6, 11), (19, 23)))]
    for seed in range(60):
        epoch = epoch_of([rows], [], world(), Options(items=0), seed)
        assert [one.spans for one in epoch] == [rows[0].spans]


def in_six_languages(question: str) -> str:
    return "\n".join(f'{language} = ["{question}"]' for language in LANGUAGES)


FRAME = "\n".join(
    [
        '[[frame]]\nid = "one"\nlanguage = "en"\npeople = { P = "A m", Q = "B f" }\ntext = """',
        "The governor {P} said at the meeting that [bridges|{N} bridges] would be built.",
        *["The two delegations then went on to discuss the details of it at some length."] * 20,
        "? {org} was thanked for its help with [thanks|{topic}] as well.",
        "The delegate {Q} said in her reply that [roads|{N2} roads] would be needed for that.",
        '"""',
        f'[[frame.ask]]\nanswer = "bridges"\n{in_six_languages("How many bridges, {P.family}?")}',
        f'[[frame.ask]]\nanswer = "roads"\n{in_six_languages("How many roads, {Q.family}?")}',
        f'[[frame.ask]]\nanswer = "thanks"\n{in_six_languages("What did {A} get help with?")}',
        f"[[frame.ask]]\n{in_six_languages('How old is {P.family}?')}",
    ]
)
ANSWERS = (r"\d+ bridges", r"\d+ roads", r"[^.]+", None)


@pytest.fixture
def frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frame:
    """A frame of two passages, whose questions are all asked in the language of the item."""
    monkeypatch.setattr(mixture, "ASKED_IN", {"en": 1})
    path = tmp_path / "frames.toml"
    path.write_text(FRAME, encoding="utf-8")
    return frames_of(path)[0]


def readings_of(frame: Frame, seed: int, **options: Any) -> dict[int, list[Reading]]:
    """What one item gives, by the number of the question."""
    given: dict[int, list[Reading]] = {}
    for one in epoch_of([], [frame], world(), Options(items=1, **options), seed):
        given.setdefault(int(one.id.partition("-")[2]), []).append(one)
    return given


def test_items_are_asked_about_where_they_answer_and_where_they_do_not(frame: Frame) -> None:
    made: Counter[str] = Counter()
    for seed in range(150):
        given = readings_of(frame, seed)
        people = [given[ask][0].question.split()[-1].rstrip("?") for ask in (0, 1)]
        for ask, readings in given.items():
            first, *others = readings
            pattern = ANSWERS[ask]
            made[f"{ask} asked"] += 1
            if pattern is None or not first.spans:
                assert [one.spans for one in readings] == [()]
                assert ask > 1  # the optional line and the question that nothing answers
                continue
            [(start, end)] = first.spans
            gold, name = first.text[start:end], first.question.split()[-1].rstrip("?")
            assert re.fullmatch(pattern, gold)
            if ask == 2:  # which names nobody: another event of the country is no other
                for one in others:
                    assert one.spans == ()
                    assert "governor" not in one.text or people[0] in one.text
                    assert "delegate" not in one.text or people[1] in one.text
                continue
            for one in others:
                assert one.spans == ()
                assert not (gold in one.text and name in one.text and name in one.question)
                changed, elsewhere = one.question != first.question, one.text != first.text
                assert changed != elsewhere
                assert name not in one.question if changed else gold not in one.text
                made["changed" if changed else "twin" if re.search(pattern, one.text) else "other"] += 1  # fmt: skip
    # Each of 300 questions that name somebody, at its share; only some passages of a twin show it.
    assert 60 < made["changed"] < 120
    assert 110 < made["other"] + made["twin"] < 190
    assert made["twin"] > 10
    assert 45 < made["3 asked"] < 90
    assert made["0 asked"] == made["1 asked"] == 150


def test_each_part_of_a_list_is_wanted_and_of_any_other_question_one(
    tmp_path: Path, frame: Frame
) -> None:
    path = tmp_path / "lists.toml"
    listed = FRAME.replace('answer = "bridges"', 'every = "bridges thanks"')
    path.write_text(listed, encoding="utf-8")
    [lists] = frames_of(path)
    given = readings_of(lists, 0, negatives=False)
    assert [given[ask][0].every for ask in (0, 1)] == [True, False]
    assert not any(one.every for one in readings_of(frame, 0)[0])
    examples = Examples(tokenizer())
    assert {one.every for one in examples.of(given[0][0])} == {True}
    assert collated([*examples.of(given[0][0]), example(9)]).every.tolist() == [True, False]


def test_a_frame_with_a_list_comes_more_often(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "lists.toml"
    listed = FRAME.replace("How many bridges", "Which bridges")
    path.write_text(listed.replace('answer = "bridges"', 'every = "bridges thanks"'), "utf-8")
    [lists] = frames_of(path)
    options = Options(items=300, negatives=False)
    asked = [one.question for one in epoch_of([], [frame, lists], world(), options, 0)]
    often, seldom = (sum(q.startswith(w) for q in asked) for w in ("Which bridges", "How many b"))
    assert often + seldom > 280
    assert often / seldom == pytest.approx(LISTS, rel=0.25)


def test_some_passages_are_cut_into_a_few_sentences_that_the_header_explains(
    frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def texts(share: float) -> list[Reading]:
        monkeypatch.setattr(mixture, "CUT_SHORT", share)
        return [
            one
            for seed in range(30)
            for one in epoch_of([], [frame], world(), Options(items=1, negatives=False), seed)
        ]

    short, long = texts(1.0), texts(0.0)
    sentences = [one.text.count(".") for one in short]
    assert max(sentences) <= SENTENCES_LEFT < max(one.text.count(".") for one in long)
    assert set(sentences) == set(range(1, SENTENCES_LEFT + 1))
    for one in short:
        first = one.text.startswith("The governor")
        assert ("The governor" in one.header) != first
        assert all(one.text[a:b].strip() for a, b in one.spans)
    assert sum("roads" in one.text[a:b] for one in short for a, b in one.spans) > 20


def test_no_negatives_are_made_unless_asked_for(frame: Frame) -> None:
    rows = data(unanswerable=True)
    epoch = epoch_of([rows], [], world(), Options(items=5, negatives=False), 0)
    assert [one.id for one in epoch] == [row.id for row in rows]
    for seed in range(10):
        given = readings_of(frame, seed, negatives=False)
        assert {len(readings) for readings in given.values()} == {1}
        assert given[0][0].spans != () != given[1][0].spans


def test_most_items_are_asked_what_no_item_answers(frame: Frame) -> None:
    unsaid = read_unsaid(held_out=False)
    asked = []
    for seed in range(100):
        given = readings_of(frame, seed, unsaid=unsaid)
        asked += given.pop(-1, [])
        assert given[0][0].spans != () != given[1][0].spans  # and what it answers as well
        assert -1 not in readings_of(frame, seed)
        assert -1 not in readings_of(replace(frame, tells_lives=True), seed, unsaid=unsaid)
    assert 65 < len(asked) < 95
    assert len({one.question for one in asked}) > 50
    assert {one.spans for one in asked} == {()}


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.75, 82, 112), (1.0, 115, 150)]
)
def test_a_question_in_another_language_is_put_in_the_texts_spelling(
    frame: Frame, monkeypatch: pytest.MonkeyPatch, share: float, least: int, most: int
) -> None:
    monkeypatch.setattr(mixture, "ASKED_IN", {"ru": 1})
    monkeypatch.setattr(mixture, "RESPELT", share)
    latin = 0  # five in six names of the tables sound alike in both scripts
    for number in range(150):
        epoch = epoch_of([], [frame], world(), Options(items=1, negatives=False), number)
        [asked] = [one for one in epoch if one.id == "ru-0"]
        name = asked.question.split()[-1].rstrip("?")  # the rest of the frame's Russian is English
        latin += name.isascii()
        assert (name in asked.text) == name.isascii()
    assert least <= latin <= most


def test_no_more_is_asked_about_an_item_than_said(frame: Frame) -> None:
    for seed in range(10):
        assert len(readings_of(frame, seed, asks=2)) <= 2


def test_an_answer_that_no_passage_holds_is_not_asked_for(tmp_path: Path, frame: Frame) -> None:
    path = tmp_path / "wide.toml"
    text = FRAME.replace("said in her reply", "[wide|said in her reply").replace(
        "for that.", "for that. " + "The others were of the same opinion about this. " * 40 + "So]."
    )
    path.write_text(text.replace('"roads"', '"wide"'), encoding="utf-8")
    for seed in range(10):
        assert 1 not in readings_of(frames_of(path)[0], seed)
        assert 1 in readings_of(frame, seed)


def test_an_epoch_is_its_seed(frame: Frame) -> None:
    one, same, other = (
        epoch_of([data(False)], [frame], world(), Options(items=3), seed) for seed in (1, 1, 2)
    )
    assert one == same != other


# Windows


@cache
def tokenizer() -> Tokenizer:
    return read(bundled_path()).tokenizer


LONG = {
    "arabic": "استقبل الوزيرُ نظيرَه في مدينة باكو يوم ٢٢ أبريل ٢٠٢٥، وَفْدٌ مِنَ الجَزَائِرِ. ",
    "combining": unicodedata.normalize("NFD", "Le Président a été reçu à Şəki; İstanbul'da çığır. "),
    "cyrillic": "Министр принял посла в Ереване, объём торговли вырос — на 5,5 %.\n",
    "mixed": "部长会见了大使。🇩🇿 🙂 Vive\u00a0l'amitié ! ﬁn, Ｆｕｌｌ ① ½…  \t\u200fنعم ",
}  # fmt: skip


@pytest.mark.parametrize("text", [text * 80 for text in LONG.values()], ids=list(LONG))
def test_tokens_lie_where_their_characters_are(text: str) -> None:
    tokens = tokens_of(tokenizer(), text)
    assert len(tokens.ids) == len(tokens.offsets) > 1_100  # the tokenizer cuts at 512
    normaliser = tokenizer().normalizer
    assert normaliser is not None
    compared, times = 0, Counter(tokens.offsets)
    for number, (start, end) in zip(tokens.ids, tokens.offsets, strict=True):
        words = text[start:end]
        assert words == words.lstrip()
        piece = tokenizer().id_to_token(number) or ""
        if piece not in ("<unk>", "\u2581") and times[start, end] == 1:
            assert normaliser.normalize_str(words).strip() == piece.lstrip("\u2581")
            compared += 1
    assert compared > 0.8 * len(tokens.ids)
    for before, after in itertools.pairwise(tokens.offsets):
        assert before[0] <= after[0] <= len(text)
        assert before[1] <= after[1] <= len(text)
    covered = {at for start, end in tokens.offsets for at in range(start, end)}
    assert [at for at, c in enumerate(text) if c.isalnum() and at not in covered] == []


def test_the_tokens_of_a_long_text_are_those_of_its_parts() -> None:
    text = LONG["arabic"]
    one, many = (tokens_of(tokenizer(), (text * times).rstrip()) for times in (1, 60))
    assert many.ids == one.ids * 60
    shifts = [(n, k * len(text)) for k in range(60) for n in range(len(one.ids))]
    assert many.offsets == tuple(
        (one.offsets[n][0] + shift, one.offsets[n][1] + shift) for n, shift in shifts
    )


def test_the_tokens_that_hold_some_characters() -> None:
    tokens = Tokens((1, 2, 3, 4), ((0, 3), (3, 5), (6, 6), (6, 9)))
    assert tokens.covering(0, 3) == (0, 0)
    assert tokens.covering(2, 4) == (0, 1)
    assert tokens.covering(4, 7) == (1, 3)
    assert tokens.covering(5, 7) == (3, 3)
    assert tokens.covering(5, 6) is None
    assert tokens.covering(9, 12) is None
    assert tokens.covering(0, 99) == (0, 3)


@pytest.mark.parametrize("question", [0, 5, QUESTION_TOKENS, 300])
@pytest.mark.parametrize("header", [0, HEADER_TOKENS, 113])
def test_windows_hold_every_token_of_a_passage(question: int, header: int) -> None:
    asked, above = range(1_000, 1_000 + question), range(2_000, 2_000 + header)
    before = [BOS, *asked[:64], EOS, EOS, *above[:112], EOS]
    room = WINDOW_TOKENS - len(before) - 1
    for length in (0, 1, room - 1, room, room + 1, 2 * room - OVERLAP_TOKENS, 600, 2_000):
        ids = tuple(range(10_000, 10_000 + length))
        windows = list(windows_of(asked, above, Tokens(ids, ((0, 0),) * length)))
        assert (windows[0].first, windows[-1].last) == (0, length)
        for window in windows:
            assert len(window.ids) <= WINDOW_TOKENS
            assert window.ids == (*before, *ids[window.first : window.last], EOS)
            assert window.ids[window.at : -1] == ids[window.first : window.last]
        for one, after in itertools.pairwise(windows):
            assert len(one.ids) == WINDOW_TOKENS
            assert one.last - after.first == OVERLAP_TOKENS
        step = room - OVERLAP_TOKENS
        assert len(windows) == max(1, -(-(length - OVERLAP_TOKENS) // step))


@pytest.mark.parametrize("word", ["كَلِمة", "e\u0301te\u0301", "şəhər", "部"])
def test_an_answer_is_marked_in_every_window_that_holds_it(word: str) -> None:
    words = [f"{word}{n}" for n in range(400)]
    text = " ".join(words)
    places = list(itertools.accumulate((len(w) + 1 for w in words), initial=0))
    examples = Examples(tokenizer())
    tokens = examples.tokens(text)
    for n in range(0, 398, 9):
        spans = ((places[n], places[n + 2] - 1), (places[n], places[n] + len(words[n])))
        reading = Reading("", "Où ?", text, "titre", "fr", spans)
        made = list(examples.of(reading))
        assert [one.window for one in made] == list(
            windows_of(examples.tokens("Où ?").ids, examples.tokens("titre").ids, tokens)
        )
        assert len(made) > 2
        for one in made:
            found = []
            for start, end in one.answers:
                assert one.window.at <= start <= end < len(one) - 1
                shift = one.window.first - one.window.at
                first, last = tokens.offsets[start + shift], tokens.offsets[end + shift]
                found.append((first[0], last[1]))
            inside = [
                (a, b)
                for a, b in spans
                if tokens.offsets[one.window.first][0] <= a
                and b <= tokens.offsets[one.window.last - 1][1]
            ]
            assert found == inside
        assert any(len(one.answers) == 2 for one in made)


def test_a_question_without_an_answer_has_none_in_any_window() -> None:
    examples = Examples(tokenizer())
    made = list(examples.of(Reading("", "Où ?", "mot " * 900, "", "fr", ())))
    assert len(made) > 2
    assert all(one.answers == () for one in made)


# Spans


def tokens_and_logits(chance: random.Random) -> tuple[Tokens, list[Window], list[Logits]]:
    """A passage of tokens with gaps and empty ones, in windows of random numbers."""
    at, offsets = 0, []
    for _ in range(chance.randrange(0, 700)):
        at += chance.choice((0, 0, 1, 3))
        offsets.append((at, at := at + chance.choice((0, 1, 2, 5))))
    tokens = Tokens(tuple(range(len(offsets))), tuple(offsets))
    windows = list(windows_of(range(chance.randrange(20)), range(9), tokens))
    random_numbers = np.random.default_rng(chance.randrange(10**6))
    logits = [
        (random_numbers.normal(size=(len(window.ids), 3)) - 3).astype(np.float32)
        for window in windows
    ]
    return tokens, windows, logits


@pytest.mark.parametrize("seed", range(12))
def test_windows_are_merged_where_each_sees_most(seed: int) -> None:
    tokens, windows, logits = tokens_and_logits(random.Random(seed))
    seen = merged(tokens, windows, logits)
    for n in range(len(tokens.ids)):
        holding = [k for k, window in enumerate(windows) if window.first <= n < window.last]
        edge = {k: min(n - windows[k].first, windows[k].last - 1 - n) for k in holding}
        best = max(holding, key=lambda k: (edge[k], -k))
        row = logits[best][windows[best].at + n - windows[best].first]
        assert seen.starts[n] == row[0] - logits[best][0, 0]
        assert seen.ends[n] == row[1] - logits[best][0, 1]
    assert seen.answerable == max(float(values[0, 2]) for values in logits)
    assert seen.tokens is tokens


@pytest.mark.parametrize("seed", range(12))
def test_the_best_span_is_the_best_of_all(seed: int) -> None:
    chance = random.Random(seed)
    seen = merged(*tokens_and_logits(chance))
    offsets = seen.tokens.offsets
    length = offsets[-1][1] if offsets else 0
    for _ in range(6):
        start = chance.randrange(length + 1)
        end = start + chance.choice((0, 1, 30, length))
        within = [n for n, (a, b) in enumerate(offsets) if a < b and a < end and b > start]
        best = seen.best(start, end)
        if not within:
            assert best is None
            continue
        pairs = [
            (seen.starts[a] + seen.ends[b], a, b)
            for a in range(within[0], within[-1] + 1)
            for b in range(a, min(a + ANSWER_TOKENS, within[-1] + 1))
        ]
        score, first, last = max(pairs)
        assert best is not None
        assert best.score == pytest.approx(float(score))
        assert (best.start, best.end) == (max(offsets[first][0], start), min(offsets[last][1], end))


def test_a_span_is_no_longer_than_an_answer() -> None:
    tokens = Tokens(tuple(range(100)), tuple((n, n + 1) for n in range(100)))
    low = np.full(100, -9, np.float32)
    starts, ends = low.copy(), low.copy()
    starts[10], ends[10 + ANSWER_TOKENS - 1], ends[10 + ANSWER_TOKENS], ends[9] = 5, 3, 4, 9
    best = Seen(tokens, starts, ends, 0.0).best(0, 100)
    assert best is not None
    assert (best.start, best.end, best.score) == (10, 10 + ANSWER_TOKENS, 8.0)


# Batches


def example(length: int, *found: tuple[int, int], at: int = 4) -> Example:
    """An example whose passage lies between the first `at` tokens and the last."""
    ids = (BOS, *range(5, length + 3), EOS)
    return Example(Window(ids, at, 7, 7 + length - at - 1), found)


def test_batches_hold_every_example_once_and_are_their_seed() -> None:
    chance = random.Random(0)
    examples = [example(chance.choice((6, 40, 41, 200, 383, 384))) for _ in range(300)]
    made = batches(examples, 3)
    assert sorted(map(id, itertools.chain(*made))) == sorted(map(id, examples))
    for batch in made:
        widths = {-(-len(one) // WIDTH_STEP) * WIDTH_STEP for one in batch}
        assert len(widths) == 1
        assert len(batch) * widths.pop() <= TOKENS_A_BATCH
    # One that is not full for each width, at most.
    sizes = Counter((-(-len(batch[0]) // WIDTH_STEP), len(batch)) for batch in made)
    for width, _ in sizes:
        full = TOKENS_A_BATCH // (width * WIDTH_STEP)
        assert sum(n for (w, size), n in sizes.items() if w == width and size < full) <= 1
    assert [list(map(id, batch)) for batch in made] == [list(map(id, b)) for b in batches(examples, 3)]  # fmt: skip
    assert made != batches(examples, 4)
    assert batches([], 0) == []


def test_batches_and_what_is_in_them_come_in_random_order() -> None:
    examples = [example(40) for _ in range(10 * (TOKENS_A_BATCH // 48))]
    examples += [example(200)] * 3  # too few to fill a batch
    number = {id(one): n for n, one in enumerate(examples)}
    places = []
    for seed in range(10):
        made = batches(examples, seed)
        assert len(made) == 11
        places.append(next(n for n, batch in enumerate(made) if len(batch) == 3))
        numbers = [number[id(one)] for batch in made if len(batch) > 3 for one in batch]
        assert numbers != sorted(numbers)
        whole = made[0 if len(made[0]) > 3 else 1]
        assert [number[id(one)] for one in whole] != sorted(number[id(one)] for one in whole)
    assert len(set(places)) > 3


def test_an_example_wider_than_a_batch_is_one() -> None:
    assert [len(batch) for batch in batches([example(TOKENS_A_BATCH + 1)] * 2, 0)] == [1, 1]


def test_a_batch_marks_the_gold_positions() -> None:
    rows = [example(20, (5, 6), (5, 9)), example(12), example(17, (18 - 3, 18 - 3), at=6)]
    batch = collated(rows)
    assert batch.padding.shape == (3, 32)
    ids = batch.ids.view(3, 32)
    for n, one in enumerate(rows):
        length = len(one)
        assert ids[n, :length].tolist() == list(one.window.ids)
        assert set(ids[n, length:].tolist()) == {1}
        assert batch.padding[n].tolist() == [k >= length for k in range(32)]
        allowed = [0, *range(one.window.at, length - 1)]
        assert batch.candidates[n].nonzero().flatten().tolist() == allowed
        for marked, side in ((batch.starts, 0), (batch.ends, 1)):
            golds = sorted({answer[side] for answer in one.answers} or {0})
            assert marked[n].nonzero().flatten().tolist() == golds
    assert batch.places.view(3, 32).tolist() == [list(range(32))] * 3


@pytest.mark.parametrize("lengths", [(16,), (3, 16, 9), (2, 3), (31, 32, 5, 32)])
def test_padded_attention_is_that_of_texts_one_after_another(lengths: Sequence[int]) -> None:
    torch.manual_seed(0)
    layers = [Layer(24, 4, 48, 1e-12) for _ in range(2)]
    for parameter in itertools.chain(*(layer.parameters() for layer in layers)):
        nn.init.normal_(parameter)
    batch = collated([example(length, at=1) for length in lengths])
    rows, width = batch.padding.shape
    real = ~batch.padding.flatten()
    states = torch.randn(rows * width, 24)
    together, apart = states, states[real]
    for layer in layers:
        together, apart = layer(together, padded(batch.padding)), layer(apart, packed(lengths))
    assert (together[real] - apart).abs().max() < 1e-5
    assert apart.abs().max() > 0.1
    assert not torch.isnan(together).any()


def test_the_loss_is_of_starts_ends_and_whether_there_is_an_answer() -> None:
    listed = replace(example(14, (5, 6), (7, 8), (9, 9)), every=True)
    rows = [example(10, (5, 6), (7, 8)), example(12), listed]
    batch = collated(rows)
    logits = torch.randn(3 * 16, 3, generator=torch.Generator().manual_seed(0))

    def network(ids: Tensor, places: Tensor, _: object) -> Tensor:
        assert ids.shape == places.shape == (48,)
        return logits

    wanted = []
    for n, one in enumerate(rows):
        values = logits[16 * n : 16 * (n + 1)].double()
        allowed = [0, *range(one.window.at, len(one) - 1)]
        for side in (0, 1):
            golds = {answer[side] for answer in one.answers} or {0}
            chances = values[allowed, side].softmax(0)
            right = torch.stack([chances[allowed.index(gold)] for gold in golds])
            likelihood = right.log().mean() if one.every else right.sum().log()
            wanted.append(-likelihood / 6)
        sign = 1 if one.answers else -1
        wanted.append(-nn.functional.logsigmoid(sign * values[0, 2]) / 6)
    loss = loss_of(cast(SpanNetwork, network), batch)
    assert loss.item() == pytest.approx(sum(wanted).item(), rel=1e-5)  # type: ignore[union-attr]


def test_the_rate_rises_and_falls_and_the_state_goes_on() -> None:
    def steps(optimiser: Optimiser, model: nn.Linear, numbers: range) -> list[Tensor]:
        for number in numbers:
            model(torch.full((2, 3), number + 1.0)).square().sum().backward()
            optimiser.step(number)
        return [parameter.detach().clone() for parameter in model.parameters()]

    def fresh() -> tuple[nn.Linear, Optimiser]:
        torch.manual_seed(0)
        model = nn.Linear(3, 2).bfloat16().float()
        return model, Optimiser(model, 0.01, 100)

    model, optimiser = fresh()
    start = [parameter.detach().clone() for parameter in model.parameters()]
    before = steps(optimiser, model, range(1))
    # One sixth of the way up, Adam's first step is a sixth of the rate, whatever the gradient.
    assert (before[1] - start[1]).abs().max().item() == pytest.approx(0.01 / 6, rel=0.01)
    middle = steps(optimiser, model, range(1, 5))
    state = copy.deepcopy(optimiser.state())
    whole = steps(optimiser, model, range(5, 8))
    other, resumed = fresh()
    resumed.restore(state)
    assert all(torch.equal(a, b) for a, b in zip(middle, other.parameters(), strict=True))
    assert all(torch.equal(a, b) for a, b in zip(whole, steps(resumed, other, range(5, 8)), strict=True))  # fmt: skip
    last = steps(optimiser, model, range(100, 101))  # the rate has come down to nothing
    assert all(torch.equal(a, b) for a, b in zip(whole, last, strict=True))


def test_readings_are_varied_in_text_and_question_and_keep_their_answers() -> None:
    text = "Un a dit oui. La session s'est tenue à Lima. Elle a duré deux jours ! Tous ont signé."
    start = text.index("Lima")
    reading = Reading("1", "Où s'est-elle tenue ?", text, "", "fr", ((start, start + 4),))
    made = varied([reading] * 300, seed=1)
    assert made == varied([reading] * 300, seed=1)
    assert {one.text[a:b] for one in made for a, b in one.spans} == {"Lima"}
    assert 30 < sum(one.text != text for one in made) < 90
    assert {one.question for one in made} == {
        "Où s'est-elle tenue ?",
        "Où s'est-elle tenue",
        "où s'est-elle tenue",
    }


def test_a_shortened_text_holds_the_same_answers_at_its_own_places() -> None:
    text = "Un a dit oui. La session s'est tenue à Lima. Elle a duré deux jours ! Tous ont signé."
    start = text.index("Lima")
    reading = Reading("1", "Où ?", text, "", "fr", ((start, start + 4),))
    seen = set()
    for seed in range(40):
        short = shortened(reading, random.Random(seed))
        assert [short.text[a:b] for a, b in short.spans] == ["Lima"]
        assert short.text in text
        seen.add(short.text)
        without = shortened(replace(reading, spans=()), random.Random(seed))
        assert without.text in text
        assert without.spans == ()
    assert "La session s'est tenue à Lima." in seen
    assert len(seen) > 3
