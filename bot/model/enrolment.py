"""Enrolment: one-time codes, accounts that are bound to people, and requests that wait for a second person."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.ids import CODE_ALPHABET

CODE_GROUPS, GROUP_LENGTH = 4, 4
"""16 characters of 29: 77 bits, which nobody guesses and a person can still type."""

CODE_LASTS = timedelta(hours=24)
REQUEST_LASTS = timedelta(hours=24)


def new_code() -> str:
    """A one-time code such as ``7K2M-…``: letters that are not mistaken for others; fits Telegram's deep links."""
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def code_hash(code: str) -> str:
    """What is kept of a code: the SHA-256 of its letters, however the hyphens and capitals were typed."""
    letters = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code as it is kept: its hash, whose it is, how long it is good.

    ``additional`` binds one more account beside the person's others, instead of in their place; ``only_for`` is the one
    account that may use it, when that was known.
    """

    hash: str
    person: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    additional: bool = False
    only_for: str | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One account of one person on one channel, from ``bound_at`` until it was released."""

    person: str
    channel: str
    address: str
    bound_at: datetime
    released_at: datetime | None = None
    released_by: str | None = None


class RequestKind(StrEnum):
    """What waits for somebody's consent."""

    REBINDING = "rebinding"
    SWAP = "swap"
    SILENCE = "silence"
    """A wide silence; ``person`` is its id."""


@dataclass(frozen=True, slots=True)
class PeopleRequest:
    """Something about ``person`` that another must agree to; ``content`` holds what is to be done then."""

    id: str
    code: str
    kind: RequestKind
    person: str
    asked_at: datetime
    expires_at: datetime
    content: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The head authorised ``person`` in writing for one incident and for a time (NĐ 244/2026 Art. 3.5)."""

    id: str
    person: str
    incident_id: str
    document: str
    granted_by: str
    granted_at: datetime
    valid_to: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
