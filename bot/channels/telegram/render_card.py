"""The card on a phone: short lines, the words to approve whole, buttons that follow from the committed state."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.buttons import Action, MakeButton
from bot.channels.telegram.render import Keyboard, Piece, Rendered, bold, button, join, link, shorten, words
from bot.channels.telegram.render_clocks import clock_lines
from bot.channels.telegram.render_statement import letter_lines, statement_lines
from bot.channels.telegram.render_texts import beside_the_full_one
from bot.locale import local_time, number, short_time, text
from bot.model.card import CandidateView, CardView
from bot.model.gate import GateKind
from bot.model.statement import APPROVABLE, Author, StatementState

MARK_OF_LEVEL = {1: "⚪", 2: "🟡", 3: "🟠", 4: "🔴"}
_FEW = 2
"""Mentions below which a decimal tells something."""

_CHECKS = {
    GateKind.CONTENT_CHECK: ("content_check", Action.CONTENT_CHECK),
    GateKind.LEGAL_CHECK: ("legal_check", Action.LEGAL_CHECK),
    GateKind.JOINT_TEXT: ("agree_jointly", Action.AGREE_JOINTLY),
}


def card(view: CardView, lang: str, make: MakeButton, *, reposted: bool = False) -> Rendered:
    """The whole card. ``reposted`` adds the notice that presses may have been lost."""
    lines = list(_lines(view, lang, reposted))
    return join([*lines, *beside_the_full_one(view, lang, lines)], keyboard(view, lang, make), lang=lang)


def keyboard(view: CardView, lang: str, make: MakeButton) -> Keyboard:
    """What can be done with the incident as it stands; nothing once it is decided or over."""
    incident, statement = view.incident, view.statement
    if not incident.is_open or statement is None:
        return []
    undecided = statement.state in APPROVABLE

    def key(name: str, action: Action) -> dict[str, str]:
        return button(text(lang, f"button.{name}"), make(action, incident.id, statement.version, ""))

    first = [key("acknowledge", Action.ACKNOWLEDGE)] if incident.accepted_at is None else []
    impact = [key("mark_impact", Action.MARK_IMPACT)] if incident.impact_determined_at is None else []
    more = [*impact, key("more", Action.MORE)]
    approve = [] if incident.playbook_is_provisional else [key("approve", Action.ASK_APPROVAL)]
    lint = [key("show_lint", Action.SHOW_LINT)] if view.linted.blocks or view.linted.unexplained else []
    lint += [key("explain_lint", Action.ASK_LINT_REASON)] if view.linted.unexplained else []
    if undecided:
        return [
            *([lint] if lint else []),
            *([[key(name, action)] for kind, (name, action) in _CHECKS.items() if kind in view.open_checks]),
            *([[*first, *approve]] if first or approve else []),
            [key("edit", Action.ASK_EDIT), key("return", Action.ASK_RETURN)],
            [key("other_playbook", Action.ASK_PLAYBOOK), key("false_alarm", Action.ASK_FALSE_ALARM)],
            more,
        ]
    if statement.state in (StatementState.RETURNED, StatementState.REFUSED):
        return [
            [*first, key("edit", Action.ASK_EDIT)],
            [key("other_playbook", Action.ASK_PLAYBOOK), key("false_alarm", Action.ASK_FALSE_ALARM)],
            more,
        ]
    if view.awaits_second_person:
        return [
            [key("release", Action.ASK_RELEASE)],
            [key("edit", Action.ASK_EDIT), key("return", Action.ASK_RETURN)],
            more,
        ]
    return []


def _lines(view: CardView, lang: str, reposted: bool) -> Iterator[Piece]:
    incident = view.incident
    if reposted:
        yield bold(text(lang, "card.reposted", code=incident.code))
    if incident.drill:
        yield bold(text(lang, "card.drill"))
    if view.stopped:
        key = "card.stopped.first" if view.stopped["first"] else "card.stopped"
        yield bold("⛔ " + text(lang, key, **view.stopped))
    mark = MARK_OF_LEVEL[incident.level]
    heading = text(
        lang, "card.heading", level=str(incident.level), level_name=view.level_name.in_(lang), code=incident.code
    )
    yield bold(f"{mark} {heading}")
    yield bold(shorten(incident.title, 200))
    yield words(_state(view, lang))
    if view.incident.muted_until is not None and view.incident.muted_until > view.as_of:
        until = short_time(view.incident.muted_until, view.as_of, lang)
        by = view.names.get(view.incident.muted_by or "", "")
        yield words("🔕 " + text(lang, "card.muted", by=by, until=until))
    if view.went_to:
        yield words("↪ " + text(lang, "card.went_to", where=view.went_to))
    if view.perhaps_of is not None:
        other = view.perhaps_of
        title = shorten(other.title, 120)
        yield words("🔗 " + text(lang, "card.perhaps_of", code=incident.code, other=other.code, title=title))
    yield from _growth(view, lang)
    yield from _playbook(view, lang)
    yield from clock_lines(view, lang)
    yield from _facts(view, lang)
    yield from statement_lines(view, lang)
    yield from letter_lines(view, lang)
    yield words(text(lang, "card.as_of", at=local_time(view.as_of, lang)), rank=1)  # its other hours are of this day


def _state(view: CardView, lang: str) -> str:
    incident = view.incident
    by, at = (
        (incident.closed_by, incident.closed_at) if incident.closed_at else (incident.accepted_by, incident.accepted_at)
    )
    return text(
        lang,
        f"card.state.{incident.state.value}",
        by=view.names.get(by or "", ""),
        at=short_time(at, view.as_of, lang) if at else "",
    )


def _growth(view: CardView, lang: str) -> Iterator[Piece]:
    growth = view.incident.growth
    volume = growth.volume
    parts = []
    if volume.observed is not None:
        parts.append(text(lang, "card.growth.observed", observed=_mentions(lang, volume.observed)))
    if volume.baseline is not None:
        parts.append(text(lang, "card.growth.baseline", baseline=_mentions(lang, volume.baseline)))
    if volume.factor is not None:
        parts.append(text(lang, "card.growth.factor", factor=number(lang, volume.factor)))
    yield words("📈 " + (", ".join(parts) or text(lang, "card.growth.unknown")))
    alerts, press = number(lang, growth.alerts), number(lang, growth.press)
    counted = text(lang, "card.growth.alerts", alerts=alerts, press=press)
    since = text(lang, "card.since", at=short_time(growth.first_seen, view.as_of, lang))
    yield words(f"{counted} · {since}", rank=5)
    if view.curve is not None:
        if view.curve.why is not None:
            yield words("🔎 " + view.curve.why.in_(lang), rank=6)
        yield words("📊 " + view.curve.outlook.in_(lang))
    place = shorten(view.incident.location.text or "", 120)
    if view.place:
        yield words(text(lang, "card.where.confirmed", place=shorten(view.place, 200)))
    else:
        yield words(text(lang, "card.where", place=place) if place else text(lang, "card.where.unknown"))
    for source in view.sources:
        name = source.title or source.outlet or source.url or ""
        yield link(name, source.url or "", rank=2, lead="• ")


def _mentions(lang: str, count: float) -> str:
    """Mentions are counted in whole ones; a mean below two keeps its decimal, as beside the curve."""
    return number(lang, round(count) if count >= _FEW else count)


def _playbook(view: CardView, lang: str) -> Iterator[Piece]:
    incident, name = view.incident, view.playbook_name.in_(lang)
    mine = next((c for c in view.candidates if c.playbook == incident.playbook), None)
    if incident.playbook_chosen_by is not None:
        by = view.names.get(incident.playbook_chosen_by, "")
        yield words("📘 " + text(lang, "card.playbook.chosen", name=name, by=by))
    elif incident.playbook_is_provisional:
        yield bold("📘 " + text(lang, "card.playbook.provisional", name=name, code=incident.code))
    elif mine is not None and view.confidence is not None:
        yield words("📘 " + text(lang, "card.playbook.matched", name=name, percent=_percent(view.confidence)))
    else:
        yield bold("📘 " + text(lang, "card.playbook.cannot_tell" if view.is_undecided else "card.playbook.none"))
    nearest = mine or (view.candidates[0] if view.candidates else None)
    if nearest is not None and nearest.because and incident.playbook_chosen_by is None:
        why = "; ".join(_reason(reason, lang) for reason in nearest.because[:2])
        yield words(text(lang, "card.because", why=why), rank=3)
    others = [c for c in view.candidates if c is not mine][: 2 if mine else 3]
    if others:
        yield words(text(lang, "card.candidates", names=" · ".join(_candidate(c, lang) for c in others)), rank=4)
    for apart in view.told_apart:
        how = shorten(apart.how.in_(lang), 160)
        yield words(text(lang, "card.told_apart", name=apart.name.in_(lang), how=how), rank=4)
    yield words(text(lang, "card.lead", name=view.lead_name.in_(lang)), rank=5)
    if view.approved_above is not None:
        yield words(text(lang, "card.approved_above", name=view.approved_above.in_(lang)))
    if view.on_duty:
        yield words(text(lang, "card.on_duty", name=view.on_duty), rank=4)


def _reason(reason: str, lang: str) -> str:
    """The signs of ``index.because`` in words: ``≈`` the nearest example, ``=`` the words in common."""
    sign, _, rest = reason.partition(" ")
    key = {"≈": "card.because.example", "=": "card.because.words"}.get(sign)
    return text(lang, key, what=shorten(rest, 80)) if key else shorten(reason, 80)


def _candidate(candidate: CandidateView, lang: str) -> str:
    return text(lang, "card.candidate", name=candidate.name.in_(lang), percent=_percent(candidate.confidence))


def _percent(share: float) -> str:
    return str(round(share * 100)) if share >= 0.01 else "<1"


def _facts(view: CardView, lang: str) -> Iterator[Piece]:
    if view.confirmed:
        facts = "; ".join(f"{slot.name.in_(lang)}: {shorten(fact.value, 80)}" for slot, fact in view.confirmed)
        yield words("✔ " + text(lang, "card.confirmed", facts=facts), rank=4)
    if view.unconfirmed:
        facts = "; ".join(f"{name.in_(lang)}: {shorten(value, 80)}" for name, value in view.unconfirmed)
        yield words("❔ " + text(lang, "card.unconfirmed", facts=facts), rank=5)
    if view.unknown:
        names = "; ".join(f"{slot.name.in_(lang)} ({slot.id})" for slot in view.unknown)
        yield words("❓ " + text(lang, "card.unknown", names=shorten(names, 500)), rank=6)
    if view.gaps:
        yield bold("⚠ " + text(lang, "card.gaps", names=shorten(", ".join(view.gaps), 200)))
        drafted = view.statement is not None and view.statement.author is Author.TEMPLATE
        if drafted and view.incident.is_open and not view.place and (view.place_gap or not view.incident.location.text):
            yield words(text(lang, "card.gaps.place", code=view.incident.code), rank=7)
