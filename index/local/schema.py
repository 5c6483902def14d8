"""The tables of an index in a folder, and what their columns mean.

A document's `first_day` and `last_day` are the ends of its date, for filters; `dispatch` is shared
by documents that print one dispatch, and is the document's own key otherwise; `bands` are what
such documents are found by. `words` has a row for each passage, `terms` says in how many passages
each of its words occurs, so that asking does not count them. The long columns come last: a row is
read up to the columns asked for. SQLite does not notice when the disk gives back another text or
vector than it was given: each row has a `stamp`, which says so.
"""

from __future__ import annotations

import zlib

FORMAT = "4"
FILE = "index.sqlite"
META = ("format", "generation", "model", "recipe", "corpus")
# What a document's stamp is made of.
DOCUMENT = (
    "source, sha256, title, language, date, date_origin, agency, body_start, first_day, last_day,"
    " indexed, signature, facts, text"
)
# Words that are missing are those of a passage that holds none, which a check of the index finds.
WORDS = "coalesce(stems, ''), coalesce(sounds, ''), coalesce(names, '')"
COUNTED = ("documents", "passages", "sentences", "words")  # numbers kept with every change

# Those that others refer to come last.
TABLES = ("words", "terms", "bands", "sentences", "passages", "documents", "meta")

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
  title TEXT NOT NULL, language TEXT NOT NULL, date TEXT, date_origin TEXT, agency TEXT,
  body_start INTEGER NOT NULL, first_day TEXT, last_day TEXT, dispatch INTEGER NOT NULL,
  indexed TEXT NOT NULL, stamp INTEGER NOT NULL,
  signature BLOB NOT NULL, facts TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX documents_of_dispatch ON documents (dispatch);
CREATE TABLE bands (
  band INTEGER NOT NULL, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  PRIMARY KEY (band, document)) WITHOUT ROWID;
CREATE INDEX bands_of_document ON bands (document);
CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  language TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, stamp INTEGER NOT NULL,
  vector BLOB NOT NULL);
CREATE INDEX passages_of_document ON passages (document, language);
CREATE TABLE sentences (
  document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
  start INTEGER NOT NULL, end INTEGER NOT NULL, stamp INTEGER NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (document, start)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (stems, sounds, names, tokenize='ascii');
CREATE TABLE terms (
  column TEXT NOT NULL, word TEXT NOT NULL, passages INTEGER NOT NULL,
  PRIMARY KEY (column, word)) WITHOUT ROWID;
"""


def stamp_of(*values: object) -> int:
    """What tells a row with these values from what a disk has made of it: `DOCUMENT` of a document;
    document, language, start, end, vector and words of a passage; document, start, end and vector
    of a sentence."""
    return zlib.crc32(
        b"\0".join(
            value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
            for value in values
        )
    )
