"""How an index in Milvus is named: `http://HOST:PORT/NAME` for a server, `PATH.db` for a file.

Nothing of Milvus is imported here, so that a place can be looked at where Milvus is not installed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import regex

from ..errors import IndexMissingError

IN_A_FILE = "entente"  # the name of the one index that a file holds

# One slash will do: `Path` makes one of two.
_SERVER = regex.compile(r"(https?):/{1,2}([^/@]+)(?:/(.*))?")
_NAME = regex.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where Milvus is, the name that the collections of the index begin with, how the place is
    written in messages, and the folder of this machine that belongs to it."""

    uri: str
    name: str
    place: str
    folder: Path

    @property
    def path(self) -> Path | None:
        """The file, where it is one."""
        return None if self.uri.startswith("http") else Path(self.uri)

    @classmethod
    def parse(cls, place: str) -> Address | None:
        """None for what is no place in Milvus. Raises `IndexMissingError` for a server's address
        that lacks a name."""
        if server := _SERVER.fullmatch(place):
            scheme, host, name = server[1], server[2], (server[3] or "").rstrip("/")
            if not _NAME.fullmatch(name):
                raise IndexMissingError(
                    f"{place}: expected http://HOST:PORT/NAME, the name in letters, digits and _"
                )
            cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
            return cls(
                f"{scheme}://{host}",
                name,
                f"{scheme}://{host}/{name}",
                cache / "entente" / f"{host.replace(':', '_')}_{name}",
            )
        if place.endswith(".db"):
            return cls(place, IN_A_FILE, place, Path(f"{place}.files"))
        return None
