"""Which language a text or a short question is in."""

from __future__ import annotations

import pytest

from index.language import UNKNOWN, language_of, language_within


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


FRENCH = (
    "Le ministre des Affaires étrangères a reçu lundi son homologue, avec lequel il a passé en "
    "revue les relations entre les deux pays et les moyens de les renforcer."
)
ENGLISH = (
    "The minister received his counterpart on Monday, with whom he reviewed the relations between "
    "the two countries and the means to strengthen them in the years to come."
)
ARABIC = (
    "استقبل وزير الشؤون الخارجية يوم الاثنين نظيره الأذربيجاني، واستعرض معه العلاقات بين البلدين "
    "وسبل تعزيزها في السنوات القادمة، كما وقعا على اتفاق في مجال الطاقة."
)


@pytest.mark.parametrize(
    ("passage", "document", "language"),
    [
        (ENGLISH, "fr", "en"),
        (ARABIC, "fr", "ar"),
        (FRENCH, "ar", "fr"),
        (FRENCH, "fr", "fr"),
        (ENGLISH, UNKNOWN, "en"),
        ("He said yes, and then he left.", "fr", "fr"),  # too short to tell
        ("Yes.", UNKNOWN, UNKNOWN),
        (f"{FRENCH} « We are friends and brothers », a-t-il dit.", "fr", "fr"),
        (f"{FRENCH} Il a cité le «\u202fنحن أصدقاء وإخوة\u202f» de son hôte.", "fr", "fr"),
        ("Abdelmadjid Tebboune, Ilham Aliyev, Ahmed Attaf, Jeyhun Bayramov, " * 3, "fr", "fr"),
        ("2023 2024 2025 — 17 % — 42 … " * 20, "fr", "fr"),
    ],
)
def test_a_passage_is_in_another_language_than_its_document_only_where_that_is_certain(
    passage: str, document: str, language: str
) -> None:
    assert language_within(passage, document) == language
