"""Files made to harm: each is refused with a reason, and the next is read as if it were alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from formats import assembled, docx, lines, pdf, zipped

from index.files import MAX_BYTES, Skipped, SourceFile, process, read_folder, read_source, reading
from index.files.process import Parser

TEXT = "Le ministre a reçu son homologue."


def parsed(parser: Parser, suffix: str, data: bytes) -> str:
    """The text, or the reason why there is none, after a cross."""
    try:
        return parser.parse(suffix, data).text
    except ValueError as fault:
        return f"✗ {fault}"


def with_part(name: str, content: bytes) -> bytes:
    """A Word document with another content of one of its parts."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(docx(TEXT))) as parts:
        return zipped({part: parts.read(part) for part in parts.namelist()} | {name: content})


def nested_mail(depth: int) -> bytes:
    head = b"From: a@b.c\r\n"
    return head + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(10)
)
BILLION = f'<?xml version="1.0"?><!DOCTYPE d [{LAUGHS}]>'
SECRET = f'<!DOCTYPE d [<!ENTITY a9 SYSTEM "file://{Path(__file__)}">]>'
RUN = "<w:body><w:p><w:r><w:t>mot &a9;</w:t></w:r></w:p></w:body>"
WORDS = f'<w:document xmlns:w="{W}">{RUN}</w:document>'
LOOP = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 3 /Parent 2 0 R >>",
    5: b"<< >>",
}
FORM = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> "
DRAWN_IN_ITSELF = {
    1: b"<< /Type /Catalog /Pages 2 0 R >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
    b"/Resources << /XObject << /X 4 0 R >> >> >>",
    4: FORM + b"/Length 6 >>\nstream\n/X Do \nendstream",
    5: b"<< >>",
}
MANY_PAGES = LOOP | {2: b"<< /Type /Pages /Kids [] /Count 2000000000 >>"}


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    """One process for all of these files, as for those of a folder."""
    started = Parser()
    yield started
    started.close()


HOSTILE = [
    ("tags", ".html", b"<html><body>" + b"<div>" * 100_000 + b"mot", "no article in it"),
    ("entities", ".html", b"<p>" + b"&amp;" * 200_000, None),
    ("attributes", ".html", b"<p " + b"a=b " * 200_000 + b">mot", None),
    ("line", ".html", b"<p>" + b"x" * 1_000_000, None),
    ("nothing", ".html", b"", "no article in it"),
    ("binary", ".html", bytes(range(256)) * 10, "not a text file"),
    ("broken", ".pdf", pdf(lines(TEXT))[:300], "not a readable PDF"),
    ("loop", ".pdf", assembled(LOOP), ""),
    ("itself", ".pdf", assembled(DRAWN_IN_ITSELF), ""),
    ("pages", ".pdf", assembled(MANY_PAGES), ""),
    ("not one", ".pdf", b"%PDF-1.7\n" + b"(" * 1_000_000, "not a readable PDF"),
    ("old", ".docx", b"\xd0\xcf\x11\xe0" + bytes(500), "encrypted, or of an older kind"),
    ("not one", ".docx", b"PK\x03\x04", "not a Word document"),
    ("another", ".docx", zipped({"a.txt": "mot"}), "broken (KeyError"),
    ("laughs", ".docx", with_part("word/document.xml", (BILLION + WORDS).encode()), ""),
    ("bomb", ".docx", with_part("word/media/a.png", bytes(201_000_000)), "more than 200,000,000"),
    ("deep", ".docx", with_part("word/document.xml", b"<a>" * 100_000), "broken (XMLSyntaxError"),
    ("deep", ".eml", nested_mail(1_500), "it is nested too deeply"),
    ("parts", ".eml", nested_mail(1) + b"--b0\r\n\r\nmot\r\n" * 2_000, "more than 1,000 parts"),
    ("header", ".eml", b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nmot", None),
    ("charset", ".eml", b"Content-Type: text/plain; charset=base64\n\nmot \xff", "not utf-8"),
    ("not one", ".eml", b"\0\xff" * 100, "not a mail"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "data", "reason"), [h[1:] for h in HOSTILE], ids=[f"{h[1]} {h[0]}" for h in HOSTILE]
)
def test_a_hostile_file_is_refused_and_the_next_is_read(
    parser: Parser, suffix: str, data: bytes, reason: str | None
) -> None:
    begun = time.monotonic()
    found = parsed(parser, suffix, data)
    assert found.startswith("✗") is (reason is not None)
    assert found.startswith(f"✗ {reason or ''}") or reason is None
    assert time.monotonic() - begun < 30
    assert parsed(parser, ".html", f"<p>{TEXT}</p>".encode()) == TEXT


def test_no_other_file_gets_into_a_document(parser: Parser) -> None:
    found = parsed(parser, ".docx", with_part("word/document.xml", (SECRET + WORDS).encode()))
    assert "annotations" not in found


def test_a_word_document_may_not_unpack_to_more_than_it_declares(parser: Parser) -> None:
    """zipfile gives no more than the declared size, and then the sum does not match."""
    data = with_part("word/document.xml", WORDS.encode() + b" " * 1_000_000)
    size = len(WORDS) + 1_000_000
    lying = data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    assert parsed(parser, ".docx", lying).startswith("✗ broken (BadZipFile")


def test_a_file_with_pictures_may_be_longer_than_a_text_but_not_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 1_000)
    (tmp_path / "a.pdf").write_bytes(pdf(lines(TEXT)) + bytes(1_000))
    assert read_source(tmp_path, "a.pdf") == Skipped("a.pdf", "more than 1,000 bytes")


