"""The texts of a version on the phone: each whole, in as few messages as hold them, and the choice of further ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.channels.telegram.buttons import Action, MakeButton
from bot.channels.telegram.render import (
    KEEP,
    MESSAGE_LIMIT,
    Keyboard,
    Piece,
    Rendered,
    bold,
    button,
    hidden_characters,
    join,
    quote,
    words,
)
from bot.channels.telegram.render import length as measured
from bot.channels.telegram.render_dialog import cancel
from bot.locale import text
from bot.model.card import CardView
from bot.model.outcome import Outcome
from bot.model.statement import StatementVersion
from bot.model.statement_templates import FULL_VI, TEXT_KEYS

IN_A_QUESTION = 2_800
"""Characters of a text for which a message has room beside the question about it: nobody may write a longer one."""

_IN_WORDS = frozenset({"spoken", "loudspeaker"})


def whole(lang: str, version: StatementVersion, keys: Sequence[str]) -> list[Rendered]:
    """Each text whole, with its name and length; several in one message as long as it holds them."""
    messages: list[list[Piece]] = []
    for key in keys:
        if key not in version.texts:
            continue
        pieces = list(_text(lang, version, key))
        if messages and measured(messages[-1]) + measured(pieces) <= MESSAGE_LIMIT:
            messages[-1] += pieces
        else:
            messages.append(pieces)
    return [join(pieces, lang=lang) for pieces in messages]


def in_the_question(lang: str, version: StatementVersion) -> list[Piece]:
    """The full text whole, for the message that asks about it; nothing where it needs a message of its own."""
    return list(_words(lang, version.full_vi)) if len(version.full_vi) <= IN_A_QUESTION else []


def ask_texts(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """What the version carries, and a button for each text that it may carry besides."""
    incident_id, version = outcome.incident_id or "", outcome.version or 0
    carried, offered = outcome.values["carried"].split(), outcome.values["offered"].split()
    rows: Keyboard = [
        [button(text(lang, "button.add_text", name=_name(lang, key)), make(Action.ADD_TEXT, incident_id, 0, key))]
        for key in offered
    ]
    rows += [
        [
            button(
                text(lang, "button.drop_text", name=_name(lang, key)), make(Action.DROP_TEXT, incident_id, version, key)
            )
        ]
        for key in carried[1:]
    ]
    if len(carried) > 1:
        rows.append([button(text(lang, "button.show_texts"), make(Action.SHOW_TEXTS, incident_id, version, "all"))])
    names = ", ".join(_name(lang, key) for key in carried)
    asked = text(lang, "ask.texts", code=outcome.values["code"], version=str(version), carried=names)
    return join([words(asked)], [*rows, [cancel(lang, incident_id, make)]], lang=lang)


def added(lang: str, outcome: Outcome, make: MakeButton) -> Rendered:
    """What became of one text, with its faults, and buttons to write it oneself, or to drop it again."""
    values, incident_id, version = outcome.values, outcome.incident_id or "", outcome.version or 0
    name, key = _name(lang, values["texts"]), values["texts"]
    lines = [words(text(lang, f"reason.{outcome.reason.value}", **{**values, "text_name": name}))]
    if values["beyond"]:
        lines.append(bold("⚠ " + text(lang, "texts.beyond", aim=values["aim"])))
    if values["unread"]:
        lines.append(bold("⚠ " + text(lang, "texts.unread", words=values["unread"])))
    if values.get("vietnamese"):
        lines.append(bold("⚠ " + text(lang, "texts.vietnamese", **values)))
    write = button(text(lang, "button.write_text", name=name), make(Action.ASK_TEXT_WORDS, incident_id, version, key))
    drop = button(text(lang, "button.drop_text", name=name), make(Action.DROP_TEXT, incident_id, version, key))
    return join(lines, [[write], [drop]], lang=lang)


def beside_the_full_one(view: CardView, lang: str, lines: Sequence[Piece]) -> list[Piece]:
    """The texts beside the full one: the post whole where it fits, every other by its name. None is ever cut.

    Whoever decides is shown all of them whole before the question (``bot/approval/texts.py``).
    """
    statement = view.statement
    if statement is None or set(statement.texts) == {FULL_VI}:
        return []
    names = [text(lang, f"textname.{key}") for key in TEXT_KEYS if key in statement.texts and key != FULL_VI]
    said = bold("📎 " + text(lang, "card.texts", names=", ".join(names), code=view.incident.code))
    short = statement.texts.get("vi/short")
    if short is None:
        return [said]
    shown = [said, words(text(lang, "card.text.short")), quote(short)]
    taken = measured(piece for piece in (*lines, *shown) if piece.rank == KEEP)
    return shown if taken <= MESSAGE_LIMIT else [said]


def _text(lang: str, version: StatementVersion, key: str) -> Iterator[Piece]:
    said = version.texts[key]
    in_words = key.partition("/")[2] in _IN_WORDS
    length = len(said.split()) if in_words else len(said)
    unit = text(lang, "texts.words" if in_words else "texts.characters")
    values = {"name": _name(lang, key), "version": str(version.version), "length": str(length), "unit": unit}
    yield bold(text(lang, "texts.heading", **values))
    yield from _words(lang, said)


def _words(lang: str, said: str) -> Iterator[Piece]:
    yield quote(said)
    hidden = hidden_characters(said)
    if hidden:
        yield bold("⚠ " + text(lang, "card.hidden", count=str(hidden)))


def _name(lang: str, key: str) -> str:
    return text(lang, f"textname.{key}")
