"""The section ``retention`` of the settings: how long each kind of data is kept. The audit log is kept for ever."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.settings.section import Section

Days = Annotated[int, Field(ge=1, le=36_500)]


class Retention(Section):
    """Days; null keeps a kind for ever, but for the first two, which are others' words.

    What is open, queued or in doubt is never removed, however old.

    ``raw_days``: what senders sent, byte for byte (what was understood of it stays). ``quarantine_days``: what could
    not be understood. ``receipt_days``: webhook ids, for as long as the same request counts as a duplicate.
    ``sketch_days``: what grouping compares, after the end of an incident. ``inbox_days``: what people sent on Telegram,
    once carried out. ``outbox_days``: messages, once sent or given up. ``letter_days``: letters, links and what was
    sent by them, after the end of their incident; links to the internal board, after they were given.
    ``workflow_days``: the workflow library's history of what is done.
    """

    raw_days: int = Field(default=7, ge=0, le=365)
    quarantine_days: int = Field(default=30, ge=1, le=365)
    receipt_days: Days | None = 30
    sketch_days: Days | None = 90
    inbox_days: Days | None = 30
    outbox_days: Days | None = 90
    letter_days: Days | None = 365
    workflow_days: Days | None = 7
