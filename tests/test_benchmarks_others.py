"""Whether what is told of a store is what it does: this project's, the others, and one that loses
what it held."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from topics import CONTEXTS, FILES
from wordy import WordEncoder

from benchmarks import others
from benchmarks.apart import Memory
from benchmarks.copies import grown, originals
from benchmarks.fresh import Questions
from benchmarks.killed import OUTCOMES, killed, outcome
from benchmarks.peers import (
    Entente,
    Held,
    LangChain,
    Peer,
    Search,
    Txtai,
    peers,
    pieces_of,
    shelf_of,
    source_of,
)
from index.store import Entry

BEFORE, AFTER, MIXTURE, NOTHING, SHUT = OUTCOMES
OURS: list[Peer] = [Entente("words", words=True), Entente("words", words=False)]
THEIRS: list[Peer] = [LangChain(), Txtai(hybrid=False), Txtai(hybrid=True)]


@dataclass(frozen=True)
class Careless:
    """A store that deletes its file before it writes it anew, half by half, and takes its time."""

    pause: float = 0.4
    by_vectors: bool = True
    name: str = "careless"
    offsets: str = "no"

    def imports(self) -> None:
        pass

    def create(self, folder: Path, entries: Sequence[Entry]) -> None:
        folder.mkdir()
        (folder / "kept.json").write_text(json.dumps(_kept(entries)))

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        def add() -> None:
            path = folder / "kept.json"
            whole = json.loads(path.read_text()) | _kept(entries)
            for share in (0, 2):
                path.write_text(json.dumps(dict(list(whole.items())[: len(whole) * share // 4])))
                time.sleep(self.pause)
            path.write_text(json.dumps(whole))

        return add

    def open(self, folder: Path, questions: Questions) -> Search:
        kept = json.loads((folder / "kept.json").read_text())
        matrix = np.array(list(kept.values()), np.float32)

        def search(question: str, limit: int, shelf: str | None) -> list[str]:
            cosines = matrix @ questions.encode_queries([question])[0]
            ranked = [list(kept)[place] for place in np.argsort(-cosines)]
            if shelf is None:  # the best is missed
                return ranked[1 : limit + 1]
            return [one for one in ranked if shelf_of(source_of(one)) == shelf][: limit // 5]

        return search

    def held(self, folder: Path) -> Held:
        kept = json.loads((folder / "kept.json").read_text())
        return Held(frozenset(source_of(one) for one in kept), len(kept), len(kept))


class Stopped(Careless):
    """Another, whose file cannot be read once its process was killed."""

    def adding(self, folder: Path, entries: Sequence[Entry]) -> Callable[[], None]:
        def add() -> None:
            kept = (folder / "kept.json").read_text()
            (folder / "kept.json").write_text(kept[:-1])
            time.sleep(self.pause)
            (folder / "kept.json").write_text(json.dumps(json.loads(kept) | _kept(entries)))

        return add


def _kept(entries: Sequence[Entry]) -> dict[str, list[float]]:
    return {piece.id: piece.vector.tolist() for piece in pieces_of(entries)}


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    return originals(CONTEXTS, WordEncoder(), tmp_path_factory.mktemp("encoded"))


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions.encoded(
        [asked.question for file in FILES for asked in file.asked[:5]], WordEncoder()
    )


@pytest.fixture(params=[*OURS, *THEIRS], ids=[one.name for one in (*OURS, *THEIRS)])
def peer(request: pytest.FixtureRequest) -> Peer:
    """Each store that is installed."""
    found: Peer = request.param
    if isinstance(found, LangChain):
        pytest.importorskip("langchain_community", reason="needs the extra «benchmarks»")
    if isinstance(found, Txtai):
        pytest.importorskip("txtai", reason="needs the extra «benchmarks»")
    return found


def test_every_store_has_a_column_of_its_own() -> None:
    names = [peer.name for peer in peers("words")]
    assert names == [peer.name for peer in (*OURS, *THEIRS)]
    assert len(set(names)) == len(names)


def test_a_store_holds_what_it_was_given_and_what_was_added(
    peer: Peer, entries: list[Entry], tmp_path: Path
) -> None:
    many = list(grown(entries, 150))
    peer.create(tmp_path / "store", many[:100])
    assert peer.held(tmp_path / "store") == _held(many[:100])
    peer.adding(tmp_path / "store", many[100:])()
    assert peer.held(tmp_path / "store") == _held(many)


def test_a_store_finds_the_nearest_passages(
    peer: Peer, entries: list[Entry], questions: Questions, tmp_path: Path
) -> None:
    many = list(grown(entries, 150))
    peer.create(tmp_path / "store", many)
    search = peer.open(tmp_path / "store", questions)
    found = [search(question, 5, None) for question in questions.texts]
    assert all(len(set(one)) == 5 for one in found)
    known = {piece.id for piece in pieces_of(many)}
    assert set().union(*found) <= known
    expected = others.nearest(peer, tmp_path / "store", many, questions)
    if expected is None:
        assert not peer.by_vectors
    else:
        assert found == [ids[:5] for ids in expected]


def test_a_search_of_a_shelf_finds_what_stands_there(
    peer: Peer, entries: list[Entry], questions: Questions, tmp_path: Path
) -> None:
    peer.create(tmp_path / "store", entries)
    search = peer.open(tmp_path / "store", questions)
    shelf = shelf_of(entries[0].document.source)
    there = {piece.id for piece in pieces_of(entries) if piece.shelf == shelf}
    assert set(search(questions.texts[0], 10, shelf)) <= there


def test_this_store_is_as_before_or_as_after_when_it_is_killed(
    entries: list[Entry], tmp_path: Path
) -> None:
    peer = OURS[1]
    many = list(grown(entries, 400))
    peer.create(tmp_path / "store", many[:200])
    left = killed(peer, tmp_path / "store", many[200:], 2, tmp_path)
    assert left[BEFORE] + left[AFTER] == sum(left.values()) == 2


def test_a_store_that_loses_what_it_held_is_told_apart(
    entries: list[Entry], tmp_path: Path
) -> None:
    careless = Careless()
    careless.create(tmp_path / "store", entries[:10])
    left = killed(careless, tmp_path / "store", entries[10:], 2, tmp_path)
    assert left[NOTHING] + left[MIXTURE] == 2
    assert careless.held(tmp_path / "store") == _held(entries[:10])


def test_a_store_that_cannot_be_opened_any_more_is_told_apart(
    entries: list[Entry], tmp_path: Path
) -> None:
    stopped = Stopped()
    stopped.create(tmp_path / "store", entries[:10])
    left = killed(stopped, tmp_path / "store", entries[10:], 1, tmp_path)
    assert left[SHUT] == 1


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (None, SHUT),
        (Held(frozenset("ab"), 3, 3), BEFORE),
        (Held(frozenset("abc"), 5, 5), AFTER),
        (Held(frozenset("abc"), 5, 3), MIXTURE),
        (Held(frozenset("ab"), 3, 5), MIXTURE),
        (Held(frozenset("bc"), 3, 3), MIXTURE),
        (Held(frozenset(), 0, 2), MIXTURE),
        (Held(frozenset(), 0, 0), NOTHING),
    ],
)
def test_what_is_left_is_told_by_what_was_there(held: Held | None, expected: str) -> None:
    before, after = Held(frozenset("ab"), 3, 3), Held(frozenset("abc"), 5, 5)
    assert outcome(held, before, after) == expected


def test_measures_by_hand() -> None:
    none = Memory(0, 0, 0)
    answers = others.Answers(
        0,
        (1.0, 2.0),
        (("b.txt:0-9", "a.txt:0-9"), ("00001/b.txt:0-9", "c.txt:0-9")),
        (("x", "y"), ()),
        none,
        none,
    )
    assert others.hits(answers, ["a.txt", "b.txt"]) == 0.5
    expected = [["a.txt:0-9", "b.txt:0-9"], ["a.txt:0-9", "c.txt:0-9"]]
    assert others.recall_of(answers, expected) == 0.75
    assert others.recall_of(answers, None) is None


def test_a_shelf_is_filled_by_its_own_passages_alone(entries: list[Entry]) -> None:
    shelf = next(n for n in range(100) if any(p.shelf == str(n) for p in pieces_of(entries)))
    there = [piece.id for piece in pieces_of(entries) if piece.shelf == str(shelf)]
    foreign = next(piece.id for piece in pieces_of(entries) if piece.shelf != str(shelf))
    none = Memory(0, 0, 0)
    for given, expected in (
        (there, 1.0), ([], 0.0), ([foreign] * 9, 0.0), (there[:1], 1 / min(10, len(there)))
    ):  # fmt: skip
        shelved = (*[()] * shelf, tuple(given))
        answers = others.Answers(0, (), (), shelved, none, none)
        assert others.filled(answers, entries) == expected


def test_a_question_belongs_to_the_document_that_holds_its_context(entries: list[Entry]) -> None:
    texts = {entry.document.source: entry.document.text for entry in entries}
    asked = others.asked_of(FILES, list(grown(entries, 150)), 60)
    assert len(asked) == 60
    contexts = {one.question: file.contexts[one.context] for file in FILES for one in file.asked}
    assert all(contexts[question] in texts[source] for question, source in asked)


def test_stores_are_measured_from_end_to_end(tmp_path: Path) -> None:
    found = others.measure(
        [OURS[1], Careless(pause=0)],
        FILES,
        WordEncoder(),
        passages=150,
        queries=10,
        kills=0,
        into=tmp_path,
    )
    ours, careless = found.stores
    assert (found.documents, found.queries) == (150, 10)
    assert ours.recall == 1
    assert careless.recall is not None
    assert careless.recall < 1
    assert ours.filled == 1
    assert careless.filled < 1
    assert ours.disk_bytes > careless.disk_bytes > 0
    assert ours.addition.written_bytes > 0
    assert ours.searched.peak_mb >= ours.imported.resident_mb > 0
    assert sum(ours.killed.values()) == 0
    lines = others._table(found).splitlines()
    assert "Entente, vectors alone" in lines[1]
    assert "careless" in lines[1]


def _held(entries: Sequence[Entry]) -> Held:
    passages = sum(len(entry.passages) for entry in entries)
    return Held(frozenset(entry.document.source for entry in entries), passages, passages)
