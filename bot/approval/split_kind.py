"""Which playbook a matter that is split off begins with, until a person chooses: nobody said that it is the parent's.

The act does not wait for a model. What matching said of an alert when it came is kept in the incident's sketch, for its
first and its latest alerts; where those that leave are among them, that is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.approval.desk import Desk
from bot.grouping.regroup import Before
from bot.locale import text
from bot.model.alert import Alert
from bot.model.incident import SPLIT_OFF, Incident, MatchedPlaybook
from bot.model.languages import LANGUAGES
from bot.model.playbook import UNCLASSIFIED

CLEAR = 0.5
"""From this probability on the alerts' own match is drafted from, rather than the parent's playbook."""

_CANDIDATES = 3


def provisional(desk: Desk, parent: Incident, before: Sequence[Before], leaving: Sequence[Alert]) -> Incident:
    """``parent`` with the playbook, and the candidates for it, that ``leaving`` begin with; nobody has chosen it."""
    found = _own(desk, before, leaving)
    own = found[0].playbook if found and found[0].confidence >= CLEAR else None
    playbook = own or parent.playbook
    offered = [one for one in found if one.playbook != playbook]
    mine = next((one for one in found if one.playbook == playbook), None)
    if playbook != UNCLASSIFIED:  # it can be confirmed where the alerts' own match does not speak for it, too
        offered.insert(0, mine or MatchedPlaybook(playbook, 0.0))
    return replace(
        parent,
        playbook=playbook,
        candidates=tuple(offered[:_CANDIDATES]),
        match_reason=parent.match_reason if playbook == UNCLASSIFIED else SPLIT_OFF,
        playbook_chosen_by=None,
    )


def told(parent: Incident, made: Incident) -> dict[str, str]:
    """What the answer says of where playbook and draft come from."""
    of_its_own = made.playbook != parent.playbook
    return {
        f"taken_from_{lang}": text(lang, "split.by_its_alerts") if of_its_own else parent.code for lang in LANGUAGES
    }


def _own(desk: Desk, before: Sequence[Before], leaving: Sequence[Alert]) -> list[MatchedPlaybook]:
    """How likely each playbook is by what matching said of these alerts; empty where nothing is known of them."""
    known = [kinds for old in before for kinds in old.kinds_of({alert.id for alert in leaving})]
    ids = sorted({playbook for kinds in known for playbook in kinds.likely if playbook in desk.playbooks})
    likely = [MatchedPlaybook(p, round(sum(k.likely.get(p, 0.0) for k in known) / len(known), 4)) for p in ids]
    return sorted(likely, key=lambda one: -one.confidence)
