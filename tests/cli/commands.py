"""``keng`` as tests call it: in this process, with what it wrote and how it ended."""

from __future__ import annotations

import asyncio

from typer.testing import CliRunner, Result

from bot.cli import app


def keng(*arguments: str, given: str | None = None) -> Result:
    """Run a command; ``given`` is its standard input."""
    return CliRunner().invoke(app, [*arguments], input=given)


async def keng_beside(*arguments: str) -> Result:
    """Run a command beside a running event loop: it starts a loop of its own."""
    return await asyncio.to_thread(keng, *arguments)
