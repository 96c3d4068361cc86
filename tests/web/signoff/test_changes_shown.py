"""What the page shows of the words: every change since the person last saw them, and all of it literally."""

from __future__ import annotations

from bot.model.commands import ConfirmFact, DropText, Edit, ShowDiff, WriteText
from bot.store import deliveries
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor


async def queued(office: SignoffDesk) -> list[str]:
    async with office.database.read() as tx:
        return [d.outlet for d in await deliveries.of_incident(tx, office.incident_id)]


async def test_an_invisible_character_is_named_in_the_text_and_in_the_changes(
    office: SignoffDesk, phat: Visitor
) -> None:
    current = await office.current()
    await office.does("p101", Edit(office.incident_id, 1, current.full_vi.replace("nước", "nư\u200bớc", 1)))
    await phat.enter(await office.link_for())
    assert phat.page.count('<span class="unseen">U+200B</span>') >= 2


async def test_what_people_wrote_is_shown_literally(office: SignoffDesk, phat: Visitor) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> \" ' & {{ 7*7 }} </textarea><form action=//evil>"
    await office.open(title=hostile, code="8M4")
    await office.does("p101", ConfirmFact(office.incident_id, "place", hostile[:100]))
    await office.does("p101", Edit(office.incident_id, (await office.current()).version, hostile))
    await phat.enter(await office.link_for())
    for raw in ("<script", "<img", "</textarea><form", "onerror=alert(1)>"):
        assert raw not in phat.page
    assert "{{ 7*7 }}" in phat.page


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
