"""Pages, PDF, Word and mail: their text is what they say, and so is what is known of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from formats import Line, docx, lines, pdf

from index.documents import page_of, parse
from index.files import Facts, Skipped, SourceFile, read_folder, read_source
from index.files import pdf as module
from index.passages import sentences_of

FORMATS = Path(__file__).parent / "corpora" / "formats"


def read(folder: Path, name: str, data: bytes) -> SourceFile:
    """The file of this name and content, when it is in a folder."""
    (folder / name).write_bytes(data)
    found = read_source(folder, name)
    assert isinstance(found, SourceFile), found
    return found


def refused(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    found = read_source(folder, name)
    assert isinstance(found, Skipped), found
    return found.reason


def sentences(file: SourceFile) -> list[str]:
    document = parse(file.source, file.text, file.facts)
    return [document.text[s.start : s.end] for s in sentences_of(document)]


# Web pages.


def test_a_page_is_its_article_and_what_it_says_of_itself() -> None:
    found = read_source(FORMATS, "article.html")
    assert isinstance(found, SourceFile)
    assert found.facts == Facts("Visite à Bakou", "2023-04-19", "metadata", "Agence Levante")
    assert "Accueil" not in found.text
    assert "droits" not in found.text
    assert sentences(found) == [
        "Le ministre a reçu son homologue, à l’occasion d’une visite d’œuvre ; ils ont signé un "
        "accord.",
        "Premier accord signé hier.",
        "Second accord signé lundi.",
        "La quatrième session se tiendra à Bakou.",
    ]
    document = parse(found.source, found.text, found.facts)
    assert (document.title, document.agency) == ("Visite à Bakou", "LEVANTE")


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("windows-1251", "cp1251"), ("koi8-r", "koi8-r"), ("utf-8", "utf-8"), ("x-unknown", "utf-8")],
)
def test_a_page_is_of_the_encoding_that_it_declares(
    tmp_path: Path, charset: str, encoding: str
) -> None:
    page = f"<html><head><meta charset='{charset}'></head><body><p>Мир в Баку.</p></body></html>"
    assert read(tmp_path, "a.htm", page.encode(encoding)).text == "Мир в Баку."


def test_what_a_page_declares_of_itself_wrongly_is_not_believed(tmp_path: Path) -> None:
    page = "<html><head><meta charset='utf-8'></head><body><p>Мир.</p></body></html>"
    assert refused(tmp_path, "a.html", page.encode("cp1251")).startswith("not utf-8 text")


def test_a_page_has_no_date_but_one_that_it_gives_as_such(tmp_path: Path) -> None:
    text = "<p>Le 12 août 2019, ils ont signé. Publié le 13/08/2019.</p>© 2024"
    page = f"<html><body>{text}</body></html>"
    assert read(tmp_path, "a.html", page.encode()).facts.date is None


def test_a_fragment_of_a_page_is_read(tmp_path: Path) -> None:
    assert (
        read(tmp_path, "a.html", b"<p>Un texte &amp; un <b>mot</b>.").text == "Un texte & un mot."
    )


# PDF.


def test_lines_of_a_page_are_joined_to_sentences_and_paragraphs(tmp_path: Path) -> None:
    page = lines(
        "Visite à Bakou", "", "Le ministre a reçu son homo-", "logue azerbaïdjanais à Alger,",
        "capitale du pays. Ils ont signé.", "", "Le vice-président a parlé. Le vice-",
        "président est parti de Nur-", "Sultan.",
    )  # fmt: skip
    found = read(tmp_path, "a.pdf", pdf(page))
    assert found.text.splitlines() == [
        "Visite à Bakou",
        "Le ministre a reçu son homologue azerbaïdjanais à Alger, capitale du pays. Ils ont signé.",
        "Le vice-président a parlé. Le vice-président est parti de Nur-Sultan.",
    ]
    assert sentences(found) == [
        "Le ministre a reçu son homologue azerbaïdjanais à Alger, capitale du pays.",
        "Ils ont signé.",
        "Le vice-président a parlé.",
        "Le vice-président est parti de Nur-Sultan.",
    ]


def test_pages_are_known_by_where_they_begin(tmp_path: Path) -> None:
    one = lines("Le ministre a reçu son homologue et lui a", "dit que tout va bien")
    two = lines("dans les deux pays. Il est parti.", "Une phrase de la fin.")
    found = read(tmp_path, "a.pdf", pdf(one, [], two))
    document = parse(found.source, found.text, found.facts)
    assert document.text.startswith("dans les deux", document.pages[2])
    assert document.pages[0] == 0
    assert [page_of(document, found.text.index(w)) for w in ("Le", "bien", "dans", "fin")] == [
        *(1, 1, 3, 3)
    ]
    assert sentences(found)[0] == (
        "Le ministre a reçu son homologue et lui a dit que tout va bien dans les deux pays."
    )


def test_a_text_without_pages_has_no_page() -> None:
    assert page_of(parse("a.txt", "Un texte."), 3) is None


def test_what_comes_back_on_each_page_is_no_text(tmp_path: Path) -> None:
    pages = [
        [Line("Agence Levante", 780), *lines(f"Une phrase {word}."), Line(f"{n} / 3", 20)]
        for n, word in enumerate(("première", "seconde", "dernière"), start=1)
    ]
    assert read(tmp_path, "a.pdf", pdf(*pages)).text.splitlines() == [
        "Une phrase première.",
        "Une phrase seconde.",
        "Une phrase dernière.",
    ]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = lines("Le ministre a", "reçu son homo-", "logue hier.")
    right = lines("Ils ont signé", "un accord.", x=350)
    assert read(tmp_path, "a.pdf", pdf([*left, *right])).text == (
        "Le ministre a reçu son homologue hier.\nIls ont signé un accord."
    )


ARABIC = "الوزير استقبل نظيره (أمس) في 2025."


def drawn(word: str) -> str:
    """A word as it stands from left to right."""
    turned = word.translate(str.maketrans("()", ")("))[::-1]
    return turned if "2" not in word else ".2025"


def test_arabic_is_read_in_its_own_order_however_it_is_drawn(tmp_path: Path) -> None:
    letters = "".join(sorted(set(ARABIC) - {" "}))
    at_once = [Line(" ".join(drawn(word) for word in reversed(ARABIC.split())), 700)]
    x, by_words = 400.0, []
    for word in ARABIC.split():
        x -= 7.2 * (len(word) + 1)
        by_words.append(Line(drawn(word) + " ", 700, x))
    for page in (at_once, by_words):
        assert read(tmp_path, "a.pdf", pdf(page, letters=letters)).text == ARABIC


@pytest.mark.parametrize(
    ("text", "places", "read"),
    [
        ("ىلإ", (0, 1, 2), "إلى"),
        ("إلى", (2, 1, 0), "إلى"),
        ("قلاطب", (0, 1, 1, 2, 3), "بطلاق"),
        ("abc", (0, 1, 2), "abc"),
    ],
    ids=["backwards", "forwards", "ligature", "latin"],
)
def test_a_word_that_comes_backwards_is_turned(
    text: str, places: tuple[int, ...], read: str
) -> None:
    assert module._in_reading_order(text, [(float(p), p + 1.0) for p in places]) == read


def test_a_compound_whose_parts_are_words_keeps_its_hyphen(tmp_path: Path) -> None:
    page = lines("Le porte est là et la parole aussi, et le porte-", "parole est venu à Bakou.")
    found = read(tmp_path, "a.pdf", pdf(page))
    assert found.text.endswith("et le porte-parole est venu à Bakou.")


def test_the_title_in_a_pdf_is_believed_where_it_stands_in_the_text(tmp_path: Path) -> None:
    page = lines("Visite à Bakou", "", "Le ministre a reçu son homologue.")
    assert (
        read(tmp_path, "a.pdf", pdf(page, title="Visite à Bakou")).facts.title == "Visite à Bakou"
    )
    assert read(tmp_path, "a.pdf", pdf(page, title="Microsoft Word - x")).facts.title is None


def test_the_day_on_which_a_pdf_was_made_is_not_its_date(tmp_path: Path) -> None:
    assert read(tmp_path, "a.pdf", pdf(lines("Un texte."))).facts.date is None


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "a.pdf", pdf([])) == "no text in it, perhaps pictures of pages"


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 2)
    assert module.parse_pdf(pdf([], lines("Un texte."))).text == "Un texte."
    with pytest.raises(ValueError, match="more than 2 pages"):
        module.parse_pdf(pdf([], [], lines("Un texte.")))


# Word.


def test_a_word_document_is_its_paragraphs(tmp_path: Path) -> None:
    data = docx("Visite à Bakou", "Un mot.\tDeux.", title="Visite à Bakou", table=("Une.", "Deux."))
    found = read(tmp_path, "a.docx", data)
    assert found.text == "Visite à Bakou\nUn mot.\tDeux.\nUne.\nDeux."
    assert found.facts == Facts(title="Visite à Bakou")
    assert read(tmp_path, "b.docx", docx("Un mot.", title="Modèle")).facts == Facts()


def test_tracked_changes_and_text_boxes_are_read_once(tmp_path: Path) -> None:
    import io

    from docx import Document
    from docx.oxml import parse_xml

    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    inner = "<w:txbxContent><w:p><w:r><w:t>Dans un cadre.</w:t></w:r></w:p></w:txbxContent>"
    document = Document()
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {spaces}><w:pPr><w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs></w:pPr>"
            "<w:r><w:t>Un </w:t></w:r><w:del><w:r><w:delText>vieux </w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>nouveau </w:t></w:r></w:ins><w:r><w:t>mot.</w:t></w:r>"
            f"<w:r><mc:AlternateContent><mc:Choice>{inner}</mc:Choice>"
            f"<mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ),
    )
    file = io.BytesIO()
    document.save(file)
    assert read(tmp_path, "a.docx", file.getvalue()).text == "Un nouveau mot.\nDans un cadre."


# Mail.


def test_a_mail_is_its_text_and_what_is_attached_is_named() -> None:
    found, attached = (f for f in read_folder(FORMATS) if f.source.startswith("mail.eml"))
    assert isinstance(found, SourceFile)
    assert found.text == ("Le ministre a reçu son homologue à l’aube, avant de\nsigner un accord.")
    assert found.facts == Facts("Visite à Bakou", "2023-04-19", "metadata", "LEVANTE Presse")
    assert attached == Skipped("mail.eml/accord.pdf", "attached; to read it, save it as a file")
    assert read_source(FORMATS, "mail.eml") == found
    assert read_source(FORMATS, "mail.eml/accord.pdf") == attached
    assert sentences(found) == [
        "Le ministre a reçu son homologue à l’aube, avant de\nsigner un accord."
    ]


def mail(*headers: str, text: str = "Un texte.") -> bytes:
    return ("\r\n".join((*headers, "", text))).encode()


@pytest.mark.parametrize(
    ("sender", "agency"),
    [
        ("APS <a@b.c>", "APS"),
        ("DUPONT Jean <a@b.c>", None),
        ("Xinhua News <a@b.c>", "Xinhua News"),
        ("=?utf-8?b?0KLQkNCh0KE=?= <a@b.c>", "ТАСС"),
        ("Leïla Hadj <a@b.c>", None),
        ("a@b.c", None),
        ("<<>>", None),
    ],
)
def test_a_sender_is_an_agency_where_the_name_is_one(
    tmp_path: Path, sender: str, agency: str | None
) -> None:
    assert read(tmp_path, "a.eml", mail(f"From: {sender}")).facts.agency == agency


@pytest.mark.parametrize("date", ["soon", "Fri, 99 Aug 2022 23:30:00 +0100", "", "0"])
def test_a_date_that_is_none_is_none(tmp_path: Path, date: str) -> None:
    assert read(tmp_path, "a.eml", mail("From: x", f"Date: {date}")).facts.date is None


def test_a_mail_is_of_the_encoding_that_it_declares(tmp_path: Path) -> None:
    head = b"Content-Type: text/plain; charset=koi8-r\r\n\r\n"
    assert read(tmp_path, "a.eml", head + "Мир.".encode("koi8-r")).text == "Мир."


def test_a_mail_that_is_a_page_is_its_article(tmp_path: Path) -> None:
    data = mail("Content-Type: text/html; charset=utf-8", text="<p>Un texte de <b>mail</b>.</p>")
    assert read(tmp_path, "a.eml", data).text == "Un texte de mail."


# Markdown.


def test_markdown_is_kept_as_it_is_but_for_its_fields(tmp_path: Path) -> None:
    fields = '---\ntitle: "Un titre"\ndate: 2023-04-19\nsource: APS\ntags: [a]\n---\n'
    found = read(tmp_path, "a.md", f"{fields}# Autre\n\nUn *mot*.\n".encode())
    assert found.text == "# Autre\n\nUn *mot*.\n"
    assert found.facts == Facts("Un titre", "2023-04-19", "metadata", "APS")
    assert sentences(found) == ["Un *mot*."]
    plain = read(tmp_path, "b.md", b"# Un titre #\n\n---\ndate: 2020\n---\nUn mot.\n")
    assert (plain.facts.title, plain.facts.date) == ("Un titre", None)
    assert plain.text.startswith("# Un titre #")


def test_a_folder_of_all_kinds_is_read_whole(tmp_path: Path) -> None:
    for name in ("article.html", "mail.eml"):
        shutil.copy(FORMATS / name, tmp_path)
    (tmp_path / "a.pdf").write_bytes(pdf(lines("Un texte.")))
    (tmp_path / "b.docx").write_bytes(docx("Un texte."))
    (tmp_path / "c.txt").write_text("Un texte.")
    found = list(read_folder(tmp_path))
    assert [f.source for f in found if isinstance(f, SourceFile)] == [
        *("a.pdf", "article.html", "b.docx", "c.txt", "mail.eml")
    ]
    again = [read_source(tmp_path, f.source) for f in found]
    assert again == found


def test_short_paragraphs_of_a_pdf_stay_apart_where_they_are_most_of_the_page(
    tmp_path: Path,
) -> None:
    drawn, top = [], 700.0
    for text in [
        "Bakou, 19 avril",
        "Un accord a été",
        "signé à Bakou.",
        "Une visite suit.",
        "Fin.",
    ]:
        top -= 14 if text.startswith("signé") else 28
        drawn += lines(text, top=top)
    (tmp_path / "a.pdf").write_bytes(pdf(drawn))
    found = read_source(tmp_path, "a.pdf")
    assert isinstance(found, SourceFile)
    assert found.text == ("Bakou, 19 avril\nUn accord a été signé à Bakou.\nUne visite suit.\nFin.")
