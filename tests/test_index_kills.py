"""Changes killed at any moment: the index is the one before or the one after, whole, and goes on.

Children are killed at moments drawn by lot, and at each moment at which something is written.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from dying import ENCODER, Server, Task
from wordy import write

from index import Index
from index.build import add, build
from index.errors import IndexDamagedError, IndexMissingError
from index.local.schema import FILE
from index.places import store_at
from index.repair import repair
from index.verify import verify

KILLS = 203  # at moments drawn by lot; those at a chosen moment come on top
SEED = 20_261

Texts = tuple[tuple[str, str], ...]  # by source

LINE = "Le ministre des Affaires étrangères a reçu l'ambassadeur numéro {} à Bakou. "


def text(number: int, lines: int = 3) -> str:
    return "date 2022-08\n" + "".join(LINE.format(number * 10 + line) for line in range(lines))


BEFORE = {f"{n}.txt": text(n) for n in range(4)}
FILES = {"0.txt": BEFORE["0.txt"], "1.txt": text(7, 12), "2.txt": text(8), "4.txt": text(9),
         "under/5.txt": BEFORE["3.txt"]}  # fmt: skip
ADDED = BEFORE | {name: FILES[name] for name in ("1.txt", "under/5.txt")}
UPDATED = {name: FILES[name] for name in ("0.txt", "1.txt", "2.txt")}
REMOVED = {name: BEFORE[name] for name in ("0.txt", "2.txt")}


@dataclass(frozen=True)
class Case:
    """A change of an index: what it holds before, what lies in the folder, and what it holds then;
    `spoil` is what happens to its files first."""

    action: str
    before: dict[str, str]
    files: dict[str, str]
    after: dict[str, str]
    names: tuple[str, ...] = ()
    spoil: Callable[[Path], object] | None = None


def a_page(into: Path) -> None:
    """A page that holds a document is lost."""
    data = bytearray((into / FILE).read_bytes())
    at = data.index(LINE.format(11).encode()) // 4096 * 4096
    data[at : at + 4096] = bytes(4096)
    (into / FILE).write_bytes(data)


CASES = {
    "build": Case("build", BEFORE, FILES, FILES),
    "first build": Case("build", {}, FILES, FILES),
    "add": Case("add", BEFORE, FILES, ADDED, ("1.txt", "under")),
    "update": Case("update", BEFORE, FILES, UPDATED),
    "remove": Case("remove", BEFORE, FILES, REMOVED, ("1.txt", "3.txt")),
    "repair": Case("repair", BEFORE, BEFORE, BEFORE),
    "repair of a damaged index": Case("repair", BEFORE, BEFORE, BEFORE, spoil=a_page),
}

State = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, int, str, float], ...]]


def state(into: Path | Index) -> State:
    """What an index holds, and what is found in it."""
    opened = into if isinstance(into, Index) else Index.open(into, ENCODER)
    hits = [
        (hit.passage.document.source, hit.passage.start, hit.passage.text, round(hit.score, 4))
        for hit in opened.search("l'ambassadeur numéro 12", "fr").hits
    ]
    texts = tuple((document.source, document.text) for document in opened.documents())
    return texts, tuple(sorted(hits))


def either(found: State, *allowed: State | None) -> bool:
    """Whether what is listed is as in one of the states, and so is what is found.

    These are two questions, between which an index may change, even where nobody changes it any
    more: what was written when its writer was killed may count for the second reader alone.
    """
    return all(any(one and found[part] == one[part] for one in allowed) for part in (0, 1))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], Path]:
    """A folder with these documents, and an index of them that was built at once."""

    @cache
    def made(texts: Texts) -> Path:
        place = tmp_path_factory.mktemp("at-once")
        build(write(place / "docs", dict(texts)), place / "ix", ENCODER)
        return place

    return lambda texts: made(tuple(sorted(texts.items())))


@contextmanager
def reader(into: Path, allowed: set[State], faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Somebody who searches all the while, and sees nothing but what is allowed."""
    stop, wrong = threading.Event(), []

    def read() -> None:
        opened = Index(store_at(into), ENCODER)
        while not stop.is_set():
            try:
                found = state(opened)
                if not either(found, *allowed):
                    wrong.append(f"a mixture: {found}")
            except faults:
                pass
            except Exception as fault:
                wrong.append(repr(fault))
            stop.wait(0.02)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not wrong


