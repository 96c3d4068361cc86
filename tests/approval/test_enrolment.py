"""How an account becomes somebody's, and stops being it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.approval import acts
from bot.channels.telegram.render_dialog import sentence
from bot.model.audit import AuditEvent
from bot.model.board import hashed, new_link
from bot.model.commands import AskApproval, DecideRequest, Edit, Enrol, Leave
from bot.model.enrolment import EnrolmentCode, code_hash, new_code
from bot.model.outcome import Outcome
from bot.model.person import Assignment, Organisation, Role
from bot.model.reasons import Reason
from bot.model.signoff import is_opened_by, new_ticket, session_hash
from bot.store import audit, bindings, board_links, people, signoff
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PHO, TRUC, act, organisation, person

NEW_PHONE, OTHER_PHONE = 555, 556


def without_accounts(*ids: str) -> Organisation:
    office = organisation()
    return replace(office, people=tuple(replace(p, telegram_id=None) if p.id in ids else p for p in office.people))


async def invites(
    office: Office, who: str, *, hours: float = 24, additional: bool = False, only_for: int | None = None
) -> str:
    code = new_code()
    async with office.database.write() as tx:
        kept = EnrolmentCode(
            code_hash(code),
            who,
            "cli",
            office.now,
            office.now + timedelta(hours=hours),
            additional,
            str(only_for) if only_for else None,
        )
        await bindings.add_code(tx, kept)
    return code


async def account_of(office: Office, account: int) -> str | None:
    async with office.database.read() as tx:
        found = (await people.enrolled(tx, office.people)).by_telegram(account)
    return found.id if found else None


async def confirm(office: Office, who: int, asked: Outcome, *, agree: bool = True) -> Outcome:
    return await office.does(who, DecideRequest(asked.values["code"], agree))


async def test_a_code_binds_the_account_that_shows_it(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102")
    done = await office.does(NEW_PHONE, Enrol(code))
    assert done.reason is Reason.ENROLLED
    assert await account_of(office, NEW_PHONE) == "p102"
    assert (await office.does(NEW_PHONE, AskApproval(office.incident_id))).reason is not Reason.NOT_ENROLLED


async def test_the_duty_room_is_told_who_enrolled_with_which_account(office: Office) -> None:
    office.people = without_accounts("p102")
    done = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    (notice,) = done.notices
    assert (notice.to, notice.words) == ("duty", "enrolled")
    assert notice.values["account"] == str(NEW_PHONE)


async def test_hyphens_and_capitals_do_not_matter_when_it_is_typed(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102")
    assert (await office.does(NEW_PHONE, Enrol(code.lower().replace("-", " ")))).reason is Reason.ENROLLED


async def test_a_code_works_once(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102")
    await office.does(NEW_PHONE, Enrol(code))
    assert (await office.does(OTHER_PHONE, Enrol(code))).reason is Reason.CODE_USED
    assert await account_of(office, OTHER_PHONE) is None


async def test_a_code_runs_out(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102", hours=24)
    office.later(hours=24)
    assert (await office.does(NEW_PHONE, Enrol(code))).reason is Reason.CODE_EXPIRED
    assert await account_of(office, NEW_PHONE) is None


async def test_a_second_code_makes_the_first_one_worthless(office: Office) -> None:
    office.people = without_accounts("p102")
    lost = await invites(office, "p102")
    await invites(office, "p102")
    assert (await office.does(NEW_PHONE, Enrol(lost))).reason is Reason.CODE_EXPIRED


async def test_a_code_forwarded_to_a_colleague_is_refused_and_stays_good_for_its_owner(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102")
    assert (await office.does(PHO, Enrol(code))).reason is Reason.ACCOUNT_OF_ANOTHER
    assert await account_of(office, PHO) == f"p{PHO}"
    assert (await office.does(NEW_PHONE, Enrol(code))).reason is Reason.ENROLLED


async def test_a_code_made_for_one_account_does_not_work_for_a_stranger_it_was_forwarded_to(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102", only_for=NEW_PHONE)
    assert (await office.does(KHACH, Enrol(code))).reason is Reason.CODE_FOR_ANOTHER
    assert (await office.does(NEW_PHONE, Enrol(code))).reason is Reason.ENROLLED


@pytest.mark.parametrize("guess", ["", "AAAA-AAAA-AAAA-AAAA", "'; DROP TABLE bindings; --", "7K2"])
async def test_a_guessed_code_binds_nobody(office: Office, guess: str) -> None:
    assert (await office.does(KHACH, Enrol(guess))).reason is Reason.CODE_UNKNOWN


async def test_a_code_of_somebody_who_is_no_longer_in_the_file_is_worthless(office: Office) -> None:
    code = await invites(office, "p-gone")
    assert (await office.does(KHACH, Enrol(code))).reason is Reason.CODE_UNKNOWN


async def test_nobody_is_enrolled_on_the_strength_of_an_unreadable_file(office: Office) -> None:
    office.people = replace(without_accounts("p102"), fault="people.yaml:3: …")
    code = await invites(office, "p102")
    assert (await office.does(NEW_PHONE, Enrol(code))).reason is Reason.ORGANISATION_UNREADABLE


async def test_leaving_takes_every_right_from_the_account_whatever_the_file_says(office: Office) -> None:
    assert (await office.does(PHAT, Leave())).reason is Reason.LEFT
    assert await account_of(office, PHAT) is None
    assert (await office.does(PHAT, AskApproval(office.incident_id))).reason is Reason.NOT_ENROLLED


async def test_who_left_comes_back_with_a_code_alone(office: Office) -> None:
    await office.does(PHAT, Leave())
    assert (await office.does(PHAT, Enrol(await invites(office, "p102")))).reason is Reason.ENROLLED
    assert await account_of(office, PHAT) == "p102"


async def test_a_stranger_cannot_leave(office: Office) -> None:
    assert (await office.does(KHACH, Leave())).reason is Reason.NOT_ENROLLED


async def test_a_changed_phone_waits_for_a_second_person(office: Office) -> None:
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    assert asked.reason is Reason.REBINDING_ASKED
    assert await account_of(office, NEW_PHONE) is None
    assert await account_of(office, PHAT) == "p102"
    assert {(n.to, n.words, n.address) for n in asked.notices} == {
        ("duty", "rebinding_asked", None),
        ("p102", "rebinding_warned", PHAT),
    }
    done = await confirm(office, TRUC, asked)
    assert done.reason is Reason.REBOUND
    assert await account_of(office, NEW_PHONE) == "p102"
    assert await account_of(office, PHAT) is None, "the old phone may be in a thief's hands"


@pytest.mark.parametrize(("additional", "stands"), [(False, False), (True, True)])
async def test_a_changed_phone_shuts_the_pages_that_the_old_one_opened(
    office: Office, additional: bool, stands: bool
) -> None:
    phat = replace(person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)), email="phat@vidu.vn")
    incident = await office.incident()
    async with office.database.write() as tx:
        ticket = new_ticket("0" * 32, phat, incident.id, 1, "0" * 64, office.now)
        await signoff.add(tx, ticket)
        await signoff.open_(tx, ticket, session_hash("old phone"), office.now)
        link, _ = new_link("0" * 32, phat, "email", "phat@vidu.vn", office.now)
        await board_links.add(tx, link)
        await board_links.open_(tx, link, hashed("old phone"), office.now + timedelta(hours=8), office.now)
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102", additional=additional)))
    assert (await confirm(office, TRUC, asked)).reason is Reason.REBOUND
    async with office.database.read() as tx:
        opened, board = await signoff.get(tx, ticket.id), await board_links.by_session(tx, hashed("old phone"))
    assert opened is not None
    assert board is not None
    assert (is_opened_by(opened, "old phone"), board.ended_at is None) == (stands, stands)


async def test_nobody_confirms_their_own_changed_phone_from_either_phone(office: Office) -> None:
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    assert (await confirm(office, PHAT, asked)).reason is Reason.SECOND_PERSON_NEEDED
    assert (await confirm(office, NEW_PHONE, asked)).reason is Reason.NOT_ENROLLED
    assert (await confirm(office, KHACH, asked)).reason is Reason.NOT_ENROLLED
    assert await account_of(office, NEW_PHONE) is None


async def test_the_owner_stops_a_change_of_phone_from_the_old_one(office: Office) -> None:
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    assert (await confirm(office, PHAT, asked, agree=False)).reason is Reason.REQUEST_DECLINED
    assert (await confirm(office, TRUC, asked)).reason is Reason.NO_SUCH_REQUEST
    assert await account_of(office, NEW_PHONE) is None


async def test_somebody_without_a_role_today_is_no_second_person(office: Office) -> None:
    retired = person(KHACH, "Hoàng Khách", Assignment(Role.DUTY, valid_to=office.now))
    office.people = organisation(retired)
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    assert (await confirm(office, KHACH, asked)).reason is Reason.SECOND_PERSON_NEEDED
    assert (await confirm(office, KHACH, asked, agree=False)).reason is Reason.SECOND_PERSON_NEEDED


async def test_a_request_is_decided_once_and_not_for_ever(office: Office) -> None:
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    await confirm(office, TRUC, asked)
    assert (await confirm(office, PHO, asked, agree=False)).reason is Reason.NO_SUCH_REQUEST
    again = await office.does(OTHER_PHONE, Enrol(await invites(office, "p102")))
    office.later(hours=25)
    assert (await confirm(office, TRUC, again)).reason is Reason.REQUEST_EXPIRED
    assert await account_of(office, OTHER_PHONE) is None


async def test_an_account_that_the_operator_took_away_comes_back_only_with_a_second_person(office: Office) -> None:
    async with office.database.write() as tx:
        await bindings.release(tx, "p102", "telegram", str(PHAT), "cli", office.now)
    assert await account_of(office, PHAT) is None
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    assert asked.reason is Reason.REBINDING_ASKED


async def test_two_accounts_are_one_person_and_nobody_approves_their_own_words_with_the_second(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office(level=4)
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102", additional=True)))
    await confirm(office, TRUC, asked)
    assert await account_of(office, PHAT) == await account_of(office, NEW_PHONE) == "p102"
    current = await office.current()
    words = current.full_vi.replace("[", "").replace("]", "") + "\nThêm một câu."
    edited = await office.does(PHAT, Edit(office.incident_id, current.version, words))
    assert edited.reason is Reason.EDITED, edited
    refused = await office.does(NEW_PHONE, AskApproval(office.incident_id))
    assert refused.reason is Reason.LAST_EDITOR_AT_LEVEL_4


async def test_the_second_account_of_a_person_is_no_second_person(office: Office) -> None:
    asked = await office.does(NEW_PHONE, Enrol(await invites(office, "p102", additional=True)))
    await confirm(office, TRUC, asked)
    third = await office.does(OTHER_PHONE, Enrol(await invites(office, "p102")))
    assert (await confirm(office, NEW_PHONE, third)).reason is Reason.SECOND_PERSON_NEEDED


async def test_an_account_bound_in_the_record_is_not_anothers_because_the_file_says_so(office: Office) -> None:
    office.people = without_accounts("p102")
    await office.does(NEW_PHONE, Enrol(await invites(office, "p102")))
    claimed = person(NEW_PHONE, "Hoàng Khách", Assignment(Role.HEAD))
    office.people = replace(without_accounts("p102"), people=(*without_accounts("p102").people, claimed))
    assert await account_of(office, NEW_PHONE) == "p102"


async def test_the_record_names_the_account_and_never_the_code(office: Office) -> None:
    office.people = without_accounts("p102")
    code = await invites(office, "p102")
    command = act(NEW_PHONE, Enrol(code))
    outcome = await office.does(NEW_PHONE, command.command)
    event: AuditEvent = acts.audit_event(command, None, outcome, office.now)
    assert event.details["account"] == str(NEW_PHONE)
    assert event.actor == f"telegram:{NEW_PHONE}"
    assert code not in str(event)
    async with office.database.write() as tx:
        assert (await audit.append(tx, event)).seq == 1


def test_codes_differ_fit_a_deep_link_and_hide_behind_their_hash() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(c) <= 64 and c.replace("-", "").isalnum() for c in codes)
    assert len({code_hash(c) for c in codes}) == 200


@pytest.mark.parametrize(("who", "put"), [("p101", "room"), ("p102", None)])
async def test_a_duty_officer_is_told_that_cards_stand_in_the_duty_room(
    office: Office, who: str, put: str | None
) -> None:
    office.people = without_accounts(who)
    done = await office.does(NEW_PHONE, Enrol(await invites(office, who)))
    assert (done.reason, done.values.get("put")) == (Reason.ENROLLED, put)
    assert ("xem thẻ vụ việc trong nhóm trực" in sentence("vi", done, NEW_PHONE)) is (put == "room")
