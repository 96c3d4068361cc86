"""What a button carries: an action, an incident, a version and a little more, signed, in Telegram's 64 bytes.

Telegram checks nothing about a press: anybody who sees a button may press it, and a client may send data that no button
carries. So the data is signed, and the incident's id is packed: ``action(1) id(22) version(base 36) . arg mac(10)``.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

MAX_BYTES = 64
"""Telegram's limit for ``callback_data``."""

_MAC = 10
_ID = 22
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DIGEST_MARK = "~"
_DOMAIN = b"keng-button-1\x00"


class Action(Enum):
    """What a button does; the value is the letter that stands for it on the wire and never changes its meaning."""

    ACKNOWLEDGE = "k"
    ASK_APPROVAL = "a"
    APPROVE = "A"
    ASK_EDIT = "e"
    ASK_RETURN = "r"
    ASK_PLAYBOOK = "p"
    ALL_PLAYBOOKS = "P"
    CHOOSE_PLAYBOOK = "c"
    ASK_FALSE_ALARM = "f"
    FALSE_ALARM = "F"
    DELIVERY_YES = "y"
    DELIVERY_NO = "n"
    CANCEL = "x"
    ASK_RELEASE = "o"
    RELEASE = "O"
    CONTENT_CHECK = "t"
    LEGAL_CHECK = "l"
    CONTENT_CHECK_SURE = "T"
    LEGAL_CHECK_SURE = "K"
    AGREE_JOINTLY = "j"
    ASK_LEVEL = "v"
    LEVEL = "V"
    ASK_MUTE = "q"
    MUTE = "Q"
    DIFF = "i"
    ASK_FACT = "h"
    CONFIRM_HELD = "H"
    ASK_SPLIT = "B"
    FOLLOW_UP = "w"
    MORE = "m"
    SUBMIT = "s"
    ASK_REFUSE = "d"
    REFUSE_GROUND = "D"
    ASK_AUTHORISATION = "u"
    ASK_AUTHORISE = "U"
    AGREE = "g"
    DECLINE = "G"
    MARK_IMPACT = "I"
    SURE = "S"
    SHOW_LINT = "z"
    ASK_LINT_REASON = "L"
    ASK_UNITS = "Z"
    ASK_TEXTS = "b"
    ADD_TEXT = "E"
    ASK_TEXT_WORDS = "J"
    DROP_TEXT = "X"
    SHOW_TEXTS = "W"
    DRAFT_REFUSAL = "R"


MakeButton = Callable[[Action, str, int, str], str]
"""(action, incident id, version, argument) → callback data."""

SHOWN_LENGTH = 8
"""Characters of the hash of what a question showed, at the head of what its *Đúng* carries."""


def sure_arg(shown: str, update_id: int) -> str:
    """What *Đúng* carries: what its question showed, and the update that asked for the act."""
    return f"{shown[:SHOWN_LENGTH]}{_base36(update_id)}"


def read_sure_arg(arg: str) -> tuple[str, int]:
    """The two of :func:`sure_arg`.

    Raises:
        ForgedButton: they are not there.
    """
    shown, number = arg[:SHOWN_LENGTH], arg[SHOWN_LENGTH:]
    if not number or not set(number) <= set(_DIGITS):
        raise ForgedButton("no update is named")
    return shown, int(number, 36)


@dataclass(frozen=True, slots=True)
class Button:
    """A button that was pressed and is genuine. ``version`` 0 means: bound to none."""

    action: Action
    incident_id: str
    version: int = 0
    arg: str = ""


class ForgedButton(Exception):
    """The data was made by nobody who holds the key, or by a release that this one cannot read."""


def encode(action: Action, incident_id: str, version: int = 0, arg: str = "", *, key: bytes) -> str:
    """The ``callback_data`` of one button.

    Args:
        action: what it does.
        incident_id: 32 hexadecimal digits.
        version: the statement version the person sees beside it.
        arg: for approve the first 8 hex digits of the version's hash; for choose_playbook the playbook's id; for the
            delivery answers :func:`delivery_arg`. An argument that does not fit is replaced by its digest, which
            :func:`decode` resolves among the known names.
        key: from :func:`bot.store.key_file.load_key`.

    Raises:
        ValueError: the incident id is not 32 hexadecimal digits, or the version is negative.
    """
    if len(incident_id) != 32 or version < 0:
        raise ValueError(f"a button cannot name incident {incident_id!r} at version {version}")
    packed = base64.urlsafe_b64encode(bytes.fromhex(incident_id)).decode().rstrip("=")
    head = f"{action.value}{packed}{_base36(version)}."
    if len(head) + len(arg.encode()) + _MAC > MAX_BYTES or arg.startswith(_DIGEST_MARK):
        arg = _digest(arg)
    return head + arg + _mac(head + arg, key)


def decode(data: str, key: bytes, names: Iterable[str] = ()) -> Button:
    """Read the data of a press.

    Args:
        data: as it came from outside: anything.
        key: the key the buttons are signed with.
        names: the names (playbook ids) that an argument too long for its button may stand for.

    Raises:
        ForgedButton: it was not made with this key, or names something unknown.
    """
    body, mac = data[:-_MAC], data[-_MAC:]
    wanted = _mac(body, key)
    if len(data) > MAX_BYTES or not hmac.compare_digest(mac.encode("utf-8", "replace"), wanted.encode()):
        raise ForgedButton("wrong signature")
    try:
        action = Action(body[:1])
        incident_id = base64.urlsafe_b64decode(body[1 : 1 + _ID] + "==").hex()
        number, _, arg = body[1 + _ID :].partition(".")
        version = int(number, 36)
    except ValueError as error:
        raise ForgedButton("signed, but of a form this release does not know") from error
    if arg.startswith(_DIGEST_MARK):
        found = next((name for name in names if _digest(name) == arg), None)
        if found is None:
            raise ForgedButton("stands for a name that is not known any more")
        arg = found
    return Button(action, incident_id, version, arg)


def delivery_arg(outlet: str, attempt: int) -> str:
    """The argument of ``delivery_yes`` and ``delivery_no``."""
    return f"{outlet}:{attempt}"


def read_delivery_arg(arg: str) -> tuple[str, int]:
    """Outlet and attempt of a delivery question.

    Raises:
        ForgedButton: it is no such argument.
    """
    outlet, colon, attempt = arg.rpartition(":")
    if not colon or not attempt.isdecimal():
        raise ForgedButton("no outlet and attempt")
    return outlet, int(attempt)


def _mac(body: str, key: bytes) -> str:
    tag = hmac.digest(key, _DOMAIN + body.encode("utf-8", "surrogatepass"), sha256)
    return base64.urlsafe_b64encode(tag).decode()[:_MAC]


def _digest(name: str) -> str:
    return _DIGEST_MARK + base64.urlsafe_b64encode(sha256(name.encode()).digest()).decode()[:12]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
