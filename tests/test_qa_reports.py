"""What a reader reports is kept whole, whoever else writes, and listed whatever is in it."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from wordy import WordEncoder, write

from index import EntenteError, build
from index.places import SEEDS, index_of
from index.verify import verify
from qa import reports as module
from qa.reports import (
    FILE,
    MAX_CHARACTERS,
    Report,
    ReportError,
    Reports,
    main,
    record,
    reports,
)

REPORT = Report(
    when="2026-08-01T10:11:12+00:00",
    question="Qui a signé ?",
    source="a/b.txt",
    start=7,
    end=18,
    quote="Une phrase.",
    title="Un titre",
)
HOSTILE = "a\nb\r\nc\u2028d\x00e\x1b[31mf\x9bg\u202eh\ud800i\"}\\{'"


def test_a_report_is_one_line_that_is_read_back(tmp_path: Path) -> None:
    record(tmp_path, REPORT)
    assert reports(tmp_path) == Reports((REPORT,), 0)
    assert (tmp_path / FILE).read_bytes().count(b"\n") == 1


def test_the_newest_report_is_last(tmp_path: Path) -> None:
    given = [replace(REPORT, question=str(number)) for number in range(12)]
    for one in given:
        record(tmp_path, one)
    assert list(reports(tmp_path).reports) == given


def test_where_nothing_was_reported_there_are_no_reports(tmp_path: Path) -> None:
    assert reports(tmp_path) == Reports((), 0)
    assert list(tmp_path.iterdir()) == []


TEXT = st.text(st.characters(codec=None), max_size=30) | st.just(HOSTILE)


@settings(max_examples=60, deadline=None)
@given(question=TEXT, source=TEXT, quote=TEXT, title=TEXT)
def test_any_text_is_kept(
    tmp_path_factory: pytest.TempPathFactory, question: str, source: str, quote: str, title: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    one = replace(REPORT, question=question, source=source, quote=quote, title=title)
    record(folder, one)
    record(folder, REPORT)
    assert reports(folder) == Reports((one, REPORT), 0)


@pytest.mark.parametrize("field", ["question", "source", "quote", "title"])
def test_a_text_is_kept_up_to_a_length(field: str, tmp_path: Path) -> None:
    longest = "é" * MAX_CHARACTERS
    for text in (longest, longest + "xyz"):
        record(tmp_path, replace(REPORT, **{field: text}))  # type: ignore[arg-type]
    assert [getattr(one, field) for one in reports(tmp_path).reports] == [longest, longest + "…"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"when": "yesterday"}, "expected an ISO time in UTC"),
        ({"when": "2026-08-01T10:11:12"}, "expected an ISO time in UTC"),
        ({"when": "2026-08-01T10:11:12+04:00"}, "expected an ISO time in UTC"),
        ({"when": "x" * 10_000}, "expected an ISO time in UTC"),
        ({"start": -1}, "characters that no document has"),
        ({"start": 18}, "characters that no document has"),
        ({"end": 10**5000}, "characters that no document has"),
    ],
    ids=["no time", "no zone", "another zone", "long", "before", "empty", "beyond"],
)
def test_a_report_that_makes_no_sense_is_refused(
    wrong: dict[str, str | int], told: str, tmp_path: Path
) -> None:
    with pytest.raises(ReportError, match=told) as fault:
        record(tmp_path, replace(REPORT, **wrong))  # type: ignore[arg-type]
    assert len(str(fault.value)) < 200
    assert list(tmp_path.iterdir()) == []


def test_the_file_does_not_grow_beyond_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path, REPORT)
    size = (tmp_path / FILE).stat().st_size
    monkeypatch.setattr(module, "MAX_BYTES", 2 * size)
    record(tmp_path, REPORT)
    with pytest.raises(ReportError, match=f"is full: {2 * size} bytes of at most {2 * size}"):
        record(tmp_path, REPORT)
    assert (tmp_path / FILE).stat().st_size == 2 * size
    assert len(reports(tmp_path).reports) == 2


def test_the_limit_is_ten_megabytes() -> None:
    assert module.MAX_BYTES == 10_000_000


DAMAGED = {
    "no JSON": b"{'when'",
    "cut": b'{"when": "2026-08-01T10:11:12+00:00", "question": "Q',
    "no object": b"[1, 2]",
    "a field less": b'{"when": "x"}',
    "another type": json.dumps(
        {"when": "x", "question": 1, "source": "", "start": 0, "end": 1, "quote": "", "title": ""}
    ).encode(),
    "half a number": json.dumps(
        {
            "when": "x",
            "question": "",
            "source": "",
            "start": 0.5,
            "end": 1,
            "quote": "",
            "title": "",
        }
    ).encode(),
    "no UTF-8": b'{"when": "\xff"}',
    "deep": b"[" * 100_000,
    "long number": b'{"start": ' + b"9" * 5_000 + b"}",
    "zeros": b"\0" * 4_096,
    "blank": b"",
}


@pytest.mark.parametrize("line", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_line_is_counted_and_the_others_are_read(line: bytes, tmp_path: Path) -> None:
    record(tmp_path, REPORT)
    with (tmp_path / FILE).open("ab") as file:
        file.write(line + b"\n")
    record(tmp_path, REPORT)
    assert reports(tmp_path) == Reports((REPORT, REPORT), 1)


def test_a_report_follows_a_line_that_was_cut(tmp_path: Path) -> None:
    record(tmp_path, REPORT)
    record(tmp_path, REPORT)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:-20])
    record(tmp_path, REPORT)
    assert reports(tmp_path) == Reports((REPORT, REPORT), 1)


WRITER = """
import importlib.util, pathlib, sys
place, folder, writer = sys.argv[1:]
spec = importlib.util.spec_from_file_location("reports", place)  # without the window beside it
reports = sys.modules["reports"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reports)
print("ready", flush=True)
sys.stdin.readline()
for n in range(40):
    when, quote = "2026-08-01T10:11:12+00:00", "x" * 4_000
    reports.record(
        pathlib.Path(folder), reports.Report(when, "?", "a.txt", n, 10_000, quote, writer)
    )
