"""One installation serves a module; each test opens incidents of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acceptance.scenes import MATTERS, state_of
from tests.acceptance.service import TRUC, Keng, until
from tests.postgres import Server

NewStore = Callable[[], dict[str, str]]
"""Makes an empty store; what comes back tells an installation by its environment to use it."""


@pytest.fixture(scope="session")
def new_store(request: pytest.FixtureRequest) -> NewStore:
    """Stores of the kind that ``--database`` names: a file in the data folder, or a database of a real PostgreSQL."""
    if request.config.getoption("--database") == "sqlite":
        return dict
    server: Server = request.getfixturevalue("durable_postgres")
    return lambda: {"KENG_DATABASE_URL": server.url(server.create())}


@pytest.fixture(scope="module")
def keng(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    running = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True, **new_store())
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """An installation of its own, not started: for tests that kill it."""
    made = Keng(tmp_path_factory.mktemp("keng"), **new_store())
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
        keng.phones.say(TRUC, TRUC, f"/dong {opened['code']} đúng: xong")
        until(lambda: state_of(keng, opened) == "closed", "the incident to close")
