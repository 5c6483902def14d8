"""Which documents are one dispatch: agencies reprint each other, word for word but for a few.

Two texts are one dispatch if they share most runs of words, and most names and numbers: what was
made of one form for another day shares the former only. Both shares are estimated by MinHash
(Broder 1997), so that a document is remembered by a few bytes, and those that may be reprints of it
meet under equal keys. Pure functions; which of a dispatch came first is the index's affair.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import regex

# Of reprints with another title, a shorter end and one word in sixty corrected, 98.6 to 100 % in
# each language tried are at least this alike; of press items of one form about other people and
# another day, none of 672, and 2.4 % in a script without capitals.
REPRINT = 0.75

NAMED = 0.25  # of the words of a text, those that are names, where capitals do not tell
SPARED = 3  # names added to those of a text, so that one corrected does not decide
RUN = 3  # words
SHORT = 20  # words of a text that only the same words are like, being too few to compare
ROWS = 256  # hash functions of a sketch; 0.03 is then the standard error of a share of 0.5
BANDS, BAND = 32, 3  # keys of a signature, and minima that make one

# A signature: how many runs of words the text has, how many names and numbers are expected of it,
# the last bits of the least hash of the runs for each hash function, and a hash of each word that
# may be a name or is a number, in ascending order.
_HEAD = np.dtype([("runs", "<u4"), ("named", "<u4"), ("minima", "<u2", (ROWS,))])
_CHUNK = 128  # hashes at once: 256 KB, which a processor keeps at hand
# The raw stream is the one that NumPy promises to keep: signatures are stored.
_FACTORS, _SUMMANDS = np.random.PCG64(19_97).random_raw(2 * ROWS).reshape(2, ROWS)
_FACTORS |= np.uint64(1)  # odd, so that no two hashes become one

# Scripts that put no blanks between words: each letter is taken for one.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# What a change of would be a change of meaning; punctuation is not.
_WORD = regex.compile(
    rf"[{_UNSPACED}]|[\p{{L}}\p{{M}}\p{{N}}--{_UNSPACED}]++|[%‰°\p{{Sc}}]"
    r"|(?<![\p{L}\p{N}])[-+−](?=\p{N})",
    regex.V1,
)
# A name is written with a capital within a sentence, or in a script that has none.
_NAME = regex.compile(
    rf"\p{{N}}++|(?<=[\p{{L}}\p{{N}},;:)]['’]?\s*)"
    rf"(?:[{_UNSPACED}]|(?<!\p{{L}})(?!\p{{Ll}})[\p{{L}}\p{{M}}--{_UNSPACED}]++)",
    regex.V1,
)
_CASED, _UNCASED = regex.compile(r"[\p{Ll}\p{Lu}]"), regex.compile(r"\p{Lo}")
_UNSEEN = regex.compile(r"[\p{Cf}\u0640\u064b-\u0652]|(?<=\p{L})[-‐‑]\R?(?=\p{L})")


def signature_of(text: str) -> bytes:
    """What likeness to other texts is told by, of a document's body: some 600 bytes for a page."""
    plain = _plain(text)
    words = _words(plain)
    if len(words) < SHORT:
        runs = {" ".join(words)} - {""}
        names, named = set[str](), 0
    else:
        runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
        names, named = _names(plain)
    head = np.zeros((), _HEAD)
    head["runs"], head["named"], head["minima"] = len(runs), named, _minima(_hashes(runs))
    return head.tobytes() + np.unique(_hashes(names).astype("<u4")).tobytes()


def bands_of(signature: bytes) -> list[int]:
    """Keys, at least 0 and below 2^63, of which two reprints have one or more in common; none for a
    text without words."""
    head, _ = _read(signature)
    if not head["runs"]:
        return []
    bands = head["minima"][: BANDS * BAND].reshape(BANDS, BAND)
    return [number << 48 | int.from_bytes(band.tobytes()) for number, band in enumerate(bands)]


def likeness(one: bytes, other: bytes) -> float:
    """How much of one signature's text is in the other's, 0 to 1: the share of the shorter's runs
    of words that are in the longer, or of its names and numbers, whichever is less. A text shorter
    than half the other counts as of half its length."""
    (first, names), (second, others) = _read(one), _read(other)
    shorter, longer = sorted((int(first["runs"]), int(second["runs"])))
    if not shorter:
        return 0.0
    jaccard = float((first["minima"] == second["minima"]).mean())
    shared = jaccard * (shorter + longer) / (1 + jaccard)
    fewer, named = min((len(names), first["named"]), (len(others), second["named"]))
    missing = fewer - len(np.intersect1d(names, others, assume_unique=True))
    return min(
        shared / max(shorter, longer / 2), max(1 - missing / (int(named) + SPARED), 0.0), 1.0
    )


def holds(text: str, quote: str) -> bool:
    """Whether the words of `quote` stand in `text` one after the other, however they are spaced,
    capitalised and punctuated."""
    return f" {folded(quote)} " in f" {folded(text)} "


def folded(text: str) -> str:
    """The words of `text`, as they are compared, one blank between them."""
    return " ".join(_words(_plain(text)))


def _plain(text: str) -> str:
    """`text` in its plainest letters, without what is not seen and hyphens within words."""
    plain: str = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return plain


def _words(plain: str) -> list[str]:
    words: list[str] = _WORD.findall(plain.casefold())
    return words


def _names(plain: str) -> tuple[set[str], int]:
    """The names and numbers of a text, and how many they are; where capitals do not tell names, all
    words that may be."""
    found = _NAME.findall(plain)
    if plain.isupper():
        found = [name for name in found if name.isnumeric()]
    names = {name.casefold() for name in found}
    cased = len(_CASED.findall(plain)) > len(_UNCASED.findall(plain))
    return names, len(names) if cased else round(len(names) * NAMED)


def _hashes(items: Iterable[str]) -> npt.NDArray[np.uint64]:
    digests = b"".join(blake2b(item.encode(), digest_size=8).digest() for item in items)
    return np.frombuffer(digests, "<u8")


def _minima(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """The last bits of the least of what each hash function makes of `hashes`, [ROWS]."""
    least = np.full(ROWS, np.iinfo(np.uint64).max)
    for start in range(0, len(hashes), _CHUNK):
        hashed = hashes[start : start + _CHUNK, None] * _FACTORS + _SUMMANDS
        np.minimum(least, hashed.min(axis=0), out=least)
    return least.astype(np.uint16)


def _read(signature: bytes) -> tuple[np.void, npt.NDArray[np.uint32]]:
    """A signature's head, and the hashes of its names and numbers; raises `ValueError` for what is
    no signature."""
    names = len(signature) - _HEAD.itemsize
    if names < 0 or names % 4:
        raise ValueError(
            f"a signature has {_HEAD.itemsize} bytes and 4 for each name; "
            f"{len(signature)} bytes were given"
        )
    head = np.frombuffer(signature, _HEAD, count=1)[0]
    return head, np.frombuffer(signature, "<u4", offset=_HEAD.itemsize)
