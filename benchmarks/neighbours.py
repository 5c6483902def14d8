"""Kinds of vector indexes compared with an exhaustive one: what they find, how fast, in what space.

`python -m benchmarks.neighbours FILE.json … [--passages 1000000] [--json]`

Each file, in SQuAD's format, counts as a language. Its paragraphs and questions are encoded once
(and kept in `--cache`, where given). As many passages as are asked for are made of them: each again
and again, with Gaussian noise that has the covariance of the paragraphs of one article around their
mean, made so large that a copy has, with what it is a copy of, the mean cosine of two different
paragraphs of one article (0.836 with the files of RESULTS.md). This is hard on an index: what is
nearest to a question is spread thinly, and lists by nearness (IVF) have to be read nearly all.

FAISS' own kinds are given vectors less the mean of their language, as `index.vectors` counts
nearness; `entente` is `index.vectors` itself, which works the means out, in whatever form it takes
at this size. «In 50» is the share of the 10 nearest among the 50 that come back, which the store
scores again exactly.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index import load
from index.encoder import Encoder, Vectors
from index.vectors import VectorIndex, shrunk_means

from .data import as_json, read_squad, sample, table
from .metrics import percentile

POOL = 50  # what a search asks for
TRAINED_BY = 50_000  # vectors by which FAISS' kinds are trained
BLOCK = 20_000

# Half of the lists of IVF are read, a sixteenth, … as the number after the name says.
KINDS = (
    "Flat",
    "SQ8",
    "IVF1024,SQ8 /16",
    "IVF1024,SQ8 /4",
    "IVF1024,PQ192x4fs,Refine(SQ8) /4",
    "RaBitQfs,Refine(SQ8)",
    "PQ128x4fs,Refine(SQ8)",
    "PQ192x4fs,Refine(SQ8)",
)
REFINED = 20  # times POOL that a refining kind compares again, as `index.vectors` does
SHARES = (0.5, 0.05, 0.005, 0.00001)

Search = Callable[[Vectors], Sequence[int]]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages [n, dimension], float16, the number of the language of each, and questions."""

    passages: npt.NDArray[np.float16]
    languages: npt.NDArray[np.int64]
    questions: Vectors
    copy_cosine: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`in_50`: the share of the 10 nearest among all that come back."""

    kind: str
    recall_10: float
    in_50: float
    recall_50: float
    p50_ms: float
    p95_ms: float
    build_seconds: float | None = None
    bytes_a_passage: float | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    passages: int
    questions: int
    copy_cosine: float
    kinds: tuple[Measured, ...]
    filtered: tuple[Measured, ...]
    save_seconds: float
    load_seconds: float
    change_seconds: float


def encoded(
    encoder: Encoder, files: Sequence[Path], questions: int
) -> tuple[Vectors, Rows, Rows, Vectors]:
    """Paragraphs [n, dimension], their languages [n], their articles [n], and questions."""
    texts: list[str] = []
    languages, articles, asked = [], [], []
    for language, path in enumerate(files):
        squad = read_squad(path)
        article_of = {
            paragraph["context"]: f"{language}/{number}"
            for number, article in enumerate(json.loads(path.read_text("utf-8"))["data"])
            for paragraph in article["paragraphs"]
        }
        texts += squad.contexts
        languages += [language] * len(squad.contexts)
        articles += [article_of[context] for context in squad.contexts]
        asked += [one.question for one in sample(squad.asked, -(-questions // len(files)))]
    _, numbers = np.unique(articles, return_inverse=True)
    vectors = np.concatenate(list(encoder.encode_passages(texts)))
    found = np.concatenate([encoder.encode_queries([question]) for question in asked])
    return vectors, np.array(languages), numbers.astype(np.int64), found[:questions]


def repeated(
    vectors: Vectors, languages: Rows, articles: Rows, questions: Vectors, count: int
) -> Corpus:
    """`count` passages: the vectors given, again and again, each with noise. Without it, they would
    be nearer to the questions than all of their copies, and easy to find."""
    sizes = np.bincount(articles)
    sums = np.zeros((len(sizes), vectors.shape[1]))
    np.add.at(sums, articles, vectors)
    shared = sizes > 1
    pairs = (sizes * (sizes - 1))[shared].sum()
    within = float(((sums**2).sum(axis=1) - sizes)[shared].sum() / pairs)
    differences = (vectors - (sums / sizes[:, None])[articles])[shared[articles]]
    covariance = differences.T @ differences / len(differences)
    # A vector v and v + noise, the noise nearly at a right angle, have cosine 1 / √(1 + |noise|²).
    covariance *= (within**-2 - 1) / np.trace(covariance)
    values, axes = np.linalg.eigh(covariance)
    shape = (axes * np.sqrt(values.clip(0))).T.astype(np.float32)
    chance = np.random.default_rng(1)
    passages = np.empty((count, vectors.shape[1]), np.float16)
    cosines = []
    for start in range(0, count, len(vectors)):
        rows = passages[start : start + len(vectors)]
        originals = vectors[: len(rows)]
        made = originals + chance.standard_normal(originals.shape, np.float32) @ shape
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        cosines.append(float((made * originals).sum(axis=1).mean()))
        rows[:] = made
    numbers = np.resize(languages, count)
    return Corpus(passages, numbers, questions, float(np.mean(cosines)))


def centred(corpus: Corpus, rows: slice | Rows, means: Vectors) -> Vectors:
    made = corpus.passages[rows].astype(np.float32) - means[corpus.languages[rows]]
    return np.asarray(made, np.float32)


def language_means(corpus: Corpus) -> Vectors:
    sums = np.zeros((int(corpus.languages.max()) + 1, corpus.passages.shape[1]))
    for start in range(0, len(corpus.passages), BLOCK):
        rows = corpus.passages[start : start + BLOCK].astype(np.float32)
        numbers = corpus.languages[start : start + BLOCK]
        for number in range(len(sums)):
            sums[number] += rows[numbers == number].sum(axis=0)
    return shrunk_means(sums, np.bincount(corpus.languages, minlength=len(sums)))


def nearest(corpus: Corpus, means: Vectors, among: Rows | None = None) -> Rows:
    """The truth: the `POOL` nearest of each question, best first: [questions, POOL]."""
    places = np.arange(len(corpus.passages)) if among is None else among
    scores = np.empty((len(corpus.questions), 0), np.float32)
    found = np.empty((len(corpus.questions), 0), np.int64)
    for start in range(0, len(places), BLOCK):
        block = places[start : start + BLOCK]
        scores = np.hstack([scores, corpus.questions @ centred(corpus, block, means).T])
        found = np.hstack([found, np.broadcast_to(block, (len(found), len(block)))])
        best = np.argsort(-scores, axis=1)[:, :POOL]
        scores = np.take_along_axis(scores, best, axis=1)
        found = np.take_along_axis(found, best, axis=1)
    return found


def measured(
    kind: str,
    search: Search,
    questions: Vectors,
    truth: Rows,
    build_seconds: float | None = None,
    size: float | None = None,
) -> Measured:
    search(questions[0])
    found, milliseconds = [], []
    for question in questions:
        started = time.perf_counter()
        found.append(search(question))
        milliseconds.append(1000 * (time.perf_counter() - started))

    def recall(first: int, within: int) -> float:
        pairs = zip(found, truth, strict=True)
        return float(np.mean([np.isin(t[:first], f[:within]).mean() for f, t in pairs]))

    return Measured(
        kind,
        recall(10, 10),
        recall(10, POOL),
        recall(POOL, POOL),
        percentile(milliseconds, 0.5),
        percentile(milliseconds, 0.95),
        build_seconds,
        size,
    )


def of_faiss(kind: str, corpus: Corpus, means: Vectors, truth: Rows) -> Measured:
    """One of FAISS' own kinds, by the name that its factory knows; ` /4` reads a fourth of the
    lists."""
    name, _, part = kind.partition(" /")
    count, dimension = corpus.passages.shape
    started = time.perf_counter()
    index: Any = faiss.index_factory(dimension, name, faiss.METRIC_INNER_PRODUCT)
    chosen = np.sort(np.random.default_rng(2).permutation(count)[:TRAINED_BY])
    index.train(centred(corpus, chosen, means))
    for start in range(0, count, BLOCK):
        index.add(centred(corpus, slice(start, start + BLOCK), means))
    seconds = time.perf_counter() - started
    if part:
        lists = faiss.extract_index_ivf(index)
        lists.nprobe = lists.nlist // int(part)
    if "Refine" in name:
        index.k_factor = REFINED

    def search(question: Vectors) -> Sequence[int]:
        _, found = index.search(question[None], POOL)
        nearest: list[int] = found[0].tolist()
        return nearest

    size = 0

    def written(data: bytes) -> int:
        nonlocal size
        size += len(data)
        return len(data)

    writer: Any = faiss.PyCallbackIOWriter(written)  # type: ignore[attr-defined]
    faiss.write_index(index, writer)
    return measured(kind, search, corpus.questions, truth, seconds, size / count)


def of_entente(
    corpus: Corpus, means: Vectors, truth: Rows
) -> tuple[Measured, tuple[Measured, ...], tuple[float, float, float]]:
    """`index.vectors`: without a filter, by filters that admit `SHARES` of the passages, and the
    seconds that it takes to save, to load, and to change 100 passages."""
    count = len(corpus.passages)
    keys = np.arange(count)
    languages = np.array([f"{number}" for number in range(len(means))])[corpus.languages].tolist()
    started = time.perf_counter()
    built = VectorIndex.build(keys, corpus.passages, languages, 1)
    build_seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        built.save(Path(folder))
        save_seconds = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        started = time.perf_counter()
        index = VectorIndex.load(Path(folder), 1)
        load_seconds = time.perf_counter() - started
        if index is None:
            raise RuntimeError("what was saved cannot be loaded")
        del built
        found = measured(
            "entente",
            lambda question: index.search(question, POOL),
            corpus.questions,
            truth,
            build_seconds,
            size / count,
        )
        chance = np.random.default_rng(3)
        filtered = []
        for share in SHARES:
            among = np.sort(chance.permutation(count)[: max(10, round(share * count))])
            filtered.append(
                measured(
                    f"{len(among)} passages admitted",
                    lambda question, among=among: index.search(question, POOL, among),  # type: ignore[misc]
                    corpus.questions,
                    nearest(corpus, means, among),
                )
            )
        started = time.perf_counter()
        changed = index.changed(
            keys[:100], keys[:100] + count, corpus.passages[:100], languages[:100], 2
        )
        change_seconds = time.perf_counter() - started
        if len(changed) != count:
            raise RuntimeError(f"{len(changed)} passages after a change, expected {count}")
    return found, tuple(filtered), (save_seconds, load_seconds, change_seconds)


def compared(corpus: Corpus, kinds: Sequence[str]) -> Neighbours:
    means = language_means(corpus)
    truth = nearest(corpus, means)
    ours, filtered, seconds = of_entente(corpus, means, truth)
    theirs = [of_faiss(kind, corpus, means, truth) for kind in kinds]
    return Neighbours(
        len(corpus.passages),
        len(corpus.questions),
        corpus.copy_cosine,
        (ours, *theirs),
        filtered,
        *seconds,
    )


def _table(found: Neighbours) -> str:
    rows: list[Sequence[object]] = [
        ("", "recall@10", "in 50", "recall@50", "p50 ms", "p95 ms", "build s", "bytes")
    ]
    rows += [
        (
            one.kind,
            one.recall_10,
            one.in_50,
            one.recall_50,
            one.p50_ms,
            one.p95_ms,
            one.build_seconds,
            one.bytes_a_passage,
        )
        for one in (*found.kinds, *found.filtered)
    ]
    rows += [
        ("passages", found.passages),
        ("questions", found.questions),
        ("cosine of a copy", found.copy_cosine),
        ("save, s", found.save_seconds),
        ("load, s", found.load_seconds),
        ("change of 100, s", found.change_seconds),
    ]
    return table(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.neighbours")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.json")
    parser.add_argument("--passages", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--questions", type=int, default=300, metavar="N")
    parser.add_argument("--kinds", nargs="*", default=KINDS, metavar="KIND")
    parser.add_argument("--cache", type=Path, metavar="FILE.npz")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.cache and options.cache.exists():
        with np.load(options.cache) as kept:
            vectors, languages, articles, questions = (kept[name] for name in kept.files)
    else:
        vectors, languages, articles, questions = encoded(load(), options.files, options.questions)
        if options.cache:
            np.savez(options.cache, vectors, languages, articles, questions)
    corpus = repeated(vectors, languages, articles, questions, options.passages)
    found = compared(corpus, options.kinds)
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
