"""The store in Milvus, by Milvus Lite: what it gives back, when, and that answers are the same."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partialmethod
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, build_apart, write

pytest.importorskip("pymilvus", reason="Milvus is optional: pip install entente[milvus]")
lite = pytest.importorskip(
    "milvus_lite.server_manager", reason="Milvus is optional: pip install entente[milvus]"
)

from pymilvus import MilvusClient, MilvusException  # noqa: E402

from index import Filters, Index  # noqa: E402
from index.bm25 import Columns, Phrase  # noqa: E402
from index.build import build, remove, update  # noqa: E402
from index.cli import main  # noqa: E402
from index.documents import parse  # noqa: E402
from index.encoder import Vectors  # noqa: E402
from index.entries import indexed_words  # noqa: E402
from index.errors import (  # noqa: E402
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexWriteError,
)
from index.files import Facts  # noqa: E402
from index.filters import EVERYTHING  # noqa: E402
from index.local import LocalStore  # noqa: E402
from index.milvus import Address  # noqa: E402
from index.milvus.known import Kept  # noqa: E402
from index.milvus.state import Language, State, latest, marked, ranges  # noqa: E402
from index.milvus.store import MilvusStore  # noqa: E402
from index.milvus.tables import MARKS, PART, Table, Tables  # noqa: E402
from index.milvus.writer import MilvusWriter  # noqa: E402
from index.move import move  # noqa: E402
from index.passages import passages_of, sentences_of  # noqa: E402
from index.places import store_at  # noqa: E402
from index.repair import repair  # noqa: E402
from index.reprints import signature_of  # noqa: E402
from index.store import Entry, Snapshot, Store  # noqa: E402
from index.terms import Term  # noqa: E402
from index.verify import verify  # noqa: E402

ENCODER = WordEncoder()
ABOUT = {"model": "words", "recipe": "1", "corpus": "../docs"}
TEXT = "Le ministre a reçu son homologue. " * 30 + "Ils ont signé deux accords à Bakou."
DISPATCH = (
    "Bakou, 19 avril 2023, AZERTAC\nLe ministre des Affaires étrangères Djeyhoun Baïramov a reçu mardi "
    "à Bakou l’ambassadeur d’Algérie Abdelouahab Osmane, avec qui il a passé en revue les relations "
    "entre les deux pays et préparé la session que la commission mixte tiendra à Alger en octobre. "
    "Les deux parties ont dit leur satisfaction du dialogue politique."
)
TEXTS = {
    "fr.txt": "date 2022-08\nLe ministre Baïramov a reçu les ambassadeurs des pays voisins à Bakou lundi.",
    "en.txt": "date 2025-04-22\nMinister Bayramov hosted the consultations on energy in Baku on Monday.",
    "ru.txt": "date 2024\nМинистр Байрамов обсудил сотрудничество в области энергетики с коллегой.",
    "fr.txt.txt": "date 2022-09-01\nLe ministre Baïramov a reçu les ambassadeurs à Gandja.",
    "undated.txt": "Les deux pays ont signé un accord sur les visas diplomatiques et de service.",
    "dispatch.txt": DISPATCH,
    "b/reprint.txt": DISPATCH.replace("19 avril 2023, AZERTAC", "20 avril 2023, APS").replace("dit", "exprimé"),
    "long.txt": "date 2021-03-05\n" + "".join(
        f"La délégation numéro {n} de {place} a visité le port de {place} avec {n} experts. "
        for n, place in enumerate(["Bakou", "Alger", "Ankara", "Moscou", "Tunis", "Doha"] * 15)
    ),
    "it's «quoted» \"so\"\\.txt": "date 2023-05\nMinister Mammadov opened the exhibition of carpets in Ganja.",
}  # fmt: skip
QUESTIONS = [
    ("Un accord sur les visas", "fr"),
    ("Bayramov", "en"),
    ("Who hosted the consultations on energy?", "en"),
    ("Что обсудил министр Байрамов?", "ru"),
    ("Quel ambassadeur a été reçu à Bakou ?", "fr"),
    ("Combien d’experts la délégation d’Ankara a-t-elle menés au port ?", "fr"),
    ("consultatoins", "en"),  # a slip of the pen
    ("باكو", "ar"),
    ("zzz", "en"),
]
FILTERS = [
    EVERYTHING,
    Filters(period=("2022", "2023-04")),
    Filters(period=(None, "2022-08-15")),
    Filters(period=("2024-06", None)),
    Filters(period=("2022-08-31", "2022-09-01")),
    Filters(period=("2022-09-01", "2022-09-01")),
    Filters(languages=["en", "ru"]),
    Filters(languages=[]),
    Filters(languages=['fr" or "" == "', "\ud800"]),
    Filters(sources=["fr.txt", "long.txt", 'it\'s «quoted» "so"\\.txt']),
    Filters(sources=['x"] or source_id not in ["y']),
    Filters(sources=[]),
    Filters(period=("2021", "2024"), languages=["fr"], sources=["long.txt", "en.txt"]),
]


def encoded(texts: list[str]) -> Vectors:
    return np.concatenate(list(ENCODER.encode_passages(texts)))


def entry(source: str, text: str, facts: Facts = Facts()) -> Entry:  # noqa: B008 - frozen
    document = parse(source, text, facts)
    passages, sentences = passages_of(document), sentences_of(document)
    return Entry(
        document,
        "0" * 64,
        facts,
        signature_of(text[document.body_start :]),
        passages,
        [indexed_words(passage) for passage in passages],
        encoded([passage.text for passage in passages]),
        sentences,
        encoded([text[span.start : span.end] for span in sentences]),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MilvusStore]:
    yield milvus(tmp_path / "ix.db")
    lite.server_manager_instance.release_all()


def milvus(path: Path) -> MilvusStore:
    found = store_at(path)
    assert isinstance(found, MilvusStore)
    return found


def put(store: Store, *sources: str, text: str = TEXT) -> None:
    with store.writing(ABOUT) as writer:
        for source in sources:
            writer.add(entry(source, text))


def tables(store: MilvusStore) -> Tables:
    return store._connected()


def keys(snapshot: Snapshot) -> list[int]:
    """The passages that a search for anything finds."""
    everything = np.full(snapshot.dimension(), 0.1, np.float32)
    return sorted(snapshot.candidates(everything, [], 1_000, EVERYTHING))


def rows(store: MilvusStore) -> dict[str, int]:
    """How many rows each collection of documents has, seen or not."""
    held = tables(store)
    return {
        table.name: len(list(table.rows("born >= 0")))
        for table in (held.documents, held.passages, held.sentences)
    }


def same(one: Entry, other: Entry) -> bool:
    """Whether two entries agree in all; vectors as float16."""
    vectors = ("passage_vectors", "sentence_vectors")
    plain = [
        [
            list(value) if isinstance(value, tuple | list) else value
            for name in Entry.__slots__
            if name not in vectors
            for value in [getattr(entry, name)]
        ]
        for entry in (one, other)
    ]
    return plain[0] == plain[1] and all(
        np.array_equal(np.float16(getattr(one, name)), np.float16(getattr(other, name)))
        for name in vectors
    )


def test_what_is_added_is_read_back(store: MilvusStore) -> None:
    facts = Facts(
        title="Un titre", date="2023-04", date_origin="metadata", agency="AZERTAC", pages=(0, 40)
    )
    added = entry("a.txt", TEXT, facts)
    with store.writing(ABOUT) as writer:
        assert writer.documents() == 0
        writer.add(added)
        assert writer.documents() == 1
    with store.reading() as snapshot:
        (document,) = snapshot.documents()
        assert document == added.document == snapshot.document("a.txt")
        assert document.pages == (0, 40)
        assert snapshot.document("b.txt") is None
        assert snapshot.hashes() == {"a.txt": "0" * 64}
        assert snapshot.meta().items() >= ABOUT.items()
        counts = snapshot.counts()
        assert (counts.documents, counts.passages, counts.sentences) == (
            1, len(added.passages), len(added.sentences),
        )  # fmt: skip
        assert counts.words == sum(len(text.split()) for row in added.words for text in row)
        assert snapshot.dimension() == added.passage_vectors.shape[1]
        (listed,) = snapshot.listed()
        assert (listed.document, listed.passages) == (document, len(added.passages))
        assert same(next(snapshot.entries()), added)
        assert len(added.passages) > 1
        stored = snapshot.stored(keys(snapshot))
        assert [one.words for one in stored] == added.words
        assert [one.sentences for one in stored] == [one.sentences for one in added.passages]
        assert snapshot.frequencies([Phrase("stems", "ministr"), Phrase("stems", "bakou"), Phrase("names", "x")]) == {
            Phrase("stems", "ministr"): len(added.passages),
            Phrase("stems", "bakou"): sum("bakou" in row.stems.split() for row in added.words),
            Phrase("names", "x"): 0,
        }  # fmt: skip
        assert "ministr" in snapshot.vocabulary()
        assert "cityasiabaku" not in snapshot.vocabulary()
        assert snapshot.damage() == []
        assert list(snapshot.inconsistencies()) == []


def test_what_is_longer_than_a_row_is_read_back(store: MilvusStore) -> None:
    text = "Un «mot» 会議 \0 𝔘. " * (PART // 4)
    plain = entry("a.txt", "Un mot.")
    stems = " ".join(f"{'w' * 59}{number}" for number in range(1_200))
    added = replace(
        plain,
        document=replace(plain.document, text=text, pages=()),
        facts=Facts(pages=tuple(range(9_000))),
        signature=bytes(516) + bytes(range(256)) * 400,
        words=[Columns(stems, "BK BR", "cityasiabaku")],
    )
    assert len(stems) > 65_535
    with store.writing(ABOUT) as writer:
        writer.add(added)
    with store.reading() as snapshot:
        (found,) = snapshot.entries()
        assert found.document.text == text
        assert (found.facts, found.signature) == (added.facts, added.signature)
        assert found.words == added.words
        last = Phrase("stems", stems.split()[-1])
        assert snapshot.frequencies([last]) == {last: 1}
    with store.writing(ABOUT) as writer:
        writer.remove("a.txt")
        writer.add(plain)
    with store.reading() as snapshot:
        assert snapshot.vocabulary() == plain.words[0].stems.split()
        assert list(snapshot.inconsistencies()) == []


def test_what_is_removed_leaves_nothing_behind(store: MilvusStore) -> None:
    put(store, "a.txt", "b.txt")
    put(store, "c.txt", text="Le mot zythum est rare.")
    with store.reading() as snapshot:
        before, found = snapshot.counts(), keys(snapshot)
        assert "zythum" in snapshot.vocabulary()
        (rare,) = snapshot.naming([Term("zythum", "zythum")], EVERYTHING)
    with store.writing(ABOUT) as writer:
        writer.remove("a.txt")
        writer.remove("c.txt")
        writer.remove("never there.txt")
        assert writer.documents() == 1
    with store.reading() as snapshot:
        after = snapshot.counts()
        assert list(snapshot.hashes()) == ["b.txt"]
        assert after.documents == 1
        assert len(keys(snapshot)) == after.passages == (before.passages - 1) // 2
        assert snapshot.frequency([Phrase("stems", "ministr")]) == after.passages
        assert (
            snapshot.frequency([Phrase("stems", "ministr"), Phrase("stems", "zythum")])
            == after.passages
        )
        assert "zythum" not in snapshot.vocabulary()
        assert snapshot.naming([Term("zythum", "zythum")], EVERYTHING) == []
        assert list(snapshot.inconsistencies()) == []
    put(store, "d.txt")  # sweeps
    assert rows(store)[tables(store).documents.name] == 2
    with store.reading() as snapshot:
        assert rows(store)[tables(store).passages.name] == snapshot.counts().passages
        assert rows(store)[tables(store).sentences.name] == snapshot.counts().sentences
        with pytest.raises(IndexDamagedError, match=f"document {rare} is not there"):
            snapshot.document_of(rare)
        with pytest.raises(IndexDamagedError, match=r"passage \d+ is not there"):
            snapshot.stored(found)


def test_a_document_may_be_added_and_removed_in_one_change(store: MilvusStore) -> None:
    put(store, "a.txt")
    with store.writing(ABOUT) as writer:
        writer.add(entry("b.txt", TEXT))
        writer.remove("b.txt")
        writer.add(entry("b.txt", "Un autre texte."))
    with store.reading() as snapshot:
        assert [one.text for one in snapshot.documents()] == [TEXT, "Un autre texte."]
        assert list(snapshot.inconsistencies()) == []


def test_each_change_has_a_later_generation(store: MilvusStore) -> None:
    generations = []
    for number in range(3):
        put(store, f"{number}.txt")
        with store.reading() as snapshot:
            generations.append(snapshot.generation())
    assert generations == sorted(set(generations))


def next_generation(store: Store, monkeypatch: pytest.MonkeyPatch) -> MilvusWriter:
    """A writer of the generation that follows at once; those of other writers are later."""
    with monkeypatch.context() as patched:
        patched.setattr("index.milvus.writer.GENERATIONS", 1)
        writer = store.writing(ABOUT).__enter__()
    assert isinstance(writer, MilvusWriter)
    return writer


def test_a_change_that_fails_changes_nothing(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a.txt", text=f"{TEXT} Le fermenton.")
    with store.reading() as snapshot:
        before = snapshot.generation(), keys(snapshot), snapshot.vocabulary(), snapshot.counts()
    failing = next_generation(store, monkeypatch)
    failing.remove("a.txt")
    for number in range(9):
        failing.add(entry(f"{number}.txt", f"Le ministre a signé {number} accords zythum. {TEXT}"))
    failing.finish(ABOUT)
    assert rows(store)[tables(store).documents.name] == 10
    for _ in range(2):
        with store.reading() as snapshot:
            assert before == (
                snapshot.generation(), keys(snapshot), snapshot.vocabulary(), snapshot.counts(),
            )  # fmt: skip
            assert list(snapshot.hashes()) == ["a.txt"]
            assert list(snapshot.inconsistencies()) == []
        store = milvus(Path(store.place))
    for number in range(3):
        put(store, f"b{number}.txt")
        assert rows(store)[tables(store).documents.name] == number + 2
        with store.reading() as snapshot:
            assert list(snapshot.hashes()) == ["a.txt", *(f"b{n}.txt" for n in range(number + 1))]
            assert "zythum" not in snapshot.vocabulary()
            assert "fermenton" in snapshot.vocabulary()
            assert list(snapshot.inconsistencies()) == []


def test_a_change_that_stops_at_any_write_changes_nothing(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt goes one write further than the one before, which left all that it wrote."""

    def change() -> None:
        with store.writing(ABOUT) as writer:
            writer.remove("a.txt")
            writer.add(entry("c.txt", f"{TEXT} Le zythum."))
            writer.add(entry("d.txt", DISPATCH))

    def seen() -> tuple[object, ...]:
        with store.reading() as snapshot:
            assert list(snapshot.inconsistencies()) == []
            assert len(keys(snapshot)) == snapshot.counts().passages
            told = [(one.document.source, one.dispatch) for one in snapshot.listed()]
            return snapshot.generation(), snapshot.counts(), told, snapshot.vocabulary()

    put(store, "a.txt", text=f"{TEXT} Le fermenton.")
    put(store, "b.txt", text=DISPATCH)
    before, stopped = seen(), 0
    while seen() == before:
        left = stopped

        def write(*given: object, done: Callable[..., object], **named: object) -> object:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            return done(*given, **named)

        with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
            for name in ("insert", "upsert", "delete", "flush", "drop_collection"):
                done = getattr(MilvusClient, name)
                patched.setattr(MilvusClient, name, partialmethod(write, done=done))
            change()
        stopped += 1
    assert stopped > 12
    with store.reading() as snapshot:
        assert [one.source for one in snapshot.documents()] == ["b.txt", "c.txt", "d.txt"]
        assert [one.source for one in snapshot.reprints("b.txt")] == ["d.txt"]
        assert {"zythum", "fermenton"} & set(snapshot.vocabulary()) == {"zythum"}
    put(store, "e.txt")
    assert seen()[1].documents == rows(store)[tables(store).documents.name]  # type: ignore[attr-defined]


