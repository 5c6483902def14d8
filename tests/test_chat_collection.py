"""Documents come and go, and folder and index agree before and after, whatever happens between."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock
from wordy import WordEncoder, write

from index import Encoder, Index
from index.build import build
from index.errors import (
    CorpusError,
    EntenteError,
    IndexBusyError,
    IndexDamagedError,
    IndexWriteError,
)
from index.files import read_source
from index.local import LocalStore
from index.local.writer import LocalWriter
from index.verify import verify
from qa import Citation, answer
from qa.chat import arrivals
from qa.chat import collection as module
from qa.chat.arrivals import FILES_AT_ONCE, Added, Kept, Reason, Refused, Upload
from qa.chat.collection import (
    REMOVED,
    Collection,
    CollectionError,
    FixedError,
    GoneError,
    LastDocumentError,
    Standing,
)
from qa.chat.place import Place

ENCODER = WordEncoder()
BUILDING = import_module("index.build")  # which `index.build`, a function, hides
TEXTS = {
    "a.txt": "date 2022-08\nLe ministre a reçu les ambassadeurs à Bakou lundi.",
    "sub/b.txt": "Bakou, 19 avril 2023, AZERTAC\n" + "Les délégués ont signé un accord. " * 60,
    "c.txt": "Deux pays ont ouvert une ambassade.",
}
NEW = "La sécheresse a frappé les palmeraies du Souf."
DATELINE = "Bakou, 19 avril 2023, AZERTAC\n"  # words, but no sentence


@dataclass
class Desk:
    """A collection, the folder and the index that it changes, and a place for uploads."""

    folder: Path
    index: Index
    uploads: Path
    collection: Collection

    def upload(self, name: str, content: str | bytes = NEW) -> Upload:
        path = self.uploads / str(len(list(self.uploads.iterdir())))
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Upload(path, name)

    def add(self, name: str, content: str | bytes = NEW) -> Added:
        return self.collection.add([self.upload(name, content)])

    def refused(self, name: str, content: str | bytes = NEW) -> tuple[Reason, str]:
        """Why a file is refused; nothing else comes of it."""
        before = files(self.folder)
        outcome = self.add(name, content)
        assert (outcome.added, outcome.unchanged) == ((), ())
        assert files(self.folder) == before
        assert_agree(self)
        (refused,) = outcome.refused
        return refused.reason, refused.detail


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = write(tmp_path / "docs", TEXTS)
    (tmp_path / "uploads").mkdir()
    build(folder, tmp_path / "ix", ENCODER)
    opened = Index.open(tmp_path / "ix", ENCODER)
    return Desk(folder, opened, tmp_path / "uploads", Collection(opened, folder))


def files(folder: Path) -> dict[str, bytes]:
    """Everything in the folder, hidden files too, but for what is removed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and REMOVED not in path.parts
    }


def assert_agree(desk: Desk) -> None:
    """The open index holds what is in the folder, and nothing else."""
    held = {document.source: document.text.encode() for document in desk.index.documents()}
    assert held == files(desk.folder)
    assert verify(desk.index.folder, ENCODER).differences == ()


def nearest(desk: Desk, question: str) -> str:
    return desk.index.search(question, "fr").hits[0].passage.document.source


def place(desk: Desk, source: str, quote: str) -> Place:
    document = desk.index.document(source)
    assert document is not None
    start = document.text.index(quote)
    cited = Citation(1, source, "", None, "fr", start, start + len(quote), quote)
    return Place.of(cited)


def outside(desk: Desk, text: str = "Un secret.") -> Path:
    path = desk.folder.parent / "secret.txt"
    path.write_text(text)
    return path


# Adding.


