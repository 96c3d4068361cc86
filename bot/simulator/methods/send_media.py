"""sendPhoto, sendDocument, sendMediaGroup, getFile."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.errors import bad_request
from bot.simulator.files import find_file, read_media
from bot.simulator.methods.registry import method
from bot.simulator.methods.send import prepare, read_caption
from bot.simulator.model import Content, MediaKind
from bot.simulator.params import Params
from bot.simulator.wire import message_on_wire
from bot.simulator.world import World

_PLURALS = {MediaKind.PHOTO: "photos", MediaKind.DOCUMENT: "documents"}


@method("sendPhoto")
def send_photo(world: World, params: Params) -> object:
    """Post a picture."""
    return _send(world, params, MediaKind.PHOTO)


@method("sendDocument")
def send_document(world: World, params: Params) -> object:
    """Post a file."""
    return _send(world, params, MediaKind.DOCUMENT)


@method("sendMediaGroup")
def send_media_group(world: World, params: Params) -> object:
    """Post an album of two to ten pictures or files."""
    items = params.json("media", "can't parse media JSON object")
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    if not items:
        raise bad_request("there are no messages to send")
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of items in the album, must be 2-10")
    contents = [read_input_media(world, params, item) for item in items]
    kinds = {content.media.kind for content in contents if content.media}
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    sending = prepare(world, params, _PLURALS[kinds.pop()])
    group = f"{13_000_000_000_000_000 + world.state.next_message_id(sending.chat)}"
    return [message_on_wire(sending.post(world, each, media_group=group), world.state) for each in contents]


@method("getFile")
def get_file(world: World, params: Params) -> object:
    """Where a file can be downloaded."""
    file = find_file(world.state, params.text("file_id"))
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


def read_input_media(world: World, params: Params, item: object) -> Content:
    """An `InputMediaPhoto` or `InputMediaDocument` with its caption; raises ApiError 400."""
    if not isinstance(item, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    inner = Params(item, params.files)
    try:
        kind = MediaKind(inner.text("type"))
    except ValueError:
        raise bad_request("can't parse InputMedia: type must be photo or document in the simulator") from None
    media = read_media(world.state, inner, inner.text("media"), field="", kind=kind)
    return replace(read_caption(inner), media=media)


def _send(world: World, params: Params, kind: MediaKind) -> object:
    caption = read_caption(params)
    sending = prepare(world, params, _PLURALS[kind])
    media = read_media(world.state, params, params.text(kind.value), kind.value, kind)
    return message_on_wire(sending.post(world, replace(caption, media=media)), world.state)
