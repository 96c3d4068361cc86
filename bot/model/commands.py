"""What people do, as typed commands: channels make them, :mod:`bot.workflows` carries them out.

A command names the incident as the person did (``ref``: an id from a button, or a code that was typed) and, where words
are at stake, the version that the person had before their eyes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Tiếp nhận: somebody has taken the matter on."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Duyệt, first press: show which words are meant and ask once more. ``version`` None means the current."""

    ref: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Approve:
    """Đúng, duyệt bản này: approve exactly the version whose hash begins with ``digest`` (at least 8 hex digits)."""

    ref: str
    version: int
    digest: str
    code: str = ""
    """The one-time code of the approver's own device, where the gates ask for it."""


@dataclass(frozen=True, slots=True)
class ApproveByCode:
    """The typed form: the approval code belongs to one version of one incident and dies with it."""

    ref: str
    approval_code: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class AskEdit:
    """Sửa, pressed: ask for the new text."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text for the statement, written over ``version``."""

    ref: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class AskReturn:
    """Trả lại, pressed: ask for the reason."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class Return:
    """Trả lại with its reason. ``version`` None means the current one (typed form)."""

    ref: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AskPlaybook:
    """Cẩm nang khác, pressed: show the candidates; ``everything`` shows all playbooks."""

    ref: str
    everything: bool = False


@dataclass(frozen=True, slots=True)
class ChoosePlaybook:
    """A person chose the playbook; the draft is made anew."""

    ref: str
    playbook: str


@dataclass(frozen=True, slots=True)
class AskFalseAlarm:
    """Báo động giả, first press: ask once more."""

    ref: str


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """Báo động giả, confirmed: the incident is dismissed."""

    ref: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """The matter is over; nothing more joins it and nobody acts on it."""

    ref: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmFact:
    """A person vouches for one fact slot."""

    ref: str
    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class AnswerDelivery:
    """A person looked whether a doubtful publication appeared."""

    ref: str
    version: int
    outlet: str
    attempt: int
    appeared: bool


@dataclass(frozen=True, slots=True)
class MarkImpact:
    """Có tác động dư luận: a person determines that the matter has, or risks, impact on public opinion (Art. 7.4)."""

    ref: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class DraftAnew:
    """Soạn lại: fill the playbook again, with the facts and the hours of this moment."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskRelease:
    """Cho công bố, first press: show which approved words are about to be let go."""

    ref: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The second person lets exactly these approved words go."""

    ref: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class ReleaseByCode:
    """The typed form: the approval code belongs to one version and dies with it."""

    ref: str
    approval_code: str


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """Soát nội dung: the facts and words of this version are right."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class LegalCheck:
    """Soát pháp lý: this version may be published under the law."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class AgreeJointly:
    """Đồng ý văn bản: the person's unit, which also holds the case, agrees to this version."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class HoldJointly:
    """Another unit also holds the case; from now on it agrees to the words (NĐ 244/2026 Art. 7.2)."""

    ref: str
    unit: str


@dataclass(frozen=True, slots=True)
class EnrolFactor:
    """Begin to enrol one's second factor, or a new one after a lost phone."""


@dataclass(frozen=True, slots=True)
class VouchFactor:
    """A second person stands for the owner of the enrolment with this pairing code."""

    pairing: str


@dataclass(frozen=True, slots=True)
class ConfirmFactor:
    """The owner shows the first code of the new secret."""

    code: str


@dataclass(frozen=True, slots=True)
class StopPublishing:
    """Stop all publishing at once."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseStop:
    """Let publishing go on; it takes two persons."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Trình duyệt: this version is ready to be decided upon."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class AskRefuse:
    """Từ chối cung cấp, pressed: show the grounds of law."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class AskRefuseReason:
    """A ground was chosen: ask for the reason."""

    ref: str
    version: int
    ground: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Information is refused on a ground of law, with its reason. ``version`` None means the current one."""

    ref: str
    ground: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AskAuthorisation:
    """Ask the head to authorise somebody for this case."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskAuthorise:
    """The head chose whom to authorise: ask for document and end."""

    ref: str
    person: str


@dataclass(frozen=True, slots=True)
class Authorise:
    """The head authorises a person; ``terms`` is the document and the end as they were typed."""

    ref: str
    person: str
    terms: str


@dataclass(frozen=True, slots=True)
class RevokeAuthorisation:
    """The head takes an authorisation back."""

    ref: str
    person: str


@dataclass(frozen=True, slots=True)
class AskMore:
    """Việc khác, pressed: show what else can be done."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskFollowUp:
    """Update, correct, take back or replace what is in public: ask for the words. ``kind`` is a StatementKind."""

    ref: str
    kind: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The words that follow; for a retraction its reason. ``version`` is the one in public, None in the typed form."""

    ref: str
    kind: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AskLevel:
    """Đổi mức, pressed: show the levels."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskLevelReason:
    """A level was chosen: ask why."""

    ref: str
    level: int


