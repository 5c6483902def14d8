"""An earlier question with something newer in it: the part that is replaced, or what is added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from .parts import NAMED, Kind, Part
from .utterances import Earlier, Utterance, new_words, newest, own_words, utterance_of

LONGEST = 2_000  # characters of a question

_TAIL = 4  # words after a preposition that another phrase with it replaces
_FEW = 3  # words of its own that a question has when it only goes on from the one before
_END = " ?؟!.…"  # what may end a question
_BEFORE_MARK = regex.compile(r" (?=[?!.,؟،])")
_HYPHENS = "-‐–"
_YEAR = regex.compile(r"(?<!\d)\d{4}(?!\d)")
_CONTRACTED = {"de le": "du", "de les": "des", "à le": "au", "à les": "aux"}
_APART = regex.compile(r"(?<=\s)(?:de les?|à les?)(?=\s)")


def replaced(said: Utterance, before: Utterance, start: int) -> str:
    """The question before, with what is said from word `start` on in the place of its like; where
    nothing is, or the two do not fit, one after the other, less what would be replaced."""
    places = _places(said, before)
    known = {part.key for part in before.parts}
    fresh = [part for part in said.parts if part.key not in known]
    if said.words.code == before.words.code:
        if not said.parts:
            text = _phrase_replaced(said, before, start)
            if text:
                return text
        elif not new_words(said, before, start) and (
            any(places) or (fresh and all(map(_is_adverb, said.parts)))
        ):
            pairs = [
                (new, old) for new, old in zip(said.parts, places, strict=True) if new in fresh
            ]
            text = _edited(before, (_edit(new, old, said, before) for new, old in pairs if old))
            added = [n for n, o in pairs if o is None or (o.adjective and not n.adjective)]
            for several in _runs(added, said.parts):
                new = said.text[several[0].lead : said.noun_end(several[-1])]
                text = inserted(text, new, ", " if said.words.code in ("az", "tr") else " ")
            return text
    going = (place for place in places if place and not _coordinated(place, before))
    return _one_after(_edited(before, (_without(place, before) for place in going)), said.text)


def _runs(added: Sequence[Part], parts: Sequence[Part]) -> list[list[Part]]:
    """Parts that follow each other in `parts`, together."""
    runs: list[list[Part]] = []
    for part in added:
        if runs and parts.index(part) == parts.index(runs[-1][-1]) + 1:
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _places(said: Utterance, before: Utterance) -> list[Part | None]:
    """For each part, that of the question before whose place it takes, each taken once."""
    places: list[Part | None] = []
    for part in said.parts:
        place = _place_of(part, said, before)
        places.append(None if place in places else place)
    return places


def _is_adverb(part: Part) -> bool:
    """Whether a part can be added to a sentence as it is."""
    return bool(part.link) or part.tail > part.end or part.kind is Kind.PERIOD


def _without(place: Part, before: Utterance) -> tuple[int, int, str]:
    """What goes of the question before when a part of it does."""
    if place.adjective:
        return _compound(place, before)
    start = place.start if place.kind is Kind.ORDINAL else place.lead
    return start, place.tail, ""


def _place_of(part: Part, said: Utterance, before: Utterance) -> Part | None:
    """The part of the question before that `part` takes the place of."""
    new = {one.key for one in said.parts}
    old = {one.key for one in before.parts}
    if part.key in old:
        return None
    free = [one for one in before.parts if one.key not in new]
    alike = [one for one in free if one.kind is part.kind]
    if part.kind in NAMED and part.link:
        linked = [one for one in free if one.kind in NAMED and one.link == part.link]
        for found in ([one for one in linked if one in alike], linked):
            if found:
                return found[-1]
        if part.kind is Kind.CITY or not alike:
            places = [one for one in free if _is_placed(one, before) and _is_placed(part, said)]
            return next(reversed([one for one in places if one.kind in NAMED]), None)
    # Two countries after «and» take the places of two, in order.
    several = [one for one in said.parts if one.kind is part.kind and one.key not in old]
    if len(several) > 1:
        at = several.index(part)
        return alike[at] if at < len(alike) else None
    return alike[-1] if alike else None


def _is_placed(part: Part, said: Utterance) -> bool:
    return bool(part.link) and part.link in said.words.phrases["places"]


def _edit(part: Part, place: Part, said: Utterance, before: Utterance) -> tuple[int, int, str]:
    """What is replaced of the question before, from where to where, and by what."""
    if place.adjective and not part.adjective:
        return _compound(place, before)
    if place.adjective:
        return place.start, place.end, said.text[part.start : part.end]
    if part.kind is Kind.PERIOD:
        return _period(part, place, said, before)
    if part.kind is Kind.ORDINAL:
        noun, old = said.noun_end(part), before.noun_end(place)
        if noun > part.tail and old > place.tail:
            return place.head, old, said.text[part.head : noun]
        return place.start, place.end, _ordinal(part, said)
    # Without a case of its own, the new one has that of the old.
    last = place.end if part.tail == part.end else place.tail
    if part.link and place.link:
        return place.lead, last, said.text[part.lead : part.tail]
    if place.link == "en":  # which no article follows
        return place.start, last, said.text[part.start : part.tail]
    new = said.text[part.head : part.tail]
    link = before.text[place.lead : place.head].strip().lower()
    if link in before.words.contractions:
        return place.lead, last, f"{place.link} {new}"
    return place.head, last, new


def _period(part: Part, place: Part, said: Utterance, before: Utterance) -> tuple[int, int, str]:
    """As `_edit`; a year alone goes into the words of the old one: «in 2024», «2025»."""
    new = said.text[part.start : part.end]
    year = _YEAR.search(before.text, place.start, place.end) if new.isdigit() else None
    return (*year.span(), new) if year else (place.start, place.end, new)


def _ordinal(part: Part, said: Utterance) -> str:
    """An ordinal as it stands before a noun: «üçüncü» for «üçüncüsü»."""
    written = said.text[part.start : part.end]
    if said.words.code in ("az", "tr") and written.isalpha():
        return said.words.ordinals[int(part.key) - 1][0]
    return written


def _compound(place: Part, before: Utterance) -> tuple[int, int, str]:
    """The whole of «algéro-russe»."""
    start, end = place.start, place.end
    for one in before.parts:
        if one.end == start - 1 and before.text[one.end] in _HYPHENS:
            start = one.start
        if one.start == end + 1 and before.text[end] in _HYPHENS:
            end = one.end
    return start, end, ""


def _coordinated(place: Part, before: Utterance) -> bool:
    """Whether «and» is on one side of a part, which so cannot just go."""
    first = next(n for n, token in enumerate(before.tokens) if token.end > place.lead)
    last = sum(token.start < place.tail for token in before.tokens)
    if before.has("conjunctions", first - 1) or before.has("conjunctions", last):
        return True
    # The Arabic one is written with its word.
    return any(token.start < place.start < token.end for token in before.tokens)


def _phrase_replaced(said: Utterance, before: Utterance, start: int) -> str | None:
    """«Et sur l'énergie ?» takes the place of «sur le gaz» at the end of the question before."""
    many = said.has("prepositions", start)
    if not many:
        return None
    phrase = [token.word for token in said.tokens[start : start + many]]
    for at in range(len(before.tokens) - many - 1, 0, -1):
        if [token.word for token in before.tokens[at : at + many]] == phrase:
            tail = before.tokens[at + many :]
            if len(tail) > _TAIL or any(part.tail > tail[0].start for part in before.parts):
                return None
            new = said.text[said.tokens[start].start : said.tokens[-1].end]
            return before.text[: before.tokens[at].start] + new + before.text[tail[-1].end :]
    return None


