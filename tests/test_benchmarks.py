"""The measures by values worked out by hand, and every benchmark from end to end on a tiny file."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import answers, metrics, parallel, retrieval, speed
from benchmarks.data import Asked, Expected, Squad, read_expected, read_squad, sample, table
from qa import Answer, Citation

CONTEXTS = {
    "fr": (
        "La quatrième session de la commission mixte s'est tenue à Alger en avril 2025.",
        "Le volcan Piton de la Fournaise se trouve sur l'île de La Réunion.",
        "Les abeilles font du miel avec le nectar des fleurs des champs.",
    ),
    "en": (
        "The fourth session of the joint commission was held in Algiers in April 2025.",
        "The volcano Piton de la Fournaise is on the island of Réunion.",
        "Bees make honey with the nectar of the flowers of the fields.",
    ),
}
QUESTIONS = {
    "fr": (
        "Où s'est tenue la quatrième session ?",
        "Où se trouve le Piton de la Fournaise ?",
        "Qui fait du miel ?",
    ),
    "en": (
        "Where was the fourth session held?",
        "Where is the Piton de la Fournaise?",
        "Who makes honey?",
    ),
}


def squad_file(folder: Path, language: str, first_id: int = 0) -> Path:
    """A SQuAD-format file of three contexts with one question each, and one without an answer."""
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": f"q{first_id + number}",
                    "question": question,
                    "answers": [{"text": context[:5], "answer_start": 0}],
                },
                {"id": f"none{number}", "question": "?", "answers": [], "is_impossible": True},
            ],
        }
        for number, (context, question) in enumerate(
            zip(CONTEXTS[language], QUESTIONS[language], strict=True)
        )
    ]
    path = folder / f"squad-{language}-{first_id}.json"
    path.write_text(json.dumps({"data": [{"title": "t", "paragraphs": paragraphs}]}), "utf-8")
    return path


def citation(source: str, quote: str, start: int = 0, number: int = 1) -> Citation:
    return Citation(number, source, "t", None, "fr", start, start + len(quote), quote)


def given(
    *citations: Citation, confidence: float, short: str | None = None, language: str = "fr"
) -> Answer:
    return Answer("?", language, "", short, citations, confidence, not citations, None, ())


class TestMetrics:
    @pytest.mark.parametrize(
        ("outer", "inner", "inside"),
        [
            ("le 22 avril 2025", "22 Avril", True),
            ("le 22 avril 2025", "2 avril", False),
            ("Bakou, capitale", "«Bakou»", True),
            ("Bakou", "", False),
            ("Bakou", "—", False),
        ],
    )
    def test_contains_compares_whole_words(self, outer: str, inner: str, inside: bool) -> None:
        assert metrics.contains(outer, inner) is inside

    def test_harmonic_mean(self) -> None:
        assert metrics.harmonic(0.5, 1.0) == pytest.approx(2 / 3)
        assert metrics.harmonic(0, 0) == 0

    @pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 3), (0.95, 4), (1, 5)])
    def test_percentile_is_one_of_the_values(self, share: float, value: float) -> None:
        assert metrics.percentile([5, 1, 4, 2, 3], share) == value

    def test_percentile_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no values"):
            metrics.percentile([], 0.5)

    def test_auroc_counts_pairs_and_half_of_ties(self) -> None:
        # Pairs (right, wrong): 0.9 beats 0.5 and 0.2; 0.5 ties with 0.5 and beats 0.2.
        assert metrics.auroc([0.9, 0.5, 0.5, 0.2], [True, True, False, False]) == 3.5 / 4

    def test_auroc_needs_both_kinds(self) -> None:
        assert metrics.auroc([0.9, 0.5], [True, True]) is None

    def test_calibration_error(self) -> None:
        # From 0.9: mean 0.95, all right, gap 0.05 of 2/4; from 0.6: half right, gap 0.1 of 2/4.
        error = metrics.calibration_error([0.9, 1.0, 0.6, 0.6], [True, True, True, False])
        assert error == pytest.approx(0.05 * 0.5 + 0.1 * 0.5)

    def test_calibration_error_of_nothing(self) -> None:
        assert metrics.calibration_error([], []) is None

    def test_calibration_error_refuses_what_is_no_probability(self) -> None:
        with pytest.raises(ValueError, match=r"1\.5"):
            metrics.calibration_error([1.5], [True])

    def test_risk_coverage(self) -> None:
        found = metrics.risk_coverage([0.3, 0.9, 0.8, 0.6], [False, True, True, False], 8, steps=2)
        assert found == [metrics.Risk(0.8, 0.25, 0.0), metrics.Risk(0.3, 0.5, 0.5)]

    def test_risk_coverage_of_fewer_answers_than_steps(self) -> None:
        assert metrics.risk_coverage([0.7], [True], 2) == [metrics.Risk(0.7, 0.5, 0.0)]
        assert metrics.risk_coverage([], [], 2) == []

    def test_ranks(self) -> None:
        ranks = [1, 2, None, 6, 11]
        assert metrics.hit_at(ranks, 1) == 0.2
        assert metrics.hit_at(ranks, 5) == 0.4
        assert metrics.reciprocal_rank(ranks, 10) == pytest.approx((1 + 1 / 2 + 1 / 6) / 5)


class TestData:
    def test_squad_contexts_are_kept_once_and_unanswerable_questions_left_out(
        self, tmp_path: Path
    ) -> None:
        path = squad_file(tmp_path, "fr")
        content = json.loads(path.read_text("utf-8"))
        content["data"] *= 2
        path.write_text(json.dumps(content), "utf-8")
        squad = read_squad(path)
        assert squad.contexts == CONTEXTS["fr"]
        assert [asked.context for asked in squad.asked] == [0, 1, 2] * 2

    def test_another_format_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "other.json"
        path.write_text('{"rows": []}', "utf-8")
        with pytest.raises(ValueError, match=r"other\.json is not in SQuAD's format"):
            read_squad(path)

    def test_a_bad_line_of_questions_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "questions.jsonl"
        path.write_text('\n{"id": "a"}\n', "utf-8")
        with pytest.raises(ValueError, match=r"questions\.jsonl, line 2"):
            read_expected(path)

    @pytest.mark.parametrize(
        ("limit", "places"), [(None, [0, 1, 2, 3]), (9, [0, 1, 2, 3]), (2, [0, 2])]
    )
    def test_sample_is_spread(self, limit: int | None, places: list[int]) -> None:
        asked = [Asked(str(n), "?", n) for n in range(4)]
        assert [one.context for one in sample(asked, limit)] == places

    def test_table_aligns_columns(self) -> None:
        assert table([("", "hit"), ("dense", 0.5), ("none", None)]) == (
            "         hit\ndense  0.500\nnone       —"
        )


class TestAnswers:
    EXPECTED = Expected("1", "fr", "?", ("à Bakou", "Bakou"), ("000",))
    UNANSWERABLE = Expected("2", "en", "?", (), ())
    TEXTS = {"press/000_a.txt": "Ils sont à Bakou.", "001_b.txt": "Ils sont à Bakou aussi."}  # noqa: RUF012

    def judged(self) -> list[answers.Judged]:
        right = citation("press/000_a.txt", "Ils sont à Bakou.")
        elsewhere = citation("001_b.txt", "Ils sont à Bakou aussi.")
        altered = citation("001_b.txt", "Ils sont a Bakou aussi.")
        return [
            answers.judge(self.EXPECTED, given(right, confidence=0.9, short="Bakou"), 0.1),
            answers.judge(self.EXPECTED, given(elsewhere, right, confidence=0.6), 0.2),
            answers.judge(self.EXPECTED, given(confidence=0.1), 0.3),
            answers.judge(self.UNANSWERABLE, given(confidence=0.1), 0.4),
            answers.judge(self.UNANSWERABLE, given(altered, confidence=0.6), 0.5),
        ]

    def test_figures(self) -> None:
        found = answers.summarise(self.judged(), self.TEXTS.__getitem__)
        assert found.hit_at_1 == pytest.approx(1 / 3)
        assert found.hit == pytest.approx(2 / 3)
        assert found.answered == pytest.approx(2 / 3)
        assert found.short == pytest.approx(1 / 3)
        assert found.refused == 0.5
        assert found.verbatim == 0.75
        assert found.f_answer == pytest.approx(2 * (1 / 3) * 0.5 / (1 / 3 + 0.5))
        assert found.auroc == 1.0
        assert found.ece == pytest.approx((0.1 * 1 + 0.6 * 2) / 3)
        assert found.hit_at_1_by_language == {"fr": pytest.approx(1 / 3)}
        assert found.quoted_characters_median == (17 + 40) / 2
        assert found.citations_mean == 1.5
        assert (found.p50_ms, found.p95_ms) == (300, 400)
        assert found.risk_coverage[-1] == metrics.Risk(0.6, 3 / 5, 2 / 3)

    def test_a_file_is_decoded_whatever_its_mark(self, tmp_path: Path) -> None:
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            path = tmp_path / encoding
            path.write_bytes("été\r\n".encode(encoding))
            assert answers.text_of(path) == "été\r\n"

    def test_end_to_end_on_the_seeds(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "questions.jsonl"
        rows = [
            {
                "id": "1",
                "lang": "fr",
                "question": "Où est Bakou ?",
                "gold": ["Bakou"],
                "docs": [""],
            },
            {"id": "2", "lang": "en", "question": "Who won the cup?", "gold": [], "docs": []},
        ]
        path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        answers.main([str(path), "--json"])
        found = json.loads(capsys.readouterr().out)
        assert found["questions"] == 2
        assert found["verbatim"] in (1.0, None)
        answers.main([str(path), "--show"])
        assert "hit_at_1" in capsys.readouterr().out


class TestRetrieval:
    def test_end_to_end(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        retrieval.main([str(squad_file(tmp_path, "fr")), "--json"])
        found = json.loads(capsys.readouterr().out)
        assert (found["documents"], found["passages"], found["questions"]) == (3, 3, 3)
        rankings = {ranking["name"]: ranking for ranking in found["rankings"]}
        assert list(rankings) == ["dense", "words", "fused"]
        assert rankings["fused"]["hit_at_1"] == 1.0

    @pytest.mark.parametrize(("first_id", "matched"), [(0, "id"), (50, "context")])
    def test_questions_in_another_language(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], first_id: int, matched: str
    ) -> None:
        other = squad_file(tmp_path, "en", first_id)
        documents = squad_file(tmp_path, "fr")
        retrieval.main([str(documents), "--questions-from", str(other), "--limit", "2"])
        out = capsys.readouterr().out
        assert f"2 questions, matched by {matched}" in out
        assert "dense  1.000" in out

    def test_documents_in_two_languages(self, tmp_path: Path) -> None:
        french = read_squad(squad_file(tmp_path, "fr"))
        english = read_squad(squad_file(tmp_path, "en"))
        both = parallel.mixed(french, english, parallel.Pairs({0: 0, 1: 1, 2: 2}, "id"))
        assert both.contexts == (CONTEXTS["fr"][0], CONTEXTS["en"][1], CONTEXTS["fr"][2])
        assert [asked.context for asked in both.asked] == [0, 1, 2, 0, 1, 2]

    def test_mixed_end_to_end(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        files = [str(squad_file(tmp_path, language)) for language in ("fr", "en")]
        retrieval.main([files[0], "--mixed-with", files[1]])
        assert "3 documents, 3 passages" in capsys.readouterr().out

    def test_contexts_pair_only_when_each_is_the_others_nearest(self) -> None:
        ours = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
        theirs = np.array([[0, 1], [1, 0]], np.float32)
        assert parallel.nearest_pairs(ours, theirs) == {0: 1, 1: 0}

    def test_a_file_without_answers_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no question"):
            retrieval.measure(Squad(("a",), ()), [], None, None)  # type: ignore[arg-type]


class TestSpeed:
    def test_a_process_is_timed_and_weighed(self) -> None:
        found = speed.run([sys.executable, "-c", "x = bytearray(50_000_000)"])
        assert 0 < found.seconds < 30
        assert 50 < found.peak_mb < 200

    def test_a_process_that_fails_says_why(self) -> None:
        with pytest.raises(RuntimeError, match="no such luck"):
            speed.run([sys.executable, "-c", "raise SystemExit('no such luck')"])

    def test_both_encoders_agree(self, tmp_path: Path) -> None:
        found = speed.encoding(1, CONTEXTS["fr"], read_squad(squad_file(tmp_path, "fr")))
        assert found.passages == found.questions == 3
        assert found.same_first == 1.0
        assert found.ratio == pytest.approx(found.encoder / found.baseline)

    def test_seed_passages_are_the_same_every_time(self) -> None:
        texts = speed.seed_passages(4)
        assert texts == speed.seed_passages(4)
        assert {len(text.split()) for text in texts} == {speed.PASSAGE_WORDS}

    @pytest.mark.skipif(
        importlib.util.find_spec("qa.__main__") is None, reason="needs the command line"
    )
    def test_end_to_end(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(speed, "IMPORT", (sys.executable, "-c", "pass"))
        speed.main(["--runs", "1", "--passages", "2"])
        assert "cold: ratio" in capsys.readouterr().out
