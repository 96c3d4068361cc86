"""Whose work the workflow library goes on with: on SQLite what was begun under the settings' name, too."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

from bot.settings import Settings
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.story.durable import APPLICATION_VERSION, recover_work_of_another_name, workflow_library

runs: list[str] = []


@DBOS.workflow()
async def work() -> None:
    runs.append("run")


async def begun_by_an_earlier_release(file: Path, name: str) -> None:
    """It named its process as the settings do, and was killed in the middle of its work."""
    config = DBOSConfig(
        name="keng",
        system_database_url=f"sqlite:///{file}",
        application_version=APPLICATION_VERSION,
        executor_id=name,
    )
    DBOS(config=config)
    DBOS.launch()
    with SetWorkflowID("begun"):
        await (await DBOS.start_workflow_async(work)).get_result()
    await asyncio.to_thread(DBOS.destroy)
    with closing(sqlite3.connect(file)) as store, store:
        store.execute("UPDATE workflow_status SET status = 'PENDING', output = NULL")


async def test_what_an_earlier_release_began_under_the_name_of_the_settings_goes_on(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, executor_id="keng-tinh")
    await asyncio.to_thread(upgrade, settings.resolved_database_url)
    # On a loop of its own: the library ends the loop's threads with itself.
    await asyncio.to_thread(asyncio.run, begun_by_an_earlier_release(tmp_path / "workflows.db", "keng-tinh"))
    database = Database(settings.resolved_database_url)
    await workflow_library(settings, database)
    DBOS.launch()
    try:
        await recover_work_of_another_name(settings, database)
        async with asyncio.timeout(20):
            await (await DBOS.retrieve_workflow_async("begun")).get_result()
        assert runs == ["run", "run"]
    finally:
        await asyncio.to_thread(DBOS.destroy)
        await database.close()
