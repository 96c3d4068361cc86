"""Drafts: a playbook's template filled with what is confirmed, with everything missing in plain sight. All pure."""

from bot.drafting.gaps import find_gaps
from bot.drafting.holding import Draft, DraftContext, draft_holding
from bot.drafting.prefill import facts_from_alert

__all__ = ["Draft", "DraftContext", "draft_holding", "facts_from_alert", "find_gaps"]
