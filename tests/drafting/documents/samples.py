"""A version and an office whose papers are made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.drafting.documents import Content, OfficeForm, content_of, load_form
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.statement import Author, StatementState, StatementVersion, canonical, version_sha256
from tests.drafting.holding import AGENCY
from tests.store.samples import NIGHT, an_incident

SAMPLE = Path(__file__).parents[3] / "playbooks" / "organisation" / "sample"
TEXT = (
    "THÔNG TIN BAN ĐẦU (số 1) – 14 giờ 30 ngày 22/11/2026\n\n"
    "Ủy ban nhân dân tỉnh Thượng Giang đã tiếp nhận thông tin về nước máy có mùi dầu.\n\n\n"
    "  Hai dấu cách đầu dòng, một\ttab, <b>& {{ 7*7 }}.\n"
    "Người phát ngôn: Nguyễn Văn Phát, Chánh Văn phòng Ủy ban nhân dân tỉnh."
)
PHAT = Person("phat", "TS. Nguyễn Văn Phát", "Chánh Văn phòng, Người phát ngôn", "van-phong-ubnd", ())
SIGNED_AT = datetime(2026, 2, 5, 1, 30, tzinfo=UTC)


def a_version(text: str = TEXT, **changed: Any) -> StatementVersion:
    """Approved words, unless something else is asked for."""
    texts = {"vi/full": canonical(text)}
    version = StatementVersion(
        incident_id="i",
        version=3,
        state=StatementState.APPROVED,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.PERSON,
        created_at=NIGHT,
        created_by="truc",
        playbook="water-contamination",
        approved_at=SIGNED_AT,
        approved_by="phat",
    )
    return replace(version, **changed)


def a_form(**changed: Any) -> OfficeForm:
    return replace(load_form(SAMPLE, AGENCY), **changed)


def content(
    version: StatementVersion | None = None, form: OfficeForm | None = None, incident: Incident | None = None
) -> Content:
    return content_of(incident or an_incident(), version or a_version(), form or a_form(), PHAT)
