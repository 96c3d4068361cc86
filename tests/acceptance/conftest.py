"""One installation serves a module; each test opens incidents of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.service import Keng


@pytest.fixture(scope="module")
def keng(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    running = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True)
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    """An installation of its own, not started: for tests that kill it."""
    made = Keng(tmp_path_factory.mktemp("keng"))
    try:
        yield made
    finally:
        made.stop()
