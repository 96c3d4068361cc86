"""What people do, as typed commands: channels make them, :mod:`bot.workflows` carries them out.

A command names the incident as the person did (``ref``: an id from a button, or a code that was typed) and, where words
are at stake, the version that the person had before their eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.commands.curves import ListTopics, PreviewTopic, SetSensitivity, ShowCurve
from bot.model.commands.gates import (
    AgreeJointly,
    AskAuthorisation,
    AskAuthorise,
    AskRefuse,
    AskRefuseReason,
    AskRelease,
    Authorise,
    ContentCheck,
    HoldJointly,
    LegalCheck,
    Refuse,
    Release,
    ReleaseByCode,
    ReleaseStop,
    RevokeAuthorisation,
    StopPublishing,
    Submit,
)
from bot.model.commands.matter import (
    DIGITS,
    Acknowledge,
    AnswerDelivery,
    AnswerDoubt,
    AskFalseAlarm,
    AskLevel,
    AskLevelReason,
    AskMore,
    AskMute,
    AskReport,
    CloseIncident,
    FalseAlarm,
    HandOver,
    Help,
    Invalid,
    LabelRumour,
    ListIncidents,
    ListRumours,
    MarkAccused,
    MarkImpact,
    Merge,
    Mute,
    NoteRumour,
    Reopen,
    Report,
    SetLevel,
    ShowIncident,
    Split,
    Unmute,
    WeighRumour,
)
from bot.model.commands.people import (
    AbsentFrom,
    AskBoard,
    ConfirmFactor,
    DecideRequest,
    EndBoards,
    Enrol,
    EnrolFactor,
    Leave,
    ShowRoster,
    SwapDuty,
    TakeDuty,
    VouchFactor,
)
from bot.model.commands.silences import (
    EndSilence,
    ListSilences,
    MakeSilence,
    ReleaseHeld,
    ShowSilence,
    TrySilence,
)
from bot.model.commands.words import (
    AddText,
    AnswerFact,
    Approve,
    ApproveByCode,
    AskApproval,
    AskEdit,
    AskFact,
    AskFollowUp,
    AskLintReason,
    AskPlaybook,
    AskReturn,
    AskRewording,
    AskTexts,
    AskTextWords,
    AskUnits,
    ChoosePlaybook,
    ConfirmFact,
    ConfirmHeldFact,
    DraftAnew,
    DraftRefusal,
    DropText,
    Edit,
    ExplainLint,
    FollowUp,
    Return,
    ShowCopies,
    ShowDiff,
    ShowDocument,
    ShowLint,
    ShowTexts,
    TakeRewording,
    WriteText,
)

__all__ = [
    "DIGITS",
    "AbsentFrom",
    "Acknowledge",
    "Act",
    "Actor",
    "AddText",
    "AgreeJointly",
    "AnswerDelivery",
    "AnswerDoubt",
    "AnswerFact",
    "Approve",
    "ApproveByCode",
    "AskApproval",
    "AskAuthorisation",
    "AskAuthorise",
    "AskBoard",
    "AskEdit",
    "AskFact",
    "AskFalseAlarm",
    "AskFollowUp",
    "AskLevel",
    "AskLevelReason",
    "AskLintReason",
    "AskMore",
    "AskMute",
    "AskPlaybook",
    "AskRefuse",
    "AskRefuseReason",
    "AskRelease",
    "AskReport",
    "AskReturn",
    "AskRewording",
    "AskTextWords",
    "AskTexts",
    "AskUnits",
    "Authorise",
    "ChoosePlaybook",
    "CloseIncident",
    "Command",
    "ConfirmFact",
    "ConfirmFactor",
    "ConfirmHeldFact",
    "ContentCheck",
    "DecideRequest",
    "DraftAnew",
    "DraftRefusal",
    "DropText",
    "Edit",
    "EndBoards",
    "EndSilence",
    "Enrol",
    "EnrolFactor",
    "ExplainLint",
    "FalseAlarm",
    "FollowUp",
    "HandOver",
    "Help",
    "HoldJointly",
    "Invalid",
    "LabelRumour",
    "Leave",
    "LegalCheck",
    "ListIncidents",
    "ListRumours",
    "ListSilences",
    "ListTopics",
    "MakeSilence",
    "MarkAccused",
    "MarkImpact",
    "Merge",
    "Mute",
    "NoteRumour",
    "OfNoIncident",
    "PeopleCommand",
    "PreviewTopic",
    "Refuse",
    "Release",
    "ReleaseByCode",
    "ReleaseHeld",
    "ReleaseStop",
    "Reopen",
    "Report",
    "Return",
    "RevokeAuthorisation",
    "SetLevel",
    "SetSensitivity",
    "ShowCopies",
    "ShowCurve",
    "ShowDiff",
    "ShowDocument",
    "ShowIncident",
    "ShowLint",
    "ShowRoster",
    "ShowSilence",
    "ShowTexts",
    "SilenceCommand",
    "Split",
    "StopPublishing",
    "Submit",
    "SwapDuty",
    "TakeDuty",
    "TakeRewording",
    "TopicCommand",
    "TrySilence",
    "Unmute",
    "VouchFactor",
    "WeighRumour",
    "WriteText",
]

PeopleCommand = Enrol | Leave | DecideRequest | ShowRoster | TakeDuty | SwapDuty | AbsentFrom | AskBoard | EndBoards
"""What people do about themselves and each other, and not about an incident."""

SilenceCommand = ListSilences | ShowSilence | TrySilence | MakeSilence | EndSilence | ReleaseHeld
"""What people do about silences and planned events; none of them names an incident."""

TopicCommand = ListTopics | PreviewTopic | SetSensitivity
"""What people do about how easily topics alert; none of them names an incident for itself."""

Command = (
    Acknowledge
    | AskApproval
    | Approve
    | ApproveByCode
    | AskEdit
    | Edit
    | AskReturn
    | Return
    | AskPlaybook
    | ChoosePlaybook
    | AskFalseAlarm
    | FalseAlarm
    | CloseIncident
    | ConfirmFact
    | AnswerDelivery
    | AnswerDoubt
    | MarkImpact
    | DraftAnew
    | AskRelease
    | Release
    | ReleaseByCode
    | ContentCheck
    | LegalCheck
    | AgreeJointly
    | HoldJointly
    | EnrolFactor
    | VouchFactor
    | ConfirmFactor
    | Submit
    | AskRefuse
    | AskRefuseReason
    | Refuse
    | AskAuthorisation
    | AskAuthorise
    | Authorise
    | RevokeAuthorisation
    | AskMore
    | AskFollowUp
    | FollowUp
    | AskLevel
    | AskLevelReason
    | SetLevel
    | AskMute
    | Mute
    | Unmute
    | ShowDiff
    | ShowLint
    | AskLintReason
    | ExplainLint
    | ShowCurve
    | AskRewording
    | TakeRewording
    | ShowDocument
    | ShowCopies
    | AskFact
    | AskUnits
    | ListRumours
    | NoteRumour
    | LabelRumour
    | WeighRumour
    | AddText
    | AskTexts
    | AskTextWords
    | WriteText
    | DropText
    | ShowTexts
    | DraftRefusal
    | AnswerFact
    | ConfirmHeldFact
    | HandOver
    | Merge
    | Split
    | Reopen
    | StopPublishing
    | ReleaseStop
    | AskReport
    | Report
    | ShowIncident
    | ListIncidents
    | Help
    | Invalid
    | MarkAccused
    | PeopleCommand
    | SilenceCommand
    | TopicCommand
)


OfNoIncident = (
    EnrolFactor
    | VouchFactor
    | ConfirmFactor
    | StopPublishing
    | ReleaseStop
    | AskReport
    | Report
    | SilenceCommand
    | TopicCommand
)
"""Commands that name no incident."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the channel knows them for certain: a user id, never a name.

    ``person_id`` is set where the channel knows the person themselves, as a sign-off link does, and has no number.
    """

    channel: str
    user_id: int
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One command by one actor. ``key`` identifies the act for ever, so that it is carried out once.

    ``withheld`` is a reason code's value when the channel does not vouch for the act: it is refused with it, on the
    record. ``second_factor`` is true when the person proved one in the transaction in which the act was taken.
    """

    key: str
    actor: Actor
    command: Command
    withheld: str = ""
    second_factor: bool = False
