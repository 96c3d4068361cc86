"""What control requests may say; anything else is refused with the name of the field."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.simulator.faults import FaultKind

ChatRef = int | str
"""A chat's id, or the `@username` of a public one."""


class Body(BaseModel):
    """The base of all: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid")


class Say(Body):
    """Write a text."""

    chat: ChatRef
    user: int
    text: str
    reply_to: int | None = None
    thread: int | None = None


class Press(Body):
    """Press a button by its label, or send forged data; wait for the bot's answer up to `wait` real seconds."""

    chat: ChatRef
    user: int
    message: int | None = None
    label: str | None = None
    data: str | None = None
    wait: float = Field(default=0.0, ge=0, le=60)


class Edit(Body):
    """Reword a message of one's own."""

    chat: ChatRef
    user: int
    message: int
    text: str


class Start(Body):
    """Press Start, perhaps after a deep link."""

    user: int
    payload: str = ""


class User(Body):
    """A person who blocks or unblocks the bot."""

    user: int


class Membership(Body):
    """Bring in, throw out or mute; the bot unless a user is named."""

    chat: ChatRef
    user: int | None = None
    by: int | None = None


class Promotion(Membership):
    """Rights of an administrator: left out the usual ones, an empty list makes a plain member."""

    rights: list[str] | None = None


class Migration(Body):
    """Turn a plain group into a supergroup."""

    chat: ChatRef
    new_id: int | None = None


class Deletion(Body):
    """Take a message away."""

    chat: ChatRef
    message: int


class NewFault(Body):
    """Order a trouble; the fields are those of `faults.Fault`."""

    kind: FaultKind
    method: str = "*"
    chat: ChatRef | None = None
    times: int | None = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)
    code: int = Field(default=500, ge=400, le=599)
    description: str = ""
    retry_after: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=0.0, ge=0, le=3600)


class NewFlood(Body):
    """Switch the flood model on, with Telegram's numbers unless others are given, or off."""

    on: bool
    per_chat_per_second: int = Field(default=1, ge=1)
    per_group_per_minute: int = Field(default=20, ge=1)
    overall_per_second: int = Field(default=30, ge=1)


class ClockMove(Body):
    """Move the clock; what is given is done in the order freeze, set, advance."""

    advance: float | None = None
    set: AwareDatetime | None = None
    freeze: bool | None = None


class InjectedUpdate(Body):
    """Deliver an old update again, or a raw one: `kind` and `payload` become `{"update_id": …, kind: payload}`."""

    duplicate: int | None = None
    kind: str | None = Field(default=None, pattern=r"^[a-z_]{1,64}$")
    payload: dict[str, object] | None = None


class Expectation(Body):
    """Announce a refusal, so that it is no problem."""

    status: int = Field(ge=400, le=499)
    method: str = "*"
    containing: str = ""
    times: int | None = Field(default=1, ge=1)
