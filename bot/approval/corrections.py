"""What an official's act says about matching: kept, in the transaction of the act, as a proposal to learn from.

Nothing is learned here. A proposal waits until a person adds its text to the examples, or declines it
(``keng playbooks learn``). Drills are kept with their mark and never proposed.
"""

from __future__ import annotations

from bot.approval.desk import Desk
from bot.model.audit import AuditEvent
from bot.model.correction import Correction, CorrectionState, Matched, Verdict
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.playbook import UNCLASSIFIED
from bot.store import alerts, audit, corrections, statements
from bot.store.database import Tx
from bot.store.ids import new_id
from index import passage
from index.text import has_letters


async def playbook_chosen(tx: Tx, desk: Desk, incident: Incident, playbook: str, by: Person) -> None:
    """An official chose ``playbook``. The last choice counts; one that agrees with matching withdraws the proposal."""
    matched = await _matched(tx, incident)
    if playbook == (matched.playbook or UNCLASSIFIED):
        await corrections.withdraw(tx, incident.id)
    else:
        await _propose(tx, desk, incident, matched, playbook, by, "")


async def called_off(tx: Tx, desk: Desk, incident: Incident, by: Person, remark: str) -> None:
    """An official said that it was a false alarm: the text may be one that looks like a crisis and is none.

    Or a false rumour of a real crisis, from which nothing must be learned: ``remark`` helps whoever decides.
    """
    await _propose(tx, desk, incident, await _matched(tx, incident), None, by, remark)


async def settle(tx: Tx, person: Person, correction: Correction, verdict: Verdict, **details: str | int) -> bool:
    """Carry out a person's decision over a proposal, on the record; False when it no longer waits, or is a drill's."""
    if not await corrections.decide(tx, correction.id, verdict):
        return False
    act = "add_example" if verdict.state is CorrectionState.ADDED else "decline_example"
    known = {
        "correction": correction.id,
        "matched": correction.matched.playbook or UNCLASSIFIED,
        "chosen": correction.chosen or "no_crisis",
        "why": verdict.why,
    }
    await audit.append(
        tx,
        AuditEvent(
            act,
            person.id,
            verdict.at,
            channel="cli",
            incident_id=correction.incident_id,
            details={name: value for name, value in (known | details).items() if value != ""},
        ),
    )
    return True


async def _propose(
    tx: Tx, desk: Desk, incident: Incident, matched: Matched, chosen: str | None, by: Person, remark: str
) -> None:
    """Let a new proposal take the place of the one that waits, unless this very word was given before."""
    before = await corrections.of_incident(tx, incident.id)
    waiting = next((c for c in before if c.verdict is None), None)
    if waiting is not None and waiting.chosen == chosen:
        return
    await corrections.withdraw(tx, incident.id)
    text = await _text(tx, incident)
    if any(c.chosen == chosen for c in before if c.verdict is not None) or not has_letters(text):
        return
    proposal = Correction(
        id=new_id(desk.now),
        incident_id=incident.id,
        code=incident.code,
        drill=incident.drill,
        at=desk.now,
        by=by.id,
        text=text,
        matched=matched,
        chosen=chosen,
        remark=" ".join(remark.split()),
    )
    await corrections.add(tx, proposal)


async def _matched(tx: Tx, incident: Incident) -> Matched:
    """What matching had said when the incident was opened: its first words were drafted from that playbook."""
    first = await statements.get_version(tx, incident.id, 1)
    playbook = first.playbook if first else incident.playbook
    confidence = incident.candidates[0].confidence if incident.candidates else 0.0
    return Matched(None if playbook == UNCLASSIFIED else playbook, confidence, incident.match_reason)


async def _text(tx: Tx, incident: Incident) -> str:
    """The text of the alert that opened the incident, as matching read it."""
    alert = await alerts.opening(tx, incident.id)
    return passage(alert.title, alert.summary, "") if alert else passage(incident.title, "", "")
