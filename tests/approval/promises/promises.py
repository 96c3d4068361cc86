"""The promises themselves: what must be true after every step, whatever anybody did.

Each method is one promise of DESIGN §1 (or of the decree behind it). It compares what the tables said before a step
with what they say after it and with what people really did and saw, and raises :class:`Broken` in words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.model import commands as c
from bot.model.reasons import REFUSALS, Reason
from tests.approval.office import PLAYBOOKS
from tests.approval.promises.cast import ACCOUNTS, BY_ID, TOP, WORKING
from tests.approval.promises.phone import code_of, step_at
from tests.approval.promises.rights import above, no_right_to_speak, roles_at, unmet_gates
from tests.approval.promises.tables import Copy, Row, Tables, Version, entry_sha256, instant, words_sha256
from tests.approval.promises.world import Done, Heard, World

# Written down again from DESIGN §5, not read from the product's tables.
STATEMENT_MOVES = {
    "draft": {"submitted", "approved", "returned", "voided", "refused"},
    "submitted": {"approved", "returned", "voided", "refused"},
    "returned": {"voided"},
    "approved": {"published", "voided"},
    "published": {"superseded", "corrected", "retracted"},
}
INCIDENT_MOVES = {
    "new": {"accepted", "responding", "dismissed", "merged", "handed_over"},
    "accepted": {"responding", "closed", "dismissed", "merged", "handed_over"},
    "responding": {"closed", "merged", "handed_over"},
    "closed": {"reviewed"},
}
REOPENING_MOVES = {
    "closed": {"accepted", "responding"},
    "dismissed": {"accepted", "responding"},
    "handed_over": {"accepted", "responding"},
}
DELIVERY_MOVES = {"queued": {"unknown", "failed"}, "unknown": {"sent", "failed", "queued"}, "sent": {"withdrawn"}}
OPEN = {"new", "accepted", "responding"}
PUBLIC = {"published", "superseded", "corrected", "retracted"}
LIVE = {"draft", "submitted", "approved"}
FOR_EVER = ("texts", "sha256", "author", "created_at", "created_by", "playbook", "kind", "refers_to", "promises_at")
APPROVING = (c.Approve, c.ApproveByCode)
RELEASING = (c.Release, c.ReleaseByCode)


class Broken(AssertionError):
    """A promise that was not kept."""


def reaches(moves: dict[str, set[str]], before: str, after: str) -> bool:
    """True when the table leads from one state to the other, over however many moves."""
    found, waiting = {before}, [before]
    while waiting:
        for following in moves.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return after in found


@dataclass
class Step:
    """What was done in one step: acts, or only time, alerts, deliveries and restarts."""

    acts: list[Done]
    before: Tables
    after: Tables
    at: datetime
    ended: dict[str, datetime]
    restarted: bool = False
    """True when the process came up anew in it: then what was left lying was done as well."""

    def by(self, person: str, *kinds: type) -> list[Done]:
        """Acts of these kinds by one person that were not refused."""
        return [
            d
            for d in self.acts
            if isinstance(d.act.command, kinds)
            and ACCOUNTS.get(d.act.actor.user_id) == person
            and d.outcome is not None
            and not d.outcome.refused
        ]

    def rows(self, incident_id: str) -> list[Row]:
        """What the record says anew about one incident."""
        return [row for row in self.after.audit if row["incident_id"] == incident_id]


@dataclass
class Promises:
    """Everything that was promised, with what has to be remembered to check it."""

    world: World
    shown: dict[Version, set[str]] = field(default_factory=dict)
    """The hashes, by our own reckoning, of the words of each version as people were shown them."""
    approved: dict[Version, str] = field(default_factory=dict)
    """What was approved: the hash of its words, by our own reckoning, at the moment of the act."""
    used_codes: set[tuple[str, str, int]] = field(default_factory=set)
    last_head: tuple[int, str] = (0, "0" * 64)
    calls: dict[Copy, list[str]] = field(default_factory=dict)
    told_steps: set[tuple[Any, ...]] = field(default_factory=set)
    seen_keys: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """What went wrong while an outlet was called; raised after the step."""
    alerts_stored: set[str] = field(default_factory=set)
    went_out: list[tuple[Version, str]] = field(default_factory=list)
    """What outlets were given in this step: version, and the hash of the bytes by our own reckoning."""

    def kept(self, step: Step) -> None:
        """Every promise, after one step.

        Raises:
            Broken: one was not kept.
        """
        if self.faults:
            raise Broken(self.faults[0])
        self.the_chain_is_whole(step)
        self.every_act_is_on_the_record(step)
        self.what_is_refused_changes_nothing(step)
        self.words_never_change(step)
        self.approval_is_a_lawful_act_upon_exact_words(step)
        self.only_approved_bytes_went_out()
        self.no_code_counts_twice(step)
        self.one_version_lives_at_a_time(step)
        self.states_move_along_their_tables(step)
        self.every_change_of_state_has_its_row(step)
        self.legal_clocks_start_by_human_acts(step)
        self.drills_stay_drills(step)
        self.what_was_sent_is_in_public_for_ever(step)
        self.two_persons_release_a_stop(step)
        self.only_the_head_authorises(step)
        self.a_second_person_lets_go(step)
        self.levels_fall_only_by_a_person_with_a_reason(step)
        self.nobody_is_woken_for_what_is_done(step)
        self.accepted_alerts_stay(step)
        self.whoever_is_accused_stays_accused(step)

    # 8. Everything is on the record.

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
            user = done.act.actor.user_id
            if row["actor"] != ACCOUNTS.get(user, f"telegram:{user}"):
                raise Broken(f"the record names {row['actor']} for what account {user} did")
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

    # 3. Approval is of exact words.

    def words_never_change(self, step: Step) -> None:
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key)
            if before is None:
                if words_sha256(row["texts"]) != row["sha256"]:
                    raise Broken(f"version {key[1]} stands under a hash that is not its words'")
                continue
            for column in FOR_EVER:
                if before[column] != row[column]:
                    raise Broken(f"{column} of version {key[1]} changed")
            for column in ("approved_at", "approved_by", "published_at"):
                if before[column] is not None and before[column] != row[column]:
                    raise Broken(f"{column} of version {key[1]} changed")
        if not step.before.statements.keys() <= step.after.statements.keys():
            raise Broken("a version vanished")

    def approval_is_a_lawful_act_upon_exact_words(self, step: Step) -> None:
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key)
            if row["approved_by"] is None or (before is not None and before["approved_by"] is not None):
                continue
            person = row["approved_by"]
            acts = [d for d in step.by(person, *APPROVING) if d.outcome is not None and d.outcome.version == key[1]]
            acts = [d for d in acts if d.outcome is not None and d.outcome.incident_id == key[0]]
            if len(acts) != 1:
                raise Broken(f"version {key[1]} is approved by {person} without an act of theirs")
            done, words = acts[0], words_sha256(row["texts"])
            incident = step.before.incidents[key[0]]
            if incident["state"] not in OPEN:
                raise Broken(f"an incident that is {incident['state']} took an approval")
            if instant(row["approved_at"]) != done.at:
                raise Broken("the approval has another hour than the act")
            self._of_exact_words(key, row, done.act.command, words)
            # What another act of the same moment changed about the rights counts either way.
            rights = [no_right_to_speak(t, step.ended, person, incident, done.at) for t in (step.before, step.after)]
            if None not in rights:
                raise Broken(f"{person} approved and {rights[0]}")
            if step.before.stopped and step.after.stopped:
                raise Broken("words were approved while publishing was stopped")
            unmet = [
                unmet_gates(tables, step.ended, self._topics(incident), key, done.at, leaving=False)
                for tables in self._either(step, key)
            ]
            if [] not in unmet:
                raise Broken(f"approved although: {unmet[-1][0]}")
            self.approved[key] = words

    def only_approved_bytes_went_out(self) -> None:
        went_out, self.went_out = self.went_out, []
        for version, words in went_out:
            if version not in self.approved:
                raise Broken("words were published without an approval")
            if words != self.approved[version]:
                raise Broken("other bytes were published than were approved")

    def _either(self, step: Step, key: Version) -> list[Tables]:
        """The tables after a step, and where two acted at once also as they were, with the approval put in."""
        if len(step.acts) < 2:
            return [step.after]
        statements = step.before.statements | {key: step.after.statements[key]}
        mixed = Tables(**{**step.before.__dict__, "statements": statements, "signatures": step.after.signatures})
        return [mixed, step.after]

    def _of_exact_words(self, key: Version, row: Row, command: Any, words: str) -> None:
        if isinstance(command, c.Approve):
            if command.version != key[1] or not words.startswith(command.digest.lower()) or len(command.digest) < 4:
                raise Broken("other words were approved than the press named")
        elif command.approval_code.strip().lower() != words[:4]:
            raise Broken("a typed code approved words that it does not belong to")
        if words != row["sha256"] or words not in self.shown.get(key, set()):
            raise Broken("words were approved that nobody was shown")

    def one_version_lives_at_a_time(self, step: Step) -> None:
        for incident_id in step.after.incidents:
            versions = step.after.versions(incident_id)
            if [row["version"] for row in versions] != list(range(1, len(versions) + 1)):
                raise Broken("the numbers of versions have a gap")
            for row in versions[:-1]:
                if row["state"] in LIVE:
                    raise Broken(f"version {row['version']} is still {row['state']} after a later one was written")

    # 5. Authority; the second factor.

    def no_code_counts_twice(self, step: Step) -> None:
        for done in step.acts:
            command, outcome = done.act.command, done.outcome
            if outcome is None:
                continue
            person = ACCOUNTS.get(done.act.actor.user_id, "")
            if isinstance(command, c.ConfirmFactor) and outcome.reason is Reason.FACTOR_ACTIVE:
                self._use(person, self.world.secrets[f"{person}/new"], command.code, done.at)
            if isinstance(command, APPROVING) and outcome.reason in (
                Reason.APPROVED,
                Reason.APPROVED_DRILL,
                Reason.APPROVED_AWAITS_SECOND,
            ):
                version = (outcome.incident_id or "", outcome.version or 0)
                words = step.after.statements[version]["sha256"]
                if step.after.signed(version, "second_factor", words):
                    self._use(person, self.world.secrets.get(person, ""), command.code, done.at)

    def _use(self, person: str, secret: str, code: str, at: datetime) -> None:
        now = step_at(at)
        typed = "".join(code.split())
        steps = [s for s in (now - 1, now, now + 1) if secret and code_of(secret, s) == typed]
        if not steps:
            raise Broken(f"a code counted for {person} that their phone does not show")
        fresh = [s for s in steps if (person, secret, s) not in self.used_codes]
        if not fresh:
            raise Broken(f"a code of {person} counted twice")
        self.used_codes.add((person, secret, fresh[0]))

    def a_second_person_lets_go(self, step: Step) -> None:
        known = {_signature(s) for s in step.before.signatures}
        for signature in step.after.signatures:
            if _signature(signature) in known:
                continue
            kinds: tuple[type, ...] = {
                "second_person": RELEASING,
                "second_factor": APPROVING,
                "legal_check": (c.LegalCheck,),
                "content_check": (c.ContentCheck,),
                "joint_text": (c.AgreeJointly,),
            }[signature["kind"]]
            if not step.by(signature["by"], *kinds):
                raise Broken(f"a {signature['kind']} of {signature['by']} without an act of theirs")
            row = step.after.statements[signature["incident_id"], signature["version"]]
            if signature["sha256"] != row["sha256"]:
                raise Broken(f"a {signature['kind']} names other words than its version has")
            if signature["kind"] == "second_person" and row["approved_by"] in (None, signature["by"]):
                raise Broken("whoever approved let the words go")
        if not known <= {_signature(s) for s in step.after.signatures}:
            raise Broken("a signature vanished")

    def only_the_head_authorises(self, step: Step) -> None:
        for key, given in step.after.authorisations.items():
            if key in step.before.authorisations:
                continue
            incident = step.before.incidents[given["incident_id"]]
            head, at = given["granted_by"], instant(given["granted_at"])
            if not step.by(head, c.Authorise):
                raise Broken("an authorisation that nobody gave")
            if "head" not in roles_at(step.before, step.ended, head, incident, at):
                raise Broken(f"{head}, who is no head, authorised somebody")
            if not given["document"].strip() or not at < instant(given["valid_to"]):
                raise Broken("an authorisation without document or end")

    def whoever_is_accused_stays_accused(self, step: Step) -> None:
        """And whoever holds the case too goes on holding it, in whatever the matter became."""
        became = [(row["id"], row["merged_into"]) for row in step.after.incidents.values() if row["merged_into"]]
        became += [
            (row["split_from"], row["id"])
            for row in step.after.incidents.values()
            if row["split_from"] and row["id"] not in step.before.incidents
        ]
        for former, now in became:
            if step.before.incidents[former]["merged_into"] == now:
                continue
            for found in ("accused", "case_units"):
                units = {unit for incident, unit in getattr(step.before, found) if incident == former}
                kept = {unit for incident, unit in getattr(step.after, found) if incident == now}
                if not units <= kept:
                    raise Broken("a matter was regrouped and a unit that is accused, or holds it too, was forgotten")

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
        calls = self.calls.setdefault(heard.key, [])
        if copy["state"] != "unknown" and outlet == "square":
            raise Broken(f"an outlet was called while its copy was {copy['state']}")
        if calls and calls[-1] != "may be called again" and outlet == "square":
            raise Broken("the same words went to the same outlet twice")
        calls.append("called")

    def what_was_sent_is_in_public_for_ever(self, step: Step) -> None:
        for done in step.acts:
            command, outcome = done.act.command, done.outcome
            if isinstance(command, c.AnswerDelivery) and outcome and outcome.reason is Reason.DELIVERY_REQUEUED:
                self.calls.setdefault((outcome.incident_id or "", command.version, command.outlet), []).append(
                    "may be called again"
                )
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

    # 2. Nothing approves itself; states move along their tables.

    def states_move_along_their_tables(self, step: Step) -> None:
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key, {"state": "draft"})
            if not reaches(STATEMENT_MOVES, before["state"], row["state"]):
                raise Broken(f"a statement went from {before['state']} to {row['state']}")
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id, {"state": "new"})
            moves = {k: set(v) for k, v in INCIDENT_MOVES.items()}
            reopened = [
                d
                for d in step.acts
                if isinstance(d.act.command, c.Reopen) and d.outcome and d.outcome.reason is Reason.REOPENED
            ]
            if reopened:
                for state, following in REOPENING_MOVES.items():
                    moves[state] = moves.get(state, set()) | following
            if not reaches(moves, before["state"], row["state"]):
                raise Broken(f"an incident went from {before['state']} to {row['state']}")
            if bool(row["open"]) != (row["state"] in OPEN):
                raise Broken("an incident's openness does not fit its state")
            if not step.acts and row["state"] != before["state"] and row["state"] != "responding":
                raise Broken(f"nobody did anything and an incident became {row['state']}")
        for copy, row in step.after.deliveries.items():
            before = step.before.deliveries.get(copy, {"state": "queued"})
            if not reaches(DELIVERY_MOVES, before["state"], row["state"]):
                raise Broken(f"a delivery went from {before['state']} to {row['state']}")
        codes = [row["code"] for row in step.after.incidents.values() if row["open"]]
        if len(codes) != len(set(codes)):
            raise Broken("two open incidents have one code")

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

    # The clocks of NĐ 244/2026 Art. 7.3 and 7.4, and the escalation.

    def legal_clocks_start_by_human_acts(self, step: Step) -> None:
        starting = {
            "accepted": (c.Acknowledge, *APPROVING, c.CloseIncident, c.Reopen),
            "impact_determined": (c.MarkImpact,),
        }
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id, {})
            for what, kinds in starting.items():
                at, by = row[f"{what}_at"], row[f"{what}_by"]
                if before.get(f"{what}_at") is not None:
                    if (before[f"{what}_at"], before[f"{what}_by"]) != (at, by):
                        raise Broken(f"{what}_at was changed after it was set")
                elif at is not None and (
                    by not in BY_ID or not step.by(by, *kinds) or instant(at) not in [d.at for d in step.acts]
                ):
                    raise Broken(f"{what}_at was set without an act of {by}")
            for column in ("opened_at", "event_at", "alert_received_at", "policy", "rules_version"):
                if before and before[column] != row[column]:
                    raise Broken(f"{column} of an incident changed")
        for (incident_id, rule), row in step.after.deadlines.items():
            if not rule.startswith("PN_") or row["state"] != "running":
                continue
            incident = step.after.incidents[incident_id]
            if row["started_at"] not in (incident["accepted_at"], incident["impact_determined_at"]):
                raise Broken(f"the clock {rule} runs from an instant at which nobody did anything")

    def nobody_is_woken_for_what_is_done(self, step: Step) -> None:
        told, self.world.told = self.world.told, []
        for person, notice in told:
            incident = step.after.incidents[notice.incident.id]
            rule = notice.clock.rule if notice.clock else ""
            states = {row["state"] for row in step.after.versions(incident["id"])}
            if incident["state"] not in OPEN:
                raise Broken(f"{person} was woken for an incident that is {incident['state']}")
            if rule == "acknowledge" and (incident["accepted_at"] or states & (PUBLIC | {"approved"})):
                raise Broken(f"{person} was woken to acknowledge what is acknowledged")
            if rule == "approve" and states & (PUBLIC | {"approved"}):
                raise Broken(f"{person} was woken to approve what is approved")
            if rule == "progress" and states & (PUBLIC | {"approved"}):
                raise Broken(f"{person} was woken to go on with what is approved")
            if rule == "next_update" and not states & PUBLIC:
                raise Broken(f"{person} was woken to update what is not published")
            if rule.startswith("PN_") and states & (PUBLIC | ({"approved"} if incident["drill"] else set())):
                raise Broken(f"{person} was woken for a legal limit that is met")
            if person in self.world.away:
                raise Broken(f"{person} was told although nothing reaches them")
            muted = incident["muted_until"]
            if muted and step.at < instant(muted) and not rule.startswith("PN_"):
                raise Broken(f"{person} was reminded of a muted incident")

    # 6. A drill can never publish. The emergency stop.

    def drills_stay_drills(self, step: Step) -> None:
        for incident_id, row in step.after.incidents.items():
            before = step.before.incidents.get(incident_id)
            if before is not None and before["drill"] != row["drill"]:
                raise Broken("the drill mark changed")
        for row in step.after.alerts.values():
            if row["incident_id"] is None:
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

    def _topics(self, incident: Row) -> frozenset[str]:
        return frozenset(PLAYBOOKS[incident["playbook"]].gates)


def _signature(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("incident_id", "version", "kind", "unit", "by", "sha256", "at"))


__all__ = ["TOP", "Broken", "Promises", "Step", "above", "timedelta"]
