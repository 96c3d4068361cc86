"""Who may speak in a matter now, and how they are named to somebody who waits for them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.reach import names_of
from bot.locale import text
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.person import Person, Role


def speakers(desk: Desk, incident: Incident) -> tuple[Person, ...]:
    """Everybody who may speak in this matter at this moment; a gate may still bar one of them from these words."""
    organisation = desk.organisation
    return tuple(p for p in organisation.people if authority.may_speak(p, incident, organisation, desk.now) is None)


def spokesperson(desk: Desk, incident: Incident) -> tuple[Person, Role] | None:
    """Whom a statement names at its end, and as what: who speaks for the agency itself.

    First whom the head authorised for this very matter (Art. 3.5), then the regular spokesperson, then the head.
    The press must name speaker and agency (NĐ 244/2026 Art. 9), so that a department's spokesperson never stands below
    the agency's words, wherever they are in the list; nor does anybody of a unit that the matter is about.
    """
    for role in (Role.AUTHORISED, Role.REGULAR, Role.HEAD):
        for person in desk.organisation.people:
            held = person.in_force(desk.now, None, incident.id, incident.code)
            speaks = any(a.role is role and a.unit is None for a in held)
            if speaks and not authority.is_of_accused_unit(person, incident, desk.organisation, desk.now):
                return person, role
    return None


def named(people: Sequence[Person]) -> dict[str, str]:
    """People, in the values of an answer, as somebody who rings them must know them; that there is nobody, too."""
    return {f"names_{lang}": names_of(people) or text(lang, "speakers.nobody") for lang in LANGUAGES}