def test_what_a_writer_thought_dead_writes_later_is_seen_by_nobody(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a.txt")
    late = next_generation(store, monkeypatch)
    late.remove("a.txt")
    late.add(entry("late.txt", TEXT))
    put(store, "b.txt")
    with store.reading() as snapshot:
        before = keys(snapshot), snapshot.counts(), snapshot.vocabulary()
    late.finish(ABOUT)
    with store.reading() as snapshot:
        assert before == (keys(snapshot), snapshot.counts(), snapshot.vocabulary())
        assert list(snapshot.hashes()) == ["a.txt", "b.txt"]
    for source in ("c.txt", "d.txt"):
        put(store, source)
        with store.reading() as snapshot:
            assert "late.txt" not in snapshot.hashes()
            assert len(keys(snapshot)) == snapshot.counts().passages


def test_a_snapshot_does_not_see_what_comes_after_it(store: MilvusStore) -> None:
    put(store, "a.txt", text=f"{TEXT} Le zythum.")
    phrases = [Phrase("stems", "ministr"), Phrase("stems", "zythum"), Phrase("stems", "fermenton")]
    with store.reading() as before:
        seen = keys(before), before.frequency(phrases[:2]), before.counts()
        with store.writing(ABOUT) as writer:
            writer.remove("a.txt")
            writer.add(entry("b.txt", "Le ministre et le fermenton."))
        with store.reading() as after:
            assert (keys(before), before.frequency(phrases[:2]), before.counts()) == seen
            assert [one.source for one in before.documents()] == ["a.txt"]
            assert [one.source for one in after.documents()] == ["b.txt"]
            assert not set(keys(after)) & set(seen[0])
            assert after.frequencies(phrases) == dict(zip(phrases, (1, 0, 1), strict=True))
            assert "zythum" in before.vocabulary()
            assert "zythum" not in after.vocabulary()
            assert "fermenton" not in before.vocabulary()
        fresh = milvus(Path(store.place))
        with fresh.reading() as after:
            assert [one.source for one in after.documents()] == ["b.txt"]
    assert seen[1] == seen[2].passages


def test_a_reader_that_was_overtaken_twice_is_told_so(store: MilvusStore) -> None:
    put(store, "a.txt", "b.txt")

    def slowly() -> None:
        with store.reading() as snapshot:
            for source in ("a.txt", "b.txt"):
                with store.writing(ABOUT) as writer:
                    writer.remove(source)
                    writer.add(entry(f"{source}.txt", TEXT))
            assert snapshot.counts().documents == 2

    with pytest.raises(IndexBusyError, match="changed twice while it was read"):
        slowly()

    def missing() -> None:
        with store.reading() as snapshot:
            found = keys(snapshot)
            for number in range(2):
                with store.writing(ABOUT) as writer:
                    for source in ("a.txt.txt", "b.txt.txt"):
                        writer.remove(source)
                    writer.add(entry(f"{number}.txt", TEXT))
            snapshot.stored(found)

    with pytest.raises(IndexBusyError, match="changed twice while it was read"):
        missing()


def test_a_state_of_which_a_part_is_missing_is_not_taken_for_one(store: MilvusStore) -> None:
    put(store, "a.txt")
    states = tables(store).states
    before = latest(states)
    assert before is not None
    with store.reading() as snapshot:
        state = replace(
            snapshot._state,
            generation=before + 1,
            meta={**ABOUT, "columns": "x" * 40_000},
        )
    written = state.rows()
    assert len(written) > 1
    states.insert(written[1:])
    assert latest(states) == before
    states.insert(written[:1])
    assert latest(states) == before + 1
    with milvus(Path(store.place)).reading() as snapshot:
        assert snapshot.meta()["columns"] == "x" * 40_000


def build_at_home(
    home: str, answer: Connection, folder: Path, into: Path | str, pause: float
) -> None:
    """Build in a process of its own, which keeps to the folder `home`."""
    os.environ["XDG_CACHE_HOME"] = home
    build_apart(answer, folder, into, pause, None)  # type: ignore[arg-type]


class Apart:
    """A build in another process; `said` is what it answers, None if it was killed."""

    def __init__(self, folder: Path, into: Path | str, pause: float = 0) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["wordy", "index.milvus.store"])
        self._answer, theirs = context.Pipe(duplex=False)
        self.process = context.Process(
            target=build_at_home, args=(str(folder.parent / "cache"), theirs, folder, into, pause)
        )
        self.process.start()
        theirs.close()
        assert self._answer.recv() == "ready"

    def said(self) -> str | None:
        try:
            return str(self._answer.recv())
        except EOFError:
            return None
        finally:
            self.process.join()
            self._answer.close()


