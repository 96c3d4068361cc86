"""Commands before the gates of publication: checks, the second person, refusals, authorisations, the emergency stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Submit:
    """Trình duyệt: this version is ready to be decided upon."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """Soát nội dung: the facts and words of this version are right."""

    ref: str
    version: int
    sure: bool = False
    """They were asked, as somebody who may approve: whoever checks these words does not approve them."""


@dataclass(frozen=True, slots=True)
class LegalCheck:
    """Soát pháp lý: this version may be published under the law."""

    ref: str
    version: int
    sure: bool = False
    """They were asked, as somebody who may approve: whoever checks these words does not approve them."""


@dataclass(frozen=True, slots=True)
class AgreeJointly:
    """Đồng ý văn bản: the person's unit, which also holds the case, agrees to this version."""

    ref: str
    version: int


@dataclass(frozen=True, slots=True)
class HoldJointly:
    """Another unit also holds the case; from now on it agrees to the words (NĐ 244/2026 Art. 7.2).

    With ``lift`` it does not hold it after all.
    """

    ref: str
    unit: str
    lift: bool = False


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
class StopPublishing:
    """Stop all publishing at once."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseStop:
    """Let publishing go on; it takes two persons."""
