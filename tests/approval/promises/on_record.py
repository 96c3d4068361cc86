"""Promise 8: everything is on the record, and what was refused changed nothing."""

from __future__ import annotations

import json

from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.refusals import REFUSALS
from tests.approval.promises.cast import who
from tests.approval.promises.step import Broken, Remembered, Step
from tests.approval.promises.tables import entry_sha256


class OnTheRecord(Remembered):
    """The audit chain, row by row."""

    def the_chain_is_whole(self, step: Step) -> None:
        seq, sha256 = self.last_head
        for row in step.after.audit:
            if row["seq"] != seq + 1 or row["previous"] != sha256:
                raise Broken(f"the audit chain has a gap at entry {row['seq']}")
            if entry_sha256(row) != row["sha256"]:
                raise Broken(f"the audit entry {row['seq']} does not fit its hash")
            seq, sha256 = row["seq"], row["sha256"]
        self.last_head = (seq, sha256)

    def every_act_is_on_the_record(self, step: Step) -> None:
        entries = [(json.loads(row["details"]), row) for row in step.after.audit]
        for done in step.acts:
            found = [(d, row) for d, row in entries if d.get("key") == done.act.key]
            if done.outcome is None:
                continue
            if done.outcome.reason is Reason.ACT_FAILED:
                raise Broken(f"{done.act.command} could not be carried out: an error of ours")
            if len(found) != 1:
                raise Broken(f"{done.act.command} is on the record {len(found)} times")
            details, row = found[0]
            actor = done.act.actor
            if row["actor"] != (who(actor) or f"telegram:{actor.user_id}"):
                raise Broken(f"the record names {row['actor']} for what {actor} did")
            if details["refused"] != (done.outcome.reason in REFUSALS) or details["outcome"] != done.outcome.reason:
                raise Broken("the record says another outcome than the person was told")
        keys = [d["key"] for d, _ in entries if "key" in d]
        if len(keys) != len(set(keys)) or self.seen_keys & set(keys):
            raise Broken("an act is on the record twice")
        self.seen_keys |= set(keys)

    def what_is_refused_changes_nothing(self, step: Step) -> None:
        if not step.acts or step.restarted or any(d.outcome is None or not d.outcome.refused for d in step.acts):
            return
        b, a = step.before, step.after
        same = (
            b.statements == a.statements
            and b.deliveries == a.deliveries
            and b.signatures == a.signatures
            and b.authorisations == a.authorisations
            and b.incidents == a.incidents
            and b.stops == a.stops
            and b.accused == a.accused
            and b.facts == a.facts
        )
        if not same:
            raise Broken(f"{step.acts[0].act.command} was refused and changed something")

    def every_change_of_state_has_its_row(self, step: Step) -> None:
        split = {json.loads(row["details"]).get("new") for row in step.after.audit if row["act"] == "split"}
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            acts = {entry["act"] for entry in step.rows(incident_id)}
            if before is None and "open_incident" not in acts and incident_id not in split:
                raise Broken("an incident was opened without a row in the record")
            if before is not None and before["state"] != row["state"] and not acts:
                raise Broken(f"an incident became {row['state']} without a row in the record")
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key)
            if before is not None and before["state"] == row["state"]:
                continue
            entries = step.rows(key[0])
            if not entries and not (before is None and key[0] in split):
                raise Broken(f"version {key[1]} became {row['state']} without a row in the record")
            if row["state"] == "approved" and not any(
                e["act"] in ("approve", "approve_by_code")
                and e["actor"] == row["approved_by"]
                and e["version"] == key[1]
                and json.loads(e["details"]).get("sha256") == row["sha256"]
                for e in entries
            ):
                raise Broken("an approval without a row that names person, version and hash")
            if row["state"] == "published" and not any(
                e["version"] == key[1] and e["act"] in ("deliver", "answer_delivery") for e in entries
            ):
                raise Broken("a publication without a row in the record")

    def levels_fall_only_by_a_person_with_a_reason(self, step: Step) -> None:
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            if before is None or row["level"] >= before["level"]:
                continue
            if not any(isinstance(d.act.command, c.SetLevel) and d.act.command.reason.strip() for d in step.acts):
                raise Broken("the level fell and nobody said why")
