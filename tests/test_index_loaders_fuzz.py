"""Whatever bytes a file holds, it is a document with words or a reason in a few words."""

from __future__ import annotations

import codecs
import json
import tempfile
from pathlib import Path

import pytest
from formats import docx, lines, pdf, zipped
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.documents import parse
from index.files import Columns, Skipped, SourceFile, decode, read_folder, read_source
from index.passages import sentences_of

FORMATS = Path(__file__).parent / "corpora" / "formats"
COLUMNS = Columns("body", title="headline", date="published", agency="agency")
VALID = {
    ".txt": "date 2022-08 Un mot à lire.\n".encode(),
    ".md": "---\ntitle: Un titre\n---\n# Été\n\nUn mot.\n".encode(),
    ".html": (FORMATS / "article.html").read_bytes(),
    ".eml": (FORMATS / "mail.eml").read_bytes(),
    ".csv": (FORMATS / "articles.csv").read_bytes(),
    ".jsonl": (FORMATS / "articles.jsonl").read_bytes(),
    ".pdf": pdf(lines("Un titre", "", "Une phrase à lire."), lines("Une autre."), title="Un titre"),
    ".docx": docx("Un titre", "Une phrase à lire.", title="Un titre", table=("Une", "deux")),
    ".zip": zipped(
        {"a.txt": "Un mot.", "b/c.csv": "body\nUn mot.\n", "d.zip": zipped({"e.md": "M"})}
    ),
}
FAST, SLOW = 150, 40  # examples, where none is parsed in the other process, and where each is
REASON = 400  # characters


def fuzzing(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def examples_of(suffix: str) -> int:
    return SLOW if suffix in (".html", ".eml", ".pdf", ".docx") else FAST


def check(suffix: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"a{suffix}").write_bytes(data)
        found = list(read_folder(Path(folder), COLUMNS))
        sources = [item.source for item in found if isinstance(item, SourceFile)]
        assert len(set(sources)) == len(sources)
        for item in found:
            if isinstance(item, Skipped):
                assert 0 < len(item.reason) <= REASON
                assert item.reason.isprintable() or "\\" not in item.reason
                continue
            assert isinstance(item, SourceFile)
            assert any(map(str.isalnum, item.text))
            assert len(item.text.encode()) >= len(item.text)
            json.dumps([item.facts.title, item.facts.agency], ensure_ascii=False).encode()
            assert list(item.facts.pages) == sorted(item.facts.pages)
            assert all(0 <= start <= len(item.text) for start in item.facts.pages)
            document = parse(item.source, item.text, item.facts)
            assert 0 <= document.body_start <= len(item.text)
            sentences_of(document)
            assert read_source(Path(folder), item.source, COLUMNS) == item


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """A valid file with some bytes changed, left out, put in or repeated."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(0, len(changed) - 1)))
        length = draw(st.integers(0, 20))
        new = draw(st.one_of(st.binary(max_size=20), st.just(bytes(changed[at : at + 200]))))
        changed[at : at + length] = new
    return bytes(changed[: draw(st.one_of(st.just(len(changed)), st.integers(0, len(changed))))])


@pytest.mark.parametrize("suffix", VALID)
def test_any_bytes_are_a_document_or_a_reason(suffix: str) -> None:
    @fuzzing(examples_of(suffix))
    @given(st.binary(max_size=300))
    @example(b"")
    @example(b"\xff\xfe")
    @example(b"\0" * 100)
    def holds(data: bytes) -> None:
        check(suffix, data)

    holds()


@pytest.mark.parametrize("suffix", VALID)
def test_a_damaged_file_is_a_document_or_a_reason(suffix: str) -> None:
    @fuzzing(examples_of(suffix))
    @given(mutated(VALID[suffix]))
    @example(VALID[suffix])
    def holds(data: bytes) -> None:
        check(suffix, data)

    holds()


MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
)
ENCODINGS = (
    *("utf-8", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "koi8-r"),
    *("koi8-u", "cp850", "cp866", "mac-roman", "mac-cyrillic"),
    *(f"iso8859-{number}" for number in (2, 5, 6, 7, 8, 9, 15)),
)


@fuzzing(300)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda mark, data: mark[0] + data, st.sampled_from(MARKED), st.binary(max_size=80)
        ),
        st.builds(
            lambda text, encoding: text.encode(encoding, "ignore"),
            st.text(st.characters(codec="cp1252"), min_size=50),
            st.sampled_from(("cp1252", "cp1251", "cp1256", "iso8859-9", "koi8-r", "utf-16")),
        ),
    ),
    st.sampled_from((None, "windows-1251", "utf-7", "iso-2022-jp", "gb18030", "punycode")),
)
def test_what_is_decoded_encodes_to_the_same_bytes(data: bytes, declared: str | None) -> None:
    try:
        text = decode(data, declared)
    except ValueError:
        return
    marked = (mark + text.encode(encoding) for mark, encoding in MARKED)
    plain = (text.encode(encoding, "replace") for encoding in (*ENCODINGS, declared or "utf-8"))
    assert data in {*marked, *plain}


@fuzzing(300)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=200))
def test_every_text_in_utf_8_is_read_character_for_character(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@fuzzing(200)
@given(st.text(max_size=60))
def test_columns_are_named_or_refused(line: str) -> None:
    try:
        columns = Columns.parse(line)
    except ValueError:
        return
    assert Columns.parse(str(columns)) == columns


@fuzzing(100)
@given(st.text(max_size=40))
@example("a.zip/../../etc/passwd")
@example("a.zip/\0.txt")
@example("a.csv#" + "9" * 5_000)
@example("a.txt/" * 2_000)
def test_any_source_is_a_document_or_a_reason(source: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".csv", ".zip", ".txt"):
            (Path(folder) / f"a{suffix}").write_bytes(VALID[suffix])
        assert isinstance(read_source(Path(folder), source, COLUMNS), Skipped)
