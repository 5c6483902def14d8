"""A citation opens where it stands, in a document that holds it there; whatever else a page sends,
the answer to it is a value that tells nothing of any document."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from reading import HOSTILE, Reading
from wordy import WordEncoder, write

from index import Document, EntenteError, Hit, Index, Met, Passage, Span, build
from index.errors import IndexDamagedError
from index.terms import How
from qa import Answer, Citation, QuestionError
from qa.chat import beside
from qa.chat.beside import QUOTES, check, export, open_document, open_source, report, why
from qa.chat.collection import Collection
from qa.chat.place import Place
from qa.chat.turns import KEPT, Turn
from qa.chat.words import words_in
from qa.export import FORMATS
from qa.phrases import LANGUAGES
from qa.reader import Candidate, Evidence, Read
from qa.reports import Report, ReportError, reports

WORDS = words_in("fr")
REPEATED = "Les ministres 🕊️ ont signé l'accord <b>du phare</b>."
TEXTS = {
    "a.txt": f"date 2022-08\n{REPEATED} Rien d'autre.\r\n{REPEATED} Ils sont repartis.",
    "sub/b.txt": f"{REPEATED} Une autre phrase suit la première.",
}
START = TEXTS["a.txt"].rindex(REPEATED)
CITED = Citation(1, "a.txt", "", "2022-08", "fr", START, START + len(REPEATED), REPEATED, None)
PLACE = Place.of(CITED)
OTHER = Place.of(replace(CITED, source="sub/b.txt", start=0, end=len(REPEATED)))
ANSWER = Answer("Et là ?", "fr", "", None, (CITED,), 0.9, False, None, ())
TURN = Turn(ANSWER, "Qui ? Et là ?")

SCRAPS: dict[str, object] = {
    "nothing": None,
    "true": True,
    "a number": 5,
    "bytes": b"a.txt",
    "a list": ["a.txt", START],
    "an object": {"source": "a.txt"},
    "an empty object": {},
    "nested": [[[]]],
    "empty": "",
    "words": "a.txt!",
    "no JSON": "[",
    "deep": "[" * 4_000,
    "long": "x" * 1_000_000,
    "null": "null",
    "an odd character": "\0",
    "half a character": "\ud800",
    "a path": "../../etc/passwd",
    "an absolute path": "/etc/passwd",
    "an address": "file:///etc/passwd",
}


def sent(source: object, start: object = START, end: object = PLACE.end, *more: object) -> str:
    first, last, digest = more or (None, None, PLACE.digest)
    return json.dumps([source, start, end, first, last, digest])


PLACES: dict[str, tuple[object, str]] = {
    **{name: (scrap, "gone") for name, scrap in SCRAPS.items()},
    "another document's name": (sent("b.txt"), "gone"),
    "up and away": (sent("../../etc/passwd"), "gone"),
    "from the root": (sent("/etc/passwd"), "gone"),
    "around": (sent("sub/../a.txt"), "gone"),
    "itself": (sent("./a.txt"), "gone"),
    "in capitals": (sent("A.TXT"), "gone"),
    "with a wildcard": (sent("%.txt"), "gone"),
    "a zero": (sent("a.txt\0"), "gone"),
    "half a name": (sent("\ud800"), "gone"),
    "a source that is no text": (sent(5), "gone"),
    "an offset in words": (sent("a.txt", str(START)), "gone"),
    "half an offset": (sent("a.txt", START + 0.0), "gone"),
    "half a highlight": (sent("a.txt", START, PLACE.end, 3, None, PLACE.digest), "gone"),
    "a field less": (json.dumps(["a.txt", START, PLACE.end, None, None]), "gone"),
    "a field more": (json.dumps([*json.loads(str(PLACE)), 1]), "gone"),
    "shifted": (sent("a.txt", START + 1, PLACE.end + 1), "changed"),
    "shorter": (sent("a.txt", START, PLACE.end - 1), "changed"),
    "everything": (sent("a.txt", 0, len(TEXTS["a.txt"])), "changed"),
    "before": (sent("a.txt", -5, -1), "changed"),
    "from the end": (sent("a.txt", START - len(TEXTS["a.txt"]), len(TEXTS["a.txt"])), "changed"),
    "beyond": (sent("a.txt", 0, 10**30), "changed"),
    "backwards": (sent("a.txt", PLACE.end, START), "changed"),
    "empty span": (sent("a.txt", START, START), "changed"),
    "other words": (sent("a.txt", START, PLACE.end, None, None, "0" * 16), "changed"),
    "no digest": (sent("a.txt", START, PLACE.end, None, None, ""), "changed"),
}
wrong_places = pytest.mark.parametrize(("place", "said"), PLACES.values(), ids=PLACES)
scraps = pytest.mark.parametrize("scrap", SCRAPS.values(), ids=SCRAPS)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    build(write(folder / "docs", TEXTS), folder / "ix", WordEncoder())
    return folder


@pytest.fixture(scope="module")
def index(built: Path) -> Index:
    """An index for those tests that change nothing."""
    return Index.open(built / "ix", WordEncoder())


@pytest.fixture
def own(built: Path, tmp_path: Path) -> tuple[Index, Path]:
    """An index and its documents, to be changed."""
    docs = write(tmp_path / "docs", TEXTS)
    build(docs, tmp_path / "ix", WordEncoder())
    return Index.open(tmp_path / "ix", WordEncoder()), docs


class Damaged:
    """An index that cannot be read any more."""

    folder = Path("nowhere")

    def document(self, source: str) -> Document:
        raise IndexDamagedError("the index at <b>here</b> is damaged")

    def check(self, places: object) -> object:
        raise IndexDamagedError("the index at <b>here</b> is damaged")


DAMAGED = cast(Index, Damaged())


# Sources.


def test_of_repeated_words_those_that_were_cited_are_marked(index: Index) -> None:
    opened = open_source(index, str(PLACE), WORDS)
    shown = Reading(opened["html"])
    assert opened["state"] == "done"
    assert shown.inside["div.text"] == TEXTS["a.txt"]
    assert shown.inside["mark.quoted"] == REPEATED
    assert shown.begins["mark.quoted"] - shown.begins["div.text"] == START
    [article] = shown.all("article")
    assert (article["data-start"], article["data-end"]) == (str(START), str(PLACE.end))
    assert article["lang"] == "fr"


@wrong_places
def test_only_what_was_quoted_can_be_opened(index: Index, place: object, said: str) -> None:
    opened = open_source(index, place, WORDS)
    assert opened["state"] == "fault"
    shown = Reading(opened["html"])
    assert shown.inside["p.notice fault"] == getattr(WORDS, said)
    assert "phare" not in shown.text


def test_a_document_that_has_changed_is_not_opened_at_the_old_place(
    own: tuple[Index, Path],
) -> None:
    index, docs = own
    write(docs, {"a.txt": TEXTS["a.txt"].replace("Rien", "Presque rien")})
    build(docs, index.folder, WordEncoder())
    assert WORDS.changed in Reading(open_source(index, str(PLACE), WORDS)["html"]).text
    assert open_source(index, str(OTHER), WORDS)["state"] == "done"
    (docs / "a.txt").unlink()
    build(docs, index.folder, WordEncoder())
    assert WORDS.gone in Reading(open_source(index, str(PLACE), WORDS)["html"]).text


def test_an_index_that_is_not_there_opens_nothing() -> None:
    for opened in (open_source(None, str(PLACE), WORDS), open_document(None, "a.txt", WORDS)):
        assert opened["state"] == "fault"
        assert WORDS.gone in Reading(opened["html"]).text


def test_a_fault_of_the_index_is_said(index: Index) -> None:
    for opened in (open_source(DAMAGED, str(PLACE), WORDS), open_document(DAMAGED, "a", WORDS)):
        assert opened["state"] == "fault"
        said = Reading(opened["html"]).inside["p.notice fault"]
        assert said == f"{WORDS.failed} the index at <b>here</b> is damaged"


def test_a_source_names_the_documents_that_print_the_same(own: tuple[Index, Path]) -> None:
    index, docs = own
    news = (
        "Le phare de Conakry est rallumé. Les quarante pêcheurs du port ont salué mardi soir la "
        "remise des clefs par le ministre Alpha Camara à son homologue du Cap-Vert."
    )
    copies = {"n1.txt": f"date 2024\n{news} Fin.", "n2.txt": f"date 2025\n{news.upper()}"}
    build(write(docs, copies), index.folder, WordEncoder())
    document = index.document("n1.txt")
    assert document
    start = document.text.index(news)

    def listed(end: int) -> str:
        cited = Citation(1, "n1.txt", "", None, "fr", start, end, document.text[start:end])
        opened = open_source(index, str(Place.of(cited)), WORDS)
        return Reading(opened["html"]).inside["dl.None"]

    assert f"{WORDS.reprints}n2.txt" in listed(start + len(news))
    assert WORDS.reprints not in listed(len(document.text))
    whole = Reading(open_document(index, "n1.txt", WORDS)["html"])
    assert f"{WORDS.reprints}n2.txt" in whole.inside["dl.None"]


def test_a_whole_document_is_opened_without_a_mark(index: Index) -> None:
    opened = open_document(index, "sub/b.txt", WORDS)
    shown = Reading(opened["html"])
    assert opened["state"] == "done"
    assert shown.inside["div.text"] == TEXTS["sub/b.txt"]
    assert "mark" not in shown.tags
    assert "data-start" not in shown.all("article")[0]


@scraps
def test_only_documents_of_the_index_can_be_opened(index: Index, scrap: object) -> None:
    opened = open_document(index, scrap, WORDS)
    assert opened["state"] == "fault"
    assert Reading(opened["html"]).inside["p.notice fault"] == WORDS.gone


# Why a sentence was chosen.


def met(term: str) -> Met:
    return Met(term, "autre", How.SOUND)


def candidate(
    document: Document, start: int, read: Read | None = None, matched: tuple[Met, ...] = ()
) -> Candidate:
    end = start + len(REPEATED)
    passage = Passage(document, 0, len(document.text), (), document.language)
    hit = Hit(passage, 0.5, 0.8125, 0.7, None, np.zeros((1, 1), np.float32))
    evidence = Evidence(0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.0)
    return Candidate(hit, Span(start, end), 1.0, None, evidence, matched, read)


@dataclass
class Traces:
    """Stands for `trace`: made-up candidates, and what was asked."""

    candidates: tuple[Candidate, ...] = ()
    told: tuple[Citation, ...] = ()
    fault: Exception | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, question: str, **more: Any) -> SimpleNamespace:
        self.asked.append((question, more))
        if self.fault:
            raise self.fault
        answer = SimpleNamespace(citations=self.told)
        return SimpleNamespace(candidates=self.candidates, answer=answer)


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch, index: Index) -> Traces:
    a, b = index.document("a.txt"), index.document("sub/b.txt")
    assert a
    assert b
    others = candidate(b, 0, matched=(met("b"),)), candidate(a, TEXTS["a.txt"].index(REPEATED))
    cited = candidate(a, START, Read(1.25, -0.5), (met("phare"), met("<b>accord</b>")))
    traces = Traces((*others, cited))
    monkeypatch.setattr(beside, "trace", traces)
    return traces


def why_of(place: Place, index: Index, turn: Turn = TURN) -> str:
    return Reading(why(index, str(place), str(turn), WORDS)).text


def test_of_sentences_alike_the_one_at_the_same_place_is_explained(
    index: Index, traces: Traces
) -> None:
    said = why_of(PLACE, index)
    rank = WORDS.place.format(number=3, count=3)
    assert said == (
        f"{WORDS.why_rank}{rank}{WORDS.why_span}+1.25{WORDS.why_answerable}-0.50"
        f"{WORDS.why_dense}0.812{WORDS.why_words}phare, <b>accord</b>"
    )
    first = WORDS.place.format(number=1, count=3)
    assert why_of(OTHER, index) == (
        f"{WORDS.why_rank}{first}{WORDS.confidence}0.90{WORDS.why_dense}0.812{WORDS.why_words}b"
    )


def test_a_sentence_without_a_word_of_the_question_says_so(index: Index, traces: Traces) -> None:
    before = Place("a.txt", TEXTS["a.txt"].index(REPEATED), 0, None, "")
    before = replace(before, end=before.start + len(REPEATED))
    assert why_of(before, index).endswith(f"{WORDS.why_words}—")


def test_a_sentence_of_a_story_says_that_it_was_not_read_for_an_answer(
    index: Index, traces: Traces
) -> None:
    cited = Citation(1, PLACE.source, "", None, "fr", PLACE.start, PLACE.end, REPEATED)
    traces.candidates, traces.told = (), (cited,)
    assert why_of(Place.of(cited), index) == f"{WORDS.why}{WORDS.why_told}"
    assert why_of(OTHER, index) == f"{WORDS.why}{WORDS.why_gone}"


def test_the_question_is_read_again_as_it_was_understood(index: Index, traces: Traces) -> None:
    restricted = ("language:fr", "document:a.txt", "2022..")
    why_of(PLACE, index, replace(TURN, restricted=restricted))
    why_of(PLACE, index)
    nothing = {"index": index, "period": None, "sources": None, "languages": None}
    within = {"period": ("2022", None), "sources": ("a.txt",), "languages": ("fr",)}
    assert traces.asked == [("Qui ? Et là ?", nothing | within), ("Qui ? Et là ?", nothing)]


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, start=START + 1),
        replace(PLACE, end=PLACE.end - 1),
        replace(PLACE, source="c.txt"),
        replace(OTHER, start=START, end=PLACE.end),
    ],
    ids=["start", "end", "source", "another document"],
)
def test_what_is_not_found_for_the_question_any_more_is_not_explained(
    place: Place, index: Index, traces: Traces
) -> None:
    assert why_of(place, index) == f"{WORDS.why}{WORDS.why_gone}"


def test_what_cannot_be_asked_again_is_not_explained(index: Index, traces: Traces) -> None:
    traces.fault = QuestionError("too long")
    assert why_of(PLACE, index) == f"{WORDS.why}{WORDS.why_gone}"
    restricted = replace(TURN, restricted=("no period",))
    assert why_of(PLACE, index, restricted) == f"{WORDS.why}{WORDS.why_gone}"
    assert len(traces.asked) == 1


def test_a_fault_is_said_where_the_reason_for_a_sentence_would_stand(
    index: Index, traces: Traces
) -> None:
    traces.fault = EntenteError("no <index>")
    assert why_of(PLACE, index) == f"{WORDS.failed}no <index>"


@scraps
def test_nothing_is_asked_for_anything_else(index: Index, traces: Traces, scrap: object) -> None:
    none = Reading(why(None, str(PLACE), str(TURN), WORDS)).text
    assert none == f"{WORDS.why}{WORDS.why_gone}"
    for place, turn in ((scrap, str(TURN)), (str(PLACE), scrap), (scrap, scrap)):
        assert Reading(why(index, place, turn, WORDS)).text == none
    assert traces.asked == []


# Checking.


def test_quotes_are_compared_with_their_files(own: tuple[Index, Path]) -> None:
    index, docs = own
    collection = Collection(index, None)
    same = check(collection, [str(PLACE), str(OTHER)], WORDS)
    assert same["said"] == WORDS.checked.format(good=2, count=2)
    assert same["marks"] == ["same", "same"]
    assert same["names"] == [WORDS.check_same] * 2
    write(docs, {"a.txt": "É" + TEXTS["a.txt"]})
    (docs / "sub/b.txt").unlink()
    now = check(collection, [str(OTHER), str(PLACE), str(PLACE)], WORDS)
    assert now["said"] == WORDS.checked.format(good=0, count=3)
    assert now["marks"] == ["gone", "changed", "changed"]
    assert now["names"] == [WORDS.check_gone, WORDS.check_changed, WORDS.check_changed]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_came_of_a_check_is_said_in_the_windows_language(index: Index, language: str) -> None:
    words = words_in(language)
    shifted = replace(PLACE, start=START + 1)
    checked = check(Collection(index, None), [str(PLACE), str(shifted)], words)
    assert checked["said"] == words.checked.format(good=1, count=2)
    assert checked["names"] == [words.check_same, words.check_changed]


def test_only_so_many_quotes_are_checked_at_once(index: Index) -> None:
    checked = check(Collection(index, None), [str(PLACE)] * (QUOTES + 1), WORDS)
    assert len(checked["marks"]) == QUOTES


@scraps
def test_what_is_no_list_of_places_is_not_checked(index: Index, scrap: object) -> None:
    collection = Collection(index, None)
    for given in (scrap, [scrap], [str(PLACE), scrap]):
        assert check(collection, given, WORDS) == {"said": WORDS.gone, "marks": [], "names": []}


def test_places_outside_the_index_are_gone_and_no_file_is_read(own: tuple[Index, Path]) -> None:
    index, docs = own
    (docs.parent / "a.txt").write_text(TEXTS["a.txt"])
    for source in ("../a.txt", str(docs.parent / "a.txt"), "sub/../a.txt", "\ud800", "a\0"):
        assert check(Collection(index, None), [sent(source)], WORDS)["marks"] == ["gone"]


def test_nothing_is_checked_where_nothing_can_be_read() -> None:
    assert check(None, [str(PLACE)], WORDS) == {"said": WORDS.gone, "marks": [], "names": []}
    damaged = check(cast(Collection, Damaged()), [str(PLACE)], WORDS)
    assert (damaged["marks"], damaged["names"]) == ([], [])
    assert damaged["said"].startswith(f"{WORDS.failed} ")


# Reporting.


def test_a_report_holds_the_characters_of_the_document(own: tuple[Index, Path]) -> None:
    index, _ = own
    assert report(index, str(PLACE), str(TURN), WORDS) == WORDS.wrong_done
    [kept] = reports(index.folder).reports
    document = index.document("a.txt")
    assert document
    assert kept == Report(kept.when, "Et là ?", "a.txt", START, PLACE.end, REPEATED, document.title)
    assert kept.quote == document.text[kept.start : kept.end]
    assert abs(datetime.now(UTC) - datetime.fromisoformat(kept.when)) < timedelta(minutes=5)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """What is written down as reports."""
    kept: list[Report] = []
    monkeypatch.setattr(beside, "record", lambda folder, one: kept.append(one))
    return kept


@wrong_places
def test_nothing_else_is_reported(
    index: Index, written: list[Report], place: object, said: str
) -> None:
    assert report(index, place, str(TURN), WORDS) == getattr(WORDS, said)
    assert written == []


@scraps
def test_a_report_needs_the_turn_that_it_is_about(
    index: Index, written: list[Report], scrap: object
) -> None:
    assert report(index, str(PLACE), scrap, WORDS) == WORDS.gone
    assert report(None, str(PLACE), str(TURN), WORDS) == WORDS.gone
    assert written == []


def test_what_cannot_be_written_is_said(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path, one: Report) -> None:
        assert folder == index.folder
        raise ReportError("the file is full")

    monkeypatch.setattr(beside, "record", full)
    assert report(index, str(PLACE), str(TURN), WORDS) == "the file is full"
    assert "damaged" in report(DAMAGED, str(PLACE), str(TURN), WORDS)


# Taking away.

SECOND = replace(TURN, answer=replace(ANSWER, question="=1+1"))


@pytest.mark.parametrize("name", FORMATS)
def test_turns_are_taken_away_in_each_format(name: str) -> None:
    form = FORMATS[name]
    for turns in ([TURN], [SECOND, TURN]):
        file = export([str(turn) for turn in turns], name)
        written = form.write([turn.answer for turn in turns])
        assert file == {
            "name": f"entente{form.suffix}",
            "type": form.media_type,
            "text": ("\ufeff" if name == "csv" else "") + written,
        }


def test_suffixes_and_media_types_are_those_of_the_formats() -> None:
    files = [export([str(TURN)], name) for name in ("markdown", "bibtex", "ris", "csv", "plain")]
    assert [file["name"] for file in files] == [
        "entente.md", "entente.bib", "entente.ris", "entente.csv", "entente.txt",
    ]  # fmt: skip
    assert [file["type"] for file in files] == [
        "text/markdown",
        "application/x-bibtex",
        "application/x-research-info-systems",
        "text/csv",
        "text/plain",
    ]


def test_a_quote_is_taken_away_as_it_stands() -> None:
    file = export([str(SECOND), str(TURN)], "csv")
    rows = list(csv.DictReader(io.StringIO(file["text"].removeprefix("\ufeff"), newline="")))
    assert [row["quote"] for row in rows] == [REPEATED, REPEATED]
    assert [row["question"] for row in rows] == ["'=1+1", "Et là ?"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_quote_can_be_taken_away(text: str) -> None:
    quoted = replace(CITED, quote=text, title=text, start=0, end=len(text))
    turn = replace(TURN, answer=replace(ANSWER, citations=(quoted,)))
    for name, form in FORMATS.items():
        assert export([str(turn)], name)["text"].endswith(form.write([turn.answer]))


@pytest.mark.parametrize("name", ["", "pdf", "CSV", "csv ", None, 5, True, ["csv"], {"csv": 1}])
def test_there_are_no_other_formats(name: object) -> None:
    assert export([str(TURN)], name) == {"name": "", "type": "", "text": ""}


@scraps
def test_what_is_no_turn_is_not_taken_away(scrap: object) -> None:
    for forged in (scrap, [scrap], [], {"0": str(TURN)}, str(TURN)):
        assert export(forged, "csv") == {"name": "", "type": "", "text": ""}
    assert export([scrap, str(TURN), scrap], "csv") == export([str(TURN)], "csv")


def test_no_more_turns_are_taken_away_than_are_kept() -> None:
    file = export([str(TURN)] * (KEPT + 1), "csv")
    assert file["text"].count(REPEATED) == KEPT
