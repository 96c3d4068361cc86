"""Putting the static export together: the newsroom's files behind the port of an outlet."""

from __future__ import annotations

from collections.abc import Callable

from bot.model.clock import Clock
from bot.model.person import Agency
from bot.outlets.base import Publication
from bot.outlets.static_export import StaticExportOutlet
from bot.settings import Settings
from bot.store.database import Database
from bot.web.export import Export, Target


def static_export(
    settings: Settings, database: Database, clock: Clock, agency: Callable[[], Agency]
) -> StaticExportOutlet | None:
    """The outlet, where the settings name a folder."""
    wanted = settings.outlets.static_export
    if wanted is None:
        return None
    export = Export(database, clock, agency, Target(wanted.folder, wanted.base, asks_at(settings)))

    async def publish(publication: Publication) -> str:
        leaving = (publication.incident.id, publication.version.version)
        await export.write(leaving)
        return export.address(leaving)

    return StaticExportOutlet(publish)


def asks_at(settings: Settings) -> str | None:
    """Where ``/verify`` answers for the world, if the world reaches us."""
    return f"{settings.http.public_url}/verify" if settings.http.public_url else None
