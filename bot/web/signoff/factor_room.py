"""Behind the owner's link: the secret, for the one browser that opened it, until its first code has been shown."""

from __future__ import annotations

from aiohttp import web

from bot.approval import second_factor
from bot.approval.sealing import SealBroken
from bot.model.commands import ConfirmFactor
from bot.model.factor_link import Ended, form_token, is_form_of, is_opened_by
from bot.model.reasons import Reason
from bot.store import factor_links, second_factors
from bot.store.database import Tx
from bot.store.second_factors import HeldFactor
from bot.web.forms import read_form
from bot.web.signoff.factor_door import HERE, cookie_name
from bot.web.signoff.factor_links import Found, about, carry_out
from bot.web.signoff.factor_render import page, to_enter
from bot.web.signoff.parts import SignoffParts

CONFIRM = "confirm"


class FactorRoom:
    """Shows the secret and takes its first code."""

    def __init__(self, parts: SignoffParts) -> None:
        """Read from and write to ``parts.database``."""
        self._parts = parts

    async def look(self, request: web.Request) -> web.Response:
        """The three steps as they stand, or that it is done."""
        async with self._parts.database.read() as tx:
            found = await self._found(tx, request)
            if found is None:
                return self._closed()
            return await self._page(tx, found)

    async def confirm(self, request: web.Request) -> web.Response:
        """The first code: the secret comes into force if a colleague has stood for its owner."""
        fields = await read_form(request)
        async with self._parts.database.write() as tx:
            found = await self._found(tx, request)
            if found is None:
                return self._closed()
            if not is_form_of(fields.get("form", ""), found.link, CONFIRM, self._parts.key):
                return page("stopped.html", self._parts, found.lang, status=403, refusal=Reason.LINK_FORGED)
            if found.stopped is not None or await self._begun(tx, found) is None:
                return await self._page(tx, found)
            outcome = await carry_out(tx, self._parts, found, ConfirmFactor(fields.get("code", "")[:32]))
            if outcome.refused:
                return await self._page(tx, found, outcome.reason)
            await factor_links.end(tx, found.link.id, Ended.USED, found.desk.now)
            await factor_links.end_of(tx, found.link.person, Ended.REPLACED, found.desk.now)
        self._parts.letter_written()
        raise web.HTTPSeeOther(f"{HERE}/s/{found.link.id}")

    async def _found(self, tx: Tx, request: web.Request) -> Found | None:
        """The link, if this browser is the one that opened it."""
        link = await factor_links.get(tx, request.match_info["link"])
        if link is None or not is_opened_by(link, request.cookies.get(cookie_name(link.id))):
            return None
        return await about(tx, self._parts, link)

    async def _begun(self, tx: Tx, found: Found) -> HeldFactor | None:
        """The enrolment that was begun by this very link; one begun elsewhere since is nothing to this page."""
        held = await second_factors.pending(tx, found.link.person)
        if held is None or held.pairing != found.link.pairing or second_factor.is_over(held, found.desk.now):
            return None
        return held

    async def _page(self, tx: Tx, found: Found, refusal: Reason | None = None) -> web.Response:
        link, person, parts = found.link, found.owner, self._parts
        if link.ended is Ended.USED:
            return page("done.html", parts, found.lang)
        held = await self._begun(tx, found)
        stopped = found.stopped or (Reason.NO_ENROLMENT if held is None else None)
        if stopped is not None or person is None or held is None:
            return page("stopped.html", parts, found.lang, status=403, refusal=stopped)
        try:
            secret = found.desk.seal.open(held.sealed, second_factor.purpose(person.id))
        except SealBroken:
            return page("stopped.html", parts, found.lang, status=403, refusal=Reason.SECOND_FACTOR_UNREADABLE)
        return page(
            "room.html",
            parts,
            found.lang,
            status=200 if refusal is None else 403,
            refusal=refusal,
            link=link,
            person=person,
            secret=to_enter(person, secret),
            pairing=held.pairing,
            colleague=found.desk.name_of(held.vouched_by) if held.vouched_by else None,
            until=held.made_at + second_factor.ENROLMENT_LASTS,
            form=form_token(link, CONFIRM, parts.key),
        )

    def _closed(self) -> web.Response:
        return page("stopped.html", self._parts, "vi", status=403)
