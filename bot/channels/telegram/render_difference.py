"""What changed between two versions on the phone: every text by its name, in as many messages as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.channels.telegram.render import MESSAGE_LIMIT, Piece, Rendered, bold, gone, words
from bot.locale import has, text
from bot.model.difference import Change, ComparedText, Fate
from bot.model.outcome import Outcome

_LONGEST = 3_000
"""Characters of the longest piece: with heading and name it fits into one message."""

_MOST_MARKS = 90
"""Stretches of one message in bold or struck through: Telegram shows a hundred and leaves the others plain."""

_SHOWN: dict[Change, Callable[[str], Piece]] = {Change.SAME: words, Change.REMOVED: gone, Change.ADDED: bold}


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a line as the phone shows it, and as it reads where nothing can be struck through: never shorter."""

    markup: str
    plain: str
    marks: int = 0


_BREAK = _Part("\n", "\n")


def difference(lang: str, outcome: Outcome) -> list[Rendered]:
    """What is gone struck through, what is new in bold, where it stands; nothing is left out for want of room."""
    told = [item for item in outcome.compared if item.fate is not Fate.SAME]
    same = [_name(lang, item.key) for item in outcome.compared if item.fate is Fate.SAME]
    messages = [[_part(bold(text(lang, "diff.heading", **outcome.values)))]]
    for item in told:
        name = _name(lang, item.key)
        opening = text(lang, f"diff.{item.fate.value}", **{**outcome.values, "name": name})
        lead = [_BREAK, _part(bold(opening)), _BREAK]
        for part in _parts(lang, item):
            if not _fits([*messages[-1], *lead, part]):
                messages.append([])
                lead = lead[1:] or [_part(bold(text(lang, "diff.continued", name=name))), _BREAK]
            messages[-1] += [*lead, part]
            lead = []
    if same:
        end = [_BREAK, _part(words(text(lang, "diff.same" if told else "diff.nothing", names=", ".join(same))))]
        if _fits([*messages[-1], *end]):
            messages[-1] += end
        else:
            messages.append(end[1:])
    return [Rendered("".join(p.markup for p in parts), "".join(p.plain for p in parts)) for parts in messages]


def _parts(lang: str, item: ComparedText) -> Iterator[_Part]:
    before = None
    for position, stretch in enumerate(item.pieces):
        if stretch.change is Change.SKIPPED:
            last = position == len(item.pieces) - 1
            yield _part(words(text(lang, "diff.skipped") + ("" if last else "\n")))
        for content in _cut(stretch.text):
            piece = _SHOWN[stretch.change](content)
            if item.fate is not Fate.CHANGED or stretch.change is Change.SAME:
                yield _part(piece)
            else:
                replaces = before is Change.REMOVED and stretch.change is Change.ADDED
                plain = text(lang, f"diff.plain.{stretch.change.value}", words=content)
                yield _Part((" → " if replaces else "") + piece.markup, (" " if replaces else "") + plain, 1)
            before = stretch.change


def _part(piece: Piece) -> _Part:
    return _Part(piece.markup, piece.plain, int(piece.opening != ""))


def _cut(content: str) -> Iterator[str]:
    """The words in parts that fit, cut between lines or words where there is such a place."""
    while len(content) > _LONGEST:
        at = max(content.rfind("\n", 0, _LONGEST), content.rfind(" ", 0, _LONGEST)) + 1 or _LONGEST
        yield content[:at]
        content = content[at:]
    if content:
        yield content


def _name(lang: str, key: str) -> str:
    return text(lang, f"textname.{key}") if has(f"textname.{key}") else key


def _fits(parts: Sequence[_Part]) -> bool:
    return sum(len(part.plain) for part in parts) <= MESSAGE_LIMIT and sum(p.marks for p in parts) <= _MOST_MARKS
