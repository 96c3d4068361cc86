"""Telegram's HTML mode: markup → text and entities, with Telegram's own error texts.

Follows `parse_html` of tdlib/td `MessageEntity.cpp` (1.8.66): the input is read as UTF-8 bytes, errors name byte
offsets, entities count UTF-16 units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from bot.simulator.errors import bad_request
from bot.simulator.links import checked_link, mentioned_user
from bot.simulator.model import Entity
from bot.simulator.references import decode_reference

_SPACES: Final = frozenset(b" \t\r\n\v\0")
_NAME_TOKEN: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
_SIMPLE: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS: Final = frozenset(_SIMPLE) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
_MISSING_END: Final = 0


class _Malformed(Exception):
    """Carries Telegram's words about what is wrong."""


@dataclass(frozen=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    starts_at: int
    extra: str = ""


def parse_html(markup: str) -> tuple[str, tuple[Entity, ...]]:
    """The text and its entities, in the order in which their tags were closed.

    Raises ApiError 400 `can't parse entities: …` for markup that Telegram refuses.
    """
    try:
        return _Reader(markup.encode("utf-8", "surrogatepass")).read()
    except _Malformed as error:
        raise bad_request(f"can't parse entities: {error}") from None


class _Reader:
    """One pass over the bytes; a zero byte stands for the end, as in the original."""

    def __init__(self, markup: bytes) -> None:
        self._bytes = markup + b"\0"
        self._size = len(markup)
        self._at = 0
        self._text: list[str] = []
        self._length = 0
        self._utf16 = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, tuple[Entity, ...]]:
        while self._at < self._size:
            if self._here == ord("<"):
                if self._bytes[self._at + 1] == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
            elif self._here == ord("&"):
                self._add(self._reference() or self._literal())
            else:
                self._add(self._literal())
        if self._open:
            raise _Malformed(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        text = "".join(self._text)
        if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
            raise _Malformed(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, tuple(replace(e, language="") if e.type == "code" else e for e in self._entities)

    @property
    def _here(self) -> int:
        return self._bytes[self._at]

    def _add(self, piece: str) -> None:
        self._text.append(piece)
        self._utf16 += sum(2 if ord(letter) > 0xFFFF else 1 for letter in piece)

    def _literal(self) -> str:
        start = self._at
        self._at += 1
        while self._at < self._size and self._here not in b"<&":
            self._at += 1
        return self._bytes[start : self._at].decode("utf-8", "surrogatepass")

    def _reference(self) -> str:
        """The character meant at `&`, moving past it; empty if this is no reference that Telegram knows."""
        letter, self._at = decode_reference(self._bytes, self._at)
        return letter

    def _skip_spaces(self) -> None:
        while self._here != _MISSING_END and self._here in _SPACES:
            self._at += 1

    def _name(self, start: int, stops: bytes) -> str:
        while self._here not in _SPACES and self._here not in stops:
            self._at += 1
        return self._bytes[start : self._at].decode("utf-8", "replace")

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = self._name(begin + 1, b">").lower()
        if self._here == _MISSING_END and self._at >= self._size:
            raise _Malformed(f"Unclosed start tag at byte offset {begin}")
        if name not in _TAGS:
            raise _Malformed(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument, extra = "", ""
        while self._here != ord(">"):
            self._skip_spaces()
            if self._here == ord(">"):
                break
            attribute, value = self._attribute(name, begin)
            match name, attribute:
                case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
                    argument = value or ""
                case "tg-time", "format":
                    extra = value or ""
                case "code", "class" if value is not None and value.startswith("language-"):
                    argument = value.removeprefix("language-")
                case "span", "class" if value is not None and value.startswith("tg-"):
                    argument = value.removeprefix("tg-")
                case "blockquote", "expandable":
                    argument = "1"
                case _:
                    pass
        self._at += 1
        if name == "span" and argument != "spoiler":
            raise _Malformed(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(_OpenTag(name, argument, self._utf16, len(self._text), extra))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str | None]:
        name = self._name(self._at, b"=>/\"'")
        if not name:
            raise _Malformed(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        if self._here != ord("="):
            if self._here == _MISSING_END:
                raise _Malformed(f'Unclosed start tag "{tag}" at byte offset {begin}')
            return name, None
        self._at += 1
        self._skip_spaces()
        if self._here == _MISSING_END:
            raise _Malformed(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._quoted(self._here) if self._here in b"\"'" else self._token()
        if self._here == _MISSING_END:
            raise _Malformed(f"Unclosed start tag at byte offset {begin}")
        return name, value

    def _token(self) -> str:
        start = self._at
        while self._here in _NAME_TOKEN:
            self._at += 1
        if self._here not in _SPACES and self._here != ord(">"):
            raise _Malformed(f"Unexpected end of name token at byte offset {start}")
        return self._bytes[start : self._at].decode().lower()

    def _quoted(self, quote: int) -> str:
        self._at += 1
        value = bytearray()
        while self._here not in (quote, _MISSING_END):
            letter = self._reference() if self._here == ord("&") else ""
            if letter:
                value += letter.encode("utf-8", "surrogatepass")
            else:
                value.append(self._here)
                self._at += 1
        if self._here == quote:
            self._at += 1
        return value.decode("utf-8", "replace")

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _Malformed(f"Unexpected end tag at byte offset {begin}")
        self._at += 2
        name = self._name(begin + 2, b">").lower()
        self._skip_spaces()
        if self._here != ord(">"):
            raise _Malformed(f"Unclosed end tag at byte offset {begin}")
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            raise _Malformed(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        if self._utf16 > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        span = Entity("", tag.offset, self._utf16 - tag.offset)
        last = self._entities[-1] if self._entities else None
        is_around_last = last is not None and (last.offset, last.length) == (span.offset, span.length)
        if tag.name in _SIMPLE:
            self._entities.append(replace(span, type=_SIMPLE[tag.name]))
        elif tag.name == "a":
            url = tag.argument or "".join(self._text[tag.starts_at :])
            if (user := mentioned_user(url)) is not None:
                self._entities.append(replace(span, type="text_mention", user=user))
            elif link := checked_link(url):
                self._entities.append(replace(span, type="text_link", url=link))
        elif tag.name == "tg-emoji":
            if not tag.argument.isdigit() or int(tag.argument) == 0:
                raise _Malformed("Invalid custom emoji identifier specified")
            self._entities.append(replace(span, type="custom_emoji", custom_emoji_id=tag.argument))
        elif tag.name == "tg-time":
            if not tag.argument.isdigit():
                raise _Malformed("Invalid date specified")
            date_time = replace(span, type="date_time", unix_time=int(tag.argument), date_time_format=tag.extra)
            self._entities.append(date_time)
        elif tag.name == "pre":
            if last is not None and is_around_last and last.type == "code" and last.language:
                self._entities[-1] = replace(last, type="pre")
            else:
                self._entities.append(replace(span, type="pre"))
        elif tag.name == "code":
            if last is not None and is_around_last and last.type == "pre" and tag.argument:
                self._entities[-1] = replace(last, language=tag.argument)
            else:
                self._entities.append(replace(span, type="code", language=tag.argument))
        else:
            self._entities.append(replace(span, type="expandable_blockquote" if tag.argument else "blockquote"))
