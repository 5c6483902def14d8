"""What a reader sees is the text given, whatever is in it, and marks stand at their offsets."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document
from qa import Answer, Citation, Retrieved
from qa.chat.place import Place
from qa.chat.render import (
    answer_message,
    fault_panel,
    marked,
    notice,
    question_message,
    source_panel,
    verbatim,
)
from qa.chat.words import words_in

HOSTILE = {
    "list": "1945. Cette phrase ouvre une liste.",
    "heading": "# Pas un titre",
    "stars": "*une* **deux** _trois_ __quatre__ ~~cinq~~",
    "html": '<img src=x onerror="alert(1)"> <script>x</script> </div></mark>',
    "entity": "Smith &amp; fils &lt;b&gt; &#42;",
    "tex": "de $x^2$ à $$y$$, \\(z\\) et \\[w\\]",
    "link": "voir https://example.invalid/a_b?x=1&y=2 www.example.invalid a@example.invalid",
    "markdown link": "[ici](javascript:alert(1)) ![image](https://example.invalid/i.png)",
    "code": "`code` ```fence``` ~~~",
    "spaces": "  deux  espaces   et\tune tabulation  ",
    "lines": "une ligne\n\nune autre\r\nune troisième\n    quatre",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "quotes": '« D\'accord », dit-elle. "Oui" `non` ’',
    "emoji": "Paix 🕊️ 🇩🇿🇦🇿 👩‍⚖️ é e\u0301",
    "arabic": "قال الوزير: «نعم»\u200f (2025).",
    "separators": "a\u2028b\u2029c\u0085d\u00a0e\ufefff",
    "template": "${value} {{value}} {% raw %} <%= x %>",
    "thinking": "<think>non</think> <thinking> </think>",
}
WORDS = words_in("fr")

# Characters that HTML cannot hold, and those that Python's parser, unlike a browser, drops.
ALPHABET = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
).filter(lambda c: ord(c) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(c) <= 0xFDEF)


class Reading(HTMLParser):
    """The text of a fragment, of its marks, and its elements, as an HTML parser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.begins: dict[str, int] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open, "an element is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        name = f"{tag}.{dict(attrs).get('class')}"
        self._open.append((tag, name))
        self.inside.setdefault(name, "")
        self.begins.setdefault(name, len(self.text))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, name in self._open:
            self.inside[name] += data


def citation(text: str, start: int, end: int, **more: object) -> Citation:
    given = {"number": 1, "source": "a/b.txt", "title": "Un titre", "date": "2025-04-22"}
    given |= {"language": "fr", "highlight": None, **more}
    return Citation(start=start, end=end, quote=text[start:end], **given)  # type: ignore[arg-type]


def answered(*citations: Citation, language: str = "fr") -> Answer:
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    return Answer("?", language, text, None, citations, 0.9, False, None, ())


