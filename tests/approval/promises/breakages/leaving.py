"""Guards of what leaves and what stands in public, taken out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from bot.approval import publication, release, versions
from bot.approval.gates import Dossier
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.store import deliveries, publishing_stops


def drills_are_published() -> AbstractContextManager[Any]:
    @contextmanager
    def both() -> Iterator[None]:
        queue, fault = release.queue, publication.publication_fault

        async def queues(tx: Any, desk: Any, incident: Incident, version: int) -> Any:
            return await queue(tx, desk, replace(incident, drill=False), version)

        def faults(incident: Incident, version: Any) -> Any:
            return fault(replace(incident, drill=False), version)

        with patch.object(release, "queue", queues), patch.object(publication, "publication_fault", faults):
            yield

    return both()


def the_stop_is_not_looked_at() -> AbstractContextManager[Any]:
    class NeverStopped:
        @staticmethod
        async def in_force(tx: Any) -> None:
            return None

    return patch.object(publication, "publishing_stops", NeverStopped)


def one_person_releases_the_stop() -> AbstractContextManager[Any]:
    async def agree(tx: Any, stop: Any, by: str, at: Any) -> bool:
        return False

    async def end(tx: Any, stop: Any, by: str, at: Any) -> bool:
        from sqlalchemy import update

        from bot.store.schema_gates import publishing_stops as table

        values = {"released_by": by, "released_at": at, "in_force": False, "first_release_by": by}
        await tx.execute(update(table).where(table.c.id == stop.id).values(**values))
        return True

    @contextmanager
    def both() -> Iterator[None]:
        with patch.object(publishing_stops, "agree", agree), patch.object(publishing_stops, "end", end):
            yield

    return both()


def nobody_else_lets_go_at_level_4() -> AbstractContextManager[Any]:
    return patch.object(Dossier, "awaits_second_person", lambda self, current: False)


def whoever_approved_lets_go() -> AbstractContextManager[Any]:
    return patch.object(release, "is_barred", lambda *_: False)


def the_gates_are_not_looked_at_again_before_words_leave() -> AbstractContextManager[Any]:
    async def none(tx: Any, desk: Any, incident: Any, version: Any) -> None:
        return None

    return patch.object(publication, "_unmet_gate", none)


def a_delivery_is_not_claimed() -> AbstractContextManager[Any]:
    async def claim(tx: Any, *where: Any) -> bool:
        return True

    return patch.object(deliveries, "claim", claim)


def a_doubtful_delivery_is_repeated() -> AbstractContextManager[Any]:
    kept = deliveries.claim

    async def claim(tx: Any, incident_id: str, version: int, outlet: str, attempt: int, at: Any) -> bool:
        await kept(tx, incident_id, version, outlet, attempt, at)
        copy = await deliveries.get(tx, incident_id, version, outlet)
        return copy is not None and copy.state.value == "unknown"

    return patch.object(deliveries, "claim", claim)


def words_in_public_are_touched() -> AbstractContextManager[Any]:
    kept = versions.add

    async def add(tx: Any, desk: Any, incident: Any, text: str, *rest: Any, **more: Any) -> Any:
        from sqlalchemy import update

        from bot.store.schema import statements as table

        if more.get("refers_to"):
            earlier = (table.c.incident_id == incident.id) & (table.c.version == more["refers_to"])
            await tx.execute(update(table).where(earlier).values(published_at=desk.now))
        return await kept(tx, desk, incident, text, *rest, **more)

    return patch.object(versions, "add", add)


def other_bytes_are_published() -> AbstractContextManager[Any]:
    kept = publication.claim

    async def claim(tx: Any, desk: Any, key: Any) -> Any:
        found = await kept(tx, desk, key)
        if isinstance(found, Reason):
            return found
        return replace(found, texts={name: f"{text} " for name, text in found.texts.items()})

    return patch.object(publication, "claim", claim)
