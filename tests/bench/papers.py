"""How long a document, its PDF and a press list take: ``python -m tests.bench.papers``."""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from email.headerregistry import Address
from pathlib import Path

from bot.channels.email.smtp import MailServer, Security
from bot.drafting.documents import make_document
from bot.drafting.documents.pdf import converter, to_pdf
from bot.model.clock import SystemClock
from bot.model.paper import no_papers
from bot.outlets.email_list import NAME, EmailListOutlet, PressList
from bot.outlets.press_letter import Letterhead
from bot.store.database import Database
from bot.store.migrate import upgrade_async
from tests.drafting.documents.samples import a_form, content
from tests.outlets.samples import stored
from tests.postoffice import open_post_office

LETTERS = 200


def median(what: Callable[[], object], times: int) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


async def press_list() -> float:
    """Seconds for a list of addresses at a mail server on loopback, the states of all copies kept on disk."""
    folder = Path(tempfile.mkdtemp())
    url = f"sqlite:///{folder / 'keng.db'}"
    await upgrade_async(url)
    database = Database(url)
    try:
        async with open_post_office() as post:
            outlet = EmailListOutlet(
                MailServer("127.0.0.1", post.port, Security.NONE),
                Letterhead(Address("x", addr_spec="phatngon@tinh.example")),
                PressList(tuple(f"tin{n}@bao.example" for n in range(LETTERS))),
                database,
                SystemClock(),
                no_papers,
            )
            publication = await stored(database, NAME)
            begun = time.perf_counter()
            assert await outlet.publish(publication) == f"{LETTERS}/{LETTERS}"
            return time.perf_counter() - begun
    finally:
        await database.close()
        shutil.rmtree(folder)


def main() -> None:
    """Print the figures."""
    made, form = content(), a_form()
    print(f"document made, read back and compared, p50: {median(lambda: make_document(made, form), 20):.0f} ms")
    if converter() is not None:
        document, _ = make_document(made, form)
        print(f"PDF by LibreOffice, p50: {median(lambda: asyncio.run(to_pdf(document)), 5) / 1000:.1f} s")
    seconds = asyncio.run(press_list())
    print(f"press list of {LETTERS}: {seconds:.1f} s, {seconds * 1000 / LETTERS:.0f} ms a letter")


if __name__ == "__main__":
    main()
