"""Any number of passages, and whether what is told of an index of them is what is there."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from topics import CONTEXTS, FILES
from wordy import WordEncoder

from benchmarks import scale
from benchmarks.apart import Memory, apart, memory
from benchmarks.copies import LIKENESS, grown, is_copy, original_of, originals
from benchmarks.fresh import Fresh, Questions
from benchmarks.metrics import recall
from index.encoder import Vectors
from index.local import LocalStore
from index.reprints import REPRINT, likeness
from index.store import Entry
from index.vectors import VectorIndex


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    return originals(CONTEXTS, WordEncoder(), tmp_path_factory.mktemp("encoded"))


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions.encoded(
        [asked.question for file in FILES for asked in file.asked[:10]], WordEncoder()
    )


@pytest.fixture(scope="module")
def place(entries: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("scale") / "index"
    scale.build(entries, 300, into, "words")
    return into


def test_originals_hold_every_context_once(entries: list[Entry]) -> None:
    texts = [entry.document.text for entry in entries]
    assert all(
        sum(context in text for text in texts) == 1 for contexts in CONTEXTS for context in contexts
    )
    assert {len(text.split("\n\n")) for text in texts} == {1, 2, 3}


def test_originals_have_the_vectors_of_their_own_texts(entries: list[Entry]) -> None:
    for entry in entries[:5]:
        own = WordEncoder().encode_queries([passage.text for passage in entry.passages])
        assert np.allclose(entry.passage_vectors, own)
        text = entry.document.text
        own = WordEncoder().encode_queries([text[s.start : s.end] for s in entry.sentences])
        assert np.allclose(entry.sentence_vectors, own)


def test_a_second_run_encodes_nothing(tmp_path: Path) -> None:
    class Once(WordEncoder):
        asked = 0

        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            type(self).asked += 1
            return super().encode_passages(texts)

    first = originals(CONTEXTS, Once(), tmp_path)
    again = originals(CONTEXTS, Once(), tmp_path)
    assert Once.asked == 1
    assert np.array_equal(first[3].passage_vectors, again[3].passage_vectors)
    originals(CONTEXTS[:1], Once(), tmp_path)
    assert Once.asked == 2


@pytest.mark.parametrize("passages", [1, 50, 300])
def test_as_many_passages_as_asked_for_and_hardly_more(entries: list[Entry], passages: int) -> None:
    counts = [len(entry.passages) for entry in grown(entries, passages)]
    assert sum(counts) >= passages > sum(counts[:-1])


def test_a_larger_collection_begins_as_a_smaller_one(entries: list[Entry]) -> None:
    small, large = list(grown(entries, 120)), list(grown(entries, 240))
    for one, other in zip(small, large, strict=False):
        assert one.document == other.document
        assert one.words == other.words
        assert np.array_equal(one.passage_vectors, other.passage_vectors)


def test_copies_are_documents_of_their_own(entries: list[Entry]) -> None:
    many = list(grown(entries, 300))
    assert len({entry.document.source for entry in many}) == len(many)
    copies = [entry for entry in many if is_copy(entry.document.source)]
    assert len(copies) == len(many) - len(entries)
    by_source = {entry.document.source: entry for entry in entries}
    for copy in copies:
        original = by_source[original_of(copy.document.source)]
        assert copy.document.text == original.document.text
        assert likeness(copy.signature, original.signature) < REPRINT
        assert all(passage.document is copy.document for passage in copy.passages)
        for words, known in zip(copy.words, original.words, strict=True):
            assert words.stems.startswith(known.stems + " ")


def test_a_copy_is_as_near_to_its_original_as_is_said(entries: list[Entry]) -> None:
    means = _means(entries)
    many = list(grown(entries, 40 * len(entries)))[len(entries) :]
    by_source = {entry.document.source: entry for entry in entries}
    cosines = []
    for copy in many:
        original = by_source[original_of(copy.document.source)]
        mean = means[copy.document.language]
        for one, other in zip(copy.passage_vectors, original.passage_vectors, strict=True):
            assert np.isclose(np.linalg.norm(one), 1)
            cosines.append(_cosine(one - mean, other - mean))
    assert abs(float(np.mean(cosines)) - LIKENESS) < 0.015
    assert set(means) == {"en", "fr"}
    assert all(_cosine(mean, means[language]) > 0.99 for language, mean in _means(many).items())


def _means(entries: list[Entry]) -> dict[str, Vectors]:
    rows: dict[str, list[Vectors]] = {}
    for entry in entries:
        rows.setdefault(entry.document.language, []).extend(entry.passage_vectors)
    return {language: np.mean(vectors, axis=0) for language, vectors in rows.items()}


def _cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_what_is_built_is_what_is_there(entries: list[Entry], tmp_path: Path) -> None:
    into = tmp_path / "index"
    built = scale.build(entries, 200, into, "words")
    (vectors,) = into.glob("vectors-*")
    assert built.faiss_bytes == vectors.stat().st_size
    every = sum(path.stat().st_size for path in into.iterdir())
    assert built.sqlite_bytes + built.faiss_bytes == every
    with sqlite3.connect(into / "index.sqlite") as connection:
        passages, documents = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("passages", "documents")
        )
    connection.close()
    assert (built.passages, built.documents) == (passages, documents)
    assert 200 <= built.passages < 203
    assert built.passages_a_second == built.passages / built.seconds


def test_no_copy_is_taken_for_a_reprint(place: Path) -> None:
    with LocalStore(place).reading() as snapshot:
        listed = snapshot.listed()
        assert not list(snapshot.inconsistencies())
    dispatches = Counter(one.dispatch for one in listed)
    copies = [one for one in listed if is_copy(one.document.source)]
    assert copies
    assert all(dispatches[one.dispatch] == 1 for one in copies)


def test_exact_search_compares_every_passage(
    place: Path, questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "CHUNK", 7)
    found = scale.exact(LocalStore(place), questions, 10)
    with LocalStore(place).reading() as snapshot:
        keys, vectors, languages = snapshot.vectors()
        for vector, ranked in zip(questions.vectors, found, strict=True):
            means = snapshot.language_means(vector)
            scores = vectors.astype(np.float32) @ vector
            scores -= np.array([means[language] for language in languages], np.float32)
            assert np.allclose(
                scores[np.searchsorted(keys, ranked)], np.sort(scores)[::-1][:10], atol=1e-6
            )


def test_recall_is_the_share_of_the_expected_that_is_found() -> None:
    assert recall([1, 2, 3, 9], [1, 2, 3, 4]) == 0.75
    assert recall([], [1]) == 0
    assert recall([4, 3], [3, 4]) == 1


def test_an_index_that_finds_what_exact_search_finds_agrees(
    place: Path, questions: Questions
) -> None:
    assert scale.agreement(place, questions) == scale.Agreement(recall=1, first=1, same=1)


def test_an_index_that_misses_passages_is_told_apart(
    place: Path, questions: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    nearest = VectorIndex.search

    def every_other(self, vector, limit, keys=None):  # type: ignore[no-untyped-def]
        return nearest(self, vector, 2 * limit, keys)[1::2]

    monkeypatch.setattr(VectorIndex, "search", every_other)
    found = scale.agreement(place, questions)
    assert 0.3 < found.recall < 0.7
    assert found.same <= found.first <= 1
    assert found.same < 1


def test_every_size_is_measured_from_end_to_end(tmp_path: Path) -> None:
    sizes = tuple(scale.measure(FILES, WordEncoder(), [150, 60], 10, tmp_path, encode=False))
    small, large = sizes
    assert small.built.passages < large.built.passages
    assert small.fresh.open_seconds > 0
    assert small.fresh.p50_ms <= small.fresh.p95_ms
    assert small.fresh.encoding_p50_ms is None
    peak, imported = small.fresh.searched, small.fresh.imported
    assert peak.peak_mb >= peak.resident_mb >= imported.resident_mb > peak.mapped_mb > 0
    assert (tmp_path / "passages-60" / "index.sqlite").exists()
    assert str(large.built.passages) in scale._table(scale.Scale(10, sizes)).splitlines()[0]
    (again,) = scale.measure(FILES, WordEncoder(), [60], 10, tmp_path, encode=False, built=True)
    assert (again.built, again.agreement) == (small.built, small.agreement)


def test_curves_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra «benchmarks» is not installed")
    from benchmarks.curves import CURVES, draw

    memory = Memory(100, 90, 40)
    sizes = [
        scale.Size(
            scale.Built(n, n, n, n / 1e3, 1e3, 8000 * n, 800 * n, 100),
            Fresh(0.3, 20, 30, memory, memory, None, None),
            scale.Agreement(1, 1, 1),
        )
        for n in (1_000, 10_000)
    ]
    draw(sizes, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text().count('id="axes_') == len(CURVES)


def test_work_apart_gives_its_result_its_fault_and_its_end() -> None:
    assert apart(divmod, 7, 3) == (2, 1)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        apart(divmod, 7, 0)
    with pytest.raises(RuntimeError, match="ended with 3"):
        apart(os._exit, 3)


def _holding() -> tuple[Memory, Memory]:
    before = memory()
    held = np.ones(40_000_000, np.uint8)
    after = memory()
    assert len(held)
    return before, after


def test_memory_counts_what_is_held() -> None:
    before, after = apart(_holding)  # where nothing was freed before that could be taken again
    assert 30 < after.resident_mb - before.resident_mb < 60
    assert after.peak_mb >= after.resident_mb - 1
