"""A PDF → its text by pages, with the lines of a paragraph joined, by pdfium.

pdfium gives characters and where they stand. A paragraph ends where lines stand further apart,
change their size, or stop short after a sentence; a word divided at a line end is one word again,
unless the document writes it with a hyphen elsewhere. What comes back at the edge of every page,
titles and numbers, is no text. A date of creation is not the document's.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .found import MAX_BYTES
from .parsed import Parsed, one_line

MAX_PAGES = 10_000

_EDGE = 3  # lines at the top and at the foot of a page that may come back on others
_APART = 1.3  # times as far from the line before as lines of a paragraph are
_SIZED = 1.15  # times as large as the line before
_SHORT = 0.8  # of the width of its page's lines, of one that stops short
_DIVIDED = "\x02"  # for pdfium, a hyphen and the line end after it
_HYPHENS = "-\u2010\xad" + _DIVIDED
_SENTENCE_END = re.compile(r"[.!?…؟。:;][»”\"')\]\s]*\Z")
_ITEM = re.compile(r"[•▪●◦‣–—-]\s|\(?[0-9]{1,2}[.)]\s")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
# Letters and their marks, not the signs and digits between them.
_RTL = re.compile(
    r"[\u0591-\u05f4\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u08ff\ufb1d-\ufefc]+"
)
_BRACKETS = str.maketrans("()[]{}«»<>", ")(][}{»«><")


@dataclass(slots=True)
class _Line:
    """A line of a page: its text, its baseline, its ends, and the size of its letters."""

    text: str
    baseline: float
    left: float
    right: float
    size: float


def parse_pdf(data: bytes) -> Parsed:
    """The text of a PDF. Raises `ValueError` if there is none that can be read."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        locked = "assword" in str(fault) or "ecurity" in str(fault)
        raise ValueError("encrypted" if locked else f"not a readable PDF ({fault})") from fault
    with document:
        if len(document) > MAX_PAGES:
            raise ValueError(f"more than {MAX_PAGES:,} pages")
        pages, length = [], 0
        for number in range(len(document)):
            pages.append(list(_lines(document, number)))
            length += sum(len(line.text) for line in pages[-1])
            if length > MAX_BYTES:
                raise ValueError(f"more than {MAX_BYTES:,} characters of text")
        title = one_line(document.get_metadata_dict().get("Title"), 300)
    if not length:
        raise ValueError("no text in it, perhaps pictures of pages")
    text, starts = _joined(_without_edges(pages))
    own = title is not None and title in " ".join(text[:2000].split())
    return Parsed(text, title=title if own else None, pages=starts)


def _lines(document: Any, number: int) -> Iterator[_Line]:
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:  # the others may be as they should
        return
    text_page = page.get_textpage()
    try:
        characters = _characters(text_page)
        begin = 0
        for at in range(len(characters) + 1):
            divided = characters[at : at + 1] == [_DIVIDED]
            if at == len(characters) or divided or characters[at] in "\r\n":
                if line := _line(text_page, characters, begin, at + divided):
                    yield line
                begin = at + 1
    finally:
        text_page.close()
        page.close()


def _characters(text_page: Any) -> list[str]:
    from pypdfium2 import raw

    count = text_page.count_chars()
    if count > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} characters of text")
    return [chr(raw.FPDFText_GetUnicode(text_page, at)) for at in range(count)]


def _line(text_page: Any, characters: Sequence[str], begin: int, end: int) -> _Line | None:
    from pypdfium2 import raw

    while begin < end and characters[begin].isspace():
        begin += 1
    while begin < end and characters[end - 1].isspace():
        end -= 1
    if begin == end:
        return None
    text = "".join(characters[begin:end])
    if _RTL.search(text):
        text = _in_reading_order(text, [_box(text_page, at) for at in range(begin, end)])
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    first, last = _box(text_page, begin), _box(text_page, end - 1)
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text_page, begin, x, y)
    size = raw.FPDFText_GetFontSize(text_page, begin)
    return _Line(text, y.value, min(first[0], last[0]), max(first[1], last[1]), size)


def _box(text_page: Any, at: int) -> tuple[float, float]:
    """Where a character begins and ends on its line."""
    left, _, right, _ = text_page.get_charbox(at)
    return left, right


