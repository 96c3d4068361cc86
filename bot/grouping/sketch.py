"""What grouping remembers of an incident: a few titles, pages, places and vectors, bounded for ever."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from bot.model.alert import Alert

Vector = npt.NDArray[np.float32]

KEPT_TEXTS = 8
KEPT_PAGES = 64
KEPT_PLACES = 8
PLACE_LENGTH = 500
"""Characters of a place's name that are read; one alert with an endless name must not slow down all that follow."""
KEPT_PLAYBOOKS = 3


@dataclass(frozen=True, slots=True)
class Sketch:
    """The words, pages and places of an incident's alerts. Instants are aware UTC; pages are short hashes."""

    texts: tuple[frozenset[str], ...]
    pages: tuple[str, ...]
    places: tuple[frozenset[str], ...]
    playbooks: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime

    def to_json(self) -> dict[str, Any]:
        """The sketch as the store keeps it."""
        return {
            "texts": [sorted(words) for words in self.texts],
            "pages": list(self.pages),
            "places": [sorted(words) for words in self.places],
            "playbooks": list(self.playbooks),
            "first_seen": self.first_seen.isoformat(),
            "last_seen": self.last_seen.isoformat(),
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Sketch:
        """The sketch as the store gave it back."""
        return Sketch(
            texts=tuple(frozenset(words) for words in kept["texts"]),
            pages=tuple(kept["pages"]),
            places=tuple(frozenset(words) for words in kept["places"]),
            playbooks=tuple(kept["playbooks"]),
            first_seen=datetime.fromisoformat(kept["first_seen"]),
            last_seen=datetime.fromisoformat(kept["last_seen"]),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A sketch with the vectors of the alerts it stands for."""

    sketch: Sketch
    vectors: tuple[Vector, ...]


def sketch(alert: Alert, playbook: str | None) -> Sketch:
    """The sketch of one alert; ``playbook`` is the one that fits it."""
    place = place_words(alert)
    return Sketch(
        texts=(words(alert.text),),
        pages=tuple(pages(alert))[:KEPT_PAGES],
        places=(place,) if place else (),
        playbooks=(playbook,) if playbook else (),
        first_seen=alert.seen_at,
        last_seen=alert.last_seen or alert.seen_at,
    )


def absorb(kept: Kept | None, alert: Alert, vector: Vector, playbook: str | None) -> Kept:
    """The sketch after an alert joined. The first alert is always kept, of the others the latest."""
    new = sketch(alert, playbook)
    if kept is None:
        return Kept(new, (vector,))
    old = kept.sketch
    merged = Sketch(
        texts=_first_and_latest(old.texts, new.texts, KEPT_TEXTS),
        pages=tuple(dict.fromkeys(old.pages + new.pages))[-KEPT_PAGES:],
        places=_first_and_latest(old.places, new.places, KEPT_PLACES),
        playbooks=tuple(dict.fromkeys(old.playbooks + new.playbooks))[:KEPT_PLAYBOOKS],
        first_seen=min(old.first_seen, new.first_seen),
        last_seen=max(old.last_seen, new.last_seen),
    )
    known = tuple(v for v in kept.vectors if v.shape == vector.shape)  # those of another model say nothing any more
    vectors = (known[:1] + known[1:][-(KEPT_TEXTS - 2) :] + (vector,))[:KEPT_TEXTS]
    return Kept(merged, vectors)


def pack(vectors: Sequence[Vector]) -> bytes:
    """Vectors as bytes: little-endian float32, one after the other, behind their width as four bytes."""
    width = len(vectors[0]) if vectors else 0
    body = b"".join(np.asarray(v, dtype="<f4").tobytes() for v in vectors)
    return width.to_bytes(4, "little") + body


def unpack(kept: Mapping[str, Any], packed: bytes) -> Kept:
    """A stored sketch with its vectors."""
    width = int.from_bytes(packed[:4], "little")
    flat = np.frombuffer(packed[4:], dtype="<f4").astype(np.float32)
    vectors = tuple(flat.reshape(-1, width)) if width else ()
    return Kept(Sketch.from_json(kept), vectors)


def fold(text: str) -> str:
    """Lower case without diacritics: what a hurried phone types and what a headline says become the same."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str, limit: int = 400) -> frozenset[str]:
    """Neighbouring pairs of folded syllables: single Vietnamese syllables are shared by everything."""
    found = re.findall(r"[a-z0-9]+", fold(text[: limit * 20]))[:limit]
    return frozenset(f"{a} {b}" for a, b in pairwise(found)) or frozenset(found)


def syllables(text: str, limit: int = 20_000) -> frozenset[str]:
    """All folded syllables of a text's beginning, to see whether it mentions a place."""
    return frozenset(re.findall(r"[a-z0-9]+", fold(text[:limit])))


def pages(alert: Alert) -> list[str]:
    """Short hashes of the pages an alert names, the same for http and https, with and without tracking parameters."""
    found = []
    for source in alert.sources:
        if not source.url:
            continue
        try:
            parts = urlsplit(source.url)
        except ValueError:
            continue
        query = "&".join(p for p in parts.query.split("&") if p and not p.startswith(("utm_", "fbclid", "gclid")))
        if parts.path.strip("/") or query:  # the front page of a newspaper is no matter of its own
            page = f"{(parts.hostname or '').removeprefix('www.').removeprefix('m.')}{parts.path.rstrip('/')}?{query}"
            found.append(hashlib.sha256(page.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return list(dict.fromkeys(found))


_GENERIC_PLACE_WORDS = frozenset(
    [
        "tinh",
        "thanh",
        "pho",
        "xa",
        "phuong",
        "dac",
        "khu",
        "huyen",
        "quan",
        "thi",
        "tran",
        "thon",
        "ban",
        "to",
        "dan",
        "khu",
        "cong",
        "nghiep",
        "duong",
        "cau",
        "cho",
        "song",
        "ho",
        "ward",
        "commune",
        "province",
        "city",
        "in",
        "the",
        "of",
    ]
)


def place_words(alert: Alert) -> frozenset[str]:
    """The words that tell one place from another, folded, without the words every place has."""
    if not alert.location.text:
        return frozenset()
    named = re.findall(r"[a-z0-9]+", fold(alert.location.text[:PLACE_LENGTH]))
    return frozenset(named) - _GENERIC_PLACE_WORDS


def _first_and_latest(
    old: tuple[frozenset[str], ...], new: tuple[frozenset[str], ...], limit: int
) -> tuple[frozenset[str], ...]:
    distinct = tuple(dict.fromkeys(old + new))
    return distinct if len(distinct) <= limit else distinct[:1] + distinct[-(limit - 1) :]
