"""The newsroom's internal board: who is given a link to it, and what of it a person may see (ADR 0030)."""

from __future__ import annotations

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model import board
from bot.model.commands import Actor, AskBoard, EndBoards
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.unit import is_within
from bot.store import board_links
from bot.store.database import Tx
from bot.store.ids import new_id


async def ask(tx: Tx, desk: Desk, person: Person, actor: Actor, command: AskBoard) -> Outcome:
    """Make a link for the person's own eyes. It travels sealed; the channel opens it when it is shown."""
    if desk.board_url is None:
        return refuse(Reason.BOARD_NOT_SERVED)
    refusal = board.may_enter(person, desk.now)
    if refusal is not None:
        return refuse(refusal)
    if await board_links.count_issued(tx, person.id, desk.now - board.ASKED_WITHIN) >= board.LINKS_WITHIN:
        return refuse(Reason.BOARD_LINKS_TOO_MANY)
    link, token = board.new_link(new_id(desk.now), person, actor.channel, address_of(person, actor), desk.now)
    await board_links.add(tx, link)
    sealed = desk.seal.close(f"board/{person.id}", f"{desk.board_url}/o/{token}")
    minutes = str(int(board.LINK_LIFE.total_seconds() // 60))
    hours = str(int(board.SESSION_LIFE.total_seconds() // 3600))
    return Outcome(
        Reason.BOARD_LINK_GIVEN,
        values={"sealed": sealed, "by": person.name, "link": link.id, "minutes": minutes, "hours": hours},
    )


async def end(tx: Tx, desk: Desk, person: Person, actor: Actor, command: EndBoards) -> Outcome:
    """End all that this person has open: a phone was lost, or a link went astray. Needs no role: it only takes away."""
    ended = await board_links.end_all(tx, person.id, desk.now)
    return Outcome(Reason.BOARDS_ENDED, values={"by": person.name, "count": str(ended)})


def address_of(person: Person, actor: Actor) -> str:
    """The account or mailbox from which somebody asks."""
    return str(actor.user_id) if actor.channel == board.TELEGRAM else person.email or ""


def may_see(person: Person, incident: Incident, desk: Desk) -> bool:
    """True when the person handles this matter; whoever is authorised for one sees that one."""
    return authority.may_work(person, incident, desk.now) is None


def is_of_accused_unit(person: Person, incident: Incident, desk: Desk) -> bool:
    """True when the matter is about the person's own unit: the unit above handles it, and shows it on its own boards.

    Nobody stands above the top of the office, whose people would otherwise see nothing of what they hand over.
    """
    organisation = desk.organisation
    for accused in organisation.route(incident, desk.now).accused:
        unit = organisation.unit(accused)
        is_top = unit is not None and unit.parent is None
        if not is_top and is_within(organisation.units, person.unit, accused):
            return True
    return False
