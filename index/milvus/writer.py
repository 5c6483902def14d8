"""Changing an index in Milvus: rows that nobody sees yet, and the state that will show them.

What rows look like is `index.milvus.rows`'s affair, when they are seen `index.milvus.state`'s.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ..bm25 import Columns, Phrase
from ..documents import period_of
from ..encoder import Vectors
from ..errors import IndexWriteError
from ..store import STORED, Counts, Entry
from .dispatches import bands, relink
from .records import Records
from .rows import (
    MOST,
    About,
    columns_of,
    identity,
    key_of,
    keys_of,
    record_keys,
    term_key,
    text_of,
    words_of,
)
from .state import Language, State, marked, ranges
from .tables import LONGEST, MARKS, Row, Table, Tables, filled, parts_of

# Generations and keys are drawn by lot above those before: what a writer that was thought dead
# writes all the same is under no number of another.
GENERATIONS = 1_000_000_000
KEYS = 1_000_000
WAITING = 2_000  # rows that wait to be written together
TERMS = 5_000  # rewritten at once


class MilvusWriter:
    """One change in the making, on top of `state`."""

    def __init__(self, tables: Tables, state: State) -> None:
        self.warning: str | None = None
        self._tables = tables
        self._before = state
        self._generation = state.generation + 1 + secrets.randbelow(GENERATIONS)
        self._next = state.next + secrets.randbelow(KEYS)
        self._dimension = state.dimension
        self._languages = dict(state.languages)
        self._counts: Counter[str] = Counter()
        self._terms: Counter[Phrase] = Counter()
        self._added: dict[int, bytes] = {}
        self._removed: list[int] = []
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        rows = tables.documents.rows(state.visible, ("source",))
        self._sources: dict[str, int] = {row["source"]: row["document"] for row in rows}

    def documents(self) -> int:
        return len(self._sources)

    def remove(self, source: str) -> None:
        key = self._sources.pop(source, None)
        if key is None:
            return
        self._write()
        row = self._tables.documents.get([key], ("passages", "sentences"))[key]
        passages = self._tables.passages.get(
            keys_of(key, 0, row["passages"]), ("language", "words", "word_parts", "vector")
        )
        for passage, held in passages.items():
            words = held["words"]
            if held["word_parts"]:
                parts = record_keys("words", passage, held["word_parts"])
                found = self._tables.records.get(parts, ("value",))
                words = text_of([found[part]["value"] for part in parts])
            self._count(columns_of(words), -1)
            vector = np.array(held["vector"][: self._dimension], np.float32)
            self._learn(held["language"], vector, -1)
        for name in ("passages", "sentences"):
            self._counts[name] -= row[name]
        self._counts["documents"] -= 1
        self._added.pop(key, None)
        self._removed.append(key)

    def add(self, entry: Entry) -> None:
        document, key = entry.document, self._next
        if len(entry.sentences) > MOST or document.source in self._sources:
            raise IndexWriteError(
                f"{document.source} is there already, or has more than {MOST} sentences"
            )
        self._next += 1
        self._fit(entry.passage_vectors.shape[1])
        self._add_passages(key, entry)
        for number, (span, vector) in enumerate(
            zip(entry.sentences, entry.sentence_vectors, strict=True)
        ):
            self._wait(
                self._tables.sentences,
                sentence=key_of(key, number),
                born=self._generation,
                document=key,
                start=span.start,
                end=span.end,
                vector=_rounded(vector).tolist(),
            )
        about = About(
            document.title,
            document.agency,
            document.body_start,
            document.date_origin,
            entry.facts,
            entry.signature,
        )
        self._wait(
            self._tables.documents,
            document=key,
            born=self._generation,
            passages=len(entry.passages),
            sentences=len(entry.sentences),
            text_parts=self._record("text", key, key, document.text),
            about_parts=self._record("about", key, key, about.text()),
            source=document.source,
            source_id=identity(document.source),
            sha256=entry.sha256,
            language=document.language,
            date=document.date or "",
            indexed=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            bands=bands(entry.signature),
        )
        self._counts.update(
            documents=1, passages=len(entry.passages), sentences=len(entry.sentences)
        )
        self._sources[document.source] = key
        self._added[key] = entry.signature
        if sum(map(len, self._waiting.values())) >= WAITING:
            self._write()

    def finish(self, meta: Mapping[str, str]) -> State:
        """Write all that is left to write; returns the state that shows it, to be published."""
        self._write()
        counts = self._before.counts
        after = State(
            generation=self._generation,
            before=self._before.generation,
            next=self._next,
            dead=ranges(self._removed),
            meta=dict(meta),
            counts=Counts(
                documents=counts.documents + self._counts["documents"],
                passages=counts.passages + self._counts["passages"],
                sentences=counts.sentences + self._counts["sentences"],
                words=counts.words + self._counts["words"],
            ),
            dimension=self._dimension,
            languages=self._languages,
        )
        self._tables.documents.flush()  # so that what is linked is found by an index
        relink(self._tables, self._before, after, self._added, self._removed)
        self._write_terms()
        for table in (self._tables.passages, self._tables.sentences, self._tables.records):
            table.flush()
        return after

    def _fit(self, dimension: int) -> None:
        """Make the collections of vectors, when the first ones come."""
        if not self._dimension:
            for table in (self._tables.passages, self._tables.sentences):
                if table.exists():  # of a first build that was killed, perhaps by another model
                    table.drop()
            self._tables.make_for(dimension)
            self._dimension = dimension
        if dimension != self._dimension:
            raise IndexWriteError(
                f"vectors of {dimension} numbers were given, expected {self._dimension}"
            )

    def _add_passages(self, document: int, entry: Entry) -> None:
        first_day, last_day = period_of(entry.document.date) if entry.document.date else ("", "")
        starts = [sentence.start for sentence in entry.sentences]
        ends = [sentence.end for sentence in entry.sentences]
        for number, (passage, words, vector) in enumerate(
            zip(entry.passages, entry.words, entry.passage_vectors, strict=True)
        ):
            key, text, rounded = key_of(document, number), words_of(words), _rounded(vector)
            self._learn(passage.language, rounded, 1)
            self._count(words, 1)
            first = bisect_left(starts, passage.start)
            self._wait(
                self._tables.passages,
                passage=key,
                born=self._generation,
                document=document,
                start=passage.start,
                end=passage.end,
                first=first,
                count=bisect_right(ends, passage.end) - first,
                source_id=identity(entry.document.source),
                document_language=entry.document.language,
                first_day=first_day,
                last_day=last_day,
                language=passage.language,
                words=text[:LONGEST],
                word_parts=self._record("words", key, document, text) if len(text) > LONGEST else 0,
                vector=marked(rounded, self._languages[passage.language].mark),
            )

    def _wait(self, table: Table, **row: Any) -> None:
        self._waiting[table.name].append(row)

    def _write(self) -> None:
        """Write the rows that wait."""
        for table in self._tables.all():
            table.insert(self._waiting.pop(table.name, []))

    def _record(self, kind: str, name: int, document: int, text: str) -> int:
        """Keep a text under a name that never held another; returns in how many parts."""
        parts = parts_of(text)
        for key, part in zip(record_keys(kind, name, len(parts)), parts, strict=True):
            row = {"key": key, "born": self._generation, "document": document, "kind": kind}
            self._wait(self._tables.records, **filled({**row, "value": part, "before": ""}))
        return len(parts)

    def _count(self, words: Columns, sign: int) -> None:
        for column, text in words._asdict().items():
            split = text.split()
            self._counts["words"] += sign * len(split)
            for word in set(split):
                self._terms[Phrase(column, word)] += sign

    def _learn(self, language: str, vector: Vectors, sign: int) -> None:
        """Count a passage's vector in its language."""
        mark = min(len(self._languages), MARKS - 1)
        zero = Language(mark, 0, np.zeros(self._dimension, np.float64))
        known = self._languages.get(language, zero)
        self._languages[language] = replace(
            known, passages=known.passages + sign, sum=known.sum + sign * vector.astype(np.float64)
        )

    def _write_terms(self) -> None:
        """Tell anew in how many passages words occur."""
        changed = [phrase for phrase, more in self._terms.items() if more]
        for start in range(0, len(changed), TERMS):
            phrases = {term_key(phrase): phrase for phrase in changed[start : start + TERMS]}
            known = Records(self._tables.records, self._before, list(phrases))
            known.rewrite(
                self._generation,
                [
                    (key, phrase.column, 0, str(int(known.value(key) or 0) + self._terms[phrase]))
                    for key, phrase in phrases.items()
                ],
            )


def _rounded(vector: Vectors) -> Vectors:
    """A vector as every store gives it back."""
    return vector.astype(STORED).astype(np.float32)
