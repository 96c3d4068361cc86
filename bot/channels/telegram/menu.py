"""The typed commands: how they are read, and the menu in which Telegram offers them.

They are Latin without diacritics because not every keyboard has them at hand, but both are understood. Everything that
a button does can be typed too: after an outage every press is gone (Telegram keeps presses 150 seconds).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.channels.telegram.client import TelegramClient
from bot.model.commands import (
    AbsentFrom,
    Acknowledge,
    AgreeJointly,
    ApproveByCode,
    AskApproval,
    AskEdit,
    AskFalseAlarm,
    AskPlaybook,
    AskRelease,
    ChoosePlaybook,
    CloseIncident,
    Command,
    ConfirmFact,
    ConfirmFactor,
    ContentCheck,
    DecideRequest,
    Edit,
    Enrol,
    EnrolFactor,
    FalseAlarm,
    Help,
    HoldJointly,
    Invalid,
    Leave,
    LegalCheck,
    ListIncidents,
    MarkAccused,
    ReleaseByCode,
    ReleaseStop,
    Return,
    ShowIncident,
    ShowRoster,
    StopPublishing,
    SwapDuty,
    TakeDuty,
    VouchFactor,
)
from bot.model.reasons import Reason

MENU = (
    "duyet",
    "tra",
    "sua",
    "tiepnhan",
    "camnang",
    "dulieu",
    "baogia",
    "xem",
    "ds",
    "dong",
    "soat",
    "phaply",
    "thongnhat",
    "chung",
    "congbo",
    "totp",
    "dungcongbo",
    "mocongbo",
    "phananh",
    "truc",
    "roi",
    "help",
)
"""The commands in the order in which the menu shows them."""

MENU_LANGUAGES = (None, "vi", "en")
"""Telegram's language codes of the menus; None is for everybody else and reads Vietnamese."""

Describe = Callable[[str, str], str]
"""(language, command) → what the menu says about the command, 1 to 256 characters."""

NEEDS_SEEN = frozenset({"sua", "soat", "phaply", "thongnhat"})
"""Commands about the very words that the person has before their eyes."""

FACTOR_DIGITS = 6
"""A one-time code: digits, more of them than an approval code has."""

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
        return self.verb in _PLAIN or self.verb in _ABOUT_ONE or self.verb in _OF_PEOPLE


def read(text: str) -> Typed | None:
    """The command at the start of a text; None when it begins with none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    verb, addressee, rest = found.groups()
    return Typed(_plain(verb), addressee, (rest or "").strip())


def meaning(typed: Typed, seen: int = 0) -> Command:
    """What a typed command asks for.

    Args:
        typed: the command.
        seen: the statement version on the card of its incident in that chat; 0 when none is shown there, which no
            statement has, so that nobody changes words that they have not seen.
    """
    if typed.verb in _OF_PEOPLE:
        return _OF_PEOPLE[typed.verb](typed.rest)
    if typed.verb in _PLAIN:
        return _PLAIN[typed.verb]
    about_one = _ABOUT_ONE.get(typed.verb)
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


def _approve(ref: str, tail: str, seen: int) -> Command:
    if not tail:
        return AskApproval(ref)
    *code, last = tail.split()
    if code and len(last) == FACTOR_DIGITS and last.isascii() and last.isdecimal():
        return ApproveByCode(ref, "".join(code), last)
    return ApproveByCode(ref, "".join([*code, last]))


def _edit(ref: str, tail: str, seen: int) -> Command:
    return Edit(ref, seen, tail) if tail else AskEdit(ref, seen)


def _release(ref: str, tail: str, seen: int) -> Command:
    return ReleaseByCode(ref, "".join(tail.split())) if tail else AskRelease(ref)


def _factor(rest: str) -> Command:
    """A code of six digits confirms one's own enrolment; anything else is a pairing code that somebody read out."""
    typed = "".join(rest.split())
    if not typed:
        return EnrolFactor()
    return ConfirmFactor(typed) if typed.isascii() and typed.isdecimal() else VouchFactor(typed)


def _false_alarm(ref: str, tail: str, seen: int) -> Command:
    return FalseAlarm(ref, tail) if tail else AskFalseAlarm(ref)


def _playbook(ref: str, tail: str, seen: int) -> Command:
    return ChoosePlaybook(ref, tail.lower()) if tail else AskPlaybook(ref)


def _fact(ref: str, tail: str, seen: int) -> Command:
    slot, _, value = tail.partition(" ")
    return ConfirmFact(ref, slot.lower(), value.strip()) if value.strip() else Invalid(Reason.USAGE.value)


def _accused(ref: str, tail: str, seen: int) -> Command:
    lift, _, unit = tail.partition(" ")
    if _plain(lift) == "bo" and unit:
        return MarkAccused(ref, unit.strip(), lift=True)
    return MarkAccused(ref, tail) if tail else Invalid(Reason.USAGE.value)


def _duty(rest: str) -> Command:
    """``/truc``; ``/truc nhan [day]``; ``/truc doi day colleague``; ``/truc vang day [day] [why]``."""
    words = rest.split()
    if not words:
        return ShowRoster()
    verb, said = _plain(words[0]), words[1:]
    if verb == "nhan" and len(said) <= 1:
        return TakeDuty(*said)
    if verb == "doi" and len(said) >= 2:
        return SwapDuty(said[0], " ".join(said[1:]))
    if verb == "vang" and said:
        until = said[1] if len(said) > 1 and said[1][0].isdigit() else ""
        return AbsentFrom(said[0], until, " ".join(said[2 if until else 1 :]))
    return Invalid(Reason.USAGE.value)


_PLAIN: Mapping[str, Command] = MappingProxyType({"ds": ListIncidents(), "help": Help(), "trogiup": Help()})

_ABOUT_ONE: Mapping[str, Callable[[str, str, int], Command]] = MappingProxyType(
    {
        "duyet": _approve,
        "tra": lambda ref, tail, _: Return(ref, tail),
        "sua": _edit,
        "tiepnhan": lambda ref, _tail, _seen: Acknowledge(ref),
        "baogia": _false_alarm,
        "camnang": _playbook,
        "dulieu": _fact,
        "dong": lambda ref, tail, _: CloseIncident(ref, tail),
        "soat": lambda ref, _tail, seen: ContentCheck(ref, seen),
        "phaply": lambda ref, _tail, seen: LegalCheck(ref, seen),
        "thongnhat": lambda ref, _tail, seen: AgreeJointly(ref, seen),
        "chung": lambda ref, tail, _: HoldJointly(ref, tail) if tail else Invalid(Reason.USAGE.value),
        "congbo": _release,
        "xem": lambda ref, _tail, _seen: ShowIncident(ref),
        "phananh": _accused,
    }
)

_OF_PEOPLE: Mapping[str, Callable[[str], Command]] = MappingProxyType(
    {
        "start": lambda rest: Enrol(rest) if rest else Help(),
        "roi": lambda _rest: Leave(),
        "truc": _duty,
        "totp": _factor,
        "dungcongbo": StopPublishing,
        "mocongbo": lambda _rest: ReleaseStop(),
        "dongy": lambda rest: DecideRequest(rest, agree=True) if rest else Invalid(Reason.USAGE.value),
        "khongdongy": lambda rest: DecideRequest(rest, agree=False) if rest else Invalid(Reason.USAGE.value),
    }
)
"""Commands about people, by what follows the verb."""


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
