"""Only files that a browser uploaded are added; what becomes of them is said in every language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from wordy import WordEncoder, write

from index import EntenteError, Index, build
from index.build import Progress
from index.errors import IndexBusyError, IndexDamagedError, IndexWriteError
from qa.chat.arrivals import FILE_BYTES, Added, Kept, Reason, Refused, Upload
from qa.chat.changes import Notes, brought, discarded
from qa.chat.collection import (
    REMOVED,
    Collection,
    CollectionError,
    FixedError,
    GoneError,
    LastDocumentError,
)
from qa.chat.opening import State
from qa.chat.words import Words, words_in
from qa.phrases import LANGUAGES

WORDS = words_in("en")
NOTHING = Added((), (), ())
languages = pytest.mark.parametrize("words", [*map(words_in, LANGUAGES)], ids=LANGUAGES)


@dataclass
class Shelves:
    """Stands for a collection: what it is given, and what is to become of it."""

    outcome: Added = NOTHING
    fault: Exception | None = None
    steps: Sequence[tuple[int, int]] = ()
    given: list[Upload] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def state(self) -> State:
        return State(collection=cast(Collection, self))

    def add(self, files: Sequence[Upload], progress: Progress) -> Added:
        self.given += files
        for done, total in self.steps:
            progress(done, total, 0)
        if self.fault:
            raise self.fault
        return self.outcome

    def remove(self, source: str) -> Path:
        if self.fault:
            raise self.fault
        self.removed.append(source)
        return Path("/docs/.removed") / source


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where uploads are put, with one file; beside it, files that nobody uploaded."""
    folder = tmp_path / "gradio"
    write(folder, {"1/good.txt": "Good."})
    write(tmp_path, {"secret.txt": "A secret.", "gradio-not/secret.txt": "A secret."})
    (folder / "1" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder / "loop")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


def upload(path: object, name: object = "good.txt") -> dict[str, object]:
    return {"path": path, "name": name}


OUTSIDE: dict[str, Callable[[Path], object]] = {
    "a file elsewhere": lambda root: upload(f"{root.parent}/secret.txt"),
    "a file of the system": lambda root: upload("/etc/passwd"),
    "a way out": lambda root: upload(f"{root}/../secret.txt"),
    "a way out and in": lambda root: upload(f"{root}/1/../../secret.txt"),
    "from where we are": lambda root: upload("1/good.txt"),
    "a link out": lambda root: upload(f"{root}/1/link.txt"),
    "a folder linked out": lambda root: upload(f"{root}/out/secret.txt"),
    "a loop": lambda root: upload(f"{root}/loop"),
    "a folder called alike": lambda root: upload(f"{root}-not/secret.txt"),
    "the folder": lambda root: upload(str(root)),
    "a folder in it": lambda root: upload(f"{root}/1"),
    "no file": lambda root: upload(f"{root}/1/none.txt"),
    "below a file": lambda root: upload(f"{root}/1/good.txt/x"),
    "a device": lambda root: upload("/dev/null"),
    "here": lambda root: upload("."),
    "a zero": lambda root: upload(f"{root}/1/good.txt\0"),
    "half a character": lambda root: upload(f"{root}/\ud800"),
    "long": lambda root: upload(f"{root}/{'x' * 300}"),
    "very long": lambda root: upload(f"{root}/{'x/' * 5_000}"),
    "an address": lambda root: upload(f"file://{root}/1/good.txt"),
    "no text": lambda root: upload(5),
    "nothing": lambda root: upload(None),
    "paths": lambda root: upload([f"{root}/1/good.txt"]),
    "a name that is no text": lambda root: upload(f"{root}/1/good.txt", 5),
    "no name": lambda root: {"path": f"{root}/1/good.txt"},
    "no path": lambda root: {"name": "good.txt"},
    "a path alone": lambda root: f"{root}/1/good.txt",
    "a pair": lambda root: [f"{root}/1/good.txt", "good.txt"],
    "null": lambda root: None,
}


