"""createForumTopic."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.access import writable_chat
from bot.simulator.errors import bad_request
from bot.simulator.messages import post_service
from bot.simulator.methods.registry import method
from bot.simulator.model import Service
from bot.simulator.params import Params
from bot.simulator.wire import TOPIC_COLOR
from bot.simulator.world import World


@method("createForumTopic")
def create_forum_topic(world: World, params: Params) -> object:
    """Open a topic in a forum; its thread id is the id of the message that tells of it."""
    chat = writable_chat(world.state, params)
    if not params.has("name"):
        raise bad_request("topic name must be non-empty")
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.member(world.state.bot.id).may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    opened = post_service(world, chat, world.state.bot.id, Service("forum_topic_created", text=params.text("name")))
    world.state.put(replace(chat, topics=(*chat.topics, opened.message_id)))
    return {"message_thread_id": opened.message_id, "name": params.text("name"), "icon_color": TOPIC_COLOR}
