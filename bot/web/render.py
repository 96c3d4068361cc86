"""The only HTML of the newsroom: templates with every value escaped, page texts from the catalogues."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.locale import has, local_time, text
from bot.model.person import Agency
from bot.model.public_text import Phrase, accented_words, plain_words
from bot.web.addresses import FIRST, Addresses, Kind, Place
from bot.web.linked_data import linked_data

if TYPE_CHECKING:
    from bot.web.items import Item
    from bot.web.verify_answer import Answered

LEAD_LENGTH = 220
MOST_COUNTED = 200
"""What a search finds beyond this is said to be more."""

_WORD = re.compile(r"\w+")

_templates = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.globals.update(FIRST=FIRST, Kind=Kind, Place=Place)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around every page: whose newsroom it is, in which language, and how pages find one another."""

    agency: Agency
    lang: str
    where: Addresses

    @property
    def agency_name(self) -> str:
        """The agency in the language of the page."""
        return self.agency.name_en if self.lang == "en" and self.agency.name_en else self.agency.name_vi


@dataclass(frozen=True, slots=True)
class Search:
    """What a visitor asked for, as it is shown again, and what of it was not understood.

    ``since`` and ``until`` are days in ISO form or empty.
    """

    words: str = ""
    since: str = ""
    until: str = ""
    phrases: Sequence[Phrase] = ()
    fault: str | None = None

    @property
    def is_on(self) -> bool:
        """True when anything was asked for."""
        return bool(self.words or self.since or self.until or self.fault)


@dataclass(frozen=True, slots=True)
class Turning:
    """Which page of a list this is, whether older ones follow, and of how many where that is known."""

    page: int
    more: bool
    pages: int | None = None


def listing(items: Sequence[Item], frame: Frame, *, turning: Turning, found: int, search: Search) -> str:
    """The page of the latest statements, or of those that a search found; counting ends at :data:`MOST_COUNTED`."""
    many = found > MOST_COUNTED
    return _page("listing.html", frame, FIRST, items=items, turning=turning, found=found, many=many, search=search)


def item(shown: Item, frame: Frame) -> str:
    """The page of one statement."""
    here = Place(Kind.ITEM, shown.id)
    data = linked_data(shown, frame.agency, frame.lang, frame.agency_name, frame.where)
    return _page("item.html", frame, here, item=shown, data=data)


def series(items: Sequence[Item], frame: Frame) -> str:
    """The page of everything that was said on one matter; ``items`` are oldest first."""
    here = Place(Kind.ITEM, items[-1].series)
    return _page("series.html", frame, here, items=items[::-1], item=items[-1])


def verify(answered: Answered | None, frame: Frame, *, asked: str = "", fault: str | None = None) -> str:
    """The page that answers whether a text was published."""
    return _page("verify.html", frame, Place(Kind.VERIFY), answered=answered, asked=asked, fault=fault)


def message(name: str, frame: Frame) -> str:
    """A short page that says why there is nothing else to see; ``name`` is that of its words in the catalogue."""
    return _page("message.html", frame, None, name=name)


def marked(words: str, phrases: Sequence[Phrase], length: int = LEAD_LENGTH) -> Markup:
    """The part of ``words`` in which the phrases first stand, with them marked."""
    accented = {word for p in phrases if p.accented for word in p.words.split(" ")}
    plain = {word for p in phrases if not p.accented for word in p.words.split(" ")}
    hits = [m for m in _WORD.finditer(words) if accented_words(m[0]) in accented or plain_words(m[0]) in plain]
    start = max(0, hits[0].start() - length // 3) if hits and hits[0].start() > length // 2 else 0
    start = words.rfind(" ", 0, start) + 1 if start else 0
    end = (
        len(words)
        if len(words) <= start + length
        else max(words.rfind(" ", start, start + length), start + length // 2)
    )
    shown, at = [Markup("… ") if start else Markup()], start
    for hit in (h for h in hits if start <= h.start() and h.end() <= end):
        shown += [escape(words[at : hit.start()]), Markup("<mark>"), escape(hit[0]), Markup("</mark>")]
        at = hit.end()
    shown += [escape(words[at:end]), Markup(" …") if end < len(words) else Markup()]
    return Markup().join(shown)


def variant_name(variant: str, lang: str) -> str:
    """What one text of a version is called: ``bản đầy đủ, tiếng Việt``."""
    spoken, _, length = variant.partition("/")
    key = f"verify.variant.{length}"
    name = text(lang, key) if has(key) else text(lang, "verify.variant.other", variant=length)
    return text(
        lang, "verify.variant", name=name, language=text(lang, f"verify.language.{'en' if spoken == 'en' else 'vi'}")
    )


def _page(template: str, frame: Frame, here: Place | None, **values: Any) -> str:
    lang = frame.lang
    return _templates.get_template(template).render(
        agency=frame.agency,
        agency_name=frame.agency_name,
        contact=frame.agency.press_contact_en if lang == "en" else frame.agency.press_contact_vi,
        lang=lang,
        other="en" if lang == "vi" else "vi",
        here=here,
        where=frame.where,
        t=partial(text, lang),
        local_time=partial(_local_time, lang),
        marked=marked,
        variant_name=variant_name,
        query=_query,
        **values,
    )


def _local_time(lang: str, instant: Any) -> str:
    return local_time(instant, lang)


def _query(search: Search, page: int) -> Mapping[str, str]:
    """The parameters that lead to another page of the same search."""
    asked = {"q": search.words, "from": search.since, "to": search.until, "page": str(page) if page > 1 else ""}
    return {name: value for name, value in asked.items() if value}
