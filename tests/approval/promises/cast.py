"""Who is in the play, written down once as plain data; the checks read it with rules of their own.

An invented province: agency, two departments, the supervising department. Nobody here is anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.model import commands
from bot.model.person import Assignment, Organisation, Person, Role, Unit
from bot.model.routing import Routing
from bot.model.unit import UnitRole
from tests.approval.office import AGENCY

START = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)

TOP, OFFICE, HEALTH, SCHOOLS, PRESS = "ubnd-tinh", "van-phong-ubnd", "so-y-te", "so-gd-dt", "so-vhttdl"
PARENT: dict[str, str | None] = {TOP: None, OFFICE: TOP, HEALTH: TOP, SCHOOLS: TOP, PRESS: TOP}
LEADS = {
    "water-contamination": OFFICE,
    "food-poisoning": HEALTH,
    "service-outage": OFFICE,
    "school-incident": SCHOOLS,
    "unclassified": OFFICE,
}

SPEAKING = frozenset({"head", "regular", "authorised"})
WORKING = SPEAKING | {"deputy", "duty", "legal"}


@dataclass(frozen=True)
class Part:
    """One role of one person; ``unit`` None means for the whole agency, the end is the first instant without it."""

    role: str
    unit: str | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Actor:
    """One official with the accounts from which they press; all but the first were bound in the record."""

    id: str
    unit: str
    parts: tuple[Part, ...]
    accounts: tuple[int, ...]


TRUC, PHAT, PHO, CHU, YTE, GDDT, PHAP, TAM, MOI, GD_YTE, BAO = (
    "truc",
    "phat",
    "pho",
    "chu",
    "yte",
    "gddt",
    "phap",
    "tam",
    "moi",
    "gd-yte",
    "bao",
)
STRANGER, SECOND_ACCOUNT = 999, 1102

CAST = (
    Actor(TRUC, OFFICE, (Part("duty"),), (101,)),
    Actor(PHAT, OFFICE, (Part("regular"),), (102, SECOND_ACCOUNT)),
    Actor(PHO, OFFICE, (Part("deputy"),), (103,)),
    Actor(CHU, TOP, (Part("head"),), (104,)),
    Actor(YTE, HEALTH, (Part("regular", HEALTH),), (105,)),
    Actor(GDDT, SCHOOLS, (Part("regular", SCHOOLS),), (106,)),
    Actor(PHAP, OFFICE, (Part("legal"),), (107,)),
    Actor(TAM, OFFICE, (Part("regular", None, START + timedelta(hours=3)),), (108,)),  # ends midway
    Actor(MOI, OFFICE, (Part("regular"),), (109,)),  # may be revoked midway
    Actor(GD_YTE, HEALTH, (Part("head", HEALTH),), (110,)),
    Actor(BAO, PRESS, (Part("regular", PRESS),), (111,)),
)
ACCOUNTS = {account: actor.id for actor in CAST for account in actor.accounts}
BY_ID = {actor.id: actor for actor in CAST}
MAILBOXES = tuple(actor.id for actor in CAST)
EVERYBODY = (*sorted(ACCOUNTS), STRANGER)
SPEAKERS = (102, 102, 104, 105, 109, 108, SECOND_ACCOUNT, 106, 110)
WORKERS = (101, 102, 103, 104, 107, 105, 109, 108)
WITH_DEVICE = (PHAT, CHU, YTE, TAM, MOI, GD_YTE, GDDT)


def who(actor: commands.Actor) -> str:
    """Whose act it is by our own list of accounts, or by the mailbox to which the link went; empty for strangers."""
    return actor.person_id or ACCOUNTS.get(actor.user_id, "")


@lru_cache(maxsize=16)
def organisation(ended: frozenset[tuple[str, datetime]]) -> Organisation:
    """The cast as the office's files would give it; ``ended`` are people whose every role ended early, and when."""
    last = dict(ended)

    def ends(actor: Actor, part: Part) -> datetime | None:
        known = [end for end in (part.ends, last.get(actor.id)) if end is not None]
        return min(known, default=None)

    people = tuple(
        Person(
            id=actor.id,
            name=actor.id.upper(),
            title="Chức danh",
            unit=actor.unit,
            assignments=tuple(Assignment(Role(p.role), None, ends(actor, p), unit=p.unit) for p in actor.parts),
            telegram_id=actor.accounts[0],
            email=f"{actor.id}@songha.example.vn",
        )
        for actor in CAST
    )
    units = tuple(
        Unit(
            unit,
            unit.upper(),
            unit.upper(),
            parent,
            roles=frozenset({UnitRole.SUPERVISOR}) if unit == PRESS else frozenset(),
        )
        for unit, parent in PARENT.items()
    )
    routing = Routing(by_playbook={playbook: (unit, ()) for playbook, unit in LEADS.items()})
    return Organisation(AGENCY, units, people, routing=routing)
