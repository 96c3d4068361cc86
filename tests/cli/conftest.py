"""What tests of commands share: a matter with its first words, in the store that the commands find."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model.incident import Incident
from bot.store import incidents, statements
from bot.store.database import Database
from tests.drafting.documents.samples import a_version
from tests.store.samples import an_incident


@pytest.fixture
async def matter(tmp_path: Path, database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Incident:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATABASE_URL", database_url)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path))
    incident = an_incident()
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await statements.add_version(tx, a_version(incident_id=incident.id, version=1))
    return incident
