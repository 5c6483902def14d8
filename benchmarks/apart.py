"""Work in a process of its own: its result, or its fault; and what memory a process holds.

Started anew rather than forked, so that it holds nothing of its parent's. Memory is what Linux says
in /proc, so that these benchmarks need Linux.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a process: the most it held, what it holds, and how much of that is pages of
    files, which the system takes back when it needs them."""

    peak_mb: float
    resident_mb: float
    mapped_mb: float


def memory() -> Memory:
    """That of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    lines += Path("/proc/self/smaps_rollup").read_text().splitlines()
    kilobytes = {
        name: int(value.split()[0])
        for name, _, value in (line.partition(":") for line in lines)
        if value.endswith("kB")
    }
    peak, resident = kilobytes["VmHWM"], kilobytes["Rss"]
    mapped = resident - kilobytes["Anonymous"]
    return Memory(*(round(number * 1024 / 1e6, 1) for number in (peak, resident, mapped)))


def apart(work: Callable[..., Result], *arguments: Any) -> Result:
    """What `work` returns in a process of its own. Raises `RuntimeError` with its fault, or where
    the process ends without either."""
    process, told = begun(_work, work, arguments)
    try:
        result, fault = told.recv()
    except EOFError:
        process.join()
        result, fault = None, f"its process ended with {process.exitcode}"
    process.join()
    if fault:
        raise RuntimeError(f"{work.__qualname__} failed: {fault}")
    return result  # type: ignore[no-any-return]


def begun(work: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """A process that does `work`, and what it tells by the connection that is its first
    argument."""
    context = multiprocessing.get_context("spawn")
    told, telling = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(telling, *arguments), daemon=True)
    process.start()
    telling.close()
    return process, told


def _work(telling: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        telling.send((work(*arguments), None))
    except Exception as fault:
        telling.send((None, f"{type(fault).__name__}: {fault}"))
