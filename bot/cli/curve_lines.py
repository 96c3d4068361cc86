"""A matter's curve for `keng incidents show`: as JSON for programs, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.cli.operator import present


async def curve_json(tx: Any, incident_id: str) -> dict[str, Any] | None:
    """Topic, why it was alerted, where it is heading, and what came after each statement; None without a topic."""
    from bot.curves.bending import bends_of
    from bot.curves.words import curve_words
    from bot.detection.forecast import NoForecast
    from bot.locale.curve import bend_sentence, outlook_sentence

    words = await curve_words(tx, incident_id, present())
    if words is None:
        return None
    after = []
    for one in await bends_of(tx, incident_id):
        bent, line = one.bend, {"version": one.version, "published_at": one.at}
        if isinstance(bent, NoForecast):
            after.append(line | {"none": bent.value, "said": outlook_sentence(bent, "en")})
        else:
            after.append(line | asdict(bent) | {"said": bend_sentence(bent, "en")})
    return {
        "topic": words.topic,
        "why": None if words.why is None else words.why.en,
        "outlook": words.outlook.en,
        "after_statements": after,
    }


def curve_lines(curve: dict[str, Any] | None) -> Iterator[str]:
    """The same to read."""
    if curve is None:
        return
    yield f"counted as: {curve['topic']}"
    for key in ("why", "outlook"):
        if curve[key]:
            yield f"  {curve[key]}"
    for one in curve["after_statements"]:
        yield f"  v{one['version']} ({one['published_at']:%Y-%m-%d %H:%M}Z): {one['said']}"
