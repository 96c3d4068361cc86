"""The paragraphs of a statement that the program writes itself, in the words of ``playbooks/blocks.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from babel.dates import format_datetime

from bot.drafting.context import DraftContext
from bot.drafting.gaps import gap
from bot.drafting.values import clean, in_figures
from bot.locale import LOCAL
from bot.model.fact import PLACE, Fact
from bot.model.playbook import Bilingual, FactSlot, Playbook
from bot.playbooks.templates import names_in, render

SAME_HOUR = timedelta(minutes=15)
"""A fact at most this much older than the statement holds "as of" the statement's own hour."""


class Blocks:
    """The values of one template in one language: of every fact only the confirmed ones are ``confirmed``.

    A playbook whose first statement does not say where says so in none of its texts: there the place is protected.
    """

    def __init__(self, playbook: Playbook, confirmed: Mapping[str, Fact], context: DraftContext, lang: str) -> None:
        self._playbook, self._confirmed, self._context, self._lang = playbook, confirmed, context, lang
        self._names_place = "where" in {name for name, _ in names_in(playbook.holding[lang])}
        self._phrases = playbook.phrases
        self._shared = playbook.statements.phrases
        self._place = clean(context.place or "").rstrip(" .,;")

    @property
    def place_is_missing(self) -> bool:
        """True when the statement must say where and nobody knows."""
        return self._names_place and not self._place

    def values(self) -> dict[str, str]:
        """Everything a holding template may ask for."""
        return {
            "header": self._header(),
            "agency": self._agency,
            "where": self._where(),
            "known": self._known(),
            "unknown": self._unknown(),
            "next_update": self._next_update(),
            "contact": self._contact(),
            "signoff": self._signoff(),
        }

    @cached_property
    def _agency(self) -> str:
        return self._context.agency.name_en if self._lang == "en" else self._context.agency.name_vi

    def _say(self, phrase: Bilingual, **values: str) -> str:
        return render(phrase.in_(self._lang), **values)

    def _at(self, instant: datetime, pattern: Bilingual) -> str:
        return format_datetime(instant, pattern.in_(self._lang), tzinfo=LOCAL, locale=self._lang)

    def _header(self) -> str:
        issued_at = self._at(self._context.issued_at, self._phrases.instant)
        return self._say(self._phrases.header, number=str(self._context.number), issued_at=issued_at)

    def _where(self) -> str:
        """The place with exactly one preposition, also when whoever reported it wrote one."""
        if not self._names_place:
            return self._say(self._shared.where_untold)
        if not self._place:
            return self._say(self._phrases.where, place=gap(self._phrases.place.in_(self._lang), self._lang))
        vietnamese, own = self._phrases.prepositions["vi"], self._phrases.prepositions[self._lang]
        first, _, rest = self._place.partition(" ")
        if rest and first.casefold() in own:
            return f"{first.lower()} {rest}"
        place = rest if rest and first.casefold() in vietnamese else self._place
        return self._say(self._phrases.where, place=place)

    def _known(self) -> str:
        return self._known_of(self._clauses())

    def _known_of(self, clauses: Sequence[str]) -> str:
        same_day = self._day(self._context.as_of) == self._day(self._context.issued_at)
        as_of = self._at(self._context.as_of, self._phrases.hour if same_day else self._phrases.instant)
        if not clauses:
            return self._say(self._phrases.nothing_known, as_of=as_of)
        return self._say(self._phrases.known, as_of=as_of, facts="; ".join(clauses))

    def _clauses(self) -> list[str]:
        """What is known, a clause each, with a gap where something required is not."""
        parts = []
        for slot in self._playbook.facts:
            fact = self._confirmed.get(slot.id)
            if fact is not None and (said := self._clause(slot, fact)):
                parts.append(said)
            elif slot.required:
                parts.append(gap(slot.name.in_(self._lang), self._lang))
        return parts

    def _clause(self, slot: FactSlot, fact: Fact, *, aged: bool = True) -> str:
        """One confirmed fact in words; with its own cut-off where that is older than the statement's."""
        value = in_figures(clean(fact.value), counted=slot.type == "count", lang=self._lang)
        if not value:
            return ""
        said = self._say(slot.say, value=_without_unit(value.rstrip(" .;") or value, slot.say.in_(self._lang)))
        cut_off = fact.as_of or fact.at
        if not aged or self._context.as_of - cut_off <= SAME_HOUR:
            return said
        same_day = self._day(cut_off) == self._day(self._context.issued_at)
        at = self._at(cut_off, self._phrases.hour if same_day else self._phrases.instant)
        return self._say(self._shared.fact_as_of, fact=said, at=at)

    def _unknown(self) -> str:
        return self._say(self._phrases.unknown, items="; ".join(self._unknown_names()))

    def _unknown_names(self) -> list[str]:
        names = [slot.name.in_(self._lang) for slot in self._playbook.facts if slot.id not in self._confirmed]
        if self._names_place and PLACE not in self._confirmed:
            names.insert(0, self._phrases.exact_place.in_(self._lang))
        return names or [self._phrases.other_details.in_(self._lang)]

    def _next_update(self) -> str:
        at = self._at(self._context.next_update_at, self._phrases.instant)
        return self._say(self._phrases.next_update, agency=self._agency, at=at, url=self._context.agency.channel_url)

    def _contact(self) -> str:
        agency = self._context.agency
        desk = agency.press_contact_en if self._lang == "en" else agency.press_contact_vi
        return self._say(self._phrases.contact, desk=desk, phone=agency.press_phone, url=agency.channel_url)

    def _signoff(self) -> str:
        """Name, title and agency: what the press must give (NĐ 244/2026 Art. 9); the agency alone if one is missing."""
        name = clean(self._context.spokesperson_name or "")
        context = self._context
        title = clean((context.spokesperson_title_en if self._lang == "en" else context.spokesperson_title) or "")
        if not name or not title:
            return self._say(self._phrases.signed_by_nobody, agency=self._agency)
        return self._say(self._phrases.signed, name=name, title=title, agency=self._agency)

    def _day(self, instant: datetime) -> str:
        return instant.astimezone(LOCAL).date().isoformat()


def _without_unit(value: str, clause: str) -> str:
    """A value without the word that follows it in its clause anyway: "43 người" before "người có triệu chứng"."""
    after = clause.partition("}}")[2].split()
    words = value.split()
    return " ".join(words[:-1]) if len(words) > 1 and after and words[-1].casefold() == after[0].casefold() else value
