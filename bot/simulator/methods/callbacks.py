"""answerCallbackQuery."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.errors import bad_request
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.world import World

MAX_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("answerCallbackQuery")
def answer_callback_query(world: World, params: Params) -> object:
    """Tell the person who pressed what came of it; once, and within the window of the world."""
    text = params.text("text")
    callback = world.state.callbacks.get(params.text("callback_query_id"))
    if callback is None or callback.answered_at is not None or world.now() - callback.at > world.callback_window:
        raise bad_request(_TOO_OLD)
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = replace(
        callback, answered_at=world.now(), text=text, alert=params.flag("show_alert"), url=params.text("url")
    )
    world.state.put(answer)
    return True
