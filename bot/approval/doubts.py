"""Nobody knows whether a publication appeared: a person looked, and says so, by a button or in typed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.publication import mark_published
from bot.approval.refusals import refuse
from bot.approval.text_names import plain_name
from bot.locale import has, text
from bot.model.commands import AnswerDelivery, AnswerDoubt
from bot.model.delivery import Delivery, DeliveryKey, DeliveryState
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.outlet_letter import CopyState
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import deliveries, incidents, outlet_letters
from bot.store.database import Tx

_SHORTEST_PART = 3
"""Letters of an outlet's name that stand for all of it: *telegram* for *Kênh Telegram*."""


async def answer_delivery(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AnswerDelivery
) -> Outcome:
    """A person looked: it is there, or it is not and may be sent once more. The first answer counts."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident)
    where = (incident.id, command.version, command.outlet)
    waiting = (await outlet_letters.counts(tx, *where)).get(CopyState.QUEUED.value, 0)
    ended = DeliveryState.SENT if command.appeared and not waiting else DeliveryState.QUEUED
    settled = await deliveries.settle(
        tx, incident.id, command.version, command.outlet, command.attempt, ended, desk.now
    )
    if not settled:
        return refuse(Reason.DELIVERY_ALREADY_SETTLED, incident, outlet=command.outlet)
    await outlet_letters.answered(tx, *where, CopyState.SENT if command.appeared else CopyState.QUEUED, desk.now)
    values = {"code": incident.code, "version": str(command.version), "outlet": command.outlet, "by": person.name}
    again = DeliveryKey(incident.id, command.version, command.outlet, command.attempt + 1)
    if command.appeared:
        await mark_published(tx, incident, command.version, desk.now)
        return Outcome(
            Reason.DELIVERY_CONFIRMED,
            incident_id=incident.id,
            version=command.version,
            values=values,
            publish=(again,) if waiting else (),
        )
    await incidents.touch(tx, incident.id)
    return Outcome(
        Reason.DELIVERY_REQUEUED, incident_id=incident.id, version=command.version, values=values, publish=(again,)
    )


async def answer_doubt(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AnswerDoubt) -> Outcome:
    """The same answer in typed words, which name no attempt.

    It is for the one question that they can mean, and that was open when they were written. A sending that began since
    is another one: whoever wrote cannot have looked for it, and *no* would send once more what may be there already.
    """
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    copies = await deliveries.of_incident(tx, incident.id)
    # One that nobody was asked about is under way this moment.
    open_ = [copy for copy in copies if copy.state is DeliveryState.UNKNOWN and copy.asked]
    if not open_:
        return refuse(Reason.NOTHING_IN_DOUBT, incident)
    meant = [copy for copy in open_ if _is_meant(copy, command)]
    if len(meant) != 1:
        return _still_open(refuse(Reason.DOUBT_UNCLEAR, incident), meant or open_)
    doubt = meant[0]
    if command.written_at is None or command.written_at < doubt.updated_at:
        return _still_open(refuse(Reason.DOUBT_IS_NEWER, incident, outlet=doubt.outlet), meant)
    answer = AnswerDelivery(command.ref, doubt.version, doubt.outlet, doubt.attempts, appeared=command.appeared)
    return await answer_delivery(tx, desk, person, incident, answer)


def _is_meant(copy: Delivery, command: AnswerDoubt) -> bool:
    if command.version not in (None, copy.version):
        return False
    said, key = plain_name(command.named.replace("_", " ")), f"outlet.{copy.outlet}"
    names = [copy.outlet.replace("_", " "), *(plain_name(text(lang, key)) for lang in LANGUAGES if has(key))]
    return not said or said in names or (len(said) >= _SHORTEST_PART and any(said in name for name in names))


def _still_open(refused: Outcome, doubts: Sequence[Delivery]) -> Outcome:
    """The refusal with the questions that wait for an answer; how each is answered is for the channel to say."""
    return replace(refused, doubts=tuple(doubt.key for doubt in doubts))
