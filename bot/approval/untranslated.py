"""What is still Vietnamese in the English texts of a version, said before the public reads it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.approval.desk import Desk
from bot.drafting.untranslated import vietnamese_words
from bot.model.place import without_kind
from bot.model.statement_templates import TEXT_KEYS

SHOWN = 6
"""So many runs of words are quoted; the others are in the text."""

_RUN = 40


def untranslated(desk: Desk, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Vietnamese words in the English texts, outside the names of people and places that the organisation knows."""
    english = [texts[key] for key in TEXT_KEYS if key in texts and key.startswith("en/")]
    if not english:
        return ()
    organisation = desk.organisation
    names = {person.name for person in organisation.people}
    for place in organisation.places.places:
        names |= {place.name, without_kind(place.name)}
    return tuple(dict.fromkeys(run for text in english for run in vietnamese_words(text, names)))


def told(desk: Desk, texts: Mapping[str, str]) -> dict[str, str]:
    """The same as values of an outcome: the words quoted, and how the text is called where it is written anew."""
    runs = untranslated(desk, texts)
    if not runs:
        return {}
    quoted = ", ".join(f"“{run[:_RUN]}…”" if len(run) > _RUN else f"“{run}”" for run in runs[:SHOWN])
    which = next(key for key in TEXT_KEYS if key in texts and untranslated(desk, {key: texts[key]}))
    return {
        "vietnamese": quoted + (" …" if len(runs) > SHOWN else ""),
        "english_text": "en" if which == "en/full" else "en ngan",
    }
