"""This project's store beside LangChain's FAISS store and txtai: what each costs, finds and keeps.

    python -m benchmarks.others FILE.json … [--passages N] [--queries N] [--kills N] [--json]

Needs the extra `benchmarks`. All keep the same passages, those of SQuAD-format files and, beyond
these, copies of them (`benchmarks.copies`), with the same vectors, and are asked with the same
vectors: the encoder has no part in what is timed. Every store is built, asked, added to and killed
in processes of its own, and is otherwise as it comes. This project's searches words too, as txtai's
does where it is called hybrid; each has a column without.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import Encoder, load
from index.local import LocalStore
from index.store import Entry

from .apart import Memory, apart, memory
from .copies import grown, is_copy, original_of, originals
from .data import Squad, as_json, folder_of, read_squad, sample, table
from .fresh import Questions
from .killed import OUTCOMES, killed
from .metrics import mean, percentile, recall
from .peers import SHELVES, Entente, Peer, identity, peers, pieces_of, shelf_of, source_of
from .scale import exact

FOUND = 10  # passages asked for
ADDED = 10  # documents added to those that a store holds
QUERIES = 200
KILLS = 20
CHANGED = 10  # of so many passages that a store holds, one is added to them when it is killed


@dataclass(frozen=True, slots=True)
class Answers:
    """What a store that was opened anew finds for each question: passages, those on one shelf, and
    the milliseconds of the former."""

    open_seconds: float
    milliseconds: tuple[float, ...]
    found: tuple[tuple[str, ...], ...]
    shelved: tuple[tuple[str, ...], ...]
    imported: Memory
    searched: Memory


@dataclass(frozen=True, slots=True)
class Addition:
    """Adding `ADDED` documents, the store's opening included; bytes are those that the process
    wrote."""

    seconds: float
    written_bytes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """`recall` is that of the `FOUND` nearest by an exact search of the store's own measure, None
    for a store that ranks by more than vectors; `filled` how many of `FOUND` passages a search of
    one shelf in a hundred finds, where there are as many; `killed` counts what is left."""

    name: str
    build_seconds: float
    disk_bytes: int
    open_seconds: float
    p50_ms: float
    p95_ms: float
    imported: Memory
    searched: Memory
    recall: float | None
    hit_at_1: float
    filled: float
    addition: Addition
    offsets: str
    killed: dict[str, int]


@dataclass(frozen=True, slots=True)
class Others:
    passages: int
    documents: int
    queries: int
    stores: tuple[Measured, ...]


def measure(
    stores: Sequence[Peer],
    files: Sequence[Squad],
    encoder: Encoder,
    *,
    passages: int | None,
    queries: int,
    kills: int,
    into: Path,
) -> Others:
    """Each store in a folder of its own below `into`; all passages of the files if None."""
    entries = originals([file.contexts for file in files], encoder, into / "encoded")
    count = passages or sum(len(entry.passages) for entry in entries)
    kept = list(grown(entries, count))
    more = list(grown(entries, count + max(count // CHANGED, 3 * ADDED)))[len(kept) :]
    asked = asked_of(files, kept, queries)
    questions = Questions.encoded([question for question, _ in asked], encoder)
    measured = []
    for number, peer in enumerate(stores):
        place = into / f"store-{number}"
        shutil.rmtree(place, ignore_errors=True)
        built = apart(build, peer, place, entries, count)
        size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
        answers = apart(ask, peer, place, questions)
        left = killed(peer, place, more, kills, into) if kills else dict.fromkeys(OUTCOMES, 0)
        measured.append(
            Measured(
                name=peer.name,
                build_seconds=built,
                disk_bytes=size,
                open_seconds=answers.open_seconds,
                p50_ms=percentile(answers.milliseconds, 0.5),
                p95_ms=percentile(answers.milliseconds, 0.95),
                imported=answers.imported,
                searched=answers.searched,
                recall=recall_of(answers, nearest(peer, place, kept, questions)),
                hit_at_1=hits(answers, [source for _, source in asked]),
                filled=filled(answers, kept),
                addition=apart(add, peer, place, more[:ADDED]),
                offsets=peer.offsets,
                killed=left,
            )
        )
    return Others(
        passages=sum(len(entry.passages) for entry in kept),
        documents=len(kept),
        queries=len(asked),
        stores=tuple(measured),
    )


def asked_of(
    files: Sequence[Squad], entries: Sequence[Entry], queries: int
) -> list[tuple[str, str]]:
    """Questions, each with the source of the document whose passage answers it, which is one of
    `entries`."""
    kept = [entry.document for entry in entries if not is_copy(entry.document.source)]
    sources = {
        context: document.source
        for file in files
        for context in file.contexts
        for document in kept
        if context in document.text
    }
    return sample(
        [
            (asked.question, sources[file.contexts[asked.context]])
            for file in files
            for asked in file.asked
            if file.contexts[asked.context] in sources
        ],
        queries,
    )


def build(peer: Peer, place: Path, entries: Sequence[Entry], passages: int) -> float:
    """Keep so many passages; the seconds that this takes, imports left out."""
    kept = list(grown(entries, passages))
    peer.imports()
    started = time.perf_counter()
    peer.create(place, kept)
    return time.perf_counter() - started


def ask(peer: Peer, place: Path, questions: Questions) -> Answers:
    """Ask all the questions, everywhere and on one shelf each."""
    peer.imports()
    imported = memory()
    started = time.perf_counter()
    search = peer.open(place, questions)
    search(questions.texts[0], FOUND, None)
    opened = time.perf_counter() - started
    milliseconds, found = [], []
    for question in questions.texts:
        started = time.perf_counter()
        found.append(tuple(search(question, FOUND, None)))
        milliseconds.append(1000 * (time.perf_counter() - started))
    searched = memory()
    shelved = tuple(
        tuple(search(question, FOUND, str(number % SHELVES)))
        for number, question in enumerate(questions.texts)
    )
    return Answers(opened, tuple(milliseconds), tuple(found), shelved, imported, searched)


def add(peer: Peer, place: Path, entries: Sequence[Entry]) -> Addition:
    """Add these documents to a store that is opened for it."""
    peer.imports()
    written = _written()
    started = time.perf_counter()
    peer.adding(place, entries)()
    return Addition(time.perf_counter() - started, _written() - written)


def nearest(
    peer: Peer, place: Path, entries: Sequence[Entry], questions: Questions
) -> list[list[str]] | None:
    """The passages nearest to each question by the store's own measure, every passage compared;
    None for a store that ranks by more than vectors."""
    if not peer.by_vectors:
        return None
    if isinstance(peer, Entente):  # counts from the mean of a language
        store = LocalStore(place)
        ranked = exact(store, questions, FOUND)
        with store.reading() as snapshot:
            return [
                [
                    identity(snapshot.document_of(one.document).source, one.start, one.end)
                    for one in snapshot.stored(keys)
                ]
                for keys in ranked
            ]
    pieces = pieces_of(entries)
    cosines = questions.vectors @ np.stack([piece.vector for piece in pieces]).T
    return [[pieces[place].id for place in row[:FOUND]] for row in np.argsort(-cosines, axis=1)]


def recall_of(answers: Answers, expected: Sequence[Sequence[str]] | None) -> float | None:
    """The share of what an exact search finds that was found."""
    if expected is None:
        return None
    return mean([recall(found, e) for found, e in zip(answers.found, expected, strict=True)])


def hits(answers: Answers, right: Sequence[str]) -> float:
    """The share of questions whose first passage is of the right document, or of a copy of it."""
    return mean(
        [
            bool(found) and original_of(source_of(found[0])) == source
            for found, source in zip(answers.found, right, strict=True)
        ]
    )


def filled(answers: Answers, entries: Sequence[Entry]) -> float:
    """How many of the passages asked for on one shelf are given, of those that there are."""
    shelves = Counter(piece.shelf for piece in pieces_of(entries))
    shares = []
    for number, found in enumerate(answers.shelved):
        shelf = str(number % SHELVES)
        there = min(FOUND, shelves[shelf])
        given = [one for one in found if shelf_of(source_of(one)) == shelf]
        if there:
            shares.append(len(given) / there)
    return mean(shares)


def _written() -> int:
    """The bytes that this process has written so far."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"])


