"""`python -m index`: build an index, say what is in it, verify it.

A thin shell over `index.build`, `index.store` and `index.verify`, which are imported when a command
runs: each fault is one line on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import shown
from .places import SEEDS, index_of
from .terminal import FAULT, exit_status, progress_bar


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: options.command(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Build, describe and verify an index of documents."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="bring an index up to date with a folder")
    build.add_argument("folder", type=_path, metavar="FOLDER", help="the folder of documents")
    build.add_argument(
        "--into", type=Path, metavar="DIR", help="the index's folder (default: FOLDER.index)"
    )
    build.add_argument(
        "--model", metavar="NAME", help="a sentence-transformers model (default: the bundled one)"
    )
    build.set_defaults(command=_build)

    for name, command, help_line in (
        ("info", _info, "say what an index holds"),
        ("verify", _verify, "compare an index with its files, and its vectors with its texts"),
    ):
        about = commands.add_parser(name, help=help_line)
        about.add_argument(
            "index", type=Path, nargs="?", metavar="DIR", help="its folder (default: seeds.index)"
        )
        about.set_defaults(command=command)
    return parser


def _path(text: str) -> Path:
    if not text:  # which would be the current folder, as where a shell's variable is not set
        raise argparse.ArgumentTypeError("it is empty; expected a folder")
    return Path(text)


def _build(options: argparse.Namespace) -> int:
    from .build import build
    from .encoder import load
    from .files import read_folder

    into = options.into or index_of(options.folder)
    next(read_folder(options.folder), None)  # before a model is loaded for nothing
    with progress_bar("encoding") as progress:
        report = build(options.folder, into, load(options.model), progress)
    for skipped in report.skipped:
        print(f"skipped {shown(skipped.source)}: {skipped.reason}", file=sys.stderr)
    if report.warning:
        print(f"warning: {shown(report.warning)}", file=sys.stderr)
    print(
        f"{shown(str(into))}: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.removed)} removed, {len(report.unchanged)} unchanged"
    )
    return 0


def _info(options: argparse.Namespace) -> int:
    from .build import corpus_of
    from .store import reading

    into = options.index or index_of(SEEDS)
    with reading(into) as snapshot:
        meta, counts, documents = snapshot.meta(), snapshot.counts(), snapshot.documents()
    facts = {
        "index": shown(str(into)),
        "corpus": shown(str(corpus_of(into, meta))),
        **{name: shown(meta[name]) for name in ("model", "recipe", "generation")},
        **counts,
    }
    for name, fact in facts.items():
        print(f"{name:<11} {fact}")
    rows = [(shown(d.source), d.date or "-", d.language, shown(d.title)) for d in documents]
    width = max((len(source) for source, *_ in rows), default=0)
    print(f"\n{'source':<{width}}  {'date':<10}  language  title")
    for source, date, language, title in rows:
        print(f"{source:<{width}}  {date:<10}  {language:<8}  {title}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from .verify import verify

    with progress_bar("verifying") as progress:
        found = verify(options.index or index_of(SEEDS), progress=progress)
    for line in found.differences:
        print(shown(line))
    if found.differences:
        return FAULT
    print(
        f"ok: {found.documents} documents, {found.passages} passages, "
        f"{found.sentences} sentences, {found.vectors} vectors verified"
    )
    return 0
