"""From a command to what carries it out, and to what the audit log says of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.approval import (
    accused,
    after_publication,
    asking,
    authorising,
    authority,
    boards,
    changes,
    checks,
    comparing,
    decisions,
    doubts,
    duty,
    enrolment,
    fact_units,
    factor_acts,
    handling,
    joint,
    levels,
    linting,
    listing,
    marked,
    more,
    papers,
    regrouping,
    release,
    reopening,
    reporting,
    requests,
    rewording,
    rumours,
    silences,
    stopping,
    submitting,
    texts,
    topics,
    undone,
)
from bot.approval.desk import Desk
from bot.approval.recorded import audit_event
from bot.approval.refusals import refuse
from bot.approval.speakers import named, speakers
from bot.locale import has
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import incidents
from bot.store.database import Tx

__all__ = ["audit_event", "perform"]

ActFunction = Callable[..., Coroutine[Any, Any, Outcome]]

_ON_AN_INCIDENT: dict[type, ActFunction] = {
    c.Acknowledge: handling.acknowledge,
    c.AskFalseAlarm: handling.ask_false_alarm,
    c.FalseAlarm: handling.false_alarm,
    c.CloseIncident: handling.close,
    c.AnswerDelivery: doubts.answer_delivery,
    c.AnswerDoubt: doubts.answer_doubt,
    c.AskApproval: decisions.ask_approval,
    c.Approve: decisions.approve,
    c.ApproveByCode: decisions.approve,
    c.AskEdit: changes.ask_edit,
    c.Edit: changes.edit,
    c.AskReturn: decisions.ask_return,
    c.Return: decisions.return_,
    c.AskPlaybook: changes.ask_playbook,
    c.ChoosePlaybook: changes.choose_playbook,
    c.ConfirmFact: changes.confirm_fact,
    c.DraftAnew: changes.draft_anew,
    c.MarkImpact: handling.mark_impact,
    c.AskRelease: release.ask_release,
    c.Release: release.release,
    c.ReleaseByCode: release.release,
    c.ContentCheck: checks.check,
    c.LegalCheck: checks.check,
    c.AgreeJointly: checks.check,
    c.HoldJointly: joint.hold_jointly,
    c.AskLevel: levels.ask_level,
    c.AskLevelReason: levels.ask_level_reason,
    c.SetLevel: levels.set_level,
    c.AskMute: levels.ask_mute,
    c.Mute: levels.mute,
    c.Unmute: levels.unmute,
    c.ShowDiff: comparing.show_diff,
    c.ShowLint: linting.show,
    c.AskLintReason: linting.ask_reason,
    c.ExplainLint: linting.explain,
    c.ShowCurve: topics.show_curve,
    c.AskRewording: rewording.ask,
    c.TakeRewording: rewording.take,
    c.ShowDocument: papers.show_document,
    c.ShowCopies: papers.show_copies,
    c.AskFact: asking.ask_fact,
    c.ListRumours: rumours.list_,
    c.NoteRumour: rumours.note,
    c.LabelRumour: rumours.label,
    c.WeighRumour: rumours.weigh,
    c.AskTexts: texts.ask_texts,
    c.AddText: texts.add_text,
    c.AskTextWords: texts.ask_text_words,
    c.WriteText: texts.write_text,
    c.DropText: texts.drop_text,
    c.ShowTexts: texts.show_texts,
    c.DraftRefusal: submitting.draft_refusal,
    c.AskUnits: fact_units.ask_units,
    c.AnswerFact: asking.answer_fact,
    c.ConfirmHeldFact: asking.confirm_held,
    c.HandOver: regrouping.hand_over,
    c.Merge: regrouping.merge,
    c.Split: regrouping.split,
    c.Reopen: reopening.reopen,
    c.AskFollowUp: after_publication.ask_follow_up,
    c.FollowUp: after_publication.write_follow_up,
    c.AskMore: more.ask_more,
    c.Submit: submitting.submit,
    c.AskRefuse: submitting.ask_refuse,
    c.AskRefuseReason: submitting.ask_refuse_reason,
    c.Refuse: submitting.refuse,
    c.AskAuthorisation: authorising.ask_authorisation,
    c.AskAuthorise: authorising.ask_authorise,
    c.Authorise: authorising.authorise,
    c.RevokeAuthorisation: authorising.revoke,
    c.MarkAccused: accused.mark,
}

_AMONG_PEOPLE: dict[type, ActFunction] = {
    c.Leave: enrolment.leave,
    c.DecideRequest: requests.decide,
    c.ShowRoster: duty.show,
    c.TakeDuty: duty.take,
    c.SwapDuty: duty.swap,
    c.AbsentFrom: duty.absent,
    c.AskBoard: boards.ask,
    c.EndBoards: boards.end,
}

_OF_NO_INCIDENT: dict[type, ActFunction] = {
    c.EnrolFactor: factor_acts.enrol,
    c.VouchFactor: factor_acts.vouch,
    c.ConfirmFactor: factor_acts.confirm,
    c.StopPublishing: stopping.stop,
    c.ReleaseStop: stopping.release,
    c.ListSilences: silences.list_,
    c.ShowSilence: silences.show,
    c.TrySilence: silences.try_,
    c.MakeSilence: silences.make,
    c.EndSilence: silences.end,
    c.ReleaseHeld: silences.release,
    c.ListTopics: topics.list_topics,
    c.PreviewTopic: topics.preview_topic,
    c.SetSensitivity: topics.set_sensitivity,
    c.AskReport: reporting.ask_report,
    c.Report: reporting.report,
}
"""Acts that concern no incident."""

SHOW_EVERY_TEXT = frozenset({"email"})
"""Channels whose decisions are taken on a page that shows every text of the version whole."""


async def perform(tx: Tx, desk: Desk, act: c.Act) -> Outcome:
    """Carry out one act in the transaction given; an act that may not be is refused with a reason, nothing raised."""
    return marked.told_as_secret(act, await _carried_out(tx, desk, act))


async def _carried_out(tx: Tx, desk: Desk, act: c.Act) -> Outcome:
    desk = replace(
        await desk.seated(tx), proved=act.second_factor, shows_every_text=act.actor.channel in SHOW_EVERY_TEXT
    )
    person, command = desk.who(act.actor), act.command
    if isinstance(command, c.Enrol):
        return await enrolment.enrol(tx, desk, act.actor, command)
    if isinstance(command, c.Help):
        roles = " ".join(sorted(_roles(person, desk)))
        return Outcome(Reason.HELPED, values={"roles": roles, "user_id": str(act.actor.user_id)})
    if isinstance(command, c.Invalid):
        return _not_understood(command) if person else refuse(Reason.NOT_ENROLLED)
    if isinstance(command, c.ListIncidents):
        refusal = authority.may_work(person, None, desk.now)
        if refusal is not None:
            return refuse(refusal)
        return await listing.listed(tx, desk, person)
    if person is None:  # a stranger learns nothing but their own number, not even which codes exist
        return refuse(Reason.NOT_ENROLLED, user_id=str(act.actor.user_id))
    if isinstance(command, c.OfNoIncident):
        return await _OF_NO_INCIDENT[type(command)](tx, desk, person, command)
    if isinstance(command, c.PeopleCommand):
        return await _AMONG_PEOPLE[type(command)](tx, desk, person, act.actor, command)
    incident = await incidents.find(tx, command.ref)
    if incident is None:
        return refuse(Reason.UNKNOWN_INCIDENT, code=command.ref[:16])
    if act.withheld:
        return refuse(Reason(act.withheld), incident)
    if isinstance(command, c.ShowIncident):
        refusal = authority.may_work(person, incident, desk.now)
        if refusal is not None:
            return refuse(refusal, incident)
        return Outcome(Reason.SHOWN, incident_id=incident.id, values={"code": incident.code})
    barred = undone.is_barred(desk, incident, person, command)
    approved = await undone.approved(tx, incident) if barred or not desk.looking else None
    if approved is not None and barred:
        return refuse(Reason.CONFLICT_OF_INTEREST, incident, approved)
    outcome = await _ON_AN_INCIDENT[type(command)](tx, desk, person, incident, command)
    if approved is not None:
        outcome = await undone.told(tx, desk, incident, person, approved, outcome)
    if outcome.reason in (Reason.NO_RIGHT_TO_APPROVE, Reason.OTHER_UNIT):  # whoever may not is told who may
        outcome = replace(outcome, values={**outcome.values, **named(speakers(desk, incident))})
    if incident.drill:
        outcome = replace(outcome, notices=tuple(replace(told, drill=True) for told in outcome.notices))
    if not outcome.refused and not desk.looking:  # whoever asks is at work, too: an acknowledgement led somewhere
        await incidents.note_act(tx, incident.id, desk.now)
    return outcome


def _not_understood(command: c.Invalid) -> Outcome:
    """A refusal that speaks of what was meant, where that much can be told."""
    if command.why == Reason.USAGE.value and has(f"command.{command.about}"):
        return refuse(Reason.USAGE, put="of", verb=command.about)
    return refuse(Reason(command.why), put=command.about)


def _roles(person: Person | None, desk: Desk) -> set[str]:
    return set() if person is None else {role.value for role in person.roles(desk.now, None)}
