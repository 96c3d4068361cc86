"""Who needs a letter: everybody with a task whom no earlier channel reaches, for every text that waits for a decision.

Worked out from committed state each time, as cards are (ADR 0001): nothing has to be remembered when a channel fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.channels.base import Channel, Sources
from bot.model.audience import Duty, audience
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident
from bot.model.person import Organisation, Person
from bot.model.reach import DOUBT, REMINDED, Gap, LetterState, Unreached
from bot.model.signoff import new_ticket
from bot.model.task import Task
from bot.store import audit, email_letters, incidents
from bot.store.database import Tx
from bot.store.email_letters import Waiting
from bot.store.ids import new_id

log = structlog.get_logger(__name__)

SETTLE = timedelta(minutes=1)
"""After the first letter about an incident, a new text is left to settle for this long: edits come in bursts."""

LOOK_AGAIN = timedelta(minutes=1)
"""What an unchanged matter asks of those who had their letter is looked at this often: only hours and files move it."""

REFUSED_FOR = timedelta(hours=1)
"""A mailbox that refused is not tried again within this time."""

NAME = "email"


class Planner:
    """Writes the letters that are missing."""

    def __init__(self, sources: Sources, before: Sequence[Channel]) -> None:
        """``before`` are the channels that people are reached by first, in order; without any, e-mail is the way."""
        self._sources = sources
        self._before = tuple(before)
        self._looked: dict[str, tuple[tuple[int, int], datetime]] = {}

    async def write_missing(self, tx: Tx, now: datetime) -> int:
        """Write a letter for each person and text that needs one; returns how many.

        Whoever had one about this text is written to again when they are asked something that no letter asked yet.
        """
        waiting, doubts = await self._waiting(tx), await email_letters.doubted(tx)
        matters = {words.incident_id for words in waiting}
        self._looked = {incident: last for incident, last in self._looked.items() if incident in matters}
        if not waiting and not doubts:
            return 0
        written = await email_letters.written(tx)
        refused = await email_letters.refused_since(tx, now - REFUSED_FOR)
        organisation = await self._sources.people(tx, now)
        people = [p for p in organisation.people if p.email and p.email.casefold() not in refused]
        gaps = {person.id: await self.way_before(tx, person, now) for person in people}
        count = await self._ask_about(tx, doubts, organisation, gaps, now)
        for words in waiting:
            told = {p.id: written.get((words.incident_id, p.id, words.version)) for p in people}
            lacking = [(p, gap) for p in people if (gap := gaps[p.id]) is not None and p.id != words.approved_by]
            lacking = [(p, gap) for p, gap in lacking if told[p.id] != frozenset(Task)]
            incident = await incidents.get(tx, words.incident_id) if lacking else None
            if incident is None or (
                all(told[person.id] for person, _ in lacking) and not self._may_ask_anew(incident, words, now)
            ):
                continue
            concerned = await self.concerned(tx, organisation, incident, now)
            tasks = await self._sources.tasks(tx, incident)
            for person, gap in lacking:
                if person.id not in concerned or not _asks_anew(tasks.of(person.id), told[person.id]):
                    continue
                had_one = any(known[:2] == (incident.id, person.id) for known in written)
                if had_one and now - words.created_at < SETTLE:
                    continue
                count += 1
                await self._write(tx, incident, words, person, gap, now)
        return count

    def _may_ask_anew(self, incident: Incident, words: Waiting, now: datetime) -> bool:
        """Whether the matter moved, or time enough went by, since what it asks of people was last looked at."""
        stands = (incident.revision, words.version)
        last, at = self._looked.get(incident.id, (None, now))
        if last == stands and timedelta() <= now - at < LOOK_AGAIN:
            return False
        self._looked[incident.id] = (stands, now)
        return True

    async def _ask_about(
        self,
        tx: Tx,
        doubts: Sequence[Waiting],
        organisation: Organisation,
        gaps: Mapping[str, Gap | None],
        now: datetime,
    ) -> int:
        """Ask whom no earlier channel reaches whether words appeared: once for each time that nobody knew."""
        asked = await email_letters.written_about(tx, DOUBT)
        count = 0
        for words in doubts:
            incident = await incidents.get(tx, words.incident_id)
            concerned = await self.concerned(tx, organisation, incident, now) if incident else frozenset()
            for person_id, gap in gaps.items():
                person = organisation.person(person_id)
                last = asked.get((words.incident_id, person_id, words.version))
                if incident is None or person is None or gap is None or (last and last >= words.created_at):
                    continue
                if person_id in concerned:
                    ticket = new_ticket(new_id(now), person, incident.id, words.version, words.sha256, now)
                    await email_letters.add(tx, ticket, gap.channel, DOUBT, None, now)
                    count += 1
        return count

    async def remind(self, tx: Tx, person: Person, incident_id: str, now: datetime) -> bool:
        """Write once more to somebody whom a clock wakes; False where no words wait or a letter is still on its way."""
        words = next((w for w in await self._waiting(tx) if w.incident_id == incident_id), None)
        if words is None or person.email is None or person.id == words.approved_by:
            return False
        letters = await email_letters.of_version(tx, incident_id, words.version)
        if any(one.person == person.id and one.state is LetterState.QUEUED for one in letters):
            return False
        ticket = new_ticket(new_id(now), person, incident_id, words.version, words.sha256, now)
        await email_letters.add(tx, ticket, NAME, REMINDED, None, now)
        return True

    async def concerned(self, tx: Tx, organisation: Organisation, incident: Incident, now: datetime) -> frozenset[str]:
        """Ids of all who have a task in this incident now: no mailbox is a duty room, so its officers are all meant."""
        asked = await self._sources.lawyer_awaited(tx, incident)
        return audience(organisation, incident, now, Duty.EVERY, lawyers_asked=asked)

    async def _waiting(self, tx: Tx) -> list[Waiting]:
        """Words that wait for an approval, and those that wait for the second person to let them go."""
        found = await email_letters.waiting(tx)
        for words in await email_letters.approved_and_not_leaving(tx):
            card = await self._sources.card(tx, words.incident_id)
            if card is not None and card.awaits_second_person:
                found.append(words)
        return found

    async def way_before(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        """Why no earlier channel reaches the person; None when one does."""
        gap: Gap | None = None
        for channel in self._before:
            found = await channel.gap(tx, person, now)
            if found is None:
                return None
            gap = gap or found
        return gap or Gap("telegram", Unreached.OFF)

    async def _write(self, tx: Tx, incident: Incident, words: Waiting, person: Person, gap: Gap, now: datetime) -> None:
        ticket = new_ticket(new_id(now), person, incident.id, words.version, words.sha256, now)
        await email_letters.add(tx, ticket, gap.channel, gap.why.value, gap.since, now)
        if gap.why in (Unreached.AWAY, Unreached.REFUSED):
            log.warning("moved_to_email", person=person.id, channel=gap.channel, why=gap.why.value)
            details = {"person": person.id, "from": gap.channel, "why": gap.why.value}
            await audit.append(tx, AuditEvent("move", SYSTEM, now, NAME, incident.id, words.version, details))


def _asks_anew(task: Task, told: frozenset[Task] | None) -> bool:
    """True when no letter about these words came yet, or none that asked this; nobody is told twice what to know."""
    return told is None or (task is not Task.KNOW and task not in told)
