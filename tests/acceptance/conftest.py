"""One installation serves a module; each test opens incidents of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.scenes import MATTERS, state_of
from tests.acceptance.service import TRUC, Keng, until


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


@pytest.fixture
def matter(keng: Keng) -> Iterator[dict[str, Any]]:
    """An incident of its own for each test, closed afterwards so that the next one's alert cannot join it."""
    keng.phones.do("clock", advance=61)  # a new minute: the duty room takes twenty messages in each
    title = next(MATTERS)
    opened = keng.open(title, location={"text": title.rpartition(" ở ")[2]}, volume={"observed": 412, "baseline": 66})
    yield opened
    keng.phones.no_faults()
    if next(i for i in keng.incidents() if i["id"] == opened["id"])["state"] in ("new", "accepted", "responding"):
        keng.phones.say(TRUC, TRUC, f"/dong {opened['code']} xong")
        until(lambda: state_of(keng, opened) == "closed", "the incident to close")
