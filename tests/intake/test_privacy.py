"""Private persons end at the door, and texts that bear a mark of secrecy are refused and not stored."""

from __future__ import annotations

import html
import json
import unicodedata
from typing import Any

import pytest

from bot.intake import privacy
from bot.intake.formats.arrival import Arrival, Understood
from bot.intake.formats.native import NATIVE
from bot.intake.formats.port import Format, json_items
from bot.intake.privacy import LEFT_OUT, is_profile, without_persons
from bot.intake.secrecy import bears_a_mark
from bot.store import alerts, audit, quarantine
from bot.store.database import Database
from tests.intake.conftest import Client
from tests.intake.formats.reading import items


@pytest.mark.parametrize(
    "link",
    [
        "https://www.facebook.com/nguyen.van.mau",
        "https://facebook.com/profile.php?id=100001",
        "https://m.facebook.com/people/Nguyen-Mau/1000",
        "https://x.com/nguoimau",
        "https://www.tiktok.com/@nguoimau",
        "https://www.youtube.com/@nguoimau",
        "https://www.linkedin.com/in/nguoi-mau/",
        "https://zalo.me/0900000000",
        "https://t.me/nguoimau",
    ],
)
def test_a_link_to_a_persons_page_is_a_profile(link: str) -> None:
    assert is_profile(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.facebook.com/nguyen.van.mau/posts/123",
        "https://www.facebook.com/groups/suoivang",
        "https://x.com/nguoimau/status/123",
        "https://www.tiktok.com/@nguoimau/video/7",
        "https://www.youtube.com/watch?v=abc",
        "https://bao.example.vn/nguyen-van-mau",
        "https://facebook.com/",
        "https://[::1",
        "not a link",
    ],
)
def test_a_link_to_what_was_said_is_none(link: str) -> None:
    assert not is_profile(link)


def test_what_names_the_writer_is_dropped_and_said_to_be() -> None:
    payload = {
        "title": "x",
        "author": {"name": "Người Đăng"},
        "authority": "UBND",
        "posts": [{"userName": "nguoi", "tác_giả": "Người", "text": "xem https://x.com/nguoimau nhé", "user_count": 3}],
        "sources": ["https://x.com/nguoimau", "https://bao.example.vn/a"],
        "matched_profile": ["topic"],
        "avatar": None,
    }
    cleaned = without_persons(payload)
    assert cleaned.value == {
        "title": "x",
        "authority": "UBND",
        "posts": [{"text": f"xem {LEFT_OUT} nhé", "user_count": 3}],
        "sources": ["https://bao.example.vn/a"],
        "matched_profile": ["topic"],
    }
    assert cleaned.dropped == ["author", "posts[0].userName", "posts[0].tác_giả", "posts[0].text", "sources[0]"]


MARKED = [
    "Văn bản MẬT về phương án",
    "MẬT",
    "TỐI MẬT\nKế hoạch",
    "Hồ sơ (TUYỆT MẬT)",
    "CÔNG VĂN MẬT SỐ 12",
    "Độ mật: Tối mật",
    "tài liệu đóng dấu MẬT bị lộ",
    unicodedata.normalize("NFD", "văn bản TỐI MẬT"),
]
NOT_MARKED = [
    "BẢO MẬT THÔNG TIN",
    "LỘ MẬT KHẨU NGÂN HÀNG",
    "Bí mật của thành công",
    "uống mật ong",
    "HỌC SINH NGỘ ĐỘC VÌ UỐNG MẬT CÁ TRẮM",
    "LỘ BÍ MẬT GIA ĐÌNH",
    "BUỔI TỐI MẬT ĐỘ XE TĂNG",
    "MẤT NƯỚC",
    "mật độ dân số",
]


def marked(text: Any) -> bool:
    value = {"title": "x", "inner": [{"summary": text}]}
    return bears_a_mark(value, json.dumps(value, ensure_ascii=False))


@pytest.mark.parametrize("text", MARKED)
def test_a_stamp_is_a_mark(text: str) -> None:
    assert marked(text)


@pytest.mark.parametrize("text", NOT_MARKED)
def test_a_word_that_only_sounds_like_it_is_none(text: str) -> None:
    assert not marked(text)


def test_a_field_may_state_it() -> None:
    value = {"title": "x", "do_mat": "Tối mật"}
    assert bears_a_mark(value, json.dumps(value, ensure_ascii=False))


async def test_a_marked_text_is_refused_told_and_not_stored(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json={"title": "Kế hoạch di dời", "summary": "Văn bản MẬT số 7"})
    body = await answer.json()
    assert (answer.status, body["type"]) == (422, "about:blank#marked_secret")
    assert (body["refused"], body["results"][0]["outcome"]) == (1, "refused")
    async with database.read() as tx:
        assert await alerts.unplaced(tx) == []
        assert await quarantine.waiting(tx) == []
        (entry,) = [entry async for entry in audit.entries(tx)]
    assert entry.event.act == "refuse_secret"
    assert entry.event.details["feed"] == "default"
    assert "di dời" not in repr(entry)


async def test_the_others_of_an_array_are_accepted(door: Client, database: Database) -> None:
    answer = await door.post("/v1/alerts", json=[{"title": "TUYỆT MẬT"}, {"title": "Cá chết"}])
    body = await answer.json()
    assert (answer.status, body["accepted"], body["refused"]) == (202, 1, 1)
    async with database.read() as tx:
        assert len(await alerts.unplaced(tx)) == 1


async def test_no_private_person_is_in_the_database(door: Client, database: Database) -> None:
    sent = {"title": "Cá chết", "sources": [{"url": "https://bao.example.vn/a", "author": "Người Đăng"}]}
    accepted = await (await door.post("/v1/alerts", json=sent)).json()
    broken = {"title": 7, "author": "Người Đăng"}
    await door.post("/v1/alerts", json=broken)
    async with database.read() as tx:
        (waiting,) = await quarantine.waiting(tx)
        kept = await raw_of(tx, accepted["results"][0]["id"])
    assert "Người Đăng" not in waiting.raw.decode() + kept


async def raw_of(tx: Any, alert_id: str) -> str:
    from sqlalchemy import select

    from bot.store.schema import alerts as table

    return bytes((await tx.execute(select(table.c.raw).where(table.c.id == alert_id))).scalar_one()).decode()


def test_a_mark_that_only_the_format_brings_to_light_is_found() -> None:
    def read(value: Any, arrival: Arrival) -> Understood:
        return NATIVE.read({"title": html.unescape(value["title"])}, arrival)

    vendor = Format("vendor", json_items, read)
    (item,) = items(vendor, {"title": "C&ocirc;ng văn M&#7852;T số 7"})
    assert (item.secret, item.raw, item.alert) == (True, b"", None)


def test_names_of_fields_as_long_as_a_body_are_not_remembered() -> None:
    before = privacy._names_a_person.cache_info().currsize
    odd = {"author" + "x" * 100_000: "ai đó", "x" * 65: "việc gì đó"}
    assert privacy.without_persons(odd).value == odd
    assert privacy._names_a_person.cache_info().currsize == before
