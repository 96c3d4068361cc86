"""What settings must have together before Keng serves with them; commands that only look do without.

A backup at night reads the same file, but not the secrets that systemd hands to the service alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.settings.email import email_faults
from bot.settings.outlets import outlet_faults
from bot.settings.reading import SettingsFault
from bot.settings.section import is_loopback
from bot.settings.sections import Settings


def check_for_serving(settings: Settings) -> None:
    """Refuse settings that Keng must not, or cannot, serve with.

    Raises:
        SettingsFault: each line names a setting and what to do.
    """
    faults = [
        *_simulator(settings),
        *_sample(settings),
        *_webhook(settings),
        *_ways_out(settings),
        *_open_feeds(settings),
    ]
    if faults:
        raise SettingsFault("\n".join(faults))


def check_ways_out(settings: Settings) -> None:
    """Refuse settings with which no letter could be sent and nothing be published, although they are named.

    Raises:
        SettingsFault: each line names a setting and what to do.
    """
    faults = _ways_out(settings)
    if faults:
        raise SettingsFault("\n".join(faults))


def _ways_out(settings: Settings) -> list[str]:
    return [
        *email_faults(settings.email, settings.http.public_url),
        *outlet_faults(settings.outlets, settings.email),
    ]


def _simulator(settings: Settings) -> list[str]:
    faults = []
    if settings.simulator and (not settings.http.loopback or settings.http.public_url):
        faults.append(
            "telegram.mode: the simulator lets anyone press as anyone; it runs only with http.host on loopback "
            "and without http.public_url"
        )
    if settings.simulator and settings.telegram.token is not None:
        faults.append(
            "telegram.mode: the simulator needs no token; remove telegram.token or set telegram.mode: polling"
        )
    return faults


def _sample(settings: Settings) -> list[str]:
    """Invented people at the real Telegram: there the numbers of their accounts are some strangers'."""
    real = settings.telegram.token is not None and not is_loopback(urlsplit(settings.telegram.api_base).hostname or "")
    if not real or settings.organisation != "sample":
        return []
    return [
        "organisation: the sample's people are invented, and at Telegram their numbers are strangers', who could "
        "approve; copy playbooks/organisation/template, put your own people in, and name the copy"
    ]


def _webhook(settings: Settings) -> list[str]:
    faults = []
    http, telegram = settings.http, settings.telegram
    if telegram.mode == "webhook" and telegram.token is not None:
        if http.public_url is None:
            faults.append("telegram.mode: webhook needs http.public_url, the address at which Telegram reaches Keng")
        if telegram.webhook_secret is None:
            faults.append("telegram.webhook_secret: webhook mode needs a secret; any 32 letters and digits will do")
    return faults


def _open_feeds(settings: Settings) -> list[str]:
    """Feeds through which anybody could send, where anybody can reach them (DESIGN §5)."""
    if settings.http.loopback and not settings.http.public_url:
        return []
    return [
        f"feeds.{name}: anybody could send alerts; run `keng feeds secret {name}` and put the secret under "
        f"feeds.{name}.secrets"
        for name, feed in settings.feeds.items()
        if not feed.has_credentials and not feed.pulled
    ]
