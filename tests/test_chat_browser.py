"""The window as a reader meets it: `python app.py`, first start, in a browser that knows nothing.

The documents are the seeds and the questions plain ones: which sentence wins a close call is not
tested here, only that what is quoted is what stands in the file, and is shown there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import (
    ROOT,
    NewPage,
    Served,
    ask,
    copied,
    fresh_pages,
    launched,
    mark_in_view,
    mark_starts,
    opened,
    ready,
    served,
    sideways,
    text_of,
)
from playwright.sync_api import Browser, Page, expect

QUESTION = "Qui a coprésidé la quatrième session des consultations politiques algéro-russes ?"
ENGLISH = "Who led the consultations between Azerbaijan and Algeria in Algiers?"
BROAD = "Quelles sont les relations entre l'Algérie et l'Azerbaïdjan ?"
FOREIGN = "What is the boiling point of tungsten?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def window(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("window")
    with served(copied(folder / "program"), folder / "traces") as window:
        yield window
        assert window.reached.read_text() == "", "the server reached out of this machine"


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    with fresh_pages(browser) as new:
        yield new


def place(page: Page, selector: str = ".cite") -> tuple[str, int, int]:
    source, start, end = json.loads(page.locator(selector).first.get_attribute("value") or "")[:3]
    return source, start, end


def seed(source: str) -> str:
    return (ROOT / "seeds" / source).read_bytes().decode()


def test_the_first_start_builds_the_index_and_says_so(window: Served, new_page: NewPage) -> None:
    ready(new_page(), window.address)
    said = window.errors.read_text()
    assert "Building the index" in said
    assert "5/5" in said
    assert "Traceback" not in said


def test_a_question_gets_its_quote_and_a_click_its_source(
    window: Served, new_page: NewPage
) -> None:
    page = ready(new_page(viewport={"width": 1280, "height": 800}), window.address + "?x=1")
    ask(page, QUESTION)
    source, start, end = place(page)
    quoted = seed(source)[start:end]
    assert text_of(page, ".said") == quoted
    assert page.locator(".cite").first.text_content() == "1"

    page.click(".cite")
    opened(page)
    assert text_of(page, ".beside .text") == seed(source)
    assert text_of(page, ".beside mark.quoted") == quoted
    assert mark_starts(page) == start
    assert mark_in_view(page)
    article = page.locator(".beside .source")
    assert article.get_attribute("data-start") == str(start)
    assert article.get_attribute("data-end") == str(end)
    assert text_of(page, ".beside h2") == page.locator(".cite").first.get_attribute("title")
    assert source in text_of(page, ".beside dl")
    assert "not stated" in text_of(page, ".beside dl")

    # The address has a query, and still neither the click nor the way back loses the chat.
    assert urlsplit(page.url).query == "x=1"
    expect(page.locator("#chat .asked")).to_have_text(QUESTION)
    ask(page, ENGLISH)
    source, start, end = place(page, "#m3-c1")
    page.click("#m3-c1")
    page.wait_for_selector(f'.beside[data-state="done"] .source[data-start="{start}"]')
    assert text_of(page, ".beside mark.quoted") == seed(source)[start:end]
    assert page.locator(".beside time").get_attribute("datetime") == "2025-04-22"
    assert "April 22, 2025" in text_of(page, ".beside dl")
    assert "AZERTAC" in text_of(page, ".beside dl")
    assert page.locator("#chat .asked").count() == 2


def test_no_answer_is_visibly_none(window: Served, new_page: NewPage) -> None:
    page = ready(new_page(), window.address)
    ask(page, FOREIGN)
    assert page.locator(".cite").count() == 0
    expect(page.locator(".abstained .none")).to_have_text(
        "The documents do not answer this question."
    )
    expect(page.locator(".near summary")).to_contain_text("not an answer")
    expect(page.locator(".near .passage").first).to_be_hidden()
    page.click(".near summary")
    expect(page.locator(".near .passage").first).to_be_visible()


def test_what_cannot_be_asked_is_said(window: Served, new_page: NewPage) -> None:
    page = ready(new_page(), window.address)
    for empty in ("   ", "?!"):
        ask(page, empty)
        expect(page.locator(".notice.fault").last).to_contain_text("There is no question yet")
    ask(page, "a " * 10_000)
    expect(page.locator(".notice.fault").last).to_contain_text("20,000 characters; at most 2,000")
    assert len(text_of(page, "#chat .asked")) < 500
    expect(page.locator("#question textarea")).to_have_value("a " * 10_000)  # to be shortened
    ask(page, ENGLISH)
    assert page.locator(".cite").count() >= 1
    assert "Traceback" not in window.errors.read_text()


def test_the_keyboard_is_enough(window: Served, new_page: NewPage) -> None:
    page = ready(new_page(), window.address)
    ask(page, QUESTION)

    def focused() -> str:
        return str(page.evaluate("document.activeElement.id || document.activeElement.className"))

    for key, wanted in (("Enter", "close"), ("Space", "close")):
        for _ in range(10):
            if focused() == "m1-c1":
                break
            page.keyboard.press("Shift+Tab")
        assert focused() == "m1-c1"
        outline = page.eval_on_selector("#m1-c1", "e => getComputedStyle(e).outlineWidth")
        assert outline == "2px"
        page.keyboard.press(key)
        opened(page)
        assert focused() == "source"
        page.keyboard.press("Tab")
        assert focused() == wanted
        page.keyboard.press("Escape")
        page.wait_for_selector('.beside[data-state="closed"]', state="attached")
        assert focused() == "m1-c1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_window_shows_the_source_below(
    window: Served, new_page: NewPage, scheme: str
) -> None:
    page = new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme, locale="ar")
    ready(page, window.address)
    assert sideways(page) == 0
    ask(page, ENGLISH)
    page.click(".cite")
    opened(page)
    assert sideways(page) == 0
    assert mark_in_view(page)
    chat, source = page.locator("#chat").bounding_box(), page.locator("#source").bounding_box()
    assert chat is not None
    assert source is not None
    assert source["y"] >= chat["y"] + chat["height"]
    for selector in (".cite", ".beside .close", "#question button", ".said", ".beside .text"):
        assert contrast(page, selector) >= 4.5, selector
    for selector in (".cite", ".beside .close", "#question button"):
        box = page.locator(selector).first.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, selector


def test_an_answer_taller_than_the_window_is_read_from_its_question_on(
    window: Served, new_page: NewPage
) -> None:
    page = new_page(viewport={"width": 390, "height": 700})
    ready(page, window.address)
    ask(page, ENGLISH)
    for count, question in ((2, BROAD), (3, FOREIGN)):
        ask(page, question)
        expect(page.locator("#chat .answer")).to_have_count(count)
        talk, asked, answer = (
            page.locator(selector).last.bounding_box()
            for selector in ("#chat [role=log]", "#chat .asked", "#chat .answer")
        )
        assert talk is not None
        assert asked is not None
        assert answer is not None
        assert talk["y"] <= asked["y"]
        below = answer["y"] + answer["height"] - (talk["y"] + talk["height"])
        # As far up as it goes: what fits is seen to its end.
        assert (below > 50 and asked["y"] <= talk["y"] + 40) if count == 2 else below <= 0


def contrast(page: Page, selector: str) -> float:
    """The contrast ratio of an element's text with what is behind it (WCAG 2.2)."""
    return float(
        page.locator(selector).first.evaluate(
            """element => {
                const read = colour => colour.match(/[\\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b]
                    .map(v => v / 255)
                    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                let behind = element, colour;
                do {
                    colour = read(getComputedStyle(behind).backgroundColor);
                    behind = behind.parentElement;
                } while (colour[3] === 0 && behind);
                const pair = [light(read(getComputedStyle(element).color)), light(colour)];
                return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
            }"""
        )
    )


def test_an_index_that_cannot_be_had_is_one_line(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "index.sqlite").write_bytes(b"not a database" * 100)
    started = [
        subprocess.Popen(
            [sys.executable, "app.py", "--index", str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for folder in (damaged, tmp_path / "absent")
    ]
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 1
        assert errors.startswith("error: ")
        assert errors.count("\n") == 1
