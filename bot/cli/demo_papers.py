"""What the demo ends with besides channel and newsroom: the document and the CAP draft, held against the same words.

The letters to the press are caught by :mod:`bot.cli.demo_mail` and held against them, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring

from bot.cli.demo_mail import PRESS, letters_to, words_of
from bot.cli.play import PlayFault

if TYPE_CHECKING:
    from bot.app import Keng

LOOKS = 400
"""At 20 a second."""


async def compare_papers(keng: Keng, folder: Path, mail: Path, tell: Callable[[str, str], None]) -> None:
    """Make the document, wait for CAP draft and letters, and check that all carry the published words byte for byte.

    Raises:
        PlayFault: one of them does not.
    """
    from bot.drafting.documents import read_back
    from bot.model.paper import PaperFormat
    from bot.outlets.cap_message import NAMESPACE
    from bot.store import incidents, statements

    async with keng.database.read() as tx:
        found = [await statements.latest_public(tx, incident.id) for incident in await incidents.listing(tx)]
    words = next((version for version in found if version is not None), None)
    if words is None:
        raise PlayFault("chưa có bản nào được công bố")
    paper = await keng.papers(words.incident_id, words.version, PaperFormat.DOCX)
    await asyncio.to_thread((folder / paper.name).write_bytes, paper.data)
    if (read_back(paper.data).text or "").encode() != words.full_vi.encode():
        raise PlayFault("văn bản không đúng từng byte với bản đã công bố")
    tell("Văn bản", f"{paper.name}, {len(paper.data)} byte, đúng bản đã duyệt; số và con dấu để văn thư")
    draft = folder / "cap" / f"{words.incident_id}-{words.version}.xml"
    await _until(draft.exists, "dự thảo CAP")
    message = fromstring(await asyncio.to_thread(draft.read_bytes))
    said = message.findtext(f"{{{NAMESPACE}}}info/{{{NAMESPACE}}}description") or ""
    if said.encode() != words.full_vi.encode():
        raise PlayFault("dự thảo CAP không đúng từng byte với bản đã công bố")
    tell("Dự thảo CAP", f"{draft.name}, đúng bản đã duyệt; chưa phát đi đâu")
    for address in PRESS if keng.settings.outlets.email_list is not None else ():
        await _until(partial(letters_to, mail, address), f"thư gửi {address}")
        file, letter = letters_to(mail, address)[0]
        if words_of(letter).encode() != words.full_vi.encode():
            raise PlayFault(f"thư gửi {address} không đúng từng byte với bản đã công bố")
        tell("Thư điện tử", f"{file.name} gửi {address}: “{letter['Subject']}”, đúng bản đã duyệt")


async def _until(there: Callable[[], object], what: str) -> None:
    for _ in range(LOOKS):
        if await asyncio.to_thread(there):
            return
        await asyncio.sleep(0.05)
    raise PlayFault(f"chưa thấy {what}")
