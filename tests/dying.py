"""Changes of an index in processes that are killed, each forked from one that has loaded all that
they need: `python -m dying` reads tasks from its input, a line each, and answers each with a line.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import faiss
from wordy import WordEncoder, write

import index.staging
from index.build import add, build, remove, update
from index.repair import repair

ENCODER = WordEncoder()
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Task:
    """What is to be done in `place`, which holds `docs` and `ix`, and when it is killed: `after` so
    many seconds, or at the event `at`. The events are written to `events`."""

    action: str
    names: tuple[str, ...]
    place: str
    after: float | None = None
    at: int | None = None
    events: str | None = None


class Server:
    """The process that does the tasks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dying"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (HERE, HERE.parent)))},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def do(self, task: Task) -> tuple[int, float]:
        """The status with which it ended, and the seconds that it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(task)) + "\n")
        self._process.stdin.flush()
        status, seconds = json.loads(self._process.stdout.readline())
        return int(status), float(seconds)


class Events:
    """The moments of a change at which it matters whether it goes on."""

    def __init__(self, deadly: int | None) -> None:
        self.names: list[str] = []
        self._deadly = deadly

    def at(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) - 1 == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, label: str) -> None:
        """Tell of the moments before and after each call of a function."""
        real = getattr(owner, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self.at(f"before {label}")
            result = real(*arguments, **named)
            self.at(f"after {label}")
            return result

        setattr(owner, name, call)

    def watch(self) -> None:
        events = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                told = sql.startswith(("BEGIN IMMEDIATE", "COMMIT", "PRAGMA wal", "DROP TABLE"))
                if told:
                    events.at(f"before {sql}")
                found = super().execute(sql, *values)
                if told:
                    events.at(f"after {sql}")
                return found

            def commit(self) -> None:
                events.at("before staging")
                super().commit()
                events.at("after staging")

        class Half:
            """A file in the writing of which there is a middle."""

            def __init__(self, file: Any) -> None:
                self._file = file

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None:
                self._file.close()

            def write(self, data: Any) -> None:
                middle = len(data) // 2
                self._file.write(data[:middle])
                self._file.flush()
                events.at("within a file")
                self._file.write(data[middle:])

            def __getattr__(self, name: str) -> Any:
                return getattr(self._file, name)

        real = Path.open

        def opened(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            file = real(path, mode, *arguments, **named)
            return Half(file) if mode == "wb" else file

        Path.open = opened  # type: ignore[assignment, method-assign]
        sqlite3.connect = functools.partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
        index.staging.SECONDS = 0.0
        self.around(Path, "replace", "rename")
        self.around(Path, "hardlink_to", "link")
        self.around(Path, "unlink", "unlink")
        self.around(os, "fsync", "fsync")


def change(task: Task) -> None:
    docs, into = Path(task.place) / "docs", Path(task.place) / "ix"
    if task.action == "build":
        build(docs, into, ENCODER)
    elif task.action == "add":
        add([docs / name for name in task.names], into, ENCODER)
    elif task.action == "update":
        update(into, ENCODER)
    elif task.action == "remove":
        remove(task.names, into)
    else:
        repair(into, ENCODER)


def die(task: Task) -> None:
    """Do the task in this process, which ends here."""
    status = 1
    try:
        events = Events(task.at)
        events.watch()
        change(task)
        if task.events:
            Path(task.events).write_text(json.dumps(events.names))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def main() -> None:
    faiss.omp_set_num_threads(1)  # threads do not outlast a fork
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "docs", {"a.txt": "Le ministre a reçu son homologue à Bakou."})
        for action in ("build", "repair", "update"):
            change(Task(action, (), folder))
    for line in sys.stdin:
        task = Task(**json.loads(line))
        started = time.monotonic()
        child = os.fork()
        if not child:
            die(task)
        if task.after is not None:
            time.sleep(task.after)
            os.kill(child, signal.SIGKILL)  # the number stays its own until it is waited for
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([status, time.monotonic() - started]), flush=True)


if __name__ == "__main__":
    main()
