"""What can go wrong outside an index: full disks, no memory, damaged files. Each is an answer as it
should be or one line that says what is wrong, and `repair` mends what can be mended."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, write

from index import Index
from index.build import build, update
from index.cli import main
from index.encoder import Vectors
from index.errors import (
    CorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
    ModelError,
)
from index.local import LocalStore, derived
from index.local.schema import FILE
from index.local.writer import LocalWriter
from index.repair import repair
from index.verify import verify

ENCODER = WordEncoder()
ROOT = Path(__file__).resolve().parent.parent
LINE = "Le ministre des Affaires étrangères a reçu l'ambassadeur numéro {} à Bakou. "
PAGE = 4096
NO_MEMORY = "there is not enough memory; an index that was there is as it was"


def corpus(folder: Path, version: int = 1) -> Path:
    return write(
        folder,
        {
            f"{n}.txt": "date 2022-08\n"
            + "".join(LINE.format(version * 100 + n * 10 + line) for line in range(lines))
            for n, lines in enumerate((2, 12, 70))  # the last does not fit into a page
        },
    )


def state(into: Path) -> tuple[object, ...]:
    """What an index holds, and what is found in it."""
    opened = Index.open(into, ENCODER)
    hits = [
        (hit.passage.document, hit.passage.start, hit.passage.end, round(hit.score, 4))
        for question in ("l'ambassadeur numéro 112", "Baku minister")
        for hit in opened.search(question, "fr").hits
    ]
    return tuple(opened.documents()), tuple(sorted(hits, key=str))


def sound(into: Path) -> None:
    assert verify(into, ENCODER).differences == ()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and their index, which nobody changes."""
    place = tmp_path_factory.mktemp("whole")
    build(corpus(place / "docs"), place / "docs.index", ENCODER)
    return place


@pytest.fixture
def place(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(whole, tmp_path / "place")
    return tmp_path / "place"


# The disk.


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    mount = tmp_path / "disk"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", mount],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("mounts need the superuser")
    try:
        yield mount
    finally:
        subprocess.run(["umount", mount], check=True)


@pytest.mark.parametrize("change", [build, lambda _, into, by: repair(into, by)])
def test_a_disk_that_is_full_leaves_the_index_as_it_was(
    tmp_path: Path, disk: Path, change: Callable[[Path, Path, WordEncoder], object]
) -> None:
    """Wherever it is that the room ends: in what is encoded, the FAISS file or SQLite's."""
    folder, into, ballast = corpus(tmp_path / "docs"), disk / "ix", disk / "ballast"
    build(folder, into, ENCODER)
    before = state(into)
    corpus(folder, 2)
    free = shutil.disk_usage(disk).free
    refused = 0
    for left in range(0, free, 24 * 1024):
        ballast.write_bytes(bytes(free - left))
        try:
            change(folder, into, ENCODER)
        except IndexWriteError:
            refused += 1
            assert state(into) == before
            for line in verify(into, ENCODER).differences:
                assert "its file has changed" in line
        else:
            break
        ballast.unlink()
    assert refused >= 3
    ballast.unlink()
    build(folder, into, ENCODER)
    repair(into, ENCODER)
    sound(into)


def test_a_folder_that_is_read_only_is_read_and_not_changed(place: Path, tmp_path: Path) -> None:
    """As a mount, since modes do not bind the superuser."""
    mount = tmp_path / "mount"
    mount.mkdir()
    into = place / "docs.index"
    before = state(into)
    (into / "build.lock").unlink(missing_ok=True)
    made = subprocess.run(["mount", "--bind", into, mount], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounts need the superuser")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", mount], check=True)
        assert state(mount) == before
        for change in (lambda: repair(mount, ENCODER), lambda: update(mount, ENCODER)):
            with pytest.raises(IndexWriteError, match="cannot be written: Read-only"):
                change()
    finally:
        subprocess.run(["umount", mount], check=True)


# Memory.


