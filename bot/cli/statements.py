"""``keng statements lint|document|cap``: words looked through, and versions as files, which is on the record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.reading import Config
from bot.cli.statement_lint import lint

app = typer.Typer(no_args_is_help=True, help="Words for the public: look through them, take them out as files.")
app.command(epilog="Example:  keng statements lint ban-tin.txt --json")(lint)

Ref = Annotated[str, typer.Argument(help="The incident's code or id.")]
Version = Annotated[int | None, typer.Option("--version", "-n", help="Which version; default: the last one.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The file to write; what is there is replaced.")]


@app.command(epilog="Example:  keng statements document 7K2 --version 2 --out thong-cao.docx")
def document(
    ref: Ref,
    out: Out,
    version: Version = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="PDF instead of .docx; needs LibreOffice.")] = False,
    config: Config = None,
) -> None:
    """Write the document of a version. What was not approved carries the mark DỰ THẢO."""
    from bot.assembly.papers import Papers
    from bot.model.paper import NoPaper, PaperFormat

    wanted = PaperFormat.PDF if pdf else PaperFormat.DOCX
    settings, incident, words = taken(config, ref, version, "show_document", format=wanted.value, to=out.name)

    async def make() -> Any:
        from bot.data import organisation_folder
        from bot.store.database import Database

        database = Database(settings.resolved_database_url)
        try:
            papers = Papers(database, lambda: organisation_of(settings), organisation_folder(settings))
            return await papers(incident.id, words.version, wanted)
        finally:
            await database.close()

    try:
        paper = asyncio.run(make())
    except NoPaper as error:
        typer.echo(f"no document: {error.detail or error.why}", err=True)
        raise typer.Exit(1) from None
    out.write_bytes(paper.data)
    if paper.note:
        typer.echo(f"the built-in template was used: {paper.note}", err=True)
    typer.echo(f"{out}: version {words.version} ({words.state.value}), sha256 {words.sha256}", err=True)


@app.command(epilog="Example:  keng statements cap 7K2 --out 7K2.xml")
def cap(
    ref: Ref,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; default: standard output.")
    ] = None,
    version: Version = None,
    config: Config = None,
) -> None:
    """Write an approved version as a CAP 1.2 draft. Nothing is broadcast; a drill's is an Exercise."""
    from bot.assembly.publishing import cap_office
    from bot.data import data_folder
    from bot.model.playbook import UNCLASSIFIED
    from bot.model.statement import PUBLIC, StatementState
    from bot.outlets.cap_message import NotCap, cap_message
    from bot.playbooks import load_playbooks

    settings, incident, words = taken(config, ref, version, "export_cap")
    if words.state is not StatementState.APPROVED and words.state not in PUBLIC:
        typer.echo(f"{ref}: version {words.version} is {words.state.value}; only approved words are exported", err=True)
        raise typer.Exit(1)
    playbooks = load_playbooks(data_folder(settings))
    playbook = playbooks.get(incident.playbook) or playbooks[UNCLASSIFIED]
    office = cap_office(settings, organisation_of(settings).agency)
    try:
        message = cap_message(office, incident, words, _earlier(settings, words), playbook.name)
    except NotCap as error:
        typer.echo(f"{ref}: no CAP message: {error}", err=True)
        raise typer.Exit(1) from None
    if out is None:
        typer.echo(message.decode(), nl=False)
    else:
        out.write_bytes(message)


def _earlier(settings: Any, words: Any) -> Any:
    """The version that these words refer to."""
    from bot.store import statements
    from bot.store.database import Database

    async def read() -> Any:
        database = Database(settings.resolved_database_url)
        try:
            async with database.read() as tx:
                return await statements.get_version(tx, words.incident_id, words.refers_to)
        finally:
            await database.close()

    return None if words.refers_to is None else asyncio.run(read())


def taken(config: Path | None, ref: str, version: int | None, act: str, **details: str) -> tuple[Any, Any, Any]:
    """Settings, the incident and the version that are meant, with the taking written into the record."""
    from bot.cli.operator import operator_name, present
    from bot.cli.writing import to_store
    from bot.model.audit import AuditEvent
    from bot.settings import load_settings
    from bot.store import audit, incidents, statements

    settings = load_settings(config)

    async def note(tx: Any) -> tuple[Any, Any]:
        incident = await incidents.find(tx, ref)
        versions = {v.version: v for v in await statements.versions(tx, incident.id)} if incident else {}
        words = versions.get(version or max(versions, default=0))
        if incident is not None and words is not None:
            said = {"outcome": act, "refused": False, "sha256": words.sha256, **details}
            event = AuditEvent(act, operator_name(), present(), "cli", incident.id, words.version, said)
            await audit.append(tx, event)
        return incident, words

    incident, words = to_store(settings, note)
    if incident is None:
        typer.echo(f"{ref}: no incident has this code or id; `keng incidents list` names them", err=True)
        raise typer.Exit(1)
    if words is None:
        typer.echo(f"{ref}: has no version {version}", err=True)
        raise typer.Exit(1)
    return settings, incident, words


def organisation_of(settings: Any) -> Any:
    """The organisation of the settings, as its files say now."""
    from bot.approval.organisation import load_organisation
    from bot.data import organisation_folder

    return load_organisation(organisation_folder(settings))
