"""What one epoch is made of: question-answering data, fictional items, and negatives for both.

A negative is a question over a text that does not answer it. Those that teach something lie close:
another paragraph of the same article, the text without the sentence that answers, the same kind of
event with other people or at another session, the question with one name changed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents import parse
from index.passages import Passage, passages_of
from index.terms import terms_of

from ..pairs import header_of
from ..spelling import spelt_as_in
from .communiques import Ask, Asked, Frame, Item, World, item_of, twin_of
from .squad import Reading

# Of the answerable questions of question-answering data, how many come again as a negative: over
# another paragraph of the article, and over their own without the sentence that answers.
OTHER_PARAGRAPH, CUT_OUT = 0.15, 0.15
# The same for data that has no unanswerable questions of its own.
OTHER_PARAGRAPH_ALONE, CUT_OUT_ALONE = 0.3, 0.25
NO_HEADER = 0.4  # of the paragraphs, whose title is left away
# Of the answerable questions about an item, how many come again: over another passage of the item,
# with a name changed, and over an item about another event of the same countries.
OTHER_PASSAGE, CHANGED, TWIN = 0.25, 0.3, 0.25
# How often an item is asked about in each language: the other data asks much in English, and the
# less the encoder has seen of a language, the more there is to learn.
ASKED_IN = {"ar": 6, "az": 4, "fr": 4, "tr": 4, "ru": 3, "en": 2}
UNANSWERED = 0.45  # of the questions that an item does not answer, how many are asked
UNSAID = 0.8  # of the items, about how many something is asked that no item answers
# Of the questions about an item in another language, how many are put in its spelling of names, as
# the reader is given them: the others teach what to do where a name is not known as one.
RESPELT = 0.75
# How often a frame that asks for lists is taken, as against any other: few do.
LISTS = 2
# Of the passages of items, how many are cut into a few sentences each, so that what these take as
# known is told by the header alone.
CUT_SHORT = 0.35
# Of all readings: how many texts are cut to a few sentences, as short documents are, and how many
# questions are written as hasty people write them.
SHORT_TEXT, HASTY = 0.2, 0.12
SENTENCES_LEFT = 4  # of a text that is cut, at most

_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+(?=\S)")
_TELLING = frozenset("PQRSTUn")  # the slots that tell an item from its twin: people, the session


@dataclass(frozen=True, slots=True)
class Options:
    """What goes into an epoch, for measuring what each part is worth."""

    items: int  # fictional items; 0 for none
    asks: int = 9  # questions about each
    negatives: bool = True  # those made here; SQuAD 2's own stay
    unsaid: tuple[Ask, ...] = ()  # questions that no item answers


def epoch_of(
    data: Sequence[Sequence[Reading]],
    frames: Sequence[Frame],
    world: World,
    options: Options,
    seed: int,
) -> list[Reading]:
    """The readings of one epoch: every question of `data`, and freshly made items."""
    chance = random.Random(seed)
    made = [reading for rows in data for reading in _with_negatives(rows, options, chance)]
    if frames:
        often = [LISTS if any(ask.every for ask in frame.asks) else 1 for frame in frames]
        for frame in chance.choices(frames, often, k=options.items):
            made += item_readings(frame, world, options, chance)
    return made


def _with_negatives(
    rows: Sequence[Reading], options: Options, chance: random.Random
) -> Iterator[Reading]:
    """Every reading, and some again over a text that does not answer."""
    alone = all(row.spans for row in rows)
    other_share = OTHER_PARAGRAPH_ALONE if alone else OTHER_PARAGRAPH
    cut_share = CUT_OUT_ALONE if alone else CUT_OUT
    paragraphs: dict[str, list[str]] = {}
    for row in rows:
        known = paragraphs.setdefault(row.header, [])
        if not known or known[-1] != row.text:
            known.append(row.text)
    for row in rows:
        kept = replace(row, header="") if chance.random() < NO_HEADER else row
        yield kept
        if not row.spans or not options.negatives:
            continue
        drawn = chance.random()
        if drawn < other_share:
            text = chance.choice(paragraphs[row.header])
        elif drawn < other_share + cut_share:
            text = cut_out(row)
        else:
            continue
        if text and not any(row.text[a:b].lower() in text.lower() for a, b in row.spans):
            yield replace(kept, text=text, spans=())


def cut_out(row: Reading) -> str:
    """The text of a reading without the sentences that its first answer lies in."""
    start, end = row.spans[0]
    before, after = row.text.rfind(". ", 0, start), row.text.find(". ", end)
    left = row.text[: before + 2] if before >= 0 else ""
    return left + (row.text[after + 2 :] if after >= 0 else "")


def varied(readings: Sequence[Reading], seed: int) -> list[Reading]:
    """The readings, some over a shorter text, and some asked in haste."""
    chance = random.Random(seed)
    made = []
    for reading in readings:
        if chance.random() < SHORT_TEXT:
            reading = shortened(reading, chance)
        if chance.random() < HASTY:
            question = reading.question.rstrip("?؟ \u202f\u00a0")
            question = question.lower() if chance.random() < 0.5 else question
            reading = replace(reading, question=question)
        made.append(reading)
    return made


def shortened(reading: Reading, chance: random.Random) -> Reading:
    """The reading over a few sentences in a row, those of an answer among them if there is one."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(reading.text))]
    ends = [*starts[1:], len(reading.text)]
    if reading.spans:
        first, last = chance.choice(reading.spans)
        low = max(n for n, start in enumerate(starts) if start <= first)
        high = min(n for n, end in enumerate(ends) if end >= last)
    else:
        low = high = chance.randrange(len(starts))
    for _ in range(chance.randrange(SENTENCES_LEFT)):
        if chance.random() < 0.5:
            low = max(0, low - 1)
        else:
            high = min(len(starts) - 1, high + 1)
    start, end = starts[low], ends[high]
    text = reading.text[start:end].rstrip()
    spans = tuple((a - start, b - start) for a, b in reading.spans if start <= a and b <= end)
    return replace(reading, text=text, spans=spans)


