"""What was said under a mark of secrecy and refused is kept nowhere: not in the record, and in no checkpoint either."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from bot.approval import linting
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.reasons import Reason

_NAMES_A_MATTER = "ref"


def told_as_secret(act: c.Act, outcome: Outcome) -> Outcome:
    """The same refusal, as one of a secret where something in the act bears a mark.

    Words that came too late, or too many of them, are refused for that before anybody looks for a mark; whoever
    receives the outcome forgets what was said only where it says why.
    """
    if not outcome.refused or outcome.reason in (Reason.MARKED_SECRET, Reason.NOT_ENROLLED):
        return outcome
    is_secret = any(linting.bears_a_mark_of_secrecy(said) for said in _said(act.command).values())
    return replace(outcome, reason=Reason.MARKED_SECRET) if is_secret else outcome


def as_it_may_be_kept(act: c.Act, outcome: Outcome) -> c.Act:
    """The act as the workflow's checkpoint may hold it: of a secret only that something was said."""
    if outcome.reason is not Reason.MARKED_SECRET:
        return act
    nothing: dict[str, Any] = dict.fromkeys(_said(act.command), "")
    return replace(act, command=replace(act.command, **nothing))


def _said(command: c.Command) -> dict[str, str]:
    values = {field.name: getattr(command, field.name) for field in fields(command)}
    return {name: said for name, said in values.items() if isinstance(said, str) and name != _NAMES_A_MATTER}
