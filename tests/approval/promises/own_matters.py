"""Promise 5 once more: whoever is accused stays so until a head outside says otherwise, and judges and ends nothing."""

from __future__ import annotations

from bot.model import commands as c
from tests.approval.promises.cast import BY_ID, TOP, who
from tests.approval.promises.rights import above, accused_in, judges_itself, parts_at
from tests.approval.promises.step import OPEN, Broken, Remembered, Step
from tests.approval.promises.world import Done

ENDING = (c.FalseAlarm, c.CloseIncident, c.HandOver, c.Merge, c.Mute)


class OwnMatters(Remembered):
    """Matters about a unit of the office."""

    def nobody_makes_an_end_of_their_own_matter(self, step: Step) -> None:
        for done in step.acts:
            command, outcome = done.act.command, done.outcome
            if outcome is None or outcome.refused or outcome.incident_id not in step.before.incidents:
                continue
            lowers = isinstance(command, c.SetLevel) and command.level < int(outcome.values["former"])
            if not lowers and not isinstance(command, ENDING):
                continue
            incident, person = step.before.incidents[outcome.incident_id], who(done.act.actor)
            # What another act of the same moment changed about who is accused counts either way.
            if not all(judges_itself(t, step.ended, person, incident, done.at) for t in (step.before, step.after)):
                continue
            if isinstance(command, c.HandOver) and TOP in accused_in(step.before, incident) and self._leads(step, done):
                continue
            raise Broken(f"{person}, of a unit that is accused, did {type(command).__name__} in that matter")

    def only_a_head_outside_takes_an_accusation_back(self, step: Step) -> None:
        for incident_id, unit in step.before.accused - step.after.accused:
            taken = [
                done
                for done in step.acts
                if isinstance(done.act.command, c.MarkAccused) and done.act.command.lift
                if done.outcome is not None and not done.outcome.refused and done.outcome.incident_id == incident_id
            ]
            outside = [d for d in taken if unit == TOP or unit not in above(BY_ID[who(d.act.actor)].unit)]
            if not any(self._leads(step, done) for done in outside):
                raise Broken("a unit is accused no more, and no head outside of it said so")

    def what_the_accused_approved_does_not_wait_to_leave(self, step: Step) -> None:
        """From the moment at which they are accused; a copy that may be out already is not taken back unsaid."""
        for incident_id, _unit in step.after.accused - step.before.accused:
            row = step.after.versions(incident_id)[-1]
            copies = [
                copy["state"]
                for tables in (step.before, step.after)
                for key, copy in tables.deliveries.items()
                if key[:2] == (incident_id, row["version"])
            ]
            if row["state"] != "approved" or {"unknown", "sent"} & set(copies) or row["approved_by"] not in BY_ID:
                continue
            incident = step.after.incidents[incident_id]
            if judges_itself(step.after, step.ended, row["approved_by"], incident, step.at):
                raise Broken(f"{row['approved_by']} is of a unit that is accused, and their approval stands")

    def a_merged_matter_comes_back_with_whoever_is_accused(self, step: Step) -> None:
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            if before is None or before["state"] != "merged" or row["state"] not in OPEN:
                continue
            seen, ref = {incident_id}, before["merged_into"]
            while ref is not None and ref not in seen:
                seen.add(ref)
                for found in ("accused", "case_units"):
                    there = {unit for incident, unit in getattr(step.before, found) if incident == ref}
                    here = {unit for incident, unit in getattr(step.after, found) if incident == incident_id}
                    if not there <= here:
                        raise Broken("a matter was opened again and a unit that is accused, or holds it, was forgotten")
                ref = step.before.incidents[ref]["merged_into"]

    def _leads(self, step: Step, done: Done) -> bool:
        """True when the act is the head's, of the whole agency."""
        actor = BY_ID[who(done.act.actor)]
        return ("head", None) in parts_at(step.before, step.ended, actor, None, done.at)
