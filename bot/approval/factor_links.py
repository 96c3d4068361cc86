"""Who may enrol a second factor from a mailbox: whoever an administrator sent a link, with the code they told by voice.

The code is made with a key of the installation from the link, as an approval code is from a version: it is kept
nowhere, and no letter carries it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime

from bot.approval.sealing import Seal
from bot.model.factor_link import Ended, FactorLink, new_link
from bot.model.ids import code_from, normalise_code
from bot.model.person import Person
from bot.store import factor_links, personal_letters, second_factors
from bot.store.database import Tx
from bot.store.ids import new_id

LENGTH = 6
"""A digit, a letter and four of either: 140 million codes, of which five may be tried."""

ENROL, VOUCH = "factor_enrol", "factor_vouch"
"""What the letters are about, as the catalogue names it."""


def spoken_code(seal: Seal, link: FactorLink) -> str:
    """The code that opens the owner's link, and no other."""
    return code_from(seal.mark("factor link", link.id, link.person), letters_and_digits=LENGTH)


def fits(seal: Seal, link: FactorLink, typed: str) -> bool:
    """True for the code of this link, however it was spaced and in small letters or large."""
    said = normalise_code("".join(typed.replace("-", " ").split()))
    return hmac.compare_digest(said.encode("utf-8", "replace"), spoken_code(seal, link).encode())


async def issue(tx: Tx, person: Person, colleagues: Sequence[Person], made_by: str, now: datetime) -> FactorLink:
    """Write to the person, and to each colleague who is to stand for them; returns the person's link.

    Links that were sent before for the same person lead nowhere from here on.
    """
    await factor_links.end_of(tx, person.id, Ended.REPLACED, now)
    own = new_link(new_id(now), person, person, made_by, now)
    for link in (own, *(new_link(new_id(now), person, colleague, made_by, now) for colleague in colleagues)):
        await factor_links.add(tx, link)
        words, key = (VOUCH if link.vouches else ENROL), f"factor-link:{link.id}"
        await personal_letters.add(tx, key, link.reader, link.address, words, {"name": person.name}, now, link.id)
    return own


async def take_away(tx: Tx, person_id: str, now: datetime) -> bool:
    """A person's device counts no more, and no link leads to another; False when they had none."""
    await factor_links.end_of(tx, person_id, Ended.REPLACED, now)
    return await second_factors.remove(tx, person_id)
