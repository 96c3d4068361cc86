"""``keng serve``: start, say where to look, and one ``curl`` to try."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

if TYPE_CHECKING:
    from bot.app import Keng
    from bot.settings import Settings

console = Console(stderr=True)


def serve(config: Path | None, *, simulator_without_token: bool) -> None:
    """Run until a signal stops it."""
    from bot.process import logs
    from bot.settings import check_for_serving, load_settings

    settings = load_settings(config)
    if simulator_without_token and settings.telegram.token is None and settings.telegram.mode == "polling":
        settings = load_settings(config, telegram__mode="simulator")
    check_for_serving(settings)
    logs.configure()
    from bot.data import Data
    from bot.serving import serve as run

    with ProgressBars() as bars:
        asyncio.run(run(settings, Data.load(settings), progress=bars.show, started=lambda keng: _tell(keng, bars)))


class ProgressBars:
    """Bars that appear only while there is something slow to wait for."""

    def __init__(self) -> None:
        """No bar yet."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        # Where nobody watches, as in a journal, each start would leave an empty line.
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> ProgressBars:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bars away."""
        self._progress.stop()

    def show(self, done: int, total: int, what: str) -> None:
        """``done`` of ``total`` steps of ``what``."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)


def _tell(keng: Keng, bars: ProgressBars) -> None:
    bars.stop()
    settings = keng.settings
    console.print(f"[bold]Keng is ready[/bold] on {settings.http.base_url}")
    if settings.simulator:
        console.print(f"  phones (simulated Telegram)  {settings.http.base_url}/_sim/")
    elif settings.telegram.token is None:
        console.print("  no Telegram token: set telegram.token, or start with --simulator to look around")
    console.print(f"  newsroom                     {settings.http.base_url}/newsroom")
    console.print(f"  health                       {settings.http.base_url}/readyz")
    default = settings.feeds.get("default")
    if default is not None and not default.has_credentials:
        console.print("\nStrike the gong (paste into another terminal):\n")
        console.print(_curl(settings), soft_wrap=True, highlight=False, markup=False)


def _curl(settings: Settings) -> str:
    alert = (
        '{"title": "Nước máy có mùi dầu, người dân phường Sông Thượng không dám nấu ăn", '
        '"summary": "Nhiều bài đăng phản ánh nước sinh hoạt có váng và mùi lạ từ tối qua.", '
        '"volume": {"observed": 412, "baseline": 66}, "window_minutes": 60, '
        '"location": {"text": "phường Sông Thượng"}}'
    )
    return f"curl -sS {settings.http.base_url}/v1/alerts -H 'content-type: application/json' -d '{alert}'{os.linesep}"
