"""What changed between two versions, each of their texts word by word, with characters that nobody sees written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.drafting.lint.letters import is_hidden
from bot.model.commands import ShowDiff
from bot.model.difference import Change, ComparedText, Fate, Stretch, difference, excerpt
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement_templates import TEXT_KEYS
from bot.store import statements
from bot.store.database import Tx


async def show_diff(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowDiff) -> Outcome:
    """The difference between two versions; without numbers between the last two."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    all_versions = await statements.versions(tx, incident.id)
    newer = command.newer or all_versions[-1].version
    older = command.older or newer - 1
    found = {v.version: v for v in all_versions}
    if older not in found or newer not in found or older == newer:
        return refuse(Reason.NOTHING_TO_COMPARE, incident, all_versions[-1])
    return Outcome(
        Reason.DIFF_SHOWN,
        incident_id=incident.id,
        version=newer,
        values={
            "code": incident.code,
            "older": str(older),
            "newer": str(newer),
            "by": desk.name_of(found[newer].created_by),
        },
        compared=tuple(map(written_out, compared(found[older].texts, found[newer].texts))),
    )


def compared(older: Mapping[str, str], newer: Mapping[str, str]) -> tuple[ComparedText, ...]:
    """Every text that one of the two versions carries, in the order in which texts are shown.

    The hash is of all of them (DESIGN §5): whoever compares two hashes must find here what they differ in.
    """
    keys = [key for key in TEXT_KEYS if key in older or key in newer]
    keys += sorted((older.keys() | newer.keys()) - set(keys))
    return tuple(_compared(key, older.get(key), newer.get(key)) for key in keys)


def _compared(key: str, before: str | None, after: str | None) -> ComparedText:
    if before is None:
        return ComparedText(key, Fate.ADDED, (Stretch(Change.ADDED, after or ""),))
    if after is None:
        return ComparedText(key, Fate.DROPPED, (Stretch(Change.REMOVED, before),))
    if before == after:
        return ComparedText(key, Fate.SAME)
    return ComparedText(key, Fate.CHANGED, excerpt(difference(before, after)))


def written_out(text: ComparedText) -> ComparedText:
    """The same with every character that leaves no mark on a screen replaced by its number: ``⟨U+200B⟩``."""
    return replace(text, pieces=tuple(Stretch(piece.change, _seen(piece.seen)) for piece in text.pieces))


def _seen(words: str) -> str:
    named = (f"⟨U+{ord(c):04X}⟩" if is_hidden(c, before) else c for c, before in zip(words, " " + words, strict=False))
    return "".join(named)
