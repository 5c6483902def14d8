"""Every way in which an index and its documents can differ is found, and named in one line."""

# ruff: noqa: E501 - tables of texts

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from wordy import WordEncoder, write

from index.build import build
from index.encoder import Encoder
from index.errors import IndexDamagedError, IndexMissingError, ModelError
from index.local.schema import FILE
from index.places import SEEDS
from index.verify import SAME_COSINE, verify

ENCODER = WordEncoder()
TEXT = "Le ministre a reçu son homologue. " * 30 + "Ils ont signé deux accords à Bakou."


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = write(tmp_path / "docs", {"a.txt": "date 2022-08\n" + TEXT, "b.txt": TEXT})
    build(folder, tmp_path / "ix", ENCODER)
    return tmp_path


def sql(statement: str) -> Callable[[Path], None]:
    def spoil(place: Path) -> None:
        connection = sqlite3.connect(place / "ix" / FILE)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return spoil


def on_file(change: Callable[[Path], object]) -> Callable[[Path], None]:
    def spoil(place: Path) -> None:
        change(place / "docs" / "a.txt")

    return spoil


def on_faiss(change: Callable[[Path], object]) -> Callable[[Path], None]:
    def spoil(place: Path) -> None:
        change(next((place / "ix").glob("*.faiss")))

    return spoil


def test_a_sound_index_is_counted(built: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = verify(built / "ix", ENCODER, lambda done, total, _: seen.append((done, total)))
    assert found.differences == ()
    assert (found.documents, found.vectors) == (2, found.passages + found.sentences)
    assert found.passages >= 4
    assert seen == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (on_file(lambda path: path.unlink()), "a.txt: its file is gone"),
        (on_file(lambda path: path.write_bytes(b"\xff")),
         "a.txt: its file is not as it was: not utf-8 text: byte 0xff at 0"),
        (on_file(lambda path: path.write_text("date 2022-09\n" + TEXT)),
         "a.txt: its file has changed: file and index differ from character 11 on"),
        (on_file(lambda path: path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())),
         "a.txt: the hash stored is "),
        (sql("UPDATE documents SET text = replace(text, 'deux', 'cinq') WHERE source = 'b.txt'"),
         "b.txt: the text stored is another: file and index differ from character 1034 on"),
        (sql("UPDATE documents SET date = '2022' WHERE source = 'a.txt'"),
         "a.txt: the date stored is '2022', expected '2022-08'"),
        (sql("UPDATE documents SET language = 'en'"), "a.txt: the language stored is 'en', expected 'fr'"),
        (sql("UPDATE documents SET body_start = 0 WHERE source = 'a.txt'"),
         "a.txt: the body_start stored is 0, expected 13"),
        (sql("UPDATE passages SET start = start + 1 WHERE id = 1"),
         "a.txt: passage 14:862 is stored, but is none of its passages"),
        (sql("UPDATE passages SET start = start + 1 WHERE id = 1"), "a.txt: passage 13:862 is missing"),
        (sql("UPDATE sentences SET end = end - 1 WHERE document = 1 AND start = 13"),
         "a.txt: sentence 13:45 is stored, but is none of its sentences"),
        (sql("DELETE FROM sentences WHERE document = 1 AND start = 13"),
         "a.txt: sentence 13:46 is missing"),
        (sql("DELETE FROM words WHERE rowid = 1"),
         "a.txt: the words of passage 13:862 are not those of its text"),
        (sql("INSERT INTO words (rowid, stems, sounds) VALUES (99, 'x', '')"),
         "the words lead to a passage 99 that is not there"),
        (sql("UPDATE passages SET vector = (SELECT vector FROM passages WHERE id = 2) WHERE id = 1"),
         "a.txt: the vector of passage 13:862 is not that of its text: cosine 0."),
        (sql("UPDATE sentences SET vector = zeroblob(128) WHERE document = 1 AND start = 13"),
         "a.txt: the vector of sentence 13:46 is not that of its text: cosine nan"),
        (sql("UPDATE sentences SET vector = zeroblob(64) WHERE document = 1"),
         "a.txt: the vector of sentence 13:46 has 32 numbers, expected 64"),
        (sql("UPDATE meta SET value = '0' WHERE key = 'recipe'"), "built by recipe 0, expected "),
        (sql("UPDATE meta SET value = value + 1 WHERE key = 'generation'"),
         "the FAISS file is missing, damaged or not of this generation"),
        (on_faiss(lambda path: path.unlink()),
         "the FAISS file is missing, damaged or not of this generation"),
        (on_faiss(lambda path: path.write_bytes(b"garbage" * 1_000)),
         "the FAISS file is missing, damaged or not of this generation"),
        (sql("UPDATE passages SET id = 77 WHERE id = 4"),
         "the FAISS file holds other passages, or other languages, than the index"),
        (sql("UPDATE passages SET language = 'en' WHERE id = 1"),
         "the FAISS file holds other passages, or other languages, than the index"),
        (sql("UPDATE passages SET language = 'en' WHERE id = 1"),
         "a.txt: passage 13:862 is said to be in en, not in fr"),
        (sql("UPDATE documents SET signature = zeroblob(length(signature)) WHERE source = 'a.txt'"),
         "a.txt: its signature is not that of its text"),
        (sql("UPDATE words SET stems = stems || ' ministr' WHERE rowid = 1"),
         "a.txt: the words of passage 13:862 are not those of its text"),
        (sql("UPDATE terms SET passages = passages + 1 WHERE word = 'ministr'"),
         "1 words are said to occur in another number of passages than they do"),
        (sql("UPDATE meta SET value = value + 1 WHERE key = 'sentences'"),
         "the index says that it holds "),
        (sql("DELETE FROM passages WHERE id = 4"),
         "the index says that it holds "),
        (sql("UPDATE passages SET vector = (SELECT vector FROM passages WHERE id = 2) WHERE id = 1"),
         "the FAISS file holds another vector for 1 passages"),
    ],
)  # fmt: skip
def test_a_difference_is_one_line(built: Path, spoil: Callable[[Path], None], line: str) -> None:
    spoil(built)
    differences = verify(built / "ix", ENCODER).differences
    assert any(found.startswith(line) for found in differences), differences


