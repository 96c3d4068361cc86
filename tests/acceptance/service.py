"""The real processes, from outside: Keng and the simulator as commands, HTTP between them and us."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
from typer.testing import CliRunner

from bot.cli import app
from bot.playbooks import default_playbooks_folder

T = TypeVar("T")
TOKEN = "424242:acceptance-acceptance-acceptance-token"
DUTY, CHANNEL = -1001000000001, -1002000000001
TRUC, PHAT, PHO, CHU, KHACH = 101, 102, 103, 104, 105
REPOSITORY = Path(__file__).parents[2]
MODEL_CACHE = Path(os.environ.get("KENG_TEST_MODEL_CACHE", REPOSITORY / "var" / "cache" / "tests"))
_LOOKING = threading.Lock()
READY_WITHIN = 600  # seconds; where no cache was there yet, every example is encoded first


ASKED = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))
"""For single questions to whatever address. A client of its own for each would read the machine's certificates anew:
twenty milliseconds of processor, every twentieth of a second that a service takes to start."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(look: Callable[[], T | None], what: str, seconds: float = 20.0) -> T:
    """The first truthy thing that ``look`` sees; polls, because the world is on the other side of a socket.

    A look that takes long is taken more seldom: what is waited for wants the processor too.
    """
    deadline = time.monotonic() + seconds
    while (begun := time.monotonic()) < deadline:
        found = look()
        if found:
            return found
        time.sleep(max(0.02, min(2 * (time.monotonic() - begun), 0.5)))
    raise AssertionError(f"waited {seconds:.0f} s and did not see: {what}")


class Process:
    """A command that runs until it is killed; only processes started here are ever signalled."""

    def __init__(self, *command: str, env: dict[str, str], log: Path) -> None:
        self.command, self.env, self.log = command, env, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                env={**os.environ, **self.env},
                stdout=log,
                stderr=log,
                cwd=self.log.parent,
            )

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self._end(signal.SIGKILL)

    def stop(self) -> int | None:
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int | None:
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process = None
        return code


