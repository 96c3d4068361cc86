"""A storm: a great many alerts about twenty matters in a short time, from several connections; and what came of it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import create_engine, text

from bot.store.database import sync_url
from tests.acceptance.service import DUTY, Keng

MATTERS = (
    ("Nước máy có mùi dầu, dân không dám nấu ăn", "phường Sông Thượng"),
    ("Sạt lở đất vùi lấp ba căn nhà sau mưa lớn", "xã Đá Dựng"),
    ("Lợn chết hàng loạt, dân vứt xác xuống kênh", "xã Đồng Rôm"),
    ("Cầu dân sinh bị sập nhịp giữa, xe không qua được", "xã Bến Lau"),
    ("Hơn bốn mươi công nhân nhập viện sau bữa ăn ca", "phường Mỏ Bạc"),
    ("Cháy lớn kho vải trong đêm, khói phủ kín khu phố", "phường Lò Gốm"),
    ("Phụ huynh phản ánh suất ăn bán trú có giòi", "phường Suối Ngọc"),
    ("Cổng dịch vụ công sập cả buổi sáng, dân xếp hàng chờ", "phường Thượng Giang"),
    ("Thủy điện xả lũ không báo trước, ruộng ngập trắng", "xã Khe Sương"),
    ("Bé gái tám tuổi nghi bị bạo hành tại điểm giữ trẻ", "phường Cầu Đất"),
    ("Bệnh nhân tử vong sau tiêm, người nhà vây bệnh viện", "phường Hồ Sen"),
    ("Tài xế xe tải tông liên hoàn năm xe máy ở ngã tư", "phường Ngã Năm"),
    ("Ba học sinh mất tích khi tắm sông chiều nay", "xã Bãi Dâu"),
    ("Hàng trăm công nhân ngừng việc đòi lương thưởng", "phường Kho Muối"),
    ("Cán bộ xã bị tố nhận tiền làm giấy tờ đất", "xã Gò Mít"),
    ("Khói nhà máy tái chế gây khó thở, dân chặn cổng", "xã Ruộng Tre"),
    ("Rò rỉ đề thi tuyển sinh lớp mười trước giờ thi", "phường Văn Chỉ"),
    ("Dữ liệu hộ khẩu của dân bị rao bán trên mạng", "phường Bưu Cục"),
    ("Ổ dịch sốt xuất huyết lan nhanh, trạm y tế quá tải", "xã Vườn Chanh"),
    ("Tiền hỗ trợ bão lũ chia không đều, dân bức xúc", "xã Cồn Lác"),
)
BEFORE = ("", "Nóng: ", "Cập nhật: ", "Người dân phản ánh: ", "Mạng xã hội lan truyền: ")
AFTER = ("", ", nhiều người chia sẻ", ", chính quyền chưa lên tiếng", ", đoạn phim gây xôn xao")


def alerts(number: int) -> Iterator[dict[str, object]]:
    """So many alerts, the matters in turn, each in its twenty wordings, its volume growing."""
    for n in range(number):
        what, place = MATTERS[n % len(MATTERS)]
        told = n // len(MATTERS)
        before, after = BEFORE[told % len(BEFORE)], AFTER[told // len(BEFORE) % len(AFTER)]
        yield {
            "id": f"storm-{n}",
            "title": f"{before}{what} ở {place}{after}",
            "location": {"text": place},
            "volume": {"observed": 100 + told, "baseline": 50},
        }


@dataclass
class Sent:
    """What the senders heard. Times are by the monotonic clock; ``first`` is when the first request left."""

    accepted: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    began: datetime = field(default_factory=lambda: datetime.now().astimezone())
    seconds: float = 0.0
    most_resident: int = 0


async def send(keng: Keng, number: int, seconds: float, *, batch: int = 100, connections: int = 8) -> Sent:
    """Send so many alerts in so many seconds (or longer, when they are not taken as fast); refused ones again."""
    sent, coming = Sent(), alerts(number)
    requests = iter([[next(coming) for _ in range(min(batch, number - at))] for at in range(0, number, batch)])
    begun, turns, each = time.monotonic(), 0, seconds * batch / number

    async def side(http: httpx.AsyncClient) -> None:
        nonlocal turns
        for request in requests:
            turns += 1
            await asyncio.sleep(max(0.0, begun + (turns - 1) * each - time.monotonic()))
            body = json.dumps(request, ensure_ascii=False).encode()
            while True:
                answer = await http.post("/v1/alerts", content=body, headers={"content-type": "application/json"})
                if answer.status_code == 202:
                    sent.accepted += answer.json()["accepted"]
                    break
                sent.refused[answer.status_code] += 1
                assert answer.status_code in (429, 503), answer.text
                await asyncio.sleep(float(answer.headers["Retry-After"]))
            sent.most_resident = max(sent.most_resident, resident(keng))

    async with httpx.AsyncClient(base_url=keng.base, timeout=60) as http:
        await asyncio.gather(*(side(http) for _ in range(connections)))
    sent.seconds = time.monotonic() - begun
    return sent


def resident(keng: Keng) -> int:
    """Resident memory of the service, in bytes."""
    assert keng.service.process is not None
    status = Path(f"/proc/{keng.service.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def waiting(keng: Keng) -> int:
    """Alerts in the store that have no place yet."""
    return _count(keng, "SELECT count(*) FROM alerts WHERE placed_at IS NULL")


def stored(keng: Keng) -> int:
    """Alerts in the store."""
    return _count(keng, "SELECT count(*) FROM alerts")


def _count(keng: Keng, query: str) -> int:
    url = keng.env.get("KENG_DATABASE_URL", f"sqlite:///{keng.folder / 'data' / 'keng.db'}")
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(found)


def refused_cards(keng: Keng) -> list[dict[str, object]]:
    """Calls that would have shown a card, and that Telegram's limits refused."""
    return [call for call in keng.phones.calls() if call["status"] == 429 and "reply_markup" in call["params"]]


def first_cards(keng: Keng) -> dict[str, datetime]:
    """When the first card of each incident was posted in the duty room, by the incident's code."""
    found: dict[str, datetime] = {}
    for call in keng.phones.calls("sendMessage"):
        code = re.search(r"· Vụ việc (\w+)</b>\n", str(call["params"].get("text")))
        if code and call["chat"] == DUTY and call["status"] == 200:
            found.setdefault(code[1], datetime.fromisoformat(call["at"]))
    return found
