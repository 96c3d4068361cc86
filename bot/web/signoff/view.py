"""What the room shows, read in one transaction: the words, what changed, what may be done and what was done."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.approval import acts, authority
from bot.approval.comparing import compared
from bot.approval.desk import Desk
from bot.model.card import CardView
from bot.model.commands import (
    Acknowledge,
    Act,
    Actor,
    AgreeJointly,
    AnswerDelivery,
    Approve,
    AskApproval,
    AskEdit,
    AskLintReason,
    AskRelease,
    AskReturn,
    ChoosePlaybook,
    Command,
    ContentCheck,
    Edit,
    ExplainLint,
    LegalCheck,
    MarkImpact,
    Release,
    Return,
)
from bot.model.delivery import Delivery, DeliveryState
from bot.model.difference import ComparedText, Fate
from bot.model.gate import GateKind
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reach import Letter
from bot.model.reasons import Reason
from bot.model.signoff import Ticket, may_not_look, needs_factor
from bot.model.statement import StatementVersion
from bot.store import email_letters, signoff, statements
from bot.store.database import Tx
from bot.store.signoff import SignoffAct
from bot.web.signoff.parts import SignoffParts


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the version."""

    lang: str
    variant: str
    text: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One act as the page offers it. ``refusal`` says why it would be refused now, ``code`` whether it needs one."""

    name: str
    refusal: Outcome | None
    code: bool

    @property
    def stands(self) -> bool:
        """True when the person may do it now."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class Room:
    """Everything on the page. ``stopped`` is why nothing can be done by this link any more.

    ``beside`` are acts that decide nothing about the words: a check, taking the case on. ``second_person`` is true
    where approved words wait for somebody else. ``compared`` is the version against which ``changes`` are measured, the
    texts that are not the same, ``seen`` whether this person saw it. ``doubts`` are copies of the link's words of
    which nobody knows whether they appeared, ``doubt_code`` whether an answer takes a code, ``enrolled`` whether the
    person has one. ``may_decide`` is true for whoever may approve in this matter, or let the approved words go.
    ``named`` are spokespersons whose names stand in the words that the reader may approve, while the reader's does not.
    """

    ticket: Ticket
    person: Person
    card: CardView
    current: StatementVersion
    stopped: Reason | None
    old_since: str
    named: str
    offers: tuple[Offer, ...]
    beside: tuple[Offer, ...]
    second_person: bool
    last: SignoffAct | None
    doubts: tuple[Delivery, ...]
    doubt_code: bool
    words: tuple[Words, ...]
    changes: tuple[ComparedText, ...]
    compared: int | None
    seen: bool
    letter: Letter | None
    enrolled: bool
    may_decide: bool

    @property
    def stale(self) -> bool:
        """True when the words of the link are no longer the current ones."""
        return self.current.version != self.ticket.version

    @property
    def decided(self) -> bool:
        """True once something was carried out by this link."""
        return self.ticket.used_at is not None

    @property
    def lacks_factor(self) -> bool:
        """True when the want of a second factor keeps somebody from deciding who otherwise may; others need none."""
        return self.may_decide and not self.enrolled and any(offer.code for offer in self.offers)

    @property
    def answer(self) -> SignoffAct | None:
        """What is still worth telling of the last form: a refusal is not, once the words have moved on or the link."""
        if self.last is None or not self.last.refused or not (self.stale or self.stopped):
            return self.last
        return self.last if self.last.reason == Reason.STALE_VERSION.value else None

    @property
    def refusals(self) -> tuple[tuple[tuple[str, ...], Outcome], ...]:
        """What the person may not do, each reason once, with the acts it stands against."""
        grouped: dict[Reason, tuple[tuple[str, ...], Outcome]] = {}
        for offer in (*self.offers, *self.beside):
            if offer.refusal is not None:
                names, _ = grouped.get(offer.refusal.reason, ((), offer.refusal))
                grouped[offer.refusal.reason] = ((*names, offer.name), offer.refusal)
        return tuple(grouped.values())


