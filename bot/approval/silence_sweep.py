"""What befalls silences without an act in chat: they run out, wait in vain, or are made at the server. Told once."""

from __future__ import annotations

from bot.approval.desk import Desk
from bot.approval.silence_words import describe
from bot.approval.silences import ask_second, fresh_since
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.enrolment import REQUEST_LASTS
from bot.model.silence import Silence, SilenceState
from bot.model.telling import Telling, Value, Word
from bot.store import audit, silenced_alerts, silences
from bot.store.database import Tx

SHOWN_TITLES = 5


async def is_due(tx: Tx, desk: Desk) -> bool:
    """True when :func:`follow` has anything to do."""
    listed = await silences.unannounced(tx) or await silences.over_and_untold(tx, desk.now)
    return bool(listed) or await silences.waits_in_vain(tx, desk.now - REQUEST_LASTS, desk.now)


async def follow(tx: Tx, desk: Desk) -> list[Telling]:
    """What the duty room is told of silences now; it is written down as told in the same transaction."""
    told = []
    for silence in await silences.unannounced(tx):
        if await silences.announced(tx, silence.id, desk.now):
            told.append(await _announce(tx, desk, silence))
    if await silences.expire(tx, desk.now - REQUEST_LASTS, desk.now):
        await audit.append(tx, AuditEvent("silences_waited_in_vain", SYSTEM, desk.now))
    for silence in await silences.over_and_untold(tx, desk.now):
        if await silences.end_told(tx, silence.id):
            telling = await _ended(tx, desk, silence)
            told += [telling] if telling is not None else []
    return told


async def _announce(tx: Tx, desk: Desk, silence: Silence) -> Telling:
    values = _values(desk, silence)
    if silence.state is not SilenceState.ASKED:
        return Telling(f"silence_made:{silence.id}", desk.now, word=Word.SILENCE_MADE, values=values)
    request = await ask_second(tx, silence, desk.now)
    key = f"silence_asked:{silence.id}"
    return Telling(key, desk.now, word=Word.SILENCE_ASKED, values=values, request=request.id)


async def _ended(tx: Tx, desk: Desk, silence: Silence) -> Telling | None:
    """One word for everything that it held; none where it held nothing."""
    held = await silenced_alerts.number_held(tx, silence.id, let_go_too=True)
    fresh = await silenced_alerts.number_fresh(tx, silence.id, fresh_since(desk.now))
    details = {"silence": silence.code, "held": held, "fresh": fresh}
    await audit.append(tx, AuditEvent("silence_over", SYSTEM, desk.now, details=details))
    if not held:
        return None
    values = _values(desk, silence) | {"held": float(held), "fresh": float(fresh)}
    titles = tuple(await silenced_alerts.fresh_titles(tx, silence.id, fresh_since(desk.now), SHOWN_TITLES))
    key = f"silence_ended:{silence.id}"
    return Telling(key, desk.now, word=Word.SILENCE_ENDED, values=values, lines=titles)


def _values(desk: Desk, silence: Silence) -> dict[str, Value]:
    return {
        "code": silence.code,
        "what": describe(silence.matcher, desk.organisation),
        "why": silence.reason,
        "by": desk.name_of(silence.author),
        "starts": silence.starts_at,
        "until": silence.ends_at,
    }