def test_a_page_longer_than_a_text_may_be_is_refused(parser: Parser) -> None:
    assert parsed(parser, ".html", b"<p>" + b"mot " * (MAX_BYTES // 4)) == (
        f"✗ more than {MAX_BYTES:,} bytes"
    )


# The process itself. Each program stands for a parser that does something with its process.

ANSWER = """
import json, os, sys, time
while line := sys.stdin.buffer.readline():
    data = sys.stdin.buffer.read(json.loads(line)["size"]).decode()
    exec(data)
    reply = {"text": data, "pages": [], "attachments": []}
    print(json.dumps(reply), flush=True)
"""
LIMITED = process._PROGRAM


@pytest.fixture
def acting() -> Iterator[Parser]:
    """A process that does what the file says."""
    started = Parser(seconds=2.0, program=ANSWER)
    yield started
    started.close()


def process_of(parser: Parser) -> subprocess.Popen[bytes]:
    assert parser._process is not None
    return parser._process


def test_one_process_parses_many_files(acting: Parser) -> None:
    assert parsed(acting, ".x", b"1") == "1"
    first = process_of(acting)
    assert parsed(acting, ".x", b"2") == "2"
    assert process_of(acting) is first


def test_a_process_that_served_long_is_replaced(
    acting: Parser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "FILES", 2)
    seen = set()
    for _ in range(4):
        parsed(acting, ".x", b"1")
        seen.add(process_of(acting).pid)
    assert len(seen) == 2


@pytest.mark.parametrize("act", ["os.abort()", "os._exit(0)", "os.kill(os.getpid(), 11)"])
def test_a_crash_is_a_reason_and_another_process_goes_on(acting: Parser, act: str) -> None:
    parsed(acting, ".x", b"1")
    first = process_of(acting)
    assert parsed(acting, ".x", act.encode()) == "✗ its parser crashed over it"
    assert first.returncode is not None
    assert first.stdin is not None
    assert first.stdin.closed
    assert first.stdout is not None
    assert first.stdout.closed
    assert parsed(acting, ".x", b"1") == "1"


def test_a_file_is_not_blamed_for_those_before_it(acting: Parser, tmp_path: Path) -> None:
    parsed(acting, ".x", b"1")
    once = f"p = {str(tmp_path / 'x')!r}; os.path.exists(p) or [open(p, 'w').close(), os.abort()]"
    assert parsed(acting, ".x", once.encode()) == once


def test_a_process_that_takes_too_long_is_killed(acting: Parser) -> None:
    begun = time.monotonic()
    assert parsed(acting, ".x", b"time.sleep(60)") == "✗ it takes too long to be read"
    assert time.monotonic() - begun < 20
    assert parsed(acting, ".x", b"1") == "1"


def test_a_process_that_dies_between_two_files_is_replaced(acting: Parser) -> None:
    parsed(acting, ".x", b"1")
    process_of(acting).kill()
    assert parsed(acting, ".x", b"2") == "2"


def test_a_file_that_is_not_read_to_its_end_is_a_crash(acting: Parser) -> None:
    data = b"os._exit(0)" + b"\n" * 10_000_000
    assert parsed(acting, ".x", data) == "✗ its parser crashed over it"


def test_threads_take_turns(acting: Parser) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(parsed(acting, ".x", b"%d" % n)))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found, key=int) == [str(n) for n in range(20)]


