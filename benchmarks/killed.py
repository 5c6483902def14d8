"""What is left of a store whose process is killed while it writes over what it held."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from index.store import Entry

from .apart import apart, begun
from .peers import Held, Peer

OUTCOMES = "as before", "as after", "a mixture", "nothing", "does not open"
BEFORE, AFTER, MIXTURE, NOTHING, SHUT = OUTCOMES


def killed(
    peer: Peer, folder: Path, more: Sequence[Entry], times: int, into: Path
) -> dict[str, int]:
    """How often the store in `folder`, killed while `more` documents are added, holds what
    afterwards. Each time it is a copy below `into`, killed at a moment drawn by lot between the
    begin of the change and as long after it as an undisturbed change takes."""
    before = apart(peer.held, folder)
    place = into / "killed"
    seconds = _added(peer, _copied(folder, place), more, None)
    after = apart(peer.held, place)
    moments = random.Random(0)
    found: Counter[str] = Counter()
    for _ in range(times):
        _added(peer, _copied(folder, place), more, moments.uniform(0, seconds))
        try:
            held = apart(peer.held, place)
        except RuntimeError:
            held = None
        found[outcome(held, before, after)] += 1
    shutil.rmtree(place)
    return {name: found[name] for name in OUTCOMES}


def outcome(held: Held | None, before: Held, after: Held) -> str:
    """What a store holds, None where it cannot be opened, told by what it held before the change
    and what it would hold after."""
    if held is None:
        return SHUT
    if held == before:
        return BEFORE
    if held == after:
        return AFTER
    return MIXTURE if held.documents or held.passages or held.vectors else NOTHING


def _added(peer: Peer, folder: Path, more: Sequence[Entry], lifetime: float | None) -> float:
    """The seconds that the change took; its process is killed after `lifetime`, if not None. Raises
    `RuntimeError` where a process that is not killed does not come to its end."""
    process, told = begun(_add, peer, folder, more)
    try:
        told.recv()
        started = time.perf_counter()
        if not told.poll(lifetime):
            process.kill()
        elif lifetime is None:
            told.recv()
    except EOFError as fault:
        raise RuntimeError(f"{peer.name} does not add documents: see above") from fault
    seconds = time.perf_counter() - started
    process.join()
    return seconds


def _add(telling: Connection, peer: Peer, folder: Path, more: Sequence[Entry]) -> None:
    add = peer.adding(folder, more)
    telling.send("ready")
    add()
    telling.send("done")


def _copied(folder: Path, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder, place)
    return place
