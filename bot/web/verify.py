"""``/verify``: whoever has a text learns whether the office published exactly these words, and whether they stand.

Nothing that is pasted is kept or logged, and nothing but published words is ever compared with.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.describing import Answer, Operation, described
from bot.model.languages import LANGUAGES
from bot.model.public_text import loose_sha256, passage_digests, readable
from bot.model.statement import text_sha256
from bot.model.verifying import MOST_CHARACTERS, Candidate, Finding, Verdict, hash_in, judge
from bot.store import newsroom, published_texts, statements
from bot.store.database import Tx
from bot.store.published_texts import PublishedText
from bot.web import items, render
from bot.web.addresses import Served
from bot.web.answering import Answering, Crowds
from bot.web.frame_words import frame_words
from bot.web.parts import WebParts
from bot.web.render import Frame
from bot.web.verify_answer import Answered, Found, VerifyAnswer, as_json
from bot.web.verify_answer import found as found_text
from bot.web.verify_question import VerifyQuestion, wants_json
from bot.web.verify_question import asked as asked_in

PRIVATE = {"Cache-Control": "no-store"}


_PROBLEM = ("application/problem+json",)

_ANSWERS = {
    200: Answer("A page, or JSON where `Accept` asks for it.", VerifyAnswer, also=("text/html",)),
    304: Answer("The reader has the form.", media=None),
    400: Answer("No form, no text and no JSON.", None, "text/html", also=_PROBLEM),
    408: Answer("It takes too long to come.", None, "text/html", also=_PROBLEM),
    413: Answer("Longer than any statement.", None, "text/html", also=_PROBLEM),
    503: Answer("The store is away, or too many ask at once; come again.", None, "text/html", also=_PROBLEM),
}


class Verify:
    """Answers in one language."""

    def __init__(self, parts: WebParts, answering: Answering, crowds: Crowds, lang: str = "vi") -> None:
        """Read from ``parts.database``, in turn."""
        self._parts = parts
        self._answering = answering
        self._crowds = crowds
        self._lang = lang
        self._where = Served(parts.base_url)

    @described(
        Operation(
            "Were these words published? The form, or the answer for a hash",
            _ANSWERS,
            query={"hash": "SHA-256 of a text or of a version, in hex", "text": "a text; better sent by POST"},
        )
    )
    async def look(self, request: web.Request) -> web.StreamResponse:
        """The form; with ``?hash=`` (or ``?text=``) the answer as well."""
        asked = request.query.get("hash", "") or request.query.get("text", "")
        if not asked.strip():
            if wants_json(request):
                raise web.HTTPBadRequest
            return self._answering.page(request, render.verify(None, self._frame()))
        return await self._answer(request, asked)

    @described(
        Operation(
            "Were these words published?",
            _ANSWERS,
            bodies={
                "application/json": VerifyQuestion,
                "application/x-www-form-urlencoded": VerifyQuestion,
                "text/plain": None,
            },
        )
    )
    async def ask(self, request: web.Request) -> web.StreamResponse:
        """The answer for a pasted text."""
        asked = await asked_in(request)
        if not asked.strip():
            if wants_json(request):
                raise web.HTTPBadRequest
            return self._page(None, fault="verify.nothing")
        return await self._answer(request, asked)

    async def _answer(self, request: web.Request, asked: str) -> web.StreamResponse:
        text = readable(asked).replace("\x00", "\ufffd")
        if len(text) > MOST_CHARACTERS:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST_CHARACTERS, actual_size=len(text))
        async with self._crowds.costly.one():
            answered = await self._answered(text)
        if wants_json(request):
            return web.json_response(
                as_json(answered).model_dump(mode="json"),
                headers=PRIVATE,
                dumps=lambda v: json.dumps(v, ensure_ascii=False),
            )
        return self._page(answered, asked="" if answered.by_hash else text)

    def _page(self, answered: Answered | None, **values: Any) -> web.Response:
        html = render.verify(answered, self._frame(), **values)
        return web.Response(
            body=html.encode("utf-8", "replace"), content_type="text/html", charset="utf-8", headers=PRIVATE
        )

    def _frame(self) -> Frame:
        return Frame(self._parts.agency(), self._lang, self._where)

    async def _answered(self, text: str) -> Answered:
        asked_hash = hash_in(text)
        async with self._parts.database.read() as tx:
            if asked_hash is not None:
                known = await published_texts.by_hash(tx, asked_hash)
                found = [one for text_ in known if (one := await self._found(tx, text_)) is not None]
                verdict = Verdict.EXACT if found else Verdict.UNKNOWN
                return Answered(verdict, tuple(found), by_hash=True)
            same = await published_texts.by_hash(tx, text_sha256(text)) or await published_texts.by_loose_hash(
                tx, loose_sha256(text)
            )
            if same:
                found = [one for text_ in same if (one := await self._found(tx, text_)) is not None]
                return Answered(Verdict.EXACT, tuple(found))
            alike = await published_texts.alike(tx, passage_digests(text))
            candidates = [await self._candidate(tx, one) for one in alike]
        finding = await asyncio.to_thread(judge, text, candidates)
        if finding.verdict is not Verdict.UNKNOWN:  # it may be a copy of our own page: then its frame is nothing added
            alike = [alike[which] for which in finding.which]
            async with self._parts.database.read() as tx:
                candidates = [await self._candidate(tx, one, framed=True) for one in alike]
            finding = await asyncio.to_thread(judge, text, candidates)
        return await self._told(finding, alike)

    async def _told(self, finding: Finding, alike: Sequence[PublishedText]) -> Answered:
        async with self._parts.database.read() as tx:
            found = [one for which in finding.which if (one := await self._found(tx, alike[which])) is not None]
        return Answered(finding.verdict, tuple(found), finding.extra, finding.places)

    async def _candidate(self, tx: Tx, text: PublishedText, *, framed: bool = False) -> Candidate:
        version = await statements.get_version(tx, text.incident_id, text.version)
        if version is None:
            return Candidate("")
        if not framed:
            return Candidate(version.texts[text.variant])
        series = await newsroom.series(tx, [text.incident_id])
        pages = []
        for lang in LANGUAGES:
            frame = Frame(self._parts.agency(), lang, self._where)
            pages.append(render.item(items.make(version, series, self._where, lang), frame))
        return Candidate(version.texts[text.variant], frame_words(pages))

    async def _found(self, tx: Tx, text: PublishedText) -> Found | None:
        version = await statements.get_version(tx, text.incident_id, text.version)
        if version is None:
            return None
        series = await newsroom.series(tx, [text.incident_id])
        return found_text(version, text, items.make(version, series, self._where, self._lang), self._where, self._lang)
