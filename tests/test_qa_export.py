"""What people take away is read back, by each format's own reader, as what was given."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.errors import shown
from qa import Answer, Citation, Reprint
from qa.export import COLUMNS, FORMATS, Format, bibtex, markdown, plain, ris, table
from qa.types import Section

HOSTILE = {
    "ordinary": "Le ministre a reçu, à 18:30, M. O’Neil : « l'accord de 1962 » (1).",
    "list": "1945. Cette phrase ouvre une liste.",
    "bracketed list": "12) Cette phrase aussi.",
    "bullet": "- un tiret",
    "plus": "+ un plus",
    "heading": "# Pas un titre #",
    "underlined": "Pas un titre\n===\nni ceci\n---",
    "quote": "> pas une citation",
    "code": "`code` ```fence\n```\n~~~\nx",
    "stars": "*une* **deux** _trois_ __quatre__ ~~cinq~~",
    "html": '<img src=x onerror="alert(1)"> <!-- x --> <?x?> </div>',
    "entity": "Smith &amp; fils &lt;b&gt; &#42; AT&T;",
    "link": "[ici](javascript:alert(1)) ![i](https://example.invalid/i.png) <https://a.invalid>",
    "definition": "[1]: https://example.invalid 'x'",
    "address": "https://example.invalid/a_b www.example.invalid a@example.invalid :smile:",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "spaces": "    quatre espaces,  deux  espaces à la fin  ",
    "other spaces": "\u00a0insécable\u202f\u3000",
    "lines": "une ligne  \n\n\n    quatre\r\nune autre\\\nfin\n",
    "all blank": "\n \n",
    "separators": "a\u2028b\u2029c\u0085d\u000ce\ufefff",
    "controls": "a\x00b\x1b[31mc\x0bd\x1ce\x7ff\x9bg\ud800h",
    "braces": "}{ {{}} \\} \\{ \\\\ {",
    "tex": "50 % de 3 $ & #1 a_b x^2 ~ \\input{x} -- --- '' ,, `` ?` << >>",
    "entry": "@misc{x, title = {y}}\n@comment{",
    "record": "x\r\nER  - \r\nTY  - GEN",
    "formula": '=HYPERLINK("https://example.invalid";"x")',
    "apostrophes": "''=1",
    "cells": 'a,"b";c\td',
    "empty": "",
    "arabic": "قال الوزير: «نعم»\u200f (2025).",
    "emoji": "🕊️ 🇩🇿🇦🇿 e\u0301",
}
FRAGMENTS = [*HOSTILE.values(), *"{}\\\"'`=+-@#|\t\n\r\f ", "\r\n", "    ", "1.", "](", "--"]
TEXT = st.lists(st.text(max_size=6) | st.sampled_from(FRAGMENTS), max_size=6).map("".join)


def citation(quote: str = "Une phrase.", number: int = 1, **more: Any) -> Citation:
    known = {"source": "a/b.txt", "title": "Un titre", "date": "2025-04-22", "language": "fr"}
    given = {"start": 100, "end": 100 + len(quote), "highlight": None, **known, **more}
    return Citation(number=number, quote=quote, **given)


def answered(*citations: Citation, question: str = "Qui ?") -> Answer:
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    return Answer(question, "fr", text, None, citations, 0.75, False, None, ())


def abstained(
    question: str = "Qui ?", text: str = "Pas de réponse.", reason: str | None = "rien"
) -> Answer:
    return Answer(question, "fr", text, None, (), 0.125, True, reason, ())


def fit(text: str) -> str:
    """`text` with U+FFFD for what no document can hold."""
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\f\r\x85" else c
        for c in text
    )


def broken(text: str) -> list[str]:
    """The lines of `text`, whatever ends them."""
    return re.split("\r\n|[\n\f\r\x85\u2028\u2029]", fit(text))


def line(text: str) -> str:
    return " ".join(broken(text))


both = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


# Plain


def test_plain_is_question_quotes_and_references() -> None:
    a = answered(
        citation("Première.", start=7, end=16),
        citation(
            "Seconde.", 2, start=0, end=8, source="c.txt", date=None, title="Autre", agency="APS"
        ),
        question="Qui a signé ?",
    )
    assert plain([a]) == (
        "Qui a signé ?\n\nPremière. [1]\n\nSeconde. [2]\n\n"
        "[1] Un titre\n2025-04-22 · a/b.txt:7–16\n[2] Autre\ns.d. · APS · c.txt:0–8\n"
    )


def test_plain_numbers_of_several_answers_begin_with_that_of_the_answer() -> None:
    text = plain([answered(citation("A.")), answered(citation("B."), question="Et ?")])
    assert re.findall(r"\[.*?\]", text) == ["[1.1]", "[1.1]", "[2.1]", "[2.1]"]
    assert "\n\n2. Et ?\n\nB. [2.1]\n\n[2.1] Un titre\n" in text


def test_plain_says_that_there_is_no_answer_and_why() -> None:
    assert plain([abstained()]) == "Qui ?\n\nPas de réponse.\n(rien)\n"
    assert plain([abstained(reason=None)]) == "Qui ?\n\nPas de réponse.\n"


@both
def test_a_plain_quote_is_that_of_the_document(text: str) -> None:
    a = answered(citation(text, title=text, date=text, agency=text), question=text)
    asked, rest = plain([a]).split("\n\n", 1)
    quote, about = rest.split(" [1]\n\n[1] ", 1)
    assert asked == line(text)
    assert quote.split("\n") == broken(text)
    known = f"{line(text)} · {line(text)}" if text else "s.d."
    assert about == f"{line(text)}\n{known} · a/b.txt:100–{100 + len(text)}\n"


REPRINTS = (
    Reprint("b.txt", "Autre titre", "2025-04-23", "AZERTAC"),
    Reprint("c/d.txt", "Sans date", None, None),
)
PAGED = (
    citation("A.", page=3, reprints=REPRINTS, start=1, end=3),
    citation("B.", 2, page=40, reprints=REPRINTS[1:], start=5, end=7),
)


def test_plain_lists_reprints_and_says_the_page() -> None:
    text = plain([answered(*PAGED)])
    assert text.endswith(
        "[1] Un titre\n2025-04-22 · a/b.txt:1–3 · p. 3\n= 2025-04-23 · AZERTAC · b.txt\n"
        "= s.d. · c/d.txt\n[2] Un titre\n2025-04-22 · a/b.txt:5–7 · p. 40\n= s.d. · c/d.txt\n"
    )


def test_markdown_lists_reprints_and_says_the_page() -> None:
    shown = list(blocks(markdown([answered(*PAGED)]), READERS["with tables"]))
    assert shown[3:] == [
        (
            "ul li p",
            "[1] Un titre\n2025-04-22 · a/b.txt:1–3 · p. 3\n= 2025-04-23 · AZERTAC · b.txt\n"
            "= s.d. · c/d.txt",
        ),
        ("ul li p", "[2] Un titre\n2025-04-22 · a/b.txt:5–7 · p. 40\n= s.d. · c/d.txt"),
    ]


def test_bibtex_has_the_pages_of_all_quotes_and_each_reprint_once() -> None:
    ((entry),) = entries(bibtex([answered(*PAGED[::-1])])).values()
    assert entry["pages"] == "{3, 40}"
    assert entry["note"] == "{= s.d. · c/d.txt; = 2025-04-23 · AZERTAC · b.txt}"
    assert notes(entry) == ["[2] 5–7, p. 40: B.", "[1] 1–3, p. 3: A."]


def test_ris_has_the_first_and_the_last_page_and_each_reprint_once() -> None:
    (record,) = records(ris([answered(*PAGED)]))
    assert [(tag, value) for tag, value in record if tag in ("SP", "EP", "N1")] == [
        ("SP", "3"),
        ("EP", "40"),
        ("N1", "[1] 1–3, p. 3: A."),
        ("N1", "[2] 5–7, p. 40: B."),
        ("N1", "= 2025-04-23 · AZERTAC · b.txt"),
        ("N1", "= s.d. · c/d.txt"),
    ]
    (one,) = records(ris([answered(PAGED[0])]))
    assert [value for tag, value in one if tag in ("SP", "EP")] == ["3"]


def test_the_table_has_the_page_and_the_sources_of_reprints_in_cells_of_their_own() -> None:
    rows = list(csv.DictReader(io.StringIO(table([answered(*PAGED), abstained()]), newline="")))
    assert [row["page"] for row in rows] == ["3", "40", ""]
    assert [row["reprints"] for row in rows] == ["b.txt\nc/d.txt", "c/d.txt", ""]
    assert [row["confidence"] for row in rows] == ["0.75", "0.75", "0.125"]
    assert [row["reason"] for row in rows] == ["", "", "rien"]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
@both
def test_nothing_in_a_reprint_acts_as_the_format(text: str, form: Format) -> None:
    """What a hostile reprint adds to a line of an export is what it adds to the cited one."""
    odd = Reprint(text, text, text, text)
    given = [answered(citation("Une phrase.", reprints=(odd,)))]
    written = form.write(given)
    if form is FORMATS["bibtex"]:
        (entry,) = entries(written).values()
        assert typeset(entry["note"][1:-1]).endswith(shown(text))
    elif form is FORMATS["ris"]:
        (record,) = records(written)
        assert record[-2] == (
            "N1",
            f"= {f'{line(text)} · {line(text)}' if text else 's.d.'} · {shown(text)}",
        )
    elif form is FORMATS["markdown"]:
        *_, (inside, said) = blocks(written, READERS["with tables"])
        assert inside == "ul li p"
        assert said.split("\n")[2].endswith(shown(text))
    elif form is FORMATS["csv"]:
        _, row = csv.reader(io.StringIO(written, newline=""))
        assert row[-1].endswith(fit(text))
    else:
        assert written.split("\n")[6].endswith(shown(text))


# Markdown

READERS = {
    "CommonMark": MarkdownIt("commonmark"),
    "with tables": MarkdownIt("commonmark").enable(["table", "strikethrough"]),
}


def blocks(text: str, reader: MarkdownIt) -> Iterator[tuple[str, str]]:
    """Each piece of running text with the elements that it stands in, as they are shown."""
    inside: list[str] = []
    for token in reader.parse(text):
        if token.nesting == 1:
            inside.append(token.tag)
        elif token.nesting == -1:
            inside.pop()
        else:
            assert token.type == "inline", token.type
            yield " ".join(inside), "".join(map(seen, token.children or []))


def seen(token: Token) -> str:
    assert token.type in ("text", "hardbreak"), token.type
    return "\n" if token.type == "hardbreak" else token.content


def marked(text: str, label: str) -> str:
    """A quote with its label, as shown: a line begins with its first character."""
    lines = broken(text)
    return "\n".join(lines) + (f" {label}" if lines[-1] else label)


def test_markdown_is_question_quotes_and_references() -> None:
    assert markdown([answered(citation("Une\nphrase."))]) == (
        "## Qui ?\n\n> Une\\\n> phrase. \\[1\\]\n\n"
        "- \\[1\\] Un titre\\\n  2025-04-22 · a/b.txt:100–111\n"
    )


def test_markdown_leaves_ordinary_text_readable() -> None:
    text = HOSTILE["ordinary"]
    assert f"\n> {text} \\[1\\]\n" in markdown([answered(citation(text))])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[[x]]", r"\[\[x\]\]"),
        ("|x|", r"\|x\|"),
        ("$x$", r"\$x\$"),
        ("x^2^", r"x\^2\^"),
        ("==x==", r"\=\=x\=\="),
        ("x {.y}", r"x \{.y\}"),
        ("@x", r"\@x"),
        ("x@y.z", r"x\@y.z"),
        ("https://x.y", r"https\://x.y"),
        ("www.x.y", r"www\.x.y"),
        (":x:", r"\:x:"),
        ("a :x: b", r"a \:x: b"),
        (": x", r"\: x"),
    ],
)
def test_markdown_gives_extensions_nothing_to_read(text: str, written: str) -> None:
    assert f"\n> {written} \\[1\\]\n" in markdown([answered(citation(text))])


def check_markdown(text: str, reader: MarkdownIt) -> None:
    other = citation(text, 2, source=text, date=text, agency=text)
    known = f"{line(text)} · {line(text)}" if text else "s.d."
    quoted = answered(citation(text, title=text), other, question=text)
    said = text or "Non."
    given = [quoted, abstained(text, said, text)]
    about, of = f"2025-04-22 · a/b.txt:100–{100 + len(text)}", f":100–{100 + len(text)}"
    assert list(blocks(markdown(given), reader)) == [
        ("h2", f"1. {line(text)}"),
        ("blockquote p", marked(text, "[1.1]")),
        ("blockquote p", marked(text, "[1.2]")),
        ("ul li p", f"[1.1] {line(text)}\n{about}"),
        ("ul li p", f"[1.2] Un titre\n{known} · {shown(text)}{of}"),
        ("h2", f"2. {line(text)}"),
        ("p", f"{line(said)}\n({line(text)})" if text else said),
    ]
    assert next(blocks(markdown([quoted]), reader)) == ("h2", line(text))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@both
def test_markdown_shows_the_text_and_reads_nothing_in_it(text: str, reader: MarkdownIt) -> None:
    check_markdown(text, reader)


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_markdown_shows_any_text(text: str) -> None:
    check_markdown(text, READERS["with tables"])


# BibTeX

NAMED = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^",
    "textasciitilde": "~", "textasciigrave": "`", "textless": "<", "textgreater": ">",
    "textbar": "|",
}  # fmt: skip
TEX = re.compile(
    r"\\(?P<name>[a-z]+)\{\}|\\(?P<sign>[#$%&_])|\{\}|(?P<self>[^\\{}#$%&_^~`<>|])", re.S
)


def typeset(tex: str) -> str:
    """What TeX shows; nothing but characters and the names of characters is allowed."""
    assert not re.search("--|''|,,", tex), "a ligature"
    shown, place = "", 0
    while place < len(tex):
        token = TEX.match(tex, place)
        assert token, f"TeX would read {tex[place : place + 10]!r}"
        shown += NAMED[token["name"]] if token["name"] else token["sign"] or token["self"] or ""
        place = token.end()
    return shown


def entries(text: str) -> dict[str, dict[str, str]]:
    """The entries as BibTeX finds them: all up to an @ is skipped, braces are counted."""
    found: dict[str, dict[str, str]] = {}
    place = text.find("@")
    for skipped in text[: place if place >= 0 else None].rstrip("\n").split("\n"):
        assert skipped.startswith("% "), skipped
    while place >= 0:
        head = re.compile(r"@misc\{([a-z0-9-]+),\n").match(text, place)
        assert head, text[place : place + 40]
        assert head[1] not in found
        fields, place = found.setdefault(head[1], {}), head.end()
        while text[place] != "}":
            name = re.compile(r"  ([a-z]+) = ").match(text, place)
            assert name, text[place : place + 40]
            start = place = name.end()
            depth = 0
            while depth or text[place] != ",":
                depth += {"{": 1, "}": -1}.get(text[place], 0)
                place += 1
            fields[name[1]] = text[start:place]
            assert text[place : place + 2] == ",\n"
            place += 2
        rest = text[place + 1 :]
        place = text.find("@", place)
        assert not rest[: place - len(text) if place >= 0 else None].strip()
    return found


def notes(entry: dict[str, str]) -> list[str]:
    return [typeset(note) for note in entry["annote"][1:-1].split("\n    ")]


def test_bibtex_says_what_is_known_of_a_document() -> None:
    cited = citation("Une phrase.", start=7, end=18, agency="APS")
    assert bibtex([answered(cited, question="a@b ?")]) == (
        "% Encoding: UTF-8\n% a＠b ?\n\n"
        "@misc{a-b-5550000d3b1c,\n  title = {{Un titre}},\n  year = {2025},\n  month = apr,\n"
        "  day = {22},\n  organization = {APS},\n  language = {fr},\n  howpublished = {a/b.txt},\n"
        "  annote = {[1] 7–18: Une phrase.},\n}\n"
    )


@pytest.mark.parametrize(
    ("date", "parts"),
    [
        (None, {}),
        ("2025", {"year": "{2025}"}),
        ("2025-12", {"year": "{2025}", "month": "dec"}),
        ("2025-01-05", {"year": "{2025}", "month": "jan", "day": "{5}"}),
        ("2025-13", {}),
        ("}, x = {", {}),
    ],
    ids=str,
)
def test_bibtex_dates_are_as_precise_as_the_document(
    date: str | None, parts: dict[str, str]
) -> None:
    (entry,) = entries(bibtex([answered(citation(date=date))])).values()
    assert {name: entry[name] for name in ("year", "month", "day") if name in entry} == parts


def test_two_citations_of_a_document_are_one_bibtex_entry() -> None:
    given = [
        answered(citation("A."), citation("B.", 2, source="other.txt")),
        answered(citation("C.", start=3, end=5)),
    ]
    first, other = entries(bibtex(given)).values()
    assert notes(first) == ["[1.1] 100–102: A.", "[2.1] 3–5: C."]
    assert notes(other) == ["[1.2] 100–102: B."]


def test_bibtex_keys_are_those_of_the_documents_whatever_is_cited_with_them() -> None:
    one, two = citation(source="a/b.txt"), citation(source="a-b.txt", number=2)
    (alone,) = entries(bibtex([answered(one)]))
    assert alone in entries(bibtex([answered(two), answered(one)]))


def test_bibtex_keys_differ_where_documents_differ() -> None:
    sources = ["a/b.txt", "a-b.txt", "A-b.txt", "a b.txt", "é.txt", "è.txt", "", "x" * 80, "x" * 81]
    cited = [citation(number=n, source=source) for n, source in enumerate(sources)]
    keys = list(entries(bibtex([answered(*cited)])))
    assert len({key.lower() for key in keys}) == len(sources)
    assert all(re.fullmatch("[a-z0-9][a-z0-9-]*", key) for key in keys)


def test_bibtex_tells_questions_and_abstentions_in_comments() -> None:
    comments = bibtex([answered(citation()), abstained("Où ?\n@x{")]).split("\n\n")[0]
    assert comments.splitlines() == [
        "% Encoding: UTF-8", "% 1. Qui ?", "% 2. Où ? ＠x{", "% Pas de réponse.", "% (rien)",
    ]  # fmt: skip


def check_bibtex(text: str) -> None:
    cited = citation(text, title=text, language=text, source=text, agency=text, start=1, end=2)
    (entry,) = entries(
        bibtex([answered(cited, question=text), abstained(text, text, text)])
    ).values()
    assert entry["title"][:2] + entry["title"][-2:] == "{{}}"
    assert typeset(entry["title"][2:-2]) == line(text)
    assert typeset(entry["language"][1:-1]) == line(text)
    assert typeset(entry.get("organization", "{}")[1:-1]) == line(text)
    assert typeset(entry["howpublished"][1:-1]) == shown(text)
    assert notes(entry) == [f"[1.1] 1–2: {line(text)}"]


@both
def test_bibtex_holds_the_text(text: str) -> None:
    check_bibtex(text)


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_bibtex_holds_any_text(text: str) -> None:
    check_bibtex(text)


# RIS


def records(text: str) -> list[list[tuple[str, str]]]:
    """The records of a RIS file, each from its TY to its ER."""
    assert text == "" or text.endswith("\r\n")
    lines = text.split("\r\n")[:-1]
    assert lines == text.splitlines(), "another line break"
    found: list[list[tuple[str, str]]] = []
    inside = False
    for one in lines:
        field = re.fullmatch("([A-Z][A-Z0-9])  - (.*)", one)
        assert field, one
        assert inside == (field[1] != "TY")
        inside = field[1] != "ER"
        if field[1] == "TY":
            found.append([])
        if inside:
            found[-1].append((field[1], field[2]))
        else:
            assert field[2] == ""
    assert not inside
    return found


def test_ris_says_what_is_known_of_a_document() -> None:
    cited = [citation("A.", agency="APS"), citation("B.", 2, agency="APS", start=3, end=5)]
    given = [answered(*cited), abstained()]
    assert ris(given) == (
        "TY  - NEWS\r\nTI  - Un titre\r\nPY  - 2025\r\nDA  - 2025/04/22/\r\nPB  - APS\r\n"
        "LA  - fr\r\nN1  - [1.1] 100–102: A.\r\nN1  - [1.2] 3–5: B.\r\nID  - a/b.txt\r\nER  - \r\n"
        "TY  - GEN\r\nTI  - Qui ?\r\nN1  - Pas de réponse.\r\nN1  - (rien)\r\nER  - \r\n"
    )


@pytest.mark.parametrize(
    ("date", "fields"),
    [
        (None, []),
        ("2025", [("PY", "2025"), ("DA", "2025///")]),
        ("2025-04", [("PY", "2025"), ("DA", "2025/04//")]),
        ("2025-04-02", [("PY", "2025"), ("DA", "2025/04/02/")]),
        ("x\r\nER  - ", []),
    ],
    ids=str,
)
def test_ris_dates_are_as_precise_as_the_document(
    date: str | None, fields: list[tuple[str, str]]
) -> None:
    (record,) = records(ris([answered(citation(date=date))]))
    assert [field for field in record if field[0] in ("PY", "DA")] == fields


def check_ris(text: str) -> None:
    cited = citation(
        text, title=text, language=text, source=text, agency=text, date=None, start=1, end=2
    )
    said = line(text)
    assert records(ris([answered(cited, question=text), abstained(text, text, text)])) == [
        [
            ("TY", "NEWS"), ("TI", said), *([("PB", said)] if text else []), ("LA", said),
            ("N1", f"[1.1] 1–2: {said}"), ("ID", shown(text)),
        ],
        [("TY", "GEN"), ("TI", said), ("N1", said), *([("N1", f"({said})")] if text else [])],
    ]  # fmt: skip


@both
def test_ris_holds_the_text(text: str) -> None:
    check_ris(text)


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_ris_holds_any_text(text: str) -> None:
    check_ris(text)


# CSV

RUNS = tuple("=+-@\t\r\n＝＋－＠")


def rows(text: str) -> list[dict[str, str]]:
    read = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert tuple(read.fieldnames or ()) == COLUMNS
    return list(read)


def unprotected(cell: str) -> str:
    """A cell's text again: of apostrophes before what a spreadsheet would run, one is not of it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RUNS) else cell


