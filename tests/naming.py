"""How the cases of a parametrised test are named."""

from __future__ import annotations


def named(value: object) -> str:
    """The same in every process, so that several can share the tests: sets have no order."""
    return repr(sorted(value)) if isinstance(value, set | frozenset) else repr(value)