"""


def test_processes_and_threads_write_at_once(tmp_path: Path) -> None:
    def write(writer: str) -> None:
        for number in range(40):
            one = replace(REPORT, title=writer, quote="x" * 4_000, start=number, end=10_000)
            record(tmp_path, one)

    arguments = [sys.executable, "-c", WRITER, module.__file__, str(tmp_path)]
    others = [
        subprocess.Popen([*arguments, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for name in ("p0", "p1")
    ]
    for other in others:
        assert other.stdout
        assert other.stdout.readline() == b"ready\n"
    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(write, name) for name in ("t0", "t1")]
        for other in others:
            other.communicate(b"\n")
            assert other.returncode == 0
        for one in done:
            one.result()
    found = reports(tmp_path)
    assert found.damaged == 0
    for writer in ("p0", "p1", "t0", "t1"):
        assert [one.start for one in found.reports if one.title == writer] == list(range(40))


def test_a_writer_waits_for_another(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        with FileLock(tmp_path / "reports.lock"):
            waiting = threads.submit(record, tmp_path, REPORT)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            assert reports(tmp_path) == Reports((), 0)
        waiting.result(timeout=module.PATIENCE)
    assert reports(tmp_path) == Reports((REPORT,), 0)


def test_a_writer_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    with (
        ThreadPoolExecutor(1) as threads,
        FileLock(tmp_path / "reports.lock"),
        pytest.raises(ReportError, match="being written by others"),
    ):
        threads.submit(record, tmp_path, REPORT).result(timeout=5)


def test_what_cannot_be_written_or_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(EntenteError, match="cannot be written: Is a directory"):
        record(tmp_path, REPORT)
    with pytest.raises(EntenteError, match="cannot be read: Is a directory"):
        reports(tmp_path)


@pytest.mark.parametrize("made", [False, True], ids=["nothing", "a file"])
def test_without_an_index_there_is_no_place_for_reports(made: bool, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    if made:
        folder.write_text("")
    with pytest.raises(ReportError, match="no index at "):
        record(folder, REPORT)
    with pytest.raises(ReportError, match="no index at "):
        reports(folder)
    assert folder.exists() is made


def test_an_index_is_built_and_verified_beside_reports(tmp_path: Path) -> None:
    docs, into = tmp_path / "docs", tmp_path / "ix"
    build(write(docs, {"a.txt": "The ministers signed two agreements."}), into, WordEncoder())
    record(into, REPORT)
    kept = (into / FILE).read_bytes()
    report = build(write(docs, {"b.txt": "They met again in May."}), into, WordEncoder())
    assert (report.added, report.skipped, report.warning) == (("b.txt",), (), None)
    assert verify(into, WordEncoder()).differences == ()
    assert (into / FILE).read_bytes() == kept


# The command


def test_reports_are_listed_as_blocks_newest_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path, REPORT)
    record(tmp_path, replace(REPORT, quote="Une autre."))
    assert main(["--index", str(tmp_path)]) == 0
    block = (
        "reported  2026-08-01T10:11:12+00:00\n"
        "question  Qui a signé ?\n"
        "quote     {}\n"
        "title     Un titre\n"
        "source    a/b.txt:7–18\n"
    )
    printed = capsys.readouterr()
    assert printed.out == block.format("Une phrase.") + "\n" + block.format("Une autre.")
    assert printed.err == ""


def test_nothing_in_a_report_reaches_the_terminal_but_as_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = dict.fromkeys(("question", "source", "quote", "title"), HOSTILE)
    hostile = replace(REPORT, **texts)  # type: ignore[arg-type]
    record(tmp_path, hostile)
    line = json.dumps({**json.loads((tmp_path / FILE).read_bytes()), "when": HOSTILE})
    (tmp_path / FILE).write_text(line)
    for arguments in ([], ["--json"]):
        assert main(["--index", str(tmp_path), *arguments]) == 0
        printed = capsys.readouterr().out
        assert all(c == "\n" or c.isprintable() for c in printed)
        assert arguments or len(printed.splitlines()) == 5


def test_json_is_what_was_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, replace(REPORT, quote=HOSTILE))
    with (tmp_path / FILE).open("a") as file:
        file.write("{\n")
    assert main(["--index", str(tmp_path), "--json"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert Report(**told["reports"][0]) == replace(REPORT, quote=HOSTILE)
    assert told["damaged"] == 1
    assert printed.err == "skipped 1 lines that cannot be read\n"


def test_no_reports_are_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"no reports at {tmp_path}\n"


def test_a_fault_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--index", str(tmp_path / "no\nwhere")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: no index at ")
    assert printed.err.count("\n") == 1


def test_the_reports_are_those_of_the_seeds_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: list[Path] = []

    def noted(folder: Path) -> Reports:
        asked.append(folder)
        return Reports((), 0)

    monkeypatch.setattr(module, "reports", noted)
    assert main([]) == 0
    assert main(["--index", str(tmp_path)]) == 0
    assert asked == [index_of(SEEDS), tmp_path]


def test_the_command_runs(tmp_path: Path) -> None:
    record(tmp_path, REPORT)
    done = subprocess.run(
        [sys.executable, "-m", "qa.reports", "--index", str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "quote     Une phrase.\n" in done.stdout
    assert done.stderr == ""
