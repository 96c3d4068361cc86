"""The stage: the office, its cards, and what it takes to press, to type and to look at the promises after each step."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.channels.telegram import menu
from bot.channels.telegram.buttons import Action, decode, encode
from bot.channels.telegram.presses import meaning
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from tests.approval.promises.cast import (
    ACCOUNTS,
    BY_ID,
    EVERYBODY,
    HEALTH,
    OFFICE,
    SCHOOLS,
    SECOND_ACCOUNT,
    SPEAKERS,
    TOP,
    WORKERS,
    who,
)
from tests.approval.promises.promises import Promises, Step
from tests.approval.promises.tables import Row, words_sha256
from tests.approval.promises.typed import typed_code
from tests.approval.promises.world import MATTERS, Template, World, same_ids_again

KEY = b"k" * 32
CHECKED_BY_A_LAWYER = ("food-poisoning", "school-incident")
CLOSE_TOGETHER = 7

numbers = st.integers(0, 9999)
anybody = st.sampled_from(EVERYBODY)
speakers = st.sampled_from(SPEAKERS)
workers = st.sampled_from(WORKERS)
reasons = st.sampled_from(("vì đã rõ", "theo chỉ đạo", ""))
units = st.sampled_from((HEALTH, SCHOOLS, OFFICE, TOP, "so-ma"))
playbooks = st.sampled_from((*MATTERS, "khong-co"))
TROUBLES = ("none", "not sent", "never", "lost before", "lost after", "killed before", "killed after", "killed after")
BETWEEN = (
    "stop",
    "stop",
    "stop",
    "level",
    "close",
    "merge",
    "hold",
    "playbook",
    "fact",
    "return",
    "follow up",
    "edit",
    "alert",
    "release",
)
BARE = (
    Action.ACKNOWLEDGE,
    Action.ASK_APPROVAL,
    Action.ASK_EDIT,
    Action.ASK_RETURN,
    Action.ASK_PLAYBOOK,
    Action.ASK_FALSE_ALARM,
    Action.ASK_RELEASE,
    Action.CONTENT_CHECK,
    Action.CONTENT_CHECK_SURE,
    Action.LEGAL_CHECK,
    Action.LEGAL_CHECK_SURE,
    Action.AGREE_JOINTLY,
    Action.SUBMIT,
    Action.SUBMIT,
    Action.ASK_REFUSE,
    Action.ASK_AUTHORISATION,
    Action.ASK_LEVEL,
    Action.ASK_MUTE,
    Action.DIFF,
    Action.ASK_FACT,
    Action.MORE,
    Action.ASK_TEXTS,
    Action.ASK_UNITS,
    Action.MARK_IMPACT,
)
TYPED = (
    "/tiepnhan {code}",
    "/duyet {code}",
    "/duyet {code} {approval}",
    "/tra {code} {reason}",
    "/trinh {code}",
    "/phaply {code}",
    "/phaply {code} vẫn soát",
    "/thongnhat {code}",
    "/tuchoi {code} b {reason}",
    "/tacdong {code} đúng",
    "/soanlai {code}",
    "/congbo {code} {approval}",
    "/tatnhac {code} 1h",
    "/batnhac {code}",
    "/dulieu {code} place phường Sông Hạ {n}",
    "/sosanh {code}",
    "/xem {code}",
    "/xem {code} het",
    "/bienthe {code} ngan",
    "/bienthe {code} loa Bà con chú ý {n}.",
    "/bienthe {code} bo ngan",
    "/hoi {code} donvi",
    "/capnhat {code}",
    "/ketthuc {code}",
    "/tbtuchoi {code}",
    "/ds",
    "/xinuyquyen {code}",
    "/khongco {code}",
)


@dataclass(frozen=True)
class Card:
    """One version as it once stood on a screen: what its buttons carry."""

    incident_id: str
    code: str
    version: int
    words: str
    """The hash of its words, by our own reckoning."""

    @property
    def digest(self) -> str:
        return self.words[:8]

    @property
    def approval(self) -> str:
        return typed_code(self.incident_id, self.version, self.words)


class _Everything:
    """Every rule of the machine may come at any step."""

    def is_enabled(self, name: str) -> bool:
        return True


class Stage(RuleBasedStateMachine):
    """Every rule of those who play here is one thing that may happen; after each step the promises are checked."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    template: ClassVar[Template]
    folder: ClassVar[Path]
    tally: ClassVar[Counter[tuple[str, str]]] = Counter()
    steps: ClassVar[int] = 0
    plays: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        type(self).steps -= 1  # the library looks once before the first rule
        # The library would leave most rules out of most plays. An office in which nobody ever approves proves little.
        self._rules_strategy.enabled_rules_strategy = st.just(_Everything())
        same_ids_again()
        self.place = self.folder / f"play{next(self.plays)}"
        self.world: World = self.template.copy(self.place)
        self.world.tally = self.tally
        self.promises = Promises(self.world)
        self.world.on_heard = self.promises.hears
        self.cards: list[Card] = []
        self.tables = self.world.looking.look()
        self.promises.last_head = (0, "0" * 64)
        self.promises.the_chain_is_whole(Step([], self.tables, self.tables, self.world.now, {}))

    def teardown(self) -> None:
        try:
            self._run(self.world.close())
        finally:
            shutil.rmtree(self.place, ignore_errors=True)

    # How a step is taken and what is looked at after it.

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def _step(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Do something, then check every promise and show what is new on every screen."""
        world = self.world
        world.done = []
        restarts = self.tally["restart", ""]
        result = self._run(doing)
        after = world.looking.look()
        restarted = self.tally["restart", ""] > restarts
        step = Step(world.done, self.tables, after, world.now, world.ended, restarted)
        self.promises.kept(step)
        for done in step.acts:  # the new device counts from now on
            person = who(done.act.actor)
            if done.outcome is not None and done.outcome.reason is Reason.FACTOR_ACTIVE:
                world.secrets[person] = world.secrets.pop(f"{person}/new")
        for key, row in after.statements.items():
            if key not in self.promises.shown:
                words = words_sha256(row["texts"])
                self.promises.shown[key] = {words}
                self.cards.append(Card(key[0], after.incidents[key[0]]["code"], key[1], words))
        for row in after.audit:
            if row["act"] in ("remind", "escalate", "void_approval", "join_incident"):
                self.tally[row["act"], ""] += 1
        for key, row in after.statements.items():
            before = self.tables.statements.get(key)
            if row["state"] == "published" and (before is None or before["state"] != "published"):
                incident = after.incidents[key[0]]
                self.tally["published", f"level {incident['level']}"] += 1
                self.tally["published", row["kind"]] += 1
        self.tables = after
        return result

    def _act(self, who: int, command: c.Command | None) -> Outcome | None:
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        return None if command is None else self._step(self.world.does(who, command))

    def _press(self, action: Action, card: Card, arg: str = "", version: int | None = None) -> c.Command | None:
        """What a press of a button on a card comes to, over the wire and back."""
        data = encode(action, card.incident_id, card.version if version is None else version, arg, key=KEY)
        return meaning(decode(data, KEY, MATTERS))

    def _types(self, who: int, text: str, seen: int = 0) -> Outcome | None:
        typed = menu.read(text)
        assert typed is not None
        return self._act(who, menu.meaning(typed, seen))

    def _card(self, n: int) -> Card:
        """Mostly the present card of an open incident, else any that was ever shown."""
        stale, pick = n % 4 == 0, n // 4
        if stale:
            return self.cards[pick % len(self.cards)]
        incidents = [i for i in self.tables.incidents.values() if i["open"]] or list(self.tables.incidents.values())
        incident = incidents[pick % len(incidents)]
        return self._latest(incident["id"])

    def _latest(self, incident_id: str) -> Card:
        """The card of an incident as it stands."""
        row = self.tables.versions(incident_id)[-1]
        return Card(incident_id, self.tables.incidents[incident_id]["code"], row["version"], words_sha256(row["texts"]))

    def _incident(self, n: int, *states: str) -> Row:
        """An incident in one of these states where there is one, else any."""
        fitting = [i for i in self.tables.incidents.values() if i["state"] in states]
        among = fitting or list(self.tables.incidents.values())
        return among[n % len(among)]

    def _account(self, person: str) -> int:
        return BY_ID[person].accounts[0]

    # Alerts.

    @initialize(matter=st.sampled_from(tuple(MATTERS)), factor=st.sampled_from((2.0, 4.0, 6.0, 12.0)))
    def it_begins(self, matter: str, factor: float) -> None:
        self._step(self.world.alert(matter, drill=False, factor=factor, hint=None))

    @rule(
        matter=st.sampled_from(tuple(MATTERS)),
        kind=st.sampled_from(("real", "real", "real", "drill")),
        factor=st.sampled_from((1.0, 2.0, 4.0, 6.0, 12.0)),
        hint=st.sampled_from((None, None, 2, 4)),
    )
    def an_alert_comes(self, matter: str, kind: str, factor: float, hint: int | None) -> None:
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        self._step(self.world.alert(matter, drill=kind == "drill", factor=factor, hint=hint))

    # What the lawful way needs.

    def _code(self, who: int, shift: int = 0) -> str:
        return self.world.code(ACCOUNTS.get(who, ""), shift)

    def _speaker(self, incident: Row, n: int) -> int:
        """Somebody who may approve in this matter, as long as nothing has changed about it."""
        lead = {"food-poisoning": (105, 102, 104), "school-incident": (106, 104, 102)}
        return lead.get(incident["playbook"], (102, 104, SECOND_ACCOUNT))[n % 3]

    def _waiting(self, n: int) -> Row:
        """An open matter whose words wait for a decision; where none does, somebody writes what follows."""
        matters = [i for i in self.tables.incidents.values() if i["open"]]
        waiting = [i for i in matters if self.tables.versions(i["id"])[-1]["state"] in ("draft", "submitted")]
        calm = [i for i in waiting if not any(incident == i["id"] for incident, _ in self.tables.accused)]
        among = calm or waiting
        if among:
            return among[n % len(among)]
        incident = self._incident(n, "responding")
        self._types(101, f"/capnhat {incident['id']} Cập nhật {n % 50}.")
        return self.tables.incidents[incident["id"]]

    def _read_by_somebody_else(self, card: Card) -> None:
        """At level 4 the duty officer has read the words, or the deputy those of the duty officer."""
        if self.tables.incidents[card.incident_id]["level"] == 4:
            written_by = self.tables.statements[card.incident_id, card.version]["created_by"]
            self._act(103 if written_by == "truc" else 101, self._press(Action.CONTENT_CHECK_SURE, card))

    def _approve_lawfully(self, n: int, lawyer: int = 103, incident: Row | None = None) -> Card:
        incident = incident or self._waiting(n)
        who = self._speaker(incident, n)
        row = self.tables.versions(incident["id"])[-1]
        card = Card(incident["id"], incident["code"], row["version"], row["sha256"])
        if n % 7 and incident["playbook"] in CHECKED_BY_A_LAWYER:
            self._act(lawyer, c.ShowTexts(card.incident_id, "het"))
            self._act(lawyer, self._press(Action.LEGAL_CHECK_SURE, card))
        if n % 5:
            self._read_by_somebody_else(card)
        if n % 3:
            self._act(who, c.ShowTexts(card.incident_id, "het"))
        self._act(who, c.Approve(card.incident_id, card.version, card.digest, self._code(who)))
        return card

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        """The promises are checked inside each step, act by act; here steps are counted."""
        type(self).steps += 1
