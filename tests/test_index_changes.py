"""Adding, updating and removing: only what is named changes, and only what changed is encoded."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable, Sequence
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest
from wordy import CountingEncoder, WordEncoder, contents, write

from index import Index, Report, add, build, remove, update
from index.errors import CorpusError, IndexBusyError, IndexMissingError, ModelError
from index.files import Columns
from index.local import LocalStore
from index.verify import verify

ENCODER = WordEncoder()
TEXTS = {
    "a.txt": "Le ministre a reçu les ambassadeurs à Bakou lundi.",
    "b.txt": "Les délégués ont signé un accord sur les visas.",
    "sub/c.txt": "Deux pays ont ouvert une ambassade.",
    "sub/d.txt": "La sécheresse a frappé les palmeraies du Souf.",
}
CHANGED = "Un texte qui change tout a été publié."


@pytest.fixture
def place(tmp_path: Path) -> Path:
    build(write(tmp_path / "docs", TEXTS), tmp_path / "ix", ENCODER)
    return tmp_path


def held(place: Path) -> dict[str, str]:
    with LocalStore(place / "ix").reading() as snapshot:
        return {document.source: document.text for document in snapshot.documents()}


def assert_sound(place: Path) -> None:
    assert verify(place / "ix", ENCODER).differences == ()


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return path


def table(path: Path, texts: Sequence[str]) -> Path:
    path.write_text("\n".join(["body,title", *(f'"{text}",Titre' for text in texts)]))
    return path


# ── add ──────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_files_named_are_added(place: Path) -> None:
    write(
        place / "docs", {"new.txt": "Un texte nouveau.", "other.txt": "Un autre.", "a.txt": CHANGED}
    )
    encoder = CountingEncoder()
    report = add([place / "docs" / "new.txt"], place / "ix", encoder)
    assert report == Report(("new.txt",), (), (), (), ())
    assert encoder.seen == ["Un texte nouveau."] * 2  # as a passage and as a sentence
    assert held(place) == TEXTS | {"new.txt": "Un texte nouveau."}


def test_a_folder_is_added_as_it_is_now(place: Path) -> None:
    write(
        place / "docs", {"sub/c.txt": CHANGED, "sub/e.txt": "Un texte nouveau.", "new.txt": "Un."}
    )
    (place / "docs" / "sub" / "d.txt").unlink()
    (place / "docs" / "b.txt").unlink()  # which is not in it
    encoder = CountingEncoder()
    report = add([place / "docs" / "sub"], place / "ix", encoder)
    assert (report.added, report.changed, report.removed) == (
        ("sub/e.txt",),
        ("sub/c.txt",),
        ("sub/d.txt",),
    )
    assert set(encoder.seen) == {CHANGED, "Un texte nouveau."}
    assert held(place).keys() == {"a.txt", "b.txt", "sub/c.txt", "sub/e.txt"}


def test_the_whole_folder_is_added_as_by_a_build(place: Path) -> None:
    write(place / "docs", {"new.txt": "Un texte nouveau.", "a.txt": CHANGED})
    (place / "docs" / "b.txt").unlink()
    report = add([place / "docs"], place / "ix", ENCODER)
    assert (report.added, report.changed, report.removed) == (("new.txt",), ("a.txt",), ("b.txt",))
    assert_sound(place)


def test_what_did_not_change_is_not_encoded_nor_another_state(place: Path) -> None:
    index = Index.open(place / "ix", ENCODER)
    before, encoder = index.generation(), CountingEncoder()
    report = add([place / "docs" / "a.txt", place / "docs" / "sub"], place / "ix", encoder)
    assert report == Report((), (), (), ("a.txt", "sub/c.txt", "sub/d.txt"), ())
    assert encoder.seen == []
    assert index.generation() == before


def test_paths_are_those_of_the_shell(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place / "docs", {"sub/new.txt": "Un texte nouveau."})
    (place / "link").symlink_to(place / "docs")
    monkeypatch.chdir(place / "docs" / "sub")
    assert add([Path("new.txt")], place / "ix", ENCODER).added == ("sub/new.txt",)
    for same in (Path("../sub/new.txt"), place / "link" / "sub" / "new.txt"):
        assert add([same], place / "ix", ENCODER).unchanged == ("sub/new.txt",)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("beside.txt", r"is not in .*docs, which the index was built from"),
        ("docs/../beside.txt", r"is not in .*docs, which the index was built from"),
        ("docs/nothing.txt", "expected a file or a folder, found nothing"),
        ("docs/.hidden.txt", r"\.hidden\.txt: nothing in it is read"),
        ("docs/empty", "empty: nothing in it is read"),
    ],
)
def test_a_path_of_which_nothing_is_read_is_refused(place: Path, path: str, message: str) -> None:
    write(place, {"beside.txt": "Un texte.", "docs/.hidden.txt": "Un texte."})
    (place / "docs" / "empty").mkdir()
    with pytest.raises(CorpusError, match=message):
        add([place / "docs" / "a.txt", place / path], place / "ix", ENCODER)
    assert held(place) == TEXTS


def test_a_link_out_of_the_folder_is_named_and_left_out(place: Path) -> None:
    write(place, {"beside.txt": "Un secret."})
    (place / "docs" / "link.txt").symlink_to(place / "beside.txt")
    report = add([place / "docs" / "link.txt"], place / "ix", ENCODER)
    assert [one.source for one in report.skipped] == ["link.txt"]
    assert held(place) == TEXTS


# ── update ───────────────────────────────────────────────────────────────────────────────────────


def test_an_update_looks_at_what_is_indexed_only(place: Path) -> None:
    write(place / "docs", {"new.txt": "Un texte nouveau.", "a.txt": CHANGED})
    (place / "docs" / "b.txt").unlink()
    (place / "docs" / "sub" / "c.txt").write_bytes(b"\0\xff")
    encoder = CountingEncoder()
    report = update(place / "ix", encoder)
    assert (report.added, report.changed) == ((), ("a.txt",))
    assert report.removed == ("b.txt", "sub/c.txt")
    assert report.unchanged == ("sub/d.txt",)
    assert [one.source for one in report.skipped] == ["sub/c.txt"]
    assert set(encoder.seen) == {CHANGED}
    assert held(place) == {"a.txt": CHANGED, "sub/d.txt": TEXTS["sub/d.txt"]}


def test_an_update_that_would_leave_nothing_is_refused(place: Path) -> None:
    for path in (place / "docs").rglob("*.txt"):
        path.unlink()
    write(place / "docs", {"new.txt": "Un texte nouveau."})
    with pytest.raises(CorpusError, match="holds no documents"):
        update(place / "ix", ENCODER)
    assert held(place) == TEXTS


# ── remove ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sources", "gone"),
    [
        (["a.txt"], ("a.txt",)),
        (["sub"], ("sub/c.txt", "sub/d.txt")),
        (["sub", "sub/c.txt", "a.txt"], ("a.txt", "sub/c.txt", "sub/d.txt")),
    ],
)
def test_what_is_named_is_removed_and_its_files_stay(
    place: Path, sources: list[str], gone: tuple[str, ...]
) -> None:
    report = remove(sources, place / "ix")
    assert report.removed == gone
    assert set(report.unchanged) == TEXTS.keys() - set(gone)
    assert held(place) == {source: text for source, text in TEXTS.items() if source not in gone}
    assert all((place / "docs" / source).exists() for source in gone)
    assert_sound(place)
    assert build(place / "docs", place / "ix", ENCODER).added == gone


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (["a.txt", "su"], "holds no document 'su'"),
        (["../docs/a.txt"], r"holds no document '\.\./docs/a\.txt'"),
        (["a.txt", "b.txt", "sub"], "would hold no document any more"),
    ],
)
def test_what_is_not_there_or_the_last_is_not_removed(
    place: Path, sources: list[str], message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        remove(sources, place / "ix")
    assert held(place) == TEXTS


def test_a_change_needs_an_index_of_its_own_model(place: Path) -> None:
    paths = [place / "docs" / "a.txt"]
    changes: list[Callable[[Path, WordEncoder], Report]] = [
        lambda into, encoder: add(paths, into, encoder),
        lambda into, encoder: update(into, encoder),
        lambda into, _: remove(["a.txt"], into),
    ]
    for change in changes:
        with pytest.raises(IndexMissingError, match="build one"):
            change(place / "nothing", ENCODER)
        assert not (place / "nothing").exists()
    for change in changes[:2]:
        with pytest.raises(ModelError, match="'words', not 'other'"):
            change(place / "ix", WordEncoder("other"))


# ── what holds several documents ─────────────────────────────────────────────────────────────────


def test_the_documents_of_an_archive_come_and_go_one_by_one(place: Path) -> None:
    path = archive(
        place / "docs" / "news.zip", {"2022/x.txt": "Le premier.", "2022/y.txt": "Le deuxième."}
    )
    assert add([path], place / "ix", ENCODER).added == (
        "news.zip/2022/x.txt",
        "news.zip/2022/y.txt",
    )
    archive(path, {"2022/x.txt": "Le premier.", "2022/z.txt": "Le troisième."})
    encoder = CountingEncoder()
    report = update(place / "ix", encoder)
    assert (report.added, report.removed) == ((), ("news.zip/2022/y.txt",))
    report = add([path], place / "ix", encoder)
    assert report.added == ("news.zip/2022/z.txt",)
    assert set(encoder.seen) == {"Le troisième."}
    assert_sound(place)
    assert remove(["news.zip/2022"], place / "ix").removed == (
        "news.zip/2022/x.txt",
        "news.zip/2022/z.txt",
    )
    assert held(place) == TEXTS


def test_an_archive_that_cannot_be_read_any_more_is_named_and_its_documents_go(place: Path) -> None:
    path = archive(place / "docs" / "news.zip", {"x.txt": "Le premier."})
    add([path], place / "ix", ENCODER)
    path.write_bytes(b"PK garbage")
    write(place / "docs", {"new.txt": "Un texte nouveau."})
    (place / "docs" / "never.zip").write_bytes(b"PK garbage")
    report = update(place / "ix", ENCODER)
    assert [one.source for one in report.skipped] == ["news.zip"]
    assert report.removed == ("news.zip/x.txt",)
    assert held(place) == TEXTS


def test_the_rows_of_a_table_are_documents_and_its_columns_are_remembered(place: Path) -> None:
    path = table(place / "docs" / "x.csv", ["Le premier.", "Le deuxième."])
    assert [one.source for one in build(place / "docs", place / "ix", ENCODER).skipped] == ["x.csv"]
    columns = Columns.parse("text=body,title=title")
    report = build(place / "docs", place / "ix", ENCODER, columns=columns)
    assert report.added == ("x.csv#2", "x.csv#3")
    table(path, ["Le premier.", "Un autre.", "Le troisième."])
    encoder = CountingEncoder()
    report = build(place / "docs", place / "ix", encoder)
    assert (report.added, report.changed) == (("x.csv#4",), ("x.csv#3",))
    assert set(encoder.seen) == {"Un autre.", "Le troisième."}
    table(path, ["Le premier.", "Encore un."])
    report = update(place / "ix", ENCODER)
    assert (report.changed, report.removed) == (("x.csv#3",), ("x.csv#4",))
    assert_sound(place)
    assert remove(["x.csv#2"], place / "ix").removed == ("x.csv#2",)
    assert remove(["x.csv"], place / "ix").removed == ("x.csv#3",)
    assert add([path], place / "ix", ENCODER).added == ("x.csv#2", "x.csv#3")


def test_other_columns_are_another_reading(place: Path) -> None:
    rows = [{"body": "Le corps.", "lead": "Le chapeau.", "title": "Titre"}]
    (place / "docs" / "x.jsonl").write_text("\n".join(map(json.dumps, rows)))
    build(place / "docs", place / "ix", ENCODER, columns=Columns.parse("text=body,title=title"))
    assert held(place)["x.jsonl#1"] == "Le corps."
    report = build(place / "docs", place / "ix", ENCODER, columns=Columns.parse("text=lead"))
    assert report.changed == ("x.jsonl#1",)
    assert held(place)["x.jsonl#1"] == "Le chapeau."
    assert build(place / "docs", place / "ix", ENCODER).changed == ()


# ── one after the other ──────────────────────────────────────────────────────────────────────────


def test_any_way_of_changing_leads_to_the_same_index(place: Path) -> None:
    write(place / "docs", {"new.txt": "Un texte nouveau.", "a.txt": CHANGED})
    (place / "docs" / "sub" / "d.txt").unlink()
    add([place / "docs" / "new.txt"], place / "ix", ENCODER)
    update(place / "ix", ENCODER)
    remove(["b.txt"], place / "ix")
    add([place / "docs" / "b.txt"], place / "ix", ENCODER)
    build(place / "docs", place / "at once", ENCODER)
    assert contents(place / "ix") == contents(place / "at once")


def test_a_newer_recipe_is_recorded_once_all_is_computed_by_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recipe() -> str:
        with LocalStore(place / "ix").reading() as snapshot:
            return snapshot.meta()["recipe"]

    monkeypatch.setattr(import_module("index.build"), "RECIPE", "newer")
    before = recipe()
    assert add([place / "docs" / "a.txt"], place / "ix", ENCODER).changed == ("a.txt",)
    assert recipe() == before
    encoder = CountingEncoder()
    assert len(update(place / "ix", encoder).changed) == 4
    assert recipe() == "newer"
    assert set(encoder.seen) == set(TEXTS.values())


CHANGES: dict[str, Callable[[Path], Report]] = {
    "build": lambda place: build(place / "docs", place / "ix", ENCODER),
    "add": lambda place: add([place / "docs"], place / "ix", ENCODER),
    "update": lambda place: update(place / "ix", ENCODER),
    "remove": lambda place: remove(["a.txt"], place / "ix"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_two_do_not_change_an_index_at_once(place: Path, name: str) -> None:
    with (
        LocalStore(place / "ix").alone(),
        pytest.raises(IndexBusyError, match="is being built by another process"),
    ):
        CHANGES[name](place)
    CHANGES[name](place)


def change_apart(place: Path) -> None:
    add([place / "docs" / "new.txt"], place / "ix", ENCODER)
    remove(["a.txt"], place / "ix")


def test_a_reader_sees_one_state_and_an_open_index_the_next_one(place: Path) -> None:
    """While another process changes the index."""
    index, question = Index.open(place / "ix", ENCODER), "les tétras de Bakou"
    write(place / "docs", {"new.txt": "Les tétras ont chanté à Bakou."})
    with index.store.reading() as snapshot:
        before = snapshot.hashes()
        vector = ENCODER.encode_queries([question])[0]
        means = snapshot.language_means(vector)
        apart = get_context("forkserver").Process(target=change_apart, args=(place,))
        apart.start()
        apart.join()
        assert apart.exitcode == 0
        assert snapshot.hashes() == before
        assert {document.source for document in snapshot.documents()} == TEXTS.keys()
        assert snapshot.language_means(vector) == means
        assert len(list(snapshot.entries())) == len(TEXTS)
    hits = index.search(question, "fr").hits
    assert hits[0].passage.document.source == "new.txt"
    assert "a.txt" not in {hit.passage.document.source for hit in hits}
    assert index.document("a.txt") is None


def test_threads_search_while_another_changes(place: Path) -> None:
    index, stop = Index.open(place / "ix", ENCODER), threading.Event()
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                assert index.search("le ministre à Bakou", "fr").hits
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(5):
        write(place / "docs", {"new.txt": f"Le ministre est à Bakou, fois {number}."})
        add([place / "docs" / "new.txt"], place / "ix", ENCODER)
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
