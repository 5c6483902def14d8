"""The window: its parts, what happens on each event, and the server that shows it.

Nothing of a conversation is kept on the server: its turns live in the browser, which sends them
with every question, and a citation carries its place. Anything a reader should see is made in
`render`, `panel` and `pages`; what happens within the page is `chat.js`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any

import gradio as gr

from index import EntenteError

from ..phrases import LANGUAGES
from . import beside
from .arrivals import FILE_BYTES
from .catalogue import entries_of
from .changes import brought, discarded
from .examples import examples_of
from .exchange import (
    AT_ONCE,
    POLL,
    Message,
    Put,
    Talk,
    exchange,
    idle,
    message,
    messages_of,
    put_again,
)
from .opening import Opening, State
from .pages import TITLE, documents_page, heading, status_line, welcome
from .programs import endpoints
from .render import notice
from .restrictions import choices
from .turns import Turn, from_browser, to_browser
from .words import Words, preferred, words_in

# What the browser keeps is scrambled with this, which every page is sent and which hides nothing;
# it is fixed so that a conversation outlives the server that it was held with.
SECRET = "entente"


def serve(
    opening: Opening,
    *,
    host: str,
    port: int | None,
    password: str | None = None,
    mcp: bool = False,
) -> tuple[gr.Blocks, str]:
    """Serve the window and return it with its address; raises `OSError` if the port is taken.

    With a `password` it is asked for, of the user «entente»; `mcp` offers the answers to programs
    that speak the Model Context Protocol as well.
    """
    blocks = build(opening)
    _, address, _ = blocks.launch(
        server_name=host,
        server_port=port,
        auth=("entente", password) if password else None,
        mcp_server=mcp,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        theme=_theme(),
        # Not `css=`: it rewrites selectors, and breaks those with a list in them.
        head=f"<style>{_asset('chat.css')}{_asset('timeline.css')}</style>",
        max_file_size=FILE_BYTES if opening.changeable else 0,
    )
    return blocks, address


def build(opening: Opening) -> gr.Blocks:
    """The window's parts and their listeners."""
    english = preferred(None)

    async def greet(
        kept: object, spoken: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for parts in _greet(opening, from_browser(kept), _words(spoken, request)):
            yield parts

    async def speak(
        kept: object, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        words = _words(_told(event).get("language"), request)
        async for parts in _greet(opening, from_browser(kept), words):
            yield *parts, words.code

    def submit(
        question: str, kept: object, chips: list[str], spoken: str, request: gr.Request
    ) -> Iterator[Talk]:
        turns = from_browser(kept)
        put = Put(str(question or ""), tuple(chips or ()), len(turns))
        yield from exchange(opening, turns, put, _words(spoken, request))

    def again(
        kept: object, chips: list[str], spoken: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Talk]:
        turns = from_browser(kept)
        put = put_again(turns, tuple(chips or ()), _told(event))
        yield from exchange(opening, turns, put, _words(spoken, request))

    def undo(kept: object, spoken: str, request: gr.Request) -> Talk:
        turns = from_browser(kept)
        taken, left = turns[-1].question if turns else gr.skip(), turns[:-1]
        return taken, messages_of(opening.state, left, _words(spoken, request)), to_browser(left)

    def stop(kept: object, spoken: str, request: gr.Request) -> tuple[Any, list[Message]]:
        words = _words(spoken, request)
        messages = messages_of(opening.state, from_browser(kept), words)
        said = notice(words.stopped, words, kind="wait")
        return idle(words), [*messages, message("assistant", said)]

    def narrow(event: gr.EventData) -> list[str]:
        return [str(chip) for chip in _told(event).get("chips") or []]

    def bring(spoken: str, event: gr.EventData, request: gr.Request) -> Iterator[tuple[Any, Any]]:
        words = _words(spoken, request)
        for notes in brought(opening.state, _told(event).get("files"), words):
            yield _shelf(opening.state, words, notes)

    def discard(spoken: str, event: gr.EventData, request: gr.Request) -> tuple[Any, Any]:
        words = _words(spoken, request)
        return _shelf(
            opening.state, words, discarded(opening.state, _told(event).get("source"), words)
        )

    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True)
    with blocks:
        turns = gr.BrowserState([], storage_key="entente", secret=SECRET)
        spoken = gr.BrowserState("", storage_key="entente-language", secret=SECRET)
        top = gr.HTML(heading(english), elem_id="heading")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="talk", min_width=0):
                status = gr.HTML(status_line(State(), english), elem_id="status")
                chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    label=TITLE,
                    placeholder=welcome(english),
                    latex_delimiters=[],
                    buttons=[],
                    feedback_options=None,
                    layout="panel",
                    height="100%",
                    autoscroll=False,  # it goes to the end of a long answer; `chat.js` to its top
                )
                chips = gr.Dropdown(
                    [],
                    value=[],
                    multiselect=True,
                    allow_custom_value=True,
                    elem_id="chips",
                    label=english.restrict,
                    info=english.restrict_hint,
                )
                box = gr.Textbox(
                    elem_id="question",
                    show_label=False,
                    label=english.ask,
                    placeholder=english.placeholder,
                    submit_btn=english.ask,
                    max_lines=6,
                    autofocus=True,
                )
            shelf = gr.HTML("", elem_id="shelf", apply_default_css=False)
            page = gr.HTML(
                '<section class="beside" data-state="closed"></section>',
                elem_id="source",
                js_on_load=_asset("chat.js"),
                server_functions=_served(opening),
                apply_default_css=False,
            )
        parts = [top, status, chat, chips, box, shelf]
        talk = [box, chat, turns]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking: dict[str, Any] = {**private, "trigger_mode": "once", "concurrency_id": "ask"}
        asking["concurrency_limit"] = AT_ONCE
        blocks.load(greet, [turns, spoken], parts, concurrency_limit=None, **private)
        running = [
            box.submit(submit, [box, turns, chips, spoken], talk, **asking),
            page.again(again, [turns, chips, spoken], talk, **asking),
        ]
        page.speak(speak, [turns], [*parts, spoken], concurrency_limit=None, **private)
        page.undo(undo, [turns, spoken], talk, **private)
        page.renew(lambda: ([], []), None, [chat, turns], **private)
        page.narrow(narrow, None, chips, **private)
        page.bring(bring, spoken, [shelf, chips], **private)
        page.discard(discard, spoken, [shelf, chips], **private)
        box.stop(stop, [turns, spoken], [box, chat], cancels=running, **private)
        endpoints(opening, AT_ONCE)
    return blocks


