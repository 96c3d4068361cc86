"""Acts upon curves and topics: look at what came after a statement, at what a sensitivity would alert, and choose one.

How easily a topic alerts is chosen by a person, always; what people called false only leads to a proposal.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.curves.bending import bends_of
from bot.curves.sensitivity import ORDER, lately, would_have_alerted
from bot.curves.words import after_lines, curve_words
from bot.detection.tuning import Sensitivity
from bot.locale import text
from bot.model.commands import ListTopics, PreviewTopic, SetSensitivity, ShowCurve
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import counts, incidents, topic_matters
from bot.store.counts import DOCUMENTS, Stream, Topic
from bot.store.database import Tx

SHOWN: Final = 30
"""Topics of a list in chat; ``keng topics list`` shows all."""

TYPED: Final = MappingProxyType(
    {"it": Sensitivity.FEW, "vua": Sensitivity.BALANCED, "nhieu": Sensitivity.MANY}
    | {sensitivity.value: sensitivity for sensitivity in Sensitivity}
)
"""How a sensitivity is typed, in Latin letters without diacritics."""


async def show_curve(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowCurve) -> Outcome:
    """The curve of a matter in words, a line a fact; the channel puts the picture beside it."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    words = await curve_words(tx, incident.id, desk.now)
    if words is None:
        return refuse(Reason.NO_CURVE, incident)
    after = await bends_of(tx, incident.id)
    values = {"code": incident.code, "topic": words.topic}
    for lang in LANGUAGES:
        lines = [*([words.why.in_(lang)] if words.why else []), words.outlook.in_(lang)]
        lines += after_lines(after, lang) or [text(lang, "curve.after.none")]
        values[f"lines_{lang}"] = "\n".join(lines)
    return Outcome(Reason.CURVE_SHOWN, incident_id=incident.id, values=values)


async def list_topics(tx: Tx, desk: Desk, person: Person, command: ListTopics) -> Outcome:
    """The topics that are counted, each with its number and sensitivity."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    found = await counts.all_topics(tx)
    values = {"count": str(len(found))}
    for lang in LANGUAGES:
        lines = (
            f"{topic.id} · {title(desk, topic, stream)} · {sensitivity_name(topic.sensitivity, lang)} · {stream.feed}"
            for topic, stream in found[:SHOWN]
        )
        values[f"lines_{lang}"] = "\n".join(lines)
    return Outcome(Reason.TOPICS_LISTED, values=values)


async def preview_topic(tx: Tx, desk: Desk, person: Person, command: PreviewTopic) -> Outcome:
    """What a topic's alerts came to in four weeks, and what each sensitivity would have alerted."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    found = await _found(tx, command.topic)
    if found is None:
        return refuse(Reason.UNKNOWN_TOPIC, topic=command.topic[:40])
    topic, stream = found
    seen = await lately(tx, topic, desk.now)
    would = await would_have_alerted(tx, topic, stream, desk.now, roughly=True)
    values = {
        "topic": title(desk, topic, stream),
        "number": str(topic.id),
        "matters": str(seen.matters),
        "false": str(seen.false_alarms),
    }
    for lang in LANGUAGES:
        values[f"now_{lang}"] = sensitivity_name(topic.sensitivity, lang)
        lines = [text(lang, "topic.no_preview")]
        if would is not None:
            lines = [
                text(lang, "topic.would", name=sensitivity_name(one, lang), count=str(len(would[one]))) for one in ORDER
            ]
        values[f"lines_{lang}"] = "\n".join(lines)
    return Outcome(Reason.TOPIC_PREVIEWED, values=values)


async def set_sensitivity(tx: Tx, desk: Desk, person: Person, command: SetSensitivity) -> Outcome:
    """Choose how easily a topic alerts, from the next bin on."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    found = await _found(tx, command.topic)
    if found is None:
        return refuse(Reason.UNKNOWN_TOPIC, topic=command.topic[:40])
    chosen = TYPED.get(command.sensitivity)
    if chosen is None:
        return refuse(Reason.UNKNOWN_SENSITIVITY, sensitivity=command.sensitivity[:40])
    topic, stream = found
    await counts.set_sensitivity(tx, topic.id, chosen.value)
    values = {"topic": title(desk, topic, stream), "number": str(topic.id), "before": topic.sensitivity}
    values |= {f"now_{lang}": sensitivity_name(chosen.value, lang) for lang in LANGUAGES}
    return Outcome(Reason.SENSITIVITY_SET, values=values)


def title(desk: Desk, topic: Topic, stream: Stream) -> str:
    """What people call a topic: documents are counted by playbook, and called by its name."""
    playbook = desk.playbooks.get(topic.name) if stream.kind == DOCUMENTS else None
    return topic.name if playbook is None else playbook.name.vi


def sensitivity_name(sensitivity: str, lang: str) -> str:
    """A sensitivity in words, with how it is typed."""
    return text(lang, f"sensitivity.{sensitivity}")


async def _found(tx: Tx, ref: str) -> tuple[Topic, Stream] | None:
    """The topic of that number, or of the matter of that code."""
    topic_id = int(ref) if ref.isascii() and ref.isdecimal() and len(ref) < 10 else None
    topic = None if topic_id is None else await counts.topic(tx, topic_id)
    if topic is None:
        incident = await incidents.find(tx, ref)
        of_matter = None if incident is None else await topic_matters.topic_of(tx, incident.id)
        topic = None if of_matter is None else await counts.topic(tx, of_matter)
    stream = None if topic is None else await counts.stream(tx, topic.stream_id)
    return None if topic is None or stream is None or counts.is_forgotten(topic) else (topic, stream)
