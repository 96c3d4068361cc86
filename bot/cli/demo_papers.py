"""What the demo ends with besides channel and newsroom: the document and the CAP draft, held against the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring

from bot.cli.play import PlayFault

if TYPE_CHECKING:
    from bot.app import Keng

LOOKS = 400
"""At 20 a second."""


async def compare_papers(keng: Keng, folder: Path, tell: Callable[[str, str], None]) -> None:
    """Make the document, wait for the CAP draft, and check that both carry the published words byte for byte.

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
    for _ in range(LOOKS):
        if draft.exists():
            break
        await asyncio.sleep(0.05)
    else:
        raise PlayFault("chưa thấy dự thảo CAP")
    message = fromstring(await asyncio.to_thread(draft.read_bytes))
    said = message.findtext(f"{{{NAMESPACE}}}info/{{{NAMESPACE}}}description") or ""
    if said.encode() != words.full_vi.encode():
        raise PlayFault("dự thảo CAP không đúng từng byte với bản đã công bố")
    tell("Dự thảo CAP", f"{draft.name}, đúng bản đã duyệt; chưa phát đi đâu")
