"""The section ``wording`` of the settings: a machine that may be asked to say a draft more plainly. Off by default."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings.section import Section, is_loopback


class Wording(Section):
    """Any endpoint that speaks OpenAI's chat completions. Without ``endpoint`` nobody is ever asked.

    ``endpoint`` is the address before ``/chat/completions``, such as ``http://127.0.0.1:11434/v1``; in clear only on
    this machine or a private address, for drafts are nobody else's. ``timeout`` in seconds.
    """

    endpoint: str | None = None
    model: str | None = None
    key: SecretStr | None = None
    timeout: float = Field(default=30, ge=1, le=120)

    @field_validator("endpoint")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address such as http://127.0.0.1:11434/v1")
        if parts.username or parts.password:
            raise ValueError("must not carry a name or password; give `key` or `key_file`")
        if parts.scheme == "http" and not _is_near(parts.hostname):
            raise ValueError("must begin with https:// unless it is on this machine or a private address")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _names_a_model(self) -> Wording:
        if self.endpoint is not None and not self.model:
            raise ValueError("give the model's name with the endpoint")
        return self


def _is_near(host: str) -> bool:
    try:
        return is_loopback(host) or ip_address(host).is_private
    except ValueError:
        return False