def corpus(folder: Path, version: int) -> Path:
    return write(
        folder,
        {f"{n}.txt": f"Version {version} du document {n}. {TEXT}" for n in range(6)},
    )


def test_a_build_that_is_killed_leaves_the_index_before_or_the_new_one(tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 0), tmp_path / "ix.db"
    started = time.monotonic()
    assert Apart(folder, into, pause=0.002).said() == "done"
    longest = time.monotonic() - started
    chance = random.Random(3)
    texts = [{one.text for one in read_apart(into)}]
    version = kills = 0
    while kills < 3:
        version += 1
        corpus(folder, version)
        texts.append({path.read_text() for path in folder.glob("*.txt")})
        apart = Apart(folder, into, pause=0.002)
        time.sleep(chance.uniform(0.2, 0.9) * longest)
        apart.process.kill()
        kills += apart.said() is None
        held = {one.text for one in read_apart(into)}
        assert held in texts
        texts = [held]
    assert Apart(folder, into).said() == "done"
    assert {one.text for one in read_apart(into)} == {p.read_text() for p in folder.glob("*.txt")}
    assert verify(into, ENCODER).differences == ()
    lite.server_manager_instance.release_all()


def read_apart(into: Path) -> list:  # type: ignore[type-arg]
    """The documents of an index, which is sound and given back to other processes."""
    store = milvus(into)
    try:
        with store.reading() as snapshot:
            assert list(snapshot.inconsistencies()) == []
            assert len(keys(snapshot)) == snapshot.counts().passages
            return snapshot.documents()
    finally:
        lite.server_manager_instance.release_all()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    serving = pytest.importorskip("milvus_lite.adapter.grpc.server")
    running, held, port = serving.start_server_in_thread(str(tmp_path / "server"))
    yield f"http://127.0.0.1:{port}"
    running.stop(grace=0).wait()
    held.close()


