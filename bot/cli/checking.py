"""``keng check``: faults of the files, and what the organisation still lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.reading import print_json
from bot.model.gate import GateKind, GateMatrix
from bot.model.person import SPEAKING_ROLES, Organisation, Person, Role
from bot.model.playbook import Playbook
from bot.model.policy import OfficePolicy, Wake
from bot.model.roster import DutyReason
from bot.model.unit import UnitRole
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.drafting.documents import OfficeForm

BLANK = "…"
"""Stands in what `keng feeds add` prints where a person is to write something."""
ENDING_SOON = timedelta(days=7)
ROSTER_AHEAD = timedelta(weeks=5)


def check(config: Path | None, *, strict: bool = False, as_json: bool = False) -> int:
    """Look through everything that is configured; the exit code of ``keng check``.

    Faults make it 1. What is merely lacking is named and does not, unless ``strict``.
    """
    from bot.approval.gate_file import load_gates
    from bot.approval.law import load_law
    from bot.approval.organisation import NOTHING_NAMED, load_organisation
    from bot.approval.policy import load_policy
    from bot.cli.checking_machine import notes_on_the_machine, tell_what_is_read
    from bot.cli.faults import KNOWN_FAULTS
    from bot.cli.people import with_record
    from bot.cli.schema import EarlierStore
    from bot.data import data_folder, named_by, organisation_folder
    from bot.drafting.documents import load_form
    from bot.drafting.lint.playbook_words import lint_words
    from bot.model.clock import SystemClock
    from bot.playbooks import lint_playbooks, load_playbooks
    from bot.settings import SettingsFault, check_for_serving, load_settings

    try:
        settings = load_settings(config)
    except SettingsFault as error:
        return _told(str(error).splitlines(), [], strict=strict, as_json=as_json)
    tell_what_is_read(config, settings)
    unserved: list[str] = []
    try:
        check_for_serving(settings)
    except SettingsFault as error:
        unserved = str(error).splitlines()
    folder = data_folder(settings)
    found = [str(fault) for fault in lint_playbooks(folder)]
    # Playbooks that cannot be read must not hide what is wrong with the people.
    playbooks = None if found else load_playbooks(folder)
    found += [*(str(fault) for fault in lint_words(folder)), *unserved]
    named = named_by(playbooks) if playbooks else NOTHING_NAMED
    notes: list[str] = []
    earlier: list[str] = []
    try:
        law = load_law(folder / "law")
        gates, _ = load_gates(folder / "law", organisation_folder(settings))
        policy = load_policy(organisation_folder(settings), law)
        now = SystemClock().now()
        organisation = load_organisation(organisation_folder(settings), named)
        try:
            organisation = with_record(config, organisation)
        except EarlierStore as error:  # the restart that this check precedes brings it up to date
            earlier = [f"accounts and what else the record knows were not looked at: {error}"]
        form = load_form(organisation_folder(settings), organisation.agency, [p.id for p in organisation.people])
        found += [f"document.yaml: template: {fault}" for fault in _template_faults(form, now)]
        if not any(person.roles(now) & SPEAKING_ROLES for person in organisation.people):
            found.append(f"{settings.organisation}: nobody may speak today: no head, no regular spokesperson")
        speakers = [person for person in organisation.people if person.roles(now) & SPEAKING_ROLES]
        if settings.email.smtp and not any(person.email for person in speakers):
            found.append(
                "email.smtp: letters can reach nobody who may approve: give the spokespersons an email in people.yaml"
            )
        reached = organisation if settings.email.smtp else without_letters(organisation)
        notes = [
            *lacking(reached, now),
            *_only_by_letter(organisation, reached, now),
            *_supervised(policy, reached, now),
            *_units_not_here(playbooks or {}, organisation),
            *impassable(gates, reached, now),
            *([] if earlier else _without_codes(config, gates, speakers)),
            *_unsigned(form, speakers),
            *_unfinished_feeds(settings),
            *notes_on_the_machine(config, settings),
            *earlier,
        ]
    except KNOWN_FAULTS() as error:
        found += str(error).splitlines()
    return _told(found, notes, strict=strict, as_json=as_json)


def _told(faults: list[str], notes: list[str], *, strict: bool, as_json: bool) -> int:
    """Say it, and how the command ends."""
    if as_json:
        print_json({"faults": faults, "notes": notes})
    else:
        for line in (*faults, *(f"note: {note}" for note in notes)):
            typer.echo(line)
    typer.echo(f"{len(faults)} faults" if faults else "everything in order", err=True)
    return 1 if faults or (strict and notes) else 0


def _template_faults(form: Any, now: datetime) -> list[str]:
    """What is wrong with the office's own templates, each tried on a draft that says nothing."""
    from bot.drafting.documents import content_of, template_fault
    from bot.model.alert import Volume
    from bot.model.incident import Growth, Incident, IncidentState
    from bot.model.statement import Author, StatementKind, StatementState, StatementVersion, version_sha256

    texts = {"vi/full": "…"}
    nothing = Incident("", "", IncidentState.NEW, 1, "", "", False, now, Growth(0, Volume(), 0, now, now))
    words = StatementVersion("", 1, StatementState.DRAFT, texts, version_sha256(texts), Author.TEMPLATE, now, "", "")
    tried = (words, replace(words, kind=StatementKind.REFUSAL))
    faults = (template_fault(content_of(nothing, version, form, None), form) for version in tried)
    return [fault for fault in faults if fault]


