"""How an outcome is told: by a toast or a message, where drafts may be read, and which questions an act answers."""

from __future__ import annotations

from bot.model.commands import (
    AnswerDelivery,
    Approve,
    AskAuthorisation,
    ChoosePlaybook,
    CloseIncident,
    Command,
    ConfirmHeldFact,
    ContentCheck,
    DecideRequest,
    FalseAlarm,
    HandOver,
    LegalCheck,
    MarkImpact,
    Merge,
    Release,
    Submit,
)
from bot.model.reasons import Reason

QUESTIONS = frozenset(reason for reason in Reason if reason.value.startswith("ask_"))
"""Outcomes that ask something: their buttons, or a reply, answer it."""

TEXTS = frozenset({Reason.TEXT_ADDED, Reason.TEXT_WRITTEN, Reason.TEXTS_SHOWN})
"""Outcomes that show texts of a version whole."""

ALWAYS_SAID = (
    QUESTIONS
    | TEXTS
    | {
        Reason.HELPED,
        Reason.LISTED,
        Reason.DIFF_SHOWN,
        Reason.LINT_SHOWN,
        Reason.LINT_CLEAN,
        Reason.LINT_BLOCKED,
        Reason.LINT_UNEXPLAINED,
        Reason.DRAFTED_ANEW_PROMISE_PAST,
        Reason.UNITS_ASKED,
        Reason.DOCUMENT_SENT,
        Reason.COPIES_SHOWN,
    }
)
"""Outcomes that need a message even when a press asked for them."""

SHOWS_DRAFTS = ALWAYS_SAID - {Reason.HELPED, Reason.DRAFTED_ANEW_PROMISE_PAST}
"""Messages that carry words or titles which are not for every group that the bot was put into."""

LISTS = frozenset(
    {
        Reason.CURVE_SHOWN,
        Reason.TOPICS_LISTED,
        Reason.TOPIC_PREVIEWED,
        Reason.RUMOURS_LISTED,
        Reason.SILENCES_LISTED,
        Reason.SILENCE_SHOWN,
        Reason.SILENCE_PREVIEWED,
        Reason.SILENCE_MADE,
        Reason.SILENCE_ASKED,
    }
)
"""Answers with titles of alerts below them."""

SECRET = frozenset({Reason.FACTOR_BEGUN, Reason.BOARD_LINK_GIVEN})
"""Messages for one person's own eyes: they go to nobody's chat but theirs."""

_ANSWERS_TO_A_QUESTION = (
    *(Approve, FalseAlarm, ChoosePlaybook, AnswerDelivery, Release, DecideRequest, ConfirmHeldFact),
    *(Submit, AskAuthorisation, ContentCheck, LegalCheck, CloseIncident, HandOver, MarkImpact, Merge),
)
"""What only buttons of a question do: once it is answered, its message says so and loses them."""


def answers_a_question(command: Command) -> bool:
    """True for an act that a question was about; a check is pressed on cards, too, which keep their words."""
    return isinstance(command, _ANSWERS_TO_A_QUESTION) and (
        not isinstance(command, ContentCheck | LegalCheck) or command.sure
    )
