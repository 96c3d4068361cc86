"""A link that was opened ends with the role, the mailbox and its hours, whatever was decided by it before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.person import Assignment, Role
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


def ends(office: SignoffDesk, how: str) -> None:
    first, *others = office.people.people
    changed = {
        "role ended": (replace(first, assignments=(Assignment(Role.REGULAR, valid_to=office.clock.now()),)),),
        "left": (),
        "mailbox changed": (replace(first, email="another@thuonggiang.example.vn"),),
        "no mailbox": (replace(first, email=None),),
    }.get(how, (first,))
    office.people = replace(office.people, people=(*changed, *others))
    if how == "hours over":
        office.clock.advance(hours=4)


@pytest.mark.parametrize("decided", [False, True])
@pytest.mark.parametrize("how", ["role ended", "left", "mailbox changed", "no mailbox"])
async def test_an_opened_link_shows_nothing_once_role_or_mailbox_are_gone(
    office: SignoffDesk, phat: Visitor, how: str, decided: bool
) -> None:
    await phat.enter(await office.link_for())
    words = (await office.current()).full_vi[:40]
    if decided:
        await phat.press("/approve", code=CODE)
        assert not office.told[-1].refused
    assert words in phat.page
    ends(office, how)
    await phat.get(phat.url)
    assert (phat.status, words in phat.page, "Nước máy có mùi dầu" in phat.page) == (403, False, False)
    async with phat.http.get(f"{phat.url}/document") as answer:
        assert answer.status == 403


@pytest.mark.parametrize("decided", [False, True])
async def test_an_opened_link_shows_no_words_and_no_course_after_its_hours(
    office: SignoffDesk, phat: Visitor, decided: bool
) -> None:
    await phat.enter(await office.link_for())
    words = (await office.current()).full_vi[:40]
    if decided:
        await phat.press("/approve", code=CODE)
    ends(office, "hours over")
    await phat.get(phat.url)
    assert words not in phat.page
    assert 'id="clocks"' not in phat.page
    async with phat.http.get(f"{phat.url}/document") as answer:
        assert answer.status == 403
