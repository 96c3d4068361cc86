"""/baodong: a person reports a matter; an alert of the feed ``chat``; who said it is on the record."""

from __future__ import annotations

import pytest

from bot.approval import acts
from bot.approval.reporting import read_report
from bot.model import commands as c
from bot.model.alert import AlertKind, AlertStatus
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.store import alerts
from bot.store.alerts import StoredAlert
from bot.store.database import Database
from tests.approval.office import KHACH, TRUC, act, desk
from tests.conftest import MovableClock


async def says(database: Database, clock: MovableClock, who: int, command: c.Command) -> tuple[Outcome, str]:
    async with database.write() as tx:
        made = act(who, command)
        outcome = await acts.perform(tx, desk(clock.now()), made)
        event = acts.audit_event(made, desk(clock.now()).who(made.actor), outcome, clock.now())
    return outcome, f"{event.actor} {dict(event.details)}"


async def stored(database: Database) -> list[StoredAlert]:
    async with database.read() as tx:
        found = [await alerts.get(tx, alert_id) for alert_id in await alerts.unplaced(tx)]
    return [one for one in found if one]


@pytest.mark.parametrize(
    "words",
    [
        "Cá chết trắng sông; ở xã Suối Vàng; https://bao.example.vn/ca",
        "Cá chết trắng sông\nxã Suối Vàng\nhttps://bao.example.vn/ca",
        "Cá chết trắng sông https://bao.example.vn/ca | tại xã Suối Vàng",
    ],
)
def test_what_where_and_links_are_found_in_a_line_or_in_lines(words: str) -> None:
    said = read_report(words)
    assert (said["title"], said["location"]["text"]) == ("Cá chết trắng sông", "xã Suối Vàng")
    assert said["sources"] == [{"url": "https://bao.example.vn/ca"}]
    assert said["status"] == "actual"


@pytest.mark.parametrize("prefix", ["Diễn tập: ", "DIỄN TẬP - ", "dien tap "])
def test_a_drill_says_so_first(prefix: str) -> None:
    said = read_report(prefix + "Cháy chợ; phường Sông Thượng")
    assert (said["status"], said["title"]) == ("exercise", "Cháy chợ")


async def test_a_report_is_an_alert_of_the_chat_and_the_reporter_is_in_the_log_alone(
    database: Database, clock: MovableClock
) -> None:
    outcome, logged = await says(database, clock, TRUC, c.Report("Cá chết; xã Suối Vàng"))
    (kept,) = await stored(database)
    assert outcome.reason is Reason.REPORTED
    assert (kept.alert.feed, kept.alert.kind, kept.alert.status) == ("chat", AlertKind.MANUAL, AlertStatus.ACTUAL)
    assert kept.alert.location.text == "xã Suối Vàng"
    reporter = logged.split()[0]
    assert kept.alert.id in logged
    assert reporter not in repr(kept.alert)


async def test_a_stranger_reports_nothing(database: Database, clock: MovableClock) -> None:
    for command in (c.Report("Cá chết"), c.AskReport()):
        assert (await says(database, clock, KHACH, command))[0].reason is Reason.NOT_ENROLLED
    assert await stored(database) == []


async def test_a_marked_report_is_refused_and_kept_nowhere(database: Database, clock: MovableClock) -> None:
    outcome, logged = await says(database, clock, TRUC, c.Report("Kế hoạch di dời; Văn bản MẬT số 7"))
    assert outcome.reason is Reason.MARKED_SECRET
    assert outcome.refused
    assert "di dời" not in logged
    assert await stored(database) == []


async def test_a_report_without_words_is_asked_for(database: Database, clock: MovableClock) -> None:
    assert (await says(database, clock, TRUC, c.AskReport()))[0].reason is Reason.ASK_REPORT
    assert (await says(database, clock, TRUC, c.Report("https://bao.example.vn/a")))[0].reason is Reason.TEXT_EMPTY
