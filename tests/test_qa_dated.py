"""Time applied to an answer: which documents may answer a question about a time, in what order."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from candidates import alone, sources
from naming import named
from wordy import WordEncoder, write

from index import Filters, Index, build
from qa import dated
from qa.question import Question
from qa.reader import Candidate
from qa.times import Order, When, when_of

ENCODER = WordEncoder()
TODAY = datetime.date(2025, 6, 1)
TEXTS = {
    "2021.txt": "date 2021-03-17\nLes consultations sur la pêche ont eu lieu à Lima ce jour-là.",
    "2022.txt": "date 2022-05\nLa visite du sultan à Oslo fut suivie de consultations sur le riz.",
    "2023.txt": "date 2023-10-05\nDe nouvelles consultations sur la pêche se sont tenues à Quito.",
    "2024.txt": "date 2024\nThe consultations on fishing were held in Ottawa with great success.",
    "looks-back.txt": "date 2025-02-11\nLes consultations du 5 mai 2023 ont porté sur la pêche.",
    "undated.txt": "Les consultations sur la pêche reprendront dès que les parties le voudront.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("dated")
    build(write(folder / "docs", TEXTS), folder / "ix", ENCODER)
    return Index.open(folder / "ix", ENCODER)


def found(index: Index, when: When, filters: Filters | None = None, limit: int = 24) -> set[str]:
    asked = "Les consultations sur la pêche"
    question = Question(asked, asked, "fr")
    searched = dated.search(question, index, filters or Filters(), when, limit)
    at = [(hit.passage.document.source, hit.passage.start) for hit in searched.hits]
    assert len(at) == len(set(at)), "a passage is found twice"
    assert len(at) <= limit
    assert [hit.score for hit in searched.hits] == sorted(
        (hit.score for hit in searched.hits), reverse=True
    )
    return {Path(source).stem for source, _ in at}


# Searching


def test_a_question_about_no_time_searches_everything(index: Index) -> None:
    assert found(index, When()) == {Path(name).stem for name in TEXTS}


@pytest.mark.parametrize(
    ("period", "documents"),
    [
        (("2023", "2023"), {"2023", "looks-back", "undated"}),
        (("2023-05", "2023-05"), {"looks-back", "undated"}),
        (("2022-05-20", "2022-05-20"), {"2022", "undated"}),
        ((None, "2021-12-31"), {"2021", "undated"}),
        (("2024-07", None), {"2024", "looks-back", "undated"}),
        (("1999", "1999"), {"undated"}),
    ],
    ids=named,
)
def test_a_period_admits_by_the_date_or_by_a_date_that_is_stated(
    index: Index, period: tuple[str | None, str | None], documents: set[str]
) -> None:
    assert found(index, When(period=period)) == documents


def test_what_lies_in_the_period_is_found_however_far_down_it_was(index: Index) -> None:
    for year in ("2021", "2022", "2024"):
        assert found(index, When(period=(year, year)), limit=2) >= {year}


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        (Filters(sources=["2021.txt", "2024.txt", "undated.txt"]), {"2024", "undated"}),
        (Filters(languages=["en"]), {"2024"}),
        (Filters(period=("2023-06", None)), {"2023", "2024", "looks-back"}),
        (Filters(period=("2025", None)), {"looks-back"}),
        (Filters(period=("2021", "2021")), set()),
    ],
    ids=named,
)
def test_filters_hold_whatever_the_question_says(
    index: Index, filters: Filters, documents: set[str]
) -> None:
    assert found(index, When(period=("2023", "2024")), filters) == documents


def test_filters_with_an_open_end_meet_a_period_with_the_same(index: Index) -> None:
    to_2022 = Filters(period=(None, "2022"))
    assert found(index, When(period=(None, "2023-12-31")), to_2022) == {"2021", "2022"}
    since_2023 = Filters(period=("2023", None))
    assert found(index, When(period=("2024", None)), since_2023) == {"2024", "looks-back"}


# Before and after an event


def around(index: Index, text: str, filters: Filters | None = None) -> set[str]:
    when = when_of(text, "fr", TODAY)
    assert when.event is not None, "the event is not read"
    resolved = dated.resolved(when, Question(text, text, "fr"), index, filters or Filters())
    return found(index, resolved, filters)


def test_after_an_event_nothing_earlier_answers(index: Index) -> None:
    later = around(index, "Quelles consultations après la visite du sultan à Oslo ?")
    assert later >= {"2023", "2024", "looks-back", "undated"}
    assert "2021" not in later


def test_before_an_event_nothing_later_answers(index: Index) -> None:
    earlier = around(index, "Quelles consultations avant la visite du sultan à Oslo ?")
    assert earlier >= {"2021", "undated"}
    assert not earlier & {"2023", "2024"}


def test_filters_hold_around_an_event(index: Index) -> None:
    asked = "Quelles consultations avant la visite du sultan à Oslo ?"
    admitted = Filters(sources=["2021.txt", "2022.txt", "2023.txt"])
    assert "2021" in around(index, asked, admitted)
    assert around(index, asked, admitted) <= {"2021", "2022"}


def test_an_event_without_a_date_leaves_nothing_out(index: Index) -> None:
    only = Filters(sources=["undated.txt"])
    assert around(index, "Que s'est-il passé après la reprise des consultations ?", only) == {
        "undated"
    }


# Filters and the question's own period


def test_without_a_period_the_filters_are_as_they_were() -> None:
    filters = Filters(("2021", None), ["a"], ["fr"])
    assert dated.within(filters, When(order=Order.NEWEST)) == filters


@pytest.mark.parametrize(
    ("given", "asked", "both"),
    [
        (None, ("2022", None), ("2022", None)),
        (None, (None, "2022"), (None, "2022")),
        (("2021", "2023"), ("2022", "2025"), ("2022-01-01", "2023-12-31")),
        (("2022", "2025"), ("2021", "2023-02"), ("2022-01-01", "2023-02-28")),
        ((None, "2023"), (None, "2021"), (None, "2021-12-31")),
        (("2023", None), ("2021", None), ("2023-01-01", None)),
        ((None, "2023"), ("2021", None), ("2021-01-01", "2023-12-31")),
    ],
    ids=str,
)
def test_a_period_narrows_the_filters_and_leaves_the_rest(
    given: tuple[str | None, str | None] | None,
    asked: tuple[str | None, str | None],
    both: tuple[str | None, str | None],
) -> None:
    narrowed = dated.within(Filters(given, ["a"], ["fr"]), When(period=asked))
    assert narrowed == Filters(both, ["a"], ["fr"])


def test_filters_that_leave_nothing_of_the_period_say_so() -> None:
    assert dated.within(Filters(("2021", "2022")), When(period=("2023", None))) is None
    assert dated.within(Filters(("2021", "2022-06")), When(period=("2022-06-30", None))) is not None


# Reading


@pytest.mark.parametrize(
    ("language", "asked", "left"),
    [
        ("fr", "Qui a signé l'accord en 2022 ?", "Qui a signé l'accord ?"),
        ("en", "Who led the latest round in April 2023?", "Who led round ?"),
    ],
)
def test_what_is_read_for_says_nothing_of_time(language: str, asked: str, left: str) -> None:
    assert dated.timeless(asked, when_of(asked, language, TODAY)) == left


def test_of_several_words_of_time_none_is_left_and_nothing_else_is_lost() -> None:
    spans = ((4, 7), (15, 19))
    assert dated.timeless("one two  three four five", When(spans=spans)) == "one three five"


IN_2023 = When(period=("2023", "2023"))


def of_time(candidates: list[Candidate], when: When = IN_2023) -> list[list[str]]:
    """The sources of the dated candidates, and of those without a date."""
    return [sources(group) for group in dated.of_time(candidates, when)]


def test_a_sentence_is_of_the_time_of_its_document() -> None:
    candidates = [
        alone("A.", 9.0, source="2022", date="2022-12-31"),
        alone("B.", 8.0, source="2023", date="2023-01"),
        alone("C.", 7.0, source="2024", date="2024"),
    ]
    assert of_time(candidates) == [["2023"], []]
    assert dated.of_time(candidates, When()) == [candidates]


@pytest.mark.parametrize(
    "period", [("2023-05-05", "2023-05-05"), (None, "2023-05-05"), ("2023-05-05", None)], ids=str
)
def test_the_first_and_the_last_day_are_in_the_period(
    period: tuple[str | None, str | None],
) -> None:
    candidates = [
        alone("A.", 9.0, source="dated", date="2023-05-05"),
        alone("La session du 5 mai 2023.", 8.0, source="states", date="2030"),
    ]
    assert of_time(candidates, When(period=period)) == [["dated", "states"], []]


def test_a_sentence_is_of_the_time_that_it_states() -> None:
    candidates = [
        alone("La session du 5 mai 2023 fut brève.", 9.0, source="states", date="2025"),
        alone("La session du 5 mai 2022 fut brève.", 8.0, source="another", date="2025"),
        alone("La session du 5 mai 2023 fut longue.", 7.0, source="undated", date=None),
    ]
    assert of_time(candidates) == [["states", "undated"], []]


def test_the_undated_stand_apart_from_the_dated_and_each_in_order() -> None:
    candidates = [
        alone("A.", 9.0, source="a", date=None),
        alone("B.", 8.0, source="b", date="2023"),
        alone("C.", 7.0, source="c", date=None),
        alone("D.", 6.0, source="d", date="2023-05"),
    ]
    assert of_time(candidates) == [["b", "d"], ["a", "c"]]
    assert of_time([candidates[2]]) == [[], ["c"]]


def test_an_undated_sentence_that_states_the_time_is_not_behind() -> None:
    candidates = [
        alone("La session du 5 mai 2023.", 9.0, source="a", date=None),
        alone("B.", 8.0, source="b", date="2023"),
    ]
    assert of_time(candidates) == [["a", "b"], []]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEWEST, ["day", "month", "first", "second", "undated"]),
        (Order.OLDEST, ["first", "second", "month", "day", "undated"]),
    ],
)
def test_the_order_is_that_of_the_documents_the_undated_last(
    order: Order, expected: list[str]
) -> None:
    candidates = [
        alone("A.", 9.0, source="undated", date=None),
        alone("B.", 8.0, source="first", date="2022"),
        alone("C.", 7.0, source="month", date="2023-10"),
        alone("D.", 6.0, source="second", date="2022"),
        alone("E.", 5.0, source="day", date="2023-10-05"),
    ]
    assert sources(dated.in_order(candidates, order)) == expected
