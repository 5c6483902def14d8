"""One builder at a time: a collection that exists while somebody builds, and names who.

A server makes a collection of one name once, whoever asks; so does Milvus Lite. A builder that was
killed on this machine is known by its process, which is gone, and its lock is taken over; what
another machine left behind is reported, and removed by hand.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import regex
from pymilvus import DataType, MilvusClient, MilvusException

from ..errors import IndexBusyError
from .tables import PATIENCE, Tables

_HOLDER = regex.compile(r"held_by_(\d+)_on_(\w*)_(\w{16})")


@contextmanager
def held(tables: Tables, place: str) -> Iterator[None]:
    """Hold the index's lock; raises `IndexBusyError` where another builder does."""
    client = tables.client
    own = f"held_by_{os.getpid()}_on_{_host()}_{secrets.token_hex(8)}"
    holder = _holder(client, tables.lock)
    if holder is not None and _gone(holder):
        client.drop_collection(tables.lock, timeout=PATIENCE)
        holder = None
    if holder is None:
        _claim(client, tables.lock, own)
        holder = _holder(client, tables.lock)
    if holder != own:
        pid, host = _HOLDER.fullmatch(holder).groups()[:2] if holder else ("?", "?")
        raise IndexBusyError(
            f"the index at {place} is being built by another process ({pid} on {host}); try again "
            f"when it is done, or drop the collection {tables.lock} if it is gone"
        )
    try:
        yield
    finally:
        client.drop_collection(tables.lock, timeout=PATIENCE)


def _claim(client: MilvusClient, name: str, own: str) -> None:
    """Make the collection; does nothing where somebody else made it first."""
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(own, DataType.INT64, is_primary=True)
    schema.add_field("filler", DataType.FLOAT_VECTOR, dim=2)
    try:
        client.create_collection(name, schema=schema, timeout=PATIENCE)
    except MilvusException:
        if not client.has_collection(name, timeout=PATIENCE):
            raise


def _holder(client: MilvusClient, name: str) -> str | None:
    """Who holds the lock; None if nobody does."""
    if not client.has_collection(name, timeout=PATIENCE):
        return None
    fields = client.describe_collection(name, timeout=PATIENCE)["fields"]
    return next((one["name"] for one in fields if _HOLDER.fullmatch(one["name"])), "")


def _gone(holder: str) -> bool:
    """Whether it is a process of this machine that has ended."""
    found = _HOLDER.fullmatch(holder)
    if found is None or found[2] != _host():
        return False
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _host() -> str:
    return str(regex.sub(r"\W", "_", socket.gethostname(), flags=regex.ASCII))[:100]
