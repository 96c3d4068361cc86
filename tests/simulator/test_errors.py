"""What Telegram refuses, and in which words: reference/telegram.md §1.4 as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator, SimulatorClock
from bot.simulator.model import Chat, ChatKind, Member, Standing
from tests.simulator.conftest import BOT, CHANNEL, DUTY_ROOM, OFFICER, STRANGER, Call, keyboard, png

GROUP, MUTED, KICKED, LEFT, POWERLESS = -200, -1003000000001, -1003000000002, -1003000000003, -1003000000004
OWN, OTHERS, PHOTO, FILE = 1, 2, 3, 4
MANY = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13}
GONE = 999


@pytest.fixture
async def furnished(simulator: Simulator, call: Call, http: aiohttp.ClientSession) -> None:
    """The duty room with a message of the bot, one of a person, a photo, a file; and chats with troubles."""
    await call("sendMessage", chat_id=DUTY_ROOM, text="thẻ", reply_markup=keyboard("Duyệt"))
    simulator.people.say(DUTY_ROOM, OFFICER, "chào")
    for method, field, data in (("sendPhoto", "photo", png(300, 200)), ("sendDocument", "document", b"%PDF")):
        form = aiohttp.FormData({"chat_id": str(DUTY_ROOM), "caption": "c"})
        form.add_field(field, data, filename=f"{field}.bin")
        async with http.post(f"/bot{simulator.token}/{method}", data=form) as response:
            assert response.status == 200, await response.text()
    admin = Member(OFFICER, Standing.CREATOR)
    add = simulator.groups.add_chat
    add(Chat(GROUP, ChatKind.GROUP, "Nhóm cũ", members=(admin, Member(BOT))))
    add(Chat(MUTED, ChatKind.SUPERGROUP, "Câm", members=(admin, Member(BOT, Standing.RESTRICTED))))
    add(Chat(KICKED, ChatKind.SUPERGROUP, "Đuổi", members=(admin, Member(BOT, Standing.KICKED))))
    add(Chat(LEFT, ChatKind.CHANNEL, "Rời", members=(admin,)))
    add(Chat(POWERLESS, ChatKind.CHANNEL, "Không quyền", members=(admin, Member(BOT))))
    people = simulator.state.people
    simulator.groups.add_person(replace(people[102], blocked=True))
    simulator.groups.add_person(replace(people[103], deactivated=True))


def send(**params: Any) -> tuple[str, dict[str, Any]]:
    return "sendMessage", {"chat_id": DUTY_ROOM, "text": "x", **params}


def edit(method: str = "editMessageText", **params: Any) -> tuple[str, dict[str, Any]]:
    return method, {"chat_id": DUTY_ROOM, "message_id": OWN, "text": "x", **params}


def button(**fields: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "x", **fields}]]}}


NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
REFUSALS: list[tuple[tuple[str, dict[str, Any]], int, str]] = [
    (("fooBar", {}), 404, "Not Found: method not found"),
    # Which chat.
    (send(chat_id=""), 400, "Bad Request: chat_id is empty"),
    (send(chat_id=424242), 400, "Bad Request: chat not found"),
    (send(chat_id="@khongco"), 400, "Bad Request: chat not found"),
    (send(chat_id=102), 403, "Forbidden: bot was blocked by the user"),
    (send(chat_id=STRANGER), 403, "Forbidden: bot can't initiate conversation with a user"),
    (send(chat_id=103), 403, "Forbidden: user is deactivated"),
    (send(chat_id=KICKED), 403, "Forbidden: bot was kicked from the supergroup chat"),
    (send(chat_id=LEFT), 403, "Forbidden: bot is not a member of the channel chat"),
    (send(chat_id=POWERLESS), 400, "Bad Request: need administrator rights in the channel chat"),
    (send(chat_id=MUTED), 400, "Bad Request: not enough rights to send text messages to the chat"),
    (("sendPhoto", {"chat_id": MUTED, "photo": "x"}), 400,
     "Bad Request: not enough rights to send photos to the chat"),
    # Which text.
    (send(text=""), 400, "Bad Request: message text is empty"),
    (send(text="<b></b>", parse_mode="HTML"), 400, "Bad Request: text must be non-empty"),
    (send(text="x" * 32769), 400, "Bad Request: text is too long"),
    (send(text="x" * 4097), 400, "Bad Request: message is too long"),
    (send(text="<b>x", parse_mode="HTML"), 400,
     "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    (send(parse_mode="BBCode"), 400, "Bad Request: unsupported parse_mode"),
    # In answer to what.
    (send(reply_parameters={"message_id": GONE}), 400, "Bad Request: message to be replied not found"),
    (send(reply_to_message_id=GONE), 400, "Bad Request: message to be replied not found"),
    (send(message_thread_id=5), 400, "Bad Request: message thread not found"),
    # Which buttons.
    (send(reply_markup="{"), 400, "Bad Request: can't parse reply keyboard markup JSON object"),
    (send(reply_markup=[]), 400, "Bad Request: object expected as reply markup"),
    (send(**button(callback_data="")), 400, "Bad Request: BUTTON_DATA_INVALID"),
    (send(**button(callback_data="ề" * 22)), 400, "Bad Request: BUTTON_DATA_INVALID"),
    (send(**button()), 400, "Bad Request: text buttons are unallowed in the inline keyboard"),
    (send(reply_markup=MANY), 400, "Bad Request: reply markup is too long"),
    (send(**button(web_app={"url": "https://example.vn"})), 400, "Bad Request: BUTTON_TYPE_INVALID"),
    (send(**button(web_app={"url": "http://example.vn"})), 400,
     "Bad Request: inline keyboard button Web App URL 'http://example.vn' is invalid: Only HTTPS links are allowed"),
    (send(**button(url="http://localhost:1/")), 400,
     "Bad Request: inline keyboard button URL 'http://localhost:1/' is invalid: Wrong HTTP URL"),
    # Pictures and files.
    (("sendPhoto", {"chat_id": DUTY_ROOM}), 400, "Bad Request: there is no photo in the request"),
    (("sendPhoto", {"chat_id": DUTY_ROOM, "photo": "AgACnope"}), 400,
     "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol"),
    (("sendPhoto", {"chat_id": DUTY_ROOM, "photo": "không"}), 400,
     "Bad Request: wrong remote file identifier specified: Wrong character in the string"),
    (("sendPhoto", {"chat_id": DUTY_ROOM, "photo": "x", "caption": "x" * 1025}), 400,
     "Bad Request: message caption is too long"),
    (("sendMediaGroup", {"chat_id": DUTY_ROOM, "media": []}), 400, "Bad Request: there are no messages to send"),
    (("getFile", {"file_id": "nope"}), 400, "Bad Request: invalid file_id"),
    # Editing and deleting.
    (edit(message_id=GONE), 400, "Bad Request: message to edit not found"),
    (edit(message_id=0), 400, "Bad Request: message identifier is not specified"),
    (edit(message_id=OTHERS), 400, "Bad Request: message can't be edited"),
    (edit(text="thẻ", reply_markup=keyboard("Duyệt")), 400, NOT_MODIFIED),
    (edit(message_id=PHOTO), 400, "Bad Request: there is no text in the message to edit"),
    (edit("editMessageCaption", caption="x"), 400, "Bad Request: there is no caption in the message to edit"),
    (edit("editMessageCaption", message_id=PHOTO, caption="c"), 400, NOT_MODIFIED),
    (edit("editMessageReplyMarkup", reply_markup=keyboard("Duyệt")), 400, NOT_MODIFIED),
    (("deleteMessage", {"chat_id": DUTY_ROOM, "message_id": GONE}), 400, "Bad Request: message to delete not found"),
    (("deleteMessage", {"chat_id": DUTY_ROOM, "message_id": OTHERS}), 400, "Bad Request: message can't be deleted"),
    (("pinChatMessage", {"chat_id": DUTY_ROOM, "message_id": OWN}), 400,
     "Bad Request: not enough rights to manage pinned messages in the chat"),
    (("forwardMessage", {"chat_id": OFFICER, "from_chat_id": DUTY_ROOM, "message_id": GONE}), 400,
     "Bad Request: message to forward not found"),
    (("copyMessage", {"chat_id": OFFICER, "from_chat_id": DUTY_ROOM, "message_id": GONE}), 400,
     "Bad Request: message to copy not found"),
    # Presses, commands, members, webhook.
    (("answerCallbackQuery", {"callback_query_id": "1"}), 400, TOO_OLD),
    (("setMyCommands", {"commands": [{"command": "Duyệt", "description": "x"}]}), 400,
     "Bad Request: BOT_COMMAND_INVALID"),
    (("setMyCommands", {"commands": [{"command": "duyet", "description": ""}]}), 400,
     "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"),
    (("getChatMember", {"chat_id": DUTY_ROOM, "user_id": 1}), 400, "Bad Request: user not found"),
    (("getChatAdministrators", {"chat_id": OFFICER}), 400,
     "Bad Request: there are no administrators in the private chat"),
    (("setWebhook", {"url": "http://example.vn/hook"}), 400,
     "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    (("setWebhook", {"url": "https://example.vn:444/hook"}), 400,
     "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    (("setWebhook", {"url": "https://example.vn/", "secret_token": "s" * 257}), 400,
     "Bad Request: secret token is too long"),
    (("setWebhook", {"url": "https://example.vn/", "secret_token": "bí mật"}), 400,
     "Bad Request: secret token contains unallowed characters"),
]  # fmt: skip


async def test_every_refusal_has_telegrams_status_and_words(furnished: None, call: Call) -> None:
    wrong = []
    for (method, params), status, description in REFUSALS:
        answer = await call(method, **params)
        expected = {"ok": False, "error_code": status, "description": description, "http_status": status}
        got = {name: answer.get(name) for name in expected}
        if got != expected:
            wrong.append((method, params, got))
    assert wrong == []


async def test_a_wrong_token_is_unauthorized(http: aiohttp.ClientSession) -> None:
    async with http.get("/bot1:WRONG/getMe") as response:
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_a_group_that_became_a_supergroup_says_where_it_went(
    furnished: None, simulator: Simulator, call: Call
) -> None:
    new = simulator.groups.migrate(GROUP)
    answer = await call(*send(chat_id=GROUP)[:1], chat_id=GROUP, text="x")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}


@pytest.mark.parametrize(("width", "height"), [(9000, 1001), (2100, 100), (0, 5)])
async def test_a_photo_too_large_or_too_narrow_is_refused(
    call: Call, http: aiohttp.ClientSession, simulator: Simulator, width: int, height: int
) -> None:
    form = aiohttp.FormData({"chat_id": str(OFFICER)})
    form.add_field("photo", png(width, height), filename="p.png")
    async with http.post(f"/bot{simulator.token}/sendPhoto", data=form) as response:
        assert (await response.json())["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_what_is_no_picture_cannot_be_a_photo(http: aiohttp.ClientSession, simulator: Simulator) -> None:
    form = aiohttp.FormData({"chat_id": str(OFFICER)})
    form.add_field("photo", b"not a picture", filename="p.png")
    async with http.post(f"/bot{simulator.token}/sendPhoto", data=form) as response:
        assert (await response.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_message_older_than_48_hours_cannot_be_deleted(call: Call, clock: SimulatorClock) -> None:
    sent = await call("sendMessage", chat_id=OFFICER, text="x")
    clock.advance(timedelta(hours=48, seconds=1))
    answer = await call("deleteMessage", chat_id=OFFICER, message_id=sent["result"]["message_id"])
    assert answer["description"] == "Bad Request: message can't be deleted"


async def test_lengths_are_counted_in_code_points_after_parsing(call: Call) -> None:
    fits = await call("sendMessage", chat_id=CHANNEL, text=f"<b>{'🔔' * 2048}{'ề' * 2048}</b>", parse_mode="HTML")
    assert fits["ok"]
    data = "x" * 64
    assert (await call("sendMessage", chat_id=OFFICER, text="x", **button(callback_data=data)))["ok"]
