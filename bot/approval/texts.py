"""The further texts of a version: English, a post, thirty seconds, a loudspeaker. Asked for, written, dropped, shown.

Each change makes a new version: one hash stands for all texts, and who approves them was shown each of them whole.
"""

from __future__ import annotations

from dataclasses import replace

from bot.approval import linting, standing, versions
from bot.approval.desk import Desk
from bot.approval.fact_slots import playbook_of
from bot.approval.plain import plain
from bot.approval.refusals import refuse
from bot.approval.text_names import ALL, text_key, text_name
from bot.approval.untranslated import told as vietnamese_left
from bot.drafting.aloud import unread_abbreviations
from bot.drafting.limits import limit_of
from bot.model.commands import AddText, AskTexts, AskTextWords, DropText, ShowTexts, WriteText
from bot.model.incident import Incident
from bot.model.outcome import Outcome, Reading
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, Author, StatementVersion
from bot.model.statement_templates import FULL_VI, TEXT_KEYS
from bot.store import readings
from bot.store.database import Tx


async def ask_texts(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskTexts) -> Outcome:
    """Show which texts the version carries and which it may carry besides."""
    current = await standing.current(tx, incident)
    refused = await standing.change_refusal(tx, desk, person, incident, current.version)
    if refused is not None:
        return refused
    playbook = playbook_of(desk, incident)
    there = [key for key in TEXT_KEYS if key != FULL_VI and playbook.template(current.kind, key) is not None]
    return standing.done(
        Reason.ASK_TEXTS,
        incident,
        current,
        carried=" ".join(key for key in TEXT_KEYS if key in current.texts),
        offered=" ".join(key for key in there if key not in current.texts),
    )


async def add_text(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AddText) -> Outcome:
    """Make one text more from the facts. Whoever asks for it has written nothing: at level 4 they may still approve."""
    current = await standing.current(tx, incident)
    key = text_key(command.key)
    refused = await _refusal(tx, desk, person, incident, current, command.version, key)
    if refused is not None or person is None or key is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    text = await _made_beside(tx, desk, incident, current, key)
    if limit_of(key).length(text) > limit_of(key).most:
        return refuse(Reason.TEXT_FORM_TOO_LONG, incident, current, **_too_long(key, limit_of(key).length(text)))
    if current.author is Author.TEMPLATE:  # every text anew, so that all of them are of one hour and the same facts
        await standing.withdraw_queued(tx, desk, incident, current)
        new = await versions.draft(tx, desk, incident, by=current.created_by, keys={*current.texts, key})
    else:
        new = await _replaced(tx, desk, incident, current, {**current.texts, key: text}, current.created_by)
    return _added(desk, Reason.TEXT_ADDED, incident, new, key, person)


async def ask_text_words(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskTextWords
) -> Outcome:
    """Ask for one text in a person's own words."""
    current = await standing.current(tx, incident)
    key = text_key(command.key)
    refused = await _refusal(tx, desk, person, incident, current, command.version, key)
    if refused is not None or key is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    return standing.done(Reason.ASK_TEXT_WORDS, incident, current, arg=key, text_name=text_name(key))


async def write_text(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: WriteText) -> Outcome:
    """A person's own words become one text of the version, literally; the others stay."""
    current = await standing.current(tx, incident)
    key = text_key(command.key)
    refused = await _refusal(tx, desk, person, incident, current, command.version, key)
    if refused is not None or person is None or key is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    text, limit = plain(command.text), limit_of(key)
    if not text:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if limit.length(text) > limit.most:
        return refuse(Reason.TEXT_FORM_TOO_LONG, incident, current, **_too_long(key, limit.length(text)))
    if current.texts.get(key) == text:
        return refuse(Reason.TEXT_UNCHANGED, incident, current)
    if linting.bears_a_mark_of_secrecy(text):
        return refuse(Reason.MARKED_SECRET, incident, current)
    new = await _replaced(tx, desk, incident, current, {**current.texts, key: text}, person.id, author=Author.PERSON)
    return _added(desk, Reason.TEXT_WRITTEN, incident, new, key, person)


async def drop_text(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: DropText) -> Outcome:
    """The version carries one text less."""
    current = await standing.current(tx, incident)
    key = text_key(command.key)
    refused = await _refusal(tx, desk, person, incident, current, command.version, key)
    if refused is not None or person is None or key is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if key not in current.texts:
        return refuse(Reason.NO_SUCH_TEXT_THERE, incident, current, text_name=text_name(key))
    left = {other: text for other, text in current.texts.items() if other != key}
    new = await _replaced(tx, desk, incident, current, left, current.created_by)
    return standing.done(Reason.TEXT_DROPPED, incident, new, text_name=text_name(key), by=person.name)


