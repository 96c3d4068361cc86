"""What the audit log says of an act: who did it for certain, what was asked, and what came of it."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from bot.approval import marked
from bot.model import commands as c
from bot.model.audit import AuditEvent
from bot.model.outcome import Outcome
from bot.model.person import Person

LOGGED_LENGTH: Final = 200
"""Characters of a value of an outcome."""

ASKED: Final = frozenset(
    (
        *("version", "digest", "text", "discard", "older", "newer", "slot", "playbook", "model", "number", "numbers"),
        *("outlet", "appeared", "attempt", "level", "until", "into", "kind", "why", "ground", "silence", "key"),
        *("unit", "lift", "person", "request", "agree", "topic", "sensitivity"),
        *("claim", "label", "evidence", "verifier", "impact", "answer"),
    )
)
"""Fields of commands that are kept as they were asked, under ``asked_``."""

ONLY_SHOWN: Final = frozenset(
    (
        *("sealed", "pairing", "approval_code", "arg", "check", "typed", "put", "near", "first", "first_en"),
        *("stopped_vi", "stopped_en", "delegates", "withheld", "named"),
        *("playbooks", "names", "names_vi", "names_en", "grounds_vi", "grounds_en", "lines_vi", "lines_en"),
        *("facts", "held", "slots", "question", "question_en", "example", "awaits", "factor", "vietnamese"),
        *("open_vi", "open_en", "since_vi", "since_en", "taken_from_vi", "taken_from_en"),
    )
)
"""Values of an outcome that only serve the answer on the screen, and secrets; every other one is kept."""


def audit_event(act: c.Act, person: Person | None, outcome: Outcome, now: datetime) -> AuditEvent:
    """The entry for an act; of a stranger (``person`` None) the account or mailbox stands in it."""
    details: dict[str, Any] = {"outcome": outcome.reason.value, "refused": outcome.refused, "key": act.key}
    # Words under a mark of secrecy are kept nowhere, and last of all in a log from which nothing is ever removed.
    asked = [f.name for f in fields(act.command) if f.name in ASKED and marked.is_kept_of(act, outcome, f.name)]
    details |= {f"asked_{name}": getattr(act.command, name) for name in asked}
    if act.second_factor:
        details["second_factor"] = True
    kept = {name: value for name, value in outcome.values.items() if name not in ONLY_SHOWN and value}
    details |= {name: value[:LOGGED_LENGTH] for name, value in kept.items() if name not in details}
    return AuditEvent(
        act=_snake(type(act.command).__name__),
        actor=person.id if person else f"{act.actor.channel}:{act.actor.person_id or act.actor.user_id}",
        at=now,
        channel=act.actor.channel,
        incident_id=outcome.incident_id,
        version=outcome.version,
        details=details,
    )


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
