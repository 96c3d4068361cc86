"""Cards as values and the buttons on them, for the tests of what is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.channels.telegram.buttons import Action, encode
from bot.model.alert import Source
from bot.model.card import CandidateView, CardView
from bot.model.law import RunningClock
from bot.model.playbook import Bilingual
from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from tests.approval.office import NIGHT, PLAYBOOKS
from tests.store.samples import an_incident

WORDS = "Ủy ban nhân dân tỉnh đã nhận phản ánh về nước máy có mùi lạ và đang lấy mẫu kiểm tra."

KEY = b"k" * 32


def make(action: Action, incident_id: str, version: int, arg: str) -> str:
    """A button, signed."""
    return encode(action, incident_id, version, arg, key=KEY)


def a_version(text: str = WORDS, **fields: Any) -> StatementVersion:
    texts = {"vi/full": text}
    made = StatementVersion(
        incident_id="0" * 32,
        version=2,
        state=StatementState.DRAFT,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.TEMPLATE,
        created_at=NIGHT,
        created_by="system",
        playbook="water-contamination",
    )
    return replace(made, **fields)


def a_clock(**fields: Any) -> RunningClock:
    made = RunningClock(
        "PN_24H_SU_KIEN",
        "NĐ 244/2026 Đ7.3",
        NIGHT,
        NIGHT + timedelta(hours=24),
        provisional=True,
        starts_at="accepted_at",
    )
    return replace(made, **fields)


def a_view(**fields: Any) -> CardView:
    playbook = PLAYBOOKS["water-contamination"]
    incident = fields.pop("incident", None) or an_incident(**fields.pop("incident_fields", {}))
    made = CardView(
        incident=incident,
        as_of=NIGHT + timedelta(minutes=18),
        playbook_name=playbook.name,
        confidence=0.87,
        candidates=(
            CandidateView("water-contamination", playbook.name, 0.87, ("mùi dầu", "nước máy")),
            CandidateView("environmental-pollution", PLAYBOOKS["environmental-pollution"].name, 0.09, ("ô nhiễm",)),
            CandidateView("epidemic", PLAYBOOKS["epidemic"].name, 0.02, ()),
        ),
        level_name=Bilingual("Nghiêm trọng", "Serious"),
        clocks=(
            RunningClock("approve", "", NIGHT, NIGHT + timedelta(minutes=90), provisional=False),
            a_clock(),
        ),
        sources=(
            Source(url="https://bao.example.vn/nuoc", title="Nước máy có mùi dầu ở phường Sông Thượng", is_press=True),
            Source(url="http://dien-dan.example.vn/1", title="Nhà mình cũng bị"),
        ),
        summary="Nhiều hộ phản ánh.",
        statement=a_version(),
        gaps=(),
        unknown=playbook.facts[:2],
        confirmed=(),
        first_hour=playbook.first_hour,
        lead_name=Bilingual("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
        deliveries=(),
        names={"p101": "Trần Thị Trực", "p102": "Nguyễn Văn Phát"},
    )
    return replace(made, **fields)
