"""Requests signed as Standard Webhooks says."""

from __future__ import annotations

import json
from datetime import timedelta

from standardwebhooks import Webhook

from tests.conftest import MovableClock

BODY = json.dumps({"title": "Cá chết trắng sông"}, ensure_ascii=False)


def signed(clock: MovableClock, secret: str, body: str = BODY, ahead: timedelta = timedelta(0)) -> dict[str, str]:
    """The headers under which a body is believed; ``ahead`` is how far the sender's clock runs before ours."""
    sent = clock.now() + ahead
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", sent, body),
    }