def test_a_document_added_is_answered_from_at_once(tmp_path: Path, encoder: Encoder) -> None:
    folder = write(tmp_path / "docs", {"a.txt": TEXTS["a.txt"]})
    build(folder, tmp_path / "ix", encoder)
    opened = Index.open(tmp_path / "ix", encoder)
    question = "Où les présidents ont-ils signé la déclaration ?"
    said = "Les présidents ont signé la déclaration à Choucha."
    assert said not in answer(question, index=opened).text
    given = write(tmp_path / "given", {"x": f"date 2021-06-15\n{said}\n"})
    Collection(opened, folder).add([Upload(given / "x", "Choucha.txt")])
    (citation,) = answer(question, index=opened).citations
    assert (citation.source, citation.quote) == ("Choucha.txt", said)


def test_what_is_added_is_in_folder_and_index_byte_for_byte(desk: Desk) -> None:
    content = f"\ufeffdate 2024\r\n{NEW}\r\n".encode()
    assert desk.add("é.txt", content) == Added((Kept("é.txt", "é.txt"),), (), ())
    assert (desk.folder / "é.txt").read_bytes() == content
    assert nearest(desk, NEW) == "é.txt"
    assert verify(desk.index.folder, ENCODER).differences == ()


def test_the_index_is_brought_up_to_date_once_for_all_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    builds = []

    def counted(*given: Any) -> Any:
        builds.append(given)
        return build(*given)

    monkeypatch.setattr(module, "build", counted)
    seen: list[tuple[int, int]] = []
    uploads = [desk.upload(f"{n}.txt", f"{NEW} {n}") for n in range(3)]
    outcome = desk.collection.add(uploads, lambda done, total, _: seen.append((done, total)))
    assert [kept.source for kept in outcome.added] == ["0.txt", "1.txt", "2.txt"]
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert len(builds) == 1
    assert_agree(desk)


def test_whoever_reads_meanwhile_sees_the_documents_before_or_after(desk: Desk) -> None:
    during: list[set[str]] = []

    def look(done: int, total: int, passages: int) -> None:
        assert nearest(desk, NEW) != "new.txt"
        during.append({document.source for document in desk.index.documents()})

    desk.collection.add([desk.upload("new.txt")], look)
    assert during == [set(TEXTS)] * 2
    assert nearest(desk, NEW) == "new.txt"


@pytest.mark.parametrize("name", ["c.txt", "another.txt", "sub.txt"])
def test_the_same_content_under_any_name_is_unchanged(desk: Desk, name: str) -> None:
    source = "sub/b.txt" if name == "sub.txt" else "c.txt"
    before = files(desk.folder)
    assert desk.add(name, TEXTS[source]) == Added((), (Kept(name, source),), ())
    assert files(desk.folder) == before
    assert_agree(desk)


def test_a_document_whose_file_was_lost_can_be_added_again(desk: Desk) -> None:
    (desk.folder / "c.txt").unlink()
    assert desk.add("c.txt", TEXTS["c.txt"]).added == (Kept("c.txt", "c.txt"),)
    assert_agree(desk)


def test_other_content_under_the_same_name_overwrites_nothing(desk: Desk) -> None:
    before = files(desk.folder)
    assert desk.add("c.txt", "Un texte.").added == (Kept("c.txt", "c (2).txt"),)
    assert desk.add("c.txt", "Un autre texte.").added == (Kept("c.txt", "c (3).txt"),)
    assert files(desk.folder) == before | {
        "c (2).txt": b"Un texte.",
        "c (3).txt": b"Un autre texte.",
    }
    assert_agree(desk)


def test_one_name_twice_in_a_call_is_two_documents(desk: Desk) -> None:
    one, other, again = (desk.upload("n.txt", text) for text in ("Un.", "Deux.", "Un."))
    assert desk.collection.add([one, other, again]) == Added(
        (Kept("n.txt", "n.txt"), Kept("n.txt", "n (2).txt")), (Kept("n.txt", "n.txt"),), ()
    )
    assert (desk.folder / "n.txt").read_bytes() == b"Un."
    assert (desk.folder / "n (2).txt").read_bytes() == b"Deux."
    assert_agree(desk)


