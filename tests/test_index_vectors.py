"""The index of vectors: exact while small, nearly so when compressed, and never read when it is not
what was written."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoder import Vectors
from index.vectors import SHRINKAGE, VectorIndex, file_of, index, lists
from index.vectors.rows import Keys, Rows

LANGUAGES = ("fr", "ar", "en")
NONE = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Passages:
    keys: Keys
    vectors: Vectors
    languages: list[str]

    def index(self, generation: int = 1) -> VectorIndex:
        return VectorIndex.build(self.keys, self.vectors, self.languages, generation)

    def at(self, places: Sequence[int]) -> Passages:
        languages = [self.languages[place] for place in places]
        return Passages(self.keys[list(places)], self.vectors[list(places)], languages)

    def __add__(self, other: Passages) -> Passages:
        return Passages(
            np.concatenate([self.keys, other.keys]),
            np.concatenate([self.vectors, other.vectors]),
            [*self.languages, *other.languages],
        )


def unit(vectors: Vectors) -> Vectors:
    made = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(made, np.float16).astype(np.float32)


def passages(
    count: int, *, first: int = 3, seed: int = 1, languages: Sequence[str] = LANGUAGES
) -> Passages:
    """Those of a language lie together, and all of them on one side; keys are every third number,
    in no order."""
    chance = np.random.default_rng(seed)
    numbers = chance.integers(0, len(languages), count)
    middles = np.random.default_rng(0).normal(size=(len(languages), 32)) * 0.5 + 0.5
    vectors = unit(np.asarray(chance.normal(size=(count, 32)) + middles[numbers], np.float32))
    keys = first + 3 * chance.permutation(count).astype(np.int64)
    return Passages(keys, vectors, [languages[number] for number in numbers])


def questions(count: int) -> Vectors:
    return unit(np.asarray(np.random.default_rng(9).normal(size=(count, 32)) + 0.4, np.float32))


def reference(of: Passages, vector: Vectors, limit: int, among: Keys | None = None) -> list[int]:
    """The ranking spelled out: the cosine, less that with the shrunk mean of the language."""
    means = reference_means(of)
    ahead = {
        int(key): float(row @ vector - means[language] @ vector)
        for key, row, language in zip(of.keys, of.vectors, of.languages, strict=True)
        if among is None or key in among
    }
    return sorted(ahead, key=lambda key: (-ahead[key], key))[:limit]


def reference_means(of: Passages) -> dict[str, Vectors]:
    whole = of.vectors.mean(axis=0)
    means = {}
    for language in set(of.languages):
        own = [v for v, code in zip(of.vectors, of.languages, strict=True) if code == language]
        means[language] = (np.sum(own, axis=0) + SHRINKAGE * whole) / (len(own) + SHRINKAGE)
    return means


def recall(found: VectorIndex, of: Passages, among: Keys | None = None, limit: int = 30) -> float:
    """The share of the 10 nearest that are among `limit`; no more than those admitted ever are."""
    shares = []
    for vector in questions(20):
        keys = found.search(vector, limit, among)
        assert len(keys) == len(set(keys))
        assert set(keys) <= set((of.keys if among is None else among).tolist())
        expected = reference(of, vector, 10, among)
        shares.append(len(set(keys) & set(expected)) / len(expected))
    return float(np.mean(shares))


def same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above 500 passages an index is compressed, and compares 300 of them again."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 500)
    monkeypatch.setattr(index, "REACH", 1)
    monkeypatch.setattr(index, "LEAST_REACH", 300)


@pytest.fixture(params=["exact", "compressed"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> VectorIndex:
    """An index of 600 passages, in either form."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 1000 if request.param == "exact" else 500)
    return passages(600).index(5)


# Exact


@pytest.mark.parametrize("count", [1, 2, 7, 300])
def test_the_nearest_for_their_languages_come_first(count: int) -> None:
    of = passages(count)
    for vector in questions(10):
        for limit in (1, 5, count + 3):
            assert of.index().search(vector, limit) == reference(of, vector, limit)


def test_a_search_among_some_keys_ranks_those_alone() -> None:
    of = passages(300)
    among = {
        "half": of.keys[::2],
        "few": of.keys[:3],
        "one": of.keys[:1],
        "none": NONE,
        "with others that are not here": np.concatenate([of.keys[:40], [0, 1, 10**9]]),
    }
    for admitted in among.values():
        for vector in questions(5):
            expected = reference(of, vector, 20, admitted)
            assert of.index().search(vector, 20, admitted) == expected


