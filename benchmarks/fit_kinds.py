"""Fit the classifier that tells the kinds of questions apart, and write it beside `qa.kinds`.

    python -m benchmarks.fit_kinds [--output FILE]

Every phrasing of `qa/kinds/phrasings.toml` is asked several times, of other countries and people
each time.
What is asked in the frames that the reader is trained on, but for those that ask for lists, are
facts too, of all sorts; a few of these want a list, or to know who somebody is, and are left out
where a first fit says so, in spite of having been told that they are facts. Nothing here is random
but by a seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

import qa.kinds
from index import Encoder, load
from index.encoder import Vectors
from qa.kinds import KINDS, WEIGHTS, Classes, Kind
from qa.reader.train.communiques import World, read_frames, read_world
from qa.reader.train.communiques.grammar import contracted
from qa.reader.train.communiques.markup import Node, Writer, parsed
from qa.reader.train.communiques.world import LANGUAGES, cast_of

PHRASINGS = Path(qa.kinds.__file__).with_name("phrasings.toml")
ASKED = 120  # questions of each kind in each language
BACKGROUND = 6_000  # questions of the frames
# What all examples of a kind count for together, to one of another kind: with these few facts go
# astray, and of those that do, to lists, which are answered as facts are.
WEIGHT = {Kind.FACT: 8.0, Kind.LIST: 5.0}
RIDGE = 1e-5
ASKED_BY_FRAMES = (Kind.LIST, Kind.PERSON)  # besides facts
BATCH = 128
PEOPLE = {"P": "A m", "Q": "B f"}

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a known kind."""

    question: str
    language: str
    kind: Kind


def read_phrasings(path: Path = PHRASINGS) -> dict[Kind, dict[str, list[str]]]:
    """The phrasings of each kind in each language, in the frames' markup."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {kind: table[kind.value] for kind in KINDS}


def examples(world: World, chance: random.Random) -> Iterator[Example]:
    """Each phrasing of `phrasings.toml` as often as any other of its kind and language."""
    for kind, languages in read_phrasings().items():
        for language in LANGUAGES:
            nodes = [parsed(phrasing) for phrasing in languages[language]]
            for number in range(ASKED):
                node = nodes[number % len(nodes)]
                yield Example(_written(node, language, PEOPLE, world, chance), language, kind)


def background(world: World, chance: random.Random) -> list[Example]:
    """Questions of the frames that ask for no lists, where nearly all want a fact."""
    asks = [
        (chance.choice(phrasings), language, frame.people)
        for frame in read_frames()
        if not any(ask.every for ask in frame.asks)
        for ask in frame.asks
        if not ask.whether
        for language, phrasings in ask.phrasings.items()
    ]
    return [
        Example(_written(node, language, people, world, chance), language, Kind.FACT)
        for node, language, people in chance.sample(asks, min(BACKGROUND, len(asks)))
    ]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Examples, the place of each one's language and kind [n], and their query vectors
    [n, dimension]."""

    languages: Places
    kinds: Places
    vectors: Vectors

    @classmethod
    def of(cls, asked: Sequence[Example], encoder: Encoder) -> Self:
        """Those of `asked`."""
        return cls(
            np.array([LANGUAGES.index(example.language) for example in asked]),
            np.array([KINDS.index(example.kind) for example in asked]),
            encoded(asked, encoder),
        )

    def kept(self, mask: npt.NDArray[np.bool_]) -> Lessons:
        """Those where `mask` is true."""
        return Lessons(self.languages[mask], self.kinds[mask], self.vectors[mask])

    def centred(self, means: Vectors) -> Lessons:
        """The same, less the mean question of each one's language."""
        return replace(self, vectors=self.vectors - means[self.languages])


def lessons(encoder: Encoder) -> tuple[Lessons, Lessons]:
    """What `phrasings.toml` and the frames ask; the same each time."""
    world, chance = read_world(), random.Random(0)
    own = Lessons.of(list(examples(world, chance)), encoder)
    return own, Lessons.of(background(world, chance), encoder)


def fit(own: Lessons, frames: Lessons, model: str, unseen: str = "") -> Classes:
    """The classifier of these lessons; of a language that is `unseen`, only the mean
    question, which is told no kind, is known."""
    places = range(len(LANGUAGES))
    means = np.stack([own.vectors[own.languages == place].mean(0) for place in places])
    if unseen:
        own, frames = (
            those.kept(those.languages != LANGUAGES.index(unseen)) for those in (own, frames)
        )
    own, frames = own.centred(means), frames.centred(means)
    first = _regression(own, frames, {})
    taken = (frames.vectors @ first[:-1] + first[-1]).argmax(1)
    facts = frames.kept(~np.isin(taken, [KINDS.index(kind) for kind in ASKED_BY_FRAMES]))
    weights = _regression(own, facts, WEIGHT)
    return Classes(
        model=model,
        languages=LANGUAGES,
        weights=np.ascontiguousarray(weights[:-1].T, np.float32),
        biases=(weights[-1] - means @ weights[:-1]).astype(np.float32),
    )


def _regression(own: Lessons, frames: Lessons, weights: Mapping[Kind, float]) -> Array:
    """Multinomial logistic regression: weights [dimension + 1, kinds], the last row the biases."""
    kinds = np.concatenate([own.kinds, frames.kinds])
    vectors = np.concatenate([own.vectors, frames.vectors])
    inputs = np.hstack([vectors, np.ones((len(vectors), 1))]).astype(np.float64)
    shape = inputs.shape[1], len(KINDS)
    weight = 1 / np.bincount(kinds, minlength=len(KINDS))
    weight *= [weights.get(kind, 1.0) for kind in KINDS]
    weight = weight[kinds] / weight[kinds].sum()
    right = np.eye(len(KINDS))[kinds]
    penalty = np.full((shape[0], 1), RIDGE)
    penalty[-1] = 0

    def loss(flat: Array) -> tuple[float, Array]:
        matrix = flat.reshape(shape)
        logits = inputs @ matrix
        logits -= logits.max(1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(1, keepdims=True))
        value = -(weight * logits[right == 1]).sum() + (penalty * matrix**2).sum() / 2
        slope = inputs.T @ (weight[:, None] * (np.exp(logits) - right)) + penalty * matrix
        return float(value), slope.ravel()

    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300}
    )
    matrix: Array = found.x.reshape(shape)
    return matrix


def _written(
    node: Node, language: str, people: Mapping[str, str], world: World, chance: random.Random
) -> str:
    """A phrasing with its slots filled from a new cast, its first letter a capital or, as in haste,
    now and then not."""
    cast = cast_of(world, people, chance)
    writer = Writer(
        chance,
        lambda path: cast.fill(path, language),
        lambda before, words: contracted(before, words, language),
    )
    writer.write(node)
    text = " ".join(writer.text.split())
    return text if chance.random() < 0.1 else text[:1].upper() + text[1:]


def encoded(asked: Sequence[Example], encoder: Encoder) -> Vectors:
    """Query vectors [n, dimension]. Questions of like length go together, which takes less time."""
    order = sorted(range(len(asked)), key=lambda place: len(asked[place].question))
    parts = [
        encoder.encode_queries([asked[place].question for place in order[start : start + BATCH]])
        for start in range(0, len(order), BATCH)
    ]
    vectors = np.concatenate(parts)
    unsorted = np.empty_like(vectors)
    unsorted[order] = vectors
    return unsorted


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Fit the kinds of questions.")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args(arguments)
    encoder = load()
    fit(*lessons(encoder), encoder.model).save(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
