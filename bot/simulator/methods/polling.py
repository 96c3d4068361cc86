"""getUpdates."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.simulator.errors import bad_request, conflict
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.updates import KINDS, MAX_BATCH, on_wire
from bot.simulator.world import World

MAX_TIMEOUT = 50
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@method("getUpdates")
async def get_updates(world: World, params: Params) -> object:
    """Updates from `offset` on; waits up to `timeout` real seconds for one, and returns at once when it comes."""
    if world.state.webhook.url:
        raise conflict(_WEBHOOK_ACTIVE)
    kinds = read_kinds(params)
    if kinds is not None:
        world.queue.subscribe(kinds)
    limit = min(max(params.integer("limit", MAX_BATCH), 1), MAX_BATCH)
    timeout = min(max(params.integer("timeout"), 0), MAX_TIMEOUT)
    poll = world.polls.enter()
    try:
        return await _collect(world, poll, params.integer("offset"), limit, timeout)
    finally:
        world.polls.leave(poll)


async def _collect(world: World, poll: asyncio.Future[str], offset: int, limit: int, seconds: int) -> object:
    deadline = asyncio.get_running_loop().time() + seconds
    if offset < 0:
        pending = world.queue.pending()
        offset = pending[offset:][0].update_id if pending else 0
    while True:
        world.queue.confirm_below(offset)
        ready = (world.queue.take_repeats() + world.queue.pending())[:limit]
        remaining = deadline - asyncio.get_running_loop().time()
        if ready or remaining <= 0 or world.polls.is_closing:
            return [on_wire(update) for update in ready]
        arrival = asyncio.create_task(world.queue.next_arrival().wait())
        waiting: set[asyncio.Future[Any]] = {arrival, poll}
        try:
            await asyncio.wait(waiting, timeout=remaining, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
        if poll.done():
            raise conflict(poll.result())


def read_kinds(params: Params) -> tuple[str, ...] | None:
    """The kinds of `allowed_updates`, unknown ones dropped; None if the parameter was left out."""
    value = params.json("allowed_updates", "can't parse allowed updates list")
    if value is None:
        return None
    if not isinstance(value, list):
        raise bad_request("allowed updates must be an Array of Strings")
    return tuple(kind for kind in value if kind in KINDS)
