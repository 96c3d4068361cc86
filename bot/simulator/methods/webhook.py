"""setWebhook, deleteWebhook, getWebhookInfo."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from bot.simulator.errors import bad_request, too_many_requests
from bot.simulator.guard import is_loopback
from bot.simulator.methods.polling import read_kinds
from bot.simulator.methods.registry import Described, method
from bot.simulator.params import Params
from bot.simulator.polling import WEBHOOK_SET
from bot.simulator.records import Webhook
from bot.simulator.wire import Wire, timestamp
from bot.simulator.world import World

PORTS = (443, 80, 88, 8443)
_SECOND = timedelta(seconds=1)


@method("setWebhook")
def set_webhook(world: World, params: Params) -> object:
    """Have updates delivered to an address; an empty one means polling again."""
    url = params.text("url").strip()
    if not url:
        return delete_webhook(world, params)
    secret = params.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    check_address(url)
    kinds = read_kinds(params)
    if kinds is not None:
        world.queue.subscribe(kinds)
    current = world.state.webhook
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    if params.flag("drop_pending_updates"):
        _drop_pending(world)
    if (current.url, current.secret, current.max_connections) == (url, secret, connections):
        return Described(True, "Webhook is already set")
    if current.set_at is not None and timedelta(0) <= world.now() - current.set_at < _SECOND:
        raise too_many_requests(1)
    world.state.put(Webhook(url, secret, connections, world.now()))
    world.webhook_error = None
    world.polls.end(WEBHOOK_SET)
    world.queue.wake()
    return Described(True, "Webhook was set")


@method("deleteWebhook")
def delete_webhook(world: World, params: Params) -> object:
    """Go back to polling."""
    if params.flag("drop_pending_updates"):
        _drop_pending(world)
    if not world.state.webhook.url:
        return Described(True, "Webhook is already deleted")
    world.state.put(Webhook())
    world.webhook_error = None
    world.queue.wake()
    return Described(True, "Webhook was deleted")


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> object:
    """A `WebhookInfo`."""
    webhook = world.state.webhook
    wire: Wire = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.queue.pending()),
    }
    if webhook.url:
        wire["max_connections"] = webhook.max_connections
        if world.webhook_error is not None:
            at, text = world.webhook_error
            wire |= {"last_error_date": timestamp(at), "last_error_message": text}
    if world.state.subscription.kinds:
        wire["allowed_updates"] = list(world.state.subscription.kinds)
    return wire


def check_address(url: str) -> None:
    """Refuse what Telegram's server refuses, but take http, and any port, on loopback; raises ApiError 400."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("bad webhook: Wrong port number specified in the URL") from None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if is_loopback(host):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _drop_pending(world: World) -> None:
    for update in world.queue.pending():
        world.queue.confirm(update)
