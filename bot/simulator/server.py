"""Running the simulator alone, on a port of this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.simulator.guard import is_loopback
from bot.simulator.simulator import Simulator


@asynccontextmanager
async def serve(simulator: Simulator, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve until the context ends; gives the base address, such as `http://127.0.0.1:8081`.

    Port 0 takes a free one. Raises ValueError for a host that is not loopback, OSError for a port in use.
    """
    if not is_loopback(host):
        raise ValueError(f"the simulator serves only this machine, not {host}")
    app = web.Application()
    simulator.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        address = runner.addresses[0]
        yield f"http://[{host}]:{address[1]}" if ":" in host else f"http://{host}:{address[1]}"
    finally:
        await runner.cleanup()
