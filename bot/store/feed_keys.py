"""Ids that feeds give, each feed its own: asked for feed by feed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.store.bulk import portions

Key = tuple[str, str]
"""A feed and an id that it gave: of a request (webhook id), or of an alert (source id)."""


def by_feed(keys: Collection[Key]) -> Iterator[tuple[str, list[str]]]:
    """The ids of each feed, in portions that one query may ask for."""
    ids: dict[str, list[str]] = {}
    for feed, given in sorted(keys):
        ids.setdefault(feed, []).append(given)
    for feed, mine in ids.items():
        for asked in portions(mine):
            yield feed, list(asked)
