"""Commands upon the words: write, fill, approve, return, and follow what is in public."""

from __future__ import annotations

from dataclasses import dataclass


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
    """A person chose the playbook; the draft is made anew, unless that confirms the one of a case that was split.

    With ``confirms`` nothing else is meant: where another was chosen meanwhile nothing is changed.
    """

    ref: str
    playbook: str
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class DraftAnew:
    """Soạn lại: fill the playbook again, with the facts and the hours of this moment.

    ``discard`` says in as many words that a text written by hand is to be given up.
    """

    ref: str
    discard: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmFact:
    """A person vouches for one fact slot."""

    ref: str
    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class AskFact:
    """Ask for a fact; without a slot show which are open."""

    ref: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class AskUnits:
    """Send the question of one fact, or of every open one, to the units that should know."""

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
class ShowDiff:
    """What changed between two versions; None means the last two."""

    ref: str
    older: int | None = None
    newer: int | None = None


@dataclass(frozen=True, slots=True)
class ShowDocument:
    """Hand out the document of a version; None means the last one. ``pdf`` asks for PDF instead of .docx."""

    ref: str
    version: int | None = None
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class ShowCopies:
    """Where each copy of the words is."""

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
class ShowLint:
    """Soát lỗi: everything that the linter says of the current words."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskTexts:
    """Bản khác, pressed: which texts the version carries, and which it may carry besides."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskLintReason:
    """Ask why words that a rule warns of stay as they are."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class ExplainLint:
    """The reason, for every warning of this version. ``version`` None means the current one (typed form)."""

    ref: str
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AddText:
    """Make one text more (``key``: ``vi/short``, or as people name it) from the facts."""

    ref: str
    key: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class AskTextWords:
    """Ask for one text in a person's own words."""

    ref: str
    key: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class WriteText:
    """One text in a person's own words; the others stay as they are."""

    ref: str
    key: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DropText:
    """The version is to carry one text less."""

    ref: str
    key: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ShowTexts:
    """Show one text of the version whole, or all of them."""

    ref: str
    key: str


@dataclass(frozen=True, slots=True)
class AskRewording:
    """Have a machine say the current words more plainly; nothing waits for it."""

    ref: str


@dataclass(frozen=True, slots=True)
class TakeRewording:
    """What a machine made of the full text of ``version``, already found to say the same: the draft from now on."""

    ref: str
    version: int
    text: str
    model: str


@dataclass(frozen=True, slots=True)
class DraftRefusal:
    """Draft the reply to the press that information is refused, on the ground and with the reason that were given."""

    ref: str