def test_csv_has_a_row_for_each_citation_and_each_abstention() -> None:
    one = citation("A.", highlight=(100, 101), agency="APS")
    quoted = answered(one, citation("B.", 2, date=None))
    first, second, none = rows(table([quoted, abstained("Et ?")]))
    assert first == {
        "answer": "1", "question": "Qui ?", "number": "1", "quote": "A.", "title": "Un titre",
        "date": "2025-04-22", "agency": "APS", "language": "fr", "source": "a/b.txt",
        "start": "100", "end": "102",
        "highlight": "A", "highlight_start": "100", "highlight_end": "101",
        "confidence": "0.75", "abstention": "", "reason": "", "page": "", "reprints": "",
    }  # fmt: skip
    assert second == first | {
        "number": "2", "quote": "B.", "date": "", "agency": "",
        "highlight": "", "highlight_start": "", "highlight_end": "",
    }  # fmt: skip
    assert none == dict.fromkeys(COLUMNS, "") | {
        "answer": "2", "question": "Et ?", "confidence": "0.125",
        "abstention": "Pas de réponse.", "reason": "rien",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("\nx", "'\nx"), ("＝1", "'＝1"), ("'=1", "''=1"),
        ("'x", "'x"), ("a=1", "a=1"), (" =1", " =1"), ("«=»", "«=»"),
    ],
)  # fmt: skip
def test_csv_holds_no_formula(text: str, cell: str) -> None:
    (row,) = rows(table([answered(citation(text))]))
    assert row["quote"] == cell


