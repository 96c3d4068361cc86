"""Acts upon silences: look, try, make, agree, end, let go. Each has an end, a reason, an author; a wide one has two."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.silence_preview import Preview, preview
from bot.approval.silence_words import Unclear, describe, read_draft
from bot.grouping.decision import FORGET_AFTER
from bot.locale import local_time
from bot.model.commands import EndSilence, ListSilences, MakeSilence, ReleaseHeld, ShowSilence, TrySilence
from bot.model.enrolment import PeopleRequest, RequestKind
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.silence import Silence, SilenceDraft, SilenceKind, SilencePolicy, SilenceState
from bot.store import people_requests, silenced_alerts, silences
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.silenced_alerts import Held

SHOWN = 15
"""Lines of a list in chat; ``keng silences`` shows all."""

RELEASED_AT_ONCE = 1000
"""Alerts that one act lets go: nobody else waits long for their turn to write."""

JUST_NOW = timedelta(minutes=5)
"""A begin so little in the past is now; one further back is a mistake."""


def fault_in(draft: SilenceDraft, policy: SilencePolicy, now: datetime) -> Reason | None:
    """Why nobody may make this silence, whoever agrees; None when it may be made."""
    starts = draft.starts_at or now
    longest = policy.longest_planned if draft.kind is SilenceKind.PLANNED else policy.longest
    if draft.matcher.is_empty:
        return Reason.SILENCE_MATCHES_ALL
    if draft.ends_at is None:
        return Reason.SILENCE_NEEDS_AN_END
    if draft.ends_at <= now or draft.ends_at <= starts or starts < now - JUST_NOW:
        return Reason.SILENCE_IN_THE_PAST
    if starts > now + policy.ahead:
        return Reason.SILENCE_TOO_FAR_AHEAD
    if draft.ends_at - max(starts, now) > longest:
        return Reason.SILENCE_TOO_LONG
    return None if draft.reason else Reason.SILENCE_NEEDS_A_REASON


async def made_of(tx: Tx, draft: SilenceDraft, found: Preview, author: str, now: datetime) -> Silence:
    """Write a faultless draft down: in force from its begin, or waiting for a second person where it is wide."""
    silence_id = new_id(now)
    silence = Silence(
        id=silence_id,
        code=await silences.free_code(tx, silence_id),
        kind=draft.kind,
        matcher=draft.matcher,
        starts_at=max(draft.starts_at or now, now),
        ends_at=draft.ends_at or now,
        reason=draft.reason,
        author=author,
        made_at=now,
        state=SilenceState.ASKED if found.wide else SilenceState.AGREED,
        why_wide=found.wide,
    )
    await silences.add(tx, silence)
    return silence


async def list_(tx: Tx, desk: Desk, person: Person, command: ListSilences) -> Outcome:
    """What holds, waits and comes; what is over is left out."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    counts = await silenced_alerts.counts(tx)
    standing = [s for s in await silences.listing(tx) if s.state is SilenceState.ASKED or _lives(s, desk.now)]
    lines = tuple(_line(desk, silence, counts.get(silence.id, 0)) for silence in standing[:SHOWN])
    return Outcome(Reason.SILENCES_LISTED, values={"count": str(len(standing))}, lines=lines)


async def show(tx: Tx, desk: Desk, person: Person, command: ShowSilence) -> Outcome:
    """One silence, and the alerts that it holds."""
    silence = await _found(tx, desk, person, command.silence)
    if isinstance(silence, Outcome):
        return silence
    lines = tuple([_held_line(one) for one in await silenced_alerts.held(tx, silence.id, SHOWN)])
    values = _values(desk, silence) | {"count": str(await silenced_alerts.number_held(tx, silence.id))}
    return Outcome(Reason.SILENCE_SHOWN, values=values, lines=lines)


async def try_(tx: Tx, desk: Desk, person: Person, command: TrySilence) -> Outcome:
    """What it would have held last week."""
    draft = _read(desk, person, command.text)
    if isinstance(draft, Outcome):
        return draft
    if draft.matcher.is_empty:
        return refuse(Reason.SILENCE_MATCHES_ALL)
    found = await preview(tx, draft.matcher, desk.organisation, desk.office.silences, desk.now)
    values = {"what": describe(draft.matcher, desk.organisation), **_numbers(found)}
    return Outcome(Reason.SILENCE_PREVIEWED, values=values, lines=found.titles)


async def make(tx: Tx, desk: Desk, person: Person, command: MakeSilence) -> Outcome:
    """Make it. The answer shows what it would have held, and the duty room learns of it; a wide one asks there."""
    draft = _read(desk, person, command.text)
    if isinstance(draft, Outcome):
        return draft
    fault = fault_in(draft, desk.office.silences, desk.now)
    unknown = next((name for name in draft.matcher.playbooks if name not in desk.playbooks), None)
    if fault is None and unknown is not None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, playbook=unknown)
    if fault is not None:
        planned = draft.kind is SilenceKind.PLANNED
        longest = desk.office.silences.longest_planned if planned else desk.office.silences.longest
        return refuse(fault, days=f"{longest.total_seconds() / 86400:g}")
    found = await preview(tx, draft.matcher, desk.organisation, desk.office.silences, desk.now)
    silence = await made_of(tx, draft, found, person.id, desk.now)
    await silences.announced(tx, silence.id, desk.now)
    values = _values(desk, silence) | _numbers(found)
    if silence.state is SilenceState.AGREED:
        told = Notice(DUTY_ROOM, "silence_made", values)
        return Outcome(Reason.SILENCE_MADE, values=values, lines=found.titles, notices=(told,))
    request = await ask_second(tx, silence, desk.now)
    values |= {"request": request.code}
    asking = Notice(DUTY_ROOM, f"silence_asked.{found.wide}", values, request=request.id)
    return Outcome(Reason.SILENCE_ASKED, values=values, lines=found.titles, notices=(asking,))


