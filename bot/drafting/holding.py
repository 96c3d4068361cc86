"""The holding statement (bản thông tin ban đầu): what is known, what is not, what is being done, when more comes."""

from __future__ import annotations

from collections.abc import Mapping

from bot.drafting.context import Draft, DraftContext
from bot.drafting.stages import draft_statement
from bot.model.fact import Fact
from bot.model.languages import LANGUAGES
from bot.model.playbook import Playbook
from bot.model.statement import StatementKind


def draft_holding(playbook: Playbook, facts: Mapping[str, Fact], context: DraftContext) -> Draft:
    """Fill the playbook's holding statement in every language. Only confirmed facts stand under what is known."""
    return draft_statement(StatementKind.INITIAL, playbook, facts, context, [f"{lang}/full" for lang in LANGUAGES])