@pytest.mark.parametrize("name", CASES)
def test_killed_at_any_moment_it_is_the_index_before_or_the_one_after(
    name: str, server: Server, at_once: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    case = CASES[name]
    chance = random.Random(f"{SEED} {name}")
    before = state(at_once(case.before) / "ix") if case.before else None
    after, whole = state(at_once(case.after) / "ix"), state(at_once(case.files) / "ix")
    faults = (IndexDamagedError,) if case.spoil else () if before else (IndexMissingError,)

    def prepare() -> Path:
        place = tmp_path / "place"
        shutil.rmtree(place, ignore_errors=True)
        if before:
            shutil.copytree(at_once(case.before) / "ix", place / "ix")
            (place / "ix" / "build.lock").unlink(missing_ok=True)
        write(place / "docs", case.files)
        if case.spoil:
            case.spoil(place / "ix")
        return place

    def round_of(after_seconds: float | None, event: int | None) -> bool:
        """Whether it was killed, after a round in which all is as it should be."""
        place = prepare()
        into = place / "ix"
        with reader(into, {one for one in (before, after, whole) if one}, faults):
            status, _ = server.do(Task(case.action, case.names, str(place), after_seconds, event))
            assert status in (0, -signal.SIGKILL)
            try:
                assert either(state(into), after, *(() if case.spoil else (before,)))
                sound(into)
            except faults:
                assert status
            if case.action == "repair":
                repair(into, ENCODER)
            build(place / "docs", into, ENCODER)
            assert state(into) == whole
            assert verify(into, ENCODER).differences == ()
            assert not list(into.glob("*.tmp"))
            assert not list(into.glob("mending*"))
            assert not (into / "encoding.sqlite").exists()
            if case.spoil:
                assert len(list(into.glob("index.damaged-*.sqlite"))) == 1
        return status != 0

    events = tmp_path / "events.json"
    status, seconds = server.do(Task(case.action, case.names, str(prepare()), events=str(events)))
    assert status == 0
    moments = json.loads(events.read_text())
    assert {"before COMMIT", "after COMMIT", "within a file", "after rename"} <= set(moments)
    for event, moment in enumerate(moments):
        assert round_of(None, event), f"killed {moment} ({event})"
    killed = 0
    for number in range(KILLS):
        if killed == KILLS // len(CASES):
            break
        moment = chance.uniform(0, seconds)
        try:
            killed += round_of(moment, None)
        except AssertionError as fault:
            fault.add_note(f"seed {SEED}, {name}, kill {number} after {moment:.4f} s")
            raise
    assert killed == KILLS // len(CASES)


def sound(into: Path) -> None:
    differences = verify(into, ENCODER).differences
    assert all("its file" in line for line in differences), differences


def test_what_is_encoded_before_a_kill_is_not_encoded_again(
    server: Server, at_once: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    events = tmp_path / "events.json"
    write(tmp_path / "once" / "docs", FILES)
    server.do(Task("build", (), str(tmp_path / "once"), events=str(events)))
    moments = json.loads(events.read_text())
    last = max(number for number, name in enumerate(moments) if name == "after staging")
    write(tmp_path / "docs", FILES)
    assert server.do(Task("build", (), str(tmp_path), at=last))[0] == -signal.SIGKILL

    class Idle:
        model = ENCODER.model
        encode_queries = ENCODER.encode_queries

        def encode_passages(self, texts: list[str]) -> Iterator[None]:
            assert not texts
            return iter(())

    build(tmp_path / "docs", tmp_path / "ix", Idle())  # type: ignore[arg-type]
    assert state(tmp_path / "ix") == state(at_once(FILES) / "ix")
    add([tmp_path / "docs"], tmp_path / "ix", ENCODER)
    assert verify(tmp_path / "ix", ENCODER).differences == ()
