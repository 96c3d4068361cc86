"""The section ``email`` of the settings: the mail server that letters to officials are handed to."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator

from bot.settings.section import Section, is_loopback

_SMTP = re.compile(r"(?:smtps?://)?(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{1,5}))?/?")
_ADDRESS = re.compile(r"""(?:[^<>@\r\n]*<)?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>?""")


class Email(Section):
    """The mail server, for letters to officials. Without ``smtp`` there is no e-mail.

    ``smtp`` is ``host``, ``host:port`` or ``smtps://host:port``; the port is 587 when left out, 465 for ``smtps``.
    """

    smtp: str | None = None
    sender: str | None = Field(default=None, alias="from")
    starttls: bool = True
    username: str | None = None
    password: SecretStr | None = None
    ca: str | None = None
    timeout: float = Field(default=20, ge=1, le=120)

    @field_validator("smtp")
    @classmethod
    def _names_a_server(cls, value: str | None) -> str | None:
        if value is not None and not _SMTP.fullmatch(value):
            raise ValueError("must be the mail server: mail.example.vn, mail.example.vn:587 or smtps://mail.example.vn")
        return value

    @field_validator("sender")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is not None and not _ADDRESS.fullmatch(value):
            raise ValueError('must be an address: keng@tinh.gov.vn, or "Kẻng <keng@tinh.gov.vn>"')
        return value

    @property
    def implicit_tls(self) -> bool:
        """True when the line is protected from its first byte."""
        return (self.smtp or "").startswith("smtps://")

    @property
    def host(self) -> str:
        """The server's name."""
        return self._parts[0]

    @property
    def port(self) -> int:
        """The server's port."""
        return int(self._parts[1] or (465 if self.implicit_tls else 587))

    @property
    def sender_name(self) -> str:
        """The name before the sender's address; empty when there is none."""
        return (self.sender or "").rpartition("<")[0].strip().strip('"')

    @property
    def sender_address(self) -> str:
        """The sender's address alone."""
        return (self.sender or "").rpartition("<")[2].rstrip("> ")

    @property
    def _parts(self) -> tuple[str, str]:
        found = _SMTP.fullmatch(self.smtp or "")
        return ("", "") if found is None else (found["host"].strip("[]"), found["port"] or "")

    @property
    def loopback(self) -> bool:
        """True when the server is on this machine, so that nobody can listen on the way."""
        return is_loopback(self.host)


def email_faults(email: Email, public_url: str | None) -> list[str]:
    """What does not go together, each fault with what to do."""
    if email.smtp is None:
        says_nothing = Email()
        given = any(getattr(email, name) != getattr(says_nothing, name) for name in Email.model_fields)
        return ["email.smtp: the mail server is missing; name it or remove the other email settings"] if given else []
    faults = []
    if not 1 <= email.port <= 65535:
        faults.append("email.smtp: the port must be between 1 and 65535")
    if email.sender is None:
        faults.append("email.from: who writes the letters? Give an address that the mail server lets Keng use")
    if (email.username is None) != (email.password is None):
        faults.append("email.username: give username and password (or password_file) together, or neither")
    if not email.starttls and not email.implicit_tls and not email.loopback:
        faults.append(
            "email.starttls: without it anybody on the way reads the sign-off links; only a mail server on this "
            "machine does without"
        )
    if not email.loopback and not (public_url or "").startswith("https://"):
        faults.append(
            "email.smtp: letters carry links to the sign-off page; set http.public_url to the https:// address at "
            "which people reach it"
        )
    return faults
