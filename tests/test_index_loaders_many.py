"""Tables and archives: many documents a file, each found again by its source, however hostile."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from formats import zipped

from index.documents import parse
from index.files import (
    Columns,
    Facts,
    Skipped,
    SourceFile,
    Unchanged,
    archives,
    read_folder,
    read_source,
    reading,
    tables,
)
from index.files.process import PARSER

FORMATS = Path(__file__).parent / "corpora" / "formats"
COLUMNS = Columns.parse("text=body,title=headline,date=published,agency=agency")


def told(folder: Path, columns: Columns | None = None) -> dict[str, str]:
    """Each source with its text, or with the reason why it is skipped, after a cross; each one is
    read again by its source alone, and has to come out the same."""
    found = list(read_folder(folder, columns))
    files = [item for item in found if isinstance(item, SourceFile)]
    assert [read_source(folder, file.source, columns) for file in files] == files
    assert len({file.source for file in files}) == len(files)
    return {
        item.source: item.text if isinstance(item, SourceFile) else f"✗ {item.reason}"
        for item in found
        if not isinstance(item, Unchanged)
    }


# The names of columns.


@pytest.mark.parametrize(
    "line", ["text=body", "text=body,title=headline,date=published,agency=source", "text=a b=c"]
)
def test_columns_are_written_as_they_are_read(line: str) -> None:
    assert str(Columns.parse(line)) == line
    assert Columns.parse(str(Columns.parse(line))) == Columns.parse(line)


def test_blanks_around_the_names_of_columns_are_nothing() -> None:
    assert Columns.parse(" date = day , text = body ") == Columns("body", date="day")


@pytest.mark.parametrize(
    "line", ["", "text", "title=headline", "text=", "text=a,text=b", "text=a,other=b", "text=a,"]
)
def test_what_names_no_columns_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Columns.parse(line)


@pytest.mark.parametrize("name", ["", " a", "a,b"])
def test_a_column_that_could_not_be_read_back_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="without commas"):
        Columns("body", title=name)


# Tables.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def table(folder: Path, name: str, content: str | bytes) -> Path:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    return folder


def test_a_row_is_an_article_with_the_number_a_spreadsheet_gives_it(folder: Path) -> None:
    table(folder, "a.csv", (FORMATS / "articles.csv").read_bytes())
    assert told(folder, COLUMNS) == {
        "a.csv#2": "Le ministre a reçu son homologue.\n\nIls ont signé un accord.",
        "a.csv#4": "La quatrième session s’est tenue à Alger.",
        "a.csv#5": "✗ empty",
    }
    first, second, _ = read_folder(folder, COLUMNS)
    assert isinstance(first, SourceFile)
    assert isinstance(second, SourceFile)
    assert first.facts == Facts("Visite à Bakou", "2023-04-19", "metadata", "LEVANTE")
    assert second.facts == Facts("Session", "2022-08-12", "metadata")
    assert parse(first.source, first.text, first.facts).title == "Visite à Bakou"


def test_an_object_a_line_is_an_article_with_the_number_of_its_line(folder: Path) -> None:
    table(folder, "a.jsonl", (FORMATS / "articles.jsonl").read_bytes())
    found = told(folder, Columns("body", title="headline", date="published"))
    broken = found.pop("a.jsonl#7")
    assert broken.startswith("✗ not JSON (")
    assert found == {
        "a.jsonl#1": "Le ministre a reçu son homologue.",
        "a.jsonl#3": "✗ not a JSON object",
        "a.jsonl#4": "Un mot 🙂 bien écrit.",
        "a.jsonl#5": "✗ not a text file (lone surrogate U+D83D at 7)",
        "a.jsonl#6": "✗ no text in its column body",
    }


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2022-08-12", "2022-08-12"),
        ("2022-08-12T10:00:00Z", "2022-08-12"),
        ("2022-08-12 10:00", "2022-08-12"),
        ("2022/08/12", "2022-08-12"),
        ("20220812", "2022-08-12"),
        ("2022-08", "2022-08"),
        ("2022", "2022"),
        ("12 août 2022", "2022-08-12"),
        ("August 12, 2022", "2022-08-12"),
        ("12 августа 2022", "2022-08-12"),
        ("12/08/2022", None),
        ("202208", None),
        ("2022-13-01", None),
        ("2022-08-12-13", None),
        ("12 août", None),
        ("hier", None),
        ("", None),
        ("9" * 1000, None),
    ],
)
def test_a_column_has_the_dates_that_can_be_read_in_one_way(
    folder: Path, written: str, date: str | None
) -> None:
    table(folder, "a.csv", f'body,day\nUn texte.,"{written}"\n')
    found = read_source(folder, "a.csv#2", Columns("body", date="day"))
    assert isinstance(found, SourceFile)
    assert (found.facts.date, found.facts.date_origin) == (date, "metadata" if date else None)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_table_is_read_whatever_parts_its_cells(folder: Path, mark: str, encoding: str) -> None:
    text = "Министр принял коллегу в Баку, где стороны подписали соглашение."
    content = f'id{mark}body\r\n1{mark}"{text}"\r\n'.encode(encoding)
    assert told(table(folder, "a.csv", content), Columns("body")) == {"a.csv#2": text}


def test_a_table_without_columns_says_how_to_name_them(folder: Path) -> None:
    table(folder, "a.csv", "body\nUn texte.\n")
    reason = "✗ a table; to read it, name its columns, as in text=body,title=headline"
    assert told(folder)["a.csv"].startswith(reason)
    assert isinstance(read_source(folder, "a.csv#2"), Skipped)


def test_a_column_that_is_not_there_is_named_and_so_are_those_that_are(folder: Path) -> None:
    table(folder, "a.csv", "id;cor\u202eps\n1;Un texte.\n")
    assert told(folder, Columns("body")) == {
        "a.csv": "✗ no column body; there are id, cor\\u202eps"
    }


def test_the_hash_of_a_row_is_of_what_is_read_of_it(folder: Path) -> None:
    def hashed(content: str, columns: str = "text=body") -> str:
        table(folder, "a.csv", content)
        found = read_source(folder, "a.csv#2", Columns.parse(columns))
        assert isinstance(found, SourceFile)
        return found.sha256

    first = hashed("id,body,day\n1,Un texte.,2022\n")
    assert hashed("id,body,day\n2,Un texte.,2023\n") == first
    assert hashed("id,body,day\n1,Un autre.,2022\n") != first
    assert hashed("id,body,day\n1,Un texte.,2022\n", "text=body,date=day") != first


def test_no_more_of_a_table_is_read_than_a_row_may_hold(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_ROW", 100_000)
    reason = "✗ a row of more than 100,000 characters"
    for row in ("b" * 150_000, '"' + "b\n" * 75_000 + '"', '"' + '","\n' * 40_000):
        found = told(table(folder, "a.csv", f"body\nUn texte.\n{row}\n"), Columns("body"))
        assert found == {"a.csv#2": "Un texte.", "a.csv": reason}
    (folder / "a.csv").unlink()
    content = '{"body": "Un texte."}\n' + '{"body": "' + "b" * 200_000
    assert told(table(folder, "a.jsonl", content), Columns("body")) == {
        "a.jsonl#1": "Un texte.",
        "a.jsonl": reason,
    }


def test_a_table_may_be_far_longer_than_a_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_ROW", 1_000)
    table(folder, "a.csv", "body\n" + "Un texte.\n" * 300)
    assert len(list(read_folder(folder, Columns("body")))) == 300


def test_an_article_longer_than_csv_fields_mostly_are_is_read(folder: Path) -> None:
    text = "Un texte. " * 50_000
    assert told(table(folder, "a.csv", f'body\n"{text}"\n'), Columns("body")) == {"a.csv#2": text}


@pytest.mark.parametrize("row", ["[" * 100_000, '{"body": ' * 50_000, "9" * 10_000, "NaN", '"'])
def test_hostile_json_is_refused_by_the_row(folder: Path, row: str) -> None:
    found = told(table(folder, "a.jsonl", f'{row}\n{{"body": "Un texte."}}\n'), Columns("body"))
    assert found.pop("a.jsonl#2") == "Un texte."
    assert found["a.jsonl#1"].startswith("✗ n")


def test_a_table_that_is_no_text_further_on_is_read_up_to_there(folder: Path) -> None:
    content = b"body\n" + ("Un texte à lire. " * 60 + "\n").encode() * 1_500 + b"\xff\n"
    found = told_last(table(folder, "a.csv", content))
    assert found == Skipped("a.csv", found.reason)
    assert found.reason.startswith("not utf-8 text after row ")


def told_last(folder: Path) -> Skipped:
    *before, last = read_folder(folder, Columns("body"))
    assert len(before) > 1_000
    assert isinstance(last, Skipped)
    return last


# Archives.


def archive(folder: Path, members: dict[str, bytes | str], name: str = "a.zip") -> Path:
    (folder / name).write_bytes(zipped(members))
    return folder


def test_the_members_of_an_archive_are_read_like_files(folder: Path) -> None:
    archive(
        folder,
        {
            "b.txt": "Un mot.",
            "2022/a.txt": "Deux.",
            "é/c.md": "Trois.",
            "t.csv": "body\nQuatre.\n",
            "d.html": "<p>Cinq mots.</p>",
            "e.exe": "x",
            ".hidden.txt": "x",
            ".git/x.txt": "x",
            "__MACOSX/._b.txt": "x",
            "empty.txt": "",
            "inner.zip": zipped({"f.txt": "Six.", "deeper.zip": zipped({"g.txt": "Sept."})}),
        },
    )
    found = told(folder, Columns("body"))
    assert found.pop("a.zip/e.exe").startswith("✗ not one of .csv")
    assert found == {
        "a.zip/2022/a.txt": "Deux.",
        "a.zip/b.txt": "Un mot.",
        "a.zip/d.html": "Cinq mots.",
        "a.zip/empty.txt": "✗ empty",
        "a.zip/inner.zip/deeper.zip": "✗ an archive more than 2 deep",
        "a.zip/inner.zip/f.txt": "Six.",
        "a.zip/t.csv#2": "Quatre.",
        "a.zip/é/c.md": "Trois.",
    }


def test_the_name_of_a_member_may_hold_its_date(folder: Path) -> None:
    archive(folder, {"2020/2022-08-12.txt": "Un mot."}, "2021-01-01.zip")
    (found,) = read_folder(folder)
    assert isinstance(found, SourceFile)
    assert (found.facts.date, found.facts.date_origin) == ("2022-08-12", "name")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../up.txt", "its name leads elsewhere"),
        ("a/../../up.txt", "its name leads elsewhere"),
        ("./a.txt", "its name leads elsewhere"),
        ("a//b.txt", "its name leads elsewhere"),
        ("/etc/passwd.txt", "its name is not one within the archive"),
        ("C:/a.txt", "its name is not one within the archive"),
        ("..\\up.txt", "its name is not one within the archive"),
        ("n" * 1_001 + ".txt", "its name is too long"),
    ],
)
def test_a_name_that_leads_out_of_an_archive_is_refused(
    folder: Path, name: str, reason: str
) -> None:
    archive(folder, {name: "Un secret.", "b.txt": "Un mot."})
    assert told(folder) == {f"a.zip/{name}": f"✗ {reason}", "a.zip/b.txt": "Un mot."}


def altered(name: str, data: bytes, **attributes: int) -> bytes:
    """An archive of one member, which says of itself what it is told to, and of another."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = attributes.pop("external_attr", 0)
        archive.writestr(info, data)
        archive.writestr("z.txt", "Un mot.")
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (altered("a.txt", b"/etc/passwd", external_attr=stat.S_IFLNK << 16), "a link"),
        (altered("a.txt", b"Un mot.", flag_bits=1), "encrypted"),
        (altered("a.txt", b"Un mot.", compress_type=9), "packed in a way that is not read"),
        (altered("a.txt", b"Un mot.", compress_type=14), "packed in a way that is not read"),
        (altered("a.txt", b"Un mot.", CRC=1), "broken (Bad CRC-32 for file 'a.txt')"),
        (
            altered("a.txt", b"mot " * 500_000),
            "more than 100 times as long as it is packed",
        ),
    ],
    ids=["link", "encrypted", "deflate64", "lzma", "crc", "bomb"],
)
def test_a_hostile_member_is_refused_and_the_others_are_read(
    folder: Path, data: bytes, reason: str
) -> None:
    (folder / "a.zip").write_bytes(data)
    assert told(folder) == {"a.zip/a.txt": f"✗ {reason}", "a.zip/z.txt": "Un mot."}


