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


@dataclass(frozen=True, slots=True)
class ApproveByCode:
    """The typed form: the approval code belongs to one version of one incident and dies with it."""

    ref: str
    approval_code: str


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
    | ShowIncident
    | ListIncidents
    | Help
    | Invalid
    | MarkAccused
    | PeopleCommand
)


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
