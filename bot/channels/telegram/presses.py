"""What a genuine button asks for, as a typed command."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.telegram.buttons import Action, Button, read_delivery_arg, read_sure_arg
from bot.model.commands import (
    Acknowledge,
    AddText,
    AgreeJointly,
    AnswerDelivery,
    Approve,
    AskApproval,
    AskAuthorisation,
    AskAuthorise,
    AskEdit,
    AskFact,
    AskFalseAlarm,
    AskFollowUp,
    AskLevel,
    AskLevelReason,
    AskLintReason,
    AskMore,
    AskMute,
    AskPlaybook,
    AskRefuse,
    AskRefuseReason,
    AskRelease,
    AskReturn,
    AskTexts,
    AskTextWords,
    AskUnits,
    ChoosePlaybook,
    CloseIncident,
    Command,
    ConfirmHeldFact,
    ContentCheck,
    DecideRequest,
    DraftRefusal,
    DropText,
    FalseAlarm,
    HandOver,
    Invalid,
    LegalCheck,
    MarkImpact,
    Merge,
    Mute,
    Release,
    ShowDiff,
    ShowLint,
    ShowTexts,
    Split,
    Submit,
)
from bot.model.reasons import Reason


def meaning(button: Button, asked: Command | None = None) -> Command | None:
    """What a genuine button asks for; None for *cancel*, which changes nothing.

    ``asked`` is the act that the question beside *Đúng* was about; None where it is kept no longer.

    Raises:
        ForgedButton: its argument is of a form this release does not know.
    """
    ref, version, arg = button.incident_id, button.version, button.arg
    match button.action:
        case Action.ACKNOWLEDGE:
            return Acknowledge(ref)
        case Action.ASK_APPROVAL:
            return AskApproval(ref, version or None)
        case Action.APPROVE:
            return Approve(ref, version, arg)
        case Action.ASK_EDIT:
            return AskEdit(ref, version)
        case Action.ASK_RETURN:
            return AskReturn(ref, version)
        case Action.ASK_PLAYBOOK | Action.ALL_PLAYBOOKS:
            return AskPlaybook(ref, everything=button.action is Action.ALL_PLAYBOOKS)
        case Action.CHOOSE_PLAYBOOK:
            return ChoosePlaybook(ref, arg)
        case Action.ASK_FALSE_ALARM:
            return AskFalseAlarm(ref)
        case Action.FALSE_ALARM:
            return FalseAlarm(ref)
        case Action.DELIVERY_YES | Action.DELIVERY_NO:
            outlet, attempt = read_delivery_arg(arg)
            return AnswerDelivery(ref, version, outlet, attempt, appeared=button.action is Action.DELIVERY_YES)
        case Action.ASK_RELEASE:
            return AskRelease(ref, version or None)
        case Action.RELEASE:
            return Release(ref, version, arg)
        case Action.CONTENT_CHECK:
            return ContentCheck(ref, version)
        case Action.LEGAL_CHECK:
            return LegalCheck(ref, version)
        case Action.CONTENT_CHECK_SURE:
            return ContentCheck(ref, version, sure=True)
        case Action.LEGAL_CHECK_SURE:
            return LegalCheck(ref, version, sure=True)
        case Action.AGREE_JOINTLY:
            return AgreeJointly(ref, version)
        case Action.SUBMIT:
            return Submit(ref, version)
        case Action.ASK_REFUSE:
            return AskRefuse(ref, version)
        case Action.REFUSE_GROUND:
            return AskRefuseReason(ref, version, arg)
        case Action.ASK_AUTHORISATION:
            return AskAuthorisation(ref)
        case Action.ASK_AUTHORISE:
            return AskAuthorise(ref, arg)
        case Action.MORE:
            return AskMore(ref)
        case Action.FOLLOW_UP:
            return AskFollowUp(ref, arg)
        case Action.ASK_LEVEL:
            return AskLevel(ref)
        case Action.LEVEL:
            return AskLevelReason(ref, version)
        case Action.ASK_MUTE:
            return AskMute(ref)
        case Action.MUTE:
            return Mute(ref, arg)
        case Action.DIFF:
            return ShowDiff(ref)
        case Action.ASK_FACT:
            return AskFact(ref, arg)
        case Action.ASK_TEXTS:
            return AskTexts(ref)
        case Action.ADD_TEXT:
            return AddText(ref, arg)  # made from facts whatever was seen, and never over an approval
        case Action.ASK_TEXT_WORDS:
            return AskTextWords(ref, arg, version)
        case Action.DROP_TEXT:
            return DropText(ref, arg, version)
        case Action.SHOW_TEXTS:
            return ShowTexts(ref, arg)
        case Action.DRAFT_REFUSAL:
            return DraftRefusal(ref)
        case Action.ASK_UNITS:
            return AskUnits(ref, arg)
        case Action.CONFIRM_HELD:
            return ConfirmHeldFact(ref, arg, version)
        case Action.ASK_SPLIT:
            return Split(ref)
        case Action.MARK_IMPACT:
            return MarkImpact(ref, asks=True)
        case Action.SURE:
            return _sure(button, asked)
        case Action.SHOW_LINT:
            return ShowLint(ref)
        case Action.ASK_LINT_REASON:
            return AskLintReason(ref, version)
        case Action.CANCEL:
            return None
        case Action.AGREE | Action.DECLINE:
            return DecideRequest(ref, agree=button.action is Action.AGREE)


def _sure(button: Button, asked: Command | None) -> Command:
    """The act itself, bound to what its question showed."""
    shown, _ = read_sure_arg(button.arg)
    match asked:
        case CloseIncident() | HandOver() | MarkImpact() | Merge():
            return replace(asked, ref=button.incident_id, asks=False, shown=shown)
    return Invalid(Reason.BUTTON_OUT_OF_DATE.value)
