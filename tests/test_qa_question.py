"""What is asked: its language, and what it takes from the conversation."""

from __future__ import annotations

import pytest

from qa.errors import QuestionError
from qa.question import MAX_CHARACTERS, understand


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qui a coprésidé la quatrième session ?", "fr"),
        ("Quels accords ?", "fr"),
        ("Who led the consultations?", "en"),
        ("من استقبل الوزير في الجزائر؟", "ar"),
        ("Где прошла четвёртая сессия?", "ru"),
        ("Dördüncü sessiya harada keçirildi?", "az"),
        ("Görüşdə kim iştirak edib?", "az"),
        ("İkinci tur siyasi istişareler nerede yapıldı?", "tr"),
        ("Rafiyev kaç yaşında?", "tr"),
        ("¿Quién recibió al ministro en Argel?", "es"),
        ("Que países assinaram o acordo?", "pt"),
        ("Qui ha firmato l'accordo con il ministro?", "it"),
        ("Qui est Bogdanov ?", "fr"),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert understand(question).language == language


@pytest.mark.parametrize(
    ("leaning", "meant"),
    [
        ("Et en Russie ?", "Qui a signé l'accord en Russie ?"),
        ("Et Bogdanov ?", "Qui a signé l'accord ? Et Bogdanov ?"),
        ("And who received him?", "And who received him (a signé l'accord)?"),
        ("А в России?", "Qui a signé l'accord ? А в России?"),
        ("وفي روسيا؟", "Qui a signé l'accord ? وفي روسيا؟"),
        ("Bəs Rusiya?", "Qui a signé l'accord ? Bəs Rusiya?"),
        ("Peki Rusya?", "Qui a signé l'accord ? Peki Rusya?"),
    ],
)
def test_a_question_that_leans_is_completed(leaning: str, meant: str) -> None:
    assert understand(leaning, ["Qui a signé l'accord ?"]).text == meant


@pytest.mark.parametrize(
    "whole",
    [
        "Qui est Ahmed Attaf ?",
        "Et quels accords les deux ministres ont-ils signés à Bakou avec la délégation ?",
        "Android phones were discussed where?",
        "Etienne Dupont a-t-il signé ?",
    ],
)
def test_a_whole_question_takes_nothing(whole: str) -> None:
    assert understand(whole, ["Qui a signé l'accord ?"]).text == whole


def test_spaces_and_line_ends_do_not_matter() -> None:
    asked = "  Who led\n\tthe consultations? "
    assert understand(asked).text == "Who led the consultations?"
    assert understand(asked).asked == asked


@pytest.mark.parametrize("length", [MAX_CHARACTERS, MAX_CHARACTERS + 1])
def test_the_limit_is_where_it_says(length: int) -> None:
    question = "a" * length
    if length > MAX_CHARACTERS:
        with pytest.raises(QuestionError, match="at most 2,000"):
            understand(question)
    else:
        assert understand(question).text == question


def test_a_question_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(QuestionError, match="UTF-8"):
        understand("a\ud800b who")
    with pytest.raises(QuestionError, match="UTF-8"):
        understand("And him?", ["\udcff"])


@pytest.mark.parametrize("history", ["Who led the talks?", [None], [3]], ids=str)
def test_a_history_that_is_none_is_refused(history: object) -> None:
    with pytest.raises(QuestionError, match="history"):
        understand("And him?", history)  # type: ignore[arg-type]
