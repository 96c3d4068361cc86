"""``keng self-test`` of Telegram: the bot, its place in the duty room and the channel, the ids of groups to choose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.cli.trying import Tried, attempt

if TYPE_CHECKING:
    from bot.settings import Settings


async def telegram(settings: Settings) -> list[Tried]:
    """The bot, and the chats that the settings name."""
    from bot.channels.telegram import TelegramClient
    from bot.channels.telegram.errors import NotSent, TelegramError, Unauthorised

    chosen = settings.telegram
    if chosen.token is None:
        return [Tried("telegram", None, "no telegram.token")]
    client = TelegramClient(chosen.token.get_secret_value(), chosen.api_base, proxy=chosen.proxy)

    async def who() -> str:
        try:
            return f"the bot is @{(await client.start()).username}"
        except Unauthorised as error:
            why = "not this bot's token (any more): put the one that @BotFather shows into telegram.token_file"
            raise TelegramError(f"{str(error).rstrip('.')}: {why}") from None
        except NotSent as error:
            way = f"by {chosen.proxy.rpartition('@')[2]}" if chosen.proxy else "without telegram.proxy"
            raise TelegramError(f"{chosen.api_base} cannot be reached {way}: {error}") from None

    def chat(number: int | str, *, posts: bool) -> Callable[[], Awaitable[str]]:
        async def look() -> str:
            found = await client.call("getChat", {"chat_id": number})
            me = await client.call("getChatMember", {"chat_id": number, "user_id": client.bot_id})
            title = str(found.get("title") or found.get("username") or number)
            return f"{title}{_standing(found, me, posts=posts)}"

        return look

    try:
        tried = [await attempt("telegram", who, TelegramError)]
        if not tried[0].ok:
            return tried
        if chosen.duty_chat is None:
            tried.append(Tried("telegram.duty_chat", None, await _groups(settings)))
        else:
            tried.append(await attempt("telegram.duty_chat", chat(chosen.duty_chat, posts=False), TelegramError))
        if chosen.public_channel is not None:
            look = chat(chosen.public_channel, posts=True)
            tried.append(await attempt("telegram.public_channel", look, TelegramError))
        return tried
    finally:
        await client.close()


def _standing(chat: Mapping[str, Any], me: Mapping[str, Any], *, posts: bool) -> str:
    """What the bot is there; ``posts``: it must be allowed to publish.

    Raises:
        TelegramError: it can do nothing there; the message says what to do.
    """
    from bot.channels.telegram.errors import TelegramError

    title, status = chat.get("title") or chat.get("username"), me.get("status")
    if status in ("left", "kicked"):
        raise TelegramError(f"{title}: the bot is not in it; add it")
    if status == "restricted" and not me.get("can_send_messages", True):
        raise TelegramError(f"{title}: the bot may not write there; take the restriction away")
    if posts and chat.get("type") == "channel" and not (status == "administrator" and me.get("can_post_messages")):
        raise TelegramError(f"{title}: the bot may not post there; make it an administrator with the right to post")
    return f" (the bot is {status} there)"


async def _groups(settings: Settings) -> str:
    """The ids from which whoever sets Keng up chooses: nothing in Telegram's own programs shows them."""
    from bot.cli.reading import has_store
    from bot.store import telegram_inbox
    from bot.store.database import Database, StoreUnavailable

    how = "not set; start Keng, put the bot into the duty group, and run this again: it tells the group's id"
    if not has_store(settings):
        return how
    database = Database(settings.resolved_database_url)
    try:
        async with database.read() as tx:
            chats = await telegram_inbox.let_in(tx)
    except StoreUnavailable:
        return how
    finally:
        await database.close()
    found = ", ".join(f"{chat['id']} ({chat.get('type')} {chat.get('title', '')})" for chat in chats[:10])
    return f"not set; the bot was put into {found}" if found else how
