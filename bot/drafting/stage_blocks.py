"""The paragraphs that statements after the first are made of: what they follow, what changed, what was wrong."""

from __future__ import annotations

from datetime import datetime

from bot.drafting.blocks import Blocks
from bot.drafting.context import DraftContext
from bot.drafting.gaps import gap
from bot.locale.phrases import basis_in
from bot.model.fact import Fact, FactState
from bot.model.playbook import Bilingual, Playbook
from bot.model.statement import StatementKind
from bot.playbooks.templates import render

REASON_LENGTH = 1_000
"""Characters of a reason that a statement shows."""


class StageBlocks(Blocks):
    """The values of any statement's full text in one language."""

    def __init__(
        self, kind: StatementKind, playbook: Playbook, confirmed: dict[str, Fact], context: DraftContext, lang: str
    ) -> None:
        super().__init__(playbook, confirmed, context, lang)
        self._kind = kind

    def values(self) -> dict[str, str]:
        """Everything a full text may ask for; what makes no sense in this one is empty."""
        return super().values() | {
            "reference": self._reference(),
            "changes": self._changes(),
            "corrections": self._corrections(),
            "doing": self._filled(self._playbook.paragraphs[self._lang].doing),
            "advice": self._filled(self._playbook.paragraphs[self._lang].advice),
            "closing_unknown": self._closing_unknown(),
            "closing_next": self._say(self._shared.closing_next, agency=self._agency, url=self._url),
            "reason": self._reason(),
            "basis": basis_in(self._lang, self._context.ground.basis) if self._context.ground else "",
            "ground": self._ground(),
            "url": self._url,
        }

    @property
    def _url(self) -> str:
        return self._context.agency.channel_url

    def _header(self) -> str:
        headings: dict[StatementKind, Bilingual] = {
            StatementKind.UPDATE: self._phrases.update_heading,
            StatementKind.CORRECTION: self._phrases.correction_heading,
            StatementKind.RETRACTION: self._phrases.retraction_heading,
            StatementKind.SUPERSESSION: self._phrases.supersession_heading,
            StatementKind.CLOSING: self._shared.closing_heading,
            StatementKind.REFUSAL: self._shared.refusal_heading,
        }
        if self._kind not in headings:
            return super()._header()
        issued_at = self._instant(self._context.issued_at)
        return self._say(headings[self._kind], number=str(self._context.number), issued_at=issued_at)

    def _reference(self) -> str:
        earlier = self._context.earlier
        references: dict[StatementKind, Bilingual] = {
            StatementKind.UPDATE: self._phrases.update_of,
            StatementKind.CORRECTION: self._phrases.correction_of,
            StatementKind.RETRACTION: self._phrases.retraction_of,
            StatementKind.SUPERSESSION: self._phrases.supersession_of,
            StatementKind.CLOSING: self._shared.closing_of,
        }
        if earlier is None or self._kind not in references:
            return ""
        at = self._instant(earlier.published_at)
        values = {"earlier_number": str(earlier.number), "earlier_at": at, "agency": self._agency}
        return self._say(references[self._kind], **values)

    def _changes(self) -> str:
        """What is known now and was not said, and what was said and is otherwise now."""
        earlier = self._context.earlier
        if earlier is None:
            return ""
        number, said = str(earlier.number), []
        new = [self._clause(slot, self._confirmed[slot.id]) for slot in self._playbook.facts if self._is_new(slot.id)]
        other = [self._say(self._shared.changed_item, old=old, new=now) for old, now in self._differing()]
        if other:
            said.append(self._say(self._shared.changed_facts, earlier_number=number, items="; ".join(other)))
        if new:
            said.append(self._say(self._shared.new_facts, earlier_number=number, items="; ".join(new)))
        return " ".join(said) or self._say(self._shared.nothing_new, earlier_number=number)

    def _corrections(self) -> str:
        """What was said and is otherwise; a gap where no fact is, for then a person must say what was wrong."""
        earlier = self._context.earlier
        if earlier is None:
            return ""
        items = [
            self._say(self._shared.corrected_item, earlier_number=str(earlier.number), old=old, new=now)
            for old, now in self._differing()
        ]
        named = "; ".join(items) or gap(self._shared.what_is_corrected.in_(self._lang), self._lang)
        return self._say(self._shared.corrected_facts, items=named)

    def _is_new(self, slot: str) -> bool:
        said = self._context.earlier.facts.get(slot) if self._context.earlier else None
        return slot in self._confirmed and (said is None or said.state is not FactState.CONFIRMED)

    def _differing(self) -> list[tuple[str, str]]:
        """Clause before and clause now, for every fact that the earlier statement stated otherwise."""
        before = self._context.earlier.facts if self._context.earlier else {}
        found = []
        for slot in self._playbook.facts:
            old, now = before.get(slot.id), self._confirmed.get(slot.id)
            if old is None or now is None or old.state is not FactState.CONFIRMED:
                continue
            said = self._clause(slot, old, aged=False)
            if said != self._clause(slot, now, aged=False):  # "1200" and "1.200 người" say the same
                found.append((said, self._clause(slot, now)))
        return found

    def _closing_unknown(self) -> str:
        names = self._unknown_names()
        if names == [self._phrases.other_details.in_(self._lang)]:
            return ""  # at the end of a matter everything may be known
        return self._say(self._shared.closing_unknown, items="; ".join(names))

    def _reason(self) -> str:
        reason = " ".join(self._context.reason.split())[:REASON_LENGTH]
        return reason if not reason or reason[-1] in ".!?…" else f"{reason}."

    def _ground(self) -> str:
        """The ground in the middle of a sentence; on a button and in a list it begins one."""
        ground = self._context.ground
        said = "" if ground is None else (ground.en if self._lang == "en" else ground.vi)
        return said[:1].lower() + said[1:] if said[1:2].islower() else said

    def _filled(self, template: str) -> str:
        return render(template, agency=self._agency, where=self._where()) if template else ""

    def _instant(self, at: datetime) -> str:
        return self._at(at, self._phrases.instant)
