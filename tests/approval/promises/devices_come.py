"""Devices are enrolled by letter: a link, a code told by voice, a colleague's link, and all that goes wrong with it."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.approval import factor_links
from bot.model.factor_link import FactorLink, factor_token
from bot.store import factor_links as store
from tests.approval.office import SEAL
from tests.approval.promises.cast import BY_ID, CHU, GD_YTE, PHAP, PHAT, PHO, TRUC, YTE
from tests.approval.promises.page import KEY, Answer, Browser
from tests.approval.promises.stage import CLOSE_TOGETHER, Stage
from tests.approval.promises.step import Broken

HOW = ("lawful", "lawful", "lawful", "no code", "wrong code", "nobody", "stranger", "stale", "later link")
_SECRET = re.compile(r'class="secret">([A-Z2-7 ]+)<')
_PAIRING = re.compile(r'class="aloud-code">(\w+)<')


class DevicesCome(Stage):
    """Rules about enrolling by letter."""

    @rule(
        who=st.sampled_from((PHAT, CHU, YTE, PHO)),
        helper=st.sampled_from((TRUC, PHO, PHAP, GD_YTE, PHAT)),
        how=st.sampled_from(HOW),
    )
    def a_device_is_enrolled_by_letter(self, who: str, helper: str, how: str) -> None:
        if helper == who:
            return
        own, asked = self._invited(who, helper)
        owner, colleague = Browser(), Browser()
        code = {"no code": "", "wrong code": "9Z9Z9Z"}.get(how, factor_links.spoken_code(SEAL, own))
        room = self._opened(owner, own, code)
        if how in ("no code", "wrong code"):
            if room is not None:
                raise Broken("a link was opened without the code that is told by voice")
            self.tally["a device by letter", "stayed shut"] += 1
            return
        if room is None:  # a role that ended, a file that cannot be read
            return
        (groups,), pairing = _SECRET.findall(room.text), "".join(_PAIRING.findall(room.text))
        secret = groups.replace(" ", "")
        if how == "stranger" and self._opened(Browser(), own, code) is not None:
            raise Broken("two browsers were shown a secret")
        if how == "later link":
            self._invited(who, helper)
        if how != "nobody":
            self._vouched(colleague, asked, pairing)
        if how == "stale":
            self.world.clock.advance(minutes=31)
        self.world.secrets[f"{who}/new"] = secret
        path, typed = f"f/s/{own.id}/confirm", self.world.code(f"{who}/new")
        before = self.tables.factors.get((who, "active"))
        self._looked_after(self.world.page.ask(owner, "POST", path, {"form": owner.forms[path], "code": typed}))
        if self.tables.factors.get((who, "active")) == before:
            return
        if how in ("nobody", "stale", "later link"):
            raise Broken(f"a device counts although: {how}")
        self.world.secrets[who] = self.world.secrets.pop(f"{who}/new")
        self.promises._use(who, secret, typed, self.world.now)
        self.tally["a device by letter", "counts"] += 1

    def _invited(self, who: str, helper: str) -> tuple[FactorLink, FactorLink]:
        """The administrator writes to both; the links as they are in the letters."""

        async def inviting() -> None:
            organisation = self.world.desk().organisation
            owner, colleague = organisation.person(who), organisation.person(helper)
            assert owner is not None
            assert colleague is not None
            async with self.world.database.write() as tx:
                await factor_links.issue(tx, owner, [colleague], "cli:root", self.world.now)

        self._looked_after(inviting())
        query = "SELECT id FROM factor_links WHERE ended_at IS NULL AND person = ? AND reader = ?"

        async def read(reader: str) -> FactorLink:
            (row,) = self.world.looking.rows(query, who, reader)
            async with self.world.database.read() as tx:
                found = await store.get(tx, row["id"])
            assert found is not None
            return found

        return self._run(read(who)), self._run(read(helper))

    def _opened(self, browser: Browser, link: FactorLink, code: str) -> Answer | None:
        """The page with the secret, for whoever was let in."""
        path = f"f/{factor_token(link, KEY)}"
        self._looked_after(self.world.page.ask(browser, "GET", path))
        if path not in browser.forms:
            return None
        answer: Answer = self._looked_after(
            self.world.page.ask(browser, "POST", path, {"form": browser.forms[path], "code": code})
        )
        return answer if _SECRET.search(answer.text) else None

    def _vouched(self, browser: Browser, link: FactorLink, pairing: str) -> None:
        """The colleague opens their letter and enters what was read out, and a code of their own if they have one."""
        path = f"f/{factor_token(link, KEY)}"
        self._looked_after(self.world.page.ask(browser, "GET", path))
        if path not in browser.forms:
            return
        self.world.clock.advance(seconds=60)  # codes that were used are over
        own = self._code(BY_ID[link.reader].accounts[0])
        fields = {"form": browser.forms[path], "code": pairing, "own": own}
        answer = self._looked_after(self.world.page.ask(browser, "POST", path, fields))
        if answer.status == 200 and (link.reader, "active") in self.tables.factors:
            self.promises._use(link.reader, self.world.secrets.get(link.reader, ""), own, self.world.now)

    def _looked_after(self, asking: Coroutine[Any, Any, Any]) -> Any:
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        answer = self._step(asking)
        if isinstance(answer, Answer) and answer.status >= 500:
            raise Broken(f"the page answered {answer.status}")
        return answer