async def ask_second(tx: Tx, silence: Silence, now: datetime) -> PeopleRequest:
    """The question that a wide silence waits upon."""
    return await people_requests.ask(tx, RequestKind.SILENCE, silence.id, {"silence": silence.id}, now)


async def decide(tx: Tx, desk: Desk, person: Person, request: PeopleRequest, *, agree: bool) -> Outcome:
    """A second person agrees or declines; nobody agrees to their own, and none while nobody can tell who is who."""
    silence = await _found(tx, desk, person, request.content["silence"])
    if isinstance(silence, Outcome):
        return silence
    if agree and desk.organisation.fault is not None:
        return refuse(Reason.ORGANISATION_UNREADABLE)
    if agree and person.id == silence.author:
        return refuse(Reason.SECOND_PERSON_NEEDED)
    state = SilenceState.AGREED if agree else SilenceState.DECLINED
    if silence.ends_at <= desk.now or not await silences.decide(tx, silence.id, state, person.id, desk.now):
        return refuse(Reason.SILENCE_NOT_IN_FORCE, code=silence.code)
    await people_requests.decide(tx, request.id, person.id, desk.now, agreed=agree)
    reason = Reason.SILENCE_AGREED if agree else Reason.SILENCE_DECLINED
    values = _values(desk, silence) | {"by": person.name}
    return Outcome(reason, values=values, notices=(Notice(DUTY_ROOM, reason.value, values),))


async def end(tx: Tx, desk: Desk, person: Person, command: EndSilence) -> Outcome:
    """End it now. Anybody at work may: an alert too many costs less than one too few."""
    silence = await _found(tx, desk, person, command.silence)
    if isinstance(silence, Outcome):
        return silence
    if not await silences.end(tx, silence.id, person.id, desk.now):
        return refuse(Reason.SILENCE_NOT_IN_FORCE, code=silence.code)
    values = _values(desk, silence) | {"by": person.name}
    return Outcome(Reason.SILENCE_ENDED, values=values, notices=(Notice(DUTY_ROOM, "silence_ended", values),))


async def release(tx: Tx, desk: Desk, person: Person, command: ReleaseHeld) -> Outcome:
    """Let go what would still belong to an open matter; older alerts stay where they are, and can be read.

    Very many go in portions, the oldest first, and the answer says how many are left.
    """
    silence = await _found(tx, desk, person, command.silence)
    if isinstance(silence, Outcome):
        return silence
    count = await let_go(tx, silence, person.id, desk.now)
    if not count:
        return refuse(Reason.NOTHING_HELD, code=silence.code)
    left = await silenced_alerts.number_fresh(tx, silence.id, fresh_since(desk.now))
    reason = Reason.HELD_RELEASED_IN_PART if left else Reason.HELD_RELEASED
    values = {"code": silence.code, "count": str(count), "left": str(left), "by": person.name}
    return Outcome(reason, values=values)


async def let_go(tx: Tx, silence: Silence, by: str, now: datetime) -> int:
    """Let a portion of what is still fresh go, in the order in which it came. Returns how many; 0: nothing is left."""
    ids = await silenced_alerts.fresh(tx, silence.id, fresh_since(now), RELEASED_AT_ONCE)
    return await silenced_alerts.release(tx, silence.id, ids, by, now)


def fresh_since(now: datetime) -> datetime:
    """A matter that was spoken of since then would still be open: it is within grouping's memory."""
    return now - FORGET_AFTER


def _read(desk: Desk, person: Person, text: str) -> SilenceDraft | Outcome:
    """What was typed as a draft, or why it is none."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    draft = read_draft(text, desk.organisation, desk.now)
    return refuse(Reason.SILENCE_UNCLEAR, what=draft.what) if isinstance(draft, Unclear) else draft


async def _found(tx: Tx, desk: Desk, person: Person, ref: str) -> Silence | Outcome:
    """The silence that was named, or why the person is not shown it."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    return await silences.find(tx, ref) or refuse(Reason.UNKNOWN_SILENCE, code=ref[:16])


def _lives(silence: Silence, now: datetime) -> bool:
    return silence.state is SilenceState.AGREED and now < silence.ends_at


def _values(desk: Desk, silence: Silence) -> dict[str, str]:
    return {
        "code": silence.code,
        "what": describe(silence.matcher, desk.organisation),
        "why": silence.reason,
        "starts": local_time(silence.starts_at),
        "until": local_time(silence.ends_at),
        "by": desk.name_of(silence.author),
    }


def _numbers(found: Preview) -> dict[str, str]:
    about = "≈" if found.estimated else ""
    return {
        "alerts": f"{about}{found.alerts}",
        "cases": f"{about}{found.cases}",
        "through": f"{about}{found.through}",
    }


def _line(desk: Desk, silence: Silence, held: int) -> str:
    values = _values(desk, silence)
    mark = "⏳" if silence.state is SilenceState.ASKED else "🔇" if silence.starts_at <= desk.now else "📅"
    span = values["until"] if silence.starts_at <= desk.now else f"{values['starts']} → {values['until']}"
    return f"{mark} {silence.code} · {values['what']} · {span} · ({held}) · {values['by']}: {silence.reason}"


def _held_line(held: Held) -> str:
    gone = "↪ " if held.released_at is not None else ""
    return f"{gone}{local_time(held.at)} · {held.stored.alert.title}"
