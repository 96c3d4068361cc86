"""Whose name stands below words that somebody else approves: the press prints it (NĐ 244/2026 Art. 9).

Whoever is named answers for the words (Art. 4), so both are told: the approver before, the one who is named afterwards.
"""

from __future__ import annotations

from bot.approval import authority
from bot.approval.desk import Desk
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.statement import StatementVersion


def named_instead(desk: Desk, incident: Incident, current: StatementVersion, approver: Person) -> tuple[Person, ...]:
    """Spokespersons whose names stand in the words while the approver's does not."""
    words = "\n".join(current.texts.values())
    if approver.name in words:
        return ()
    cases = (None, incident.id, incident.code)
    return tuple(
        p for p in desk.organisation.people if p.id != approver.id and p.may_speak(desk.now, *cases) and p.name in words
    )


def telling_them(desk: Desk, incident: Incident, current: StatementVersion, by: Person, done: Outcome) -> list[Notice]:
    """What those are told in whose name somebody else approved words.

    Nobody of a unit that the matter is about: words may tell of them, and they hear nothing of their own case here.
    """
    values = {**done.values, "by": by.name, "title": incident.title}
    return [
        Notice(one.id, "approved_in_your_name", values, incident_id=incident.id)
        for one in named_instead(desk, incident, current, by)
        if not authority.is_of_accused_unit(one, incident, desk.organisation, desk.now)
    ]