def test_a_server_holds_several_indexes(server: str, tmp_path: Path) -> None:
    for name, text in (("press", TEXT), ("archive", "Un mot.")):
        folder = write(tmp_path / name, {f"{name}.txt": text})
        assert build(folder, f"{server}/{name}", ENCODER).added == (f"{name}.txt",)
    for name in ("press", "archive"):
        index = Index.open(f"{server}/{name}", ENCODER)
        (hit, *_) = index.search("mot ministre", "fr").hits
        assert hit.passage.document.source == f"{name}.txt"
        assert index.folder.parent == tmp_path / "cache" / "entente"
        assert verify(index.store, ENCODER).differences == ()
    with pytest.raises(IndexMissingError, match="no index at http"):
        Index.open(f"{server}/other", ENCODER)


def test_where_the_documents_of_a_server_s_index_are_is_known_to_every_user(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "docs", {"a.txt": TEXT})
    build(folder, f"{server}/press", ENCODER)
    move(f"{server}/press", f"{server}/copy")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "some" / "body" / "else"))
    for name in ("press", "copy"):
        assert verify(f"{server}/{name}", ENCODER).differences == ()
        assert build(folder, f"{server}/{name}", ENCODER).unchanged == ("a.txt",)


def test_a_builder_of_a_server_is_killed_while_others_read(server: str, tmp_path: Path) -> None:
    folder, into = corpus(tmp_path / "docs", 0), f"{server}/press"
    assert Apart(folder, into).said() == "done"
    index = Index.open(into, ENCODER)
    started = time.monotonic()
    assert Apart(corpus(folder, 1), into, pause=0.004).said() == "done"
    longest = time.monotonic() - started
    states = [{path.read_text() for path in folder.glob("*.txt")}]
    chance = random.Random(2)
    version, kills = 1, 0
    while kills < 4:
        version += 1
        corpus(folder, version)
        states.append({path.read_text() for path in folder.glob("*.txt")})
        apart = Apart(folder, into, pause=0.004)
        until = time.monotonic() + chance.uniform(0.4, 1) * longest
        while time.monotonic() < until:
            assert {one.text for one in index.documents()} in states
            found = index.search("Le ministre a reçu son homologue", "fr", limit=50).hits
            assert {hit.passage.document.text for hit in found} <= max(
                states, key=lambda state: found[0].passage.document.text in state
            )
        apart.process.kill()
        kills += apart.said() is None
        held = {one.text for one in index.documents()}
        assert held in states
        states = [held]
        with index.store.reading() as snapshot:
            assert list(snapshot.inconsistencies()) == []
            assert len(keys(snapshot)) == snapshot.counts().passages
    assert Apart(folder, into).said() == "done"
    assert {one.text for one in index.documents()} == {p.read_text() for p in folder.glob("*.txt")}
    assert verify(into, ENCODER).differences == ()


