"""An upgrade in the middle of work: today's code on a database that an older release made and left in full flight."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from dbos import DBOSClient
from sqlalchemy import create_engine, insert, inspect, select

from bot.model.alert import Alert, Location
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident, IncidentState
from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from bot.store import alerts, deadlines, deliveries, incidents, statements, telegram_cards, telegram_chats
from bot.store.database import Database, full_url, sync_url
from bot.store.deadlines import DeadlineRow, DeadlineState
from bot.store.ids import new_id
from bot.store.migrate import alembic_config, upgrade
from bot.store.schema import metadata
from tests.acceptance.service import CHANNEL, DUTY, REPOSITORY, Keng, labels, until
from tests.postgres import Server
from tests.store.samples import an_incident

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR_AGO = NOW - timedelta(hours=1)
WORDS = {"vi/full": "Đây là thông tin ban đầu đã được duyệt trước khi nâng cấp.", "vi/short": "Thông tin ban đầu."}
DRAFT = {"vi/full": "Bản thảo chờ duyệt.", "vi/short": "Bản thảo."}


def an_old_incident(code: str, title: str, **fields: Any) -> Incident:
    return an_incident(id=new_id(HOUR_AGO), code=code, title=title, opened_at=HOUR_AGO, level=3, **fields)


APPROVED = an_old_incident("7K2", "Nước máy có mùi dầu ở phường Sông Thượng", state=IncidentState.ACCEPTED)
WAITING = an_old_incident("8M3", "Cá chết trắng sông ở xã Đồi Thông", playbook="environmental-pollution")
ALERT = Alert(
    new_id(HOUR_AGO),
    "default",
    "Mất điện trên diện rộng suốt đêm ở xã An Hòa",
    HOUR_AGO,
    location=Location(text="xã An Hòa"),
)
OUTLETS = ("newsroom", "telegram_channel")
BEGUN = DeliveryKey(APPROVED.id, 1, "newsroom", 1)
"""The delivery that an earlier process began."""


def newest_but_one() -> str:
    """The schema before today's: what most installations have when they are brought up to date."""
    script = ScriptDirectory.from_config(alembic_config("sqlite://"))
    head = script.get_revision("head")
    assert isinstance(head.down_revision, str)
    return head.down_revision


def version(incident: Incident, texts: dict[str, str], state: StatementState) -> StatementVersion:
    approved = state is StatementState.APPROVED
    return StatementVersion(
        incident_id=incident.id,
        version=1,
        state=state,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.TEMPLATE,
        created_at=HOUR_AGO,
        created_by="system",
        playbook=incident.playbook,
        approved_at=HOUR_AGO if approved else None,
        approved_by="phat" if approved else None,
    )


async def in_full_flight(url: str) -> None:
    """Write what an office had under way: an alert without incident, a card not shown, words on their way, a clock."""
    database = Database(url)
    async with database.write() as tx:
        for incident in (APPROVED, WAITING):
            await incidents.add(tx, incident)
        await alerts.add(tx, ALERT, b"{}", "0" * 64)
        await statements.add_version(tx, version(APPROVED, WORDS, StatementState.APPROVED))
        await statements.add_version(tx, version(WAITING, DRAFT, StatementState.DRAFT))
        for outlet in OUTLETS:
            await deliveries.queue(tx, APPROVED.id, 1, outlet, HOUR_AGO)
        await telegram_chats.add(tx, "duty", DUTY, HOUR_AGO)
        for incident in (APPROVED, WAITING):
            await telegram_cards.add_card(tx, incident.id, "duty")
        due = HOUR_AGO + timedelta(minutes=15)
        row = DeadlineRow(
            WAITING.id,
            "acknowledge",
            HOUR_AGO,
            due,
            DeadlineState.RUNNING,
            0,
            HOUR_AGO + timedelta(minutes=8),
            ("truc",),
        )
        await deadlines.claim(tx, row, None, HOUR_AGO)
    await database.close()


def left_by(revision: str, url: str, folder: Path) -> None:
    """The database as the release of this schema left it: its own tables, never touched by a later one."""
    today = f"sqlite:///{folder / 'today.db'}"
    upgrade(today)
    asyncio.run(in_full_flight(today))
    upgrade(url, revision)
    source, target = create_engine(sync_url(today)), create_engine(sync_url(url))
    with source.connect() as there, target.begin() as here:
        known = set(inspect(here).get_table_names())
        for table in metadata.sorted_tables:
            if table.name not in known:
                continue
            columns = {column["name"] for column in inspect(here).get_columns(table.name)}
            for row in there.execute(select(table)).mappings():
                here.execute(insert(table).values({name: row[name] for name in columns if name in row}))
    source.dispose()
    target.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def kept_in(request: pytest.FixtureRequest) -> dict[str, str]:
    if request.param == "sqlite":
        return {}
    server: Server = request.getfixturevalue("durable_postgres")
    return {"KENG_DATABASE_URL": server.url(server.create())}


