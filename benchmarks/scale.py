"""What does an index of 10^3 to 10^6 passages cost: to build, to keep, to open and to ask?

    python -m benchmarks.scale FILE.json … [--sizes N,N…] [--into DIR] [--queries N] [--json]
                                           [--curves FILE.svg] [--built]

The passages are those of SQuAD-format files and copies of them (`benchmarks.copies`), written
through the store's own writer; encoding them is no part of what is timed, and is kept in DIR for
the next run. The questions are the files' own. Each index is opened and asked by a process of its
own (`benchmarks.fresh`), then compared with a search that leaves no passage out. With --built, the
indexes that an earlier run has left in DIR are asked again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from index import Encoder, Filters, Index, load
from index.encoder import Vectors
from index.entries import RECIPE
from index.local import LocalStore
from index.local.snapshot import LocalSnapshot
from index.search import PASSAGES, POOL
from index.store import Entry
from index.terms import Term

from .apart import apart, memory
from .copies import grown, originals
from .data import Squad, as_json, folder_of, read_squad, sample, table
from .fresh import Fresh, Questions
from .fresh import measure as ask
from .metrics import mean, recall

SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUERIES = 200
NEAREST = 10  # passages of which recall is told
CHUNK = 50_000  # vectors compared at once


@dataclass(frozen=True, slots=True)
class Built:
    """`seconds` is the time to write `passages`, less that of drawing copies; their vectors are
    known."""

    passages: int
    documents: int
    words: int
    seconds: float
    passages_a_second: float
    sqlite_bytes: int
    faiss_bytes: int
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """With an exact search: the share of its `NEAREST` passages that are among those a search
    compares exactly, the share of questions whose first passage is the same, and of those whose
    first `PASSAGES` are, in the same order."""

    recall: float
    first: float
    same: float


@dataclass(frozen=True, slots=True)
class Size:
    built: Built
    fresh: Fresh
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Scale:
    queries: int
    sizes: tuple[Size, ...]


def build(entries: Sequence[Entry], passages: int, into: Path, model: str) -> Built:
    """Write so many passages, into a folder that is made anew."""
    shutil.rmtree(into, ignore_errors=True)
    store = LocalStore(into)
    meta = {"model": model, "recipe": RECIPE, "corpus": ".", "columns": ""}
    drawing = 0.0
    started = time.perf_counter()
    with store.alone(), store.writing(meta) as writer:
        copies = grown(entries, passages)
        while True:
            drawn = time.perf_counter()
            entry = next(copies, None)
            drawing += time.perf_counter() - drawn
            if entry is None:
                break
            writer.add(entry)
    seconds = time.perf_counter() - started - drawing
    peak = memory().peak_mb
    with store.reading() as snapshot:
        counts, words = snapshot.counts(), len(snapshot.vocabulary())
    sizes = {path: path.stat().st_size for path in into.iterdir()}
    faiss = sum(size for path, size in sizes.items() if path.name.startswith("vectors-"))
    return Built(
        passages=counts.passages,
        documents=counts.documents,
        words=words,
        seconds=seconds,
        passages_a_second=counts.passages / seconds,
        sqlite_bytes=sum(sizes.values()) - faiss,
        faiss_bytes=faiss,
        peak_mb=peak,
    )


def exact(store: LocalStore, questions: Questions, limit: int) -> list[list[int]]:
    """For each question the keys of the `limit` passages nearest to it, best first, counted from
    the mean of their language; every passage is compared."""
    with store.reading() as snapshot:
        keys, vectors, languages = snapshot.vectors()
        means = [snapshot.language_means(vector) for vector in questions.vectors]
    codes, numbers = np.unique(languages, return_inverse=True)
    offsets = np.array([[known[code] for code in codes] for known in means], np.float32)
    best = np.empty((len(means), 0), np.float32)
    found = np.empty((len(means), 0), np.int64)
    for start in range(0, len(keys), CHUNK):
        part = slice(start, start + CHUNK)
        scores = questions.vectors @ vectors[part].astype(np.float32).T - offsets[:, numbers[part]]
        best = np.concatenate([best, scores], axis=1)
        found = np.concatenate([found, np.broadcast_to(keys[part], scores.shape)], axis=1)
        first = np.argsort(-best, axis=1, kind="stable")[:, :limit]
        best = np.take_along_axis(best, first, axis=1)
        found = np.take_along_axis(found, first, axis=1)
    return found.tolist()


def agreement(place: Path, questions: Questions) -> Agreement:
    """How far the index at `place` finds what an exact search finds."""
    store = LocalStore(place)
    nearest = exact(store, questions, POOL)
    with store.reading() as snapshot:
        scored = [snapshot.nearest(v, POOL, Filters()) for v in questions.vectors]
    comparing = {v.tobytes(): keys for v, keys in zip(questions.vectors, nearest, strict=True)}
    first, expected = (
        _first(Index(one, questions), questions) for one in (store, _Exact(place, comparing))
    )
    return Agreement(
        recall=mean([recall(a, e[:NEAREST]) for a, e in zip(scored, nearest, strict=True)]),
        first=mean([a[:1] == e[:1] for a, e in zip(first, expected, strict=True)]),
        same=mean([a == e for a, e in zip(first, expected, strict=True)]),
    )


class _Exact(LocalStore):
    """A store that finds, for each vector, the passages that are told beforehand."""

    def __init__(self, folder: Path, nearest: Mapping[bytes, Sequence[int]]) -> None:
        super().__init__(folder)
        self._nearest = nearest

    @contextmanager
    def reading(self) -> Iterator[LocalSnapshot]:
        with super().reading() as snapshot:
            yield cast(LocalSnapshot, _Told(snapshot, self._nearest))


@dataclass(frozen=True, slots=True)
class _Told:
    snapshot: LocalSnapshot
    found: Mapping[bytes, Sequence[int]]

    def candidates(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters
    ) -> list[int]:
        nearest = self.found[vector.tobytes()][:limit]
        return list(dict.fromkeys([*nearest, *self.snapshot.matching(terms, limit, filters)]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.snapshot, name)


def _first(index: Index, questions: Questions) -> list[list[tuple[str, int, int]]]:
    """The passages found for each question, as sources and offsets."""
    return [
        [
            (hit.passage.document.source, hit.passage.start, hit.passage.end)
            for hit in index.search(text, language, limit=PASSAGES).hits
        ]
        for text, language in zip(questions.texts, questions.languages, strict=True)
    ]


def measure(
    files: Sequence[Squad],
    encoder: Encoder,
    sizes: Sequence[int],
    queries: int,
    into: Path,
    encode: bool = True,
    built: bool = False,
) -> Iterator[Size]:
    """Each size in turn, the indexes in folders of their own below `into`; `encode` says whether a
    process of its own can load the encoder, `built` that the indexes are there."""
    entries = originals([file.contexts for file in files], encoder, into / "encoded")
    asked = sample([asked.question for file in files for asked in file.asked], queries)
    questions = Questions.encoded(asked, encoder)
    for size in sorted(sizes):
        place = into / f"passages-{size}"
        told = place.with_suffix(".json")
        if built:
            was = Built(**json.loads(told.read_text()))
        else:
            was = apart(build, entries, size, place, encoder.model)
            told.write_text(json.dumps(asdict(was)))
        fresh = apart(ask, place, questions, encode)
        yield Size(was, fresh, agreement(place, questions))


def _table(found: Scale) -> str:
    sizes = found.sizes
    columns: list[tuple[str, Callable[[Size], object]]] = [
        ("passages", lambda s: s.built.passages),
        ("documents", lambda s: s.built.documents),
        ("different stems", lambda s: s.built.words),
        ("build without encoding, s", lambda s: s.built.seconds),
        ("build: passages/s", lambda s: round(s.built.passages_a_second)),
        ("build: peak memory, MB", lambda s: round(s.built.peak_mb)),
        ("SQLite, bytes a passage", lambda s: s.built.sqlite_bytes // s.built.passages),
        ("FAISS, bytes a passage", lambda s: s.built.faiss_bytes // s.built.passages),
        ("open and first answer, s", lambda s: s.fresh.open_seconds),
        ("search, p50 ms", lambda s: s.fresh.p50_ms),
        ("search, p95 ms", lambda s: s.fresh.p95_ms),
        ("search with encoding, p50 ms", lambda s: s.fresh.encoding_p50_ms),
        ("search with encoding, p95 ms", lambda s: s.fresh.encoding_p95_ms),
        ("memory: imports alone, MB", lambda s: round(s.fresh.imported.resident_mb)),
        ("memory: peak, MB", lambda s: round(s.fresh.searched.peak_mb)),
        ("memory: after all questions, MB", lambda s: round(s.fresh.searched.resident_mb)),
        ("memory: of that, mapped files, MB", lambda s: round(s.fresh.searched.mapped_mb)),
        (f"recall@{NEAREST} of exact search", lambda s: s.agreement.recall),
        ("first passage as by exact search", lambda s: s.agreement.first),
        (f"first {PASSAGES} as by exact search", lambda s: s.agreement.same),
    ]
    return table([(name, *(shown(size) for size in sizes)) for name, shown in columns])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.json")
    parser.add_argument("--sizes", type=_numbers, default=SIZES, metavar="N,N…")
    parser.add_argument("--into", type=Path, metavar="DIR", help="where indexes are built and kept")
    parser.add_argument("--queries", type=int, default=QUERIES, metavar="N")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--curves", type=Path, metavar="FILE.svg")
    parser.add_argument("--built", action="store_true", help="the indexes in DIR are asked again")
    options = parser.parse_args(arguments)
    if options.built and options.into is None:
        parser.error("--built asks indexes in a folder; expected --into DIR")
    files = [read_squad(path) for path in options.files]
    with folder_of(options.into) as into:
        sizes = []
        encoder, built = load(), options.built
        for size in measure(files, encoder, options.sizes, options.queries, into, built=built):
            print(f"{size.built.passages} passages measured", file=sys.stderr)
            sizes.append(size)
    found = Scale(options.queries, tuple(sizes))
    print(as_json(found) if options.json else _table(found))
    if options.curves:
        from .curves import draw

        draw(found.sizes, options.curves)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    main()
