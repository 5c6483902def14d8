"""Answers → text that people take away: plain, Markdown, BibTeX, RIS, CSV.

Pure functions of one or several answers, which may come back from a browser and hold any text.
A quote keeps every character but two kinds: line breaks are the format's own (in CSV those of the
document, in a field that has none a space), and what no document can hold (`index.files`: control
characters, lone surrogates) is U+FFFD.

Numbers are those on the screen; among several answers each begins with that of its answer: [2.1].
No wording is added, so that an export speaks no language but its documents' and its reader's: an
equals sign stands before a document that reprints the words quoted, and «p.» before a page. Where
the text goes is the caller's affair.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from index.errors import shown

from .types import Answer, Citation, Reprint

UNDATED = "s.d."  # «sine dato», as catalogues of any language write it
COLUMNS = (
    "answer", "question", "number", "quote", "title", "date", "agency", "language", "source",
    "start", "end", "highlight", "highlight_start", "highlight_end", "confidence", "abstention",
    "reason", "page", "reprints",
)  # fmt: skip

_UNFIT = re.compile(r"[^\t\n\f\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\U0010ffff]")
_BREAK = re.compile(r"\r\n|[\n\f\r\x85\u2028\u2029]")
_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?")

_EDGES = re.compile(r"\A\s+|\s+\Z")
_MARKDOWN = re.compile(
    r"[\\`*_\[\]#|~=]|\A[-+]"
    # For widespread extensions: mathematics, attributes, addresses, :names:, definitions.
    r"|[$^@{}]|:(?=//|[\w+-]+:)|(?<=www)\.|\A:"
)
_ITEM = re.compile(r"\A[0-9]+(?=[.)])")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

# By name, since a reader of BibTeX counts braces even after a backslash.
_TEX = {
    **{c: rf"\{c}" for c in "#$%&_"},
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "`": r"\textasciigrave{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip
_TEX_LIGATURE = re.compile(r"([-',])(?=\1)")  # «--» would be shown as a dash
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

# What a spreadsheet would run, and the same after apostrophes, so that one apostrophe in front of
# these, and of nothing else, can be told from the text and taken away again.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Format:
    """`write` gives the text, without any mark in front; `encoding` is that of a file of it, which
    ends in `suffix`: spreadsheets take CSV for UTF-8 by its mark only."""

    write: Callable[[Sequence[Answer]], str]
    suffix: str
    media_type: str
    encoding: str = "utf-8"


def plain(answers: Sequence[Answer]) -> str:
    """To be pasted into a word processor: the question, each quote with its number, then for each
    number the title and, on a line of its own, since title and file may run in opposite directions,
    date, agency and file with the offsets of the quote in the document's text, and its page; then a
    line for each document that reprints it."""
    return _joined(
        block for prefix, answer in _numbered(answers) for block in _plain(prefix, answer)
    )


def markdown(answers: Sequence[Answer]) -> str:
    """The same as CommonMark, quotes as block quotes; nothing in a text acts as Markdown or HTML,
    and line breaks in a quote are shown as such."""
    return _joined(
        block for prefix, answer in _numbered(answers) for block in _markdown(prefix, answer)
    )


def bibtex(answers: Sequence[Answer]) -> str:
    """One `@misc` entry for each cited document, in UTF-8 as biber reads it, the quotes with their
    offsets in `annote`, its reprints in `note`; questions, and abstentions with their reason, are
    comments.

    A key depends on the document's source alone.
    """
    comments = ["% Encoding: UTF-8"]
    for prefix, answer in _numbered(answers):
        comments += map(_tex_comment, [_asked(prefix, answer), *_abstention(answer)])
    entries = [_bibtex(source, cited) for source, cited in _by_document(answers).items()]
    return _joined(["\n".join(comments), *entries])


def ris(answers: Sequence[Answer]) -> str:
    """One NEWS record for each cited document, each quote with its offsets in a note, each reprint
    in another, the pages of the first and the last quote as SP and EP, the source as its ID; an
    abstention is a GEN record of question, text and reason. Lines end in CR LF."""
    records = [_ris(source, cited) for source, cited in _by_document(answers).items()]
    records += [
        [("TY", "GEN"), ("TI", _line(answer.question)), *(("N1", n) for n in _abstention(answer))]
        for answer in answers
        if not answer.citations
    ]
    return "".join(
        f"{tag}  - {value}\r\n" for record in records for tag, value in (*record, ("ER", ""))
    )


def table(answers: Sequence[Answer]) -> str:
    """CSV (RFC 4180) with a header: a row for each citation, and one for each abstention. The
    sources of a citation's reprints stand in one cell, a line each.

    Texts are verbatim but for one apostrophe in front of those that a spreadsheet would take for a
    formula: those that begin with = + - @, a tab or a line end, or with apostrophes and then one of
    these.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for number, answer in enumerate(answers, start=1):
        for citation in answer.citations:
            cells, more = _cited_cells(citation), _more_cells(citation)
            rows.writerow(
                [number, _cell(answer.question), *cells, answer.confidence, "", "", *more]
            )
        if not answer.citations:
            said = [_cell(answer.text), _cell(answer.reason)]
            empty = [""] * (COLUMNS.index("confidence") - 2)
            row = [number, _cell(answer.question), *empty, answer.confidence, *said]
            rows.writerow([*row, "", ""])
    return text.getvalue()


