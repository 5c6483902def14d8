"""The count of operations by hand, the texts, and the benchmark from end to end on a few texts."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from benchmarks import encoding
from index.documents import parse
from index.e5 import Shape

SHAPE = Shape(
    hidden=4, layers=2, heads=2, feed_forward=10, vocabulary=9, positions=9, token_types=1,
    epsilon=1e-12,
)  # fmt: skip


def test_operations_are_those_of_weights_and_of_attention() -> None:
    # A layer has 4 matrices of 4 x 4 and two of 4 x 10: 144 weights. A text of 3 tokens has 9
    # pairs, each of 4 products and sums for its score and 4 for its value.
    assert encoding.operations(SHAPE, [3]) == 2 * (2 * 144 * 3 + 2 * (4 + 4) * 9)
    both = encoding.operations(SHAPE, [3]) + encoding.operations(SHAPE, [5])
    assert encoding.operations(SHAPE, [3, 5]) == both
    assert encoding.operations(SHAPE, []) == 0
    assert encoding.operations(dataclasses.replace(SHAPE, layers=1), [3]) == 288 * 3 + 16 * 9


def test_texts_are_passages_and_sentences() -> None:
    document = parse("a.txt", "The ministers met in Lima.\n\nThey signed an accord there.")
    found = encoding.texts_of([document])
    assert "They signed an accord there." in found
    assert any("Lima" in text and "accord" in text for text in found)


@pytest.mark.parametrize(
    ("count", "expected"), [(2, ["a", "b"]), (3, ["a", "b", "c"]), (5, ["a", "b", "c", "a", "b"])]
)
def test_texts_are_repeated_where_they_are_fewer(count: int, expected: list[str]) -> None:
    assert encoding.chosen(["a", "b", "c"], count) == expected


def test_from_end_to_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "SIDE", 128)
    path = tmp_path / "squad.json"
    paragraphs = [{"context": "The ministers met in Lima.", "qas": []}]
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")
    encoding.main([str(path), "--texts", "3", "--runs", "1", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["texts"] == 3
    assert found["tokens"] == 3 * 11
    assert found["texts_a_second"] > 0
    # One run, so the medians are its own figures.
    assert found["share"] == pytest.approx(found["gigaflops"] / found["product_gigaflops"])
    assert found["ratio"] == pytest.approx(
        found["texts_a_second"] / found["baseline_texts_a_second"]
    )
    encoding.main([str(path), "--texts", "3", "--runs", "1"])
    assert "share of the product" in capsys.readouterr().out
