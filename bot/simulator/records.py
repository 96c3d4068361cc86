"""What Telegram keeps: wordings, files, presses, updates, and how the bot wants to be called and shown. All frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.simulator.model import Content, InlineKeyboard, MediaKind


@dataclass(frozen=True)
class Revision:
    """One wording of a message, in the order in which they were shown; the first is the original."""

    chat_id: int
    message_id: int
    at: datetime
    content: Content
    markup: InlineKeyboard | None


@dataclass(frozen=True)
class StoredFile:
    """An uploaded file or one size of a photo; width and height in pixels, None for documents."""

    file_id: str
    unique_id: str
    kind: MediaKind
    path: str
    data: bytes = field(repr=False)
    name: str = ""
    mime: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Callback:
    """A press of a button and what the bot answered to it."""

    id: str
    user: int
    chat_id: int
    message_id: int
    data: str
    at: datetime
    answered_at: datetime | None = None
    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(frozen=True)
class Update:
    """Something for the bot to hear. `lane` orders webhook deliveries: a chat's messages, a person's presses."""

    update_id: int
    kind: str
    payload: dict[str, object]
    created: datetime
    expires: datetime
    lane: str
    confirmed: bool = False


@dataclass(frozen=True)
class Webhook:
    """Where updates are delivered; an empty `url` means polling."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    set_at: datetime | None = None


@dataclass(frozen=True)
class CommandSet:
    """The commands shown to one scope (a canonical JSON text) in one language."""

    scope: str
    language: str
    commands: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Profile:
    """What the bot says about itself in one language: name, description, short description."""

    language: str
    name: str = ""
    description: str = ""
    short_description: str = ""


@dataclass(frozen=True)
class Subscription:
    """The kinds of update last asked for; empty means Telegram's default set."""

    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClockSetting:
    """The clock's offset in seconds, and the instant at which it stands still."""

    offset: float
    frozen_at: datetime | None = None
