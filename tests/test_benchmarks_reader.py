"""The reader's benchmark on a model that says what it is told to, by values worked out by hand."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks import reader
from index import Encoder
from index.encoder import BundledEncoder
from qa.reader.model import SpanModel
from qa.reader.network import SpanNetwork
from qa.reader.pairs import Tokens
from qa.reader.spans import Reading as Seen
from qa.reader.train.squad import Reading

ENGLISH = "The treaty was signed in the old Lisbon palace on 5 May 2024. It has ten articles."
FRENCH = "Le traité a été signé dans le vieux palais de Lisbonne le 5 mai 2024."
UNLIKELY = -100.0

# Question → the answers in its file, and what the model gives with which score.
QUESTIONS = {
    "where": (["Lisbon", "Lisbon palace"], "the old Lisbon palace", 4.0),  # F1 4/5 with the second
    "which": (["old Lisbon palace"], "the old Lisbon palace", 2.0),  # right but for the article
    "when": (["5 May 2024"], "5 May 2024.", -1.0),  # right, but it would be refused
    "what": (["treaty"], "signed", 1.0),  # wrong
    "refused": ([], "palace", -2.0),
    "even": ([], "palace", 0.0),
    "fooled": ([], "palace", 2.0),
}


@dataclass
class Told:
    """A model that gives `answers`, question → (span, score), as a network would: token by token,
    a word being a token. It remembers what it was given to read."""

    answers: dict[str, tuple[str, float]]
    given: list[tuple[str, str, str]] = field(default_factory=list)

    def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Seen]:
        self.given += pairs
        return [self._seen(text, *self.answers[question]) for question, _, text in pairs]

    def _seen(self, text: str, answer: str, score: float) -> Seen:
        offsets = tuple(match.span() for match in re.finditer(r"[\w]+|[^\w\s]", text))
        tokens = Tokens(tuple(range(len(offsets))), offsets)
        starts, ends = (np.full(len(offsets), UNLIKELY, np.float32) for _ in range(2))
        if offsets:
            at = text.index(answer)
            first, last = tokens.covering(at, at + len(answer)) or (0, 0)
            starts[first], ends[last] = score - 8, 8  # their sum counts
        return Seen(tokens, starts, ends, answerable=-score)

    @property
    def asked(self) -> list[str]:
        """The questions, without the one that warms the model."""
        return [question for question, *_ in self.given[1:]]


def told() -> Told:
    return Told({question: (span, score) for question, (_, span, score) in QUESTIONS.items()})


def asked(name: str, context: str, golds: Sequence[str], question: str = "") -> dict[str, Any]:
    answers = [{"text": gold, "answer_start": context.index(gold)} for gold in golds]
    return {"id": f"id-{name}", "question": question or name, "answers": answers}


def written(path: Path, *paragraphs: tuple[str, list[dict[str, Any]]]) -> str:
    articles = [
        {"title": "A title", "paragraphs": [{"context": context, "qas": qas}]}
        for context, qas in paragraphs
    ]
    path.write_text(json.dumps({"data": articles}), "utf-8")
    return str(path)


def english(folder: Path, *names: str) -> str:
    """A file of these questions over the English context."""
    qas = [asked(name, ENGLISH, QUESTIONS[name][0]) for name in names]
    return written(folder / "english.json", (ENGLISH, qas))


def measured(
    capsys: pytest.CaptureFixture[str], model: reader.Model, *arguments: str
) -> dict[str, Any]:
    assert reader.main([*arguments, "--json"], model) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


class TestFigures:
    def test_of_right_wrong_and_unanswerable(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        model = told()
        found = measured(capsys, model, english(tmp_path, *QUESTIONS))
        assert model.asked == list(QUESTIONS)
        assert {tuple(passage) for _, *passage in model.given} == {("", ENGLISH)}
        assert (found["questions"], found["answerable"], found["left_out"]) == (7, 4, 0)
        assert found["language"] == "en"
        assert found["exact"] == pytest.approx(100 * (0 + 1 + 1 + 0) / 4)
        assert found["f1"] == pytest.approx(100 * (0.8 + 1 + 1 + 0) / 4)
        # «when» is refused and loses its point, «refused» gains one, «even» is answered.
        assert found["exact_with_refusals"] == pytest.approx(100 * (0 + 1 + 0 + 0 + 1 + 0 + 0) / 7)
        assert found["f1_with_refusals"] == pytest.approx(100 * (0.8 + 1 + 0 + 0 + 1 + 0 + 0) / 7)
        # Of 4, 2, -1, 1 against -2, 0, 2: all three, two and a tie, one, two.
        assert found["auroc"] == pytest.approx((3 + 2.5 + 1 + 2) / 12)

    def test_a_score_of_0_is_even_and_the_span_is_given(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = english(tmp_path, "which")
        for score, right in ((0.0, 100.0), (-0.5, 0.0)):
            found = measured(capsys, Told({"which": ("the old Lisbon palace", score)}), path)
            assert found["exact"] == found["f1"] == 100.0
            assert found["exact_with_refusals"] == found["f1_with_refusals"] == right

    @pytest.mark.parametrize(
        ("names", "figures"),
        [
            (["which", "when"], {"exact": 100, "f1": 100, "auroc": None}),
            (["refused", "even"], {"exact": None, "f1": None, "auroc": None}),
            (["when", "refused"], {"exact": 100, "f1": 100, "auroc": 1}),
            (["when", "fooled"], {"exact": 100, "f1": 100, "auroc": 0}),
        ],
        ids=["answerable", "unanswerable", "told apart", "taken for one another"],
    )
    def test_of_one_kind_of_question(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        names: list[str],
        figures: dict[str, float | None],
    ) -> None:
        found = measured(capsys, told(), english(tmp_path, *names))
        assert {name: found[name] for name in figures} == figures

    def test_a_context_without_a_token_has_no_answer(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        blank = asked("refused", " ", [])
        which = asked("which", ENGLISH, QUESTIONS["which"][0])
        path = written(tmp_path / "a.json", (" ", [blank]), (ENGLISH, [which]))
        found = measured(capsys, told(), path)
        assert found["exact_with_refusals"] == 100
        assert found["auroc"] == 1

    def test_the_first_reading_is_not_timed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = SimpleNamespace(now=0.0, takes=[9.0, 0.5, 1.0, 1.5])

        class Slow(Told):
            def read(self, pairs: Sequence[tuple[str, str, str]]) -> list[Seen]:
                clock.now += clock.takes.pop(0)
                return super().read(pairs)

        monkeypatch.setattr(reader, "time", SimpleNamespace(perf_counter=lambda: clock.now))
        readings = [Reading("1", "which", ENGLISH, "", "en", ())] * 3
        found = reader.summarise(reader.judge(Slow(told().answers), readings), 0, "a machine")
        assert found.seconds == 1.0
        assert found.machine == "a machine"


class TestLanguage:
    def test_decides_which_articles_do_not_count(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = english(tmp_path, "which")
        assert measured(capsys, told(), path)["exact"] == 100
        found = measured(capsys, told(), path, "--language", "fr")
        assert found["language"] == "fr"
        assert found["exact"] == 0
        assert found["f1"] == pytest.approx(100 * 2 * 3 / (4 + 3))

    def test_is_that_of_most_contexts_and_not_the_file_name(self, tmp_path: Path) -> None:
        texts = [FRENCH, FRENCH, FRENCH, ENGLISH, f"{ENGLISH} It was long."]
        readings = [Reading(str(n), "?", text, "", "ar", ()) for n, text in enumerate(texts)]
        assert reader.language_among(readings) == "en"
        assert reader.language_among(readings[:3]) == "fr"

    def test_contexts_without_letters_do_not_decide(self) -> None:
        readings = [Reading(text, "?", text, "", "ar", ()) for text in ("1", " ", ENGLISH)]
        assert reader.language_among(readings) == "en"
        assert reader.language_among(readings[:2]) == "und"


class TestCrossed:
    def test_questions_are_read_over_the_other_file(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ours = written(
            tmp_path / "fr.json",
            (
                FRENCH,
                [
                    asked("missing", FRENCH, ["traité"], "Quoi ?"),
                    asked("which", FRENCH, ["vieux palais"], "Quel palais ?"),
                    asked("when", FRENCH, ["5 mai 2024"], "Quand ?"),
                    asked("refused", FRENCH, ["mai"], "Quel mois ?"),
                ],
            ),
        )
        theirs = english(tmp_path, "refused", "fooled", "when", "which")
        model = Told(
            {
                "Quel palais ?": ("the old Lisbon palace", 3.0),
                "Quand ?": ("treaty", 1.0),
                "Quel mois ?": ("May", -1.0),
            }
        )
        found = measured(capsys, model, ours, "--contexts-from", theirs)
        assert model.asked == ["Quel palais ?", "Quand ?", "Quel mois ?"]
        assert {tuple(passage) for _, *passage in model.given} == {("", ENGLISH)}
        assert (found["questions"], found["answerable"], found["left_out"]) == (3, 2, 1)
        assert found["language"] == "en"
        assert found["exact"] == found["f1"] == 50
        assert found["exact_with_refusals"] == pytest.approx(200 / 3)
        assert found["auroc"] == 1

    def test_an_answer_that_is_not_where_it_should_be_leaves_its_question_out(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        moved = asked("when", ENGLISH, ["5 May 2024"])
        moved["answers"][0]["answer_start"] = 0
        qas = [moved, asked("which", ENGLISH, ["old Lisbon palace"])]
        theirs = written(tmp_path / "moved.json", (ENGLISH, qas))
        ours = english(tmp_path, "which", "when")
        found = measured(capsys, told(), ours, "--contexts-from", theirs)
        assert (found["questions"], found["left_out"]) == (1, 1)

    def test_files_without_a_common_id_are_one_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ours = english(tmp_path, "which")
        theirs = written(tmp_path / "b.json", (ENGLISH, [asked("when", ENGLISH, [])]))
        assert reader.main([ours, "--contexts-from", theirs], told()) == 1
        said = capsys.readouterr()
        assert said.err == f"error: {ours} and {theirs} have no question's id in common\n"
        assert said.out == ""


class TestLimit:
    @pytest.mark.parametrize(
        ("limit", "names"),
        [
            (2, ["where", "when"]),
            (3, ["where", "which", "when"]),
            (9, ["where", "which", "when", "what"]),
        ],
    )
    def test_questions_are_spread(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], limit: int, names: list[str]
    ) -> None:
        model = told()
        path = english(tmp_path, "where", "which", "when", "what")
        found = measured(capsys, model, path, "--limit", str(limit))
        assert model.asked == names
        assert found["questions"] == len(names)

    def test_is_of_the_questions_that_both_files_have(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        qas = [asked(name, ENGLISH, []) for name in ("when", "what")]
        theirs = written(tmp_path / "b.json", (ENGLISH, qas))
        model = told()
        ours = english(tmp_path, "where", "which", "when", "what")
        found = measured(capsys, model, ours, "--contexts-from", theirs, "--limit", "2")
        assert model.asked == ["when", "what"]
        assert (found["questions"], found["left_out"]) == (2, 2)

    @pytest.mark.parametrize("limit", ["0", "-1"])
    def test_of_nothing_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], limit: str
    ) -> None:
        with pytest.raises(SystemExit) as left:
            reader.main([english(tmp_path, "when"), "--limit", limit], told())
        assert left.value.code == 2
        assert f"--limit {limit}; expected 1 or more" in capsys.readouterr().err


class TestFaults:
    @pytest.mark.parametrize("second", [False, True], ids=["first file", "second file"])
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "No such file or directory"),
            (b"{", "is not SQuAD JSON"),
            (b"\xff\xfe", "cannot read"),
            (b"[]", "is not SQuAD JSON"),
            (b'{"rows": []}', "is not SQuAD JSON"),
            (b'{"data": ["x"]}', "cannot read"),
            (b'{"data": [{"paragraphs": [{"context": "a", "qas": [{"id": 1}]}]}]}', "answers"),
            (b'{"data": []}', "holds no question"),
        ],
        ids=["missing", "cut", "binary", "list", "other", "strings", "unanswered", "empty"],
    )
    def test_are_one_line_that_names_the_file(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        content: bytes | None,
        message: str,
        second: bool,
    ) -> None:
        path = tmp_path / "bad.json"
        if content is not None:
            path.write_bytes(content)
        good = [english(tmp_path, "when"), "--contexts-from"] if second else []
        assert reader.main([*good, str(path)], told()) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1
        assert str(path) in said.err
        assert message in said.err


class TestCommand:
    def test_prints_every_figure(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert reader.main([english(tmp_path, "where", "when")], told()) == 0
        rows = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
        shown = {name: value.strip() for name, value in rows}
        assert list(shown) == list(reader.Scores.__slots__)
        assert (shown["f1"], shown["auroc"], shown["questions"]) == ("90.000", "—", "2")

    def test_names_the_machine(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        cpu = tmp_path / "cpuinfo"
        cpu.write_text("processor\t: 0\nmodel name\t: Some Xeon\nmodel name\t: Other\n", "utf-8")
        threads = f", threads: {torch.get_num_threads()}"
        assert reader.machine_of(cpu) == f"Some Xeon{threads}"
        monkeypatch.setattr(platform, "processor", lambda: "")
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        assert reader.machine_of(tmp_path / "none") == f"riscv64{threads}"

    def test_reads_with_the_trained_reader_of_the_bundled_encoder(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        built = []

        def build(encoder: object) -> Told:
            built.append(encoder)
            return told()

        monkeypatch.setattr(reader, "SpanModel", build)
        assert reader.main([english(tmp_path, "when")]) == 0
        assert [type(encoder) for encoder in built] == [BundledEncoder]

    def test_a_real_network_that_knows_nothing(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoder: Encoder
    ) -> None:
        """With a head of zeros every span is even, and the first is the first token."""
        assert isinstance(encoder, BundledEncoder)
        model = SpanModel(encoder)
        model.network = SpanNetwork(encoder.network)
        for parameter in model.network.head.parameters():
            torch.nn.init.zeros_(parameter)
        context = "7 ministers met in Lisbon."
        qas = [asked("who", context, ["7"]), asked("why", context, [])]
        found = measured(capsys, model, written(tmp_path / "a.json", (context, qas)))
        assert found["exact"] == 100
        assert found["exact_with_refusals"] == 50
        assert found["auroc"] == 0.5
        assert found["seconds"] > 0
