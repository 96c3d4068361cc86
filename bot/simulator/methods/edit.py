"""editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup.

Leaving `reply_markup` out removes the keyboard.
"""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.access import writable_chat
from bot.simulator.errors import ApiError, bad_request
from bot.simulator.markup import Markup, check_keyboard, read_markup
from bot.simulator.messages import is_own, reword
from bot.simulator.methods.registry import method
from bot.simulator.methods.send import check_text, read_caption, read_text
from bot.simulator.methods.send_media import read_input_media
from bot.simulator.model import Content, Message
from bot.simulator.params import Params
from bot.simulator.wire import message_on_wire
from bot.simulator.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@method("editMessageText")
def edit_message_text(world: World, params: Params) -> object:
    """Give a text message other words."""
    content = read_text(params)
    markup = read_markup(params)
    message = _editable(world, params)
    if not message.is_text:
        raise bad_request("there is no text in the message to edit")
    check_text(content)
    return _change(world, message, content, markup)


@method("editMessageCaption")
def edit_message_caption(world: World, params: Params) -> object:
    """Give an attachment another caption."""
    caption = read_caption(params)
    markup = read_markup(params)
    message = _editable(world, params)
    if message.content.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _change(world, message, replace(caption, media=message.content.media), markup)


@method("editMessageMedia")
def edit_message_media(world: World, params: Params) -> object:
    """Exchange the attachment of a message; a text message may gain one."""
    item = params.json("media", "can't parse input media JSON object")
    if item is None:
        raise bad_request("media is empty")
    markup = read_markup(params)
    message = _editable(world, params)
    return _change(world, message, read_input_media(world, params, item), markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, params: Params) -> object:
    """Exchange the buttons of a message."""
    markup = read_markup(params)
    message = _editable(world, params)
    return _change(world, message, message.content, markup)


def _editable(world: World, params: Params) -> Message:
    if params.has("inline_message_id"):
        raise bad_request("invalid inline message identifier specified")
    chat_missing = not params.has("chat_id")
    if chat_missing or not params.integer("message_id"):
        raise bad_request("chat_id is empty" if chat_missing else "message identifier is not specified")
    chat = writable_chat(world.state, params)
    message = world.state.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not is_own(world, message) or message.service is not None or message.origin is not None:
        raise bad_request("message can't be edited")
    return message


def _change(world: World, message: Message, content: Content, markup: Markup) -> object:
    if markup.prompt is not None:
        raise bad_request("inline keyboard expected")
    check_keyboard(markup.keyboard, world.state.chats[message.chat_id].kind)
    if content == message.content and markup.keyboard == message.markup:
        raise not_modified()
    return message_on_wire(reword(world, message, content, markup.keyboard), world.state)


def not_modified() -> ApiError:
    """The refusal of an edit that changes nothing."""
    return bad_request(_NOT_MODIFIED)
