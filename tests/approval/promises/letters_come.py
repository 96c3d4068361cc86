"""The second way: letters with links, scanners that look at them, browsers that open them, and acts on the page."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.channels.telegram.buttons import Action
from tests.approval.promises.cast import ACCOUNTS, BY_ID, MAILBOXES
from tests.approval.promises.page import Answer, Browser, Letter, letter_of, write
from tests.approval.promises.stage import CHECKED_BY_A_LAWYER, CLOSE_TOGETHER, Stage, numbers
from tests.approval.promises.step import Broken

OWN, ANOTHER = 0, 1
"""The browser of whoever was written to, and that of whoever the letter was forwarded to."""
SENT = ("approve", "approve", "approve", "return", "edit", "release", "content_check", "legal_check", "acknowledge")
CODES = ("fresh", "fresh", "fresh", "early", "wrong", "same", "none")
mailboxes = st.sampled_from(MAILBOXES)
browsers = st.sampled_from((OWN, OWN, OWN, ANOTHER))


class LettersCome(Stage):
    """Rules about the sign-off page."""

    def __init__(self) -> None:
        super().__init__()
        self.browsers: dict[tuple[str, int], Browser] = {}

    # Letters.

    @rule(whom=mailboxes, n=numbers)
    def a_letter_comes(self, whom: str, n: int) -> None:
        self._written(whom, self._waiting(n)["id"])

    @rule(n=numbers, way=st.sampled_from(("GET", "HEAD")))
    def a_scanner_looks_at_a_link(self, n: int, way: str) -> None:
        """Or at the address behind it: that changes nothing, and no words are learned from it."""
        letter = self._letter(n)
        if letter is None:
            return
        before, path = self.tables, (letter.token, letter.token, f"s/{letter.ticket}")[n % 3]
        answer = self._asked(self.world.page.ask(Browser(), way, path))
        if self.tables != replace(before, audit=()):
            raise Broken("a look at a link changed something")
        self._shows_nothing(letter, answer)
        self.tally["a link", "was looked at"] += 1

    @rule(n=numbers, which=browsers)
    def a_link_is_opened(self, n: int, which: int) -> None:
        """By its owner or by whoever has the letter; the first browser is let in, another may ask for a new link."""
        letter = self._letter(n)
        if letter is None:
            return
        answer = self._opens(letter, which)
        again = f"{letter.token}/again"
        browser = self._browser(letter, which)
        if answer.status == 403 and again in browser.forms and n % 2:
            self._asked(self.world.page.ask(browser, "POST", again, {"form": browser.forms[again]}))
            self.tally["a link", "was asked for"] += 1

    # Acts.

    @rule(n=numbers, which=browsers, what=st.sampled_from(SENT), code=st.sampled_from(CODES), fresh=st.booleans())
    def a_form_is_sent(self, n: int, which: int, what: str, code: str, fresh: bool) -> None:
        """From the page as it stands, or as it stood when it was loaded long ago."""
        letter = self._letter(n)
        if letter is None:
            return
        if fresh:
            self._opens(letter, which)
        self._sends(letter, which, what, code)

    @rule(n=numbers, between=st.sampled_from(("", "", "", "again", "edit", "five hours", "letter")))
    def a_statement_is_approved_by_letter(self, n: int, between: str) -> None:
        incident = self._waiting(n)
        card = self._latest(incident["id"])
        if incident["playbook"] in CHECKED_BY_A_LAWYER:
            self._act(103, self._press(Action.LEGAL_CHECK_SURE, card))
        if n % 5:
            self._read_by_somebody_else(card)
        letter = self._written(ACCOUNTS[self._speaker(incident, n)], incident["id"])
        self._opens(letter, OWN)
        if between == "edit":
            self._types(101, f"/bienthe {incident['code']} loa Bà con chú ý {n % 50}.")
        elif between == "five hours":
            self.world.clock.advance(hours=5)
        elif between == "letter":
            self._opens(self._written(letter.person, incident["id"]), OWN)
        self._sends(letter, OWN, "approve", "fresh")
        if between == "again":
            self.world.clock.advance(seconds=60)
            self._sends(letter, OWN, "approve", "fresh")

    # How it is done.

    def _asked(self, asking: Coroutine[Any, Any, Answer]) -> Answer:
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        answer: Answer = self._step(asking)
        if answer.status >= 500:
            raise Broken(f"the page answered {answer.status}")
        for ticket, row in self.tables.tickets.items():
            if ticket not in self.promises.letters:
                self.promises.letters[ticket] = letter_of(row, self.world.now)
        return answer

    def _written(self, whom: str, incident_id: str) -> Letter:
        async def writing() -> Answer:
            async with self.world.database.write() as tx:
                await write(self.world, tx, whom, incident_id)
            return Answer(200, "")

        self._asked(writing())
        return list(self.promises.letters.values())[-1]

    def _letter(self, n: int) -> Letter | None:
        """One of the latest letters."""
        letters = list(self.promises.letters.values())
        return letters[-1 - n % min(4, len(letters))] if letters else None

    def _browser(self, letter: Letter, which: int) -> Browser:
        return self.browsers.setdefault((letter.person if which == OWN else "", which), Browser())

    def _opens(self, letter: Letter, which: int) -> Answer:
        """Look at the door, open it where that is offered, and read what stands behind it."""
        browser, opened = self._browser(letter, which), self.promises.opened_by
        cookie = f"keng-signoff-{letter.ticket}"
        path = f"s/{letter.ticket}" if cookie in browser.cookies else letter.token
        answer = self._asked(self.world.page.ask(browser, "GET", path))
        if letter.token in browser.forms and cookie not in browser.cookies:
            form = {"form": browser.forms[letter.token]}
            answer = self._asked(self.world.page.ask(browser, "POST", letter.token, form))
        if cookie not in browser.cookies:
            self._shows_nothing(letter, answer)
            self.tally["a link", "was shut"] += 1
            return answer
        if opened.setdefault(letter.ticket, which) != which:
            raise Broken("two browsers were let in by one link")
        self.tally["a link", "was opened"] += 1
        if f"s/{letter.ticket}/approve" in browser.forms:
            self._shows_every_text(letter, answer)
        return answer

    def _sends(self, letter: Letter, which: int, what: str, code: str) -> None:
        browser, path = self._browser(letter, which), f"s/{letter.ticket}/{what}"
        if path not in browser.forms:  # never offered: its form is made up from another one
            browser = Browser(dict(browser.cookies), {path: next(iter(browser.forms.values()), "a")})
        account = BY_ID[letter.person].accounts[0]
        codes = {"fresh": 0, "early": 1, "wrong": 7, "same": 0}
        if code == "fresh":
            self.world.clock.advance(seconds=60)  # codes that were used are over
        typed = self._code(account, codes[code]) if code in codes else ""
        fields = {"form": browser.forms[path], "code": typed, "words": f"Theo thư {what}."}
        self.world.typed, self.promises.sent_from = typed, which
        answer = self._asked(self.world.page.ask(browser, "POST", path, fields))
        if self.promises.opened_by.get(letter.ticket) != which:
            self._shows_nothing(letter, answer)

    def _shows_nothing(self, letter: Letter, answer: Answer) -> None:
        for text in self._texts(letter):
            if text and text in answer.plain:
                raise Broken("words were shown to somebody who did not open the link")

    def _shows_every_text(self, letter: Letter, answer: Answer) -> None:
        """What is approved here was read here."""
        key, row = letter.version, self.tables.statements[letter.version]
        if answer.status != 200 or self.tables.versions(key[0])[-1] is not row:
            return
        if all(text.replace("\u200b", "U+200B") in answer.plain for text in self._texts(letter)):
            self.promises.read.add((key, letter.person))

    def _texts(self, letter: Letter) -> list[str]:
        texts: dict[str, str] = json.loads(self.tables.statements[letter.version]["texts"])
        return list(texts.values())
