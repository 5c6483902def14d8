"""The heading, the welcome and the page of documents show what they are given, and offer no more
than can be done."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from reading import HOSTILE, Reading

from index import EntenteError, Index
from qa.chat.catalogue import Entry
from qa.chat.collection import REMOVED
from qa.chat.opening import State
from qa.chat.pages import LISTED, documents_page, heading, progress, status_line, welcome
from qa.chat.words import Words, words_in
from qa.phrases import LANGUAGES

ENGLISH = words_in("en")
FOLDER = Path('/srv/<docs> & "more"')
ENTRY = Entry("a/b.txt", "Un titre", "2022-08-03", "fr", "APS", 3, "2031-06-01T10:11:12Z", None)
ENTRIES = (
    ENTRY,
    Entry("c.txt", "Второй", "2022-08", "ru", None, 4, "2031-05-01T00:00:00Z", ("AZ", "DZ")),
    Entry("d.txt", "عنوان", None, "ar", None, 5, "2031-05-02T00:00:00Z", ("DZ", "TR")),
)
languages = pytest.mark.parametrize("words", [*map(words_in, LANGUAGES)], ids=LANGUAGES)
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


# The heading and the welcome.


@languages
def test_every_language_is_offered_in_its_own_name(words: Words) -> None:
    shown = Reading(heading(words))
    options = shown.all("option")
    assert [option["value"] for option in options] == list(LANGUAGES)
    assert [option["lang"] for option in options] == list(LANGUAGES)
    names = "Français English العربية Русский Azərbaycan Türkçe".split()
    assert shown.inside["option.None"] == "".join(names)
    assert [option["value"] for option in options if "selected" in option] == [words.code]
    assert shown.all("select", "interface")[0]["aria-label"] == words.interface


@languages
def test_the_heading_speaks_the_windows_language(words: Words) -> None:
    shown = Reading(heading(words))
    [top] = shown.all("div", "heading")
    assert (top["lang"], top["dir"]) == (words.code, "rtl" if words.code == "ar" else "ltr")
    told = [top[f"data-{name}"] for name in ("lost", "copied", "ask")]
    assert told == [words.lost, words.copied, words.ask]
    assert shown.inside["button.page"] == words.questions + words.documents
    assert shown.inside["button.renew"] == words.new
    assert shown.inside["summary.None"] == words.export_all
    pages = [(page["value"], page.get("aria-current")) for page in shown.all("button", "page")]
    assert pages == [("talk", "page"), ("shelf", None)]
    formats = [one["value"] for one in shown.all("button", "export-all")]
    assert formats == ["markdown", "bibtex", "ris", "csv"]


@hostile
def test_what_the_words_say_is_shown_as_it_stands(text: str) -> None:
    # Translations are data too: no character in them may act.
    words = replace(ENGLISH, ask=text, interface=text, new=text, tagline=text, examples=text)
    top, first = Reading(heading(words)), Reading(welcome(words, ["?"]))
    assert top.all("div", "heading")[0]["data-ask"] == text
    assert top.all("select")[0]["title"] == text
    assert top.inside["button.renew"] == text
    assert first.inside["div.tagline"] == text
    assert first.inside["div.kicker"] == text


@hostile
def test_examples_are_shown_and_asked_as_they_stand(text: str) -> None:
    shown = Reading(welcome(ENGLISH, [text, "Second?"]))
    assert [one["value"] for one in shown.all("button", "example")] == [text, "Second?"]
    assert shown.inside["button.example"] == f"{text}Second?"
    assert shown.tags == {"div", "button"}


@languages
def test_without_examples_none_are_announced(words: Words) -> None:
    shown = Reading(welcome(words))
    assert shown.text == words.tagline + words.welcome
    assert shown.all("div", "welcome")[0]["lang"] == words.code


# The state of the index.


@languages
@pytest.mark.parametrize(
    ("state", "kind", "said"),
    [
        (State(index=cast(Index, object())), "ready", ""),
        (State(done=3, total=3, index=cast(Index, object())), "ready", ""),
        (State(), "opening", "{words.opening}"),
        (State(done=0, total=5), "building", "{begins}"),
        (State(done=3, total=5), "building", "{building}"),
        (State(fault=EntenteError("no <room>")), "failed", "{words.failed} no <room>"),
        (State(done=3, total=5, fault=OSError("/a")), "failed", "{words.failed} OSError"),
    ],
    ids=["ready", "built", "opening", "begun", "building", "failed", "a bug"],
)
def test_the_state_of_the_index_is_said(state: State, kind: str, said: str, words: Words) -> None:
    begins, building = (words.building.format(done=done, total=5) for done in (0, 3))
    shown = Reading(status_line(state, words))
    assert shown.text == said.format(words=words, begins=begins, building=building)
    [line] = shown.all("div", "status")
    assert (line["role"], line["data-state"]) == ("status", kind)


def test_progress_is_said_alone_too() -> None:
    assert progress(State(), ENGLISH) == ENGLISH.opening
    assert progress(State(done=0, total=5), ENGLISH) == "Building the index: 0 of 5 documents…"


# The documents.


def table(page: str) -> Reading:
    return Reading(page[page.index("<table>") : page.index("</table>") + len("</table>")])


def shape(page: Reading) -> list[tuple[str, set[str]]]:
    """The elements, each with the names of its attributes."""
    return [(tag, set(attributes)) for tag, attributes in page.elements]


def cells(page: str) -> list[list[str]]:
    """The texts of the table, row by row."""
    rows = re.findall("<tr>(.*?)</tr>", page[page.index("<tbody>") :])
    return [[Reading(cell).text for cell in re.findall("<td>(.*?)</td>", row)] for row in rows]


@hostile
@pytest.mark.parametrize("folder", [FOLDER, None], ids=["changeable", "fixed"])
def test_whatever_is_in_a_document_is_shown_as_it_stands(text: str, folder: Path | None) -> None:
    html, harmless = (
        documents_page(
            [replace(ENTRY, source=given, title=given, agency=given, language=given)],
            ENGLISH,
            folder=folder,
            notes=[given, "Second."],
        )
        for given in (text, "harmless")
    )
    page, listed = Reading(html), table(html)
    assert shape(page) == shape(Reading(harmless))
    [opens] = listed.all("button", "doc")
    assert (opens["value"], opens["lang"]) == (text, text)
    assert listed.inside["button.doc"] == listed.inside["bdi.file"] == text
    assert [cell for cell in cells(html)[0] if cell == text] == [text, text]  # language, agency
    assert page.inside["div.notes"] == f"{text}Second."
    if folder:
        [drops] = listed.all("button", "discard")
        assert drops["value"] == text
        assert drops["aria-label"] == f"Remove: {text}"
        assert drops["data-sure"] == ENGLISH.remove_sure.format(title=text, place=FOLDER / REMOVED)


@languages
def test_every_document_is_a_button_that_names_it(words: Words) -> None:
    html = documents_page(ENTRIES, words, folder=None)
    opened = table(html).all("button")
    assert [(one["class"], one["value"], one["lang"]) for one in opened] == [
        ("doc", "a/b.txt", "fr"),
        ("doc", "c.txt", "ru"),
        ("doc", "d.txt", "ar"),
    ]
    drawn = {a["value"] for a in Reading(html).all("button") if "doc " in (a["class"] or "")}
    assert drawn == {"a/b.txt", "c.txt", "d.txt"}


def test_each_row_says_what_is_known_of_its_document() -> None:
    page = documents_page(ENTRIES, ENGLISH, folder=None)
    assert cells(page) == [
        ["Un titrea/b.txt", "August 3, 2022", "French", "APS", "3", "June 1, 2031"],
        ["Второйc.txt", "August 2022", "Russian", "—", "4", "May 1, 2031"],
        ["عنوانd.txt", "not stated", "Arabic", "—", "5", "May 2, 2031"],
    ]
    head = ["Title", "Date", "Language", "Agency", "Passages", "Indexed"]
    assert table(page).inside["th.None"] == "".join(head)


@languages
def test_the_page_speaks_the_windows_language(words: Words) -> None:
    shown = Reading(documents_page(ENTRIES, words, folder=FOLDER))
    count = words.documents_count.format(documents=3, passages=12)
    assert shown.inside["p.count"] == count
    assert shown.inside["h2.None"] == words.documents
    assert shown.inside["button.discard"] == words.remove * 3
    assert shown.all("div", "shelf")[0]["lang"] == words.code


@languages
def test_documents_that_are_not_to_be_changed_offer_no_change(words: Words) -> None:
    fixed = Reading(documents_page(ENTRIES, words, folder=None))
    assert "input" not in fixed.tags
    assert not fixed.all("button", "discard")
    assert fixed.inside["p.fixed"] == words.fixed
    free = Reading(documents_page(ENTRIES, words, folder=FOLDER))
    [chooser] = free.all("input")
    assert (chooser["type"], chooser["accept"]) == ("file", ".docx,.eml,.htm,.html,.md,.pdf,.txt")
    assert "multiple" in chooser
    dropped = [one["value"] for one in free.all("button", "discard")]
    assert dropped == ["a/b.txt", "c.txt", "d.txt"]
    assert free.inside["label.drop"] == f"{words.drop} {words.choose}"
    assert "p.fixed" not in free.inside


@pytest.mark.parametrize("folder", [FOLDER, None], ids=["changeable", "fixed"])
def test_every_row_is_as_long_as_the_head(folder: Path | None) -> None:
    page = documents_page(ENTRIES, ENGLISH, folder=folder)
    head = page[page.index("<thead>") : page.index("</thead>")]
    columns = head.count("<th ") + head.count("<td>")
    assert [len(row) for row in cells(page)] == [columns] * 3


def test_of_very_mgivendocuments_the_first_are_listed_and_all_are_counted() -> None:
    entries = [replace(ENTRY, source=f"{n}.txt") for n in range(LISTED + 1)]
    page = documents_page(entries, ENGLISH, folder=None)
    listed = [one["value"] for one in table(page).all("button", "doc")]
    assert listed == [f"{n}.txt" for n in range(LISTED)]
    assert Reading(page).inside["p.count"] == f"{LISTED + 1} documents, {3 * (LISTED + 1)} passages"


def test_a_collection_without_documents_is_shown_empty() -> None:
    page = documents_page((), ENGLISH, folder=FOLDER)
    assert cells(page) == []
    assert Reading(page).inside["p.count"] == "0 documents, 0 passages"
    assert Reading(page).inside["div.notes"] == ""