def workflows(keng: Keng) -> dict[str, str]:
    """The state of every workflow about the alert and the delivery that an earlier process began."""
    beside = f"sqlite:///{keng.folder / 'data' / 'workflows.db'}"
    url = keng.env.get("KENG_DATABASE_URL")
    system = beside if url is None else full_url(sync_url(url))
    client = DBOSClient(system_database_url=system)
    names = [f"incident:{ALERT.id}", f"deliver:{APPROVED.id}:1:newsroom"]
    try:
        found = client.list_workflows(workflow_id_prefix=names, load_input=False, load_output=False)
        return {workflow.workflow_id: workflow.status for workflow in found}
    finally:
        client.destroy()


def begun_and_killed(keng: Keng) -> None:
    """An earlier process of the same installation begins to work, and is killed in the middle of it."""
    about = [ALERT.id, BEGUN.incident_id, str(BEGUN.version), BEGUN.outlet, str(BEGUN.attempt)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.earlier_process", *about],
        env={**os.environ, **keng.env},
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
    )
    with process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    assert said == b"begun\n"


@pytest.fixture
def kept(kept_in: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    """An installation that was never started."""
    folder = tmp_path_factory.mktemp("upgrade")
    keng = Keng(folder, **kept_in)
    (folder / "data").mkdir()
    try:
        yield keng
    finally:
        keng.stop()


def older(keng: Keng, revision: str) -> None:
    url = keng.env.get("KENG_DATABASE_URL", f"sqlite:///{keng.folder / 'data' / 'keng.db'}")
    left_by(revision, url, keng.folder)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("revision", ["0001", "0006"])
def test_what_was_under_way_goes_on_once_under_the_new_release(kept: Keng, revision: str) -> None:
    older(kept, revision)
    goes_on_once(kept.start())


@pytest.mark.timeout(300)
def test_workflows_that_an_earlier_process_left_in_the_middle_go_on_once_after_the_upgrade(kept: Keng) -> None:
    older(kept, newest_but_one())
    begun_and_killed(kept)
    if "KENG_DATABASE_URL" not in kept.env:  # there is one process on SQLite, whatever it is called from now on
        kept.env["KENG_EXECUTOR_ID"] = "keng-moi"
    begun = {f"incident:{ALERT.id}", str(BEGUN)}
    assert workflows(kept) == dict.fromkeys(begun, "PENDING")
    goes_on_once(kept.start())
    assert workflows(kept) == dict.fromkeys(begun, "SUCCESS"), "these themselves, and none beside them"


def goes_on_once(keng: Keng) -> None:
    """What the office had under way is done, and nothing of it twice."""

    def posts() -> list[str]:
        return [m["text"] for m in keng.phones.messages(CHANNEL)]

    def told(what: str) -> list[dict[str, Any]]:
        return [m for m in keng.phones.messages(DUTY) if m["from_bot"] and what in m["text"]]

    until(lambda: posts() == [WORDS["vi/full"]], "the approved words in the channel", 60)
    until(lambda: [i["content_text"] for i in keng.feed()] == [WORDS["vi/full"]], "and in the newsroom", 60)

    def cards() -> list[dict[str, Any]]:
        return [m for m in told(WAITING.code) if "Tiếp nhận" in labels(m)]

    until(cards, "the card that was not shown yet", 60)
    until(lambda: told("⏰"), "word of the deadline that passed", 60)
    placed = until(lambda: keng._placed(ALERT.id), "the incident of the alert that had none", 60)
    until(lambda: told(ALERT.title), "and its card", 60)

    # Nothing twice, however often it looks again.
    seen = keng.incidents()
    assert sorted(i["id"] for i in seen) == sorted({APPROVED.id, WAITING.id, placed})
    assert {d["state"] for d in keng.incident(APPROVED.id)["deliveries"]} == {"sent"}
    assert posts() == [WORDS["vi/full"]]
    assert len(cards()) == 1
    assert keng.incident(WAITING.id)["versions"][-1]["texts"] == DRAFT
    assert keng.audit_is_whole()
