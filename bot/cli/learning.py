"""``keng playbooks learn``: what officials corrected, what it would do to matching, and a person's decision over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.cli.reading import AsJson, Config, from_store, print_json

if TYPE_CHECKING:
    from bot.cli.what_if import Difference
    from bot.model.correction import Correction
    from bot.model.person import Person
    from bot.settings import Settings

app = typer.Typer(invoke_without_command=True)

Ref = Annotated[str, typer.Argument(metavar="ID", help="The incident's code from the list, or the correction's id.")]
By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who decides: an id from `keng people list`.")]


@app.callback(epilog="Example:  keng playbooks learn --what-if")
def list_(
    context: typer.Context,
    config: Config = None,
    as_json: AsJson = False,
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Build the index anew, with each and without it; takes minutes.")
    ] = False,
) -> None:
    """List the corrections that wait for a person: what matching said, what an official chose instead.

    A false alarm is proposed as a text that looks like a crisis and is none; a false rumour of a real crisis is no such
    text: decline it. Nothing is learned unless a person adds it.
    """
    if context.invoked_subcommand is not None:
        if config is not None or as_json or what_if:
            raise typer.BadParameter(f"give options after `{context.invoked_subcommand}`")
        return
    from bot.approval.organisation import load_organisation
    from bot.cli import proposals as shown
    from bot.data import organisation_folder
    from bot.settings import load_settings
    from bot.store import corrections

    async def read(tx: Any, _settings: Any) -> list[Correction]:
        return await corrections.proposals(tx)

    waiting = from_store(config, read)
    settings = load_settings(config)
    organisation = load_organisation(organisation_folder(settings))
    tried = _tried(settings, waiting) if what_if else {}
    for proposal in waiting:
        difference = tried.get(proposal.id)
        if as_json:
            more = shown.difference_values(difference) if difference else {}
            print_json(shown.values(proposal, organisation) | more)
        else:
            lines = shown.difference_lines(difference) if difference else []
            typer.echo("\n".join([shown.line(proposal, organisation), *lines]))
    if not waiting:
        typer.echo("nothing waits", err=True)


@app.command(epilog='Example:  keng playbooks learn add 7K2 --by phat --style social --text "Nước máy sủi bọt trắng"')
def add(
    ref: Ref,
    by: By,
    style: Annotated[
        str, typer.Option(help="news, social, no_diacritics, english, indirect; for a false alarm a kind of no-crisis.")
    ],
    text: Annotated[
        str | None, typer.Option(help="Other words, for instance without names; default: as matched.")
    ] = None,
    config: Config = None,
) -> None:
    """Add a proposal to the examples. Read it once more: names of people must not be in it."""
    from bot.approval import corrections
    from bot.cli.writing import to_store
    from bot.data import data_folder
    from bot.model.clock import SystemClock
    from bot.model.correction import CorrectionState, Verdict
    from bot.model.playbook import UNCLASSIFIED
    from bot.playbooks.admission import admit
    from bot.playbooks.append import addition
    from bot.playbooks.examples import LabelledText
    from bot.settings import load_settings

    settings = load_settings(config)
    now = SystemClock().now()
    person, proposal = _person(settings, by, now), _waiting(config, ref)
    if proposal.chosen == UNCLASSIFIED:
        _refuse(f"{ref}: unclassified has no examples; decline it, or write a playbook for such matters")
    folder = data_folder(settings)
    kept = admit(folder, proposal.text if text is None else text)
    change = addition(folder, LabelledText(proposal.chosen, style, kept))
    verdict = Verdict(CorrectionState.ADDED, now, person.id, style=style, example=kept)
    file = f"{change.path.parent.name}/{change.path.name}"

    async def write(tx: Any) -> bool:
        done = await corrections.settle(tx, person, proposal, verdict, style=style, file=file, line=change.line)
        if done:
            change.carry_out()  # last: whatever fails before leaves the file alone
        return done

    if not to_store(settings, write, undo=change.take_back):
        _refuse(f"{ref}: somebody else decided it in the meantime")
    typer.echo(f"added by {person.name}: {change.path}:{change.line}")
    typer.echo("A running Keng learns it within seconds.", err=True)


@app.command(epilog='Example:  keng playbooks learn decline 7K2 --by phat --reason "a false rumour of a real crisis"')
def decline(
    ref: Ref, by: By, reason: Annotated[str, typer.Option(help="Why it must not be learned.")], config: Config = None
) -> None:
    """Decline a proposal: it is kept on the record and not proposed again."""
    from bot.approval import corrections
    from bot.cli.writing import to_store
    from bot.model.clock import SystemClock
    from bot.model.correction import CorrectionState, Verdict
    from bot.settings import load_settings

    if not reason.strip():
        raise typer.BadParameter("say why", param_hint="--reason")
    settings = load_settings(config)
    now = SystemClock().now()
    person, proposal = _person(settings, by, now), _waiting(config, ref)
    verdict = Verdict(CorrectionState.DECLINED, now, person.id, why=" ".join(reason.split()))
    if not to_store(settings, lambda tx: corrections.settle(tx, person, proposal, verdict)):
        _refuse(f"{ref}: somebody else decided it in the meantime")
    typer.echo(f"declined by {person.name}")


def _person(settings: Settings, person_id: str, now: datetime) -> Person:
    from bot.approval import authority
    from bot.approval.organisation import load_organisation
    from bot.data import organisation_folder

    person = load_organisation(organisation_folder(settings)).person(person_id)
    if person is None or authority.may_teach(person, now) is not None:
        _refuse(f"--by {person_id}: nobody with this id has a role today; `keng people list` names them")
    return person


def _waiting(config: Path | None, ref: str) -> Correction:
    """The one correction that ``ref`` means, if it waits for a person."""
    from bot.store import corrections

    async def read(tx: Any, _settings: Any) -> list[Correction]:
        return await corrections.find(tx, ref)

    found = from_store(config, read)
    if not found:
        _refuse(f"{ref}: nothing waits under this code or id; `keng playbooks learn` lists what does")
    if len(found) > 1:
        _refuse(f"{ref}: several incidents had this code; give an id: {', '.join(c.id for c in found)}")
    (correction,) = found
    if correction.drill:
        _refuse(f"{ref}: is of a drill, and drills never teach")
    if correction.verdict is not None:
        verdict = correction.verdict
        _refuse(f"{ref}: was {verdict.state.value} by {verdict.by} on {verdict.at:%Y-%m-%d %H:%M:%S}Z")
    return correction


def _tried(settings: Settings, waiting: Sequence[Correction]) -> dict[str, Difference]:
    """What each proposal would do, by its id."""
    from bot.cli.serving import ProgressBars
    from bot.cli.what_if import differences
    from bot.data import data_folder, load_model
    from bot.playbooks import load_playbooks

    if not waiting:
        return {}
    playbooks = load_playbooks(data_folder(settings))
    with ProgressBars() as bars:
        encoder = load_model(settings, bars.show)
        tried = differences(playbooks, data_folder(settings), waiting, encoder, bars.show)
        return {difference.proposal.id: difference for difference in tried}


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
