"""A killed simulator comes back as it was."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.simulator import Simulator, SimulatorClock
from tests.simulator.conftest import DUTY_ROOM, OFFICER, SPOKESPERSON, keyboard, png

REPOSITORY = Path(__file__).parents[2]


class Telegram:
    """The simulator as a process of its own."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.simulator", "--port", "0", "--token", "1:T", "--journal", str(self.journal),
            cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = (await asyncio.wait_for(self.process.stdout.readline(), 20)).decode()
        self.session = aiohttp.ClientSession(base_url=line.split()[1].removesuffix("/_sim/"))

    async def call(self, path: str, **body: object) -> dict[str, object]:
        async with self.session.post(path, json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def look(self, path: str) -> dict[str, object]:
        async with self.session.get(f"/_sim/{path}") as response:
            return await response.json()

    async def kill(self) -> None:
        await self.session.close()
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def test_everything_survives_a_sigkill(tmp_path: Path) -> None:
    telegram = Telegram(tmp_path / "telegram.jsonl")
    await telegram.start()
    await telegram.call("/bot1:T/sendMessage", chat_id=DUTY_ROOM, text="bản 1", reply_markup=keyboard("Duyệt"))
    await telegram.call("/bot1:T/editMessageText", chat_id=DUTY_ROOM, message_id=1, text="bản 2",
                        reply_markup=keyboard("Duyệt"))  # fmt: skip
    form = aiohttp.FormData({"chat_id": str(OFFICER)})
    form.add_field("photo", png(64, 32), filename="p.png")
    async with telegram.session.post("/bot1:T/sendPhoto", data=form) as response:
        file_id = (await response.json())["result"]["photo"][-1]["file_id"]
    await telegram.call("/_sim/press", chat=DUTY_ROOM, user=SPOKESPERSON, label="Duyệt")
    await telegram.call("/_sim/block", user=103)
    await telegram.call("/_sim/clock", advance=60)
    before = [await telegram.look(path) for path in ("chat/@x", f"chat/{DUTY_ROOM}", f"chat/{DUTY_ROOM}/1/history")]
    pending = (await telegram.look("state"))["pending_updates"]
    await telegram.kill()

    await telegram.start()
    try:
        after = [await telegram.look(path) for path in ("chat/@x", f"chat/{DUTY_ROOM}", f"chat/{DUTY_ROOM}/1/history")]
        assert after == before
        state = await telegram.look("state")
        assert state["pending_updates"] == pending
        assert len(pending) == 2
        assert next(person for person in state["people"] if person["id"] == 103)["blocked"]
        found = await telegram.call("/bot1:T/getFile", file_id=file_id)
        async with telegram.session.get(f"/file/bot1:T/{found['result']['file_path']}") as response:
            assert await response.read() == png(64, 32)
        sent = await telegram.call("/bot1:T/sendMessage", chat_id=DUTY_ROOM, text="tiếp")
        assert sent["result"]["message_id"] == 2
    finally:
        await telegram.kill()


def test_confirmed_updates_stay_confirmed_and_the_clock_stays_moved(tmp_path: Path) -> None:
    journal = tmp_path / "t.jsonl"
    first = Simulator(journal=journal)
    first.people.say(OFFICER, OFFICER, "một")
    [update] = first.queue.pending()
    first.queue.confirm(update)
    first.clock.advance(timedelta(hours=5))
    first.state.close()
    second = Simulator(journal=journal, clock=SimulatorClock())
    assert second.queue.pending() == []
    assert second.state.next_update_id() == update.update_id + 1
    assert timedelta(hours=5) - second.clock.offset < timedelta(seconds=5)
    assert asdict(second.messages(OFFICER)[0]) == asdict(first.messages(OFFICER)[0])


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    journal = tmp_path / "t.jsonl"
    first = Simulator(journal=journal)
    first.people.say(OFFICER, OFFICER, "một")
    first.state.close()
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"record":"Mess')
    second = Simulator(journal=journal)
    second.people.say(OFFICER, OFFICER, "hai")
    second.state.close()
    assert journal.read_bytes().startswith(whole + b'{"record":"Message"')
    assert [m.content.text for m in Simulator(journal=journal).messages(OFFICER)] == ["một", "hai"]


def test_a_broken_journal_is_refused_with_file_and_line(tmp_path: Path) -> None:
    journal = tmp_path / "t.jsonl"
    journal.write_text('{"record":"Person","value":{"id":1,"first_name":"x"}}\n{"record":"Ghost","value":{}}\n')
    with pytest.raises(ValueError, match=r"t\.jsonl:2"):
        Simulator(journal=journal)