def _table(found: Others) -> str:
    rows: list[tuple[str, Callable[[Measured], object]]] = [
        ("", lambda one: one.name),
        ("build without encoding, s", lambda one: one.build_seconds),
        ("disk, MB", lambda one: one.disk_bytes / 1e6),
        ("open and first answer, s", lambda one: one.open_seconds),
        (f"{FOUND} passages, p50 ms", lambda one: one.p50_ms),
        (f"{FOUND} passages, p95 ms", lambda one: one.p95_ms),
        ("memory: imports alone, MB", lambda one: round(one.imported.resident_mb)),
        ("memory: peak, MB", lambda one: round(one.searched.peak_mb)),
        (f"recall@{FOUND} of exact search", lambda one: one.recall),
        ("hit@1", lambda one: one.hit_at_1),
        ("of a shelf's passages, found", lambda one: one.filled),
        (f"add {ADDED} documents, s", lambda one: one.addition.seconds),
        (f"add {ADDED} documents, MB written", lambda one: one.addition.written_bytes / 1e6),
        ("says where in the document", lambda one: one.offsets),
        *((f"killed: {name}", lambda one, name=name: one.killed[name]) for name in OUTCOMES),
    ]
    return (
        f"{found.passages} passages in {found.documents} documents, {found.queries} questions\n"
        + table([(name, *(shown(one) for one in found.stores)) for name, shown in rows])
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.others")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.json")
    parser.add_argument(
        "--passages", type=int, metavar="N", help="those of the files, if not given"
    )
    parser.add_argument("--queries", type=int, default=QUERIES, metavar="N")
    parser.add_argument("--kills", type=int, default=KILLS, metavar="N")
    parser.add_argument("--into", type=Path, metavar="DIR", help="where stores are kept")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    files = [read_squad(path) for path in options.files]
    encoder = load()
    with folder_of(options.into) as into:
        found = measure(
            peers(encoder.model),
            files,
            encoder,
            passages=options.passages,
            queries=options.queries,
            kills=options.kills,
            into=into,
        )
    print(as_json(found) if options.json else _table(found))


if __name__ == "__main__":
    main()
