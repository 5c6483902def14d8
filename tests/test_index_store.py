"""What the store keeps, what it takes back, and what it says when it cannot be read."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, write

from index import Filters, Index
from index.build import build, indexed_words
from index.documents import parse
from index.encoder import Vectors
from index.errors import EntenteError, IndexDamagedError, IndexMissingError, IndexWriteError
from index.passages import passages_of, sentences_of
from index.store import FILE, META, reading
from index.verify import verify
from index.writer import Entry, writing

ENCODER = WordEncoder()
ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs"}
TEXT = "Le ministre a reçu son homologue. " * 30 + "Ils ont signé deux accords à Bakou."


def encoded(texts: list[str]) -> Vectors:
    return np.concatenate(list(ENCODER.encode_passages(texts)))


def entry(source: str, text: str) -> Entry:
    document = parse(source, text)
    passages, sentences = passages_of(document), sentences_of(document)
    return Entry(
        document,
        "0" * 64,
        passages,
        [indexed_words(passage) for passage in passages],
        encoded([passage.text for passage in passages]),
        sentences,
        encoded([text[span.start : span.end] for span in sentences]),
    )


def filled(folder: Path, *sources: str) -> Path:
    with writing(folder, ABOUT) as writer:
        for source in sources:
            writer.add(entry(source, TEXT))
    return folder


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    folder, added = filled(tmp_path, "a.txt"), entry("a.txt", TEXT)
    with reading(folder) as snapshot:
        assert set(META) == snapshot.meta().keys()
        assert snapshot.counts() == {
            "documents": 1,
            "passages": len(added.passages),
            "sentences": len(added.sentences),
        }
        assert snapshot.documents() == [added.document] == [snapshot.document("a.txt")]
        assert snapshot.document("b.txt") is None
        keys, vectors, languages = snapshot.vectors()
        assert languages.tolist() == [0] * len(keys)
        lengths = np.linalg.norm(vectors, axis=1)
        cosines = (vectors * added.passage_vectors).sum(axis=1) / lengths
        assert cosines.min() > 1 - 1e-4
        for key, passage in zip(keys.tolist(), added.passages, strict=True):
            stored = snapshot.passage(key)
            assert stored.passage == passage
            assert len(stored.sentence_vectors) == len(passage.sentences)
        assert [columns for _, *columns in snapshot.words()] == [
            [stems, sounds.lower(), names] for stems, sounds, names in added.words
        ]
        assert any("cityasiabaku" in names.split() for *_, names in added.words)
        assert snapshot.problems() == []


def test_what_is_listed_has_its_passages_and_the_time_when_it_was_indexed(tmp_path: Path) -> None:
    long, short = (
        entry("b.txt", f"Bakou, 19 avril 2023, AZERTAC\n{TEXT}"),
        entry("a.txt", "Un mot."),
    )
    with writing(tmp_path, ABOUT) as writer:
        writer.add(long)
        writer.add(short)
    assert len(long.passages) > len(short.passages)
    with reading(tmp_path) as snapshot:
        listed = snapshot.listed()
    assert [(one.document, one.passages) for one in listed] == [
        (added.document, len(added.passages)) for added in (short, long)
    ]
    for one in listed:
        at = datetime.fromisoformat(one.indexed)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)


def test_what_is_removed_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt", "b.txt")
    with writing(folder, ABOUT) as writer:
        writer.remove("a.txt")
        writer.remove("never there.txt")
    with reading(folder) as snapshot:
        keys, *_ = snapshot.vectors()
        assert [document.source for document in snapshot.documents()] == ["b.txt"]
        assert {key for key, *_ in snapshot.words()} == set(keys.tolist())
        assert snapshot.frequency("ministr") == len(keys)
    with sqlite3.connect(folder / FILE) as connection:
        rows = connection.execute("SELECT count(*) FROM sentences").fetchone()[0]
        assert rows == len(sentences_of(parse("b.txt", TEXT)))
    connection.close()


def test_each_change_has_a_generation_of_its_own(tmp_path: Path) -> None:
    generations = []
    for number in range(3):
        filled(tmp_path, f"{number}.txt")
        with reading(tmp_path) as snapshot:
            generations.append(snapshot.generation())
    assert generations == [generations[0], generations[0] + 1, generations[0] + 2]


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt")
    with reading(folder) as snapshot:
        before = snapshot.generation()

    def fail() -> None:
        with writing(folder, ABOUT) as writer:
            writer.remove("a.txt")
            writer.add(entry("b.txt", TEXT))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    with reading(folder) as snapshot:
        assert snapshot.generation() == before
        assert list(snapshot.hashes()) == ["a.txt"]


def test_a_snapshot_does_not_see_what_comes_after_it(tmp_path: Path) -> None:
    folder = filled(tmp_path, "a.txt")
    with reading(folder) as before:
        filled(folder, "b.txt")
        with reading(folder) as after:
            assert list(before.hashes()) == ["a.txt"]
            assert list(after.hashes()) == ["a.txt", "b.txt"]


def test_no_index_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "nothing", tmp_path / "file"):
        with (
            pytest.raises(IndexMissingError, match="build one: python -m index build"),
            reading(folder),
        ):
            pass
    with pytest.raises(IndexDamagedError, match="File name too long"), reading(Path("n" * 300)):
        pass


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE meta SET value = '0' WHERE key = 'format'", "has format 0, expected 3"),
        ("DELETE FROM meta WHERE key = 'model'", "lacks model"),
        ("UPDATE meta SET value = 'x' WHERE key = 'generation'", "lacks a generation"),
        ("UPDATE passages SET vector = x'00'", "vectors of"),
        ("UPDATE passages SET vector = x'0000' WHERE id = 1", "vectors of"),
        ("DELETE FROM sentences", "has no sentences"),
        ("UPDATE sentences SET vector = x''", "vectors of"),
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
    with reading(into) as snapshot:
        meant = (snapshot.documents(), snapshot.meta(), list(snapshot.words()))
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
                with reading(into) as snapshot:
                    assert meant == (snapshot.documents(), snapshot.meta(), list(snapshot.words()))
        except EntenteError as fault:
            lines.append(str(fault))
    assert len(lines) >= 10
    assert all(line.isprintable() for line in lines)


def test_a_folder_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    """As a mount, since modes do not bind the superuser."""
    folder, mount = filled(tmp_path / "ix", "a.txt"), tmp_path / "mount"
    mount.mkdir()
    made = subprocess.run(["mount", "--bind", folder, mount], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounts need the superuser")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", mount], check=True)
        with reading(mount) as snapshot:
            assert list(snapshot.hashes()) == ["a.txt"]
        assert Index.open(mount, ENCODER).search("ministre", "fr").hits
        with pytest.raises(IndexWriteError, match="cannot be written"):
            filled(mount, "b.txt")
    finally:
        subprocess.run(["umount", mount], check=True)


def test_a_copy_can_be_read(tmp_path: Path) -> None:
    folder = filled(tmp_path / "ix", "a.txt")
    shutil.copytree(folder, tmp_path / "copy")
    with reading(tmp_path / "copy") as snapshot:
        assert list(snapshot.hashes()) == ["a.txt"]
