"""The life of an incident, told once from top to bottom.

An alert is stored by intake (accepted means durable). From there:

1. :meth:`Story.place_alert` — it joins the incident it belongs to, or a silence holds it back, or
   (those that only make a known matter grow are taken up many at once: :mod:`bot.story.taking_up`)
2. :meth:`Story.open_incident` — opens one: playbook, level, draft, cards;
3. :meth:`Story.carry_out` — a person acts: one act, one transaction, one audit entry;
4. :meth:`Story.deliver` — approved words go to one outlet, once;
5. :meth:`Story.sweep` — whatever a crash left lying is picked up;
6. :meth:`Story.watch_growth` — who knows a matter hears of it again when it grew by a step, with the reason;
7. :meth:`Story.watch_clocks` — whoever should have acted by now is told, and those above them; nothing else happens;
8. :meth:`Story.mind` — silences that run out, feeds that fall silent, alerts left lying are told the duty room;
9. :meth:`Story.watch_curves` — mention counts are judged, and a topic that rises is an alert like any other (see 1).

The domain tables are the truth: each step is one transaction with a condition on the state it starts from. Workflows
are short, named after what they do once (the alert, the act, the delivery), and go on after a kill where they stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from dbos import DBOS, SetWorkflowID, WorkflowHandleAsync

from bot.approval import acts, fact_units, marked, opening, publication
from bot.approval.publication import Ended, Ending, Settled
from bot.curves.closing import Closing
from bot.curves.documents import Counting
from bot.grouping import hear, placing, silencing
from bot.model.alert import Alert, AlertOutcome, AlertPhase
from bot.model.commands import Act
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.notice import Notice
from bot.model.outcome import Outcome
from bot.model.reasons import Escalation, Reason
from bot.model.silence import Silence
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication
from bot.store import alerts, audit, deliveries, incidents, publishing_stops, statements
from bot.store.database import Tx, in_one_go
from bot.story.durable import Parts
from bot.story.minding import Minding
from bot.story.rewording import Rewording
from bot.story.rising import Rising
from bot.story.taking_up import TakingUp
from bot.story.watching import Watching
from index import Match, Reading

log = structlog.get_logger(__name__)

STRANDED_AFTER = timedelta(seconds=30)
"""A delivery whose process died is asked about after this; a living one is settled long before."""

GOES_ON_WITHIN = timedelta(minutes=5)
"""An outlet that may be called again goes on by itself once its process is back; it is asked about only after this."""

ENDS_WAIT_FOR = timedelta(minutes=10)
"""So long may a message that ends a matter come before the one that begins it; then it ends nothing that is known."""


@DBOS.dbos_class()
class Story(TakingUp, Watching, Minding, Rising, Rewording):
    """Tells the story for one process."""

    def __init__(self, parts: Parts, name: str = "story") -> None:
        """Take the parts; nothing runs yet. Unfinished workflows go on in the story of the same ``name``."""
        super().__init__(config_name=name)
        self.parts = parts
        self._habits = {}
        self._alerts_waiting, self._ends_that_wait = asyncio.Event(), set()
        self._rewording = {}
        self.closing, self.counting, self._told = Closing(), Counting(), set()

    # 1. An alert finds its incident.

    async def place_alert(self, alert_id: str) -> bool:
        """Let an alert join an open incident in one transaction, or start the workflow that opens one for it.

        Returns:
            True when it found its place; False when it had one, or when its incident is just being opened.
        """
        async with self.parts.database.read() as tx:
            stored = await alerts.get(tx, alert_id)
        if stored is None or stored.incident_id is not None:
            return False
        if stored.outcome is AlertOutcome.SILENCED:
            return False
        if stored.alert.phase.is_end:
            return await self._note_end(stored.alert)
        reading = await self._read(stored.alert)
        async with self.parts.database.write() as tx:
            said = hear(stored.alert, reading)
            decision = await placing.decide_place(tx, stored.alert, said)
            if decision.incident_id is not None:
                await placing.join(tx, stored.alert, said, decision, self.parts.clock.now())
            held = None if decision.incident_id else await self._held_back(tx, stored.alert, reading.match)
        if decision.incident_id is not None or held is not None:
            await self._committed()
            return True
        begun = await self._begin_unless_under_way(f"incident:{alert_id}", self.open_incident, alert_id, reading.match)
        return begun is not None and await begun.get_result() is not None

    async def _held_back(self, tx: Tx, alert: Alert, match: Match) -> Silence | None:
        """The silence that holds an alert back which would open an incident; None when none does."""
        desk = self.parts.desk()
        return await silencing.hold_back(tx, alert, match.playbook, desk.organisation, desk.office.silences, desk.now)

    async def _note_end(self, alert: Alert) -> bool:
        """What takes an earlier alert back, or calls it over, is noted at that alert's incident; a withdrawal is told.

        It waits until the earlier alert has its place, for a while, and opens nothing by itself.
        """
        now = self.parts.clock.now()
        async with self.parts.database.read() as tx:
            is_known = await placing.decide_by_thread(tx, alert) is not None
        if not is_known and now - alert.received_at < ENDS_WAIT_FOR:
            return False
        async with self.parts.database.write() as tx:
            decision = await placing.decide_by_thread(tx, alert)
            if decision is None:
                return await placing.set_aside(tx, alert, now)
            if not await placing.end(tx, alert, decision, now):
                return False
            incident = await incidents.get(tx, decision.incident_id or "")
            if incident is not None and alert.phase is AlertPhase.CANCELLED:
                key = f"source_cancelled:{alert.id}"
                notice = Notice(key, incident, Escalation.SOURCE_CANCELLED, now, people=(alert.feed,))
                for channel in self.parts.channels.values():
                    await channel.notify_room(tx, notice)
        await self._committed()
        return True

    # 2. An incident is opened.

    @DBOS.workflow()
    async def open_incident(self, alert_id: str, match: Match) -> str | None:
        """Open an incident for an alert and the playbook that fits: everything in one transaction."""
        incident_id = await self._transaction(self._open, alert_id, match)
        await self._committed()
        return incident_id

    async def _read(self, alert: Alert) -> Reading:
        return await asyncio.to_thread(self._reading, alert)

    async def _open(self, tx: Tx, alert_id: str, match: Match) -> str | None:
        stored = await alerts.get(tx, alert_id)
        if stored is None or stored.incident_id is not None:
            return stored.incident_id if stored else None
        if stored.outcome is AlertOutcome.SILENCED:
            return None
        alert, desk = stored.alert, self.parts.desk()
        said = hear(alert, await self._read(alert))  # a text that was encoded just now is not encoded again
        decision = await placing.decide_place(tx, alert, said)
        if decision.incident_id is not None:  # another alert opened it since we looked
            await placing.join(tx, alert, said, decision, desk.now)
            return decision.incident_id

        async def opened(tx: Tx) -> str:
            incident = await opening.open_incident(tx, desk, alert, said, match, decision)
            for channel in self.parts.channels.values():
                await channel.address(tx, incident)
            await self._ask_the_units(tx, incident)
            return incident.id

        return await in_one_go(tx, opened)

    async def _ask_the_units(self, tx: Tx, incident: Incident) -> None:
        """Whoever should know the facts of a new incident is asked for them in their own chat, once."""
        desk = await self.parts.desk().seated(tx)
        for number, notice in enumerate(await fact_units.questions_on_opening(tx, desk, incident)):
            for channel in self.parts.channels.values():
                await channel.tell_room(tx, f"facts:{incident.id}:{number}", notice)

    # 3. A person acts.

    async def act_arrived(self, channel: str, key: str) -> WorkflowHandleAsync[None]:
        """An act is durable: carry it out, once however often this is said. Who waits for the handle knows its end."""
        with SetWorkflowID(key):
            return await DBOS.start_workflow_async(self.carry_out, channel, key)

    @DBOS.workflow()
    async def carry_out(self, channel_name: str, key: str) -> None:
        """Decide one act in one transaction, then start the deliveries it queued and answer the person."""
        channel = self.parts.channels[channel_name]
        try:
            decided = await self._transaction(self._decide_act, channel_name, key)
        except Exception:  # an act that cannot be carried out is answered, not tried for ever
            log.exception("act_failed", key=key)
            decided = await self._transaction(self._give_up_act, channel_name, key)
        if decided is None:
            return
        act, outcome = decided
        await self._committed()
        if outcome.reason in (Reason.REPORTED, Reason.REPORTED_DRILL):
            self.alerts_arrived()
        if outcome.reason is Reason.REWORDING_ASKED:
            self.reword(channel_name, act, outcome)
        for delivery in outcome.publish:
            await self.start_delivery(delivery)
        await channel.respond(act, outcome)

    async def _decide_act(self, tx: Tx, channel_name: str, key: str) -> tuple[Act, Outcome] | None:
        channel = self.parts.channels[channel_name]
        taken = await channel.take(tx, key)
        if taken is None:
            return None
        act = marked.without_secret_reasons(taken)
        desk = replace(await self.parts.desk().seated(tx), out_of_chat=self.parts.out_of_chat)
        outcome = await acts.perform(tx, desk, act)
        person = desk.who(act.actor)
        if act is not taken:
            outcome = marked.told_what_was_not_kept(outcome, person)
        await audit.append(tx, acts.audit_event(act, person, outcome, desk.now))
        if outcome.incident_id is not None and not outcome.refused:
            for concerned in (outcome.incident_id, *outcome.also):
                incident = await incidents.get(tx, concerned)
                if incident is not None:  # an act on one channel may ask somebody on another to look
                    for every in self.parts.channels.values():
                        await every.address(tx, incident)
        await channel.reply(tx, act, outcome)
        for number, notice in enumerate(outcome.notices):  # the acting channel tells them with its answer
            for every in self.parts.channels.values():
                if every is not channel:
                    await every.tell_room(tx, f"notice:{act.key}:{number}", notice)
        return marked.as_it_may_be_kept(act, outcome), outcome

    async def _give_up_act(self, tx: Tx, channel_name: str, key: str) -> tuple[Act, Outcome] | None:
        channel = self.parts.channels[channel_name]
        taken = await channel.take(tx, key)
        if taken is None:
            return None
        act, desk = marked.without_secret_reasons(taken), await self.parts.desk().seated(tx)
        outcome = marked.told_as_secret(act, Outcome(Reason.ACT_FAILED))
        await audit.append(tx, acts.audit_event(act, desk.who(act.actor), outcome, desk.now))
        await channel.reply(tx, act, outcome)
        return marked.as_it_may_be_kept(act, outcome), outcome

    # 4. Approved words go out.

    async def start_delivery(self, key: DeliveryKey) -> None:
        """Begin one attempt to bring one version to one outlet."""
        with SetWorkflowID(str(key)):
            await DBOS.start_workflow_async(self.deliver, key)

    @DBOS.workflow()
    async def deliver(self, key: DeliveryKey) -> str:
        """Bring one version to one outlet: claim and call in one step, then write down how it ended.

        The claim turns the delivery ``unknown`` before the call. A process that dies in between runs the step again,
        finds the claim taken, and asks a person instead of calling twice.
        """
        ending = await self._claim_and_call(key)
        await self._transaction(self._settle, key, ending)
        await self._committed()
        return ending.how.value

    @DBOS.step()
    async def _claim_and_call(self, key: DeliveryKey) -> Ending:
        outlet = self.parts.outlets[key.outlet]
        async with self.parts.database.write() as tx:
            claimed = await publication.claim(tx, self.parts.desk(), key)
            if claimed is Reason.DELIVERY_IN_DOUBT and outlet.repeatable:
                claimed = await statements.get_version(tx, key.incident_id, key.version) or claimed
            incident = await incidents.get(tx, key.incident_id)
            earlier = None if isinstance(claimed, Reason) else await publication.earlier_copy(tx, key, claimed)
            refers_to = None if isinstance(claimed, Reason) else await publication.referred_to(tx, claimed)
        if isinstance(claimed, Reason) or incident is None:
            how = Ended.IN_DOUBT if claimed is Reason.DELIVERY_IN_DOUBT else Ended.REFUSED
            return Ending(how, str(claimed))
        try:
            return Ending(
                Ended.SENT, await outlet.publish(Publication(incident, claimed, earlier, refers_to, key.attempt))
            )
        except NotDelivered as error:
            return Ending(Ended.NOT_SENT, error.why, error.retry_after, error.some_went)
        except DeliveryInDoubt as error:
            return Ending(Ended.IN_DOUBT, str(error), some_went=error.some_went)

    async def _settle(self, tx: Tx, key: DeliveryKey, ending: Ending) -> None:
        settled = await publication.settle(tx, key, ending, self.parts.clock.now())
        if Settled.IN_DOUBT in settled:
            await self._ask(tx, key)
        if Settled.IN_PUBLIC in settled:
            for channel in self.parts.channels.values():
                if channel.capabilities.buttons:
                    await channel.offer_follow_ups(tx, key)

    async def _ask(self, tx: Tx, key: DeliveryKey) -> None:
        if await deliveries.mark_asked(tx, key.incident_id, key.version, key.outlet, key.attempt):
            await incidents.touch(tx, key.incident_id)  # the card now shows a doubt
            for channel in self.parts.channels.values():
                if channel.capabilities.buttons:
                    await channel.ask_whether_it_appeared(tx, key)

    def _patience(self, outlet: str) -> timedelta:
        known = self.parts.outlets.get(outlet)
        return GOES_ON_WITHIN if known is not None and known.repeatable else STRANDED_AFTER

    # 5. Nothing is left lying.

    async def sweep(self, undone_acts: Sequence[tuple[str, str]] = ()) -> None:
        """Pick up what a crash or an outage left: alerts without incident, acts, due and doubtful deliveries."""
        now = self.parts.clock.now()
        self._ends_that_wait.clear()
        self.alerts_arrived()
        for channel, act in undone_acts:
            await self._begin_unless_under_way(act, self.carry_out, channel, act)
        async with self.parts.database.read() as tx:
            stopped = await publishing_stops.in_force(tx) is not None
            due = [] if stopped else await deliveries.due(tx, now)
            doubtful = [d for d in await deliveries.doubtful(tx) if not d.asked]
        for delivery in due:
            if delivery.outlet in self.parts.outlets:  # one that was switched off since would only fail
                await self._begin_unless_under_way(str(delivery.key), self.deliver, delivery.key)
        for delivery in doubtful:
            if abs(now - delivery.updated_at) > self._patience(
                delivery.outlet
            ):  # ahead of now: the clock was set back since
                async with self.parts.database.write() as tx:
                    await self._ask(tx, delivery.key)
                await self._committed()
        await self.watch_growth()  # 6. What grew is told once.
        await self.watch_clocks()  # 7. Time passes.
        await self.mind()  # 8. Keng minds its own work.
        await self.watch_curves()  # 9. Counts become alerts.
