"""A `Document` → its sentences and its passages, as offsets into its text.

sentencex finds the sentences and langchain-text-splitters gathers them into passages. Neither ever
hands over a string to be looked for again: a sentence is a pair of offsets from the start, and the
splitter sees one character for each sentence, so that a text that repeats itself cannot mislead it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex
import sentencex
from langchain_text_splitters import CharacterTextSplitter, RecursiveCharacterTextSplitter

from .documents import Document, is_heading

PASSAGE_WORDS = 150  # new words a passage; with the repeated sentence, about 120 to 200
MAX_SENTENCE_CHARACTERS = 1_200  # beyond, a «sentence» is cut at commas, then at spaces
WRAPPED_COLUMNS = 120  # lines no longer than this may be wrapped, so a line end may be a mere space

_FIRST_SENTENCE_TOKEN = 0x10000  # one character for each sentence, clear of every special one


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document: `document.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of a document; `sentences` are the ones that may be quoted."""

    document: Document
    start: int
    end: int
    sentences: tuple[Span, ...]

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def sentences_of(document: Document) -> list[Span]:
    """Every sentence of the body that may be quoted: headings are not, datelines are not."""
    text = document.text
    wrapped = max(map(len, text[document.body_start :].splitlines()), default=0) <= WRAPPED_COLUMNS
    sentences = []
    for block in _blocks(text, document.body_start, wrapped):
        if is_heading(text[block.start : block.end]) and not _only_block(document, block):
            continue
        for boundary in sentencex.get_sentence_boundaries(
            document.language, text[block.start : block.end]
        ):
            start = block.start + boundary["start_index"]
            end = block.start + boundary["end_index"]
            sentences.extend(_pieces(text, _trimmed(text, start, end)))
    return [span for span in sentences if _has_words(text[span.start : span.end])]


def passages_of(document: Document) -> list[Passage]:
    """Passages of about `PASSAGE_WORDS` words on sentence boundaries, each repeating the last
    sentence of the one before it."""
    sentences = sentences_of(document)
    words = [len(document.text[s.start : s.end].split()) for s in sentences]
    tokens = "".join(chr(_FIRST_SENTENCE_TOKEN + number) for number in range(len(sentences)))
    splitter = CharacterTextSplitter(
        separator="",
        chunk_size=PASSAGE_WORDS,
        chunk_overlap=0,
        length_function=lambda chunk: sum(words[ord(c) - _FIRST_SENTENCE_TOKEN] for c in chunk),
        strip_whitespace=False,
    )
    passages = []
    for chunk in splitter.split_text(tokens):
        first = ord(chunk[0]) - _FIRST_SENTENCE_TOKEN
        last = ord(chunk[-1]) - _FIRST_SENTENCE_TOKEN
        overlapped = sentences[max(first - 1, 0) : last + 1]
        passages.append(
            Passage(document, overlapped[0].start, overlapped[-1].end, tuple(overlapped))
        )
    return passages


def _blocks(text: str, start: int, wrapped: bool) -> Iterator[Span]:
    """Paragraphs from `start` on: lines, or runs of lines where the text is wrapped."""
    pattern = r"(?:[^\r\n]*\S[^\r\n]*(?:\r\n|\n|\r|$))+" if wrapped else r"[^\r\n]*\S[^\r\n]*"
    for match in regex.finditer(pattern, text, pos=start):
        yield _trimmed(text, match.start(), match.end())


def _only_block(document: Document, block: Span) -> bool:
    rest = document.text[document.body_start : block.start] + document.text[block.end :]
    return not rest.strip()


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence itself, or its parts where it is too long to be one."""
    if sentence.end - sentence.start <= MAX_SENTENCE_CHARACTERS:
        yield sentence
        return
    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "; ", ", ", " ", ""],
        chunk_size=MAX_SENTENCE_CHARACTERS,
        chunk_overlap=0,
        keep_separator="end",
        strip_whitespace=False,
    )
    start = sentence.start
    for piece in splitter.split_text(text[sentence.start : sentence.end]):
        yield _trimmed(text, start, start + len(piece))
        start += len(piece)
    if start != sentence.end:
        raise AssertionError(f"the splitter returned {start} of {sentence.end} characters")


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
