"""Drafts: a playbook's template filled with what is confirmed, with everything missing in plain sight. All pure."""

from bot.drafting.context import Draft, DraftContext, Earlier
from bot.drafting.gaps import find_gaps
from bot.drafting.holding import draft_holding
from bot.drafting.stages import draft_statement

__all__ = [
    "Draft",
    "DraftContext",
    "Earlier",
    "draft_holding",
    "draft_statement",
    "find_gaps",
]