FORMATS: Mapping[str, Format] = {
    "plain": Format(plain, ".txt", "text/plain"),
    "markdown": Format(markdown, ".md", "text/markdown"),
    "bibtex": Format(bibtex, ".bib", "application/x-bibtex"),
    "ris": Format(ris, ".ris", "application/x-research-info-systems"),
    "csv": Format(table, ".csv", "text/csv", "utf-8-sig"),
}


def _numbered(answers: Sequence[Answer]) -> list[tuple[str, Answer]]:
    """Each answer with what its numbers begin with: «2.», or nothing where it is alone."""
    if len(answers) == 1:
        return [("", answers[0])]
    return [(f"{number}.", answer) for number, answer in enumerate(answers, start=1)]


def _by_document(answers: Sequence[Answer]) -> dict[str, list[tuple[str, Citation]]]:
    """The citations of each document with their labels, documents in the order they are cited."""
    cited: dict[str, list[tuple[str, Citation]]] = {}
    for prefix, answer in _numbered(answers):
        for citation in answer.citations:
            label = f"[{prefix}{citation.number}]"
            cited.setdefault(citation.source, []).append((label, citation))
    return cited


def _joined(blocks: Iterable[str]) -> str:
    return "\n".join(f"{block}\n" for block in blocks)


def _clean(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)


def _lines(text: str) -> list[str]:
    return _BREAK.split(_clean(text))


def _line(text: str) -> str:
    return " ".join(_lines(text))


def _asked(prefix: str, answer: Answer) -> str:
    question = _line(answer.question)
    return f"{prefix} {question}" if prefix else question


def _abstention(answer: Answer) -> list[str]:
    """What is said in place of quotes; nothing where there are some."""
    if answer.citations:
        return []
    return [_line(answer.text), *([f"({_line(answer.reason)})"] if answer.reason else [])]


def _about(citation: Citation) -> str:
    known = [citation.date or UNDATED, *([citation.agency] if citation.agency else [])]
    place = f"{shown(citation.source)}:{citation.start}–{citation.end}"
    page = [] if citation.page is None else [f"p. {citation.page}"]
    return " · ".join([*map(_line, known), place, *page])


def _reprint(reprint: Reprint) -> str:
    known = [reprint.date or UNDATED, *([reprint.agency] if reprint.agency else [])]
    return "= " + " · ".join([*map(_line, known), shown(reprint.source)])


def _reprints(cited: Sequence[tuple[str, Citation]]) -> list[str]:
    """The documents that reprint one of these citations, each once."""
    return list(dict.fromkeys(_reprint(one) for _, c in cited for one in c.reprints))


def _pages(cited: Sequence[tuple[str, Citation]]) -> list[int]:
    return sorted({citation.page for _, citation in cited if citation.page is not None})


def _date_parts(date: str | None) -> tuple[str, str, str]:
    """Year, month and day; empty where the date does not say."""
    match = _DATE.fullmatch(date or "")
    return (match[1], match[2] or "", match[3] or "") if match else ("", "", "")


def _note(label: str, citation: Citation) -> str:
    page = "" if citation.page is None else f", p. {citation.page}"
    return f"{label} {citation.start}–{citation.end}{page}: {_line(citation.quote)}"


def _plain(prefix: str, answer: Answer) -> Iterator[str]:
    yield _asked(prefix, answer)
    titles = _titles(answer)
    for c in answer.citations:
        if c.number in titles:
            yield titles[c.number]
        yield "\n".join(_lines(c.quote)) + f" [{prefix}{c.number}]"
    yield "\n".join(
        [
            "\n".join(
                [f"[{prefix}{c.number}] {_line(c.title)}", _about(c), *map(_reprint, c.reprints)]
            )
            for c in answer.citations
        ]
        or _abstention(answer)
    )