def without_letters(organisation: Organisation) -> Organisation:
    """The organisation as it is reached while no mail server is set: whoever has only a mailbox is not there for us."""
    people = tuple(person if person.telegram_id else replace(person, email=None) for person in organisation.people)
    return replace(organisation, people=people)


def lacking(organisation: Organisation, now: datetime) -> list[str]:
    """What a careful office would mend: missing spokespersons, ends in sight, people nobody can reach, empty duties."""
    return [
        *_without_spokesperson(organisation, now),
        *_ending_soon(organisation, now),
        *_unreachable(organisation, now),
        *_duties(organisation, now),
    ]


def _without_spokesperson(organisation: Organisation, now: datetime) -> list[str]:
    """Units that the decree binds (Art. 2) and that assigned nobody (Art. 3.2.b)."""
    speaking = {p.unit for p in organisation.people if Role.REGULAR in p.roles(now)}
    scoped = {
        a.unit for p in organisation.people for a in p.in_force(now) if a.role is Role.REGULAR and a.unit is not None
    }
    if any(a.unit is None and a.role is Role.REGULAR for p in organisation.people for a in p.in_force(now)):
        scoped |= {u.id for u in organisation.units if u.name_vi == organisation.agency.name_vi}
    return [
        f"{unit.id}: has no regular spokesperson today (NĐ 244/2026 Art. 3.2.b)"
        for unit in organisation.units
        if unit.level is not None
        and unit.in_force(now)
        and unit.stands_for is None
        and unit.id not in speaking | scoped
    ]


def _ending_soon(organisation: Organisation, now: datetime) -> list[str]:
    return [
        f"{person.id}: is {a.role.value} only until {a.valid_to:%Y-%m-%d %H:%M} UTC"
        + (f", for {a.case}" if a.case else "")
        for person in organisation.people
        for a in person.assignments
        if a.valid_to is not None and now < a.valid_to <= now + ENDING_SOON
    ]


def _unreachable(organisation: Organisation, now: datetime) -> list[str]:
    """People with a role today, also one for a single case, to whom nothing can be sent."""
    return [
        f"{person.id}: cannot be reached: no account, no e-mail that could be used; `keng people invite {person.id}`"
        for person in organisation.people
        if not person.reachable and any(a.holds(now, a.case) for a in person.assignments)
    ]


def _only_by_letter(organisation: Organisation, reached: Organisation, now: datetime) -> list[str]:
    """Why people with a mailbox are among those who cannot be reached: there is no mail server."""
    lost = {p.id for p in reached.people if not p.reachable}
    mailboxes = [p.id for p in organisation.people if p.id in lost and p.email and p.roles(now)]
    if not mailboxes:
        return []
    return [f"email.smtp is not set: no letter reaches {', '.join(mailboxes)}, who have no other address"]


def _unsigned(form: OfficeForm, speakers: Sequence[Person]) -> list[str]:
    """Who may approve for the agency, where the form says how others sign and not how they do (NĐ 30/2020 Art. 13)."""
    found = [p.id for p in speakers if p.is_of_the_agency and form.signers and form.signer(p.id) is None]
    return [f"document.yaml: signers: papers that {one} approves say no capacity (TM., KT., TL. …)" for one in found]


