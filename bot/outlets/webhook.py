"""The province's portal: one signed request a version (Standard Webhooks), believed only as far as its answer goes.

Asked again is only where the answer proves that nothing was taken: no connection, 429, 503 with Retry-After. What broke
off after the request was said is a doubt, unless the portal knows a ``webhook-id`` again. Redirects are not followed:
where words go is what the settings say, and no answer can send them into the office's own network.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import jmespath
from standardwebhooks import Webhook

from bot.model.clock import Clock
from bot.model.person import Agency
from bot.model.statement import text_sha256
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication

NAME = "webhook"

ANSWER_LIMIT = 64 * 1024
"""Bytes of an answer that are read; what it says beyond is nobody's business."""

_FIRST_WAIT, _LONGEST_WAIT = 15.0, 900.0
_LONGEST_ASKED = 3600.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """The portal. Fields as in the settings."""

    url: str
    secret: str = field(repr=False)
    repeatable: bool = False
    timeout: float = 10.0
    error_field: str | None = None
    reference_field: str | None = None
    ca: str | None = None


class WebhookOutlet:
    """Tells one receiver."""

    name = NAME

    def __init__(self, receiver: Receiver, clock: Clock, agency: Callable[[], Agency], newsroom: str | None) -> None:
        """``agency`` signs as its file says now; ``newsroom`` is the address of our own pages, None without any."""
        self.repeatable = receiver.repeatable
        self._receiver = receiver
        self._signer = Webhook(receiver.secret)
        self._clock = clock
        self._agency = agency
        self._newsroom = newsroom

    async def publish(self, publication: Publication) -> str:
        """Tell the receiver; returns its own reference, else the ``webhook-id``.

        Raises:
            NotDelivered: it took nothing.
            DeliveryInDoubt: it may have taken it.
        """
        body = json.dumps(envelope(publication, self._agency(), self._newsroom), ensure_ascii=False)
        delivery_id = webhook_id(publication)
        again = min(_FIRST_WAIT * 2.0 ** min(publication.attempt - 1, 10), _LONGEST_WAIT)
        try:
            status, headers, answer = await self._post(delivery_id, body)
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:  # nothing was said yet
            certificate = isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError)
            raise NotDelivered(_words(error), None if certificate else again) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._broke_off(_words(error), again) from error
        return self._judged(status, headers, answer, delivery_id, again)

    async def probe(self) -> str:
        """Come as far as a request would, and say nothing: resolve, connect, protect the line.

        Raises:
            NotDelivered: it cannot be reached.
        """
        try:
            async with self._session() as session, session.options(self._receiver.url, allow_redirects=False) as answer:
                return f"answers {answer.status} to OPTIONS; nothing was sent"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NotDelivered(_words(error), None) from error

    async def _post(self, delivery_id: str, body: str) -> tuple[int, Mapping[str, str], bytes]:
        now = self._clock.now()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(delivery_id, now, body),
        }
        async with (
            self._session() as session,
            session.post(self._receiver.url, data=body.encode(), headers=headers, allow_redirects=False) as answer,
        ):
            said = await _at_most(answer.content, ANSWER_LIMIT)
            return answer.status, answer.headers, said

    def _session(self) -> aiohttp.ClientSession:
        receiver = self._receiver
        context = ssl.create_default_context(cadata=receiver.ca) if receiver.ca else ssl.create_default_context()
        return aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=receiver.timeout),
            connector=aiohttp.TCPConnector(ssl=context, force_close=True),
            auto_decompress=False,  # a small answer may unpack to any size
            headers={"user-agent": "Keng", "accept": "application/json", "accept-encoding": "identity"},
        )

    def _judged(self, status: int, headers: Mapping[str, str], answer: bytes, delivery_id: str, again: float) -> str:
        wait = _retry_after(headers.get("retry-after"), self._clock.now())
        if 200 <= status < 300:
            return self._taken(answer, delivery_id)
        if 300 <= status < 400:
            raise NotDelivered(f"{status}: a redirect, which is not followed; name the right address", None)
        if status == 429 or (status == 503 and wait is not None):
            raise NotDelivered(f"{status}", again if wait is None else wait)
        if status < 500 and status != 408:
            raise NotDelivered(f"{status}: {_shown(answer)}", None)
        raise self._broke_off(f"{status}: {_shown(answer)}", again)  # something behind it may have taken the words

    def _taken(self, answer: bytes, delivery_id: str) -> str:
        """A 2xx is believed unless the answer itself says that it failed."""
        receiver = self._receiver
        if receiver.error_field is None and receiver.reference_field is None:
            return delivery_id
        try:
            said = json.loads(answer)
        except (ValueError, RecursionError):
            said = None
        if receiver.error_field is not None:
            if said is None:
                raise NotDelivered(f"2xx, and the answer is no JSON: {_shown(answer)}", None)
            error = jmespath.search(receiver.error_field, said)
            if error not in (None, False, "", 0, [], {}):
                raise NotDelivered(f"2xx, and the answer says {_shown(json.dumps(error, ensure_ascii=False))}", None)
        found = jmespath.search(receiver.reference_field, said) if receiver.reference_field and said else None
        return str(found)[:200] if isinstance(found, str | int) and found != "" else delivery_id

    def _broke_off(self, why: str, again: float) -> NotDelivered | DeliveryInDoubt:
        return NotDelivered(why, again) if self.repeatable else DeliveryInDoubt(why)


def webhook_id(publication: Publication) -> str:
    """The same at every try, so that a receiver that looks knows a repetition."""
    return f"keng_{publication.incident.id}_{publication.version.version}"


def envelope(publication: Publication, agency: Agency, newsroom: str | None) -> dict[str, Any]:
    """What is sent: type, timestamp and data, the same bytes at every try."""
    incident, version = publication.incident, publication.version
    said = version.approved_at or version.created_at
    about = publication.refers_to
    return {
        "type": "statement.published",
        "timestamp": said.astimezone(UTC).isoformat(),
        "data": {
            "series": incident.id,
            "version": version.version,
            "kind": version.kind.value,
            "refers_to": {"version": about.version, "sha256": about.sha256} if about else None,
            "sha256": version.sha256,
            "texts": {key: {"text": text, "sha256": text_sha256(text)} for key, text in sorted(version.texts.items())},
            "approved_at": said.astimezone(UTC).isoformat(),
            "agency": {"vi": agency.name_vi, "en": agency.name_en},
            "address": f"{newsroom}/{incident.id}-{version.version}" if newsroom else None,
        },
    }


async def _at_most(content: aiohttp.StreamReader, limit: int) -> bytes:
    """The beginning of an answer; the line is closed on the rest."""
    read = bytearray()
    async for piece in content.iter_chunked(8192):
        read += piece
        if len(read) >= limit:
            break
    return bytes(read[:limit])


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds, from a number or an HTTP date (RFC 9110 §10.2.3), within bounds; None where it says neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdecimal():
        return min(max(float(value), 1.0), _LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (at.astimezone(UTC) - now).total_seconds() if at.tzinfo else 1.0
    return min(max(wait, 1.0), _LONGEST_ASKED)


def _shown(answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join("".join(c if c.isprintable() else " " for c in words[:600]).split())[:200]


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {_shown(str(error))}"
