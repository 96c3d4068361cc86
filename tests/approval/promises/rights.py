"""Who may say yes, read from the cast and the tables by rules of their own (NĐ 244/2026 Art. 3, DESIGN §1.5)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tests.approval.promises.cast import BY_ID, LEADS, PARENT, WORKING, Actor
from tests.approval.promises.step import PUBLIC
from tests.approval.promises.tables import Row, Tables, Version, instant

TOPICS_FOR_THE_LAWYER = frozenset(
    {"investigation", "minors", "health_data", "land", "corruption", "data_breach", "foreign_nationals"}
)


def above(unit: str) -> list[str]:
    """The unit and everything over it."""
    chain = [unit]
    while (parent := PARENT.get(chain[-1])) is not None:
        chain.append(parent)
    return chain


def parts_at(
    tables: Tables, ended: dict[str, datetime], actor: Actor, incident: Row | None, at: datetime
) -> list[tuple[str, str | None]]:
    """(role, unit) of everything a person is at an instant, authorisations in this matter included."""
    last = ended.get(actor.id)
    held = [
        (part.role, part.unit)
        for part in actor.parts
        if (part.ends is None or at < part.ends) and (last is None or at < last)
    ]
    if incident is not None:
        held += [
            ("authorised", None)
            for given in tables.authorisations.values()
            if given["person"] == actor.id
            and given["incident_id"] == incident["id"]
            and given["revoked_at"] is None
            and instant(given["granted_at"]) <= at < instant(given["valid_to"])
        ]
    return held


def roles_at(
    tables: Tables, ended: dict[str, datetime], person: str, incident: Row | None, at: datetime
) -> frozenset[str]:
    """The bare roles of :func:`parts_at`; none for somebody who is not in the cast."""
    actor = BY_ID.get(person)
    return frozenset(role for role, _ in parts_at(tables, ended, actor, incident, at)) if actor else frozenset()


def no_right_to_vouch(tables: Tables, ended: dict[str, datetime], voucher: str, owner: str, at: datetime) -> str | None:
    """Why this person may not stand for a colleague who enrols a device, by the chat or by letter; None when they may.

    A device is a way into approving (ADR 0032): it takes its owner and somebody else who handles matters.
    """
    if voucher == owner:
        return "is the owner"
    authorised = any(
        given["person"] == voucher and given["revoked_at"] is None
        for given in tables.authorisations.values()
        if instant(given["granted_at"]) <= at < instant(given["valid_to"])
    )
    if not authorised and not roles_at(tables, ended, voucher, None, at) & WORKING:
        return "has no part in any matter at this instant"
    return None


def accused_in(tables: Tables, incident: Row) -> set[str]:
    """The units that are accused in a matter."""
    return {unit for found, unit in tables.accused if found == incident["id"]}


def judges_itself(tables: Tables, ended: dict[str, datetime], person: str, incident: Row, at: datetime) -> bool:
    """True when the person belongs to a unit that is accused in the matter, or acts for one at this instant."""
    actor = BY_ID[person]
    own = [actor.unit, *(unit for _, unit in parts_at(tables, ended, actor, incident, at) if unit)]
    return any(accused_in(tables, incident) & set(above(unit)) for unit in own)


def no_right_to_speak(
    tables: Tables, ended: dict[str, datetime], person: str, incident: Row, at: datetime
) -> str | None:
    """Why this person has no right to approve in this matter at this instant; None when they have."""
    actor = BY_ID.get(person)
    if actor is None:
        return "is nobody here"
    speaking = [
        unit for role, unit in parts_at(tables, ended, actor, incident, at) if role in ("head", "regular", "authorised")
    ]
    if not speaking:
        return "is no spokesperson at this instant"
    if judges_itself(tables, ended, person, incident, at):
        return "belongs to a unit that is accused"
    if None in speaking:
        return None
    accused = accused_in(tables, incident)
    approving = next((u for u in above(LEADS[incident["playbook"]]) if not accused & set(above(u))), None)
    if approving is None or not any(unit in above(approving) for unit in speaking):
        return "speaks for another unit"
    return None


def vouched(tables: Tables, version: Version) -> frozenset[str]:
    """Who confirmed what a draft says and no other words of the matter said before: it is theirs (ADR 0016)."""
    row = tables.statements[version]
    if row["author"] != "template":
        return frozenset()
    before = [earlier for earlier in tables.versions(version[0]) if earlier["version"] < version[1]]
    return frozenset(
        fact["by"]
        for slot, fact in _facts(row).items()
        if fact["state"] == "confirmed" and fact["value"] in _text(row)
        if all(fact["value"] not in _text(earlier) or _drafted_from(earlier, slot, fact) for earlier in before)
    )


def _drafted_from(row: Row, slot: str, fact: Row) -> bool:
    """True for an earlier draft, never in public, that says the same of the same person."""
    held = _facts(row).get(slot, {})
    is_theirs = all(held.get(name) == fact[name] for name in ("state", "value", "by"))
    return is_theirs and row["author"] == "template" and row["state"] not in PUBLIC


def _facts(row: Row) -> dict[str, Row]:
    return dict(json.loads(row["facts"] or "null") or {})


def _text(row: Row) -> str:
    return "\n".join(json.loads(row["texts"]).values())


def unmet_gates(
    tables: Tables,
    ended: dict[str, datetime],
    topics: frozenset[str],
    version: Version,
    at: datetime,
    *,
    leaving: bool,
) -> list[str]:
    """What the office's gates still ask of approved words as the matter stands; ``leaving``: the last look of all."""
    incident, row = tables.incidents[version[0]], tables.statements[version]
    unmet = []
    if incident["match_reason"] == "split_off" and incident["playbook_chosen_by"] is None:
        unmet.append("nobody chose or confirmed the playbook of a matter that was split off")
    approver, words = row["approved_by"], row["sha256"]

    def signed(kind: str) -> list[Row]:
        """Signatures of people who are of no accused unit: what the others gave counts no more."""
        of = tables.signed(version, kind, words)
        return [s for s in of if s["by"] not in BY_ID or not judges_itself(tables, ended, s["by"], incident, at)]

    if leaving and approver in BY_ID and judges_itself(tables, ended, approver, incident, at):
        unmet.append(f"{approver}, who approved, is of a unit that is accused")
    if topics & TOPICS_FOR_THE_LAWYER:
        checked = signed("legal_check")
        if not checked:
            unmet.append("no legal check of these words")
        elif all(s["by"] == approver for s in checked):
            unmet.append("the approver made the only legal check")
        for signature in checked:
            roles = roles_at(tables, {}, signature["by"], incident, instant(signature["at"]))
            if not roles & {"legal", "deputy", "head"}:
                unmet.append(f"{signature['by']} checked the law without being a lawyer or a leader")
    agreed = {s["unit"] for s in signed("joint_text")}
    for incident_id, unit in tables.case_units:
        is_accused = bool(accused_in(tables, incident) & set(above(unit)))  # it has no say in words about itself
        if incident_id == version[0] and unit not in agreed and not is_accused:
            unmet.append(f"{unit} holds the case too and has not agreed")
    for signature in tables.signed(version, "joint_text", words):
        person = BY_ID.get(signature["by"])
        if person is None or person.unit != signature["unit"]:
            unmet.append("a unit agreed by somebody of another unit")
    if incident["level"] < 4:
        return unmet
    editors = {row["created_by"], *vouched(tables, version)}
    if approver in editors:
        unmet.append("level 4: one who wrote the words approved them")
    read = [s for s in signed("content_check") if s["by"] not in {approver, *editors}]
    if not read:
        unmet.append("level 4: nobody but the author and the approver read the words")
    if not [s for s in signed("second_factor") if s["by"] == approver]:
        unmet.append("level 4: no second factor of the approver")
    if leaving:
        released = signed("second_person")
        if not released:
            unmet.append("level 4: no second person")
        for signature in released:
            if signature["by"] == approver:
                unmet.append("level 4: approver and second person are one")
            roles = roles_at(tables, ended, signature["by"], incident, instant(signature["at"]))
            if not roles & {"head", "regular", "authorised", "deputy", "duty"} and ended.get(signature["by"]) is None:
                unmet.append("level 4: the second person had no such right")
    return unmet


LONGEST_AUTHORISATION = timedelta(days=92)
