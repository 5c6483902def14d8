"""Is a question understood: names in any spelling, time, follow-ups, broad questions, lists, yes or
no, and what is to be declined?

    python -m benchmarks.understanding QUESTIONS.jsonl --seeds DIR --dossiers DIR [--show] [--json]

The two folders are indexes. A line of the file is a question with what is expected of its answer:

gold    the first citation's quote holds one of these, and comes from one of `docs`; with `undated`,
        the answer also says that the document has no date. An empty list expects an abstention.
facts   for each of these lists some quote holds one of its strings, and every quote holds a fact
        and comes from `docs`; with `ordered`, in this order
events  for each of these lists some citation is of one of its documents, in this order, at most two
        of each, and every citation is of some event
groups  the same of each of several lists of events, as a comparison has them

A question may have a `history` of earlier ones, and a `today` that «last year» is counted from. To
be fulfilled, all of what is expected must hold; `found` is the share of facts or events cited, and
`needed` the share of citations that are of one.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from qa import Answer, open_index
from qa.pipeline import trace

from .data import as_json, table
from .metrics import mean

Row = dict[str, Any]
MOST = 2  # sentences that a digest may quote of one event


@dataclass(frozen=True, slots=True)
class Judged:
    """One question asked: whether its answer is all that is expected, the shares found and needed,
    and for one that is to be declined for a reason, whether the reason says so."""

    row: Row
    answer: Answer
    fulfilled: bool
    found: float
    needed: float
    reasoned: bool | None


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one point; shares are 0 to 1."""

    point: str
    questions: int
    fulfilled: float
    found: float
    needed: float
    by_language: dict[str, float]


def judge(row: Row, answer: Answer) -> Judged:
    """Compare an answer with what its row expects."""
    reasoned = None
    if "gold" in row:
        right = answer.abstained if not row["gold"] else _cites(answer, row)
        found = needed = float(right)
        if row.get("reason"):
            said = (answer.reason or "").casefold()
            reasoned = any(part.casefold() in said for part in row["reason"])
    else:
        right, found, needed = _covers(row, answer)
    return Judged(row, answer, right, found, needed, reasoned)


def _cites(answer: Answer, row: Row) -> bool:
    if answer.abstained or (row.get("undated") and not answer.notes):
        return False
    first = answer.citations[0]
    return _of(first.source, row["docs"]) and any(gold in first.quote for gold in row["gold"])


def _covers(row: Row, answer: Answer) -> tuple[bool, float, float]:
    """Whether the citations are exactly what is expected, and the shares found and needed."""
    cited = () if answer.abstained else answer.citations
    spare = row.get("harmless", ())
    cited = tuple(c for c in cited if not _of(c.source, spare))
    if "facts" in row:
        wanted = row["facts"]
        places = [
            [
                n
                for n, fact in enumerate(wanted)
                if _of(c.source, row.get("docs", [""])) and any(part in c.quote for part in fact)
            ]
            for c in cited
        ]
        orders, most = [range(len(wanted))] if row.get("ordered") else [], len(cited)
    else:
        groups = row.get("groups") or [row["events"]]
        wanted = [event for group in groups for event in group]
        places = [[n for n, event in enumerate(wanted) if _of(c.source, event)] for c in cited]
        ends = [sum(map(len, groups[: n + 1])) for n in range(len(groups))]
        orders = [range(e - len(g), e) for e, g in zip(ends, groups, strict=True)]
        most = MOST
    met = [n for place in places for n in place]
    found = len(set(met)) / len(wanted)
    needed = mean([bool(place) for place in places]) if places else 0.0
    firsts = list(dict.fromkeys(met))
    in_order = all(
        [n for n in firsts if n in order] == [n for n in order if n in firsts] for order in orders
    )
    few = all(met.count(n) <= most for n in set(met))
    return found == needed == 1.0 and in_order and few, found, needed


def _of(source: str, prefixes: Sequence[str]) -> bool:
    return PurePosixPath(source).name.startswith(tuple(prefixes))


def summarise(judged: Sequence[Judged]) -> Iterator[Point]:
    """The figures of each point, in the order of the file."""
    for point in dict.fromkeys(one.row["point"] for one in judged):
        ours = [one for one in judged if one.row["point"] == point]
        languages = sorted({one.row["lang"] for one in ours})
        yield Point(
            point,
            len(ours),
            mean([one.fulfilled for one in ours]),
            mean([one.found for one in ours]),
            mean([one.needed for one in ours]),
            {
                language: mean([one.fulfilled for one in ours if one.row["lang"] == language])
                for language in languages
            },
        )


def ask(rows: Sequence[Row], indexes: dict[str, Path]) -> Iterator[Judged]:
    """Each question put to its corpus."""
    for row in rows:
        options: Row = {"history": row.get("history", ())}
        if "today" in row:
            options["today"] = datetime.date.fromisoformat(row["today"])
        traced = trace(row["question"], index=open_index(indexes[row["corpus"]]), **options)
        yield judge(row, traced.answer)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--seeds", type=Path, required=True, metavar="DIR", help="an index")
    parser.add_argument("--dossiers", type=Path, required=True, metavar="DIR", help="an index")
    parser.add_argument("--show", action="store_true", help="every question not answered so")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    judged = list(ask(rows, {"seeds": options.seeds, "dossiers": options.dossiers}))
    points = list(summarise(judged))
    if options.json:
        print("\n".join(map(as_json, points)))
        return
    if options.show:
        for one in judged:
            if not one.fulfilled:
                print("\n".join(_shown(one)))
    languages = sorted({one.row["lang"] for one in judged})
    print(
        table(
            [
                ("", "questions", "fulfilled", "found", "needed", *languages),
                *(
                    (
                        p.point,
                        p.questions,
                        p.fulfilled,
                        p.found,
                        p.needed,
                        *map(p.by_language.get, languages),
                    )
                    for p in points
                ),
            ]
        )
    )
    reasoned = [one.reasoned for one in judged if one.reasoned is not None]
    print(f"all: {mean([one.fulfilled for one in judged]):.3f}")
    print(f"declined with the reason expected: {sum(reasoned)} of {len(reasoned)}")


def _shown(one: Judged) -> Iterator[str]:
    row, answer = one.row, one.answer
    yield f"{row['id']} {row['lang']} {answer.confidence:.2f} {row['question']}"
    wanted = row.get("gold") or row.get("facts") or row.get("events") or row.get("groups")
    yield f"    expected: {wanted or 'no answer'}"
    for citation in answer.citations:
        yield f"    {citation.source[:8]} {citation.date}: {citation.quote[:100]!r}"
    if answer.abstained:
        yield f"    abstained: {answer.reason}"


if __name__ == "__main__":
    main()
