"""The section ``outlets`` of the settings: where approved words go. An outlet is on when it is named."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import jmespath
from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings.email import Email
from bot.settings.feeds import Imap
from bot.settings.section import Section, is_loopback

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TEXT_KEY = r"^[a-z]{2}/[a-z0-9_-]+$"
_IN_CAP = re.compile(r"[^\s,<&]+")
"""What CAP 1.2 §3.2.1 allows in a sender: no spaces, commas, angle brackets or ampersands."""


class Dkim(Section):
    """Signing letters ourselves, where the mail server does not (RFC 6376). ``key`` is PEM, ``key_file`` its file."""

    domain: str = Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
    selector: str = Field(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")
    key: SecretStr

    @field_validator("key")
    @classmethod
    def _signs(cls, value: SecretStr) -> SecretStr:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(value.get_secret_value().encode(), password=None)
        except (ValueError, TypeError) as error:
            raise ValueError("must be a private key as PEM, without a password") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < 1024:
            raise ValueError("must be an RSA key of 2048 bits (`openssl genrsa 2048`)")
        return value


class Bounces(Section):
    """Where letters come back to: a mailbox of its own, read from a folder on this machine or by IMAP.

    With ``verp`` each letter has a return address of its own (``tra-lai+…@``), which the mail server must deliver
    into the same mailbox; without it a bounce is known by the Message-ID that it quotes.
    """

    address: str
    verp: bool = False
    folder: Path | None = None
    imap: Imap | None = None
    every: int = Field(default=60, ge=5, le=86_400)

    @field_validator("address")
    @classmethod
    def _an_address(cls, value: str) -> str:
        return _checked_address(value)

    @model_validator(mode="after")
    def _one_mailbox(self) -> Bounces:
        if (self.folder is None) == (self.imap is None):
            raise ValueError("give either a folder or imap")
        return self


class EmailListSettings(Section):
    """The press list: one letter each, handed to the mail server of the section ``email``.

    ``recipients`` are addresses, or with ``recipients_file`` one a line. ``text`` is the variant that goes out, word
    for word; ``attach`` the document that goes along.
    """

    recipients: tuple[str, ...] = Field(min_length=1, max_length=2000)
    text: str = Field(default="vi/full", pattern=_TEXT_KEY)
    sender: str | None = Field(default=None, alias="from")
    reply_to: str | None = None
    unsubscribe: str | None = None
    attach: Literal["docx", "pdf"] | None = None
    dkim: Dkim | None = None
    bounces: Bounces | None = None

    @field_validator("recipients", mode="before")
    @classmethod
    def _lines(cls, value: Any) -> Any:
        if isinstance(value, str):
            lines = (line.partition("#")[0].strip() for line in value.splitlines())
            return [line for line in lines if line]
        return value

    @field_validator("recipients")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        seen: dict[str, str] = {}
        for one in value:
            seen.setdefault(_checked_address(one).casefold(), one)
        return tuple(seen.values())

    @field_validator("sender", "reply_to")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        return None if value is None else _checked_address(value)

    @field_validator("unsubscribe")
    @classmethod
    def _a_link(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"(?:mailto:|https://)[^\s<>,]+", value):
            raise ValueError("must be mailto:… or https://…: where a newsroom asks to be taken off the list")
        return value


class WebhookSettings(Section):
    """The province's portal takes statements as signed requests (Standard Webhooks).

    ``repeatable`` says that the portal knows a ``webhook-id`` again, so that asking twice does no harm. ``error_field``
    is a JMESPath into its answer: anything there but null, false, "" or 0 means that it failed, whatever the status.
    """

    url: str
    secret: SecretStr
    repeatable: bool = False
    timeout: float = Field(default=10, ge=1, le=60)
    error_field: str | None = None
    reference_field: str | None = None
    ca: str | None = None

    @field_validator("url")
    @classmethod
    def _protected(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("must be an https:// address without a user in it")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("must be https://: only a receiver on this machine does without")
        return value

    @field_validator("secret")
    @classmethod
    def _a_key(cls, value: SecretStr) -> SecretStr:
        try:
            raw = base64.b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) < 24:
            raise ValueError("must be whsec_ and base64 of at least 24 bytes; `keng feeds secret` makes one")
        return value

    @field_validator("error_field", "reference_field")
    @classmethod
    def _a_path(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                jmespath.compile(value)
            except jmespath.exceptions.ParseError as error:
                raise ValueError(f"is no JMESPath: {str(error).splitlines()[0]}") from None
        return value


class CapSettings(Section):
    """Drafts of CAP 1.2 messages, put into ``folder`` for the body that warns the public; nothing is broadcast.

    ``status`` is what real ones say: ``draft``, or ``actual`` where the folder belongs to that body.
    """

    sender: str
    area: str = Field(min_length=1)
    folder: Path | None = None
    status: Literal["draft", "actual"] = "draft"

    @field_validator("sender")
    @classmethod
    def _one_word(cls, value: str) -> str:
        if not _IN_CAP.fullmatch(value):
            raise ValueError("must be one word without commas, < and & (CAP 1.2): phatngon@tinh.gov.vn")
        return value


class StaticExport(Section):
    """The newsroom as files for another web server: in which folder, and under which address they are served."""

    folder: Path
    base: str | None = None

    @field_validator("base")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http://)")
        return value


class Outlets(Section):
    """Where approved words go. An outlet is on when it is named; a null switches it off."""

    newsroom: dict[str, Any] | None = Field(default_factory=dict)
    telegram_channel: dict[str, Any] | None = Field(default_factory=dict)
    email_list: EmailListSettings | None = None
    webhook: WebhookSettings | None = None
    cap: CapSettings | None = None
    static_export: StaticExport | None = None


def outlet_faults(outlets: Outlets, email: Email) -> list[str]:
    """What does not go together, each fault with what to do."""
    faults = []
    letters = outlets.email_list
    if letters is not None and email.smtp is None:
        faults.append("outlets.email_list: needs a mail server; name it under email.smtp")
    if letters is not None and letters.dkim is not None:
        domain = (letters.sender or email.sender_address).rpartition("@")[2].casefold()
        signing = letters.dkim.domain.casefold()
        if domain != signing and not domain.endswith(f".{signing}"):
            faults.append(f"outlets.email_list.dkim.domain: letters come from {domain}; sign for that domain (DMARC)")
    return faults


def _checked_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value) or len(value) > 254:
        raise ValueError(f"{value[:60]!r} is no address; write one such as tin@bao.example")
    return value