def test_keys_may_lie_far_apart() -> None:
    near = passages(300)
    far = Passages(near.keys * 10**15, near.vectors, near.languages)
    for vector in questions(5):
        for limit in (5, 20):
            expected = [key * 10**15 for key in reference(near, vector, limit, near.keys[::2])]
            assert far.index().search(vector, limit, far.keys[::2]) == expected


def test_of_two_alike_the_one_with_the_lower_key_comes_first() -> None:
    vectors = np.repeat(questions(1), 4, axis=0)
    of = Passages(np.array([9, 2, 40, 7], np.int64), vectors, ["fr"] * 4)
    assert of.index().search(vectors[0], 4) == [2, 7, 9, 40]


def test_a_question_knows_the_mean_of_each_language() -> None:
    of = passages(30)
    (vector,) = questions(1)
    found = of.index().group_means(vector)
    expected = {code: float(mean @ vector) for code, mean in reference_means(of).items()}
    assert found == pytest.approx(expected, abs=1e-6)


def test_a_language_does_not_crowd_out_the_others() -> None:
    """Ten passages of one language lie together near the question; the one that answers does
    not."""
    base = np.array([1.0, 0.0, 0.0], np.float32)
    crowd = np.stack([base + np.array([0, 0.01 * i, 0]) for i in range(10)])
    other = np.array([[0.6, 0.0, 0.8], [-0.6, 0.0, 0.8]])
    made = unit(np.concatenate([crowd, other]).astype(np.float32))
    found = VectorIndex.build(np.arange(12), made, ["en"] * 10 + ["fr"] * 2, 1)
    question = np.array([0.9, 0.0, 0.436], np.float32)
    assert found.search(question, 1) == [10]
    assert int((made @ question).argmax()) != 10


def test_what_the_store_holds_as_float16_may_come_as_such(either: VectorIndex) -> None:
    of = passages(600)
    half = VectorIndex.build(of.keys, of.vectors.astype(np.float16), of.languages, 5)
    for vector in questions(5):
        assert half.search(vector, 20) == either.search(vector, 20)


def test_an_empty_index_finds_nothing_and_can_be_added_to(tmp_path: Path) -> None:
    empty = passages(0).index()
    assert len(empty) == 0
    assert empty.search(questions(1)[0], 5) == []
    assert empty.group_means(questions(1)[0]) == {}
    empty.save(tmp_path)
    loaded = VectorIndex.load(tmp_path, 1)
    assert loaded is not None
    of = passages(10)
    assert recall(loaded.changed(NONE, of.keys, of.vectors, of.languages, 2), of) == 1


# Compressed


@pytest.mark.usefixtures("compressed")
@pytest.mark.parametrize("share", [None, 0.5, 0.05, 0.003])
def test_nearly_all_of_the_nearest_are_found(share: float | None) -> None:
    of = passages(4000)
    among = None if share is None else of.keys[: round(share * 4000)]
    assert recall(of.index(), of, among) >= 0.95


def test_what_a_compressed_index_finds_is_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The few that it compares again decide: with one for each that is asked for, some are
    missed."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 500)
    monkeypatch.setattr(index, "REACH", 1)
    of = passages(4000)
    shares = []
    for reach in (1, 300, 4000):
        monkeypatch.setattr(index, "LEAST_REACH", reach)
        shares.append(recall(of.index(), of))
    assert shares[0] < 0.9 < 0.95 <= shares[1] < shares[2] + 0.01
    monkeypatch.setattr(index, "LEAST_REACH", 1)
    monkeypatch.setattr(index, "REACH", 10)
    assert recall(of.index(), of) == shares[1]


@pytest.mark.usefixtures("compressed")
@pytest.mark.parametrize(("added", "apart"), [(False, 8), (True, 2)])
def test_a_language_does_not_crowd_out_the_others_when_compressed(added: bool, apart: int) -> None:
    """The passages of the questions' language have higher cosines with them than the others."""
    chance = np.random.default_rng(3)
    middles = np.repeat(np.eye(2, 32) * apart, 1000, axis=0)
    vectors = unit(np.asarray(middles + chance.normal(size=(2000, 32)), np.float32))
    of = Passages(np.arange(2000), vectors, ["en"] * 1000 + ["fr"] * 1000)
    found = of.index()
    if added:
        other = of.at(range(1000, 2000))
        found = of.at(range(1000)).index()
        found = found.changed(NONE, other.keys, other.vectors, other.languages, 2)
    for vector in unit(questions(10) + np.eye(1, 32, dtype=np.float32)):
        expected = set(reference(of, vector, 20))
        assert max(expected) >= 1000
        assert len(expected & set(found.search(vector, 50))) >= 19


