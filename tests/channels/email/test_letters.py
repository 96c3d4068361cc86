"""Who gets a letter and when: whom Telegram does not reach, once for each text, by itself; and the card says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.telegram.render_card import card as draw
from bot.locale import has
from bot.model.commands import Approve, ConfirmFact, Edit, FalseAlarm, Return
from bot.model.notice import Notice
from bot.model.person import Assignment, Role
from bot.model.reach import LetterState, Unreached
from bot.model.reasons import Escalation
from bot.model.statement import StatementState
from tests.postoffice import link_in
from tests.signoff_desk import SignoffDesk

ALL = {f"p{n}@thuonggiang.example.vn" for n in (101, 102, 103, 104)}


def receivers(office: SignoffDesk) -> list[str]:
    return sorted(m["To"].addresses[0].addr_spec for m in office.post.sent)


async def on_the_phone(office: SignoffDesk) -> str:
    return draw(await office.view(), "vi", lambda *_: "x").plain


async def test_whoever_telegram_reaches_gets_no_letter(office: SignoffDesk) -> None:
    await office.open()
    assert await office.channel.pump() == 0
    assert office.post.heard == []


async def test_a_short_gap_is_no_outage_a_longer_one_moves_everybody(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.away_since = office.clock.now()
    office.clock.advance(seconds=59)
    assert await office.channel.pump() == 0
    office.clock.advance(seconds=1)
    assert await office.channel.pump() == 4
    assert set(receivers(office)) == ALL
    assert {e.event.details["person"] for e in await office.record("move")} == {"p101", "p102", "p103", "p104"}


async def test_a_crooked_address_of_one_keeps_no_letter_from_the_others(office: SignoffDesk) -> None:
    first = replace(office.people.people[0], email="p102.@thuonggiang.example.vn")
    office.people = replace(office.people, people=(first, *office.people.people[1:]))
    await office.open()
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    assert await office.channel.pump() == 3
    assert set(receivers(office)) == ALL - {"p102@thuonggiang.example.vn"}
    assert "chưa gửi được thư điện tử cho Nguyễn Văn Phát" in await on_the_phone(office)


async def test_an_incident_opened_during_the_outage_is_written_about_at_once(office: SignoffDesk) -> None:
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    await office.open()
    assert await office.channel.pump() == 4


async def test_only_the_person_who_blocked_the_bot_is_moved(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    await office.channel.pump()
    assert receivers(office) == ["p102@thuonggiang.example.vn"]
    assert "không nhắn được cho anh/chị qua Telegram" in office.post.sent[0].get_content()
    assert "✉ Không nhắn được qua Telegram: đã gửi thư điện tử cho Nguyễn Văn Phát (02h00)" in await on_the_phone(
        office
    )


async def test_one_letter_for_each_text_however_often_one_looks_and_across_a_restart(office: SignoffDesk) -> None:
    await office.open()
    await office.link_for()
    office.restart()
    for _ in range(3):
        office.clock.advance(minutes=10)
        await office.channel.pump()
    assert len(office.post.sent) == 4


async def test_a_new_text_is_written_about_once_it_has_settled(office: SignoffDesk) -> None:
    await office.open()
    await office.link_for()
    for slot, value in (("place", "phường Sông Thượng"), ("affected_area", "tổ 4")):
        await office.does("p101", ConfirmFact(office.incident_id, slot, value))
        await office.channel.pump()
    version = (await office.current()).version
    assert version > 1
    assert len(office.post.sent) == 4, "edits come in bursts"
    office.clock.advance(minutes=1)
    assert await office.channel.pump() == 4
    assert f"bản {version}" in office.post.sent[-1]["Subject"]


@pytest.mark.parametrize("end", ["approved", "returned", "dismissed"])
async def test_nobody_is_woken_for_what_was_decided_meanwhile(office: SignoffDesk, end: str) -> None:
    incident = await office.open()
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    office.post.data_answers = ["451 busy"] * 4
    assert await office.channel.pump() == 0
    current = await office.current()
    if end == "approved":
        await office.does("p104", Approve(incident.id, 1, current.sha256))
    elif end == "returned":
        await office.does("p104", Return(incident.id, "sai địa danh", 1))
    else:
        await office.does("p104", FalseAlarm(incident.id, "nhầm"))
    office.clock.advance(minutes=10)
    assert await office.channel.pump() == 0
    assert office.post.sent == []


async def test_whoever_has_no_telegram_is_reached_by_letter_from_the_start(office: SignoffDesk) -> None:
    people = office.people.people
    office.people = replace(office.people, people=(replace(people[0], telegram_id=None), *people[1:]))
    await office.open()
    await office.channel.pump()
    assert receivers(office) == ["p102@thuonggiang.example.vn"]
    assert await office.record("move") == [], "nothing failed: it is this person's way"


async def test_whoever_has_no_task_today_gets_no_letter(office: SignoffDesk) -> None:
    people = office.people.people
    ended = replace(people[1], assignments=(Assignment(Role.HEAD, valid_to=office.clock.now()),))
    office.people = replace(office.people, people=(people[0], ended, *people[2:]))
    await office.open()
    await office.link_for()
    assert "p104@thuonggiang.example.vn" not in receivers(office)


async def test_a_letter_that_was_not_taken_is_tried_again_and_the_card_says_so_meanwhile(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    office.post.data_answers = ["451 busy"]
    assert await office.channel.pump() == 0
    assert not office.channel.health().ok
    assert "chưa gửi được thư điện tử cho Nguyễn Văn Phát" in await on_the_phone(office)
    assert await office.channel.pump() == 0, "not at once"
    office.clock.advance(seconds=6)
    assert await office.channel.pump() == 1
    assert office.channel.health().ok


async def test_a_line_that_breaks_is_never_taken_for_delivery_and_the_twin_has_the_same_message_id(
    office: SignoffDesk,
) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    office.post.drops = 1
    assert await office.channel.pump() == 0
    assert (await office.record("letter")) == []
    office.clock.advance(seconds=6)
    office.restart()
    assert await office.channel.pump() == 1
    first, second = office.post.heard
    assert first["Message-ID"] == second["Message-ID"]
    assert link_in(first) == link_in(second)
    assert (await office.current()).state is StatementState.DRAFT, "no answer of a mail server is a decision"


async def test_a_mailbox_that_does_not_exist_is_named_on_the_card_and_left_alone(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    office.post.recipient_answers["p102@thuonggiang.example.vn"] = "550 5.1.1 no such user"
    await office.channel.pump()
    assert "KHÔNG gửi được thư điện tử cho Nguyễn Văn Phát" in await on_the_phone(office)
    assert office.channel.health().ok, "the server itself is well"
    async with office.database.read() as tx:
        person = office.people.person("p102")
        assert person is not None
        gap = await office.channel.gap(tx, person, office.clock.now())
    assert gap is not None
    assert gap.why == "refused"


async def test_a_mail_server_that_stays_away_counts_as_away(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    office.post.data_answers = ["451 busy"]
    await office.channel.pump()
    person = office.people.person("p102")
    assert person is not None
    async with office.database.read() as tx:
        assert await office.channel.gap(tx, person, office.clock.now()) is None
        later = await office.channel.gap(tx, person, office.clock.now() + timedelta(minutes=1))
    assert later is not None
    assert later.why == "away"


async def test_a_letter_that_waited_longer_than_its_link_lives_is_written_anew(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    office.post.data_answers = ["451 busy"]
    await office.channel.pump()
    office.clock.advance(hours=5)
    await office.channel.pump()
    await office.channel.pump()
    (letter,) = office.post.sent
    assert "06h" not in letter.get_content().partition("một lần, đến")[2][:6]


async def test_a_title_with_line_breaks_makes_no_header_of_its_own(office: SignoffDesk) -> None:
    await office.open(title="Nước bẩn\r\nBcc: all@example.vn\r\n\r\n<b>đọc ngay</b> \u202eđảo\x00")
    await office.link_for()
    for letter in office.post.sent:
        assert letter["Bcc"] is None
        assert "Nước bẩn Bcc: all@example.vn <b>đọc ngay</b> đảo" in letter["Subject"]
        assert letter.get_content_type() == "text/plain"
        assert not letter.is_multipart()


@pytest.mark.parametrize(
    "title",
    [
        "=?utf-8?q?x=0D=0ABcc:_all@example.vn?=",
        "=?utf-8?q?x=0D=0A=0D=0AXin_bam_vao_day?= y",
        "=?utf-8?b?eA0KQmNjOiB6?=",
    ],
)
async def test_a_title_with_a_line_break_in_an_encoded_word_makes_no_header_and_no_body(
    office: SignoffDesk, title: str
) -> None:
    await office.open(title=title)
    await office.link_for()
    for letter in office.post.sent:
        assert letter["Bcc"] is None
        assert "utf-8?" in letter["Subject"], "shown as it was written"
        assert letter.get_content().startswith("Kính gửi")


async def test_a_letter_carries_no_draft_and_says_what_silence_means(office: SignoffDesk) -> None:
    await office.open()
    await office.does("p101", Edit(office.incident_id, 1, "NỘI DUNG MẬT CHƯA DUYỆT"))
    await office.link_for()
    body = office.post.sent[0].get_content()
    assert "CHƯA DUYỆT" not in body
    assert "Không trả lời không có nghĩa là đồng ý." in body
    assert "Telegram bị gián đoạn từ 01h55" in body
    assert "NĐ 244/2026 Đ7.3" in body


async def test_letters_about_the_gravest_matter_go_first_and_those_about_drills_last(office: SignoffDesk) -> None:
    office.telegram.away_since = office.clock.now() - timedelta(minutes=5)
    for code, level, drill in (("4M1", 4, True), ("4M2", 1, False), ("4M3", 3, False)):
        await office.open(code=code, level=level, drill=drill)
    await office.channel.pump()
    codes = [next(c for c in ("4M1", "4M2", "4M3") if c in letter["Subject"]) for letter in office.post.sent]
    assert list(dict.fromkeys(codes)) == ["4M3", "4M2", "4M1"]


async def test_a_drill_says_so_first_of_all(office: SignoffDesk) -> None:
    await office.open(drill=True)
    await office.link_for()
    assert office.post.sent[0]["Subject"].startswith("[DIỄN TẬP]")
    assert "ĐÂY LÀ DIỄN TẬP" in office.post.sent[0].get_content()


async def test_an_english_reader_gets_an_english_letter(office: SignoffDesk) -> None:
    people = office.people.people
    office.people = replace(office.people, people=(replace(people[0], lang="en"), *people[1:]))
    await office.open()
    await office.link_for()
    (letter,) = office.post.to("p102@thuonggiang.example.vn")
    assert "Silence is not consent." in letter.get_content()
    assert letter["Subject"].startswith("[Kẻng] Level 3")


@pytest.mark.parametrize("cause", [*Unreached, "asked"])
def test_every_cause_has_words_in_the_letter_and_on_the_card(cause: str) -> None:
    assert has(f"mail.why.{cause}")
    assert has(f"card.letter.why.{cause}")


def test_the_card_has_words_for_every_end_of_a_letter() -> None:
    assert [state for state in LetterState if not has(f"card.letter.{state.value}")] == []


# What a running clock adds (bot.approval.escalation).


async def reminds(office: SignoffDesk, person_id: str) -> None:
    """What the story does when a step of the escalation tells somebody whom only a letter reaches."""
    incident, person = (await office.view()).incident, office.people.person(person_id)
    assert person is not None
    async with office.database.write() as tx:
        notice = Notice("k", incident, Escalation.REMINDER, office.clock.now())
        await office.channel.notify(tx, person, notice)


async def test_a_clock_reminds_whom_only_a_letter_reaches_with_a_link_of_its_own(office: SignoffDesk) -> None:
    await office.open()
    office.telegram.refused.add("p102")
    await office.channel.pump()
    await reminds(office, "p102")
    await reminds(office, "p102")
    await office.channel.pump()
    first, second = office.post.sent
    assert "thời hạn đang trôi" in second.get_content()
    assert link_in(first) != link_in(second)


@pytest.mark.parametrize("how", ["role ended", "left", "mailbox changed"])
async def test_a_reminder_that_waited_for_the_mail_server_is_not_sent_to_whoever_has_gone(
    office: SignoffDesk, how: str
) -> None:
    await office.open()
    await reminds(office, "p102")
    first, *others = office.people.people
    changed = {
        "role ended": (replace(first, assignments=(Assignment(Role.REGULAR, valid_to=office.clock.now()),)),),
        "left": (),
        "mailbox changed": (replace(first, email="another@thuonggiang.example.vn"),),
    }[how]
    office.people = replace(office.people, people=(*changed, *others))
    assert await office.channel.pump() == 0
    assert office.post.sent == []


async def test_nobody_is_reminded_by_letter_of_words_that_were_decided_upon(office: SignoffDesk) -> None:
    incident = await office.open()
    await office.does("p104", Approve(incident.id, 1, (await office.current()).sha256))
    await reminds(office, "p102")
    assert await office.channel.pump() == 0


async def test_whoever_has_a_mailbox_that_takes_letters_is_reachable(office: SignoffDesk) -> None:
    people = office.people.people
    nobody = replace(people[0], email=None)
    async with office.database.read() as tx:
        assert await office.channel.unreachable(tx, (nobody, *people[1:])) == {nobody.id}


async def test_a_department_that_has_nothing_to_do_with_the_matter_gets_no_letter(office: SignoffDesk) -> None:
    stranger = replace(office.people.people[0], id="p500", unit="so-khac", telegram_id=None, email="x@so.example.vn")
    theirs = replace(stranger, assignments=(Assignment(Role.REGULAR, unit="so-khac"),))
    office.people = replace(office.people, people=(*office.people.people, theirs))
    await office.open()
    await office.channel.pump()
    assert office.post.sent == []