async def show_texts(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowTexts) -> Outcome:
    """Show one text, or all of them, whole; whoever was shown all has read them."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current, key = await standing.current(tx, incident), text_key(command.key)
    if key is None:
        return refuse(Reason.UNKNOWN_TEXT, incident, current, text=command.key[:40])
    if key != ALL and key not in current.texts:
        return refuse(Reason.NO_SUCH_TEXT_THERE, incident, current, text_name=text_name(key))
    shown = [k for k in TEXT_KEYS if k in current.texts] if key == ALL else [key]
    told = standing.done(Reason.TEXTS_SHOWN, incident, current, texts=" ".join(shown))
    return replace(told, reading=_reading(person, current)) if key == ALL else told


def asking_about(desk: Desk, outcome: Outcome, person: Person, current: StatementVersion) -> Outcome:
    """The question with the texts that must be shown whole before it; the question itself has the full text.

    They count as read when they have arrived, which the channel knows.
    """
    further = [key for key in TEXT_KEYS if key in current.texts and key != FULL_VI]
    values = {**outcome.values, "texts": " ".join(further)} | vietnamese_left(desk, current.texts)
    return replace(outcome, values=values, reading=_reading(person, current) if further else None)


async def unread(tx: Tx, desk: Desk, person: Person, incident: Incident, current: StatementVersion) -> Outcome | None:
    """Why these words may not be decided upon by this person yet: a text of them has not reached them whole."""
    if set(current.texts) == {FULL_VI} or desk.shows_every_text or desk.looking:
        return None
    if await readings.has_read(tx, _reading(person, current)):
        return None
    return refuse(Reason.TEXTS_NOT_SHOWN, incident, current)


def _reading(person: Person, current: StatementVersion) -> Reading:
    return Reading(current.incident_id, current.version, person.id, current.sha256)


async def _made_beside(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion, key: str) -> str:
    """A text beside a full text that a person wrote: from the facts, and as of the hour, of that text."""
    reason = current.reason or "" if current.kind in versions.TAKES_A_REASON else ""
    ground = next((g for g in desk.grounds if reason.startswith(g.basis)), None)
    context = await versions.draft_context(
        tx,
        desk,
        incident,
        current.facts,
        current.promises_at or desk.now,
        current.kind,
        current.refers_to,
        issued_at=current.created_at,
        reason=reason.removeprefix(f"{ground.basis}: ") if ground else reason,
        ground=ground,
    )
    return versions.draft_texts(desk, incident, current.kind, current.facts, context, {key})[key]


async def _replaced(
    tx: Tx,
    desk: Desk,
    incident: Incident,
    current: StatementVersion,
    texts: dict[str, str],
    by: str,
    author: Author | None = None,
) -> StatementVersion:
    """The same statement with other texts beside its full one, as a new version."""
    await standing.withdraw_queued(tx, desk, incident, current)
    return await versions.add(
        tx,
        desk,
        incident,
        texts,
        author or current.author,
        by,
        current.reason if current.kind in versions.TAKES_A_REASON else None,
        promises_at=current.promises_at,
        facts=current.facts or None,
    )


async def _refusal(
    tx: Tx,
    desk: Desk,
    person: Person | None,
    incident: Incident,
    current: StatementVersion,
    version: int | None,
    key: str | None,
) -> Outcome | None:
    refused = await standing.change_refusal(tx, desk, person, incident, version or current.version)
    if refused is not None:
        return refused
    if key is None or key in (ALL, FULL_VI) or playbook_of(desk, incident).template(current.kind, key) is None:
        return refuse(Reason.UNKNOWN_TEXT, incident, current, text=key or "?")
    return None if current.state in APPROVABLE else refuse(Reason.NOT_APPROVABLE, incident, current)


def _added(desk: Desk, reason: Reason, incident: Incident, new: StatementVersion, key: str, person: Person) -> Outcome:
    text, limit = new.texts[key], limit_of(key)
    unreadable = unread_abbreviations(text) if key in ("vi/spoken", "vi/loudspeaker") else ()
    return standing.done(
        reason,
        incident,
        new,
        by=person.name,
        text_name=text_name(key),
        texts=key,
        length=str(limit.length(text)),
        aim=str(limit.aim),
        beyond="1" if limit.length(text) > limit.aim else "",
        unread=", ".join(unreadable),
        **vietnamese_left(desk, {key: text}),
    )


def _too_long(key: str, length: int) -> dict[str, str]:
    return {"text_name": text_name(key), "length": str(length), "limit": str(limit_of(key).most)}