def test_a_file_is_open_in_one_process_at_a_time(store: MilvusStore, tmp_path: Path) -> None:
    put(store, "a.txt")
    said = Apart(corpus(tmp_path / "docs", 1), Path(store.place)).said()
    assert said == (
        f"IndexBusyError: the index at {store.place} cannot be opened: another process has it "
        "open, which a file allows one at a time, or it is damaged or cannot be written"
    )


def test_one_builder_at_a_time(store: MilvusStore) -> None:
    other = milvus(Path(store.place))
    with (
        store.alone(),
        pytest.raises(IndexBusyError, match=rf"being built by another process \({os.getpid()} on"),
        other.alone(),
    ):
        pass
    with other.alone():
        pass


@pytest.mark.parametrize(("host", "freed"), [("here", True), ("elsewhere", False)])
def test_a_lock_of_a_process_that_is_gone_is_taken_over_on_its_own_machine(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch, host: str, freed: bool
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with ExitStack() as stack:
        with monkeypatch.context() as patched:
            patched.setattr(os, "getpid", lambda: gone.pid)
            if host == "elsewhere":
                patched.setattr("socket.gethostname", lambda: "elsewhere.example")
            stack.enter_context(store.alone())
        if freed:
            with milvus(Path(store.place)).alone():
                pass
            stack.pop_all()
        else:
            with (
                pytest.raises(
                    IndexBusyError,
                    match=f"{gone.pid} on elsewhere_example.*drop the collection entente_lock",
                ),
                milvus(Path(store.place)).alone(),
            ):
                pass


def test_no_index_is_a_fault(tmp_path: Path, store: MilvusStore) -> None:
    missing = store_at(tmp_path / "none.db")
    with (
        pytest.raises(IndexMissingError, match=r"build one: .* --into .*none\.db"),
        missing.reading(),
    ):
        pass
    assert not (tmp_path / "none.db").exists()
    with store.alone(), pytest.raises(IndexMissingError, match="build one"), store.reading():
        pass

    def stopped() -> None:
        with store.writing(ABOUT) as writer:
            writer.add(entry("a.txt", TEXT))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    with pytest.raises(IndexMissingError, match="never finished"), store.reading():
        pass
    put(store, "a.txt")  # in spite of what the first one left
    with store.reading() as snapshot:
        assert len(keys(snapshot)) == snapshot.counts().passages


def test_a_server_that_is_not_there_is_a_fault() -> None:
    store = store_at("http://127.0.0.1:1/press")
    with (
        pytest.raises(IndexBusyError, match=r"http://127\.0\.0\.1:1/press cannot be reached"),
        store.reading(),
    ):
        pass


def test_a_server_is_told_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[object] = []

    def client(uri: str, *, token: str, timeout: float) -> None:
        given.extend((uri, token))
        raise MilvusException(2, "no such user")

    monkeypatch.setattr("index.milvus.store.MilvusClient", client)
    monkeypatch.setenv("ENTENTE_MILVUS_TOKEN", "somebody:secret")
    store = store_at("https://milvus.example.org/press")
    with pytest.raises(IndexBusyError, match="no such user") as fault, store.reading():
        pass
    assert given == ["https://milvus.example.org", "somebody:secret"]
    assert "secret" not in f"{fault.value}{store.place}"


def test_vectors_of_another_length_are_refused(store: MilvusStore) -> None:
    put(store, "a.txt")
    other = entry("b.txt", "Un mot.")
    short = replace(other, passage_vectors=other.passage_vectors[:, :9])
    with (
        pytest.raises(IndexWriteError, match="vectors of 9 numbers were given, expected 64"),
        store.writing(ABOUT) as writer,
    ):
        writer.add(short)
    with (
        pytest.raises(IndexWriteError, match=r"a\.txt is there already"),
        store.writing(ABOUT) as writer,
    ):
        writer.add(entry("a.txt", TEXT))


@pytest.mark.parametrize("lost", ["documents", "passages", "sentences", "records"])
def test_a_collection_that_is_lost_is_a_fault(store: MilvusStore, lost: str) -> None:
    put(store, "a.txt")
    name = f"entente_{lost}"
    tables(store).client.drop_collection(name)
    with store.reading() as snapshot:
        assert snapshot.damage() == [f"the collection {name} is not there"]
    index = Index.open(milvus(Path(store.place)), ENCODER)
    with pytest.raises(IndexDamagedError, match=name):
        index.search("le ministre à Bakou", "fr")


def test_what_was_tampered_with_is_found(store: MilvusStore) -> None:
    put(store, "a.txt")
    held = tables(store)
    with store.reading() as snapshot:
        (first, *_) = keys(snapshot)

    def wrong() -> list[str]:
        with milvus(Path(store.place)).reading() as snapshot:
            return list(snapshot.inconsistencies())

    fields = [
        field["name"] for field in held.client.describe_collection(held.passages.name)["fields"]
    ]
    row = held.passages.get([first], [name for name in fields if name != "bm25"])[first]
    plain = {**row, "vector": list(row["vector"])}
    held.passages.upsert([{**plain, "vector": [*plain["vector"][:-MARKS], *[0.0] * MARKS]}])
    assert wrong() == [f"the vector of passage {first} is not marked as in fr"]
    held.passages.upsert([{**plain, "words": f"{plain['words']} szythum"}])
    assert ["say" in line or "said" in line for line in wrong()] == [True, True]
    held.passages.delete([first])
    assert len(wrong()) == 3
    with (
        pytest.raises(IndexDamagedError, match=f"passage {first} is not there"),
        store.reading() as snapshot,
    ):
        list(snapshot.entries())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (lambda state: [{**row, "text": row["text"][:-9]} for row in state.rows()], "own description cannot be read"),
        (lambda state: [{**row, "text": row["text"].replace('"format": "1"', '"format": "0"')} for row in state.rows()],
         "has format 0, expected 1"),
    ],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_a_fault(
    store: MilvusStore, rows: object, message: str
) -> None:
    put(store, "a.txt")
    with store.reading() as snapshot:
        state = replace(snapshot._state, generation=snapshot.generation() + 1)
    tables(store).states.insert(rows(state))  # type: ignore[operator]
    with pytest.raises(IndexDamagedError, match=message), milvus(Path(store.place)).reading():
        pass