@pytest.mark.usefixtures("compressed")
def test_dimensions_may_be_odd() -> None:
    of = passages(600)
    odd = Passages(of.keys, unit(of.vectors[:, :31]), of.languages)
    vector = unit(questions(1)[:, :31])[0]
    found = odd.index().search(vector, 10)
    assert len(set(found) & set(reference(odd, vector, 10))) >= 9


# Contents


def test_the_contents_are_those_given_by_key(either: VectorIndex) -> None:
    of = passages(600)
    keys, vectors, languages = either.contents()
    order = np.argsort(of.keys)
    assert np.array_equal(keys, of.keys[order])
    assert languages == [of.languages[place] for place in order]
    assert vectors.dtype == np.float16
    assert np.abs(vectors - of.vectors[order]).max() < 0.005


def test_exact_contents_are_exact() -> None:
    of = passages(20)
    assert np.array_equal(of.index().contents()[1], of.vectors[np.argsort(of.keys)])


# Changed


def test_a_changed_index_is_what_would_be_built() -> None:
    old, new = passages(300), passages(40, first=4, seed=2, languages=("en", "az", "tr"))
    kept = old.at(range(60, 300)) + new
    changed = old.index().changed(old.keys[:60], new.keys, new.vectors, new.languages, 2)
    built = kept.index(2)
    assert changed.generation == 2
    for vector in questions(10):
        assert changed.search(vector, 50) == built.search(vector, 50)
        assert changed.group_means(vector) == pytest.approx(built.group_means(vector), abs=1e-6)
    assert same(changed.contents(), built.contents())


def test_a_language_that_is_gone_has_no_mean() -> None:
    of = passages(30)
    french = [place for place, language in enumerate(of.languages) if language == "fr"]
    changed = of.index().changed(of.keys[french], NONE, of.vectors[:0], [], 2)
    assert set(changed.group_means(questions(1)[0])) == {"ar", "en"}


def test_an_index_without_its_last_passage_is_empty(either: VectorIndex) -> None:
    of = passages(600)
    assert len(either.changed(of.keys, NONE, of.vectors[:0], [], 6)) == 0
    assert recall(either.changed(of.keys, of.keys, of.vectors, of.languages, 6), of) > 0.95


def test_keys_that_are_not_there_are_removed_from_nothing(either: VectorIndex) -> None:
    changed = either.changed(np.array([1, 2, 10**9]), NONE, passages(0).vectors, [], 6)
    assert len(changed) == 600


