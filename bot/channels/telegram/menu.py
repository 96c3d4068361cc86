"""The typed commands: how they are read, and the menu in which Telegram offers them.

They are Latin without diacritics because not every keyboard has them at hand, but both are understood. Everything that
a button does can be typed too: after an outage every press is gone (Telegram keeps presses 150 seconds).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.typed_acts import ABOUT_ONE, OF_PEOPLE, PLAIN
from bot.model.commands import Command, Invalid
from bot.model.languages import LANGUAGES
from bot.model.plain_latin import plain_latin
from bot.model.reasons import Reason

MENU = (
    "duyet",
    "tra",
    "sua",
    "tiepnhan",
    "tacdong",
    "camnang",
    "dulieu",
    "soanlai",
    "baogia",
    "xem",
    "duongcong",
    "ds",
    "bang",
    "baodong",
    "dong",
    "soat",
    "soatloi",
    "lydo",
    "phaply",
    "thongnhat",
    "chung",
    "congbo",
    "muc",
    "tatnhac",
    "batnhac",
    "sosanh",
    "vanban",
    "noidang",
    "dadang",
    "hoi",
    "chuyen",
    "gop",
    "tach",
    "molai",
    "capnhat",
    "dinhchinh",
    "thaythe",
    "thuhoi",
    "ketthuc",
    "bienthe",
    "tindon",
    "dienlai",
    "khac",
    "trinh",
    "tuchoi",
    "tbtuchoi",
    "xinuyquyen",
    "uyquyen",
    "thuuyquyen",
    "totp",
    "dungcongbo",
    "mocongbo",
    "phananh",
    "imlang",
    "donhay",
    "truc",
    "roi",
    "help",
)
"""The commands in the order in which the menu shows them."""

MENU_LANGUAGES = (None, *LANGUAGES)
"""Telegram's language codes of the menus; None is for everybody else and reads Vietnamese."""

Describe = Callable[[str, str], str]
"""(language, command) → what the menu says about the command, 1 to 256 characters."""

NEEDS_SEEN = frozenset({"sua", "soat", "lydo", "phaply", "thongnhat", "trinh", "tuchoi", "bienthe"})
"""Commands about the very words that the person has before their eyes."""

_FORM = re.compile(r"/([^\s/@]+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that begins with a command. ``verb`` is in plain lower-case Latin, ``addressee`` the bot it names."""

    verb: str
    addressee: str | None
    rest: str

    @property
    def ref(self) -> str:
        """The incident it names; empty when it names none."""
        return self.rest.split(None, 1)[0] if self.rest else ""

    @property
    def tail(self) -> str:
        """What follows the incident, as it was written."""
        parts = self.rest.split(None, 1)
        return parts[1] if len(parts) > 1 else ""

    @property
    def is_known(self) -> bool:
        """True when it is a command of ours."""
        return self.verb in PLAIN or self.verb in ABOUT_ONE or self.verb in OF_PEOPLE


def read(text: str) -> Typed | None:
    """The command at the start of a text; None when it begins with none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    verb, addressee, rest = found.groups()
    return Typed(plain_latin(verb), addressee, (rest or "").strip())


def meaning(typed: Typed, seen: int = 0) -> Command:
    """What a typed command asks for.

    Args:
        typed: the command.
        seen: the statement version on the card of its incident in that chat; 0 when none is shown there, which no
            statement has, so that nobody changes words that they have not seen.
    """
    command = _meaning(typed, seen)
    if isinstance(command, Invalid) and command.why == Reason.USAGE.value:
        return replace(command, about=typed.verb)
    return command


def _meaning(typed: Typed, seen: int) -> Command:
    if typed.verb in OF_PEOPLE:
        return OF_PEOPLE[typed.verb](typed.rest)
    if typed.verb in PLAIN:
        return PLAIN[typed.verb]
    about_one = ABOUT_ONE.get(typed.verb)
    if about_one is None:
        return Invalid(Reason.UNKNOWN_COMMAND.value)
    return about_one(typed.ref, typed.tail, seen) if typed.ref else Invalid(Reason.USAGE.value)


async def publish_menu(client: TelegramClient, describe: Describe) -> None:
    """Tell Telegram which commands to offer, in every language.

    Raises:
        TelegramError: it could not be told; nothing depends on it.
    """
    for code in MENU_LANGUAGES:
        commands = [{"command": name, "description": describe(code or "vi", name)[:256]} for name in MENU]
        await client.call("setMyCommands", {"commands": commands, "language_code": code})
