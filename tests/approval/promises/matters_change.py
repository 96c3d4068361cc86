"""What people do about a matter: its level, what it becomes, who may speak in it."""

from __future__ import annotations

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.channels.telegram.buttons import Action
from tests.approval.promises.cast import (
    SCHOOLS,
)
from tests.approval.promises.stage import Card, Stage, anybody, numbers, reasons, units, workers
from tests.approval.promises.step import OPEN

REGROUPED_BY = (
    *("dong", "baogia", "chuyen", "gop", "tach", "molai", "molai"),
    *("phananh", "phananh bo", "chung", "chung bo"),
)
"""Verbs, some with the word that takes them back."""


class MattersChange(Stage):
    """Rules about the matter."""

    # The matter changes.

    @rule(who=workers, n=numbers, level=st.integers(1, 4), reason=reasons)
    def somebody_sets_the_level(self, who: int, n: int, level: int, reason: str) -> None:
        self._types(who, f"/muc {self._card(n).code} {level} {reason}")

    @rule(
        who=anybody,
        n=numbers,
        m=numbers,
        what=st.sampled_from(REGROUPED_BY),
        unit=units,
        reason=reasons,
    )
    def somebody_regroups(self, who: int, n: int, m: int, what: str, unit: str, reason: str) -> None:
        code, other = self._card(n).code, self._card(m).code
        if what in ("dong", "baogia", "chuyen") and m % 3:
            return
        if what == "molai":
            code = self._incident(n, "closed", "dismissed", "handed_over")["id"]
        if what == "tach":  # there is something to take apart where several alerts have met
            met = Counter(row["incident_id"] for row in self.tables.alerts.values())
            several = [i for i in self.tables.incidents.values() if i["open"] and met[i["id"]] > 1]
            code = several[n % len(several)]["code"] if several else code
        if what == "gop" and n % 2:
            responding = [i for i in self.tables.incidents.values() if i["state"] in OPEN and i["code"] != code]
            other = responding[m % len(responding)]["code"] if responding else other
        tail = {
            "dong": f"đúng: {reason}",
            "baogia": reason,
            "chuyen": f"{unit} đúng: {reason}",
            "gop": f"{other} đúng",
            "tach": f"{1 + m % 3}",
            "molai": reason,
            "phananh": unit,
            "phananh bo": f"bo {unit}",
            "chung": unit,
            "chung bo": f"bỏ {unit}",
        }[what]
        self._types(who, f"/{what.split()[0]} {code} {tail}")

    @rule(who=workers, n=numbers, what=st.sampled_from(("dong", "dong", "baogia", "chuyen")))
    def a_case_is_ended_by_mistake(self, who: int, n: int, what: str) -> None:
        """And opened again, at once or by somebody later."""
        incident = self._incident(n, "accepted", "responding")
        tail = {"chuyen": f"{SCHOOLS} đúng: nhầm", "dong": "đúng: nhầm"}.get(what, "nhầm")
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
