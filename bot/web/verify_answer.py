"""What ``/verify`` answers: as the page shows it, and as programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from bot.model.difference import Change, Stretch
from bot.model.statement import StatementVersion, canonical, headline
from bot.model.verifying import Verdict
from bot.store.published_texts import PublishedText
from bot.web import items
from bot.web.addresses import Kind, Place, Served
from bot.web.items import Reference


class Followed(BaseModel):
    """A later statement on the same matter."""

    kind: str
    address: str
    published_at: datetime


class Match(BaseModel):
    """A published statement. ``stands`` is false once it was corrected, replaced or taken back."""

    address: str
    title: str
    variant: str
    sha256: str
    version_sha256: str
    published_at: datetime
    state: str
    stands: bool
    later: list[Followed]


class Difference(BaseModel):
    """A place where a text differs: ``same``, ``removed`` (published) and ``added`` words in reading order."""

    stretches: list[tuple[str, str]]


class VerifyAnswer(BaseModel):
    """Whether words were published. ``published`` is true for all of them and no others, and for a known hash."""

    verdict: Verdict
    published: bool
    matches: list[Match]
    extra: list[str]
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Found:
    """One published text as the page shows it."""

    url: str
    title: str
    lang: str
    variant: str
    sha256: str
    version_sha256: str
    published_at: datetime
    state: str
    later: tuple[Reference, ...]

    @property
    def stands(self) -> bool:
        """Nothing has been put in its place."""
        return self.state == "published"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one question. ``answer`` names its words in the catalogue."""

    verdict: Verdict
    found: tuple[Found, ...] = ()
    extra: tuple[str, ...] = ()
    places: tuple[tuple[Stretch, ...], ...] = ()
    by_hash: bool = False

    @property
    def answer(self) -> str:
        """Which words say it."""
        if self.by_hash:
            return "hash" if self.found else "hash_unknown"
        if self.verdict is Verdict.EXACT and not self.stands:
            return "exact_no_more"
        return self.verdict.value

    @property
    def stands(self) -> bool:
        """At least one of what was found stands."""
        return any(one.stands for one in self.found)

    @property
    def tone(self) -> str:
        """Good, care or bad: how the answer is set apart."""
        if self.verdict is Verdict.EXACT:
            return "good" if self.stands else "care"
        return "care" if self.verdict is Verdict.WITHIN else "bad"


def found(version: StatementVersion, text: PublishedText, item: items.Item, where: Served, lang: str) -> Found:
    """One published text with where it is shown and what became of it."""
    words = canonical(version.texts[text.variant])
    return Found(
        url=where.absolute(Place(Kind.ITEM, item.id), lang),
        title=headline(words, items.TITLE_LENGTH),
        lang=text.variant.partition("/")[0],
        variant=text.variant,
        sha256=text.sha256,
        version_sha256=version.sha256,
        published_at=item.published_at,
        state=item.state,
        later=item.later,
    )


def as_json(answered: Answered) -> VerifyAnswer:
    """The answer as programs read it."""
    return VerifyAnswer(
        verdict=answered.verdict,
        published=answered.verdict is Verdict.EXACT,
        matches=[
            Match(
                address=one.url,
                title=one.title,
                variant=one.variant,
                sha256=one.sha256,
                version_sha256=one.version_sha256,
                published_at=one.published_at,
                state=one.state,
                stands=one.stands,
                later=[Followed(kind=o.kind, address=o.url, published_at=o.published_at) for o in one.later],
            )
            for one in answered.found
        ],
        extra=list(answered.extra),
        differences=[
            Difference(stretches=[(Change(s.change).value, s.text) for s in place]) for place in answered.places
        ],
    )
