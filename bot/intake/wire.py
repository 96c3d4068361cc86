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


def _problem(says: str, **headers: str) -> Answer:
    return Answer(says, Problem, PROBLEM, {name.replace("_", "-"): what for name, what in headers.items()})


_REFUSALS = {
    400: _problem("Not what the format is written in, or an odd webhook-id."),
    401: _problem("No credentials of the feed, or wrong ones; never which part.", WWW_Authenticate="How to prove it."),
    408: _problem("The body took longer to come than anybody may."),
    409: _problem("The webhook-id came before with another body."),
    413: _problem(f"More than {MAX_BYTES // 1024**2} MiB."),
    422: _problem(
        "None of it understood (kept in quarantine), marked as a state secret (not kept), or too many items."
    ),
    503: _problem("It could not be stored; send it again.", Retry_After="Seconds to wait."),
}
_HEADERS = {
    "webhook-id": "Standard Webhooks: the same id with the same body is a duplicate.",
    "webhook-timestamp": "Standard Webhooks: seconds since 1970.",
    "Accept-Language": "vi for Vietnamese error texts; English else.",
}

POST_ALERTS = Operation(
    "Bring alerts of the form spike_alert/v1: one object, or an array",
    {202: Answer("Stored for good.", Receipt), **_REFUSALS},
    {"application/json": Many(SpikeAlert, MAX_ITEMS)},
    _HEADERS,
    secured=True,
)
POST_FEED = Operation(
    "Bring what a feed sends in its own format",
    {202: Answer("Stored for good.", Receipt), 404: _problem("There is no such feed."), **_REFUSALS},
    dict.fromkeys(
        (
            *("application/json", "application/cloudevents+json", "application/cloudevents-batch+json"),
            *("application/xml", "application/cap+xml", "message/rfc822"),
        )
    ),
    _HEADERS,
    secured=True,
)
GET_ALERT = Operation(
    "Ask what became of an alert, with the credentials of its feed",
    {
        200: Answer("It is known.", ItemResult),
        401: _REFUSALS[401],
        404: _problem("There is no such alert."),
        503: _REFUSALS[503],
    },
    secured=True,
)
