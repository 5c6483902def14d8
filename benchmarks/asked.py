"""Questions put to indexes, and which of the candidates that a reader returns answer them.

What is made of that is left to `benchmarks.fit`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index import Encoder, Index, build
from qa.question import Question, understand
from qa.reader import Candidate, Reader
from qa.reader.train.communiques import item_of, read_frames, read_unsaid, read_world
from qa.reader.train.communiques.world import LANGUAGES
from qa.reader.train.squad import Reading

from .data import read_expected

Answers = Callable[[Candidate], bool]

STRANGERS = 60  # questions put to a corpus that are about another one
ASKS = 8  # questions about each item


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its candidates, and which of them answer it; `about` names what it is about, so
    that no document is both fitted and measured on."""

    about: str
    question: Question
    candidates: list[Candidate]
    right: list[bool]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Put:
    """A question to a corpus: what it is about, and whether a candidate answers it; None where
    nothing does."""

    about: str
    text: str
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """An index and the questions about its documents."""

    index: Index
    questions: list[Put]

    def asked(self, reader: Reader) -> Iterator[Asked]:
        yield from self._read(reader, self.questions)

    def asked_of(self, stranger: Corpus, reader: Reader) -> Iterator[Asked]:
        """Questions about another corpus, which this one does not answer."""
        spaced = stranger.questions[:: max(1, len(stranger.questions) // STRANGERS)]
        yield from self._read(reader, [replace(put, answers=None) for put in spaced[:STRANGERS]])

    def _read(self, reader: Reader, questions: Sequence[Put]) -> Iterator[Asked]:
        for put in questions:
            question = understand(put.text)
            found = self.index.search(question.text, question.language)
            candidates = reader.read(question, found)
            right = [put.answers is not None and put.answers(c) for c in candidates]
            if candidates:
                yield Asked(put.about, question, candidates, right, put.answers is not None)


def from_readings(rows: Sequence[Reading], folder: Path, encoder: Encoder, limit: int) -> Corpus:
    """`limit` questions of a SQuAD-format file over an index of their contexts."""
    contexts = {text: f"{n:05}.txt" for n, text in enumerate(dict.fromkeys(r.text for r in rows))}
    count = min(limit, len(rows))
    spaced = [rows[place * len(rows) // count] for place in range(count)]
    questions = [
        Put(
            f"{folder.name}/{contexts[row.text]}",
            row.question,
            _at(contexts[row.text], row.spans) if row.spans else None,
        )
        for row in spaced
    ]
    return _indexed({name: text for text, name in contexts.items()}, questions, folder, encoder)


def from_items(count: int, folder: Path, encoder: Encoder) -> Corpus:
    """Questions about fictional press items that nothing in training was made of, some of them
    such as no item answers."""
    chance = random.Random(0)
    frames, world = read_frames(held_out=True), read_world().part(held_out=True)
    unsaid = read_unsaid(held_out=True)
    texts: dict[str, str] = {}
    questions = []
    for number in range(count):
        name, item = f"{number:05}.txt", item_of(frames[number % len(frames)], world, chance)
        texts[name] = f" date {item.cast.dates['d']:%Y-%m-%d} {item.text}"
        shift = len(texts[name]) - len(item.text)
        for ask in chance.sample(range(len(item.frame.asks)), min(ASKS, len(item.frame.asks))):
            language = chance.choice(LANGUAGES)
            asked = item.asked(ask, language, chance)
            # A question that names nothing could be about any of the items.
            if asked.names and len(asked.names - {"d", "e", "f"}) > 1:
                spans = [(start + shift, end + shift) for start, end in asked.spans]
                questions.append(Put(name, asked.question, _at(name, spans) if spans else None))
            if chance.random() < 0.3 and not item.frame.asks[ask].whether:
                other = item.asked_of_another(ask, language, world, chance)
                if other:
                    questions.append(Put(name, other.question, None))
        if not item.frame.tells_lives and chance.random() < 0.5:
            vain = item.asked_in_vain(chance.choice(unsaid), chance.choice(LANGUAGES), chance)
            questions.append(Put(name, vain.question, None))
    return _indexed(texts, questions, folder, encoder)


def from_questions(
    paths: Sequence[Path], documents: Path, folder: Path, encoder: Encoder
) -> Corpus:
    """Questions of several files about the documents in a folder."""
    questions = [
        Put(
            f"{folder.name}/{row.docs[0] if row.docs else row.id}",
            row.question,
            _holding(row.gold, row.docs) if row.gold else None,
        )
        for path in paths
        for row in read_expected(path)
    ]
    build(documents, folder / "index", encoder)
    return Corpus(Index.open(folder / "index", encoder), questions)


def _indexed(texts: dict[str, str], questions: list[Put], folder: Path, encoder: Encoder) -> Corpus:
    (folder / "documents").mkdir(parents=True)
    for name, text in texts.items():
        (folder / "documents" / name).write_text(text, "utf-8")
    build(folder / "documents", folder / "index", encoder)
    return Corpus(Index.open(folder / "index", encoder), questions)


def _at(source: str, spans: Sequence[tuple[int, int]]) -> Answers:
    return lambda c: (
        c.hit.passage.document.source == source
        and any(c.sentence.start <= start < c.sentence.end for start, _ in spans)
    )


def _holding(gold: Sequence[str], docs: tuple[str, ...]) -> Answers:
    def holds(c: Candidate) -> bool:
        text = c.hit.passage.document.text[c.sentence.start : c.sentence.end]
        return c.hit.passage.document.source.startswith(docs) and any(g in text for g in gold)

    return holds
