"""PDF by LibreOffice, where it is installed: a process of its own with a profile of its own and a time limit."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.model.paper import NoPaper

SECONDS = 30.0
"""A first start on a slow machine takes a quarter of this."""

_PROGRAMS = ("soffice", "libreoffice")
_AT_ONCE = asyncio.Semaphore(1)
"""One at a time: LibreOffice takes some 200 MB."""


def converter() -> str | None:
    """The program; None where there is none."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


async def to_pdf(document: bytes, seconds: float = SECONDS) -> bytes:
    """The document as PDF.

    Raises:
        NoPaper: LibreOffice is not installed, failed, or took too long.
    """
    program = converter()
    if program is None:
        raise NoPaper("no_converter", "LibreOffice (soffice) is not installed")
    async with _AT_ONCE:
        with TemporaryDirectory(prefix="keng-pdf-") as made:
            folder = Path(made)
            await asyncio.to_thread((folder / "paper.docx").write_bytes, document)
            await _run(program, folder, seconds)
            result = folder / "paper.pdf"
            if not result.is_file():
                raise NoPaper("converter_failed", "LibreOffice wrote no file")
            return await asyncio.to_thread(result.read_bytes)


async def _run(program: str, folder: Path, seconds: float) -> None:
    process = await asyncio.create_subprocess_exec(
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf"),
        *("--outdir", str(folder), str(folder / "paper.docx")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        code = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        raise NoPaper("converter_slow", f"LibreOffice did not end within {seconds:.0f} s") from None
    finally:
        with suppress(ProcessLookupError):  # the program starts others: all of its group go
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if code:
        raise NoPaper("converter_failed", f"LibreOffice ended with {code}")
