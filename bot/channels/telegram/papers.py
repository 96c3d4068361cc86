"""A document into a chat: made from committed state when it is sent, or words that say why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.channels.telegram.client import TelegramClient
from bot.locale import text
from bot.model.paper import NoPaper, PaperFormat, PaperSource

log = structlog.get_logger(__name__)

_OF_TEXT = frozenset({"text", "parse_mode", "entities", "link_preview_options"})
"""Parameters of ``sendMessage`` that ``sendDocument`` does not know."""


async def send_paper(
    client: TelegramClient, papers: PaperSource, params: Mapping[str, Any], asked: Sequence[Any]
) -> Any:
    """Send what was ``asked`` for (incident, version, format, language); returns Telegram's answer.

    Raises:
        TelegramError: classified by the caller.
    """
    incident_id, version, wanted, lang = asked
    try:
        paper = await papers(incident_id, int(version), PaperFormat(wanted))
    except NoPaper as error:
        log.warning("paper_not_made", incident=incident_id, version=version, why=error.why, detail=error.detail)
        words = {name: value for name, value in params.items() if name not in _OF_TEXT}
        return await client.call("sendMessage", words | {"text": text(lang, f"paper.fault.{error.why}")})
    caption = text(lang, "paper.caption", version=str(version), sha256=paper.sha256)
    if paper.note:
        caption = f"{caption}\n{text(lang, 'paper.note.template')}"
    rest = {name: value for name, value in params.items() if name not in _OF_TEXT}
    return await client.send_file(rest | {"caption": caption}, paper.name, paper.data)
