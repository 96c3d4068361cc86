"""`python -m bot.simulator`: the simulator alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError

from bot.simulator.cast import DEFAULT_CAST, read_cast
from bot.simulator.flood import FloodLimits
from bot.simulator.server import serve
from bot.simulator.simulator import DEFAULT_TOKEN, Simulator


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Exit code 0 after an orderly end, 2 on wrong use."""
    options = _parser().parse_args(arguments)
    try:
        cast = read_cast(json.loads(options.cast.read_text(encoding="utf-8"))) if options.cast else DEFAULT_CAST
        simulator = Simulator(
            token=options.token,
            journal=options.journal,
            cast=cast,
            group_privacy=options.group_privacy == "on",
            callback_window=timedelta(seconds=options.callback_window),
            flood=FloodLimits() if options.flood else None,
        )
        asyncio.run(_serve(simulator, options.host, options.port))
    except (ValueError, ValidationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


async def _serve(simulator: Simulator, host: str, port: int) -> None:
    ended = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, ended.set)
    async with serve(simulator, port, host) as address:
        sys.stdout.write(
            f"phones   {address}/_sim/\nbot API  {address}/bot{simulator.token}/getMe\nfiles    {address}/file/bot\n"
        )
        sys.stdout.flush()
        await ended.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.simulator",
        description="A Telegram Bot API server of our own, with a page of phones.",
        epilog="example: python -m bot.simulator --port 8081 --journal var/simulator.jsonl",
    )
    parser.add_argument("--port", type=int, default=8081, help="port on loopback; 0 takes a free one (default 8081)")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default 127.0.0.1)")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot's token")
    parser.add_argument("--journal", type=Path, help="file that keeps the state across restarts")
    parser.add_argument("--cast", type=Path, help="JSON file with people and chats instead of the default ones")
    parser.add_argument("--group-privacy", choices=("on", "off"), default="on", help="privacy mode in groups")
    parser.add_argument("--callback-window", type=float, default=15.0, help="seconds to answer a press (default 15)")
    parser.add_argument("--flood", action="store_true", help="refuse floods as Telegram does")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
