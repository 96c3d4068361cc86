"""Words under a mark of secrecy: once refused they are in no table, that of the workflow library's own included."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import MetaData, select

from bot.approval import acts
from bot.approval.linting import bears_a_mark_of_secrecy
from bot.approval.marked import unkept
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.store.database import Database
from tests.approval.office import KHACH, PHAT, TRUC, act
from tests.village import Village, village

__all__ = ["village"]


async def everything_kept(village: Village) -> str:
    """Every value of every table and every checkpoint, as text."""
    kept = await _rows(village.database)
    for workflow in await DBOS.list_workflows_async():
        kept += [repr(workflow.input), repr(workflow.output)]
        kept += [repr(step) for step in await DBOS.list_workflow_steps_async(workflow.workflow_id)]
    return "\n".join(kept)


async def _rows(database: Database) -> list[str]:
    found: list[str] = []
    metadata = MetaData()
    async with database.writer.connect() as connection:
        for schema in (None,) if database.is_sqlite else (None, "dbos"):
            await connection.run_sync(metadata.reflect, schema=schema, resolve_fks=False)
        for table in metadata.tables.values():
            found += [_readable(value) for row in await connection.execute(select(table)) for value in row]
    return found


def _readable(value: Any) -> str:
    """The library's checkpoints are pickles in base64."""
    try:
        return base64.b64decode(str(value), validate=True).decode("utf-8", "replace")
    except ValueError:
        return repr(value)


@pytest.mark.parametrize(
    "command",
    [
        c.Edit("{ref}", 1, "TỐI MẬT\n\nKế hoạch di dời ngày mai."),
        c.Edit("{ref}", 7, "TỐI MẬT\n\nKế hoạch di dời ngày mai."),
        c.Refuse("{ref}", "a", "TỐI MẬT: kế hoạch di dời"),
        c.Report("Kế hoạch di dời; Văn bản MẬT số 7"),
        c.AskUnits("{ref}", "TỐI MẬT: kế hoạch di dời"),
        c.HandOver("{ref}", "TỐI MẬT: kế hoạch di dời", "nhầm đơn vị"),
        c.Mute("{ref}", "TỐI MẬT: kế hoạch di dời"),
        c.LabelRumour("{ref}", 1, "TỐI MẬT: kế hoạch di dời", "", ""),
        c.PreviewTopic("TỐI MẬT: kế hoạch di dời"),
        c.MakeSilence("TỐI MẬT: kế hoạch di dời"),
        c.DecideRequest("TỐI MẬT: kế hoạch di dời", True),
    ],
)
async def test_refused_secrets_are_in_no_checkpoint(village: Village, command: Any) -> None:
    incident_id = await village.alert()
    said = replace(command, ref=incident_id) if hasattr(command, "ref") else command
    assert (await village.does(PHAT, said)).reason is Reason.MARKED_SECRET
    assert "di dời" not in await everything_kept(village)


@pytest.mark.parametrize(
    ("user", "command", "reason"),
    [
        (PHAT, c.Return("{ref}", "TỐI MẬT: kế hoạch di dời", 1), Reason.RETURNED),
        (PHAT, c.Return("{ref}", "TỐI MẬT: kế hoạch di dời", 7), Reason.STALE_VERSION),
        (TRUC, c.CloseIncident("{ref}", "TỐI MẬT: kế hoạch di dời"), Reason.CLOSED),
        (TRUC, c.CloseIncident("{ref}", "TỐI MẬT: kế hoạch di dời", asks=True), Reason.ASK_CLOSE),
        (PHAT, c.StopPublishing("TỐI MẬT: kế hoạch di dời"), Reason.STOPPED),
        (TRUC, c.SetLevel("{ref}", 4, "TỐI MẬT: kế hoạch di dời"), Reason.LEVEL_SET),
    ],
)
async def test_a_secret_reason_is_left_out_and_the_act_is_carried_out(
    village: Village, user: int, command: Any, reason: Reason
) -> None:
    incident_id = await village.alert()
    outcome = await village.does(user, replace(command, ref=incident_id) if hasattr(command, "ref") else command)
    assert outcome.reason is reason
    assert [n.words for n in outcome.notices].count("reason_unkept") == 1
    kept = await everything_kept(village)
    assert "di dời" not in kept
    assert unkept() in kept


def test_what_is_kept_instead_is_read_in_both_languages_and_bears_no_mark_itself() -> None:
    assert unkept() == "(lý do mang dấu mật, không được ghi lại) / (reason marked secret, not recorded)"
    assert not bears_a_mark_of_secrecy(unkept())


async def test_nor_are_those_of_somebody_whom_nobody_knows(village: Village) -> None:
    """An official writes from another phone, or after a term has ended."""
    incident_id = await village.alert()
    said = c.Edit(incident_id, 1, "TỐI MẬT: kế hoạch di dời")
    assert (await village.does(KHACH, said)).reason is Reason.MARKED_SECRET
    kept = await everything_kept(village)
    assert "di dời" not in kept
    assert f"telegram:{KHACH}" in kept, "that it came, and from whom"


async def test_what_is_no_secret_is_found_where_it_is_looked_for(village: Village) -> None:
    incident_id = await village.alert()
    edit = c.Edit(incident_id, 1, "Bà con dùng nước xe bồn.")
    assert (await village.does(TRUC, edit)).reason is Reason.EDITED
    kept = await everything_kept(village)
    assert kept.count("xe bồn") >= 2, "in the version, and in the checkpoint"


@pytest.mark.parametrize(
    "command", [c.Edit("{ref}", 1, "TỐI MẬT: kế hoạch di dời"), c.CloseIncident("{ref}", "TỐI MẬT: kế hoạch di dời")]
)
async def test_nor_are_those_of_an_act_that_ends_in_a_fault_of_ours(
    village: Village, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident_id = await village.alert()
    said = act(TRUC, replace(command, ref=incident_id), "tg:77")

    async def fails(*_args: Any) -> Any:
        village.room.acts["tg:77"] = said  # the transaction rolls back
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(acts, "perform", fails)
    village.room.acts["tg:77"] = said
    await village.story.act_arrived("telegram", "tg:77")
    await village.until(lambda: len(village.room.toasts) == 1)
    assert "di dời" not in await everything_kept(village)
