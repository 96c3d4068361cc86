"""``keng demo``: the real thing in a process, data folder and simulator of its own."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import tempfile
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.serving import ProgressBars, console

if TYPE_CHECKING:
    from bot.cli.play import Play
    from bot.cli.scenarios import Scenario
    from bot.settings import Settings


CAP_SENDER = "phatngon@thuonggiang.example"


def run(scenario_id: str, *, auto: bool, data_dir: Path | None, port: int | None, list_only: bool) -> int:
    """Play a scenario; the exit code of the command."""
    from bot.cli.scenarios import load_scenarios
    from bot.intake.signature import new_secret
    from bot.playbooks import default_playbooks_folder
    from bot.process import logs
    from bot.settings import load_settings

    scenarios = load_scenarios(default_playbooks_folder())
    if list_only:
        for known in scenarios.values():
            typer.echo(f"{known.id:<28} {known.name['vi']}")
        return 0
    if scenario_id not in scenarios:
        typer.echo(f"{scenario_id}: no such scenario; known: {', '.join(scenarios)}", err=True)
        return 2
    if load_settings().telegram.token is not None:
        typer.echo("a Telegram token is set: the demo refuses to run beside a real bot; unset it first", err=True)
        return 2
    logs.configure(level=30)
    with tempfile.TemporaryDirectory(prefix="keng-demo-") as temporary:
        folder = data_dir or Path(temporary)
        secret = new_secret(secrets.token_bytes(32))
        scenario = scenarios[scenario_id]
        settings = _settings(folder, port or (_free_port() if auto else 8080), secret, letters=scenario.letters)
        return asyncio.run(_play(settings, scenario, secret, auto=auto))


def _settings(folder: Path, port: int, secret: str, *, letters: bool) -> Settings:
    """Settings of the demo alone: of the real service's file and environment nothing but the model's place."""
    from bot.cli.demo_mail import PRESS, SENDER
    from bot.playbooks import default_playbooks_folder
    from bot.settings import Settings, load_settings

    post = {"smtp": f"127.0.0.1:{_free_port()}", "from": SENDER, "starttls": False} if letters else {}
    return Settings.model_validate(
        {
            "data_dir": folder,
            "playbooks": default_playbooks_folder(),
            "http": {"host": "127.0.0.1", "port": port},
            "telegram": {"mode": "simulator"},
            "index": {"cache": load_settings().model_cache.resolve()},
            "feeds": {"default": {"secrets": [secret]}},
            "email": post,
            "outlets": {
                "cap": {"sender": CAP_SENDER, "area": "tỉnh Thượng Giang", "folder": folder / "cap"},
                "email_list": {"recipients": PRESS} if letters else None,
            },
        }
    )


async def _play(settings: Settings, scenario: Scenario, secret: str, *, auto: bool) -> int:
    from bot.app import Keng
    from bot.cli.demo_mail import MAIL, caught_mail
    from bot.cli.demo_papers import compare_papers
    from bot.cli.play import Play, PlayFault
    from bot.data import Data

    async with AsyncExitStack() as stack:
        mail = settings.data_dir / MAIL
        if settings.email.smtp is not None:
            await stack.enter_async_context(caught_mail(mail, settings.email.port))
        with ProgressBars() as bars:
            keng = Keng(settings, Data.load(settings), progress=bars.show)
            stack.push_async_callback(keng.stop)
            await keng.start()
        play = await stack.enter_async_context(Play(settings.http.base_url, secret, scenario))
        console.print(f"[bold]{scenario.name['vi']}[/bold]  ({scenario.id})")
        if not auto:
            return await _watch(keng.settings.http.base_url, mail, play)
        try:
            await play.send_alerts()
            await play.let_people_act()
            await play.compare(partial(compare_papers, keng, settings.data_dir, mail, play.tell))
        except PlayFault as fault:
            play.tell("KẾT QUẢ", f"KHÔNG ĐẠT: {fault}")
            return 1
        return 0


async def _watch(base_url: str, mail: Path, play: Play) -> int:
    """Send the alerts and leave the phones to the person who watches, until Ctrl-C."""
    console.print(
        f"  phones    {base_url}/_sim/\n  newsroom  {base_url}/newsroom\n  e-mail    {mail}\n  stop with Ctrl-C"
    )
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await play.send_alerts()
    await stopped.wait()
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
