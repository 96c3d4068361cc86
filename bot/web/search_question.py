"""What a visitor looks for in the newsroom, as the address says it: words, days, and which page of what is found."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from aiohttp import web

from bot.locale import LOCAL
from bot.model.public_text import MAX_QUERY, asked_for, readable
from bot.store.newsroom import Asked
from bot.web.render import Search

MOST_PAGES = 100_000
"""Nobody turns to a page beyond this one."""

_DIGITS = 7


def search_in(request: web.Request) -> tuple[Search, Asked]:
    """What is asked for, as it is shown again (with a fault where it cannot be meant) and as it is looked up."""
    query = request.query
    words = readable(query.get("q", "")[:MAX_QUERY]).replace("\x00", "").strip()
    since, until = query.get("from", "").strip(), query.get("to", "").strip()
    first, last = _day(since), _day(until)
    phrases = asked_for(words)
    fault = None
    if (since and first is None) or (until and last is None):
        fault = "newsroom.search.bad_day"
    elif words and not phrases:
        fault = "newsroom.search.no_words"
    elif first and last and first > last:
        fault = "newsroom.search.backwards"
    search = Search(words, first.isoformat() if first else "", last.isoformat() if last else "", phrases, fault)
    end = _midnight(last + timedelta(days=1)) if last else None
    return search, Asked(phrases, _midnight(first) if first else None, end)


def page_in(request: web.Request) -> int:
    """The number of the page that is asked for, from 1; the first for anything that is no such number."""
    said = request.query.get("page", "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) <= _DIGITS else 0
    return min(number, MOST_PAGES) or 1


def _day(text: str) -> date | None:
    """A day as browsers send it; None for anything else, also for days beyond what anybody means."""
    if re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}", text, re.ASCII) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)
