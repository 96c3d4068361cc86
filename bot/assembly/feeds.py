"""From the settings of a feed to what intake needs: the one place where formats are put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from bot.intake import Intake
from bot.intake.feeds import FeedConfig
from bot.intake.fetching import Fetcher
from bot.intake.formats.alertmanager import SEVERITIES, alertmanager
from bot.intake.formats.cap import CAP
from bot.intake.formats.cloudevents import cloudevents
from bot.intake.formats.dataminr import DATAMINR
from bot.intake.formats.grafana import grafana
from bot.intake.formats.mail import mail
from bot.intake.formats.mapping import Plan, Rule, mapping
from bot.intake.formats.meltwater import MELTWATER
from bot.intake.formats.mention import MENTION
from bot.intake.formats.native import NATIVE
from bot.intake.formats.port import Format
from bot.intake.formats.rss import RSS
from bot.intake.formats.talkwalker import TALKWALKER
from bot.model.alert import AlertStatus
from bot.settings import Settings
from bot.settings.feeds import Feed, FieldRule, Imap, MappingRules

if TYPE_CHECKING:
    from bot.intake.fetching.imap import MailServer

_PLAIN: Mapping[str, Format] = {
    form.name: form for form in (NATIVE, CAP, MELTWATER, TALKWALKER, MENTION, DATAMINR, RSS)
}
_SECTIONS = ("volume", "sentiment", "location")


def feed_configs(settings: Settings) -> dict[str, FeedConfig]:
    """Every feed of the settings, by its name."""
    return {name: feed_config(feed) for name, feed in settings.feeds.items()}


def feed_config(feed: Feed) -> FeedConfig:
    """One feed."""
    return FeedConfig(
        format=feed_format(feed),
        secrets=tuple(secret.get_secret_value() for secret in feed.secrets),
        bearer=feed.bearer.get_secret_value() if feed.bearer else None,
        basic=feed.basic.get_secret_value() if feed.basic else None,
        networks=tuple(feed.networks),
        pulled=feed.pulled,
        drill=AlertStatus(feed.status) if feed.status else None,
        per_minute=feed.per_minute,
    )


def feed_format(feed: Feed) -> Format:
    """The feed's format with the feed's own options."""
    severities = {**SEVERITIES, **feed.severity}
    match feed.format:
        case "alertmanager":
            return alertmanager(severities)
        case "grafana":
            letters = feed.values.model_dump(exclude_none=True)
            return grafana(letters, severities)
        case "cloudevents":
            return cloudevents() if feed.mapping is None else cloudevents(mapping(plan_of(feed.mapping)).read)
        case "mapping" if feed.mapping is not None:
            return mapping(plan_of(feed.mapping))
        case "mail" if feed.mail is not None:
            return mail(feed.mail.senders, feed.mail.verified_by, feed.mail.patterns)
    return _PLAIN[feed.format]


def fetchers(settings: Settings, intake: Intake) -> Iterator[Fetcher]:
    """What fetches the feeds that nobody pushes."""
    from bot.intake.fetching.imap import ImapFetcher
    from bot.intake.fetching.mailbox import FolderFetcher
    from bot.intake.fetching.news import NewsFetcher, NewsPage

    for name, feed in settings.feeds.items():
        config = feed_config(feed)
        if feed.rss is not None:
            rss, age = feed.rss, timedelta(hours=feed.rss.max_age_hours)
            yield NewsFetcher(name, NewsPage(rss.url, rss.every * 60, rss.keywords, age, rss.press), config, intake)
        elif feed.mail is not None and feed.mail.folder is not None:
            yield FolderFetcher(name, feed.mail.folder, feed.mail.every, config, intake)
        elif feed.mail is not None and feed.mail.imap is not None:
            yield ImapFetcher(name, mailbox_server(feed.mail.imap), feed.mail.every, config, intake)


def mailbox_server(box: Imap) -> MailServer:
    """Where a mailbox of the settings is, and who opens it."""
    from bot.intake.fetching.imap import MailServer

    return MailServer(box.host, box.port, box.tls, box.user, box.password.get_secret_value(), box.folder, box.ca)


def plan_of(rules: MappingRules) -> Plan:
    """The plan that the settings of a mapping describe."""
    fields = dict(_rules(rules, ""))
    for section in _SECTIONS:
        fields |= dict(_rules(getattr(rules, section), f"{section}."))
    thread = fields.pop("thread", None)
    return Plan(
        fields=fields,
        items=rules.items,
        thread=thread,
        sources=dict(_rules(rules.sources, "")),
        source_items=rules.sources.items,
    )


def _rules(section: BaseModel, prefix: str) -> Iterator[tuple[str, Rule]]:
    for name in type(section).model_fields:
        rule = getattr(section, name)
        if isinstance(rule, FieldRule):
            zone = ZoneInfo(rule.zone)
            yield prefix + name, Rule(rule.path, rule.constant, rule.values, rule.format, zone, rule.decimal)
