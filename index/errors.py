"""The faults that `index` and `qa` report, each as one line that a person can act on.

Every fault derives from `EntenteError`, so that a caller can tell a fault (an exception) from an
abstention (a result). Anything else that escapes is a bug and keeps its traceback.
"""

from __future__ import annotations


def shown(text: str) -> str:
    """A name or a message as it is printed: one line, nothing invisible, nothing that turns the
    line around; a character that is none of these stays as it is."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


class EntenteError(Exception):
    """Base of every fault reported on purpose; its message is one line, whatever it quotes."""

    def __init__(self, message: str) -> None:
        super().__init__(shown(message))


class CorpusError(EntenteError):
    """The folder of documents cannot be indexed: absent, empty, or nothing in it is text."""


class ModelError(EntenteError):
    """An encoder cannot be loaded, or is not the one that an index was built with."""


class IndexMissingError(EntenteError):
    """There is no index where one was expected."""


class IndexDamagedError(EntenteError):
    """An index exists but cannot be read."""


class IndexBusyError(EntenteError):
    """Another process is building this index."""


class IndexWriteError(EntenteError):
    """An index could not be written; the one before it is intact."""
