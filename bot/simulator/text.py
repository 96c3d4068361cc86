"""Text as Telegram keeps it: cleaned, trimmed, with entities put in order, and back to HTML for people to read."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from bot.simulator.errors import bad_request
from bot.simulator.html import parse_html
from bot.simulator.links import checked_link
from bot.simulator.model import Entity

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BYTES = 32768

_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d_]\w*)"
)
_VERBATIM = ("code", "pre")
_SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
_ORDER = ("expandable_blockquote", "blockquote", "text_link", "text_mention", "pre", "code")
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, in which entities count."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def read_formatted(raw: str, parse_mode: str, entities: tuple[Entity, ...] | None) -> tuple[str, tuple[Entity, ...]]:
    """What the bot sent, as Telegram keeps it. Raises ApiError 400 for an unknown mode or broken markup.

    Control characters become spaces, carriage returns and direction overrides vanish (td `clean_input_string`), outer
    white space is cut (td `fix_formatted_text`); links, commands, mentions and hashtags are found in the text.
    """
    mode = parse_mode.lower()
    if mode == "html":
        text, found = parse_html(clean(raw))
    elif mode == "":
        text, found = clean(raw), entities or ()
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("the simulator does not model Markdown: use HTML")
    else:
        raise bad_request("unsupported parse_mode")
    return _settled(text, found)


def clean(text: str) -> str:
    """Text without the characters that Telegram drops or blanks (td `clean_input_string`)."""
    return _CONTROL.sub(" ", _REMOVED.sub("", text))


def find_entities(text: str) -> tuple[Entity, ...]:
    """Links, bot commands, mentions and hashtags that Telegram marks by itself."""
    return tuple(
        Entity(match.lastgroup or "", utf16_length(text[: match.start()]), utf16_length(match.group()))
        for match in _FOUND.finditer(text)
    )


def _settled(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    first = min((entity.offset for entity in entities), default=len(text))
    leading = min(len(text) - len(text.lstrip()), first)
    text = text[leading:].rstrip()
    end = utf16_length(text)
    kept: list[Entity] = []
    for entity in entities:
        offset = max(0, entity.offset - leading)
        length = min(entity.end - leading, end) - offset
        if length > 0:
            kept.append(replace(entity, offset=offset, length=length))
    kept = _without_verbatim_overlaps(kept)
    taken = [entity for entity in kept if entity.type in (*_VERBATIM, "text_link", "text_mention")]
    kept += [found for found in find_entities(text) if not any(_overlap(found, other) for other in taken)]
    return text, tuple(sorted(kept, key=_reading_order))


def _reading_order(entity: Entity) -> tuple[int, int, int]:
    rank = _ORDER.index(entity.type) if entity.type in _ORDER else len(_ORDER)
    return entity.offset, -entity.length, rank


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _without_verbatim_overlaps(entities: list[Entity]) -> list[Entity]:
    """`code` and `pre` carry no other format: bold around them is cut in two, a link with them is dropped."""
    verbatim = [entity for entity in entities if entity.type in _VERBATIM]
    kept: list[Entity] = []
    for entity in entities:
        pieces = [entity]
        if entity.type in _SPLITTABLE:
            for hole in verbatim:
                pieces = [part for piece in pieces for part in _cut(piece, hole)]
        elif entity.type in ("text_link", "text_mention") and any(_overlap(entity, hole) for hole in verbatim):
            pieces = []
        kept += pieces
    return kept


def _cut(entity: Entity, hole: Entity) -> list[Entity]:
    if not _overlap(entity, hole):
        return [entity]
    before = replace(entity, length=hole.offset - entity.offset)
    after = replace(entity, offset=hole.end, length=entity.end - hole.end)
    return [piece for piece in (before, after) if piece.length > 0]


def to_html(text: str, entities: tuple[Entity, ...]) -> str:
    """HTML that `parse_html` reads back as the same text and entities; found ones (links, commands) stay plain."""
    units = [unit for letter in text for unit in ([letter, ""] if letter > "\uffff" else [letter])]
    opening: dict[int, list[Entity]] = {}
    for entity in sorted(entities, key=_reading_order):
        opening.setdefault(entity.offset, []).append(entity)
    out: list[str] = []
    stack: list[tuple[Entity, str]] = []
    for position in range(len(units) + 1):
        closed: list[Entity] = []
        while any(entity.end == position for entity, _ in stack):
            entity, end_tag = stack.pop()
            out.append(end_tag)
            if entity.end > position:
                closed.append(entity)
        for entity in [*reversed(closed), *opening.get(position, [])]:
            start_tag, end_tag = _tags(entity)
            if start_tag:
                out.append(start_tag)
                stack.append((entity, end_tag))
        if position < len(units):
            out.append(html.escape(units[position], quote=False))
    return "".join(out)


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type == "pre" and entity.language:
        return f'<pre><code class="language-{html.escape(entity.language)}">', "</code></pre>"
    if entity.type == "expandable_blockquote":
        return "<blockquote expandable>", "</blockquote>"
    if entity.type == "text_link":
        return f'<a href="{html.escape(checked_link(entity.url))}">', "</a>"
    if entity.type == "text_mention":
        return f'<a href="tg://user?id={entity.user}">', "</a>"
    if entity.type == "custom_emoji":
        return f'<tg-emoji emoji-id="{entity.custom_emoji_id}">', "</tg-emoji>"
    if entity.type == "date_time":
        return f'<tg-time unix="{entity.unix_time}" format="{entity.date_time_format}">', "</tg-time>"
    tag = _TAGS.get(entity.type, "")
    return (f"<{tag}>", f"</{tag}>") if tag else ("", "")