def check_csv(text: str) -> None:
    texts = ("quote", "title", "date", "agency", "language", "source")
    spot = (100, 100 + len(text))
    given: dict[str, Any] = dict.fromkeys(texts, text)
    cited = citation(**given, highlight=spot)
    row, none = rows(table([answered(cited, question=text), abstained(text, text, text)]))
    fields = (*texts, "highlight", "question")
    assert {name: unprotected(row[name]) for name in fields} == dict.fromkeys(fields, fit(text))
    said = ("question", "abstention", "reason")
    assert {name: unprotected(none[name]) for name in said} == dict.fromkeys(said, fit(text))
    assert not any(cell.startswith(RUNS) for cell in (*row.values(), *none.values()))


@both
def test_csv_holds_the_text(text: str) -> None:
    check_csv(text)


@settings(max_examples=200, deadline=None)
@given(text=TEXT)
def test_csv_holds_any_text(text: str) -> None:
    check_csv(text)


# All of them


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_written_in_its_encoding_whatever_the_text(name: str) -> None:
    form = FORMATS[name]
    hostile = "".join(HOSTILE.values())
    text = form.write([answered(citation(hostile, source=hostile), question=hostile)])
    assert text.encode(form.encoding).decode(form.encoding) == text
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize("name", FORMATS)
def test_no_answer_is_no_content(name: str) -> None:
    nothing = {"bibtex": "% Encoding: UTF-8\n", "csv": ",".join(COLUMNS) + "\r\n"}
    assert FORMATS[name].write([]) == nothing.get(name, "")


