"""Acts that end a case, or that nobody takes back, are asked about once more; what was shown binds the answer."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.locale import duration, local_time, text
from bot.model.commands import CloseIncident, HandOver, MarkImpact, Merge
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, PUBLIC, StatementKind, StatementState, StatementVersion
from bot.store import statements
from bot.store.database import Tx

DIGEST_LENGTH = 8
"""Characters of the hash of what a question showed: they stand in its button."""

_NOT_OUT_YET = APPROVABLE | {StatementState.APPROVED, StatementState.RETURNED}


def asked(
    reason: Reason,
    incident: Incident,
    command: CloseIncident | HandOver | MarkImpact | Merge,
    values: Mapping[str, str],
    *facts: object,
) -> Outcome | None:
    """The question before an act, where one is due; None where the act may be carried out.

    Args:
        reason: which question.
        incident: what it is about.
        command: the act. It asks by itself, or it answers a question: then what that one showed must still be so.
        values: what the question names besides.
        facts: what the person is shown and decides upon.
    """
    shown = "\x00".join(map(str, (reason.value, incident.id, incident.title, *facts)))
    digest = sha256(shown.encode()).hexdigest()[:DIGEST_LENGTH]
    if not command.asks and command.shown in ("", digest):
        return None
    known = {"code": incident.code, "title": incident.title, "digest": digest}
    return Outcome(reason, incident_id=incident.id, values=known | dict(values))


def words_void(current: StatementVersion) -> dict[str, str]:
    """What a question says of words that are not in public yet, where the act makes them void."""
    if current.state in PUBLIC:
        return {}
    version = str(current.version)
    return {f"lines_{lang}": text(lang, "once_more.words_void", version=version) for lang in LANGUAGES}


async def still_open(tx: Tx, desk: Desk, incident: Incident) -> tuple[str, dict[str, str]] | None:
    """What would be left undone if the case were closed now: a mark of it, and its words; None where nothing is.

    Where the public was told something, that are words that were to follow: a correction that waits for its approval.

    The limits of the law are met by the first words in public, in a drill by the first approval; so while one runs
    nothing was said.
    """
    standing = await read_standing(tx, desk, incident)
    if (standing.approved_at if standing.drill else standing.published_at) is not None:
        return await _words_left(tx, incident)
    limits = [
        clock
        for clock in clocks_of(await policy_of(tx, desk, incident), standing)
        if clock.is_law and clock.met_at is None and not clock.provisional
    ]
    first = min(limits, key=lambda clock: clock.due_at, default=None)
    kind = "drill" if standing.drill else "unsaid"
    if first is None:
        return kind, {f"open_{lang}": text(lang, f"once_more.{kind}") for lang in LANGUAGES}
    late = "late" if first.due_at < desk.now else "left"
    hours = f"{(first.due_at - first.started_at).total_seconds() / 3600:g}"
    words = {}
    for lang in LANGUAGES:
        left = text(lang, f"once_more.limit.{late}", hours=hours, left=duration(lang, first.due_at - desk.now))
        words[f"open_{lang}"] = f"{text(lang, f'once_more.{kind}')}; {left}"
    return f"{kind}:{late}:{first.rule}", words


async def _words_left(tx: Tx, incident: Incident) -> tuple[str, dict[str, str]] | None:
    current = await statements.current(tx, incident.id)
    if current is None or current.kind is StatementKind.INITIAL or current.state not in _NOT_OUT_YET:
        return None
    words = {}
    for lang in LANGUAGES:
        kind = text(lang, f"kind.{current.kind.value}")
        words[f"open_{lang}"] = text(lang, "once_more.left", version=str(current.version), kind=kind)
    return f"left:{current.version}:{current.state.value}", words


async def promise_left(tx: Tx, desk: Desk, incident: Incident) -> dict[str, str]:
    """What is said of an hour that the public was promised: nobody is reminded of it any more."""
    promised = (await read_standing(tx, desk, incident)).promised_at
    if promised is None or promised <= desk.now:
        return {}
    return {
        f"lines_{lang}": text(lang, "closed.promise", at=local_time(promised, lang), code=incident.code)
        for lang in LANGUAGES
    }
