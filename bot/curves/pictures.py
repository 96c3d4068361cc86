"""When a matter's picture is drawn anew: something was alerted, said or turned, or hours have passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.curves.kept import from_json
from bot.detection.forecast import NoForecast
from bot.detection.outlook import outlook
from bot.store import curves, topic_matters
from bot.store.curves import ALERT, Picture
from bot.store.database import Tx

REST: Final = timedelta(minutes=15)
"""What merely turned waits so long after the last picture; an alert and a statement do not."""

HOURS: Final = 3
"""Without anything else a picture is so old at most, while its matter is open."""


async def next_pictures(tx: Tx, now: datetime) -> list[Picture]:
    """The pictures that are due, of all open matters with a topic."""
    found = []
    for incident_id, topic_id in (await topic_matters.topics_of_open(tx)).items():
        before = await curves.picture(tx, incident_id)
        events, turned = await _mark(tx, incident_id, topic_id, now)
        mark = f"{events}|{turned}"
        if before is not None and before.mark == mark:
            continue
        is_event = before is None or before.mark.partition("|")[0] != events
        if before is not None and not is_event and now - before.at < REST:
            continue
        found.append(Picture(incident_id, topic_id, 1 if before is None else before.seq + 1, mark, now))
    return found


async def _mark(tx: Tx, incident_id: str, topic_id: int, now: datetime) -> tuple[str, str]:
    """What has happened, and how it stands; a picture that shows both is up to date."""
    said = await curves.signals(tx, topic_id, int(now.timestamp()) - 3 * 86_400)
    alerted = max((one.at for one in said if one.became == ALERT), default=0)
    published = await curves.published_at(tx, incident_id)
    kept = await curves.outlook(tx, topic_id)
    direction = "none"
    if kept is not None:
        forecast = from_json(kept.forecast)
        ahead = None if isinstance(forecast, NoForecast) else outlook(forecast, kept.recent)
        direction = "none" if ahead is None else ahead.direction.value
    return f"{alerted}:{len(published)}", f"{direction}:{int(now.timestamp()) // (HOURS * 3600)}"
