"""Folders as they come: what is text is read exactly, and what is not is left out with a reason."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.files import MAX_BYTES, Skipped, SourceFile, decode, read_folder, read_source, shown


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
        ("café".encode("utf-32"), "UTF-32; expected UTF-8, or UTF-16 with a mark"),
    ],
)
def test_what_is_not_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(reason)):
        decode(data)


def test_the_largest_text_is_decoded_in_no_time() -> None:
    assert len(decode(b"mot " * (MAX_BYTES // 4))) == MAX_BYTES


def read(folder: Path) -> dict[str, str]:
    """Each source with its text, or with the reason why it is skipped, after a cross."""
    return {
        item.source: item.text if isinstance(item, SourceFile) else f"✗ {item.reason}"
        for item in read_folder(folder)
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
        "latin.txt": "✗ not utf-8 text: byte 0xe9 at 0",
        "line\nend.txt": "nom sur deux lignes",
        "loop.txt": "✗ Too many levels of symbolic links",
        "n" * 251 + ".txt": "nom long",
        "notes.md": "✗ not one of .txt",
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
