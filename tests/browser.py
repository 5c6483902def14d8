"""What the browser tests drive: Debian's chromium, and `app.py` as a reader starts it.

The server runs from a copy of the program in a folder of its own, so that its first start builds
the index of the seeds there, and behind a guard that writes down every address it tries to reach.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
NewPage = Callable[..., Page]

PATIENCE = 120  # seconds that a server may take to start; a machine under load takes its time

_GUARD = """
import os, socket

def _guarded(connect):
    def guarded(self, address, *more):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            if address[0] not in ("127.0.0.1", "::1", "localhost", "0.0.0.0"):
                with open(os.environ["REACHED"], "a") as reached:
                    reached.write(f"{address}\\n")
        return connect(self, address, *more)
    return guarded

def _asked(host, *more, **named):
    if host not in (None, "127.0.0.1", "::1", "localhost", "0.0.0.0"):
        with open(os.environ["REACHED"], "a") as reached:
            reached.write(f"{host}\\n")
    return _resolve(host, *more, **named)

_resolve, socket.getaddrinfo = socket.getaddrinfo, _asked
socket.socket.connect = _guarded(socket.socket.connect)
socket.socket.connect_ex = _guarded(socket.socket.connect_ex)
"""


_LOST = ("AbortError", "Connection errored out", "network error", "Failed to load resource")


@dataclass(frozen=True, slots=True)
class Served:
    """A running window: its address, what it wrote to the terminal, and a file that names every
    address outside this machine that it tried to reach."""

    address: str
    errors: Path
    reached: Path


def chromium() -> str:
    """The browser's path. Without one the tests are skipped, but fail where CI is set: there, a
    window that nobody looked at must not pass."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    reason = "no chromium: install Debian's package `chromium` to run the browser tests"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def launched() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@contextmanager
def fresh_pages(browser: Browser, *, left: bool = False) -> Iterator[NewPage]:
    """Makes pages of browsers that know nothing. When the block ends, none may have met an error,
    nor have asked for anything from another machine. Pages that are `left`, or whose server is
    stopped, while they listen to it may say that they lost it."""
    contexts: list[BrowserContext] = []
    hosts: set[str | None] = set()
    errors: list[str] = []

    def new(**options: Any) -> Page:
        fresh = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(**fresh)
        contexts.append(context)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        return page

    yield new
    for context in contexts:
        context.close()
    assert hosts <= {"127.0.0.1", None}, "a page asked another machine"
    assert not [one for one in errors if not (left and any(said in one for said in _LOST))]


def copied(folder: Path) -> Path:
    """The program and its seeds, without any index, in `folder`."""
    ignored = shutil.ignore_patterns("__pycache__", "*.index")
    for name in ("index", "qa", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "app.py", folder)
    return folder


@contextmanager
def served(program: Path, folder: Path, *arguments: str) -> Iterator[Served]:
    """`python app.py` in the folder `program`, until the block ends; its traces go to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    output, errors, reached = (folder / name for name in ("output", "errors", "reached"))
    (folder / "sitecustomize.py").write_text(_GUARD)
    reached.write_text("")
    environment = os.environ | {"PYTHONPATH": str(folder), "REACHED": str(reached)}
    command = [sys.executable, "app.py", "--port", str(free_port()), *arguments]
    with output.open("w") as out, errors.open("w") as err:
        process = subprocess.Popen(command, cwd=program, env=environment, stdout=out, stderr=err)
    try:
        yield Served(_address(process, output, errors), errors, reached)
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(page: Page, address: str) -> Page:
    """`page` at the window's address, once it can be asked."""
    page.goto(address)
    page.wait_for_selector(
        '.status[data-state="ready"]', state="attached", timeout=PATIENCE * 1_000
    )
    return page


def ask(page: Page, question: str) -> None:
    """Type a question and wait for the reply to it."""
    asked = """() => {
        const all = [...document.querySelectorAll("#chat .asked")];
        return `${all.length} ${all.at(-1)?.textContent}`;
    }"""
    before = page.evaluate(asked) if question.strip() else None
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    page.wait_for_function(
        f"""before => {{
            const messages = "#chat :is([data-testid=user], [data-testid=bot])";
            const last = [...document.querySelectorAll(messages)].at(-1);
            return last?.querySelector(".answer, .notice.fault") && ({asked})() !== before;
        }}""",
        arg=before,
    )


def opened(page: Page) -> None:
    """Wait until the source is shown."""
    page.wait_for_selector('.beside[data-state="done"]')


def text_of(page: Page, selector: str) -> str:
    """The characters of an element as they stand in the page, not as they are laid out."""
    return str(page.eval_on_selector(selector, "element => element.textContent"))


def mark_starts(page: Page) -> int:
    """How many characters of the document stand before the mark."""
    return int(
        page.evaluate(
            """() => {
                const range = document.createRange();
                range.setStart(document.querySelector(".beside .text"), 0);
                range.setEndBefore(document.querySelector(".beside mark.quoted"));
                return [...range.toString()].length;
            }"""
        )
    )


def mark_in_view(page: Page) -> bool:
    """Whether the mark's first line is within the window and within the panel's own view."""
    return bool(
        page.evaluate(
            """() => {
                const mark = document.querySelector(".beside mark.quoted").getClientRects()[0];
                const view = document.querySelector(".beside .text").getBoundingClientRect();
                const [top, bottom] = [Math.max(view.top, 0), Math.min(view.bottom, innerHeight)];
                return mark.top >= top - 1 && mark.bottom <= bottom + 1 && mark.left >= 0
                    && mark.right <= innerWidth;
            }"""
        )
    )


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def _address(process: subprocess.Popen[bytes], output: Path, errors: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        written = output.read_text()
        if "Entente is at " in written:
            return written.split("Entente is at ")[1].split()[0]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(f"the window did not start:\n{errors.read_text()[-3_000:]}")
