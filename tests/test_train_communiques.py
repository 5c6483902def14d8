"""Fictional press items: that marks lie where they say, and that what fills a slot fits into it."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import datetime
import itertools
import random
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reader.train import communiques
from qa.reader.train.communiques import (
    Ask,
    Cast,
    Frame,
    Item,
    World,
    item_of,
    read_frames,
    read_unsaid,
    read_world,
)
from qa.reader.train.communiques.frames import FrameError, frames_of, unknown_slots
from qa.reader.train.communiques.grammar import (
    cardinal,
    contracted,
    ordinal,
    russian_person,
    turkic_case,
)
from qa.reader.train.communiques.items import twin_of
from qa.reader.train.communiques.markup import Choice, Mark, Node, Slot, Writer, keys, parsed, slots
from qa.reader.train.communiques.world import CASES, LANGUAGES, Person, cast_of, person_of

README = (Path(communiques.__file__).parent / "README.md").read_text(encoding="utf-8")


@cache
def frames() -> tuple[Frame, ...]:
    return tuple(read_frames())


@cache
def world() -> World:
    return read_world()


# Markup


def test_the_markup_is_a_tree() -> None:
    mark = Mark(
        "k", (Slot("P.family"), ", ", Choice((("minister",), ("envoy", Mark("o", ("x",))))))
    )
    assert parsed("<a|[k|{P.family}, <minister|envoy[o|x]>]|> c.") == (
        Choice((("a",), (mark,), ())),
        " c.",
    )
    assert parsed("") == ()


def test_the_keys_and_slots_of_every_alternative_are_seen() -> None:
    node = parsed("{A}<[one|{B.of} [two|x]]|<y|[three|{n.f}]>> [one|{d}]")
    assert list(keys(node)) == ["one", "two", "three", "one"]
    assert list(slots(node)) == ["A", "B.of", "n.f", "d"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{A", "'the end' where '}' is expected, at «A»"),
        ("{A|b}", "'|' where '}' is expected, at «A»"),
        ("a {", "'the end' where a name is expected"),
        ("a {} b", "'}' where a name is expected"),
        ("a { } b", "'the end' where a name is expected"),
        ("[k|x", "'the end' where ']' is expected"),
        ("[k x]", "']' where '|' is expected, at «k x»"),
        ("[", "'the end' where a name is expected"),
        ("[|x]", "'|' where a name is expected"),
        ("[k|a|b]", "'|' where ']' is expected"),
        ("<a|b", "'the end' where '>' is expected"),
        ("<[k|a>]", "'>' where ']' is expected"),
        ("[k|<a]>", "']' where '>' is expected"),
        ("a > b", "'>' where 'text' is expected"),
        ("a ] b", "']' where 'text' is expected"),
        ("a } b", "'}' where 'text' is expected"),
        ("a | b", "'|' where 'text' is expected"),
    ],
)
def test_brackets_that_do_not_match_are_a_fault(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parsed(text)


WORDS = st.text("ab é\n", min_size=1, max_size=4)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.lists(WORDS | st.builds(Slot, st.sampled_from("AB")), max_size=3).map(tuple),
    lambda inner: st.lists(
        WORDS
        | st.builds(Slot, st.sampled_from("AB"))
        | st.builds(Mark, st.sampled_from("kl"), inner)
        | st.builds(Choice, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        max_size=3,
    ).map(tuple),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(NODES, st.integers(0, 9))
def test_marks_lie_where_their_words_are(node: Node, seed: int) -> None:
    writer = Writer(random.Random(seed), {"A": "le Kenya", "B": ""}.__getitem__, str.__add__)
    writer.write(node)
    text, marks = "", []
    opened: list[int] = []
    for sign in bracketed(node, random.Random(seed)):
        if sign == "[":
            opened.append(len(text))
        elif sign.startswith("]"):
            marks.append((sign[1:], opened.pop(), len(text)))
        else:
            text += sign
    assert (writer.text, writer.marks) == (text, marks)


def bracketed(node: Node, chance: random.Random) -> Iterator[str]:
    """The words of a node one by one, and «[» and «]key» around those of a mark."""
    for part in node:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Slot):
            yield {"A": "le Kenya", "B": ""}[part.path]
        elif isinstance(part, Choice):
            yield from bracketed(chance.choice(part.options), chance)
        else:
            yield "["
            yield from bracketed(part.content, chance)
            yield f"]{part.key}"


@pytest.mark.parametrize(
    ("before", "words", "together"),
    [
        ("de ", "le Kenya", "du Kenya"),
        ("auprès de ", "les Philippines", "auprès des Philippines"),
        ("De ", "le Kenya", "Du Kenya"),
        ("à ", "Le Caire", "au Caire"),
        ("À ", "les Pays-Bas", "Aux Pays-Bas"),
        ("à ", "les Pays-Bas", "aux Pays-Bas"),
        ("de ", "la Tunisie", "de la Tunisie"),
        ("de ", "l'Égypte", "de l'Égypte"),
        ("de ", "Oman", "d'Oman"),
        ("visite de ", "Élif Aksoy", "visite d'Élif Aksoy"),
        ("dit que ", "Amina Diop", "dit qu'Amina Diop"),
        ("jusque ", "Oran", "jusqu'Oran"),
        ("lorsque ", "Ines", "lorsqu'Ines"),
        ("mode ", "le Kenya", "mode le Kenya"),
        ("mode ", "Oman", "mode Oman"),
        ("par ", "Oman", "par Oman"),
        ("de", "Oman", "deOman"),
        ("voilà ", "le Kenya", "voilà le Kenya"),
    ],
)
def test_french_is_contracted(before: str, words: str, together: str) -> None:
    assert contracted(before, words, "fr") == together
    assert contracted(before, words, "en") == before + words


@pytest.mark.parametrize(
    ("markup", "words", "text", "marked"),
    [
        ("à [k|{A}] hier", "Le Caire", "au Caire hier", {"k": "Caire"}),
        ("de [k|{A}] hier", "les Pays-Bas", "des Pays-Bas hier", {"k": "Pays-Bas"}),
        ("De [k|{A}]", "le Kenya", "Du Kenya", {"k": "Kenya"}),
        ("de [k|{A}].", "Oman", "d'Oman.", {"k": "Oman"}),
        ("de [k|{A}].", "la Tunisie", "de la Tunisie.", {"k": "la Tunisie"}),
        ("de [k|[l|{A}] et Oran]", "le Kenya", "du Kenya et Oran", {"k": "Kenya et Oran", "l": "Kenya"}),
        ("[k|à [l|{A}]]", "Le Caire", "au Caire", {"k": "au Caire", "l": "Caire"}),
        ("[k|de {A}] et [l|{A}]", "le Kenya", "du Kenya et le Kenya", {"k": "du Kenya", "l": "le Kenya"}),
        ("[k|fin] de {A}", "le Kenya", "fin du Kenya", {"k": "fin"}),
        ("de [k|<{A}|{A}> même]", "Oman", "d'Oman même", {"k": "Oman même"}),
    ],
)  # fmt: skip
def test_a_mark_begins_after_what_was_contracted(
    markup: str, words: str, text: str, marked: Mapping[str, str]
) -> None:
    writer = Writer(
        random.Random(0), lambda _: words, lambda before, added: contracted(before, added, "fr")
    )
    writer.write(parsed(markup))
    assert writer.text == text
    assert {key: text[start:end] for key, start, end in writer.marks} == marked
    assert writer.used == ["A"] * len(writer.used) != []


# Grammar


@pytest.mark.parametrize(
    ("name", "language", "gen", "dat", "acc", "loc", "abl"),
    [
        ("Ankara", "tr", "nın", "ya", "yı", "da", "dan"),
        ("Bakü", "tr", "nün", "ye", "yü", "de", "den"),
        ("Oslo", "tr", "nun", "ya", "yu", "da", "dan"),
        ("Lefkoşe", "tr", "nin", "ye", "yi", "de", "den"),
        ("Tokat", "tr", "ın", "a", "ı", "ta", "tan"),
        ("İstanbul", "tr", "un", "a", "u", "da", "dan"),
        ("Üsküp", "tr", "ün", "e", "ü", "te", "ten"),
        ("Şam", "tr", "ın", "a", "ı", "da", "dan"),
        ("Özbekistan", "az", "ın", "a", "ı", "da", "dan"),
        ("Bakı", "az", "nın", "ya", "nı", "da", "dan"),
        ("Qahirə", "az", "nin", "yə", "ni", "də", "dən"),
        ("Oslo", "az", "nun", "ya", "nu", "da", "dan"),
        ("Daşkənd", "az", "in", "ə", "i", "də", "dən"),
        ("Tokat", "az", "ın", "a", "ı", "da", "dan"),
        ("Köln", "az", "ün", "ə", "ü", "də", "dən"),
        ("Bogotá", "az", "nın", "ya", "nı", "da", "dan"),
    ],
)
def test_endings_follow_the_vowels(
    name: str, language: str, gen: str, dat: str, acc: str, loc: str, abl: str
) -> None:
    sign = "’" if language == "tr" else ""
    endings = {"gen": gen, "dat": dat, "acc": acc, "loc": loc, "abl": abl}
    assert {case: turkic_case(name, case, language) for case in endings} == {
        case: f"{name}{sign}{ending}" for case, ending in endings.items()
    }


@pytest.mark.parametrize(
    ("name", "language", "gen", "dat", "acc", "loc", "abl"),
    [
        ("Afrika Birliği", "tr", "nin", "ne", "ni", "nde", "nden"),
        ("Türk Devletleri Teşkilatı", "tr", "nın", "na", "nı", "nda", "ndan"),
        ("Dünya Sağlık Örgütü", "tr", "nün", "ne", "nü", "nde", "nden"),
        ("Afrika İttifaqı", "az", "nın", "na", "nı", "nda", "ndan"),
        ("Ərəb Ölkələri Birliyi", "az", "nin", "nə", "ni", "ndə", "ndən"),
    ],
)
def test_a_possessive_takes_an_n(
    name: str, language: str, gen: str, dat: str, acc: str, loc: str, abl: str
) -> None:
    sign = "’" if language == "tr" else ""
    for case, ending in zip(
        ("gen", "dat", "acc", "loc", "abl"), (gen, dat, acc, loc, abl), strict=True
    ):
        assert turkic_case(name, case, language, possessive=True) == f"{name}{sign}{ending}"


@pytest.mark.parametrize("case", ["nom", "ins", "prep"])
def test_there_are_no_other_turkic_cases(case: str) -> None:
    with pytest.raises(KeyError, match=case):
        turkic_case("Bakı", case, "az")


@pytest.mark.parametrize(
    ("given_name", "family", "female", "gen", "dat", "acc", "ins", "prep"),
    [
        ("Нурлан", "Бектуров", False, "Нурлана Бектурова", "Нурлану Бектурову", "Нурлана Бектурова", "Нурланом Бектуровым", "Нурлане Бектурове"),
        ("Жан", "Дюпон", False, "Жана Дюпона", "Жану Дюпону", "Жана Дюпона", "Жаном Дюпоном", "Жане Дюпоне"),
        ("Хоакин", "Шахин", False, "Хоакина Шахина", "Хоакину Шахину", "Хоакина Шахина", "Хоакином Шахином", "Хоакине Шахине"),
        ("Кофи", "Менса", False, *["Кофи Менса"] * 5),
        ("Айгуль", "Бектурова", True, "Айгуль Бектуровой", "Айгуль Бектуровой", "Айгуль Бектурову", "Айгуль Бектуровой", "Айгуль Бектуровой"),
        ("Зейнеп", "Коркмаз", True, *["Зейнеп Коркмаз"] * 5),
        ("Валентина", "Коркмаз", True, *["Валентина Коркмаз"] * 5),
        ("", "Бектуров", False, "Бектурова", "Бектурову", "Бектурова", "Бектуровым", "Бектурове"),
    ],
    ids=["-ов", "consonant", "-ин", "vowels", "-ова", "woman", "-ина", "family name"],
)  # fmt: skip
def test_russian_names_are_declined(
    given_name: str, family: str, female: bool, gen: str, dat: str, acc: str, ins: str, prep: str
) -> None:
    wanted = {"gen": gen, "dat": dat, "acc": acc, "ins": ins, "prep": prep}
    assert {case: russian_person(given_name, family, case, female) for case in wanted} == wanted
    assert russian_person(given_name, family, "nom", female) == f"{given_name} {family}".strip()


@pytest.mark.parametrize(
    ("language", "gender", "case", "words"),
    [
        ("fr", "m", "nom", "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième"),
        ("fr", "f", "nom", "première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième"),
        ("en", "m", "nom", "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"),
        ("ar", "m", "nom", "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الحادي-عشر الثاني-عشر الثالث-عشر"),
        ("ar", "f", "nom", "الأولى الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة الحادية-عشرة الثانية-عشرة الثالثة-عشرة"),
        ("ru", "m", "nom", "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый тринадцатый"),
        ("ru", "m", "acc", "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый тринадцатый"),
        ("ru", "m", "gen", "первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого тринадцатого"),
        ("ru", "m", "dat", "первому второму третьему четвертому пятому шестому седьмому восьмому девятому десятому одиннадцатому двенадцатому тринадцатому"),
        ("ru", "m", "ins", "первым вторым третьим четвертым пятым шестым седьмым восьмым девятым десятым одиннадцатым двенадцатым тринадцатым"),
        ("ru", "m", "prep", "первом втором третьем четвертом пятом шестом седьмом восьмом девятом десятом одиннадцатом двенадцатом тринадцатом"),
        ("ru", "f", "nom", "первая вторая третья четвертая пятая шестая седьмая восьмая девятая десятая одиннадцатая двенадцатая тринадцатая"),
        ("ru", "f", "acc", "первую вторую третью четвертую пятую шестую седьмую восьмую девятую десятую одиннадцатую двенадцатую тринадцатую"),
        ("ru", "f", "gen", "первой второй третьей четвертой пятой шестой седьмой восьмой девятой десятой одиннадцатой двенадцатой тринадцатой"),
        ("ru", "n", "nom", "первое второе третье четвертое пятое шестое седьмое восьмое девятое десятое одиннадцатое двенадцатое тринадцатое"),
        ("az", "m", "nom", "birinci ikinci üçüncü dördüncü beşinci altıncı yeddinci səkkizinci doqquzuncu onuncu on-birinci on-ikinci on-üçüncü"),
        ("tr", "f", "nom", "birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci dokuzuncu onuncu on-birinci on-ikinci on-üçüncü"),
    ],
)  # fmt: skip
def test_ordinals_in_words(language: str, gender: str, case: str, words: str) -> None:
    wanted = [word.replace("-", " ") for word in words.split()]
    assert [ordinal(n, language, gender, case, False) for n in range(1, 14)] == wanted


@pytest.mark.parametrize(
    ("language", "gender", "case", "words"),
    [
        ("fr", "m", "nom", "1er 2e 3e 10e 11e 12e 13e 20e 21e 22e 23e 30e 40e 50e 59e"),
        ("fr", "f", "nom", "1re 2e 3e 10e 11e 12e 13e 20e 21e 22e 23e 30e 40e 50e 59e"),
        ("en", "m", "nom", "1st 2nd 3rd 10th 11th 12th 13th 20th 21st 22nd 23rd 30th 40th 50th 59th"),
        ("ar", "f", "nom", "الـ1 الـ2 الـ3 الـ10 الـ11 الـ12 الـ13 الـ20 الـ21 الـ22 الـ23 الـ30 الـ40 الـ50 الـ59"),
        ("ru", "m", "nom", "1-й 2-й 3-й 10-й 11-й 12-й 13-й 20-й 21-й 22-й 23-й 30-й 40-й 50-й 59-й"),
        ("ru", "m", "gen", "1-го 2-го 3-го 10-го 11-го 12-го 13-го 20-го 21-го 22-го 23-го 30-го 40-го 50-го 59-го"),
        ("ru", "n", "dat", "1-му 2-му 3-му 10-му 11-му 12-му 13-му 20-му 21-му 22-му 23-му 30-му 40-му 50-му 59-му"),
        ("ru", "m", "prep", "1-м 2-м 3-м 10-м 11-м 12-м 13-м 20-м 21-м 22-м 23-м 30-м 40-м 50-м 59-м"),
        ("ru", "f", "nom", "1-я 2-я 3-я 10-я 11-я 12-я 13-я 20-я 21-я 22-я 23-я 30-я 40-я 50-я 59-я"),
        ("ru", "f", "acc", "1-ю 2-ю 3-ю 10-ю 11-ю 12-ю 13-ю 20-ю 21-ю 22-ю 23-ю 30-ю 40-ю 50-ю 59-ю"),
        ("ru", "f", "gen", "1-й 2-й 3-й 10-й 11-й 12-й 13-й 20-й 21-й 22-й 23-й 30-й 40-й 50-й 59-й"),
        ("ru", "n", "nom", "1-е 2-е 3-е 10-е 11-е 12-е 13-е 20-е 21-е 22-е 23-е 30-е 40-е 50-е 59-е"),
        ("az", "m", "nom", "1-ci 2-ci 3-cü 10-cu 11-ci 12-ci 13-cü 20-ci 21-ci 22-ci 23-cü 30-cu 40-cı 50-ci 59-cu"),
        ("tr", "m", "nom", "1. 2. 3. 10. 11. 12. 13. 20. 21. 22. 23. 30. 40. 50. 59."),
    ],
)  # fmt: skip
def test_ordinals_in_digits(language: str, gender: str, case: str, words: str) -> None:
    numbers = (1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 30, 40, 50, 59)
    assert [ordinal(n, language, gender, case, True) for n in numbers] == words.split()
    # There are no words beyond the thirteenth.
    assert [ordinal(n, language, gender, case, False) for n in numbers[7:]] == words.split()[7:]


def test_azerbaijani_digits_end_as_the_words_do() -> None:
    for n in range(1, 14):
        digits, word = ordinal(n, "az", "m", "nom", True), ordinal(n, "az", "m", "nom", False)
        assert word.endswith(digits.split("-")[1])


def test_cardinals_are_words_but_in_arabic() -> None:
    assert [cardinal(9, language) for language in LANGUAGES] == ["neuf", "nine", "9", "девять", "doqquz", "dokuz"]  # fmt: skip
    for language in LANGUAGES:
        assert len({cardinal(n, language) for n in range(1, 10)}) == 9


# What fills the slots


def cast_with(**changed: object) -> Cast:
    """Egypt, Aigul Bekturova, the third session, 12 March 2024…: what the README shows."""
    names = world().names["turkic"]
    shown = Cast(
        countries={"A": next(c for c in world().countries if c["key"] == "egypt")},
        people={
            "P": Person(
                next(n for n in names["female"] if n[1] == "Aigul"),
                next(n for n in names["family"] if n[1] == "Bekturov"),
                True,
            )
        },
        organisations={"org": world().organisations[0]},
        topics={"topic": world().topics[0]},
        dates={"d": datetime.date(2024, 3, 12)},
        numbers={"k": 3, "N": 418, "pct": 12},
        session=3,
        digits=False,
    )
    return replace(shown, **changed)  # type: ignore[arg-type]


@cache
def shown() -> dict[str, dict[str, str]]:
    """The README's table: for each slot, its words in the languages that have it."""
    rows = re.findall(r"^\| `\{(\S+)\}` \| (.*) \|$", README, re.MULTILINE)
    cells = {slot: dict(zip(LANGUAGES, row.split(" | "), strict=True)) for slot, row in rows}
    return {
        slot: {language: words for language, words in row.items() if words != "—"}
        for slot, row in cells.items()
    }


