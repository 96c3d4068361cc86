"""The holding statement (bản thông tin ban đầu): what is known, what is not, what is being done, when more comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.drafting.blocks import Blocks
from bot.model.fact import PLACE, Fact, FactState
from bot.model.person import Agency
from bot.model.playbook import LANGUAGES, Playbook
from bot.model.statement import canonical
from bot.playbooks.templates import names_in, render


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What a draft needs beside playbook and facts. Instants are aware; they are shown in Asia/Ho_Chi_Minh.

    ``number`` counts the statements of one incident from 1. ``place`` is as confirmed or as reported, else None.
    """

    agency: Agency
    number: int
    issued_at: datetime
    as_of: datetime
    next_update_at: datetime
    place: str | None = None
    spokesperson_name: str | None = None
    spokesperson_title: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. ``texts`` are canonical, by ``lang/variant``; ``gaps`` are ids of required slots still to be filled."""

    texts: Mapping[str, str]
    gaps: tuple[str, ...]


def draft_holding(playbook: Playbook, facts: Mapping[str, Fact], context: DraftContext) -> Draft:
    """Fill the playbook's holding statement in every language. Only confirmed facts stand under what is known."""
    confirmed = {slot: fact for slot, fact in facts.items() if fact.state is FactState.CONFIRMED}
    texts: dict[str, str] = {}
    gaps: list[str] = [slot.id for slot in playbook.facts if slot.required and slot.id not in confirmed]
    for lang in LANGUAGES:
        template = playbook.holding[lang]
        asked = {name for name, _ in names_in(template)}
        blocks = Blocks(playbook, confirmed, context, lang, names_place="where" in asked)
        texts[f"{lang}/full"] = canonical(render(template, **blocks.values()))
        if blocks.place_is_missing:
            gaps.append(PLACE)
    return Draft(texts, tuple(dict.fromkeys(gaps)))
