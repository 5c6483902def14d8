"""The FAISS file: exact, stamped, and never trusted when it is not what was written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Vectors
from index.vectors import SHRINKAGE, VectorIndex, file_of

KEYS = np.array([3, 7, 11, 400], np.int64)
GROUPS = np.array([0, 1, 1, 0], np.int64)


def vectors() -> Vectors:
    made = np.random.default_rng(1).normal(size=(4, 8)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def built(generation: int) -> VectorIndex:
    return VectorIndex.build(KEYS, vectors(), GROUPS, generation)


def group_means(groups: Sequence[int]) -> Vectors:
    """The reference: what a passage of a group is measured from, spelled out."""
    whole = vectors().mean(axis=0)
    rows = []
    for group in groups:
        own = [v for v, g in zip(vectors(), GROUPS, strict=True) if g == group]
        rows.append((np.sum(own, axis=0) + SHRINKAGE * whole) / (len(own) + SHRINKAGE))
    return np.stack(rows)


def test_nearness_is_the_cosine_beside_that_of_the_group() -> None:
    question = vectors()[2]
    near = built(5).near(question, KEYS.tolist())
    means = group_means(GROUPS.tolist()) @ question
    for place, key in enumerate(KEYS.tolist()):
        assert near[key].cosine == pytest.approx(float(vectors()[place] @ question), abs=1e-6)
        assert near[key].group_mean == pytest.approx(float(means[place]), abs=1e-6)


def test_the_nearest_for_their_groups_come_first() -> None:
    for question in vectors():
        ahead = vectors() @ question - group_means(GROUPS.tolist()) @ question
        expected = [int(KEYS[place]) for place in np.argsort(-ahead)]
        assert built(5).search(question, 4) == expected
        assert built(5).search(question, 2) == expected[:2]


def test_a_group_of_its_own_kind_does_not_crowd_out_the_others() -> None:
    """Ten passages of one language lie together near the question; the one that answers does
    not."""
    base = np.array([1.0, 0.0, 0.0], np.float32)
    crowd = np.stack([base + np.array([0, 0.01 * i, 0]) for i in range(10)])
    other = np.array([[0.6, 0.0, 0.8], [-0.6, 0.0, 0.8]])
    made = np.concatenate([crowd, other]).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    index = VectorIndex.build(np.arange(12), made, np.array([0] * 10 + [1] * 2), 1)
    question = np.array([0.9, 0.0, 0.436], np.float32)
    assert index.search(question, 1) == [10]
    assert int((made @ question).argmax()) != 10


def test_a_search_among_some_keys_finds_no_others() -> None:
    assert set(built(5).search(vectors()[2], 4, [3, 400])) == {3, 400}


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    built(5).save(tmp_path)
    loaded = VectorIndex.load(tmp_path, 5)
    assert loaded is not None
    assert (len(loaded), loaded.generation) == (4, 5)
    keys, stored = loaded.contents()
    assert np.array_equal(keys, KEYS)
    assert np.array_equal(stored[:, :8], vectors())


def test_a_file_of_another_generation_is_not_loaded_whatever_its_name(tmp_path: Path) -> None:
    built(5).save(tmp_path)
    assert VectorIndex.load(tmp_path, 6) is None
    file_of(tmp_path, 5).rename(file_of(tmp_path, 6))
    assert VectorIndex.load(tmp_path, 6) is None


def test_saving_drops_the_files_of_other_generations(tmp_path: Path) -> None:
    for generation in (5, 6):
        built(generation).save(tmp_path)
    (tmp_path / "vectors-4.tmp").touch()
    built(7).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-7.faiss"]


def test_a_garbled_file_is_as_good_as_none(tmp_path: Path) -> None:
    built(5).save(tmp_path)
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
