"""A statement: immutable versions, each a set of texts under one hash, and the states a version passes through.

The canonical form (DESIGN §5): a text is its UTF-8 bytes in NFC with LF line ends and no trailing newline; its SHA-256
is over these bytes. A version's hash is the SHA-256 of the sorted lines ``lang/variant sha256``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.model.fact import Fact


class StatementState(StrEnum):
    """Where one version stands (DESIGN §5)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETURNED = "returned"
    VOIDED = "voided"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


_S = StatementState

TRANSITIONS = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.SUBMITTED, _S.APPROVED, _S.RETURNED, _S.VOIDED, _S.REFUSED}),
        _S.SUBMITTED: frozenset({_S.APPROVED, _S.RETURNED, _S.VOIDED, _S.REFUSED}),
        _S.RETURNED: frozenset({_S.VOIDED}),
        _S.APPROVED: frozenset({_S.PUBLISHED, _S.VOIDED}),
        _S.PUBLISHED: frozenset({_S.SUPERSEDED, _S.CORRECTED, _S.RETRACTED}),
        _S.VOIDED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.SUPERSEDED: frozenset(),
        _S.CORRECTED: frozenset(),
        _S.RETRACTED: frozenset(),
    }
)
"""Which state may follow which. An edit voids whatever was not yet published and starts a new draft."""

APPROVABLE = frozenset({_S.DRAFT, _S.SUBMITTED})
PUBLIC = frozenset({_S.PUBLISHED, _S.SUPERSEDED, _S.CORRECTED, _S.RETRACTED})
"""States of words that the public has seen."""


def predecessors(target: StatementState) -> frozenset[StatementState]:
    """The states from which ``target`` may be reached: the condition of the UPDATE that enters it."""
    return frozenset(state for state, following in TRANSITIONS.items() if target in following)


class StatementKind(StrEnum):
    """What a version is in the series of one incident's statements."""

    INITIAL = "initial"
    UPDATE = "update"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    SUPERSESSION = "supersession"
    CLOSING = "closing"
    REFUSAL = "refusal"


AFTERWARDS = MappingProxyType(
    {
        StatementKind.CORRECTION: _S.CORRECTED,
        StatementKind.RETRACTION: _S.RETRACTED,
        StatementKind.SUPERSESSION: _S.SUPERSEDED,
    }
)
"""What becomes of a published version when one of this kind that names it is published; others leave it alone."""


class Author(StrEnum):
    """Who wrote the words of a version: a template filled by the machine, or a person's own edit."""

    TEMPLATE = "template"
    PERSON = "person"


def canonical(text: str) -> str:
    """The text as it is hashed, approved and published: NFC, LF line ends, no trailing newline."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).rstrip("\n")


def headline(text: str, most: int) -> str:
    """The first line; one longer than ``most`` characters is cut between words and says so."""
    line = canonical(text).split("\n", 1)[0]
    if len(line) <= most:
        return line
    kept = line[:most].rpartition(" ")[0] or line[: most - 1]
    return f"{kept[: most - 1].rstrip(' ,;:–-')}…"


def text_sha256(text: str) -> str:
    """Hex SHA-256 of a text's canonical bytes."""
    return hashlib.sha256(canonical(text).encode("utf-8")).hexdigest()


def version_sha256(texts: Mapping[str, str]) -> str:
    """Hex SHA-256 over all texts of a version; keys are ``lang/variant``, for example ``vi/full``."""
    lines = sorted(f"{key} {text_sha256(text)}" for key, text in texts.items())
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class StatementVersion:
    """One immutable version of an incident's statement; approval and publication name its number and hash.

    ``promises_at`` is the hour before which its words promise the next information; None when we know of none.
    """

    incident_id: str
    version: int
    state: StatementState
    texts: Mapping[str, str]
    sha256: str
    author: Author
    created_at: datetime
    created_by: str
    playbook: str
    reason: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    published_at: datetime | None = None
    promises_at: datetime | None = None
    kind: StatementKind = StatementKind.INITIAL
    refers_to: int | None = None
    """The published version that this one updates, corrects, takes back or replaces."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """The facts as they stood when it was written: what the next statement is compared with."""
    rephrases: int | None = None
    """The version whose words a machine said more plainly here, at the asking of ``created_by``."""

    @property
    def full_vi(self) -> str:
        """The Vietnamese full text: what the card shows and the spokesperson approves."""
        return self.texts["vi/full"]
