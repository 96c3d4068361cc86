"""Regrouping after a storm: a case of more alerts than anybody reads at once stays as large and as late as it is."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import versions
from bot.grouping import absorb, pack
from bot.grouping.growth import grow, opening_growth
from bot.model import commands as c
from bot.model.alert import Alert, Location, Volume
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.store import alerts, incidents, sketches
from bot.store.alerts import NewAlert, Place
from bot.store.ids import new_id
from tests.approval.conftest import Office
from tests.approval.office import NIGHT, TRUC
from tests.approval.steps import incident, titles, vectors
from tests.grouping.readings import direction, heard
from tests.store.samples import an_incident

MANY = 1500
"""More than are read at once (``regrouping._READ``)."""


def an_alert(number: int, where: str = "phường Sông Thượng") -> Alert:
    """The alert of minute ``number``; each measured a hundred mentions more than ten minutes before."""
    at = NIGHT + timedelta(minutes=number)
    volume = Volume(100 + 10 * number, 50, 2 + number / 5)
    return Alert(new_id(at), "default", f"Số {number + 1}", at, volume=volume, location=Location(text=where))


async def a_case(office: Office, code: str, came: list[Alert]) -> Incident:
    """A case as grouping leaves it after these alerts: counted one by one, its sketch with a vector of each end."""
    growth, kept = opening_growth(came[0]), None
    for alert in came[1:]:
        growth = grow(growth, alert)
    for number, alert in enumerate([*came[:1], *came[1:][-7:]]):
        kept = absorb(kept, heard(alert, "water-contamination", direction(number)))
    assert kept is not None
    made = an_incident(code=code, growth=growth)
    async with office.database.write() as tx:
        await incidents.add(tx, made)
        await versions.draft(tx, office.desk, made, by="system")
        await sketches.put(tx, made.id, kept.sketch.to_json(), pack(kept.vectors))
        await alerts.add_all(tx, [NewAlert(alert, b"{}", "0" * 64) for alert in came])
        await alerts.place_joined(tx, [Place(alert.id, made.id, "same_words") for alert in came], NIGHT)
    return made


async def test_a_small_case_that_is_merged_into_a_storm_makes_it_larger_and_no_older(office: Office) -> None:
    storm = await a_case(office, "B40", [an_alert(n) for n in range(MANY)])
    await a_case(office, "N3", [an_alert(n, "xã Mỏ Bạc") for n in (3, 4, 5)])
    assert (await office.does(TRUC, c.Merge("N3", "B40"))).reason is Reason.MERGED
    now = (await incident(office, storm.id)).growth
    assert (now.alerts, now.volume) == (MANY + 3, storm.growth.volume)
    assert (now.first_seen, now.last_seen) == (storm.growth.first_seen, storm.growth.last_seen)
    assert now.places == ("phường Sông Thượng", "xã Mỏ Bạc")


async def test_and_a_storm_that_is_merged_into_a_small_case_brings_all_that_it_was(office: Office) -> None:
    storm = await a_case(office, "B40", [an_alert(n) for n in range(MANY)])
    small = await a_case(office, "N3", [an_alert(n) for n in (3, 4, 5)])
    assert (await office.does(TRUC, c.Merge("B40", "N3"))).reason is Reason.MERGED
    now = (await incident(office, small.id)).growth
    assert (now.alerts, now.volume, now.last_seen) == (MANY + 3, storm.growth.volume, storm.growth.last_seen)


async def test_what_joins_a_storm_is_told_by_the_meaning_of_its_latest_alerts_still(office: Office) -> None:
    storm = await a_case(office, "B40", [an_alert(n) for n in range(MANY)])
    await office.does(TRUC, c.Split("B40", "2"))
    assert await vectors(office, storm.id) == [direction(n).tolist() for n in range(8)]
    done = await office.does(TRUC, c.Split("B40", str(MANY - 1)))
    assert await vectors(office, done.values["new"]) == [direction(7).tolist()], "it goes where its alert went"
    assert await vectors(office, storm.id) == [direction(n).tolist() for n in range(7)]


async def test_any_alert_of_a_storm_can_be_split_off_by_its_number(office: Office) -> None:
    storm = await a_case(office, "B40", [an_alert(n) for n in range(MANY)])
    done = await office.does(TRUC, c.Split("B40", f"1400, {MANY}"))
    assert done.reason is Reason.SPLIT
    assert await titles(office, done.values["new"]) == ["Số 1400", f"Số {MANY}"]
    left, latest = (await incident(office, storm.id)).growth, an_alert(MANY - 2)
    assert (left.alerts, left.last_seen, left.volume) == (MANY - 2, latest.seen_at, latest.volume)
    assert (await incident(office, done.values["new"])).growth.alerts == 2


async def test_what_a_split_takes_out_of_the_middle_leaves_a_storm_as_late_as_it_was(office: Office) -> None:
    came = [an_alert(n, "xã Mỏ Bạc" if n == 600 else "phường Sông Thượng") for n in range(MANY)]
    storm = await a_case(office, "B40", came)
    await office.does(TRUC, c.Split("B40", "601"))
    left = (await incident(office, storm.id)).growth
    assert (left.alerts, left.volume, left.last_seen) == (MANY - 1, storm.growth.volume, storm.growth.last_seen)
    assert left.first_seen == storm.growth.first_seen
    assert left.places == ("phường Sông Thượng",)
