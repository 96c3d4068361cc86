"""Authorising a spokesperson: anybody at work asks the head with one press, and the head alone grants.

In writing, for one case and for a time (NĐ 244/2026 Art. 3.4, 3.5). Regular and authorised spokespersons hand nothing
on (Art. 3.6).
"""

from __future__ import annotations

from datetime import timedelta

from bot.approval import authority
from bot.approval.days import tomorrow
from bot.approval.desk import Desk
from bot.approval.reach import names_of, reached
from bot.approval.refusals import refuse
from bot.approval.until import split_end
from bot.locale import times
from bot.model.commands import AskAuthorisation, AskAuthorise, Authorise, RevokeAuthorisation
from bot.model.incident import Incident
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import SPEAKING_ROLES, WORKING_ROLES, Person, Role
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, Author
from bot.store import authorisations, incidents, statements
from bot.store.database import Tx

LONGEST = timedelta(days=92)
"""An authorisation is for one case; a longer one is a mistyped year."""

DOCUMENT_LIMIT = 120
OFFERED = 6


async def ask_authorisation(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskAuthorisation
) -> Outcome:
    """Ask the head to authorise somebody: every head is told, with one button for each colleague who could speak.

    Whom no message reaches is named; where that is every head, nothing is sent, and the answer says whom to ring.
    """
    refused = _refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    heads = [p for p in desk.organisation.people if is_head(p, incident, desk) and p.id != person.id]
    if not heads:
        return refuse(Reason.NO_HEAD, incident)
    able = await reached(tx, desk, heads)
    if not able.told:
        return refuse(Reason.NO_HEAD_REACHED, incident, silent=names_of(heads))
    offered = tuple((p.id, p.name) for p in candidates(desk, incident, first=person))
    values = {
        "code": incident.code,
        "by": person.name,
        "title": incident.title,
        "sample": (offered or (("…", ""),))[0][0],
    }
    notices = tuple(
        Notice(head.id, "authorisation_asked", values, incident_id=incident.id, authorise=offered) for head in heads
    )
    return Outcome(
        Reason.AUTHORISATION_ASKED,
        incident_id=incident.id,
        values={"code": incident.code, "by": person.name, "heads": ", ".join(head.name for head in able.told)}
        | able.values,
        notices=notices,
    )


async def ask_authorise(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskAuthorise
) -> Outcome:
    """The head has chosen whom: ask for the document and the end. Where nobody was named yet, offer who could be."""
    refused = _refusal(desk, person, incident) or _head_only(desk, person, incident)
    if refused is not None:
        return refused
    if not command.person:
        offered = "\n".join(f"{p.id}\t{p.name}" for p in candidates(desk, incident))
        return Outcome(
            Reason.ASK_DELEGATE, incident_id=incident.id, values={"code": incident.code, "delegates": offered}
        )
    chosen = desk.organisation.person(command.person)
    if chosen is None:
        return refuse(Reason.NO_SUCH_DELEGATE, incident, person=command.person[:64], names=_names(desk, incident))
    return Outcome(
        Reason.ASK_AUTHORISE,
        incident_id=incident.id,
        values={
            "code": incident.code,
            "person": chosen.name,
            "person_id": chosen.id,
            "arg": chosen.id,
            "tomorrow": _tomorrow(desk),
        },
    )


def _tomorrow(desk: Desk) -> str:
    """The day of the example: one that can be copied as it stands."""
    return f"{tomorrow(desk.now):%d/%m/%Y}"


