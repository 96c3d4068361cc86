"""What machines do to a service: it says so clearly, takes nothing that it cannot keep, and recovers by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.web.connections import QUIET_SECONDS
from tests.acceptance import storm, troubles
from tests.acceptance.conftest import NewStore
from tests.acceptance.service import Keng, until
from tests.postgres import Server

CROWD = 2_000
BODY = 2**30


@pytest.fixture(scope="module")
def beset(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    made = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True, **new_store())
    try:
        yield made.start()
    finally:
        made.stop()


def settled(keng: Keng, taken: int) -> None:
    """All that was taken, and nothing else, is stored and placed, and the record is whole."""
    until(lambda: storm.waiting(keng) == 0, "every alert to be placed", 60)
    assert storm.stored(keng) == taken
    assert keng.audit_is_whole()


def test_a_full_disk_is_said_and_outlived(fresh_on_sqlite: Keng) -> None:
    keng = fresh_on_sqlite.start()
    assert troubles.alert(keng).status_code == 202
    with troubles.no_file_may_grow(keng):
        refused = [troubles.alert(keng) for _ in range(40)]
        ready = keng.http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"]["store"] == {"ok": False, "detail": "cannot be written"}
    assert {one.status_code for one in refused} == {503}
    assert {one.json()["type"] for one in refused} == {"about:blank#store_unavailable"}
    assert all(one.headers["Retry-After"] for one in refused)
    assert troubles.how_long_until_taken(keng, 30) < 10
    assert keng.http.get("/readyz").status_code == 200
    assert keng.service.process is not None
    assert keng.service.process.poll() is None, "it is the same process"
    settled(keng, 2)


@pytest.fixture
def fresh_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    made = Keng(tmp_path_factory.mktemp("keng"))
    try:
        yield made
    finally:
        made.stop()


def test_two_thousand_connections_that_say_nothing_keep_nobody_out(beset: Keng) -> None:
    before, stored = storm.resident(beset), storm.stored(beset)
    with troubles.crowd(beset, CROWD) as connections:
        assert troubles.how_long_until_taken(beset, 10) < 5
        grown = storm.resident(beset) - before
        until(lambda: troubles.are_over(connections) == CROWD, "all of them to be let go", QUIET_SECONDS + 30)
    assert grown < 200e6
    settled(beset, stored + 1)


def test_a_gigabyte_is_refused_and_never_kept(beset: Keng) -> None:
    before, stored = storm.resident(beset), storm.stored(beset)
    assert troubles.pour(beset, BODY) == 413
    assert storm.resident(beset) - before < 100e6
    assert troubles.how_long_until_taken(beset, 10) < 5
    settled(beset, stored + 1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server(durable=True)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Keng]:
    made = Keng(tmp_path_factory.mktemp("keng"), KENG_DATABASE_URL=server.url(server.create()))
    try:
        yield made.start()
    finally:
        made.stop()


def test_a_database_that_goes_away_and_comes_back(on_postgres: Keng, server: Server) -> None:
    assert troubles.alert(on_postgres).status_code == 202
    stored = storm.stored(on_postgres)
    process = on_postgres.service.process
    server.interrupt()
    refused = [troubles.alert(on_postgres) for _ in range(3)]
    assert {one.status_code for one in refused} == {503}
    server.resume()
    assert troubles.how_long_until_taken(on_postgres, 60) < 30
    assert process is not None
    assert process.poll() is None, "it is the same process"
    settled(on_postgres, stored + 1)


def test_a_database_that_can_only_be_read_is_said_and_outlived(on_postgres: Keng, server: Server) -> None:
    """A disk gone read-only, or a standby that nobody promoted."""
    assert troubles.alert(on_postgres).status_code == 202
    with server.only_to_be_read():
        until(lambda: troubles.alert(on_postgres).status_code == 503, "the first refusal", 10)
        stored = storm.stored(on_postgres)
        refused = [troubles.alert(on_postgres) for _ in range(5)]
        ready = on_postgres.http.get("/readyz")
        newsroom = on_postgres.http.get("/newsroom")
    assert {one.status_code for one in refused} == {503}
    assert all(one.headers["Retry-After"] for one in refused)
    assert (ready.status_code, ready.json()["checks"]["store"]["detail"]) == (503, "cannot be written")
    assert newsroom.status_code == 200, "what only needs reading goes on"
    assert troubles.how_long_until_taken(on_postgres, 30) < 10
    assert on_postgres.http.get("/readyz").status_code == 200
    settled(on_postgres, stored + 1)
