"""The settings ``feeds:``: each monitoring system, its format, and how it proves who it is."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, IPvAnyNetwork, SecretStr, field_validator, model_validator

from bot.settings.section import Section

FeedFormat = Literal[
    "native",
    "cloudevents",
    "alertmanager",
    "grafana",
    "cap",
    "meltwater",
    "talkwalker",
    "mention",
    "dataminr",
    "mapping",
    "mail",
    "rss",
]
"""Formats that can be read today."""

PULLED = frozenset({"mail", "rss"})
"""Formats whose items Keng fetches itself."""


class FieldRule(Section):
    """How one field of an alert is found in foreign JSON: a JMESPath expression or a constant."""

    path: str | None = None
    constant: Any = None
    values: dict[str, Any] | None = None
    format: str | None = None
    zone: str = "Asia/Ho_Chi_Minh"
    decimal: Literal[".", ","] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """A text alone is a path, any other plain value a constant."""
        if isinstance(value, str):
            return {"path": value}
        return value if isinstance(value, dict) else {"constant": value}

    @field_validator("path")
    @classmethod
    def _is_jmespath(cls, value: str | None) -> str | None:
        return None if value is None else jmespath_expression(value)

    @field_validator("values", mode="before")
    @classmethod
    def _keys_are_text(cls, value: Any) -> Any:
        return {str(key): inner for key, inner in value.items()} if isinstance(value, dict) else value

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write one such as Asia/Ho_Chi_Minh or UTC") from None
        return value

    @model_validator(mode="after")
    def _one_of_both(self) -> FieldRule:
        if (self.path is None) == (self.constant is None):
            raise ValueError("give either a path or a constant")
        return self


class VolumeRules(Section):
    """``volume`` of an alert."""

    observed: FieldRule | None = None
    baseline: FieldRule | None = None
    factor: FieldRule | None = None
    z: FieldRule | None = None
    unit: FieldRule | None = None


class SentimentRules(Section):
    """``sentiment`` of an alert."""

    positive: FieldRule | None = None
    neutral: FieldRule | None = None
    negative: FieldRule | None = None
    score: FieldRule | None = None


class LocationRules(Section):
    """``location`` of an alert."""

    text: FieldRule | None = None
    province_code: FieldRule | None = None
    ward_code: FieldRule | None = None
    lat: FieldRule | None = None
    lng: FieldRule | None = None


class SourceRules(Section):
    """The public pages that an alert names: ``items`` is their list, the other paths start at one of its entries."""

    items: str | None = None
    url: FieldRule | None = None
    title: FieldRule | None = None
    outlet: FieldRule | None = None
    type: FieldRule | None = None
    published_at: FieldRule | None = None
    engagement: FieldRule | None = None
    is_press: FieldRule | None = None

    @field_validator("items")
    @classmethod
    def _is_jmespath(cls, value: str | None) -> str | None:
        return None if value is None else jmespath_expression(value)


class MappingRules(Section):
    """How foreign JSON is read; ``items`` is where the list of alerts is, where a body has more than one."""

    title: FieldRule
    items: str | None = None
    id: FieldRule | None = None
    thread: FieldRule | None = None
    status: FieldRule | None = None
    kind: FieldRule | None = None
    summary: FieldRule | None = None
    lang: FieldRule | None = None
    first_seen: FieldRule | None = None
    last_seen: FieldRule | None = None
    window_minutes: FieldRule | None = None
    volume: VolumeRules = VolumeRules()
    sentiment: SentimentRules = SentimentRules()
    reach: FieldRule | None = None
    topics: FieldRule | None = None
    location: LocationRules = LocationRules()
    sources: SourceRules = SourceRules()
    severity_hint: FieldRule | None = None
    confidence: FieldRule | None = None

    @field_validator("items")
    @classmethod
    def _is_jmespath(cls, value: str | None) -> str | None:
        return None if value is None else jmespath_expression(value)


class Letters(Section):
    """Which query of a Grafana rule measures what: the letters under ``values`` in its payload."""

    observed: str | None = None
    baseline: str | None = None
    factor: str | None = None


class Rss(Section):
    """A page that is asked for news, every so many minutes; of its entries those with one of ``keywords``, if any."""

    url: str
    every: int = Field(default=5, ge=1, le=1440)
    keywords: tuple[str, ...] = ()
    max_age_hours: int = Field(default=24, ge=1, le=24 * 30)
    press: bool = True

    @field_validator("url")
    @classmethod
    def _is_web(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// (or http://)")
        return value


class Imap(Section):
    """A mailbox on a server; ``ca`` (or ``ca_file``) is the office's own certificate authority, as PEM."""

    host: str
    port: int = Field(default=993, ge=1, le=65535)
    tls: bool = True
    user: str
    password: SecretStr
    folder: str = "INBOX"
    ca: str | None = None