@pytest.mark.parametrize("megabytes", [16, 48, 96, 160])
def test_too_little_memory_is_one_line(place: Path, megabytes: int) -> None:
    """More than what is loaded before it begins."""
    corpus(place / "docs", 2)
    before = state(place / "docs.index")
    program = (
        "import resource, sys, index.encoder, index.build, index.verify\n"
        "from wordy import WordEncoder\n"
        "from index.cli import main\n"
        "class Greedy(WordEncoder):\n"
        "    def encode_passages(self, texts):\n"
        "        held = bytearray(512 * 2**20)\n"
        "        yield from super().encode_passages(texts)\n"
        "index.encoder.load = lambda model=None: Greedy()\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"limit = used + {megabytes} * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "build", place / "docs"],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    if megabytes > 100:
        assert done.stderr == f"error: {NO_MEMORY}\n"
    assert (done.stderr[:7], done.stderr.count("\n")) == ("error: ", 1)
    assert state(place / "docs.index") == before


@pytest.mark.parametrize(
    "fault",
    [RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"),
     RuntimeError("std::bad_alloc"), RuntimeError("can't start new thread"), MemoryError(),
     ImportError("libtorch.so: failed to map segment from shared object"),
     OSError(errno.ENOMEM, "Cannot allocate memory")],
    ids=repr,
)  # fmt: skip
def test_libraries_have_words_of_their_own_for_it(
    place: Path,
    fault: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def short(_: object = None) -> None:
        raise fault

    monkeypatch.setattr("index.encoder.load", short)
    assert main(["build", str(place / "docs")]) == 1
    assert capsys.readouterr().err == f"error: {NO_MEMORY}\n"


@pytest.mark.parametrize(
    "fault", [RuntimeError("a bug"), ImportError("No module named 'x'")], ids=repr
)
def test_a_bug_keeps_its_traceback(
    place: Path, fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object = None) -> None:
        raise fault

    monkeypatch.setattr("index.encoder.load", broken)
    with pytest.raises(type(fault), match=str(fault)):
        main(["build", str(place / "docs")])


# Damaged files.


def faiss_file(into: Path) -> Path:
    (path,) = into.glob("*.faiss")
    return path


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def of_another(path: Path) -> None:
    path.rename(path.with_name("vectors-17.faiss"))


@pytest.mark.parametrize(
    "spoil", [cut_short, a_bit, of_another, Path.unlink, lambda path: path.write_bytes(b"")]
)
def test_a_faiss_file_that_is_not_as_it_was_is_made_again(
    place: Path, spoil: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    into = place / "docs.index"
    before = state(into)
    spoil(faiss_file(into))
    assert state(into) == before
    (line,) = verify(into, ENCODER).differences
    assert line.startswith("the FAISS file is missing, damaged or not of this generation")
    monkeypatch.setattr(derived, "AT_ONCE", 2)  # where it would keep somebody waiting
    with pytest.raises(IndexDamagedError, match="python -m index repair"):
        state(into)
    done = repair(into, ENCODER)
    assert (len(done.kept), done.read_again, done.encoded, done.damaged) == (3, (), 0, None)
    assert state(into) == before
    sound(into)


def test_a_lost_faiss_file_comes_before_all_that_is_mended(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = place / "docs.index"
    before = state(into)
    faiss_file(into).unlink()
    monkeypatch.setattr(derived, "AT_ONCE", 2)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalWriter, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        repair(into, ENCODER)
    assert state(into) == before


def test_every_page_that_is_damaged_is_noticed_where_it_matters_and_mended(
    whole: Path, tmp_path: Path
) -> None:
    """Each page, by turns, of zeros and of garbage."""
    before, chance = state(whole / "docs.index"), random.Random(5)
    into = tmp_path / "docs.index"
    (tmp_path / "docs").symlink_to(whole / "docs")
    data = (whole / "docs.index" / FILE).read_bytes()
    pages = range(len(data) // PAGE)
    assert len(pages) > 20
    noticed = kept = unused = many = 0
    for page in pages:
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(whole / "docs.index", into)
        for other in into.glob(f"{FILE}-*"):
            other.unlink()
        spoiled = chance.randbytes(PAGE) if page % 2 else bytes(PAGE)
        (into / FILE).write_bytes(data[: page * PAGE] + spoiled + data[(page + 1) * PAGE :])
        try:
            assert state(into) == before, page
        except IndexDamagedError as fault:
            noticed += str(fault).endswith(f"mend it: python -m index repair {into}")
        try:
            if not verify(into, ENCODER).differences:
                unused += 1
                assert state(into) == before, page
                continue
        except IndexDamagedError:
            pass
        done = repair(into, ENCODER)
        assert not done.lost, page
        assert not done.unnamed, page
        assert {*done.kept, *done.read_again} == {"0.txt", "1.txt", "2.txt"}
        kept += len(done.kept)
        many += len(done.kept) == 3 and done.encoded > 45
        assert done.damaged is not None
        assert done.damaged.stat().st_size == len(data)
        assert done.damaged.name == "index.damaged-1.sqlite"
        assert state(into) == before, page
        sound(into)
    with sqlite3.connect(whole / "docs.index" / FILE) as connection:
        assert unused <= connection.execute("PRAGMA freelist_count").fetchone()[0]
    connection.close()
    assert noticed > 15
    assert kept > 2 * len(pages)
    assert many <= 2  # the pages that tell the model, and where all the sentences are


@pytest.mark.parametrize(
    ("table", "column"), [("documents", "text"), ("passages", "vector"), ("sentences", "vector")]
)
def test_what_only_a_stamp_can_tell_is_told(place: Path, table: str, column: str) -> None:
    """A text or a vector in which one byte is another is as good as any to SQLite."""
    into = place / "docs.index"
    before = state(into)
    with sqlite3.connect(into / FILE) as connection:
        connection.create_function("bent", 1, lambda v: v[:-9] + v[-8:-7] + v[-8:])
        connection.execute(f"UPDATE {table} SET {column} = bent({column})")
    connection.close()
    with pytest.raises(IndexDamagedError, match="not as it was written"):
        state(into)
    assert any("not as" in line for line in verify(into, ENCODER).differences)
    done = repair(into, ENCODER)
    assert len(done.read_again if table == "documents" else done.kept) == 3
    assert done.encoded
    assert state(into) == before
    sound(into)


def garbled(into: Path) -> None:
    (into / FILE).write_bytes(b"no database" * 1_000)


def half(into: Path) -> None:
    data = (into / FILE).read_bytes()
    (into / FILE).write_bytes(data[: len(data) // 2])


def statement(sql: str) -> Callable[[Path], None]:
    def spoil(into: Path) -> None:
        connection = sqlite3.connect(into / FILE)
        connection.executescript(sql)
        connection.close()

    return spoil


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (garbled, "file is not a database"),
        (half, "is damaged"),
        (statement("UPDATE meta SET value = '3' WHERE key = 'format'"), "has format 3"),
        (statement("DELETE FROM meta WHERE key = 'corpus'"), "lacks corpus"),
        (statement("DELETE FROM meta WHERE key = 'words'"), "lacks words"),
        (statement("DROP TABLE meta"), "does not say what it is"),
        (statement("DROP TABLE words"), "no such table"),
        (statement("DELETE FROM sentences"), "no sentences"),
        (statement("DELETE FROM documents"), "document 1 is not there|passage 1 is not there"),
    ],
)  # fmt: skip
def test_where_a_line_says_that_repair_mends_it_does(
    place: Path, spoil: Callable[[Path], None], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    into = place / "docs.index"
    before = state(into)
    spoil(into)
    with pytest.raises(IndexDamagedError, match=message) as told:
        state(into)
    assert str(told.value).endswith(f"mend it: python -m index repair {into}")
    repair(into, ENCODER)
    assert state(into) == before
    sound(into)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE terms SET passages = passages + 1", "DELETE FROM bands", "DELETE FROM terms",
     "UPDATE documents SET dispatch = 1", "DELETE FROM words WHERE rowid = 1",
     "UPDATE meta SET value = '7' WHERE key = 'words'"],
)  # fmt: skip
def test_what_is_derived_is_made_anew(place: Path, sql: str) -> None:
    into = place / "docs.index"
    before = state(into)
    with LocalStore(into).reading() as snapshot:
        listed = snapshot.listed()
    while listed[-1].indexed == f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}":
        time.sleep(0.05)
    statement(sql)(into)
    done = repair(into, ENCODER)
    assert (len(done.kept), done.encoded) == (3, 0)
    assert state(into) == before
    with LocalStore(into).reading() as snapshot:
        assert [one.indexed for one in snapshot.listed()] == [one.indexed for one in listed]
        assert len({one.dispatch for one in snapshot.listed()}) == 3
    sound(into)


@pytest.mark.parametrize("key", ["format", "model", "generation", "documents"])
def test_what_files_say_beside_their_text_is_kept(tmp_path: Path, key: str) -> None:
    page = "<html><head><title>Visite à Bakou</title></head><body><p>{}</p></body></html>"
    folder = write(tmp_path / "docs", {"a.html": page.format(LINE), "b.html": page.format("Oui.")})
    into = tmp_path / "docs.index"
    build(folder, into, ENCODER)
    before = state(into)
    with LocalStore(into).reading() as snapshot:
        facts = [entry.facts for entry in snapshot.entries()]
    assert all(one.title == "Visite à Bakou" for one in facts)
    statement(f"DELETE FROM meta WHERE key = '{key}'")(into)
    shutil.rmtree(folder)
    done = repair(into, ENCODER, corpus=folder)
    assert done.kept == ("a.html", "b.html")
    assert state(into) == before
    with LocalStore(into).reading() as snapshot:
        assert [entry.facts for entry in snapshot.entries()] == facts
        assert list(snapshot.inconsistencies()) == []


def a_document(place: Path) -> None:
    """The page with the beginning of a document's row is lost."""
    path = place / "docs.index" / FILE
    data = bytearray(path.read_bytes())
    at = data.index(LINE.format(110).encode()) // PAGE * PAGE
    data[at : at + PAGE] = bytes(PAGE)
    path.write_bytes(data)


def test_what_is_lost_is_named_and_the_damaged_file_stays(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.repair.load", lambda model=None: ENCODER)
    a_document(place)
    spoiled = (place / "docs.index" / FILE).read_bytes()
    before = {path.name: path.read_text() for path in (place / "docs").iterdir()}
    for name in ("0.txt", "1.txt"):
        (place / "docs" / name).unlink()
    assert main(["repair", str(place / "docs.index")]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    kept = place / "docs.index" / "index.damaged-1.sqlite"
    assert f"the old file is kept as {kept}" in out
    assert kept.read_bytes() == spoiled
    held = {
        document.source: document.text
        for document in Index.open(place / "docs.index", ENCODER).documents()
    }
    lost = {"0.txt", "1.txt", "2.txt"} - held.keys()
    assert "1.txt" in lost
    assert f"{len(lost)} ({', '.join(sorted(lost))}) lost" in out
    assert all(before[name] == text for name, text in held.items())


def test_a_file_that_changed_is_kept_as_it_was_stored(place: Path) -> None:
    into = place / "docs.index"
    before = state(into)
    corpus(place / "docs", 2)
    assert len(repair(into, ENCODER).kept) == 3
    assert state(into) == before
    assert all("its file has changed" in line for line in verify(into, ENCODER).differences)


def test_what_cannot_be_mended_is_one_line(place: Path, tmp_path: Path) -> None:
    into = place / "docs.index"
    with pytest.raises(IndexMissingError, match="build one"):
        repair(tmp_path / "nothing", ENCODER)
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(ModelError, match="was built with the model 'words', not 'other'"):
        repair(into, WordEncoder(model="other"))
    garbled(into)
    content = (into / FILE).read_bytes()
    (place / "docs").rename(place / "moved")
    with pytest.raises(CorpusError, match="--corpus FOLDER"):
        repair(into, ENCODER)
    with pytest.raises(CorpusError, match="nothing can be read of the index"):
        repair(into, ENCODER, corpus=place / "docs")
    assert (into / FILE).read_bytes() == content
    assert not [*into.glob("mending*"), *into.glob("*damaged*")]
    repair(into, ENCODER, corpus=place / "moved")
    sound(into)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"\7" * 50_000)])
def test_a_wal_that_is_lost_is_the_state_before_or_a_fault(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    folder, into = corpus(tmp_path / "docs"), tmp_path / "docs.index"
    build(folder, into, ENCODER)
    before = state(into)
    with LocalStore(into).reading():  # who reads keeps the WAL from being taken over
        corpus(folder, 2)
        build(folder, into, ENCODER)
        copy = shutil.copytree(into, tmp_path / "copy.index")
    log = copy / f"{FILE}-wal"
    assert log.stat().st_size
    (copy / f"{FILE}-shm").unlink()
    spoil(log)
    with suppress(IndexDamagedError):
        assert state(copy) == before
    repair(copy, ENCODER, corpus=folder)
    build(folder, copy, ENCODER)
    assert state(copy) == state(into)
    sound(copy)


@contextmanager
def read_elsewhere(into: Path) -> Iterator[None]:
    """Another process reads the index meanwhile."""
    program = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], uri=True, isolation_level=None)\n"
        "connection.execute('BEGIN')\n"
        "connection.execute('SELECT 1 FROM meta').fetchone()\n"
        "print(flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, f"{(into / FILE).as_uri()}?mode=ro"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield


