"""``keng quarantine``: what was not understood is seen, read again after the mapping was mended, or let go."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.assembly.feeds import feed_configs
from bot.intake import FeedConfig, retrying
from bot.intake.parcel import open_parcel
from bot.intake.receiving import receive_one
from bot.model.clock import SystemClock
from bot.settings import load_settings
from bot.store import alerts, audit, quarantine, schema
from bot.store.database import Database, Tx
from bot.store.quarantine import Quarantined, QuarantineState
from tests.cli.commands import keng_beside
from tests.intake.conftest import INTAKE, OpenDoor, open_door
from tests.intake.formats.reading import sample

__all__ = ["open_door"]

MAPPED = "feeds: {v: {format: mapping, mapping: {title: TITLE, summary: noi_dung}}, default: {}}"


@pytest.fixture
def here(tmp_path: Path, database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATABASE_URL", database_url)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path))
    (tmp_path / "keng.yaml").write_text(MAPPED.replace("TITLE", "sai_ten"), encoding="utf-8")
    return tmp_path


async def lines(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await keng_beside(*arguments, "--json")).stdout.splitlines()]


async def send(open_door: OpenDoor, feed: str, *items: dict[str, Any]) -> None:
    door = await open_door(**feed_configs(load_settings()))
    clock = door.server.app[INTAKE].clock
    for item in items:
        clock.advance(seconds=1)
        assert (await door.post(f"/v1/feeds/{feed}", json=item)).status == 422


async def test_a_mended_mapping_turns_what_waits_into_alerts(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    await send(open_door, "v", {"tieu_de": "Cá chết"}, {"tieu_de": "Nước đen"}, {"khac": 1})
    assert len(await lines("quarantine", "list", "--feed", "v")) == 3
    assert (await keng_beside("quarantine", "retry", "--feed", "v")).exit_code == 1
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    again = await lines("quarantine", "retry", "--feed", "v")
    assert [line["outcome"] for line in again] == ["accepted", "accepted", "quarantined"]
    async with database.read() as tx:
        titles = [(await alerts.get(tx, alert_id)).alert.title for alert_id in await alerts.unplaced(tx)]
        settled = await quarantine.get(tx, again[0]["id"])
        acts = [entry.event.act async for entry in audit.entries(tx)]
    assert titles == ["Cá chết", "Nước đen"]
    assert settled is not None
    assert (settled.state, settled.alert_id, settled.raw) == (QuarantineState.RETRIED, again[0]["alert"], b"")
    assert acts.count("retry_quarantine") == 2
    assert len(await lines("quarantine", "list")) == 1


LISTED = "feeds: {v: {format: mapping, mapping: {items: PATH, title: tieu_de, id: ma}}}"


async def keep_a_moved_list(here: Path, open_door: OpenDoor, *items: dict[str, Any]) -> str:
    """The vendor moved its list: the body waits as a whole. Returns its id; the path was mended since."""
    (here / "keng.yaml").write_text(LISTED.replace("PATH", "ket_qua"), encoding="utf-8")
    await send(open_door, "v", {"du_lieu": {"ket_qua": list(items)}})
    (waiting,) = await lines("quarantine", "list")
    (here / "keng.yaml").write_text(LISTED.replace("PATH", "du_lieu.ket_qua"), encoding="utf-8")
    return str(waiting["id"])


async def test_a_body_whose_list_was_moved_becomes_all_of_its_alerts(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    waiting = await keep_a_moved_list(
        here,
        open_door,
        {"tieu_de": "Cá chết", "ma": 1},
        {"tieu_de": "Nước đen", "ma": 2},
        {"tieu_de": "Cá chết", "ma": 1},
    )
    said = await keng_beside("quarantine", "retry", waiting)
    assert said.exit_code == 0, said.output
    assert [line.split()[:2] for line in said.stdout.splitlines()] == [
        [waiting, "accepted"],
        [waiting, "accepted"],
        [waiting, "duplicate"],
    ]
    assert "3 of 3 understood" in said.stderr
    async with database.read() as tx:
        first, second = [await alerts.get(tx, alert_id) for alert_id in await alerts.unplaced(tx)]
        settled = await quarantine.get(tx, waiting)
        (act,) = [entry.event async for entry in audit.entries(tx)]
    assert first is not None and second is not None and settled is not None
    assert (first.alert.title, second.alert.title) == ("Cá chết", "Nước đen")
    assert first.alert.id in said.stdout and second.alert.id in said.stdout
    assert (settled.state, settled.alert_id, settled.raw) == (QuarantineState.RETRIED, first.alert.id, b"")
    assert settled.settled_at == act.at
    assert act.details["items"] == {waiting: "2 accepted, 1 duplicate"}


async def test_what_is_still_not_understood_of_a_body_waits_by_itself(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    waiting = await keep_a_moved_list(here, open_door, {"tieu_de": "Cá chết"}, {"ma": 7})
    first, left = await lines("quarantine", "retry", waiting)
    assert [first["outcome"], left["outcome"]] == ["accepted", "quarantined"]
    assert (left["alert"], first["waits_as"]) == (None, None)
    (again,) = await lines("quarantine", "list")
    assert again["id"] == left["waits_as"] != waiting
    assert "title" in again["reason"]
    (here / "keng.yaml").write_text(LISTED.replace("PATH", "x").replace("tieu_de", "to_string(ma)"), encoding="utf-8")
    (last,) = await lines("quarantine", "retry", "--all")
    assert last["outcome"] == "accepted"
    async with database.read() as tx:
        assert len(await alerts.unplaced(tx)) == 2  # nothing that was understood before came twice
        acts = [entry.event.act async for entry in audit.entries(tx)]
    assert acts == ["retry_quarantine", "retry_quarantine"]


async def test_a_body_of_which_nothing_is_understood_stays_as_it_is(here: Path, open_door: OpenDoor) -> None:
    waiting = await keep_a_moved_list(here, open_door, {"ma": 7}, {"ma": 8})
    said = await lines("quarantine", "retry", waiting)
    assert [(line["id"], line["outcome"], line["waits_as"]) for line in said] == [(waiting, "quarantined", waiting)] * 2
    assert [line["id"] for line in await lines("quarantine", "list")] == [waiting]


async def test_a_body_of_too_many_alerts_says_so_and_waits(here: Path, open_door: OpenDoor) -> None:
    waiting = await keep_a_moved_list(here, open_door, *[{"tieu_de": str(n)} for n in range(1001)])
    (said,) = await lines("quarantine", "retry", waiting)
    assert (said["outcome"], said["waits_as"]) == ("quarantined", waiting)
    assert "1001" in said["reason"] and "1000" in said["reason"]


async def test_what_shows_a_mark_of_secrecy_when_it_is_read_is_forgotten(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    waiting = await keep_a_moved_list(here, open_door, {"tieu_de": "Cá chết"})
    hidden = json.dumps({"du_lieu": {"ket_qua": [{"tieu_de": "TỐI MẬT: sơ tán"}]}}).encode()
    async with database.write() as tx:  # as if an earlier version had not seen it
        await tx.execute(update(schema.quarantine).values(raw=hidden))
    (said,) = await lines("quarantine", "retry", waiting)
    assert (said["outcome"], said["alert"], said["waits_as"]) == ("refused", None, None)
    async with database.read() as tx:
        gone = await quarantine.get(tx, waiting)
        acts = [entry.event.act async for entry in audit.entries(tx)]
    assert gone is not None
    assert (gone.state, gone.raw) == (QuarantineState.EXPIRED, b"")
    assert acts == ["refuse_secret", "retry_quarantine"]


LETTERS = "feeds: {thu: {format: mail, mail: {folder: thu, senders: [SENDER]}}}"


async def test_a_letter_is_let_in_when_its_sender_is_added(here: Path, database: Database) -> None:
    (here / "keng.yaml").write_text(LETTERS.replace("SENDER", "'@other.example'"), encoding="utf-8")
    config = feed_configs(load_settings())["thu"]
    async with database.write() as tx:
        await receive_one(tx, open_parcel("thu", config, sample("mail/plain.eml"), {}, SystemClock().now()))
    (waiting,) = await lines("quarantine", "list")
    assert "truc" not in (await keng_beside("quarantine", "show", waiting["id"])).output
    assert (await keng_beside("quarantine", "retry", waiting["id"])).exit_code == 1
    (here / "keng.yaml").write_text(LETTERS.replace("SENDER", "truc@vnpt.example"), encoding="utf-8")
    (let_in,) = await lines("quarantine", "retry", waiting["id"])
    assert let_in["outcome"] == "accepted"
    async with database.read() as tx:
        kept = (await tx.execute(select(schema.alerts.c.raw))).scalar_one()
    assert b"hash" not in kept


async def test_an_item_is_read_again_once(here: Path, open_door: OpenDoor, database: Database) -> None:
    await send(open_door, "v", {"tieu_de": "Cá chết"})
    (item,) = await lines("quarantine", "list")
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    assert (await keng_beside("quarantine", "retry", item["id"])).exit_code == 0
    assert "does not wait" in (await keng_beside("quarantine", "retry", item["id"])).output
    async with database.read() as tx:
        assert len(await alerts.unplaced(tx)) == 1


async def test_what_is_let_go_is_forgotten_but_its_reason_stays(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    await send(open_door, "default", {"title": 7})
    (item,) = await lines("quarantine", "list")
    assert '{"title":7}' in (await keng_beside("quarantine", "show", item["id"])).stdout
    assert (await keng_beside("quarantine", "expire", item["id"])).exit_code == 0
    async with database.read() as tx:
        gone = await quarantine.get(tx, item["id"])
    assert gone is not None
    assert (gone.state, gone.raw) == (QuarantineState.EXPIRED, b"")
    assert "title" in gone.reason
    assert await lines("quarantine", "list") == []


async def test_one_item_is_shown_to_programs_whole(here: Path, open_door: OpenDoor) -> None:
    await send(open_door, "v", {"tieu_de": "Cá chết"})
    (listed,) = await lines("quarantine", "list")
    (shown,) = await lines("quarantine", "show", listed["id"])
    assert shown == listed | {"state": "waiting", "alert": None, "kept": '{"tieu_de":"Cá chết"}'}


async def test_nothing_happens_to_what_nobody_named(here: Path, open_door: OpenDoor) -> None:
    await send(open_door, "default", {"title": 7})
    assert (await keng_beside("quarantine", "retry")).exit_code == 2
    assert (await keng_beside("quarantine", "expire")).exit_code == 2
    assert len(await lines("quarantine", "list")) == 1


async def test_all_that_waits_is_read_again_in_turns_between_which_others_may_write(
    here: Path, open_door: OpenDoor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.quarantine.TURN_SECONDS", -1)
    await send(open_door, "v", *({"tieu_de": f"Cá chết {number}"} for number in range(3)))
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    done = await keng_beside("quarantine", "retry", "--all")
    assert (done.exit_code, "3 of 3 understood" in done.stderr) == (0, True), done.output
    async with database.read() as tx:
        record = [entry.event async for entry in audit.entries(tx)]
    turns = [event.details["items"] for event in record if event.act == "retry_quarantine"]
    assert [list(turn.values()) for turn in turns] == [["accepted"]] * 3


async def test_what_was_read_again_before_an_interruption_stays_read(
    here: Path, open_door: OpenDoor, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.quarantine.TURN_SECONDS", -1)
    await send(open_door, "v", {"tieu_de": "Một"}, {"tieu_de": "Hai"}, {"tieu_de": "Ba"})
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    read_again = retrying.retry

    async def interrupted(tx: Tx, feed: FeedConfig, item: Quarantined, at: datetime) -> Any:
        if b"Hai" in item.raw:
            raise KeyboardInterrupt
        return await read_again(tx, feed, item, at)

    monkeypatch.setattr(retrying, "retry", interrupted)
    stopped = await keng_beside("quarantine", "retry", "--feed", "v")
    assert "accepted" in stopped.stdout, "what was done is told"
    async with database.read() as tx:
        assert await quarantine.counts(tx) == {"v": 2}
