"""What is said beside the card: questions with their buttons, prompts for words, help, lists, plain answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.channels.telegram.buttons import Action, MakeButton, delivery_arg
from bot.channels.telegram.menu import MENU
from bot.channels.telegram.render import (
    Keyboard,
    Piece,
    Rendered,
    bold,
    button,
    copyable,
    join,
    mention,
    one,
    shorten,
    words,
)
from bot.locale import has, text
from bot.locale.phrases import waiting_words
from bot.model.delivery import DeliveryKey
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.outcome import Outcome
from bot.model.person import SPEAKING_ROLES, Role
from bot.model.playbook import Bilingual

SPEAKERS_ONLY = frozenset({"duyet", "tra", "tuchoi"})
"""Commands that the help shows only to those who may speak for the agency."""

OPENED_HERE = "⟦⟧"
"""Stands where a sealed secret is opened at the moment of sending, so that the outbox never holds it in clear."""

_COLUMNS = 2
_LONG_LIST = 8
_NAME = 40


def sentence(lang: str, outcome: Outcome, user_id: int) -> str:
    """What an outcome says, in one sentence of the catalogue; ``user_id`` is whom a stranger is told to be."""
    values = {name: shorten(value, 300) for name, value in outcome.values.items()} | {"user_id": str(user_id)}
    for name in ("outlet", "state", "kind"):
        if name in values and has(f"{name}.{values[name]}"):
            values[name] = text(lang, f"{name}.{values[name]}")
    if has(f"command.{values.get('verb')}"):
        values["usage"] = text(lang, f"command.{values['verb']}")
    for name in [name for name in values if name.endswith(f"_{lang}")]:  # what is said in either language
        values[name.removesuffix(f"_{lang}")] = values[name]
    if outcome.doubts:
        values["forms"] = answers_to_type(values["code"], outcome.doubts)
    key = f"reason.{outcome.reason.value}"
    if has(f"{key}.{values.get('put')}"):  # the same reason, put as it was come by
        key = f"{key}.{values['put']}"
    if values.get("by") == "" or ("by" not in values and has(f"{key}.by_somebody")):
        key = f"{key}.by_somebody" if has(f"{key}.by_somebody") else key
    return text(lang, key, **values)


def answer(lang: str, outcome: Outcome, user_id: int) -> Rendered:
    """The sentence as a message, with its list."""
    own = [line for line in outcome.values.get(f"lines_{lang}", "").split("\n") if line]
    lines = [words(f"• {shorten(line, 600)}", rank=1) for line in own]
    lines += [words(f"• {shorten(line, 250)}", rank=1) for line in outcome.lines]
    return join([words(sentence(lang, outcome, user_id)), *lines], lang=lang)


def ask_approval(
    lang: str, outcome: Outcome, incident: Incident | None, said: Sequence[Piece], make: MakeButton
) -> Rendered:
    """Show the words that are meant (``said``), and ask; say what still lies between the approval and the public."""
    values, incident_id = outcome.values, outcome.incident_id or ""
    yes = button(
        text(lang, "button.approve_this"), make(Action.APPROVE, incident_id, outcome.version or 0, values["digest"])
    )
    lines = [
        *_matter(lang, incident),
        *said,
        bold(text(lang, "ask.approval.awaits" if values.get("awaits") else "ask.approval", **values)),
        *([bold(text(lang, "ask.approval.old", since=values["old_since"]))] if values.get("old_since") else []),
        *([bold(text(lang, "ask.approval.named", names=values["named"]))] if values.get("named") else []),
        *([bold(text(lang, "ask.approval.promise", at=values["promise_past"]))] if values.get("promise_past") else []),
        *([bold(text(lang, "ask.approval.texts", **values))] if values.get("texts") else []),
        *([bold("⚠ " + text(lang, "texts.vietnamese", **values))] if values.get("vietnamese") else []),
        words(text(lang, "ask.approval.typed.factor" if values.get("factor") else "ask.approval.typed", **values)),
    ]
    return join(lines, [[yes], [cancel(lang, incident_id, make)]], lang=lang)


def ask_for_words(lang: str, outcome: Outcome, person: tuple[int, str], current: str | None) -> Rendered:
    """Ask for a text by a reply; ``person`` (id and name) is who is asked, ``current`` the words to copy and change."""
    key = outcome.reason.value.replace("_", ".", 1)
    values = dict(outcome.values)
    if "kind" in values:
        values["kind"] = text(lang, f"kind.{values['kind']}")
    if "example" in values:
        values["example"] = text(lang, f"{key}.{values['example']}")
    if lang == "en":
        values["question"] = values.get("question_en", values.get("question", ""))
    lines = [mention(person[1], person[0]), bold(text(lang, key, **values))]
    lines += [words(line) for line in values.get(f"lines_{lang}", "").split("\n") if line]
    if current is not None:
        lines.append(copyable(current))
    return join(lines, placeholder=text(lang, f"{key}.placeholder"), lang=lang)


def ask_release(
    lang: str, outcome: Outcome, incident: Incident | None, said: Sequence[Piece], make: MakeButton
) -> Rendered:
    """Show the second person the approved words that are about to leave (``said``), and ask."""
    values, incident_id = outcome.values, outcome.incident_id or ""
    yes = button(
        text(lang, "button.release_this"), make(Action.RELEASE, incident_id, outcome.version or 0, values["digest"])
    )
    lines = [
        *_matter(lang, incident),
        *said,
        bold(text(lang, "ask.release", **values)),
        *([bold(text(lang, "ask.approval.texts", **values))] if values.get("texts") else []),
        *([bold("⚠ " + text(lang, "texts.vietnamese", **values))] if values.get("vietnamese") else []),
        words(text(lang, "ask.release.typed", **values)),
    ]
    return join(lines, [[yes], [cancel(lang, incident_id, make)]], lang=lang)


def second_factor(lang: str, outcome: Outcome) -> Rendered:
    """How to enrol a second factor; the secret itself is put in where it leaves (:data:`OPENED_HERE`)."""
    lines = [
        bold(text(lang, "factor.begun")),
        copyable(OPENED_HERE),
        words(text(lang, "factor.steps", pairing=outcome.values["pairing"])),
        words(text(lang, "factor.care")),
    ]
    return join(lines, lang=lang)


def board_link(lang: str, outcome: Outcome) -> Rendered:
    """A link to the internal board; the address itself is put in where it leaves (:data:`OPENED_HERE`)."""
    lines = [
        bold(text(lang, "board.link.heading")),
        Piece(OPENED_HERE, f'<a href="{OPENED_HERE}">', "</a>"),
        words(text(lang, "board.link.once", minutes=outcome.values["minutes"], hours=outcome.values["hours"])),
        words(text(lang, "board.link.care")),
    ]
    return join(lines, lang=lang)


def ask_playbook(
    lang: str, outcome: Outcome, names: Mapping[str, Bilingual], in_force: str | None, make: MakeButton
) -> Rendered:
    """Show the playbooks to choose from, but for the one in force (``in_force`` None: that one too)."""
    incident_id = outcome.incident_id or ""
    offered = [p for p in outcome.values.get("playbooks", "").split() if p in names and p != in_force]
    keys = [
        button(shorten(names[playbook].in_(lang), _NAME), make(Action.CHOOSE_PLAYBOOK, incident_id, 0, playbook))
        for playbook in offered
    ]
    columns = _COLUMNS if len(keys) > _LONG_LIST else 1
    rows: Keyboard = [keys[start : start + columns] for start in range(0, len(keys), columns)]
    if not outcome.values.get("everything"):
        rows.append([button(text(lang, "button.all_playbooks"), make(Action.ALL_PLAYBOOKS, incident_id, 0, ""))])
    rows.append([cancel(lang, incident_id, make)])
    return one(lang, "ask.playbook", keyboard=rows, code=outcome.values["code"])


def ask_false_alarm(lang: str, outcome: Outcome, incident: Incident | None, make: MakeButton) -> Rendered:
    """Ask once more before an incident is dismissed."""
    incident_id = outcome.incident_id or ""
    sure = button(text(lang, "button.false_alarm_sure"), make(Action.FALSE_ALARM, incident_id, 0, ""))
    rows = [[sure], [cancel(lang, incident_id, make)]]
    asked = words(text(lang, "ask.false_alarm", code=outcome.values["code"]))
    return join([*_matter(lang, incident), asked], rows, lang=lang)


def ask_check(lang: str, outcome: Outcome, incident: Incident | None, make: MakeButton) -> Rendered:
    """Ask who may approve these words whether they check them, which takes the approval from them."""
    incident_id, check = outcome.incident_id or "", outcome.values["check"]
    action = Action.CONTENT_CHECK_SURE if check == GateKind.CONTENT_CHECK.value else Action.LEGAL_CHECK_SURE
    sure = button(text(lang, "button.check_sure"), make(action, incident_id, outcome.version or 0, ""))
    asked = bold(text(lang, "ask.check", **outcome.values))
    typed = words(text(lang, "ask.check.typed", **outcome.values))
    return join([*_matter(lang, incident), asked, typed], [[sure], [cancel(lang, incident_id, make)]], lang=lang)


def ask_whether_it_appeared(lang: str, incident: Incident, delivery: DeliveryKey, make: MakeButton) -> Rendered:
    """Ask people to look whether a doubtful publication is there."""
    arg = delivery_arg(delivery.outlet, delivery.attempt)
    row = [
        button(text(lang, f"button.{label}"), make(action, incident.id, delivery.version, arg))
        for label, action in (("appeared", Action.DELIVERY_YES), ("not_appeared", Action.DELIVERY_NO))
    ]
    outlet = text(lang, f"outlet.{delivery.outlet}") if has(f"outlet.{delivery.outlet}") else delivery.outlet
    asked = text(
        lang, "ask.delivery", code=incident.code, version=str(delivery.version), outlet=outlet, typed=delivery.outlet
    )
    return join([bold(asked)], [row], lang=lang)


def answers_to_type(code: str, doubts: Sequence[DeliveryKey]) -> str:
    """What to type for each doubtful publication; the version is named where its outlet does not tell them apart."""
    outlets = [doubt.outlet for doubt in doubts]
    return "; ".join(
        f"/dadang {code} {doubt.outlet}"
        + (f" ban {doubt.version}" if outlets.count(doubt.outlet) > 1 else "")
        + " co | khong"
        for doubt in doubts
    )


def helped(lang: str, outcome: Outcome, user_id: int) -> Rendered:
    """What this person can do; a stranger is told the number by which they can be enrolled, and nothing else."""
    roles = [Role(role) for role in outcome.values.get("roles", "").split()]
    if not roles:
        return one(lang, "help.stranger", user_id=str(user_id))
    speaks = bool(SPEAKING_ROLES & set(roles))
    held = ", ".join(text(lang, f"role.{role.value}") for role in roles)
    lines: list[Piece] = [words(text(lang, "help.roles", roles=held)), words(text(lang, "help.intro"))]
    for command in MENU:
        if speaks or command not in SPEAKERS_ONLY:
            lines.append(words(f"/{command} – {text(lang, f'command.{command}')}"))
    lines.append(words(text(lang, "help.sample")))
    return join(lines, lang=lang)


def listing(
    lang: str,
    incidents: Sequence[Incident],
    count: str,
    waiting: Mapping[str, RunningClock],
    now: datetime,
    stopped: str = "",
    withheld: Collection[str] = (),
) -> Rendered:
    """The open incidents in the order given, a line each; what is too much for a message goes from the end.

    ``count`` is how many there are, ``waiting`` what waits, by ids. ``stopped`` says that publishing stands still,
    where it does; ``withheld`` are ids whose titles are not shown.
    """
    lines = [bold(f"⛔ {stopped}")] if stopped else []
    if not incidents:
        return join([*lines, words(text(lang, "list.empty"))], lang=lang)
    lines.append(bold(text(lang, "list.heading", count=count)))
    for incident in incidents:
        line = text(
            lang,
            "list.line",
            code=incident.code,
            level=str(incident.level),
            state=" · ".join(
                [
                    text(lang, f"state.{incident.state.value}"),
                    *([waiting_words(waiting[incident.id], now, lang)] if incident.id in waiting else []),
                ]
            ),
            title=text(lang, "board.withheld.title") if incident.id in withheld else shorten(incident.title, 80),
        )
        drill = f"{text(lang, 'list.drill')} " if incident.drill else ""
        lines.append(words(drill + line, rank=1))
    return join(lines, lang=lang)


def _matter(lang: str, incident: Incident | None) -> list[Piece]:
    """Which matter a question is about: codes look alike at night."""
    if incident is None:
        return []
    drill = [bold(text(lang, "card.drill"))] if incident.drill else []
    return [*drill, bold(shorten(incident.title, 120))]


def cancel(lang: str, incident_id: str, make: MakeButton) -> dict[str, str]:
    """The button that changes nothing."""
    return button(text(lang, "button.cancel"), make(Action.CANCEL, incident_id, 0, ""))
