"""A process that is told to stop while it still makes its index stops, and does not finish the index first."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

import bot.app
from bot.data import Data
from bot.serving import serve
from bot.settings import load_settings
from index.values import Progress


@pytest.mark.parametrize("slow", ["model", "index"])
async def test_a_signal_while_something_slow_is_made_ends_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int, slow: str
) -> None:
    building, told = threading.Event(), threading.Event()

    def build(settings: object, data: object, encoder: object, progress: Progress) -> None:
        building.set()
        assert told.wait(30)
        for step in range(1_000_000):  # an index that takes for ever, but tells of its progress
            progress(step, 1_000_000, "playbooks")
        raise AssertionError("it was finished first")

    if slow == "index":
        monkeypatch.setattr(bot.app, "load_model", lambda *_: None)
        monkeypatch.setattr(bot.app, "build_index", build)
    else:
        monkeypatch.setattr(bot.app, "load_model", lambda settings, progress: build(settings, None, None, progress))
    settings = load_settings(None, {}, data_dir=tmp_path, http__port=unused_tcp_port)
    serving = asyncio.create_task(serve(settings, Data.load(settings)))
    await asyncio.to_thread(building.wait, 60)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0)  # the loop hears the signal
    told.set()
    async with asyncio.timeout(60):
        await serving
