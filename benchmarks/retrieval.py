"""Does search find the right document? Dense alone, words alone, and the two fused.

    python -m benchmarks.retrieval SQUAD.json [--limit N] [--json]
                                   [--questions-from OTHER.json | --mixed-with OTHER.json]

Every context of a SQuAD-format file becomes a document of its own, indexed as any folder is; a
question's right document is its context. A context may be cut into several passages: documents rank
by their best one. With `--questions-from`, a second file that translates the first gives the
questions, so that question and document differ in language. With `--mixed-with`, every second
document comes from that file, and questions from both: a document may be in the question's language
or in the other, as in an archive of several agencies.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Hit, Index, build, load
from index.encoder import Encoder
from index.language import language_of
from index.search import POOL

from .data import Asked, Squad, as_json, read_squad, sample, table
from .metrics import hit_at, reciprocal_rank
from .parallel import mixed, paired, translated

RANKED = 10  # documents of a ranking that count


@dataclass(frozen=True, slots=True)
class Ranking:
    """How often the right document comes first, comes among five, and its mean reciprocal rank."""

    name: str
    hit_at_1: float
    hit_at_5: float
    mrr_at_10: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was measured; `matched` says how questions of a second file found their contexts."""

    documents: int
    passages: int
    questions: int
    matched: str | None
    build_seconds: float
    search_ms: float
    rankings: tuple[Ranking, ...]


def measure(
    squad: Squad, asked: Sequence[Asked], encoder: Encoder, matched: str | None
) -> Retrieval:
    """Index the contexts in a temporary folder and ask the questions."""
    if not asked:
        raise ValueError("no question with an answer among the contexts")
    with tempfile.TemporaryDirectory(prefix="entente-benchmark-") as name:
        corpus, into = Path(name) / "corpus", Path(name) / "index"
        sources = _write(squad.contexts, corpus)
        started = time.perf_counter()
        build(corpus, into, encoder)
        built = time.perf_counter() - started
        index = Index.open(into, encoder)
        ranks: dict[str, list[int | None]] = {"dense": [], "words": [], "fused": []}
        started = time.perf_counter()
        for question in asked:
            right = sources[question.context]
            for ranking, found in _rankings(index, question.question).items():
                ranks[ranking].append(found.index(right) + 1 if right in found else None)
        searched = time.perf_counter() - started
        return Retrieval(
            documents=len(sources),
            passages=_passages(index),
            questions=len(asked),
            matched=matched,
            build_seconds=round(built, 1),
            search_ms=round(1000 * searched / len(asked), 1),
            rankings=tuple(
                Ranking(ranking, hit_at(found, 1), hit_at(found, 5), reciprocal_rank(found, RANKED))
                for ranking, found in ranks.items()
            ),
        )


def _write(contexts: Sequence[str], folder: Path) -> list[str]:
    folder.mkdir()
    sources = [f"{number:06}.txt" for number in range(len(contexts))]
    for source, context in zip(sources, contexts, strict=True):
        (folder / source).write_text(context, "utf-8", newline="")
    return sources


def _rankings(index: Index, question: str) -> dict[str, list[str]]:
    """The sources of the first documents in each ranking, best first.

    A search of everything that both rankings put forward shows each of them: a hit carries both of
    its scores.
    """
    hits = index.search(question, language_of(question), limit=2 * POOL).hits
    dense = [(hit.dense, hit) for hit in hits if hit.dense is not None]
    words = [(hit.words, hit) for hit in hits if hit.words is not None]
    return {
        "dense": _documents(hit for _, hit in sorted(dense, key=lambda pair: -pair[0])),
        "words": _documents(hit for _, hit in sorted(words, key=lambda pair: -pair[0])),
        "fused": _documents(hits),
    }


def _documents(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.passage.document.source for hit in hits))[:RANKED]


def _passages(index: Index) -> int:
    with index.store.reading() as snapshot:
        return snapshot.counts().passages


def _table(found: Retrieval) -> str:
    rows: list[Sequence[object]] = [("", "hit@1", "hit@5", "MRR@10")]
    rows += [(r.name, r.hit_at_1, r.hit_at_5, r.mrr_at_10) for r in found.rankings]
    matched = f", matched by {found.matched}" if found.matched else ""
    return (
        f"{found.documents} documents, {found.passages} passages, indexed in "
        f"{found.build_seconds} s; {found.questions} questions{matched}, "
        f"{found.search_ms} ms each\n{table(rows)}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval")
    parser.add_argument("squad", type=Path, metavar="SQUAD.json")
    second = parser.add_mutually_exclusive_group()
    second.add_argument("--questions-from", type=Path, metavar="OTHER.json")
    second.add_argument("--mixed-with", type=Path, metavar="OTHER.json")
    parser.add_argument("--limit", type=int, metavar="N", help="ask N of the questions")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    encoder = load()
    squad = read_squad(options.squad)
    asked: Sequence[Asked] = squad.asked
    matched = None
    if options.questions_from or options.mixed_with:
        other = read_squad(options.questions_from or options.mixed_with)
        pairs = paired(squad, other, encoder)
        matched = pairs.by
        if options.mixed_with:
            squad = mixed(squad, other, pairs)
            asked = squad.asked
        else:
            asked = translated(other, pairs)
    found = measure(squad, sample(asked, options.limit), encoder, matched)
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
