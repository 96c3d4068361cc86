"""Private persons end at the door: who wrote a post is dropped from every format, and from what is kept of it.

Law 91/2025/QH15 on personal data; reference/domain.md §4.2: public pages, titles, outlets and counts are kept; names of
authors, pictures and links to profiles are not. What a text says stays as it is, but for links to profiles in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from bot.model.plain_latin import plain_latin

LEFT_OUT = "[…]"
"""Stands in a text where a link to a person's profile stood."""

_PERSONAL = frozenset(
    {
        *("avatar", "avatars", "handle", "nickname", "displayname", "realname", "screenname", "byline", "poster"),
        *("postedby", "createdby", "creator", "publisheduser", "fromname", "owner", "influencer"),
        *(
            "influencers",
            "account",
            "accountname",
            "accounturl",
            "extraauthorattributes",
            "usermentions",
            "mentionedusers",
        ),
        *("email", "emailaddress", "phone", "phonenumber", "profile", "profileid", "commenter", "commentedby"),
        *("tacgia", "tentacgia", "nguoidang", "nguoiviet", "nguoibinhluan", "taikhoan", "tentaikhoan", "anhdaidien"),
        *("trangcanhan", "hoten", "sodienthoai", "contactperson"),
    }
)
_OF_A_USER = re.compile(r"users?(id|name|names|url|link|info|handle|avatar|profile|screenname|picture)?")
_NOT_AUTHORS = ("authorit", "authoris", "authoriz")
_PICTURES = ("avatar", "profileimage", "profilepic", "profilephoto", "profileurl", "profilelink", "userprofile")

_SOCIAL = {
    "facebook.com": frozenset(
        {"groups", "watch", "events", "hashtag", "marketplace", "permalink.php", "story.php", "reel"}
    ),
    "fb.com": frozenset({"groups", "watch"}),
    "x.com": frozenset({"i", "search", "hashtag", "explore"}),
    "twitter.com": frozenset({"i", "search", "hashtag", "explore"}),
    "instagram.com": frozenset({"p", "reel", "explore"}),
    "threads.net": frozenset(),
    "threads.com": frozenset(),
    "tiktok.com": frozenset({"tag", "discover", "music"}),
    "youtube.com": frozenset({"watch", "shorts", "playlist", "live", "results", "hashtag"}),
    "linkedin.com": frozenset({"feed", "posts", "pulse", "company", "jobs"}),
    "zalo.me": frozenset({"s", "g"}),
    "t.me": frozenset(),
    "telegram.me": frozenset(),
}
"""Hosts of social networks, and first parts of an address there that are no person."""

_NAMED_PROFILE = frozenset({"in", "people", "user", "profile", "channel", "c", "profile.php"})
_LINK = re.compile(r"https?://[^\s<>\"'“”]+", re.IGNORECASE)


_Place = tuple[Any, str | int] | None
"""Where in a payload something stands: its parent's place and its own name or number."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A payload without private persons, and the places of what was dropped (``sources[0].author``)."""

    value: Any
    dropped: list[str]


def without_persons(value: Any) -> Cleaned:
    """The JSON value without what names, pictures or links to the person who wrote a post."""
    dropped: list[_Place] = []
    cleaned = _kept(value, None, dropped)
    return Cleaned(None if cleaned is _GONE else cleaned, [_named(place) for place in dropped])


def is_profile(link: str) -> bool:
    """True for a link to a person's page on a social network, False for one to a post there or to anything else."""
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    network = next((name for name in _SOCIAL if host == name or host.endswith("." + name)), None)
    if network is None:
        return False
    path = [part for part in parts.path.split("/") if part]
    if not path or path[0].lower() in _SOCIAL[network]:
        return False
    if path[0].lower() in _NAMED_PROFILE:
        return len(path) <= (3 if path[0].lower() == "people" else 2)
    return len(path) == 1


_LONGEST_NAME = 64
"""Characters of a field's name that is looked at, and remembered: a name may have ten megabytes."""

_MAY_HOLD_A_LINK = (str, dict, list)

_GONE = object()
"""Stands for a value that is nothing but a link to a profile."""


def _kept(value: Any, place: _Place, dropped: list[_Place]) -> Any:
    """What is kept of a value. Every alert passes through here: a place is put into words only where something goes."""
    if isinstance(value, str):
        return _text(value, place, dropped) if "://" in value else value
    if isinstance(value, dict):
        fields = {}
        for key, inner in value.items():
            if len(key) <= _LONGEST_NAME and _names_a_person(key):
                if inner not in (None, "", [], {}):
                    dropped.append((place, key))
            elif isinstance(inner, _MAY_HOLD_A_LINK):
                kept = _kept(inner, (place, key), dropped)
                if kept is not _GONE:
                    fields[key] = kept
            else:
                fields[key] = inner
        return fields
    if isinstance(value, list):
        entries = [_kept(entry, (place, number), dropped) for number, entry in enumerate(value)]
        return [entry for entry in entries if entry is not _GONE]
    return value


def _text(value: str, place: _Place, dropped: list[_Place]) -> Any:
    """A text with links in it; those to profiles are left out of it."""
    if value.startswith(("http://", "https://")) and " " not in value:
        if not is_profile(value):
            return value
        dropped.append(place)
        return _GONE

    def left_out(found: re.Match[str]) -> str:
        if not is_profile(found[0].rstrip(".,;:!?)")):
            return found[0]
        dropped.append(place)
        return LEFT_OUT

    return _LINK.sub(left_out, value)


def _named(place: _Place) -> str:
    """``sources[0].author``."""
    steps: list[Any] = []
    while place is not None:
        place, step = place
        steps.append(step)
    said = ""
    for step in reversed(steps):
        said += f"[{step}]" if isinstance(step, int) else f".{step}" if said else str(step)
    return said


@lru_cache(maxsize=4096)
def _names_a_person(key: str) -> bool:
    name = "".join(letter for letter in plain_latin(key) if letter.isascii() and letter.isalnum())
    if name.startswith("author"):
        return not name.startswith(_NOT_AUTHORS)
    return name in _PERSONAL or _OF_A_USER.fullmatch(name) is not None or any(part in name for part in _PICTURES)