async def authorise(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Authorise) -> Outcome:
    """The head authorises one person for this case: with the number of the document, and an end."""
    refused = _refusal(desk, person, incident) or _head_only(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    chosen = desk.organisation.person(command.person.strip().lower())
    if chosen is None:
        return refuse(Reason.NO_SUCH_DELEGATE, incident, person=command.person[:64], names=_names(desk, incident))
    if authority.is_of_accused_unit(chosen, incident, desk.organisation, desk.now):
        return refuse(Reason.DELEGATE_IS_ACCUSED, incident, person=chosen.name, names=_names(desk, incident))
    if authority.may_speak(chosen, incident, desk.organisation, desk.now) is None:
        return refuse(Reason.ALREADY_SPEAKS, incident, person=chosen.name)
    document, end = split_end(command.terms, desk.now)
    if not document or len(document) > DOCUMENT_LIMIT:
        return refuse(Reason.DOCUMENT_MISSING, incident, person_id=chosen.id, tomorrow=_tomorrow(desk))
    if end is None or not desk.now < end <= desk.now + LONGEST:
        return refuse(Reason.END_MISSING, incident, person_id=chosen.id, tomorrow=_tomorrow(desk))
    redraft = await _is_drafted_in_another_name(tx, incident, chosen)
    made = await authorisations.add(tx, chosen.id, incident.id, document, person.id, desk.now, end)
    await incidents.touch(tx, incident.id)
    values = {
        "code": incident.code,
        "by": person.name,
        "person": chosen.name,
        "person_id": chosen.id,
        "title": incident.title,
        "document": document,
        **times("until", end),
        "authorisation": made,
        "others": ", ".join(p.name for p in candidates(desk, incident) if p.id != chosen.id),
    }
    return Outcome(
        Reason.AUTHORISED,
        incident_id=incident.id,
        values=values,
        notices=(
            Notice(chosen.id, "authorised_redraft" if redraft else "authorised", values, incident_id=incident.id),
            Notice(DUTY_ROOM, "authorised_room", values, incident_id=incident.id),
        ),
    )


async def revoke(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: RevokeAuthorisation
) -> Outcome:
    """The head takes an authorisation back before its end."""
    refused = _head_only(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    wanted = command.person.strip().lower()
    held = [
        a
        for a in await authorisations.of_incident(tx, incident.id)
        if a.person == wanted and a.revoked_at is None and a.valid_to > desk.now
    ]
    if not held:
        return refuse(Reason.NO_AUTHORISATION, incident, person=desk.name_of(wanted)[:64])
    for authorisation in held:
        await authorisations.revoke(tx, authorisation.id, person.id, desk.now)
    await incidents.touch(tx, incident.id)
    values = {"code": incident.code, "by": person.name, "person": desk.name_of(wanted), "title": incident.title}
    return Outcome(
        Reason.AUTHORISATION_REVOKED,
        incident_id=incident.id,
        values=values,
        notices=(
            Notice(wanted, "authorisation_revoked", values),
            Notice(DUTY_ROOM, "authorisation_revoked_room", values, incident_id=incident.id),
        ),
    )


async def _is_drafted_in_another_name(tx: Tx, incident: Incident, chosen: Person) -> bool:
    """True where the template's words wait for an approval and name somebody else as the spokesperson."""
    current = await statements.current(tx, incident.id)
    if current is None or current.state not in APPROVABLE or current.author is not Author.TEMPLATE:
        return False
    return chosen.name not in current.full_vi


def candidates(desk: Desk, incident: Incident, first: Person | None = None) -> tuple[Person, ...]:
    """Colleagues at work who may not speak in this case yet: whoever asks first, deputies next, other units' last.

    Nobody of a unit that is accused in it is among them.
    """

    def rank(person: Person) -> tuple[bool, bool, bool]:
        roles = authority.roles_in(person, incident, desk.now)
        return (first is None or person.id != first.id, Role.DEPUTY not in roles, bool(roles & SPEAKING_ROLES))

    organisation = desk.organisation
    able = [
        p
        for p in organisation.people
        if authority.roles_in(p, incident, desk.now) & WORKING_ROLES
        and authority.may_speak(p, incident, organisation, desk.now) in (Reason.NO_RIGHT_TO_APPROVE, Reason.OTHER_UNIT)
        and not authority.is_of_accused_unit(p, incident, organisation, desk.now)
    ]
    return tuple(sorted(able, key=rank))[:OFFERED]


def _names(desk: Desk, incident: Incident) -> str:
    return ", ".join(f"{p.name} ({p.id})" for p in candidates(desk, incident))


def is_head(person: Person, incident: Incident, desk: Desk) -> bool:
    """True for the head whose agency speaks in this case: a head of another unit authorises nobody here."""
    if authority.may_speak(person, incident, desk.organisation, desk.now) is not None:
        return False
    return Role.HEAD in authority.roles_in(person, incident, desk.now)


def _head_only(desk: Desk, person: Person | None, incident: Incident) -> Outcome | None:
    if person is None:
        return refuse(Reason.NOT_ENROLLED, incident)
    if desk.organisation.fault is not None:
        return refuse(Reason.ORGANISATION_UNREADABLE, incident)
    return None if is_head(person, incident, desk) else refuse(Reason.ONLY_THE_HEAD_AUTHORISES, incident)


def _refusal(desk: Desk, person: Person | None, incident: Incident) -> Outcome | None:
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    return None if refusal is None else refuse(refusal, incident)
