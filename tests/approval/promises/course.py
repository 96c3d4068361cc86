"""Promise 2 and the decree: states move along their tables, clocks start by people, time wakes and never approves."""

from __future__ import annotations

from bot.model import commands as c
from bot.model.reasons import Escalation, Reason
from tests.approval.promises.cast import BY_ID
from tests.approval.promises.step import (
    APPROVING,
    DELIVERY_MOVES,
    INCIDENT_MOVES,
    OPEN,
    PUBLIC,
    REOPENING_MOVES,
    STATEMENT_MOVES,
    Broken,
    Remembered,
    Step,
    reaches,
)
from tests.approval.promises.tables import Row, Tables, instant


class Course(Remembered):
    """States, legal clocks, the escalation."""

    # 2. Nothing approves itself; states move along their tables.

    def states_move_along_their_tables(self, step: Step) -> None:
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key, {"state": "draft"})
            if before is not row and not reaches(STATEMENT_MOVES, before["state"], row["state"]):
                raise Broken(f"a statement went from {before['state']} to {row['state']}")
        moves = {k: set(v) for k, v in INCIDENT_MOVES.items()}
        reopened = [
            d
            for d in step.acts
            if isinstance(d.act.command, c.Reopen) and d.outcome and d.outcome.reason is Reason.REOPENED
        ]
        if reopened:
            for state, following in REOPENING_MOVES.items():
                moves[state] = moves.get(state, set()) | following
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id, {"state": "new"})
            if before is not row and not reaches(moves, before["state"], row["state"]):
                raise Broken(f"an incident went from {before['state']} to {row['state']}")
            if bool(row["open"]) != (row["state"] in OPEN):
                raise Broken("an incident's openness does not fit its state")
            if not step.acts and row["state"] != before["state"] and row["state"] != "responding":
                raise Broken(f"nobody did anything and an incident became {row['state']}")
        for copy, row in step.after.deliveries.items():
            before = step.before.deliveries.get(copy, {"state": "queued"})
            if before is not row and not reaches(DELIVERY_MOVES, before["state"], row["state"]):
                raise Broken(f"a delivery went from {before['state']} to {row['state']}")
        codes = [row["code"] for row in step.after.incidents.values() if row["open"]]
        if len(codes) != len(set(codes)):
            raise Broken("two open incidents have one code")

    # The clocks of NĐ 244/2026 Art. 7.3 and 7.4, and the escalation.

    def legal_clocks_start_by_human_acts(self, step: Step) -> None:
        # Whoever called an alert off or gave it away had handled it, as is seen when it is opened again.
        called_off = (c.FalseAlarm, c.HandOver) if any(isinstance(d.act.command, c.Reopen) for d in step.acts) else ()
        starting = {
            "accepted": (c.Acknowledge, *APPROVING, c.CloseIncident, c.Reopen, *called_off),
            "impact_determined": (c.MarkImpact,),
        }
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id, {})
            came_in = merged_in(step, incident_id)
            for what, kinds in starting.items():
                at, by = row[f"{what}_at"], row[f"{what}_by"]
                handed_down = inherited(step, incident_id, what)
                if handed_down and (at is None or at > min(handed_down)[0]):
                    raise Broken(f"{what}_at became younger when a matter was regrouped")
                if before.get(f"{what}_at") is not None and not came_in:
                    if (before[f"{what}_at"], before[f"{what}_by"]) != (at, by):
                        raise Broken(f"{what}_at was changed after it was set")
                elif (
                    at is not None
                    and (at, by) not in handed_down
                    and (by not in BY_ID or not step.by(by, *kinds) or instant(at) not in [d.at for d in step.acts])
                ):
                    raise Broken(f"{what}_at was set without an act of {by}")
            for column in ("opened_at", "rules_version"):
                if before and before[column] != row[column]:
                    raise Broken(f"{column} of an incident changed")
            for column in ("event_at", "alert_received_at"):
                known = [one[column] for one in (before, *came_in) if one and one[column] is not None]
                if before and row[column] != min(known, default=None):
                    raise Broken(f"{column} of an incident changed")
            if before and before["policy"] != row["policy"] and not came_in:
                raise Broken("policy of an incident changed")
        for (incident_id, rule), row in step.after.deadlines.items():
            if not rule.startswith("PN_") or row["state"] != "running":
                continue
            incident = step.after.incidents[incident_id]
            if row["started_at"] not in (incident["accepted_at"], incident["impact_determined_at"]):
                raise Broken(f"the clock {rule} runs from an instant at which nobody did anything")

    def what_runs_is_followed(self, step: Step) -> None:
        """Wherever the sweep has looked: the limit of Art. 7.3 until something is in public, words that wait for a
        second person, and words that put right what is in public."""
        for incident_id, row in step.after.incidents.items():
            if not row["open"] or row["clocks_revision"] != row["revision"]:
                continue
            family = (incident_id, *kin_merged(step.after, incident_id))
            states = {version["state"] for one in family for version in step.after.versions(one)}
            approvers = held_back(step.after, incident_id)
            if row["accepted_at"] and not states & (PUBLIC | ({"approved"} if row["drill"] else set())):
                self._runs(step, incident_id, "PN_24H_SU_KIEN", row["accepted_at"])
            if approvers:
                waiting = step.after.versions(incident_id)[-1]
                self._runs(step, incident_id, "release", waiting["approved_at"])
            repair = puts_right(step.after, incident_id)
            if repair:
                # An edit, or an approval that was voided, goes on where the clock stood: at one of the versions before.
                drafted = {v["created_at"] for v in step.after.versions(incident_id) if v["kind"] == repair["kind"]}
                clock = step.after.deadlines.get((incident_id, "approve"))
                if clock is None or clock["state"] != "running" or clock["started_at"] not in drafted:
                    raise Broken(f"nobody follows the approval of a {repair['kind']}")

    def _runs(self, step: Step, incident_id: str, rule: str, since: str) -> None:
        clock = step.after.deadlines.get((incident_id, rule))
        if clock is None or (clock["state"], clock["started_at"]) != ("running", since):
            raise Broken(f"nobody follows the clock {rule}")

    def no_mute_outlives_a_rise_to_level_3(self, step: Step) -> None:
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            if before is None or before["muted_until"] is None or not before["level"] < 3 <= row["level"]:
                continue
            if row["muted_until"] == before["muted_until"]:
                raise Broken("silence asked for in a small matter holds in a grave one")

    def nobody_is_woken_for_what_is_done(self, step: Step) -> None:
        told, self.world.told = self.world.told, []
        for person, notice in told:
            incident = step.after.incidents[notice.incident.id]
            rule = notice.clock.rule if notice.clock else ""
            family = kin_merged(step.after, incident["id"])
            states = {row["state"] for row in step.after.versions(incident["id"])}
            states |= {row["state"] for one in family for row in step.after.versions(one) if row["state"] in PUBLIC}
            if incident["state"] not in OPEN:
                raise Broken(f"{person} was woken for an incident that is {incident['state']}")
            if rule == "acknowledge" and (incident["accepted_at"] or states & (PUBLIC | {"approved"})):
                raise Broken(f"{person} was woken to acknowledge what is acknowledged")
            if rule == "approve" and states & (PUBLIC | {"approved"}) and not puts_right(step.after, incident["id"]):
                raise Broken(f"{person} was woken to approve what is approved")
            if rule == "progress" and states & (PUBLIC | {"approved"}):
                raise Broken(f"{person} was woken to go on with what is approved")
            waiting = held_back(step.after, incident["id"])
            if rule == "release" and not waiting:
                raise Broken(f"{person} was woken to let go what does not wait")
            if rule == "release" and notice.reason in (Escalation.WAITS, Escalation.REMINDER) and person in waiting:
                raise Broken(f"{person} was asked to let go what they approved themselves")
            if rule == "next_update" and not states & PUBLIC:
                raise Broken(f"{person} was woken to update what is not published")
            done = PUBLIC | ({"approved"} if incident["drill"] and not waiting else set())
            if rule.startswith("PN_") and states & done:
                raise Broken(f"{person} was woken for a legal limit that is met")
            if person in self.world.away:
                raise Broken(f"{person} was told although nothing reaches them")
            muted = incident["muted_until"]
            if muted and step.at < instant(muted) and not rule.startswith("PN_"):
                raise Broken(f"{person} was reminded of a muted incident")


