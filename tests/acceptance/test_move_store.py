"""An office that outgrows one process moves its store, and the service goes on in the new one where it was stopped."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.store import telegram_inbox
from bot.store.database import Database, sync_url
from bot.store.migrate import upgrade
from bot.store.read_only import open_to_read, work
from tests.acceptance.service import CHANNEL, DUTY, PHAT, TOKEN, TRUC, Keng, until
from tests.acceptance.test_upgrade import begun_and_killed, goes_on_once, in_full_flight
from tests.postgres import Server


@pytest.fixture
def keng(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    """One process on SQLite, not started."""
    made = Keng(tmp_path_factory.mktemp("moving"))
    (made.folder / "data").mkdir()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def to(durable_postgres: Server) -> str:
    return durable_postgres.url(durable_postgres.create())


def old(keng: Keng) -> str:
    return f"sqlite:///{keng.folder / 'data' / 'keng.db'}"


def moved(keng: Keng, to: str) -> None:
    """Move, and let the installation use the new store from now on."""
    done = keng.command("move-store", "--to", to)
    assert done.returncode == 0, done.stderr
    keng.env["KENG_DATABASE_URL"] = to


@pytest.mark.timeout(300)
def test_what_was_under_way_goes_on_once_in_the_new_store(keng: Keng, to: str) -> None:
    """Without the workflow library's own file: the tables say what is left to do."""
    upgrade(old(keng))
    asyncio.run(in_full_flight(old(keng)))
    moved(keng, to)
    goes_on_once(keng.start())


@pytest.mark.timeout(300)
def test_what_the_library_had_begun_is_finished_in_the_old_store_first(keng: Keng, to: str) -> None:
    upgrade(old(keng))
    asyncio.run(in_full_flight(old(keng)))
    begun_and_killed(keng)
    refused = keng.command("move-store", "--to", to)
    assert (refused.returncode, "2 pieces of work are not finished" in refused.stderr) == (1, True), refused.stderr
    goes_on_once(keng.start())
    refused = keng.command("move-store", "--to", to)
    assert (refused.returncode, "stop it first" in refused.stderr) == (1, True), refused.stderr
    keng.service.stop()
    moved(keng, to)
    keng.start_service()
    goes_on_once(keng)


@pytest.mark.timeout(300)
def test_an_approval_that_waited_in_the_old_store_is_acted_on_in_the_new_one(keng: Keng, to: str) -> None:
    opened = keng.start().open("Nước máy có mùi dầu ở phường Sông Thượng", location={"text": "phường Sông Thượng"})
    _press(keng, DUTY, TRUC, "Tiếp nhận", opened["code"])
    _press(keng, PHAT, PHAT, "Duyệt", opened["code"])
    question = until(lambda: keng.phones.with_button(PHAT, "Đúng, duyệt bản này"), "the question")
    until(lambda: not _under_way(keng), "the end of what was pressed before")
    keng.service.kill()
    keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", question["id"], wait=0)
    asyncio.run(_received(keng, _fetched(keng)))  # a process stores what it received, and dies before it carries it out
    before = _hash(keng.folder / "data" / "keng.db")
    moved(keng, to)
    assert _hash(keng.folder / "data" / "keng.db") == before
    keng.start_service()

    def posts() -> list[str]:
        return [m["text"] for m in keng.phones.messages(CHANNEL)]

    until(lambda: posts() and keng.feed(), "the approved words in public", 60)
    whole = keng.incident(opened["id"])
    assert posts() == [whole["versions"][-1]["texts"]["vi/full"]] == [item["content_text"] for item in keng.feed()]
    assert len([e for e in whole["timeline"] if e["details"].get("outcome") == "approved"]) == 1
    until(lambda: {d["state"] for d in keng.incident(opened["id"])["deliveries"]} == {"sent"}, "the deliveries' end")
    assert keng.audit_is_whole()


def _press(keng: Keng, chat: int, user: int, label: str, code: str) -> None:
    card = until(lambda: keng.phones.with_button(chat, label, code), f"the button {label}")
    keng.phones.press(chat, user, label, card["id"])


def _under_way(keng: Keng) -> list[str]:
    with open_to_read(sync_url(f"sqlite:///{keng.folder / 'data' / 'workflows.db'}")) as connection:
        return work(connection, unfinished=True)


def _fetched(keng: Keng) -> Sequence[dict[str, Any]]:
    answer = httpx.get(f"{keng.phones.http.base_url}/bot{TOKEN}/getUpdates", params={"timeout": 0})
    updates: Sequence[dict[str, Any]] = answer.json()["result"]
    return updates


async def _received(keng: Keng, updates: Sequence[dict[str, Any]]) -> None:
    database = Database(old(keng))
    async with database.write() as tx:
        new = await telegram_inbox.keep(tx, updates, datetime.now(UTC))
        assert await telegram_inbox.undone(tx) == new != []
    await database.close()


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
