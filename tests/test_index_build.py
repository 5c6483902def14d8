"""Builds that are clean, disturbed and killed: an index is always the one before or the new one."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from wordy import WordEncoder, build_apart, write

from index import Index
from index.bm25 import Phrase
from index.build import NO_SENTENCE, STAGED, Report, build
from index.errors import (
    CorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
    ModelError,
)
from index.files import Skipped
from index.local import LocalStore
from index.local.schema import FILE
from index.vectors import VectorIndex
from index.verify import verify

ENCODER = WordEncoder()
SENTENCE = "Le ministre des Affaires étrangères a reçu son homologue numéro {}. "


def corpus(folder: Path, version: int, documents: int = 10) -> Path:
    """Documents that all change with `version`."""
    return write(
        folder,
        {f"{n:02}.txt": SENTENCE.format(n) * 30 + f"Version {version}." for n in range(documents)},
    )


def held(into: Path) -> dict[str, str]:
    with LocalStore(into).reading() as snapshot:
        return {document.source: document.text for document in snapshot.documents()}


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_bytes().decode() for path in sorted(folder.glob("*.txt"))}


def generation(into: Path) -> int:
    with LocalStore(into).reading() as snapshot:
        return snapshot.generation()


def assert_sound(into: Path) -> None:
    assert verify(into, ENCODER).differences == ()


def test_only_what_changed_is_encoded(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1), tmp_path / "ix"
    seen: list[tuple[int, int]] = []
    report = build(folder, into, ENCODER, lambda done, total, _: seen.append((done, total)))
    assert report == Report(tuple(files(folder)), (), (), (), ())
    assert seen == [(done, 10) for done in range(11)]
    first = generation(into)

    assert build(folder, into, ENCODER) == Report((), (), (), tuple(files(folder)), ())
    assert generation(into) == first

    write(folder, {"03.txt": "Un autre texte a été publié.", "aa.txt": "Un texte s'y ajoute."})
    (folder / "05.txt").unlink()
    seen.clear()
    report = build(folder, into, ENCODER, lambda done, total, _: seen.append((done, total)))
    assert (report.added, report.changed, report.removed) == (("aa.txt",), ("03.txt",), ("05.txt",))
    assert len(report.unchanged) == 8
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert generation(into) > first
    assert held(into) == files(folder)
    assert_sound(into)


def test_what_was_removed_is_no_longer_found_by_its_words(tmp_path: Path) -> None:
    folder, into = tmp_path / "docs", tmp_path / "ix"
    write(folder, {"a.txt": "Le tétras a chanté.", "b.txt": "Le ministre a parlé."})
    build(folder, into, ENCODER)
    (folder / "a.txt").unlink()
    build(folder, into, ENCODER)
    with LocalStore(into).reading() as snapshot:
        lost = [Phrase("stems", "tetr"), Phrase("stems", "chant")]
        assert snapshot.frequency(lost) == 0
        assert snapshot.vocabulary() == ["ministr", "parl"]
        assert [entry.words[0].stems for entry in snapshot.entries()] == ["ministr parl"]


def test_a_file_that_is_skipped_is_named_and_the_rest_is_indexed(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    (folder / "bad.txt").write_bytes(b"\xff\xff")
    write(folder, {"date.txt": "Bakou, 19 avril 2023, AZERTAC\n"})
    report = build(folder, into, ENCODER)
    bad, dated = report.skipped
    assert bad.source == "bad.txt"
    assert bad.reason.startswith("not utf-8 text: byte 0xff at 0")
    assert dated == Skipped("date.txt", NO_SENTENCE)
    assert report.added == ("00.txt", "01.txt")
    write(folder, {"00.txt": "Bakou, 19 avril 2023, AZERTAC\n"})
    report = build(folder, into, ENCODER)
    assert (report.removed, report.unchanged) == (("00.txt",), ("01.txt",))
    assert_sound(into)


@pytest.mark.parametrize(
    "text",
    ["mot " * 250_000, "\u200fقال الوزير.\u200e\u200b", "un\r\ndeux\rtrois.\r", "🙂 oui", "Titre\nTitre\n",
     "x", "mot\ufeff\u200b"],
    ids=["million", "arabic", "line-ends", "emoji", "headings", "letter", "marks"],
)  # fmt: skip
def test_odd_texts_are_indexed_as_they_are(tmp_path: Path, text: str) -> None:
    folder, into = write(tmp_path / "docs", {"a\n\u202e.txt": text}), tmp_path / "ix"
    build(folder, into, WordEncoder(batch=64))
    assert held(into) == {"a\n\u202e.txt": text}
    assert_sound(into)


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def binary(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(b"\0\xff")


def dates(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_text("Bakou, 19 avril 2023, AZERTAC\n")


def a_file(folder: Path) -> None:
    empty(folder)
    folder.rmdir()
    folder.touch()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (empty, "holds no documents; expected files in .csv, .docx"),
        (binary, r"holds no readable document: 00.txt: not a text file .* \(and 1 more\)"),
        (dates, "holds no readable document: 00.txt: no sentence in it"),
        (a_file, "expected a folder of documents, found a file"),
    ],
)
def test_a_folder_without_documents_is_a_fault_and_the_index_stays(
    tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    build(folder, into, ENCODER)
    before = held(into)
    spoil(folder)
    with pytest.raises(CorpusError, match=message):
        build(folder, into, ENCODER)
    assert held(into) == before


def test_an_index_is_not_made_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with pytest.raises(CorpusError):
        build(tmp_path / "docs", tmp_path / "ix", ENCODER)
    assert not (tmp_path / "ix").exists()


def test_another_model_or_another_folder_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "ix"
    build(corpus(tmp_path / "docs", 1, 2), into, ENCODER)
    with pytest.raises(ModelError, match="was built with the model 'words', not 'other'"):
        build(tmp_path / "docs", into, WordEncoder(model="other"))
    with pytest.raises(CorpusError, match=r"is that of .*docs, not of .*more"):
        build(corpus(tmp_path / "more", 1, 2), into, ENCODER)
    assert held(into) == files(tmp_path / "docs")


def test_an_index_moves_with_its_folder(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "here" / "docs", 1, 2)
    build(folder, tmp_path / "here" / "ix", ENCODER)
    (tmp_path / "here").rename(tmp_path / "there")
    report = build(tmp_path / "there" / "docs", tmp_path / "there" / "ix", ENCODER)
    assert len(report.unchanged) == 2
    assert_sound(tmp_path / "there" / "ix")


@pytest.mark.parametrize("name", ["ix", "ix/under"])
def test_a_file_where_the_index_should_be_is_a_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / "ix").touch()
    with pytest.raises(IndexWriteError, match="ix"):
        build(corpus(tmp_path / "docs", 1, 2), tmp_path / name, ENCODER)


def test_a_missing_faiss_file_is_written_again_by_the_next_build(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    build(folder, into, ENCODER)
    (path,) = into.glob("*.faiss")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert build(folder, into, ENCODER).unchanged
    assert path.read_bytes() == whole


def test_a_missing_faiss_file_is_written_again_by_the_next_change(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    build(folder, into, ENCODER)
    (path,) = into.glob("*.faiss")
    path.unlink()
    (into / "vectors-0.tmp").write_text("left by a build that was killed")
    corpus(folder, 2, 2)
    build(folder, into, ENCODER)
    assert [p.name for p in into.glob("vectors*")] == [f"vectors-{generation(into)}.faiss"]
    assert_sound(into)


def test_a_faiss_file_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(VectorIndex, "save", full)
    into = tmp_path / "ix"
    report = build(corpus(tmp_path / "docs", 1, 2), into, ENCODER)
    assert report.warning == (
        "the FAISS file could not be written (No space left on device); it is made at opening"
    )
    assert Index.open(into, ENCODER).search("ministre", "fr").hits


def test_an_index_made_anew_does_not_take_up_the_old_faiss_file(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    build(folder, into, ENCODER)
    for path in into.glob("index.sqlite*"):
        path.unlink()
    corpus(folder, 2, 2)
    build(folder, into, ENCODER)
    assert_sound(into)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", IndexMissingError),
        (b"\0" * 100, IndexDamagedError),
        (b"not a database, though it is as long as a header of one has to be, and then some" * 2,
         IndexDamagedError),
    ],
    ids=["empty", "zeros", "text"],
)  # fmt: skip
def test_a_garbled_store_is_a_fault_and_not_overwritten(
    tmp_path: Path, content: bytes, fault: type[Exception]
) -> None:
    folder, into = corpus(tmp_path / "docs", 1, 2), tmp_path / "ix"
    into.mkdir()
    (into / FILE).write_bytes(content)
    advice = "build it again" if fault is IndexMissingError else "mend it: python -m index repair"
    with pytest.raises(fault, match=advice):
        Index.open(into, ENCODER)
    if fault is IndexMissingError:
        build(folder, into, ENCODER)
        assert_sound(into)
    else:
        with pytest.raises(IndexDamagedError, match=advice):
            build(folder, into, ENCODER)
        assert (into / FILE).read_bytes() == content


# Processes of their own.


class Apart:
    """A build in another process; `said` is what it answers, None if it was killed."""

    def __init__(
        self, folder: Path, into: Path, pause: float = 0, largest_file: int | None = None
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["wordy"])
        self._answer, theirs = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=build_apart, args=(theirs, folder, into, pause, largest_file)
        )
        self.process.start()
        theirs.close()
        assert self._answer.recv() == "ready"

    def said(self) -> str | None:
        try:
            return str(self._answer.recv())
        except EOFError:
            return None
        finally:
            self.process.join()
            self._answer.close()


KILLS = 16


def test_a_build_that_is_killed_leaves_the_index_before_or_the_new_one(tmp_path: Path) -> None:
    folder, into = tmp_path / "docs", tmp_path / "ix"
    chance = random.Random(8)
    for version in (-1, 0):  # the first starts the server that the others come from
        corpus(folder, version)
        started = time.monotonic()
        assert Apart(folder, into, pause=0.002).said() == "done"
        longest = time.monotonic() - started
    kills = version = 0
    while kills < KILLS:
        version += 1
        assert version <= 5 * KILLS, f"{version - 1} builds, of which {kills} were killed in time"
        before = held(into)
        corpus(folder, version)
        apart = Apart(folder, into, pause=0.002)
        time.sleep(chance.uniform(0, longest))
        apart.process.kill()
        said = apart.said()
        kills += said is None
        assert held(into) in (before, files(folder))
        assert Index.open(into, ENCODER).search("ministre", "fr").hits
        if version % 3 == 0:
            build(folder, into, ENCODER)
            assert held(into) == files(folder)
            assert_sound(into)


def test_a_first_build_that_is_killed_leaves_no_index_or_a_whole_one(tmp_path: Path) -> None:
    folder = corpus(tmp_path / "docs", 0)
    for number in range(5):
        into = tmp_path / f"ix{number}"
        apart = Apart(folder, into, pause=0.01)
        time.sleep(0.02 * number)
        apart.process.kill()
        apart.said()
        try:
            assert held(into) == files(folder)
        except IndexMissingError:
            build(folder, into, ENCODER)
            assert held(into) == files(folder)
        assert_sound(into)


def test_two_builds_at_once_are_one_build_and_one_fault(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 1), tmp_path / "ix"
    build(folder, into, ENCODER)
    corpus(folder, 2)
    apart = Apart(folder, into, pause=0.1)
    until = time.monotonic() + 30
    while not (into / STAGED).exists() and time.monotonic() < until:
        time.sleep(0.005)
    with pytest.raises(IndexBusyError, match="is being built by another process"):
        build(folder, into, ENCODER)
    assert Index.open(into, ENCODER).search("ministre", "fr").hits
    assert apart.said() == "done"
    assert held(into) == files(folder)
    assert_sound(into)


@pytest.mark.parametrize("size", [0, 4_096, 65_536])
def test_a_disk_that_is_full_leaves_the_index_as_it_was(tmp_path: Path, size: int) -> None:
    """A limit on the size of files stands in for the disk."""
    folder, into = corpus(tmp_path / "docs", 1, 40), tmp_path / "ix"
    build(folder, into, ENCODER)
    before = held(into)
    corpus(folder, 2, 40)
    said = Apart(folder, into, largest_file=size).said()
    assert said is not None
    assert said.startswith("IndexWriteError: ")
    assert str(into) in said
    assert " cannot be written: " in said
    assert held(into) == before
    assert_sound_but_for_files(into)
    build(folder, into, ENCODER)
    assert held(into) == files(folder)
    assert_sound(into)


def assert_sound_but_for_files(into: Path) -> None:
    differences = verify(into, ENCODER).differences
    assert all("its file has changed" in line for line in differences), differences