@pytest.mark.parametrize(("there", "name"), [("e\u0301.txt", "é.txt"), ("Été.txt", "ÉTÉ.TXT")])
def test_names_that_look_alike_are_told_apart(desk: Desk, there: str, name: str) -> None:
    write(desk.folder, {there: "Un texte à part."})
    stem, suffix = name.split(".")
    assert desk.add(name).added == (Kept(name, f"{stem} (2).{suffix}"),)
    assert_agree(desk)


def test_a_long_name_is_cut_to_be_numbered(desk: Desk) -> None:
    name = "é" * 125 + "e.txt"
    assert len(name.encode()) == 255
    desk.add(name)
    (kept,) = desk.add(name, "Un autre texte.").added
    assert kept == Kept(name, "é" * 123 + " (2).txt")
    assert len(kept.source.encode()) == 254
    assert_agree(desk)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Visite à Bakou, 2025.txt", "Visite à Bakou, 2025.txt"),
        ("اتفاق.TXT", "اتفاق.TXT"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("  espaces .txt ", "espaces .txt"),
        ("Qui\u00a0?.txt", "Qui\u00a0_.txt"),
        ('C:a<b>|"*.txt', "C_a_b____.txt"),
        ("a..b.txt", "a..b.txt"),
        ("CONSEIL.txt", "CONSEIL.txt"),
        ("paix🕊.txt", "paix🕊.txt"),
    ],
)
def test_a_name_is_kept_as_every_system_can_hold_it(desk: Desk, given: str, kept: str) -> None:
    assert desk.add(given).added == (Kept(kept, kept),)
    assert_agree(desk)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        ".txt",
        " .txt",
        ".hidden.txt",
        "../up.txt",
        "/etc/passwd.txt",
        "sub/new.txt",
        "..\\up.txt",
        "C:\\a.txt",
        "a\0.txt",
        "a\n.txt",
        "a.txt\n",
        "a\u0085.txt",
        "a\u202etxt.txt",
        "a\u2066b.txt",
        "\u200fa.txt",
        "a\u061cb.txt",
        "a\u200bb.txt",
        "a\u2028b.txt",
        "a\ud800.txt",
        "con.txt",
        "CON .txt",
        "nul.fr.txt",
        "Com1.txt",
        "lpt².txt",
        "é" * 126 + ".txt",
        "e\u0301" * 100_000 + ".txt",
    ],
    ids=lambda name: ascii(name[:12]),
)
def test_a_name_that_is_not_one_is_refused(desk: Desk, name: str) -> None:
    beside = set(desk.folder.parent.iterdir())
    reason, detail = desk.refused(name)
    assert reason is Reason.NAME
    assert detail.isprintable()
    assert set(desk.folder.parent.iterdir()) == beside


