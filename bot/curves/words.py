"""What a card says of its topic, in both languages, from what is committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.curves.bending import After
from bot.curves.kept import from_json
from bot.detection.forecast import Forecast, NoForecast
from bot.detection.outlook import HOURS, outlook
from bot.detection.tuning import DAY
from bot.detection.watch import Kind
from bot.locale import local_time, text
from bot.locale.curve import bend_sentence, outlook_sentence, why_sentence
from bot.model.card import CurveWords
from bot.model.languages import LANGUAGES
from bot.model.playbook import Bilingual
from bot.store import counts, curves, topic_matters
from bot.store.curves import ALERT, KeptSignal
from bot.store.database import Tx

_LATELY: Final = timedelta(days=7)
_STALE: Final = timedelta(hours=HOURS)
"""After so long "the next hours" of a forecast are over."""


async def curve_words(tx: Tx, incident_id: str, now: datetime) -> CurveWords | None:
    """Why the detector spoke last of an incident's topic, and where it is heading; None where it has no topic."""
    topic_id = await topic_matters.topic_of(tx, incident_id)
    topic = None if topic_id is None else await counts.topic(tx, topic_id)
    stream = None if topic is None else await counts.stream(tx, topic.stream_id)
    if topic is None or stream is None or counts.is_forgotten(topic):
        return None
    said = await curves.signals(tx, topic.id, int((now - _LATELY).timestamp()))
    why = _why(said)
    kept = await curves.outlook(tx, topic.id)
    found: Forecast | NoForecast = NoForecast.NOT_ENOUGH_HISTORY if kept is None else from_json(kept.forecast)
    if kept is not None and isinstance(found, Forecast) and now.timestamp() - kept.at > _STALE.total_seconds():
        found = NoForecast.STALE
    ahead = found if isinstance(found, NoForecast) else outlook(found, 0.0 if kept is None else kept.recent)
    return CurveWords(
        topic=topic.name,
        why=Bilingual(*(" ".join(why_sentence(one, stream.seconds, now, lang) for one in why) for lang in LANGUAGES))
        if why
        else None,
        outlook=Bilingual(*(outlook_sentence(ahead, lang) for lang in LANGUAGES)),
    )


def after_lines(after: Sequence[After], lang: str) -> list[str]:
    """What came after each published version, a sentence each, with the word that this proves no cause."""
    lines = []
    for one in after:
        bent = one.bend
        said = outlook_sentence(bent, lang) if isinstance(bent, NoForecast) else bend_sentence(bent, lang)
        lines.append(text(lang, "curve.after", version=str(one.version), at=local_time(one.at, lang), said=said))
    return lines


def _why(said: list[KeptSignal]) -> list[KeptSignal]:
    """The latest alert about volume, and the latest about feelings, where they are of the same day."""
    alerted = [one for one in said if one.became == ALERT]
    latest = alerted[-1].at if alerted else 0
    shift = [one for one in alerted if one.kind == Kind.SENTIMENT_SHIFT.value]
    volume = [one for one in alerted if one.kind != Kind.SENTIMENT_SHIFT.value]
    return [part[-1] for part in (volume, shift) if part and latest - part[-1].at < DAY]
