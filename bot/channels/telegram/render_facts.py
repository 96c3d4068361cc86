"""Facts on the phone: the list with its buttons, and the second press that confirms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.channels.telegram.buttons import Action, MakeButton
from bot.channels.telegram.render import Keyboard, Piece, Rendered, bold, button, join, shorten, words
from bot.channels.telegram.render_dialog import cancel
from bot.locale import local_time, text
from bot.model.fact import FactState
from bot.model.outcome import Outcome

_MARKS = {FactState.CONFIRMED: "✔", FactState.UNCONFIRMED: "❔", FactState.UNKNOWN: "❓"}


def ask_fact(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """Every fact with what is known of it; a button for each that nobody has confirmed, one to ask the units."""
    incident_id = outcome.incident_id or ""
    rows: Keyboard = []
    english = lang == "en"
    for slot, name_vi, name_en, check in _table(outcome, "held"):
        label = text(lang, "button.confirm_slot", name=shorten(name_en if english else name_vi, 40))
        rows.append([button(label, make(Action.CONFIRM_HELD, incident_id, int(check), slot))])
    open_slots = [(slot, name_en if english else name_vi) for slot, name_vi, name_en in _table(outcome, "slots")]
    rows += [[button(shorten(name, 60), make(Action.ASK_FACT, incident_id, 0, slot))] for slot, name in open_slots]
    if open_slots:
        rows.append([button(text(lang, "button.ask_units"), make(Action.ASK_UNITS, incident_id, 0, ""))])
    key = "ask.fact" if open_slots else "ask.fact.none"
    heading = bold(text(lang, key, code=outcome.values["code"]))
    typed = [words(text(lang, "ask.fact.typed", code=outcome.values["code"]))] if open_slots else []
    return join([heading, *_lines(lang, outcome), *typed], [*rows, [cancel(lang, incident_id, make)]], lang=lang)


def ask_fact_confirmed(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """The answer as it was kept, and whether it may count as confirmed."""
    values, incident_id = dict(outcome.values), outcome.incident_id or ""
    yes = make(Action.CONFIRM_HELD, incident_id, int(values["check"]), values["slot"])
    rows: Keyboard = [[button(text(lang, "button.fact_confirmed"), yes)]]
    rows.append([button(text(lang, "button.fact_unconfirmed"), make(Action.CANCEL, incident_id, 0, ""))])
    shown = {name: shorten(value, 300) for name, value in values.items()}
    return join([words(text(lang, "ask.fact_confirmed", **shown))], rows, lang=lang)


def _lines(lang: str, outcome: Outcome) -> Iterator[Piece]:
    for number, row in enumerate(_table(outcome, "facts"), 1):
        slot, name_vi, name_en, state, value, by, at, source, unit_vi, unit_en, required = row
        name = name_en if lang == "en" else name_vi
        said = text(lang, "fact.name", number=str(number), name=name, slot=slot)
        if required:
            said += f" {text(lang, 'fact.required')}"
        shown = {"value": shorten(value, 120), "by": by, "unit": unit_en if lang == "en" else unit_vi}
        if at:
            shown["at"] = local_time(datetime.fromisoformat(at), lang)
        said += f" – {text(lang, f'fact.{state}', **shown)}"
        if source:
            said += f" {text(lang, 'fact.source', source=shorten(source, 80))}"
        yield words(f"{_MARKS[FactState(state)]} {said}", rank=2 if state == FactState.UNKNOWN else 3)


def _table(outcome: Outcome, name: str) -> list[list[str]]:
    return [line.split("\t") for line in outcome.values.get(name, "").split("\n") if line]
