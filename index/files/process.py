"""The process that parses files, seen from outside: started when it is first needed, used for many
files, ended with this one, and replaced when it dies or takes too long.

It starts in a tenth of a second, since it passes over `index/__init__.py` and what that imports.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from .parsed import Parsed

SECONDS = 60.0  # by the clock for a file; mostly, `child.SECONDS` of processor time end before
FILES = 500  # for a process, so that what a parser leaves behind is gone from time to time

_OUT_OF_TIME = -getattr(signal, "SIGXCPU", sys.maxsize)  # as a process's status
_PACKAGES = (("index", Path(__file__).parents[1]), ("index.files", Path(__file__).parent))
_PROGRAM = f"""
import sys, types
for name, folder in {[(name, str(folder)) for name, folder in _PACKAGES]!r}:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from index.files.child import main
main()
"""


class Parser:
    """A process that parses one file at a time, whichever thread gives it."""

    def __init__(self, seconds: float = SECONDS, program: str = _PROGRAM) -> None:
        self._seconds = seconds
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._served = 0

    def parse(self, suffix: str, data: bytes) -> Parsed:
        """What a parser makes of a file, or `ValueError` with the reason why it makes nothing."""
        with self._lock:
            if self._owner != os.getpid():  # a copy of the process that started it
                self._process, self._served = None, 0
            if self._served >= FILES:
                self._end()
            before = self._served
            reply = self._reply(suffix, data)
            if reply is None and before:  # the files before this one may be to blame
                reply = self._reply(suffix, data)
        if reply is None:
            raise ValueError("its parser crashed over it")
        if "reason" in reply:
            raise ValueError(str(reply["reason"]))
        return Parsed.from_json(reply)

    def close(self) -> None:
        """End the process, if there is one; another call of `parse` starts another."""
        with self._lock:
            self._end()

    def _reply(self, suffix: str, data: bytes) -> dict[str, Any] | None:
        """The process's reply; None if it died instead. `ValueError` if it took too long, or does
        not start."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, kill)
        timer.daemon = True
        timer.start()
        line = b""
        try:
            header = json.dumps({"suffix": suffix, "size": len(data)}).encode()
            process.stdin.write(header + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                process.wait()  # its end is why there is no more
        except OSError:  # it died before it had read the file
            process.wait()
        finally:
            timer.cancel()
            timer.join()
            if not line.endswith(b"\n"):
                self._end()
        if late.is_set() or process.returncode == _OUT_OF_TIME:
            raise ValueError("it takes too long to be read")
        if not line.endswith(b"\n"):
            return None
        self._served += 1
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", self._program],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "OMP_NUM_THREADS": "1"},
                )
            except OSError as fault:
                raise ValueError(f"its parser cannot be started ({fault.strerror})") from fault
            self._owner, self._served = os.getpid(), 0
        return self._process

    def _end(self) -> None:
        process, self._process, self._served = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not written yet goes nowhere
                    pipe.close()


PARSER = Parser()
atexit.register(PARSER.close)
