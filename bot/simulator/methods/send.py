"""sendMessage, and what all sending methods share: replies, topics, markup, lengths."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.simulator.access import writable_chat
from bot.simulator.errors import bad_request
from bot.simulator.markup import Markup, check_keyboard, read_markup
from bot.simulator.messages import draft, post
from bot.simulator.methods.registry import method
from bot.simulator.model import Chat, Content, Entity, Message
from bot.simulator.params import Params
from bot.simulator.text import MAX_BYTES, MAX_CAPTION, MAX_TEXT, read_formatted
from bot.simulator.wire import message_on_wire
from bot.simulator.world import World


@method("sendMessage")
def send_message(world: World, params: Params) -> object:
    """Post a text."""
    content = read_text(params)
    sending = prepare(world, params, "text messages")
    check_text(content)
    return message_on_wire(sending.post(world, content), world.state)


@method("sendChatAction")
def send_chat_action(world: World, params: Params) -> object:
    """Show "typing…", of which the simulator keeps only the call."""
    if not params.has("action"):
        raise bad_request("wrong parameter action in request")
    writable_chat(world.state, params)
    return True


@dataclass(frozen=True)
class Sending:
    """A checked intent to send: where, in answer to what, with which buttons."""

    chat: Chat
    markup: Markup
    reply_to: int | None
    thread_id: int | None
    protected: bool
    silent: bool

    def post(self, world: World, content: Content, *, media_group: str = "", base: Message | None = None) -> Message:
        """Post this content; `base` gives further fields, such as where a forwarded message came from."""
        message = base or draft(self.chat, world.state.bot.id, content)
        return post(
            world,
            self.chat,
            replace(
                message,
                content=content,
                markup=self.markup.keyboard,
                prompt=self.markup.prompt,
                reply_to=self.reply_to,
                thread_id=self.thread_id,
                protected=self.protected,
                silent=self.silent,
                media_group=media_group,
            ),
        )


def prepare(world: World, params: Params, what: str) -> Sending:
    """Check chat, topic, reply and markup in Telegram's order; `what` is the kind of message. Raises ApiError."""
    markup = read_markup(params)
    chat = writable_chat(world.state, params, what)
    thread = params.integer("message_thread_id") or None
    if thread is not None and not (chat.is_forum and thread in chat.topics):
        raise bad_request("message thread not found")
    reply_to = _reply_target(world, chat, params)
    check_keyboard(markup.keyboard, chat.kind)
    protected, silent = params.flag("protect_content"), params.flag("disable_notification")
    return Sending(chat, markup, reply_to, thread, protected, silent)


def _reply_target(world: World, chat: Chat, params: Params) -> int | None:
    parameters = params.json("reply_parameters", "can't parse reply parameters JSON object")
    if isinstance(parameters, dict):
        inner = Params(parameters)
        wanted, is_optional = inner.integer("message_id"), inner.flag("allow_sending_without_reply")
    else:
        wanted = params.integer("reply_to_message_id")
        is_optional = params.flag("allow_sending_without_reply")
    if not wanted:
        return None
    if world.state.message(chat.id, wanted) is None:
        if is_optional:
            return None
        raise bad_request("message to be replied not found")
    return wanted


def read_text(params: Params, field: str = "text") -> Content:
    """The text of a message; raises ApiError 400 if it is missing, too long to parse or broken."""
    raw = params.text(field)
    if not raw:
        raise bad_request("message text is empty")
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise bad_request("text is too long")
    text, entities = read_formatted(raw, params.text("parse_mode"), read_entities(params, "entities"))
    return Content(text, entities)


def check_text(content: Content) -> None:
    """Refuse an empty text and one over 4096 code points, both counted after parsing; raises ApiError 400."""
    if not content.text:
        raise bad_request("text must be non-empty")
    if len(content.text) > MAX_TEXT:
        raise bad_request("message is too long")


def read_caption(params: Params) -> Content:
    """The caption of an attachment, possibly empty; raises ApiError 400 over 1024 code points after parsing."""
    raw = params.text("caption")
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise bad_request("text is too long")
    text, entities = read_formatted(raw, params.text("parse_mode"), read_entities(params, "caption_entities"))
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return Content(text, entities)


def read_entities(params: Params, field: str) -> tuple[Entity, ...] | None:
    """Entities given instead of markup; ones without a type or place are dropped, as Telegram drops unknown ones."""
    if params.text("parse_mode"):
        return None
    value = params.json(field, "can't parse entities JSON object")
    if value is None:
        return None
    if not isinstance(value, list):
        raise bad_request("expected an Array of MessageEntity")
    entities = []
    for item in value:
        if not isinstance(item, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        user = item.get("user")
        inner = Params(item)
        if inner.has("type") and inner.integer("length") > 0:
            entities.append(
                Entity(
                    type=inner.text("type"),
                    offset=inner.integer("offset"),
                    length=inner.integer("length"),
                    url=inner.text("url"),
                    user=Params(user).integer("id") if isinstance(user, dict) else None,
                    language=inner.text("language"),
                    custom_emoji_id=inner.text("custom_emoji_id"),
                )
            )
    return tuple(entities)
