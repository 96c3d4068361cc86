"""Time passes: every clock that moved on is followed, and whoever should have acted by now is told, nothing else."""

from __future__ import annotations

import structlog

from bot.approval import deadlines, growing
from bot.approval.desk import Desk
from bot.channels.base import Channel
from bot.model.person import Person
from bot.store import deadlines as deadlines_store
from bot.store import growth_told
from bot.store.database import StoreUnavailable, Tx
from bot.story.durable import Durable

log = structlog.get_logger(__name__)


class Watching(Durable):
    """The part of the story that time tells. Each step of each clock is taken once (:mod:`bot.approval.deadlines`)."""

    async def watch_clocks(self) -> None:
        """Follow every clock that moved on, an incident a transaction. One bad incident must not stop the others."""
        if not self.parts.channels:  # nobody could be told anything: the chains wait until there is a channel
            return
        async with self.parts.database.read() as tx:
            desk = await self.parts.desk().seated(tx)
            due = await deadlines_store.to_look_at(tx, desk.now, await self._unreachable(tx, desk))
        told = False
        for incident_id in due:
            try:
                async with self.parts.database.write() as tx:
                    told |= await self._follow_clocks(tx, incident_id)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("clocks_not_followed", incident=incident_id)
        if told:  # woken once, after the last: channels that have much to say at once say it in one word
            await self._committed()

    async def watch_growth(self) -> None:
        """Tell people again of whatever grew by a step since they were last told (:mod:`bot.approval.growing`)."""
        if not self.parts.channels:
            return
        async with self.parts.database.read() as tx:
            changed = await growth_told.to_look_at(tx, self.parts.clock.now())
        told = False
        for incident_id in changed:
            try:
                async with self.parts.database.write() as tx:
                    told |= await self._tell_growth(tx, incident_id)
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("growth_not_followed", incident=incident_id)
        if told:
            await self._committed()

    async def _tell_growth(self, tx: Tx, incident_id: str) -> bool:
        desk = await self.parts.desk().seated(tx)
        found = await growing.follow(tx, desk, incident_id, await self._unreachable(tx, desk))
        if found is None:
            return False
        telling, people = found
        for channel in self.parts.channels.values():
            await channel.tell(tx, None, telling)
        for person in people:
            reaching = await self._channel_to(tx, person)
            if reaching is not None:
                await reaching.tell(tx, person, telling)
        return True

    async def _follow_clocks(self, tx: Tx, incident_id: str) -> bool:
        """Claim what is due for one incident and write whom to tell; True when anybody is told."""
        desk = await self.parts.desk().seated(tx)
        woken = await deadlines.follow(tx, desk, incident_id, await self._unreachable(tx, desk))
        for person, notice in woken.people:
            channel = await self._channel_to(tx, person)
            if channel is not None:
                await channel.notify(tx, person, notice)
        for notice in woken.room:
            for channel in self.parts.channels.values():
                await channel.notify_room(tx, notice)
        return bool(woken.people or woken.room)

    async def _unreachable(self, tx: Tx, desk: Desk) -> frozenset[str]:
        """Ids of the people whom no channel can reach now."""
        people = desk.organisation.people
        by_channel = [await channel.unreachable(tx, people) for channel in self.parts.channels.values()]
        return frozenset.intersection(*by_channel)

    async def _channel_to(self, tx: Tx, person: Person) -> Channel | None:
        """The first channel that reaches a person now; else one that will once it is back."""
        waits: Channel | None = None
        for channel in self.parts.channels.values():
            if await channel.gap(tx, person, self.parts.clock.now()) is None:
                return channel
            if waits is None and person.id not in await channel.unreachable(tx, (person,)):
                waits = channel
        return waits
