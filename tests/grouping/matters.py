"""Alerts about tap water that smells of oil, and an incident of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.grouping import Kept, absorb
from bot.model.alert import Alert, Location
from tests.grouping.readings import direction, heard

WATER, FIRE, RUMOUR = "water-contamination", "fire-explosion", "fake-news"
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
SONG_THUONG, SUOI_VANG = Location(text="phường Sông Thượng"), Location(text="xã Suối Vàng")


def alert(title: str = "Nước máy có mùi dầu, dân không dám nấu ăn", **fields: object) -> Alert:
    return replace(Alert(id="a", feed="default", title=title, received_at=NOW), **fields)


def incident(
    first: Alert | None = None, playbook: str = WATER, degrees: float = 0, name: str = "i1"
) -> tuple[str, Kept]:
    return name, absorb(None, heard(first or alert(), playbook, direction(degrees)))
