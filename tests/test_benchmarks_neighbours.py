"""The comparison of vector indexes: its truth, its data, and all of it on a few passages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import neighbours
from benchmarks.neighbours import Corpus
from index.encoder import Vectors
from index.vectors import VectorIndex


def vectors(count: int, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(count, 16)) + 0.7
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


class Counting:
    """An encoder that gives every text another vector."""

    model = "counting"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return vectors(len(texts), seed=len(texts[0]))

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Vectors]:
        yield vectors(len(texts))


def corpus(count: int) -> Corpus:
    articles = np.arange(60) // 3
    return neighbours.repeated(vectors(60), np.arange(60) % 2, articles, vectors(4, 9), count)


def squad_file(path: Path, articles: int) -> Path:
    """Two paragraphs an article, with one question each."""
    data = [
        {
            "paragraphs": [
                {
                    "context": f"{path.stem} {article} {number}",
                    "qas": [{"id": "1", "question": "?" * (article + 1), "answers": [{}]}],
                }
                for number in range(2)
            ]
        }
        for article in range(articles)
    ]
    path.write_text(json.dumps({"data": data}), "utf-8")
    return path


def test_a_copy_is_as_near_as_two_paragraphs_of_one_article() -> None:
    first = vectors(60)
    pairs = [first[a] @ first[b] for a in range(60) for b in range(a) if a // 3 == b // 3]
    made = corpus(6000)
    assert made.copy_cosine == pytest.approx(float(np.mean(pairs)), abs=0.03)
    assert (made.passages[:60].astype(np.float32) * first).sum(axis=1).max() < 0.999
    assert np.linalg.norm(made.passages.astype(np.float32), axis=1) == pytest.approx(1, abs=1e-3)
    assert len(np.unique(made.passages, axis=0)) == 6000
    assert made.languages.tolist() == [0, 1] * 3000


def test_the_truth_is_what_the_index_finds_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "BLOCK", 70)  # the best of several blocks
    made = corpus(300)
    index = VectorIndex.build(
        np.arange(300), made.passages, [f"{number}" for number in made.languages], 1
    )
    means = neighbours.language_means(made)
    for among in (None, np.arange(0, 300, 2)):
        truth = neighbours.nearest(made, means, among)
        for question, expected in zip(made.questions, truth, strict=True):
            assert index.search(question, 50, among) == expected.tolist()


def test_recall_counts_what_is_found_among_the_nearest() -> None:
    truth = np.arange(50)[None]
    found = [*range(5), *range(50, 70), *range(5, 10), *range(10, 30)]
    measured = neighbours.measured("half", lambda _: found, vectors(1), truth)
    assert (measured.recall_10, measured.in_50, measured.recall_50) == (0.5, 1, 0.6)


def test_paragraphs_are_encoded_with_their_language_and_article(tmp_path: Path) -> None:
    files = [squad_file(tmp_path / "a.json", 2), squad_file(tmp_path / "b.json", 1)]
    found, languages, articles, questions = neighbours.encoded(Counting(), files, 4)
    assert (len(found), len(questions)) == (6, 4)
    assert languages.tolist() == [0, 0, 0, 0, 1, 1]
    assert articles.tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.filterwarnings("error")
def test_the_command_compares_and_keeps_what_it_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(neighbours, "load", Counting)
    files = [str(squad_file(tmp_path / "a.json", 40)), str(squad_file(tmp_path / "b.json", 20))]
    cache = tmp_path / "cache.npz"
    arguments = [*files, "--passages", "400", "--questions", "8", "--cache", str(cache)]
    neighbours.main([*arguments, "--json", "--kinds", "Flat", "IVF4,SQ8 /1", "SQ8,Refine(Flat)"])
    found = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in found["kinds"]] == [
        "entente",
        "Flat",
        "IVF4,SQ8 /1",
        "SQ8,Refine(Flat)",
    ]
    for one in found["kinds"]:
        assert one["in_50"] >= 0.97, one
    flat = found["kinds"][1]
    assert (flat["recall_10"], flat["recall_50"]) == (1, 1)
    assert flat["bytes_a_passage"] == pytest.approx(64, abs=1)
    assert [one["recall_10"] for one in found["filtered"]] == [1, 1, 1, 1]
    assert (found["passages"], found["questions"]) == (400, 8)

    monkeypatch.setattr(neighbours, "load", None)  # nothing is encoded again
    neighbours.main([*arguments, "--kinds"])
    assert "entente" in capsys.readouterr().out
