"""What people do and see in the acceptance tests, in words."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from tests.acceptance.service import CHANNEL, PHO, Keng, labels, until

# Matters whose topics need no legal check: the scenarios are about approval itself.
MATTERS = cycle(
    f"{what} ở {where}"
    for where in ("phường Bến Nứa", "xã Suối Vàng", "phường Sông Thượng", "xã Đồi Thông", "xã An Lộc Thượng")
    for what in (
        "Nước máy có mùi dầu, dân không dám nấu ăn",
        "Lợn chết hàng loạt, dân vứt xuống kênh",
        "Cầu dân sinh bị sập nhịp, xe không qua được",
        "Sạt lở đất vùi lấp nhà dân sau mưa lớn",
        "Mất điện trên diện rộng suốt đêm",
        "Mưa lũ ngập nhiều nhà, đường bị chia cắt",
        "Cá chết trắng sông, nghi xả thải",
    )
)


BY_ITSELF = (
    *("⏰", "không liên lạc được với", "Việc duyệt không còn hiệu lực vì", "nay duyệt được"),
    *("ghi tên anh/chị là người phát ngôn", "là người thứ hai đồng ý"),
)
"""What only notices say that nobody asked for."""


def state_of(keng: Keng, matter: dict[str, Any]) -> str:
    return next(i["state"] for i in keng.incidents() if i["id"] == matter["id"])


def card(keng: Keng, chat: int, matter: dict[str, Any], label: str = "Duyệt") -> dict[str, Any]:
    return until(lambda: keng.phones.with_button(chat, label, matter["code"]), f"card {matter['code']} in {chat}")


def press(keng: Keng, chat: int, user: int, label: str, matter: dict[str, Any]) -> dict[str, Any]:
    return keng.phones.press(chat, user, label, card(keng, chat, matter, label)["id"])


def pass_the_lawyer(keng: Keng, matter: dict[str, Any]) -> None:
    """Where the topic asks for a legal check, the deputy makes it."""
    shown = card(keng, PHO, matter)
    if "Đã soát pháp lý" in labels(shown):
        keng.phones.press(PHO, PHO, "Đã soát pháp lý", shown["id"])
        until(lambda: "đã soát pháp lý" in card(keng, PHO, matter)["text"], "the legal check on the card")


def approve(keng: Keng, who: int, matter: dict[str, Any]) -> dict[str, Any]:
    pass_the_lawyer(keng, matter)
    press(keng, who, who, "Duyệt", matter)
    return press(keng, who, who, "Đúng, duyệt bản này", matter)


def posts(keng: Keng, text: str) -> list[dict[str, Any]]:
    return [m for m in keng.phones.messages(CHANNEL) if m["text"] == text]


def text_of(keng: Keng, matter: dict[str, Any]) -> str:
    return keng.incident(matter["id"])["versions"][-1]["texts"]["vi/full"]


def refusals(keng: Keng, matter: dict[str, Any]) -> list[str]:
    return [e["details"]["outcome"] for e in keng.incident(matter["id"])["timeline"] if e["details"].get("refused")]


def answered(keng: Keng, chat: int, after: int) -> dict[str, Any]:
    """The bot's next message in a chat after a message id, beside what clocks and gaps make it say by itself."""

    def look() -> dict[str, Any] | None:
        new = [
            m
            for m in keng.phones.messages(chat)
            if m["from_bot"] and m["id"] > after and not any(sign in m["text"] for sign in BY_ITSELF)
        ]
        return new[0] if new else None

    return until(look, f"an answer in {chat}")


def type_(keng: Keng, who: int, text: str, reply_to: int | None = None) -> dict[str, Any]:
    """Say something in one's private chat; returns what the bot answers."""
    said = keng.phones.say(who, who, text, reply_to)
    return answered(keng, who, said["id"])
