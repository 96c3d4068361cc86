"""The pages on which a second factor is enrolled from a letter, and their words for reasons."""

from __future__ import annotations

from typing import Any

import pyotp
from aiohttp import web

from bot.locale import has, text
from bot.model.factor_link import TRIES
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.web.inner_pages import InnerPages
from bot.web.qr import as_data_uri
from bot.web.signoff.parts import SignoffParts
from bot.web.signoff.render import because

ISSUER = "Keng"
"""How the entry is called in the app; letters that every app shows."""

_pages = InnerPages("factor", ("/signoff/static/signoff.css",))


def page(
    template: str, parts: SignoffParts, lang: str, *, status: int = 200, refusal: Reason | None = None, **values: Any
) -> web.Response:
    """One page in one language; ``refusal`` is said at its top."""
    told = values.pop("told", {})
    said = None if refusal is None else reason_words(lang, refusal, told)
    return _pages.page(template, parts, lang, status=status, said=said, tries=str(TRIES), **values)


def reason_words(lang: str, reason: Reason, told: Any) -> str:
    """The sentence for a reason, in this page's own words where the chat's would name commands."""
    key = f"factor.reason.{reason.value}"
    return text(lang, key, **told) if has(key) else because(lang, reason, told)


def to_enter(person: Person, secret: str) -> dict[str, str]:
    """The secret as people and phones take it: in groups to be typed, as an address (otpauth), as a picture."""
    address = pyotp.TOTP(secret).provisioning_uri(name=person.email or person.id, issuer_name=ISSUER)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"groups": groups, "address": address, "picture": as_data_uri(address)}
