"""What was said under a mark of secrecy is kept nowhere: not in the record, and in no checkpoint either.

Words that are the matter of an act are refused with it. A reason is not: the act is carried out without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bot.approval.linting import bears_a_mark_of_secrecy as _bears_a_mark
from bot.locale import text
from bot.model import commands as c
from bot.model.languages import LANGUAGES
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason

_REASONS = frozenset({"reason", "why"})
_NAMES_A_MATTER = "ref"
_OF_OURS = frozenset({"code", "state", "version", "current_version"})


def unkept() -> str:
    """What is kept in place of such a reason.

    It stands in every language, because it is kept as if it had been typed: cards, pages, letters and the record show
    a reason to each reader as it is, and none of them needs to know this one.
    """
    return " / ".join(text(lang, "unkept.reason") for lang in LANGUAGES)


def without_secret_reasons(act: c.Act) -> c.Act:
    """The act as it is carried out: the same one, unless a reason bears a mark and gives way to :func:`unkept`.

    One word in a reason must keep nobody from stopping, returning or closing. A refusal of information is none of
    these: the press is told its reason, and whoever gives it must see that it cannot be this one.
    """
    if isinstance(act.command, c.Refuse):
        return act
    marked = [name for name, said in _said(act.command).items() if name in _REASONS and _bears_a_mark(said)]
    if not marked:
        return act
    instead: dict[str, Any] = dict.fromkeys(marked, unkept())
    return replace(act, command=replace(act.command, **instead))


def told_what_was_not_kept(outcome: Outcome, person: Person | None) -> Outcome:
    """The outcome of an act whose reason gave way: the person is told so, and that it was no place for it."""
    told = () if person is None else (Notice(person.id, "reason_unkept"),)
    return replace(outcome, unkept=True, notices=(*outcome.notices, *told))


def told_as_secret(act: c.Act, outcome: Outcome) -> Outcome:
    """The same refusal, as one of a secret where something in the act bears a mark.

    Words that came too late, or too many of them, are refused for that before anybody looks for a mark; whoever
    receives the outcome forgets what was said only where it says why.
    """
    if not outcome.refused:
        return outcome
    said = _said(act.command).values()
    if outcome.reason is not Reason.MARKED_SECRET and not any(map(_bears_a_mark, said)):
        return outcome
    ours = _values_of_ours(outcome.values, " ".join(said))
    return replace(outcome, reason=Reason.MARKED_SECRET, values=ours, doubts=())


def is_kept_of(act: c.Act, outcome: Outcome, name: str) -> bool:
    """True when the record may hold this field of the command: of a secret none that somebody typed."""
    return outcome.reason is not Reason.MARKED_SECRET or name not in _said(act.command)


def as_it_may_be_kept(act: c.Act, outcome: Outcome) -> c.Act:
    """The act as the workflow's checkpoint may hold it: of a secret only that something was said."""
    if outcome.reason is not Reason.MARKED_SECRET:
        return act
    nothing: dict[str, Any] = dict.fromkeys(_said(act.command), "")
    return replace(act, command=replace(act.command, **nothing))


def _values_of_ours(values: Mapping[str, str], said: str) -> dict[str, str]:
    """Which matter and version it was. Whatever else a refusal names it may have from what was typed."""
    return {name: value for name, value in values.items() if name in _OF_OURS and value not in said}


def _said(command: c.Command) -> dict[str, str]:
    values = {field.name: getattr(command, field.name) for field in fields(command)}
    return {name: said for name, said in values.items() if isinstance(said, str) and name != _NAMES_A_MATTER}
