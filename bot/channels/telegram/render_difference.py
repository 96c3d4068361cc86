"""What changed between two versions on the phone: every text by its name, in as many messages as it takes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.render import MESSAGE_LIMIT, Piece, Rendered, bold, gone, join, words
from bot.locale import has, text
from bot.model.comparison import ComparedText, Fate, Sign
from bot.model.outcome import Outcome

_LONGEST = 3_000
"""Characters of the longest piece: with heading and name it fits into one message."""

_SHOWN = {Sign.KEPT: words, Sign.GONE: gone, Sign.NEW: bold}


def difference(lang: str, outcome: Outcome) -> list[Rendered]:
    """What is gone struck through, what is new in bold; nothing is left out for want of room."""
    told = [item for item in outcome.compared if item.fate is not Fate.SAME]
    same = [_name(lang, item.key) for item in outcome.compared if item.fate is Fate.SAME]
    messages = [[bold(text(lang, "diff.heading", **outcome.values))]]
    for item in told:
        name = _name(lang, item.key)
        lines = [bold(text(lang, f"diff.{item.fate.value}", **{**outcome.values, "name": name}))]
        again = bold(text(lang, "diff.continued", name=name))
        for piece in _pieces(item):
            if _length([*messages[-1], *lines, piece]) > MESSAGE_LIMIT:
                messages.append([])
                lines = lines or [again]
            messages[-1] += [*lines, piece]
            lines = []
    if same:
        end = words(text(lang, "diff.same" if told else "diff.nothing", names=", ".join(same)))
        if _length([*messages[-1], end]) > MESSAGE_LIMIT:
            messages.append([])
        messages[-1].append(end)
    return [join(pieces, lang=lang) for pieces in messages]


def _pieces(item: ComparedText) -> Iterator[Piece]:
    for sign, content in item.pieces:
        for part in _parts(content.strip("\n") or "↵"):
            yield _SHOWN[sign](part)


def _parts(content: str) -> Iterator[str]:
    """The words in parts that fit, cut between lines or words where there is such a place."""
    while len(content) > _LONGEST:
        at = max(content.rfind("\n", 0, _LONGEST), content.rfind(" ", 0, _LONGEST)) + 1 or _LONGEST
        yield content[:at]
        content = content[at:]
    yield content


def _name(lang: str, key: str) -> str:
    return text(lang, f"textname.{key}") if has(f"textname.{key}") else key


def _length(pieces: list[Piece]) -> int:
    return sum(len(piece.plain) + 1 for piece in pieces)
