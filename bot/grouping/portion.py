"""Many alerts in a row, judged as if each had come alone: what a storm brings is read once and written once.

In a storm almost every alert only makes a known matter grow. These are taken in portions, up to the first one with
which anything else begins (a matter of its own, an end, a message about an old matter): that one goes its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.grouping.decision import Decision, decide
from bot.grouping.hearing import Said
from bot.grouping.sketch import Kept, absorb
from bot.model.alert import Alert
from bot.model.reasons import Grouping

Name = tuple[str, str]
"""A feed, and what it calls one of its messages or their matter."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An alert, with what it says."""

    alert: Alert
    said: Said


@dataclass(frozen=True, slots=True)
class Joined:
    """An alert that joins an incident, why, and what is remembered of the incident with it."""

    alert: Alert
    decision: Decision
    kept: Kept


@dataclass
class Ground:
    """What alerts are held against: open matters by kind (True: drills), and who spoke of which of them before.

    ``named`` gives the incident of the latest message of a name, with the message's place in the order of arrival.
    """

    matters: dict[bool, dict[str, Kept]]
    named: dict[Name, tuple[int, str]] = field(default_factory=dict)
    latest: int = 0
    """Where the order of arrival has got to."""

    def earlier(self, alert: Alert) -> str | None:
        """The incident of the latest earlier message about the same matter, as the alert's sender names it."""
        found = [self.named[alert.feed, name] for name in alert.earlier if (alert.feed, name) in self.named]
        return max(found)[1] if found else None

    def join(self, heard: Heard, decision: Decision) -> Joined:
        """Let the alert make its matter grow, for those that follow."""
        alert, incident_id = heard.alert, decision.incident_id or ""
        kept = absorb(decision.kept, heard.said)
        self.matters[alert.status.is_drill][incident_id] = kept
        self.latest += 1
        self.named |= {(alert.feed, name): (self.latest, incident_id) for name in alert.names}
        return Joined(alert, decision, kept)


def join_in_turn(portion: Sequence[Heard], ground: Ground) -> list[Joined]:
    """The alerts that join an open matter, from the first to the one before which something else must be done."""
    joined: list[Joined] = []
    for heard in portion:
        decision = _place(heard, ground)
        if decision is None or decision.incident_id is None:
            break
        joined.append(ground.join(heard, decision))
    return joined


def _place(heard: Heard, ground: Ground) -> Decision | None:
    """Where an alert belongs; None when its sender ends something, or speaks of what is not open."""
    alert, matters = heard.alert, ground.matters[heard.alert.status.is_drill]
    if alert.phase.is_end:
        return None
    incident_id = ground.earlier(alert)
    if incident_id is None:
        return decide(heard.said, list(matters.items()))
    if incident_id not in matters:
        return None
    return Decision(incident_id, Grouping.SAME_SOURCE_ID, 1.0, matters[incident_id])
