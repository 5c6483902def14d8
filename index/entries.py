"""A file → what an index stores of it: its passages, their words, and the vectors of both.

How a text is cut and by which words it is found are each one function's, here put together; when a
file is read and where its entry goes is left to `build` and `repair`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .bm25 import Columns as Words
from .documents import Document, parse
from .encoder import Encoder, Vectors
from .files import SourceFile
from .names import names_of
from .passages import Passage, Span, passages_of, sentences_of
from .reprints import signature_of
from .sounds import consonants
from .staging import Staging, key_of
from .store import Entry
from .words import words_of

# Grows whenever the same file would give other passages, words or vectors than before.
RECIPE = "4"
GROUP = 64  # documents cut before the first of them is encoded


@dataclass(frozen=True, slots=True)
class Cut:
    """A file with all that is computed from it but vectors."""

    file: SourceFile
    document: Document
    passages: Sequence[Passage]
    sentences: Sequence[Span]

    def texts(self) -> list[str]:
        """What is encoded: the passages, then the sentences."""
        text = self.document.text
        return [
            *(passage.text for passage in self.passages),
            *(text[span.start : span.end] for span in self.sentences),
        ]

    def entry(self, vectors: Vectors) -> Entry:
        """With the vectors of its texts, [texts, dimension]."""
        middle = len(self.passages)
        return Entry(
            self.document,
            self.file.sha256,
            self.file.facts,
            signature_of(self.document.text[self.document.body_start :]),
            self.passages,
            [indexed_words(passage) for passage in self.passages],
            vectors[:middle],
            self.sentences,
            vectors[middle:],
        )


def cut_of(file: SourceFile) -> Cut:
    """A file's document, its sentences, and the passages made of these."""
    document = parse(file.source, file.text, file.facts)
    sentences = sentences_of(document)
    return Cut(file, document, passages_of(document, sentences), sentences)


def cuts_of(files: Sequence[SourceFile]) -> Iterator[list[Cut]]:
    """The files, cut a group at a time, so that those of a long build need not be in memory."""
    for start in range(0, len(files), GROUP):
        yield [cut_of(file) for file in files[start : start + GROUP]]


def entries_of(cuts: Sequence[Cut], encoder: Encoder, kept: Staging) -> Iterator[Entry]:
    """Each document with its vectors, those that are not kept as soon as the batches encoded so far
    hold them all."""
    keys = [key_of(encoder.model, RECIPE, cut.texts()) for cut in cuts]
    known = {key: vectors for key in keys if (vectors := kept.get(key)) is not None}
    wanted = [
        text
        for cut, key in zip(cuts, keys, strict=True)
        if key not in known
        for text in cut.texts()
    ]
    batches = iter(encoder.encode_passages(wanted))
    waiting = np.empty((0, 0), np.float32)
    for cut, key in zip(cuts, keys, strict=True):
        if key in known:
            yield cut.entry(known[key])
            continue
        count = len(cut.passages) + len(cut.sentences)
        while len(waiting) < count:
            batch = next(batches)
            waiting = np.concatenate([waiting, batch]) if len(waiting) else batch
        kept.put(key, waiting[:count])
        yield cut.entry(waiting[:count])
        waiting = waiting[count:]


def indexed_words(passage: Passage) -> Words:
    """The words by which a passage is found."""
    text, language = passage.text, passage.language
    words = list(words_of(text, language))
    return Words(
        " ".join(word.stem for word in words if word.stem),
        " ".join(key for word in words for key in dict.fromkeys(map(consonants, word.sounds))),
        " ".join(named.key for named in names_of(text, language)),
    )
