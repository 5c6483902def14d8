"""The FAISS file of an index in a folder: there before its change is kept, and gone one change
later."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, contents, entry_of, write

from index import Filters, Index, build
from index.errors import IndexDamagedError, IndexWriteError
from index.local import LocalStore
from index.local import derived as module
from index.local import store as store_module
from index.local.derived import FolderDerived
from index.local.schema import FILE
from index.vectors import VectorIndex, file_of
from index.verify import verify

ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs", "columns": ""}
ENCODER = WordEncoder()
TEXT = "Le ministre a reçu son homologue à Bakou. "


def put(folder: Path, source: str, text: str = TEXT) -> str | None:
    """Add or change a document; returns the warning."""
    with LocalStore(folder).writing(ABOUT) as writer:
        writer.remove(source)
        writer.add(entry_of(source, text))
    return writer.warning


def generation(folder: Path) -> int:
    with LocalStore(folder).reading() as snapshot:
        return snapshot.generation()


def faiss_files(folder: Path) -> set[Path]:
    return set(folder.glob("vectors*"))


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[VectorIndex]:
    """The FAISS files written, and what the index holds while each is."""
    saved: list[VectorIndex] = []
    save = VectorIndex.save

    def look(vectors: VectorIndex, folder: Path) -> None:
        if saved:
            assert generation(folder) == saved[-1].generation
            assert file_of(folder, generation(folder)).exists()
        save(vectors, folder)
        assert file_of(folder, vectors.generation).exists()
        saved.append(vectors)

    monkeypatch.setattr(VectorIndex, "save", look)
    return saved


def test_the_file_is_written_before_its_change_is_kept(
    tmp_path: Path, saved: list[VectorIndex]
) -> None:
    for number in range(3):
        put(tmp_path, f"{number}.txt")
        assert saved[-1].generation == generation(tmp_path)
        assert len(saved[-1]) == number + 1
    assert len(saved) == 3


def test_the_file_of_the_state_before_stays_until_the_next_change(tmp_path: Path) -> None:
    """For whoever still reads that state."""
    generations = []
    for number in range(3):
        put(tmp_path, f"{number}.txt")
        generations.append(generation(tmp_path))
    assert faiss_files(tmp_path) == {file_of(tmp_path, one) for one in generations[1:]}


def test_files_that_no_state_has_are_deleted_by_the_next_change(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    before = generation(tmp_path)
    for name in ("vectors-5.faiss", "vectors-7.tmp"):  # as a writer that is killed leaves them
        (tmp_path / name).write_bytes(b"never kept")
    put(tmp_path, "b.txt")
    assert faiss_files(tmp_path) == {
        file_of(tmp_path, one) for one in (before, generation(tmp_path))
    }


def test_a_change_that_is_not_kept_leaves_the_state_and_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    before = contents(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(VectorIndex, "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            put(tmp_path, "b.txt")
    assert contents(tmp_path) == before
    assert file_of(tmp_path, generation(tmp_path)).exists()
    put(tmp_path, "b.txt")
    assert len(contents(tmp_path)[1]) == 2  # type: ignore[arg-type]


def test_a_file_that_cannot_be_written_is_a_warning_and_the_next_change_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    with monkeypatch.context() as patch:
        patch.setattr(VectorIndex, "save", full)
        warning = put(tmp_path, "b.txt", "Les tétras ont chanté.")
    assert warning == (
        "the FAISS file could not be written (No space left on device); it is made at opening"
    )
    assert not file_of(tmp_path, generation(tmp_path)).exists()
    hits = Index.open(tmp_path, ENCODER).search("les tétras", "fr").hits
    assert hits[0].passage.document.source == "b.txt"
    assert put(tmp_path, "c.txt") is None
    assert file_of(tmp_path, generation(tmp_path)).exists()
    put(tmp_path / "at once", "a.txt")
    put(tmp_path / "at once", "b.txt", "Les tétras ont chanté.")
    put(tmp_path / "at once", "c.txt")
    assert contents(tmp_path) == contents(tmp_path / "at once")


def test_a_large_index_is_not_changed_without_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    before = contents(tmp_path)
    monkeypatch.setattr(store_module, "AT_ONCE", 1)
    monkeypatch.setattr(VectorIndex, "save", full)
    with pytest.raises(IndexWriteError, match="No space left on device"):
        put(tmp_path, "b.txt")
    assert contents(tmp_path) == before


def test_a_large_index_that_lost_its_file_says_how_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    put(tmp_path, "b.txt")
    monkeypatch.setattr(module, "AT_ONCE", 1)
    assert Index.open(tmp_path, ENCODER).search("ministre", "fr").hits
    file_of(tmp_path, generation(tmp_path)).unlink()
    with pytest.raises(IndexDamagedError, match=r"FAISS file is missing.*repair"):
        Index.open(tmp_path, ENCODER).search("ministre", "fr")


def test_a_change_starts_from_the_store_where_the_file_holds_something_else(
    tmp_path: Path,
) -> None:
    put(tmp_path / "ix", "a.txt")
    now = generation(tmp_path / "ix")
    other = np.zeros((3, 64), np.float16)
    VectorIndex.build(np.arange(3), other, ["fr"] * 3, now).save(tmp_path / "ix")
    put(tmp_path / "ix", "b.txt")
    put(tmp_path / "at once", "a.txt")
    put(tmp_path / "at once", "b.txt")
    assert contents(tmp_path / "ix") == contents(tmp_path / "at once")


def test_the_file_is_read_once_for_one_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt")
    index, load, loads = Index.open(tmp_path, ENCODER), VectorIndex.load, list[int]()

    def counted(folder: Path, generation: int) -> VectorIndex | None:
        loads.append(generation)
        return load(folder, generation)

    monkeypatch.setattr(VectorIndex, "load", counted)
    for _ in range(3):
        index.search("ministre", "fr")
    assert loads == [generation(tmp_path)]


def test_what_filters_admit_is_worked_out_once_for_one_state(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    kept, french = FolderDerived(tmp_path), Filters(languages=["fr"])
    with LocalStore(tmp_path).reading() as snapshot:
        first = kept.admitted(snapshot, french)
        assert first is not None
        assert len(first) == 1
        assert kept.admitted(snapshot, Filters(languages=("fr",))) is first
        assert kept.admitted(snapshot, Filters()) is None
        for number in range(module.FILTERS_KEPT):
            kept.admitted(snapshot, Filters(sources=[str(number)]))
        assert kept.admitted(snapshot, french) is not first
    put(tmp_path, "b.txt")
    with LocalStore(tmp_path).reading() as snapshot:
        later = kept.admitted(snapshot, french)
        assert later is not None
        assert len(later) == 2


def test_an_index_of_other_documents_in_the_same_folder_has_files_of_its_own(
    tmp_path: Path,
) -> None:
    docs, into = write(tmp_path / "docs", {"a.txt": TEXT}), tmp_path / "ix"
    build(docs, into, ENCODER)
    first = generation(into)
    for path in into.glob(f"{FILE}*"):
        path.unlink()
    write(docs, {"a.txt": "Un autre texte."})
    build(docs, into, ENCODER)
    assert generation(into) != first
    assert verify(into, ENCODER).differences == ()
    with sqlite3.connect(into / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    connection.close()
