"""What people did on the sign-off page, read from the store and made commands of the model, each once."""

from __future__ import annotations

from datetime import datetime

from bot.channels.base import PeopleSource, SecondFactor
from bot.channels.email.planning import NAME
from bot.model.clock import Clock
from bot.model.commands import (
    Acknowledge,
    Act,
    Actor,
    AgreeJointly,
    AnswerDelivery,
    Approve,
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
from bot.model.level import HIGHEST
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.signoff import FAILED_CODES, FAILED_CODES_WITHIN, LEAVES_THE_LINK, Ticket, hindrance, needs_factor
from bot.store import incidents, signoff
from bot.store.database import Tx
from bot.store.signoff import UNKEPT, SignoffAct


class SignoffActs:
    """Takes acts for carrying out, in the transaction that decides them, and keeps the answers for the page."""

    def __init__(self, clock: Clock, people: PeopleSource, second_factor: SecondFactor) -> None:
        """``second_factor`` judges the codes."""
        self._clock = clock
        self._people = people
        self._second_factor = second_factor

    async def take(self, tx: Tx, key: str) -> Act | None:
        """The act ``key``, with the reason why it is withheld if link or code do not stand at this very moment."""
        now = self._clock.now()
        sent = await signoff.take(tx, key, now)
        if sent is None:
            return None
        ticket = await signoff.get(tx, sent.ticket)
        if ticket is None:  # a foreign key keeps it
            raise LookupError(f"no ticket {sent.ticket}")
        command = _command(sent, ticket)
        person = (await self._people(tx, now)).person(ticket.person)
        withheld, proved = hindrance(ticket, person, now), False
        if withheld is None:
            withheld, proved = await self._look_at_code(tx, sent, ticket, command, now)
        return Act(
            key,
            Actor(NAME, 0, ticket.person),
            command,
            withheld=withheld.value if withheld else "",
            second_factor=proved,
        )

    async def answer(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Keep what the person is told, a reason that was left out too; who decided upon the words used the link up."""
        told = {**outcome.values, UNKEPT: "true"} if outcome.unkept else outcome.values
        ticket = await signoff.answer(tx, act.key, outcome.reason.value, outcome.refused, told)
        if outcome.was_marked:  # what must not be kept is not kept as it came, either
            await signoff.forget_words(tx, act.key)
        if ticket is not None and not outcome.refused and not isinstance(act.command, LEAVES_THE_LINK):
            await signoff.use(tx, ticket, self._clock.now())

    async def _look_at_code(
        self, tx: Tx, sent: SignoffAct, ticket: Ticket, command: Command, now: datetime
    ) -> tuple[Reason | None, bool]:
        """Why the code does not suffice, and whether one was proved. A good code is used up whatever comes after."""
        incident = await incidents.get(tx, ticket.incident_id)
        level = incident.level if incident else HIGHEST
        enrolled = await self._second_factor.enrolled(tx, ticket.person)
        if not needs_factor(type(command), level, enrolled=enrolled):
            return None, False
        if not enrolled:
            return Reason.SECOND_FACTOR_NOT_ENROLLED, False
        code = "".join(sent.code.split())
        if not code:
            return Reason.SECOND_FACTOR_MISSING, False
        wrong = Reason.SECOND_FACTOR_WRONG.value
        if await signoff.count_refused(tx, ticket.person, wrong, now - FAILED_CODES_WITHIN) >= FAILED_CODES:
            return Reason.SECOND_FACTOR_LOCKED, False
        refused = await self._second_factor.verify(tx, ticket.person, code, now)
        return refused, refused is None


def _command(sent: SignoffAct, ticket: Ticket) -> Command:
    """The command, bound to the words that the link was made for, whatever is current by now."""
    match sent.act:
        case "approve":
            return Approve(ticket.incident_id, ticket.version, ticket.sha256)
        case "return":
            return Return(ticket.incident_id, sent.words, ticket.version)
        case "edit":
            return Edit(ticket.incident_id, ticket.version, sent.words)
        case "release":
            return Release(ticket.incident_id, ticket.version, ticket.sha256)
        case "content_check":
            return ContentCheck(ticket.incident_id, ticket.version)
        case "legal_check":
            return LegalCheck(ticket.incident_id, ticket.version)
        case "agree_jointly":
            return AgreeJointly(ticket.incident_id, ticket.version)
        case "explain_lint":
            return ExplainLint(ticket.incident_id, sent.words, ticket.version)
        case "confirm_playbook":
            return ChoosePlaybook(ticket.incident_id, sent.words[:64], confirms=True)
        case "acknowledge":
            return Acknowledge(ticket.incident_id)
        case "mark_impact":
            return MarkImpact(ticket.incident_id)
        case "appeared" | "not_appeared":
            outlet, _, attempt = sent.words.rpartition(":")
            number = int(attempt) if attempt.isascii() and attempt.isdecimal() and len(attempt) < 6 else 0
            return AnswerDelivery(
                ticket.incident_id, ticket.version, outlet[:32], number, appeared=sent.act == "appeared"
            )
    raise ValueError(f"no act is called {sent.act!r}")
