"""``keng statements``: words taken out as files by whoever sits at the machine, each taking on the record."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import Result

from bot.drafting.documents import read_back
from bot.model.incident import Incident
from bot.model.outlet_letter import CopyState, OutletLetter
from bot.model.statement import StatementState
from bot.store import audit, deliveries, outlet_letters, statements
from bot.store.database import Database
from tests.cli.commands import keng, keng_beside
from tests.drafting.documents.samples import TEXT, a_version
from tests.store.samples import NIGHT


async def test_a_version_is_written_as_a_file_and_the_taking_is_recorded(
    matter: Incident, database: Database, tmp_path: Path
) -> None:
    done = await keng_beside("statements", "document", "7K2", "--version", "1", "--out", "thong-cao.docx")
    assert done.exit_code == 0, done.output
    assert read_back((tmp_path / "thong-cao.docx").read_bytes()).text == TEXT
    async with database.read() as tx:
        (entry,) = [e async for e in audit.entries(tx, matter.id)]
    assert (entry.event.act, entry.event.channel, entry.event.version) == ("show_document", "cli", 1)
    assert entry.event.actor.startswith("cli:")


async def test_what_is_not_there_is_named(matter: Incident) -> None:
    assert "no incident" in (await keng_beside("statements", "document", "9Z9", "--out", "x.docx")).output
    wrong = await keng_beside("statements", "document", matter.code, "--version", "4", "--out", "x.docx")
    assert (wrong.exit_code, "has no version 4" in wrong.output) == (1, True)


async def test_pdf_without_libreoffice_is_a_problem_that_is_told(
    matter: Incident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = await keng_beside("statements", "document", matter.code, "--pdf", "--out", "x.pdf")
    assert (done.exit_code, "soffice" in done.output) == (1, True)
    assert not (tmp_path / "x.pdf").exists()


async def test_an_approved_version_is_written_as_a_cap_draft_and_a_draft_is_not(
    matter: Incident, database: Database, tmp_path: Path
) -> None:
    done = await keng_beside("statements", "cap", "7K2", "--out", "7K2.xml")
    assert done.exit_code == 0, done.output
    written = (tmp_path / "7K2.xml").read_text(encoding="utf-8")
    assert "<status>Draft</status>" in written
    assert f"<identifier>{matter.id}-1</identifier>" in written
    draft = a_version(incident_id=matter.id, version=2, state=StatementState.DRAFT)
    async with database.write() as tx:
        await statements.add_version(tx, draft)
    refused = await keng_beside("statements", "cap", "7K2")
    assert (refused.exit_code, "only approved words" in refused.output) == (1, True)


async def test_outlets_are_listed_with_their_copies_and_letters(matter: Incident, database: Database) -> None:
    letter = OutletLetter(
        matter.id, 1, "email_list", "tin@bao.example", CopyState.QUEUED, "0" * 32, "<keng.0@x>", NIGHT
    )
    async with database.write() as tx:
        await deliveries.queue(tx, matter.id, 1, "email_list", NIGHT)
        await outlet_letters.add_missing(tx, [letter])

    def outlets(*arguments: str) -> Result:
        return keng("outlets", *arguments)

    listed = await asyncio.to_thread(outlets, "list", "--json")
    lines = {line["outlet"]: line for line in map(json.loads, listed.stdout.splitlines())}
    assert (lines["newsroom"]["on"], lines["email_list"]["on"]) == (True, False)
    assert lines["email_list"]["copies"] == lines["email_list"]["letters"] == {"queued": 1}
    assert "letters: queued 1" in (await asyncio.to_thread(outlets, "list")).output
    shown = await asyncio.to_thread(outlets, "show", "7K2")
    assert "tin@bao.example" in shown.output
    assert (await asyncio.to_thread(outlets, "show", "9Z9")).exit_code == 1
