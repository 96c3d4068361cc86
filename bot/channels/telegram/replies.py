"""What a person is told about their act: a toast for a press, a message for typed words, a question where it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from bot.channels.base import CardSource
from bot.channels.telegram import render_acts, render_dialog
from bot.channels.telegram.buttons import Action, encode
from bot.channels.telegram.chats import DUTY, Chats
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.decode import Origin
from bot.channels.telegram.errors import TelegramError
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.pictures import photo
from bot.channels.telegram.questions import PROMPTS, Questions
from bot.channels.telegram.reading import READING, read_when_sent
from bot.channels.telegram.render import Rendered, one, shorten
from bot.channels.telegram.told_where import ALWAYS_SAID, LISTS, QUESTIONS, SECRET, SHOWS_DRAFTS, answers_a_question
from bot.locale import text
from bot.model.clock import Clock
from bot.model.commands import Act, Invalid
from bot.model.delivery import DeliveryKey
from bot.model.outcome import Outcome
from bot.model.playbook import Bilingual
from bot.model.reasons import Reason
from bot.store import incidents, telegram_cards
from bot.store import telegram_outbox as store
from bot.store.database import Database, Tx
from bot.store.telegram_inbox import Shown, Target

log = structlog.get_logger(__name__)

TOAST_LIMIT = 200


class Replies:
    """Writes answers and questions into the outbox, and gives the toasts."""

    def __init__(
        self,
        client: TelegramClient,
        database: Database,
        clock: Clock,
        inbox: Inbox,
        chats: Chats,
        card_source: CardSource,
        playbook_names: Mapping[str, Bilingual],
        button_key: bytes,
    ) -> None:
        """Take what is needed; nothing is sent from here but toasts."""
        self._client = client
        self._database = database
        self._clock = clock
        self._inbox = inbox
        self._chats = chats
        self._questions = Questions(clock, chats, card_source, playbook_names, self._make)
        self._button_key = button_key

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Queue the message for an outcome, and bind the question that it asks."""
        origin = await self._inbox.origin(tx, act.key)
        if origin is None:
            log.warning("telegram_act_without_origin", key=act.key)
            return
        origin = await self._known(tx, origin)
        outcome = _as_told(act, outcome)
        if outcome.reason is Reason.SHOWN and outcome.incident_id is not None:
            where = await self._where_drafts_may_go(tx, origin)
            await telegram_cards.repost_card(tx, outcome.incident_id, where)
            return
        pressed = origin.callback_id is not None
        settled = not outcome.refused and outcome.reason not in QUESTIONS
        if pressed and answers_a_question(act.command) and settled:
            rendered = render_dialog.answer(self._language(origin), outcome, origin.user_id)
            await self._replace_question(tx, f"settle:{act.key}", origin, rendered)
        elif not pressed or outcome.reason in ALWAYS_SAID:
            language = self._language(origin)
            shown = await self._questions.before(tx, outcome, language)
            keys = [f"reply:{act.key}:text:{number}" for number in range(len(shown))]
            for key, whole in zip(keys, shown, strict=True):
                await self._say(tx, key, origin, whole, replace(outcome, reason=Reason.TEXTS_SHOWN), keys)
            await self._say(
                tx,
                f"reply:{act.key}",
                origin,
                await self._questions.message(tx, outcome, origin, language),
                outcome,
            )

    async def respond(self, act: Act, outcome: Outcome) -> bool:
        """Give the toast for a press. Best effort, never raises.

        Returns:
            True when it could not be given and a message was queued in its stead.
        """
        try:
            async with self._database.read() as tx:
                origin = await self._inbox.origin(tx, act.key)
                if origin is None or (callback_id := origin.callback_id) is None:
                    return False
                origin = await self._known(tx, origin)
            outcome = _as_told(act, outcome)
            language = self._language(origin)
            said = render_dialog.sentence(language, outcome, origin.user_id)
            if outcome.reason in QUESTIONS:
                said = text(language, f"toast.{outcome.reason.value}")
            if await self._toast(callback_id, shorten(said, TOAST_LIMIT), alert=outcome.refused):
                return False
            if not outcome.refused:  # what happened stands on the card
                return False
            async with self._database.write() as tx:
                rendered = render_dialog.answer(language, outcome, origin.user_id)
                await self._say(tx, f"reply:{act.key}", origin, rendered, outcome)
            return True
        except Exception as error:
            log.warning("telegram_toast_failed", key=act.key, error=type(error).__name__)
            return False

    async def cancelled(self, tx: Tx, origin: Origin) -> None:
        """*Thôi* was pressed: the question goes away, and nothing else happens."""
        if origin.callback_id is None:
            return
        origin = await self._known(tx, origin)
        words = text(self._language(origin), "toast.cancelled")
        key, now = f"cancel:{origin.callback_id}", self._clock.now()
        chat = await self._chats.of(tx, origin.chat_id, now)
        toast = {"callback_query_id": origin.callback_id, "text": words}
        await store.enqueue(tx, key, chat, {"method": "answerCallbackQuery", "params": toast}, now)
        await self._replace_question(tx, f"{key}:message", origin, one(self._language(origin), "toast.cancelled"))

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Ask everybody who is to see the incident to look for a doubtful publication."""
        incident, now = await incidents.get(tx, delivery.incident_id), self._clock.now()
        if incident is None:
            return
        for chat in await self._chats.audience(tx, incident, now):
            rendered = render_dialog.ask_whether_it_appeared(self._chats.language(chat), incident, delivery, self._make)
            await store.enqueue(tx, f"ask:{delivery}:{chat}", chat, rendered.payload(), now)

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        """The card of published words has no buttons any more; this message beside it has those for what follows."""
        incident, now = await incidents.get(tx, delivery.incident_id), self._clock.now()
        if incident is None:
            return
        for chat in await self._chats.of_duty(tx, now):
            rendered = render_acts.offer_follow_ups(self._chats.language(chat), incident, delivery.version, self._make)
            payload = rendered.payload()
            payload["params"]["disable_notification"] = True
            key = f"follow:{delivery.incident_id}:{delivery.version}:{chat}"
            await store.enqueue(tx, key, chat, payload, now)

    async def _say(
        self,
        tx: Tx,
        key: str,
        origin: Origin,
        rendered: Rendered,
        outcome: Outcome,
        texts: Sequence[str] = (),
    ) -> None:
        """Queue one message; ``texts`` are the keys of all that show the texts of the outcome, this one among them."""
        now = self._clock.now()
        here = await self._chats.of(tx, origin.chat_id, now)
        chat = await self._where_drafts_may_go(tx, origin) if outcome.reason in SHOWS_DRAFTS | LISTS else here
        payload = rendered.payload()
        if outcome.reading is not None and texts:
            payload[READING] = read_when_sent(outcome.reading, texts)
        if outcome.reason is Reason.DOCUMENT_SENT:  # the file itself is made when it is sent, from committed state
            payload["paper"] = [outcome.incident_id, outcome.version, outcome.values["format"], self._language(origin)]
        if outcome.reason in SECRET:
            chat = await self._chats.of(tx, origin.user_id, now)
            payload["sealed"] = outcome.values["sealed"]
            payload["params"]["protect_content"] = True
        if chat == here and origin.callback_id is None and origin.message_id is not None:
            answered = {"message_id": origin.message_id, "allow_sending_without_reply": True}
            payload["params"]["reply_parameters"] = answered
        if chat == here and origin.thread_id is not None:
            payload["params"]["message_thread_id"] = origin.thread_id
        kind, prompt = PROMPTS.get(outcome.reason), None
        if kind is not None and (outcome.incident_id is not None or kind is Target.REPORT):
            prompt = Shown(kind, outcome.incident_id or "", outcome.version or 0, outcome.values.get("arg", ""))
        await store.enqueue(tx, key, chat, payload, now, prompt)
        if outcome.reason is Reason.CURVE_SHOWN:
            incident = await incidents.get(tx, outcome.incident_id or "")
            if incident is not None:
                await store.enqueue(tx, f"{key}:picture", chat, photo(incident, self._chats.language(chat)), now)

    async def _replace_question(self, tx: Tx, key: str, origin: Origin, rendered: Rendered) -> None:
        """The message with the pressed button becomes its answer. Cards are never touched this way."""
        chat = await self._chats.of(tx, origin.chat_id, self._clock.now())
        if origin.message_id is None or await telegram_cards.is_card(tx, chat, origin.message_id):
            return
        payload = rendered.payload("editMessageText")
        payload["params"]["message_id"] = origin.message_id
        await store.enqueue(tx, key, chat, payload, self._clock.now())

    async def _toast(self, callback_id: str, words: str, *, alert: bool) -> bool:
        params = {"callback_query_id": callback_id, "text": words, "show_alert": alert}
        try:
            await self._client.call("answerCallbackQuery", params)
        except TelegramError as error:
            log.info("telegram_toast_not_given", error=type(error).__name__)
            return False
        return True

    async def _where_drafts_may_go(self, tx: Tx, origin: Origin) -> str:
        """The chat of the act if it is private or the duty room; from any other group the person's own chat."""
        chat = await self._chats.of(tx, origin.chat_id, self._clock.now())
        if origin.is_private or chat == DUTY:
            return chat
        return await self._chats.of(tx, origin.user_id, self._clock.now())

    async def _known(self, tx: Tx, origin: Origin) -> Origin:
        """The origin with the name and language of the person whose account it is, where it is one's."""
        person = await self._chats.who(tx, origin.user_id, self._clock.now())
        return origin if person is None else replace(origin, user_name=person.name, user_lang=person.lang)

    def _language(self, origin: Origin) -> str:
        """The person's own language where only they read, Vietnamese in a group."""
        if not origin.is_private:
            return "vi"
        return "en" if origin.user_lang == "en" else "vi"

    def _make(self, action: Action, incident_id: str, version: int, arg: str) -> str:
        return encode(action, incident_id, version, arg, key=self._button_key)


def _as_told(act: Act, outcome: Outcome) -> Outcome:
    """An anonymous administrator is told to show themselves, not that the stand-in's number is not enrolled."""
    if isinstance(act.command, Invalid) and act.command.why == Reason.ANONYMOUS_SENDER.value:
        return replace(outcome, reason=Reason.ANONYMOUS_SENDER)
    return outcome
