"""`python -m qa "…"`: ask one question; print the answer, an export of it, or how it came about.

A thin shell over `qa.pipeline`. An abstention is a result and leaves the status 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.errors import shown
from index.terminal import exit_status, progress_bar
from index.terms import How, Met, Term

if TYPE_CHECKING:
    from .pipeline import Trace
    from .reader import Read
    from .times import When
    from .types import Answer, Reprint

QUOTED = 90  # characters of a candidate shown by --explain


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the question on the command line and return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.explain and options.format not in (None, "json"):
        parser.error(f"--explain explains in words or in JSON, not in {options.format}")
    return exit_status(lambda: _ask(options))


def _parser() -> argparse.ArgumentParser:
    from .export import FORMATS

    parser = argparse.ArgumentParser(
        prog="python -m qa",
        description="Answer a question with sentences quoted from the documents.",
    )
    parser.add_argument(
        "question", help="in French, English, Arabic, Russian, Azerbaijani, Turkish"
    )
    parser.add_argument("--index", metavar="DIR", help="default: the index of seeds/")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--format", choices=[*FORMATS, "json"], help="what the answer is printed as")
    form.add_argument(
        "--json", dest="format", action="store_const", const="json", help="same as --format json"
    )
    parser.add_argument(
        "--explain", action="store_true", help="print every candidate sentence and what decided"
    )
    parser.add_argument(
        "--after", action="append", default=[], metavar="QUESTION", help="an earlier question"
    )
    parser.add_argument(
        "--period",
        metavar="DATE[..DATE]",
        help="only documents of this time, such as 2022..2023-06",
    )
    parser.add_argument("--source", action="append", metavar="FILE", help="only this document")
    parser.add_argument("--language", action="append", metavar="CODE", help="only this language")
    return parser


def _ask(options: argparse.Namespace) -> int:
    from .pipeline import open_index, trace

    with progress_bar("building the index of seeds/") as progress:
        index = open_index(options.index, progress)
    traced = trace(
        options.question,
        index=index,
        history=options.after,
        period=_period(options.period),
        sources=options.source,
        languages=options.language,
    )
    if options.format == "json":
        result = traced.answer.to_dict()
        if options.explain:
            result["explanation"] = _explanation(traced)
        print(json.dumps(result, ensure_ascii=False, indent=2))
        return 0
    if options.format:
        from .export import FORMATS

        # As bytes: some formats state their encoding, and their line ends.
        sys.stdout.buffer.write(FORMATS[options.format].write([traced.answer]).encode())
        return 0
    print("\n".join(_lines(traced.answer)))
    if options.explain:
        print("\n" + "\n".join(_explained(traced)))
    return 0


def _period(text: str | None) -> str | tuple[str | None, str | None] | None:
    if text is None or ".." not in text:
        return text
    first, _, last = text.partition("..")
    return first or None, last or None


def _lines(answer: Answer) -> Iterator[str]:
    yield answer.text
    if answer.abstained:
        yield f"({answer.reason})"
        return
    yield ""
    for citation in answer.citations:
        about = [citation.title, citation.date or "undated", shown(citation.source)]
        if citation.page is not None:
            about.append(f"p. {citation.page}")
        yield f"[{citation.number}] " + " · ".join(about)
        if citation.reprints:
            yield f"    also in: {'; '.join(map(_printed, citation.reprints))}"
    yield from answer.notes
    yield f"confidence {answer.confidence:.2f}"


def _printed(reprint: Reprint) -> str:
    known = (reprint.agency, reprint.date, shown(reprint.source))
    return " · ".join(part for part in known if part)


def _explained(traced: Trace) -> Iterator[str]:
    yield f"understood as ({traced.question.language}): {traced.question.text}"
    yield f"kind of question: {traced.kind.value}{_time(traced.when)}"
    words = [
        f"{term.text} → {_looked_for(term)} ({term.rarity:.1f})" for term in traced.found.terms
    ]
    yield f"words looked for, with their weight: {', '.join(words) or 'none'}"
    yield f"{'':>3}   score    span  answers  dense  +mean  passage  words  kind  document"
    for number, candidate in enumerate(traced.candidates, start=1):
        seen, document = candidate.evidence, candidate.hit.passage.document
        quote = document.text[candidate.sentence.start : candidate.sentence.end]
        yield (
            f"{number:>3}  {candidate.score:6.2f}  {_read(candidate.read)}"
            f"  {seen.sentence:.3f}  {seen.relative:+.3f}"
            f"  {seen.passage:7.3f}  {seen.words:5.2f}  {seen.expected:4.0f}"
            f"  {shown(document.source)}:{candidate.sentence.start}"
        )
        yield f"     {' '.join(quote.split())[:QUOTED]}"
        if candidate.short:
            short = document.text[candidate.short.start : candidate.short.end]
            yield f"     short answer: {' '.join(short.split())[:QUOTED]}"
        if candidate.matched:
            yield f"     words met: {', '.join(map(_meeting, candidate.matched))}"
    yield _decision(traced)


def _time(when: When) -> str:
    """What the question says of time, if anything."""
    said = [
        *([" to ".join(end or "…" for end in when.period)] if when.period else []),
        *([when.order.value] if when.order else []),
        *([f"{'after' if when.after else 'before'} «{when.event}»"] if when.event else []),
    ]
    return f"; time: {', '.join(said)}" if said else ""


def _looked_for(term: Term) -> str:
    keys = filter(None, (term.name, term.stem, *term.sounds[:1]))
    near = f", perhaps {' or '.join(term.near)}" if term.near else ""
    return "/".join(keys) + near


def _meeting(meeting: Met) -> str:
    """«Байрамов ~ Baïramov (sound)»; a word that met itself is not said twice."""
    if meeting.how is How.WORD or meeting.term == meeting.word:
        return meeting.term
    return f"{meeting.term} ~ {meeting.word} ({meeting.how})"


def _read(read: Read | None) -> str:
    return f"{read.span:6.2f}  {read.answerable:7.2f}" if read else f"{'—':>6}  {'—':>7}"


def _decision(traced: Trace) -> str:
    from .compose import DECLINED, THRESHOLD

    sure = traced.answer.confidence
    if traced.kind in DECLINED:
        return f"decision: no document is to answer a question of this kind ({traced.kind.value})"
    if traced.answer.citations and not traced.candidates:
        return "decision: told from whole documents, one event each, without reading for an answer"
    if not traced.candidates:
        return "decision: no candidate, so no answer"
    if traced.answer.abstained:
        return f"decision: confidence {sure:.3f} is below {THRESHOLD}, so no answer"
    return f"decision: confidence {sure:.3f} is at least {THRESHOLD}, so candidate 1 answers"


def _explanation(traced: Trace) -> dict[str, Any]:
    return {
        "understood": traced.question.text,
        "kind": traced.kind.value,
        "time": {
            "period": traced.when.period,
            "order": traced.when.order.value if traced.when.order else None,
            "event": traced.when.event,
            "after": traced.when.after,
        },
        "terms": [asdict(term) for term in traced.found.terms],
        "decision": _decision(traced),
        "candidates": [
            {
                "source": candidate.hit.passage.document.source,
                "start": candidate.sentence.start,
                "end": candidate.sentence.end,
                "score": candidate.score,
                "fused": candidate.hit.score,
                "dense": candidate.hit.dense,
                "bm25": candidate.hit.words,
                "matched": [asdict(meeting) for meeting in candidate.matched],
                "short": [candidate.short.start, candidate.short.end] if candidate.short else None,
                "span": candidate.read.span if candidate.read else None,
                "answerable": candidate.read.answerable if candidate.read else None,
                **asdict(candidate.evidence),
            }
            for candidate in traced.candidates
        ],
    }
