"""The window around the conversation → HTML: its heading, the welcome, the page of documents.

Shown as it is, past no sanitizer, but for the welcome. What is listed is left to `catalogue`, what
is drawn to `timeline`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from babel import Locale

from index.files import DOCUMENTS

from ..phrases import LANGUAGES
from .asking import said
from .catalogue import Entry
from .collection import REMOVED
from .opening import State
from .render import button, dated, exports, in_language, verbatim
from .timeline import timeline
from .words import Words, language_in

TITLE = "Entente"
LISTED = 500  # documents in the table; the timeline shows all


def heading(words: Words) -> str:
    """The name, the two pages, what can be done with the conversation, and the language."""
    languages = "".join(
        f'<option value="{code}" lang="{code}"{" selected" if code == words.code else ""}>'
        f"{verbatim(_own_name(code))}</option>"
        for code in LANGUAGES
    )
    taken = (
        f'<details class="exports"><summary>{verbatim(words.export_all)}</summary>'
        f'<div class="menu">{exports("export-all", words)}</div></details>'
    )
    return (
        f'<div class="heading" lang="{words.code}" dir="{words.direction}" '
        f'data-lost="{verbatim(words.lost)}" data-copied="{verbatim(words.copied)}" '
        f'data-ask="{verbatim(words.ask)}">'
        f"<h1>{TITLE}</h1><nav>"
        f'<button type="button" class="page" value="talk" aria-current="page">'
        f"{verbatim(words.questions)}</button>"
        f'<button type="button" class="page" value="shelf">{verbatim(words.documents)}</button>'
        f'</nav><div class="held">{button("renew", words.new)}{taken}</div>'
        f'<select class="interface" aria-label="{verbatim(words.interface)}" '
        f'title="{verbatim(words.interface)}">{languages}</select></div>'
    )


def welcome(words: Words, examples: Sequence[str] = ()) -> str:
    """What stands where there is no conversation yet."""
    asked = "".join(
        f"<div>{button('example', question, value=question)}</div>" for question in examples
    )
    shown = (
        f'<div class="examples"><div class="kicker">{verbatim(words.examples)}</div>{asked}</div>'
        if examples
        else ""
    )
    return (
        f'<div class="welcome"{in_language(words.code)}>'
        f'<div class="tagline">{verbatim(words.tagline)}</div><div>{verbatim(words.welcome)}</div>'
        f"{shown}</div>"
    )


def status_line(state: State, words: Words) -> str:
    """A line about the index while there is something to say; empty when it is ready."""
    if state.index is not None:
        return '<div class="status" role="status" data-state="ready"></div>'
    kind = "failed" if state.fault else "opening" if state.total is None else "building"
    text = f"{words.failed} {said(state.fault)}" if state.fault else progress(state, words)
    return (
        f'<div class="status" role="status" data-state="{kind}"{in_language(words.code)}>'
        f"{verbatim(text)}</div>"
    )


def progress(state: State, words: Words) -> str:
    """How far the index is."""
    if state.total is None:
        return words.opening
    return words.building.format(done=state.done, total=state.total)


def documents_page(
    entries: Sequence[Entry], words: Words, *, folder: Path | None, notes: Sequence[str] = ()
) -> str:
    """What is indexed, drawn over time and listed; where documents are added to `folder` and moved
    out of it, unless it is None; and `notes` on what became of the last change."""
    count = words.documents_count.format(
        documents=len(entries), passages=sum(entry.passages for entry in entries)
    )
    told = "".join(f'<div dir="auto">{verbatim(note)}</div>' for note in notes)
    return (
        f'<div class="shelf"{in_language(words.code)}><h2>{verbatim(words.documents)}</h2>'
        f'<p class="count">{verbatim(count)}</p>{timeline(entries, words, others=words.others)}'
        f"{_adding(words) if folder else _fixed(words)}"
        f'<div class="notes" role="status">{told}</div>'
        f"{_table(entries[:LISTED], words, folder)}</div>"
    )


def _adding(words: Words) -> str:
    choose = verbatim(words.choose)
    return (
        f'<label class="drop"><span>{verbatim(words.drop)} <u>{choose}</u></span>'
        f'<input type="file" multiple accept="{",".join(sorted(DOCUMENTS))}"></label>'
    )


def _fixed(words: Words) -> str:
    return f'<p class="fixed">{verbatim(words.fixed)}</p>'


def _table(entries: Sequence[Entry], words: Words, folder: Path | None) -> str:
    names = (words.title, words.date, words.language, words.agency, words.passages, words.indexed)
    head = "".join(f'<th scope="col">{verbatim(name)}</th>' for name in names)
    rows = "".join(_row(entry, words, folder) for entry in entries)
    last = "<td></td>" if folder else ""
    return (
        f'<div class="listed" role="region" tabindex="0" aria-label="{verbatim(words.documents)}">'
        f"<table><thead><tr>{head}{last}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(entry: Entry, words: Words, folder: Path | None) -> str:
    opens = (
        f'<button type="button" class="doc" value="{verbatim(entry.source)}"'
        f"{in_language(entry.language)}>{verbatim(entry.title)}</button>"
    )
    cells = [
        f'{opens}<bdi class="file">{verbatim(entry.source)}</bdi>',
        dated(entry.date, words),
        verbatim(language_in(words, entry.language)),
        verbatim(entry.agency or "—"),
        str(entry.passages),
        dated(entry.indexed[:10], words),
    ]
    if folder:
        sure = verbatim(words.remove_sure.format(title=entry.title, place=folder / REMOVED))
        name = verbatim(words.of(words.remove, entry.title))
        cells.append(
            f'<button type="button" class="discard" value="{verbatim(entry.source)}" '
            f'data-sure="{sure}" aria-label="{name}">{verbatim(words.remove)}</button>'
        )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _own_name(code: str) -> str:
    """A language's name in itself, as people look for theirs."""
    name = str(Locale(code).languages[code])
    return name[:1].upper() + name[1:]