def test_the_readme_shows_what_fills_each_slot() -> None:
    assert len(shown()) > 50
    cast = cast_with()
    for slot, row in shown().items():
        assert {language: cast.fill(slot, language) for language in row} == row


@pytest.mark.parametrize("path", ["X", "A.captial", "P.famly", "n.x", "k.gen", "d.hour", "org.adj"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slot_that_there_is_not_is_a_fault(path: str, language: str) -> None:
    with pytest.raises(KeyError):
        cast_with().fill(path, language)


@pytest.mark.parametrize(
    ("family", "female", "wanted"),
    [
        ("Zhumabayev", True, ["Joumabaïeva", "Zhumabayeva", "جوماباييفا", "Жумабаева", "Jumabayeva", "Jumabayeva"]),
        ("Zhumabayev", False, ["Joumabaïev", "Zhumabayev", "جوماباييف", "Жумабаев", "Jumabayev", "Jumabayev"]),
        ("Korkmaz", True, ["Korkmaz", "Korkmaz", "كوركماز", "Коркмаз", "Qorxmaz", "Korkmaz"]),
    ],
)  # fmt: skip
def test_a_womans_family_name(family: str, female: bool, wanted: Sequence[str]) -> None:
    names = world().names["turkic"]["family"]
    somebody = Person(["?"] * 6, next(n for n in names if n[1] == family), female)
    cast = cast_with(people={"P": somebody})
    assert [cast.fill("P.family", language) for language in LANGUAGES] == wanted
    assert [cast.fill("P", language) for language in LANGUAGES] == [f"? {name}" for name in wanted]


@pytest.mark.parametrize(
    ("slot", "day", "wanted"),
    [
        ("d", (2023, 8, 1), ["1er août 2023", "August 1, 2023", "1 أغسطس 2023", "1 августа 2023 года", "1 avqust 2023", "1 Ağustos 2023"]),
        ("d", (2019, 5, 11), ["11 mai 2019", "May 11, 2019", "11 مايو 2019", "11 мая 2019 года", "11 may 2019", "11 Mayıs 2019"]),
        ("d.day", (2023, 8, 2), ["mercredi", "Wednesday", "الأربعاء", "среда", "çərşənbə", "Çarşamba"]),
        ("d.month", (2023, 8, 1), ["août 2023", "August 2023", "أغسطس 2023", "август 2023 года", "avqust 2023", "Ağustos 2023"]),
        ("d.year", (2023, 8, 1), ["2023"] * 6),
        ("d.dateline", (2023, 8, 1), ["1er août", "August 1", "1 أغسطس", "1 августа", "1 avqust", "1 Ağustos"]),
    ],
)  # fmt: skip
def test_dates(slot: str, day: tuple[int, int, int], wanted: Sequence[str]) -> None:
    cast = cast_with(dates={"d": datetime.date(*day)})
    assert [cast.fill(slot, language) for language in LANGUAGES] == wanted


@pytest.mark.parametrize(
    ("month", "form", "wanted"),
    [
        (1, "d.month", "январь 2023 года"),
        (5, "d.month.prep", "мае 2023 года"),
        (8, "d.month.prep", "августе 2023 года"),
        (12, "d.month.prep", "декабре 2023 года"),
    ],
)
def test_russian_months(month: int, form: str, wanted: str) -> None:
    cast = cast_with(dates={"d": datetime.date(2023, month, 1)})
    assert cast.fill(form, "ru") == wanted


def test_a_month_is_the_same_whatever_was_asked_before() -> None:
    asked = """
import datetime
from qa.reader.train.communiques import Cast

cast = Cast({}, {}, {}, {}, {"d": datetime.date(2023, 8, 1)}, {}, 3, False)
print(*(cast.fill("d.month", language) for language in ("az", "ru", "tr", "ar", "en", "fr")), sep=", ")
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == (
        "avqust 2023, август 2023 года, Ağustos 2023, أغسطس 2023, August 2023, août 2023"
    )


def test_the_ordinals_of_a_session() -> None:
    cast = cast_with(session=2)
    assert [cast.fill(f"n.{n}f", "fr") for n in ("prev.", "", "next.")] == ["première", "deuxième", "troisième"]  # fmt: skip
    assert cast.fill("n.prev.m.gen", "ru") == "первого"
    assert cast.fill("n.next.f.acc", "ru") == "третью"
    assert replace(cast, digits=True).fill("n.next", "en") == "3rd"


def test_a_cast_is_fit_for_any_frame() -> None:
    people = {"P": "A m", "Q": "B f", "R": "A f", "S": "C m", "T": "D f", "U": "A m"}
    for held_out, seed in itertools.product((False, True), range(40)):
        part, chance = world().part(held_out), random.Random(seed)
        cast = cast_of(part, people, chance)
        keys_of = [country["key"] for country in cast.countries.values()]
        assert len(set(keys_of)) == len(keys_of) == 4
        assert len({person.family[1] for person in cast.people.values()}) == len(people)
        assert [cast.people[slot].female for slot in people] == [g.endswith("f") for g in people.values()]  # fmt: skip
        assert cast.dates["e"] < cast.dates["d"] < cast.dates["f"]
        assert cast.numbers["k"] != cast.numbers["k2"]
        assert cast.organisations["org"] != cast.organisations["org2"]
        assert len({str(topic) for topic in cast.topics.values()}) == 3
        assert cast.session >= 2


def test_a_town_of_two_words_is_no_possessive() -> None:
    india = next(c for c in world().countries if c["tr"]["capital"] == "Yeni Delhi")
    cast = cast_with(countries={"A": india})
    assert cast.fill("A.capital.loc", "tr") == "Yeni Delhi’de"
    assert cast.fill("A.capital.loc", "az") == "Yeni Dehlidə"


def test_somebody_of_a_region_has_a_name_of_it() -> None:
    taken: set[str] = set()
    names = world().names["arab"]
    for _ in names["family"]:
        person = person_of(world(), "arab", True, taken, random.Random(len(taken)))
        assert person.family in names["family"]
        assert person.given in names["female"]
    assert len(taken) == len(names["family"])
    # With every name of the region taken, the next one is from elsewhere.
    stranger = person_of(world(), "arab", False, taken, random.Random(0))
    assert stranger.family not in names["family"]
    assert stranger.given in names["male"]


# The frames of the repository

SCRIPTS = {"ar": "[\u0600-\u06ff]", "ru": "[А-я]"}


def test_there_are_frames_in_both_languages() -> None:
    ids = [frame.id for frame in frames()]
    assert len(set(ids)) == len(ids) >= 80
    assert {frame.language for frame in frames()} == {"fr", "en"}


def test_every_slot_of_every_frame_fills_in_its_language() -> None:
    assert [slot for frame in frames() for slot in unknown_slots(frame, world())] == []


def test_every_slot_of_every_frame_is_one_that_the_language_has() -> None:
    allowed = {(slot, language) for slot, row in shown().items() for language in row}
    odd = {
        (frame.id, language, path)
        for frame in frames()
        for language, node in nodes_of(frame)
        for path in slots(node)
        if (described(path, frame), language) not in allowed
    }
    assert odd == set()


def nodes_of(frame: Frame) -> Iterator[tuple[str, Node]]:
    """Every line and every phrasing of a frame, with its language."""
    for line in frame.lines:
        yield frame.language, line.content
    for ask in frame.asks:
        for language, phrasings in ask.phrasings.items():
            for phrasing in phrasings:
                yield language, phrasing


def described(path: str, frame: Frame) -> str:
    """The slot of the README's table that shows the form of `path`."""
    name, *forms = path.split(".")
    if name in frame.people:
        name, forms = "P", [form for form in forms if form != "family"] or forms
    elif name in "ABC":
        name = "A"
        if forms[1:] and forms[0] in ("capital", "city"):
            forms = forms[1:]
    elif name == "n":
        forms = [form for form in forms if form not in ("prev", "next")]
        if forms[1:] and set(forms) <= {"m", "f", "n", *CASES}:
            return "n.m.gen"
    else:
        name = {"e": "d", "f": "d"}.get(name, name.rstrip("23"))
    return ".".join([name, *forms])


def test_every_phrasing_is_a_question_in_its_language() -> None:
    chance = random.Random(0)
    for frame in frames():
        item = item_of(frame, world(), chance)
        for number, language in itertools.product(range(len(frame.asks)), LANGUAGES):
            phrasings = frame.asks[number].phrasings[language]
            assert phrasings
            for phrasing in phrasings:
                alone = replace(frame.asks[number], phrasings={language: (phrasing,)})
                one = replace(item, frame=replace(frame, asks=(alone,)))
                question = one.asked(0, language, chance).question
                where = (frame.id, number, language, question)
                assert len(question) > 8, where
                assert question == question.strip(), where
                assert not re.search(r"[<>\[\]{}|]|  | [,.]", question), where
                assert re.search(SCRIPTS.get(language, "[a-zə]"), question), where
                if language not in SCRIPTS:
                    assert not re.search("[\u0400-\u04ff\u0600-\u06ff]", question), where


@pytest.mark.parametrize("seed", range(4))
def test_every_mark_holds_what_it_says(seed: int) -> None:
    chance = random.Random(seed)
    items = [item_of(frame, world(), chance) for frame in frames()]
    assert {fault for item in items for fault in faults_of(item)} == set()


def faults_of(item: Item) -> Iterator[tuple[str, str]]:
    """What is wrong with an item: where, and the words."""
    for odd in re.findall(r".*(?:[<>\[\]{}|]|  | [,.]|\n\n\n).*", item.text):
        yield item.frame.id, odd
    patterns = patterns_of(item)
    for key, spans in item.marks.items():
        for start, end in spans:
            words, before, after = item.text[start:end], item.text[:start], item.text[end:]
            if not any(pattern.fullmatch(words) for pattern in patterns[key]):
                yield f"{item.frame.id}, {key}: not what is marked", words
            if words != words.strip() or re.search(r"[,;:.…]\Z(?<!\b\w\.\w\.)", words):
                yield f"{item.frame.id}, {key}: not trimmed", words
            if re.search(r"\w\Z", before) and re.match(r"\w", words):
                yield f"{item.frame.id}, {key}: begins within a word", before[-20:] + words
            if re.search(r"\w\Z", words) and re.match(r"\w", after):
                yield f"{item.frame.id}, {key}: ends within a word", words + after[:20]


def patterns_of(item: Item) -> dict[str, list[re.Pattern[str]]]:
    """For each key of a frame, what its marks may read, by expressions made from the markup."""
    found: dict[str, list[re.Pattern[str]]] = {}

    def marks(node: Node) -> Iterator[Mark]:
        for part in node:
            if isinstance(part, Mark):
                yield part
                yield from marks(part.content)
            elif isinstance(part, Choice):
                for option in part.options:
                    yield from marks(option)

    for line in item.frame.lines:
        for mark in marks(line.content):
            pattern = re.compile(expression(mark.content, item), re.IGNORECASE)
            found.setdefault(mark.key, []).append(pattern)
    return found


CONTRACTED = {"de ": "(?:de |d'|du |des )", "à ": "(?:à |au |aux )", "que ": "(?:que |qu')"}


def expression(node: Node, item: Item) -> str:
    made = ""
    for part in node:
        if isinstance(part, str):
            made += re.escape(part)
        elif isinstance(part, Slot):
            words = item.cast.fill(part.path, item.frame.language)
            made += f"(?:{re.escape(words)})"
            article, _, rest = words.partition(" ")
            if item.frame.language == "fr" and article.lower() in ("le", "les"):
                made = f"{made[: -len(re.escape(words)) - 1]}{re.escape(words)}|{re.escape(rest)})"
        elif isinstance(part, Choice):
            made += f"(?:{'|'.join(expression(option, item) for option in part.options)})"
        else:
            made += expression(part.content, item)
    if item.frame.language == "fr":
        for before, after in CONTRACTED.items():
            pattern = rf"(?<!\w){re.escape(re.escape(before))}(?=\(\?:)"
            made = re.sub(pattern, after, made)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_share_nothing(language: str) -> None:
    at = LANGUAGES.index(language)
    parts = [world().part(held_out) for held_out in (False, True)]
    for kind in ("country", "organisation", "topic", "family", "male", "female"):
        seen, held = (set(words_of(part, kind, language, at)) for part in parts)
        assert seen
        assert held
        assert not seen & held
        assert seen | held == set(words_of(world(), kind, language, at))
        assert len(held) < len(seen) / 4


def words_of(part: World, kind: str, language: str, at: int) -> Iterator[str]:
    if kind in ("country", "organisation", "topic"):
        tables = {
            "country": part.countries,
            "organisation": part.organisations,
            "topic": part.topics,
        }
        for table in tables[kind]:
            yield table[language]["name"]
    else:
        for kinds in part.names.values():
            for name in kinds[kind]:
                yield name[at]


def test_every_frame_is_in_one_part() -> None:
    seen, held = ({f.id for f in read_frames(held_out)} for held_out in (False, True))
    assert not seen & held
    assert seen | held == {frame.id for frame in frames()}
    languages = {f.language for f in frames() if f.id in held}
    assert languages == {"fr", "en"}
    assert 4 <= len(held) < len(seen) / 4


# Items


def in_six_languages(**questions: str) -> str:
    return "\n".join(
        f'{language} = ["{questions.get(language, questions["en"])}"]' for language in LANGUAGES
    )


ASKS = {
    "who": "<Who|Which person> is {P.family}?",
    "place": "Was it in {A}?",
    "town": "Was it in {A.capital}?",
    "body": "What did {org} say?",
    "round": "Was it the <{n}|{n.prev}|{n.next}> round?",
    "vague": "Was it?",
}
FRAME = "\n".join(
    [
        '[[frame]]\nid = "one"\nlanguage = "en"\npeople = { P = "A m", Q = "B f" }\ntext = """\n',
        "[who|{P}] met [whom|{Q}] in [place|{A.capital}].",
        "? {org} and {org2} took note of [body|{topic}] in {A}, {B} and {C}.",
        "\n ",
        "[vague|<{n}|{n}>] of {n.prev}, {n} and {n.next}.",
        '"""',
        *(
            f'[[frame.ask]]\nanswer = "{key if key in ("who", "place", "body", "vague") else ""}"\n'
            + in_six_languages(en=question)
            for key, question in ASKS.items()
        ),
    ]
)


def frame_from(text: str, tmp_path: Path) -> Frame:
    path = tmp_path / "frames.toml"
    path.write_text(text, encoding="utf-8")
    return frames_of(path)[0]


@pytest.fixture
def frame(tmp_path: Path) -> Frame:
    return frame_from(FRAME, tmp_path)


def test_the_frame_of_the_readme_is_one(tmp_path: Path) -> None:
    [block] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    frame = frame_from(block, tmp_path)
    assert list(unknown_slots(frame, world())) == []
    item = item_of(frame, world(), random.Random(1))
    asked = item.asked(0, "fr", random.Random(1))
    [(start, end)] = asked.spans
    assert item.text[start:end] == item.cast.fill("A.capital", "en")
    assert asked.names == {"A", "B"}
    assert item.asked(1, "ru", random.Random(1)).spans == ()


def test_lines_and_paragraphs(frame: Frame) -> None:
    assert [(line.paragraph, line.optional) for line in frame.lines] == [
        (0, False),
        (0, True),
        (1, False),
    ]
    texts = [item_of(frame, world(), random.Random(seed)) for seed in range(300)]
    gaps = [re.findall(r"\n+", item.text) for item in texts]
    assert sorted(set(map(tuple, gaps))) == [("\n",), ("\n\n",)]
    kept = sum("took note" in item.text for item in texts)
    assert 0.6 < kept / len(texts) < 0.8
    for item in texts:
        first, second = re.split(r"\n+", item.text)
        assert second[0].isupper() or second[0].isdigit()
        town, body = item.cast.fill("A.capital", "en"), item.cast.fill("org", "en")
        noted = f" in {town}. {body[0].upper()}{body[1:]} and " in first
        assert noted == ("took note" in item.text)
        assert noted == bool(item.asked(3, "en", random.Random(0)).spans)


def test_the_first_letter_is_a_capital_of_the_language(tmp_path: Path) -> None:
    text = FRAME.replace('"Was it?"', '"iki {k}?"')
    item = item_of(frame_from(text, tmp_path), world(), random.Random(0))
    chance = random.Random(0)
    first = [item.asked(5, language, chance).question[:3] for language in LANGUAGES]
    assert first == ["Iki", "Iki", "Iki", "Iki", "İki", "İki"]


def test_answers_come_in_the_order_of_their_keys(tmp_path: Path) -> None:
    text = FRAME.replace('answer = "who"', 'answer = "whom nobody who"').replace(
        "[who|{P}]", "[who|{P}] and <[nobody|x]|[who|{P}]>"
    )
    frame = frame_from(text, tmp_path)
    for seed in range(20):
        item = item_of(frame, world(), random.Random(seed))
        spans = item.asked(0, "en", random.Random(seed)).spans
        words = [item.text[start:end] for start, end in spans]
        who, whom = item.cast.fill("P", "en"), item.cast.fill("Q", "en")
        assert words in ([whom, "x", who], [whom, who, who])


def test_a_question_wants_every_part_of_a_list_or_any_one_answer(tmp_path: Path) -> None:
    text = FRAME.replace('answer = "who"', 'every = "place who"')
    frame = frame_from(text, tmp_path)
    item = item_of(frame, world(), random.Random(0))
    listed, other = (item.asked(ask, "en", random.Random(0)) for ask in (0, 1))
    assert listed.every
    assert [item.text[start:end] for start, end in listed.spans] == [
        item.cast.fill("A.capital", "en"),
        item.cast.fill("P", "en"),
    ]
    assert not other.every
    assert not item.asked_in_vain(frame.asks[0], "en", random.Random(0)).every


def test_the_parts_of_a_list_stand_in_different_lines() -> None:
    for frame in frames():
        lines = [set(keys(line.content)) for line in frame.lines]
        for ask in frame.asks:
            if ask.every:
                assert len(set(ask.answers)) > 1, frame.id
                assert all(len(line & set(ask.answers)) < 2 for line in lines), (
                    frame.id,
                    ask.answers,
                )


def test_an_answer_of_no_words_is_none(tmp_path: Path) -> None:
    frame = frame_from(FRAME.replace("[who|{P}]", "{P} [who|<|again>]"), tmp_path)
    made = {item_of(frame, world(), random.Random(seed)).marks.get("who") for seed in range(20)}
    assert None in made
    assert len(made) > 1
    assert all(start < end for spans in made - {None} for start, end in spans or ())


def test_the_same_draws_give_the_same_item(frame: Frame) -> None:
    one, same, other = (item_of(frame, world(), random.Random(seed)) for seed in (5, 5, 6))
    assert one == same != other


@pytest.mark.parametrize(
    ("ask", "pattern", "held"),
    [
        (0, r"(Who|Which person) is (.+)\?", ["P.family", "Q.family"]),
        (1, r"(Was it in) (.+)\?", ["A", "B", "C"]),
        (2, r"(Was it in) (.+)\?", ["A.capital", "B.capital", "C.capital"]),
        (3, r"(What did) (.+) say\?", ["org", "org2"]),
        (4, r"(Was it) the (.+) round\?", ["n.prev", "n", "n.next"]),
    ],
    ids=["person", "country", "town", "organisation", "session"],
)
def test_a_changed_question_names_what_the_item_does_not_hold(
    frame: Frame, ask: int, pattern: str, held: Sequence[str]
) -> None:
    for seed, held_out in itertools.product(range(50), (False, True)):
        part, chance = world().part(held_out), random.Random(seed)
        item = item_of(frame, part, chance)
        state = chance.getstate()
        asked = item.asked(ask, "en", chance)
        chance.setstate(state)
        changed = item.asked_of_another(ask, "en", part, chance)
        assert changed is not None
        assert (changed.ask, changed.spans, changed.names) == (ask, (), asked.names)
        ours, theirs = (re.fullmatch(pattern, one.question) for one in (asked, changed))
        assert ours
        assert theirs
        assert ours[1] == theirs[1]  # the same phrasing
        assert ours[2] in [item.cast.fill(path, "en") for path in (held if ask == 4 else held[:1])]
        assert theirs[2] not in [item.cast.fill(path, "en") for path in held]
        if ask != 3:  # the United Nations are part of UNESCO's name
            assert not re.search(rf"\b{re.escape(theirs[2])}\b", item.text)


def test_a_question_that_names_nothing_is_not_changed(frame: Frame) -> None:
    item = item_of(frame, world(), random.Random(0))
    assert item.asked_of_another(5, "en", world(), random.Random(0)) is None


def test_what_no_item_answers_can_be_asked_about_any_item_in_any_language() -> None:
    trained, held = read_unsaid(held_out=False), read_unsaid(held_out=True)
    assert len(held) == -(-len(trained) // 8)
    assert not {str(ask) for ask in trained} & {str(ask) for ask in held}
    chance, part = random.Random(0), world().part(held_out=False)
    for ask in (*trained, *held):
        assert ask.answers == ()
        for language in LANGUAGES:
            assert len(set(ask.phrasings[language])) == 2
            for phrasing in ask.phrasings[language]:
                one = replace(ask, phrasings={language: (phrasing,)})
                item = item_of(chance.choice(frames()), part, chance)
                asked = item.asked_in_vain(one, language, chance)
                assert (asked.ask, asked.language, asked.spans) == (-1, language, ())
                assert asked.names <= {"A", "B", "P"} != set()
                assert not set("{}[]<>|") & set(asked.question)


def test_what_no_item_answers_is_asked_about_each_of_its_people(frame: Frame) -> None:
    [ask, *_] = [ask for ask in read_unsaid(held_out=False) if "P" in slots_of(ask)]
    named = set()
    for seed in range(40):
        item = item_of(frame, world(), random.Random(1))
        asked = item.asked_in_vain(ask, "en", random.Random(seed))
        named |= {p for p in frame.people if item.cast.fill(f"{p}.family", "en") in asked.question}
    assert named == set(frame.people)


def slots_of(ask: Ask) -> set[str]:
    return {path.split(".")[0] for phrasing in ask.phrasings["en"] for path in slots(phrasing)}


def test_the_questions_of_the_repository_are_changed_in_their_phrasing() -> None:
    chance, part = random.Random(0), world().part(held_out=False)
    changed = 0
    for frame in frames():
        item = item_of(frame, part, chance)
        for number in range(len(frame.asks)):
            language, state = chance.choice(LANGUAGES), chance.getstate()
            other = item.asked_of_another(number, language, part, chance)
            chance.setstate(state)
            asked = item.asked(number, language, chance)
            if other is not None:
                changed += 1
                assert other.question != asked.question
                assert (other.spans, other.names) == ((), asked.names)
                assert asked.names & {*frame.people, "A", "B", "C", "n", "org", "org2"}
    assert changed > 5 * len(frames())


def test_a_twin_is_about_others_at_another_session(frame: Frame) -> None:
    for seed in range(200):
        chance = random.Random(seed)
        item = item_of(frame, world(), chance)
        twin = twin_of(item, world(), chance)
        assert twin.frame is frame
        assert twin.cast.countries == item.cast.countries
        assert item.cast.fill("A.capital", "en") in twin.text
        # Nor is its next session the item's last one.
        assert abs(twin.cast.session - item.cast.session) > 2
        assert twin.text != item.text
        families = [{p.family[1] for p in cast.people.values()} for cast in (item.cast, twin.cast)]
        assert families[0].isdisjoint(families[1])


# Faults


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"""', "", "TOMLDecodeError"),
        (FRAME, "[[frames]]", "KeyError"),
        ("[[frame]]", "[frame]", "expected \\[\\[frame\\]\\]"),
        ('id = "one"', "", r"None: 'id'"),
        ('language = "en"', "", r"one: 'language'"),
        ('people = { P = "A m", Q = "B f" }', "", r"one: 'people'"),
        ('people = { P = "A m", Q = "B f" }', 'people = "A m"', r"one: 'str' object has no attribute"),
        ('people = { P = "A m", Q = "B f" }', 'people = { P = "A m", Q = "E m" }', r"one: Q is 'E m'; expected"),
        ("[[frame.ask]]", "[[frame.asked]]", r"one: 'ask'"),
        ("[place|{A.capital}]", "[place|{A.capital}", r"one: 'the end' where '\]' is expected"),
        ('ru = ["Was it?"]', "", r"one: no question in ru: \['Was it\?'\]"),
        ('ru = ["Was it?"]', "ru = []", r"one: no question in ru"),
        ('ru = ["Was it?"]', 'ru = "Was it?"', r"one: no list of questions in ru: 'Was it\?'"),
        ('["Was it?"]', '["Was {it?"]', r"one: 'the end' where '}' is expected, at «it\?»"),
        ('answer = "who"', 'answer = "who when whom why"', r"one: no mark when, why in the text"),
        ('answer = "who"', 'every = "who when"', r"one: no mark when in the text"),
        ('answer = "who"', 'every = "who who"', r"one: every 'who who' is no list: .*Which person"),
        ('answer = "who"', 'answer = "who"\nevery = "who whom"', r"one: both answer and every: .*Which person"),
    ],
    ids=["toml", "no frame", "one table", "id", "language", "no people", "people", "somebody", "asks", "markup", "no question", "empty", "single", "question", "mark", "part", "no list", "both"],
)  # fmt: skip
def test_a_frame_that_cannot_be_used_is_a_fault(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in FRAME
    with pytest.raises(FrameError, match=rf"frames\.toml.*{message}"):
        frame_from(FRAME.replace(old, new), tmp_path)


def test_slots_that_cannot_be_filled_are_named(tmp_path: Path) -> None:
    text = FRAME.replace("{B}", "{B.adj} and {X}").replace("Was it?", "Was it {A.captial}?")
    found = list(unknown_slots(frame_from(text, tmp_path), world()))
    assert found == ["{X} in en", *(f"{{A.captial}} in {language}" for language in LANGUAGES)]


def test_the_command_checks_frames_and_shows_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text, status, lines in (
        ("good.toml", FRAME, 0, ["── one (en, ", "Was it in "]),
        ("slot.toml", FRAME.replace("{B}", "{X}"), 1, ["error: slot.toml, one: no slot {X} in en"]),
        ("bad.toml", "frame", 1, ["error: "]),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr("sys.argv", ["communiques", str(path)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("qa.reader.train.communiques", run_name="__main__")
        assert ended.value.code == status
        written = capsys.readouterr().out
        assert all(line in written for line in lines)
        assert ("── one" in written) == (status == 0)