def _units_not_here(playbooks: Mapping[str, Playbook], organisation: Organisation) -> list[str]:
    """Units that playbooks name and this organisation does not know: they lead nothing until they are written down."""
    named: dict[str, set[str]] = {}
    for playbook in playbooks.values():
        confirming = {slot.confirm_by for slot in playbook.facts if slot.confirm_by}
        for unit in {playbook.lead, *playbook.support, *confirming}:
            named.setdefault(unit, set()).add(playbook.id)
    return [
        f"units.yaml: no unit {unit}, which {_some(sorted(where))} name; "
        "take it over from the sample, or change those playbooks"
        for unit, where in sorted(named.items())
        if organisation.unit(unit) is None
    ]


def _some(names: list[str], shown: int = 3) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more} more playbooks" if more > 0 else "")


def _supervised(policy: OfficePolicy, organisation: Organisation, now: datetime) -> list[str]:
    """A policy that wakes a supervising department needs one, with somebody in it who can be reached."""
    if not any(step.wake is Wake.SUPERVISOR for step in policy.steps):
        return []
    units = {unit.id for unit in organisation.units_with(UnitRole.SUPERVISOR, now)}
    if not units:
        return ["policy.yaml wakes the supervisor, but no unit has the role supervisor today"]
    if any(p.unit in units and p.reachable and p.roles(now) for p in organisation.people):
        return []
    return [f"{', '.join(sorted(units))}: supervises, and nobody there can be woken"]


def impassable(gates: GateMatrix, organisation: Organisation, now: datetime) -> list[str]:
    """Gates that nobody here could pass today: what must pass them would wait for ever."""
    return [
        f"gates.yaml: nobody who can be reached may pass {gate.kind.value} (from level {gate.from_level}): "
        f"it takes {', '.join(sorted(role.value for role in gate.by))}"
        for gate in gates.gates
        if gate.by and not any(p.reachable and p.roles(now) & gate.by for p in organisation.people)
    ]


def _without_codes(config: Path | None, gates: GateMatrix, speakers: list[Person]) -> list[str]:
    """Where a gate asks for a one-time code, somebody who may approve should have enrolled a device; once Keng ran."""
    from bot.cli.reading import from_store, has_store
    from bot.settings import load_settings
    from bot.store import second_factors

    gate = next((gate for gate in gates.gates if gate.kind is GateKind.SECOND_FACTOR), None)
    if gate is None or not has_store(load_settings(config)):
        return []

    async def any_enrolled(tx: Any, _settings: Any) -> bool:
        return any([await second_factors.active(tx, person.id) is not None for person in speakers])

    if from_store(config, any_enrolled):
        return []
    return [
        "nobody who may approve has enrolled a one-time code (/totp, keng people factor): "
        f"level {gate.from_level} and letters wait"
    ]


def _unfinished_feeds(settings: Settings) -> list[str]:
    """Feeds that are still being connected, or that believe more than they should."""
    notes = [
        f"feeds.{name}: everything it sends is a drill (status: {feed.status}); take the line out when it reads well"
        for name, feed in settings.feeds.items()
        if feed.status is not None
    ]
    for name, feed in settings.feeds.items():
        if feed.mail is not None and feed.mail.verified_by is None:
            notes.append(f"feeds.{name}.mail: without verified_by whoever writes under a known address is believed")
        if feed.mail is not None and feed.mail.folder is not None and not feed.mail.folder.exists():
            notes.append(f"feeds.{name}.mail.folder: {feed.mail.folder} is not there")
        if feed.rss is not None and BLANK in feed.rss.url:
            notes.append(f"feeds.{name}.rss.url: {feed.rss.url} is still to be filled in")
        if feed.mail is not None:
            blank = [sender for sender in feed.mail.senders if BLANK in sender]
            notes += [f"feeds.{name}.mail.senders: {sender} is still to be filled in" for sender in blank]
        if feed.rss is not None and not feed.rss.keywords:
            notes.append(f"feeds.{name}.rss: without keywords every article is an alert")
    return notes


def _duties(organisation: Organisation, now: datetime) -> list[str]:
    shifts = organisation.roster.shifts(now, now + ROSTER_AHEAD, organisation.may_be_on_duty)
    return [
        f"nobody is on duty from {s.start:%Y-%m-%d %H:%M} to {s.end:%Y-%m-%d %H:%M} UTC"
        for s in shifts
        if s.reason is DutyReason.NOBODY
    ]