async def _greet(
    opening: Opening, turns: Sequence[Turn], words: Words
) -> AsyncIterator[tuple[Any, ...]]:
    """The window in the reader's language with the conversation that the browser kept, then the
    state of the index until it is settled, and what depends on its documents."""
    state = opening.state
    yield _parts(state, turns, words)
    if not state.settled:
        while not state.settled:
            await asyncio.sleep(POLL)
            before, state = state, opening.state
            if state != before:
                yield (gr.skip(), status_line(state, words), *[gr.skip()] * 4)
        shelf, chips = _shelf(state, words)  # the chat is left alone: by now it may have grown
        yield gr.skip(), gr.skip(), gr.skip(), chips, gr.skip(), shelf
    if state.index is not None:
        try:
            examples = await asyncio.to_thread(examples_of, state.index, words)
        except EntenteError:  # whoever asks is told what it is
            return
        shown = gr.update(placeholder=welcome(words, examples))
        yield (gr.skip(), gr.skip(), shown, *[gr.skip()] * 3)


def _parts(state: State, turns: Sequence[Turn], words: Words) -> tuple[Any, ...]:
    """Every part of the window in one language."""
    shelf, chips = _shelf(state, words)
    chat = gr.update(value=messages_of(state, turns, words), placeholder=welcome(words))
    return heading(words), status_line(state, words), chat, chips, idle(words), shelf


def _shelf(state: State, words: Words, notes: Sequence[str] = ()) -> tuple[Any, Any]:
    """The page of documents, and the chips that they give rise to."""
    if state.index is None or state.collection is None:
        return "", gr.update(choices=[], label=words.restrict, info=words.restrict_hint)
    try:
        entries = entries_of(state.index)
    except EntenteError as fault:
        return notice(words.failed, words, detail=str(fault)), gr.skip()
    page = documents_page(entries, words, folder=state.collection.folder, notes=notes)
    offered = gr.update(
        choices=choices(entries, words), label=words.restrict, info=words.restrict_hint
    )
    return page, offered


def _served(opening: Opening) -> list[Callable[..., Any]]:
    """What the page may ask of the server besides events; each is called by its name."""

    def source(sent: list[object]) -> beside.Panel:
        place, language = _two(sent)
        return beside.open_source(opening.state.index, place, words_in(str(language)))

    def document(sent: list[object]) -> beside.Panel:
        name, language = _two(sent)
        return beside.open_document(opening.state.index, name, words_in(str(language)))

    def why(sent: list[object]) -> str:
        (place, turn), language = _two(_two(sent)[0]), _two(sent)[1]
        return beside.why(opening.state.index, place, turn, words_in(str(language)))

    def check(sent: list[object]) -> beside.Checked:
        places, language = _two(sent)
        return beside.check(opening.state.collection, places, words_in(str(language)))

    def report(sent: list[object]) -> str:
        (place, turn), language = _two(_two(sent)[0]), _two(sent)[1]
        return beside.report(opening.state.index, place, turn, words_in(str(language)))

    def export(sent: list[object]) -> beside.File:
        return beside.export(*_two(sent))

    return [source, document, why, check, report, export]


def _two(sent: object) -> tuple[object, object]:
    """The two parts of what a page sends; nothing for anything else."""
    match sent:
        case [one, two]:
            return one, two
    return None, None


def _told(event: gr.EventData) -> dict[str, Any]:
    """What the page says with an event; nothing where it says anything but names and values."""
    return event._data if isinstance(event._data, dict) else {}


def _words(spoken: object, request: gr.Request) -> Words:
    """The language that was chosen, or else the browser's."""
    if isinstance(spoken, str) and spoken in LANGUAGES:
        return words_in(spoken)
    return preferred(request.headers.get("accept-language"))


def _theme() -> gr.themes.Base:
    """System fonts only: a window that asks the network for a font would tell who reads what."""
    sans = ("ui-sans-serif", "system-ui", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif")
    mono = ("ui-monospace", "Consolas", "monospace")
    return gr.themes.Base(primary_hue="indigo", neutral_hue="stone", font=sans, font_mono=mono)


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