def test_a_member_that_lies_about_its_size_is_not_believed(folder: Path) -> None:
    (folder / "a.zip").write_bytes(altered("a.txt", b"Un mot. Deux mots.", file_size=7))
    assert told(folder)["a.zip/a.txt"].startswith("✗ broken (")
    (folder / "a.zip").write_bytes(altered("a.txt", b"mot " * 500_000, file_size=1 << 31))
    assert told(folder)["a.zip/a.txt"].startswith("✗ more than 100 times")


def test_two_members_of_one_name_are_one_document(folder: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "Un.")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", "Deux.")
        archive.writestr("b.zip/c.txt", "Trois.")
        archive.writestr("b.zip", zipped({"c.txt": "Quatre."}))
    (folder / "a.zip").write_bytes(file.getvalue())
    found = list(read_folder(folder))
    assert [f.source for f in found if isinstance(f, SourceFile)] == [
        *("a.zip/a.txt", "a.zip/b.zip/c.txt")
    ]
    assert {f.reason for f in found if isinstance(f, Skipped)} == {"a second file of this name"}
    first = read_source(folder, "a.zip/a.txt")
    assert isinstance(first, SourceFile)
    assert first.text == "Un."


def test_an_archive_with_too_much_in_it_is_read_up_to_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives.Budget.__init__, "__defaults__", (25,))
    archive(folder, {"a.txt": "0123456789", "b.zip": zipped({"c.txt": "x"}), "d.txt": "mot"})
    found = told(folder)
    assert found["a.zip/a.txt"] == "0123456789"
    assert found["a.zip/b.zip"] == "✗ more than the archive may hold when unpacked"
    assert found["a.zip"] == "✗ what comes after it is left out: the archive holds too much"
    assert "a.zip/d.txt" not in found


