"""`python -m index`: build an index, change it, say what is in it, verify it, mend it.

A thin shell over `index.build`, `index.store`, `index.verify` and `index.repair`, which are
imported when a command runs: each fault is one line on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import shown
from .places import SEEDS, index_of
from .terminal import FAULT, exit_status, progress_bar

if TYPE_CHECKING:
    from .build import Progress, Report
    from .encoder import Encoder
    from .files import Columns
    from .store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: options.command(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Build, change, describe, verify and mend an index of documents.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="bring an index up to date with a folder")
    build.add_argument("folder", type=_path, metavar="FOLDER", help="the folder of documents")
    build.add_argument("--into", metavar="DIR", help="the index's folder (default: FOLDER.index)")
    build.add_argument(
        "--model", metavar="NAME", help="a sentence-transformers model (default: the bundled one)"
    )
    build.add_argument(
        "--columns",
        type=_columns,
        metavar="NAMES",
        help="the columns of .csv and .jsonl files: text=body,title=headline,date=day,agency=by",
    )
    build.set_defaults(command=_build)

    add = commands.add_parser("add", help="index files and folders, and nothing else")
    add.add_argument("paths", type=_path, nargs="+", metavar="PATH", help="in the index's folder")
    remove = commands.add_parser("remove", help="forget documents; their files stay")
    remove.add_argument("sources", nargs="+", metavar="SOURCE", help="as `info` lists them")
    update = commands.add_parser("update", help="look again at the files that are indexed")
    for changing, command in ((add, _add), (remove, _remove), (update, _update)):
        changing.add_argument("--index", metavar="DIR", help="its folder (default: seeds.index)")
        changing.set_defaults(command=command)

    for name, command, help_line in (
        ("info", _info, "say what an index holds"),
        ("verify", _verify, "compare an index with its files, and its vectors with its texts"),
    ):
        about = commands.add_parser(name, help=help_line)
        about.add_argument(
            "index", nargs="?", metavar="DIR", help="its folder (default: seeds.index)"
        )
        about.set_defaults(command=command)

    move = commands.add_parser(
        "move", help="copy an index into another place: a folder, PATH.db, http://HOST:PORT/NAME"
    )
    move.add_argument("origin", metavar="FROM", help="the index, which stays")
    move.add_argument("into", metavar="INTO", help="a place without an index")
    move.set_defaults(command=_move)

    repair = commands.add_parser(
        "repair", help="make again what is derived, and save what can be read of a damaged index"
    )
    repair.add_argument(
        "index", type=Path, nargs="?", metavar="DIR", help="its folder (default: seeds.index)"
    )
    repair.add_argument(
        "--corpus",
        type=_path,
        metavar="FOLDER",
        help="the folder that it was built from, where it no longer says so",
    )
    repair.add_argument(
        "--model", metavar="NAME", help="its model, where it no longer says so (default: bundled)"
    )
    repair.set_defaults(command=_repair)
    return parser


def _path(text: str) -> Path:
    if not text:  # which would be the current folder, as where a shell's variable is not set
        raise argparse.ArgumentTypeError("it is empty; expected a folder")
    return Path(text)


def _columns(text: str) -> Columns:
    from .files import Columns

    try:
        return Columns.parse(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from fault


def _build(options: argparse.Namespace) -> int:
    from .build import build
    from .encoder import load
    from .files import read_folder
    from .places import store_at

    store = store_at(options.into or index_of(options.folder))
    next(read_folder(options.folder), None)  # before a model is loaded for nothing
    with progress_bar("encoding") as progress:
        report = build(
            options.folder, store, load(options.model), progress, columns=options.columns
        )
    return _reported(store, report)


def _add(options: argparse.Namespace) -> int:
    from .build import add

    with _changing(options) as (store, encoder, progress):
        report = add(options.paths, store, encoder, progress)
    return _reported(store, report)


def _update(options: argparse.Namespace) -> int:
    from .build import update

    with _changing(options) as (store, encoder, progress):
        report = update(store, encoder, progress)
    return _reported(store, report)


def _remove(options: argparse.Namespace) -> int:
    from .build import remove

    store = _asked(options)
    return _reported(store, remove(options.sources, store))


@contextmanager
def _changing(options: argparse.Namespace) -> Iterator[tuple[Store, Encoder, Progress]]:
    """The index of a command, its own encoder, and a bar."""
    from .encoder import load

    store = _asked(options)
    with store.reading() as snapshot:
        model = snapshot.meta()["model"]
    with progress_bar("encoding") as progress:
        yield store, load(model), progress


def _asked(options: argparse.Namespace) -> Store:
    from .places import store_at

    return store_at(options.index or index_of(SEEDS))


def _reported(store: Store, report: Report) -> int:
    for skipped in report.skipped:
        print(f"skipped {shown(skipped.source)}: {shown(skipped.reason)}", file=sys.stderr)
    if report.warning:
        print(f"warning: {shown(report.warning)}", file=sys.stderr)
    print(
        f"{shown(store.place)}: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed, {len(report.unchanged)} unchanged"
    )
    return 0


def _info(options: argparse.Namespace) -> int:
    from .build import corpus_of

    store = _asked(options)
    with store.reading() as snapshot:
        meta, counts, listed = dict(snapshot.meta()), snapshot.counts(), snapshot.listed()
    facts = {
        "index": shown(store.place),
        "corpus": shown(str(corpus_of(store, meta))),
        **{name: shown(meta[name]) for name in ("model", "recipe", "generation")},
        **{name: getattr(counts, name) for name in ("documents", "passages", "sentences")},
    }
    for name, fact in facts.items():
        print(f"{name:<11} {fact}")
    documents = [entry.document for entry in listed]
    rows = [
        (shown(d.source), d.date or "-", d.date_origin or "-", d.language, shown(d.title))
        for d in documents
    ]
    width = max((len(source) for source, *_ in rows), default=0)
    print(f"\n{'source':<{width}}  {'date':<10}  {'from':<8}  language  title")
    for source, date, origin, language, title in rows:
        print(f"{source:<{width}}  {date:<10}  {origin:<8}  {language:<8}  {title}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from .verify import verify

    with progress_bar("verifying") as progress:
        found = verify(_asked(options), progress=progress)
    for line in found.differences:
        print(shown(line))
    if found.differences:
        return FAULT
    print(
        f"ok: {found.documents} documents, {found.passages} passages, "
        f"{found.sentences} sentences, {found.vectors} vectors verified"
    )
    return 0


def _move(options: argparse.Namespace) -> int:
    from .move import move
    from .places import store_at

    origin, into = store_at(options.origin), store_at(options.into)
    with progress_bar("moving") as progress:
        counts = move(origin, into, progress)
    print(f"{shown(into.place)}: {counts.documents} documents from {shown(origin.place)}")
    return 0


def _repair(options: argparse.Namespace) -> int:
    from .encoder import load
    from .repair import repair

    place = options.index or index_of(SEEDS)
    encoder = load(options.model) if options.model else None
    with progress_bar("mending") as progress:
        done = repair(place, encoder, progress, corpus=options.corpus)
    print(shown(f"{place}: {done}"))
    if done.warning:
        print(f"warning: {shown(done.warning)}", file=sys.stderr)
    return 0
