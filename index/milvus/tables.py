"""The collections of an index in Milvus, and reading and writing their rows.

| collection | a row is |
|---|---|
| `states` | a part of the description of one generation of the index (`index.milvus.state`) |
| `documents` | a document but for what is long; its vector are the keys that its reprints share |
| `passages` | a passage: its vector with its language marked, and its words for BM25 |
| `sentences` | a sentence and its vector |
| `records` | something under a key: a text, a description, how frequent a word is |

What makes a row visible to a reader is `index.milvus.state`'s affair.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

from ..bm25 import K1, B

# Faults reach the caller as exceptions; the library's log would say each of them twice.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

Row = dict[str, Any]
Key = int | str

MARKS = 40  # languages that passages are marked with; those that come later share the last mark
PART = 16_000  # characters of a text in one row, which may have 65,535 bytes
LONGEST = 65_535  # bytes of a text in one row
FOUND_AT_MOST = 16_384  # rows that Milvus returns of one search
PATIENCE = 60.0  # seconds to wait for an answer
STAMINA = 3_600.0  # seconds to wait for what takes as long as there are rows

_ROWS = 500  # at once
_BYTES = 4_000_000  # at once
_FILLER = [0.0, 0.0]  # a collection needs a vector, even where nothing is searched by it


@dataclass(frozen=True, slots=True)
class Table:
    """One collection; rows are found by their key, of the name `key`."""

    client: MilvusClient
    name: str
    key: str

    def exists(self) -> bool:
        return bool(self.client.has_collection(self.name, timeout=PATIENCE))

    def get(self, keys: Sequence[Key], fields: Sequence[str] = ()) -> dict[Any, Row]:
        """The rows with these keys, as far as they are there, by key: these fields of theirs."""
        found: dict[Any, Row] = {}
        for start in range(0, len(keys), _ROWS):
            rows = self.client.get(
                self.name,
                ids=list(keys[start : start + _ROWS]),
                output_fields=[self.key, *fields],
                timeout=PATIENCE,
            )
            found.update((row[self.key], row) for row in rows)
        return found

    def rows(self, where: str, fields: Sequence[str] = ()) -> Iterator[Row]:
        """Every row that meets a condition, in no order: its key and these fields."""
        pages = self.client.query_iterator(
            self.name,
            batch_size=_ROWS * 4,
            filter=where,
            output_fields=[self.key, *fields],
            timeout=PATIENCE,
        )
        try:
            while page := pages.next():
                yield from page
        finally:
            pages.close()

    def few(self, where: str, fields: Sequence[str] = ()) -> list[Row]:
        """The same of a condition that few rows meet."""
        return list(
            self.client.query(
                self.name,
                filter=where,
                output_fields=[self.key, *fields],
                limit=FOUND_AT_MOST,
                timeout=PATIENCE,
            )
        )

    def insert(self, rows: Sequence[Row]) -> None:
        for batch in _batches(rows):
            self.client.insert(self.name, batch, timeout=PATIENCE)

    def upsert(self, rows: Sequence[Row]) -> None:
        for batch in _batches(rows):
            self.client.upsert(self.name, batch, timeout=PATIENCE)

    def delete(self, keys: Sequence[Key]) -> None:
        for start in range(0, len(keys), _ROWS):
            self.client.delete(self.name, ids=list(keys[start : start + _ROWS]), timeout=PATIENCE)

    def search(
        self, asked: Sequence[Any], field: str, metric: str, limit: int, where: str
    ) -> list[list[Any]]:
        """For each of what is asked, the keys of the `limit` best rows that meet a condition."""
        if not asked or not limit:
            return [[] for _ in asked]
        found = self.client.search(
            self.name,
            list(asked),
            anns_field=field,
            search_params={"metric_type": metric},
            limit=min(limit, FOUND_AT_MOST),
            filter=where,
            timeout=PATIENCE,
        )
        return [[hit[self.key] for hit in hits] for hits in found]

    def count(self, where: str) -> int:
        """How many rows meet a condition."""
        (row,) = self.client.query(
            self.name, filter=where, output_fields=["count(*)"], timeout=PATIENCE
        )
        return int(row["count(*)"])

    def together(self, routes: Sequence[tuple[Any, str, str]], limit: int, where: str) -> list[Any]:
        """The keys of the `limit` best rows by each of several (asked, field, metric), together."""
        requests = [
            AnnSearchRequest([asked], field, {"metric_type": metric}, limit, expr=where)
            for asked, field, metric in routes
        ]
        if not requests:
            return []
        (hits,) = self.client.hybrid_search(
            self.name, requests, RRFRanker(), limit=limit * len(requests), timeout=PATIENCE
        )
        return [hit[self.key] for hit in hits]

    def flush(self) -> None:
        """Have all that was written kept by the server's storage, and indexed."""
        self.client.flush(self.name, timeout=STAMINA)

    def drop(self) -> None:
        self.client.drop_collection(self.name, timeout=PATIENCE)

    def load(self) -> None:
        self.client.load_collection(self.name, timeout=STAMINA)


