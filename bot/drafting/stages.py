"""Drafts of every kind of statement, in every form, from the same facts at the same moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.drafting.briefs import Brief
from bot.drafting.context import Draft, DraftContext
from bot.drafting.stage_blocks import StageBlocks
from bot.model.fact import PLACE, Fact, FactState
from bot.model.playbook import Playbook
from bot.model.statement import StatementKind, canonical
from bot.model.statement_templates import FULL_VI
from bot.playbooks.templates import render

_EMPTY_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def draft_statement(
    kind: StatementKind,
    playbook: Playbook,
    facts: Mapping[str, Fact],
    context: DraftContext,
    keys: Iterable[str] = (FULL_VI,),
) -> Draft:
    """The texts named by ``keys`` (``lang/variant``) of one statement. Only confirmed facts stand under what is known.

    Raises:
        KeyError: there is no such text in this kind of statement.
    """
    confirmed = {slot: fact for slot, fact in facts.items() if fact.state is FactState.CONFIRMED}
    gaps: list[str] = [slot.id for slot in playbook.facts if slot.required and slot.id not in confirmed]
    texts: dict[str, str] = {}
    beyond: list[str] = []
    for key in keys:
        template = playbook.template(kind, key)
        if template is None:
            raise KeyError(key)
        lang, _, variant = key.partition("/")
        blocks = StageBlocks(kind, playbook, confirmed, context, lang)
        if variant == "full":
            texts[key] = paragraphs(render(template, **blocks.values()))
        else:
            brief = Brief(kind, playbook, confirmed, context, lang, variant)
            texts[key] = brief.text(template)
            beyond += [] if brief.fits(texts[key]) else [key]
        if blocks.place_is_missing:
            gaps.append(PLACE)
    return Draft(texts, tuple(dict.fromkeys(gaps)), tuple(beyond))


def paragraphs(text: str) -> str:
    """A text in canonical form, without the blank lines that empty paragraphs leave."""
    return canonical(_EMPTY_PARAGRAPHS.sub("\n\n", text).strip("\n"))
