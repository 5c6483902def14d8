"""Fixtures that more than one module of tests needs."""

from __future__ import annotations

import pytest

from index import Encoder, load


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The bundled model, loaded once."""
    return load()
