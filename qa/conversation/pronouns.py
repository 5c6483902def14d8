"""A question with a pronoun → the same with the person, or those, who were named before.

A pronoun is left alone where the question itself has what it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from index.function_words import FUNCTION_WORDS

from ..expected import Expected, expected_by
from ..phrases import LANGUAGES
from .parts import Kind
from .substitution import inserted, joined, without_opening
from .tongues import PAUSE, tokens_of
from .utterances import Earlier, Utterance, own_words, utterance_of

_REACH = 4  # earlier questions in which the person of a pronoun is looked for
_FEW = 2  # words of its own that a question has before its object: «Which minister received him?»
_SHORT_NAME = 3  # words of an Arabic answer that is taken for a name
_ARABIC = regex.compile(r"\p{Arabic}")
_THEY = (("they", True), ("them", False), ("their", True))
_ONE = (("he", True), ("him", False), ("his", True))


def referred(said: Utterance, earlier: Sequence[Earlier]) -> str | None:
    """The question with what its first pronoun stands for, or as it is if that is in itself or
    nowhere; None if it has no pronoun."""
    standing = _nothing_meant(said)
    for at in range(said.after, len(said.tokens)):
        if at in standing or said.within(at):
            continue
        for kinds, people in ((_THEY, _several), (_ONE, _someone)):
            for kind, free in kinds:
                many = said.has(kind, at)
                if not many or not _is_pronoun(said, kind, at):
                    continue
                if not (_opens_free(said, kind, at) if free else _is_object(said, at)):
                    return said.text
                names = people(said, earlier)
                if kinds is _ONE and _both(said, at):
                    names = _several(said, earlier) or names
                return _put(said, kind, at, many, names, earlier)
        if said.has("it", at) and _is_pronoun(said, "it", at):
            return joined(said, earlier) if _opens_thing(said, at) else said.text
    return None


def _both(said: Utterance, at: int) -> bool:
    """Whether another pronoun follows, for another person: «Что он ему передал?»"""
    return bool(said.has("he", at)) and any(
        said.has("him", n) for n in range(at + 1, len(said.tokens))
    )


def _nothing_meant(said: Utterance) -> set[int]:
    """The words of «il y a», «is it true»."""
    found: set[int] = set()
    for at in range(len(said.tokens)):
        found.update(range(at, at + said.has("impersonal", at)))
    return found


def _is_pronoun(said: Utterance, kind: str, at: int) -> bool:
    """Whether a word that is a pronoun or something else is one here."""
    word, code = said.tokens[at].word, said.words.code
    if code == "fr" and word in ("l", "le", "la", "les"):
        return any(said.has(k, at + 1) for k in ("auxiliaries", "meeting", "transitive", "things"))
    if code == "en" and word == "her":
        last = at + 1 == len(said.tokens)
        after = last or said.tokens[at + 1].word in FUNCTION_WORDS["en"]
        return after == (kind == "him")
    if code in ("az", "tr") and word == "o":
        return at + 1 < len(said.tokens) and (
            any(said.has(k, at + 1) for k in ("who", "adverbs", "which", "transitive", "meeting"))
            or said.within(at + 1) is not None
            or bool(PAUSE.match(said.text, said.tokens[at].end))
        )
    return True


def _opens_free(said: Utterance, kind: str, at: int) -> bool:
    """Whether nothing before a pronoun could be what it stands for: no name, and no noun but that
    of «which agreements» or, before «his», of «what was the purpose»."""
    if any(part.start < said.tokens[at].start for part in said.named):
        return False
    own = [n for n in own_words(said, said.after, at) if not _inverted(said, n, at)]
    if len(own) > 1:
        return False
    which = any(said.has("which", n) for n in range(said.after, at))
    who = any(said.has("doers", n) for n in range(said.after, at))
    return not own or which or (kind in ("his", "their") and not who)


def _inverted(said: Utterance, verb: int, at: int) -> bool:
    """«Quand part-il»: whether the word is the verb of the pronoun after it."""
    between = said.text[said.tokens[verb].end : said.tokens[at].start]
    return between in ("-", "-t-")


def _is_object(said: Utterance, at: int) -> bool:
    """Whether a pronoun is in the first clause, where the subject cannot be what it stands for, and
    near its opening."""
    if len(own_words(said, said.after, at)) > _FEW:
        return False
    opened = any(part.start < said.tokens[at].start for part in said.named)
    for n in range(said.after + 1, at):
        if PAUSE.match(said.text, said.tokens[n - 1].end) and opened:
            return False
        if said.has("clauses", n) and (opened or own_words(said, said.after, n)):
            return False
    return True


def _opens_thing(said: Utterance, at: int) -> bool:
    return not said.named and len(own_words(said, said.after, at)) <= 1


def _put(
    said: Utterance, kind: str, at: int, many: int, names: Sequence[str], earlier: Sequence[Earlier]
) -> str:
    """The question with the names in the place of the pronoun, or beside it."""
    ambiguous = said.has("it", at) or kind in ("they", "them", "their")
    thing = kind in ("him", "them") and any(
        said.has("things", n) for n in range(said.after, len(said.tokens))
    )
    if not names or (ambiguous and thing):
        return joined(said, earlier) if ambiguous or _asked_who(earlier[-1]) else said.text
    text = without_opening(said)
    moved = len(said.text) - len(text)
    if said.words.code == "en":
        start, end = said.tokens[at].start - moved, said.tokens[at + many - 1].end - moved
        name = " and ".join(names) + ("’s" if kind in ("his", "their") else "")
        return text[:start] + name + text[end:]
    return inserted(text, f"({', '.join(names)})")


def _someone(said: Utterance, earlier: Sequence[Earlier]) -> list[str]:
    """The person last named: who answered, or the last in the question."""
    for one in _recent(earlier):
        people = [*_answering(one)[:1], *reversed(_people(one.question, one.language))]
        for name in people:
            if not _mentions(said, name):
                return [name]
    return []


def _several(said: Utterance, earlier: Sequence[Earlier]) -> list[str]:
    """Those last named together: people, or countries and organisations."""
    for one in _recent(earlier):
        people = [*_people(one.question, one.language), *_answering(one)]
        named = dict.fromkeys(name for name in people if not _mentions(said, name))
        if len(named) < 2:
            before = utterance_of(one.question, one.language)
            named = dict.fromkeys(
                before.text[part.start : part.end]
                for part in before.parts
                if part.kind in (Kind.COUNTRY, Kind.ORGANISATION) and not part.adjective
            )
        if len(named) > 1:
            return list(named)
    return []


def _recent(earlier: Sequence[Earlier]) -> Iterator[Earlier]:
    return (one for one in reversed(earlier[-_REACH:]) if one.language in LANGUAGES)


def _mentions(said: Utterance, name: str) -> bool:
    """Whether a question has a name itself, which its pronoun so does not stand for."""
    words = {token.word for token in said.tokens}
    return any(token.word in words for token in tokens_of(name, said.words.code))


def _people(text: str, language: str) -> list[str]:
    """The people in a text, as written."""
    said = utterance_of(text, language)
    return [text[part.start : part.end] for part in said.parts if part.kind is Kind.PERSON]


def _asked_who(one: Earlier) -> bool:
    if expected_by(one.question) is Expected.PERSON:
        return True
    said = utterance_of(one.question, one.language)  # «kimdir» is «who is»
    return any(said.has("doers", n) for n in range(len(said.tokens))) and said.words.code != "ar"


def _answering(one: Earlier) -> list[str]:
    """The people in the answer to a question that asked who."""
    if not one.short or not _asked_who(one):
        return []
    if _ARABIC.search(one.short):
        return [one.short] if len(one.short.split()) <= _SHORT_NAME else []
    # An answer is quoted, so its language may be another than the question's: who is a person in
    # all that are likely is one. A word before it, since a name may open it.
    found = [_people(f"a {one.short}", code) for code in ("fr", "en", "ru")]
    return [name for name in found[0] if all(name in others for others in found[1:])]
