"""The texts of a version as people name them: "ngan", "loa", "en", or ``vi/short`` itself."""

from __future__ import annotations

from bot.locale import text
from bot.model.plain_latin import plain_latin
from bot.model.statement_templates import TEXT_KEYS

ALL = "all"
"""What stands for every text at once."""

_SAID = {
    "full": "vi/full",
    "vi": "vi/full",
    "day du": "vi/full",
    "en": "en/full",
    "anh": "en/full",
    "tieng anh": "en/full",
    "ngan": "vi/short",
    "short": "vi/short",
    "mang xa hoi": "vi/short",
    "en ngan": "en/short",
    "en short": "en/short",
    "noi": "vi/spoken",
    "doc": "vi/spoken",
    "30 giay": "vi/spoken",
    "loa": "vi/loudspeaker",
    "truyen thanh": "vi/loudspeaker",
    "het": ALL,
    "tat ca": ALL,
    "tatca": ALL,
    "all": ALL,
}


def text_key(said: str) -> str | None:
    """The key of the text that somebody named, :data:`ALL` for all of them, None for none."""
    plain = plain_name(said)
    return plain if plain in TEXT_KEYS else _SAID.get(plain.replace("/", " ").replace("-", " "))


def text_name(key: str) -> str:
    """The name of a text as Vietnamese people read it."""
    return text("vi", f"textname.{key}")


def plain_name(said: str) -> str:
    """A name as people type it: small letters without diacritics, one blank between words."""
    return plain_latin(" ".join(said.split()))
