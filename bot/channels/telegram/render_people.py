"""Messages about people: the duty roster, and what others are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.channels.telegram.buttons import Action
from bot.channels.telegram.render import Keyboard, Piece, Rendered, bold, button, join, shorten, words
from bot.locale import local_time, text
from bot.model.outcome import Notice, ShownShift


class MakeButton(Protocol):
    """(action, id of a request or an incident, argument) → callback data."""

    def __call__(self, action: Action, about: str, arg: str = "") -> str:
        """The data of one button."""
        ...


def roster(lang: str, shifts: Sequence[ShownShift], now: datetime) -> Rendered:
    """Who is on duty now, in bold, and who comes after."""
    lines: list[Piece] = []
    for shift in shifts:
        name = shift.name or text(lang, "duty.nobody")
        why = text(lang, f"duty.{shift.reason.value}", name=shift.instead_of)
        span = text(
            lang, "roster.line", start=local_time(shift.start, lang), end=local_time(shift.end, lang), name=name
        )
        holiday = f" · {shift.holiday}" if shift.holiday else ""
        line = f"{span}{f' ({why})' if why and shift.name else ''}{holiday}"
        lines.append(bold(line) if shift.start <= now < shift.end else words(line, rank=1))
    return join([bold(text(lang, "roster.heading")), *lines, words(text(lang, "roster.how"))], lang=lang)


def _questions(lang: str, told: Notice) -> str:
    """The questions to a unit in the reader's language; a notice of an older release has them in Vietnamese alone."""
    asked = told.values.get("questions", "")
    return told.values.get("questions_en", asked) if lang == "en" else asked


def notice(lang: str, told: Notice, make: MakeButton) -> Rendered:
    """One notice; with buttons where the reader may agree or decline."""
    values = {name: shorten(value, 300) for name, value in told.values.items()}
    for name in [name for name in values if name.endswith(f"_{lang}")]:  # what is said in either language
        values[name.removesuffix(f"_{lang}")] = values[name]
    said, mark = text(lang, f"notice.{told.words}", **values).rstrip(), text(lang, "list.drill")
    if told.drill and mark not in said:
        said = f"{mark} {said}"
    rows: Keyboard = []
    if told.request is not None:
        yes = [button(text(lang, "button.agree"), make(Action.AGREE, told.request))] if told.may_agree else []
        rows = [[*yes, button(text(lang, "button.decline"), make(Action.DECLINE, told.request))]]
    for person_id, name in told.authorise:
        label = text(lang, "button.authorise_person", name=shorten(name, 30))
        rows.append([button(label, make(Action.ASK_AUTHORISE, told.incident_id or "", person_id))])
    questions = [line.split("\t") for line in _questions(lang, told).split("\n") if line]
    for slot, name, _ in questions:
        rows.append([button(shorten(name, 60), make(Action.ASK_FACT, told.incident_id or "", slot))])
    if questions:
        asked = [words(f"{number}. {shorten(question, 250)}") for number, (_, _, question) in enumerate(questions, 1)]
        return join([words(said), *asked], rows, lang=lang)
    return join([words(said)], rows, lang=lang)