class Tables:
    """The collections of the index `name`."""

    def __init__(self, client: MilvusClient, name: str) -> None:
        self.client = client
        self.lock = f"{name}_lock"
        self.states = Table(client, f"{name}_states", "key")
        self.documents = Table(client, f"{name}_documents", "document")
        self.passages = Table(client, f"{name}_passages", "passage")
        self.sentences = Table(client, f"{name}_sentences", "sentence")
        self.records = Table(client, f"{name}_records", "key")

    def all(self) -> tuple[Table, ...]:
        return self.states, self.documents, self.passages, self.sentences, self.records

    def make(self) -> None:
        """Make what does not depend on the length of vectors, where it is not there."""
        _made(
            self.records,
            [
                ("key", DataType.VARCHAR, {"max_length": 1024, "is_primary": True}),
                *_integers("born", "document"),
                ("kind", DataType.VARCHAR, {"max_length": 16}),
                ("value", DataType.VARCHAR, {"max_length": LONGEST}),
                ("before", DataType.VARCHAR, {"max_length": LONGEST}),
                ("filler", DataType.FLOAT_VECTOR, {"dim": len(_FILLER)}),
            ],
            {"filler": "IP"},
            ("born", "document", "kind"),
        )
        _made(
            self.documents,
            [
                ("document", DataType.INT64, {"is_primary": True}),
                *_integers("born", "passages", "sentences", "text_parts", "about_parts"),
                ("source", DataType.VARCHAR, {"max_length": LONGEST}),
                *_short("source_id", "sha256", "language", "date", "indexed"),
                ("bands", DataType.SPARSE_FLOAT_VECTOR, {}),
            ],
            {"bands": "IP"},
            ("born", "source_id"),
        )
        _made(
            self.states,
            [
                ("key", DataType.VARCHAR, {"max_length": 64, "is_primary": True}),
                *_integers("generation", "part", "parts"),
                ("text", DataType.VARCHAR, {"max_length": LONGEST}),
                ("filler", DataType.FLOAT_VECTOR, {"dim": len(_FILLER)}),
            ],
            {"filler": "IP"},
            ("generation",),
        )

    def make_for(self, dimension: int) -> None:
        """Make what holds vectors of `dimension` numbers, where it is not there."""
        _made(
            self.passages,
            [
                ("passage", DataType.INT64, {"is_primary": True}),
                *_integers("born", "document", "start", "end", "first", "count"),
                *_short("source_id", "document_language", "first_day", "last_day", "language"),
                (
                    "words",
                    DataType.VARCHAR,
                    {
                        "max_length": LONGEST,
                        "enable_analyzer": True,
                        "enable_match": True,
                        "analyzer_params": {"tokenizer": "standard", "filter": ["lowercase"]},
                    },
                ),
                ("word_parts", DataType.INT64, {}),
                ("vector", DataType.FLOAT_VECTOR, {"dim": dimension + MARKS}),
                ("bm25", DataType.SPARSE_FLOAT_VECTOR, {}),
            ],
            {"vector": "IP", "bm25": "BM25"},
            ("born", "document", "source_id", "document_language", "first_day", "last_day"),
            Function("bm25", FunctionType.BM25, ["words"], ["bm25"]),
        )
        _made(
            self.sentences,
            [
                ("sentence", DataType.INT64, {"is_primary": True}),
                *_integers("born", "document", "start", "end"),
                ("vector", DataType.FLOAT_VECTOR, {"dim": dimension}),
            ],
            {"vector": "IP"},
            ("born", "document"),
        )


def filled(row: Mapping[str, Any]) -> Row:
    """A row of a collection in which nothing is searched by vectors."""
    return {**row, "filler": _FILLER}


def parts_of(text: str) -> list[str]:
    """A text in pieces that a row can hold; one at least."""
    return [text[start : start + PART] for start in range(0, len(text), PART)] or [""]


Field = tuple[str, DataType, dict[str, Any]]


def _integers(*names: str) -> list[Field]:
    return [(name, DataType.INT64, {}) for name in names]


def _short(*names: str) -> list[Field]:
    return [(name, DataType.VARCHAR, {"max_length": 128}) for name in names]


def _made(
    table: Table,
    fields: Sequence[Field],
    searched: Mapping[str, str],
    filtered: Sequence[str],
    function: Function | None = None,
) -> None:
    """Make a collection with an index for each field that is searched by, with its metric, and for
    each that is filtered by, if it is not there; have it loaded."""
    client = table.client
    if not table.exists():
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        for name, kind, details in fields:
            schema.add_field(name, kind, **details)
        if function is not None:
            schema.add_function(function)
        client.create_collection(
            table.name, schema=schema, consistency_level="Strong", timeout=PATIENCE
        )
    known = {
        client.describe_index(table.name, index, timeout=PATIENCE)["field_name"]
        for index in client.list_indexes(table.name)
    }
    indexes = client.prepare_index_params()
    kinds = {name: kind for name, kind, _ in fields}
    for name, metric in searched.items():
        if name in known:
            continue
        dense = kinds[name] == DataType.FLOAT_VECTOR
        indexes.add_index(
            name,
            index_name=name,
            # Exact: the same answers as by any other store. A cluster's owner may put another
            # index in its place; nothing here depends on it.
            index_type="FLAT" if dense else "SPARSE_INVERTED_INDEX",
            metric_type=metric,
            params={"bm25_k1": K1, "bm25_b": B} if metric == "BM25" else {},
        )
    for name in filtered:
        if name not in known:
            indexes.add_index(name, index_name=name, index_type="INVERTED")
    if len(indexes):
        client.create_index(table.name, indexes, sync=False, timeout=PATIENCE)
    table.load()


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(4 * len(value) for value in row.values() if hasattr(value, "__len__"))
        if len(batch) == _ROWS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