def held_back(tables: Tables, incident_id: str) -> set[str]:
    """Who approved words that wait at level 4 until somebody else lets them go; empty where none do."""
    if tables.incidents[incident_id]["level"] < 4:
        return set()
    queued = {version for found, version, _ in tables.deliveries if found == incident_id}
    return {
        row["approved_by"]
        for row in tables.versions(incident_id)
        if row["state"] == "approved"
        and row["version"] not in queued
        and not tables.signed((incident_id, row["version"]), "second_person", row["sha256"])
    }


def puts_right(tables: Tables, incident_id: str) -> Row | None:
    """The version at hand that corrects, replaces or takes back words in public, while it may still be approved."""
    return next(
        (
            latest
            for latest in tables.versions(incident_id)[-1:]
            if latest["state"] in ("draft", "submitted")
            and latest["kind"] in ("correction", "retraction", "supersession")
        ),
        None,
    )


def merged_in(step: Step, incident_id: str) -> list[Row]:
    """The incidents that became part of this one in the step, as they were before it."""
    return [
        step.before.incidents.get(other, row)
        for other, row in step.after.incidents.items()
        if row["merged_into"] == incident_id and not (step.before.incidents.get(other) or {}).get("merged_into")
    ]


def kin_merged(tables: Tables, incident_id: str) -> list[str]:
    """Everything that was ever merged into an incident, however many times over."""
    found = [incident_id]
    for one in found:
        found += [other for other, row in tables.incidents.items() if row["merged_into"] == one and other not in found]
    return found[1:]


def inherited(step: Step, incident_id: str, what: str) -> list[tuple[str, str]]:
    """Instants, with the persons they belong to, that come to an incident by a merger, a split or an opening anew."""
    before, after = step.before.incidents.get(incident_id), step.after.incidents[incident_id]
    came_in = merged_in(step, incident_id)
    found = [one for one in (before, *came_in) if one and came_in]
    if before is None and after["split_from"] is not None:
        parent = step.before.incidents.get(after["split_from"]) or step.after.incidents[after["split_from"]]
        at = parent[f"{what}_at"]
        # Nobody took on what had not come yet: an act before the first alert of the new matter counts from that alert.
        found.append(parent | {f"{what}_at": at and max(at, after["alert_received_at"])})
    if (
        before
        and before["state"] in ("dismissed", "handed_over")
        and after["state"] in OPEN
        and what == "accepted"
        and not found
    ):
        at, by = before["accepted_at"], before["accepted_by"]
        return [(at, by) if at is not None else (before["closed_at"], before["closed_by"])]
    return [(one[f"{what}_at"], one[f"{what}_by"]) for one in found if one[f"{what}_at"] is not None]