def test_a_wal_stays_with_its_file(tmp_path: Path) -> None:
    """Where somebody who reads keeps it from being taken over."""
    folder, into = corpus(tmp_path / "docs"), tmp_path / "docs.index"
    build(folder, into, ENCODER)
    with read_elsewhere(into):
        corpus(folder, 2)
        build(folder, into, ENCODER)
        after = state(into)
        statement("DELETE FROM meta WHERE key = 'corpus'")(into)
        stored = sorted(path.read_text() for path in folder.iterdir())
        done = repair(into, ENCODER)
        assert state(into) == after
        corpus(folder, 3)
        build(folder, into, ENCODER)
        sound(into)
    sound(into)
    assert done.damaged is not None
    with sqlite3.connect(done.damaged) as connection:
        texts = [text for (text,) in connection.execute("SELECT text FROM documents ORDER BY id")]
    connection.close()
    assert sorted(texts) == stored


def test_vectors_of_another_length_are_encoded_again(place: Path) -> None:
    class Wide(WordEncoder):
        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            return np.tile(super().encode_queries(texts), 2) / np.float32(2**0.5)

    into = place / "docs.index"
    with pytest.raises(IndexDamagedError, match=r"64 numbers, expected 128; mend it: .* repair"):
        Index.open(into, Wide()).search("Bakou", "fr")
    assert repair(into, Wide()).encoded
    assert Index.open(into, Wide()).search("Bakou", "fr").hits
    assert verify(into, Wide()).differences == ()


# Others.


def test_one_changes_an_index_at_a_time(place: Path) -> None:
    into = place / "docs.index"
    before = state(into)
    with LocalStore(into).alone():
        for change in (
            lambda: build(place / "docs", into, ENCODER),
            lambda: repair(into, ENCODER),
        ):
            with pytest.raises(IndexBusyError, match="another process"):
                change()
    assert state(into) == before


def test_who_reads_while_it_is_mended_sees_no_mixture(place: Path) -> None:
    into = place / "docs.index"
    with LocalStore(into).reading() as snapshot:
        before = snapshot.documents()
        generation = snapshot.generation()
        repair(into, ENCODER)
        assert snapshot.generation() == generation
        assert snapshot.documents() == before
    sound(into)
