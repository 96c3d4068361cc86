"""Feeds that Keng fetches itself: news pages and mailboxes. What they bring goes through the door like any request."""

from bot.intake.fetching.fetcher import Fetcher, fetch_forever

__all__ = ["Fetcher", "fetch_forever"]
