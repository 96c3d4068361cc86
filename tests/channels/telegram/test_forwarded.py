"""A command that somebody else wrote is nobody's act, whoever passes it on."""

from __future__ import annotations

import pytest

from bot.channels.telegram.decode import Context, decode
from bot.model.commands import Invalid

CONTEXT = Context("tg:1", 900001, "kengbot", b"k" * 32)


def said(text: str, chat_type: str, **fields: object) -> dict[str, object]:
    chat = {"id": 102 if chat_type == "private" else -100, "type": chat_type}
    return {"update_id": 1, "message": {"message_id": 5, "from": {"id": 102}, "chat": chat, "text": text, **fields}}


ORIGIN = {"type": "user", "date": 1, "sender_user": {"id": 666, "is_bot": False, "first_name": "x"}}


@pytest.mark.parametrize("mark", [{"forward_origin": ORIGIN}, {"forward_date": 1}])
def test_a_forwarded_command_is_not_carried_out(mark: dict[str, object]) -> None:
    assert decode(said("/duyet 7K2 4F7QA", "supergroup"), CONTEXT) is not None
    assert decode(said("/duyet 7K2 4F7QA", "supergroup", **mark), CONTEXT) is None
    private = decode(said("/baogia 7K2 xong", "private", **mark), CONTEXT)
    assert private is not None
    assert isinstance(private.command, Invalid)