def test_an_archive_of_too_many_files_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    assert len(told(archive(folder, {"a.txt": "Un.", "b.txt": "Deux."}))) == 2
    archive(folder, {f"{n}.txt": "Un." for n in range(3)})
    assert told(folder) == {"a.zip": "✗ more than 2 files in it"}


def test_a_list_of_files_that_is_too_long_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_LIST_BYTES", 70_000)
    archive(folder, {f"{'n' * 200}{n}.txt": "Un." for n in range(300)})
    assert told(folder) == {"a.zip": "✗ not a readable archive (its list of files is too long)"}


def test_a_member_that_is_too_large_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert told(archive(folder, {"a.txt": "mot mot mot mot"})) == {
        "a.zip/a.txt": "✗ more than 10 bytes"
    }


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" * 100])
def test_what_is_no_archive_is_refused(folder: Path, data: bytes) -> None:
    (folder / "a.zip").write_bytes(data)
    (folder / "b.txt").write_text("Un mot.")
    found = told(folder)
    assert found.pop("b.txt") == "Un mot."
    assert all(reason.startswith("✗ not a readable archive") for reason in found.values())


def test_members_that_share_their_bytes_are_bounded(folder: Path) -> None:
    """The «better zip bomb» of D. Fifield, in small: many entries of the list lead to one file."""
    one = zipped({"a.txt": b"mot " * 1_000})
    start = one.rindex(b"PK\x01\x02")
    end = one.rindex(b"PK\x05\x06")
    entries = b"".join(one[start:end].replace(b"a.txt", f"{n:05}".encode()) for n in range(50))
    entries = entries.replace(b"00001", b"a.txt")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 50, 50, len(entries), start, 0)
    (folder / "a.zip").write_bytes(one[:start] + entries + tail)
    found = told(folder)
    assert sum(not reason.startswith("✗") for reason in found.values()) <= 1


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a.zip/nothing.txt", "not in a.zip"),
        ("a.zip/b.txt/c", "not in a.zip"),
        ("a.zip", "not in a.zip"),
        ("a.zip/", "not in a.zip"),
        ("a.zip/inner.zip/nothing.txt", "not in a.zip"),
        ("b.zip/c.txt", "No such file or directory"),
        ("t.csv#9", "not in t.csv"),
        ("t.csv#1", "not in t.csv"),
        ("t.csv", "not in t.csv"),
    ],
)
def test_a_source_that_is_not_there_is_a_reason(folder: Path, source: str, reason: str) -> None:
    archive(folder, {"b.txt": "Un mot.", "inner.zip": zipped({"c.txt": "Deux."})})
    table(folder, "t.csv", "body\nUn texte.\n")
    assert read_source(folder, source, Columns("body")) == Skipped(source, reason)