@pytest.mark.usefixtures("compressed")
def test_a_compressed_index_changes(tmp_path: Path) -> None:
    old, new = passages(3000), passages(400, first=4, seed=2, languages=("en", "az", "tr"))
    kept = old.at(range(600, 3000)) + new
    old.index(1).save(tmp_path)
    loaded = VectorIndex.load(tmp_path, 1)
    assert loaded is not None
    changed = loaded.changed(old.keys[:600], new.keys, new.vectors, new.languages, 2)
    changed.save(tmp_path)
    again = VectorIndex.load(tmp_path, 2)
    assert again is not None
    for found in (changed, again):
        assert len(found) == len(kept.keys)
        assert recall(found, kept) >= 0.95
        assert recall(found, kept, new.keys) >= 0.95
        assert recall(found, kept, new.keys[:20]) >= 0.95
    (vector,) = questions(1)
    expected = {code: float(mean @ vector) for code, mean in reference_means(kept).items()}
    assert again.group_means(vector) == pytest.approx(expected, abs=1e-3)
    assert np.array_equal(again.contents()[0], np.sort(kept.keys))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many passages compressed lists were trained by, each time that they were."""
    times: list[int] = []
    original = lists.Lists.compressed.__func__  # type: ignore[attr-defined]

    def compressed(cls: type[lists.Lists], rows: Rows, means: Vectors) -> lists.Lists:
        times.append(len(rows))
        made: lists.Lists = original(cls, rows, means)
        return made

    monkeypatch.setattr(lists.Lists, "compressed", classmethod(compressed))
    return times


@pytest.mark.usefixtures("compressed")
def test_an_index_is_compressed_when_it_has_grown_and_trained_again_when_twice_as_large(
    trained: list[int],
) -> None:
    of = passages(1300)
    found = of.at(range(500)).index()
    assert trained == []
    for start, expected in ((500, [600]), (600, [600]), (1200, [600, 1300])):
        more = of.at(range(start, {500: 600, 600: 1200, 1200: 1300}[start]))
        found = found.changed(NONE, more.keys, more.vectors, more.languages, start)
        assert trained == expected
    assert recall(found, of) >= 0.95


@pytest.mark.usefixtures("compressed")
def test_a_compressed_index_stays_so_when_it_shrinks_until_it_is_empty(trained: list[int]) -> None:
    of = passages(600)
    found = of.index().changed(of.keys[10:], NONE, of.vectors[:0], [], 2)
    assert recall(found, of.at(range(10))) == 1
    found = found.changed(of.keys[:10], of.keys[10:20], of.vectors[10:20], of.languages[10:20], 3)
    assert np.array_equal(found.contents()[1], of.at(range(10, 20)).index().contents()[1])
    assert trained == [600]


@pytest.mark.usefixtures("compressed")
def test_there_may_be_more_languages_than_lists(
    monkeypatch: pytest.MonkeyPatch, trained: list[int]
) -> None:
    monkeypatch.setattr(lists, "SPARE", 2)
    old = passages(600)
    new = passages(90, first=4, seed=2, languages=("az", "tr", "ru"))
    changed = old.index().changed(NONE, new.keys, new.vectors, new.languages, 2)
    assert recall(changed, old + new) >= 0.95
    assert trained == [600, 690]


def test_the_old_index_stays_as_it_is(either: VectorIndex) -> None:
    of, new = passages(600), passages(300, first=4, seed=2)
    before = [either.search(vector, 50) for vector in questions(10)]
    means = either.group_means(questions(1)[0])
    either.changed(of.keys[:300], new.keys, new.vectors, ["az"] * 300, 6)
    assert [either.search(vector, 50) for vector in questions(10)] == before
    assert either.group_means(questions(1)[0]) == means
    assert (len(either), either.generation) == (600, 5)


# The file


def test_what_is_saved_is_loaded(either: VectorIndex, tmp_path: Path) -> None:
    either.save(tmp_path)
    loaded = VectorIndex.load(tmp_path, 5)
    assert loaded is not None
    assert (len(loaded), loaded.generation) == (600, 5)
    assert same(loaded.contents(), either.contents())
    file_of(tmp_path, 5).unlink()  # who has it open keeps it
    for vector in questions(10):
        assert loaded.search(vector, 50) == either.search(vector, 50)
        assert loaded.group_means(vector) == either.group_means(vector)


def test_the_same_passages_give_the_same_file(either: VectorIndex, tmp_path: Path) -> None:
    either.save(tmp_path)
    first = file_of(tmp_path, 5).read_bytes()
    passages(600).index(5).save(tmp_path)
    assert file_of(tmp_path, 5).read_bytes() == first


def test_a_file_of_another_generation_is_not_loaded_whatever_its_name(
    either: VectorIndex, tmp_path: Path
) -> None:
    either.save(tmp_path)
    assert VectorIndex.load(tmp_path, 6) is None
    file_of(tmp_path, 5).rename(file_of(tmp_path, 6))
    assert VectorIndex.load(tmp_path, 6) is None


def test_saving_leaves_the_files_of_others(tmp_path: Path) -> None:
    for generation in (5, 6):
        passages(3).index(generation).save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "vectors-5.faiss",
        "vectors-6.faiss",
    ]


def test_a_garbled_file_is_as_good_as_none(either: VectorIndex, tmp_path: Path) -> None:
    either.save(tmp_path)
    whole = file_of(tmp_path, 5).read_bytes()
    chance = random.Random(2)
    for number in range(300):
        garbled = bytearray(whole)
        garbled[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        if number % 3 == 0:
            garbled[-1 - chance.randrange(40)] ^= 1 << chance.randrange(8)
        content = bytes(garbled) if number % 2 else whole[: chance.randrange(len(whole))]
        file_of(tmp_path, 5).write_bytes(content)
        assert VectorIndex.load(tmp_path, 5) is None


@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 40, b"\x00" * 1000, b"\xff" * 1000])
def test_a_foreign_file_is_as_good_as_none(content: bytes, tmp_path: Path) -> None:
    file_of(tmp_path, 5).write_bytes(content)
    assert VectorIndex.load(tmp_path, 5) is None


def test_a_folder_in_its_place_is_as_good_as_none(tmp_path: Path) -> None:
    file_of(tmp_path, 5).mkdir()
    assert VectorIndex.load(tmp_path, 5) is None


def test_a_save_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages(3).index(5).save(tmp_path)
    before = file_of(tmp_path, 5).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        passages(9).index(5).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-5.faiss"]
    assert file_of(tmp_path, 5).read_bytes() == before


# Threads


def test_several_threads_search_at_once(either: VectorIndex) -> None:
    asked = questions(40)
    among = passages(600).keys[::2]
    expected = [either.search(vector, 20, among) for vector in asked]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(5):
            found = threads.map(lambda vector: either.search(vector, 20, among), asked)
            assert list(found) == expected
