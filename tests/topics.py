"""Contexts and questions in two languages, for the tests of benchmarks of any size."""

from __future__ import annotations

from benchmarks.data import Asked, Squad

_TOPICS = {
    "en": "harbour treaty summit railway border fishery airport embassy visa grain".split(),
    "fr": "port traité sommet rail frontière pêche aéroport ambassade visa blé".split(),
}
_SAID = {
    "en": "The {0} of the {1} parties was discussed on Monday at length. "
    "Minister number {1} spoke about the {0} and about the policy of the {2}.",
    "fr": "Les {1} parties ont longuement parlé de leur {0} lundi. "
    "Le ministre numéro {1} a parlé de son {0} et de la politique du {2}.",
}
_ASKED = {"en": "What about the {0} of {1} parties?", "fr": "Qu'en est-il du {0} des {1} parties ?"}


def _file(language: str) -> Squad:
    topics = _TOPICS[language]
    numbers = range(30)
    return Squad(
        tuple(_SAID[language].format(topics[n % 10], n, topics[n % 7]) for n in numbers),
        tuple(
            Asked(f"{language}{n}", _ASKED[language].format(topics[n % 10], n), n) for n in numbers
        ),
    )


FILES = (_file("en"), _file("fr"))
CONTEXTS = tuple(file.contexts for file in FILES)
