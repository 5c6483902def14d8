"""Folders as they come: what is text is read exactly, and what is not is left out with a reason."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.files import (
    MAX_BYTES,
    Facts,
    Skipped,
    SourceFile,
    Unchanged,
    decode,
    decoding,
    read_folder,
    read_source,
    shown,
)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xc3\xa9\n", "café\n"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café"),
        ("café".encode("utf-16"), "café"),
        (b"\xfe\xff" + "café".encode("utf-16-be"), "café"),
        (b"un\r\ndeux\rtrois\n", "un\r\ndeux\rtrois\n"),
        ("\u200fالجزائر\u200e\u200b".encode(), "\u200fالجزائر\u200e\u200b"),
        ("tab\tpage\fligne\x85".encode(), "tab\tpage\fligne\x85"),
        ("🇩🇿 🙂 e\u0301".encode(), "🇩🇿 🙂 e\u0301"),
        ("café".encode("utf-32"), "café"),
        (b"\x00\x00\xfe\xff" + "café".encode("utf-32-be"), "café"),
    ],
)
def test_text_is_read_character_for_character(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("café".encode("latin-1"), "not utf-8 text: byte 0xe9 at 3"),
        (b"un\xff", "not utf-8 text: byte 0xff at 2"),
        (b"lone \xed\xa0\x80 surrogate", "not utf-8 text: byte 0xed at 5"),
        (b"un\0deux", "not a text file (control character U+0000 at 2)"),
        (b"\x1b[31mrouge", "not a text file (control character U+001B at 0)"),
        (b"\x89PNG\r\n\x1a\n\0\0\xff", "not a text file (binary content)"),
        ("café".encode("utf-16-le"), "not a text file"),
        (b"\xff\xfea", "not utf-16 text: byte 0x61 at 2"),
        (b"\xff\xfe\0\0caf", "not utf-32 text: byte 0x63 at 4"),
    ],
)
def test_what_is_not_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason)):
        decode(data)


FRENCH = (
    "Le ministre des Affaires étrangères a été reçu à Alger, où il a signé l'accord très attendu."
)
RUSSIAN = "Министр иностранных дел провёл переговоры с алжирским коллегой в Москве."
ARABIC = "استقبل وزير الشؤون الخارجية نظيره الأذربيجاني يوم الاثنين بالجزائر العاصمة."
TURKISH = "Dışişleri Bakanı, Cezayirli mevkidaşıyla görüştü; ilişkilerin güçlendirilmesi gerekiyor."
ENGLISH = "The minister’s visit “was a success”, his country’s news agency said on Monday."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (FRENCH, "iso-8859-1"),
        (FRENCH, "iso-8859-15"),
        (FRENCH, "mac_roman"),
        (FRENCH, "cp1256"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso-8859-5"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "mac_cyrillic"),
        (ARABIC, "cp1256"),
        (ARABIC, "iso-8859-6"),
        (TURKISH, "cp1254"),
        (TURKISH, "iso-8859-9"),
        (ENGLISH, "cp1252"),
    ],
    ids=lambda given: given if len(given) < 20 else "",
)
def test_an_older_encoding_is_told_by_the_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
    assert decode((text * 5_000).encode(encoding)) == text * 5_000


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("A külügyminiszter fogadta algériai kollégáját, Erdős Pétert, a szőlőhegyen.", "cp1250"),
        ("Ministr zahraničí přijal svého kolegu a jednali o spolupráci v energetice.", "cp1250"),
        ("Minister przyjął swojego odpowiednika i omówił współpracę gospodarczą.", "cp1250"),
        ("Ministrul a primit omologul său şi a discutat despre învăţământ şi energie.", "cp1250"),
        ("Utrikesministern tog emot sin kollega på måndagen för ett möte.", "cp1252"),
        ("Ο υπουργός Εξωτερικών υποδέχθηκε τον ομόλογό του στην Αθήνα τη Δευτέρα.", "cp1253"),
        ("外交部长在北京会见了来访的阿尔及利亚外长，双方讨论了合作问题。", "gb18030"),
        ("外務大臣は東京でアルジェリアの外相と会談し、協力について話し合いました。", "shift_jis"),
        ("Le café.", "cp1252"),
        ("Баку.", "cp1251"),
    ],
)  # fmt: skip
def test_no_character_is_invented_where_the_encoding_is_in_doubt(text: str, encoding: str) -> None:
    with pytest.raises(ValueError, match="nor of another encoding beyond doubt"):
        decode(text.encode(encoding))


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "iso-8859-2"),
        (" Windows-1250 ", "cp1250"),
        ("utf-8", None),
        ("base64", None),
        ("rot13", None),
        ("nothing", None),
        ("", None),
        ("x\0y", None),
    ],
)
def test_a_declared_encoding_is_taken_where_the_bytes_are_of_it(
    declared: str, encoding: str | None
) -> None:
    text = "Ministr přijal kolegu."
    if encoding is not None:
        assert decode(text.encode(encoding), declared) == text
    else:
        with pytest.raises(ValueError, match="not utf-8 text"):
            decode(text.encode("cp1250"), declared)


def test_what_is_declared_latin_is_read_as_the_windows_encoding_that_is_meant() -> None:
    assert decode("l’œuvre".encode("cp1252"), "ISO-8859-1") == "l’œuvre"
    assert decode("ğ’ü".encode("cp1254"), "iso-8859-9") == "ğ’ü"


def test_what_would_encode_to_other_bytes_is_not_decoded() -> None:
    assert decode("外務".encode("cp932"), "cp932") == "外務"
    with pytest.raises(ValueError, match="not utf-8 text"):
        decode("外務".encode("cp932") + b"\xee\xf9", "cp932")


@pytest.mark.parametrize("word", ["мiнистр", "mинистр", "Алжиr", "алЖир", "ал§жир", "стран€"])
def test_letters_that_no_language_puts_side_by_side_are_not_plausible(word: str) -> None:
    text = "министр принял коллегу в столице страны и подписал соглашение"
    assert decoding._plausible(text)
    assert not decoding._plausible(f"{text} {word}")


def test_utf_8_is_utf_8_whatever_is_declared() -> None:
    assert decode("café".encode(), "windows-1252") == "café"


def test_the_largest_text_is_decoded_in_no_time() -> None:
    assert len(decode(b"mot " * (MAX_BYTES // 4))) == MAX_BYTES
    with pytest.raises(ValueError, match="not utf-8 text"):
        decode(b"mot " * (MAX_BYTES // 4 - 1) + b"\xff\xfe")


def read(folder: Path) -> dict[str, str]:
    """Each source with its text, or with the reason why it is skipped, after a cross."""
    return {
        item.source: item.text if isinstance(item, SourceFile) else f"✗ {item.reason}"
        for item in read_folder(folder)
        if not isinstance(item, Unchanged)
    }


def test_a_folder_is_read_whole_and_every_refusal_is_named(tmp_path: Path) -> None:
    folder, outside = tmp_path / "docs", tmp_path / "outside"
    (folder / "sub" / "deeper").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("dehors")
    (folder / "b.txt").write_text("deux")
    (folder / "a.TXT").write_text("un")
    (folder / "sub" / "deeper" / "c.txt").write_text("trois")
    (folder / ".hidden.txt").write_text("caché")
    (folder / "notes.md").write_text("notes")
    (folder / "notes.odt").write_text("notes")
    (folder / "empty.txt").touch()
    (folder / "blank.txt").write_text(" \n\t\u200b\n--\n")
    (folder / "latin.txt").write_bytes("é".encode("latin-1"))
    (folder / "line\nend.txt").write_text("nom sur deux lignes")
    (folder / "gpj\u202etxt.txt").write_text("nom retourné")
    (folder / ("n" * 251 + ".txt")).write_text("nom long")
    (folder / "inside.txt").symlink_to("b.txt")
    (folder / "out.txt").symlink_to(outside / "secret.txt")
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "around").symlink_to(folder)
    (folder / "folder.txt").mkdir()
    os.mkfifo(folder / "pipe.txt")
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.txt")).write_text("nom invalide")
    assert read(folder) == {
        "a.TXT": "un",
        "b.txt": "deux",
        "around": "✗ a link to a folder",
        "bad\udcff.txt": "✗ its name is not valid UTF-8",
        "blank.txt": "✗ no words in it",
        "broken.txt": "✗ No such file or directory",
        "empty.txt": "✗ empty",
        "gpj\u202etxt.txt": "nom retourné",
        "inside.txt": "deux",
        "latin.txt": "✗ not utf-8 text: byte 0xe9 at 0, nor of another encoding beyond doubt",
        "line\nend.txt": "nom sur deux lignes",
        "loop.txt": "✗ Too many levels of symbolic links",
        "n" * 251 + ".txt": "nom long",
        "notes.md": "notes",
        "notes.odt": ("✗ not one of .csv, .docx, .eml, .htm, .html, .jsonl, .md, .pdf, .txt, .zip"),
        "out.txt": "✗ a link to outside the folder",
        "pipe.txt": "✗ not a regular file",
        "sub/deeper/c.txt": "trois",
    }


def test_files_come_by_name_before_folders(tmp_path: Path) -> None:
    for source in ("z.txt", "a/2.txt", "a/1.txt", "a/b/0.txt", "c/3.txt"):
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("mot")
    assert list(read(tmp_path)) == ["z.txt", "a/1.txt", "a/2.txt", "a/b/0.txt", "c/3.txt"]


def test_a_file_that_vanishes_after_it_was_listed_is_skipped(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("mot")
    found = read_folder(tmp_path)
    assert isinstance(next(found), SourceFile)
    (tmp_path / "b.txt").unlink()
    assert list(found) == [Skipped("b.txt", "No such file or directory")]


def test_a_file_that_is_too_large_is_skipped(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert read(tmp_path) == {"a.txt": "✗ more than 20,000,000 bytes"}


def test_folders_deeper_than_the_system_reads_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mot")
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(20):  # 20 × 250 characters, where a path may have 4,096
            os.mkdir("d" * 250, dir_fd=here)
            below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
    finally:
        os.close(here)
    found = list(read_folder(tmp_path))
    assert isinstance(found[0], SourceFile)
    assert [item.reason for item in found[1:] if isinstance(item, Skipped)] == [
        "File name too long"
    ]


def test_one_file_is_read_by_its_source(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_bytes(b"mot\r\n")
    found = read_source(tmp_path, "sub/a.txt")
    assert isinstance(found, SourceFile)
    assert (found.source, found.text) == ("sub/a.txt", "mot\r\n")


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2022-08-12_aps.txt", "2022-08-12"),
        ("aps_2022_08_12.txt", "2022-08-12"),
        ("20220812.txt", "2022-08-12"),
        ("APS 2022.08.12 (2).txt", "2022-08-12"),
        ("aps-2022-08.txt", "2022-08"),
        ("2022-08-12 - 2022-08-12.txt", "2022-08-12"),
        ("2022-08-12 - 2022-08-14.txt", None),
        ("vision-2030.txt", None),
        ("202208.txt", None),
        ("2022-13-01.txt", None),
        ("2022-02-30.txt", None),
        ("12-08-2022.txt", None),
        ("2021-2022.txt", None),
        ("2022-08-1.txt", None),
        ("1234-05-06.txt", None),
        ("x120220812.txt", None),
        ("001.txt", None),
    ],
)
def test_the_name_of_a_file_may_hold_a_date(tmp_path: Path, name: str, date: str | None) -> None:
    (tmp_path / name).write_text("Un mot.")
    found = read_source(tmp_path, name)
    assert isinstance(found, SourceFile)
    assert found.facts == Facts(date=date, date_origin="name" if date else None)


def test_a_folder_that_is_not_one_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, message in (
        (tmp_path / "file", "expected a folder of documents, found a file"),
        (tmp_path / "nothing", "expected a folder of documents, found nothing"),
        (tmp_path / ("n" * 300), "File name too long"),
    ):
        with pytest.raises(CorpusError, match=message):
            list(read_folder(path))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("é بيراموف.txt", "é بيراموف.txt"),
        ("a\nb", "a\\nb"),
        ("\u202etxt", "\\u202etxt"),
        ("bad\udcff", "bad\\udcff"),
        ("\x1b[31m", "\\x1b[31m"),
    ],
)
def test_a_name_is_shown_on_one_line(name: str, line: str) -> None:
    assert shown(name) == line
    assert str(CorpusError(name)) == line