def test_a_folder_may_be_called_like_an_archive(folder: Path) -> None:
    (folder / "a.zip").mkdir()
    (folder / "a.zip" / "b.txt").write_text("Un mot.")
    assert told(folder) == {"a.zip/b.txt": "Un mot."}


# What is known, and what is asked for.

MANY: dict[str, str | bytes] = {
    "a.txt": "Un accord.",
    "b.html": "<html><body><p>Le ministre a reçu son homologue à Bakou.</p></body></html>",
    "c.csv": "body,headline\nUne visite.,Visite\nUn appel.,Appel\n",
    "d.zip": zipped({"e.txt": "Une lettre.", "f/g.txt": "Un sommet."}),
    "h/i.txt": "Une session.",
    "h/j/k.txt": "Un message.",
    "hi.txt": "Un voisin de nom.",
}
ALL = ["a.txt", "b.html", "c.csv#2", "c.csv#3", "d.zip/e.txt", "d.zip/f/g.txt", "hi.txt"]
NAMED = Columns("body", title="headline")
BELOW = ["h/i.txt", "h/j/k.txt"]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for name, content in MANY.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def test_what_is_known_by_its_hash_is_not_read_again(
    many: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [item for item in read_folder(many, NAMED) if isinstance(item, SourceFile)]
    assert [item.source for item in found] == [*ALL, *BELOW]
    known = {item.source: item.sha256 for item in found}
    monkeypatch.setattr(PARSER, "parse", lambda *given: pytest.fail("parsed"))
    again = list(read_folder(many, NAMED, known=known))
    assert again == [Unchanged(source) for source in known]
    (many / "h/i.txt").write_text("Une autre session.")
    changed = [one for one in read_folder(many, NAMED, known=known) if one not in again]
    assert [one.source for one in changed] == ["h/i.txt"]
    assert isinstance(changed[0], SourceFile)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["a.txt"], ["a.txt"]),
        (["h"], BELOW),
        (["h/j"], ["h/j/k.txt"]),
        (["c.csv"], ["c.csv#2", "c.csv#3"]),
        (["c.csv#3"], ["c.csv#3"]),
        (["d.zip/f", "hi.txt"], ["d.zip/f/g.txt", "hi.txt"]),
        ([""], [*ALL, *BELOW]),
        (["h/nothing", "x"], []),
        ([], []),
    ],
)
def test_only_what_is_asked_for_is_read(
    many: Path, sources: list[str], expected: list[str]
) -> None:
    assert [one.source for one in read_folder(many, NAMED, sources=sources)] == expected
