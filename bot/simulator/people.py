"""What people do on their phones: say, reply, edit, press, start, block, delete."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.acts import ActRefused, chat_of, message_of, person_of
from bot.simulator.members import announce_private
from bot.simulator.messages import announce_edit, delete, draft, post, reword
from bot.simulator.model import Button, Chat, ChatKind, Content, Media, Message, Person
from bot.simulator.records import Callback
from bot.simulator.text import MAX_TEXT, clean, find_entities
from bot.simulator.wire import inaccessible_message, message_on_wire, person_on_wire
from bot.simulator.world import World


class People:
    """The people's side of the simulation. Every act raises ActRefused, naming the parameter that is wrong."""

    def __init__(self, world: World) -> None:
        """Act in this world."""
        self._world = world
        self._state = world.state

    def say(
        self, chat: int, user: int, text: str, *, reply_to: int | None = None, thread: int | None = None
    ) -> Message:
        """Write a text into a chat; in a private chat this starts the bot."""
        place, person = self._place(chat, user)
        content = _typed(text)
        if reply_to is not None:
            message_of(self._state, place, reply_to, "reply_to")
        if thread is not None and thread not in place.topics:
            raise ActRefused("thread", f"{thread} is no topic of this chat")
        if place.kind is ChatKind.PRIVATE:
            self._open_private(person)
        message = replace(draft(place, person.id, content), reply_to=reply_to, thread_id=thread)
        return post(self._world, place, message)

    def send_file(self, chat: int, user: int, media: Media, caption: str = "") -> Message:
        """Send an attachment that is already stored."""
        place, person = self._place(chat, user)
        if place.kind is ChatKind.PRIVATE:
            self._open_private(person)
        content = replace(_typed(caption) if caption else Content(), media=media)
        return post(self._world, place, draft(place, person.id, content))

    def edit(self, chat: int, user: int, message: int, text: str) -> Message:
        """Reword a message of one's own."""
        place, person = self._place(chat, user)
        original = message_of(self._state, place, message, "message")
        if original.author != person.id:
            raise ActRefused("message", "people can edit only what they wrote")
        content = replace(_typed(text), media=original.content.media)
        changed = reword(self._world, original, content, original.markup)
        announce_edit(self._world, place, changed)
        return changed

    def delete(self, chat: int, message: int) -> Message:
        """Take a message away from everybody, whoever wrote it; the bot is not told."""
        place = chat_of(self._state, chat)
        original = message_of(self._state, place, message, "message")
        delete(self._world, original)
        return original

    def start(self, user: int, payload: str = "") -> Message:
        """Press Start, perhaps after a deep link that carries a payload."""
        person_of(self._state, user)
        return self.say(user, user, f"/start {payload}".strip())

    def block(self, user: int) -> None:
        """Block the bot; it is told."""
        self._set_blocked(person_of(self._state, user), blocked=True)

    def unblock(self, user: int) -> None:
        """Unblock the bot; it is told."""
        self._set_blocked(person_of(self._state, user), blocked=False)

    def press(
        self, chat: int, user: int, *, message: int | None = None, label: str | None = None, data: str | None = None
    ) -> Callback:
        """Press the button of this label, or send `data` as a changed client could, carried by no button.

        Without `message` the newest one that carries such a button is meant, and for forged data the newest message of
        the bot with a keyboard, or the newest of the bot.
        """
        place, person = self._place(chat, user, reading=True)
        if person.blocked and place.kind is ChatKind.PRIVATE:
            raise ActRefused("user", "has blocked the bot")
        if (label is None) == (data is None):
            raise ActRefused("label", "give either label or data")
        if label is not None:
            target, data = self._labelled(place, message, label)
        else:
            target = message if message is not None else self._newest_card(place)
        callback = Callback(self._state.next_callback_id(), person.id, place.id, target, data or "", self._world.now())
        self._state.put(callback)
        original = self._state.message(place.id, target)
        shown = message_on_wire(original, self._state) if original else inaccessible_message(place, target, self._state)
        payload: dict[str, object] = {
            "id": callback.id,
            "from": person_on_wire(person),
            "message": shown,
            "chat_instance": str(7_000_000_000_000_000_000 + abs(place.id)),
            "data": callback.data,
        }
        self._world.queue.add("callback_query", payload, lane=f"user:{person.id}")
        return callback

    def _labelled(self, place: Chat, message: int | None, label: str) -> tuple[int, str]:
        if message is not None:
            candidates = [message_of(self._state, place, message, "message")]
        else:
            candidates = [each for each in self._standing(place) if each.markup is not None]
        for candidate in reversed(candidates):
            for button in _buttons(candidate):
                if button.text == label:
                    if button.action != "callback_data":
                        raise ActRefused("label", f"the button opens {button.action} {button.value!r}")
                    return candidate.message_id, button.value
        known = sorted({button.text for each in candidates for button in _buttons(each)})
        raise ActRefused("label", f"no button {label!r}; there are: {', '.join(known) or 'none'}")

    def _newest_card(self, place: Chat) -> int:
        own = [each for each in self._standing(place) if each.author == self._state.bot.id]
        cards = [each for each in own if each.markup is not None] or own
        if not cards:
            raise ActRefused("message", "the bot has written nothing here to press on")
        return cards[-1].message_id

    def _standing(self, place: Chat) -> list[Message]:
        return [each for each in self._state.messages[place.id].values() if not each.deleted]

    def _place(self, chat: int, user: int, *, reading: bool = False) -> tuple[Chat, Person]:
        place, person = chat_of(self._state, chat), person_of(self._state, user)
        if place.migrated_to is not None:
            raise ActRefused("chat", f"became supergroup {place.migrated_to}")
        if place.kind is ChatKind.PRIVATE:
            if place.id != person.id:
                raise ActRefused("user", f"is not the owner of private chat {place.id}")
        elif place.kind is ChatKind.CHANNEL:
            if not reading and not place.member(person.id).is_administrator:
                raise ActRefused("user", "only administrators write in a channel")
        elif not place.member(person.id).is_present:
            raise ActRefused("user", f"{person.id} is not in chat {place.id}")
        return place, person

    def _open_private(self, person: Person) -> None:
        if person.blocked:
            raise ActRefused("user", "has blocked the bot; unblock first")
        if not person.started:
            self._state.put(replace(person, started=True))

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked != blocked:
            self._state.put(replace(person, blocked=blocked))
            announce_private(self._world, person.id, blocked=blocked)


def _typed(text: str) -> Content:
    cleaned = clean(text).strip()
    if not cleaned:
        raise ActRefused("text", "must not be empty")
    if len(cleaned) > MAX_TEXT:
        raise ActRefused("text", f"is over {MAX_TEXT} characters; a phone would split it")
    return Content(cleaned, find_entities(cleaned))


def _buttons(message: Message) -> list[Button]:
    return [button for row in message.markup.rows for button in row] if message.markup else []
