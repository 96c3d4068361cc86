"""What exists in the simulated Telegram: people, chats, messages.

All of it is frozen; a change is a new value put into `State`. Identifiers follow Telegram: a person's private chat has
the person's id, groups are negative, supergroups and channels start with -100. Instants are aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ChatKind(StrEnum):
    """The four kinds of chat, named as on the wire."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Standing(StrEnum):
    """What somebody is in a chat, named as `ChatMember.status` is."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"


class MediaKind(StrEnum):
    """The kinds of attachment that the simulator models."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Person:
    """A user. `started` means the bot may write to them; `blocked` means they blocked the bot.

    `role` is what the page of phones calls them; Telegram knows nothing of it.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = "vi"
    is_bot: bool = False
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    role: str = ""

    @property
    def name(self) -> str:
        """First and last name as a phone shows them."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Member:
    """Somebody's standing in a chat; `rights` are an administrator's, such as `can_post_messages`."""

    user: int
    standing: Standing = Standing.MEMBER
    rights: tuple[str, ...] = ()

    @property
    def is_present(self) -> bool:
        """Whether they are in the chat at all."""
        return self.standing not in (Standing.LEFT, Standing.KICKED)

    @property
    def is_administrator(self) -> bool:
        """Whether they own or administer the chat."""
        return self.standing in (Standing.CREATOR, Standing.ADMINISTRATOR)

    def may(self, right: str) -> bool:
        """Whether they hold this administrator right; the owner holds all."""
        return self.standing is Standing.CREATOR or (self.is_administrator and right in self.rights)


@dataclass(frozen=True)
class Chat:
    """A conversation. `topics` are the thread ids of a forum; `pinned` are message ids, newest last."""

    id: int
    kind: ChatKind
    title: str = ""
    username: str = ""
    description: str = ""
    members: tuple[Member, ...] = ()
    topics: tuple[int, ...] = ()
    is_forum: bool = False
    pinned: tuple[int, ...] = ()
    migrated_to: int | None = None
    migrated_from: int | None = None

    def member(self, user: int) -> Member:
        """This user's standing; one who never was here counts as having left."""
        for member in self.members:
            if member.user == user:
                return member
        return Member(user, Standing.LEFT)

    @property
    def is_group(self) -> bool:
        """Whether people talk with each other here."""
        return self.kind in (ChatKind.GROUP, ChatKind.SUPERGROUP)


@dataclass(frozen=True)
class Entity:
    """A formatted stretch of text; offset and length in UTF-16 code units. Empty fields are absent on the wire."""

    type: str
    offset: int
    length: int
    url: str = ""
    user: int | None = None
    language: str = ""
    custom_emoji_id: str = ""
    unix_time: int | None = None
    date_time_format: str = ""

    @property
    def end(self) -> int:
        """The first UTF-16 unit after the stretch."""
        return self.offset + self.length


@dataclass(frozen=True)
class Button:
    """A button of an inline keyboard: `action` is the wire name (`callback_data`, `url`, …), `value` its argument."""

    text: str
    action: str
    value: str = ""
    style: str = ""
    icon: str = ""


@dataclass(frozen=True)
class InlineKeyboard:
    """Rows of buttons under a message."""

    rows: tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Prompt:
    """What replaces the input field of a phone: `force_reply`, `keyboard` or `remove_keyboard`."""

    kind: str
    placeholder: str = ""
    selective: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Media:
    """An attachment: ids of stored files; for a photo all sizes, the largest last."""

    kind: MediaKind
    files: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """What a message says: its text, or the caption when there is an attachment."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None


@dataclass(frozen=True)
class Service:
    """An event told by a message, such as `new_chat_members`; only the fields that fit the event are set."""

    event: str
    users: tuple[int, ...] = ()
    chat: int | None = None
    message: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a forwarded message came from."""

    date: datetime
    user: int | None = None
    chat: int | None = None
    message_id: int | None = None


@dataclass(frozen=True)
class Message:
    """A message as it stands now; earlier wordings are `records.Revision`s. A deleted one is kept but found by nobody.

    `author` is who wrote it in truth; `sender` is whom Telegram shows, which in a channel is nobody but the channel.
    """

    chat_id: int
    message_id: int
    date: datetime
    author: int | None = None
    sender: int | None = None
    sender_chat: int | None = None
    content: Content = Content()
    markup: InlineKeyboard | None = None
    prompt: Prompt | None = None
    reply_to: int | None = None
    thread_id: int | None = None
    media_group: str = ""
    edited: datetime | None = None
    protected: bool = False
    silent: bool = False
    origin: Origin | None = None
    service: Service | None = None
    deleted: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is a plain text message, neither an attachment nor an event."""
        return self.content.media is None and self.service is None
