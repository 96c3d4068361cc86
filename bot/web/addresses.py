"""Where each public page is found: on Keng itself, or in a folder of files for another web server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What kind of page or file."""

    LISTING = "listing"
    """``name`` is the number of the page, nothing for the first."""
    ITEM = "item"
    """``name`` is a statement's permanent id, or that of its series."""
    VERIFY = "verify"
    ATOM = "atom"
    JSON_FEED = "json_feed"
    STYLES = "styles"


@dataclass(frozen=True, slots=True)
class Place:
    """One page or file of the newsroom."""

    kind: Kind
    name: str = ""


FIRST = Place(Kind.LISTING)


class Addresses(Protocol):
    """How pages name one another, and who answers searches and questions."""

    @property
    def searches(self) -> bool:
        """True where a running Keng answers."""
        ...

    @property
    def asks(self) -> str | None:
        """Where a running Keng answers instead, if anywhere."""
        ...

    def href(self, place: Place, lang: str) -> str:
        """The address to put into a link on the page that is being drawn."""
        ...

    def absolute(self, place: Place, lang: str) -> str | None:
        """The address for the whole world; None where nobody has said how the world reaches us."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses of a running Keng. ``base_url`` is how the world addresses it, without a trailing slash."""

    base_url: str
    searches: bool = True
    asks: str | None = None

    def href(self, place: Place, lang: str) -> str:
        """The path from the root."""
        return path(place, lang)

    def absolute(self, place: Place, lang: str) -> str:
        """The path below the base address."""
        return f"{self.base_url}{path(place, lang)}"


def path(place: Place, lang: str) -> str:
    """The path of a page of a running Keng."""
    root = "" if lang == "vi" else f"/{lang}"
    match place.kind:
        case Kind.LISTING:
            return f"{root}/newsroom" + (f"?page={place.name}" if place.name else "")
        case Kind.ITEM:
            return f"{root}/newsroom/{place.name}"
        case Kind.VERIFY:
            return f"{root}/verify"
        case Kind.ATOM:
            return f"{root}/newsroom/feed.atom"
        case Kind.JSON_FEED:
            return f"{root}/newsroom/feed.json"
        case Kind.STYLES:
            return "/newsroom/static/newsroom.css"


@dataclass(frozen=True, slots=True)
class Exported:
    """The addresses within an exported folder: files, linked relatively. ``drawn_in`` is the language of the page."""

    drawn_in: str
    base: str | None = None
    asks: str | None = None
    searches: bool = False

    def href(self, place: Place, lang: str) -> str:
        """The way from the page to the file."""
        up = "" if self.drawn_in == "vi" else "../"
        return f"{up}{file_of(place, lang)}"

    def absolute(self, place: Place, lang: str) -> str | None:
        """The file below the base address, if one was given."""
        return None if self.base is None else f"{self.base.rstrip('/')}/{file_of(place, lang)}"


def file_of(place: Place, lang: str) -> str:
    """The name of a page's file in an exported folder."""
    root = "" if lang == "vi" else f"{lang}/"
    match place.kind:
        case Kind.LISTING:
            return f"{root}page-{place.name}.html" if place.name else f"{root}index.html"
        case Kind.ITEM:
            return f"{root}{place.name}.html"
        case Kind.VERIFY:
            return f"{root}verify.html"
        case Kind.ATOM:
            return f"{root}feed.atom"
        case Kind.JSON_FEED:
            return f"{root}feed.json"
        case Kind.STYLES:
            return "newsroom.css"
