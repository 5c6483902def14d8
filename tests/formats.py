"""Files of the kinds that are easier made than kept: PDF, Word, zip archives."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of a page: its text, where its baseline begins, and the size of its letters."""

    text: str
    y: float
    x: float = 50
    size: float = 12


def lines(*texts: str, top: float = 700, pitch: float = 14, x: float = 50) -> list[Line]:
    """Lines below each other; an empty text leaves a line blank."""
    return [Line(t, top - pitch * n, x) for n, t in enumerate(texts) if t]


def pdf(*pages: Sequence[Line], title: str = "", letters: str = "") -> bytes:
    """A PDF of one Latin-1 font, or of one whose codes from 33 on are these `letters`."""
    objects: dict[int, bytes] = {}
    numbers = [10 + 2 * n for n in range(len(pages))]
    kids = " ".join(f"{n} 0 R" for n in numbers)
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()
    objects[3] = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding"
        + (b" /ToUnicode 4 0 R" if letters else b"")
        + b" >>"
    )
    objects[4] = _stream(_to_unicode(letters))
    objects[5] = b"<< /Title (" + title.encode("cp1252") + b") /CreationDate (D:20200102030405) >>"
    for number, page in zip(numbers, pages, strict=True):
        objects[number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font"
            + f" << /F 3 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        drawn = b"\n".join(_drawn(line, letters) for line in page)
        objects[number + 1] = _stream(b"BT\n" + drawn + b"\nET")
    return assembled(objects)


def assembled(objects: dict[int, bytes]) -> bytes:
    """A PDF file of these objects, the first of which is its root and the fifth about it."""
    file, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in sorted(objects.items()):
        places[number] = len(file)
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(file)
    size = max(objects) + 1
    file += f"xref\n0 {size}\n".encode()
    for number in range(size):
        kind = "00000 n" if number in places else "65535 f"
        file += f"{places.get(number, 0):010} {kind} \n".encode()
    file += f"trailer << /Size {size} /Root 1 0 R /Info 5 0 R >>\n".encode()
    return bytes(file + f"startxref\n{table}\n%%EOF".encode())


def _drawn(line: Line, letters: str) -> bytes:
    codes = (
        bytes(32 if c == " " else 33 + letters.index(c) for c in line.text)
        if letters
        else line.text.encode("cp1252")
    )
    return f"/F {line.size} Tf 1 0 0 1 {line.x} {line.y} Tm <{codes.hex()}> Tj".encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _to_unicode(letters: str) -> bytes:
    pairs = "\n".join(f"<{33 + n:02x}> <{ord(c):04x}>" for n, c in enumerate(letters))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        "/CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(letters) + 1} beginbfchar <20> <0020>\n{pairs}\nendbfchar endcmap end end"
    ).encode()


def docx(*paragraphs: str, title: str = "", table: Sequence[str] = ()) -> bytes:
    from docx import Document

    document = Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        for cell, text in zip(document.add_table(1, len(table)).rows[0].cells, table, strict=True):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()
