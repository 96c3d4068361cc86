"""systemd hears that the event loop turns, and starts a process anew that it no longer hears."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.process.supervision import give_signs_of_life, pause, tell


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(10)
        yield line


def supervised(line: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": line.getsockname(), **more}


async def test_signs_of_life_come_again_and_again_while_the_loop_turns(systemd: socket.socket) -> None:
    living = asyncio.create_task(give_signs_of_life(supervised(systemd, WATCHDOG_USEC="3000")))
    heard = [await asyncio.to_thread(systemd.recv, 100) for _ in range(3)]
    living.cancel()
    assert heard == [b"WATCHDOG=1"] * 3


async def test_a_loop_that_stands_still_is_not_heard(systemd: socket.socket) -> None:
    living = asyncio.create_task(give_signs_of_life(supervised(systemd, WATCHDOG_USEC="3000")))
    await asyncio.sleep(0)
    assert systemd.recv(100) == b"WATCHDOG=1"
    systemd.settimeout(0.05)  # from here on the loop waits in this test, fifty times as long as the pause
    with pytest.raises(TimeoutError):
        systemd.recv(100)
    living.cancel()


async def test_where_nobody_waits_for_signs_none_are_given(systemd: socket.socket) -> None:
    for environ in ({}, supervised(systemd), supervised(systemd, WATCHDOG_USEC="3000", WATCHDOG_PID="1")):
        async with asyncio.timeout(5):
            await give_signs_of_life(environ)
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)


def test_they_come_three_times_as_often_as_they_must() -> None:
    assert pause({"WATCHDOG_USEC": "180000000", "WATCHDOG_PID": str(os.getpid())}) == 60


def test_a_supervisor_that_is_not_there_hinders_nobody(tmp_path: Path) -> None:
    tell("WATCHDOG=1", {"NOTIFY_SOCKET": str(tmp_path / "none")})
    tell("WATCHDOG=1", {"NOTIFY_SOCKET": "@keng-nobody-listens"})
    tell("WATCHDOG=1", {"NOTIFY_SOCKET": "vsock:2:1"})