async def read_room(tx: Tx, parts: SignoffParts, ticket: Ticket) -> Room | Reason:
    """The page for whoever opened ``ticket``; a reason when this person may no longer look at the matter."""
    desk = await parts.desk(tx)
    person = desk.organisation.person(ticket.person)
    card = await parts.card(tx, ticket.incident_id)
    if person is None or card is None or card.statement is None:
        return Reason.NOT_ENROLLED
    refusal = authority.may_work(person, card.incident, desk.now)
    if refusal is not None:
        return refusal
    enrolled = await parts.enrolled(tx, person.id)
    stopped = may_not_look(ticket, person, desk.now)
    if stopped is Reason.LINK_ADDRESS_CHANGED:  # whoever holds the browser may be whoever holds the old mailbox
        return stopped
    asked = await _ask(tx, desk, person, AskApproval(ticket.incident_id, ticket.version))
    level = card.incident.level
    offers: tuple[Offer, ...] = (
        _offer("approve", asked, Approve, level, enrolled),
        _offer(
            "return",
            await _ask(tx, desk, person, AskReturn(ticket.incident_id, ticket.version)),
            Return,
            level,
            enrolled,
        ),
        _offer(
            "edit", await _ask(tx, desk, person, AskEdit(ticket.incident_id, ticket.version)), Edit, level, enrolled
        ),
    )
    current = card.statement
    seen = await signoff.last_seen(tx, ticket.incident_id, person.id, current.version)
    earlier = seen if seen is not None else (current.version - 1 or None)
    base = await statements.get_version(tx, ticket.incident_id, earlier) if earlier else None
    if card.awaits_second_person:
        asked_release = await _ask(tx, desk, person, AskRelease(ticket.incident_id, ticket.version))
        offers = (_offer("release", asked_release, Release, level, enrolled), *offers[1:])
    return Room(
        ticket=ticket,
        person=person,
        card=card,
        current=current,
        stopped=stopped,
        old_since=asked.values.get("old_since", ""),
        named=asked.values.get("named", "") if asked.reason is Reason.ASK_APPROVAL else "",
        offers=offers,
        beside=await _beside(tx, desk, person, card, ticket, enrolled=enrolled),
        second_person=_takes_a_second_person(desk, card),
        last=await signoff.last_act(tx, ticket.id),
        doubts=tuple(
            copy
            for copy in card.deliveries
            if copy.version == ticket.version and copy.state is DeliveryState.UNKNOWN and copy.asked
        ),
        doubt_code=needs_factor(AnswerDelivery, level, enrolled=enrolled),
        words=_words(current),
        changes=tuple(t for t in compared(base.texts, current.texts) if t.fate is not Fate.SAME) if base else (),
        compared=base.version if base else None,
        seen=seen is not None,
        letter=await email_letters.of_ticket(tx, ticket.id),
        enrolled=enrolled,
        may_decide=_may_decide(desk, person, card, offers[0]),
    )


_CHECKS: dict[GateKind, type[ContentCheck | LegalCheck | AgreeJointly]] = {
    GateKind.CONTENT_CHECK: ContentCheck,
    GateKind.LEGAL_CHECK: LegalCheck,
    GateKind.JOINT_TEXT: AgreeJointly,
}
_NAMES = {
    GateKind.CONTENT_CHECK: "content_check",
    GateKind.LEGAL_CHECK: "legal_check",
    GateKind.JOINT_TEXT: "agree_jointly",
}


async def _beside(
    tx: Tx, desk: Desk, person: Person, card: CardView, ticket: Ticket, *, enrolled: bool
) -> tuple[Offer, ...]:
    """The checks this person may make now, and the acts that start the limits; what they may not is not mentioned.

    A check that only the want of a second factor closes is: somebody asked for it by a letter must see why.
    """
    incident, found = card.incident, []
    if not incident.is_open:
        return ()
    for kind in card.open_checks:
        command = _CHECKS[kind](ticket.incident_id, ticket.version)
        asked = await _ask(tx, desk, person, command)
        if not asked.refused:
            found.append(_offer(_NAMES[kind], asked, type(command), incident.level, enrolled))
    if card.linted.unexplained and not card.linted.blocks:
        asked = await _ask(tx, desk, person, AskLintReason(ticket.incident_id, ticket.version))
        found.append(_offer("explain_lint", asked, ExplainLint, incident.level, enrolled))
    started: tuple[tuple[str, bool, type[Command]], ...] = (
        ("confirm_playbook", incident.playbook_is_provisional, ChoosePlaybook),
        ("acknowledge", incident.accepted_at is None, Acknowledge),
        ("mark_impact", incident.impact_determined_at is None, MarkImpact),
    )
    done = Outcome(Reason.ACKNOWLEDGED)
    found += [_offer(name, done, act, incident.level, enrolled) for name, waits, act in started if waits]
    return tuple(offer for offer in found if offer.stands or offer.name in _NAMES.values())


def _may_decide(desk: Desk, person: Person, card: CardView, first: Offer) -> bool:
    if card.awaits_second_person:
        return first.refusal is None or first.refusal.reason is Reason.SECOND_FACTOR_NOT_ENROLLED
    return authority.may_speak(person, card.incident, desk.organisation, desk.now) is None


def _takes_a_second_person(desk: Desk, card: CardView) -> bool:
    playbook = desk.playbooks.get(card.incident.playbook)
    standing = desk.gates.standing(card.incident.level, playbook.gates if playbook else ())
    return any(gate.kind is GateKind.SECOND_PERSON for gate in standing)


async def _ask(tx: Tx, desk: Desk, person: Person, command: Command) -> Outcome:
    """What would be answered if the person asked for this act: asking changes nothing."""
    return await acts.perform(tx, replace(desk, looking=True), Act("look", Actor("email", 0, person.id), command))


def _offer(name: str, asked: Outcome, act: type[Command], level: int, enrolled: bool) -> Offer:
    code = needs_factor(act, level, enrolled=enrolled)
    if not asked.refused and code and not enrolled:
        return Offer(name, Outcome(Reason.SECOND_FACTOR_NOT_ENROLLED), code)
    return Offer(name, asked if asked.refused else None, code)


def _words(current: StatementVersion) -> tuple[Words, ...]:
    keys = sorted(current.texts, key=lambda key: (not key.startswith("vi/"), key))
    named = [key.partition("/") for key in keys]
    return tuple(Words(lang, variant, current.texts[f"{lang}/{variant}"]) for lang, _, variant in named)
