"""The shorter forms: a social post, thirty seconds read aloud, a loudspeaker text. Same facts, fewer sentences.

A form keeps to its length by leaving out what the full text says better, in this order: what is being done, then
clauses of advice (a loudspeaker and a post keep the first), and only in the post facts, which then says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.drafting.aloud import read_aloud
from bot.drafting.context import DraftContext
from bot.drafting.limits import LIMITS
from bot.drafting.stage_blocks import StageBlocks
from bot.model.fact import Fact
from bot.model.playbook import Playbook
from bot.model.statement import StatementKind, canonical
from bot.playbooks.templates import render

SPOKEN = frozenset({"spoken", "loudspeaker"})


class Brief(StageBlocks):
    """One shorter form in one language."""

    def __init__(
        self,
        kind: StatementKind,
        playbook: Playbook,
        confirmed: dict[str, Fact],
        context: DraftContext,
        lang: str,
        variant: str,
    ) -> None:
        super().__init__(kind, playbook, confirmed, context, lang)
        self._variant, self._limit = variant, LIMITS[variant]

    def text(self, template: str) -> str:
        """The richest text that keeps to its length; the poorest where none does."""
        said = ""
        for facts, doing, advice in self._choices():
            said = self._said(template, facts, doing, advice)
            if self.fits(said):
                break
        return said

    def fits(self, text: str) -> bool:
        """True when the text is no longer than it should be."""
        return self._limit.length(text) <= self._limit.aim

    def _choices(self) -> Iterator[tuple[int, int, int]]:
        """How many facts, sentences of what is done and clauses of advice, from everything to the least."""
        facts, advice = len(self._clauses()), len(_clauses_of(super().values()["advice"])[1])
        doing = 1 if self._playbook.paragraphs[self._lang].doing else 0
        least = min(1, advice) if self._variant != "spoken" else 0
        for clauses in range(advice, least - 1, -1):
            if doing:
                yield facts, 1, clauses
        for clauses in range(advice, least - 1, -1):
            yield facts, 0, clauses
        if self._variant not in SPOKEN:
            for fewer in range(facts - 1, -1, -1):
                yield fewer, 0, least
            yield 0, 0, 0

    def _said(self, template: str, facts: int, doing: int, advice: int) -> str:
        values = super().values()
        clauses = self._clauses()
        kept = clauses[:facts] + ([self._shared.more_in_full.in_(self._lang)] if facts < len(clauses) else [])
        prefix, asked = _clauses_of(values["advice"])
        at = self._spoken_instant(self._context.next_update_at)
        everything = facts == len(clauses)
        values |= {
            "heading": values["header"],
            "matter": self._filled(self._playbook.paragraphs[self._lang].matter),
            "known": self._known_of(kept),
            "others": self._say(self._shared.others_verified),
            "doing": _first_sentence(values["doing"]) if doing else "",
            "advice": f"{prefix} {'; '.join(asked[:advice])}." if advice and asked else "",
            "next": self._say(self._shared.next_short, at=at),
            "hour": self._spoken_instant(self._context.issued_at),
            "phone": self._context.agency.press_phone,
        }
        if not everything:
            values["changes"] = values["known"]
        said = _tidy(render(template, **values), in_one_line=self._variant in SPOKEN)
        return canonical(read_aloud(said, self._playbook.statements.aloud) if self._variant in SPOKEN else said)

    def _spoken_instant(self, at: datetime) -> str:
        """The hour alone where a text is heard on the day it is made for; with its day everywhere else."""
        today = self._day(at) == self._day(self._context.issued_at)
        return self._at(at, self._phrases.hour if today and self._variant in SPOKEN else self._phrases.instant)


def _clauses_of(paragraph: str) -> tuple[str, Sequence[str]]:
    """The beginning of a paragraph up to its colon, and the clauses after it."""
    head, colon, rest = paragraph.partition(":")
    clauses = [clause.strip().rstrip(".") for clause in rest.split(";") if clause.strip()]
    return f"{head}{colon}", clauses


def _first_sentence(paragraph: str) -> str:
    sentence, stop, _ = paragraph.partition(". ")
    return f"{sentence}." if stop else sentence


def _tidy(text: str, *, in_one_line: bool) -> str:
    """Lines without what empty values left: blank lines, spaces twice."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for line in lines if line]
    return " ".join(kept) if in_one_line else "\n".join(kept)
