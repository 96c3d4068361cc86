"""Enrolment: a one-time code binds an account to a person; leaving is one command; a changed phone takes two people."""

from __future__ import annotations

from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import Actor, Enrol, Leave
from bot.model.enrolment import Binding, EnrolmentCode, PeopleRequest, RequestKind, code_hash
from bot.model.factor_link import Ended
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import WORKING_ROLES, Person, Role
from bot.model.reasons import Reason
from bot.store import bindings, board_links, factor_links, people_requests, signoff
from bot.store.database import Tx
from bot.store.people import TELEGRAM

CONFIRMING_ROLES = WORKING_ROLES | {Role.ADMIN}
"""Who may vouch for a colleague's changed phone."""


async def enrol(tx: Tx, desk: Desk, actor: Actor, command: Enrol) -> Outcome:
    """Bind the account that shows a code. A person who has, or had, another account needs a second person's word.

    A code is used up by whoever shows it first; one that reached somebody who is known as another person is refused and
    stays good for its owner.
    """
    if desk.organisation.fault is not None:
        return refuse(Reason.ORGANISATION_UNREADABLE)
    code = await bindings.find_code(tx, code_hash(command.code))
    person = desk.organisation.person(code.person) if code is not None else None
    if code is None or person is None or actor.channel != TELEGRAM:
        return refuse(Reason.CODE_UNKNOWN)
    refused = _code_refusal(desk, actor, code, person)
    if refused is not None:
        return refuse(refused, by=person.name if refused is Reason.ALREADY_ENROLLED else "")
    account = str(actor.user_id)
    if not await bindings.use_code(tx, code.hash, f"{actor.channel}:{account}", desk.now):
        return refuse(Reason.CODE_USED)
    if person.accounts or _was_taken_away(person, await bindings.of_channel(tx, TELEGRAM)):
        return await _ask_second_person(tx, desk, actor, code, person)
    await bindings.bind(tx, person.id, TELEGRAM, account, person.id, desk.now)
    values = {"by": person.name, "person": person.id, "account": account}
    if person.roles(desk.now) == {Role.DUTY}:  # whose cards stand in the duty room, not in their own chat
        values["put"] = "room"
    return Outcome(Reason.ENROLLED, values=values, notices=(Notice(DUTY_ROOM, "enrolled", values),))


async def leave(tx: Tx, desk: Desk, person: Person, actor: Actor, command: Leave) -> Outcome:
    """Let go of the account from which this is said; the person's other accounts stay."""
    account = str(actor.user_id)
    await bindings.release(tx, person.id, TELEGRAM, account, person.id, desk.now)
    values = {"by": person.name, "person": person.id, "account": account}
    return Outcome(Reason.LEFT, values=values, notices=(Notice(DUTY_ROOM, "left", values),))


async def decide_rebinding(tx: Tx, desk: Desk, decider: Person, request: PeopleRequest, *, agree: bool) -> Outcome:
    """A second person knows that the phone is their colleague's, or not. The person themselves may only decline."""
    person = desk.organisation.person(request.person)
    may_confirm = decider.id != request.person and bool(decider.roles(desk.now) & CONFIRMING_ROLES)
    if not may_confirm and (agree or decider.id != request.person):
        return refuse(Reason.SECOND_PERSON_NEEDED)
    account = int(request.content["account"])
    if person is None or not agree:
        await people_requests.decide(tx, request.id, decider.id, desk.now, agreed=False)
        return _declined(request, decider, account, person)
    if desk.organisation.by_telegram(account) is not None:
        return refuse(Reason.ACCOUNT_OF_ANOTHER)
    if not await people_requests.decide(tx, request.id, decider.id, desk.now, agreed=True):
        return refuse(Reason.NO_SUCH_REQUEST, code=request.code)
    before = () if request.content["additional"] == "yes" else tuple(sorted(person.accounts))
    for old in before:
        await bindings.release(tx, person.id, TELEGRAM, str(old), decider.id, desk.now)
    if before:  # the phone may be in other hands, and its browser with it
        await board_links.end_all(tx, person.id, desk.now)
        await signoff.shut(tx, person.id)
        await factor_links.end_of(tx, person.id, Ended.REPLACED, desk.now)
    await bindings.bind(tx, person.id, TELEGRAM, str(account), decider.id, desk.now)
    values = {"by": decider.name, "name": person.name, "person": person.id, "account": str(account)}
    return Outcome(
        Reason.REBOUND,
        values=values | {"before": " ".join(map(str, before))},
        notices=(
            Notice(DUTY_ROOM, "rebound", values),
            Notice(person.id, "rebound_new", values, address=account),
            *(Notice(person.id, "rebound_old", values, address=old) for old in before),
        ),
    )


def _code_refusal(desk: Desk, actor: Actor, code: EnrolmentCode, person: Person) -> Reason | None:
    if code.used_at is not None:
        return Reason.CODE_USED
    if desk.now >= code.expires_at:
        return Reason.CODE_EXPIRED
    if code.only_for is not None and code.only_for != str(actor.user_id):
        return Reason.CODE_FOR_ANOTHER
    owner = desk.who(actor)
    if owner is None:
        return None
    return Reason.ALREADY_ENROLLED if owner.id == person.id else Reason.ACCOUNT_OF_ANOTHER


def _was_taken_away(person: Person, known: list[Binding]) -> bool:
    """True when somebody else once released an account of this person: then a new one is a changed phone, too."""
    return any(b.person == person.id and b.released_by not in (None, person.id) for b in known)


async def _ask_second_person(tx: Tx, desk: Desk, actor: Actor, code: EnrolmentCode, person: Person) -> Outcome:
    content = {"account": str(actor.user_id), "additional": "yes" if code.additional else "no"}
    request = await people_requests.ask(tx, RequestKind.REBINDING, person.id, content, desk.now)
    values = {"by": person.name, "person": person.id, "account": str(actor.user_id), "code": request.code}
    warned = (
        Notice(person.id, "rebinding_warned", values, address=old, request=request.id, may_agree=False)
        for old in sorted(person.accounts)
    )
    asked = Notice(DUTY_ROOM, "rebinding_asked", values, request=request.id)
    return Outcome(Reason.REBINDING_ASKED, values=values, notices=(asked, *warned))


def _declined(request: PeopleRequest, decider: Person, account: int, person: Person | None) -> Outcome:
    values = {"by": decider.name, "name": person.name if person else request.person, "code": request.code}
    notices = (
        Notice(DUTY_ROOM, "rebinding_declined", values),
        Notice(request.person, "rebinding_declined_new", values, address=account),
    )
    return Outcome(Reason.REQUEST_DECLINED, values=values, notices=notices)
