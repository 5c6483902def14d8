"""What an index in Milvus held at one moment: rows of which each is visible to one state or not.

What is visible is `index.milvus.state`'s affair. Milvus finds candidates, by vectors and by words
at once; how well they fit is told by what is stored of them, which `index.search` reads.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import regex

from ..bm25 import Columns, Phrase, estimated
from ..documents import Document, days_of
from ..encoder import Vectors
from ..errors import IndexDamagedError
from ..files import Facts
from ..filters import Filters
from ..passages import Passage, Span
from ..store import Counts, Entry, Listed, Stored
from ..terms import Term
from .dispatches import members
from .known import Known
from .records import READ, Records, value_of
from .rows import (
    about_of,
    columns_of,
    identity,
    keys_of,
    record_keys,
    term_key,
    text_of,
    token_of,
    weighed,
)
from .state import State, marked
from .tables import Row, Tables

_AT_ONCE = 100  # documents
_FEW = 0.2  # of the passages, that are sooner found by their words than counted

_LISTED = (
    *("source", "sha256", "language", "date", "indexed", "passages", "sentences"),
    *("text_parts", "about_parts"),
)
_PASSAGE = ("document", "start", "end", "first", "count", "language", "words", "word_parts")
_CODE = regex.compile(r"[\w-]+")


class MilvusSnapshot:
    """A state of the index, as `index.store.Snapshot` describes it."""

    def __init__(self, tables: Tables, state: State, place: str, known: Known) -> None:
        self._tables = tables
        self._state = state
        self._place = place
        self._known = known
        self._frequencies: dict[Phrase, int] = {}

    def meta(self) -> dict[str, str]:
        return {**self._state.meta, "generation": str(self._state.generation)}

    def generation(self) -> int:
        return self._state.generation

    def counts(self) -> Counts:
        return self._state.counts

    def dimension(self) -> int:
        return self._state.dimension

    def hashes(self) -> dict[str, str]:
        rows = self._tables.documents.rows(self._state.visible, ("source", "sha256"))
        return {row["source"]: row["sha256"] for row in rows}

    def document(self, source: str) -> Document | None:
        key = self._key_of(source)
        return None if key is None else self.document_of(key)

    def document_of(self, key: int) -> Document:
        return self._document(key)[0]

    def documents(self) -> list[Document]:
        return [document for document, _ in self._read(self._all())]

    def listed(self) -> list[Listed]:
        rows = self._all()
        numbers = self._dispatches([row["document"] for row in rows])
        return [
            Listed(document, row["passages"], row["indexed"], numbers[row["document"]])
            for row, (document, _) in zip(rows, self._read(rows), strict=True)
        ]

    def reprints(self, source: str) -> list[Document]:
        key = self._key_of(source)
        if key is None:
            return []
        number = self._dispatches([key])[key]
        others = members(self._tables.records, self._state, number) | {number}
        found = [self.document_of(other) for other in others - {key}]
        return sorted(found, key=lambda one: (one.date is None, _first_day(one), one.source))

    def entries(self) -> Iterator[Entry]:
        for row in self._all():
            yield self._entry(row)

    def naming(self, terms: Sequence[Term], filters: Filters) -> list[int]:
        where = self._where(filters)
        if where is None or not all(term.phrases for term in terms):
            return []
        found = []
        for term in terms:
            asked = f'text_match(words, "{" ".join(map(token_of, term.phrases))}")'
            rows = self._tables.passages.rows(f"{asked} and {where}", ("document",))
            found.append({row["document"] for row in rows})
        return sorted(set.intersection(*found)) if found else []

    def sentences_of(self, document: int) -> tuple[tuple[Span, ...], Vectors]:
        row = self._tables.documents.get([document], ("sentences",)).get(document)
        if row is None:
            raise self._damaged(f"document {document} is not there")
        keys = keys_of(document, 0, row["sentences"])
        found = self._sentences(keys)
        if not keys or len(found) < len(keys):
            raise self._damaged(f"document {document} has no sentences, or lacks some")
        spans = tuple(Span(found[key]["start"], found[key]["end"]) for key in keys)
        return spans, np.array([found[key]["vector"] for key in keys], np.float32)

    def frequencies(self, phrases: Sequence[Phrase]) -> dict[Phrase, int]:
        unknown = [phrase for phrase in dict.fromkeys(phrases) if phrase not in self._frequencies]
        found = self._tables.records.get([term_key(phrase) for phrase in unknown], READ)
        for phrase in unknown:
            row = found.get(term_key(phrase))
            self._frequencies[phrase] = int(value_of(row, self._state) or 0)
        return {phrase: self._frequencies[phrase] for phrase in phrases}

    def frequency(self, phrases: Sequence[Phrase]) -> int:
        key = self._state.generation, tuple(phrases)
        return self._known.frequencies.get(key, lambda: self._frequency(phrases))

    def _frequency(self, phrases: Sequence[Phrase]) -> int:
        frequencies = self.frequencies(phrases)
        told = estimated(frequencies, self._state.counts.passages)
        if told is not None:
            return told
        held = [phrase for phrase, passages in frequencies.items() if passages]
        several = sum(frequencies.values())
        asked, where = " ".join(map(token_of, held)), self._state.visible
        if several > _FEW * self._state.counts.passages:
            return self._tables.passages.count(f'text_match(words, "{asked}") and {where}')
        return len(self._tables.passages.search([asked], "bm25", "BM25", several, where)[0])

    def vocabulary(self) -> list[str]:
        return sorted(phrase.word for phrase in self._terms(["stems"]))

    def candidates(
        self, vector: Vectors, terms: Sequence[Term], limit: int, filters: Filters
    ) -> list[int]:
        where, asked = self._where(filters), self._words(terms)
        if where is None or not self._state.counts.passages:
            return []
        routes = [(self._state.asked(vector), "vector", "IP")]
        return self._tables.passages.together(
            [*routes, (asked, "bm25", "BM25")] if asked else routes, limit, where
        )

    def language_means(self, vector: Vectors) -> dict[str, float]:
        return self._state.means(vector)

    def stored(self, keys: Sequence[int]) -> list[Stored]:
        found = self._tables.passages.get(list(keys), (*_PASSAGE, "vector"))
        if missing := set(keys) - found.keys():
            raise self._damaged(f"passage {min(missing)} is not there")
        rows = [found[key] for key in keys]
        spans = [keys_of(row["document"], row["first"], row["count"]) for row in rows]
        sentences = self._sentences(sorted({key for span in spans for key in span}))
        dispatches = self._dispatches(sorted({row["document"] for row in rows}))
        stored = []
        for key, row, span in zip(keys, rows, spans, strict=True):
            held = [sentences[one] for one in span if one in sentences]
            if not held or len(held) < len(span):
                raise self._damaged(f"passage {key} has no sentences, or lacks some")
            stored.append(
                Stored(
                    key,
                    row["document"],
                    dispatches[row["document"]],
                    row["language"],
                    row["start"],
                    row["end"],
                    self._columns(key, row),
                    np.array(row["vector"][: self._state.dimension], np.float32),
                    tuple(Span(one["start"], one["end"]) for one in held),
                    np.array([one["vector"] for one in held], np.float32),
                )
            )
        return stored

    def damage(self) -> list[str]:
        """The collections that are not there."""
        return [
            f"the collection {table.name} is not there"
            for table in self._tables.all()
            if not table.exists()
        ]

    def inconsistencies(self) -> Iterator[str]:
        state = self._state
        rows = self._all()
        sizes: Counter[str] = Counter()
        terms: Counter[Phrase] = Counter()
        words = passages = 0
        for document in rows:
            keys = keys_of(document["document"], 0, document["passages"])
            found = self._tables.passages.get(keys, (*_PASSAGE, "vector"))
            for key, row in found.items():
                passages += 1
                sizes[row["language"]] += 1
                columns = self._columns(key, row)
                for column, text in columns._asdict().items():
                    words += len(text.split())
                    terms.update(Phrase(column, word) for word in set(text.split()))
                vector = np.array(row["vector"], np.float32)
                mark = state.languages[row["language"]].mark
                if list(vector) != marked(vector[: state.dimension], mark):
                    yield f"the vector of passage {key} is not marked as in {row['language']}"
        counts = Counts(len(rows), passages, sum(row["sentences"] for row in rows), words)
        if counts != state.counts:
            yield f"the index says that it holds {state.counts}, and holds {counts}"
        if sizes != {code: one.passages for code, one in state.languages.items() if one.passages}:
            yield "the languages are said to have another number of passages than they do"
        known = self._terms(Columns._fields)
        if known != terms:
            wrong = sum(known.get(one) != terms.get(one) for one in known.keys() | terms.keys())
            yield f"{wrong} words are said to occur in another number of passages than they do"

    def _terms(self, columns: Sequence[str]) -> dict[Phrase, int]:
        """In how many passages each word of these columns occurs, if in any."""
        rows = self._tables.records.rows(f"kind in {json.dumps(list(columns))}", ("kind", *READ))
        found = {
            Phrase(row["kind"], row["key"].partition("/")[2]): int(value_of(row, self._state) or 0)
            for row in rows
        }
        return {phrase: passages for phrase, passages in found.items() if passages}

    def _entry(self, row: Row) -> Entry:
        key = row["document"]
        document, facts = self._document(key)
        signature = about_of(self._parts(record_keys("about", key, row["about_parts"]))).signature
        stored = self.stored(keys_of(key, 0, row["passages"]))
        sentences, vectors = self.sentences_of(key)
        return Entry(
            document,
            row["sha256"],
            facts,
            signature,
            [Passage(document, one.start, one.end, one.sentences, one.language) for one in stored],
            [one.words for one in stored],
            np.array([one.vector for one in stored]),
            sentences,
            vectors,
        )

    def _all(self) -> list[Row]:
        """The rows of all documents, by source."""
        rows = self._tables.documents.rows(self._state.visible, _LISTED)
        return sorted(rows, key=lambda row: str(row["source"]))

    def _key_of(self, source: str) -> int | None:
        where = f'source_id == "{identity(source)}" and {self._state.visible}'
        return next((row["document"] for row in self._tables.documents.few(where)), None)

    def _document(self, key: int) -> tuple[Document, Facts]:
        return self._known.documents.get(key, lambda: self._read_one(key))

    def _read_one(self, key: int) -> tuple[Document, Facts]:
        rows = self._tables.documents.get([key], _LISTED)
        if key not in rows:
            raise self._damaged(f"document {key} is not there")
        return next(self._read([rows[key]]))

    def _read(self, rows: Sequence[Row]) -> Iterator[tuple[Document, Facts]]:
        """The documents of these rows, in their order."""
        for start in range(0, len(rows), _AT_ONCE):
            keys = [
                (
                    record_keys("about", row["document"], row["about_parts"]),
                    record_keys("text", row["document"], row["text_parts"]),
                )
                for row in rows[start : start + _AT_ONCE]
            ]
            parts = iter(self._parts([key for two in keys for several in two for key in several]))
            for row, (abouts, texts) in zip(rows[start : start + _AT_ONCE], keys, strict=True):
                about = about_of(list(islice(parts, len(abouts))))
                document = Document(
                    source=row["source"],
                    text=text_of(list(islice(parts, len(texts)))),
                    title=about.title,
                    language=row["language"],
                    date=row["date"] or None,
                    agency=about.agency,
                    body_start=about.body_start,
                    date_origin=about.date_origin,
                    pages=about.facts.pages,
                )
                yield document, about.facts

    def _parts(self, keys: Sequence[str]) -> list[str]:
        """What is kept in the records with these keys."""
        found = self._tables.records.get(keys, ("value",))
        if missing := set(keys) - found.keys():
            raise self._damaged(f"the record {min(missing)} is not there")
        return [found[key]["value"] for key in keys]

    def _columns(self, passage: int, row: Row) -> Columns:
        parts = self._parts(record_keys("words", passage, row["word_parts"]))
        return columns_of(text_of(parts) if parts else row["words"])

    def _sentences(self, keys: Sequence[int]) -> dict[int, Row]:
        return self._tables.sentences.get(list(keys), ("start", "end", "vector"))

    def _dispatches(self, documents: Sequence[int]) -> dict[int, int]:
        """The number of the dispatch of each of these documents; its own key where it has none."""
        keys = {key: record_keys("dispatch", key, 1)[0] for key in documents}
        known = Records(self._tables.records, self._state, list(keys.values()))
        return {key: int(known.value(record) or key) for key, record in keys.items()}

    def _words(self, terms: Sequence[Term]) -> str:
        """What is asked of BM25: each phrase as often as it weighs."""
        return " ".join(weighed(phrase) for term in terms for phrase in term.phrases)

    def _where(self, filters: Filters) -> str | None:
        """The condition of the passages that filters admit; None where there can be none."""
        conditions = [self._state.visible]
        if filters.sources is not None:
            conditions.append(f"source_id in {_listed(map(identity, filters.sources))}")
        if filters.languages is not None:
            codes = [code for code in filters.languages if _CODE.fullmatch(code)]
            conditions.append(f"document_language in {_listed(codes)}")
        if filters.period is not None:
            first, last = days_of(filters.period)
            conditions.append(f'first_day <= "{last}" and last_day >= "{first}"')
        if any(condition.endswith(" in []") for condition in conditions):
            return None
        return " and ".join(conditions)

    def _damaged(self, reason: str) -> IndexDamagedError:
        return IndexDamagedError(
            f"the index at {self._place} is damaged ({reason}); drop it and build it again"
        )


def _listed(values: Iterator[str] | Sequence[str]) -> str:
    return json.dumps(list(values))


def _first_day(document: Document) -> str:
    return days_of((document.date, None))[0]
