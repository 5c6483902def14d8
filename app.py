"""The chat window's command: `python app.py`. What it shows and does is `qa.chat`'s affair."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the window until it is stopped.

    An index that cannot be had, or a port that is taken, is one line on stderr and the exit code 1;
    so is a fault met while building, once the window, which says so too, is stopped.
    """
    given = _parser().parse_args(arguments)
    # Read when gradio is first imported; with it, no request leaves the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    try:
        password = _password(given.password_file)
    except OSError as fault:
        return _fault(OSError(f"{given.password_file} cannot be read: {fault.strerror}"))
    if given.mcp and find_spec("mcp") is None:
        return _fault(ImportError("--mcp needs the extra: pip install 'entente[mcp]'"))
    from qa.chat import Opening, serve

    opening = Opening(given.index, documents=given.documents)
    opening.start()
    state = opening.wait(building=True)
    if state.fault is not None:
        return _fault(state.fault)
    try:
        blocks, address = serve(
            opening, host=given.host, port=given.port, password=password, mcp=given.mcp
        )
    except (OSError, OverflowError):  # their messages speak to programmers of gradio
        port = given.port or "7860–7959"
        taken = (
            f"the window cannot be served at {given.host}:{port}; choose another --port or --host"
        )
        return _fault(OSError(taken))
    print(f"Entente is at {address}", flush=True)
    state = opening.wait()
    if state.fault is not None:
        _fault(state.fault)  # the page says so too, for as long as it is served
    blocks.block_thread()
    return 0 if state.fault is None else 1


def _password(file: Path | None) -> str | None:
    """The first line of the file: on the command line everybody on the machine could read it."""
    return file.read_text(encoding="utf-8").split("\n")[0].strip() or None if file else None


def _fault(fault: Exception) -> int:
    print(f"error: {' '.join(str(fault).split())}", file=sys.stderr, flush=True)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="The chat window of Entente.")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="folder of an index (default: that of the seeds, built if absent)",
    )
    asked.add_argument(
        "--documents",
        type=Path,
        metavar="FOLDER",
        help="folder of documents, indexed at the start; from the window, files can be added to it "
        "and removed",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at (%(default)s)")
    parser.add_argument(
        "--port", type=int, help="port to serve at (default: the first free, 7860…)"
    )
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="ask for the password in this file, of the user «entente»",
    )
    parser.add_argument(
        "--mcp", action="store_true", help="answer programs that speak MCP too (entente[mcp])"
    )
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