def _titles(answer: Answer) -> dict[int, str]:
    """The titles of a comparison's parts, by the number of the first citation under each."""
    return {part.numbers[0]: _line(part.title) for part in answer.sections if part.numbers}


def _markdown(prefix: str, answer: Answer) -> Iterator[str]:
    yield f"## {_inert(_asked(prefix, answer))}"
    titles = _titles(answer)
    for c in answer.citations:
        if c.number in titles:
            yield f"### {_inert(titles[c.number])}"
        yield "> " + "\\\n> ".join(map(_inert, _lines(c.quote))) + rf" \[{prefix}{c.number}\]"
    yield "\n".join(
        [
            "\\\n  ".join(
                [
                    rf"- \[{prefix}{c.number}\] {_inert(_line(c.title))}",
                    *map(_inert, [_about(c), *map(_reprint, c.reprints)]),
                ]
            )
            for c in answer.citations
        ]
        or ["\\\n".join(map(_inert, _abstention(answer)))]
    )


def _inert(line: str) -> str:
    """Markdown that shows exactly `line`, at the beginning of a line or after other text."""
    line = _ITEM.sub(r"\g<0>\\", _MARKDOWN.sub(r"\\\g<0>", line)).translate(_HTML)
    return _EDGES.sub(lambda blank: "".join(f"&#{ord(c)};" for c in blank[0]), line)


def _bibtex(source: str, cited: Sequence[tuple[str, Citation]]) -> str:
    about = cited[0][1]
    year, month, day = _date_parts(about.date)
    fields = {
        "title": f"{{{{{_tex(_line(about.title))}}}}}",
        "year": f"{{{year}}}" if year else "",
        "month": _MONTHS[int(month) - 1] if month else "",
        "day": f"{{{int(day)}}}" if day else "",
        "organization": f"{{{_tex(_line(about.agency))}}}" if about.agency else "",
        "language": f"{{{_tex(_line(about.language))}}}",
        "howpublished": f"{{{_tex(shown(source))}}}",
        "pages": f"{{{', '.join(map(str, pages))}}}" if (pages := _pages(cited)) else "",
        "note": "{" + "; ".join(map(_tex, reprints)) + "}"
        if (reprints := _reprints(cited))
        else "",
        "annote": "{" + "\n    ".join(_tex(_note(*one)) for one in cited) + "}",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(source)},", *lines, "}"])


def _key(source: str) -> str:
    """Readable as far as it goes; the digest tells apart what the letters of a key do not."""
    name = re.sub(r"[^a-z0-9]+", "-", source.lower().removesuffix(".txt")).strip("-")
    digest = sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[:40] or 'document'}-{digest[:12]}"


def _tex(line: str) -> str:
    escaped = "".join(_TEX.get(character, character) for character in line)
    return _TEX_LIGATURE.sub(r"\1{}", escaped)


def _tex_comment(line: str) -> str:
    """BibTeX itself knows no comments: it skips what is no entry, up to the next @."""
    return f"% {line}".replace("@", "＠")


def _ris(source: str, cited: Sequence[tuple[str, Citation]]) -> list[tuple[str, str]]:
    about = cited[0][1]
    year, month, day = _date_parts(about.date)
    pages = _pages(cited)
    return [
        ("TY", "NEWS"),
        ("TI", _line(about.title)),
        *([("PY", year), ("DA", f"{year}/{month}/{day}/")] if year else []),
        *([("PB", _line(about.agency))] if about.agency else []),
        ("LA", _line(about.language)),
        *([("SP", str(pages[0]))] if pages else []),
        *([("EP", str(pages[-1]))] if len(pages) > 1 else []),
        *(("N1", _note(*one)) for one in cited),
        *(("N1", reprint) for reprint in _reprints(cited)),
        ("ID", shown(source)),
    ]


def _cited_cells(citation: Citation) -> list[str | int]:
    """The cells of a citation, from its number to the end of its highlight."""
    c = citation
    texts = map(_cell, (c.quote, c.title, c.date, c.agency, c.language, c.source))
    if c.highlight is None:
        return [c.number, *texts, c.start, c.end, "", "", ""]
    first, last = c.highlight
    words = c.quote[max(first - c.start, 0) : max(last - c.start, 0)]
    return [c.number, *texts, c.start, c.end, _cell(words), first, last]


def _more_cells(citation: Citation) -> list[str | int]:
    """The cells of a citation's page and of its reprints."""
    page = "" if citation.page is None else citation.page
    return [page, _cell("\n".join(reprint.source for reprint in citation.reprints))]


def _cell(text: str | None) -> str:
    clean = _clean(text or "")
    return f"'{clean}" if _FORMULA.match(clean) else clean
