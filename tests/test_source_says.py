"""What the sender itself says about its alerts: an update joins, a withdrawal is noted and told, no more."""

from __future__ import annotations

from bot.model.alert import Alert, AlertPhase, AlertStatus
from bot.model.incident import IncidentState
from bot.model.reasons import Escalation
from bot.store import alerts, audit, incidents
from bot.store.ids import new_id
from tests.village import Village, village

__all__ = ["village"]

FLOOD, FIRE = "Hồ Khe Đá mở 2 cửa xả", "Cháy kho hàng ở phường Sông Thượng, khói bốc cao"


async def acts(village: Village, incident_id: str) -> list[str]:
    async with village.database.read() as tx:
        return [entry.event.act async for entry in audit.entries(tx, incident_id)]


async def test_an_update_joins_the_matter_it_names_whatever_it_says(village: Village) -> None:
    opened = await village.alert(FLOOD, source_id="tv,7")
    update = await village.alert(FIRE, source_id="tv,8", phase=AlertPhase.UPDATE, refers_to=("tv,7",))
    third = await village.alert(FIRE, source_id="tv,9", phase=AlertPhase.UPDATE, refers_to=("tv,8",))
    assert opened == update == third


async def test_reports_of_one_thread_are_one_matter(village: Village) -> None:
    opened = await village.alert(FLOOD, source_id="a#1", thread="a")
    assert await village.alert(FIRE, source_id="a#2", thread="a") == opened


async def test_a_withdrawal_is_noted_and_told_and_dismisses_nothing(village: Village) -> None:
    opened = await village.alert(FLOOD, source_id="tv,7")
    same = await village.alert("Hủy", source_id="tv,9", phase=AlertPhase.CANCELLED, refers_to=("tv,7",))
    assert same == opened
    async with village.database.read() as tx:
        incident = await incidents.get(tx, opened)
    assert incident is not None
    assert incident.state is IncidentState.NEW
    assert incident.growth.alerts == 1
    assert "source_cancelled" in await acts(village, opened)
    ((reader, notice),) = [told for told in village.room.told.values() if told[1].reason is Escalation.SOURCE_CANCELLED]
    assert (reader, notice.people) == ("room", ("default",))


async def test_resolved_is_noted_and_wakes_nobody(village: Village) -> None:
    opened = await village.alert(FLOOD, source_id="a#1", thread="a")
    await village.alert(FLOOD, source_id="a#2", thread="a", phase=AlertPhase.RESOLVED)
    assert "source_resolved" in await acts(village, opened)
    assert not village.room.told


async def test_a_withdrawal_waits_for_its_alert_and_opens_nothing(village: Village) -> None:
    made = Alert(
        id=new_id(village.clock.now()),
        feed="default",
        title="Hủy",
        received_at=village.clock.now(),
        source_id="tv,9",
        phase=AlertPhase.CANCELLED,
        refers_to=("tv,7",),
    )
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    assert not await village.story.place_alert(made.id)
    async with village.database.read() as tx:
        assert await incidents.open_incidents(tx) == []
    opened = await village.alert(FLOOD, source_id="tv,7")
    assert await village.story.place_alert(made.id)
    assert "source_cancelled" in await acts(village, opened)


async def test_a_drill_that_names_a_real_matter_does_not_touch_it(village: Village) -> None:
    real = await village.alert(FLOOD, source_id="tv,7")
    drill = await village.alert(
        FLOOD, source_id="tv,8", status=AlertStatus.EXERCISE, phase=AlertPhase.UPDATE, refers_to=("tv,7",)
    )
    assert drill != real
    assert "join_incident" not in await acts(village, real)


async def test_news_of_a_matter_that_is_over_opens_another(village: Village) -> None:
    from bot.model import commands as c
    from tests.approval.office import TRUC

    opened = await village.alert(FLOOD, source_id="a#1", thread="a")
    await village.does(TRUC, c.FalseAlarm(opened))
    assert await village.alert(FLOOD, source_id="a#2", thread="a") != opened


async def test_another_feeds_name_of_a_matter_is_another_matter(village: Village) -> None:
    opened = await village.alert(FLOOD, source_id="a#1", thread="a")
    made = Alert(
        id=new_id(village.clock.now()),
        feed="other",
        title=FIRE,
        received_at=village.clock.now(),
        source_id="a#2",
        thread="a",
    )
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    async with village.database.read() as tx:
        assert await alerts.find_placed(tx, made) is None
    assert opened
