"""A person's own report from the chat: through the same door as an alert of any feed, under the name ``chat``.

Who reported is on the record (the act in the audit log), and nowhere in the alert or in what is published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.intake.feeds import FeedConfig
from bot.intake.formats.port import NO_HEADERS
from bot.intake.parcel import open_parcel
from bot.intake.receiving import receive_one
from bot.locale import text
from bot.model.alert import AlertOutcome
from bot.model.commands import AskReport, Report
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store.database import Tx

FEED = "chat"
"""The feed under which reports are kept; the settings may not give it to a monitoring system."""

LONGEST_PLACE = 120
SHOWN_TITLE = 160

_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\n;|]+")
_AT = re.compile(r"(ở|tại|o|tai)\s+", re.IGNORECASE)
_DRILL = re.compile(r"(diễn tập|dien tap|\[diễn tập\])\s*[:,.\-–]?\s*", re.IGNORECASE)


async def ask_report(tx: Tx, desk: Desk, person: Person, command: AskReport) -> Outcome:
    """Ask what, where, and for a link."""
    refusal = authority.may_work(person, None, desk.now)
    return refuse(refusal) if refusal is not None else Outcome(Reason.ASK_REPORT)


async def report(tx: Tx, desk: Desk, person: Person, command: Report) -> Outcome:
    """Keep the report as an alert, in the transaction of the act; grouping then finds or opens its incident."""
    refusal = authority.may_work(person, None, desk.now)
    if refusal is not None:
        return refuse(refusal)
    said = read_report(command.words)
    if not said["title"]:
        return refuse(Reason.TEXT_EMPTY)
    parcel = open_parcel(FEED, FeedConfig(), json.dumps(said).encode(), NO_HEADERS, desk.now)
    (result,) = (await receive_one(tx, parcel)).results
    match result.outcome:
        case AlertOutcome.REFUSED:
            return refuse(Reason.MARKED_SECRET)
        case AlertOutcome.ACCEPTED:
            reason = Reason.REPORTED if said["status"] == "actual" else Reason.REPORTED_DRILL
            return Outcome(reason, values={**_told(said), "alert": result.id})
    return refuse(Reason.REPORT_NOT_UNDERSTOOD, why=result.reason[:200])


def _told(said: Mapping[str, Any]) -> dict[str, str]:
    """What was understood, in words also where nothing was: an answer with a hole reads as a fault."""
    values = {"title": said["title"][:SHOWN_TITLE]}
    for name, known, nothing in (
        ("place", said["location"]["text"] or "", "reported.place.unknown"),
        ("links", str(len(said["sources"]) or ""), "reported.links.none"),
    ):
        values |= {name: known or text("vi", nothing), f"{name}_en": known or text("en", nothing)}
    return values


def read_report(words: str) -> Mapping[str, Any]:
    """What, where and links, from lines or parts between semicolons: the first says what, a short second one where.

    "Diễn tập" before it makes a drill of it.
    """
    drill = _DRILL.match(words.strip())
    text = words.strip()[drill.end() :] if drill else words.strip()
    links = [link.rstrip(".,;)") for link in _LINK.findall(text)]
    parts = [part for part in (" ".join(p.split()) for p in _BETWEEN.split(_LINK.sub(" ", text))) if part]
    title, rest = (parts[0], parts[1:]) if parts else ("", [])
    place = _AT.sub("", rest[0], count=1) if rest and len(rest[0]) <= LONGEST_PLACE else None
    return {
        "title": title,
        "summary": "\n".join(rest[1:] if place else rest),
        "kind": "manual",
        "status": "exercise" if drill else "actual",
        "location": {"text": place},
        "sources": [{"url": link} for link in dict.fromkeys(links)],
    }