def test_candidates_are_the_nearest_and_the_best_by_words(store: MilvusStore) -> None:
    plain = entry("near.txt", "Un mot.")
    one, other = np.eye(64, dtype=np.float32)[:2]
    with store.writing(ABOUT) as writer:
        for source, words, vector in (
            ("near.txt", Columns("mot", "", ""), one),
            ("far.txt", Columns("mot", "", ""), other),
            ("sound.txt", Columns("mot rar", "BKR", "autr"), other),
            ("stem.txt", Columns("mot zythum", "", "autr autr"), other),
            ("name.txt", Columns("mot rar", "", "zythumia autr"), other),
        ):
            document = replace(plain.document, source=source)
            passages = [replace(passage, document=document) for passage in plain.passages]
            vectors = np.stack([vector])
            writer.add(
                replace(
                    plain,
                    document=document,
                    passages=passages,
                    words=[words],
                    passage_vectors=vectors,
                )
            )
    with store.reading() as snapshot:

        def found(limit: int, *terms: Term) -> set[str]:
            candidates = snapshot.candidates(one, terms, limit, EVERYTHING)
            assert len(candidates) == len(set(candidates))
            return {snapshot.document_of(s.document).source for s in snapshot.stored(candidates)}

        stem, sound, name = (
            Term("", "zythum"),
            Term("", "", ("BAKR",)),
            Term("", "", name="zythumia"),
        )
        assert found(1) == {"near.txt"}
        assert found(1, stem) == {"near.txt", "stem.txt"}
        assert found(1, sound) == {"near.txt", "sound.txt"}
        assert found(1, sound, stem) == {"near.txt", "stem.txt"}
        assert found(1, stem, name) == {"near.txt", "name.txt"}
        assert found(9, stem, sound) == {
            f"{n}.txt" for n in ("near", "far", "sound", "stem", "name")
        }


