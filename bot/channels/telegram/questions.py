"""What is asked and shown after an act: the message for each outcome, and what a reply to it will mean."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.base import CardSource
from bot.channels.telegram import (
    render_acts,
    render_dialog,
    render_difference,
    render_facts,
    render_lint,
    render_once_more,
    render_people,
    render_texts,
)
from bot.channels.telegram.buttons import MakeButton
from bot.channels.telegram.chats import Chats
from bot.channels.telegram.decode import Origin
from bot.channels.telegram.render import Piece, Rendered
from bot.model.clock import Clock
from bot.model.outcome import Outcome
from bot.model.playbook import Bilingual
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.model.statement_templates import FULL_VI
from bot.store import incidents, statements
from bot.store.database import Tx
from bot.store.telegram_inbox import Target

PROMPTS = {
    Reason.ASK_EDIT: Target.EDIT,
    Reason.ASK_RETURN: Target.RETURN,
    Reason.ASK_CODE: Target.CODE,
    Reason.ASK_LEVEL_REASON: Target.LEVEL,
    Reason.ASK_MUTE: Target.MUTE,
    Reason.ASK_FACT_VALUE: Target.FACT,
    Reason.ASK_SPLIT: Target.SPLIT,
    Reason.ASK_SPLIT_AGAIN: Target.SPLIT,
    Reason.ASK_FOLLOW_UP: Target.FOLLOW_UP,
    Reason.ASK_RETRACTION: Target.FOLLOW_UP,
    Reason.ASK_REFUSE_REASON: Target.REFUSE,
    Reason.ASK_AUTHORISE: Target.AUTHORISE,
    Reason.ASK_REPORT: Target.REPORT,
    Reason.ASK_LINT_REASON: Target.LINT,
    Reason.ASK_TEXT_WORDS: Target.TEXT,
}
"""Outcomes that ask for words, and what their answers are."""

ABOUT_THE_WORDS = frozenset({Reason.ASK_APPROVAL, Reason.ASK_RELEASE})
"""Questions after which words leave."""


class Questions:
    """Puts outcomes into messages."""

    def __init__(
        self,
        clock: Clock,
        chats: Chats,
        card_source: CardSource,
        playbook_names: Mapping[str, Bilingual],
        make: MakeButton,
    ) -> None:
        """``make`` signs the buttons."""
        self._clock = clock
        self._chats = chats
        self._card_source = card_source
        self._playbook_names = playbook_names
        self._make = make

    async def before(self, tx: Tx, outcome: Outcome, language: str) -> list[Rendered]:
        """What is shown before the message itself: the texts whole that it asks about, what it has no room for."""
        if outcome.reason is Reason.DIFF_SHOWN:
            return render_difference.difference(language, outcome)[:-1]
        keys = outcome.values.get("texts", "").split()
        about_the_words = outcome.reason in ABOUT_THE_WORDS
        found = await self._version(tx, outcome) if keys or about_the_words else None
        if found is None:
            return []
        if about_the_words and not render_texts.in_the_question(language, found):
            keys = [FULL_VI, *keys]
        return render_texts.whole(language, found, keys)

    async def _asked_about(self, tx: Tx, outcome: Outcome, language: str) -> list[Piece]:
        """The very words that are to leave stand in the question: a card may be far above it, or behind."""
        found = await self._version(tx, outcome)
        return render_texts.in_the_question(language, found) if found is not None else []

    async def _version(self, tx: Tx, outcome: Outcome) -> StatementVersion | None:
        return await statements.get_version(tx, outcome.incident_id or "", outcome.version or 0)

    async def message(self, tx: Tx, outcome: Outcome, origin: Origin, language: str) -> Rendered:
        """The message for one outcome, in the language of where it is read."""
        match outcome.reason:
            case Reason.ASK_APPROVAL:
                incident = await incidents.get(tx, outcome.incident_id or "")
                return render_dialog.ask_approval(
                    language, outcome, incident, await self._asked_about(tx, outcome, language), self._make
                )
            case Reason.ASK_TEXTS:
                return render_texts.ask_texts(language, outcome, self._make)
            case Reason.TEXT_ADDED | Reason.TEXT_WRITTEN:
                return render_texts.added(language, outcome, self._make)
            case Reason.ASK_TEXT_WORDS:
                found = await self._version(tx, outcome)
                words = found.texts.get(outcome.values["arg"]) if found else None
                return render_dialog.ask_for_words(language, outcome, (origin.user_id, origin.user_name), words)
            case Reason.ASK_EDIT:
                view = await self._card_source(tx, outcome.incident_id or "")
                current = view.statement.full_vi if view and view.statement else ""
                return render_dialog.ask_for_words(language, outcome, (origin.user_id, origin.user_name), current)
            case Reason.ASK_FOLLOW_UP:
                public = await statements.latest_public(tx, outcome.incident_id or "")
                current = public.full_vi if public else ""
                return render_dialog.ask_for_words(language, outcome, (origin.user_id, origin.user_name), current)
            case Reason.ASK_LINT_REASON:
                return render_lint.ask_reason(language, outcome, (origin.user_id, origin.user_name))
            case _ if outcome.hits:
                return render_lint.found(language, outcome, origin.user_id)
            case reason if reason in PROMPTS:
                return render_dialog.ask_for_words(language, outcome, (origin.user_id, origin.user_name), None)
            case Reason.ASK_RELEASE:
                incident = await incidents.get(tx, outcome.incident_id or "")
                return render_dialog.ask_release(
                    language, outcome, incident, await self._asked_about(tx, outcome, language), self._make
                )
            case Reason.ASK_DELEGATE:
                return render_acts.ask_delegate(language, outcome, self._make)
            case Reason.ASK_LEVEL:
                return render_acts.ask_level(language, outcome, self._make)
            case Reason.ASK_FACT:
                return render_facts.ask_fact(language, outcome, self._make)
            case Reason.ASK_FACT_CONFIRMED:
                return render_facts.ask_fact_confirmed(language, outcome, self._make)
            case Reason.DIFF_SHOWN:
                return render_difference.difference(language, outcome)[-1]
            case Reason.ASK_MORE:
                return render_acts.ask_more(language, outcome, self._make)
            case Reason.ASK_REFUSE:
                return render_acts.ask_refuse(language, outcome, self._make)
            case Reason.AUTHORISED:
                reached = await self._chats.reaches(tx, outcome.values["person_id"])
                return render_acts.authorised(language, outcome, origin.user_id, reached=reached)
            case Reason.FACTOR_BEGUN:
                return render_dialog.second_factor(language, outcome)
            case Reason.BOARD_LINK_GIVEN:
                return render_dialog.board_link(language, outcome)
            case Reason.ASK_PLAYBOOK:
                incident = await incidents.get(tx, outcome.incident_id or "")
                replaced = outcome.values.get("author") == "person"  # then the one in force gives its draft back
                settled = incident is not None and not incident.playbook_is_provisional
                in_force = incident.playbook if incident and settled and not replaced else None
                return render_dialog.ask_playbook(language, outcome, self._playbook_names, in_force, self._make)
            case Reason.ASK_FALSE_ALARM:
                incident = await incidents.get(tx, outcome.incident_id or "")
                return render_dialog.ask_false_alarm(language, outcome, incident, self._make)
            case Reason.ASK_CHECK:
                incident = await incidents.get(tx, outcome.incident_id or "")
                return render_dialog.ask_check(language, outcome, incident, self._make)
            case reason if reason in render_once_more.ONCE_MORE:
                incident = await incidents.get(tx, outcome.incident_id or "")
                asked_by = (origin.user_id, origin.update_id)
                return render_once_more.ask_once_more(language, outcome, incident, asked_by, self._make)
            case Reason.HELPED:
                return render_dialog.helped(language, outcome, origin.user_id)
            case Reason.ROSTER_SHOWN:
                return render_people.roster(language, outcome.shifts, self._clock.now())
            case Reason.LISTED:
                listed = [await incidents.get(tx, incident_id) for incident_id in outcome.values["ids"].split()]
                there, now = [i for i in listed if i], self._clock.now()
                stop = outcome.values.get(f"stopped_{language}", "")
                withheld = outcome.values.get("withheld", "").split()
                return render_dialog.listing(
                    language, there, outcome.values["count"], outcome.waiting, now, stop, withheld
                )
        return render_dialog.answer(language, outcome, origin.user_id)
