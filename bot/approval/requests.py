"""Agreeing to, or declining, what a colleague waits for."""

from __future__ import annotations

from bot.approval import duty, enrolment, silences
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import Actor, DecideRequest
from bot.model.enrolment import RequestKind
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import people_requests
from bot.store.database import Tx


async def decide(tx: Tx, desk: Desk, person: Person, actor: Actor, command: DecideRequest) -> Outcome:
    """The answer to a request, by its kind. One whose time is up is closed without having been granted."""
    request = await people_requests.find_open(tx, command.request)
    if request is None:
        return refuse(Reason.NO_SUCH_REQUEST, code=command.request[:16])
    if desk.now >= request.expires_at:
        await people_requests.decide(tx, request.id, "expired", desk.now, agreed=False)
        return refuse(Reason.REQUEST_EXPIRED, code=request.code)
    if request.kind is RequestKind.REBINDING:
        return await enrolment.decide_rebinding(tx, desk, person, request, agree=command.agree)
    if request.kind is RequestKind.SILENCE:
        return await silences.decide(tx, desk, person, request, agree=command.agree)
    return await duty.decide_swap(tx, desk, person, request, agree=command.agree)
