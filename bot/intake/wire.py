"""The answers of the door as other people's programs read them, and what its routes say about themselves."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bot.describing import Answer, Many, Operation
from bot.intake.body import MAX_BYTES, MAX_ITEMS
from bot.intake.formats.native import SpikeAlert
from bot.model.alert import AlertOutcome

PROBLEM = "application/problem+json"


class ItemResult(BaseModel):
    """What became of one item; ``incident`` is null while grouping is still to come."""

    id: str
    incident: str | None
    outcome: AlertOutcome
    reason: str


class WhatBecame(ItemResult):
    """What has become of one item since; ``incident`` is null while grouping is still to come.

    ``alert_id`` is said only of what was put into quarantine: the alert that it became when it was read again (the
    first of several), whose incident, outcome and reason these are then; null while it is not understood.
    """

    alert_id: str | None = None


class Receipt(BaseModel):
    """What became of one request, durable when it is read."""

    accepted: int = Field(ge=0)
    duplicates: int = Field(ge=0)
    quarantined: int = Field(ge=0)
    refused: int = Field(ge=0)
    results: list[ItemResult]


class Problem(BaseModel):
    """An error (RFC 9457). Some bring the receipt along."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str


def problem_answer(says: str, **headers: str) -> Answer:
    """An answer that is a problem document; underscores in the names of its headers are hyphens."""
    return Answer(says, Problem, PROBLEM, {name.replace("_", "-"): what for name, what in headers.items()})


REFUSALS = {
    400: problem_answer("Not what the format is written in, or an odd webhook-id."),
    401: problem_answer(
        "No credentials of the feed, or wrong ones; never which part.", WWW_Authenticate="How to prove it."
    ),
    408: problem_answer("The body took longer to come than anybody may."),
    409: problem_answer("The webhook-id came before with another body."),
    413: problem_answer(f"More than {MAX_BYTES // 1024**2} MiB."),
    422: problem_answer(
        "None of it understood (kept in quarantine), marked as a state secret (not kept), or too many items."
    ),
    429: problem_answer(
        "More alerts than the feed may bring a minute, or its share of what may wait is used up; nothing was stored.",
        Retry_After="Seconds to wait.",
    ),
    503: problem_answer(
        "It could not be stored, or too much is coming in at once; send it again.", Retry_After="Seconds to wait."
    ),
}
HEADERS = {
    "webhook-id": "Standard Webhooks: the same id with the same body is a duplicate.",
    "webhook-timestamp": "Standard Webhooks: seconds since 1970.",
    "Accept-Language": "vi for Vietnamese error texts; English else.",
}

POST_ALERTS = Operation(
    "Bring alerts of the form spike_alert/v1: one object, or an array",
    {202: Answer("Stored for good.", Receipt), **REFUSALS},
    {"application/json": Many(SpikeAlert, MAX_ITEMS)},
    HEADERS,
    secured=True,
)
POST_FEED = Operation(
    "Bring what a feed sends in its own format",
    {202: Answer("Stored for good.", Receipt), 404: problem_answer("There is no such feed."), **REFUSALS},
    dict.fromkeys(
        (
            *("application/json", "application/cloudevents+json", "application/cloudevents-batch+json"),
            *("application/xml", "application/cap+xml", "message/rfc822"),
        )
    ),
    HEADERS,
    secured=True,
)
GET_ALERT = Operation(
    "Ask what became of an item, with the credentials of its feed",
    {
        200: Answer("It is known.", WhatBecame),
        401: REFUSALS[401],
        404: problem_answer("There is no such alert."),
        503: REFUSALS[503],
    },
    secured=True,
)
