"""PDF by LibreOffice: a real one where it is installed (in CI it is), and every way in which a converter fails."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from bot.drafting.documents import make_document
from bot.drafting.documents.pdf import converter, to_pdf
from bot.model.paper import NoPaper
from tests.drafting.documents.samples import a_form, content


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something else that calls itself soffice."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


async def test_a_page_of_a4_with_the_words_comes_out() -> None:
    if converter() is None:
        if os.environ.get("CI"):
            pytest.fail("no LibreOffice in CI")
        pytest.skip("not run: no LibreOffice on this machine")
    made, _ = make_document(content(), a_form())
    pdf = await to_pdf(made)
    assert pdf.startswith(b"%PDF-")
    assert b"/Count 1" in pdf or pdf.count(b"/Type/Page/") == 1


async def test_without_libreoffice_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPaper) as raised:
        await to_pdf(b"")
    assert raised.value.why == "no_converter"


@pytest.mark.parametrize(("script", "why"), [("exit 1", "converter_failed"), ("exit 0", "converter_failed")])
async def test_a_converter_that_fails_or_writes_nothing_is_no_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    program(tmp_path, script, monkeypatch)
    with pytest.raises(NoPaper) as raised:
        await to_pdf(b"")
    assert raised.value.why == why


async def test_a_converter_that_hangs_is_ended_with_its_children_and_the_loop_goes_on_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait", monkeypatch)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.02)

    beating = asyncio.create_task(beat())
    with pytest.raises(NoPaper) as raised:
        await to_pdf(b"", seconds=0.5)
    beating.cancel()
    assert raised.value.why == "converter_slow"
    assert beats > 5
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert state.strip().startswith("Z") or not state.strip(), "nothing of it runs on"


def test_the_real_program_is_found_by_its_name() -> None:
    assert converter() == (shutil.which("soffice") or shutil.which("libreoffice"))
