"""How documents, passages and words are written as rows of Milvus, and read back. Pure functions.

A passage's words lie in one text, for one BM25 with one length, each with a letter before it that
says its column. The analyzer of Milvus splits at blanks and folds case; words are ASCII letters and
digits, so that nothing else happens to them, and nothing in a condition needs escaping.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ..bm25 import WEIGHTS, Columns, Phrase
from ..files import Facts

LETTERS = {"stems": "s", "sounds": "o", "names": "n"}
_TIMES = {column: round(weight * 5) for column, weight in WEIGHTS.items()}  # 5, 2, 7

_WITHIN = 20  # bits of the number of a passage or a sentence within its document
MOST = 1 << _WITHIN  # of them


@dataclass(frozen=True, slots=True)
class About:
    """What is kept of a document beside its text and what it is found by."""

    title: str
    agency: str | None
    body_start: int
    date_origin: str | None
    facts: Facts
    signature: bytes

    def text(self) -> str:
        packed = base64.b85encode(self.signature).decode()
        return json.dumps(asdict(self) | {"signature": packed}, ensure_ascii=False)


def about_of(parts: Sequence[str]) -> About:
    read = json.loads(text_of(parts))
    facts = read.pop("facts")
    signature = base64.b85decode(read.pop("signature"))
    return About(
        **read, facts=Facts(**{**facts, "pages": tuple(facts["pages"])}), signature=signature
    )


def text_of(parts: Sequence[str]) -> str:
    return "".join(parts)


def identity(source: str) -> str:
    """A source as conditions name it: letters and digits, whatever the source is made of."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def key_of(document: int, number: int) -> int:
    """The key of a document's passage or sentence of this number, from 0."""
    return document << _WITHIN | number


def keys_of(document: int, first: int, count: int) -> list[int]:
    return [key_of(document, number) for number in range(first, first + count)]


def record_keys(kind: str, name: int, parts: int) -> list[str]:
    """The keys of the parts of what is kept of this kind under a number."""
    return [f"{kind}/{name}/{part}" for part in range(parts)]


def term_key(phrase: Phrase) -> str:
    """The key of the record that says in how many passages a phrase occurs."""
    return f"{phrase.column}/{phrase.word}"


def token_of(phrase: Phrase) -> str:
    """A phrase as it stands among a passage's words."""
    return LETTERS[phrase.column] + phrase.word


def weighed(phrase: Phrase) -> str:
    """A phrase as BM25 is asked for it: as often as its column weighs."""
    return " ".join([token_of(phrase)] * _TIMES[phrase.column])


def words_of(columns: Columns) -> str:
    """The words of a passage as one text."""
    return " ".join(
        token_of(Phrase(column, word))
        for column, text in columns._asdict().items()
        for word in text.split()
    )


def columns_of(words: str) -> Columns:
    """What `words_of` was made from."""
    split = words.split()
    return Columns(
        *(
            " ".join(word[1:] for word in split if word[0] == LETTERS[column])
            for column in Columns._fields
        )
    )
