"""Failed calls are told apart once: it did not happen, it never will, or nobody can tell. The token stays secret."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs
from telegram import error as ptb

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import (
    BadMessage,
    CallbackExpired,
    Conflict,
    ErrorKind,
    InDoubt,
    MessageGone,
    Migrated,
    NotModified,
    NotSent,
    SlowDown,
    TelegramError,
    Unauthorised,
    Unreachable,
    classify,
)
from bot.channels.telegram.menu import MENU, publish_menu
from bot.simulator import DEFAULT_TOKEN, Fault, FaultKind, Simulator
from bot.simulator.cast import BOT, DUTY_ROOM, SPOKESPERSON, STRANGER
from bot.simulator.server import serve


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[TelegramClient]:
    async with serve(simulator) as base:
        client = TelegramClient(DEFAULT_TOKEN, base)
        yield client
        await client.close()


async def failure(client: TelegramClient, method: str, **params: object) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await client.call(method, params, timeout=2)
    return caught.value


async def test_the_server_says_who_we_are(client: TelegramClient) -> None:
    assert client.me is None
    me = await client.start()
    assert (me.id, me.username, client.bot_id) == (BOT.id, BOT.username, BOT.id)
    assert client.me == me


async def test_a_call_gives_the_raw_result_and_leaves_empty_parameters_out(client: TelegramClient) -> None:
    markup = {"inline_keyboard": [[{"text": "Tiếp nhận", "callback_data": "k"}]]}
    sent = await client.call(
        "sendMessage", {"chat_id": DUTY_ROOM, "text": "xin chào", "reply_markup": markup, "parse_mode": None}
    )
    assert sent["chat"]["id"] == DUTY_ROOM
    assert sent["reply_markup"] == markup


async def test_a_press_can_be_answered_once(client: TelegramClient, simulator: Simulator) -> None:
    markup = {"inline_keyboard": [[{"text": "Duyệt", "callback_data": "a"}]]}
    await client.call("sendMessage", {"chat_id": SPOKESPERSON, "text": "thẻ", "reply_markup": markup})
    callback = simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    await client.call("answerCallbackQuery", {"callback_query_id": callback.id})
    again = await failure(client, "answerCallbackQuery", callback_query_id=callback.id)
    assert isinstance(again, CallbackExpired)
    assert again.kind is ErrorKind.PERMANENT


async def test_chats_that_cannot_be_written_to_are_unreachable(client: TelegramClient, simulator: Simulator) -> None:
    assert isinstance(await failure(client, "sendMessage", chat_id=STRANGER, text="x"), Unreachable)  # never started
    assert isinstance(await failure(client, "sendMessage", chat_id=987654, text="x"), Unreachable)
    simulator.people.block(SPOKESPERSON)
    assert isinstance(await failure(client, "sendMessage", chat_id=SPOKESPERSON, text="x"), Unreachable)
    simulator.groups.kick(DUTY_ROOM, BOT.id)
    kicked = await failure(client, "sendMessage", chat_id=DUTY_ROOM, text="x")
    assert isinstance(kicked, Unreachable)
    assert kicked.kind is ErrorKind.PERMANENT


async def test_content_that_telegram_never_takes_is_a_bad_message(client: TelegramClient) -> None:
    too_long = {"chat_id": DUTY_ROOM, "text": "a" * 4097}
    broken = {"chat_id": DUTY_ROOM, "text": "<5 người", "parse_mode": "HTML"}
    heavy = {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 65}]]}
    for params in (too_long, broken, {"chat_id": DUTY_ROOM, "text": "x", "reply_markup": heavy}):
        assert isinstance(await failure(client, "sendMessage", **params), BadMessage)


async def test_edits_of_what_is_the_same_or_gone_are_told_apart(client: TelegramClient) -> None:
    sent = await client.call("sendMessage", {"chat_id": DUTY_ROOM, "text": "x"})
    same = await failure(client, "editMessageText", chat_id=DUTY_ROOM, message_id=sent["message_id"], text="x")
    gone = await failure(client, "editMessageText", chat_id=DUTY_ROOM, message_id=99999, text="x")
    assert isinstance(same, NotModified)
    assert isinstance(gone, MessageGone)
    answer = await failure(client, "sendMessage", chat_id=DUTY_ROOM, text="x", reply_parameters={"message_id": 99999})
    assert isinstance(answer, MessageGone)


async def test_slow_down_carries_the_wait(client: TelegramClient, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, "sendMessage", code=429, retry_after=7))
    slow = await failure(client, "sendMessage", chat_id=DUTY_ROOM, text="x")
    assert isinstance(slow, SlowDown)
    assert (slow.retry_after, slow.kind) == (7.0, ErrorKind.TRANSIENT)


@pytest.mark.parametrize("kind", [FaultKind.LOST, FaultKind.LOST_500, FaultKind.REFUSE, FaultKind.BAD_GATEWAY])
async def test_whatever_may_have_happened_is_in_doubt(
    client: TelegramClient, simulator: Simulator, kind: FaultKind
) -> None:
    simulator.faults.add(Fault(kind, "sendMessage"))
    doubt = await failure(client, "sendMessage", chat_id=DUTY_ROOM, text="x")
    assert isinstance(doubt, InDoubt)
    assert doubt.kind is ErrorKind.UNKNOWN


async def test_no_answer_in_time_is_in_doubt(client: TelegramClient, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.HANG, "sendMessage", seconds=60))
    with pytest.raises(InDoubt):
        await client.call("sendMessage", {"chat_id": DUTY_ROOM, "text": "x"}, timeout=0.05)
    simulator.faults.clear()


@pytest.mark.parametrize(("code", "kind"), [(401, Unauthorised), (404, Unauthorised), (409, Conflict)])
async def test_refusals_of_the_bot_itself(
    client: TelegramClient, simulator: Simulator, code: int, kind: type[TelegramError]
) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, "getUpdates", code=code, description="no"))
    assert isinstance(await failure(client, "getUpdates"), kind)


async def test_a_request_that_found_nobody_was_certainly_not_sent(unused_tcp_port: int) -> None:
    client = TelegramClient(DEFAULT_TOKEN, f"http://127.0.0.1:{unused_tcp_port}")
    error = await failure(client, "sendMessage", chat_id=1, text="x")
    await client.close()
    assert isinstance(error, NotSent)
    assert error.kind is ErrorKind.TRANSIENT


async def test_the_token_reaches_no_log_and_no_error(
    simulator: Simulator, caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs() as logged:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        async with serve(simulator) as base:
            for token, address in (
                (DEFAULT_TOKEN, base),
                ("1:odd", base),
                ("1:odd", f"http://127.0.0.1:{unused_tcp_port}"),
            ):
                client = TelegramClient(token, address)
                simulator.faults.add(Fault(FaultKind.ERROR, code=400, description=f"url bot{token}/getMe is wrong"))
                error = await failure(client, "getMe")
                await client.close()
                simulator.faults.clear()
                assert token not in str(error) + repr(error) + repr(client)
                assert token not in caplog.text + str(logged)


def test_descriptions_are_matched_whatever_their_case() -> None:
    assert isinstance(classify(ptb.BadRequest("Message Is Not Modified: specified new …")), NotModified)
    assert isinstance(classify(ptb.BadRequest("Button_data_invalid")), BadMessage)
    assert isinstance(classify(ptb.BadRequest("Not enough rights to send text messages to the chat")), Unreachable)
    assert isinstance(classify(ptb.BadRequest("Need administrator rights in the channel chat")), Unreachable)


def test_a_migrated_group_tells_its_new_address() -> None:
    moved = classify(ptb.ChatMigrated(-1005))
    assert isinstance(moved, Migrated)
    assert (moved.new_chat_id, moved.kind) == (-1005, ErrorKind.TRANSIENT)


@pytest.mark.parametrize("cause", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
def test_no_connection_means_not_sent(cause: Exception) -> None:
    for outer in (ptb.NetworkError("x"), ptb.TimedOut("x")):
        outer.__cause__ = cause
        assert isinstance(classify(outer), NotSent)


@pytest.mark.parametrize("cause", [httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), httpx.ReadError("x"), None])
def test_a_connection_lost_afterwards_means_doubt(cause: Exception | None) -> None:
    outer = ptb.TimedOut("x")
    outer.__cause__ = cause
    assert isinstance(classify(outer), InDoubt)


def test_what_nobody_foresaw_is_in_doubt_and_what_is_classified_stays() -> None:
    assert isinstance(classify(KeyError("result")), InDoubt)
    slow = SlowDown("x", 3)
    assert classify(slow) is slow


def test_a_page_of_html_is_cut() -> None:
    assert len(classify(ptb.NetworkError("<html>" * 10_000)).description) < 400


async def test_cancelling_a_call_is_no_error_of_telegram(client: TelegramClient, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.HANG, "getMe", seconds=60))
    call = asyncio.create_task(client.call("getMe", {}))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    simulator.faults.clear()


async def test_the_menu_is_published_in_every_language(client: TelegramClient, simulator: Simulator) -> None:
    await publish_menu(client, lambda lang, name: f"{lang} {name}")
    for code, lang in (("", "vi"), ("vi", "vi"), ("en", "en")):
        commands = await client.call("getMyCommands", {"language_code": code})
        assert [c["command"] for c in commands] == list(MENU)
        assert commands[0]["description"] == f"{lang} duyet"