@pytest.mark.parametrize("name", FORMATS)
def test_offsets_and_numbers_are_those_of_the_citation(name: str) -> None:
    text = FORMATS[name].write([answered(citation("Une.", 7, start=41_234, end=56_789))])
    assert re.search(r"\b41234\b.*\b56789\b", text)
    assert re.search(r"\b7\b", text)


def test_files_of_each_format_are_named_apart() -> None:
    assert {name: (f.suffix, f.media_type, f.encoding) for name, f in FORMATS.items()} == {
        "plain": (".txt", "text/plain", "utf-8"),
        "markdown": (".md", "text/markdown", "utf-8"),
        "bibtex": (".bib", "application/x-bibtex", "utf-8"),
        "ris": (".ris", "application/x-research-info-systems", "utf-8"),
        "csv": (".csv", "text/csv", "utf-8-sig"),
    }


# Comparisons


def compared(*titles: str) -> Answer:
    """Three quotes, the last of them under a title of its own."""
    cited = [
        citation(f"{name}.", number) for number, name in enumerate(("Une", "Deux", "Trois"), 1)
    ]
    parts = tuple(map(Section, titles, ((1, 2), (3,))))
    return dataclasses.replace(answered(*cited), sections=parts)


def test_plain_has_the_titles_of_a_comparison_above_their_quotes() -> None:
    assert plain([compared("A – B", "A – C")]).startswith(
        "Qui ?\n\nA – B\n\nUne. [1]\n\nDeux. [2]\n\nA – C\n\nTrois. [3]\n\n[1] "
    )