def document(text: str, language: str = "fr", **more: object) -> Document:
    given = {"source": "a/b.txt", "title": "Un titre", "date": "2025-04", "agency": None, **more}
    return Document(text=text, language=language, body_start=0, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_quote_is_shown_as_it_stands(text: str) -> None:
    message = Reading(answer_message(answered(citation(text, 0, len(text))), "m1"))
    assert message.inside["span.said"] == text
    assert {tag for tag, _ in message.elements} <= {
        "div", "blockquote", "span", "button", "cite", "time",
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_message_gives_markdown_nothing_to_read(text: str) -> None:
    asked = question_message(text, 2_000)
    told = answer_message(answered(citation(text, 0, len(text), title=text)), "m1")
    for message in (asked, told, notice(text, WORDS, detail=text)):
        assert "\n" not in message
        assert message.startswith("<div ")
        visible = re.sub(r"<[^>]*>|&#\d+;|&nbsp;", "", message)
        assert not re.search(r"[^\w\s\x80-\x9f]", visible, re.UNICODE), visible


@given(st.text(ALPHABET))
def test_any_text_survives(text: str) -> None:
    assert Reading(f"<p>{verbatim(text)}</p>").text == text


@given(st.text(ALPHABET, min_size=1), st.data())
def test_a_mark_stands_at_its_offsets(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first = data.draw(st.integers(start, end - 1))
    last = data.draw(st.integers(first + 1, end))
    place = Place("a", start, end, (first, last), "")
    shown = Reading(marked(text, place))
    assert shown.text == text
    assert shown.inside["mark.quoted"] == text[start:end]
    assert shown.begins["mark.quoted"] == start
    assert shown.inside["mark.short"] == text[first:last]
    assert shown.begins["mark.short"] == first


def test_of_repeated_sentences_the_cited_one_is_marked() -> None:
    sentence = "Les ministres 🕊️ ont signé."
    text = " ".join([sentence] * 3)
    start = len(sentence) + 1
    cited = citation(text, start, start + len(sentence))
    shown = Reading(source_panel(document(text), Place.of(cited), WORDS))
    assert shown.inside["mark.quoted"] == sentence
    assert shown.begins["mark.quoted"] - shown.begins["div.text"] == start


@pytest.mark.parametrize("highlight", [(0, 3), (5, 99), (7, 7), (9, 6)], ids=str)
def test_a_highlight_outside_its_quote_is_left_out(highlight: tuple[int, int]) -> None:
    text = "abc defghij klm"
    cited = citation(text, 4, 11, highlight=highlight)
    panel = Reading(source_panel(document(text), Place.of(cited), WORDS))
    message = Reading(answer_message(answered(cited), "m1"))
    assert panel.inside["mark.quoted"] == message.inside["span.said"] == "defghij"
    assert "mark.short" not in panel.inside
    assert "strong.None" not in message.inside


def test_the_exact_answer_is_stressed_in_the_message() -> None:
    cited = citation("La session : *Alger*, jeudi.", 0, 28, highlight=(13, 20))
    message = Reading(answer_message(answered(cited), "m1"))
    assert message.inside["strong.None"] == "*Alger*"
    assert message.inside["span.said"] == cited.quote


def test_numbers_are_buttons_that_carry_their_place() -> None:
    text = "Une. Deux. Trois."
    one, two = citation(text, 0, 4), citation(text, 5, 10, number=2, highlight=(5, 9))
    message = Reading(answer_message(answered(one, two), "m3"))
    buttons = [attributes for tag, attributes in message.elements if tag == "button"]
    assert [b["id"] for b in buttons] == ["m3-c1", "m3-c2"]
    assert [b["class"] for b in buttons] == ["cite", "cite"]
    assert [Place.parse(b["value"]) for b in buttons] == [Place.of(one), Place.of(two)]
    assert message.inside["button.cite"] == "12"


def test_every_block_of_text_has_a_language_and_a_direction() -> None:
    text = "وقّع الوزير الاتفاقية."
    cited = citation(text, 0, len(text), language="ar", title="عنوان")
    message = Reading(answer_message(answered(cited, language="fr"), "m1"))
    panel = Reading(source_panel(document(text, "ar"), Place.of(cited), WORDS))
    quote = next(a for tag, a in message.elements if tag == "blockquote")
    body = next(a for _, a in panel.elements if a.get("class") == "text")
    title = next(a for tag, a in panel.elements if tag == "h2")
    assert all((a["lang"], a["dir"]) == ("ar", "auto") for a in (quote, body, title))


def test_the_panel_says_what_is_known_of_the_document() -> None:
    text = "Une phrase."
    place = Place.of(citation(text, 0, 11))
    known = document(text, agency="APS & fils", title="<Titre>", date="2025-04-22")
    shown = Reading(source_panel(known, place, WORDS))
    assert shown.inside["h2.None"] == "<Titre>"
    assert shown.inside["time.None"] == "22 avril 2025"
    for part in ("APS & fils", "français", "a/b.txt"):
        assert part in shown.inside["dl.None"]
    article = dict(shown.elements)["article"]
    assert (article["data-start"], article["data-end"]) == ("0", "11")


def test_what_a_document_does_not_say_is_not_invented() -> None:
    text = "Une phrase."
    unknown = document(text, date=None)
    shown = Reading(source_panel(unknown, Place.of(citation(text, 0, 11)), WORDS))
    assert WORDS.undated in shown.inside["dl.None"]
    assert WORDS.agency not in shown.inside["dl.None"]


def test_an_abstention_has_no_citation_and_marks_its_passages_as_no_answer() -> None:
    passages = tuple(
        Retrieved("a", f"*{n}*", None, "fr", 0, 5, f"Passage <b>{n}</b>", 0.1, 0.8, None)
        for n in range(5)
    )
    abstained = Answer("?", "fr", "Rien.", None, (), 0.1, True, "pas sûr", passages)
    shown = Reading(answer_message(abstained, "m1"))
    assert not [tag for tag, _ in shown.elements if tag in ("button", "blockquote")]
    assert shown.inside["div.none"] == "Rien."
    assert shown.inside["summary.None"] == WORDS.nearest
    assert "Passage <b>0</b>" in shown.inside["details.near"]
    assert "open" not in dict(shown.elements)["details"]


def test_an_abstention_without_passages_offers_none() -> None:
    abstained = Answer("?", "de", "Nothing.", None, (), 0.1, True, None, ())
    assert "details" not in answer_message(abstained, "m1")


def test_a_question_that_is_too_long_is_echoed_in_part() -> None:
    assert Reading(question_message("a" * 2_001, 2_000)).text == "a" * 400 + "…"
    assert Reading(question_message("a" * 2_000, 2_000)).text == "a" * 2_000


def test_a_fault_is_announced() -> None:
    shown = Reading(fault_panel("<gone>", WORDS))
    assert shown.inside["p.notice fault"] == "<gone>"
    assert ("p", {"class": "notice fault", "role": "alert"}) in shown.elements


@pytest.mark.parametrize(("confidence", "warned"), [(0.31, True), (0.49, True), (0.5, False)])
def test_an_answer_that_is_more_likely_wrong_says_so(confidence: float, warned: bool) -> None:
    quoted = answered(citation("Une phrase citée.", 0, 17))
    shown = Reading(answer_message(dataclasses.replace(quoted, confidence=confidence), "m1"))
    assert (shown.inside.get("div.unsure") == WORDS.unsure) is warned
