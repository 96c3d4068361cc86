"""A small office for tests: a spokesperson, a head, a deputy, a duty officer, and somebody from outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.approval.desk import Desk
from bot.approval.gate_file import load_gates
from bot.approval.sealing import Seal
from bot.model.commands import Act, Actor, Command
from bot.model.gate import GateMatrix
from bot.model.law import LawBook, LevelTarget, Rule
from bot.model.person import Agency, Assignment, Organisation, Person, Role
from bot.model.playbook import UNCLASSIFIED, Bilingual, Playbook
from bot.playbooks import default_playbooks_folder, load_playbooks

PHAT, CHU, PHO, TRUC, KHACH = 102, 104, 103, 101, 999
AGENCY = Agency(
    "Ủy ban nhân dân tỉnh Thượng Giang",
    "People's Committee of Thuong Giang province",
    "https://thuonggiang.example.vn",
    "Văn phòng",
    "Office",
    "0200 000 000",
)


def person(number: int, name: str, *assignments: Assignment) -> Person:
    return Person(f"p{number}", name, "Chức danh", "van-phong-ubnd", assignments, telegram_id=number)


def organisation(*extra: Person) -> Organisation:
    people = (
        person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)),
        person(CHU, "Phạm Văn Chủ", Assignment(Role.HEAD)),
        person(PHO, "Lê Thị Phó", Assignment(Role.DEPUTY)),
        person(TRUC, "Trần Thị Trực", Assignment(Role.DUTY)),
    )
    replaced = {p.id for p in extra}
    return Organisation(AGENCY, (), tuple(p for p in people if p.id not in replaced) + extra)


LAW = LawBook(
    version="test",
    verified_by_lawyer=False,
    rules=(Rule("PN_24H_SU_KIEN", "NĐ 244/2026 Đ7.3", "24 giờ", "24 hours", "accepted_at", timedelta(hours=24)),),
    targets=tuple(
        LevelTarget(n, f"Mức {n}", f"Level {n}", timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
        for n in (1, 2, 3, 4)
    ),
)

GATES, GROUNDS = load_gates(default_playbooks_folder() / "law")
SEAL = Seal(b"s" * 32)
BOARD = "http://127.0.0.1:8080/board"

PLAYBOOKS: dict[str, Playbook] = dict(load_playbooks(default_playbooks_folder()))


def desk(
    now: datetime,
    people: Organisation | None = None,
    outlets: tuple[str, ...] = ("newsroom",),
    gates: GateMatrix = GATES,
) -> Desk:
    return Desk(now, people or organisation(), PLAYBOOKS, LAW, outlets, gates, GROUNDS, SEAL, board_url=BOARD)


def act(who: int, command: Command, key: str = "tg:1") -> Act:
    return Act(key, Actor("telegram", who), command)


NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
__all__ = ["LAW", "NIGHT", "PLAYBOOKS", "UNCLASSIFIED", "Bilingual", "act", "desk", "organisation", "person"]
