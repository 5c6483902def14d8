"""Fitting: what tells the right candidate gets the weight, and nothing is measured on itself."""

from __future__ import annotations

import random

import numpy as np
import pytest

from benchmarks.asked import Asked, from_items
from benchmarks.fit import READ_ALONE, SEEN_ALONE, cross_validated, fit
from index import Document, Encoder, Hit, Passage, Span
from qa.question import Question
from qa.reader import Candidate, Evidence, Read, reader_for

QUESTION = Question("Qui ?", "Qui ?", "fr")


def candidate(span: float, noise: random.Random) -> Candidate:
    document = Document("a", "Une phrase.", "Titre", "fr", None, None, 0)
    passage = Passage(document, 0, 11, (Span(0, 11),), "fr")
    hit = Hit(passage, 0.1, 0.9, 0.8, None, np.zeros((1, 4), np.float32))
    evidence = Evidence(*(noise.random() for _ in range(7)))
    return Candidate(hit, Span(0, 11), 0.0, None, evidence, (), Read(span, noise.random()))


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    """Questions whose right candidate has the likeliest span, and some where none is right."""
    noise = random.Random(0)
    made = []
    for number in range(200):
        right = number % 4 != 0
        spans = [6.0 if right else -2.0, -4.0, -6.0]
        made.append(
            Asked(
                f"document {number // 2}",
                QUESTION,
                [candidate(span + noise.gauss(0, 0.5), noise) for span in spans],
                [right, False, False],
                right,
            )
        )
    return made


def test_what_tells_the_right_candidate_is_found(asked: list[Asked]) -> None:
    fitted = fit(asked)
    assert fitted.within_reach == 1.0
    assert fitted.fitted.best_is_right == 1.0
    assert fitted.fitted.auroc == 1.0
    assert fitted.fitted.ece < 0.05
    assert fitted.reader["span"] > 0
    assert fitted.confidence["fact: span"] > 0
    assert fitted.confidence["fact: sentence"] == 0
    assert fitted.read_alone.best_is_right == 1.0
    assert fitted.seen_alone.best_is_right < 0.7
    assert fitted.thresholds[0][1:] >= (0.95, 0.9)


def test_every_question_is_measured_once_by_weights_of_other_documents(asked: list[Asked]) -> None:
    assert len(cross_validated(asked, READ_ALONE)) == len(asked)
    # Noise that would tell documents apart is worth nothing on others.
    outcomes = cross_validated(asked, SEEN_ALONE)
    right = [o.right for o in outcomes if o.answerable]
    assert sum(right) / len(right) < 0.7


def test_items_are_asked_about_what_they_hold(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    corpus = from_items(3, tmp_path_factory.mktemp("items"), encoder)
    asked = list(corpus.asked(reader_for(encoder)))
    assert len(asked) == len(corpus.questions)
    answerable = [a for a in asked if a.answerable]
    assert answerable
    # Of so few documents every passage is found, so a right sentence is always among them.
    assert all(any(a.right) for a in answerable)
    assert not any(any(a.right) for a in asked if not a.answerable)
