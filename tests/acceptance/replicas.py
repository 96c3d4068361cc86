"""Several processes on one PostgreSQL, as on several machines: folders of their own, the same keys, one Telegram."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from bot.store.key_file import KEY_FILES, load_key
from tests.acceptance.service import ASKED, DUTY, Keng, Process, free_port, until

NAMES = ("một", "hai", "ba", "bốn")


class Replica:
    """One process; it may be killed and started again under its name."""

    def __init__(self, keng: Keng, number: int, keys: Path) -> None:
        self.name = f"keng-{number}"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        data = keng.folder / self.name
        data.mkdir()
        for key in KEY_FILES:
            shutil.copy(keys / key, data / key)
        self.env = keng.env | {
            "KENG_DATA_DIR": str(data),
            "KENG_HTTP__PORT": str(self.port),
            "KENG_EXECUTOR_ID": self.name,
        }
        self.process = Process("bot", "serve", env=self.env, log=keng.folder / f"{self.name}.log")

    def ready(self) -> dict[str, Any] | None:
        answer = self._readyz()
        return answer.json() if answer is not None and answer.status_code == 200 else None

    def waits_to_set_up(self) -> bool:
        """Everything has been read, and the workflow library is not there yet."""
        answer = self._readyz()
        checks = {} if answer is None else answer.json()["checks"]
        return bool(checks) and checks["model"]["ok"] and not checks["workflows"]["ok"]

    def _readyz(self) -> httpx.Response | None:
        try:
            return ASKED.get(f"{self.base}/readyz", timeout=5)
        except httpx.HTTPError:
            return None

    @property
    def leads(self) -> bool:
        """True of the one that works; on SQLite there is no other."""
        answer = self.ready()
        place = None if answer is None else answer["checks"].get("replica", {"detail": "leads"})
        return place is not None and "leads" in place["detail"]

    def start(self) -> None:
        self.process.start()

    def wait_ready(self) -> None:
        """Raises with how the process fares and the end of its log, which may be gone afterwards."""
        try:
            until(self.ready, "readiness", 120)
        except AssertionError as error:
            running = self.process.process
            ended = running is None or running.poll() is not None
            answer = self._readyz()
            last = self.process.log.read_text(errors="replace")[-3000:]
            raise AssertionError(
                f"{error} of {self.name}, which {'has ended' if ended else 'runs'} and answers "
                f"{answer.text if answer is not None else 'nothing'}; the end of its log:\n{last}"
            ) from None


class Province(Keng):
    """An installation of several processes; whatever one does not answer, another is asked."""

    def __init__(self, folder: Path, processes: int, **env: str) -> None:
        super().__init__(folder, **env)
        keys = folder / "keys"
        for key in KEY_FILES:
            load_key(keys / key)
        self.replicas = [Replica(self, number + 1, keys) for number in range(processes)]
        self.env = self.replicas[0].env  # for the commands, which find everything in the database

    def start_service(self) -> None:
        for replica in self.replicas:
            replica.start()
        self.wait_ready()

    def wait_ready(self) -> None:
        for replica in self.replicas:
            replica.wait_ready()
        self.leader()

    def leader(self) -> Replica:
        return until(lambda: next((r for r in self.replicas if r.leads), None), "a leader", 60)

    def standby(self) -> Replica:
        leader = self.leader()
        return next(r for r in self.replicas if r is not leader)

    def stop(self) -> None:
        for replica in self.replicas:
            replica.process.stop()
        super().stop()

    def send(self, alert: dict[str, Any], **headers: str) -> httpx.Response:
        return self._ask("POST", "/v1/alerts", json=alert, headers=headers)

    def feed(self) -> list[dict[str, Any]]:
        """The newsroom's items; their addresses begin with that of the process that was asked."""
        items = self._ask("GET", "/newsroom/feed.json").json()["items"]
        return [item | {"url": httpx.URL(item["url"]).path} for item in items]

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        order = random.sample(self.replicas, len(self.replicas))
        for replica in order[:-1]:
            try:
                return ASKED.request(method, f"{replica.base}{path}", timeout=30, **request)
            except httpx.HTTPError:
                continue
        return ASKED.request(method, f"{order[-1].base}{path}", timeout=30, **request)

    def cards_posted(self) -> Counter[str]:
        """How often a new card of each incident was posted in the duty room; more than once is one too many."""
        sent = [str(call["params"].get("text")) for call in self.phones.calls("sendMessage") if call["chat"] == DUTY]
        codes = [i["code"] for i in self.incidents()]
        # A card's first line ends with the code; what else speaks of an incident goes on behind it.
        return Counter(code for code in codes for text in sent if f"· Vụ việc {code}</b>\n" in text)


class Crowd:
    """Sends alerts one after the other from several sides, each until somebody accepted it, and remembers them."""

    def __init__(self, province: Province, matters: int, pause: float) -> None:
        self.accepted: dict[str, str] = {}
        self.attempts = 0
        self._province, self._matters, self._pause = province, matters, pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._sides = [threading.Thread(target=self._send, args=(side,), daemon=True) for side in range(2)]

    def __enter__(self) -> Crowd:
        for side in self._sides:
            side.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for side in self._sides:
            side.join(60)

    def _send(self, side: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            sent = f"{side}-{number}"
            place = f"xã {NAMES[number % self._matters]} Suối"
            alert = {"id": sent, "title": f"{WHAT[number % self._matters]} ở {place}", "location": {"text": place}}
            while sent not in self.accepted:  # to the end, so that what was accepted unheard is known too
                with self._lock:
                    self.attempts += 1
                try:
                    answer = self._province.send(alert, **{"webhook-id": f"crowd-{sent}"})
                except httpx.HTTPError:
                    time.sleep(0.2)
                    continue
                if answer.status_code == 202:
                    self.accepted[sent] = answer.json()["results"][0]["id"]
                else:
                    assert answer.status_code in (429, 503), answer.text
                    time.sleep(0.2)
            time.sleep(self._pause)


WHAT = (
    "Nước máy có mùi dầu, dân không dám nấu ăn",
    "Sạt lở đất vùi lấp nhà dân sau mưa lớn",
    "Lợn chết hàng loạt, dân vứt xuống kênh",
    "Cầu dân sinh bị sập nhịp, xe không qua được",
)


def without_incident(province: Province, ids: set[str]) -> set[str]:
    """Those of these alerts that have no incident (yet), or are not there at all."""

    def has_one(alert_id: str) -> bool:
        answer = province._ask("GET", f"/v1/alerts/{alert_id}")
        return answer.status_code == 200 and answer.json()["incident"] is not None

    return {alert_id for alert_id in ids if not has_one(alert_id)}


def counted(province: Province) -> int:
    """How many alerts the incidents say that they grew by; one that joined twice would be counted twice."""
    return sum(i["alerts"] for i in province.incidents())