def test_an_index_that_is_not_there_or_of_another_model_is_a_fault(built: Path) -> None:
    with pytest.raises(IndexMissingError):
        verify(built / "nothing", ENCODER)
    with pytest.raises(ModelError, match="was built with the model 'words', not 'other'"):
        verify(built / "ix", WordEncoder(model="other"))


def test_the_seeds_are_verified_by_their_own_model(tmp_path: Path, encoder: Encoder) -> None:
    build(SEEDS, tmp_path / "ix", encoder)
    assert verify(tmp_path / "ix", encoder).differences == ()
    vector = next(iter(encoder.encode_passages(["Le ministre a reçu son homologue."])))[0]
    other = next(iter(encoder.encode_passages(["Le ministre a reçu son homologue !"])))[0]
    assert np.dot(vector, other) < SAME_COSINE


def test_a_word_that_folds_to_nothing_or_never_ends_is_no_difference(tmp_path: Path) -> None:
    texts = {"a.txt": f"استقبل وزير الخارجية ـ اليوم ـ نظيره في باكو. {'ب' * 40_000} قال الوزير."}
    build(write(tmp_path / "docs", texts), tmp_path / "ix", ENCODER)
    assert verify(tmp_path / "ix", ENCODER).differences == ()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (sql("DROP TABLE words"), "no such table: words"),
        (sql("DROP TABLE bands"), "no such table: bands"),
        (sql("DELETE FROM sentences WHERE document = 1"), "has no sentences"),
        (sql("UPDATE sentences SET vector = zeroblob(64) WHERE document = 1 AND start = 13"),
         "vectors of .* bytes, expected one length"),
        (sql("DELETE FROM meta WHERE key = 'words'"), "lacks words"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_far_enough_is_a_fault(
    built: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(built)
    with pytest.raises(IndexDamagedError, match=message):
        verify(built / "ix", ENCODER)


def test_a_change_of_an_index_that_lost_a_table_is_refused(built: Path) -> None:
    sql("DROP TABLE words")(built)
    (built / "docs" / "a.txt").write_text("Un autre texte a été publié.")
    with pytest.raises(IndexDamagedError, match="no such table: words"):
        build(built / "docs", built / "ix", ENCODER)
