"""The source beside the chat → HTML: a document with its quote marked, and why it was chosen.

Shown as it is, past no sanitizer: `chat.js` puts it into the page. What is looked up for it is left
to `beside`.
"""

from __future__ import annotations

from collections.abc import Sequence

from index import Document
from index.documents import page_of

from .place import Place
from .render import button, dated, in_language, verbatim
from .words import Words, language_in


def source_panel(
    document: Document, place: Place | None, words: Words, reprints: Sequence[Document] = ()
) -> str:
    """The whole document, the quote marked at its offsets, and what is known about the document,
    such as that `reprints` print the same; with no quote where `place` is None."""
    page = page_of(document, place.start) if place else None
    facts = [
        (words.date, dated(document.date, words)),
        (words.agency, verbatim(document.agency) if document.agency else ""),
        (words.language, verbatim(language_in(words, document.language))),
        (words.file, _file(document)),
        (words.page, "" if page is None else str(page)),
        (words.reprints, " · ".join(map(_printed, reprints))),
    ]
    listed = "".join(
        f"<div><dt>{verbatim(name)}</dt><dd>{value}</dd></div>" for name, value in facts if value
    )
    at = f' data-start="{place.start}" data-end="{place.end}"' if place else ""
    text = marked(document.text, place) if place else verbatim(document.text)
    return (
        f'<article class="source" tabindex="-1"{at}{in_language(words.code)}>'
        f"<header>{_bar(words, quoted=place is not None)}"
        f"<h2{in_language(document.language)}>{verbatim(document.title)}</h2><dl>{listed}</dl>"
        "</header>"
        f'<div class="text" role="region" tabindex="0" '
        f'aria-label="{verbatim(document.title)}"{in_language(document.language)}>{text}</div>'
        f"<footer>{_tools(words, quoted=place is not None)}</footer></article>"
    )


def _file(document: Document) -> str:
    return f'<bdi class="file">{verbatim(document.source)}</bdi>'


def _printed(document: Document) -> str:
    agency = f"<bdi>{verbatim(document.agency)}</bdi> " if document.agency else ""
    return f"{agency}{_file(document)}"


def marked(text: str, place: Place) -> str:
    """`text` with a mark around exactly `text[place.start:place.end]`, and a stronger one inside it
    around the exact answer, where the place has one."""
    start, end = place.start, place.end
    quote = verbatim(text[start:end])
    if place.highlight is not None:
        first, last = place.highlight
        if start <= first < last <= end:
            quote = (
                f"{verbatim(text[start:first])}"
                f'<mark class="short">{verbatim(text[first:last])}</mark>'
                f"{verbatim(text[last:end])}"
            )
    return f'{verbatim(text[:start])}<mark class="quoted">{quote}</mark>{verbatim(text[end:])}'


def fault_panel(text: str, words: Words) -> str:
    """The source panel where no source can be shown."""
    return (
        f'<article class="source" tabindex="-1"{in_language(words.code)}>'
        f"<header>{_bar(words, quoted=False)}</header>"
        f'<p class="notice fault" role="alert">{verbatim(text)}</p></article>'
    )


def why_list(facts: Sequence[tuple[str, str]], words: Words) -> str:
    """Why a sentence was chosen: each fact by its name."""
    listed = "".join(
        f'<div><dt>{verbatim(name)}</dt><dd dir="auto">{verbatim(value)}</dd></div>'
        for name, value in facts
    )
    return f'<dl class="facts"{in_language(words.code)}>{listed}</dl>'


def _bar(words: Words, *, quoted: bool) -> str:
    """The name of the panel, the way to the neighbouring citations, and the way out."""
    steps = (
        (
            f"{button('previous', '‹', name=words.previous)}"
            f'<span class="place" data-said="{verbatim(words.place)}"></span>'
            f"{button('next', '›', name=words.next)}"
        )
        if quoted
        else ""
    )
    return (
        f'<div class="bar"><span class="kicker">{verbatim(words.source)}</span>'
        f'<span class="steps">{steps}</span>{button("close", "×", name=words.close)}</div>'
    )


def _tools(words: Words, *, quoted: bool) -> str:
    """What can be done with a source; `told` is where it stands what came of it."""
    tools = [button("text-file", words.text)]
    if quoted:
        tools = [
            button("why", words.why),
            button("link", words.link),
            *tools,
            button("wrong", words.wrong),
        ]
    return f'<div class="tools">{"".join(tools)}</div><div class="told" role="status"></div>'