def test_a_process_that_cannot_be_started_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert parsed(Parser(), ".html", b"<p>mot") == (
        "✗ its parser cannot be started (No such file or directory)"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits")
@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("bytearray(3_000_000_000)", "it takes too much memory to be read"),
        ("while True: pass", "it takes too long to be read"),
        ("f = lambda: f()\nf()", "it is nested too deeply to be read"),
        ("import os; os.write(1, b'{}'); print('x'); 1 / 0", "broken (ZeroDivisionError: "),
        ("raise ValueError('no')", "no"),
    ],
)
def test_a_parser_is_limited(act: str, reason: str) -> None:
    stand_in = (
        f"child.SECONDS = 0\nchild._parser = lambda suffix: lambda data: exec({act!r}, {{}})\n"
    )
    limited = Parser(
        program=LIMITED.replace("main()\n", f"from index.files import child\n{stand_in}main()\n")
    )
    try:
        assert parsed(limited, ".x", b"").startswith(f"✗ {reason}")
    finally:
        limited.close()


def test_files_are_parsed_where_there_are_no_limits() -> None:
    without = "import sys\nsys.modules['resource'] = None\n"
    parser = Parser(program=without + LIMITED)
    try:
        assert parsed(parser, ".html", f"<p>{TEXT}</p>".encode()) == TEXT
    finally:
        parser.close()


def test_the_process_imports_nothing_that_is_slow_or_reaches_out() -> None:
    asked = "import json\nprint(json.dumps(sorted(sys.modules)))\n"
    heavy = {"torch", "faiss", "numpy", "gradio", "transformers", "tokenizers", "trafilatura"}
    program = LIMITED.replace("main()\n", asked)
    told = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, check=True)
    assert not heavy & {*json.loads(told.stdout)}


def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<p>{TEXT}</p>")
    program = (
        "import sys\nfrom pathlib import Path\nfrom index.files import read_source, process\n"
        f"print(read_source(Path({str(tmp_path)!r}), 'a.html').text)\n"
        "print(process.PARSER._process.pid)\n"
    )
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    text, pid = told.stdout.splitlines()
    assert (text, told.stderr) == (TEXT, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_hostile_files_of_a_folder_do_not_keep_the_others_out(tmp_path: Path) -> None:
    hostile = {(suffix, data) for name, suffix, data, _ in HOSTILE if name in ("not one", "loop")}
    for number, (suffix, data) in enumerate(hostile):
        (tmp_path / f"{number}{suffix}").write_bytes(data)
    (tmp_path / "z.pdf").write_bytes(pdf(lines(TEXT)))
    found = list(read_folder(tmp_path))
    assert len(found) == len(hostile) + 1
    last = found[-1]
    assert isinstance(last, SourceFile)
    assert last.text == TEXT
