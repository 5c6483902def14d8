"""What is seen of each sentence without reading it: how near it lies, and which words it holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from index import Found, Hit, Met, Span, Term
from index.passages import opening_of
from index.terms import Words, weight, words_in

from ..expected import Expected, holds
from .candidates import Evidence

# The share of a question's words that a passage in another language is taken to hold, where no
# passage at all holds any: about what a passage that answers holds of other questions.
UNTOLD = 0.3


def evidence_of(
    found: Found, hit: Hit, kind: Expected | None
) -> Iterator[tuple[Span, Evidence, tuple[Met, ...]]]:
    """Each sentence of a passage, what is seen of it, and the question's words met in it; `kind` is
    what the question expects, if that is known."""
    document = hit.passage.document
    text, language = document.text, hit.passage.language
    held = [words_in(text[span.start : span.end], language) for span in hit.passage.sentences]
    told = (document.title, opening_of(hit.passage))
    around = Words.joined([*(words_in(one, document.language) for one in told), *held])
    foreign = language != found.language
    context, _ = _coverage(found.terms, around, foreign)
    named = [around.met_by(term) is not None for term in found.terms if term.proper]
    names = sum(named) / len(named) if named else 1.0
    cosines = hit.sentence_vectors @ found.vector
    for span, words, cosine in zip(hit.passage.sentences, held, cosines.tolist(), strict=True):
        share, matched = _coverage(found.terms, words, foreign)
        evidence = Evidence(
            sentence=cosine,
            relative=cosine - hit.language_mean,
            passage=hit.score,
            words=share,
            context=context,
            names=names,
            expected=float(kind is not None and holds(text[span.start : span.end], kind, language)),
        )
        yield span, evidence, matched


def _coverage(terms: Sequence[Term], words: Words, foreign: bool) -> tuple[float, tuple[Met, ...]]:
    """The share of the terms' weight that `words` hold, and how the terms were met."""
    if foreign and not any(term.tells(foreign) for term in terms):
        return UNTOLD, ()
    met = [(term, meeting) for term in terms if (meeting := words.met_by(term))]
    whole = weight(terms, foreign)
    share = math.fsum(term.rarity for term, _ in met) / whole if whole else 0.0
    return share, tuple(meeting for _, meeting in met)
