"""What changed between two versions, each of their texts word by word, with characters that nobody sees written out."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import ShowDiff
from bot.model.comparison import ComparedText, Fate, Sign
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement_templates import TEXT_KEYS
from bot.store import statements
from bot.store.database import Tx

KEPT, GONE, NEW = Sign.KEPT, Sign.GONE, Sign.NEW
CONTEXT = 6
"""Words of what stayed the same that are shown on each side of a change."""

_WORDS = re.compile(r"\n|[^\S\n]+|[^\s]+")


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
        compared=compared(found[older].texts, found[newer].texts),
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
        return ComparedText(key, Fate.ADDED, ((NEW, written_out(after or "")),))
    if after is None:
        return ComparedText(key, Fate.DROPPED, ((GONE, written_out(before)),))
    if before == after:
        return ComparedText(key, Fate.SAME)
    return ComparedText(key, Fate.CHANGED, tuple(difference(before, after)))


def difference(older: str, newer: str) -> list[tuple[Sign, str]]:
    """Pieces of text in reading order, each kept, gone or new; long stretches that stayed the same are shortened."""
    before, after = _WORDS.findall(older), _WORDS.findall(newer)
    pieces: list[tuple[Sign, str]] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    steps = matcher.get_opcodes()
    for number, (what, i1, i2, j1, j2) in enumerate(steps):
        if what == "equal":
            pieces.append((KEPT, _shortened(before[i1:i2], first=number == 0, last=number == len(steps) - 1)))
            continue
        if i2 > i1:
            pieces.append((GONE, written_out("".join(before[i1:i2]))))
        if j2 > j1:
            pieces.append((NEW, written_out("".join(after[j1:j2]))))
    return pieces


def written_out(text: str) -> str:
    """The text with every character that leaves no mark on a screen replaced by its name: ``⟨U+200B⟩``."""
    return "".join(f"⟨U+{ord(ch):04X}⟩" if ch != "\n" and unicodedata.category(ch) in _UNSEEN else ch for ch in text)


_UNSEEN = frozenset({"Cf", "Cc", "Cn", "Co", "Zl", "Zp"})


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    """The words next to a change; ``first`` and ``last`` stretches touch one change, those between touch two."""
    room = 2 * CONTEXT
    if len(words) <= 2 * room:
        return "".join(words)
    head = "" if first else "".join(words[:room])
    tail = "" if last else "".join(words[-room:])
    return f"{head} … {tail}"
