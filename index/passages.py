"""A `Document` → its sentences and its passages, as offsets into its text.

sentencex finds the sentences and langchain-text-splitters gathers them into passages. Neither ever
hands over a string to be looked for again: a sentence is a pair of offsets from the start, and the
splitter sees one character for each sentence, so that a text that repeats itself cannot mislead it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex
import sentencex

from .documents import Document, is_heading
from .language import language_within

PASSAGE_WORDS = 150  # new words a passage; with the repeated sentence, about 120 to 200
OPENINGS_KEPT = 64  # documents whose opening is remembered for their other passages
MAX_SENTENCE_CHARACTERS = 1_200  # beyond, a «sentence» is cut at commas, then at spaces
# Of a paragraph that sentencex sees at once: its time grows with the square of their number. Press
# paragraphs are shorter; a longer one goes on from its last sentence, which may not be whole.
WINDOW_CHARACTERS = 10_000
SENTENCES_AT_ONCE = 1_000_000  # that the splitter sees; there are hardly more code points for them
WRAPPED_COLUMNS = 120  # lines no longer than this may be wrapped, so a line end may be a mere space

# sentencex ends a sentence at some of these in some languages («a reçu M.», «Mr.» in a French
# text). A name follows an initial or a title; two sentences in a quote are better than half one.
_BEFORE_A_NAME = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}.])(?:\p{Lu}|MM|Mmes?|Mlles?|Mr|Mrs|Ms|Dr|Drs|Pr|Prof|Me|Mgr|Ste?|S\.E|H\.E"
    r"|Gen|Gén|Col|Capt|Lt|Sgt|Sen|Gov|Amb|Av|Doç|Sn|проф|акад|тов|им|д-р|г-н|г-жа)\.\s*+\Z"
)
_FIRST_SENTENCE_TOKEN = 0x10000  # one character for each sentence, clear of every special one


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document: `document.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of a document; `sentences` are the ones that may be quoted, `language`
    is their own where the document mixes several."""

    document: Document
    start: int
    end: int
    sentences: tuple[Span, ...]
    language: str

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def sentences_of(document: Document) -> list[Span]:
    """Every sentence of the body that may be quoted: headings are not, unless there is nothing
    else.

    Spans are in order, apart from each other, without blanks at their ends, and never empty.
    """
    text, blocks = document.text, list(_worded(document))
    prose = [block for block in blocks if not is_heading(text[block.start : block.end])]
    return [
        span
        for block in prose or blocks
        for span in _sentences(document, block)
        if _has_words(text[span.start : span.end])
    ]


def opening_of(passage: Passage) -> str:
    """The sentence that the passage's document opens with, which in the press says who met whom,
    and what the rest takes as known; «» where the passage holds it itself."""
    first = _opening(passage.document)
    if first is None or first.start >= passage.start:
        return ""
    return passage.document.text[first.start : first.end]


def passages_of(document: Document, sentences: Sequence[Span] | None = None) -> list[Passage]:
    """Passages of about `PASSAGE_WORDS` words on sentence boundaries, each repeating the last
    sentence of the one before it unless that is as long as a passage; `sentences` are the
    document's, where they are already known."""
    if sentences is None:
        sentences = sentences_of(document)
    passages = []
    # A sentence longer than a passage counts as a whole one, which is what it becomes.
    words = [min(len(document.text[s.start : s.end].split()), PASSAGE_WORDS) for s in sentences]
    for first, last in _runs(words):
        repeats = first > 0 and words[first - 1] < PASSAGE_WORDS
        overlapped = sentences[first - repeats : last + 1]
        start, end = overlapped[0].start, overlapped[-1].end
        language = language_within(document.text[start:end], document.language)
        passages.append(Passage(document, start, end, tuple(overlapped), language))
    return passages


@lru_cache(OPENINGS_KEPT)
def _opening(document: Document) -> Span | None:
    """The first of `sentences_of`, without looking for the others."""
    text, opening = document.text, None
    for block in _worded(document):
        opening = opening or block
        if not is_heading(text[block.start : block.end]):
            opening = block
            break
    spans = _sentences(document, opening) if opening else iter(())
    return next((span for span in spans if _has_words(text[span.start : span.end])), None)


