"""Speed and size of the whole, against the targets of the first release: a line a figure, exit code 1 on a miss."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.intake import FeedConfig, Intake, add_routes
from bot.model.clock import SystemClock
from bot.store.database import Database
from bot.store.migrate import upgrade_async
from tests.acceptance.service import DUTY, MODEL_CACHE, Keng, until

REQUESTS = 400
PAUSE = 3.2
"""Seconds between two alerts: the duty room takes twenty messages a minute. A machine that idled so long computes half
as fast at first, so the bare encoding is measured after the same pause."""
TITLES = (
    "Nước máy có mùi dầu ở phường Sông Thượng",
    "Cháy lớn tại chợ Đồi Thông trong đêm",
    "Sạt lở đất vùi lấp nhà dân ở xã Đá Bạc",
    "Hàng chục học sinh nghi ngộ độc sau bữa ăn bán trú ở trường Hoa Sen",
    "Clip cán bộ quát mắng người dân tại bộ phận một cửa xã Suối Vàng",
    "Rao bán dữ liệu khám bệnh của người dân trên mạng",
    "Sản phụ tử vong, người nhà vây bệnh viện Phước Lành",
    "Dịch tả lợn châu Phi bùng phát, lợn chết hàng loạt ở xã Bến Trúc",
    "Xe khách lao xuống vực trên đèo Mây, nhiều người thương vong",
    "Nghi lộ đề thi tuyển sinh lớp 10",
)
missed: list[str] = []


def figure(name: str, value: float, unit: str, target: float | None = None, note: str = "") -> None:
    verdict = "" if target is None else f"   target < {target:g} {unit}: {'met' if value < target else 'MISSED'}"
    if target is not None and value >= target:
        missed.append(name)
    print(f"{name:<58} {value:9.2f} {unit}{verdict}{note}", flush=True)


async def intake(folder: Path) -> None:
    """The 202 of an alert against an empty handler on the same loop, same client, same store settings as in service."""
    url = f"sqlite:///{folder / 'intake.db'}"
    await upgrade_async(url)
    database = Database(url)
    application = web.Application()
    add_routes(application, Intake(database, SystemClock(), {"default": FeedConfig()}, on_accepted=lambda: None))

    async def empty(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({}, status=202)

    application.router.add_post("/empty", empty)
    client = TestClient(TestServer(application))
    await client.start_server()
    times: dict[str, list[float]] = {"/empty": [], "/v1/alerts": []}
    for number in range(REQUESTS):
        for path, taken in times.items():
            body = {"title": f"Nước máy có mùi dầu {number}", "volume": {"observed": 412, "baseline": 66}}
            started = time.perf_counter()
            async with client.post(path, json=body) as answer:
                await answer.read()
                assert answer.status == 202
            taken.append((time.perf_counter() - started) * 1000)
    await client.close()
    await database.close()
    bare, stored = statistics.median(times["/empty"]), statistics.median(times["/v1/alerts"])
    figure("empty handler, p50", bare, "ms")
    figure("alert accepted (202), p50", stored, "ms", note=f"   ratio {stored / bare:.1f}")
    figure("alert accepted above the empty handler, p50", stored - bare, "ms", 10)


def bare_encoding() -> float:
    """Median milliseconds of encoding one alert's text with the bare encoder, one by one, after a pause."""
    from index import load_encoder

    encoder = load_encoder("offline", MODEL_CACHE, None)
    taken = []
    for title in TITLES:
        time.sleep(PAUSE)
        started = time.perf_counter()
        encoder.encode([title])
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def service(folder: Path) -> None:
    """One process: start-up, alert to card, memory."""
    keng = Keng(folder)
    try:
        keng.start()
        keng.service.stop()
        started = time.perf_counter()
        keng.start_service()
        figure("ready after a second start", time.perf_counter() - started, "s", 10)
        taken = [_alert_to_card(keng, title) for title in TITLES]
        opened = len(keng.incidents())
        assert opened == len(TITLES), f"{opened} matters for {len(TITLES)} alerts: a card of another matter was timed"
        encoding = bare_encoding()
        card = statistics.median(taken)
        figure("bare encoding of the text, median", encoding, "ms")
        figure("alert sent to card at the Bot API, p50", card, "ms", note=f"   ratio {card / encoding:.1f}")
        figure("alert to card above one bare encoding, p50", card - encoding, "ms", 60)
        assert keng.service.process is not None
        status = Path(f"/proc/{keng.service.process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        figure("resident memory at its highest", peak / 1024, "MiB", 1024)
    finally:
        keng.stop()


def _alert_to_card(keng: Keng, title: str) -> float:
    """Milliseconds from sending an alert to the arrival of its card's call for the duty room."""
    time.sleep(PAUSE)
    before = len(keng.phones.calls("sendMessage"))
    started = time.time()
    keng.send({"title": title}).raise_for_status()

    def arrived() -> dict[str, object] | None:
        calls = keng.phones.calls("sendMessage")[before:]
        return next((c for c in calls if str(c["params"].get("chat_id")) == str(DUTY)), None)

    call = until(arrived, f"the card's call for {title!r}")
    return (datetime.fromisoformat(str(call["at"])).timestamp() - started) * 1000


def help_() -> None:
    """The answer of ``keng --help``, median of five."""
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - started)
    figure("keng --help", statistics.median(taken), "s", 0.5)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        help_()
        asyncio.run(intake(Path(folder)))
        service(Path(folder))
    print("all targets met" if not missed else f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
