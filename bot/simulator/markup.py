"""`reply_markup`: inline keyboards, forced replies and reply keyboards, with Telegram's refusals.

Source: Client.cpp `get_reply_markup`, `get_inline_keyboard_button` (the first action found wins: url, callback_data, …,
web_app); the codes in capitals are the server's own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.simulator.errors import bad_request
from bot.simulator.links import checked_link
from bot.simulator.model import Button, ChatKind, InlineKeyboard, Prompt
from bot.simulator.params import Params

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_NOT_JSON = "can't parse reply keyboard markup JSON object"
_NESTED = {"web_app": "url", "login_url": "url", "copy_text": "text"}
_ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


@dataclass(frozen=True)
class Markup:
    """What a call asked for: at most one of the two is set."""

    keyboard: InlineKeyboard | None = None
    prompt: Prompt | None = None


def read_markup(params: Params) -> Markup:
    """The markup asked for, checked as far as Telegram checks it before it looks at the chat; raises ApiError 400."""
    value = params.json("reply_markup", _NOT_JSON)
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        rows = _rows(value["inline_keyboard"], "inline_keyboard")
        keyboard = InlineKeyboard(tuple(row for row in (tuple(_button(b) for b in row) for row in rows) if row))
        return Markup(keyboard=keyboard if keyboard.rows else None)
    if "keyboard" in value:
        labels = tuple(tuple(_label(button) for button in row) for row in _rows(value["keyboard"], "keyboard"))
        return Markup(prompt=Prompt("keyboard", _text(value, "input_field_placeholder"), rows=labels))
    if value.get("remove_keyboard"):
        return Markup(prompt=Prompt("remove_keyboard", selective=bool(value.get("selective"))))
    if value.get("force_reply"):
        placeholder = _text(value, "input_field_placeholder")
        return Markup(prompt=Prompt("force_reply", placeholder, bool(value.get("selective"))))
    return Markup()


def check_keyboard(keyboard: InlineKeyboard | None, kind: ChatKind) -> None:
    """Refuse what the server refuses once the chat is known; raises ApiError 400."""
    if keyboard is None:
        return
    buttons = [button for row in keyboard.rows for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        if button.action == "callback_data" and not 1 <= len(button.value.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        if button.action == "web_app" and kind is not ChatKind.PRIVATE:
            raise bad_request("BUTTON_TYPE_INVALID")


def keyboard_on_wire(keyboard: InlineKeyboard) -> dict[str, object]:
    """The keyboard as `InlineKeyboardMarkup`."""
    return {"inline_keyboard": [[_button_on_wire(button) for button in row] for row in keyboard.rows]}


def _button_on_wire(button: Button) -> dict[str, object]:
    value: object = button.value
    if button.action in _NESTED:
        value = {_NESTED[button.action]: button.value}
    elif button.action in ("callback_game", "switch_inline_query_chosen_chat"):
        value = json.loads(button.value)
    elif button.action == "pay":
        value = True
    wire: dict[str, object] = {"text": button.text, button.action: value}
    if button.style:
        wire["style"] = button.style
    if button.icon:
        wire["icon_custom_emoji_id"] = button.icon
    return wire


def _rows(value: object, name: str) -> list[list[object]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array')
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f'field "{name}" of the ReplyMarkup must be an Array of Arrays')
    return value


def _text(value: dict[str, object], name: str) -> str:
    text = value.get(name)
    return text if isinstance(text, str) else ""


def _label(button: object) -> str:
    if isinstance(button, str):
        return button
    if isinstance(button, dict) and isinstance(button.get("text"), str):
        return str(button["text"])
    raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")


def _button(value: object) -> Button:
    if not isinstance(value, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = _text(value, "text")
    if "text" not in value:
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    action = next((name for name in _ACTIONS if value.get(name) is not None), "")
    if not action:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    argument = value[action]
    if action in _NESTED:
        argument = argument.get(_NESTED[action], "") if isinstance(argument, dict) else ""
    elif not isinstance(argument, str):
        argument = json.dumps(argument)
    if action in ("url", "login_url") and not checked_link(argument):
        raise bad_request(f"inline keyboard button URL '{argument}' is invalid: Wrong HTTP URL")
    if action == "web_app" and not argument.lower().startswith("https://"):
        raise bad_request(f"inline keyboard button Web App URL '{argument}' is invalid: Only HTTPS links are allowed")
    return Button(text, action, argument, _text(value, "style"), _text(value, "icon_custom_emoji_id"))
