"""The process in which other people's parsers run, within limits of memory and of time.

Each request on standard input is a line of JSON, the file's suffix and its size, and then its
bytes; each reply on standard output is a line of JSON: what the parser made of it, or the reason
why not. A parser that takes too much is killed with its process; `process` starts another.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from .decoding import without_controls
from .found import MAX_BYTES
from .parsed import Parsed

MEMORY = 2_000_000_000  # bytes of address space; the libraries themselves take 300 MB of it
SECONDS = 20  # of processor time for a file


def main() -> None:
    """Answer requests until there are no more."""
    requests = sys.stdin.buffer
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):  # a parser's own words are no reply
        os.dup2(nowhere, stream.fileno())
    _limit_memory()
    while line := requests.readline():
        request = json.loads(line)
        data = requests.read(request["size"])
        _limit_time()
        reply, broken = _reply(request["suffix"], data)
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()
        if broken:
            break


def _reply(suffix: str, data: bytes) -> tuple[dict[str, object], bool]:
    """What a parser makes of a file, and whether the process is of no more use after it."""
    try:
        parsed = _parser(suffix)(data)
        text = without_controls(parsed.text)
        if len(text) > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES:,} characters of text")
        return {**parsed.as_json(), "text": text}, False
    except ValueError as fault:
        return {"reason": str(fault)[:300] or type(fault).__name__}, False
    except MemoryError:
        return {"reason": "it takes too much memory to be read"}, True
    except RecursionError:
        return {"reason": "it is nested too deeply to be read"}, True
    except Exception as fault:  # whatever a parser raises over a file that is not what it expects
        return {"reason": f"broken ({type(fault).__name__}: {fault})"[:300]}, False


def _parser(suffix: str) -> Callable[[bytes], Parsed]:
    """The parsers are imported when they are first needed: each takes a while."""
    if suffix in (".html", ".htm"):
        from .html import parse_html

        return parse_html
    if suffix == ".pdf":
        from .pdf import parse_pdf

        return parse_pdf
    if suffix == ".docx":
        from .docx import parse_docx

        return parse_docx
    if suffix == ".eml":
        from .mail import parse_mail

        return parse_mail
    raise ValueError(f"no parser reads {suffix}")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on this platform; the time is limited all the same
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + SECONDS + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
