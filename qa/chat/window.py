"""The window: its parts, what happens on each event, and the server that shows it.

Nothing of a conversation is kept outside its session: the messages live in the browser, the earlier
questions in the session's own state, and a citation carries its place. Anything a reader should see
is made in `render`; what happens within the page is `chat.js`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from importlib.resources import files
from typing import Any

import gradio as gr

from index import EntenteError, Index

from ..errors import QuestionError
from ..pipeline import answer
from ..question import MAX_CHARACTERS
from .opening import Opening, State
from .place import ChangedError, Place, PlaceError
from .render import (
    answer_message,
    fault_panel,
    notice,
    question_message,
    source_panel,
    verbatim,
)
from .words import Words, preferred

TITLE = "Entente"
EARLIER = 10  # questions of the conversation that a new one may lean on
POLL = 0.2  # seconds between two looks at an index that is being opened

Message = dict[str, Any]
Turn = tuple[Any, list[Message], Any]

_log = logging.getLogger(__name__)


def serve(opening: Opening, *, host: str, port: int | None) -> tuple[gr.Blocks, str]:
    """Serve the window and return it with its address; raises `OSError` if the port is taken."""
    blocks = build(opening)
    _, address, _ = blocks.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        footer_links=[],
        theme=_theme(),
        css=_asset("chat.css"),
        max_file_size=0,
    )
    return blocks, address


def build(opening: Opening) -> gr.Blocks:
    """The window's parts and their listeners."""
    english = preferred(None)

    async def greet(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        async for shown in _greet(opening, _words(request)):
            yield shown

    def ask(
        question: str, messages: list[Message], earlier: list[str], request: gr.Request
    ) -> Iterator[Turn]:
        yield from _ask(opening, question or "", messages or [], earlier or [], _words(request))

    def source(sent: object, request: gr.Request) -> dict[str, str]:
        return open_source(opening.state.index, sent, _words(request))

    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True)
    with blocks:
        earlier = gr.State([])
        heading = gr.HTML(_heading(english), elem_id="heading")
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="talk", min_width=0):
                status = gr.HTML(_status(State(), english), elem_id="status")
                chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    label=TITLE,
                    placeholder=_welcome(english),
                    latex_delimiters=[],
                    buttons=[],
                    feedback_options=None,
                    layout="panel",
                    height="100%",
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
            gr.HTML(
                '<section class="beside" data-state="closed"></section>',
                elem_id="source",
                js_on_load=_asset("chat.js"),
                server_functions=[source],
                apply_default_css=False,
            )
        blocks.load(
            greet,
            None,
            [heading, status, chat, box],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=None,
        )
        box.submit(
            ask,
            [box, chat, earlier],
            [box, chat, earlier],
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="once",
            concurrency_limit=2,
        )
        chat.clear(list, None, earlier, api_visibility="private")
    return blocks


async def _greet(opening: Opening, words: Words) -> AsyncIterator[tuple[Any, ...]]:
    """The window in the browser's language, then the state of the index until it is settled."""
    state = opening.state
    yield (
        _heading(words),
        _status(state, words),
        gr.update(placeholder=_welcome(words)),
        gr.update(placeholder=words.placeholder, submit_btn=words.ask, label=words.ask),
    )
    while not state.settled:
        await asyncio.sleep(POLL)
        before, state = state, opening.state
        if state != before:
            yield gr.skip(), _status(state, words), gr.skip(), gr.skip()


def _ask(
    opening: Opening,
    question: str,
    messages: Sequence[Message],
    earlier: list[str],
    words: Words,
) -> Iterator[Turn]:
    """Show the question at once, then its answer, or a message that says why there is none."""
    if not question.strip():
        said = notice(words.empty, words)
        repeated = bool(messages) and _html(messages[-1]) == said
        yield "", [*messages, *([] if repeated else [_message("assistant", said)])], earlier
        return
    shown = [*messages, _message("user", question_message(question, MAX_CHARACTERS))]
    yield "", shown, earlier
    while not opening.state.settled:
        said = f"{_progress(opening.state, words)} {words.waiting}"
        yield gr.skip(), [*shown, _message("assistant", notice(said, words, kind="wait"))], earlier
        opening.wait(POLL)
    said, earlier = reply(opening.state, question, earlier, f"m{len(shown)}", words)
    yield gr.skip(), [*shown, _message("assistant", said)], earlier


