"""What the store keeps, what it takes back, and what it says when it cannot be read."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from wordy import WordEncoder, entry_of, write

from index import Filters, Index
from index.bm25 import Phrase
from index.build import build
from index.documents import parse
from index.encoder import Vectors
from index.errors import EntenteError, IndexDamagedError, IndexMissingError, IndexWriteError
from index.local import LocalStore
from index.local.schema import COUNTED, FILE, META
from index.local.snapshot import LocalSnapshot
from index.passages import sentences_of
from index.store import Counts
from index.verify import verify

ENCODER = WordEncoder()
ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs"}
TEXT = "Le ministre a reçu son homologue. " * 30 + "Ils ont signé deux accords à Bakou."


def filled(folder: Path, *sources: str) -> Path:
    with LocalStore(folder).writing(ABOUT) as writer:
        for source in sources:
            writer.add(entry_of(source, TEXT))
    return folder


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    folder, added = filled(tmp_path, "a.txt"), entry_of("a.txt", TEXT)
    with LocalStore(folder).reading() as snapshot:
        assert snapshot.meta().keys() == {*META, *COUNTED}
        words = sum(len(text.split()) for columns in added.words for text in columns)
        assert snapshot.counts() == Counts(1, len(added.passages), len(added.sentences), words)
        assert snapshot.documents() == [added.document] == [snapshot.document("a.txt")]
        assert snapshot.document("b.txt") is None
        keys, vectors, languages = snapshot.vectors()
        assert languages == ["fr"] * len(keys)
        assert_near(vectors, added.passage_vectors)
        for one, passage, vector, columns in zip(
            snapshot.stored(keys.tolist()),
            added.passages,
            added.passage_vectors,
            added.words,
            strict=True,
        ):
            assert (one.start, one.end, one.sentences, one.language) == (
                passage.start,
                passage.end,
                passage.sentences,
                passage.language,
            )
            assert one.words == columns
            assert len(one.sentence_vectors) == len(passage.sentences)
            assert_near(one.vector, vector)
        assert any("cityasiabaku" in columns.names.split() for columns in added.words)
        (read,) = snapshot.entries()
        for field in ("document", "sha256", "facts", "signature", "words"):
            assert getattr(read, field) == getattr(added, field)
        assert list(read.passages) == added.passages
        assert list(read.sentences) == added.sentences
        assert_near(read.passage_vectors, added.passage_vectors)
        assert_near(read.sentence_vectors, added.sentence_vectors)
        assert snapshot.damage() == []
        assert list(snapshot.inconsistencies()) == []


def assert_near(stored: Vectors | npt.NDArray[np.float16], given: Vectors) -> None:
    assert stored.shape == given.shape
    assert np.abs(stored - given).max() < 1e-3


def test_what_is_listed_has_its_passages_and_the_time_when_it_was_indexed(tmp_path: Path) -> None:
    long, short = (
        entry_of("b.txt", f"Bakou, 19 avril 2023, AZERTAC\n{TEXT}"),
        entry_of("a.txt", "Un mot."),
    )
    with LocalStore(tmp_path).writing(ABOUT) as writer:
        writer.add(long)
        writer.add(short)
    assert len(long.passages) > len(short.passages)
    with LocalStore(tmp_path).reading() as snapshot:
        listed = snapshot.listed()
    assert [(one.document, one.passages) for one in listed] == [
        (added.document, len(added.passages)) for added in (short, long)
    ]
    for one in listed:
        at = datetime.fromisoformat(one.indexed)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


def test_what_is_removed_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt", "b.txt")
    with LocalStore(folder).writing(ABOUT) as writer:
        writer.remove("a.txt")
        writer.remove("never there.txt")
    with LocalStore(folder).reading() as snapshot:
        keys, *_ = snapshot.vectors()
        assert [document.source for document in snapshot.documents()] == ["b.txt"]
        assert snapshot.frequency([Phrase("stems", "ministr")]) == len(keys)
        assert snapshot.counts().documents == 1
        assert list(snapshot.inconsistencies()) == []
    with sqlite3.connect(folder / FILE) as connection:
        rows = connection.execute("SELECT count(*) FROM sentences").fetchone()[0]
        assert rows == len(sentences_of(parse("b.txt", TEXT)))
    connection.close()


def test_each_change_has_a_generation_of_its_own(tmp_path: Path) -> None:
    generations = []
    for number in range(3):
        filled(tmp_path, f"{number}.txt")
        with LocalStore(tmp_path).reading() as snapshot:
            generations.append(snapshot.generation())
    assert generations == sorted(set(generations))


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt")
    with LocalStore(folder).reading() as snapshot:
        before = snapshot.generation()

    def fail() -> None:
        with LocalStore(folder).writing(ABOUT) as writer:
            writer.remove("a.txt")
            writer.add(entry_of("b.txt", TEXT))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with LocalStore(folder).reading() as snapshot:
        assert snapshot.generation() == before
        assert list(snapshot.hashes()) == ["a.txt"]


def test_a_snapshot_does_not_see_what_comes_after_it(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt")
    with LocalStore(folder).reading() as before:
        filled(folder, "b.txt")
        with LocalStore(folder).reading() as after:
            assert list(before.hashes()) == ["a.txt"]
            assert list(after.hashes()) == ["a.txt", "b.txt"]


def test_no_index_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with (
            pytest.raises(IndexMissingError, match="build one: python -m index build"),
            LocalStore(folder).reading(),
        ):
            pass
    with (
        pytest.raises(IndexDamagedError, match="File name too long"),
        LocalStore(Path("n" * 300)).reading(),
    ):
        pass


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE meta SET value = '0' WHERE key = 'format'", "has format 0, expected 4"),
        ("DELETE FROM meta WHERE key = 'model'", "lacks model"),
        ("UPDATE meta SET value = 'x' WHERE key = 'generation'", "lacks generation"),
        ("UPDATE passages SET vector = x'00'", "vectors of"),
        ("UPDATE passages SET vector = x'0000' WHERE id = 1", "vectors of"),
        ("DELETE FROM sentences", "has no sentences"),
        ("UPDATE sentences SET vector = x''", "a sentence of passage 1 is not as it was written"),
        ("UPDATE sentences SET end = end - 1", "a sentence of passage 1 is not as it was written"),
        ("UPDATE words SET stems = 'ministr' WHERE rowid = 1", "passage 1 is not as it was"),
        ("UPDATE documents SET text = replace(text, 'reçu', 'perdu')", "not as it was written"),
        ("DROP TABLE words", "no such table: words"),
        ("UPDATE documents SET text = CAST(x'ff' AS TEXT)", "Could not decode to UTF-8"),
    ],
)
def test_a_store_that_was_tampered_with_is_a_fault(
    tmp_path: Path, statement: str, message: str
) -> None:
    folder = filled(tmp_path, "a.txt", "b.txt")
    connection = sqlite3.connect(folder / FILE)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(IndexDamagedError, match=message):
        Index.open(folder, ENCODER).search("le ministre à Bakou", "fr")


def test_bytes_flipped_at_random_are_a_fault_or_do_not_matter(tmp_path: Path) -> None:
    """Never anything but an answer or one of the faults of this package."""
    folder, into = tmp_path / "docs", tmp_path / "ix"
    write(folder, {f"{n}.txt": f"date 2022-0{n + 1}\n{TEXT}" for n in range(3)})
    build(folder, into, ENCODER)
    whole = (into / FILE).read_bytes()
    with LocalStore(into).reading() as snapshot:
        meant = everything(snapshot)
    chance = random.Random(4)
    lines = []
    for number in range(120):
        garbled = bytearray(whole)
        if number % 3 == 0:
            garbled = garbled[: chance.randrange(len(whole))]
        else:
            at = chance.randrange(len(whole))
            garbled[at : at + 200] = chance.randbytes(200)
        for path in into.glob("index.sqlite-*"):
            path.unlink()
        (into / FILE).write_bytes(garbled)
        try:
            Index.open(into, ENCODER).search("le ministre à Bakou", "fr", Filters(languages=["fr"]))
            if not verify(into, ENCODER).differences:  # the bytes are of no page in use
                with LocalStore(into).reading() as snapshot:
                    assert meant == everything(snapshot)
        except EntenteError as fault:
            lines.append(str(fault))
    assert len(lines) >= 10
    assert all(line.isprintable() for line in lines)


def everything(snapshot: LocalSnapshot) -> tuple[object, ...]:
    entries = list(snapshot.entries())
    return (
        snapshot.meta(),
        [(entry.document, entry.sha256, entry.facts) for entry in entries],
        [(entry.signature, entry.words, entry.passages, entry.sentences) for entry in entries],
        [entry.passage_vectors.tobytes() for entry in entries],
    )


def test_a_folder_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    """As a mount, since modes do not bind the superuser."""
    folder, mount = filled(tmp_path / "ix", "a.txt"), tmp_path / "mount"
    mount.mkdir()
    made = subprocess.run(["mount", "--bind", folder, mount], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounts need the superuser")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", mount], check=True)
        with LocalStore(mount).reading() as snapshot:
            assert list(snapshot.hashes()) == ["a.txt"]
        assert Index.open(mount, ENCODER).search("ministre", "fr").hits
        with pytest.raises(IndexWriteError, match="cannot be written"):
            filled(mount, "b.txt")
    finally:
        subprocess.run(["umount", mount], check=True)


def test_a_copy_can_be_read(tmp_path: Path) -> None:
    folder = filled(tmp_path / "ix", "a.txt")
    shutil.copytree(folder, tmp_path / "copy")
    with LocalStore(tmp_path / "copy").reading() as snapshot:
        assert list(snapshot.hashes()) == ["a.txt"]
