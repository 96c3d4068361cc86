"""What is said for the acts behind *Việc khác*: choices with their buttons, differences, what the head is told."""

from __future__ import annotations

from types import MappingProxyType

from bot.channels.telegram.buttons import Action, MakeButton
from bot.channels.telegram.render import (
    Keyboard,
    Piece,
    Rendered,
    bold,
    button,
    join,
    one,
    shorten,
    words,
)
from bot.channels.telegram.render_dialog import cancel, sentence
from bot.locale import text
from bot.model.incident import Incident
from bot.model.outcome import Outcome

MORE = MappingProxyType(
    {
        "submit": Action.SUBMIT,
        "refuse": Action.ASK_REFUSE,
        "ask_authorisation": Action.ASK_AUTHORISATION,
        "authorise": Action.ASK_AUTHORISE,
        "diff": Action.DIFF,
        "ask_fact": Action.ASK_FACT,
        "ask_level": Action.ASK_LEVEL,
        "ask_mute": Action.ASK_MUTE,
        "ask_split": Action.ASK_SPLIT,
        "ask_texts": Action.ASK_TEXTS,
        "draft_refusal": Action.DRAFT_REFUSAL,
        **{
            f"follow_up_{kind}": Action.FOLLOW_UP
            for kind in ("update", "correction", "supersession", "retraction", "closing")
        },
    }
)
"""The acts behind *Việc khác*, by the names that the decision gives them."""

_COLUMNS = 2


def ask_more(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """What else can be done, a button each."""
    incident_id, version = outcome.incident_id or "", outcome.version or 0
    keys = [
        button(text(lang, f"button.{name}"), make(MORE[name], incident_id, version, _argument(name)))
        for name in outcome.values["options"].split()
    ]
    rows: Keyboard = [keys[start : start + _COLUMNS] for start in range(0, len(keys), _COLUMNS)]
    return one(lang, "ask.more", keyboard=[*rows, [cancel(lang, incident_id, make)]], code=outcome.values["code"])


def _argument(name: str) -> str:
    return name.removeprefix("follow_up_") if name.startswith("follow_up_") else ""


def offer_follow_ups(lang: str, incident: Incident, version: int, make: MakeButton) -> Rendered:
    """What may follow words that are in public: the two frequent acts, and the rest behind *Việc khác*."""
    first = [
        button(text(lang, f"button.follow_up_{kind}"), make(Action.FOLLOW_UP, incident.id, version, kind))
        for kind in ("update", "correction")
    ]
    more = button(text(lang, "button.more"), make(Action.MORE, incident.id, version, ""))
    return one(lang, "offer.follow_ups", keyboard=[first, [more]], code=incident.code, version=str(version))


def ask_refuse(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """Show the grounds on which information may be refused, one button each."""
    incident_id, version = outcome.incident_id or "", outcome.version or 0
    rows: Keyboard = []
    lines: list[Piece] = [bold(text(lang, "ask.refuse", **outcome.values))]
    for letter, short, whole in (line.split("\t") for line in outcome.values[f"grounds_{lang}"].split("\n")):
        lines.append(words(f"{letter}) {whole}"))
        rows.append([button(shorten(short, 60), make(Action.REFUSE_GROUND, incident_id, version, letter))])
    return join(lines, [*rows, [cancel(lang, incident_id, make)]], lang=lang)


def authorised(lang: str, outcome: Outcome, user_id: int, *, reached: bool) -> Rendered:
    """What the head is told: who may speak now, and whom else to think of when that person cannot be reached."""
    lines: list[Piece] = [words(sentence(lang, outcome, user_id))]
    if not reached:
        lines.append(bold("⚠ " + text(lang, "authorised.unreachable", person=outcome.values["person"])))
        if outcome.values.get("others"):
            lines.append(words(text(lang, "authorised.others", names=outcome.values["others"])))
    return join(lines, lang=lang)


def ask_delegate(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """Whom the head may authorise, a button each."""
    incident_id = outcome.incident_id or ""
    offered = [line.split("\t") for line in outcome.values["delegates"].split("\n") if line]
    rows: Keyboard = [
        [
            button(
                text(lang, "button.authorise_person", name=shorten(name, 30)),
                make(Action.ASK_AUTHORISE, incident_id, 0, one_of),
            )
        ]
        for one_of, name in offered
    ]
    return one(lang, "ask.delegate", keyboard=[*rows, [cancel(lang, incident_id, make)]], code=outcome.values["code"])


def ask_level(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """The levels to choose from."""
    incident_id = outcome.incident_id or ""
    keys = [
        button(text(lang, "button.level", level=level), make(Action.LEVEL, incident_id, int(level), ""))
        for level in outcome.values["options"].split()
    ]
    return one(lang, "ask.level", keyboard=[keys, [cancel(lang, incident_id, make)]], **outcome.values)
