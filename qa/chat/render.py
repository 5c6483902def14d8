"""Answers → HTML messages. Pure functions of what they are given; nothing is looked up here.

A chat message passes through a Markdown reader and a sanitizer before it is shown. Both leave a
block of HTML on one line alone, and neither sees anything in a numeric character reference, so the
text that a reader sees is the text given, whatever is in it. Buttons say by their class what they
are for, and carry in their value what that needs; what happens on a click is `chat.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..export import FORMATS, plain
from ..types import Answer, Citation, Reprint, Retrieved
from .place import Place
from .turns import NEAREST, Turn
from .words import Words, date_in, language_in, words_in

# Confidence in words: from here on «well supported», from there on «probable», below a warning,
# since it is more likely wrong than right.
SURE, EVEN = 0.8, 0.5
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


def question_message(question: str, limit: int, language: str | None = None) -> str:
    """What was asked, as asked; the beginning of it where it is longer than `limit`. Its language
    is not known before it is answered."""
    shown = question if len(question) <= limit else question[:ECHO] + "…"
    direction = in_language(language) if language else ' dir="auto"'
    return f'<div class="asked"{direction}>{verbatim(shown)}</div>'


def answer_message(
    turn: Turn, message: str, words: Words, chips: Sequence[str] = (), *, last: bool = True
) -> str:
    """The quotes with their numbers, or the abstention, and what can be done with them.

    `message` is unique in the conversation, `words` the window's, `chips` what the question was
    restricted to, as it is shown; only the `last` answer can be taken back. An abstention speaks
    the language of the question.
    """
    answer = turn.answer
    said = (
        _abstention(answer, words)
        if answer.abstained
        else _quotes(answer, message, words) + _confidence(answer.confidence, words)
    )
    return (
        f'<div class="answer">{_understood(turn, message, words)}{_restricted(chips, words)}'
        f"{said}{_acts(turn, message, words, last=last)}</div>"
    )


def notice(text: str, words: Words, *, detail: str = "", kind: str = "fault") -> str:
    """A message of the window itself: a fault, or that it is waiting."""
    more = f'<div class="detail" dir="auto">{verbatim(detail)}</div>' if detail else ""
    return f'<div class="notice {kind}"{in_language(words.code)}>{verbatim(text)}{more}</div>'


def button(
    kind: str, text: str, *, name: str = "", value: str = "", id: str = "", title: str = ""
) -> str:
    """A button of the class `kind`; `name` is what it is called where `text` is only a sign."""
    attributes = {"id": id, "value": value, "title": title or name, "aria-label": name}
    written = "".join(f' {key}="{verbatim(said)}"' for key, said in attributes.items() if said)
    return f'<button type="button" class="{kind}"{written}>{verbatim(text)}</button>'


def dated(date: str | None, words: Words, *, named: bool = False) -> str:
    """A date as a reader writes it, or that it is not stated; `named` where nothing beside it says
    that this is about a date."""
    if date is None:
        return verbatim(words.of(words.date, words.undated) if named else words.undated)
    shown = verbatim(date_in(words, date))
    return f'<time datetime="{verbatim(date)}"{in_language(words.code)}>{shown}</time>'


def in_language(language: str) -> str:
    """The attributes of a block of text in `language`; its letters decide the direction."""
    return f' lang="{verbatim(language)}" dir="auto"'


def exports(kind: str, words: Words) -> str:
    """A button for each format that an answer can be taken away in."""
    return "".join(
        button(kind, label, value=name, name=words.of(words.export, label))
        for name, label in EXPORTED.items()
    )


EXPORTED = {"markdown": "Markdown", "bibtex": "BibTeX", "ris": "RIS", "csv": "CSV"}
assert EXPORTED.keys() <= FORMATS.keys()


def _understood(turn: Turn, message: str, words: Words) -> str:
    """The question as it was searched for, where that is not what was typed."""
    if not turn.completed:
        return ""
    forget = button("forget", "×", name=words.forget, id=f"{message}-forget")
    return (
        f'<div class="understood"{in_language(words.code)}>{verbatim(words.understood)} '
        f'<span dir="auto">{verbatim(turn.understood)}</span> {forget}</div>'
    )


def _restricted(chips: Sequence[str], words: Words) -> str:
    if not chips:
        return ""
    shown = " ".join(f'<span class="chip" dir="auto">{verbatim(chip)}</span>' for chip in chips)
    return (
        f'<div class="restricted"{in_language(words.code)}>{verbatim(words.restrict)} {shown}</div>'
    )


def _confidence(confidence: float, words: Words) -> str:
    """How sure the answer is, in words, with the number for who asks for it."""
    kind = "sure" if confidence >= SURE else "likely" if confidence >= EVEN else "unsure"
    title = verbatim(words.of(words.confidence, f"{confidence:.2f}"))
    said = verbatim(getattr(words, kind))
    return f'<div class="confidence {kind}" title="{title}"{in_language(words.code)}>{said}</div>'


def _acts(turn: Turn, message: str, words: Words, *, last: bool) -> str:
    """What can be done with an answer; the first button carries it for the others."""
    quoted = bool(turn.answer.citations)
    return "".join(
        (
            f'<div class="acts"{in_language(words.code)}>',
            f'<button type="button" class="record" value="{verbatim(str(turn))}"></button>',
            button("copy", words.copy, value=plain([turn.answer])) if quoted else "",
            button("recheck", words.check) if quoted else "",
            button("again", words.again, id=f"{message}-again"),
            button("edit", words.edit, id=f"{message}-edit"),
            button("undo", words.undo, id=f"{message}-undo") if last else "",
            f'<details class="exports"><summary>{verbatim(words.export)}</summary>'
            f'<div class="menu">{exports("export", words)}</div></details>',
            "</div>",
        )
    )


def _quotes(answer: Answer, message: str, words: Words) -> str:
    """The quotes in their order, a comparison's under its titles, and what is to be known about
    their documents; the last two in the language of the question."""
    own = in_language(words_in(answer.language).code)
    titles = {section.numbers[0]: section.title for section in answer.sections if section.numbers}
    quoted = "".join(
        (
            f'<h3 class="side"{own}>{verbatim(titles[citation.number])}</h3>'
            if citation.number in titles
            else ""
        )
        + _quote(citation, message, words)
        for citation in answer.citations
    )
    notes = "".join(f'<div class="note"{own}>{verbatim(note)}</div>' for note in answer.notes)
    return quoted + notes


def _quote(citation: Citation, message: str, words: Words) -> str:
    number = citation.number
    opens = button(
        "cite",
        str(number),
        id=f"{message}-c{number}",
        title=citation.title,
        value=str(Place.of(citation)),
    )
    return (
        f"<blockquote{in_language(citation.language)}>"
        f'<span class="said">{_said(citation)}</span> {opens}'
        f"{_from(citation, words)}{_reprinted(citation, message, words)}</blockquote>"
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
    own = words_in(answer.language)
    reason = f'<div class="why">{verbatim(answer.reason)}</div>' if answer.reason else ""
    return (
        f'<div class="abstained"{in_language(own.code)}>'
        f'<div class="none">{verbatim(answer.text)}</div>{reason}'
        f"{_nearest(answer.passages[:NEAREST], words)}</div>"
    )


def _nearest(passages: Iterable[Retrieved], words: Words) -> str:
    listed = "".join(
        f'<div class="passage"{in_language(passage.language)}>{verbatim(passage.text)}'
        f"{_from(passage, words)}</div>"
        for passage in passages
    )
    if not listed:
        return ""
    return (
        f'<details class="near"><summary{in_language(words.code)}>{verbatim(words.nearest)}'
        f"</summary>{listed}</details>"
    )


def _from(quoted: Citation | Retrieved, words: Words) -> str:
    """Where words are from: the title, and badges of the date, the agency, the language and the
    page."""
    agency, page = (quoted.agency, quoted.page) if isinstance(quoted, Citation) else (None, None)
    badges = [
        (words.code, dated(quoted.date, words, named=True)),
        (quoted.language, verbatim(agency) if agency else ""),
        (words.code, verbatim(language_in(words, quoted.language))),
        (words.code, "" if page is None else verbatim(words.page_at.format(page=page))),
    ]
    shown = " ".join(
        f'<span class="badge"{in_language(code)}>{said}</span>' for code, said in badges if said
    )
    return (
        f'<div class="from"><cite{in_language(quoted.language)}>{verbatim(quoted.title)}</cite> '
        f"{shown}</div>"
    )


def _reprinted(citation: Citation, message: str, words: Words) -> str:
    """The other documents that print the words quoted; a click opens one."""
    if not citation.reprints:
        return ""
    listed = " ".join(
        _reprint(reprint, f"{message}-c{citation.number}-{at}", words)
        for at, reprint in enumerate(citation.reprints, start=1)
    )
    said = verbatim(words.of(words.reprints, "").strip())
    return f'<div class="reprints"{in_language(words.code)}>{said} {listed}</div>'


def _reprint(reprint: Reprint, id: str, words: Words) -> str:
    known = [
        verbatim(reprint.agency) if reprint.agency else "",
        dated(reprint.date, words) if reprint.date else "",
        button("doc", reprint.source, id=id, title=reprint.title, value=reprint.source),
    ]
    return f'<span class="reprint" dir="auto">{" ".join(filter(None, known))}</span>'
