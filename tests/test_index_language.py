"""Which language a text or a short question is in."""

from __future__ import annotations

import pytest

from index.language import UNKNOWN, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le ministre des Affaires étrangères a reçu son homologue à Alger.", "fr"),
        ("The minister received his Azerbaijani counterpart in Algiers.", "en"),
        ("استقبل وزير الشؤون الخارجية نظيره الأذربيجاني يوم الاثنين بالجزائر.", "ar"),
        ("Министр иностранных дел провёл переговоры с алжирским коллегой.", "ru"),
        ("Xarici işlər naziri əlcəzairli həmkarı ilə Bakıda görüşüb.", "az"),
        ("Dışişleri Bakanı, Cezayirli mevkidaşıyla Ankara'da bir araya geldi.", "tr"),
        ("Qui a coprésidé la session ?", "fr"),
        ("Who led the consultations?", "en"),
        ("من ترأس المشاورات السياسية؟", "ar"),
        ("Кто возглавил консультации?", "ru"),
        ("Sessiya harada keçirilib?", "az"),
        ("Toplantı nerede yapıldı?", "tr"),
        ("Hangi anlaşmalar imzalandı?", "tr"),
        ("42 ? … 🙂", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_long_text_is_known_by_its_beginning() -> None:
    text = "Le ministre des Affaires étrangères a reçu son homologue à Alger. " * 40
    assert language_of(text + "Кто возглавил консультации? " * 100_000) == "fr"
