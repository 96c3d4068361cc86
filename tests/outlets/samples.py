"""A publication as the story hands it to an outlet, in a store that knows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model.incident import Incident
from bot.model.statement import Author, StatementState, StatementVersion, canonical, version_sha256
from bot.outlets.base import Publication
from bot.store import deliveries, incidents, statements
from bot.store.database import Database
from tests.store.samples import NIGHT, an_incident

TEXT = "THÔNG TIN BAN ĐẦU (số 1)\n\nNước máy có mùi dầu; giá <5 & {{ 7*7 }}.\n.\nNgười phát ngôn: Nguyễn Văn Phát."


def a_publication(text: str = TEXT, incident: Incident | None = None, **changed: Any) -> Publication:
    matter = incident or an_incident()
    texts = {"vi/full": canonical(text), "en/full": "Tap water smells of oil."}
    version = StatementVersion(
        incident_id=matter.id,
        version=1,
        state=StatementState.APPROVED,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.PERSON,
        created_at=NIGHT,
        created_by="p",
        playbook="water-contamination",
        approved_at=NIGHT,
        approved_by="phat",
    )
    return Publication(matter, replace(version, **changed))


async def stored(database: Database, outlet: str, publication: Publication | None = None) -> Publication:
    """The publication in the store, with its delivery claimed, as the story does before it calls an outlet."""
    made = publication or a_publication()
    async with database.write() as tx:
        if await incidents.get(tx, made.incident.id) is None:
            await incidents.add(tx, made.incident)
        await statements.add_version(tx, made.version)
        await deliveries.queue(tx, made.incident.id, made.version.version, outlet, NIGHT)
        await deliveries.claim(tx, made.incident.id, made.version.version, outlet, 1, NIGHT)
    return made
