"""A Word document → its paragraphs, a line each, by python-docx, those of tables and boxes too.

What was deleted in a tracked change is left out and what was inserted is kept; notes, headers and
footers are not read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from .parsed import Parsed, one_line

MAX_PARTS_BYTES = 200_000_000  # of all the parts of a document, unpacked
_OLDER = b"\xd0\xcf\x11\xe0"  # what a document of Word 97 begins with, and one with a password


def parse_docx(data: bytes) -> Parsed:
    """The text of a document. Raises `ValueError` if it is not one, or is a bomb."""
    if data.startswith(_OLDER):
        raise ValueError("encrypted, or of an older kind of Word")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, NotImplementedError) as fault:
        raise ValueError(f"not a Word document ({fault})") from fault
    if size > MAX_PARTS_BYTES:  # no part gives more than it declares
        raise ValueError(f"more than {MAX_PARTS_BYTES:,} bytes when unpacked")
    from docx import Document

    document = Document(io.BytesIO(data))
    text = "\n".join(line for line in _lines(document.element.body) if line.strip())
    title = one_line(document.core_properties.title, 300)
    # Many a title is a template's; one that stands where the document begins is its own.
    own = title is not None and title in " ".join(text[:2000].split())
    return Parsed(text, title=title if own else None)


def _lines(body: Any) -> Iterator[str]:
    from docx.oxml.ns import qn

    paragraph, run, text = qn("w:p"), qn("w:r"), qn("w:t")
    written = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    again = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    for found in body.iter(paragraph):
        if next(found.iterancestors(again), None) is not None:  # what stands there already
            continue
        yield "".join(
            piece.text or "" if piece.tag == text else written[piece.tag]
            for piece in found.iter(text, *written)
            if piece.getparent().tag == run and next(piece.iterancestors(paragraph)) is found
        )
