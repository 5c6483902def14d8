"""Several measures of one passage made into a score that passages of any language share.

Reciprocal ranks are the usual way to fuse. Here they lose: words rank a passage of another language
by chance, and ranks cannot tell a chance from a match. `benchmarks/RESULTS.md` compares the two.
"""

from __future__ import annotations

# What all of the question's words together are worth, as a cosine. Between 0.03 and 0.05 retrieval
# hardly changes, within a language and across two.
WORDS = 0.04


def fused(passage: float, best_sentence: float, language_mean: float, words: float) -> float:
    """The score of a passage.

    `passage` and `best_sentence` are cosines with the question, of the passage and of its nearest
    sentence: a long passage hides a sentence that answers. `language_mean` is the question's cosine
    with the average passage of this passage's language: vectors of one language lie together,
    whatever they say. `words` is BM25 over the question's words, divided by their summed rarity so
    that it does not grow with the question.
    """
    return (passage + best_sentence) / 2 - language_mean + WORDS * words
