"""What people do with an answer in the window: check it, take it away, narrow it, come back to it.

The window is `python app.py --documents FOLDER` over copies of the seeds, so that documents can be
added and removed too. What is asked is answered by the real reader; which sentence wins is not
tested here.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
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
from playwright.sync_api import Browser, FilePayload, Page, expect

from qa.chat.place import Place
from qa.chat.words import words_in
from qa.phrases import LANGUAGES

QUESTION = "Who led the consultations between Azerbaijan and Algeria in Algiers?"
FOLLOW_UP = "And what was discussed?"
COMPLETED = f"{FOLLOW_UP[:-1]} ({QUESTION[4:-1]})?"
RUSSIAN_SESSION = "Qui a coprésidé la quatrième session des consultations algéro-russes ?"
NEW_TEXT = (
    "Vienna, 3 March 2024, Example Press\n\nThe ministers of Austria and Portugal met in Vienna. "
    "The talks were chaired by Johanna Vogelsang of Austria and Tiago Azevedo of Portugal. "
    "Austria and Portugal agreed to open a joint office in Graz."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("use") / "documents"
    shutil.copytree(ROOT / "seeds", folder)
    return folder


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Served]:
    program = copied(folder.parent / "program")
    with served(program, folder.parent / "traces", "--documents", str(folder)) as window:
        yield window
        assert window.reached.read_text() == "", "the server reached out of this machine"
        assert "Traceback" not in window.errors.read_text()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    with fresh_pages(browser) as new:
        yield new


@pytest.fixture
def new_page_to_leave(browser: Browser) -> Iterator[NewPage]:
    with fresh_pages(browser, left=True) as new:
        yield new


@pytest.fixture
def page_to_leave(window: Served, new_page_to_leave: NewPage) -> Page:
    return ready(new_page_to_leave(), window.address)


@pytest.fixture
def page(window: Served, new_page: NewPage) -> Page:
    return ready(new_page(permissions=["clipboard-read", "clipboard-write"]), window.address)


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def place(page: Page, selector: str = ".cite") -> Place:
    return Place.parse(page.locator(selector).first.get_attribute("value"))


def test_a_follow_up_shows_what_it_was_taken_for_and_can_be_asked_by_itself(page: Page) -> None:
    ask(page, QUESTION)
    assert page.locator(".understood").count() == 0
    ask(page, FOLLOW_UP)
    expect(page.locator(".understood")).to_contain_text(COMPLETED)
    page.click(".forget")
    expect(page.locator(".understood")).to_have_count(0)
    assert page.locator("#chat .asked").all_text_contents() == [QUESTION, FOLLOW_UP]


def test_a_question_is_edited_in_its_place(page: Page) -> None:
    ask(page, "What is the boiling point of tungsten?")
    ask(page, RUSSIAN_SESSION)
    page.click("#m1-edit")
    page.press(".editing textarea", "Escape")
    expect(page.locator(".editing")).to_have_count(0)
    expect(page.locator("#chat .asked").first).to_be_visible()
    page.click("#m1-edit")
    page.fill(".editing textarea", QUESTION)
    page.press(".editing textarea", "Enter")
    page.wait_for_selector("#m1-c1")
    assert page.locator("#chat .asked").all_text_contents() == [QUESTION, RUSSIAN_SESSION]


def test_the_last_question_can_be_taken_back_and_all_of_them_put_away(page_to_leave: Page) -> None:
    page = page_to_leave
    ask(page, QUESTION)
    ask(page, RUSSIAN_SESSION)
    assert page.locator("#chat .undo").count() == 1
    page.click("#chat .undo")
    expect(page.locator("#chat .asked")).to_have_text([QUESTION])
    expect(page.locator("#question textarea")).to_have_value(RUSSIAN_SESSION)
    page.click(".renew")
    expect(page.locator("#chat .asked")).to_have_count(0)
    page.reload()
    page.wait_for_selector('.status[data-state="ready"]', state="attached")
    expect(page.locator("#chat .asked")).to_have_count(0)


def test_a_conversation_outlives_a_reload_and_goes_on(page_to_leave: Page) -> None:
    page = page_to_leave
    ask(page, QUESTION)
    quoted = text_of(page, ".said")
    page.reload()
    page.wait_for_selector("#m1-c1")
    assert text_of(page, "#chat .said") == quoted
    page.click("#m1-c1")
    opened(page)
    assert text_of(page, ".beside mark.quoted") == quoted
    ask(page, FOLLOW_UP)
    expect(page.locator(".understood")).to_contain_text(COMPLETED)


def test_a_conversation_outlives_the_server(
    folder: Path, tmp_path: Path, new_page_to_leave: NewPage, window: Served
) -> None:
    program = folder.parent / "program"
    page = new_page_to_leave()
    with served(program, tmp_path / "one", "--documents", str(folder)) as one:
        ready(page, one.address)
        ask(page, QUESTION)
        port = one.address.rstrip("/").rsplit(":", 1)[1]
        page.goto("about:blank")  # or it would go back to the next server by itself
    with served(program, tmp_path / "two", "--documents", str(folder), "--port", port) as two:
        ready(page, two.address)
        expect(page.locator("#chat .asked")).to_have_text([QUESTION])
        page.click("#m1-c1")
        opened(page)


def test_an_answer_is_copied_with_numbered_references(page: Page) -> None:
    ask(page, QUESTION)
    page.click("#chat .copy")
    expect(page.locator("#chat .copy")).to_have_text(words_in("en").copied)
    cited, copied_text = place(page), clipboard(page)
    assert f"{text_of(page, '.said')} [1]" in copied_text
    assert f"{cited.source}:{cited.start}–{cited.end}" in copied_text


def test_answers_are_saved_as_files(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "What is the boiling point of tungsten?")
    page.locator("#chat .exports summary").first.click()
    with page.expect_download() as saved:
        page.locator('#chat .export[value="bibtex"]').first.click()
    assert saved.value.suggested_filename == "entente.bib"
    quoted = text_of(page, ".said")
    assert " ".join(quoted.split()) in Path(saved.value.path()).read_text()
    page.click(".heading .exports summary")
    with page.expect_download() as saved:
        page.click('.export-all[value="csv"]')
    data = Path(saved.value.path()).read_bytes()
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["question"] for row in rows][-1] == "What is the boiling point of tungsten?"
    assert rows[0]["quote"] == text_of(page, ".said")
    assert rows[-1]["quote"] == ""


def test_quotes_are_checked_with_their_files_as_they_are_now(page: Page, folder: Path) -> None:
    english = words_in("en")
    ask(page, QUESTION)
    count = page.locator(".cite").count()
    page.click("#chat .recheck")
    expect(page.locator(".checked.all")).to_have_text(
        english.checked.format(good=count, count=count)
    )
    file = folder / place(page).source
    text = file.read_bytes()
    try:
        file.write_bytes(text.replace(b"led by", b"held by"))
        page.click("#chat .recheck")
        expect(page.locator(".checked.changed").first).to_have_text(english.check_changed)
        file.unlink()
        page.click("#chat .recheck")
        expect(page.locator(".checked.gone").first).to_have_text(english.check_gone)
    finally:
        file.write_bytes(text)


def test_a_link_opens_the_citation_and_says_so_if_the_text_has_changed(
    page: Page, window: Served, new_page: NewPage
) -> None:
    ask(page, QUESTION)
    page.click(".cite")
    opened(page)
    page.click(".beside .link")
    expect(page.locator(".beside .link")).to_have_text(words_in("en").copied)
    cited, link = place(page), clipboard(page)
    other = ready(new_page(), link)
    opened(other)
    assert text_of(other, ".beside mark.quoted") == text_of(page, ".said")
    assert mark_starts(other) == cited.start
    assert mark_in_view(other)
    expect(other.locator(".beside :is(.why, .wrong)").first).to_be_hidden()
    changed = ready(new_page(), link.replace(cited.digest, "0" * 16))
    expect(changed.locator(".beside [role=alert]")).to_have_text(words_in("en").changed)


def test_why_a_sentence_is_quoted_can_be_seen(page: Page) -> None:
    ask(page, QUESTION)
    page.click(".cite")
    opened(page)
    page.click(".beside .why")
    facts = page.locator(".beside .facts")
    expect(facts).to_contain_text(words_in("en").why_words)
    expect(facts).to_contain_text("Azerbaijan")
    expect(facts).to_contain_text(words_in("en").place.format(number=1, count="")[:4])


def test_a_wrong_source_is_written_down_on_this_machine(page: Page, folder: Path) -> None:
    ask(page, QUESTION)
    page.click(".cite")
    opened(page)
    page.click(".beside .wrong")
    expect(page.locator(".beside footer .told")).to_have_text(words_in("en").wrong_done)
    [file] = folder.parent.glob("*.index/reports.jsonl")
    written = json.loads(file.read_text().splitlines()[-1])
    assert (written["question"], written["quote"]) == (QUESTION, text_of(page, ".said"))


def test_the_neighbouring_citation_is_one_step_away(page: Page) -> None:
    ask(page, "Who is Lounes Magramane?")
    cites = page.locator(".cite")
    if cites.count() < 2:
        pytest.fail("expected an answer with several citations")
    cites.first.click()
    opened(page)
    expect(page.locator(".beside .previous")).to_be_disabled()
    expect(page.locator(".beside .place")).to_have_text(f"1 of {cites.count()}")
    page.click(".beside .next")
    start = place(page, ".cite >> nth=1").start
    page.wait_for_selector(f'.beside[data-state="done"] .source[data-start="{start}"]')
    assert text_of(page, ".beside mark.quoted") == cites.nth(1).evaluate(
        "cite => cite.closest('blockquote').querySelector('.said').textContent"
    )
    expect(cites.nth(1)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(cites.nth(1)).to_be_focused()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_window_speaks_the_language_that_is_chosen(page_to_leave: Page, language: str) -> None:
    page, words = page_to_leave, words_in(language)
    ask(page, QUESTION)
    page.select_option(".interface", language)
    page.wait_for_selector(f'.heading[lang="{language}"]')
    expect(page.locator("#chat .copy")).to_have_text(words.copy)
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", words.placeholder)
    expect(page.locator('.page[value="shelf"]')).to_have_text(words.documents)
    assert page.evaluate("document.documentElement.lang") == language
    assert text_of(page, "#chat .asked") == QUESTION
    page.click(".cite")
    opened(page)
    expect(page.locator(".beside .why")).to_have_text(words.why)
    for selector in ("#heading .heading", "#room", "#chips"):
        direction = page.eval_on_selector(selector, "e => getComputedStyle(e).direction")
        assert direction == words.direction, selector
    quote = page.eval_on_selector("#chat blockquote", "e => getComputedStyle(e).direction")
    assert quote == "ltr"
    assert sideways(page) == 0
    page.reload()
    page.wait_for_selector(f'.heading[lang="{language}"]')


def test_examples_follow_the_language_that_is_chosen(page: Page) -> None:
    page.wait_for_selector(".example")
    page.select_option(".interface", "fr")
    page.wait_for_selector('.welcome[lang="fr"] .example')
    expect(page.locator(".example").first).to_contain_text("Algérie")


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_answered(window: Served, new_page: NewPage, language: str) -> None:
    page = ready(new_page(locale=language), window.address)
    example = page.locator(".example").first
    question = example.text_content()
    example.click()
    page.wait_for_selector("#m1-c1")
    assert text_of(page, "#chat .asked") == question


def test_a_period_that_is_typed_narrows_what_may_answer(page: Page) -> None:
    chips = page.locator("#chips input")
    chips.fill("2025")
    chips.press("Enter")
    ask(page, QUESTION)
    expect(page.locator(".restricted .chip")).to_have_text("Period: 2025")
    assert {quote[:4] for quote in dates(page)} == {"2025"}
    page.locator("#chips .token-remove").first.click()
    chips.fill("yesterday")
    chips.press("Enter")
    ask(page, QUESTION)
    expect(page.locator(".notice.fault")).to_contain_text("yesterday is not a period")


def dates(page: Page) -> list[str]:
    return [
        str(one.get_attribute("datetime")) for one in page.locator("#chat blockquote time").all()
    ]


def test_the_timeline_opens_documents_and_narrows_to_countries(page: Page, folder: Path) -> None:
    page.click('.page[value="shelf"]')
    expect(page.locator("#talk")).to_be_hidden()
    mark = page.locator(".timeline .marks .doc").first
    mark.click()
    opened(page)
    source = str(mark.get_attribute("value"))
    assert text_of(page, ".beside .text") == (folder / source).read_bytes().decode()
    page.keyboard.press("Escape")
    page.locator(".timeline .pair").first.click()
    expect(page.locator("#talk")).to_be_visible()
    expect(page.locator("#chips .token")).to_contain_text("Countries: Algeria, Azerbaijan")
    ask(page, RUSSIAN_SESSION)
    expect(page.locator(".restricted .chip")).to_have_text("Countries: Algeria, Azerbaijan")
    assert all("russes" not in text for text in page.locator(".said").all_text_contents())


def test_documents_are_added_asked_and_removed(page: Page, folder: Path) -> None:
    english = words_in("en")
    page.click('.page[value="shelf"]')
    rows = page.locator(".shelf tbody tr")
    before = rows.count()
    given = {"vienna.txt": NEW_TEXT.encode(), "picture.png": b"\x89PNG", "empty.txt": b" "}
    given["large.txt"] = b"a word " * 800_000
    files: list[FilePayload] = [
        {"name": name, "mimeType": "", "buffer": content} for name, content in given.items()
    ]
    page.set_input_files(".drop input", files)
    expect(page.locator(".shelf .notes")).to_contain_text("vienna.txt")
    notes = page.locator(".shelf .notes")
    expect(notes).to_contain_text(
        english.refused.format(name="picture.png", reason=english.refused_type)
    )
    expect(notes).to_contain_text(
        english.refused.format(name="empty.txt", reason=english.refused_text)
    )
    large = english.refused.format(
        name="large.txt", reason=english.refused_size.format(limit="5 MB")
    )
    expect(notes).to_contain_text(large)
    expect(rows).to_have_count(before + 1)
    assert (folder / "vienna.txt").read_text() == NEW_TEXT

    page.click('.page[value="talk"]')
    ask(page, "Who chaired the talks in Vienna?")
    assert "Johanna Vogelsang" in text_of(page, ".said")

    page.click('.page[value="shelf"]')
    page.on("dialog", lambda dialog: dialog.accept())
    page.click('.discard[value="vienna.txt"]')
    expect(rows).to_have_count(before)
    assert not (folder / "vienna.txt").exists()
    assert (folder / ".removed" / "vienna.txt").read_text() == NEW_TEXT
    page.click('.page[value="talk"]')
    page.click("#m1-c1")
    expect(page.locator(".beside [role=alert]")).to_have_text(english.gone)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone(window: Served, new_page: NewPage, scheme: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, locale="fr")
    ready(page, window.address)
    assert sideways(page) == 0
    ask(page, RUSSIAN_SESSION)
    page.click(".cite")
    opened(page)
    assert sideways(page) == 0
    assert mark_in_view(page)
    page.click(".beside .close")
    page.click('.page[value="shelf"]')
    assert sideways(page) == 0
    for selector in (".heading button:visible", ".heading select", ".shelf button:visible"):
        for element in page.locator(selector).all():
            box = element.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, element.evaluate("e => e.outerHTML")


def test_programs_ask_by_http_and_nothing_else_is_offered_to_them(window: Served) -> None:
    api = json.load(urlopen(f"{window.address}gradio_api/info"))
    assert list(api["named_endpoints"]) == ["/answer"]
    assert not api["unnamed_endpoints"]
    found = called(window.address, [QUESTION, None, "2025", None, None, ["en"]])
    expected = json.loads(json.dumps(found))
    assert found == expected
    [cited, *_] = found["citations"]
    assert cited["quote"] == seed(cited["source"])[cited["start"] : cited["end"]]
    assert {citation["language"] for citation in found["citations"]} == {"en"}


def test_eight_people_at_once_are_all_answered_and_none_gets_anothers_answer(
    window: Served,
) -> None:
    asked = [f"{QUESTION} {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda question: called(window.address, [question, *[None] * 5]), asked)
        )
    assert [answer["question"] for answer in found] == asked
    assert all(answer["citations"] for answer in found)


def called(address: str, arguments: list[Any]) -> dict[str, Any]:
    """What the end point answers, by the two plain requests that its documentation names."""
    body = json.dumps({"data": arguments}).encode()
    headers = {"Content-Type": "application/json"}
    event = json.load(urlopen(Request(f"{address}gradio_api/call/answer", body, headers)))
    with urlopen(f"{address}gradio_api/call/answer/{event['event_id']}") as stream:
        lines = stream.read().decode().splitlines()
    assert "event: complete" in lines
    [answer] = json.loads(next(line[6:] for line in lines if line.startswith("data: [")))
    return dict(answer)


def seed(source: str) -> str:
    return (ROOT / "seeds" / source).read_bytes().decode()


def test_a_password_is_asked_for_before_anything_is_shown(
    folder: Path, tmp_path: Path, new_page_to_leave: NewPage, window: Served
) -> None:
    (tmp_path / "password").write_text("open sesame\n")
    program, file = folder.parent / "program", str(tmp_path / "password")
    with served(program, tmp_path / "traces", "--password-file", file) as guarded:
        for path in ("config", "gradio_api/info", "gradio_api/call/answer"):
            with pytest.raises(HTTPError) as refused:
                urlopen(guarded.address + path)
            assert refused.value.code in (401, 405)
            refused.value.close()
        page = new_page_to_leave()
        page.goto(guarded.address)
        page.get_by_label("username").fill("entente")
        page.get_by_label("password").fill("open sesame")
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector('.status[data-state="ready"]', state="attached")
        ask(page, QUESTION)
        assert page.locator(".cite").count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_part_of_ours_is_out_of_reach_for_people_who_cannot_see_it(
    window: Served, new_page: NewPage, scheme: str
) -> None:
    page = ready(new_page(color_scheme=scheme), window.address)
    ask(page, QUESTION)
    ask(page, "What is the boiling point of tungsten?")
    page.click("#chat .near summary")
    page.click(".cite")
    opened(page)
    assert _violations(page) == []
    page.click('.page[value="shelf"]')
    page.locator(".shelf .doc").first.click()
    opened(page)
    assert _violations(page) == []


def _violations(page: Page) -> list[str]:
    """What axe-core finds serious, but in what is gradio's own."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
