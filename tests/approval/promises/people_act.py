"""What people do with the words: presses and typed acts of all kinds, by anybody, on any card; and the lawful way."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.channels.telegram.buttons import Action
from bot.model import commands as c
from bot.model.reasons import Reason
from tests.approval.promises.cast import (
    BY_ID,
    HEALTH,
    OFFICE,
    SCHOOLS,
)
from tests.approval.promises.stage import (
    BARE,
    CHECKED_BY_A_LAWYER,
    TYPED,
    Card,
    Stage,
    anybody,
    numbers,
    playbooks,
    reasons,
    speakers,
    workers,
)
from tests.approval.promises.tables import words_sha256
from tests.approval.promises.world import BLOCKED


class PeopleAct(Stage):
    """Rules about the words."""

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
        others = [other for other in self.cards if other.words != card.words]
        among = [other for other in others if other.incident_id == card.incident_id or m % 2] or others
        other = among[m // 2 % len(among)] if among else card
        who = self._speaker(incident, n)
        if incident["playbook"] in CHECKED_BY_A_LAWYER:
            self._act(103, self._press(Action.LEGAL_CHECK_SURE, card))
        if typed:
            self._types(who, f"/duyet {card.code} {other.approval} {self._code(who)}")
        else:
            self._act(who, self._press(Action.APPROVE, card, other.digest))

    # The lawful way, so that it is gone often.

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
        if unit == HEALTH:  # whose own head would be one to make the legal check
            self._act(110, c.LegalCheck(incident["id"], row["version"]))

    @rule(who=workers, n=numbers)
    def a_unit_is_accused_when_it_has_approved(self, who: int, n: int) -> None:
        incident = self._waiting(n)
        self._act(self._speaker(incident, 0), c.ShowTexts(incident["id"], "het"))
        card = self._approve_lawfully(3 * n, incident=incident)
        approver = BY_ID.get(self.tables.statements[card.incident_id, card.version]["approved_by"] or "")
        if approver is not None and (approver.unit != OFFICE or n % 4 == 0):
            self._types(who, f"/phananh {card.code} {approver.unit}")
        self._step(self.world.deliver())

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

    @rule(
        n=numbers,
        what=st.sampled_from(
            ("gap", "blocked", "own check", "own words", "used code", "wrong code", "old card", "unseen")
        ),
    )
    def something_forbids_an_approval_and_it_is_tried(self, n: int, what: str) -> None:
        incident = self._waiting(n)
        who, ref = self._speaker(incident, n), str(incident["id"])
        card = self._latest(ref)
        code = self._code(who)
        if what == "own check":
            who = 104
            self._act(who, self._press(Action.LEGAL_CHECK_SURE, card))
        elif what in ("own words", "used code", "wrong code"):
            self._act(101, c.SetLevel(ref, 4))
        if what in ("used code", "wrong code"):
            self._read_by_somebody_else(card)
        if what == "used code":
            self._act(who, c.Approve(ref, card.version, card.digest, code))
        if what == "wrong code":
            code = self._code(who, 5)
        if what == "unseen":
            self._types(101, f"/bienthe {ref} {('ngan', 'loa', 'en')[n % 3]}")
        if what in ("gap", "blocked", "own words", "used code", "old card"):
            mark = {
                "gap": " [CẦN BỔ SUNG: số người]",
                "blocked": f" Do {BLOCKED.replace('x', chr(0x200B) + 'x')}.",
            }.get(what, "")
            editor = who if what == "own words" else 101
            self._act(editor, c.Edit(ref, card.version, f"Bản viết lại {n % 50}.{mark}"))
        if what != "old card":
            card = self._latest(ref)
        if what in ("own words", "used code"):
            self._read_by_somebody_else(card)
        self._act(who, c.Approve(ref, card.version, card.digest, code))

    @rule(who=st.sampled_from((103, 107, 104, 102)), n=numbers)
    def somebody_checks_the_law(self, who: int, n: int) -> None:
        needing = [
            row
            for row in (self.tables.versions(i["id"])[-1] for i in self.tables.incidents.values() if i["open"])
            if row["playbook"] in CHECKED_BY_A_LAWYER and row["state"] in ("draft", "submitted")
        ]
        card = self._card(n)
        if needing:
            row = needing[n % len(needing)]
            card = Card(row["incident_id"], "", row["version"], row["sha256"])
        self._act(who, self._press(Action.LEGAL_CHECK_SURE, card))

    # Words change.

    @rule(
        who=anybody,
        n=numbers,
        text=st.sampled_from(
            ("Bản mới {n}.", "Bản\u200b mới {n}.", "{old}\u200b.", "{old}", "", "Còn [CẦN BỔ SUNG: số người] {n}")
        ),
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

    @rule(
        who=speakers,
        n=numbers,
        kind=st.sampled_from(("capnhat", "dinhchinh", "thaythe", "thuhoi", "thuhoi", "thuhoi", "ketthuc")),
    )
    def somebody_follows_up(self, who: int, n: int, kind: str) -> None:
        incident = self._incident(n, "responding")
        said = self._types(who, f"/{kind} {incident['code']} Nội dung tiếp theo {n % 50}.")
        if n % 2 and said is not None and not said.refused:  # and what is written goes on its way at once
            self._approve_lawfully(n, incident=self.tables.incidents[incident["id"]])
            self._step(self.world.deliver())
