"""Nothing that was accepted stays lying because something failed once: alerts, acts and deliveries begin again."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.model import commands as c
from bot.model.alert import Alert
from bot.model.reasons import Reason
from bot.store import alerts, statements
from bot.store.database import StoreUnavailable
from bot.store.ids import new_id
from index import Query
from tests.approval.office import TRUC, act
from tests.village import SameForAll, Village, village

__all__ = ["village"]


async def store(village: Village, title: str) -> str:
    made = Alert(new_id(village.clock.now()), "default", title, village.clock.now())
    village.clock.advance(seconds=1)
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    return made.id


async def incident_of(village: Village, alert_id: str) -> str | None:
    async with village.database.read() as tx:
        stored = await alerts.get(tx, alert_id)
    return stored.incident_id if stored else None


async def placed(village: Village, alert_id: str) -> None:
    async with asyncio.timeout(10):
        while await incident_of(village, alert_id) is None:
            await asyncio.sleep(0.01)


async def test_an_alert_that_cannot_be_placed_does_not_hold_up_those_behind_it(
    village: Village, monkeypatch: Any
) -> None:
    def stumbles(self: SameForAll, query: Query) -> Any:
        if "Cháy" in query.title:
            raise RuntimeError("cannot be read")
        return read(self, query)

    read = SameForAll.read
    monkeypatch.setattr(SameForAll, "read", stumbles)
    poison = await store(village, "Cháy chợ")
    good = await store(village, "Nước máy có mùi dầu")
    placing = asyncio.create_task(village.story.place_waiting_alerts())
    await placed(village, good)
    assert await incident_of(village, poison) is None
    placing.cancel()


async def test_an_alert_whose_opening_failed_is_opened_when_it_can_be(village: Village, monkeypatch: Any) -> None:
    from bot.approval import opening

    troubles = [StoreUnavailable("database is locked")]
    open_incident = opening.open_incident

    async def fails(*args: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return await open_incident(*args)

    monkeypatch.setattr(opening, "open_incident", fails)
    alert = await store(village, "Nước máy có mùi dầu")
    placing = asyncio.create_task(village.story.place_waiting_alerts())
    await village.until(lambda: not troubles)
    for _ in range(3):
        village.clock.advance(minutes=2)
        await village.story.sweep()
        await asyncio.sleep(0.1)
    await placed(village, alert)
    placing.cancel()


async def test_a_delivery_that_could_not_begin_begins_when_it_can(village: Village, monkeypatch: Any) -> None:
    from bot.approval import publication

    troubles = [StoreUnavailable("database is locked"), StoreUnavailable("database is locked")]
    claim = publication.claim

    async def fails(*args: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return await claim(*args)

    monkeypatch.setattr(publication, "claim", fails)
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.until(lambda: not troubles)
    await asyncio.sleep(0.1)
    village.clock.advance(minutes=2)
    await village.story.sweep()
    await village.settled(incident_id, newsroom="sent", square="sent")
    assert (len(village.newsroom.heard), len(village.square.heard)) == (1, 1)
    assert village.room.questions == []


async def test_a_sweep_leaves_alone_what_is_being_done(village: Village) -> None:
    incident_id = await village.alert()
    calling, answered = asyncio.Event(), asyncio.Event()
    publish = village.square.publish

    async def slowly(publication: Any) -> str:
        calling.set()
        await answered.wait()
        return await publish(publication)

    village.square.publish = slowly
    await village.approve(incident_id)
    await calling.wait()
    await village.story.sweep()
    await village.story.sweep()
    answered.set()
    await village.settled(incident_id, newsroom="sent", square="sent")
    assert (len(village.square.heard), village.room.questions) == (1, [])


async def test_an_act_that_cannot_be_carried_out_is_answered_and_not_tried_for_ever(
    village: Village, monkeypatch: Any
) -> None:
    from bot.approval import acts

    incident_id = await village.alert()
    pressed = act(TRUC, c.Acknowledge(incident_id), "tg:77")

    async def fails(*_args: Any) -> Any:
        village.room.acts["tg:77"] = pressed  # the transaction rolls back
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(acts, "perform", fails)
    village.room.acts["tg:77"] = pressed
    await village.story.act_arrived("telegram", "tg:77")
    await village.until(lambda: len(village.room.toasts) == 1)
    assert village.room.toasts[0].reason is Reason.ACT_FAILED
    assert village.room.acts == {}


async def test_an_act_that_the_store_could_not_take_is_carried_out_by_a_sweep(
    village: Village, monkeypatch: Any
) -> None:
    incident_id = await village.alert()
    pressed = act(TRUC, c.Acknowledge(incident_id), "tg:77")
    troubles = [RuntimeError("no store"), RuntimeError("still no store")]
    take = village.room.take

    async def fails(*args: Any) -> Any:
        if troubles:
            raise troubles.pop()
        return await take(*args)

    monkeypatch.setattr(village.room, "take", fails)
    village.room.acts["tg:77"] = pressed
    await village.story.act_arrived("telegram", "tg:77")
    await village.until(lambda: not troubles)
    await asyncio.sleep(0.1)
    village.clock.advance(minutes=2)
    await village.story.sweep([("telegram", "tg:77")])
    await village.until(lambda: len(village.room.toasts) == 1)
    assert village.room.toasts[0].reason is Reason.ACKNOWLEDGED


async def test_a_refused_delivery_says_why_on_the_record(village: Village) -> None:
    from bot.outlets.base import NotDelivered
    from bot.store import audit

    village.square.trouble = [(False, NotDelivered("need administrator rights", retry_after=None))]
    incident_id = await village.alert()
    await village.approve(incident_id)
    await village.settled(incident_id, newsroom="sent", square="failed")
    async with village.database.read() as tx:
        said = [e.event.details.get("why") async for e in audit.entries(tx, incident_id) if e.event.act == "deliver"]
        assert (await statements.current(tx, incident_id)) is not None
    assert "need administrator rights" in said
