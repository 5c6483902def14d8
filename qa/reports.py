"""«Wrong source»: what readers say of citations that do not support their answer.

One JSON line a report, in the index's folder, on this machine only; `python -m qa.reports`
lists them. Whether a report speaks of a place that was cited is left to the window.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import EntenteError, shown
from index.files import MAX_BYTES as LONGEST_DOCUMENT
from index.places import SEEDS, index_of
from index.terminal import exit_status

FILE = "reports.jsonl"
MAX_BYTES = 10_000_000  # of the file: thousands of reports, and no disk filled by a page's script
MAX_CHARACTERS = 5_000  # kept of each text: no sentence, and no name of a file, is as long
PATIENCE = 10.0  # seconds to wait for other writers


class ReportError(EntenteError):
    """A report cannot be kept, or those that are kept cannot be read."""


@dataclass(frozen=True, slots=True)
class Report:
    """The citation that is in doubt, and the question that it was to answer; `when` is an ISO time
    in UTC."""

    when: str
    question: str
    source: str
    start: int
    end: int
    quote: str
    title: str


@dataclass(frozen=True, slots=True)
class Reports:
    """What a folder holds, newest last, and how many lines of its file cannot be read."""

    reports: tuple[Report, ...]
    damaged: int


def record(folder: Path, report: Report) -> None:
    """Append `report` to those of the index in `folder`; a text of more than `MAX_CHARACTERS` is
    cut there and ends in «…».

    Safe with other threads and processes. Raises `ReportError` for a report that makes no sense,
    where it cannot be written, and where the file would grow beyond `MAX_BYTES`.
    """
    _check(report)
    line = json.dumps({name: _cut(value) for name, value in asdict(report).items()}) + "\n"
    path = _file(folder)
    try:
        with FileLock(path.with_suffix(".lock"), timeout=PATIENCE), path.open("ab+") as file:
            size = file.tell()
            if size:
                file.seek(-1, os.SEEK_END)
                if file.read() != b"\n":  # a writer was stopped half-way: that line ends here
                    line = "\n" + line
            if size + len(line) > MAX_BYTES:
                raise ReportError(
                    f"{path} is full: {size:,} bytes of at most {MAX_BYTES:,}; move it away to "
                    "make room for more reports"
                )
            file.write(line.encode("ascii"))
    except Timeout as fault:
        raise ReportError(f"{path} is being written by others; try again in a moment") from fault
    except OSError as fault:
        raise ReportError(f"{path} cannot be written: {fault.strerror or fault}") from fault


def reports(folder: Path) -> Reports:
    """The reports of the index in `folder`; raises `ReportError` where they cannot be read."""
    path = _file(folder)
    try:
        with path.open("rb") as file:
            lines = [_parsed(line) for line in file]
    except FileNotFoundError:
        return Reports((), 0)
    except OSError as fault:
        raise ReportError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    read = tuple(report for report in lines if report is not None)
    return Reports(read, len(lines) - len(read))


def main(arguments: Sequence[str] | None = None) -> int:
    """List the reports and return the exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _list(options))


def _file(folder: Path) -> Path:
    if not folder.is_dir():
        raise ReportError(f"no index at {folder}, and so no place for reports")
    return folder / FILE


def _check(report: Report) -> None:
    try:
        offset = datetime.fromisoformat(report.when).utcoffset()
    except ValueError:
        offset = None
    if offset != timedelta(0):
        raise ReportError(f"a report is of {report.when[:80]!r}; expected an ISO time in UTC")
    if not 0 <= report.start < report.end <= LONGEST_DOCUMENT:
        raise ReportError("a report is of characters that no document has")


def _cut(value: str | int) -> str | int:
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        return value[:MAX_CHARACTERS] + "…"
    return value


def _parsed(line: bytes) -> Report | None:
    try:
        match json.loads(line):
            case {
                "when": str(when),
                "question": str(question),
                "source": str(source),
                "start": int(start),
                "end": int(end),
                "quote": str(quote),
                "title": str(title),
            }:
                return Report(when, question, source, start, end, quote, title)
    except (ValueError, RecursionError):
        pass
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa.reports",
        description="List the citations that readers reported as wrong, newest last.",
    )
    parser.add_argument(
        "--index", type=Path, metavar="DIR", help="the index's folder (default: seeds.index)"
    )
    parser.add_argument("--json", action="store_true", help="print them as JSON")
    return parser


def _list(options: argparse.Namespace) -> int:
    folder = options.index or index_of(SEEDS)
    found = reports(folder)
    if options.json:
        print(json.dumps(asdict(found), indent=2))  # ASCII: inert in any terminal
    elif found.reports:
        print("\n\n".join(map(_block, found.reports)))
    else:
        print(f"no reports at {shown(str(folder))}")
    if found.damaged:
        print(f"skipped {found.damaged} lines that cannot be read", file=sys.stderr)
    return 0


def _block(report: Report) -> str:
    facts = {
        "reported": report.when,
        "question": report.question,
        "quote": report.quote,
        "title": report.title,
        "source": f"{report.source}:{report.start}–{report.end}",
    }
    return "\n".join(f"{name:<9} {shown(fact)}" for name, fact in facts.items())


if __name__ == "__main__":
    sys.exit(main())
