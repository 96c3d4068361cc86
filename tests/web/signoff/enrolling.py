"""What it takes to enrol a second factor by letter: the administrator, the letters, the app on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

import pyotp

from bot.approval import factor_links, second_factor
from bot.model.factor_link import FactorLink
from bot.model.reasons import Reason
from bot.store import factor_links as store
from tests.approval.office import SEAL
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor

LINK = re.compile(r"https?://\S+/signoff/f/[a-z2-7]{50}\b")
SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
PAIRING = re.compile(r'<code class="aloud-code">(\w+)</code>')


def text_of(letter: EmailMessage) -> str:
    """The words of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass
class Invited:
    """What the administrator sent: the person's link, the code told by voice, and the colleagues' links."""

    id: str
    link: str
    code: str
    colleagues: dict[str, str]


async def invite(office: SignoffDesk, person: str = "p102", colleagues: Sequence[str] = ("p103",)) -> Invited:
    """Everybody's letter comes; the code is told on the telephone."""
    people = office.people
    owner, asked = people.person(person), [people.person(one) for one in colleagues]
    assert owner is not None
    async with office.database.write() as tx:
        link = await factor_links.issue(tx, owner, [p for p in asked if p], "cli:root", office.clock.now())
    await office.channel.pump()
    links = {p: letter_link(office, p) for p in colleagues}
    return Invited(link.id, letter_link(office, person), factor_links.spoken_code(SEAL, link), links)


def letter_link(office: SignoffDesk, person: str) -> str:
    """The link in the latest letter to this person that has one."""
    letters = office.post.to(f"{person}@thuonggiang.example.vn")
    return [found[0] for letter in letters if (found := LINK.findall(text_of(letter)))][-1]


async def open_link(visitor: Visitor, link: str, code: str, **more: str) -> str:
    """Look at a link, then send its form with the code."""
    await visitor.get(link)
    return await visitor.press(link.rpartition("/")[2], code=code, **more)


def secret_on(visitor: Visitor) -> pyotp.TOTP:
    """The app into which the secret on the page was typed."""
    (groups,) = SECRET.findall(visitor.page)
    return pyotp.TOTP(groups.replace(" ", ""))


def pairing_on(visitor: Visitor) -> str:
    """What the owner reads out."""
    (pairing,) = PAIRING.findall(visitor.page)
    return str(pairing)


async def vouched_for(office: SignoffDesk, owner: Visitor, colleague: Visitor) -> tuple[Invited, pyotp.TOTP]:
    """Everything up to the owner's own code: the letters, the secret in the app, the colleague's word."""
    sent = await invite(office)
    await open_link(owner, sent.link, sent.code)
    app = secret_on(owner)
    await open_link(colleague, sent.colleagues["p103"], pairing_on(owner))
    return sent, app


async def finish(office: SignoffDesk, visitor: Visitor, app: pyotp.TOTP) -> str:
    """Send the code that the app shows now."""
    await visitor.get(visitor.url.removesuffix("/confirm"))
    return await visitor.press("/confirm", code=app.at(office.clock.now()))


async def verify(office: SignoffDesk, code: str, person: str = "p102") -> Reason | None:
    """Why a code proves nothing."""
    async with office.database.write() as tx:
        return await second_factor.verify(tx, SEAL, person, code, office.clock.now())


async def kept(office: SignoffDesk, link_id: str) -> FactorLink:
    """The link as it is stored."""
    async with office.database.read() as tx:
        found = await store.get(tx, link_id)
    assert found is not None
    return found