@pytest.mark.parametrize("made", OUTSIDE.values(), ids=OUTSIDE)
def test_only_what_was_uploaded_is_taken(made: Callable[[Path], object], uploads: Path) -> None:
    shelves = Shelves()
    assert list(brought(shelves.state, [made(uploads)], WORDS)) == [[WORDS.gone]]
    assert shelves.given == []
    good = upload(f"{uploads}/1/good.txt", "<b>.txt")
    list(brought(shelves.state, [made(uploads), good, made(uploads)], WORDS))
    assert shelves.given == [Upload(uploads / "1/good.txt", "<b>.txt")]


@pytest.mark.parametrize(
    "sent", [None, 5, "", "x", {}, {"path": "x", "name": "y"}, [], [[]], ()], ids=repr
)
def test_what_is_no_list_of_uploads_adds_nothing(sent: object, uploads: Path) -> None:
    shelves = Shelves()
    assert list(brought(shelves.state, sent, WORDS)) == [[WORDS.gone]]
    assert shelves.given == []


def test_a_file_that_was_too_large_to_be_uploaded_is_refused_by_name(uploads: Path) -> None:
    shelves = Shelves()
    reason = WORDS.refused_size.format(limit="5 MB")
    said = WORDS.refused.format(name="a.txt", reason=reason)
    assert list(brought(shelves.state, [upload("", "a.txt")], WORDS)) == [[said]]
    assert shelves.given == []
    good = upload(f"{uploads}/1/good.txt")
    assert list(brought(shelves.state, [upload("", "a.txt"), good], WORDS))[-1][-1] == said


def bring(shelves: Shelves, uploads: Path, words: Words = WORDS) -> list[Notes]:
    return list(brought(shelves.state, [upload(f"{uploads}/1/good.txt")], words))


@languages
def test_progress_is_told_in_its_order_and_then_what_came_of_it(
    uploads: Path, words: Words
) -> None:
    kept = Kept("good.txt", "good (2).txt")
    shelves = Shelves(Added((kept,), (), ()), steps=[(0, 3), (1, 3), (3, 3)])
    assert bring(shelves, uploads, words) == [
        *([words.adding.format(done=done, total=3)] for done in (0, 1, 3)),
        [words.added.format(names="good (2).txt")],
    ]


def test_progress_is_told_while_it_is_made(uploads: Path) -> None:
    goes_on = threading.Event()

    class Slow(Shelves):
        def add(self, files: Sequence[Upload], progress: Progress) -> Added:
            progress(1, 2, 0)
            assert goes_on.wait(10)
            return NOTHING

    notes = brought(Slow().state, [upload(f"{uploads}/1/good.txt")], WORDS)
    assert next(notes) == [WORDS.adding.format(done=1, total=2)]
    goes_on.set()
    assert list(notes) == [[]]


def test_what_became_of_each_file_is_told_by_its_name(uploads: Path) -> None:
    outcome = Added(
        (Kept("a.txt", "a.txt"), Kept("b.txt", "b (2).txt")),
        (Kept("c.txt", "sub/c {0}.txt"),),
        (Refused("d.pdf", Reason.TYPE, "x"), Refused("<e>.txt", Reason.TEXT, "x")),
    )
    assert bring(Shelves(outcome), uploads) == [
        [
            "Added: a.txt, b (2).txt",
            "Already there, word for word: sub/c {0}.txt",
            "d.pdf is refused: expected a document: .txt, .md, .html, .pdf, .docx, .eml",
            "<e>.txt is refused: no readable text in it",
        ]
    ]


@languages
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words(reason: Reason, words: Words, uploads: Path) -> None:
    [[note]] = bring(Shelves(Added((), (), (Refused("d", reason, "x"),))), uploads, words)
    said = getattr(words, f"refused_{reason}").replace("{limit}", f"{FILE_BYTES // 10**6} MB")
    assert note == words.refused.format(name="d", reason=said)
    assert "{" not in note