class Mail(Section):
    """A mailbox whose letters are alerts: ``folder`` on this machine (Maildir or mbox), or ``imap``.

    ``senders`` are addresses or whole domains (``@brandwatch.com``); letters of others wait in quarantine. With
    ``verified_by``, the name under which the own mail server writes ``Authentication-Results``, the sender's domain
    must also have signed (DKIM). ``patterns`` are regular expressions with named groups for the fields of an alert.
    """

    senders: tuple[str, ...] = Field(min_length=1)
    folder: Path | None = None
    imap: Imap | None = None
    every: int = Field(default=60, ge=5, le=86_400)
    verified_by: str | None = None
    patterns: tuple[str, ...] = ()

    @field_validator("patterns")
    @classmethod
    def _are_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        from bot.intake.formats.mail import FIELDS, compiled

        for pattern in value:
            try:
                named = compiled(pattern).groupindex
            except ValueError as error:
                raise ValueError(f"{pattern}: {error}") from None
            unknown = sorted(set(named) - set(FIELDS))
            if not named or unknown:
                raise ValueError(f"{pattern}: name its groups (?P<name>…) after {', '.join(FIELDS)}")
        return value

    @model_validator(mode="after")
    def _one_mailbox(self) -> Mail:
        if (self.folder is None) == (self.imap is None):
            raise ValueError("give either a folder or imap")
        return self


class Feed(Section):
    """One monitoring system that pushes alerts, or is asked for them, and how it proves who it is."""

    format: FeedFormat = "native"
    secrets: tuple[SecretStr, ...] = ()
    bearer: SecretStr | None = None
    basic: SecretStr | None = None
    networks: tuple[IPvAnyNetwork, ...] = ()
    mapping: MappingRules | None = None
    values: Letters = Letters()
    severity: dict[str, int] = Field(default_factory=dict)
    rss: Rss | None = None
    mail: Mail | None = None
    status: Literal["exercise", "test"] | None = None
    """Everything that comes is a drill, for as long as the feed is being connected."""
    per_minute: int | None = Field(default=None, ge=1, le=10_000_000)
    """As many alerts it may send at once, and as many more each minute, to each process; null sets no limit."""
    topics: int = Field(default=500, ge=1, le=20_000)
    """As many topics may be counted in its name by ``/v1/counts``."""

    @field_validator("secrets", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        """A text has one secret or several, as a file or a variable of the environment gives them."""
        return value.split() if isinstance(value, str) else value

    @field_validator("secrets")
    @classmethod
    def _no_empty_key(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for secret in value:
            try:
                key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"))
            except ValueError:
                key = b""
            if not key:  # anybody can sign with an empty key, nobody with one that cannot be read
                raise ValueError("must be whsec_ and a key in base64; `keng feeds secret` makes one")
        return value

    @field_validator("basic")
    @classmethod
    def _user_and_password(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            user, _, password = value.get_secret_value().partition(":")
            if not user or not password:
                raise ValueError("must be user:password")
        return value

    @field_validator("severity")
    @classmethod
    def _levels(cls, value: dict[str, int]) -> dict[str, int]:
        if any(not 1 <= level <= 4 for level in value.values()):
            raise ValueError("a level is 1 to 4")
        return {name.lower(): level for name, level in value.items()}

    @model_validator(mode="after")
    def _fits_its_format(self) -> Feed:
        for section in ("mapping", "rss", "mail"):
            given = getattr(self, section) is not None
            may = self.format == section or (section == "mapping" and self.format == "cloudevents")
            if given and not may:
                raise ValueError(f"{section}: belongs to format: {section}, not to {self.format}")
            if self.format == section and not given:
                raise ValueError(f"format: {section} needs the section {section}:")
        if self.per_minute is not None and self.pulled and not self.has_credentials:
            raise ValueError(f"per_minute: Keng fetches this feed itself; its pace is {self.format}.every")
        return self

    @property
    def has_credentials(self) -> bool:
        """True when a sender must prove who it is."""
        return bool(self.secrets or self.bearer or self.basic)

    @property
    def pulled(self) -> bool:
        """True when Keng fetches the feed itself."""
        return self.format in PULLED


def jmespath_expression(text: str) -> str:
    """The text, if it is a JMESPath expression.

    Raises:
        ValueError: it is none; the message shows where it breaks.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"no JMESPath expression: {' '.join(str(error).split())}") from None
    return text
