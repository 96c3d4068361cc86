"""``keng self-test`` of Telegram says what to do: a wrong token, a bot that may not post, a group without an id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.telegram.decode import membership_of
from bot.simulator import DEFAULT_TOKEN, Simulator
from bot.simulator.cast import BOT, DUTY_ROOM, PUBLIC_CHANNEL
from bot.simulator.members import change_standing
from bot.simulator.model import Member, Standing
from bot.simulator.server import serve
from bot.store import telegram_inbox
from bot.store.database import Database
from tests.cli.commands import keng_beside


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def _set_up(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    monkeypatch.chdir(tmp_path)
    async with serve(simulator) as base:
        for name, value in (
            ("DATABASE_URL", database_url),
            ("DATA_DIR", str(tmp_path)),
            ("TELEGRAM__TOKEN", DEFAULT_TOKEN),
            ("TELEGRAM__API_BASE", base),
            ("TELEGRAM__DUTY_CHAT", str(DUTY_ROOM)),
            ("TELEGRAM__PUBLIC_CHANNEL", str(PUBLIC_CHANNEL)),
        ):
            monkeypatch.setenv(f"KENG_{name}", value)
        yield


async def told(of: str) -> str:
    done = await keng_beside("self-test")
    (line,) = [line for line in done.stdout.splitlines() if line.split()[1] == of]
    return line


@pytest.mark.usefixtures("_set_up")
async def test_a_bot_that_is_where_it_should_be_is_well() -> None:
    assert "administrator there" in await told("telegram.public_channel")
    assert (await told("telegram.duty_chat")).startswith("ok ")


@pytest.mark.usefixtures("_set_up")
async def test_a_token_of_no_bot_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_TELEGRAM__TOKEN", "900001:another-one")
    line = await told("telegram")
    assert line.startswith("FAILED")
    assert "@BotFather" in line
    assert "another-one" not in line


@pytest.mark.usefixtures("_set_up")
async def test_a_channel_in_which_the_bot_may_not_post(simulator: Simulator) -> None:
    channel = simulator.state.chats[PUBLIC_CHANNEL]
    change_standing(simulator.world, channel, Member(BOT.id, Standing.ADMINISTRATOR, ("can_manage_chat",)), BOT.id)
    line = await told("telegram.public_channel")
    assert line.startswith("FAILED")
    assert "with the right to post" in line


@pytest.mark.usefixtures("_set_up")
async def test_a_group_that_the_bot_has_left(simulator: Simulator) -> None:
    room = simulator.state.chats[DUTY_ROOM]
    change_standing(simulator.world, room, Member(BOT.id, Standing.LEFT), BOT.id)
    assert (await told("telegram.duty_chat")).startswith("FAILED")


@pytest.mark.usefixtures("_set_up")
async def test_the_id_of_the_group_is_told_once_the_bot_was_put_into_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KENG_TELEGRAM__DUTY_CHAT")
    assert "put the bot into the duty group, and run this again" in await told("telegram.duty_chat")
    let_in = {
        "update_id": 7,
        "my_chat_member": {
            "chat": {"id": DUTY_ROOM, "type": "supergroup", "title": "Tổ trực"},
            "new_chat_member": {"status": "member", "user": {"id": BOT.id}},
        },
    }
    assert membership_of(let_in) is not None, "what Telegram sends when the bot is let in"
    async with database.write() as tx:
        await telegram_inbox.keep(tx, [let_in], datetime(2026, 11, 22, 19, 0, tzinfo=UTC))
        await telegram_inbox.note(tx, 7, "chat", forget=False)
    line = await told("telegram.duty_chat")
    assert line.startswith("off ")
    assert f"{DUTY_ROOM} (supergroup Tổ trực)" in line
