"""What is seen of each sentence without reading it: how near it lies, and which words it holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index import Found, Hit, Span, Term
from index.words import Word, words_of

from ..expected import Expected, holds
from .candidates import Evidence


def evidence_of(
    found: Found, hit: Hit, kind: Expected | None
) -> Iterator[tuple[Span, Evidence, tuple[str, ...]]]:
    """Each sentence of a passage, what is seen of it, and the question's words met in it; `kind` is
    what the question expects, if that is known."""
    document = hit.passage.document
    text, language = document.text, document.language
    held = [_words(text[span.start : span.end], language) for span in hit.passage.sentences]
    around = itertools.chain(_words(document.title, language), *held)
    context, _ = _coverage(found.terms, tuple(around))
    cosines = hit.sentence_vectors @ found.vector
    for span, words, cosine in zip(hit.passage.sentences, held, cosines.tolist(), strict=True):
        share, matched = _coverage(found.terms, words)
        evidence = Evidence(
            sentence=cosine,
            relative=cosine - hit.language_mean,
            passage=hit.score,
            words=share,
            context=context,
            expected=float(kind is not None and holds(text[span.start : span.end], kind, language)),
        )
        yield span, evidence, matched


def _coverage(terms: Sequence[Term], words: Sequence[Word]) -> tuple[float, tuple[str, ...]]:
    """The share of the terms' rarity that `words` hold, and the terms met."""
    stems = {word.stem for word in words}
    sounds = {word.sound for word in words if word.sound}
    met = [term for term in terms if term.stem in stems or (term.sound and term.sound in sounds)]
    whole = math.fsum(term.rarity for term in terms)
    share = math.fsum(term.rarity for term in met) / whole if whole else 0.0
    return share, tuple(term.text for term in met)


@lru_cache(maxsize=20_000)
def _words(sentence: str, language: str) -> tuple[Word, ...]:
    return tuple(words_of(sentence, language))
