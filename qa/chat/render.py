"""Answers and documents → HTML. Pure functions of what they are given; nothing is looked up here.

A chat message passes through a Markdown reader and a sanitizer before it is shown. Both leave a
block of HTML on one line alone, and neither sees anything in a numeric character reference, so the
text that a reader sees is the text given, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from index import Document

from ..types import Answer, Citation, Retrieved
from .place import Place
from .words import Words, date_in, language_in, words_in

EVEN = 0.5  # a confidence below is a warning: more likely wrong than right
NEAREST = 3  # passages shown beside an abstention
ECHO = 400  # characters shown of a question that is too long to be asked


def verbatim(text: str) -> str:
    """`text` as HTML that shows exactly `text`: all but letters, digits and lone spaces become
    numeric references, in which neither Markdown, HTML nor TeX finds anything to read."""
    pieces: list[str] = []
    before = " "
    for character in text:
        # A reference to 128–159 would mean another character in HTML; as themselves they are inert.
        plain = character.isalnum() or "\x80" <= character <= "\x9f"
        lone = character == " " and not before.isspace()
        pieces.append(character if plain or lone else f"&#{ord(character)};")
        before = character
    return "".join(pieces)


def question_message(question: str, limit: int) -> str:
    """What was asked, as asked; the beginning of it where it is longer than `limit`."""
    shown = question if len(question) <= limit else question[:ECHO] + "…"
    return f'<div class="asked" dir="auto">{verbatim(shown)}</div>'


def answer_message(answer: Answer, message: str) -> str:
    """The quotes with their numbers, or the abstention. `message` is unique in the conversation.

    An answer that is more likely wrong than right says so.
    """
    words = words_in(answer.language)
    if answer.abstained:
        return _abstention(answer, words)
    quotes = "".join(_quote(citation, message, words) for citation in answer.citations)
    unsure = (
        f'<div class="unsure" title="{answer.confidence:.2f}"{_in(words.code)}>'
        f"{verbatim(words.unsure)}</div>"
        if answer.confidence < EVEN
        else ""
    )
    return f'<div class="answer">{quotes}{unsure}</div>'


def notice(text: str, words: Words, *, detail: str = "", kind: str = "fault") -> str:
    """A message of the window itself: a fault, or that it is waiting."""
    more = f'<div class="detail" dir="auto">{verbatim(detail)}</div>' if detail else ""
    return f'<div class="notice {kind}"{_in(words.code)}>{verbatim(text)}{more}</div>'


def source_panel(document: Document, place: Place, words: Words) -> str:
    """The whole document, the quote marked at its offsets, and what is known about the document."""
    facts = [
        (words.date, _date(document.date, words)),
        (words.agency, verbatim(document.agency) if document.agency else ""),
        (words.language, verbatim(language_in(words, document.language))),
        (words.file, f'<bdi class="file">{verbatim(document.source)}</bdi>'),
    ]
    listed = "".join(
        f"<div><dt>{verbatim(name)}</dt><dd>{value}</dd></div>" for name, value in facts if value
    )
    return (
        f'<article class="source" tabindex="-1" data-start="{place.start}" '
        f'data-end="{place.end}"{_in(words.code)}>'
        f'<header><div class="bar"><span class="kicker">{verbatim(words.source)}</span>'
        f"{_close(words)}</div>"
        f"<h2{_in(document.language)}>{verbatim(document.title)}</h2><dl>{listed}</dl></header>"
        f'<div class="text" role="region" tabindex="0" '
        f'aria-label="{verbatim(document.title)}"{_in(document.language)}>'
        f"{marked(document.text, place)}</div></article>"
    )


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
        f'<article class="source" tabindex="-1"{_in(words.code)}><header><div class="bar">'
        f'<span class="kicker">{verbatim(words.source)}</span>{_close(words)}</div></header>'
        f'<p class="notice fault" role="alert">{verbatim(text)}</p></article>'
    )


def _quote(citation: Citation, message: str, words: Words) -> str:
    number = citation.number
    button = (
        f'<button type="button" class="cite" id="{message}-c{number}" '
        f'title="{verbatim(citation.title)}" value="{verbatim(str(Place.of(citation)))}">'
        f"{number}</button>"
    )
    return (
        f"<blockquote{_in(citation.language)}>"
        f'<span class="said">{_said(citation)}</span> {button}'
        f"{_from(citation.title, citation.date, citation.language, words)}</blockquote>"
    )


def _said(citation: Citation) -> str:
    if citation.highlight is None:
        return verbatim(citation.quote)
    first, last = (offset - citation.start for offset in citation.highlight)
    if not 0 <= first < last <= len(citation.quote):
        return verbatim(citation.quote)
    quote = citation.quote
    return (
        f"{verbatim(quote[:first])}<strong>{verbatim(quote[first:last])}</strong>"
        f"{verbatim(quote[last:])}"
    )


def _abstention(answer: Answer, words: Words) -> str:
    reason = f'<div class="why">{verbatim(answer.reason)}</div>' if answer.reason else ""
    return (
        f'<div class="abstained"{_in(words.code)}><div class="none">{verbatim(answer.text)}</div>'
        f"{reason}{_nearest(answer.passages[:NEAREST], words)}</div>"
    )


def _nearest(passages: Iterable[Retrieved], words: Words) -> str:
    listed = "".join(
        f'<div class="passage"{_in(passage.language)}>{verbatim(passage.text)}'
        f"{_from(passage.title, passage.date, passage.language, words)}</div>"
        for passage in passages
    )
    if not listed:
        return ""
    return f'<details class="near"><summary>{verbatim(words.nearest)}</summary>{listed}</details>'


def _from(title: str, date: str | None, language: str, words: Words) -> str:
    when = f' <span class="when">{_date(date, words)}</span>' if date else ""
    return f'<div class="from"{_in(language)}><cite>{verbatim(title)}</cite>{when}</div>'


def _date(date: str | None, words: Words) -> str:
    if date is None:
        return verbatim(words.undated)
    shown = verbatim(date_in(words, date))
    return f'<time datetime="{verbatim(date)}"{_in(words.code)}>{shown}</time>'


def _close(words: Words) -> str:
    name = verbatim(words.close)
    return f'<button type="button" class="close" aria-label="{name}" title="{name}">×</button>'


def _in(language: str) -> str:
    """The attributes of a block of text in `language`; its letters decide the direction."""
    return f' lang="{verbatim(language)}" dir="auto"'
