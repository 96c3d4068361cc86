"""What a piece of HTML says: its words and the addresses of its links, in one pass over hostile markup.

The standard library's parser takes minutes for a few hundred kilobytes of unclosed tags (measured: 133 s for 300 kB of
``<a``). Nothing here is shown as HTML, so a scan that only goes forward does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "td", "blockquote"})
_HIDDEN = ("script", "style", "title")
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,20})")
_HREF = re.compile(r"""href\s{0,9}=\s{0,9}["']?(https?://[^\s"'<>]{1,2000})""", re.IGNORECASE)
_LONGEST_TAG = 4000


def words_of(markup: str, *, links: bool = False) -> str:
    """The words, a line for each block; with ``links`` the addresses behind linked words as well."""
    if "<" not in markup and "&" not in markup:
        return " ".join(markup.split())
    said = html.unescape("".join(_pieces(markup, links)))
    return "\n".join(line for line in (" ".join(line.split()) for line in said.split("\n")) if line)


def _pieces(markup: str, links: bool) -> Iterator[str]:
    lower, at = markup.lower(), 0
    while True:
        start = markup.find("<", at)
        yield markup[at : start if start >= 0 else len(markup)]
        if start < 0:
            return
        comment = markup.startswith("<!--", start)
        end = markup.find("-->" if comment else ">", start)
        if end < 0:
            return
        at = end + (3 if comment else 1)
        tag = markup[start + 1 : min(end, start + _LONGEST_TAG)]
        name = _NAME.match(tag)
        if comment or name is None:
            continue
        if name[1].lower() in _HIDDEN and not tag.startswith("/"):
            at = lower.find(f"</{name[1].lower()}", end)
            if at < 0:
                return
        elif name[1].lower() in _BLOCKS:
            yield "\n"
        elif links and name[1].lower() == "a":
            address = _HREF.search(tag)
            yield f" {address[1]} " if address else " "
