"""Migrations go up, down and up again, and end at the schema that the code uses."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select

from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from bot.model.watching import LyingTold
from bot.store import bindings, incidents, statements, telegram_cards, telegram_chats, telegram_outbox, watching
from bot.store.database import Database, Tx, sync_url
from bot.store.migrate import downgrade, upgrade
from bot.store.schema import metadata
from bot.store.schema_telegram import telegram_cards as telegram_cards_table
from bot.store.schema_telegram import telegram_chats as telegram_chats_table
from bot.store.schema_telegram import telegram_outbox as telegram_outbox_table
from bot.store.schema_telegram import telegram_prompts
from bot.store.schema_watching import watch_notes
from bot.store.telegram_inbox import Shown, Target
from tests.store.samples import NIGHT, an_incident

T = TypeVar("T")


def test_up_down_and_up_again_ends_at_the_schema(database_url: str) -> None:
    url = database_url
    downgrade(url)
    engine = create_engine(sync_url(url))
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    upgrade(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_whoever_must_miss_no_table_knows_them_all(database_url: str) -> None:
    """Asked in a process of its own, in which nothing else has imported a module of tables."""
    command = [sys.executable, "-c", "from bot.store.whole_schema import metadata; print(*metadata.tables)"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    engine = create_engine(sync_url(database_url))
    assert {*told.stdout.split(), "alembic_version"} == set(inspect(engine).get_table_names())
    engine.dispose()


async def test_what_an_older_release_kept_is_read_after_the_upgrade(database_url: str) -> None:
    url = database_url
    incident, texts = an_incident(), {"vi/full": "Thông tin ban đầu."}
    words = StatementVersion(
        incident_id=incident.id,
        version=1,
        state=StatementState.DRAFT,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.TEMPLATE,
        created_at=NIGHT,
        created_by="system",
        playbook=incident.playbook,
    )
    await _in_store(url, lambda tx: incidents.add(tx, incident))
    await _in_store(url, lambda tx: statements.add_version(tx, words))
    await asyncio.to_thread(downgrade, url, "0001")
    await asyncio.to_thread(upgrade, url)
    assert await _in_store(url, lambda tx: incidents.get(tx, incident.id)) == incident
    assert await _in_store(url, lambda tx: statements.current(tx, incident.id)) == words


async def test_what_people_were_told_before_an_upgrade_or_its_withdrawal_stays_known(database_url: str) -> None:
    url, later = database_url, NIGHT + timedelta(minutes=20)
    lying, quarantine = LyingTold(17, later, NIGHT), watching.ToldNumber(100, later)
    await _in_store(url, lambda tx: watching.put_lying_told(tx, lying))
    await _in_store(url, lambda tx: watching.put_told_number(tx, watching.QUARANTINE_TOLD, quarantine))
    await _in_store(url, lambda tx: watching.put_note(tx, "quarantine_told:100", NIGHT))  # two releases side by side
    await asyncio.to_thread(downgrade, url, "0019")
    assert await _in_store(url, _names_of_notes) == ["lying", "lying_told:17", "quarantine_told:100"]
    await _in_store(url, lambda tx: watching.put_note(tx, "quarantine_told:10", NIGHT))  # an earlier number
    await asyncio.to_thread(upgrade, url)
    assert await _in_store(url, watching.lying_told) == lying
    assert await _in_store(url, lambda tx: watching.told_number(tx, watching.QUARANTINE_TOLD)) == quarantine
    assert await _in_store(url, _names_of_notes) == ["lying", "lying_told", "quarantine_told"]


async def _names_of_notes(tx: Tx) -> list[str]:
    return list((await tx.execute(select(watch_notes.c.name).order_by(watch_notes.c.name))).scalars())


async def test_chats_that_were_kept_under_their_number_become_the_persons_after_the_upgrade(database_url: str) -> None:
    """Phat is at 102 (and was never told so); Mai left 105; Lan has a second account 108; 103 is in the file alone."""
    url, first, second = database_url, an_incident(), an_incident(id="ngoai", code="4M9")

    async def as_it_was(tx: Tx) -> None:
        for incident in (first, second):
            await incidents.add(tx, incident)
        for who, account, days in (("phat", 102, 3), ("mai", 105, 3), ("lan", 108, 3), ("lan", 107, 2)):
            await bindings.bind(tx, who, "telegram", str(account), "cli", NIGHT - timedelta(days=days))
        await bindings.release(tx, "mai", "telegram", "105", "cli", NIGHT)
        for chat in (102, 103, 105, 107, 108, -4001):
            await telegram_chats.add(tx, f"chat:{chat}", chat, NIGHT)
            await telegram_cards.add_card(tx, first.id, f"chat:{chat}")
            shown = Shown(Target.EDIT, first.id, 1)
            await telegram_outbox.enqueue(tx, f"ask:{chat}", f"chat:{chat}", {"method": "sendMessage"}, NIGHT, shown)
        await telegram_chats.set_unreachable(tx, 102, "blocked", NIGHT)
        await telegram_chats.add(tx, "person:lan", 106, NIGHT)
        for incident in (first, second):
            await telegram_cards.add_card(tx, incident.id, "person:lan")

    await _in_store(url, as_it_was)
    await asyncio.to_thread(downgrade, url, "0019")
    await asyncio.to_thread(upgrade, url)

    async def kept(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
        tables = {"chats": telegram_chats_table, "cards": telegram_cards_table, "prompts": telegram_prompts}
        rows = {name: (await tx.execute(select(table))).all() for name, table in tables.items()}
        queued = (await tx.execute(select(telegram_outbox_table))).all()
        return {
            "chats": sorted((r.key, r.chat_id, r.reachable, r.error) for r in rows["chats"]),
            "cards": sorted((r.chat, r.incident_id == first.id) for r in rows["cards"]),
            "prompts": sorted((r.outbox_key, r.chat) for r in rows["prompts"]),
            "outbox": sorted((r.key, r.chat, r.state) for r in queued),
        }

    assert await _in_store(url, kept) == {
        "chats": [
            ("chat:-4001", -4001, True, None),
            ("chat:103", 103, True, None),
            ("chat:105", 105, True, None),
            ("chat:108", 108, True, None),
            ("person:lan", 106, True, None),
            ("person:phat", 102, False, "blocked"),
        ],
        "cards": [
            ("chat:-4001", True),
            ("chat:103", True),
            ("chat:108", True),
            ("person:lan", False),
            ("person:lan", True),
            ("person:phat", True),
        ],
        "prompts": [
            ("ask:-4001", "chat:-4001"),
            ("ask:102", "person:phat"),
            ("ask:103", "chat:103"),
            ("ask:105", "chat:105"),
            ("ask:107", "person:lan"),
            ("ask:108", "chat:108"),
        ],
        "outbox": [
            ("ask:-4001", "chat:-4001", "queued"),
            ("ask:102", "person:phat", "queued"),
            ("ask:103", "chat:103", "queued"),
            ("ask:105", "chat:105", "dead"),
            ("ask:107", "person:lan", "queued"),
            ("ask:108", "chat:108", "queued"),
        ],
    }


async def _in_store(url: str, read: Callable[[Tx], Awaitable[T]]) -> T:
    """Do one thing in a transaction of a process of its own."""
    database = Database(url)
    try:
        async with database.write() as tx:
            return await read(tx)
    finally:
        await database.close()
