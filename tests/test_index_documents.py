"""Metadata: what opens a press file is read, and what merely looks like it is left to the prose."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

from collections import defaultdict

import pytest

from index.datelines import LOCALES, _folded, dateline_at
from index.documents import Document, is_heading, page_of, parse, period_of
from index.files import Facts, SourceFile, read_folder
from index.places import SEEDS

FRENCH = "Le ministre des Affaires étrangères a reçu son homologue azerbaïdjanais à Alger.\n"
ENGLISH = "The minister received his Azerbaijani counterpart in Algiers on Monday.\n"
RUSSIAN = "Министр иностранных дел провёл переговоры с алжирским коллегой в Москве.\n"
ARABIC = "استقبل وزير الشؤون الخارجية نظيره الأذربيجاني يوم الاثنين بالجزائر العاصمة.\n"
AZERBAIJANI = "Xarici işlər naziri əlcəzairli həmkarı ilə Bakıda görüşüb.\n"
TURKISH = "Dışişleri Bakanı, Cezayirli mevkidaşıyla Ankara'da bir araya geldi.\n"


# opening, prose, date, agency
DATELINES = [
    (" date 2022-08 ", FRENCH, "2022-08", None),
    (" date 2023-04 Bakou, 19 avril, AZERTAC\n\n", FRENCH, "2023-04-19", "AZERTAC"),
    (" date 2025-04-22 Baku, April 22, AZERTAC\n\n", ENGLISH, "2025-04-22", "AZERTAC"),
    ("date: 2023-04-19\n", FRENCH, "2023-04-19", None),
    ("DATE 2023\r\n", FRENCH, "2023", None),
    ("Bakou, 19 avril, AZERTAC\n", FRENCH, None, "AZERTAC"),
    ("Baku, April 22, 2025, AZERTAC\n", ENGLISH, "2025-04-22", "AZERTAC"),
    ("Baku, April 22nd. ", ENGLISH, None, None),
    ("BAKU, Azerbaijan, April 22, 2025. /APA/ ", ENGLISH, "2025-04-22", "APA"),
    ("ALGIERS (Algeria), Apr. 22, 2025 (Xinhua) -- ", ENGLISH, "2025-04-22", "Xinhua"),
    ("ALGER, 22 avril 2025 (APS) - ", FRENCH, "2025-04-22", "APS"),
    ("ALGER, le 1er août 2022 (APS)- ", FRENCH, "2022-08-01", "APS"),
    ("ALGER- ", FRENCH, None, None),
    ("ALGER – ", FRENCH, None, None),
    ("Paris (AFP) — ", FRENCH, None, "AFP"),
    ("Paris, 2024-05-03 (AFP) — ", FRENCH, "2024-05-03", "AFP"),
    ("MOSCOU, 3 mai /TASS/. ", FRENCH, None, "TASS"),
    ("Москва, 3 мая 2024 года, ТАСС\n", RUSSIAN, "2024-05-03", "ТАСС"),
    ("МОСКВА, 3 мая. /ТАСС/. ", RUSSIAN, None, "ТАСС"),
    ("Баку, 19 апреля 2023 г., АЗЕРТАДЖ. ", RUSSIAN, "2023-04-19", "АЗЕРТАДЖ"),
    ("الجزائر، 22 أبريل 2025 (واج) - ", ARABIC, "2025-04-22", "واج"),
    ("الجزائر، 22 أفريل 2025 (وأج) - ", ARABIC, "2025-04-22", "وأج"),
    ("\u200fالجزائر، ٢٢ نيسان ٢٠٢٥\n", ARABIC, "2025-04-22", None),
    ("دمشق، 3 تشرين الثاني 2024 (سانا) - ", ARABIC, "2024-11-03", "سانا"),
    ("Bakı, 19 aprel, AZƏRTAC\n", AZERBAIJANI, None, "AZƏRTAC"),
    ("Bakı, 19 aprel 2023-cü il, AZƏRTAC\n", AZERBAIJANI, "2023-04-19", "AZƏRTAC"),
    ("ANKARA, 5 Mayıs 2024 (AA) - ", TURKISH, "2024-05-05", "AA"),
    ("ANKARA, 5 MAYIS 2024 (AA) - ", TURKISH, "2024-05-05", "AA"),
    ("19 avril 2023\n", FRENCH, "2023-04-19", None),
    ("Mercredi 19 avril 2023\n", FRENCH, "2023-04-19", None),
    ("Bakou, 31 avril 2024, AZERTAC\n", FRENCH, "2024-04", "AZERTAC"),
    ("date 2023-13\n", FRENCH, "2023", None),
    ("date 2023-02-30\n", FRENCH, "2023-02", None),
    ("date 0000\n", FRENCH, None, None),
    ("date 2024-05 Bakou, 19 avril, AZERTAC\n", FRENCH, "2024-05", "AZERTAC"),
    ("date 2024 Bakou, 19 avril 2023, AZERTAC\n", FRENCH, "2024", "AZERTAC"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("opening", "prose", "date", "agency"), DATELINES, ids=[d[0] for d in DATELINES]
)
def test_an_opening_is_metadata(
    opening: str, prose: str, date: str | None, agency: str | None
) -> None:
    document = parse("a.txt", opening + prose)
    assert (document.date, document.agency) == (date, agency)
    assert document.text[document.body_start :] == prose
    assert document.title.startswith(prose[:40])


PROSE = [
    "Alger, capitale de l'Algérie, a accueilli lundi le deuxième tour des consultations.",
    "Algiers, the capital of Algeria, on Monday hosted the second round of consultations.",
    "Paris, le 3 mai 2024, a vu se réunir les deux ministres des Affaires étrangères.",
    "Paris, le 3 mai 2024, Emmanuel Macron\na reçu son homologue.",
    "Le 19 avril 2023, le ministre a reçu son homologue à Bakou.",
    "On April 22, 2025, the ministers met in Baku.",
    "Mercredi, 19 avril, le ministre a reçu son homologue.",
    "Lamamra, 70 ans, ministre des Affaires étrangères, a été reçu à Bakou.",
    "Bakou, 19 accords, AZERTAC : le bilan de la visite tient en trois chiffres.",
    "Le ministère (MAE) a publié un communiqué - il tient en trois lignes.",
    "ALGER - MOSCOU : un partenariat que les deux ministres disent vouloir approfondir encore.",
    "date limite du dépôt des candidatures : le 3 mai 2024, a précisé le ministère.",
    "الجزائر، عاصمة الجزائر، احتضنت يوم الاثنين الدورة الثانية من المشاورات السياسية بين البلدين.",
    "Баку, столица Азербайджана, приняла в понедельник второй раунд консультаций.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_never_taken_for_metadata(text: str) -> None:
    document = parse("a.txt", text)
    assert (document.body_start, document.date, document.agency) == (0, None, None)


@pytest.mark.parametrize(
    ("opening", "title", "date"),
    [
        ("Les deux pays se rapprochent\n", "Les deux pays se rapprochent", None),
        ("Visite à Bakou\nBakou, 19 avril 2023, AZERTAC\n", "Visite à Bakou", "2023-04-19"),
        ("Bakou, 19 avril 2023, AZERTAC\n\nVisite à Bakou\n", "Visite à Bakou", "2023-04-19"),
        ("date 2023-04 Visite à Bakou\rALGER, 19 avril (APS) - ", "Visite à Bakou", "2023-04-19"),
    ],
)
def test_a_headline_is_the_title(opening: str, title: str, date: str | None) -> None:
    document = parse("a.txt", opening + FRENCH)
    assert (document.title, document.date) == (title, date)
    assert document.text[document.body_start :] == FRENCH


@pytest.mark.parametrize(
    ("opening", "facts", "date", "origin"),
    [
        ("", Facts(), None, None),
        ("date 2023-04\n", Facts(), "2023-04", "header"),
        ("date 2023-04 Bakou, 19 avril, APS\n", Facts(), "2023-04-19", "header"),
        ("Bakou, 19 avril 2023, APS\n", Facts(), "2023-04-19", "dateline"),
        ("Bakou, 19 avril, APS\n", Facts(), None, None),
        ("", Facts(date="2023", date_origin="metadata"), "2023", "metadata"),
        ("", Facts(date="2023-04-19", date_origin="name"), "2023-04-19", "name"),
        ("date 2023\n", Facts(date="2023-04-19", date_origin="name"), "2023-04-19", "header"),
        ("date 2023-04\n", Facts(date="2023", date_origin="name"), "2023-04", "header"),
        ("date 2022\n", Facts(date="2023-04-19", date_origin="metadata"), "2022", "header"),
        (
            "date 2023-04 Bakou, 19 avril, APS\n",
            Facts(date="2023-04-20", date_origin="metadata"),
            "2023-04-19",
            "header",
        ),
        (
            "Bakou, 19 avril 2023, APS\n",
            Facts(date="2024-01-02", date_origin="metadata"),
            "2023-04-19",
            "dateline",
        ),
        (
            "Bakou, 19 avril, APS\n",
            Facts(date="2023", date_origin="metadata"),
            "2023-04-19",
            "metadata",
        ),
        (
            "Bakou, 19 avril, APS\n",
            Facts(date="2023-04-20", date_origin="metadata"),
            "2023-04-20",
            "metadata",
        ),
    ],
)
def test_a_date_is_of_the_most_trusted_that_has_one(
    opening: str, facts: Facts, date: str | None, origin: str | None
) -> None:
    document = parse("a.txt", opening + FRENCH, facts)
    assert (document.date, document.date_origin) == (date, origin)


def test_the_title_and_agency_of_the_file_are_those_of_the_document() -> None:
    facts = Facts(title="Un titre, bien plus long. Et d'une seconde phrase.", agency="Levante")
    document = parse("a.txt", FRENCH, facts)
    assert (document.title, document.agency, document.body_start) == (facts.title, "Levante", 0)
    said = parse("a.txt", f"Bakou, 19 avril, APS\n{FRENCH}", facts)
    assert said.agency == "APS"
    placed = parse("a.txt", f"ALGER- {FRENCH}", facts)
    assert placed.agency == "Levante"


def test_the_title_of_the_file_is_no_prose_where_the_text_begins_with_it() -> None:
    title = "Un titre, bien plus long. Et d'une seconde phrase."
    text = title.replace(" ", "  ") + "\n\n" + FRENCH
    document = parse("a.txt", text, Facts(title=title))
    assert document.title == title
    assert text[document.body_start :] == FRENCH


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (4, 1), (5, 3), (8, 3), (9, 4), (99, 4)])
def test_an_offset_is_on_the_last_page_that_begins_before_it(offset: int, page: int) -> None:
    document = parse("a.pdf", FRENCH, Facts(pages=(0, 5, 5, 9)))
    assert page_of(document, offset) == page


def test_a_long_first_line_is_cut_between_words_for_a_title() -> None:
    text = FRENCH.replace("\n", " ") * 3
    title = parse("a.txt", text).title
    assert (
        title
        == "Le ministre des Affaires étrangères a reçu son homologue azerbaïdjanais à Alger. Le…"
    )


@pytest.mark.parametrize(
    ("number", "date", "agency", "opening"),
    [
        ("000", None, None, "Le ministre des Affaires étrangères"),
        ("001", "2022-08", None, "Le ministre des Affaires étrangères"),
        ("002", None, None, "La quatrième session"),
        ("003", "2023-04-19", "AZERTAC", "Le ministre azerbaïdjanais"),
        ("004", "2025-04-22", "AZERTAC", "Algiers, the capital of Algeria"),
    ],
)
def test_the_seeds(number: str, date: str | None, agency: str | None, opening: str) -> None:
    document = seed(number)
    assert (document.date, document.agency) == (date, agency)
    assert document.text[document.body_start :].startswith(opening)
    assert document.title.startswith(opening)


def seed(number: str) -> Document:
    for file in read_folder(SEEDS):
        if isinstance(file, SourceFile) and file.source.startswith(number):
            return parse(file.source, file.text, file.facts)
    raise AssertionError(f"no seed {number} in {SEEDS}")


def test_no_month_name_stands_for_two_months() -> None:
    from babel.dates import get_month_names

    numbers = defaultdict(set)
    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    numbers[_folded(name)].add(number)
    assert {name: found for name, found in numbers.items() if len(found) > 1} == {}


@pytest.mark.parametrize("text", ["date" + " " * 1_000_000 + "x", "Bakou, 19 avril" + " " * 1_000_000, "A" * 1_000_000, "A " * 500_000, "\u200f " * 500_000])  # fmt: skip
def test_long_lines_are_read_in_no_time(text: str) -> None:
    document = parse("a.txt", text)
    assert document.text == text
    assert dateline_at(text, 0) is None or document.body_start > 0


@pytest.mark.parametrize(
    ("date", "period"),
    [
        ("2022", ("2022-01-01", "2022-12-31")),
        ("2022-08", ("2022-08-01", "2022-08-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2025-04-22", ("2025-04-22", "2025-04-22")),
    ],
)
def test_a_date_covers_a_period(date: str, period: tuple[str, str]) -> None:
    assert period_of(date) == period


@pytest.mark.parametrize("date", ["", "22", "2022-13", "2022-02-30", "2022-8", "٢٠٢٢", "2022-08\n"])
def test_what_is_no_date_is_refused(date: str) -> None:
    with pytest.raises(ValueError, match="expected YYYY, YYYY-MM or YYYY-MM-DD"):
        period_of(date)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Un dialogue politique renforcé", True),
        ("Perspectives de coopération renforcée  ", True),
        ("Les deux ministres se sont réunis.", False),
        ("« Nous sommes satisfaits. »", False),
        ("Ont participé à la réunion :", False),
        (" ".join(["mot"] * 15), False),
        ("", False),
    ],
)
def test_a_heading_is_short_and_not_a_sentence(line: str, heading: bool) -> None:
    assert is_heading(line) is heading
