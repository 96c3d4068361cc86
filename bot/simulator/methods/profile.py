"""getMe, and what the bot says about itself: commands, name, descriptions."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from bot.simulator.access import find_chat
from bot.simulator.errors import bad_request
from bot.simulator.methods.registry import method
from bot.simulator.params import Params
from bot.simulator.records import CommandSet, Profile
from bot.simulator.wire import person_on_wire
from bot.simulator.world import World

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_PLAIN_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


@method("getMe")
def get_me(world: World, params: Params) -> object:
    """The bot's own `User`."""
    return person_on_wire(world.state.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.group_privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("setMyCommands")
def set_my_commands(world: World, params: Params) -> object:
    """Set the commands of one scope in one language."""
    value = params.json("commands", "can't parse commands JSON object")
    if not isinstance(value, list):
        raise bad_request("expected an Array of BotCommand")
    if len(value) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    scope, language = _scope(world, params), _language(params)
    world.state.put(CommandSet(scope, language, tuple(_command(item) for item in value)))
    return True


@method("getMyCommands")
def get_my_commands(world: World, params: Params) -> object:
    """The commands set for one scope and language."""
    found = world.state.commands.get((_scope(world, params), _language(params)))
    return [{"command": name, "description": text} for name, text in (found.commands if found else ())]


@method("deleteMyCommands")
def delete_my_commands(world: World, params: Params) -> object:
    """Forget the commands of one scope and language."""
    world.state.put(CommandSet(_scope(world, params), _language(params), ()))
    return True


@method("setMyName")
def set_my_name(world: World, params: Params) -> object:
    """Set the bot's name in one language."""
    _limit(params, "name", 64)
    world.state.put(replace(_profile(world, params), name=params.text("name")))
    return True


@method("getMyName")
def get_my_name(world: World, params: Params) -> object:
    """The bot's name in one language."""
    return {"name": _profile(world, params).name or world.state.bot.first_name}


@method("setMyDescription")
def set_my_description(world: World, params: Params) -> object:
    """Set the text of an empty chat with the bot."""
    _limit(params, "description", 512)
    world.state.put(replace(_profile(world, params), description=params.text("description")))
    return True


@method("getMyDescription")
def get_my_description(world: World, params: Params) -> object:
    """The text of an empty chat with the bot."""
    return {"description": _profile(world, params).description}


@method("setMyShortDescription")
def set_my_short_description(world: World, params: Params) -> object:
    """Set the text of the bot's profile page."""
    _limit(params, "short_description", 120)
    world.state.put(replace(_profile(world, params), short_description=params.text("short_description")))
    return True


@method("getMyShortDescription")
def get_my_short_description(world: World, params: Params) -> object:
    """The text of the bot's profile page."""
    return {"short_description": _profile(world, params).short_description}


def _profile(world: World, params: Params) -> Profile:
    language = _language(params)
    return world.state.profiles.get(language, Profile(language))


def _limit(params: Params, field: str, most: int) -> None:
    if len(params.text(field)) > most:
        raise bad_request(f"{field.replace('_', ' ')} is too long")


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, params: Params) -> str:
    value = params.json("scope", "can't parse BotCommandScope JSON object")
    if value is None:
        return "default"
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = value.get("type")
    if kind in _PLAIN_SCOPES:
        return str(kind)
    if kind not in _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    inner = Params(value)
    key: dict[str, object] = {"type": kind, "chat_id": find_chat(world.state, inner).id}
    if kind == "chat_member":
        key["user_id"] = inner.integer("user_id")
    return json.dumps(key, sort_keys=True)


def _command(item: object) -> tuple[str, str]:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    inner = Params(item)
    name, description = inner.text("command").removeprefix("/"), inner.text("description").strip()
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return name, description
