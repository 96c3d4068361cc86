"""The question before an act that ends a case, or that nobody takes back: what is meant, and *Đúng* or *Thôi*."""

from __future__ import annotations

from bot.channels.telegram.buttons import Action, MakeButton, sure_arg
from bot.channels.telegram.render import Rendered, bold, button, join, words
from bot.channels.telegram.render_dialog import cancel, sentence
from bot.locale import text
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.reasons import Reason

ONCE_MORE = frozenset({Reason.ASK_IMPACT, Reason.ASK_CLOSE, Reason.ASK_HAND_OVER, Reason.ASK_MERGE})
"""Questions whose *Đúng* carries out what was asked for."""


def ask_once_more(
    lang: str, outcome: Outcome, incident: Incident | None, asked_by: tuple[int, int], make: MakeButton
) -> Rendered:
    """Show what the act would do, and ask. ``asked_by`` is whose account asked and by which update.

    A reason under a mark of secrecy was kept nowhere, so that no button could carry the act out: it must be typed.
    """
    name, incident_id, (user_id, update_id) = outcome.reason.value, outcome.incident_id or "", asked_by
    lines = [
        *([bold(text(lang, "card.drill"))] if incident is not None and incident.drill else []),
        bold(sentence(lang, outcome, user_id)),
        *(words(line) for line in outcome.values.get(f"lines_{lang}", "").split("\n") if line),
        *([words(text(lang, "once_more.why", why=outcome.values["why"]))] if outcome.values.get("why") else []),
        words(text(lang, f"{name}.typed", **outcome.values)),
    ]
    arg = sure_arg(outcome.values["digest"], update_id)
    sure = (
        [] if outcome.unkept else [[button(text(lang, f"button.sure.{name}"), make(Action.SURE, incident_id, 0, arg))]]
    )
    return join(lines, [*sure, [cancel(lang, incident_id, make)]], lang=lang)
