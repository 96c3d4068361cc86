"""Is the sender who they must be? Standard Webhooks signatures, bearer tokens, basic credentials.

Whatever is wrong, the answer is the same single refusal: a caller never learns which part failed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from bot.intake.callers import Address, within
from bot.intake.feeds import FeedConfig

TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be from ours (Standard Webhooks; DESIGN §5)."""


class NotAuthentic(Exception):
    """The request does not prove who sent it."""


def check(
    feed: FeedConfig, headers: Mapping[str, str], body: bytes | None, now: datetime, address: Address | None = None
) -> None:
    """Return if the request is authentic: from a network of the feed's, if it has any, and with its credentials.

    With ``body`` None (it is not read yet) a signature counts that may hold: nobody's body is read who proves nothing.

    Raises:
        NotAuthentic: it is not; nothing more is said.
    """
    from_there = not feed.networks or within(address, feed.networks)
    if not (feed.secrets or feed.bearer or feed.basic):
        if feed.pulled or not from_there or _comes_from_a_page(headers):
            raise NotAuthentic
        return
    if not from_there:
        raise NotAuthentic
    if feed.secrets and _signed(feed.secrets, headers, body, now):
        return
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    if feed.bearer and scheme.lower() == "bearer" and _same(credentials.strip(), feed.bearer):
        return
    if feed.basic and scheme.lower() == "basic" and _same(_decoded(credentials), feed.basic):
        return
    raise NotAuthentic


def _comes_from_a_page(headers: Mapping[str, str]) -> bool:
    """True when a web browser sends the request, or it names another host than this machine (DNS rebinding).

    A feed without credentials is for programs on this machine; any page that its user opens could reach it too. A page
    can set neither ``Host`` nor ``Origin``.
    """
    if "Origin" in headers or headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return True
    return not _is_this_machine(headers.get("Host", ""))


@lru_cache(maxsize=256)
def _is_this_machine(host_and_port: str) -> bool:
    """True when a ``Host`` header names this machine."""
    try:
        host = urlsplit(f"//{host_and_port}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def new_secret(random_bytes: bytes) -> str:
    """A signing secret in the form of the standard, from 24 to 64 random bytes."""
    return "whsec_" + base64.b64encode(random_bytes).decode("ascii")


def _signed(secrets: tuple[str, ...], headers: Mapping[str, str], body: bytes | None, now: datetime) -> bool:
    """True when one of the header's signatures fits one of the secrets and the time is near ours.

    The library compares with the machine's clock, so only its signing is used and the rest is done here.
    """
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [
        part.removeprefix("v1,") for part in headers.get("webhook-signature", "").split() if part.startswith("v1,")
    ]
    if not (message_id and given and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    if body is None:
        return True
    sent = datetime.fromtimestamp(int(timestamp), UTC)
    fits = False
    for secret in secrets:
        try:
            expected = Webhook(secret).sign(message_id, sent, body.decode("utf-8")).removeprefix("v1,")
        except (ValueError, UnicodeDecodeError, binascii.Error, RuntimeError):
            continue
        for signature in given:
            fits |= _same(signature, expected)
    return fits


def _decoded(credentials: str) -> str:
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8"))
