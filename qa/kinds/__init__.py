"""What kind of answer a question wants, recognised by its meaning.

A linear classifier reads the question's own query vector. It is fitted (`benchmarks.fit_kinds`) on
the questions of `phrasings.toml`, asked about ever other names, so that no name tells one kind from
another, and weighs a fact more than anything else: a fact taken for something else loses an
answer. Two things are told by form: a question that asks when or how many wants a fact, and one
without an interrogative, yes or no.
What is done about each kind is left to others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Self

import regex
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from index import Encoder
from index.encoder import Vectors
from index.errors import ModelError

from ..expected import Expected, expected_by

WEIGHTS = Path(__file__).parent / "weights.safetensors"


class Kind(Enum):
    """What a question wants.

    A fact is one thing (who, when, where, how many, what somebody said), and whatever is nothing
    else; relations are what happened between two sides over time. Of the future, a prediction is
    only what no document can settle. `OTHER` has nothing to do with diplomacy.
    """

    FACT = "fact"
    RELATIONS = "relations"
    PERSON = "person"
    COMPARISON = "comparison"
    LIST = "list"
    YES_NO = "yes_no"
    OPINION = "opinion"
    PREDICTION = "prediction"
    ADVICE = "advice"
    OTHER = "other"


KINDS = tuple(Kind)
_STATED = (Kind.FACT, Kind.LIST, Kind.YES_NO)  # that a sentence of a document may answer

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_ASKING = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "qui que qu quoi quel quelle quels quelles lequel laquelle lesquels lesquelles quand "
        "où comment combien pourquoi",
        "en": "who whom whose what which when where why how",
        "ar": "من ما ماذا متى أين كيف كم لماذا أي أية بأي بأية لأي لأية لمن ممن بمن عمن مم عم بم "
        "إلام علام بماذا فيم بكم",
        "ru": "кто кого кому кем ком что чего чему чем чём когда где куда откуда как почему зачем "
        "сколько скольких скольким сколькими какой какая какое какие какого каком какую каким "
        "каких какими какому каков какова каково каковы чей чья чьё чье чьи чьего чьей чьих чьему "
        "чьим чьими чьём чьем чью",
        "az": "kim kimi kimə kimin kimlə kimdən kimdir kimlər kimlərdir nə nəyi nəyə nəyin nədir "
        "nədən nələr nələri niyə necə necədir neçə neçəsi neçədir hansı hansıdır hansılar "
        "hansılardır hara harada haraya haradan haçan",
        "tr": "kim kimi kime kimin kimle kimden kimdir kimler kimlerdi ne neyi neye nedir neden "
        "neler neleri nelerdir niye niçin nasıl kaç kaçı kaçıncı hangi hangisi hangileri nerede "
        "nereye nereden neresi",
    }.items()
}
# Where the same words also join clauses, they ask only when they open the question.
_OPENING = {"fr": 3, "en": 3, "ar": 3}
_WHETHER = frozenset("هل ли разве неужели mı mi mu mü mıdır midir mudur müdür".split())
_ARABIC_MARK = regex.compile(rf"\p{{Mn}}+|\b[وف](?=(?:هل|{'|'.join(_ASKING['ar'])})\b)")
_FRENCH_WHETHER = ("est-ce que ", "est-ce qu")


@dataclass(frozen=True, slots=True)
class Classes:
    """A linear classifier of an encoder's query vectors: weights [kinds, dimension], and biases
    [languages, kinds], from which the mean question of each language is already taken."""

    model: str
    languages: tuple[str, ...]
    weights: Vectors
    biases: Vectors

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        """What `save` wrote. Raises `ModelError` for a file that is missing or something else."""
        try:
            with safe_open(path, "numpy") as file:
                about = json.loads((file.metadata() or {})["classes"])
                weights, biases = (file.get_tensor(name) for name in ("weights", "biases"))
                model, languages = about["model"], tuple(about["languages"])
                if about["kinds"] != [kind.value for kind in KINDS]:
                    raise ValueError(f"its kinds are {about['kinds']}")
        except (OSError, SafetensorError, KeyError, ValueError) as fault:
            raise ModelError(f"{path} does not hold the kinds of questions: {fault}") from fault
        return cls(model, languages, weights, biases)

    def save(self, path: Path) -> None:
        """Write this to `path`."""
        about = {
            "model": self.model,
            "languages": self.languages,
            "kinds": [kind.value for kind in KINDS],
        }
        tensors = {"weights": self.weights, "biases": self.biases}
        path.write_bytes(save(tensors, {"classes": json.dumps(about)}))

    def scores(self, vector: Vectors, language: str) -> Vectors:
        """The log-odds of each kind, up to a constant: [kinds], from a query vector
        [dimension]. In a language that is not among `languages`, those of an average one."""
        if language in self.languages:
            bias = self.biases[self.languages.index(language)]
        else:
            bias = self.biases.mean(0)
        scores: Vectors = self.weights @ vector + bias
        return scores


class Kinds:
    """The kinds of questions, for one encoder. The classifier knows the bundled encoder; with
    another one, every question is a fact or asks yes or no."""

    def __init__(self, encoder: Encoder, classes: Classes | None = None) -> None:
        """Those of `encoder`, told by `classes`: the classifier of `WEIGHTS` unless given."""
        classes = classes or _classes()
        self._classes = classes if classes.model == encoder.model else None

    def of(self, question: str, language: str, vector: Vectors) -> Kind:
        """The kind of `question`, in this language (ISO 639-1); `vector` is its own query vector
        [dimension]."""
        if self._classes is None:
            return Kind.YES_NO if asks_whether(question, language) else Kind.FACT
        if expected_by(question) in (Expected.TIME, Expected.NUMBER):
            return Kind.FACT
        scores = dict(zip(KINDS, self._classes.scores(vector, language).tolist(), strict=True))
        best = max(KINDS, key=scores.__getitem__)
        if best not in _STATED:
            return best
        whether = asks_whether(question, language)
        if whether is None:
            return best
        return Kind.YES_NO if whether else max((Kind.FACT, Kind.LIST), key=scores.__getitem__)


def asks_whether(question: str, language: str) -> bool | None:
    """Whether the form of `question` asks for yes or no; None where the form does not say."""
    text = question.strip().lower()
    if language == "ar":
        text = _ARABIC_MARK.sub("", text)
    words = _WORD.findall(text)
    if not _WHETHER.isdisjoint(words) or text.startswith(_FRENCH_WHETHER):
        return True
    asking = _ASKING.get(language)
    if asking is None:
        return None
    if not asking.isdisjoint(words[: _OPENING.get(language)]):
        return False
    return True if text.endswith(("?", "؟")) else None


@cache
def _classes() -> Classes:
    return Classes.load()
