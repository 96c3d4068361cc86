"""One process from its start until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

import structlog

from bot.app import Keng, Stopping
from bot.data import Data, Progress, no_progress
from bot.process.supervision import give_signs_of_life, tell
from bot.settings import Settings

log = structlog.get_logger(__name__)


async def serve(settings: Settings, data: Data, *, progress: Progress = no_progress, started: Any = None) -> None:
    """Run one process until SIGTERM or SIGINT; SIGHUP reads the playbooks again.

    ``started`` is called with the running :class:`Keng`.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    keng = Keng(settings, data, progress=progress)

    def stop() -> None:
        stopped.set()
        keng.give_up_starting()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop)
    loop.add_signal_handler(signal.SIGHUP, keng.read_again)
    living = asyncio.create_task(give_signs_of_life())
    tell("STATUS=starting: the model and its index are read, the first time made (a minute or two)")
    try:
        await keng.start()
        tell("STATUS=ready")
        if started is not None:
            started(keng)
        await keng.run_until(stopped)
    except Stopping:
        log.info("stopped_while_starting")
    finally:
        tell("STATUS=stopping")
        with contextlib.suppress(asyncio.CancelledError):
            await keng.stop()
        living.cancel()
