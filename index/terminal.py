"""How the commands behave in a terminal: faults are one line on stderr, progress is a bar there.

What the commands do is `index.cli`'s and `qa.cli`'s affair.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import EntenteError

if TYPE_CHECKING:
    from .build import Progress

FAULT, INTERRUPTED = 1, 130

# How torch, FAISS and the loader of libraries, which have no exception for it, say that there is no
# more memory.
_NO_MEMORY = re.compile(r"(?i)\ballocat|bad_alloc|out of memory|start new thread|to map segment")


def exit_status(command: Callable[[], int]) -> int:
    """Run `command` and return its exit status; a fault of ours becomes a line and a status."""
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot show is no fault
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = command()
        sys.stdout.flush()
        return status
    except EntenteError as fault:
        return _failed(f"error: {fault}", FAULT)
    except KeyboardInterrupt:
        return _failed(
            "interrupted; the index is as it was, and what is encoded is kept for the next build",
            INTERRUPTED,
        )
    except BrokenPipeError:
        # Whoever read has heard enough; nor may the interpreter flush into the pipe on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (MemoryError, OSError, ImportError, RuntimeError) as fault:
        if _short_of_memory(fault):
            return _failed(
                "error: there is not enough memory; an index that was there is as it was", FAULT
            )
        if not isinstance(fault, OSError):
            raise
        return _failed(f"error: {fault.strerror or fault}", FAULT)


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """A bar on stderr if that is a terminal, else silence: documents done, passages a second and
    the time left. It appears with the first step."""
    from tqdm import tqdm

    bars: list[tqdm[None]] = []

    def progress(done: int, total: int, passages: int) -> None:
        if not bars:
            bars.append(tqdm(desc=label, total=total, unit=" documents", disable=None, leave=False))
        bar = bars[0]
        seconds = bar.format_dict["elapsed"] or 0.0
        if passages and seconds:
            bar.set_postfix_str(f"{passages / seconds:.1f} passages/s", refresh=False)
        bar.update(done - bar.n)

    try:
        yield progress
    finally:
        for bar in bars:
            bar.close()


def _short_of_memory(fault: Exception) -> bool:
    if isinstance(fault, OSError):
        return fault.errno == errno.ENOMEM
    return isinstance(fault, MemoryError) or _NO_MEMORY.search(str(fault)) is not None


def _failed(line: str, status: int) -> int:
    print(line, file=sys.stderr)
    return status
