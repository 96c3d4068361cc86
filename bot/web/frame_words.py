"""What a page shows around a statement, in pieces: a whole page, copied and pasted, is told from added words."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser

_INLINE = frozenset({"a", "strong", "em", "time", "code", "span", "mark"})
_SILENT = frozenset({"script", "style", "title"})


def frame_words(pages: Iterable[str]) -> tuple[str, ...]:
    """The pieces of text of the pages, without the statement's own: whole blocks, and each run within them."""
    pieces: list[str] = []
    for page in pages:
        reader = _Reader()
        reader.feed(page)
        reader.close()
        pieces += reader.pieces
    return tuple(dict.fromkeys(filter(None, (" ".join(piece.split()) for piece in pieces))))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._block = ""
        self._silent = 0
        self._statement = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._statement:
            self._statement += tag == "div"
        elif tag == "div" and ("id", "statement") in attrs:
            self._statement = 1
        self._silent += tag in _SILENT
        if tag not in _INLINE:
            self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if self._statement:
            self._statement -= tag == "div"
        self._silent -= tag in _SILENT
        if tag not in _INLINE:
            self._end_block()

    def handle_data(self, data: str) -> None:
        if self._silent or self._statement:
            return
        self._block += data
        self.pieces.append(data)

    def _end_block(self) -> None:
        self.pieces.append(self._block)
        self._block = ""
