"""The pages of the sign-off room, and its words for reasons and answers."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.locale import has, text
from bot.model.reach import ASKED, DOUBT, Letter, Unreached
from bot.model.reasons import Reason
from bot.store.signoff import SignoffAct
from bot.web.inner_pages import InnerPages
from bot.web.signoff.parts import SignoffParts

_pages = InnerPages("signoff", ("/signoff/static/signoff.css",))


def page(template: str, parts: SignoffParts, lang: str, *, status: int = 200, **values: Any) -> web.Response:
    """One page in one language."""
    return _pages.page(
        template,
        parts,
        lang,
        status=status,
        because=lambda reason, told=None: because(lang, reason, told or {}),
        cannot=lambda outcome: because(lang, outcome.reason, outcome.values, kind="cannot"),
        answered=lambda act: answered(lang, act),
        named=lambda kind, name: _named(lang, kind, name),
        named_outlet=lambda name: text(lang, f"outlet.{name}") if has(f"outlet.{name}") else name,
        why=lambda letter: why(lang, letter),
        **values,
    )


def because(lang: str, reason: Reason | str, told: Any, kind: str = "reason") -> str:
    """The sentence for a reason, in the page's own words where the chat's would speak of cards and buttons.

    ``kind`` is ``reason`` for what was refused, ``cannot`` for what would be.
    """
    name = reason.value if isinstance(reason, Reason) else reason
    key = f"signoff.{kind}.{name}"
    if not has(key):
        key = f"reason.{name}"
        if name == Reason.ALREADY_APPROVED.value and not told.get("by"):
            key = f"{key}.by_somebody"
    values = {k: str(v) for k, v in told.items()}
    values |= {k.removesuffix(f"_{lang}"): v for k, v in values.items() if k.endswith(f"_{lang}")}
    if has(f"outlet.{values.get('outlet')}"):
        values["outlet"] = text(lang, f"outlet.{values['outlet']}")
    return text(lang, key, **values)


def answered(lang: str, act: SignoffAct) -> str:
    """What came of a form."""
    return because(lang, act.reason or "", act.told or {})


def why(lang: str, letter: Letter) -> str:
    """Why the person was written to at all."""
    if letter.cause in (ASKED, DOUBT):
        return text(lang, f"mail.why.{letter.cause}")
    key = "away_now" if letter.cause == Unreached.AWAY.value else letter.cause
    return text(lang, f"mail.why.{key}", channel=text(lang, f"channel.{letter.channel}"))


def _named(lang: str, kind: str, name: str) -> str:
    key = f"signoff.{kind}.{name}"
    return text(lang, key) if has(key) else name
