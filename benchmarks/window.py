"""How fast the window answers: from Enter to the first visible quote, and with many people at once.

    python -m benchmarks.window [--questions QUESTIONS.jsonl] [--limit N] [--people N] [--json]

Starts `app.py` over the seeds and opens it in Chromium (Debian's `chromium`). Each question is put
to `answer()` in this process and to the window in turn, so that both meet the same machine; what
the window adds is the difference of the medians. Then as many people as asked for put all the
questions at once through the end point for programs, and every reply is compared with its question.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from gradio_client import Client
from playwright.sync_api import Page, sync_playwright

from qa import answer

from .data import as_json, table

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "Who led the consultations between Azerbaijan and Algeria in Algiers?",
    "Qui a coprésidé la quatrième session des consultations politiques algéro-russes ?",
    "Кто возглавил консультации в Алжире?",
    "Cezayir'deki istişarelere kim başkanlık etti?",
    "Əlcəzairdə məsləhətləşmələrə kim rəhbərlik etdi?",
    "من ترأس المشاورات في الجزائر؟",
)
# In the page: when Enter is pressed, and when one more answer stands there and has been painted.
_WATCH = """() => {
    const count = () => document.querySelectorAll("#chat .answer").length;
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const [from, before] = [performance.now(), count()];
        window.seen = null;
        const look = () => {
            if (count() > before) window.seen = performance.now() - from;
            else requestAnimationFrame(look);
        };
        look();
    }, true);
}"""


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians in milliseconds over so many questions."""

    questions: int
    answer: float
    window: float

    @property
    def added(self) -> float:
        return self.window - self.answer


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people who each asked all questions at once: how many replies were to the question
    that was asked, and the times in milliseconds."""

    people: int
    asked: int
    answered: int
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Measured:
    alone: Timed
    together: Crowd


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.window", description=__doc__)
    parser.add_argument("--questions", type=Path, help="default: one question a language")
    parser.add_argument("--limit", type=int, default=60, help="times that a question is put")
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    questions = list(QUESTIONS)
    if options.questions:
        lines = options.questions.read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines if line.strip()]
    put = [questions[number % len(questions)] for number in range(options.limit)]
    with served() as address:
        timed = alone(address, put)
        crowd = together(address, questions, options.people)
    if options.json:
        print(as_json(Measured(timed, crowd)))
        return 0
    print(
        table(
            [
                ("", "questions", "answer() ms", "Enter to quote ms", "added ms"),
                ("one person", *astuple(timed), timed.added),
                ("", "people", "asked", "answered", "p50 ms", "p95 ms"),
                ("at once", *astuple(crowd)),
            ]
        )
    )
    return 0


@contextmanager
def served() -> Iterator[str]:
    """`python app.py` on any free port; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Entente is at " in line:
                yield line.split("Entente is at ")[1].split()[0]
                return
        raise RuntimeError("the window did not start")
    finally:
        process.terminate()
        process.wait()


def alone(address: str, questions: Sequence[str]) -> Timed:
    """One person in a browser, beside `answer()`; the first question warms both up."""
    browser_path = shutil.which("chromium") or "chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector('.status[data-state="ready"]', state="attached", timeout=120_000)
        page.evaluate(_WATCH)
        times = []
        for question in (questions[0], *questions):
            started = time.perf_counter()
            answer(question)
            times.append(((time.perf_counter() - started) * 1_000, _in_window(page, question)))
            if len(times) % 10 == 0:  # a conversation of some length, not of any
                page.click(".renew")
                page.wait_for_selector("#chat .answer", state="detached")
        browser.close()
    return Timed(
        len(questions),
        statistics.median(one for one, _ in times[1:]),
        statistics.median(other for _, other in times[1:]),
    )


def _in_window(page: Page, question: str) -> float:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    seen = page.wait_for_function("() => window.seen").json_value()
    return float(seen)


def together(address: str, questions: Sequence[str], people: int) -> Crowd:
    """All people at once, each with a connection of their own, each beginning elsewhere."""
    clients = [Client(address, verbose=False) for _ in range(people)]

    def asks(person: int) -> list[tuple[bool, float]]:
        replies = []
        for number in range(len(questions)):
            question = questions[(person + number) % len(questions)]
            started = time.perf_counter()
            reply = clients[person].predict(question, api_name="/answer")
            replies.append((reply["question"] == question, time.perf_counter() - started))
        return replies

    with ThreadPoolExecutor(people) as pool:
        replies = [reply for one in pool.map(asks, range(people)) for reply in one]
    times = np.array([seconds for _, seconds in replies]) * 1_000
    return Crowd(
        people,
        len(replies),
        sum(right for right, _ in replies),
        float(np.percentile(times, 50)),
        float(np.percentile(times, 95)),
    )


if __name__ == "__main__":
    sys.exit(main())
