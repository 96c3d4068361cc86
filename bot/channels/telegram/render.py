"""The only HTML of the channel: everything escaped, everything measured as Telegram measures, nothing cut mid-tag."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.locale import text

MESSAGE_LIMIT = 4096
"""Code points after parsing (reference/telegram.md §1.4)."""

Keyboard = list[list[dict[str, str]]]

KEEP = 9
"""The rank of pieces that are never left out."""

LONGEST_URL = 1000
"""A longer address is shown by its title only: Telegram also limits what a message weighs before parsing."""

_COMBINING = 2
"""Marks upon one letter; Vietnamese needs two."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a message: ``content`` (plain words) between tags, after a plain ``lead``. Low ``rank`` goes first."""

    content: str
    opening: str = ""
    closing: str = ""
    rank: int = KEEP
    lead: str = ""

    @property
    def plain(self) -> str:
        """What remains after parsing; its length is what Telegram measures."""
        return self.lead + self.content

    @property
    def markup(self) -> str:
        """The HTML."""
        return f"{_escape(self.lead)}{self.opening}{_escape(self.content)}{self.closing}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send. ``plain`` is what remains when markup is refused."""

    markup: str
    plain: str
    keyboard: Keyboard = field(default_factory=list)
    reply_placeholder: str | None = None

    def params(self) -> dict[str, Any]:
        """The parameters of ``sendMessage`` and ``editMessageText`` but for the addresses."""
        params: dict[str, Any] = {
            "text": self.markup,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if self.reply_placeholder is not None:
            params["reply_markup"] = {
                "force_reply": True,
                "input_field_placeholder": self.reply_placeholder[:64],
                "selective": True,
            }
        elif self.keyboard:
            params["reply_markup"] = {"inline_keyboard": self.keyboard}
        return params

    def payload(self, method: str = "sendMessage") -> dict[str, Any]:
        """What the outbox keeps of it: a method of the Bot API with its parameters, and the words without markup."""
        return {"method": method, "params": self.params(), "plain": self.plain}


def plain_params(params: dict[str, Any], plain: str) -> dict[str, Any]:
    """The same message without markup: what is sent when Telegram refuses the HTML."""
    return {key: value for key, value in params.items() if key != "parse_mode"} | {"text": plain[:MESSAGE_LIMIT]}


def words(content: str, rank: int = KEEP) -> Piece:
    """Words as they are."""
    return Piece(content, rank=rank)


def bold(content: str, rank: int = KEEP) -> Piece:
    """Words that matter first."""
    return Piece(content, "<b>", "</b>", rank)


def gone(content: str) -> Piece:
    """Words that are no longer there."""
    return Piece(content, "<s>", "</s>")


def quote(content: str) -> Piece:
    """A statement's words, literally and whole."""
    return Piece(content, "<blockquote>", "</blockquote>")


def copyable(content: str) -> Piece:
    """Words that a touch copies, to be changed and sent back."""
    return Piece(content, "<pre>", "</pre>")


def mention(name: str, user_id: int) -> Piece:
    """A person, who is notified."""
    return Piece(shorten(name, 60) or str(user_id), f'<a href="tg://user?id={user_id}">', "</a>")


def link(title: str, url: str, rank: int = KEEP, lead: str = "") -> Piece:
    """A link; only web addresses become one."""
    shown = shorten(title, 70) or shorten(url, 70)
    if not url.lower().startswith(("http://", "https://")) or len(url) > LONGEST_URL:
        return Piece(shown, rank=rank, lead=lead)
    return Piece(shown, f'<a href="{html.escape(visible(url), quote=True)}">', "</a>", rank, lead)


def join(
    pieces: Iterable[Piece], keyboard: Keyboard | None = None, *, placeholder: str | None = None, lang: str
) -> Rendered:
    """Lines become a message for readers of ``lang``. While it is too long, the lowest ranks go, each the last first.

    What must not go and is still too long is cut in its longest line, which then says so.
    """
    kept = list(pieces)
    while (excess := length(kept) - MESSAGE_LIMIT) > 0 and (least := min(piece.rank for piece in kept)) < KEEP:
        del kept[max(position for position, piece in enumerate(kept) if piece.rank == least)]
    if excess > 0:
        longest = max(range(len(kept)), key=lambda position: len(kept[position].content))
        note = text(lang, "message.cut", count=str(excess))
        content = kept[longest].content
        kept[longest] = replace(kept[longest], content=content[: len(content) - excess - len(note) - 20] + note)
    return Rendered(
        "\n".join(piece.markup for piece in kept),
        "\n".join(piece.plain for piece in kept),
        keyboard or [],
        placeholder,
    )


def length(pieces: Iterable[Piece]) -> int:
    """What lines come to in one message, as Telegram measures it: code points after parsing, line breaks among them."""
    return sum(len(piece.plain) + 1 for piece in pieces)


def visible(content: str) -> str:
    """Text from outside without control, bidirectional and zero-width characters: they could reorder a card."""
    kept, marks = [], 0
    for character in content:
        if character.isspace():
            character = " "
        elif unicodedata.category(character).startswith("C"):
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _COMBINING:
            kept.append(character)
    return "".join(kept)


def hidden_characters(content: str) -> int:
    """How many characters of a statement nobody can see, though they would be published with it."""
    return sum(unicodedata.category(c).startswith("C") and c not in "\n\t" for c in content)


def shorten(content: str, limit: int) -> str:
    """One line of visible text of at most ``limit`` characters."""
    line = " ".join(visible(content).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def one(
    lang: str, key: str, *, keyboard: Keyboard | None = None, placeholder: str | None = None, **values: str
) -> Rendered:
    """A message of one sentence from the catalogue; its values come from people and are shown as plain text."""
    shown = {name: shorten(value, 300) for name, value in values.items()}
    return join([words(text(lang, key, **shown))], keyboard, placeholder=placeholder, lang=lang)


def button(label: str, data: str) -> dict[str, str]:
    """One button."""
    return {"text": label, "callback_data": data}


def _escape(content: str) -> str:
    return html.escape(content, quote=False)