@dataclass(frozen=True, slots=True)
class SetLevel:
    """Raise the level, or lower it with a reason."""

    ref: str
    level: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskMute:
    """Tắt nhắc, pressed: ask until when."""

    ref: str


@dataclass(frozen=True, slots=True)
class Mute:
    """No reminders until an end, as it was typed."""

    ref: str
    until: str


@dataclass(frozen=True, slots=True)
class Unmute:
    """Reminders again."""

    ref: str


@dataclass(frozen=True, slots=True)
class ShowDiff:
    """What changed between two versions; None means the last two."""

    ref: str
    older: int | None = None
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class AskFact:
    """Ask for a fact; without a slot show which are open."""

    ref: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """The answer to a question about a fact: kept, unconfirmed."""

    ref: str
    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class ConfirmHeldFact:
    """The answer that was shown is right; ``check`` stands for its value."""

    ref: str
    slot: str
    check: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """Another unit takes the case."""

    ref: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The incident is part of another, named by id or code."""

    ref: str
    into: str


@dataclass(frozen=True, slots=True)
class Split:
    """Some alerts, by their numbers in the list, are another matter; without numbers show the list."""

    ref: str
    numbers: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed case is open again."""

    ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShowIncident:
    """Post the card of one incident anew in this chat."""

    ref: str


@dataclass(frozen=True, slots=True)
class ListIncidents:
    """Name the open incidents."""


@dataclass(frozen=True, slots=True)
class Help:
    """Tell the person what they can do."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Something that no button of ours carries or no command of ours means; ``why`` is a reason code's value."""

    why: str


@dataclass(frozen=True, slots=True)
class MarkAccused:
    """A unit is itself accused in this matter, so that the one above it approves; ``lift`` takes that back."""

    ref: str
    unit: str
    lift: bool = False


@dataclass(frozen=True, slots=True)
class Enrol:
    """/start with a one-time code: this account is the person's for whom the code was made."""

    code: str


@dataclass(frozen=True, slots=True)
class Leave:
    """/roi: this account is nobody's any more."""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Agree to, or decline, what a colleague waits for: a changed phone, a swap. ``request`` is its id or code."""

    request: str
    agree: bool


@dataclass(frozen=True, slots=True)
class ShowRoster:
    """/truc: who is on duty, and who will be."""


@dataclass(frozen=True, slots=True)
class TakeDuty:
    """I take the duty of the day, as it was typed; empty: from now until the turn ends."""

    day: str = ""


@dataclass(frozen=True, slots=True)
class SwapDuty:
    """My turn with that day for the next one of ``other`` (an id or a name), who has to agree."""

    day: str
    other: str


@dataclass(frozen=True, slots=True)
class AbsentFrom:
    """I am away from the first to the last day, both included."""

    first: str
    last: str
    why: str = ""


PeopleCommand = Enrol | Leave | DecideRequest | ShowRoster | TakeDuty | SwapDuty | AbsentFrom
"""What people do about themselves and each other, and not about an incident."""

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
    | AskFact
    | AnswerFact
    | ConfirmHeldFact
    | HandOver
    | Merge
    | Split
    | Reopen
    | StopPublishing
    | ReleaseStop
    | ShowIncident
    | ListIncidents
    | Help
    | Invalid
    | MarkAccused
    | PeopleCommand
)


OfNoIncident = EnrolFactor | VouchFactor | ConfirmFactor | StopPublishing | ReleaseStop
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
