"""Who and what exists at the start: the bot, people, chats. Data, so that a test or a drill brings its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from bot.simulator.model import Chat, ChatKind, Member, Person, Standing

DUTY_ROOM = -1001000000001
PUBLIC_CHANNEL = -1002000000001
DUTY_OFFICER, SPOKESPERSON, DEPUTY, HEAD, STRANGER, SUPERVISOR = 101, 102, 103, 104, 105, 106
BOT = Person(900001, "Kẻng", username="keng_demo_bot", is_bot=True)

ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
CHANNEL_RIGHTS = (
    "can_manage_chat",
    "can_post_messages",
    "can_edit_messages",
    "can_delete_messages",
    "can_change_info",
    "can_invite_users",
)


@dataclass(frozen=True)
class Cast:
    """The accounts and chats that a simulation starts with; private chats follow from the people."""

    people: tuple[Person, ...]
    chats: tuple[Chat, ...]
    bot: Person = BOT


def read_cast(value: Mapping[str, Any]) -> Cast:
    """A cast from its JSON form, `{"bot"?: {…}, "people": [{…}], "chats": [{…}]}`; raises pydantic.ValidationError.

    The fields are those of `model.Person`, `model.Chat` and `model.Member`.
    """
    return TypeAdapter(Cast).validate_python(dict(value))


DEFAULT_CAST = Cast(
    people=(
        Person(DUTY_OFFICER, "Trần Thị Trực", username="truc_demo", started=True, role="Cán bộ trực"),
        Person(SPOKESPERSON, "Nguyễn Văn Phát", username="phat_demo", started=True, role="Người phát ngôn"),
        Person(DEPUTY, "Lê Thị Phó", username="pho_demo", started=True, role="Cấp phó"),
        Person(HEAD, "Phạm Văn Chủ", username="chu_demo", started=True, role="Người đứng đầu"),
        Person(STRANGER, "Hoàng Khách", username="khach_demo", role="Người ngoài"),
        Person(SUPERVISOR, "Đặng Văn Sở", username="so_demo", started=True, role="Sở VHTTDL"),
    ),
    chats=(
        Chat(
            DUTY_ROOM,
            ChatKind.SUPERGROUP,
            title="Tổ trực truyền thông",
            members=(
                Member(DUTY_OFFICER, Standing.CREATOR),
                Member(SPOKESPERSON),
                Member(DEPUTY),
                Member(HEAD),
                Member(BOT.id),
            ),
        ),
        Chat(
            PUBLIC_CHANNEL,
            ChatKind.CHANNEL,
            title="Cổng thông tin tỉnh Thượng Giang",
            username="thuonggiang_tinchinhthuc",
            members=(
                Member(HEAD, Standing.CREATOR),
                Member(BOT.id, Standing.ADMINISTRATOR, CHANNEL_RIGHTS),
            ),
        ),
    ),
)