def _worded(document: Document) -> Iterator[Span]:
    """The paragraphs and headings of the body that hold words."""
    text, start = document.text, document.body_start
    wrapped = max(map(len, text[start:].splitlines()), default=0) <= WRAPPED_COLUMNS
    for block in _blocks(text, start, wrapped):
        if _has_words(text[block.start : block.end]):
            yield block


def _runs(words: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The numbers of the first and the last sentence of each passage, without the repeated one,
    from how many words each sentence has."""
    # Imported here, since it takes longer than everything else that `index` imports.
    from langchain_text_splitters import CharacterTextSplitter

    for base in range(0, len(words), SENTENCES_AT_ONCE):
        weights = {
            chr(_FIRST_SENTENCE_TOKEN + number): count
            for number, count in enumerate(words[base : base + SENTENCES_AT_ONCE])
        }
        splitter = CharacterTextSplitter(
            separator="",
            chunk_size=PASSAGE_WORDS,
            chunk_overlap=0,
            length_function=lambda chunk, weights=weights: sum(map(weights.__getitem__, chunk)),
            strip_whitespace=False,
        )
        for chunk in splitter.split_text("".join(weights)):
            yield (
                base + ord(chunk[0]) - _FIRST_SENTENCE_TOKEN,
                base + ord(chunk[-1]) - _FIRST_SENTENCE_TOKEN,
            )


def _blocks(text: str, start: int, wrapped: bool) -> Iterator[Span]:
    """Paragraphs from `start` on: lines, or runs of lines where the text is wrapped."""
    # Each begins at a character that is no blank, so that a line of blanks is passed over at once.
    pattern = (
        r"\S[^\r\n]*+(?:(?:\r\n|\n|\r)[^\S\r\n]*+\S[^\r\n]*+)*+" if wrapped else r"\S[^\r\n]*+"
    )
    for match in regex.finditer(pattern, text, pos=start):
        yield _trimmed(text, match.start(), match.end())


def _sentences(document: Document, block: Span) -> Iterator[Span]:
    text, at, window = document.text, block.start, WINDOW_CHARACTERS
    while at < block.end:
        end = min(at + window, block.end)
        found = _boundaries(document.language, text[at:end])
        if end < block.end:
            window *= 2  # while the window holds no end of a sentence
            if len(found) < 2:
                continue
            found.pop()
        if not found:
            return
        for first, last in found:
            yield from _pieces(text, _trimmed(text, at + first, at + last))
        at, window = at + found[-1][1], WINDOW_CHARACTERS


def _boundaries(language: str, text: str) -> list[tuple[int, int]]:
    """Where the sentences of `text` begin and end, the blanks after them included."""
    found: list[tuple[int, int]] = []
    for boundary in sentencex.get_sentence_boundaries(language, text):
        start, end = boundary["start_index"], boundary["end_index"]
        if found and _BEFORE_A_NAME.search(text, max(found[-1][1] - 40, 0), found[-1][1]):
            start = found.pop()[0]
        found.append((start, end))
    return found


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence itself, or its parts where it is too long to be one."""
    if sentence.end - sentence.start <= MAX_SENTENCE_CHARACTERS:
        yield sentence
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "; ", ", ", " "],
        chunk_size=MAX_SENTENCE_CHARACTERS,
        chunk_overlap=0,
        keep_separator="end",
        strip_whitespace=False,
    )
    start = sentence.start
    for piece in splitter.split_text(text[sentence.start : sentence.end]):
        end = start + len(piece)
        for cut in range(
            start, end, MAX_SENTENCE_CHARACTERS
        ):  # once, but for a word as long as that
            yield _trimmed(text, cut, min(cut + MAX_SENTENCE_CHARACTERS, end))
        start = end
    if start != sentence.end:
        raise AssertionError(f"the splitter returned {start} of {sentence.end} characters")


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(end - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
