"""What a reader sees is the text given, whatever is in it, and marks stand at their offsets."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import HOSTILE, Reading

from index import Document
from qa import Answer, Citation, Reprint, Retrieved
from qa.chat.panel import fault_panel, marked, source_panel, why_list
from qa.chat.place import Place
from qa.chat.render import answer_message, notice, question_message, verbatim
from qa.chat.turns import Turn, turn_of
from qa.chat.words import words_in
from qa.types import Section

WORDS = words_in("fr")

# Characters that HTML cannot hold, and those that Python's parser, unlike a browser, drops.
ALPHABET = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
).filter(lambda c: ord(c) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(c) <= 0xFDEF)


def citation(text: str, start: int, end: int, **more: object) -> Citation:
    given = {"number": 1, "source": "a/b.txt", "title": "Un titre", "date": "2025-04-22"}
    given |= {"language": "fr", "highlight": None, **more}
    return Citation(start=start, end=end, quote=text[start:end], **given)  # type: ignore[arg-type]


def answered(*citations: Citation, language: str = "fr") -> Answer:
    text = " ".join(f"{c.quote} [{c.number}]" for c in citations)
    return Answer("?", language, text, None, citations, 0.9, False, None, ())


def told(answer: Answer, message: str = "m1", understood: str | None = None, **more: Any) -> str:
    turn = Turn(answer, answer.question if understood is None else understood)
    return answer_message(turn, message, WORDS, **more)


def document(text: str, language: str = "fr", **more: object) -> Document:
    given = {"source": "a/b.txt", "title": "Un titre", "date": "2025-04", "agency": None, **more}
    return Document(text=text, language=language, body_start=0, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_quote_is_shown_as_it_stands(text: str) -> None:
    message = Reading(told(answered(citation(text, 0, len(text))), "m1"))
    assert message.inside["span.said"] == text
    assert {tag for tag, _ in message.elements} <= {
        "div", "blockquote", "span", "button", "cite", "time", "details", "summary",
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_message_gives_markdown_nothing_to_read(text: str) -> None:
    asked = question_message(text, 2_000)
    said = told(answered(citation(text, 0, len(text), title=text)), understood=text, chips=[text])
    for message in (asked, said, notice(text, WORDS, detail=text)):
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
    message = Reading(told(answered(cited), "m1"))
    assert panel.inside["mark.quoted"] == message.inside["span.said"] == "defghij"
    assert "mark.short" not in panel.inside
    assert "strong.None" not in message.inside


def test_the_exact_answer_is_stressed_in_the_message() -> None:
    cited = citation("La session : *Alger*, jeudi.", 0, 28, highlight=(13, 20))
    message = Reading(told(answered(cited), "m1"))
    assert message.inside["strong.None"] == "*Alger*"
    assert message.inside["span.said"] == cited.quote


def test_numbers_are_buttons_that_carry_their_place() -> None:
    text = "Une. Deux. Trois."
    one, two = citation(text, 0, 4), citation(text, 5, 10, number=2, highlight=(5, 9))
    message = Reading(told(answered(one, two), "m3"))
    cites = message.all("button", "cite")
    assert [b["id"] for b in cites] == ["m3-c1", "m3-c2"]
    assert [Place.parse(b["value"]) for b in cites] == [Place.of(one), Place.of(two)]
    assert message.inside["button.cite"] == "12"


def test_every_block_of_text_has_a_language_and_a_direction() -> None:
    text = "وقّع الوزير الاتفاقية."
    cited = citation(text, 0, len(text), language="ar", title="عنوان")
    message = Reading(told(answered(cited, language="fr"), "m1"))
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
    shown = Reading(told(abstained, "m1"))
    assert not shown.all("button", "cite")
    assert not shown.all("button", "recheck")
    assert "blockquote" not in {tag for tag, _ in shown.elements}
    assert shown.inside["div.none"] == "Rien."
    assert shown.inside["details.near"].startswith(WORDS.nearest)
    assert "Passage <b>0</b>" in shown.inside["details.near"]
    assert all("open" not in a for tag, a in shown.elements if tag == "details")


def test_an_abstention_without_passages_offers_none() -> None:
    abstained = Answer("?", "de", "Nothing.", None, (), 0.1, True, None, ())
    assert "near" not in told(abstained)


def test_a_question_has_its_language_once_that_is_known() -> None:
    [(_, asked)] = Reading(question_message("من؟", 100, "ar")).elements
    assert (asked["lang"], asked["dir"]) == ("ar", "auto")
    [(_, asked)] = Reading(question_message("من؟", 100)).elements
    assert "lang" not in asked


def test_a_question_that_is_too_long_is_echoed_in_part() -> None:
    assert Reading(question_message("a" * 2_001, 2_000)).text == "a" * 400 + "…"
    assert Reading(question_message("a" * 2_000, 2_000)).text == "a" * 2_000


def test_a_fault_is_announced() -> None:
    shown = Reading(fault_panel("<gone>", WORDS))
    assert shown.inside["p.notice fault"] == "<gone>"
    assert ("p", {"class": "notice fault", "role": "alert"}) in shown.elements


@pytest.mark.parametrize(
    ("confidence", "said"),
    [(0.31, "unsure"), (0.49, "unsure"), (0.5, "likely"), (0.79, "likely"), (0.8, "sure")],
)
def test_confidence_is_said_in_words_and_the_number_is_there_to_be_asked_for(
    confidence: float, said: str
) -> None:
    quoted = answered(citation("Une phrase citée.", 0, 17))
    shown = Reading(told(dataclasses.replace(quoted, confidence=confidence)))
    assert shown.inside[f"div.confidence {said}"] == getattr(WORDS, said)
    [title] = [a["title"] for _, a in shown.elements if "confidence" in (a.get("class") or "")]
    assert title == WORDS.of(WORDS.confidence, f"{confidence:.2f}")


def test_a_question_that_was_completed_shows_what_it_was_taken_for() -> None:
    quoted = answered(citation("Une phrase.", 0, 11))
    shown = Reading(told(quoted, "m5", understood="Qui ? *Et* là ?"))
    assert "Qui ? *Et* là ?" in shown.inside["div.understood"]
    assert [b["id"] for b in shown.all("button", "forget")] == ["m5-forget"]
    assert "div.understood" not in Reading(told(quoted, understood="?")).inside


def test_what_a_question_was_restricted_to_is_shown() -> None:
    shown = Reading(told(answered(citation("Une phrase.", 0, 11)), chips=["<b>2022</b>", "russe"]))
    assert shown.inside["span.chip"] == "<b>2022</b>russe"


def test_an_answer_carries_itself_for_what_can_be_done_with_it() -> None:
    text = "« 1. *Une* phrase »"
    quoted = answered(citation(text, 0, len(text)))
    shown = Reading(told(quoted))
    [record] = shown.all("button", "record")
    assert turn_of(record["value"]) == Turn(quoted, "?")
    [copied] = shown.all("button", "copy")
    assert text in (copied["value"] or "")
    assert [b["value"] for b in shown.all("button", "export")] == [
        "markdown",
        "bibtex",
        "ris",
        "csv",
    ]


def test_only_the_last_answer_can_be_taken_back() -> None:
    quoted = answered(citation("Une phrase.", 0, 11))
    assert Reading(told(quoted)).all("button", "undo")
    assert not Reading(told(quoted, last=False)).all("button", "undo")


def test_the_badges_say_date_agency_and_language() -> None:
    cited = citation("Une phrase.", 0, 11, agency="<APS>", language="en")
    shown = Reading(told(answered(cited))).inside["span.badge"]
    assert shown == f"22 avril 2025<APS>{'anglais'}"
    undated = Reading(told(answered(citation("Une phrase.", 0, 11, date=None))))
    assert undated.inside["span.badge"] == f"{WORDS.of(WORDS.date, WORDS.undated)}français"


def test_the_page_of_a_quote_is_a_badge() -> None:
    paged = Reading(told(answered(citation("Une phrase.", 0, 11, page=1234))))
    assert paged.inside["span.badge"] == "22 avril 2025françaisp. 1234"


def reprinted(*reprints: Reprint) -> Reading:
    return Reading(told(answered(citation("Une phrase.", 0, 11, reprints=reprints)), "m4"))


def test_the_documents_that_print_a_quote_too_are_listed_under_it_and_can_be_opened() -> None:
    one = Reprint("sous/b.txt", "Un <b>titre</b>", "2025-04-23", "AZERTAC & fils")
    shown = reprinted(one, Reprint("c.txt", "", None, None))
    assert shown.inside["div.reprints"] == (
        f"{WORDS.reprints} : AZERTAC & fils 23 avril 2025 sous/b.txt c.txt".replace(" :", "\u202f:")
    )
    assert shown.begins["div.reprints"] > shown.begins["div.from"]
    first, second = shown.all("button", "doc")
    assert (first["value"], first["title"], first["id"]) == (
        "sous/b.txt", "Un <b>titre</b>", "m4-c1-1"
    )  # fmt: skip
    assert (second["value"], second["id"]) == ("c.txt", "m4-c1-2")


def test_a_quote_that_is_printed_once_has_no_such_line() -> None:
    assert "div.reprints" not in reprinted().inside


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_reprint_is_called_is_shown_as_it_stands(text: str) -> None:
    shown = reprinted(Reprint(text, text, None, text))
    assert shown.inside["button.doc"] == text
    assert shown.inside["span.reprint"] == f"{text} {text}"
    assert shown.all("button", "doc")[0]["title"] == text


def test_the_panel_says_the_page_and_who_printed_it_too() -> None:
    text = "Une phrase. Une autre."
    paged = document(text, pages=(0, 12))
    other = document("", source="<b>.txt", agency="<i>APS</i>")
    place = Place.of(citation(text, 12, 22))
    facts = Reading(source_panel(paged, place, WORDS, [other, other])).inside["dl.None"]
    assert f"{WORDS.page}2{WORDS.reprints}<i>APS</i> <b>.txt · <i>APS</i> <b>.txt" in facts
    whole = Reading(source_panel(paged, None, WORDS)).inside["dl.None"]
    assert WORDS.page not in whole
    assert WORDS.reprints not in whole


def test_why_a_sentence_was_chosen_is_a_list_of_facts() -> None:
    shown = Reading(why_list([("Rang", "1"), ("Mots", "<Alger>")], WORDS))
    assert shown.text == "Rang1Mots<Alger>"


# Comparisons and notes


def side_by_side(*titles: str, notes: tuple[str, ...] = (), language: str = "fr") -> Answer:
    """A comparison with a quote under each title."""
    text = "Une. Deux. Trois."
    places = [(0, 4), (5, 10), (11, 17)][: len(titles)]
    cited = [citation(text, *place, number=n) for n, place in enumerate(places, start=1)]
    parts = tuple(Section(title, (number,)) for number, title in enumerate(titles, start=1))
    return dataclasses.replace(answered(*cited, language=language), sections=parts, notes=notes)


def test_a_comparison_stands_under_its_titles() -> None:
    answer = side_by_side("Serbie – Türkiye", "Serbie – Qatar", "Türkiye")
    both = (Section("Serbie – Türkiye", (1, 2)), Section("Serbie – Qatar", (3,)))
    message = Reading(told(dataclasses.replace(answer, sections=both)))
    parts = ["Serbie – Türkiye", "Une.", "Deux.", "Serbie – Qatar", "Trois."]
    places = [message.text.index(part) for part in parts]
    assert places == sorted(places)
    assert len(message.all("h3", "side")) == 2
    assert [b["id"] for b in message.all("button", "cite")] == ["m1-c1", "m1-c2", "m1-c3"]


def test_an_answer_without_parts_has_no_title() -> None:
    assert not Reading(told(answered(citation("Une.", 0, 4)))).all("h3")


def test_a_part_without_quotes_has_no_title() -> None:
    answer = dataclasses.replace(answered(citation("Une.", 0, 4)), sections=(Section("Rien", ()),))
    assert "Rien" not in Reading(told(answer)).inside["div.answer"]


def test_notes_follow_the_quotes_and_precede_the_confidence() -> None:
    message = Reading(told(side_by_side("A", notes=("Sans date : [1]", "Autre note"))))
    assert message.inside["div.note"] == "Sans date : [1]Autre note"
    assert message.begins["span.said"] < message.begins["div.note"]
    assert message.begins["div.note"] < message.begins["div.confidence sure"]
    assert "div.note" not in Reading(told(side_by_side("A"))).inside


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_titles_and_notes_are_shown_as_they_stand(text: str) -> None:
    sent = told(side_by_side(text, notes=(text,)))
    message = Reading(sent)
    assert message.inside["h3.side"] == message.inside["div.note"] == text
    assert "\n" not in sent
    assert message.tags <= {
        "div", "blockquote", "span", "button", "cite", "time", "details", "summary", "h3",
    }  # fmt: skip


def test_titles_and_notes_are_in_the_language_of_the_question() -> None:
    message = Reading(told(side_by_side("أ – ب", notes=("بلا تاريخ",), language="ar")))
    [title], [note] = message.all("h3", "side"), message.all("div", "note")
    assert (title["lang"], title["dir"]) == (note["lang"], note["dir"]) == ("ar", "auto")


def test_a_comparison_survives_the_browser() -> None:
    turn = Turn(side_by_side("A", "B", notes=("Sans date : [1]",)), "?")
    assert turn_of(str(turn)) == turn
