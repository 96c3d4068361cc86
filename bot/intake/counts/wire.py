"""What ``POST /v1/counts`` reads and answers, as other people's programs see it (DESIGN §5)."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from bot.describing import Answer, Many, Operation
from bot.detection.counting import LARGEST, LONGEST_NAME
from bot.intake.wire import HEADERS, REFUSALS, problem_answer

MAX_COUNTS = 10_000
"""Counts in one request: five hundred topics for twenty bins."""


class MentionCount(BaseModel):
    """Mentions of a topic in one bin. What was not sent is a gap, not a zero: send zeros."""

    topic: str = Field(min_length=1, max_length=LONGEST_NAME)
    start: datetime | int = Field(description="When the bin begins: ISO 8601 (no zone: Asia/Ho_Chi_Minh) or seconds.")
    seconds: int = Field(ge=60, le=86_400, description="Its length; the same for all bins of a topic.")
    count: float = Field(ge=0, le=LARGEST)
    by_source: dict[str, float] = Field(default={}, description="The same by where it was said.")
    by_sentiment: dict[str, float] = Field(default={}, description="negative, positive, neutral.")


class RefusedCount(BaseModel):
    """One item that was not taken; ``index`` is its place in the request, from 0."""

    index: int = Field(ge=0)
    reason: str


class CountsReceipt(BaseModel):
    """What became of one request, durable when it is read. Late counts are shown to people and not judged."""

    accepted: int = Field(ge=0)
    late: int = Field(ge=0)
    refused: list[RefusedCount]


_OWN = {
    422: problem_answer("None of it was taken (the reasons are with it), or too many counts."),
    429: problem_answer("More counts a minute than a feed may bring.", Retry_After="Seconds to wait."),
}

POST_COUNTS = Operation(
    "Bring mention counts: one object, or an array",
    {
        202: Answer("Stored for good.", CountsReceipt),
        **{status: answer for status, answer in REFUSALS.items() if status in (400, 401, 408, 413, 503)},
        **_OWN,
    },
    {"application/json": Many(MentionCount, MAX_COUNTS)},
    {name: what for name, what in HEADERS.items() if name != "webhook-id"}
    | {"webhook-id": "Standard Webhooks: part of what is signed. Counts may be sent again without harm."},
    secured=True,
)
