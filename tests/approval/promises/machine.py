"""The machine: whatever people, feeds, networks, clocks and power cuts may do to the office, in any order."""

from __future__ import annotations

import asyncio
import contextlib
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
from bot.channels.telegram.buttons import Action, decode, delivery_arg, encode
from bot.channels.telegram.presses import meaning
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from tests.approval.promises.cast import (
    ACCOUNTS,
    BY_ID,
    EVERYBODY,
    HEALTH,
    MOI,
    OFFICE,
    PHAT,
    SCHOOLS,
    SECOND_ACCOUNT,
    SPEAKERS,
    TOP,
    TRUC,
    WORKERS,
    YTE,
)
from tests.approval.promises.promises import OPEN, PUBLIC, Promises, Step
from tests.approval.promises.same_thread import same_thread, yielding
from tests.approval.promises.tables import Row, words_sha256
from tests.approval.promises.world import MATTERS, Template, World, same_ids_again

KEY = b"k" * 32
CLOSE_TOGETHER = 7

numbers = st.integers(0, 9999)
anybody = st.sampled_from(EVERYBODY)
speakers = st.sampled_from(SPEAKERS)
workers = st.sampled_from(WORKERS)
reasons = st.sampled_from(("vì đã rõ", "theo chỉ đạo", ""))
units = st.sampled_from((HEALTH, SCHOOLS, OFFICE, TOP, "so-ma"))
playbooks = st.sampled_from((*MATTERS, "khong-co"))
TROUBLES = ("none", "not sent", "never", "lost before", "lost after", "killed before", "killed after")
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
    Action.LEGAL_CHECK,
    Action.LEGAL_CHECK,
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
    Action.MARK_IMPACT,
)
TYPED = (
    "/tiepnhan {code}",
    "/duyet {code}",
    "/duyet {code} {approval}",
    "/tra {code} {reason}",
    "/trinh {code}",
    "/phaply {code}",
    "/thongnhat {code}",
    "/tuchoi {code} b {reason}",
    "/tacdong {code}",
    "/soanlai {code}",
    "/congbo {code} {approval}",
    "/tatnhac {code} 1h",
    "/batnhac {code}",
    "/dulieu {code} place phường Sông Hạ {n}",
    "/sosanh {code}",
    "/xem {code}",
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
        return self.words[:4].upper()


class _Everything:
    """Every rule of the machine may come at any step."""

    def is_enabled(self, name: str) -> bool:
        return True


class Office(RuleBasedStateMachine):
    """Every rule is one thing that may happen; after each the promises are checked."""

    runner: ClassVar[asyncio.Runner]
    template: ClassVar[Template]
    folder: ClassVar[Path]
    tally: ClassVar[Counter[tuple[str, str]]] = Counter()
    steps: ClassVar[int] = 0
    plays: ClassVar[Iterator[int]] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        Office.steps -= 1  # the library looks once before the first rule
        # The library would leave most rules out of most plays. An office in which nobody ever approves proves little.
        self._rules_strategy.enabled_rules_strategy = st.just(_Everything())
        same_ids_again()
        self.place = self.folder / f"play{next(Office.plays)}"
        self.world: World = self.template.copy(self.place)
        self.world.tally = Office.tally
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
        return self.runner.run(doing)

    def _step(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Do something, then check every promise and show what is new on every screen."""
        world = self.world
        world.done = []
        restarts = Office.tally["restart", ""]
        result = self._run(doing)
        after = world.looking.look()
        restarted = Office.tally["restart", ""] > restarts
        step = Step(world.done, self.tables, after, world.now, world.ended, restarted)
        self.promises.kept(step)
        for done in step.acts:  # the new device counts from now on
            person = ACCOUNTS.get(done.act.actor.user_id, "")
            if done.outcome is not None and done.outcome.reason is Reason.FACTOR_ACTIVE:
                world.secrets[person] = world.secrets.pop(f"{person}/new")
        for key, row in after.statements.items():
            if key not in self.promises.shown:
                words = words_sha256(row["texts"])
                self.promises.shown[key] = {words}
                self.cards.append(Card(key[0], after.incidents[key[0]]["code"], key[1], words))
        for row in after.audit:
            if row["act"] in ("remind", "escalate", "void_approval", "join_incident"):
                Office.tally[row["act"], ""] += 1
        for key, row in after.statements.items():
            before = self.tables.statements.get(key)
            if row["state"] == "published" and (before is None or before["state"] != "published"):
                incident = after.incidents[key[0]]
                Office.tally["published", f"level {incident['level']}"] += 1
                Office.tally["published", row["kind"]] += 1
        self.tables = after
        return result

    def _act(self, who: int, command: c.Command | None) -> Outcome | None:
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        return None if command is None else self._step(self.world.does(who, command))  # type: ignore[no-any-return]

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
        latest = self.tables.versions(incident["id"])[-1]
        return Card(incident["id"], incident["code"], latest["version"], words_sha256(latest["texts"]))

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

    # Presses and typed acts of all kinds, by anybody, on any card.

    @rule(who=anybody, n=numbers, action=st.sampled_from(BARE))
    def somebody_presses(self, who: int, n: int, action: Action) -> None:
        self._act(who, self._press(action, self._card(n)))

    @rule(who=anybody, n=numbers, form=st.sampled_from(TYPED), reason=reasons)
    def somebody_types(self, who: int, n: int, form: str, reason: str) -> None:
        card = self._card(n)
        text = form.format(code=card.code, approval=card.approval, reason=reason, n=n % 50)
        self._types(who, text, card.version)

    @rule(n=numbers, m=numbers, typed=st.booleans())
    def an_approval_names_one_version_and_the_hash_of_another(self, n: int, m: int, typed: bool) -> None:
        incident = self._waiting(n)
        row = self.tables.versions(incident["id"])[-1]
        card = Card(incident["id"], incident["code"], row["version"], row["sha256"])
        among = [other for other in self.cards if other.incident_id == card.incident_id or m % 2]
        other = among[m // 2 % len(among)]
        who = self._speaker(incident, n)
        if typed:
            self._types(who, f"/duyet {card.code} {other.approval} {self._code(who)}")
        else:
            self._act(who, self._press(Action.APPROVE, card, other.digest))

    # The lawful way, so that it is gone often.

    def _code(self, who: int, shift: int = 0) -> str:
        return self.world.code(ACCOUNTS.get(who, ""), shift)

    @rule(who=speakers, n=numbers, typed=st.booleans(), shift=st.sampled_from((0, 0, 0, 1, -1, 3)))
    def a_speaker_approves(self, who: int, n: int, typed: bool, shift: int) -> None:
        card = self._card(n)
        asked = self._act(who, self._press(Action.ASK_APPROVAL, card))
        if asked is None or asked.reason is not Reason.ASK_APPROVAL:
            return
        code = self._code(who, shift)
        if typed:
            self._types(who, f"/duyet {card.code} {card.approval} {code}")
            return
        said = self._act(who, self._press(Action.APPROVE, card, card.digest))
        if said is not None and said.reason is Reason.ASK_CODE:
            self._act(who, c.Approve(card.incident_id, card.version, card.digest, code))

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

    def _approve_lawfully(self, n: int, lawyer: int = 103) -> Card:
        incident = self._waiting(n)
        who = self._speaker(incident, n)
        row = self.tables.versions(incident["id"])[-1]
        card = Card(incident["id"], incident["code"], row["version"], row["sha256"])
        if n % 7 and incident["playbook"] in ("food-poisoning", "school-incident"):
            self._act(lawyer, self._press(Action.LEGAL_CHECK, card))
        self._act(who, c.Approve(card.incident_id, card.version, card.digest, self._code(who)))
        return card

    @rule(n=numbers, second=workers, lawyer=st.sampled_from((103, 107)))
    def the_statement_goes_the_whole_way(self, n: int, second: int, lawyer: int) -> None:
        card = self._approve_lawfully(n, lawyer)
        if self.tables.incidents[card.incident_id]["level"] == 4:
            self._act(second, self._press(Action.RELEASE, card, card.digest))
        if n % 3:
            self._step(self.world.deliver())

    @rule(who=workers, n=numbers, unit=st.sampled_from((OFFICE, HEALTH, SCHOOLS)))
    def a_unit_is_accused_and_approves_all_the_same(self, who: int, n: int, unit: str) -> None:
        incident = self._incident(n, "new", "accepted")
        self._types(who, f"/phananh {incident['code']} {unit}")
        row = self.tables.versions(incident["id"])[-1]
        approver = {OFFICE: 102, HEALTH: 105, SCHOOLS: 106}[unit]
        code = self._code(approver)
        self._act(approver, c.Approve(incident["id"], row["version"], row["sha256"][:8], code))

    @rule(who=workers, n=numbers, typed=st.booleans())
    def a_second_person_lets_go(self, who: int, n: int, typed: bool) -> None:
        waiting = [
            row
            for key, row in self.tables.statements.items()
            if row["state"] == "approved" and not any(copy[:2] == key for copy in self.tables.deliveries)
        ]
        card = self._card(n)
        if waiting and n % 5:
            row = waiting[n % len(waiting)]
            code = self.tables.incidents[row["incident_id"]]["code"]
            card = Card(row["incident_id"], code, row["version"], words_sha256(row["texts"]))
        if typed:
            self._types(who, f"/congbo {card.code} {card.approval}")
        else:
            self._act(who, self._press(Action.RELEASE, card, card.digest))

    @rule(who=speakers, n=numbers)
    def a_code_is_used_again(self, who: int, n: int) -> None:
        card, code = self._card(n), self._code(who)
        for _ in range(2):
            self._act(who, c.Approve(card.incident_id, card.version, card.digest, code))
            latest = self.tables.versions(card.incident_id)[-1]
            card = Card(card.incident_id, card.code, latest["version"], words_sha256(latest["texts"]))
            if latest["state"] == "approved":
                self._act(101, c.Edit(card.incident_id, card.version, f"Sửa ngay sau khi duyệt {n}."))
                latest = self.tables.versions(card.incident_id)[-1]
                card = Card(card.incident_id, card.code, latest["version"], words_sha256(latest["texts"]))

    @rule(who=st.sampled_from((103, 107, 104, 102)), n=numbers)
    def somebody_checks_the_law(self, who: int, n: int) -> None:
        needing = [
            row
            for row in (self.tables.versions(i["id"])[-1] for i in self.tables.incidents.values() if i["open"])
            if row["playbook"] in ("food-poisoning", "school-incident") and row["state"] in ("draft", "submitted")
        ]
        card = self._card(n)
        if needing:
            row = needing[n % len(needing)]
            card = Card(row["incident_id"], "", row["version"], row["sha256"])
        self._act(who, self._press(Action.LEGAL_CHECK, card))

    # Words change.

    @rule(
        who=anybody,
        n=numbers,
        text=st.sampled_from(("Bản mới {n}.", "Bản\u200b mới {n}.", "{old}\u200b.", "{old}", "", "Còn [[ {n}")),
    )
    def somebody_edits(self, who: int, n: int, text: str) -> None:
        card = self._card(n)
        old = self._text(card)
        self._act(who, c.Edit(card.incident_id, card.version, text.format(n=n % 50, old=old)))

    def _text(self, card: Card) -> str:
        import json

        row = self.tables.statements[card.incident_id, card.version]
        return str(json.loads(row["texts"])["vi/full"])

    @rule(who=workers, n=numbers, playbook=playbooks)
    def somebody_chooses_another_playbook(self, who: int, n: int, playbook: str) -> None:
        self._act(who, self._press(Action.CHOOSE_PLAYBOOK, self._card(n), playbook))

    @rule(who=speakers, n=numbers, kind=st.sampled_from(("capnhat", "dinhchinh", "thaythe", "thuhoi")))
    def somebody_follows_up(self, who: int, n: int, kind: str) -> None:
        incident = self._incident(n, "responding")
        self._types(who, f"/{kind} {incident['code']} Nội dung tiếp theo {n % 50}.")

    # The matter changes.

    @rule(who=workers, n=numbers, level=st.integers(1, 4), reason=reasons)
    def somebody_sets_the_level(self, who: int, n: int, level: int, reason: str) -> None:
        self._types(who, f"/muc {self._card(n).code} {level} {reason}")

    @rule(
        who=anybody,
        n=numbers,
        m=numbers,
        what=st.sampled_from(("dong", "baogia", "chuyen", "gop", "tach", "molai", "molai", "phananh", "bo", "chung")),
        unit=units,
        reason=reasons,
    )
    def somebody_regroups(self, who: int, n: int, m: int, what: str, unit: str, reason: str) -> None:
        code, other = self._card(n).code, self._card(m).code
        if what in ("dong", "baogia", "chuyen") and m % 3:
            return
        if what == "molai":
            code = self._incident(n, "closed", "dismissed", "handed_over")["id"]
        if what == "gop" and n % 2:
            responding = [i for i in self.tables.incidents.values() if i["state"] in OPEN and i["code"] != code]
            other = responding[m % len(responding)]["code"] if responding else other
        tail = {
            "dong": reason,
            "baogia": reason,
            "chuyen": f"{unit} {reason}",
            "gop": other,
            "tach": f"{1 + m % 3}",
            "molai": reason,
            "phananh": unit,
            "bo": f"bo {unit}",
            "chung": unit,
        }[what]
        self._types(who, f"/{'phananh' if what == 'bo' else what} {code} {tail}")

    @rule(who=workers, n=numbers, what=st.sampled_from(("dong", "dong", "baogia", "chuyen")))
    def a_case_is_ended_by_mistake(self, who: int, n: int, what: str) -> None:
        """And opened again, at once or by somebody later."""
        incident = self._incident(n, "accepted", "responding")
        tail = f"{SCHOOLS} nhầm" if what == "chuyen" else "nhầm"
        self._types(who, f"/{what} {incident['code']} {tail}")
        if n % 4:
            self._types(who, f"/molai {incident['id']} đóng nhầm")

    @rule(
        who=st.sampled_from((104, 104, 110, 102, 103)),
        n=numbers,
        whom=st.sampled_from(("truc", "pho", "phap", "gddt", "phat")),
        end=st.sampled_from(("2h", "30p", "", "900h")),
    )
    def the_head_authorises(self, who: int, n: int, whom: str, end: str) -> None:
        self._types(who, f"/uyquyen {self._card(n).code} {whom} 12/GUQ-UBND {end}")

    @rule(who=st.sampled_from((104, 102)), n=numbers)
    def the_head_takes_an_authorisation_back(self, who: int, n: int) -> None:
        given = sorted(self.tables.authorisations.values(), key=lambda row: str(row["id"]))
        if given:
            row = given[n % len(given)]
            self._types(who, f"/thuuyquyen {row['incident_id']} {row['person']}")

    @rule(who=st.sampled_from(("truc", "pho", "phap", "gddt")), n=numbers)
    def whoever_was_authorised_approves(self, who: str, n: int) -> None:
        given = [row for row in self.tables.authorisations.values() if row["person"] == who]
        if given:
            row = self.tables.versions(given[n % len(given)]["incident_id"])[-1]
            card = Card(row["incident_id"], "", row["version"], row["sha256"])
            self._act(self._account(who), self._press(Action.APPROVE, card, card.digest))

    # Publishing: its turn comes, it has troubles, people look whether it appeared.

    @rule(outlet=st.sampled_from(("square", "square", "newsroom")), trouble=st.sampled_from(TROUBLES), n=numbers)
    def deliveries_have_their_turn(self, outlet: str, trouble: str, n: int) -> None:
        """At once, or later: then the trouble waits for whoever is next."""
        self.world.troubles[outlet] = trouble
        if n % 3:
            self._step(self.world.deliver())

    @rule(n=numbers, who=anybody, what=st.sampled_from(BETWEEN))
    def something_comes_between_approval_and_publication(self, n: int, who: int, what: str) -> None:
        card = self._approve_lawfully(n)
        code = card.code
        forms = {
            "stop": "/dungcongbo khẩn",
            "level": f"/muc {code} {1 + n % 4} đổi ý",
            "close": f"/dong {code} xong",
            "merge": f"/gop {code} {self._card(n + 4).code}",
            "hold": f"/chung {code} {HEALTH}",
            "playbook": f"/camnang {code} food-poisoning",
            "fact": f"/dulieu {code} place phường Mỏ Bạc {n % 9}",
            "return": f"/tra {code} chưa được",
            "follow up": f"/dinhchinh {code} Sai một số.",
        }
        if what == "edit":
            self._act(who, c.Edit(card.incident_id, card.version, f"Sửa sau khi duyệt {n % 50}."))
        elif what == "alert":
            incident = self.tables.incidents[card.incident_id]
            titled = next(m for m, title in MATTERS.items() if title == incident["title"])
            self._step(self.world.alert(titled, drill=bool(incident["drill"]), factor=12.0, hint=None))
        elif what == "release":
            self._act(who, self._press(Action.RELEASE, card, card.digest))
        else:
            self._types(who, forms[what])
        self._step(self.world.deliver())

    @rule(who=workers, n=numbers, appeared=st.booleans())
    def somebody_looks_whether_it_appeared(self, who: int, n: int, appeared: bool) -> None:
        asked = self.world.asked_about
        if not asked:
            return
        about = asked[-1 - n % min(3, len(asked))]
        card = Card(about.incident_id, "", about.version, "")
        action = Action.DELIVERY_YES if appeared else Action.DELIVERY_NO
        self._act(who, self._press(action, card, delivery_arg(about.outlet, about.attempt)))

    @rule(who=anybody, first=workers, second=workers, reason=reasons, n=numbers)
    def the_emergency_stop(self, who: int, first: int, second: int, reason: str, n: int) -> None:
        if self.tables.stopped or n % 5 == 0:
            for one in (first, second):
                self._types(one, "/mocongbo")
        elif n % 5 == 1:
            self._types(who, f"/dungcongbo {reason}".strip())

    # Time, power, people who leave.

    @rule(minutes=st.sampled_from((1, 5, 15, 40, 90, 240, -60)))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(minutes=minutes, seconds=11)
        if minutes < 0:
            Office.tally["clock set back", ""] += 1
        self._step(self.world.sweep())

    @rule(moments=st.integers(0, 8))
    def the_power_fails(self, moments: int) -> None:
        """At once and in good order, or at one of the next moments at which something is half done."""
        if moments:
            self.world.journal.kill_after = moments
        else:
            self._step(self.world.restart())

    @rule(person=st.sampled_from((MOI, YTE, None, TRUC, PHAT, "pho", "chu")))
    def somebody_leaves(self, person: str | None) -> None:
        """For good, the role revoked; or only from the chat, and then perhaps comes back."""
        if person in (MOI, YTE):
            self.world.ended.setdefault(str(person), self.world.now)
        elif person is None:
            self.world.away.clear()
        else:
            self.world.away ^= {person}
        self._step(self.world.sweep())

    @rule(who=st.sampled_from((102, 104, 105)), helper=workers, fresh=st.booleans())
    def a_phone_is_replaced(self, who: int, helper: int, fresh: bool) -> None:
        person = ACCOUNTS[who]
        begun = self._act(who, c.EnrolFactor())
        if begun is None or begun.reason is not Reason.FACTOR_BEGUN:
            return
        self.world.learn_secret(person, begun)
        self._types(helper, f"/totp {begun.values['pairing']}")
        self._types(who, f"/totp {self.world.code(f'{person}/new' if fresh else person)}")

    # Two at once: whoever is second finds what the first has done.

    @rule(
        first=speakers,
        second=anybody,
        n=numbers,
        what=st.sampled_from(("edit", "level", "approve", "stop", "close", "return", "accuse", "playbook")),
    )
    def an_act_races_an_approval(self, first: int, second: int, n: int, what: str) -> None:
        card = self._card(n)
        approval = c.Approve(card.incident_id, card.version, card.digest, self._code(first))
        others: dict[str, c.Command] = {
            "edit": c.Edit(card.incident_id, card.version, f"Sửa cùng lúc {n % 50}."),
            "level": c.SetLevel(card.incident_id, 4),
            "approve": c.Approve(card.incident_id, card.version, card.digest, self._code(second)),
            "stop": c.StopPublishing("cùng lúc"),
            "close": c.CloseIncident(card.incident_id, "xong"),
            "return": c.Return(card.incident_id, "chưa được", card.version),
            "accuse": c.MarkAccused(card.incident_id, HEALTH),
            "playbook": c.ChoosePlaybook(card.incident_id, "food-poisoning"),
        }
        self.world.clock.advance(seconds=CLOSE_TOGETHER)
        acts = [self.world.act(first, approval), self.world.act(second, others[what])]
        if n % 2:
            acts.reverse()

        async def at_once() -> None:
            with yielding():
                await asyncio.gather(*(self.world.carry_out(act) for act in acts))

        self.world.journal.kill_after = None  # a process that dies takes both along; that is played elsewhere
        self._step(at_once())

    def check_invariants(self, *args: Any, **kwargs: Any) -> None:
        """The promises are checked inside each step, act by act; here steps are counted."""
        Office.steps += 1


@contextlib.contextmanager
def office_open(folder: Path) -> Iterator[type[Office]]:
    """The machine's class with a template database and an event loop, for as long as it is played."""
    with same_thread(), asyncio.Runner() as runner:
        Office.runner, Office.folder = runner, folder
        Office.template = Template(folder / "template")
        runner.run(Office.template.enrol())
        yield Office


__all__ = ["PUBLIC", "SECOND_ACCOUNT", "Office", "office_open"]
