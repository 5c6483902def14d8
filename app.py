"""The chat window's command: `python app.py`. What it shows and does is `qa.chat`'s affair."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the window until it is stopped.

    An index that cannot be had, or a port that is taken, is one line on stderr and the exit code 1;
    so is a fault met while building, once the window, which says so too, is stopped.
    """
    given = _parser().parse_args(arguments)
    # Read when gradio is first imported; with it, no request leaves the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from qa.chat import Opening, serve

    opening = Opening(given.index)
    opening.start()
    state = opening.wait(building=True)
    if state.fault is not None:
        return _fault(state.fault)
    try:
        blocks, address = serve(opening, host=given.host, port=given.port)
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


def _fault(fault: Exception) -> int:
    print(f"error: {' '.join(str(fault).split())}", file=sys.stderr, flush=True)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="The chat window of Entente.")
    parser.add_argument(
        "--index",
        type=Path,
        help="folder of an index (default: that of the seeds, built if absent)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve at (%(default)s)")
    parser.add_argument(
        "--port", type=int, help="port to serve at (default: the first free, 7860…)"
    )
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
