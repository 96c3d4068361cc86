"""Which unit somebody means by what they typed: its id, its name or another name of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model.place import plain
from bot.model.unit import Unit


def unit_meant(units: Iterable[Unit], typed: str) -> Unit | None:
    """The one unit that is meant, without regard to case and diacritics; None where it is none or more than one."""
    known, wanted = tuple(units), plain(typed)
    found = [unit for unit in known if unit.id == typed.strip().lower()]
    found = found or [unit for unit in known if wanted in (plain(unit.name_vi), *map(plain, unit.aliases))]
    return found[0] if len(found) == 1 else None
