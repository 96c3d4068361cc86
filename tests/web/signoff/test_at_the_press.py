"""What was true when the page was opened counts for nothing: each act is judged at the moment of the press."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model.commands import Approve, Edit, FalseAlarm, Return
from bot.model.person import Assignment, Role
from bot.model.statement import StatementState
from bot.store import deliveries
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


async def queued(office: SignoffDesk) -> list[str]:
    async with office.database.read() as tx:
        return [d.outlet for d in await deliveries.of_incident(tx, office.incident_id)]


async def test_whoever_holds_the_page_but_not_the_code_decides_nothing(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    for code in ("", "000000"):
        await phat.press("/approve", code=code)
    assert [o.reason.value for o in office.told] == ["second_factor_missing", "second_factor_wrong"]
    assert (await office.current()).state is StatementState.DRAFT
    assert "Mã xác thực không đúng" in phat.page
    assert "Duyệt bản 1" in phat.page, "one may try again"


async def test_a_code_counts_once(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/return", code=CODE, words=" ")
    assert office.told[-1].reason.value == "reason_missing"
    await phat.press("/return", code=CODE, words="sai địa danh")
    assert office.told[-1].reason.value == "second_factor_wrong"
    assert "sai địa danh" in phat.page, "what was typed is not lost"
    await phat.press("/return", code="234567", words="sai địa danh")
    assert office.told[-1].reason.value == "returned"


async def test_codes_cannot_be_guessed_on_and_on(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    for n in range(11):
        await phat.press("/approve", code=f"{n:06d}")
    await phat.press("/approve", code=CODE)
    assert office.told[-1].reason.value == "second_factor_locked"
    office.clock.advance(minutes=61)
    await phat.press("/approve", code=CODE)
    assert office.told[-1].reason.value == "approved"


async def test_no_code_stays_in_the_store(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/approve", code="987654")
    assert "987654" not in str(await office.everything())


@pytest.mark.parametrize("meanwhile", ["edited", "one invisible character", "approved", "returned", "closed"])
async def test_what_happened_meanwhile_is_told_and_nothing_is_done_twice(
    office: SignoffDesk, phat: Visitor, meanwhile: str
) -> None:
    await phat.enter(await office.link_for())
    current = await office.current()
    act = {
        "edited": Edit(office.incident_id, 1, "Văn bản khác."),
        "one invisible character": Edit(office.incident_id, 1, current.full_vi.replace("nước", "nư\u200bớc", 1)),
        "approved": Approve(office.incident_id, 1, current.sha256),
        "returned": Return(office.incident_id, "sai", 1),
        "closed": FalseAlarm(office.incident_id, "nhầm"),
    }[meanwhile]
    assert not (await office.does("p104", act)).refused
    await phat.press("/approve", code=CODE)
    expected = {
        "edited": "stale_version",
        "one invisible character": "stale_version",
        "approved": "already_approved",
        "returned": "not_approvable",
        "closed": "incident_not_open",
    }[meanwhile]
    assert office.told[-1].reason.value == expected
    assert len(await queued(office)) == (1 if meanwhile == "approved" else 0)
    assert (await office.record("approve"))[-1].event.details["outcome"] == expected


async def test_an_act_by_link_races_an_edit_elsewhere_and_one_wins(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    edit = Edit(office.incident_id, 1, "Văn bản sửa trên Telegram.")
    elsewhere, _ = await asyncio.gather(
        office.does("p104", edit), phat.press("/edit", code=CODE, words="Văn bản sửa trên trang.")
    )
    outcomes = {elsewhere.reason.value, office.told[-1].reason.value}
    assert outcomes == {"edited", "stale_version"}
    assert (await office.current()).version == 2


@pytest.mark.parametrize("how", ["role ended", "left", "address changed", "list unreadable"])
async def test_authority_is_asked_for_at_the_moment_of_the_act(office: SignoffDesk, phat: Visitor, how: str) -> None:
    await phat.enter(await office.link_for())
    first, *others = office.people.people
    ended = replace(first, assignments=(Assignment(Role.REGULAR, valid_to=office.clock.now()),))
    office.people = {
        "role ended": replace(office.people, people=(ended, *others)),
        "left": replace(office.people, people=tuple(others)),
        "address changed": replace(office.people, people=(replace(first, email="x@example.vn"), *others)),
        "list unreadable": replace(office.people, fault="people.yaml:3"),
    }[how]
    await phat.press("/approve", code=CODE)
    assert (await office.current()).state is StatementState.DRAFT
    assert office.told[-1].refused
    entry = (await office.record("approve"))[-1].event
    assert entry.details["refused"] is True
    assert entry.incident_id in (office.incident_id, None)


async def test_an_authorised_persons_right_ends_to_the_second(office: SignoffDesk, phat: Visitor) -> None:
    first, *others = office.people.people
    end = office.clock.now().replace(minute=30)
    only = Assignment(Role.AUTHORISED, valid_to=end, document="01/GUQ", case="7K2")
    office.people = replace(office.people, people=(replace(first, assignments=(only,)), *others))
    await phat.enter(await office.link_for())
    assert "/approve" in phat.page
    office.clock.advance(seconds=(end - office.clock.now()).total_seconds())
    await phat.press("/approve", code=CODE)
    assert office.told[-1].reason.value == "no_right_to_approve"
    await phat.get(phat.url)
    assert phat.status == 403, "nor does the page go on to show drafts"


async def test_a_link_that_expires_while_the_page_is_open_is_refused_at_the_press(
    office: SignoffDesk, phat: Visitor
) -> None:
    await phat.enter(await office.link_for())
    office.clock.advance(hours=4)
    await phat.press("/approve", code=CODE)
    assert office.told[-1].reason.value == "link_expired"


async def test_the_form_of_one_link_is_no_good_for_another(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    await phat.enter(await office.link_for())
    await stranger.enter(office.letter_link("p104"))
    mine, theirs = phat.url.rpartition("/")[2], stranger.url.rpartition("/")[2]
    phat.page = phat.page.replace(mine, theirs)  # another's address, my form, my cookie
    await phat.press("/approve", code=CODE)
    assert phat.status == 403
    stranger.page = stranger.page.replace('name="form" value="', 'name="form" value="A')
    await stranger.press("/approve", code=CODE)
    assert stranger.status == 403
    assert office.told == []


async def test_the_room_is_closed_to_whoever_did_not_open_it(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    await phat.enter(await office.link_for())
    page = await stranger.get(phat.url)
    assert stranger.status == 403
    assert (await office.current()).full_vi[:40] not in page


@pytest.mark.parametrize(
    ("kind", "status"), [("too long", 413), ("json", 415), ("multipart", 415), ("twice", 400), ("latin", 400)]
)
async def test_what_no_browser_sends_is_refused(office: SignoffDesk, phat: Visitor, kind: str, status: int) -> None:
    await phat.enter(await office.link_for())
    form = "application/x-www-form-urlencoded"
    body, content_type = {
        "too long": (b"words=" + b"a" * 200_000, form),
        "json": (b"{}", "application/json"),
        "multipart": (b"--x--", "multipart/form-data; boundary=x"),
        "twice": (b"form=a&form=b", form),
        "latin": (b"words=%ff%fe", form),
    }[kind]
    async with phat.http.post(f"{phat.url}/approve", data=body, headers={"Content-Type": content_type}) as answer:
        assert answer.status == status
    assert office.told == []


async def test_the_store_being_away_is_told_in_words(office: SignoffDesk, phat: Visitor) -> None:
    link = await office.link_for()
    await phat.enter(link)
    async with office.database.write() as tx:
        await tx.exec_driver_sql("ALTER TABLE signoff_tickets RENAME TO hidden")
    await phat.get(phat.url)
    assert phat.status == 503
    assert "Chưa có gì thay đổi" in phat.page


async def test_what_was_sent_survives_a_process_that_dies_before_it_decides(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    office.asleep = True
    await phat.press("/approve", code=CODE)
    assert "đang xử lý" in phat.page
    office.asleep = False
    office.restart()
    ((channel, key),) = await office.channel.undone()
    assert channel == "email"
    for _ in range(2):
        await office.carry_out(key)
    assert [o.reason.value for o in office.told] == ["approved"]
    await phat.get(phat.url)
    assert "Anh/chị đã duyệt bản 1" in phat.page
