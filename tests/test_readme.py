"""The README's examples run, and say what it says that they say."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PYTHON = [code for kind, code in BLOCKS if kind == "python"]
COMMANDS = [
    line
    for kind, code in BLOCKS
    if kind == "sh"
    for line in code.splitlines()
    if line.startswith("python -m")
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader has after cloning: the packages and the seeds, and no index yet."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("index", "qa", "seeds"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def run(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_there_are_examples() -> None:
    assert len(PYTHON) == 2
    assert len(COMMANDS) == 10


def test_the_python_examples_run_one_after_the_other(clone: Path) -> None:
    told = run(clone, "-c", PYTHON[0])
    document = (ROOT / "seeds" / "002_aad1842393c3ab9b.txt").read_text("utf-8")
    text, cited = told.strip().split("\n")
    assert text.removesuffix(" [1]") in document
    number, source, start, end = cited.split()
    assert (number, source) == ("1", "002_aad1842393c3ab9b.txt")
    assert document[int(start) : int(end)] == text.removesuffix(" [1]")
    run(clone, "-c", PYTHON[1])


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(command: str, clone: Path) -> None:
    assert run(clone, *shlex.split(command)[1:])


def test_the_seeds_are_five_documents_with_the_pictures_in_place() -> None:
    assert len(list((ROOT / "seeds").iterdir())) == 5
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file()
