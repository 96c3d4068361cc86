"""Behind the door: what is shown is what is approved, by the person alone, once, with a code."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.approval.gates import TEXT_LIMIT
from bot.locale import has
from bot.model.commands import Approve, ConfirmFact, DropText, Edit, FalseAlarm, Return, ShowDiff, WriteText
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import deliveries
from bot.store.schema_email import signoff_acts
from bot.web.signoff.render import because
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


async def queued(office: SignoffDesk) -> list[str]:
    async with office.database.read() as tx:
        return [d.outlet for d in await deliveries.of_incident(tx, office.incident_id)]


async def test_the_page_shows_words_clocks_facts_and_author(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    view, current = await office.view(), await office.current()
    for line in current.full_vi.splitlines():
        assert line.replace("&", "&amp;") in phat.page
    assert current.sha256[:8] in phat.page
    assert "Mục tiêu nội bộ" in phat.page
    assert "NĐ 244/2026 Đ7.3" in phat.page
    assert "Lập từ cẩm nang" in phat.page
    for slot in view.unknown:
        assert slot.name.vi in phat.page


async def test_approval_takes_a_code_and_publishes_exactly_these_words(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/approve", code=f" {CODE[:3]} {CODE[3:]} ")
    assert "Anh/chị đã duyệt bản 1" in phat.page
    current = await office.current()
    assert (current.state, current.approved_by) == (StatementState.APPROVED, "p102")
    assert await queued(office) == ["newsroom"]
    (entry,) = await office.record("approve")
    assert (entry.event.actor, entry.event.channel, entry.event.version) == ("p102", "email", 1)
    assert entry.event.details["second_factor"] is True


async def test_a_drill_is_approved_like_anything_else_and_nothing_is_queued(office: SignoffDesk, phat: Visitor) -> None:
    await office.open(drill=True, code="8M4")
    await phat.enter(await office.link_for())
    assert "[DIỄN TẬP]" in phat.page
    await phat.press("/approve", code=CODE)
    assert "DIỄN TẬP: đã duyệt" in phat.page
    assert await queued(office) == []


async def test_a_double_press_approves_once(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    page, url = phat.page, phat.url
    await phat.press("/approve", code=CODE)
    phat.page, phat.url = page, url
    await phat.press("/approve", code="234567")
    assert "Anh/chị đã duyệt bản 1" in phat.page, "the page still says what happened"
    assert [o.reason.value for o in office.told] == ["approved", "link_used"]
    assert await queued(office) == ["newsroom"]


async def test_two_presses_at_the_same_moment_make_one_decision(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    twin = Visitor()
    twin.http.cookie_jar.update_cookies((c.key, c) for c in phat.http.cookie_jar)
    twin.page, twin.url = phat.page, phat.url
    await asyncio.gather(phat.press("/approve", code=CODE), twin.press("/return", code="234567", words="sai"))
    await twin.close()
    assert sorted(o.refused for o in office.told) == [False, True]


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


@pytest.mark.parametrize("level", [1, 2, 3, 4])
async def test_without_a_second_factor_nothing_is_approved_at_any_level(
    office: SignoffDesk, phat: Visitor, level: int
) -> None:
    office.codes.people.clear()
    await office.open(level=level, code="8M4")
    await phat.enter(await office.link_for())
    assert "/approve" not in phat.page
    assert "chưa đăng ký mã xác thực" in phat.page
    may_return = "/return" in phat.page
    assert may_return is (level <= 2), "words that go back to their author leave nowhere"
    if may_return:
        await phat.press("/return", words="sai địa danh")
        assert (await office.current()).state is StatementState.RETURNED


async def test_a_return_needs_its_reason(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/return", code=CODE, words="Sai tên <phường> & thiếu số liệu")
    current = await office.current()
    assert (current.state, current.reason) == (StatementState.RETURNED, "Sai tên <phường> & thiếu số liệu")
    assert "Sai tên &lt;phường&gt; &amp; thiếu số liệu" in phat.page


async def test_an_edit_is_a_new_version_which_the_same_browser_may_go_on_to(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="Dòng một.\r\n\r\nDòng hai <5 & {{ 7*7 }}.")
    current = await office.current()
    assert (current.version, current.full_vi) == (2, "Dòng một.\n\nDòng hai <5 & {{ 7*7 }}.")
    await phat.press("/latest")
    assert "Dòng hai &lt;5 &amp; {{ 7*7 }}." in phat.page
    assert "So với bản 1, bản anh/chị đã xem trước đây" in phat.page
    await phat.press("/approve", code="234567")
    assert (await office.current()).state is StatementState.APPROVED


async def test_words_under_a_mark_of_secrecy_are_not_kept_as_they_came(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="TỐI MẬT\n\nKế hoạch di dời.")
    async with office.database.read() as tx:
        kept = [(row.reason, row.words) for row in await tx.execute(select(signoff_acts))]
    assert kept == [("marked_secret", "")]


async def test_a_reason_under_a_mark_of_secrecy_is_left_out_and_its_writer_is_told(
    office: SignoffDesk, phat: Visitor
) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/return", code=CODE, words="TỐI MẬT: kế hoạch di dời")
    assert (await office.current()).state is StatementState.RETURNED
    assert "nên Kẻng không lưu" in phat.page
    assert "di dời" not in phat.page
    async with office.database.read() as tx:
        assert [row.words for row in await tx.execute(select(signoff_acts))] == [""]


async def test_at_level_4_whoever_edited_last_does_not_approve_by_link_either(
    office: SignoffDesk, phat: Visitor
) -> None:
    await office.open(level=4, code="8M4")
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="Văn bản của Phát.")
    await phat.press("/latest")
    assert "người viết và người duyệt phải là hai người khác nhau" in phat.page
    assert "/approve" not in phat.page


async def test_a_deputy_edits_by_link_and_may_not_approve(office: SignoffDesk, phat: Visitor) -> None:
    office.codes.people.add("p103")
    await phat.enter(await office.link_for("p103"))
    assert "/approve" not in phat.page
    assert "không có thẩm quyền phát ngôn" in phat.page
    await phat.press("/edit", code=CODE, words="Bản của Phó.")
    assert (await office.current()).created_by == "p103"


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


async def test_an_invisible_character_is_named_in_the_text_and_in_the_changes(
    office: SignoffDesk, phat: Visitor
) -> None:
    current = await office.current()
    await office.does("p101", Edit(office.incident_id, 1, current.full_vi.replace("nước", "nư\u200bớc", 1)))
    await phat.enter(await office.link_for())
    assert phat.page.count('<span class="unseen">U+200B</span>') >= 2


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


async def test_what_people_wrote_is_shown_literally(office: SignoffDesk, phat: Visitor) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \" ' & {{ 7*7 }} </textarea><form action=//evil>"
    await office.open(title=hostile, code="8M4")
    await office.does("p101", ConfirmFact(office.incident_id, "place", hostile[:100]))
    await office.does("p101", Edit(office.incident_id, (await office.current()).version, hostile))
    await phat.enter(await office.link_for())
    for raw in ("<script", "<img", "</textarea><form", "onerror=alert(1)>"):
        assert raw not in phat.page
    assert "{{ 7*7 }}" in phat.page


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


async def test_an_over_long_text_is_refused_with_its_count(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="ố" * (TEXT_LIMIT + 1))
    assert office.told[-1].reason.value == "text_too_long"
    assert str(TEXT_LIMIT + 1) in phat.page


async def test_the_changes_are_those_since_the_version_this_person_saw(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await office.does("p104", Edit(office.incident_id, 1, "Một hai ba."))
    await office.does("p104", Edit(office.incident_id, 2, "Một hai bốn."))
    await phat.get(phat.url)
    await phat.press("/latest")
    assert "So với bản 1, bản anh/chị đã xem trước đây" in phat.page
    other = Visitor()
    office.clock.advance(minutes=2)
    await office.channel.pump()
    await other.enter(office.letter_link("p104"))
    assert "So với bản 2, bản liền trước" in other.page
    assert "ba</del>" in other.page
    assert "bốn</ins>" in other.page
    await other.close()


async def test_a_text_that_was_taken_out_is_among_the_changes(office: SignoffDesk, phat: Visitor) -> None:
    """The approval is of all texts of a version: a page that says "the same" of another hash would mislead."""
    await office.does("p104", WriteText(office.incident_id, "en", "Two people are in hospital.", 1))
    await office.does("p104", DropText(office.incident_id, "en", 2))
    await phat.enter(await office.link_for())
    assert "Nội dung không khác" not in phat.page
    assert "Tiếng Anh · toàn văn: bản 2 có, nay không còn" in phat.page
    assert "Two people are in hospital.</del>" in phat.page


async def test_a_text_that_is_new_is_among_the_changes(office: SignoffDesk, phat: Visitor) -> None:
    await office.does("p104", WriteText(office.incident_id, "en", "Two people are in hospital.", 1))
    await phat.enter(await office.link_for())
    assert "Tiếng Anh · toàn văn: mới thêm, bản 1 không có" in phat.page
    assert "Two people are in hospital.</ins>" in phat.page


async def test_the_page_and_the_phone_show_the_same_difference(office: SignoffDesk, phat: Visitor) -> None:
    current = await office.current()
    longer = current.full_vi + "\n\nCó 1.250 hộ."
    await office.does("p104", Edit(office.incident_id, 1, longer))
    await office.does("p104", Edit(office.incident_id, 2, longer.replace("1.250", "1.350")))
    told = await office.does("p104", ShowDiff(office.incident_id))
    await phat.enter(await office.link_for())
    assert [(p.change.value, p.text) for p in told.compared[0].pieces if p.text] == [
        ("same", "Có "),
        ("removed", "1.250"),
        ("added", "1.350"),
        ("same", " hộ."),
    ]
    assert 'Có <del><span class="aloud">[bỏ:] </span>1.250</del><ins>' in phat.page
    assert "</span>1.350</ins> hộ.</div>" in phat.page


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


async def test_every_state_of_a_statement_has_words_on_the_page() -> None:
    for state in StatementState:
        assert has(f"signoff.state.{state.value}")
    for name in ("approve", "return", "edit"):
        assert has(f"button.{name}")


def test_the_page_names_who_may_approve_and_speaks_of_no_command() -> None:
    told = {"code": "7K2", "names_vi": "Nguyễn Văn Phát (Chánh Văn phòng)", "names_en": "-"}
    said = because("vi", Reason.NO_RIGHT_TO_APPROVE, told)
    assert said.startswith(
        "Anh/chị không có thẩm quyền duyệt thông tin về vụ việc này. "
        "Người duyệt lúc này: Nguyễn Văn Phát (Chánh Văn phòng)."
    )
    edited = because("vi", Reason.EDITED, {"code": "7K2", "version": "2"})
    assert "bản mới chờ duyệt" in edited
    assert not any(word.startswith("/") for word in f"{said} {edited}".split())