def reply(
    state: State, question: str, earlier: list[str], message: str, words: Words
) -> tuple[str, list[str]]:
    """The reply as HTML, and the questions that the next one may lean on."""
    if state.index is None:
        return notice(words.failed, words, detail=_said(state.fault)), earlier
    try:
        found = answer(question, index=state.index, history=earlier)
    except QuestionError as fault:
        if len(question) > MAX_CHARACTERS:
            count, limit = f"{len(question):,}", f"{MAX_CHARACTERS:,}"
            return notice(words.too_long.format(count=count, limit=limit), words), earlier
        if not any(character.isalnum() for character in question):
            return notice(words.empty, words), earlier
        return notice(str(fault), words), earlier
    except EntenteError as fault:
        return notice(words.failed, words, detail=str(fault)), earlier
    except Exception:  # a bug: its traceback goes to the terminal, and the reader is told
        _log.exception("the question could not be answered")
        return notice(words.unexpected, words), earlier
    return answer_message(found, message), [*earlier, question][-EARLIER:]


def open_source(index: Index | None, sent: object, words: Words) -> dict[str, str]:
    """The panel for a place that a browser sends. Only documents of the index can be opened, and
    only where they hold the words that were quoted."""
    try:
        if index is None:
            raise PlaceError("the index is not open")
        return _shown(index, Place.parse(sent), words)
    except ChangedError:
        return _fault(words.changed, words)
    except PlaceError:
        return _fault(words.gone, words)
    except EntenteError as fault:
        return _fault(f"{words.failed} {fault}", words)


def _shown(index: Index, place: Place, words: Words) -> dict[str, str]:
    document = index.document(place.source)
    if document is None:
        return _fault(words.gone, words)
    place.check(document)
    return {"state": "done", "html": source_panel(document, place, words)}


def _fault(text: str, words: Words) -> dict[str, str]:
    return {"state": "fault", "html": fault_panel(text, words)}


def _words(request: gr.Request) -> Words:
    return preferred(request.headers.get("accept-language"))


def _message(role: str, html: str) -> Message:
    return {"role": role, "content": html}


def _html(message: Message) -> str:
    """The HTML of a message as the browser sends it back: a string, or a list of one text."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content if isinstance(part, dict))


def _heading(words: Words) -> str:
    return (
        f'<div class="heading" lang="{words.code}" dir="{words.direction}" '
        f'data-lost="{verbatim(words.lost)}">'
        f"<h1>{TITLE}</h1><p>{verbatim(words.tagline)}</p></div>"
    )


def _welcome(words: Words) -> str:
    return f'<div class="welcome" lang="{words.code}" dir="auto">{verbatim(words.welcome)}</div>'


def _status(state: State, words: Words) -> str:
    """A line about the index while there is something to say; empty when it is ready."""
    if state.index is not None:
        return '<div class="status" role="status" data-state="ready"></div>'
    kind = "failed" if state.fault else "opening" if state.total is None else "building"
    said = f"{words.failed} {_said(state.fault)}" if state.fault else _progress(state, words)
    return (
        f'<div class="status" role="status" data-state="{kind}" lang="{words.code}" dir="auto">'
        f"{verbatim(said)}</div>"
    )


def _progress(state: State, words: Words) -> str:
    if state.total is None:
        return words.opening
    return words.building.format(done=state.done, total=state.total)


def _said(fault: Exception | None) -> str:
    """A fault as a reader may see it: ours are made to be read, others are in the terminal."""
    return str(fault) if isinstance(fault, EntenteError) else type(fault).__name__


def _theme() -> gr.themes.Base:
    """System fonts only: a window that asks the network for a font would tell who reads what."""
    sans = ("ui-sans-serif", "system-ui", "Segoe UI", "Noto Sans", "Noto Sans Arabic", "sans-serif")
    mono = ("ui-monospace", "Consolas", "monospace")
    return gr.themes.Base(primary_hue="indigo", neutral_hue="stone", font=sans, font_mono=mono)


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
