"""How long the newsroom's pages take with ten thousand statements in public, beside an empty handler in the same run.

``.venv/bin/python -m tests.bench.newsroom`` prints a table; ``--statements 1000`` for a quick look, ``--postgres`` for
a PostgreSQL of its own. One visitor at a time, over loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.model.clock import SystemClock
from bot.model.delivery import DeliveryState
from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from bot.store import deliveries, incidents, statements
from bot.store.database import Database
from bot.store.migrate import upgrade_async
from bot.web import CheckResult, WebParts, add_routes
from bot.web.export import Export, Target
from tests.approval.office import AGENCY, NIGHT
from tests.postgres import Server
from tests.store.samples import an_incident

ROUNDS = 60
BLOCKS = (
    "Tính đến {h}h{m:02d}, cơ quan chức năng đã có mặt tại {place} và triển khai các biện pháp cần thiết.",
    "Có {n} hộ dân bị ảnh hưởng; {k} người được đưa đến cơ sở y tế, chưa ghi nhận trường hợp nguy kịch.",
    "Nguyên nhân đang được xác minh. Chúng tôi sẽ thông tin ngay khi có kết luận của cơ quan có thẩm quyền.",
    "Đề nghị người dân theo dõi hướng dẫn của chính quyền địa phương, không chia sẻ thông tin chưa được kiểm chứng.",
    "Đường dây nóng {phone} hoạt động cả ngày và đêm. Người dân có thể đến nhà văn hóa {place} để được hỗ trợ.",
    "Thông tin tiếp theo được công bố trước {later}h00 tại trang tin của Ủy ban nhân dân tỉnh Thượng Giang.",
)
PLACES = ("phường Sông Thượng", "xã Đại Bình", "thôn Nà Khoang", "xã Yên Lập", "phường Cầu Mới", "xã Tân Hòa")


@dataclass(frozen=True)
class Filled:
    """What to ask for."""

    item: str
    text: str
    rare: str


async def fill(database: Database, many: int) -> Filled:
    """Put statements of about 1,500 characters in public, two texts each."""
    chance = random.Random(7)
    at, item, words, rare = NIGHT, "", "", ""
    for start in range(0, many, 500):
        async with database.write() as tx:
            for number in range(start, min(start + 500, many)):
                at += timedelta(minutes=37)
                incident = an_incident(code=f"B{number}")
                values = {
                    "h": number % 24, "m": number % 60, "later": (number + 4) % 24, "n": chance.randint(20, 9000),
                    "k": chance.randint(0, 60), "place": chance.choice(PLACES), "phone": f"0200{number:06d}",
                }  # fmt: skip
                body = "\n\n".join(block.format(**values) for block in BLOCKS)
                title = f"THÔNG TIN SỐ {number} VỀ SỰ CỐ TẠI {str(values['place']).upper()}"
                text = "\n\n".join([title, body, body.replace("Đề nghị", "Mời")])
                texts = {"vi/full": text, "vi/short": text[:400]}
                state, author = StatementState.PUBLISHED, Author.PERSON
                version = StatementVersion(
                    incident.id, 1, state, texts, version_sha256(texts), author, at, "p1", "x", published_at=at
                )
                await incidents.add(tx, incident)
                await statements.add_version(tx, version)
                await deliveries.queue(tx, incident.id, 1, "newsroom", at)
                await deliveries.claim(tx, incident.id, 1, "newsroom", 1, at)
                reference = f"{incident.id}-1"
                await deliveries.settle(tx, incident.id, 1, "newsroom", 1, DeliveryState.SENT, at, reference=reference)
                if number == many // 2:
                    item, words, rare = reference, text, str(values["phone"])
    return Filled(item, words, rare)


async def serve(database: Database) -> TestServer:
    """The pages and an empty handler."""

    async def ready() -> Mapping[str, CheckResult]:
        return {}

    async def empty(_request: web.Request) -> web.Response:
        return web.Response(text="")

    application = web.Application()
    application.router.add_get("/v1/empty", empty)
    add_routes(application, WebParts(database, SystemClock(), lambda: AGENCY, "https://tin.example.vn", ready))
    server = TestServer(application)
    await server.start_server()
    return server


async def measure(ask: Callable[[], Awaitable[int]], rounds: int) -> tuple[float, float, int]:
    """Median and 95th percentile in milliseconds, and the size of the answer on the wire."""
    await ask()
    took, size = [], 0
    for _ in range(rounds):
        before = time.perf_counter()
        size = await ask()
        took.append((time.perf_counter() - before) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=20)[-1], size


async def run(url: str, many: int, folder: Path) -> None:
    """Fill, ask, print."""
    await upgrade_async(url)
    database = Database(url)
    filled = await fill(database, many)
    async with database.write() as tx:
        await tx.exec_driver_sql("ANALYZE")  # PostgreSQL does so by itself within a minute
    server = await serve(database)
    base = str(server.make_url("")).rstrip("/")
    async with ClientSession(auto_decompress=False) as session:

        def get(path: str, **headers: str) -> Callable[[], Awaitable[int]]:
            async def ask() -> int:
                async with session.get(base + path, headers={"Accept-Encoding": "gzip", **headers}) as answer:
                    assert answer.status in (200, 304), answer.status
                    return len(await answer.read())

            return ask

        def post(text: str) -> Callable[[], Awaitable[int]]:
            async def ask() -> int:
                async with session.post(f"{base}/verify", data={"text": text}) as answer:
                    assert answer.status == 200, answer.status
                    return len(await answer.read())

            return ask

        async with session.get(f"{base}/newsroom") as answer:
            tag = answer.headers["ETag"]
        asked = {
            "an empty handler": get("/v1/empty"),
            "the listing": get("/newsroom"),
            "the listing, unchanged (304)": get("/newsroom", **{"If-None-Match": tag}),
            "the last page of the listing": get(f"/newsroom?page={max(1, many // 20)}"),
            "one statement": get(f"/newsroom/{filled.item}"),
            "JSON Feed": get("/newsroom/feed.json"),
            "a search for a common word": get("/newsroom?q=nguoi+dan"),
            "a search for a rare word": get(f"/newsroom?q={filled.rare}"),
            "a search that finds nothing": get("/newsroom?q=khongcotunay"),
            "the map (sitemap.xml)": get("/sitemap.xml"),
            "/verify, exact": post(filled.text),
            "/verify, one number changed": post(filled.text.replace("hộ dân", "1 hộ dân", 1)),
            "/verify, unknown": post("Giá xăng tăng ba nghìn đồng. " * 40),
        }
        print(f"{many} statements, {database.url.get_backend_name()}\n")
        print("| what | p50 | p95 | beside an empty handler | bytes |\n|---|---|---|---|---|")
        bare = 0.0
        for name, ask in asked.items():
            middle, high, size = await measure(ask, ROUNDS if "map" not in name else 10)
            bare = bare or middle
            print(f"| {name} | {middle:.1f} ms | {high:.1f} ms | {middle / bare:.0f}x | {size:,} |", flush=True)
    export = Export(database, SystemClock(), lambda: AGENCY, Target(folder / "www", "https://tin.example.vn"))
    for name in ("all files, the first time", "all files, nothing changed"):
        before = time.perf_counter()
        written = await export.write()
        print(f"| export: {name} ({written.files} files) | {time.perf_counter() - before:.1f} s | | | |", flush=True)
    await server.close()
    await database.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="keng-newsroom-"))
    server = Server(durable=True) if arguments.postgres else None
    try:
        url = server.url(server.create()) if server else f"sqlite:///{folder / 'keng.db'}"
        asyncio.run(run(url, arguments.statements, folder))
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