def _in_reading_order(text: str, boxes: Sequence[tuple[float, float]]) -> str:
    """A line with Arabic in it, where a word may come from its last letter to its first."""
    pieces, at, turned = [], 0, False
    for run in _RTL.finditer(text):
        pieces.append(text[at : run.start()])
        at = run.end()
        # The letters of a ligature stand in one place, and come in reading order already.
        groups: list[list[int]] = []
        for index in range(*run.span()):
            if groups and boxes[groups[-1][-1]] == boxes[index]:
                groups[-1].append(index)
            else:
                groups.append([index])
        places = [sum(boxes[group[0]]) for group in groups]
        rising = sum(a < b for a, b in pairwise(places))
        if 2 * rising > len(places) - 1:
            groups.reverse()
            turned = True
        pieces.append("".join(text[index] for group in groups for index in group))
    line = "".join((*pieces, text[at:]))
    if 2 * len("".join(_RTL.findall(line))) < sum(map(str.isalpha, line)):
        return line
    opening, closing = line.find("("), line.find(")")
    if turned and closing >= 0 and (opening < 0 or closing < opening):  # they look the other way
        line = line.translate(_BRACKETS)
        line = re.sub(r"(?<=\S)([(\[«]) (?=\S)", r" \1", line)
    # What stands left of the line's last number is after it.
    return re.sub(r"(?<= )([.،؛:!؟])([0-9٠-٩]+)\Z", r"\2\1", line)


def _without_edges(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """The pages without the lines that come back, but for their numbers, at the edges of most."""
    kept = [list(page) for page in pages]
    filled = [page for page in kept if page]
    if len(filled) < 2:
        return kept
    for edge in (0, -1):
        for _ in range(_EDGE):
            seen = Counter(_kind(page[edge]) for page in filled if len(page) > 1)
            repeated = {k for k, n in seen.items() if n > 1 and 3 * n > 2 * len(filled)}
            for page in filled:
                if len(page) > 1 and _kind(page[edge]) in repeated:
                    del page[edge]
    return kept


def _kind(line: _Line) -> tuple[str, int]:
    return re.sub(r"[0-9]+", "#", line.text), round(line.baseline)


def _joined(pages: Sequence[Sequence[_Line]]) -> tuple[str, tuple[int, ...]]:
    """The text, a line a paragraph, and where in it the pages begin."""
    known = _known_words([line.text for page in pages for line in page])
    pieces: list[str] = []
    starts, length = [], 0
    before: _Line | None = None
    for page in pages:
        starts.append(length)
        pitch = _pitch(page)
        width = max((line.right - line.left for line in page), default=0.0)
        for number, line in enumerate(page):
            if before is not None:
                if _parted(before, line, pitch if number else None, width):
                    between = "\n"
                else:
                    between = _between(before.text, line.text, known)
                    if between != " ":
                        pieces[-1] = pieces[-1][:-1]  # the hyphen
                        length -= 1
                pieces.append(between)
                length += len(between)
            if number == 0:
                starts[-1] = length
            pieces.append(line.text)
            length += len(line.text)
            before = line
    return "".join(pieces), tuple(starts)


def _parted(before: _Line, line: _Line, pitch: float | None, width: float) -> bool:
    """Whether a paragraph ends between two lines; `pitch` is how far lines of one paragraph stand
    apart on the page, and None if a page ends between them."""
    ended = _SENTENCE_END.search(before.text) is not None
    sizes = sorted((before.size, line.size))
    if sizes[1] > _SIZED * sizes[0] or (ended and _ITEM.match(line.text)):
        return True
    step = _step(before, line)
    if pitch is None or step < 0:  # another page, or another column
        return ended or not line.text[0].islower()
    if step > _APART * pitch:
        return True
    return ended and before.right - before.left < _SHORT * width


def _pitch(page: Sequence[_Line]) -> float:
    """How far lines of one paragraph stand apart on a page: the step that a fifth of the lines do
    not exceed, since paragraphs of one line may be more than half of them."""
    steps = sorted(step for a, b in pairwise(page) if (step := _step(a, b)) > 0)
    return steps[len(steps) // 5] if steps else 0.0


def _step(before: _Line, line: _Line) -> float:
    """How far a line stands below another, by the size of its letters."""
    return (before.baseline - line.baseline) / (line.size or 1.0)


def _between(before: str, line: str, known: frozenset[str]) -> str:
    """What stands between two lines of a paragraph: a blank, or, instead of the hyphen at the end
    of the first, nothing or a hyphen."""
    if before[-1] not in _HYPHENS or not line[0].isalpha():
        return " "
    left, right = _LAST_WORD.search(before[:-1]), _FIRST_WORD.match(line)
    if left is None or right is None:
        return " "
    one, other = left[0].casefold(), right[0].casefold()
    if before[-1] == "\xad" or one + other in known:
        return ""
    compound = right[0][0].isupper() or f"{one}-{other}" in known or {one, other} <= known
    return "-" if compound else ""


def _known_words(lines: Sequence[str]) -> frozenset[str]:
    """The words of the document that no line end divides, and the parts of those with a hyphen."""
    known = set()
    divided = False
    for line in lines:
        begin = _FIRST_WORD.match(line) if divided else None
        divided = line[-1] in _HYPHENS
        end = _LAST_WORD.search(line[:-1]) if divided else None
        whole = line[begin.end() if begin else 0 : end.start() if end else None]
        for word in _WORDS.findall(whole):
            known.add(word.casefold().replace("\u2010", "-"))
            known.update(re.split("[-\u2010]", word.casefold()))
    return frozenset(known)
