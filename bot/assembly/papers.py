"""Papers put together: from committed state and the office's files to one finished document, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.drafting.documents import DocumentFaults, content_of, is_letter, load_form, make_document
from bot.drafting.documents.pdf import to_pdf
from bot.model.incident import Incident
from bot.model.paper import NoPaper, Paper, PaperFormat
from bot.model.person import Organisation
from bot.model.statement import StatementVersion
from bot.store import incidents, statements
from bot.store.database import Database

log = structlog.get_logger(__name__)


class Papers:
    """Makes papers for channels, outlets, pages and commands."""

    def __init__(self, database: Database, organisation: Callable[[], Organisation], folder: Path) -> None:
        """``folder`` is the organisation's, read anew for each paper: a template that was mended counts at once."""
        self._database = database
        self._organisation = organisation
        self._folder = folder

    async def __call__(self, incident_id: str, version: int, wanted: PaperFormat) -> Paper:
        """The paper of one version.

        Raises:
            NoPaper: it cannot be made.
        """
        async with self._database.read() as tx:
            incident = await incidents.get(tx, incident_id)
            words = await statements.get_version(tx, incident_id, version)
        if incident is None or words is None:
            raise NoPaper("bytes_differ", f"no version {version}")
        made, note = await asyncio.to_thread(self._made, incident, words)
        data = made if wanted is PaperFormat.DOCX else await to_pdf(made)
        return Paper(file_name(incident, words, wanted), data, wanted, words.sha256, note)

    def _made(self, incident: Incident, words: StatementVersion) -> tuple[bytes, str]:
        organisation = self._organisation()
        try:
            form = load_form(self._folder, organisation.agency)
        except DocumentFaults as error:
            raise NoPaper("form", str(error)) from error
        approver = organisation.person(words.approved_by) if words.approved_by else None
        made, fault = make_document(content_of(incident, words, form, approver), form)
        if fault:
            log.warning("document_template_not_used", fault=fault)
        return made, fault


def file_name(incident: Incident, version: StatementVersion, wanted: PaperFormat) -> str:
    """``thong-cao-7K2-ban-2.docx``: Latin letters without diacritics, which every mail program keeps."""
    kind = "cong-van" if is_letter(version) else "thong-cao"
    return f"{kind}-{incident.code}-ban-{version.version}.{wanted.value}"
