"""`python -m qa`: its output, its JSON, its explanation and its faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from wordy import write

import qa.pipeline
from index import Encoder, build
from qa import Answer, Citation, Reprint, answer
from qa.cli import main
from qa.export import FORMATS

TEXTS = {
    "a.txt": "date 2024-05\nMinister Ana Sousa signed two agreements in Maputo on Monday.",
    "b.txt": "The delegations of the two countries spoke in Maputo about fisheries and energy.",
}
QUESTION = "Who signed two agreements in Maputo on Monday?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    place = tmp_path_factory.mktemp("cli")
    build(write(place / "docs", TEXTS), place / "ix", encoder)
    return place / "ix"


def test_an_answer_is_printed_with_its_source(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([QUESTION, "--index", str(index)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Minister Ana Sousa signed two agreements in Maputo on Monday. [1]"
    assert lines[2].startswith("[1] ")
    assert lines[2].endswith("· 2024-05 · a.txt")
    assert lines[3].startswith("confidence 0.")


def test_the_page_and_the_reprints_of_a_citation_are_printed(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reprints = (
        Reprint("c.txt", "T", "2024-05-02", "APS"),
        Reprint("d\n.txt", "T", None, None),
    )
    cited = [
        Citation(1, "a.pdf", "A", None, "en", 0, 3, "One", page=12, reprints=reprints),
        Citation(2, "b.txt", "B", "2024", "en", 0, 3, "Two"),
    ]
    told = Answer(QUESTION, "en", "", None, tuple(cited), 0.9, False, None, ())
    monkeypatch.setattr(qa.pipeline, "trace", lambda *_, **__: SimpleNamespace(answer=told))
    assert main([QUESTION, "--index", str(index)]) == 0
    assert capsys.readouterr().out.splitlines()[2:5] == [
        "[1] A · undated · a.pdf · p. 12",
        "    also in: APS · 2024-05-02 · c.txt; d\\n.txt",
        "[2] B · 2024 · b.txt",
    ]


def test_of_a_reprinted_dispatch_the_first_print_is_cited_and_the_others_are_named(
    tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    news = (
        "Minister Ana Sousa signed two agreements in Maputo on Monday. They concern fishing in "
        "the Mozambique Channel and the training of 40 port officers, the ministry said."
    )
    # So much more that the two are found as passages of their own.
    more = "Mozambique exported shrimp worth 90 million dollars to southern Europe during 2023."
    docs = {
        "copy.txt": f"date 2024-05-08\n{news} {more}",
        "first.txt": f"date 2024-05-07\n{news.upper()}",
        "other.txt": "The delegations of the two countries spoke in Maputo about energy.",
    }
    build(write(tmp_path / "docs", docs), tmp_path / "ix", encoder)
    assert main([QUESTION, "--index", str(tmp_path / "ix"), "--json"]) == 0
    (citation,) = json.loads(capsys.readouterr().out)["citations"]
    assert citation["source"] == "first.txt"
    assert [one["source"] for one in citation["reprints"]] == ["copy.txt"]
    assert citation["page"] is None


def test_json_is_the_answer(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION, "--index", str(index), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    text = (index.parent / "docs" / "a.txt").read_text("utf-8")
    (citation,) = printed["citations"]
    assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert "explanation" not in printed


def test_json_explained_has_every_candidate(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([QUESTION, "--index", str(index), "--json", "--explain"]) == 0
    explained = json.loads(capsys.readouterr().out)["explanation"]
    assert len(explained["candidates"]) == 2
    for candidate in explained["candidates"]:
        assert {"score", "dense", "bm25", "fused", "sentence", "matched"} <= candidate.keys()
    assert "Sousa" not in [term["text"] for term in explained["terms"]]
    assert "so candidate 1 answers" in explained["decision"]


def test_the_explanation_names_scores_words_and_the_decision(
    index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([QUESTION, "--index", str(index), "--explain"]) == 0
    printed = capsys.readouterr().out
    assert "understood as (en): " + QUESTION in printed
    assert "words met: Maputo, signed, two, agreements, Monday" in printed
    assert "a.txt:13" in printed
    assert "b.txt:0" in printed
    assert "decision: confidence" in printed


PRESS = {
    "fr.txt": "Le ministre azerbaïdjanais Djeyhoun Baïramov a reçu l'ambassadeur à Bakou jeudi.",
    "other.txt": "Les deux délégations ont signé un accord sur la pêche en haute mer.",
}


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    place = tmp_path_factory.mktemp("press")
    build(write(place / "docs", PRESS), place / "ix", encoder)
    return place / "ix"


@pytest.mark.parametrize(
    ("question", "looked_for", "met"),
    [
        ("Кто такой Байрамов?", "Байрамов → bairam/BAIRAMUF", "Байрамов ~ Baïramov (sound)"),
        (
            "Кого принял азербайджанский министр?",
            "азербайджанский → countryaz",
            "азербайджанский ~ azerbaïdjanais (name)",
        ),
        (
            "Qui a reçu l'ambasadeur ?",
            ", perhaps ambassadeur (",
            "ambasadeur ~ ambassadeur (spelling)",
        ),
    ],
    ids=["sound", "name", "spelling"],
)
def test_the_explanation_says_which_word_met_which_and_how(
    question: str, looked_for: str, met: str, press: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([question, "--index", str(press), "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (words,) = (line for line in lines if line.startswith("words looked for"))
    assert looked_for in words
    assert any(met in line for line in lines if line.startswith("     words met: "))
    assert main([question, "--index", str(press), "--explain", "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)["explanation"]
    term, _, rest = met.partition(" ~ ")
    word, how = rest.rstrip(")").split(" (")
    matched = [meeting for c in explained["candidates"] for meeting in c["matched"]]
    assert {"term": term, "word": word, "how": how} in matched


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_the_export_of_the_answer_byte_for_byte(
    name: str, index: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main([QUESTION, "--index", str(index), "--format", name]) == 0
    printed = capsysbinary.readouterr().out
    assert printed == FORMATS[name].write([answer(QUESTION, index=index)]).encode()
    assert b"Minister Ana Sousa signed two agreements in Maputo on Monday." in printed


def test_json_is_a_format_too(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([QUESTION, "--index", str(index), "--json", "--explain"]) == 0
    printed = capsys.readouterr().out
    assert main([QUESTION, "--index", str(index), "--format", "json", "--explain"]) == 0
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "word"], "invalid choice: 'word'"),
        (["--format", "ris", "--json"], "not allowed with argument"),
        (["--format", "ris", "--explain"], "--explain explains in words or in JSON, not in ris"),
    ],
    ids=["unknown", "two", "explained"],
)
def test_formats_that_cannot_be_are_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([QUESTION, *arguments])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err


def test_an_abstention_is_a_result(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["What is the boiling point of tungsten?", "--index", str(index)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "The documents do not answer this question."
    assert second.startswith("(")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([""], "error: the question is empty"),
        (["x" * 20_000], "error: the question has 20,000 characters; at most 2,000 are read"),
        (["Who?", "--index", "nowhere"], "error: no index at "),
        (["Who?", "--period", "soon"], "error: the period 'soon' cannot be read"),
        (["Who?", "--period", "2024..2023"], "error: the period"),
    ],
    ids=["empty", "long", "no index", "period", "backward period"],
)
def test_a_fault_is_one_line(
    arguments: list[str], line: str, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = arguments if "--index" in arguments else [*arguments, "--index", str(index)]
    assert main(given) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(line)
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("filters", "answered"),
    [
        (["--period", "2024"], True),
        (["--period", "2023..2024-05"], True),
        (["--period", "..2023"], False),
        (["--source", "a.txt"], True),
        (["--source", "b.txt"], False),
        (["--language", "en"], True),
        (["--language", "fr"], False),
    ],
    ids=str,
)
def test_filters(
    filters: list[str], answered: bool, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([QUESTION, "--index", str(index), *filters]) == 0
    assert ("Ana Sousa" in capsys.readouterr().out) is answered


def test_help_needs_no_model() -> None:
    loaded = (
        "import sys, contextlib, qa.cli\n"
        "with contextlib.suppress(SystemExit): qa.cli.main(['--help'])\n"
        "print(sorted({'torch', 'gradio', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_answer_needs_neither_sentence_transformers_nor_gradio(index: Path) -> None:
    loaded = (
        f"import sys, qa\nqa.answer({QUESTION!r}, index={str(index)!r})\n"
        "print(sorted({'gradio', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
