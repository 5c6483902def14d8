"""The index is opened beside the window, once, and what becomes of it is known to all who wait."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest

from index import EntenteError, Index
from index.build import Progress
from qa.chat.opening import Opening, State

INDEX = cast(Index, object())


def test_building_is_told_before_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    goes_on = threading.Event()

    def opened(folder: Path | None, progress: Progress) -> Index:
        progress(0, 2, 0)
        goes_on.wait(10)
        progress(2, 2, 2)
        return INDEX

    opening = Opening(opened=opened)
    assert opening.state == State()
    opening.start()
    assert opening.wait(10, building=True) == State(done=0, total=2)
    assert opening.wait(0.01) == State(done=0, total=2)
    goes_on.set()
    assert opening.wait(10).index is INDEX
    assert "2/2" in capsys.readouterr().err


def test_a_folder_is_passed_on_and_an_open_index_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Path | None] = []

    def opened(folder: Path | None, progress: Progress) -> Index:
        given.append(folder)
        return INDEX

    opening = Opening(tmp_path, opened)
    opening.start()
    assert opening.wait(10, building=True).index is INDEX
    assert given == [tmp_path]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("kind", "traces"), [(EntenteError, 0), (RuntimeError, 1)])
def test_a_fault_is_kept(
    kind: type[Exception], traces: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(folder: Path | None, progress: Progress) -> Index:
        raise kind("no")

    opening = Opening(opened=opened)
    opening.start()
    fault = opening.wait(10).fault
    assert isinstance(fault, kind)
    assert capsys.readouterr().err.count("Traceback") == traces
