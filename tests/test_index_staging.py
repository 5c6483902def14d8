"""What is encoded is not encoded again, however a build was stopped, and is never anything else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from wordy import CountingEncoder, WordEncoder, contents, write

from index import staging as module
from index.build import STAGED, build
from index.errors import CorpusError, EntenteError, IndexMissingError, IndexWriteError
from index.local import LocalStore
from index.staging import key_of, staging

ENCODER = WordEncoder()
TEXTS = {f"{n}.txt": f"Le document numéro {n} a été publié." for n in range(8)}
EACH = 2  # texts of a document: its passage and its sentence
KEY = key_of("words", "1", ["a text"])
VECTORS = np.array([[0.6, 0.8], [0.8, -0.6]], np.float32)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write(tmp_path / "docs", TEXTS)
    return tmp_path


def stop(place: Path, fault: BaseException, most: int = 5 * EACH) -> None:
    """A build that is stopped when so many texts are encoded."""
    with pytest.raises(type(fault)):
        build(place / "docs", place / "ix", CountingEncoder(most=most, fault=fault))


def resume(place: Path) -> CountingEncoder:
    encoder = CountingEncoder()
    build(place / "docs", place / "ix", encoder)
    return encoder


def left(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "ix").glob(f"{STAGED}*"))


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), MemoryError(), CorpusError("stopped")])
def test_a_build_that_was_stopped_goes_on(place: Path, fault: BaseException) -> None:
    stop(place, fault)
    with pytest.raises(IndexMissingError), LocalStore(place / "ix").reading():
        pass
    assert left(place) == [STAGED]
    assert resume(place).seen == [text for text in list(TEXTS.values())[5:] for _ in range(EACH)]
    assert left(place) == []
    build(place / "docs", place / "at once", ENCODER)
    assert contents(place / "ix") == contents(place / "at once")


def test_a_build_is_stopped_any_number_of_times(place: Path) -> None:
    encoded = 0
    for _ in range(3):
        stop(place, KeyboardInterrupt(), most=2 * EACH)
        encoded += 2 * EACH
    assert len(resume(place).seen) == len(TEXTS) * EACH - encoded


def test_a_change_that_was_stopped_leaves_the_index_and_goes_on(place: Path) -> None:
    build(place / "docs", place / "ix", ENCODER)
    before = contents(place / "ix")
    write(place / "docs", {name: f"{text} Et relu." for name, text in TEXTS.items()})
    stop(place, KeyboardInterrupt())
    assert contents(place / "ix") == before
    assert len(resume(place).seen) < len(TEXTS) * EACH
    assert left(place) == []


def test_half_a_document_is_encoded_again(place: Path) -> None:
    stop(place, KeyboardInterrupt(), most=5 * EACH + 1)
    assert len(resume(place).seen) == 3 * EACH


def test_what_changed_meanwhile_is_encoded_as_it_is_now(place: Path) -> None:
    stop(place, KeyboardInterrupt())
    write(place / "docs", {"0.txt": "Un autre texte a été publié."})
    (place / "docs" / "1.txt").unlink()
    assert set(resume(place).seen) == {
        "Un autre texte a été publié.",
        *list(TEXTS.values())[5:],
    }


def test_a_document_that_is_cut_otherwise_is_encoded_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its text is the same: with another title, say, its headline is prose."""
    text = "Un titre\n\nLe ministre a parlé."
    write(place / "docs", {"0.txt": text})
    stop(place, KeyboardInterrupt())
    monkeypatch.setattr("index.documents._headline", lambda text, start, *_: ("", start))
    monkeypatch.setattr("index.passages.is_heading", lambda line: False)
    build(place / "docs", place / "at once", ENCODER)
    resume(place)
    assert contents(place / "ix") == contents(place / "at once")


def test_another_recipe_takes_nothing_up(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop(place, KeyboardInterrupt())
    monkeypatch.setattr("index.entries.RECIPE", "newer")
    assert len(resume(place).seen) == len(TEXTS) * EACH


def test_another_model_takes_nothing_up(place: Path) -> None:
    stop(place, KeyboardInterrupt())
    other = CountingEncoder(model="other")
    build(place / "docs", place / "ix", other)
    assert len(other.seen) == len(TEXTS) * EACH


@pytest.mark.parametrize(
    "content", [b"", b"garbage" * 1_000, b"SQLite format 3\0" + b"\xff" * 5_000], ids=repr
)
def test_a_file_that_is_none_is_begun_again(place: Path, content: bytes) -> None:
    (place / "ix").mkdir()
    (place / "ix" / STAGED).write_bytes(content)
    assert len(resume(place).seen) == len(TEXTS) * EACH
    assert left(place) == []


def test_bytes_flipped_anywhere_are_found_out(place: Path) -> None:
    """Whatever a loss of power makes of the file, the index is the same."""
    stop(place, KeyboardInterrupt())
    whole = (place / "ix" / STAGED).read_bytes()
    build(place / "docs", place / "at once", ENCODER)
    expected = contents(place / "at once")
    reused = 0
    for at in range(0, len(whole), len(whole) // 12):
        garbled = bytearray(whole)
        garbled[at : at + 64] = bytes(byte ^ 0x55 for byte in garbled[at : at + 64])
        into = place / f"ix{at}"
        into.mkdir()
        (into / STAGED).write_bytes(garbled)
        encoder = CountingEncoder()
        build(place / "docs", into, encoder)
        reused += len(encoder.seen) < len(TEXTS) * EACH
        assert contents(into) == expected
    assert reused


def test_a_place_that_cannot_be_written_is_a_fault_and_names_the_file(place: Path) -> None:
    (place / "ix" / STAGED).mkdir(parents=True)
    with pytest.raises(IndexWriteError, match=rf"{STAGED} cannot be written: .*delete"):
        resume(place)


# ── the file itself ──────────────────────────────────────────────────────────────────────────────


def test_what_is_put_is_got_under_its_key_alone(tmp_path: Path) -> None:
    with staging(tmp_path / "kept") as kept:
        assert kept.get(KEY) is None
        kept.put(KEY, VECTORS)
        found = kept.get(KEY)
        assert found is not None
        assert found.dtype == np.float32
        assert np.abs(found - VECTORS).max() < 1e-3
        for other in (
            key_of("other", "1", ["a text"]),
            key_of("words", "2", ["a text"]),
            key_of("words", "1", ["another text"]),
            key_of("words", "1", ["a", " text"]),
            key_of("words", "1", ["a text", ""]),
        ):
            assert kept.get(other) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_put_is_kept_by_a_fault(tmp_path: Path) -> None:
    def put(path: Path) -> None:
        with staging(path) as kept:
            kept.put(KEY, VECTORS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "kept")
    with staging(tmp_path / "kept") as kept:
        assert kept.get(KEY) is not None


def test_what_is_put_is_kept_from_time_to_time_for_whoever_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> int:
        with closing(sqlite3.connect(tmp_path / "kept")) as other:
            return int(other.execute("SELECT count(*) FROM encoded").fetchone()[0])

    with staging(tmp_path / "kept") as kept:
        kept.put(KEY, VECTORS)
        assert rows() == 0
        monkeypatch.setattr(module, "SECONDS", 0.0)
        kept.put(key_of("words", "1", ["another text"]), VECTORS)
        assert rows() == 2


def test_a_fault_of_the_disk_is_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(EntenteError), staging(tmp_path / "nowhere" / "kept"):
        pass