def item_readings(
    frame: Frame, world: World, options: Options, chance: random.Random
) -> Iterator[Reading]:
    """Questions about one fictional item, over the passages that the index would cut it into."""
    item = item_of(frame, world, chance)
    passages = _passages(item, chance)
    twins = _passages(twin_of(item, world, chance), chance) if options.negatives else []
    asks = list(range(len(frame.asks)))
    chance.shuffle(asks)
    for number in asks[: options.asks]:
        language = _asked_in(chance)
        asked = item.asked(number, language, chance)
        if not asked.spans:
            if chance.random() < UNANSWERED:
                yield _over(asked, chance.choice(passages), chance)
            continue
        holding = [p for p in passages if any(_within(span, p) for span in asked.spans)]
        others = [p for p in passages if p not in holding]
        if not holding:
            continue
        yield _over(asked, chance.choice(holding), chance)
        if not options.negatives:
            continue
        if others and chance.random() < OTHER_PASSAGE:
            yield _over(asked, chance.choice(others), chance)
        if chance.random() < CHANGED and not frame.asks[number].whether:
            changed = item.asked_of_another(number, language, world, chance)
            if changed:
                yield _over(changed, chance.choice(holding), chance)
        if asked.names & _TELLING and chance.random() < TWIN:
            yield _over(replace(asked, spans=()), chance.choice(twins), chance)
    if options.unsaid and not frame.tells_lives and chance.random() < UNSAID:
        asked = item.asked_in_vain(chance.choice(options.unsaid), _asked_in(chance), chance)
        yield _over(asked, chance.choice(passages), chance)


def _asked_in(chance: random.Random) -> str:
    return chance.choices(list(ASKED_IN), list(ASKED_IN.values()))[0]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage of an item: its characters [start, end) in the item, and the header above it."""

    start: int
    end: int
    text: str
    header: str
    language: str


def _passages(item: Item, chance: random.Random) -> list[_Piece]:
    date = item.cast.dates["d"]
    document = parse(f"{item.frame.id}.txt", item.text)
    if chance.random() < 0.7:  # as where the file says its date, which is not part of the item
        document = replace(document, date=date.strftime(chance.choice(("%Y-%m", "%Y-%m-%d"))))
    return [
        _Piece(p.start, p.end, p.text, header_of(p), document.language)
        for passage in passages_of(document)
        for p in (_short(passage, chance) if chance.random() < CUT_SHORT else [passage])
    ]


def _short(passage: Passage, chance: random.Random) -> Iterator[Passage]:
    """The passage in parts of a few sentences."""
    left = passage.sentences
    while left:
        count = chance.randint(1, SENTENCES_LEFT)
        part, left = left[:count], left[count:]
        yield replace(passage, start=part[0].start, end=part[-1].end, sentences=part)


def _within(span: tuple[int, int], piece: _Piece) -> bool:
    return piece.start <= span[0] and span[1] <= piece.end


def _over(asked: Asked, piece: _Piece, chance: random.Random) -> Reading:
    """A question over a passage, with the answers that lie in it."""
    question = asked.question
    if asked.language != piece.language and chance.random() < RESPELT:
        terms = terms_of(question, asked.language)
        told = f"{piece.header} {piece.text}"
        question = spelt_as_in(told, piece.language, question, asked.language, terms)
    spans = tuple(
        (start - piece.start, end - piece.start)
        for start, end in asked.spans
        if _within((start, end), piece)
    )
    return Reading(
        f"{asked.language}-{asked.ask}",
        question,
        piece.text,
        piece.header,
        asked.language,
        spans,
        asked.every,
    )
