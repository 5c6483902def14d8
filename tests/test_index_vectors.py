"""The FAISS file: exact, stamped, and never trusted when it is not what was written."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Vectors
from index.vectors import VectorIndex, file_of

KEYS = np.array([3, 7, 11, 400], np.int64)


def vectors() -> Vectors:
    made = np.random.default_rng(1).normal(size=(4, 8)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def test_the_nearest_come_first_under_their_keys() -> None:
    index = VectorIndex.build(KEYS, vectors(), 5)
    found = index.search(vectors()[2], 4)
    assert found[0][0] == 11
    assert found[0][1] == pytest.approx(1.0)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    expected = dict(zip(KEYS.tolist(), (vectors() @ vectors()[2]).tolist(), strict=True))
    assert dict(found) == pytest.approx(expected)


def test_a_search_among_some_keys_finds_no_others() -> None:
    index = VectorIndex.build(KEYS, vectors(), 5)
    assert {key for key, _ in index.search(vectors()[2], 4, [3, 400])} == {3, 400}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    VectorIndex.build(KEYS, vectors(), 5).save(tmp_path)
    loaded = VectorIndex.load(tmp_path, 5)
    assert loaded is not None
    assert (len(loaded), loaded.generation) == (4, 5)
    keys, stored = loaded.contents()
    assert np.array_equal(keys, KEYS)
    assert np.array_equal(stored, vectors())


def test_a_file_of_another_generation_is_not_loaded_whatever_its_name(tmp_path: Path) -> None:
    VectorIndex.build(KEYS, vectors(), 5).save(tmp_path)
    assert VectorIndex.load(tmp_path, 6) is None
    file_of(tmp_path, 5).rename(file_of(tmp_path, 6))
    assert VectorIndex.load(tmp_path, 6) is None


def test_saving_drops_the_files_of_other_generations(tmp_path: Path) -> None:
    for generation in (5, 6):
        VectorIndex.build(KEYS, vectors(), generation).save(tmp_path)
    (tmp_path / "vectors-4.tmp").touch()
    VectorIndex.build(KEYS, vectors(), 7).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-7.faiss"]


def test_a_garbled_file_is_as_good_as_none(tmp_path: Path) -> None:
    VectorIndex.build(KEYS, vectors(), 5).save(tmp_path)
    whole = file_of(tmp_path, 5).read_bytes()
    chance = random.Random(2)
    for number in range(200):
        garbled = bytearray(whole)
        garbled[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        content = bytes(garbled) if number % 2 else whole[: chance.randrange(len(whole))]
        file_of(tmp_path, 5).write_bytes(content)
        assert VectorIndex.load(tmp_path, 5) is None


def test_a_folder_in_its_place_is_as_good_as_none(tmp_path: Path) -> None:
    file_of(tmp_path, 5).mkdir()
    assert VectorIndex.load(tmp_path, 5) is None
