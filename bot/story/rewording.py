"""Wording help in the story: asked beside everything else, used only where it says the same, told to whoever asked."""

from __future__ import annotations

import asyncio

import structlog

from bot.approval import acts
from bot.drafting.rephrasing import Thrown, WordingUnavailable, rephrased
from bot.model import commands as c
from bot.model.outcome import Notice, Outcome
from bot.model.reasons import Reason
from bot.store import audit, incidents, statements
from bot.store.database import StoreUnavailable, Tx
from bot.story.durable import Durable

log = structlog.get_logger(__name__)


class Rewording(Durable):
    """The part of the story in which a machine helps. A process that dies meanwhile forgets it: one may ask again."""

    _rewording: dict[str, asyncio.Task[None]]

    def reword(self, channel: str, act: c.Act, outcome: Outcome) -> None:
        """Begin, unless the same version is being reworded already."""
        name = f"{outcome.incident_id}:{outcome.version}"
        if self.parts.wording is None or name in self._rewording:
            return
        task = asyncio.create_task(self._reword(channel, act, outcome))
        self._rewording[name] = task
        task.add_done_callback(lambda _: self._rewording.pop(name, None))

    async def _reword(self, channel: str, act: c.Act, outcome: Outcome) -> None:
        incident_id, version = outcome.incident_id or "", outcome.version or 0
        try:
            async with self.parts.database.read() as tx:
                asked_about = await statements.get_version(tx, incident_id, version)
            if asked_about is None or self.parts.wording is None:
                return
            said = await self._rephrased(asked_about.full_vi)
            async with self.parts.database.write() as tx:
                await self._take(tx, channel, act, incident_id, version, said)
            await self._committed()
        except StoreUnavailable as error:
            log.warning("rewording_given_up", incident=incident_id, error=str(error))
        except Exception:
            log.exception("rewording_failed", incident=incident_id)

    async def _rephrased(self, draft: str) -> str | Thrown | WordingUnavailable:
        assert self.parts.wording is not None  # noqa: S101 - the caller looked
        try:
            return rephrased(draft, await self.parts.wording.rephrase(draft, "vi"))
        except WordingUnavailable as error:
            return error

    async def _take(
        self, tx: Tx, channel: str, act: c.Act, incident_id: str, version: int, said: str | Thrown | WordingUnavailable
    ) -> None:
        """One transaction: the new version with its entry in the record, or why there is none; told to who asked."""
        desk = await self.parts.desk().seated(tx)
        person, key = desk.who(act.actor), f"reword:{incident_id}:{version}"
        incident = await incidents.get(tx, incident_id)
        if person is None or incident is None:
            return
        values = {"code": incident.code, "version": str(version), "why": "", "word": ""}
        if isinstance(said, str) and self.parts.wording is not None:
            command = c.TakeRewording(incident_id, version, said, self.parts.wording.name)
            taking = c.Act(key, act.actor, command)
            outcome = await acts.perform(tx, desk, taking)
            await audit.append(tx, acts.audit_event(taking, person, outcome, desk.now))
            words = "reworded" if outcome.reason is Reason.REWORDED else "rewording_too_late"
            values["version"] = str(outcome.version or version)
            if not outcome.refused:
                await self.parts.channels[channel].address(tx, incident)
        else:
            log.info("rewording_thrown", incident=incident_id, why=str(said))
            words = f"rewording_{said.fault.value}" if isinstance(said, Thrown) else "rewording_unavailable"
            values["word" if isinstance(said, Thrown) else "why"] = said.word if isinstance(said, Thrown) else str(said)
        await self.parts.channels[channel].tell_room(tx, key, Notice(person.id, words, values, incident_id=incident_id))