def asking_instead(said: Utterance, start: int, many: int, before: Utterance) -> str:
    """The question before, asking what the `many` words from `start` on ask instead of what it
    asked: in their place where grammar does not mind, otherwise before the rest."""
    new = said.text[said.tokens[start].start : said.tokens[start + many - 1].end]
    same, code = said.words.code == before.words.code, said.words.code
    found = _interrogative(before)
    if found and same and said.asked(start)[1] and (found[2] or code not in ("fr", "en")):
        first, last, _ = found
        new = new.lower() if first else _capital(new, code)
        return before.text[:first] + new + before.text[last:]
    return f"{_capital(new, code)}{' : ' if code == 'fr' else ': '}{_unasked(before)}"


def joined(said: Utterance, earlier: Sequence[Earlier]) -> str:
    """What is asked now, with what the question before is about in brackets, and the one before
    that, if it in turn goes on; a new period or ordinal holds for the old question as well."""
    before = newest(earlier)
    edits = [
        _edit(part, place, said, before)
        for part in said.parts
        if part.kind not in NAMED
        and said.words.code == before.words.code
        and (place := _place_of(part, said, before))
    ]
    about = [_unasked(utterance_of(_edited(before, edits), before.words.code))]
    if len(earlier) > 1 and not before.named and _is_short(before):
        about.insert(0, _unasked(newest(earlier[:-1])))
    context = "; ".join(one.rstrip(_END) for one in about)
    return inserted(said.text, f"({context[: LONGEST - len(said.text) - len(' ()')]})")


def _unasked(before: Utterance) -> str:
    """A question without its interrogative: of two, a reader answers the first."""
    found = _interrogative(before)
    if found is None:
        return before.text
    first, last, _ = found
    after = sum(token.start < last for token in before.tokens)
    many = before.has("dummies", after)
    last = before.tokens[after + many - 1].end if many else last
    return _tidy(before.text[:first] + before.text[last:], before.words.code).lstrip(" -–,،")


def _interrogative(before: Utterance) -> tuple[int, int, bool] | None:
    """From where to where a question asks, and whether for when, where, how or why."""
    for at, token in enumerate(before.tokens):
        many, adverb = before.asked(at)
        if many:
            return token.start, before.tokens[at + many - 1].end, adverb
    return None


def _is_short(said: Utterance) -> bool:
    return len(own_words(said, 0, len(said.tokens))) <= _FEW


def _edited(before: Utterance, edits: Iterable[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for first, last, new in sorted(edits):
        pieces += [before.text[at:first], new]
        at = last
    return _tidy("".join((*pieces, before.text[at:])), before.words.code)


def _one_after(first: str, second: str) -> str:
    return f"{first[: LONGEST - len(second) - 1]} {second}"


def without_opening(said: Utterance) -> str:
    """What is asked without the «and» before it."""
    if not said.after or said.after == len(said.tokens):
        return said.text
    return _capital(said.text[said.tokens[said.after].start :], said.words.code)


def _capital(text: str, code: str) -> str:
    first = "İ" if code in ("az", "tr") and text[:1] == "i" else text[:1].upper()
    return first + text[1:]


def inserted(text: str, new: str, gap: str = " ") -> str:
    """`new` before the mark that ends `text`."""
    end = len(text.rstrip(_END))
    return f"{text[:end]}{gap}{new}{text[end:]}"


def _tidy(text: str, code: str) -> str:
    """One space between words, and the French articles contracted."""
    text = " ".join(text.split())
    if code != "fr":
        return str(_BEFORE_MARK.sub("", text))
    return str(_APART.sub(lambda match: _CONTRACTED[match[0]], text))
