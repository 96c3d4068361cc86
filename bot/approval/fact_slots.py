"""The fact slots of a playbook as people name them, and their answers as they are read before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping

from bot.approval import linting
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.drafting.answers import Answer, read_answer, says_a_number
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.playbook import UNCLASSIFIED, Bilingual, Playbook
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion

FACT_LIMIT = 200
"""Characters of a fact; statements show no more."""

SOURCE_LIMIT = 120


def playbook_of(desk: Desk, incident: Incident) -> Playbook:
    """The incident's playbook; the one for when nothing fits where its file was removed."""
    return desk.playbooks.get(incident.playbook) or desk.playbooks[UNCLASSIFIED]


def slot_names(playbook: Playbook, lang: str = "vi") -> dict[str, str]:
    """The name of every slot by its id, in ``lang``, in the order in which they are numbered for people."""
    return {PLACE: playbook.phrases.place.in_(lang)} | {slot.id: slot.name.in_(lang) for slot in playbook.facts}


def slot_named(playbook: Playbook, typed: str) -> str | None:
    """The id of the slot that somebody typed: its id, or its number in the list."""
    ids, said = list(slot_names(playbook)), typed.strip().lower()
    if said.isascii() and said.isdecimal() and 1 <= int(said[:3]) <= len(ids):
        return ids[int(said[:3]) - 1]
    return said if said in ids else None


def unknown_slot(playbook: Playbook, typed: str, incident: Incident, current: StatementVersion) -> Outcome:
    """The refusal that names every slot in Vietnamese, with its number and its id."""
    listed = [f"{number}. {name} ({slot})" for number, (slot, name) in enumerate(slot_names(playbook).items(), 1)]
    return refuse(Reason.UNKNOWN_FACT, incident, current, slot=typed[:64], names="; ".join(listed))


def slot_kind(playbook: Playbook, slot: str) -> str:
    """The type of a slot as the playbook declares it."""
    declared = playbook.slot(slot)
    return declared.type if declared else "place"


def read_value(
    desk: Desk, playbook: Playbook, slot: str, typed: str, incident: Incident, current: StatementVersion
) -> Answer | Outcome:
    """The answer in its parts, or why it cannot be kept: empty, too long, no number, secret, of an hour to come."""
    kind = slot_kind(playbook, slot)
    answer = read_answer(typed, desk.now, kind)
    name = slot_names(playbook)[slot]
    if not answer.value:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    for said, limit in ((answer.value, FACT_LIMIT), (answer.source, SOURCE_LIMIT)):
        if len(said) > limit:
            return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(said)), limit=str(limit))
    if any(linting.bears_a_mark_of_secrecy(said) for said in (answer.value, answer.source)):
        return refuse(Reason.MARKED_SECRET, incident, current)
    if answer.unclear:
        return refuse(Reason.FACT_HOUR_UNCLEAR, incident, current, hour=answer.unclear[:40], slot_name=name)
    if kind == "count" and not says_a_number(answer.value):
        return refuse(Reason.FACT_WANTS_A_NUMBER, incident, current, slot_name=name, slot=slot)
    return answer


def listed(desk: Desk, playbook: Playbook, facts: Mapping[str, Fact], units: Mapping[str, Bilingual]) -> str:
    """Every slot with what is known of it, a line each, its parts between tabs: what a list is drawn from.

    Parts: slot, Vietnamese name, English name, state, value, by whom, the instant it holds until, source, the unit
    that should know in either language, ``required`` where nothing is approved without it.
    """
    lines = []
    for slot in slot_names(playbook):
        declared, fact = playbook.slot(slot), facts.get(slot)
        name = declared.name if declared else playbook.phrases.place
        state = fact.state if fact else FactState.UNKNOWN
        lines.append(
            "\t".join(
                (
                    slot,
                    name.vi,
                    name.en,
                    state.value,
                    fact.value if fact else "",
                    desk.name_of(fact.by) if fact else "",
                    (fact.as_of or fact.at).isoformat() if fact else "",
                    fact.source if fact else "",
                    units[slot].vi if slot in units else "",
                    units[slot].en if slot in units else "",
                    "required" if declared is not None and declared.required else "",
                )
            )
        )
    return "\n".join(lines)
