"""The window with answers and documents made up for it, so that anything can stand in them: what is
hostile stays inert and verbatim, faults are said, and sessions do not meet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from browser import (
    ROOT,
    NewPage,
    ask,
    fresh_pages,
    launched,
    mark_in_view,
    mark_starts,
    opened,
    ready,
    text_of,
)
from playwright.sync_api import Browser, expect

from index import Document, EntenteError, Found, Index, Listed
from index.build import Progress
from index.errors import IndexDamagedError
from qa import Answer, Citation
from qa.chat import Opening, asking, serve
from qa.chat.asking import reply
from qa.chat.beside import open_source
from qa.chat.opening import State
from qa.chat.place import Place
from qa.chat.turns import Turn
from qa.chat.words import words_in
from qa.kinds import Kind
from qa.pipeline import Trace
from qa.question import Question
from qa.times import When

REPEATED = "The ministers signed the beacon treaty 🕊️."
HOSTILE = (
    '1945. <img src=x onerror="window.hacked=1"> *stars* _underscores_  two   spaces $x$ '
    "[link](javascript:alert(1)) https://example.invalid/a_b?c=1&d=2 # `code` &amp; \t tab "
    "\u2028 line\r\n\r\n- item\n\n    code\n1. one ${value} {{value}} <script>window.hacked=1"
    "</script></mark></div>\u0085\x0b\x01 end."
)
ARABIC = "وقّع وزير خارجية روريتانيا «اتفاقية المنارة» مع Graustark يوم الخميس."
ODD = "../<b>hostile</b>.txt"
TEXTS = {
    "repeated.txt": ("🇩🇿 First. \n" + f"{REPEATED}\n\n" + "Filler. " * 400) * 3,
    ODD: f"👩‍⚖️ Before. {HOSTILE} After.",
    "arabic.txt": f"مقدمة. {ARABIC} خاتمة.",
}
DOCUMENTS = {
    source: Document(source, text, f"*{source}*", language, "2031-05", "A&B", 0)
    for (source, text), language in zip(TEXTS.items(), ("en", "fr", "ar"), strict=True)
}


class Shelf:
    """Stands for an index: it only holds documents."""

    folder = Path("nowhere")

    def document(self, source: str) -> Document | None:
        return DOCUMENTS.get(source)

    def listing(self) -> list[Listed]:
        return [Listed(document, 1, "2031-06-01T00:00:00Z") for document in DOCUMENTS.values()]

    def generation(self) -> int:
        return 1

    def reprints(self, source: str) -> tuple[Document, ...]:
        return ()


INDEX = cast(Index, Shelf())


def cited(source: str, start: int, quote: str, language: str, number: int = 1) -> Citation:
    end = start + len(quote)
    assert TEXTS[source][start:end] == quote
    highlight = (start + 2, start + 6)
    document = DOCUMENTS[source]
    return Citation(
        number, source, document.title, "2031-05", language, start, end, quote, highlight
    )


def second(text: str, part: str) -> int:
    return text.index(part, text.index(part) + 1)


CITED = {
    "repeated": cited("repeated.txt", second(TEXTS["repeated.txt"], REPEATED), REPEATED, "en"),
    "hostile": cited(ODD, TEXTS[ODD].index("1945"), HOSTILE, "fr"),
    "arabic": cited("arabic.txt", TEXTS["arabic.txt"].index(ARABIC), ARABIC, "ar"),
}


class Answers:
    """Stands for `trace`: made-up answers, and a note of what came with the questions."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes

    def __call__(self, question: str, *, history: Sequence[Answer], **_: object) -> Trace:
        with self._notes.open("a") as notes:
            notes.write(json.dumps([question, [one.question for one in history]]) + "\n")
        if question == "damaged":
            raise IndexDamagedError("the index at <b>here</b> is damaged")
        if question == "bug":
            raise RuntimeError("a bug")
        citation = CITED.get(question, CITED["repeated"])
        answer = Answer(question, "en", "", None, (citation,), 0.9, False, None, ())
        understood = Question(question, " ".join(question.split()), "en")
        return Trace(
            answer, understood, Kind.FACT, When(), Found(np.zeros(1, np.float32), "en", (), ()), ()
        )