def test_filters_that_admit_nothing_ask_nothing(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a.txt")
    with store.reading() as snapshot:
        vector, term = np.full(64, 0.1, np.float32), Term("", "ministr")
        with monkeypatch.context() as patched:
            patched.delattr(Table, "together")
            patched.delattr(Table, "rows")
            for filters in (Filters(sources=[]), Filters(languages=["fr'"])):
                assert snapshot.candidates(vector, [term], 9, filters) == []
                assert snapshot.naming([term], filters) == []


def test_how_often_several_words_occur_is_the_same_however_it_is_told(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a.txt")
    put(store, "b.txt", text="Le ministre Baïramov est à Bakou.")
    with store.writing(ABOUT) as writer:
        writer.remove("a.txt")
        writer.add(entry("c.txt", "Un zythum. Le ministre de Bakou."))
    phrases = [
        Phrase("stems", "ministr"),
        Phrase("stems", "zythum"),
        Phrase("sounds", "BRMF"),
        Phrase("names", "no"),
    ]
    told = []
    for name, number in (
        ("milvus.snapshot._FEW", 9),
        ("milvus.snapshot._FEW", 0),
        ("bm25.COUNTED_ROWS", 0),
    ):
        monkeypatch.setattr(f"index.{name}", number)
        with milvus(Path(store.place)).reading() as snapshot:
            told.append([snapshot.frequency(phrases[:n]) for n in range(5)])
    assert told[0] == told[1] == told[2] == [0, 2, 2, 2, 2]


@pytest.fixture
def both(tmp_path: Path, store: MilvusStore) -> tuple[Index, Index, Path]:
    """The same documents in Milvus and in a folder."""
    folder = write(tmp_path / "docs", TEXTS)
    build(folder, store, ENCODER)
    build(folder, tmp_path / "ix", ENCODER)
    return Index.open(store, ENCODER), Index.open(tmp_path / "ix", ENCODER), folder


def assert_same(one: Index, other: Index) -> None:
    """Every question finds the same, with the same scores, and the same vectors."""
    asked = [(*question, EVERYTHING) for question in QUESTIONS]
    asked += [(*QUESTIONS[4], filters) for filters in FILTERS]
    terms = []
    for question, language, filters in asked:
        ours, theirs = (index.search(question, language, filters) for index in (one, other))
        assert ours.terms == theirs.terms
        assert ours.hits == theirs.hits, (question, filters)
        for a, b in zip(ours.hits, theirs.hits, strict=True):
            assert np.array_equal(a.sentence_vectors, b.sentence_vectors)
        terms.append((ours.terms[:2], filters))
    for several, filters in terms:
        told = [
            sorted((t.document.source, t.sentences) for t in index.naming(several, filters))
            for index in (one, other)
        ]
        assert told[0] == told[1]
    assert one.documents() == other.documents()
    for document in one.documents():
        assert one.reprints(document.source) == other.reprints(document.source)
    assert not verify(one.store, ENCODER).differences


def test_the_same_questions_find_the_same_in_both_stores(both: tuple[Index, Index, Path]) -> None:
    one, other, _ = both
    assert_same(one, other)
    (reprint,) = one.reprints("dispatch.txt")
    assert reprint.source == "b/reprint.txt"
    assert any(one.search(*question).hits for question in QUESTIONS)
    assert not one.search("Bayramov", "en", Filters(languages=['fr" or "" == "'])).hits


def test_the_same_is_found_after_changes(both: tuple[Index, Index, Path]) -> None:
    one, other, folder = both
    (folder / "dispatch.txt").unlink()
    (folder / "en.txt").write_text(
        "date 2025-04-23\nThe envoy of Baku spoke of the palm groves of the Souf."
    )
    write(
        folder,
        {
            "new.txt": TEXTS["b/reprint.txt"].replace("20 avril", "22 avril"),
            "tr.txt": "Bakan Bayramov Ankara’ya geldi.",
        },
    )
    for index in (one, other):
        report = build(folder, index.store, ENCODER)
        assert (report.added, report.changed, report.removed) == (
            ("new.txt", "tr.txt"),
            ("en.txt",),
            ("dispatch.txt",),
        )
    assert_same(one, other)
    assert [d.source for d in one.reprints("new.txt")] == ["b/reprint.txt"]
    (folder / "fr.txt").write_text("date 2022-08\nLe port de Bakou.")
    for index in (one, other):
        remove(["long.txt"], index.store)
        assert update(index.store, ENCODER).changed == ("fr.txt",)
    assert_same(one, other)


def test_dispatches_are_told_anew_when_what_joined_them_goes(
    tmp_path: Path, store: MilvusStore
) -> None:
    """Three documents, of which the second is like both others, and they not like each other."""
    words = [f"mot{number}" for number in range(400)]
    texts = [" ".join(words[start : start + 300]) + "." for start in (0, 45, 90)]
    local = LocalStore(tmp_path / "ix")

    def groups(of: Store) -> list[list[str]]:
        with of.reading() as snapshot:
            return [[d.source for d in snapshot.reprints(f"{n}.txt")] for n in range(3)]

    for each in (store, local):
        with each.writing(ABOUT) as writer:
            for number in (0, 2, 1):
                writer.add(entry(f"{number}.txt", texts[number]))
        with each.reading() as snapshot:
            assert len({listed.dispatch for listed in snapshot.listed()}) == 1
    assert (
        groups(store)
        == groups(local)
        == [["1.txt", "2.txt"], ["0.txt", "2.txt"], ["0.txt", "1.txt"]]
    )
    for each in (store, local):
        with each.writing(ABOUT) as writer:
            writer.remove("1.txt")
    assert groups(store) == groups(local) == [[], [], []]
    for each in (store, local):
        with each.writing(ABOUT) as writer:
            writer.add(entry("1.txt", texts[1]))
    assert groups(store) == groups(local)
    assert groups(store)[1] == ["0.txt", "2.txt"]
    for each in (store, local):
        with each.writing(ABOUT) as writer:
            writer.remove("0.txt")
    assert groups(store) == groups(local) == [[], ["2.txt"], ["1.txt"]]


def test_an_index_moves_from_one_store_to_the_other_and_back(
    both: tuple[Index, Index, Path], tmp_path: Path
) -> None:
    one, other, folder = both
    steps: list[tuple[int, int, int]] = []
    counts = move(other.store, tmp_path / "moved.db", lambda *step: steps.append(step))
    assert steps[-1] == (len(TEXTS), len(TEXTS), counts.passages)
    move(tmp_path / "moved.db", tmp_path / "back")
    moved = Index.open(tmp_path / "moved.db", ENCODER)
    back = Index.open(tmp_path / "back", ENCODER)
    assert_same(moved, other)
    assert_same(back, one)
    with (
        other.store.reading() as before,
        moved.store.reading() as after,
        back.store.reading() as last,
    ):
        for three in zip(before.entries(), after.entries(), last.entries(), strict=True):
            assert same(three[0], three[1])
            assert same(three[0], three[2])
    for index in (moved, back):
        assert sorted(build(folder, index.store, ENCODER).unchanged) == sorted(TEXTS)
        with pytest.raises(IndexWriteError, match=r"there is an index at .* already"):
            move(other.store, index.store)
    with pytest.raises(IndexMissingError):
        move(tmp_path / "nothing", tmp_path / "into.db")


@pytest.mark.parametrize(
    ("place", "uri", "name", "shown"),
    [
        ("http://milvus:19530/press", "http://milvus:19530", "press", "http://milvus:19530/press"),
        (
            "https://db.example.org/a_1/",
            "https://db.example.org",
            "a_1",
            "https://db.example.org/a_1",
        ),
        (
            str(Path("http://milvus:19530/press")),
            "http://milvus:19530",
            "press",
            "http://milvus:19530/press",
        ),
        ("some/where.db", "some/where.db", "entente", "some/where.db"),
    ],
)
def test_a_place_in_milvus_is_told_by_its_form(place: str, uri: str, name: str, shown: str) -> None:
    address = Address.parse(place)
    assert address is not None
    assert (address.uri, address.name, address.place) == (uri, name, shown)
    assert isinstance(store_at(place), MilvusStore)
    assert store_at(place).place == shown


@pytest.mark.parametrize(
    "place", ["seeds.index", "/a/b", ".", "httpx", "x.db/ix", "ftp://host/name"]
)
def test_other_places_are_folders(place: str) -> None:
    assert Address.parse(place) is None
    assert isinstance(store_at(place), LocalStore)


@pytest.mark.parametrize(
    "place",
    ["http://host:19530", "http://host/", "http://host/a-b", "https://host/a/b", "http://host/1"],
)
def test_a_server_without_a_name_is_a_fault(place: str) -> None:
    with pytest.raises(IndexMissingError, match="expected http://HOST:PORT/NAME"):
        store_at(place)


def test_the_folder_of_a_server_s_index_is_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folders = {store_at(f"http://{rest}").folder for rest in ("a:1/x", "a:2/x", "a:1/y")}
    assert len(folders) == 3
    assert all(folder.parent == tmp_path / "entente" for folder in folders)
    assert store_at("a/x.db").folder == Path("a/x.db.files")


def test_languages_beyond_the_marks_share_the_last_and_the_least_mean() -> None:
    one = np.eye(2, dtype=np.float32)[0]
    languages = {
        f"l{number}": Language(
            min(number, MARKS - 1), 10**9, number * one.astype(np.float64) * 10**7
        )
        for number in range(MARKS + 5)
    }
    state = State(generation=1, languages=languages, dimension=2)
    asked = np.array(state.asked(one))
    means = state.means(one)
    for code, language in languages.items():
        lifted = asked @ np.array(marked(one, language.mark)) - (1 - means[code])
        assert (
            lifted == pytest.approx(0, abs=1e-6) if language.mark < MARKS - 1 else lifted >= -1e-6
        )


def test_keys_that_follow_each_other_are_one_range() -> None:
    assert ranges([]) == ()
    assert ranges([7, 3, 4, 9, 5]) == ((3, 5), (7, 7), (9, 9))
    state = State(generation=5, before=3, dead=ranges([7, 3, 4, 9, 5]))
    assert (
        state.visible
        == "(born <= 3 or born == 5) and document not in [7, 9] and (document < 3 or document > 5)"
    )
    assert [state.sees(born) for born in (1, 3, 4, 5, 6)] == [True, True, False, True, False]


def test_the_commands_take_places_in_milvus(
    store: MilvusStore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.encoder.load", lambda model=None: WordEncoder(model or "words"))
    monkeypatch.setattr("index.verify.load", lambda model=None: WordEncoder(model or "words"))
    folder, into = write(tmp_path / "docs", TEXTS), tmp_path / "ix"

    def run(*arguments: object) -> str:
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    assert run("build", folder, "--into", store.place) == (
        f"{store.place}: {len(TEXTS)} added, 0 changed, 0 removed, 0 unchanged\n"
    )
    assert run("move", store.place, into) == f"{into}: {len(TEXTS)} documents from {store.place}\n"
    assert run("verify", store.place) == run("verify", into)
    facts = [run("info", place).splitlines() for place in (store.place, into)]
    assert facts[0][1:4] == facts[1][1:4]
    assert facts[0][5:] == facts[1][5:]
    assert main(["move", store.place, str(into)]) == 1
    assert "there is an index at" in capsys.readouterr().err


def test_what_was_read_is_kept_up_to_a_limit() -> None:
    kept: Kept[int, int] = Kept(2)
    read: list[int] = []

    def asked(key: int) -> int:
        return kept.get(key, lambda: read.append(key) or -key)  # type: ignore[func-returns-value]

    assert [asked(key) for key in (1, 2, 1, 3, 1, 2)] == [-1, -2, -1, -3, -1, -2]
    assert read == [1, 2, 3, 2]


def test_repair_mends_folders_only(store: MilvusStore) -> None:
    with pytest.raises(IndexWriteError, match=r"ix\.db is in Milvus; only folders are mended"):
        repair(store.place, ENCODER)
