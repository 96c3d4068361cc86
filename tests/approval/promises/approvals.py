"""Promises 3 and 5: approval is of exact words, by whoever has the right at the moment of the act."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.model import commands as c
from bot.model.reasons import Reason
from tests.approval.promises.cast import WORKING, who
from tests.approval.promises.phone import code_of, step_at
from tests.approval.promises.rights import judges_itself, no_right_to_speak, roles_at, unmet_gates
from tests.approval.promises.step import APPROVING, FOR_EVER, LIVE, OPEN, RELEASING, Broken, Remembered, Step
from tests.approval.promises.tables import Row, Tables, Version, instant, words_sha256
from tests.approval.promises.typed import typed_code
from tests.approval.promises.world import BLOCKED


class Approvals(Remembered):
    """Approvals, checks, codes and authorisations."""

    # 3. Approval is of exact words.

    def words_never_change(self, step: Step) -> None:
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key)
            if before is None:
                if words_sha256(row["texts"]) != row["sha256"]:
                    raise Broken(f"version {key[1]} stands under a hash that is not its words'")
                continue
            if before is row:  # nothing of it changed
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
            if BLOCKED in _visible(row):
                raise Broken("words were approved that the linter blocks")
            if step.before.stopped and step.after.stopped:
                raise Broken("words were approved while publishing was stopped")
            unmet = [
                unmet_gates(tables, step.ended, self._topics(incident), key, done.at, leaving=False)
                for tables in self._either(step, key)
            ]
            if [] not in unmet:
                raise Broken(f"approved although: {unmet[-1][0]}")
            self.approved[key] = words

    def nobody_approves_what_they_were_not_shown(self, step: Step) -> None:
        """Every text of the version: a card shows the first alone."""
        for done in step.acts:
            outcome, command = done.outcome, done.act.command
            if outcome is None or outcome.incident_id is None or outcome.version is None:
                continue
            everything = isinstance(command, c.ShowTexts) and command.key == "het"
            if outcome.reason is Reason.ASK_APPROVAL or (outcome.reason is Reason.TEXTS_SHOWN and everything):
                self.read.add(((outcome.incident_id, outcome.version), who(done.act.actor)))
        for key, row in step.after.statements.items():
            before = step.before.statements.get(key)
            if row["approved_by"] is None or (before is not None and before["approved_by"] is not None):
                continue
            if len(json.loads(row["texts"])) > 1 and (key, row["approved_by"]) not in self.read:
                raise Broken(f"{row['approved_by']} approved texts that were not shown to them")

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
        return [replace(step.before, statements=statements, signatures=step.after.signatures), step.after]

    def _of_exact_words(self, key: Version, row: Row, command: Any, words: str) -> None:
        if isinstance(command, c.Approve):
            if command.version != key[1] or not words.startswith(command.digest.lower()) or len(command.digest) < 4:
                raise Broken("other words were approved than the press named")
        elif command.approval_code.strip().upper() != typed_code(*key, words):
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
            person = who(done.act.actor)
            if done.typed is not None:  # on the page a code goes with the form, and counts whatever comes of the act
                if done.act.second_factor:
                    self._use(person, self.world.secrets.get(person, ""), done.typed, done.at)
                continue
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
            person, at = signature["by"], instant(signature["at"])
            incident = step.after.incidents[signature["incident_id"]]
            # What another act of the same moment changed about who is accused counts either way.
            if all(judges_itself(t, step.ended, person, incident, at) for t in (step.before, step.after)):
                raise Broken(f"{person}, of a unit that is accused, gave a {signature['kind']}")
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

    def a_unit_leaves_a_joint_case_only_by_whoever_handles_it(self, step: Step) -> None:
        """Each that is gone was taken out by an act for that purpose, of somebody with a part in such matters."""
        for incident_id, _unit in step.before.case_units - step.after.case_units:
            incident = step.before.incidents[incident_id]
            taken = [
                done
                for done in step.acts
                if isinstance(done.act.command, c.HoldJointly) and done.act.command.lift
                if done.outcome is not None and done.outcome.incident_id == incident_id and not done.outcome.refused
            ]
            if not any(roles_at(step.before, step.ended, who(d.act.actor), incident, d.at) & WORKING for d in taken):
                raise Broken("a unit holds a case no more, and nobody who may say so said it")


def _signature(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("incident_id", "version", "kind", "unit", "by", "sha256", "at"))


def _visible(row: Row) -> str:
    """The words of a version as somebody sees them."""
    texts: dict[str, str] = json.loads(row["texts"]) if isinstance(row["texts"], str) else row["texts"]
    return "\n".join(texts.values()).replace("\u200b", "")
