"""A question that leans on what was asked before → the question that is meant.

Three ways of leaning are known: taking back («no, in 2025»), a pronoun whose person was named
before («Who received him?»), and going on («And with Russia?», «When?»). Each is told by closed
classes of words (words.toml), and each leaves alone what names its own subject: to complete
a question that is whole would answer another, so in doubt it stands as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..phrases import LANGUAGES
from .parts import Kind
from .pronouns import referred
from .substitution import LONGEST, asking_instead, joined, replaced
from .tongues import PAUSE, tokens_of, tongue
from .utterances import Earlier, Utterance, new_words, newest, own_words, utterance_of

_LEANING = 300  # characters: a longer question says what it is about
_SHORT = 6  # words; of fewer, the language is told by the first of them
_NEW = 2  # words that the question before has not, and are in no part, in a fragment
_LONGEST_FRAGMENT = 3  # such words and parts
_CLAUSE = 3  # words of its own that a clause may have if it goes on: «And what was discussed?»
_TAKEN_BACK = 3  # phrases that take back: «no, sorry, I meant»

# What tells the language of a few words, and what shows a clause.
_OPENING = ("openings", "corrections", "meant", "adverbs", "who", "which", "he", "him", "they",
            "them", "prepositions")  # fmt: skip
_CLAUSAL = ("who", "adverbs", "which", "auxiliaries")


def completed(text: str, language: str, earlier: Sequence[Earlier]) -> str:
    """The question that `text` means after `earlier` questions, the newest last; `text` itself when
    it stands alone. At most `LONGEST` characters, if `text` is."""
    if not earlier or len(text) > _LEANING or language not in LANGUAGES:
        return text
    said = utterance_of(text, language)
    for way in (_corrected, referred, _continued):
        found = way(said, earlier)
        if found is not None:
            return found if len(found) <= LONGEST else text
    return text


def spoken(text: str, language: str, earlier: Sequence[Earlier]) -> str:
    """The language of a question in a conversation, where it was taken for `language`: of a few
    words, that whose words open it, and in doubt that of the question before."""
    if not earlier or (language in LANGUAGES and len(text.split()) >= _SHORT):
        return language
    before = earlier[-1].language
    for code in dict.fromkeys((language, before, *LANGUAGES)):
        if code in LANGUAGES:
            words, tokens = tongue(code), tokens_of(text, code)
            if any(words.at(kind, tokens, 0) for kind in _OPENING):
                return code
    return language if language in LANGUAGES or before not in LANGUAGES else before


def _corrected(said: Utterance, earlier: Sequence[Earlier]) -> str | None:
    """What is meant by «no, in 2025»."""
    start = 0
    for _ in range(_TAKEN_BACK):
        many = said.has("meant", start)
        if not many:
            many = said.has("corrections", start)
            if not many or not PAUSE.match(said.text, said.tokens[start + many - 1].end):
                break
        start += many
    if not start:
        return None
    rest = _cut(said, start)
    if rest is None or not _is_fragment(rest, before := newest(earlier), 0):
        return None
    return replaced(rest, before, 0)


def _cut(said: Utterance, start: int) -> Utterance | None:
    """What is said from word number `start` on, without a «meant» that closes it."""
    end = len(said.tokens)
    for at in range(start + 1, end):
        if said.has("meant", at) == end - at:
            end = at
    if start >= end:
        return None
    text = said.text[said.tokens[start].start : said.tokens[end - 1].end]
    return utterance_of(text + said.text[said.tokens[-1].end :], said.words.code)


def _continued(said: Utterance, earlier: Sequence[Earlier]) -> str | None:
    """What is meant by «And with Russia?», «When?», «And who signed?»"""
    before = newest(earlier)
    start, end = said.after, len(said.tokens)
    if start == end:
        return None
    lone = _lone(said, start)
    if lone:
        return asking_instead(said, start, lone, before)
    if any(said.has(kind, n) for n in range(start, end) for kind in _CLAUSAL):
        return joined(said, earlier) if _goes_on(said, start) else None
    if not _is_fragment(said, before, start) or not (start or _is_bare(said, before)):
        return None
    return replaced(said, before, start)


def _lone(said: Utterance, start: int) -> int:
    """How many words an interrogative has if it is alone: «And when exactly?»."""
    many = said.asked(start)[0]
    rest = start + many
    while many and rest < len(said.tokens):
        more = said.has("fillers", rest)
        if not more:
            return 0
        rest += more
    return many


def _goes_on(said: Utterance, start: int) -> bool:
    """Whether a clause says too little to stand: none of its own words is a name; after «and» it
    has a few, otherwise one verb that wants more."""
    if said.named:
        return False
    own = [
        at
        for at in own_words(said, start, len(said.tokens))
        if not said.words.before("which", said.tokens, at)
    ]
    if start:
        return len(own) <= _CLAUSE
    asked = any(said.has(kind, 0) for kind in ("who", "adverbs", "which"))
    return asked and len(own) == 1 and bool(said.has("transitive", own[0]))


def _is_bare(said: Utterance, before: Utterance) -> bool:
    """Whether a fragment leans without «and»: a period, or a name with its preposition, and
    nothing else."""
    part = next(iter(said.parts), None)
    if part is None or part.lead > said.tokens[0].start or new_words(said, before, 0):
        return False
    return part.kind is Kind.PERIOD or bool(part.link) or part.tail > part.end


def _is_fragment(said: Utterance, before: Utterance, start: int) -> bool:
    """Whether from word `start` on there is no clause: a part, and little else."""
    if any(said.has(kind, n) for n in range(start, len(said.tokens)) for kind in _CLAUSAL):
        return False
    many = len(new_words(said, before, start))
    kinds = {part.kind for part in said.named}
    if len(kinds) > 1 and many:  # «And Aliyev visited Algeria?»
        return False
    return many <= _NEW and many + len(said.parts) <= _LONGEST_FRAGMENT
