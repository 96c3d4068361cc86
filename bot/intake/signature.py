"""Is the sender who they must be? Standard Webhooks signatures, bearer tokens, basic credentials.

Whatever is wrong, the answer is the same single refusal: a caller never learns which part failed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.intake.callers import Address, within
from bot.intake.feeds import FeedConfig

TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be from ours (Standard Webhooks; DESIGN §5)."""


class NotAuthentic(Exception):
    """The request does not prove who sent it."""


class Claim:
    """What one request brings to prove who sent it.

    A large body takes tens of milliseconds to sign, so each secret is tried once, however many feeds are asked about.
    """

    def __init__(
        self, headers: Mapping[str, str], body: bytes | None, now: datetime, address: Address | None = None
    ) -> None:
        """With ``body`` None (it is not read yet) a signature counts that may hold."""
        self._headers = headers
        self._body = body
        self._now = now
        self._address = address
        self._tried: dict[str, bool] = {}

    def check(self, feed: FeedConfig) -> None:
        """Return if the request is authentic: from a network of the feed's, if it has any, and with its credentials.

        Raises:
            NotAuthentic: it is not; nothing more is said.
        """
        from_there = not feed.networks or within(self._address, feed.networks)
        if not (feed.secrets or feed.bearer or feed.basic):
            if feed.pulled or not from_there or _comes_from_a_page(self._headers):
                raise NotAuthentic
            return
        if not from_there:
            raise NotAuthentic
        if feed.secrets and self._is_signed(feed.secrets):
            return
        scheme, _, credentials = self._headers.get("Authorization", "").partition(" ")
        if feed.bearer and scheme.lower() == "bearer" and _same(credentials.strip(), feed.bearer):
            return
        if feed.basic and scheme.lower() == "basic" and _same(_decoded(credentials), feed.basic):
            return
        raise NotAuthentic

    def proves(self, feed: FeedConfig) -> bool:
        """True when the request is authentic for this feed."""
        try:
            self.check(feed)
        except NotAuthentic:
            return False
        return True

    def _is_signed(self, secrets: tuple[str, ...]) -> bool:
        """True when one of the header's signatures fits one of the secrets and the time is near ours."""
        if self._body is None:
            return self._signature is not None
        if self._signature is None:
            return False
        fits = False
        for secret in secrets:
            if secret not in self._tried:
                self._tried[secret] = self._signature.is_by(secret, self._body)
            fits |= self._tried[secret]
        return fits

    @cached_property
    def _signature(self) -> _Signature | None:
        return _Signature.of(self._headers, self._now)


def check(
    feed: FeedConfig, headers: Mapping[str, str], body: bytes | None, now: datetime, address: Address | None = None
) -> None:
    """Return if the request is authentic for one feed; see :meth:`Claim.check`."""
    Claim(headers, body, now, address).check(feed)


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


@dataclass(frozen=True, slots=True)
class _Signature:
    """The headers of the standard, as far as they can be right without the body."""

    message_id: str
    timestamp: str
    given: tuple[str, ...]

    @staticmethod
    def of(headers: Mapping[str, str], now: datetime) -> _Signature | None:
        """None where something is missing or odd, or the time is not near ours."""
        message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        parts = headers.get("webhook-signature", "").split()
        given = tuple(part.removeprefix("v1,") for part in parts if part.startswith("v1,"))
        if not (message_id and given and timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return None
        if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
            return None
        return _Signature(message_id, timestamp, given)

    def is_by(self, secret: str, body: bytes) -> bool:
        """True when one of the signatures is the one that ``secret`` makes over the bytes that came.

        The library (``standardwebhooks``) compares with the machine's clock and signs nothing but UTF-8; a warning or a
        letter may be written in another coding, and a body that is no text at all is the format's to refuse.
        """
        key = _key(secret)
        if not key:  # anybody can sign with an empty one
            return False
        named = f"{self.message_id}.{self.timestamp}.".encode("utf-8", "surrogateescape")
        expected = base64.b64encode(hmac.digest(key, named + body, hashlib.sha256)).decode("ascii")
        fits = False
        for signature in self.given:
            fits |= _same(signature, expected)
        return fits


def _key(secret: str) -> bytes:
    """The bytes behind ``whsec_``; none where they cannot be read. Padding may be missing, as the library takes it."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        return b""


def _decoded(credentials: str) -> str:
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8"))
