"""A feed as intake needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from bot.intake.formats.native import NATIVE
from bot.intake.formats.port import Format
from bot.model.alert import AlertStatus

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One feed's format and credentials; without any of them the settings have made sure of a loopback listener.

    ``networks``: whoever sends must come from one of them as well. ``pulled`` feeds are fetched by Keng itself; nothing
    is taken from those who call, unless credentials say who may. ``drill``: whatever the feed says is a test or an
    exercise, for as long as it is being connected; nothing makes a drill real. ``per_minute``: so many alerts it may
    send at once, and so many more each minute; None sets no limit.
    """

    format: Format = NATIVE
    secrets: tuple[str, ...] = ()
    bearer: str | None = None
    basic: str | None = None
    networks: tuple[Network, ...] = ()
    pulled: bool = False
    drill: AlertStatus | None = None
    per_minute: int | None = None
