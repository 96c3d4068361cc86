"""A small office and its circumstances for drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from bot.drafting import DraftContext
from bot.model.fact import Fact, FactState
from bot.model.person import Agency
from bot.model.playbook import Playbook
from bot.playbooks import Playbooks, default_playbooks_folder, load_playbooks

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
AGENCY = Agency(
    name_vi="Ủy ban nhân dân tỉnh Thượng Giang",
    name_en="Thuong Giang Provincial People's Committee",
    channel_url="https://thuonggiang.example/thong-cao",
    press_contact_vi="Văn phòng Ủy ban nhân dân tỉnh",
    press_contact_en="Office of the People's Committee",
    press_phone="0200 3000 115",
)
CONTEXT = DraftContext(
    agency=AGENCY,
    number=1,
    issued_at=NOW,
    as_of=NOW,
    next_update_at=NOW + timedelta(hours=4),
    place="phường Sông Thượng",
    spokesperson_name="Nguyễn Văn Phát",
    spokesperson_title="Chánh Văn phòng, Người phát ngôn",
    spokesperson_title_en="Chief of Office, Spokesperson",
)


@cache
def shipped() -> Playbooks:
    return load_playbooks(default_playbooks_folder())


def poisoning(**required: bool) -> Playbook:
    """Food poisoning; a slot named here is required."""
    playbook = shipped()["food-poisoning"]
    slots = tuple(replace(slot, required=required.get(slot.id, slot.required)) for slot in playbook.facts)
    return replace(playbook, facts=slots)


def fact(slot: str, value: str, state: FactState = FactState.CONFIRMED) -> Fact:
    return Fact(slot, state, value, "truc", NOW)