def test_markdown_has_the_titles_of_a_comparison_as_headings_below_the_question() -> None:
    text = markdown([compared("A – B", "A – C")])
    lines = [line for line in text.splitlines() if line.startswith((">", "#"))]
    assert lines == [
        "## Qui ?", "### A – B", r"> Une. \[1\]", r"> Deux. \[2\]", "### A – C", r"> Trois. \[3\]",
    ]  # fmt: skip


@both
def test_a_title_is_one_line_that_shows_as_it_stands(text: str) -> None:
    a = compared(f"x{text}", "y")
    assert f"\n\n{line(f'x{text}')}\n\nUne. [1]" in plain([a])
    tokens = MarkdownIt("commonmark").parse(markdown([a]))
    headings = [
        tokens[place + 1] for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h3"
    ]  # fmt: skip
    assert len(headings) == 2
    shown_as = "".join(child.content for child in headings[0].children or ())
    assert shown_as.split() == line(f"x{text}").split()


@pytest.mark.parametrize("name", FORMATS)
def test_a_part_without_quotes_has_no_title(name: str) -> None:
    a = answered(citation("Une."))
    empty = dataclasses.replace(a, sections=(Section("Rien du tout", ()),))
    assert FORMATS[name].write([empty]) == FORMATS[name].write([a])
