"""What the card says of its words: the version whole, what stands between it and the public, who was written to."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.render import Piece, bold, hidden_characters, quote, shorten, words
from bot.channels.telegram.render_lint import card_lines as lint_lines
from bot.locale import short_time, text
from bot.model.card import CardView
from bot.model.delivery import Delivery, DeliveryState
from bot.model.gate import GateKind
from bot.model.reach import Letter, LetterState
from bot.model.statement import APPROVABLE, Author, StatementKind, StatementState

SHORT_DIGEST = 8
"""Digits of a hash that people are shown."""


def statement_lines(view: CardView, lang: str) -> Iterator[Piece]:
    """The current version: what it is, its words whole, what must be known of them, and what comes next."""
    statement = view.statement
    if statement is None:
        return
    kind = f"statement.{statement.state.value}"
    if statement.state is StatementState.DRAFT:
        kind = "draft.person" if statement.author is Author.PERSON else "draft.template"
    by = statement.approved_by if statement.approved_by else statement.created_by
    yield bold(
        "📝 "
        + text(
            lang,
            f"card.{kind}",
            version=str(statement.version),
            digest=statement.sha256[:SHORT_DIGEST],
            by=view.names.get(by, by),
            at=short_time(statement.approved_at, view.as_of, lang) if statement.approved_at else "",
            why=shorten(statement.reason or "", 200),
        )
    )
    if statement.kind is not StatementKind.INITIAL:
        kind_name = text(lang, f"kind.{statement.kind.value}")
        key = "card.follow_up.closing" if statement.kind is StatementKind.CLOSING else "card.follow_up"
        yield bold("🔁 " + text(lang, key, kind=kind_name, version=str(statement.refers_to)))
    yield quote(statement.full_vi)
    hidden = hidden_characters(statement.full_vi)
    if hidden:
        yield bold("⚠ " + text(lang, "card.hidden", count=str(hidden)))
    if view.left_in_vietnamese:
        yield bold("⚠ " + text(lang, "texts.vietnamese", code=view.incident.code, **view.left_in_vietnamese))
    yield from lint_lines(view, lang)
    yield from _gates(view, lang)
    for delivery in view.deliveries:
        if delivery.version == statement.version:
            outlet = text(lang, f"outlet.{delivery.outlet}")
            yield words(text(lang, "card.delivery", outlet=outlet, state=text(lang, _delivery(delivery))))
    if not view.incident.is_open:
        return
    if view.promise_past is not None:
        kind = "person" if statement.author is Author.PERSON else "template"
        at = short_time(view.promise_past, view.as_of, lang)
        yield bold("⚠ " + text(lang, f"card.promise_past.{kind}", at=at, code=view.incident.code))
    if statement.state in APPROVABLE:
        if not view.incident.playbook_is_provisional:
            yield words(text(lang, "card.typed", code=view.incident.code))
    elif statement.state is StatementState.RETURNED:
        yield words(text(lang, "card.next.returned", code=view.incident.code))
    elif statement.state is StatementState.PUBLISHED or view.incident.drill:
        yield words(text(lang, "card.next.close", code=view.incident.code), rank=7)
        if not view.incident.drill:
            yield words(text(lang, "card.next.follow_up", code=view.incident.code), rank=7)


def _gates(view: CardView, lang: str) -> Iterator[Piece]:
    """What stands between these words and the public, and who has already signed them."""
    for kind in view.open_checks:
        units = ", ".join(unit.in_(lang) for unit in view.silent_units)
        yield bold("⚖ " + text(lang, f"card.gate.{kind.value}", code=view.incident.code, units=units))
    if view.awaits_second_person:
        yield bold("⏸ " + text(lang, "card.gate.second_person", code=view.incident.code))
    signed = [
        text(lang, f"card.signed.{kind.value}", by=view.names.get(by, by))
        for kind, by in view.signed
        if kind is not GateKind.SECOND_FACTOR
    ]
    if signed:
        yield words("✔ " + " · ".join(signed), rank=5)


def letter_lines(view: CardView, lang: str) -> Iterator[Piece]:
    """Who was written to because another channel did not reach them, and whose letter is not out."""
    told: dict[tuple[str, str, LetterState], list[Letter]] = {}
    for letter in view.letters:
        if letter.state is LetterState.SENT or letter.error:
            told.setdefault((letter.channel, letter.cause, letter.state), []).append(letter)
    for (channel, cause, state), letters in told.items():
        names = ", ".join(dict.fromkeys(view.names.get(letter.person, letter.person) for letter in letters))
        why = text(lang, f"card.letter.why.{cause}", channel=text(lang, f"channel.{channel}"))
        at = short_time(max(letter.at for letter in letters), view.as_of, lang)
        said = f"✉ {why} {text(lang, f'card.letter.{state.value}', names=names, at=at)}"
        yield words(said, rank=6) if state is LetterState.SENT else bold(said)


def _delivery(delivery: Delivery) -> str:
    """A copy whose call is under way is stored as unknown; it is a doubt only once a person was asked."""
    under_way = delivery.state is DeliveryState.UNKNOWN and not delivery.asked
    return "delivery.under_way" if under_way else f"delivery.{delivery.state.value}"
