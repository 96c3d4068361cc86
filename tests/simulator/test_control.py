"""The control interface over HTTP: who may use it, what it answers, how it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator, read_cast
from bot.simulator.server import serve
from tests.simulator.conftest import BOT, CHANNEL, DUTY_ROOM, OFFICER, SPOKESPERSON, STRANGER, Call, keyboard

Act = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def act(http: aiohttp.ClientSession) -> Act:
    async def act(verb: str, **body: Any) -> tuple[int, Any]:
        async with http.post(f"/_sim/{verb}", json=body) as response:
            return response.status, await response.json()

    return act


@pytest.fixture
def look(http: aiohttp.ClientSession) -> Callable[[str], Awaitable[Any]]:
    async def look(path: str) -> Any:
        async with http.get(f"/_sim/{path}") as response:
            return await response.json()

    return look


async def test_a_chat_shows_text_html_buttons_and_sender(look: Any, call: Call) -> None:
    await call("sendMessage", chat_id=DUTY_ROOM, text="<b>7K2</b>", parse_mode="HTML", reply_markup=keyboard("Duyệt"))
    shown = await look(f"chat/{DUTY_ROOM}")
    [message] = shown["messages"]
    assert (message["text"], message["html"], message["from_bot"]) == ("7K2", "<b>7K2</b>", True)
    assert message["buttons"] == [[{"text": "Duyệt", "callback_data": "do:Duyệt"}]]
    assert message["date"] == "2026-11-23T05:00:00+00:00"
    assert shown["chat"]["title"] == "Tổ trực truyền thông"


async def test_a_press_waits_for_the_answer(act: Act, look: Any, call: Call) -> None:
    await call("sendMessage", chat_id=OFFICER, text="thẻ", reply_markup=keyboard("Duyệt"))
    pressing = asyncio.create_task(act("press", chat=OFFICER, user=OFFICER, label="Duyệt", wait=10))
    [update] = (await call("getUpdates", timeout=5))["result"]
    await call(
        "answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Đã duyệt", show_alert=True
    )
    status, answer = await pressing
    assert (status, answer["answered"], answer["text"], answer["alert"]) == (200, True, "Đã duyệt", True)
    assert await look(f"callback/{answer['callback_id']}") == answer


async def test_a_press_without_wait_is_told_later(act: Act, call: Call) -> None:
    await call("sendMessage", chat_id=OFFICER, text="thẻ", reply_markup=keyboard("Duyệt"))
    _, answer = await act("press", chat=OFFICER, user=OFFICER, label="Duyệt")
    assert answer["answered"] is False and answer["callback_id"]


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("say", {"chat": OFFICER, "user": OFFICER}, "text"),
    ("say", {"chat": "đâu", "user": OFFICER, "text": "x"}, "chat"),
    ("say", {"chat": OFFICER, "user": "ai", "text": "x"}, "user"),
    ("say", {"chat": OFFICER, "user": OFFICER, "text": "x", "colour": 1}, "colour"),
    ("press", {"chat": OFFICER, "user": OFFICER, "label": "Duyệt"}, "label"),
    ("press", {"chat": OFFICER, "user": OFFICER, "label": "x", "wait": -1}, "wait"),
    ("faults", {"kind": "earthquake"}, "kind"),
    ("faults", {"kind": "error", "times": 0}, "times"),
    ("clock", {"set": "2026-01-01T00:00:00"}, "set"),
    ("person", {"first_name": "x"}, "id"),
    ("chat", {"id": -5, "kind": "private"}, "id"),
    ("chat", {"id": -1005000000001, "kind": "supergroup", "members": [4711]}, "members"),
    ("migrate", {"chat": DUTY_ROOM}, "chat"),
    ("promote", {"chat": OFFICER}, "chat"),
    ("delete", {"chat": OFFICER, "message": 9}, "message"),
    ("update", {"kind": "message"}, "kind"),
    ("update", {"duplicate": 1}, "duplicate"),
]


@pytest.mark.parametrize(("verb", "body", "field"), REFUSED)
async def test_bad_input_is_refused_by_the_name_of_the_field(
    act: Act, verb: str, body: dict[str, Any], field: str
) -> None:
    status, answer = await act(verb, **body)
    assert (status, answer["field"]) == (400, field)


async def test_what_is_not_json_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("/_sim/say", data=b"{") as response:
        assert (response.status, (await response.json())["field"]) == (400, "body")


STRANGERS = [
    {"Host": "kẻ-xấu.example".encode("idna").decode()},
    {"Host": "localhost.evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", STRANGERS)
@pytest.mark.parametrize("path", ["/_sim/state", "/_sim/", "/_sim/events", "/bot900001:TEST/getMe"])
async def test_foreign_pages_and_rebound_names_are_turned_away(
    http: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    async with http.get(path, headers=headers) as response:
        assert response.status == 403


async def test_the_own_page_may_act(http: aiohttp.ClientSession, base: str) -> None:
    headers = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    async with http.post("/_sim/start", json={"user": STRANGER}, headers=headers) as response:
        assert response.status == 200


async def test_only_loopback_is_served(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="only this machine"):
        async with serve(simulator, host="0.0.0.0"):
            pass


async def test_the_clock_moves_and_stands(act: Act, look: Any, simulator: Simulator) -> None:
    assert await look("clock") == {"now": "2026-11-23T05:00:00+00:00", "frozen": True}
    _, moved = await act("clock", advance=90)
    assert moved["now"] == "2026-11-23T05:01:30+00:00"
    await act("clock", set="2026-12-01T07:00:00+07:00", freeze=False)
    assert simulator.clock.now() == datetime(2026, 12, 1, tzinfo=UTC)


async def test_people_and_chats_can_be_added(act: Act, look: Any, call: Call) -> None:
    assert (await act("person", id=201, first_name="Đỗ Thị Mới", started=True))[0] == 200
    status, chat = await act("chat", id=-1005000000001, kind="supergroup", title="Tổ mới", members=[201, BOT])
    assert (status, chat["title"]) == (200, "Tổ mới")
    assert (await act("say", chat=-1005000000001, user=201, text="/help"))[0] == 200
    assert (await call("sendMessage", chat_id=201, text="chào"))["ok"]
    assert (await act("person", id=201, blocked=True))[1]["first_name"] == "Đỗ Thị Mới"
    assert len(await look("chats")) == 10


async def test_members_come_go_and_change(act: Act, call: Call) -> None:
    for verb, status in (("kick", "kicked"), ("add", "member"), ("promote", "administrator"), ("mute", "restricted")):
        assert (await act(verb, chat=DUTY_ROOM, user=SPOKESPERSON))[0] == 200
        member = (await call("getChatMember", chat_id=DUTY_ROOM, user_id=SPOKESPERSON))["result"]
        assert member["status"] == status


async def test_a_raw_update_of_any_kind_can_be_injected_and_an_old_one_repeated(act: Act, call: Call) -> None:
    _, injected = await act("update", kind="hologram", payload={"x": 1})
    [update] = (await call("getUpdates"))["result"]
    assert update == {"update_id": injected["update_id"], "hologram": {"x": 1}}
    await call("getUpdates", offset=update["update_id"] + 1)
    await act("update", duplicate=update["update_id"])
    assert (await call("getUpdates", offset=update["update_id"] + 1))["result"] == [update]


async def test_faults_calls_and_problems_are_kept(act: Act, look: Any, call: Call, http: aiohttp.ClientSession) -> None:
    _, fault = await act("faults", kind="error", method="sendMessage", chat="@thuonggiang_tinchinhthuc", code=500)
    assert [each["id"] for each in await look("faults")] == [fault["id"]]
    assert (await call("sendMessage", chat_id=CHANNEL, text="x"))["http_status"] == 500
    await act("expect", status=400, containing="chat not found")
    await call("sendMessage", chat_id=1, text="x")
    await call("sendMessage", chat_id=2, text="x")
    calls = await look("calls?method=sendMessage")
    assert [each["status"] for each in calls] == [500, 400, 400]
    assert [each["status"] for each in await look(f"calls?since={calls[1]['number']}")] == [400]
    assert [each["number"] for each in await look("problems")] == [calls[2]["number"]]
    async with http.delete("/_sim/problems"):
        assert await look("problems") == []
    await act("faults", kind="hang", times=None)
    async with http.delete("/_sim/faults") as response:
        assert await response.json() == []


async def test_flood_limits_can_be_switched_on(act: Act, look: Any) -> None:
    await act("flood", on=True, per_group_per_minute=3)
    assert (await look("state"))["flood"]["per_group_per_minute"] == 3
    assert (await act("flood", on=False))[1] == {"flood": None}


async def test_the_stream_tells_which_chat_changed(http: aiohttp.ClientSession, simulator: Simulator) -> None:
    async with http.get("/_sim/events") as stream:
        assert await stream.content.readline() == b"retry: 1000\n"
        simulator.people.say(OFFICER, OFFICER, "kìa")
        async with asyncio.timeout(5):
            async for line in stream.content:
                if line.startswith(b"data: "):
                    assert OFFICER in json.loads(line[6:])["chats"]
                    break


async def test_a_cast_of_ones_own_replaces_the_default() -> None:
    cast = read_cast(
        {
            "bot": {"id": 7, "first_name": "B", "username": "b_bot", "is_bot": True},
            "people": [{"id": 1, "first_name": "A", "started": True}],
            "chats": [{"id": -9, "kind": "group", "title": "G", "members": [{"user": 1}, {"user": 7}]}],
        }
    )
    simulator = Simulator(cast=cast)
    assert set(simulator.state.chats) == {1, -9}
    assert simulator.state.bot.id == 7