def test_a_name_without_end_is_not_composed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which would take a minute."""
    monkeypatch.setattr(arrivals, "normalize", lambda *given: pytest.fail("it is composed"))
    name = "a" + "\u0301" * 20_000 + "\u0316" * 20_000 + ".txt"
    assert desk.refused(name) == (Reason.NAME, "longer than 255 bytes")


def test_the_name_of_what_is_refused_is_fit_to_be_shown(desk: Desk) -> None:
    (refused,) = desk.add("a\u202e\n" + "b" * 9_000).refused
    assert refused.name.startswith("a\\u202e\\nbbb")
    assert len(refused.name) < 300


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.md"])
def test_other_kinds_of_document_are_read_as_what_their_names_say(desk: Desk, name: str) -> None:
    assert desk.add(name, f"<p>{NEW}</p>").added == (Kept(name, name),)
    document = desk.index.document(name)
    assert document is not None
    assert document.text == (f"<p>{NEW}</p>" if name == "a.md" else NEW)
    assert verify(desk.index.folder, ENCODER).differences == ()


@pytest.mark.parametrize(
    "name", ["a.exe", "a", "a.txt.exe", "a.txt.", "txt", "a.zip", "a.csv", "a.jsonl"]
)
def test_another_type_is_refused(desk: Desk, name: str) -> None:
    reason, detail = desk.refused(name)
    assert reason is Reason.TYPE
    assert detail.startswith("not one of ")
    assert ".txt" in detail


def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    desk.collection = Collection(desk.index, desk.folder, file_bytes=100)
    assert desk.refused("a.txt", b"a" * 101) == (Reason.SIZE, "more than 100 bytes")
    assert desk.add("just.txt", b"a" * 100).added == (Kept("just.txt", "just.txt"),)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "empty"),
        (b" \n--\n", "no words in it"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a text file (binary content)"),
        (
            "été".encode("latin-1"),
            "not utf-8 text: byte 0xe9 at 0, nor of another encoding beyond doubt",
        ),
        (b"a\x1b[31m", "not a text file (control character U+001B at 1)"),
        (DATELINE.encode(), "no sentence in it"),
    ],
)
def test_what_cannot_be_quoted_is_refused(desk: Desk, content: bytes, detail: str) -> None:
    assert desk.refused("x.txt", content) == (Reason.TEXT, detail)


def test_what_a_build_skips_is_taken_out_and_the_rest_stays(desk: Desk) -> None:
    before = files(desk.folder)
    uploads = [
        desk.upload("date.txt", DATELINE),
        desk.upload("new.txt"),
        desk.upload("again.txt", DATELINE),
    ]
    assert desk.collection.add(uploads) == Added(
        (Kept("new.txt", "new.txt"),),
        (),
        tuple(Refused(n, Reason.TEXT, "no sentence in it") for n in ("date.txt", "again.txt")),
    )
    assert files(desk.folder) == before | {"new.txt": NEW.encode()}
    assert_agree(desk)


def test_a_file_without_a_sentence_that_others_left_there_stays_theirs(desk: Desk) -> None:
    write(desk.folder, {"date.txt": DATELINE})
    (refused,) = desk.add("other.txt", DATELINE).refused
    assert refused == Refused("other.txt", Reason.TEXT, "no sentence in it")
    assert (desk.folder / "date.txt").read_text() == DATELINE


def test_no_more_than_so_many_files_are_taken_at_once(desk: Desk) -> None:
    uploads = [desk.upload(f"{n:02}.txt", f"{NEW} {n}") for n in range(FILES_AT_ONCE + 2)]
    outcome = desk.collection.add(uploads)
    assert len(outcome.added) == FILES_AT_ONCE
    assert [(one.name, one.reason) for one in outcome.refused] == [
        ("20.txt", Reason.COUNT),
        ("21.txt", Reason.COUNT),
    ]
    assert_agree(desk)


def test_where_all_is_refused_nothing_is_built(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "build", lambda *given: pytest.fail("a build"))
    assert desk.refused("a.exe")[0] is Reason.TYPE
    assert desk.collection.add([]) == Added((), (), ())


def test_a_file_is_never_seen_before_it_is_whole(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[Path]] = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.append(set(desk.folder.iterdir()))
        sync(descriptor)

    before = set(desk.folder.iterdir())
    monkeypatch.setattr(os, "fsync", look)
    desk.add("new.txt")
    (hidden,) = seen[0] - before
    assert hidden.name.startswith(".")


def test_a_name_taken_in_the_last_moment_is_not_overwritten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "_alike", lambda name: object())  # no name looks taken
    assert desk.add("c.txt").added == (Kept("c.txt", "c (2).txt"),)
    assert (desk.folder / "c.txt").read_text() == TEXTS["c.txt"]


# Changes that fail.


def raising(fault: BaseException) -> Callable[..., NoReturn]:
    def fail(*given: object, **named: object) -> NoReturn:
        raise fault

    return fail


@contextmanager
def busy(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[type[BaseException]]:
    with FileLock(desk.index.folder / "build.lock"):
        yield IndexBusyError


@contextmanager
def full(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[type[BaseException]]:
    patch.setattr(LocalWriter, "finish", raising(IndexWriteError("the disk is full")))
    yield IndexWriteError


@contextmanager
def stopped(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[type[BaseException]]:
    patch.setattr(LocalWriter, "documents", raising(KeyboardInterrupt()))
    yield KeyboardInterrupt


@contextmanager
def elsewhere(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[type[BaseException]]:
    patch.setattr(BUILDING, "corpus_of", lambda *given: Path("/elsewhere"))
    yield CorpusError


@contextmanager
def unreadable(desk: Desk, patch: pytest.MonkeyPatch) -> Iterator[type[BaseException]]:
    def spoil(*given: object) -> NoReturn:
        patch.setattr(LocalStore, "reading", raising(IndexDamagedError("damaged")))
        raise IndexWriteError("the disk is full")

    patch.setattr(module, "build", spoil)
    yield IndexWriteError


Failure = Callable[[Desk, pytest.MonkeyPatch], AbstractContextManager[type[BaseException]]]
FAILURES = pytest.mark.parametrize("failing", [busy, full, stopped, elsewhere, unreadable])


@FAILURES
def test_an_addition_that_fails_leaves_all_as_it_was(desk: Desk, failing: Failure) -> None:
    before, listed = files(desk.folder), desk.index.listing()
    uploads = [desk.upload("new.txt"), desk.upload("c.txt", "Un autre."), desk.upload("a.exe")]
    with (
        pytest.MonkeyPatch.context() as patch,
        failing(desk, patch) as expected,
        pytest.raises(expected),
    ):
        desk.collection.add(uploads)
    assert files(desk.folder) == before
    assert desk.index.listing() == listed
    assert_agree(desk)
    assert len(desk.collection.add(uploads).added) == 2
    assert_agree(desk)


@FAILURES
def test_a_removal_that_fails_leaves_all_as_it_was(desk: Desk, failing: Failure) -> None:
    write(desk.folder, {"C.txt": "Un document dont le nom ressemble à un autre."})
    build(desk.folder, desk.index.folder, ENCODER)
    before, listed = files(desk.folder), desk.index.listing()
    for source in ("c.txt", "sub/b.txt"):
        with (
            pytest.MonkeyPatch.context() as patch,
            failing(desk, patch) as expected,
            pytest.raises(expected),
        ):
            desk.collection.remove(source)
    assert files(desk.folder) == before
    assert not list((desk.folder / REMOVED).iterdir())
    assert desk.index.listing() == listed
    assert_agree(desk)
    desk.collection.remove("c.txt")
    assert_agree(desk)


def test_a_name_that_only_the_index_still_holds_is_free_again_after_a_failure(desk: Desk) -> None:
    (desk.folder / "c.txt").unlink()
    before = files(desk.folder)
    with (
        pytest.MonkeyPatch.context() as patch,
        full(desk, patch) as expected,
        pytest.raises(expected),
    ):
        desk.add("c.txt", "Un autre texte.")
    assert files(desk.folder) == before


def test_a_failure_after_the_change_was_stored_does_not_part_folder_and_index(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(BUILDING, "Report", raising(MemoryError()))
        with pytest.raises(MemoryError):
            desk.collection.add([desk.upload("new.txt"), desk.upload("date.txt", DATELINE)])
        with pytest.raises(MemoryError):
            desk.collection.remove("c.txt")
    assert files(desk.folder).keys() == {"a.txt", "sub/b.txt", "new.txt"}
    assert_agree(desk)


def test_a_file_that_cannot_be_fetched_takes_the_others_with_it(desk: Desk) -> None:
    before = files(desk.folder)
    lost = Upload(desk.uploads / "lost", "lost.txt")
    with pytest.raises(CollectionError, match="cannot be changed: No such file or directory"):
        desk.collection.add([desk.upload("new.txt"), lost])
    assert files(desk.folder) == before
    assert_agree(desk)


def test_a_file_that_cannot_be_moved_leaves_no_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(desk.folder)
    monkeypatch.setattr(Path, "replace", raising(OSError(28, "No space left on device")))
    for change in (lambda: desk.add("new.txt"), lambda: desk.collection.remove("c.txt")):
        with pytest.raises(CollectionError, match="cannot be changed: No space left on device"):
            change()
    assert files(desk.folder) == before
    assert not list((desk.folder / REMOVED).iterdir())
    assert_agree(desk)


def test_two_who_add_at_once_are_served_one_after_the_other(desk: Desk) -> None:
    slow = WordEncoder(pause=0.05)
    desk.collection = Collection(Index.open(desk.index.folder, slow), desk.folder)
    together = threading.Barrier(2)
    outcomes: list[Added] = []
    faults: list[BaseException] = []

    def add(upload: Upload) -> None:
        together.wait()
        try:
            outcomes.append(desk.collection.add([upload]))
        except BaseException as fault:
            faults.append(fault)

    uploads = [desk.upload("new.txt", "Un."), desk.upload("new.txt", "Deux.")]
    threads = [threading.Thread(target=add, args=[upload]) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    sources = {kept.source for outcome in outcomes for kept in outcome.added}
    assert sources == {"new.txt", "new (2).txt"}
    assert {files(desk.folder)[source] for source in sources} == {b"Un.", b"Deux."}
    assert_agree(desk)


# Removing.


@pytest.mark.parametrize("source", ["c.txt", "sub/b.txt"])
def test_what_is_removed_is_moved_and_no_longer_found(desk: Desk, source: str) -> None:
    place = desk.collection.remove(source)
    assert place == desk.folder / REMOVED / Path(source).name
    assert place.read_bytes() == TEXTS[source].encode()
    assert files(desk.folder).keys() == TEXTS.keys() - {source}
    assert desk.index.document(source) is None
    assert_agree(desk)


def test_what_is_removed_twice_is_kept_twice(desk: Desk) -> None:
    first = desk.collection.remove("c.txt")
    desk.add("c.txt", "Un autre texte.")
    second = desk.collection.remove("c.txt")
    assert (first.name, second.name) == ("c.txt", "c (2).txt")
    assert first.read_text() == TEXTS["c.txt"]
    assert second.read_text() == "Un autre texte."


@pytest.mark.parametrize("source", ["", "d.txt", "../secret.txt", "./c.txt", "sub/../c.txt", "sub"])
def test_only_what_the_index_holds_is_removed(desk: Desk, source: str) -> None:
    secret = outside(desk)
    write(desk.folder, {"d.txt": "Un document que l’index ne connaît pas."})
    before = files(desk.folder)
    with pytest.raises(GoneError):
        desk.collection.remove(source)
    assert secret.exists()
    assert files(desk.folder) == before


def test_the_last_document_cannot_be_removed(desk: Desk) -> None:
    desk.collection.remove("a.txt")
    desk.collection.remove("c.txt")
    with pytest.raises(LastDocumentError):
        desk.collection.remove("sub/b.txt")
    assert (desk.folder / "sub/b.txt").exists()
    assert_agree(desk)


def a_file(desk: Desk, away: Path) -> None:
    (desk.folder / "sub/b.txt").unlink()
    (desk.folder / "sub/b.txt").symlink_to(away / "b.txt")


def its_folder(desk: Desk, away: Path) -> None:
    (desk.folder / "sub").rename(desk.folder / ".aside")
    (desk.folder / "sub").symlink_to(away)


def the_bin(desk: Desk, away: Path) -> None:
    (desk.folder / REMOVED).symlink_to(away)


@pytest.mark.parametrize("linked", [a_file, its_folder, the_bin])
def test_nothing_is_moved_through_a_link_out_of_the_folder(
    desk: Desk, linked: Callable[[Desk, Path], None]
) -> None:
    away = write(desk.folder.parent / "away", {"b.txt": "Un secret."})
    linked(desk, away)
    before = files(desk.folder)
    with pytest.raises(CollectionError, match="a link to outside"):
        desk.collection.remove("sub/b.txt")
    assert files(desk.folder) == before
    assert files(away) == {"b.txt": b"Un secret."}


def test_a_document_whose_file_is_gone_leaves_the_list(desk: Desk) -> None:
    (desk.folder / "c.txt").unlink()
    with pytest.raises(GoneError, match="not there any more"):
        desk.collection.remove("c.txt")
    assert_agree(desk)


def test_a_collection_without_a_folder_is_not_changed(desk: Desk) -> None:
    fixed = Collection(desk.index, None)
    with pytest.raises(FixedError):
        fixed.add([desk.upload("new.txt")])
    with pytest.raises(FixedError):
        fixed.remove("c.txt")
    assert_agree(desk)


def test_every_fault_is_one_of_ours_and_one_line(desk: Desk) -> None:
    write(desk.folder, {"a\n\u202e.txt": "Un texte."})
    build(desk.folder, desk.index.folder, ENCODER)
    (desk.folder / "a\n\u202e.txt").unlink()
    with pytest.raises(EntenteError) as caught:
        desk.collection.remove("a\n\u202e.txt")
    assert str(caught.value).isprintable()
    with pytest.raises(CorpusError):
        Collection(desk.index, desk.folder / "nothing").add([desk.upload("new.txt")])


# Quotes and their files.


def test_a_quote_is_compared_with_its_file_as_it_is_now(desk: Desk) -> None:
    quotes = [
        place(desk, "a.txt", "Le ministre a reçu"),
        place(desk, "a.txt", "lundi."),
        place(desk, "c.txt", "Deux pays"),
        place(desk, "sub/b.txt", "Les délégués"),
    ]
    assert desk.collection.check(quotes) == [Standing.SAME] * 4
    write(desk.folder, {"a.txt": TEXTS["a.txt"].replace("lundi", "mardi")})
    (desk.folder / "c.txt").unlink()
    write(desk.folder, {"sub/b.txt": " " + TEXTS["sub/b.txt"]})
    assert desk.collection.check(quotes) == ["same", "changed", "gone", "changed"]
    assert desk.collection.check([]) == []


def test_a_quote_is_checked_where_nothing_may_be_changed(desk: Desk) -> None:
    quote = place(desk, "c.txt", "Deux pays")
    assert Collection(desk.index, None).check([quote]) == [Standing.SAME]


def test_a_file_that_is_no_text_any_more_is_gone(desk: Desk) -> None:
    quote = place(desk, "c.txt", "Deux pays")
    (desk.folder / "c.txt").write_bytes(TEXTS["c.txt"].encode() + b"\0")
    assert desk.collection.check([quote]) == [Standing.GONE]
    desk.folder.rename(desk.folder.with_name("moved"))
    assert desk.collection.check([quote]) == [Standing.GONE]


@pytest.mark.parametrize(
    "source", ["../secret.txt", "d.txt", "sub/../c.txt", "./c.txt", "", "sub", "c.txt\0", "\ud800"]
)
def test_no_file_is_read_that_is_not_a_document_of_the_index(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    outside(desk, TEXTS["c.txt"])
    write(desk.folder, {"d.txt": TEXTS["c.txt"]})
    known = place(desk, "c.txt", "Deux pays")
    monkeypatch.setattr(module, "read_source", lambda *given: pytest.fail(f"{given} is read"))
    quote = Place(source, known.start, known.end, None, known.digest)
    assert desk.collection.check([quote]) == [Standing.GONE]


def test_a_document_that_became_a_link_to_outside_is_gone(desk: Desk) -> None:
    quote = place(desk, "c.txt", "Deux pays")
    (desk.folder / "c.txt").unlink()
    (desk.folder / "c.txt").symlink_to(outside(desk, TEXTS["c.txt"]))
    assert desk.collection.check([quote]) == [Standing.GONE]


def test_a_file_is_read_once_for_all_its_quotes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []

    def counted(folder: Path, source: str) -> Any:
        read.append(source)
        return read_source(folder, source)

    quotes = [place(desk, source, "ont") for source in ("c.txt", "sub/b.txt", "c.txt")]
    monkeypatch.setattr(module, "read_source", counted)
    assert desk.collection.check([*quotes, *quotes]) == [Standing.SAME] * 6
    assert sorted(read) == ["c.txt", "sub/b.txt"]
