"""Whoever wrote to the bot before they were enrolled: what they see ends as everybody else's does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.incident import Incident
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.simulator.calls import Expected
from bot.simulator.cast import BOT, DUTY_OFFICER, HEAD, SPOKESPERSON, STRANGER
from bot.simulator.model import Chat, ChatKind, Member
from bot.store import bindings, telegram_chats
from bot.store.people import TELEGRAM
from tests.approval.office import person
from tests.channels.telegram.outgoing import Room
from tests.channels.telegram.test_people import cards, hears, invited, without_phone
from tests.channels.telegram.test_pictures import Draws, draws, illustrate, pictures

__all__ = ["draws"]

PHAT = f"p{SPOKESPERSON}"
GROUP = -4001


async def mistypes_and_enrols(room: Room, account: int = STRANGER, who: str = PHAT) -> None:
    """The chat is known by its number before it is known whose it is."""
    room.simulator.people.start(account, "7K2M-4N5P-6Q7R-8S9T")
    assert await hears(room) == [Reason.CODE_UNKNOWN]
    room.simulator.people.start(account, await invited(room, who))
    assert await hears(room) == [Reason.ENROLLED]


async def keys_at(room: Room, account: int) -> list[str]:
    async with room.database.read() as tx:
        return sorted(await telegram_chats.at_address(tx, account))


async def an_older_release_kept_it_under_its_number(room: Room, account: int, who: str = PHAT) -> None:
    """What stands in the store of an office that was enrolled before."""
    async with room.database.write() as tx:
        await telegram_chats.take_over(tx, f"person:{who}", f"chat:{account}")


async def sees_no_change(room: Room, chat: int, incident: Incident) -> None:
    """What changes in the matter edits nothing in this chat."""
    edits = room.calls("editMessageText", chat)
    await room.changes(incident)
    await room.sends_for(8)
    assert room.calls("editMessageText", chat) == edits


async def test_whoever_mistyped_a_code_first_has_one_chat_that_is_theirs(room: Room) -> None:
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    assert await keys_at(room, STRANGER) == [f"person:{PHAT}"]
    await room.opens()
    await room.sends_for(8)
    assert len(cards(room, STRANGER)) == 1


async def test_whoever_mistyped_a_code_first_sees_no_further_draft_after_leaving(room: Room) -> None:
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    incident = await room.opens()
    await room.sends_for(8)
    assert len(cards(room, STRANGER)) == 1
    room.simulator.people.say(STRANGER, STRANGER, "/roi")
    assert await hears(room) == [Reason.LEFT]
    edits, shown = room.calls("editMessageText", STRANGER), cards(room, STRANGER)
    await room.changes(incident)
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert (room.calls("editMessageText", STRANGER), cards(room, STRANGER)) == (edits, shown)


async def test_whoever_mistyped_a_code_first_sees_no_further_draft_after_the_role_ended(room: Room) -> None:
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    incident = await room.opens()
    await room.sends_for(8)
    ended = tuple(replace(p, assignments=()) if p.id == PHAT else p for p in room.people.people)
    room.people = replace(room.people, people=ended)
    await sees_no_change(room, STRANGER, incident)


async def test_that_a_message_arrived_is_known_of_whoever_wrote_before(room: Room) -> None:
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    async with room.database.read() as tx:
        assert await room.channel._chats.reaches(tx, PHAT)


async def test_a_question_that_was_asked_before_still_takes_its_answer(room: Room) -> None:
    """What the chat was sent stays what it is: a reply to it finds its question under the new key."""
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    await an_older_release_kept_it_under_its_number(room, STRANGER)
    incident = await room.opens()
    await room.sends_for(8)
    room.simulator.people.press(STRANGER, STRANGER, label="Sửa")
    assert await hears(room) == [Reason.ASK_EDIT]
    question = room.messages(STRANGER)[-1]
    room.simulator.people.say(STRANGER, STRANGER, "Lời mới của tôi.", reply_to=question.message_id)
    assert await hears(room) == [Reason.EDITED]
    assert await room.current(incident) == 2


async def test_a_chat_of_an_older_release_becomes_the_persons_with_its_cards(room: Room) -> None:
    await room.opens()
    await room.sends_for(8)
    await an_older_release_kept_it_under_its_number(room, SPOKESPERSON)
    assert await keys_at(room, SPOKESPERSON) == [f"chat:{SPOKESPERSON}"]
    second = await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert await keys_at(room, SPOKESPERSON) == [f"person:{PHAT}"]
    assert len(cards(room, SPOKESPERSON)) == 1
    await room.changes(second)
    await room.sends_for(8)
    assert sum("4M9" in text for text in room.texts(SPOKESPERSON)) == 1


@pytest.mark.parametrize("how", ["released", "no longer in the file", "role ended"])
async def test_a_chat_of_an_older_release_shows_nothing_to_whoever_has_gone(room: Room, how: str) -> None:
    incident = await room.opens()
    await room.sends_for(8)
    await an_older_release_kept_it_under_its_number(room, SPOKESPERSON)
    match how:
        case "released":
            async with room.database.write() as tx:
                await bindings.release(tx, PHAT, TELEGRAM, str(SPOKESPERSON), "cli:root", room.clock.now())
        case "no longer in the file":
            room.people = replace(room.people, people=tuple(p for p in room.people.people if p.id != PHAT))
        case _:
            ended = tuple(replace(p, assignments=()) if p.id == PHAT else p for p in room.people.people)
            room.people = replace(room.people, people=ended)
    await sees_no_change(room, SPOKESPERSON, incident)


async def test_a_phone_that_the_file_names_no_longer_sees_no_further_draft(room: Room) -> None:
    incident = await room.opens()
    await room.sends_for(8)
    without_phone(room, PHAT)
    await sees_no_change(room, SPOKESPERSON, incident)


async def test_the_second_account_of_a_person_still_shows_what_they_asked_for_there(room: Room) -> None:
    incident = await room.opens()
    async with room.database.write() as tx:
        await bindings.bind(tx, PHAT, TELEGRAM, str(SPOKESPERSON), PHAT, room.clock.now())
        await bindings.bind(tx, PHAT, TELEGRAM, str(STRANGER), PHAT, room.clock.now() - timedelta(days=1))
    room.simulator.people.start(STRANGER)
    await hears(room)
    room.simulator.people.say(STRANGER, STRANGER, "/xem 7K2")
    assert await hears(room) == [Reason.SHOWN]
    assert len(cards(room, STRANGER)) == 1
    edits = room.calls("editMessageText", STRANGER)
    await room.changes(incident)
    await room.sends_for(8)
    assert room.calls("editMessageText", STRANGER) == edits + 1


async def test_enrolling_again_on_the_same_phone_brings_the_cards_once(room: Room) -> None:
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    await room.opens()
    await room.sends_for(8)
    room.simulator.people.say(STRANGER, STRANGER, "/roi")
    assert await hears(room) == [Reason.LEFT]
    assert await keys_at(room, STRANGER) == [f"chat:{STRANGER}", f"person:{PHAT}"]
    room.simulator.people.start(STRANGER, await invited(room, PHAT))
    assert await hears(room) == [Reason.ENROLLED]
    second = await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert sum("4M9" in text for text in room.texts(STRANGER)) == 1
    edits = room.calls("editMessageText", STRANGER)
    await room.changes(second)
    await room.sends_for(8)
    assert room.calls("editMessageText", STRANGER) == edits + 1


async def test_of_two_persons_on_one_account_after_one_another_each_sees_their_own_time(room: Room) -> None:
    """Both had written before; who comes second on the telephone gets no card of the first, and the first none."""
    mai = replace(person(777, "Mai", Assignment(Role.HEAD)), telegram_id=None)
    room.people = replace(room.people, people=(*room.people.people, mai))
    without_phone(room, PHAT)
    await mistypes_and_enrols(room)
    first = await room.opens()
    await room.sends_for(8)
    room.simulator.people.say(STRANGER, STRANGER, "/roi")
    assert await hears(room) == [Reason.LEFT]
    room.simulator.people.start(STRANGER, await invited(room, "p777"))
    assert await hears(room) == [Reason.ENROLLED]
    assert await keys_at(room, STRANGER) == [f"person:{PHAT}", "person:p777"]
    await room.changes(first)
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert sum("4M9" in text for text in room.texts(STRANGER)) == 1
    async with room.database.read() as tx:
        assert not await room.channel._chats.may_see(tx, f"person:{PHAT}", first, room.clock.now())


async def test_a_new_phone_that_was_written_from_before_becomes_the_persons(room: Room) -> None:
    await room.opens()
    await room.sends_for(8)
    room.simulator.people.start(STRANGER, "7K2M-4N5P-6Q7R-8S9T")
    assert await hears(room) == [Reason.CODE_UNKNOWN]
    room.simulator.people.start(STRANGER, await invited(room, PHAT))
    assert await hears(room) == [Reason.REBINDING_ASKED]
    room.simulator.people.press(room.duty_chat or 0, DUTY_OFFICER, label="Đồng ý")
    assert await hears(room) == [Reason.REBOUND]
    assert await keys_at(room, STRANGER) == [f"person:{PHAT}"]
    assert await keys_at(room, SPOKESPERSON) == [f"chat:{SPOKESPERSON}"]
    assert len(cards(room, STRANGER)) == 1
    edits = room.calls("editMessageText", SPOKESPERSON)
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(8)
    assert room.calls("editMessageText", SPOKESPERSON) == edits
    assert not any("4M9" in text for text in room.texts(SPOKESPERSON))


async def test_a_duty_room_that_was_written_in_before_it_was_named_is_the_duty_room(room: Room) -> None:
    room.simulator.groups.add_chat(
        Chat(GROUP, ChatKind.GROUP, title="Tổ trực", members=(Member(BOT.id), Member(DUTY_OFFICER)))
    )
    room.simulator.people.say(GROUP, DUTY_OFFICER, "/help")
    await hears(room)
    assert await keys_at(room, GROUP) == [f"chat:{GROUP}"]
    room.duty_chat = GROUP
    room.restart()
    incident = await room.opens()
    await room.sends_for(8)
    assert await keys_at(room, GROUP) == ["duty"]
    assert len(cards(room, GROUP)) == 1
    new = room.simulator.groups.migrate(GROUP).id
    room.simulator.calls.expect(Expected(400, containing="upgraded to a supergroup", times=None))
    await room.changes(incident)
    await room.sends_for(8)
    assert len(cards(room, new)) == 1
    assert await keys_at(room, new) == ["duty"]


async def test_a_units_group_that_is_not_the_duty_room_is_shown_no_drafts(room: Room) -> None:
    room.simulator.groups.add_chat(
        Chat(GROUP, ChatKind.GROUP, title="Sở Y tế", members=(Member(BOT.id), Member(SPOKESPERSON), Member(HEAD)))
    )
    incident = await room.opens()
    room.simulator.people.say(GROUP, SPOKESPERSON, "/xem 7K2")
    assert await hears(room) == [Reason.SHOWN]
    assert cards(room, GROUP) == []
    assert len(cards(room, SPOKESPERSON)) == 1
    async with room.database.read() as tx:
        assert not await room.channel._chats.may_see(tx, f"chat:{GROUP}", incident, room.clock.now())


async def test_what_waits_for_a_phone_that_is_released_is_never_sent(room: Room) -> None:
    """A phone without a network comes back in other hands: the whole text that was asked for is not told to them."""
    await room.opens()
    await room.sends_for(8)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/xem 7K2 het")
    assert await room.hears() != []
    async with room.database.write() as tx:
        await bindings.release(tx, PHAT, TELEGRAM, str(SPOKESPERSON), "cli:root", room.clock.now())
    sent = room.calls("sendMessage", SPOKESPERSON)
    await room.sends_for(8)
    assert room.calls("sendMessage", SPOKESPERSON) == sent


async def test_what_waits_follows_a_person_to_the_account_that_is_left(room: Room) -> None:
    await room.opens()
    await room.sends_for(8)
    room.simulator.people.start(STRANGER)
    await hears(room)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/xem 7K2 het")
    assert await room.hears() != []
    async with room.database.write() as tx:
        await bindings.bind(tx, PHAT, TELEGRAM, str(STRANGER), PHAT, room.clock.now())
        await bindings.release(tx, PHAT, TELEGRAM, str(SPOKESPERSON), "cli:root", room.clock.now())
    sent = room.calls("sendMessage", SPOKESPERSON)
    await room.sends_for(8)
    assert room.calls("sendMessage", SPOKESPERSON) == sent
    assert any("Thông tin" in text or "7K2" in text for text in room.texts(STRANGER))


async def test_leaving_is_answered_though_all_else_that_waits_is_not_sent(room: Room) -> None:
    await room.opens()
    await room.sends_for(8)
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/xem 7K2 het")
    room.simulator.people.say(SPOKESPERSON, SPOKESPERSON, "/roi")
    before = len(room.texts(SPOKESPERSON))
    assert (await hears(room))[-1] is Reason.LEFT
    assert len(room.texts(SPOKESPERSON)) == before + 1


async def test_no_picture_is_sent_to_whoever_holds_no_role_any_more(room: Room, draws: Draws) -> None:
    incident = await room.opens()
    await room.sends_for(8)
    ended = tuple(replace(p, assignments=()) if p.id == PHAT else p for p in room.people.people)
    room.people = replace(room.people, people=ended)
    await illustrate(room, incident, 1)
    await room.sends_for(8)
    assert pictures(room, SPOKESPERSON) == []
    assert len(pictures(room, HEAD)) == 1
