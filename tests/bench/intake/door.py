"""The door alone, with nothing placed behind it: `python -m tests.bench.intake.door PORT DATABASE_URL`, until SIGTERM.

What `tests.bench.intake_speed` loads to tell the door's own share from that of matching and grouping.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from aiohttp import web

from bot.intake import FeedConfig, Intake, add_routes
from bot.model.clock import SystemClock
from bot.store.database import Database
from bot.store.migrate import upgrade_async


async def main(port: int, url: str) -> None:
    """Serve ``/v1/alerts`` on loopback, and ``/readyz`` as the whole does."""
    await upgrade_async(url)
    database = Database(url)
    application = web.Application(client_max_size=2**24)
    add_routes(application, Intake(database, SystemClock(), {"default": FeedConfig()}, on_accepted=lambda: None))

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response({})

    application.router.add_get("/readyz", ready)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    await runner.cleanup()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
