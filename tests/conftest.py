"""Fixtures that more than one module of tests needs."""

from __future__ import annotations

import pytest

from index import Encoder, load


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The bundled model, loaded once.

    With one thread: where other processes hold the cores, two that wait for each other take thirty
    times as long.
    """
    import torch

    torch.set_num_threads(1)
    return load()
