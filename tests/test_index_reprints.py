"""The same dispatch is known again after an agency's edits, and another of the same form is not."""

# ruff: noqa: E501 - press texts

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from index.documents import parse
from index.reprints import REPRINT, SHORT, bands_of, holds, likeness, signature_of

HERE = Path(__file__).parent

FRENCH = """\
Le ministre des Affaires étrangères, Adel Berkane, a reçu mardi à Alger son homologue indonésien, Surya Hartono, en visite officielle de trois jours. L’entretien a porté sur l’énergie, la pêche et la coopération universitaire entre les deux pays.

« Nos deux peuples se connaissent depuis Bandung », a déclaré M. Berkane à l’issue de l’audience. Il a annoncé l’octroi de 40 bourses aux étudiants indonésiens et l’ouverture, le 3 mars 2025, d’une ligne aérienne entre Oran et Jakarta.

M. Hartono a remis à son hôte une lettre du président indonésien. Il doit visiter mercredi le complexe gazier d’Arzew, avant de s’entretenir avec le directeur général de la Sonarem, Lyes Haddouche, d’un contrat de 1,2 milliard de dollars.

Les échanges entre les deux pays ont atteint 640 millions de dollars en 2023."""

ENGLISH = """\
The Foreign Minister of Kenya, Josphat Mwangangi, received in Nairobi on Monday the Deputy Prime Minister of Peru, Rosario Villacorta, who is on a three-day visit to the country. They reviewed trade, plant health and the training of diplomats.

"Our farmers face the same droughts and the same buyers," Ms Villacorta said after the ceremony. She announced that Peru would open an embassy in Nairobi before the end of 2023 and send 12 agronomists to the Rift Valley.

The two sides signed a memorandum on avocados and quinoa. Trade between them stood at 18 million dollars in 2021, according to the Kenyan Chamber of Commerce.

Ms Villacorta will travel on Tuesday to Mombasa."""

ARABIC = """\
استقبل وزير الشؤون الخارجية عادل بركان يوم الثلاثاء بالجزائر العاصمة نظيره الإندونيسي سوريا هارتونو الذي يقوم بزيارة رسمية تدوم ثلاثة أيام. وتناول اللقاء سبل تعزيز التعاون في مجالات الطاقة والصيد البحري والتعليم العالي بين البلدين.

وصرح السيد بركان عقب اللقاء أن الشعبين يعرفان بعضهما منذ مؤتمر باندونغ، معلنا عن تقديم أربعين منحة دراسية للطلبة الإندونيسيين وفتح خط جوي بين وهران وجاكرتا في مارس 2025.

وسلم السيد هارتونو مضيفه رسالة من رئيس جمهورية إندونيسيا، ومن المنتظر أن يزور يوم الأربعاء المركب الغازي بأرزيو ويلتقي المدير العام للشركة الوطنية إلياس حدوش.

وبلغت المبادلات التجارية بين البلدين 640 مليون دولار سنة 2023."""

RUSSIAN = """\
Министр иностранных дел Казахстана Ерлан Досжанов принял во вторник в Астане посла Египта Тарика Мансура, прибывшего с рабочим визитом. Стороны обсудили поставки зерна, прямое авиасообщение между Алматы и Каиром и приём египетских врачей.

«Мы ценим нашу дружбу с Каиром», — сказал Досжанов по окончании встречи. По его словам, товарооборот двух стран в 2022 году составил 280 миллионов долларов, а на обучение в Астану приедут 35 студентов из Александрии.

Мансур передал министру послание президента Египта. В среду он посетит Караганду, где откроется выставка, посвящённая Нагибу Махфузу, и встретится с акимом области Айгуль Сапарбековой.

Следующая встреча пройдёт в Каире в мае 2023 года."""

CHINESE = """\
外交部长王立新星期二在北京会见了印度尼西亚外长苏里亚，双方就能源、渔业和高等教育合作交换了意见。王立新表示，两国人民自万隆会议以来就是好朋友，中方将向印尼学生提供四十个奖学金名额。

苏里亚转交了印尼总统的亲笔信，并宣布雅加达至厦门的直航将于2025年3月开通。他星期三将参观天津港的天然气码头，随后会见港口集团总经理陈海波，商谈价值十二亿美元的合同。

两国去年的贸易额达到六亿四千万美元。"""

TEXTS = {
    "French": FRENCH,
    "English": ENGLISH,
    "Arabic": ARABIC,
    "Russian": RUSSIAN,
    "Chinese": CHINESE,
}
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)

# What agencies do to a dispatch; each is told the text.
EDITS: dict[str, Callable[[str], str]] = {
    "whitespace": lambda t: "\r\n".join(f"  {line}" for line in t.split("\n")).replace(
        " ", "\xa0 "
    ),
    "upper case": str.upper,
    "plain quotes": lambda t: re.sub(r"« | »|[«»“”]", '"', t).replace("’", "'"),
    "typographic quotes": lambda t: re.sub(r'"([^"]*)"', "“\\1”", t).replace("'", "’"),
    "a title": lambda t: f"{t[:40]}\n\n{t}",
    "no end": lambda t: t.rpartition("\n\n")[0],
    "capitals, no end": lambda t: t.rpartition("\n\n")[0].upper(),
    "corrected words": lambda t: corrected(t, 0.015),
    "all of these": lambda t: corrected(
        f"{t[:40]}\n\n{t.rpartition(chr(10) * 2)[0]}", 0.01
    ).replace(" ", "  "),
}


