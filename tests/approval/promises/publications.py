"""Promises 1, 6 and 7: what leaves, what never leaves, and what came in."""

from __future__ import annotations

import json

from bot.model import commands as c
from bot.model.reasons import Reason
from tests.approval.promises.cast import WORKING
from tests.approval.promises.rights import roles_at, unmet_gates
from tests.approval.promises.step import PUBLIC, Broken, Remembered, Step
from tests.approval.promises.tables import Copy, words_sha256
from tests.approval.promises.world import Heard


class Publications(Remembered):
    """Outlets, drills, the emergency stop, alerts."""

    # 1. and 7. What came in stays; what goes out is asked about.

    def accepted_alerts_stay(self, step: Step) -> None:
        if not self.alerts_stored <= step.after.alerts.keys():
            raise Broken("an accepted alert vanished")
        self.alerts_stored |= step.after.alerts.keys()

    def hears(self, heard: Heard) -> None:
        """An outlet is being called: the promises about publication, at that very moment."""
        try:
            self._hears(heard)
        except Broken as broken:  # the story would take it for an error of the outlet's
            self.faults.append(str(broken))

    def _hears(self, heard: Heard) -> None:
        self.world.looking.looked, kept = 10**12, self.world.looking.looked
        tables = self.world.looking.look()
        self.world.looking.looked = kept
        incident_id, number, outlet = heard.key
        incident, row = tables.incidents[incident_id], tables.statements[incident_id, number]
        words = words_sha256(dict(heard.publication.version.texts))
        if incident["drill"] or heard.publication.incident.drill:
            raise Broken("a drill was published")
        if tables.stopped:
            raise Broken("something was published while publishing was stopped")
        if row["state"] not in ("approved", "published") or row["approved_by"] is None:
            raise Broken(f"words that are {row['state']} were published")
        if words != row["sha256"]:
            raise Broken("other bytes were published than their hash names")
        self.went_out.append(((incident_id, number), words))
        if row["state"] == "approved":
            unmet = unmet_gates(
                tables, self.world.ended, self._topics(incident), (incident_id, number), heard.at, leaving=True
            )
            if unmet:
                raise Broken(f"published although: {unmet[0]}")
        copy = tables.deliveries[heard.key]
        self.calls[heard.key] += 1
        if copy["state"] != "unknown" and outlet == "square":
            raise Broken(f"an outlet was called while its copy was {copy['state']}")
        if self.calls[heard.key] > 1 + self._sent_again(heard.key) and outlet == "square":
            raise Broken("the same words went to the same outlet twice")

    def _sent_again(self, copy: Copy) -> int:
        """How often a person said that it did not appear: by the record, a kill may have kept the answer from us."""
        incident_id, number, outlet = copy
        said = self.world.looking.rows(
            "SELECT details FROM audit"
            " WHERE act IN ('answer_delivery', 'answer_doubt') AND incident_id = ? AND version = ?",
            incident_id,
            number,
        )
        answers = [json.loads(row["details"]) for row in said]
        return sum(a["outcome"] == Reason.DELIVERY_REQUEUED and a["outlet"] == outlet for a in answers)

    def what_was_sent_is_in_public_for_ever(self, step: Step) -> None:
        for copy, row in step.after.deliveries.items():
            before = step.before.deliveries.get(copy)
            version = step.after.statements[copy[:2]]
            incident = step.after.incidents[copy[0]]
            if before is None and (version["approved_by"] is None or incident["drill"]):
                raise Broken("words were queued that nobody approved, or a drill's")
            if row["state"] == "sent" and version["state"] not in PUBLIC:
                raise Broken(f"words are out and their version is {version['state']}")
            if row["state"] == "unknown" and version["state"] not in PUBLIC | {"approved"}:
                raise Broken(f"words that may be out belong to a version that is {version['state']}")
            if before is not None and before["reference"] is not None and before["reference"] != row["reference"]:
                raise Broken("what was published moved to another address")
            if before is not None and before["state"] == "sent" and row["state"] not in ("sent", "withdrawn"):
                raise Broken(f"what was sent is {row['state']} now")
            if before is not None and row["attempts"] < before["attempts"]:
                raise Broken("an attempt was counted back")
        sent = {copy[:2] for copy, row in step.after.deliveries.items() if row["state"] in ("sent", "withdrawn")}
        for key, row in step.after.statements.items():
            if row["state"] in PUBLIC and key not in sent:
                raise Broken(f"version {key[1]} is {row['state']} and no outlet has it")

    # 6. A drill can never publish. The emergency stop.

    def drills_stay_drills(self, step: Step) -> None:
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            if before is not None and before["drill"] != row["drill"]:
                raise Broken("the drill mark changed")
        for alert_id, row in step.after.alerts.items():
            if row["incident_id"] is None or step.before.alerts.get(alert_id) is row:  # the marks do not change
                continue
            is_drill = json.loads(row["content"])["status"] != "actual"
            if is_drill != bool(step.after.incidents[row["incident_id"]]["drill"]):
                raise Broken("a drill and a real matter were mixed")
        for copy in step.after.deliveries:
            if step.after.incidents[copy[0]]["drill"]:
                raise Broken("a drill's words were queued")

    def two_persons_release_a_stop(self, step: Step) -> None:
        for key, stop in step.after.stops.items():
            before = step.before.stops.get(key)
            if before is None and not step.by(stop["stopped_by"], c.StopPublishing):
                raise Broken("publishing was stopped by nobody")
            if before is not None and before["in_force"] and not stop["in_force"]:
                first, second = stop["first_release_by"], stop["released_by"]
                if first is None or second is None or first == second:
                    raise Broken("one person alone released the stop")
                if not step.by(second, c.ReleaseStop):
                    raise Broken("a stop was released by nobody")
                if not roles_at(step.before, step.ended, second, None, step.at) & WORKING:
                    raise Broken("a stop was released by somebody without a role")
            if before is not None and not before["in_force"] and stop["in_force"]:
                raise Broken("a stop that was released is in force again")
