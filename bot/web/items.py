"""Published statements as the pages show them: the approved words of one language, and their place in the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.difference import Change
from bot.model.public_changes import Changes, changes
from bot.model.statement import StatementKind, StatementState, StatementVersion, canonical, headline
from bot.web.addresses import Addresses, Kind, Place

TITLE_LENGTH = 160
ALIKE = 0.4
"""Share of the words of a text that its correction must have kept for the difference to be worth showing."""

Series = Mapping[str, tuple[StatementVersion, ...]]


@dataclass(frozen=True, slots=True)
class Reference:
    """Another statement of the same series. ``names`` is true when it is about this very one."""

    url: str
    kind: str
    published_at: datetime
    names: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One published version as the pages show it. ``lang`` is the language of its words, ``url`` its own address."""

    id: str
    url: str
    title: str
    text: str
    sha256: str
    published_at: datetime
    version: int
    lang: str = "vi"
    series: str = ""
    """The identity of everything that is said on one matter; it never changes."""
    series_url: str = ""
    kind: str = StatementKind.INITIAL.value
    state: str = StatementState.PUBLISHED.value
    first: Reference | None = None
    """The first statement of the series, where this is another."""
    refers_to: Reference | None = None
    later: tuple[Reference, ...] = ()
    """What followed this one, oldest first."""
    wrong: Changes | None = None
    """For a correction or a replacement: where it differs from what it refers to."""

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """Paragraphs, each a tuple of lines."""
        return tuple(tuple(block.split("\n")) for block in self.text.split("\n\n"))

    @property
    def heading(self) -> str:
        """The first line."""
        return self.text.split("\n", 1)[0]

    @property
    def body(self) -> tuple[tuple[str, ...], ...]:
        """The paragraphs after the first line."""
        rest = self.text.partition("\n")[2].lstrip("\n")
        return tuple(tuple(block.split("\n")) for block in rest.split("\n\n")) if rest else ()

    @property
    def lead(self) -> str:
        """The beginning of what it says."""
        return " ".join((self.body or self.paragraphs)[0])

    @property
    def changed_at(self) -> datetime:
        """When its page last changed: another statement that names it changes it."""
        return max([self.published_at, *(other.published_at for other in self.later if other.names)])


def item_id(version: StatementVersion) -> str:
    """The permanent id under ``/newsroom/``."""
    return f"{version.incident_id}-{version.version}"


def words_in(version: StatementVersion, lang: str) -> tuple[str, str]:
    """The approved words for readers of ``lang`` and their language: Vietnamese where there are no others."""
    approved = version.texts.get(f"{lang}/full")
    return (version.full_vi, "vi") if approved is None else (approved, lang)


def make(version: StatementVersion, series: Series, where: Addresses, lang: str, *, compare: bool = False) -> Item:
    """The item of a version among its series; ``compare`` finds out what a correction changed."""
    shown = series.get(version.incident_id, ())
    words, spoken = words_in(version, lang)
    text = canonical(words)
    named = next((v for v in shown if v.version == version.refers_to), None)
    first = shown[0] if shown and shown[0].version != version.version else None

    def reference(other: StatementVersion) -> Reference:
        url = _url(where, Place(Kind.ITEM, item_id(other)), lang)
        names = other.refers_to == version.version
        return Reference(url, other.kind.value, other.published_at or other.created_at, names=names)

    return Item(
        id=item_id(version),
        url=_url(where, Place(Kind.ITEM, item_id(version)), lang),
        title=headline(text, TITLE_LENGTH),
        text=text,
        sha256=version.sha256,
        published_at=version.published_at or version.created_at,
        version=version.version,
        lang=spoken,
        series=version.incident_id,
        series_url=_url(where, Place(Kind.ITEM, version.incident_id), lang),
        kind=version.kind.value,
        state=version.state.value,
        first=reference(first) if first else None,
        refers_to=reference(named) if named else None,
        later=tuple(reference(v) for v in shown if v.version > version.version),
        wrong=_wrong(version, named, lang) if compare else None,
    )


def make_all(versions: Sequence[StatementVersion], series: Series, where: Addresses, lang: str) -> list[Item]:
    """The items of many versions."""
    return [make(version, series, where, lang) for version in versions]


def _url(where: Addresses, place: Place, lang: str) -> str:
    return where.absolute(place, lang) or where.href(place, lang)


def _wrong(version: StatementVersion, named: StatementVersion | None, lang: str) -> Changes | None:
    if named is None or version.kind not in (StatementKind.CORRECTION, StatementKind.SUPERSESSION):
        return None
    (old, spoken_before), (new, spoken) = words_in(named, lang), words_in(version, lang)
    if spoken != spoken_before:
        return None
    # The heading always differs, and what was only put in (such as the reference to the former) was not wrong before.
    found = changes(old.partition("\n")[2], new.partition("\n")[2])
    places = tuple(place for place in found.places if any(s.change is Change.REMOVED for s in place))
    return Changes(places, found.kept) if found.kept >= ALIKE else None
