"""What may be set: the sections of ``keng.yaml`` with their defaults, put together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyNetwork, SecretStr, field_validator

from bot.settings.email import Email
from bot.settings.feeds import Feed
from bot.settings.outlets import Outlets
from bot.settings.retention import Retention
from bot.settings.section import Section, is_loopback
from bot.settings.wording import Wording

OWN_PLAYBOOKS = Path("./playbooks")
"""Where the office's own playbooks are looked for; those that came with the package do where there are none."""


class Http(Section):
    """Where Keng listens and under which address the world knows it."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    public_url: str | None = None
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()
    """Networks whose word (``X-Forwarded-For``) on where a request comes from is believed."""

    @field_validator("public_url")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http://)")
        return value.rstrip("/") if value else None

    @property
    def loopback(self) -> bool:
        """True when nobody outside this machine can connect."""
        return is_loopback(self.host)

    @property
    def base_url(self) -> str:
        """The address to print and to put into links."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"


_TOKEN = re.compile(r"[0-9]+:[!-~]+")
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


class Telegram(Section):
    """The bot. Without a token and without the simulator, Keng serves its other channels."""

    token: SecretStr | None = None
    mode: Literal["polling", "webhook", "simulator"] = "polling"
    api_base: str = "https://api.telegram.org"
    webhook_secret: SecretStr | None = None
    proxy: str | None = None
    duty_chat: int | None = None
    public_channel: int | str | None = None
    card_seconds: float = Field(default=3.0, ge=1, le=60)
    digest_from: int = Field(default=6, ge=2)

    @field_validator("token")
    @classmethod
    def _whole(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("must be what @BotFather gave, whole and on one line: 123456789:AAE…")
        return value

    @field_validator("api_base")
    @classmethod
    def _a_server(cls, value: str) -> str:
        if not _is_address(value, ("http", "https")):
            raise ValueError("must be the address of a Bot API server: https://api.telegram.org, http://10.0.0.5:8081")
        return value

    @field_validator("proxy")
    @classmethod
    def _a_proxy(cls, value: str | None) -> str | None:
        if value is not None and not _is_address(value, _PROXY_SCHEMES):
            raise ValueError(
                "must be http://HOST:PORT or socks5://HOST:PORT, with USER:PASSWORD@ before HOST if need be"
            )
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _allowed(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if value is not None and not (
            1 <= len(text) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)
        ):
            raise ValueError("must be 1 to 256 of A-Z a-z 0-9 _ - (Telegram's rule)")
        return value


def _is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """True for a scheme of these with a host and, where one is given, a port that can be one."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


class IndexSettings(Section):
    """The encoder of meaning: ``offline``, or a sentence-transformers name or folder; ``cache`` keeps what is built.

    ``engine`` is what runs it: ``torch`` any model, ``onnx`` and ``onnx-int8`` the offline one and folders of its kind;
    ``auto`` is ``onnx-int8`` for the offline model and ``torch`` for any other.
    """

    model: str = "offline"
    engine: Literal["auto", "torch", "onnx", "onnx-int8"] = "auto"
    cache: Path | None = None

    @property
    def chosen_engine(self) -> Literal["torch", "onnx", "onnx-int8"]:
        """The engine, with ``auto`` decided."""
        if self.engine == "auto":
            return "onnx-int8" if self.model == "offline" else "torch"
        return self.engine


class Settings(Section):
    """All settings of one process."""

    data_dir: Path = Path("./var")
    database_url: str = "sqlite:///{data_dir}/keng.db"
    http: Http = Field(default_factory=Http)
    telegram: Telegram = Telegram()
    email: Email = Email()
    feeds: dict[str, Feed] = Field(default_factory=lambda: {"default": Feed()})
    outlets: Outlets = Outlets()
    retention: Retention = Retention()
    wording: Wording = Wording()
    playbooks: Path | None = OWN_PLAYBOOKS
    organisation: str = "sample"
    index: IndexSettings = IndexSettings()
    executor_id: str = "keng-1"

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: str) -> str:
        if value.startswith("sqlite:///"):
            return value
        if not value.startswith(("postgresql://", "postgresql+psycopg://")):
            raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE")
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError("cannot be read; write / @ : % in a password as %2F %40 %3A %25") from None
        return value

    @property
    def resolved_database_url(self) -> str:
        """The database URL with the data folder put in."""
        return self.database_url.replace("{data_dir}", str(self.data_dir))

    @property
    def model_cache(self) -> Path:
        """Where the converted model and the index lie; they can be made again at any time."""
        return self.index.cache or self.data_dir / "models"

    @property
    def simulator(self) -> bool:
        """True when the built-in simulator plays Telegram."""
        return self.telegram.mode == "simulator"
