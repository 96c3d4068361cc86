"""What happens to the office: networks, power, clocks, people who leave, and two who act at once."""

from __future__ import annotations

import asyncio

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.channels.telegram.buttons import Action, delivery_arg
from bot.model import commands as c
from bot.model.reasons import Reason
from tests.approval.promises.cast import (
    ACCOUNTS,
    HEALTH,
    MOI,
    PHAT,
    TRUC,
    YTE,
)
from tests.approval.promises.same_thread import yielding
from tests.approval.promises.stage import (
    BETWEEN,
    CLOSE_TOGETHER,
    TROUBLES,
    Card,
    Stage,
    anybody,
    numbers,
    reasons,
    speakers,
    workers,
)
from tests.approval.promises.world import MATTERS


class ThingsHappen(Stage):
    """Rules about the world outside."""

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
            "close": f"/dong {code} đúng: xong",
            "merge": f"/gop {code} {self._card(n + 4).code} đúng",
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
            self.tally["clock set back", ""] += 1
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
