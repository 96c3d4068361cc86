"""Private persons end at the door: who wrote a post is dropped from every format, and from what is kept of it.

Law 91/2025/QH15 on personal data; reference/domain.md §4.2: public pages, titles, outlets and counts are kept; names of
authors, pictures and links to profiles are not. What a text says stays as it is, but for links to profiles in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

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


@dataclass(slots=True)
class Cleaned:
    """A payload without private persons, and the places of what was dropped (``sources[0].author``)."""

    value: Any
    dropped: list[str] = field(default_factory=list)


def without_persons(value: Any) -> Cleaned:
    """The JSON value without what names, pictures or links to the person who wrote a post."""
    cleaned = Cleaned(None)
    cleaned.value = _clean(value, "", cleaned.dropped)
    return cleaned


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


def _clean(value: Any, place: str, dropped: list[str]) -> Any:
    if isinstance(value, str):
        return _text(value, place, dropped)
    if isinstance(value, list):
        return [
            _clean(entry, f"{place}[{n}]", dropped)
            for n, entry in enumerate(value)
            if not _gone(entry, f"{place}[{n}]", dropped)
        ]
    if isinstance(value, dict):
        return dict(_fields(value, place, dropped))
    return value


def _fields(value: dict[str, Any], place: str, dropped: list[str]) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        here = f"{place}.{key}" if place else key
        if _names_a_person(key):
            if inner not in (None, "", [], {}):
                dropped.append(here)
        elif not _gone(inner, here, dropped):
            yield key, _clean(inner, here, dropped)


def _gone(value: Any, place: str, dropped: list[str]) -> bool:
    """True for a value that is nothing but a link to a profile."""
    if isinstance(value, str) and value.startswith(("http://", "https://")) and " " not in value and is_profile(value):
        dropped.append(place)
        return True
    return False


def _text(value: str, place: str, dropped: list[str]) -> str:
    if "://" not in value:
        return value

    def left_out(found: re.Match[str]) -> str:
        if not is_profile(found[0].rstrip(".,;:!?)")):
            return found[0]
        dropped.append(place)
        return LEFT_OUT

    return _LINK.sub(left_out, value)


@lru_cache(maxsize=4096)
def _names_a_person(key: str) -> bool:
    if len(key) > 64:
        return False
    plain = unicodedata.normalize("NFD", key.casefold().replace("đ", "d"))
    name = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
    if name.startswith("author"):
        return not name.startswith(_NOT_AUTHORS)
    return name in _PERSONAL or _OF_A_USER.fullmatch(name) is not None or any(part in name for part in _PICTURES)
