"""The links in letters about a second factor. A look changes nothing; a form with a code that came by voice opens.

The owner's link leads one browser on to the secret. A colleague's is used up by the one act that it is for.
"""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web

from bot.approval import factor_links as links
from bot.approval import second_factor
from bot.locale import short_time
from bot.model.commands import EnrolFactor, VouchFactor
from bot.model.factor_link import TRIES, Ended, FactorLink, form_token, is_form_of, is_opened_by
from bot.model.outcome import DUTY_ROOM, Notice
from bot.model.reasons import Reason
from bot.model.signoff import session_hash
from bot.store import factor_links, second_factors
from bot.store.database import Tx
from bot.web.forms import read_form
from bot.web.late import LateComers
from bot.web.signoff.factor_links import Found, carry_out, find, record
from bot.web.signoff.factor_render import page
from bot.web.signoff.parts import SignoffParts

log = structlog.get_logger(__name__)

OPEN = "open"
HERE = "/signoff/f"


def cookie_name(link_id: str) -> str:
    """The cookie in which a browser keeps that it opened this link."""
    return f"keng-factor-{link_id}"


class FactorDoor:
    """Answers the links."""

    def __init__(self, parts: SignoffParts) -> None:
        """Read from and write to ``parts.database``."""
        self._parts = parts
        self._late = LateComers()

    async def look(self, request: web.Request) -> web.Response:
        """Whose link it is, and a form; nothing of any secret. The browser that opened it is led on."""
        async with self._parts.database.read() as tx:
            found = await find(tx, self._parts, request.match_info["token"])
            if found is None:
                return self._unknown()
            self._lead_on(request, found.link)
            return await self._door(tx, request, found, self._refusal(found))

    async def open(self, request: web.Request) -> web.Response:
        """One browser opens the owner's link; a colleague stands for the owner. Either takes the code told by voice."""
        fields = await read_form(request)
        secret = secrets.token_urlsafe(32)
        async with self._parts.database.write() as tx:
            found = await find(tx, self._parts, request.match_info["token"])
            if found is None:
                return self._unknown()
            self._lead_on(request, found.link)  # a second press
            refusal = self._refusal(found)
            typed = fields.get("code", "")[:32].strip()
            if not is_form_of(fields.get("form", ""), found.link, OPEN, self._parts.key) or (not refusal and not typed):
                # A robot that posts, or a form without anything in it: nothing is written down.
                return await self._door(tx, request, found, refusal)
            if refusal is not None:
                if self._late.is_worth_a_line(found.link.id):
                    await record(tx, found, refusal)
                return await self._door(tx, request, found, refusal)
            if found.link.vouches:
                return await self._vouch(tx, request, found, typed, fields.get("own", "")[:32].strip())
            refusal = await self._begin(tx, found, typed, secret)
            await record(tx, found, refusal)
            if refusal is not None:
                return await self._door(tx, request, found, refusal)
        self._parts.letter_written()
        return self._lead_in(found.link, secret)

    async def _begin(self, tx: Tx, found: Found, typed: str, secret: str) -> Reason | None:
        """Let this browser have the link, and make a secret for its owner; why not, None when it was done."""
        link, now = found.link, found.desk.now
        if not links.fits(found.desk.seal, link, typed):
            return await self._count(tx, found, Reason.SPOKEN_CODE_WRONG)
        if not await factor_links.open_(tx, link.id, session_hash(secret), now):
            return Reason.LINK_OPENED_ELSEWHERE
        outcome = await carry_out(tx, self._parts, found, EnrolFactor())
        if outcome.refused:
            return outcome.reason
        await factor_links.pair(tx, link.id, outcome.values["pairing"])
        await self._parts.tell(tx, f"factor-begun:{link.id}", Notice(link.person, "factor_begun"))
        return None

    async def _vouch(self, tx: Tx, request: web.Request, found: Found, typed: str, own: str) -> web.Response:
        """A colleague stands for the owner; whoever has a device of their own proves it is they, as on every page."""
        link, now, seal = found.link, found.desk.now, found.desk.seal
        held = await second_factors.pending_by_pairing(tx, typed.upper())
        fits = held is not None and held.person == link.person and not second_factor.is_over(held, now)
        proves = await second_factor.is_enrolled(tx, link.reader)
        refusal: Reason | None = None
        if fits and proves:
            refusal = (
                await second_factor.verify(tx, seal, link.reader, own, now) if own else Reason.SECOND_FACTOR_MISSING
            )
        if refusal is None:
            command = VouchFactor(typed, owner=link.person)
            outcome = await carry_out(tx, self._parts, found, command, second_factor=fits and proves)
            if not outcome.refused:
                await factor_links.end(tx, link.id, Ended.USED, now)
                return page("vouched.html", self._parts, found.lang, outcome=outcome)
            refusal = outcome.reason
            if refusal is Reason.UNKNOWN_PAIRING:
                refusal = await self._count(tx, found, refusal)
        else:
            await record(tx, found, refusal)
        return await self._door(tx, request, found, refusal)

    async def _count(self, tx: Tx, found: Found, refusal: Reason) -> Reason:
        """Count a wrong code; the last one allowed ends the link."""
        if not await factor_links.count_wrong(tx, found.link.id, TRIES, found.desk.now):
            return refusal
        link, name = found.link, found.desk.name_of(found.link.reader)
        log.warning("factor_link_guessed", link=link.id, person=link.person)
        # Somebody reads this mailbox who was not told the code; where it is all that its owner has, others must hear.
        for to, words in ((link.reader, "factor_guessed"), (DUTY_ROOM, "factor_guessed_room")):
            await self._parts.tell(tx, f"{words}:{link.id}", Notice(to, words, {"name": name}))
        return Reason.LINK_GUESSED

    def _refusal(self, found: Found) -> Reason | None:
        if found.stopped is None and found.link.opened_at is not None:
            return Reason.LINK_OPENED_ELSEWHERE
        return found.stopped

    def _lead_on(self, request: web.Request, link: FactorLink) -> None:
        if is_opened_by(link, request.cookies.get(cookie_name(link.id))):
            raise web.HTTPSeeOther(f"{HERE}/s/{link.id}")

    def _lead_in(self, link: FactorLink, secret: str) -> web.Response:
        """Send the browser on to the secret, with what it keeps as proof that it opened the link."""
        answer = web.Response(status=303, headers={"Location": f"{HERE}/s/{link.id}"})
        answer.set_cookie(
            cookie_name(link.id),
            secret,
            path=HERE,
            max_age=int(second_factor.ENROLMENT_LASTS.total_seconds()),
            secure=self._parts.secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def _door(self, tx: Tx, request: web.Request, found: Found, refusal: Reason | None) -> web.Response:
        """The form, unless no code helps any more; ``refusal`` is why the last one did not."""
        link = found.link
        stands = found.stopped is None and link.opened_at is None and refusal is not Reason.LINK_GUESSED
        asks = stands and link.vouches and await second_factor.is_enrolled(tx, link.reader)
        return page(
            "door.html",
            self._parts,
            found.lang,
            status=200 if refusal is None else 403,
            refusal=refusal,
            told={"at": short_time(link.opened_at, found.desk.now, found.lang) if link.opened_at else ""},
            token=request.match_info["token"],
            link=link,
            owner=found.owner,
            reader=found.reader,
            form=form_token(link, OPEN, self._parts.key) if stands else None,
            asks_own_code=asks,
        )

    def _unknown(self) -> web.Response:
        log.info("factor_link_unknown")
        return page("unknown.html", self._parts, "vi", status=404)