class Phones:
    """The simulator's control interface: act as a person, look at phones, make trouble."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, timeout=30)

    def messages(self, chat: int) -> list[dict[str, Any]]:
        answer = self.http.get(f"/_sim/chat/{chat}")
        return answer.json()["messages"] if answer.status_code == 200 else []

    def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        return self.http.get("/_sim/calls", params={"method": method} if method else {}).json()

    def do(self, verb: str, **body: Any) -> dict[str, Any]:
        answer = self.http.post(f"/_sim/{verb}", json=body)
        assert answer.status_code < 400, answer.text
        return answer.json()

    def say(self, chat: int, user: int, text: str, reply_to: int | None = None) -> dict[str, Any]:
        body: dict[str, Any] = {"chat": chat, "user": user, "text": text}
        return self.do("say", **body, **({"reply_to": reply_to} if reply_to else {}))

    def press(self, chat: int, user: int, label: str, message: int, wait: float = 10) -> dict[str, Any]:
        return self.do("press", chat=chat, user=user, label=label, message=message, wait=wait)

    def forge(self, chat: int, user: int, data: str, message: int, wait: float = 10) -> dict[str, Any]:
        return self.do("press", chat=chat, user=user, data=data, message=message, wait=wait)

    def fault(self, **fault: Any) -> None:
        self.do("faults", **fault)

    def no_faults(self) -> None:
        self.http.request("DELETE", "/_sim/faults")

    def cards(self, chat: int, code: str | None = None) -> list[dict[str, Any]]:
        """Messages of the bot that carry an approve button or name the code."""
        return [m for m in self.messages(chat) if m["from_bot"] and (code is None or f"{code}" in m["text"])]

    def with_button(self, chat: int, label: str, code: str | None = None) -> dict[str, Any] | None:
        found = [m for m in self.cards(chat, code) if label in labels(m)]
        return found[-1] if found else None


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message.get("buttons") or [] for button in row]


class Keng:
    """One installation: data folder, people, service, and the simulator inside it or as a process of its own.

    Inside, service and phones share one movable clock; outside, the simulator outlives a killed service, as Telegram.
    """

    def __init__(
        self, folder: Path, *, simulator_inside: bool = False, simulator: tuple[str, ...] = (), **env: str
    ) -> None:
        """``simulator`` are more arguments of the command that plays Telegram outside."""
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.people = folder / "organisation"
        shutil.copytree(default_playbooks_folder() / "organisation" / "sample", self.people)
        self.env = {
            "KENG_DATA_DIR": str(folder / "data"),
            "KENG_INDEX__CACHE": str(MODEL_CACHE),
            "KENG_HTTP__PORT": str(self.port),
            "KENG_ORGANISATION": str(self.people),
            "PYTHONPATH": str(REPOSITORY),
        }
        self.simulator: Process | None = None
        if simulator_inside:
            self.env["KENG_TELEGRAM__MODE"] = "simulator"
            self.phones = Phones(self.base)
        else:
            port = free_port()
            self.env |= {
                "KENG_TELEGRAM__TOKEN": TOKEN,
                "KENG_TELEGRAM__API_BASE": f"http://127.0.0.1:{port}",
                "KENG_TELEGRAM__DUTY_CHAT": str(DUTY),
                "KENG_TELEGRAM__PUBLIC_CHANNEL": str(CHANNEL),
            }
            journal = str(folder / "simulator.journal")
            command = ("bot.simulator", "--port", str(port), "--token", TOKEN, "--journal", journal)
            self.simulator = Process(*command, *simulator, env=self.env, log=folder / "simulator.log")
            self.phones = Phones(f"http://127.0.0.1:{port}")
        self.env |= env
        self.service = Process("bot", "serve", env=self.env, log=folder / "keng.log")
        self.http = httpx.Client(base_url=self.base, timeout=30)

    def start(self) -> Keng:
        if self.simulator is not None:
            self.simulator.start()
            until(lambda: _answers(f"{self.phones.http.base_url}/_sim/state"), "the simulator")
        self.start_service()
        return self

    def start_service(self) -> None:
        self.service.start()
        self.wait_ready()

    def wait_ready(self) -> None:
        until(lambda: _answers(f"{self.base}/readyz"), f"readiness; see {self.service.log}", READY_WITHIN)

    def stop(self) -> None:
        self.service.stop()
        if self.simulator is not None:
            self.simulator.stop()
        self.http.close()
        self.phones.http.close()

    # Acting from outside.

    def send(self, alert: dict[str, Any], **headers: str) -> httpx.Response:
        return self.http.post("/v1/alerts", json=alert, headers=headers)

    def open(self, title: str, *, cards_in: Sequence[int] = (DUTY, PHAT, PHO, CHU), **fields: Any) -> dict[str, Any]:
        """Send an alert and wait for the incident that it opened or joined, and for its cards in these chats.

        So what is said next in a chat is an answer, and no card that was still on its way.
        """
        answer = self.send({"title": title, **fields})
        assert answer.status_code == 202, answer.text
        alert_id = answer.json()["results"][0]["id"]
        placed = until(lambda: self._placed(alert_id), f"the alert {title!r} to be placed")
        incident = next(i for i in self.incidents() if i["id"] == placed)
        until(lambda: all(self.phones.cards(chat, incident["code"]) for chat in cards_in), "the cards")
        return incident

    def _placed(self, alert_id: str) -> str | None:
        answer = self.http.get(f"/v1/alerts/{alert_id}")
        return answer.json().get("incident") if answer.status_code == 200 else None

    def feed(self) -> list[dict[str, Any]]:
        return self.http.get("/newsroom/feed.json").json()["items"]

    # Looking inside with the product's own commands.

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
        )

    def incidents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._look("incidents", "list", "--json").splitlines()]

    def incident(self, ref: str) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self._look("incidents", "show", ref, "--json"))
        return shown

    def audit_is_whole(self) -> bool:
        return self.command("audit", "verify").returncode == 0

    def _look(self, *arguments: str) -> str:
        """What a command prints that is asked again and again: run here, as starting a process takes ten times longer.

        Settings, store and words are the product's; only the folder and the environment are lent to it for a moment.
        """
        with _LOOKING, contextlib.chdir(self.folder):
            shown = CliRunner().invoke(app, arguments, env=self.env, catch_exceptions=False)
        assert shown.exit_code == 0, shown.output
        return shown.stdout


def _answers(url: str) -> bool:
    try:
        return ASKED.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
