"""Who may speak in a matter now, and how they are named to somebody who waits for them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.reach import names_of
from bot.locale import text
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.person import Person


def speakers(desk: Desk, incident: Incident) -> tuple[Person, ...]:
    """Everybody who may speak in this matter at this moment; a gate may still bar one of them from these words."""
    organisation = desk.organisation
    return tuple(p for p in organisation.people if authority.may_speak(p, incident, organisation, desk.now) is None)


def named(people: Sequence[Person]) -> dict[str, str]:
    """People, in the values of an answer, as somebody who rings them must know them; that there is nobody, too."""
    return {f"names_{lang}": names_of(people) or text(lang, "speakers.nobody") for lang in LANGUAGES}