def _at_hand(folder: Path | None, progress: Progress) -> Index:
    return INDEX


def _being_built(folder: Path | None, progress: Progress) -> Index:
    progress(3, 5, 0)
    sys.stdin.readline()
    return INDEX


def _failing(folder: Path | None, progress: Progress) -> Index:
    raise EntenteError("no room for the <index>")


Asked = Callable[[], list[tuple[str, list[str]]]]


@dataclass(frozen=True, slots=True)
class Windows:
    """Three windows: one to ask, one whose index is being built until `release` is called, and one
    whose index cannot be had."""

    address: str
    building: str
    failing: str
    release: Callable[[], None]


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("window") / "asked"


@pytest.fixture(scope="module")
def windows(notes: Path) -> Iterator[Windows]:
    """The windows run in a process of their own: gradio leaves sockets open, which pytest minds."""
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    process = subprocess.Popen(
        [sys.executable, __file__, str(notes)],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin = process.stdin

    def release() -> None:
        stdin.write("\n")
        stdin.flush()

    with process:
        try:
            address, building, failing = (process.stdout.readline().strip() for _ in range(3))
            yield Windows(address, building, failing, release)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def address(windows: Windows) -> str:
    return windows.address


@pytest.fixture
def asked(notes: Path) -> Asked:
    """The questions answered in this test, each with the earlier ones that came with it."""
    notes.write_text("")
    return lambda: [(line[0], line[1]) for line in map(json.loads, notes.read_text().splitlines())]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    with fresh_pages(browser) as new:
        yield new


@pytest.mark.parametrize("name", CITED)
def test_whatever_stands_in_a_document_is_shown_as_it_stands(
    name: str, address: str, asked: Asked, new_page: NewPage
) -> None:
    citation = CITED[name]
    page = ready(new_page(), address)
    ask(page, name)
    assert text_of(page, ".said") == citation.quote
    page.click(".cite")
    opened(page)
    assert text_of(page, ".beside .text") == TEXTS[citation.source]
    assert text_of(page, ".beside mark.quoted") == citation.quote
    assert mark_starts(page) == citation.start
    assert text_of(page, ".beside mark.short") == citation.quote[2:6]
    assert mark_in_view(page)
    assert text_of(page, ".beside h2") == citation.title
    for shown in ("#chat [data-testid=bot]", ".beside"):
        foreign = f"{shown} :is(img, a, script, ul, ol, pre, code, em, h3, b)"
        assert page.locator(foreign).count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_question_is_shown_as_it_was_asked(address: str, asked: Asked, new_page: NewPage) -> None:
    page = ready(new_page(), address)
    question = HOSTILE.replace("\r\n", "\n").replace("\x01", "").strip()
    ask(page, question)
    assert text_of(page, "#chat .asked") == question
    assert asked() == [(question, [])]
    assert page.evaluate("window.hacked") is None


def test_arabic_reads_from_the_right(address: str, asked: Asked, new_page: NewPage) -> None:
    page = ready(new_page(), address)
    ask(page, "arabic")
    page.click(".cite")
    opened(page)
    for selector in ("#chat blockquote", ".beside .text"):
        direction = page.eval_on_selector(selector, "e => getComputedStyle(e).direction")
        assert direction == "rtl", selector
    quote, number = page.locator(".said").bounding_box(), page.locator(".cite").bounding_box()
    assert quote is not None
    assert number is not None
    assert number["x"] < quote["x"] + quote["width"] / 2


def test_two_browsers_do_not_mix(address: str, asked: Asked, new_page: NewPage) -> None:
    one, two = ready(new_page(), address), ready(new_page(), address)
    ask(one, "one, first")
    ask(two, "two, first")
    ask(one, "one, second")
    ask(two, "two, second")
    assert asked() == [
        ("one, first", []),
        ("two, first", []),
        ("one, second", ["one, first"]),
        ("two, second", ["two, first"]),
    ]
    assert one.locator(".asked").all_text_contents() == ["one, first", "one, second"]
    assert two.locator(".asked").all_text_contents() == ["two, first", "two, second"]
    one.click("#m1-c1")
    opened(one)
    assert two.locator('.beside[data-state="closed"]').count() == 1


def test_faults_are_said_and_are_not_abstentions(
    address: str, asked: Asked, new_page: NewPage
) -> None:
    page = ready(new_page(), address)
    ask(page, "damaged")
    expect(page.locator(".notice.fault").last).to_contain_text("The documents cannot be searched.")
    expect(page.locator(".notice.fault").last).to_contain_text("<b>here</b> is damaged")
    ask(page, "bug")
    expect(page.locator(".notice.fault").last).to_contain_text("Something went wrong here")
    assert "a bug" not in page.locator("#chat").inner_text()
    assert page.locator(":is(.cite, .abstained)").count() == 0
    ask(page, "and now?")
    assert asked()[-1] == ("and now?", [])


def test_a_question_that_takes_long_can_be_stopped(
    windows: Windows, asked: Asked, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(windows.building)  # its index is not there yet, so the question waits
    page.wait_for_selector('.status[data-state="building"]')
    page.fill("#question textarea", "repeated")
    page.press("#question textarea", "Enter")
    page.click("#question .stop-button")
    expect(page.locator(".notice.wait")).to_have_text(words_in("en").stopped)
    expect(page.locator("#question .submit-button")).to_be_visible()
    expect(page.locator("#question .stop-button")).to_have_count(0)
    assert page.locator("#chat .asked").count() == 0
    expect(page.locator("#question textarea")).to_have_value("repeated")


def test_questions_wait_for_an_index_that_is_being_built(
    windows: Windows, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(windows.building)
    page.wait_for_selector('.status[data-state="building"]')
    expect(page.locator("#status")).to_have_text("Building the index: 3 of 5 documents…")
    page.fill("#question textarea", "repeated")
    page.press("#question textarea", "Enter")
    expect(page.locator(".notice.wait")).to_contain_text("as soon as the index is ready")
    windows.release()
    page.wait_for_selector('.status[data-state="ready"]', state="attached")
    expect(page.locator(".said")).to_have_text(REPEATED)
    assert page.locator(".notice").count() == 0


def test_an_index_that_cannot_be_built_is_said(windows: Windows, new_page: NewPage) -> None:
    page = new_page()
    page.goto(windows.failing)
    page.wait_for_selector('.status[data-state="failed"]')
    expect(page.locator("#status")).to_contain_text("no room for the <index>")
    ask(page, "repeated")
    expect(page.locator(".notice.fault")).to_contain_text("no room for the <index>")


PLACE = Place.of(CITED["repeated"])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (str(PLACE).replace("repeated.txt", "../../etc/passwd"), "gone"),
        (str(PLACE).replace("repeated.txt", "/etc/passwd"), "gone"),
        (str(PLACE).replace(str(PLACE.start), str(PLACE.start + 1)), "changed"),
        (str(PLACE).replace(PLACE.digest, "0" * 16), "changed"),
        ("", "gone"),
        ({"source": "repeated.txt"}, "gone"),
        (json.dumps(["repeated.txt", -5, -1, None, None, PLACE.digest]), "changed"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_only_what_was_quoted_can_be_opened(sent: object, said: str) -> None:
    words = words_in("en")
    found = open_source(INDEX, sent, words)
    assert found["state"] == "fault"
    assert getattr(words, said)[:20] in found["html"].replace("&#39;", "'")
    assert REPEATED[:20] not in found["html"]


def test_no_source_can_be_opened_before_the_index() -> None:
    assert open_source(None, str(PLACE), words_in("en"))["state"] == "fault"


def test_a_reply_leaves_the_earlier_questions_as_they_were(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(asking, "trace", Answers(tmp_path / "asked"))
    state, words = State(index=INDEX), words_in("en")
    one = reply(state, "one", [], [], words)
    assert isinstance(one, Turn)
    earlier = [one]
    two = reply(state, "two", earlier, [], words)
    assert isinstance(two, Turn)
    assert (earlier, two.question) == ([one], "two")


def _main() -> None:
    """Serve the three windows and write their addresses to stdout, one a line."""
    vars(asking)["trace"] = Answers(Path(sys.argv[1]))
    for kind in (_at_hand, _being_built, _failing):
        opening = Opening(opened=kind)
        opening.start()
        print(serve(opening, host="127.0.0.1", port=None)[1], flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    _main()
