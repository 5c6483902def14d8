"""A web page → its article, by trafilatura: text, title, date, and the site that it is of."""

from __future__ import annotations

import re
from typing import Any

from .decoding import decode
from .found import MAX_BYTES
from .parsed import Parsed, one_line

_DECLARED = re.compile(
    rb"""<meta\s[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{1,40})|"""
    rb"""<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""",
    re.I,
)
_WHOLE = re.compile("<html", re.I)
_ROW = re.compile(r"^\|[^\n]*$", re.M)  # of a table, as trafilatura writes it
_SHORT = 250  # characters, below which trafilatura looks for an article in other ways
_HEAD = 4096  # bytes in which a page declares its encoding; browsers look at a quarter of it


def parse_html(data: bytes) -> Parsed:
    """The article of a web page. Raises `ValueError` if there is none."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    found = _DECLARED.search(data[:_HEAD])
    declared = (found[1] or found[2]).decode("ascii") if found else None
    return article(decode(data, declared))


def article(page: str) -> Parsed:
    """The article of a page, or of a fragment of one, that is decoded."""
    if not _WHOLE.search(page):  # which trafilatura does not take for a page
        page = f"<html>{page}</html>"
    found = _extracted(page, precise=False)
    if found is None:
        raise ValueError("no article in it")
    if len(found.text) < _SHORT:  # where bold words may be lines of their own
        precise = _extracted(page, precise=True)
        if precise is not None and "".join(precise.text.split()) == "".join(found.text.split()):
            found = precise
    return Parsed(
        text=_ROW.sub(_cells, found.text),
        title=one_line(found.title, 300),
        date=found.date or None,
        agency=one_line(found.sitename, 60),
    )


def _extracted(page: str, precise: bool) -> Any:
    from trafilatura import bare_extraction

    # What stands nowhere but in the prose is for the dateline to say, so no extensive search.
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=False,
        favor_precision=precise,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    return None if found is None or isinstance(found, dict) or not found.text else found


def _cells(row: re.Match[str]) -> str:
    """The cells of a row, a line each."""
    cells = (cell.strip() for cell in re.split(r"\s\|\s", f" {row[0]} "))
    return "\n".join(cell for cell in cells if cell.strip("- |"))
