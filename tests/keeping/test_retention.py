"""Each kind of data goes when its time is over, not a day before; what is open or under way stays, and the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import func, insert, select, update

from bot.approval import factor_links as enrolling
from bot.keeping.retention import EVERY, Keeping
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import AuditEvent
from bot.model.incident import IncidentState
from bot.model.person import Assignment, Role
from bot.model.reach import LetterState
from bot.model.signoff import Ticket
from bot.settings.retention import Retention
from bot.store import (
    alerts,
    audit,
    email_letters,
    incidents,
    personal_letters,
    receipts,
    signoff,
    sketches,
    telegram_inbox,
    telegram_outbox,
)
from bot.store.database import Database
from bot.store.schema import alerts as alerts_table
from bot.store.schema import incident_sketches, webhook_receipts
from bot.store.schema_email import email_letters as letters_table
from bot.store.schema_email import signoff_acts, signoff_tickets
from bot.store.schema_factors import factor_links
from bot.store.schema_factors import personal_letters as letters_to_one
from bot.store.schema_telegram import telegram_chats, telegram_prompts, telegram_updates
from bot.store.schema_telegram import telegram_outbox as outbox_table
from bot.store.signoff import SignoffAct
from bot.store.telegram_inbox import Shown, Target
from bot.story.durable import forget_finished_work
from tests.approval.office import PHAT, TRUC, person
from tests.conftest import MovableClock
from tests.store.samples import an_incident
from tests.village import Village, village

__all__ = ["village"]

UPKEEPS = ("raw_days", "quarantine_days")

KIND_OF_TABLE = {
    "receipts": webhook_receipts,
    "sketches": incident_sketches,
    "inbox": telegram_updates,
    "outbox": outbox_table,
    "letters": signoff_tickets,
}


async def nothing_to_forget(_before: datetime) -> int:
    return 0


def keeping(database: Database, clock: MovableClock, **days: int) -> Keeping:
    forever: dict[str, Any] = {name: None for name in Retention.model_fields if name not in UPKEEPS}
    return Keeping(database, clock, Retention(**{**forever, **days}), nothing_to_forget)


async def rows(database: Database, table: Any) -> int:
    async with database.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture
async def closed(database: Database, clock: MovableClock) -> str:
    """An incident that ended today, with one of everything about it; returns its id."""
    now = clock.now()
    incident = an_incident()
    ticket = Ticket("t1", "p102", "phat@example.vn", incident.id, 1, "0" * 64, now, now + timedelta(hours=24))
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await sketches.put(tx, incident.id, {"words": []}, b"v")
        await receipts.add(tx, [receipts.NewReceipt("default", "w1", "0" * 64, {"results": []}, now)])
        made = Alert("a1", "default", "Nước máy có mùi dầu", now)
        await alerts.add(tx, made, b'{"title": "secret"}', "0" * 64)
        await alerts.place(tx, "a1", incident.id, AlertOutcome.OPENED, "new_matter", now)
        await telegram_inbox.keep(tx, [{"update_id": 1, "message": {"text": "xin chào"}}], now)
        await telegram_inbox.mark_done(tx, 1, now)
        await tx.execute(insert(telegram_chats).values(key="duty", chat_id=-1, reachable=True, changed_at=now))
        for key in ("m1", "m2"):
            prompt = Shown(Target.EDIT, incident.id, 1)
            await telegram_outbox.enqueue(tx, key, "duty", {"method": "sendMessage", "params": {}}, now, prompt)
        await tx.execute(update(outbox_table).values(state="sent"))
        await email_letters.add(tx, ticket, "telegram", "refused", None, now)
        await email_letters.settle(tx, "t1", LetterState.SENT, now)
        await signoff.receive(tx, SignoffAct("s1", "t1", "p102", "approve", "", "", now))
        await signoff.take(tx, "s1", now)
        await audit.append(tx, AuditEvent("edit", "p1", now))
        assert await incidents.enter(tx, incident.id, IncidentState.ACCEPTED, "p101", now)
        assert await incidents.enter(tx, incident.id, IncidentState.RESPONDING, "p101", now)
        assert await incidents.enter(tx, incident.id, IncidentState.CLOSED, "p101", now)
    return incident.id


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("receipt_days", "receipts"),
        ("sketch_days", "sketches"),
        ("inbox_days", "inbox"),
        ("outbox_days", "outbox"),
        ("letter_days", "letters"),
    ],
)
async def test_each_kind_goes_when_its_days_are_over_and_not_before(
    database: Database, clock: MovableClock, closed: str, setting: str, kind: str
) -> None:
    kept = keeping(database, clock, **{setting: 10})
    before = await rows(database, KIND_OF_TABLE[kind])
    clock.advance(days=9, hours=23)
    assert await kept.sweep() == {}
    assert await rows(database, KIND_OF_TABLE[kind]) == before
    clock.advance(hours=2)
    assert await kept.sweep() == {kind: 1}
    assert await rows(database, KIND_OF_TABLE[kind]) == before - 1
    assert await kept.sweep() == {}


async def test_a_letter_goes_with_its_link_and_what_was_sent_by_it(
    database: Database, clock: MovableClock, closed: str
) -> None:
    clock.advance(days=11)
    await keeping(database, clock, letter_days=10).sweep()
    assert [await rows(database, table) for table in (signoff_tickets, letters_table, signoff_acts)] == [0, 0, 0]


async def test_links_by_which_factors_were_enrolled_go_with_their_letters(
    database: Database, clock: MovableClock
) -> None:
    now = clock.now()
    phat = replace(person(PHAT, "Phát", Assignment(Role.REGULAR)), email="phat@example.vn")
    async with database.write() as tx:
        await enrolling.issue(tx, phat, [], "cli:root", now)
        await personal_letters.add(tx, "told", phat.id, "phat@example.vn", "factor_begun", {}, now)
    clock.advance(days=11)
    gone = await keeping(database, clock, letter_days=10).sweep()
    assert gone == {"factor_links": 1, "personal_letters": 1}
    assert [await rows(database, table) for table in (factor_links, letters_to_one)] == [0, 0]


async def test_what_is_open_or_under_way_stays_however_old(
    database: Database, clock: MovableClock, closed: str
) -> None:
    now = clock.now()
    async with database.write() as tx:
        incident = await incidents.get(tx, closed)
        assert incident is not None
        assert await incidents.reopen(tx, incident, IncidentState.RESPONDING, "p101", now)
        await tx.execute(update(outbox_table).where(outbox_table.c.key == "m1").values(state="queued"))
        await tx.execute(update(telegram_updates).values(done_at=None))
        await tx.execute(update(alerts_table).values(placed_at=None))
    clock.advance(days=4000)
    everything = dict.fromkeys(("sketch_days", "inbox_days", "outbox_days", "letter_days"), 1)
    assert await keeping(database, clock, **everything).sweep() == {}
    assert await rows(database, telegram_prompts) == 2


async def test_null_keeps_a_kind_for_ever_and_the_record_is_never_touched(
    database: Database, clock: MovableClock, closed: str
) -> None:
    clock.advance(days=30_000)
    assert await keeping(database, clock).sweep() == {}
    gone = await Keeping(database, clock, Retention(), nothing_to_forget).sweep()
    assert set(gone) == set(KIND_OF_TABLE)
    async with database.read() as tx:
        entries = [entry async for entry in audit.entries(tx)]
        assert await audit.check(tx, None) == 2
    assert [e.event.act for e in entries] == ["edit", "retention"]
    assert entries[1].event.details == gone


async def test_it_sweeps_at_the_start_and_then_once_an_hour(
    database: Database, clock: MovableClock, closed: str
) -> None:
    kept = keeping(database, clock, inbox_days=1, receipt_days=2)
    clock.advance(days=1, minutes=1)
    await kept.sweep_if_due()
    assert (await rows(database, telegram_updates), await rows(database, webhook_receipts)) == (0, 1)
    clock.advance(days=1)
    await kept.sweep_if_due()
    assert await rows(database, webhook_receipts) == 0
    async with database.write() as tx:
        await telegram_inbox.keep(tx, [{"update_id": 2}], clock.now() - timedelta(days=9))
        await telegram_inbox.mark_done(tx, 2, clock.now() - timedelta(days=9))
    await kept.sweep_if_due()
    assert await rows(database, telegram_updates) == 1
    clock.advance(seconds=EVERY.total_seconds())
    await kept.sweep_if_due()
    assert await rows(database, telegram_updates) == 0


async def test_the_history_of_finished_work_goes_and_what_was_done_is_not_done_again(village: Village) -> None:
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="sent")
    await village.does(TRUC, c.Acknowledge(incident_id))
    await village.at_rest()

    async def histories() -> int:
        return len(await DBOS.list_workflows_async(load_input=False, load_output=False))

    before = await histories()
    assert before >= 5
    real = datetime.now(village.clock.now().tzinfo)
    assert await forget_finished_work(real - timedelta(days=1)) == 0
    assert await forget_finished_work(real + timedelta(days=1)) == before
    assert await histories() == 0
    village.clock.advance(minutes=5)
    async with village.database.read() as tx:
        ids = list((await tx.execute(select(alerts_table.c.id))).scalars())
    assert not any([await village.story.place_alert(alert_id) for alert_id in ids])
    await village.story.sweep([("telegram", "tg:1")])
    await village.story.sweep()
    assert len(village.newsroom.heard) == len(village.square.heard) == 1
    assert (await village.does(PHAT, c.Acknowledge(incident_id))).refused