FAULTS: dict[type[EntenteError], str] = {
    FixedError: "fixed",
    GoneError: "gone",
    LastDocumentError: "last",
    IndexBusyError: "busy",
}


@languages
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_has_its_words(kind: type[EntenteError], words: Words, uploads: Path) -> None:
    shelves = Shelves(fault=kind("in English"), steps=[(1, 2)])
    said = [getattr(words, FAULTS[kind])]
    assert bring(shelves, uploads, words)[1:] == [said]
    assert discarded(shelves.state, "a.txt", words) == said


def test_no_fault_of_a_collection_is_without_words() -> None:
    assert set(CollectionError.__subclasses__()) <= FAULTS.keys()


@pytest.mark.parametrize(
    "kind", [CollectionError, IndexWriteError, IndexDamagedError, EntenteError]
)
def test_other_faults_speak_for_themselves(kind: type[EntenteError], uploads: Path) -> None:
    shelves = Shelves(fault=kind("no room on the <disk>"))
    assert bring(shelves, uploads) == [["no room on the <disk>"]]
    assert discarded(shelves.state, "a.txt", WORDS) == ["no room on the <disk>"]


def test_a_bug_is_no_fault(uploads: Path) -> None:
    shelves = Shelves(fault=RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        bring(shelves, uploads)
    with pytest.raises(RuntimeError, match="a bug"):
        discarded(shelves.state, "a.txt", WORDS)


@languages
def test_where_a_removed_document_is_is_told(words: Words) -> None:
    shelves = Shelves()
    notes = discarded(shelves.state, "a {0}.txt", words)
    place = Path("/docs/.removed/a {0}.txt")
    assert notes == [words.removed.format(title="a {0}.txt", place=place)]
    assert shelves.removed == ["a {0}.txt"]


@pytest.mark.parametrize("source", [None, 5, True, ["a.txt"], {"source": "a.txt"}, b"a.txt"])
def test_only_a_document_can_be_removed(source: object) -> None:
    shelves = Shelves()
    assert discarded(shelves.state, source, WORDS) == [WORDS.gone]
    assert shelves.removed == []


def test_before_the_index_is_open_nothing_changes(uploads: Path) -> None:
    assert list(brought(State(), [upload(f"{uploads}/1/good.txt")], WORDS)) == [[WORDS.gone]]
    assert discarded(State(), "a.txt", WORDS) == [WORDS.gone]


def test_documents_come_and_go(uploads: Path, tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", {"a.txt": "Les ministres ont signé un accord."})
    build(docs, tmp_path / "ix", WordEncoder())
    index = Index.open(tmp_path / "ix", WordEncoder())
    state = State(index=index, collection=Collection(index, docs))
    files = [upload(f"{uploads}/1/good.txt", name) for name in ("b.txt", "b.exe")]
    *steps, outcome = brought(state, files, WORDS)
    assert steps
    assert outcome == [
        "Added: b.txt",
        "b.exe is refused: expected a document: .txt, .md, .html, .pdf, .docx, .eml",
    ]
    assert (docs / "b.txt").read_text() == "Good."
    for source in ("../secret.txt", "\ud800", "c.txt", ""):
        assert discarded(state, source, WORDS) == [WORDS.gone]
    place = docs / REMOVED / "b.txt"
    assert discarded(state, "b.txt", WORDS) == [WORDS.removed.format(title="b.txt", place=place)]
    assert place.read_text() == "Good."
    assert discarded(state, "a.txt", WORDS) == [WORDS.last]
    fixed = State(index=index, collection=Collection(index, None))
    assert list(brought(fixed, files, WORDS)) == [[WORDS.fixed]]
    assert discarded(fixed, "a.txt", WORDS) == [WORDS.fixed]