def corrected(text: str, share: float) -> str:
    """`text` with this share of its words (letters where it has no blanks) changed, one at least,
    evenly and neither first nor last."""
    blank = " " if text.count(" ") > 20 else ""
    words = text.split(" ") if blank else list(text)
    wrong = max(1, round(len(words) * share))
    for number in range(wrong):
        at = (2 * number + 1) * len(words) // (2 * wrong)
        words[at] = words[at][::-1] + "x" if blank else "某"
    return blank.join(words)


def alike(one: str, other: str) -> float:
    return likeness(signature_of(one), signature_of(other))


def meet(one: str, other: str) -> bool:
    return not set(bands_of(signature_of(one))).isdisjoint(bands_of(signature_of(other)))


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@each_text
def test_a_dispatch_is_known_again_after_an_edit(text: str, edit: Callable[[str], str]) -> None:
    assert alike(text, edit(text)) >= REPRINT
    assert meet(text, edit(text))


@each_text
def test_the_same_words_are_wholly_alike(text: str) -> None:
    assert alike(text, text) == 1.0
    assert alike(text, EDITS["whitespace"](text)) == 1.0


# The same form filled in for another day: names, places and numbers are others.
ANOTHER = {
    "French": {
        "Adel Berkane": "Nadia Ferhati", "mardi": "jeudi", "Alger": "Tunis", "indonésien,": "kényan,",
        "Surya Hartono": "Peter Otieno", "Bandung": "Nairobi", "M. Berkane": "Mme Ferhati", "40 bourses": "15 bourses",
        "le 3 mars 2025": "le 9 juin 2022", "Oran et Jakarta": "Sfax et Mombasa", "M. Hartono": "M. Otieno",
        "Arzew": "Gabès", "Sonarem": "Togaz", "Lyes Haddouche": "Slim Ayari", "1,2": "3,5", "640": "75",
        "2023": "2021",
    },
    "Arabic": {
        "عادل بركان": "نادية فرحاتي", "الثلاثاء": "الخميس", "بالجزائر": "بتونس", "الإندونيسي سوريا هارتونو": "الكيني بيتر أوتينو",
        "باندونغ": "نيروبي", "السيد بركان": "السيدة فرحاتي", "أربعين": "خمسين", "الإندونيسيين": "الكينيين",
        "وهران وجاكرتا": "صفاقس ومومباسا", "2025": "2022", "السيد هارتونو": "السيد أوتينو", "إندونيسيا": "كينيا",
        "بأرزيو": "بقابس", "إلياس حدوش": "سليم عياري", "640": "75", "2023": "2021",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ANOTHER)
def test_a_form_filled_in_for_another_day_is_another_dispatch(language: str) -> None:
    other = TEXTS[language]
    for words, instead in ANOTHER[language].items():
        assert words in other
        other = other.replace(words, instead)
    assert alike(TEXTS[language], other) < REPRINT


def test_one_corrected_name_does_not_make_another_dispatch() -> None:
    assert alike(ENGLISH, ENGLISH.replace("Villacorta", "Vilacorta")) >= REPRINT


def test_numbers_tell_dispatches_apart_even_in_capitals() -> None:
    other = re.sub(r"\d+", lambda number: str(int(number[0]) * 7), ENGLISH)
    assert alike(ENGLISH.upper(), other.upper()) < REPRINT


@each_text
def test_a_reprint_may_leave_out_a_third(text: str) -> None:
    assert alike(text, text[: len(text) * 2 // 3]) >= REPRINT


@pytest.mark.parametrize(
    "texts", itertools.combinations(TEXTS.values(), 2), ids=lambda pair: pair[0][:8] + pair[1][:8]
)
def test_other_texts_share_nothing(texts: tuple[str, str]) -> None:
    assert alike(*texts) < 0.1
    assert not meet(*texts)


def test_a_line_of_a_long_text_is_no_reprint_of_it() -> None:
    opening = ENGLISH.split("\n\n")[0]
    assert len(opening.split()) > SHORT
    assert alike(opening, ENGLISH) < REPRINT


def test_a_short_text_is_like_the_same_words_only() -> None:
    short = "Les deux ministres se sont entretenus au téléphone mardi soir."
    assert alike(short, f"\n{short.upper()} ") == 1.0
    assert meet(short, f"\n{short.upper()} ")
    assert alike(short, short.replace("mardi", "jeudi")) < 0.1
    assert not meet(short, short.replace("mardi", "jeudi"))


@pytest.mark.parametrize("nothing", ["", " \n", "—"])
def test_a_text_without_words_is_like_none(nothing: str) -> None:
    assert alike(nothing, nothing) == 0.0
    assert bands_of(signature_of(nothing)) == []


def test_likeness_is_the_same_from_either_side() -> None:
    shorter = EDITS["no end"](FRENCH)
    assert alike(FRENCH, shorter) == alike(shorter, FRENCH)


def test_keys_fit_a_signed_integer_of_64_bits_and_differ_from_one_another() -> None:
    keys = bands_of(signature_of(FRENCH))
    assert len(set(keys)) == len(keys)
    assert all(0 <= key < 2**63 for key in keys)


def test_a_signature_is_the_same_in_every_process() -> None:
    """It is stored: what hashes differently tomorrow meets nothing."""
    code = "import json, sys; from index.reprints import *; print(signature_of(json.load(sys.stdin)).hex())"
    printed = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(FRENCH), capture_output=True, text=True, check=True
    )  # fmt: skip
    assert bytes.fromhex(printed.stdout.strip()) == signature_of(FRENCH)
    assert bands_of(signature_of("Rien de neuf."))[:2] == [146073910536779, 376436911261557]


@pytest.mark.parametrize("size", [0, 10, 3])
def test_what_is_no_signature_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"a signature has .* {size} bytes were given"):
        bands_of(b"\0" * size)
    with pytest.raises(ValueError, match=r"were given"):
        likeness(signature_of(FRENCH), signature_of(FRENCH) + b"\0")


@cache
def bodies() -> dict[str, str]:
    """The bodies of all documents of the project."""
    folders = HERE.parent / "seeds", HERE / "corpora/communiques", HERE / "corpora/dossiers"
    found = {}
    for file in sorted(file for folder in folders for file in folder.glob("**/*.txt")):
        document = parse(file.name, file.read_text(encoding="utf-8"))
        found[file.name] = document.text[document.body_start :]
    return found


def test_no_document_of_the_project_is_a_reprint_of_another() -> None:
    signatures = {name: signature_of(body) for name, body in bodies().items()}
    likest = max(
        (likeness(signatures[one], signatures[other]), one, other)
        for one, other in itertools.combinations(signatures, 2)
    )
    assert likest[0] < 0.4, likest


def test_every_document_of_the_project_is_known_again() -> None:
    for name, body in bodies().items():
        edited = EDITS["typographic quotes"](corrected(body, 0.015))
        edited = f"{body[:50]}\n\n{edited}"
        assert alike(body, edited) >= REPRINT, name
        assert meet(body, edited), name


def uncased(text: str) -> str:
    """`text` in letters that have no capitals, but for a name among them."""
    return "NATO " + re.sub(
        r"[^\W\d_]", lambda letter: chr(0x5D0 + ord(letter[0].lower()) % 26), text
    )


@pytest.mark.parametrize(("written", "rate"), [(str, 0.01), (uncased, 0.03)], ids=["cased", "not"])
def test_items_of_one_frame_about_other_people_are_other_dispatches(
    written: Callable[[str], str], rate: float
) -> None:
    from qa.reader.train.communiques import item_of, read_frames, read_world
    from qa.reader.train.communiques.world import cast_of

    world, taken = read_world(), []
    for seed, frame in enumerate(read_frames()):
        item = item_of(frame, world, random.Random(seed))
        families = {person.family[1] for person in item.cast.people.values()}
        other = cast_of(world, frame.people, random.Random(1000 + seed), families)
        other = replace(other, countries=item.cast.countries)
        # The same choices among the alternatives of the frame, so that the form is the same.
        one, two = (item_of(frame, world, random.Random(7), cast) for cast in (item.cast, other))
        taken.append(alike(written(one.text), written(two.text)) >= REPRINT)
    assert sum(taken) <= rate * len(taken)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Il a dit : « Nos pays sont\namis », hier.", '"nos pays sont amis"'),
        ("L’accord porte sur 5 % du total.", "l'accord porte sur 5\xa0% du total"),
        ("LA COOPÉRATION EST BONNE.", "La coopération est bonne"),
        ("la coopé-\nration est bonne", "La coopération est bonne"),
        ("des ﬁlms", "films"),
        ("Il coûte １２ €", "il coûte 12 €"),
        ("会见了外长，双方就能源合作", "双方就能源"),
        ("وصرَّح الوزيـر", "وصرح الوزير"),
    ],
)
def test_the_same_words_are_held_however_they_are_written(text: str, quote: str) -> None:
    assert holds(text, quote)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("L’accord porte sur 6 % du total.", "L’accord porte sur 5 % du total."),
        ("L’accord porte sur 5 du total.", "L’accord porte sur 5 % du total."),
        ("Une hausse de 5 points", "une hausse de -5 points"),
        ("Il coûte 5 $", "Il coûte 5 €"),
        ("Les ministres sont arrivés", "ministre"),
        ("Ils ont parlé de paix", "paix de parlé"),
        ("Ils ont longuement parlé de paix", "Ils ont parlé de paix"),
        ("tout", " … "),
    ],
)
def test_other_words_are_not_held(text: str, quote: str) -> None:
    assert not holds(text, quote)
