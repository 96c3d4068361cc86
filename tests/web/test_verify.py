"""``/verify``: exactly published, published among other words, changed, unknown; and nothing that is not public."""

from __future__ import annotations

import logging
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from bot.model.statement import StatementKind, text_sha256, version_sha256
from bot.store.database import Database
from bot.web.answering import Turns
from tests.web.published import WATER, follow, put
from tests.web.test_newsroom import Client, client

__all__ = ["client"]

JSON = {"Accept": "application/json"}


async def asked(client: Client, text: str) -> dict[str, Any]:
    answer = await client.post("/verify", data={"text": text}, headers=JSON)
    assert answer.status == 200
    said: dict[str, Any] = await answer.json()
    return said


async def page(client: Client, text: str, path: str = "/verify") -> str:
    answer = await client.post(path, data={"text": text})
    assert answer.status == 200
    return await answer.text()


@pytest.mark.parametrize(
    "copy",
    [
        WATER,
        WATER.replace("\n", "\r\n"),
        WATER.replace("\n\n", " "),
        f"\n\n  {WATER}  \n",
        unicodedata.normalize("NFD", WATER),
        WATER.replace(" ", "\u00a0"),
        WATER.replace("người", "ngư\u200bời"),
    ],
)
async def test_exactly_these_words_in_any_spacing_are_known(client: Client, database: Database, copy: str) -> None:
    item = await put(database, WATER)
    said = await asked(client, copy)
    assert (said["verdict"], said["published"]) == ("exact", True)
    (match,) = said["matches"]
    assert match["address"] == f"https://keng.example.vn/newsroom/{item}"
    assert match["sha256"] == text_sha256(WATER)
    assert match["stands"] is True
    assert "Đúng nguyên văn bản đã công bố" in await page(client, copy)


async def test_one_changed_number_is_not_the_published_text(client: Client, database: Database) -> None:
    await put(database, WATER)
    said = await asked(client, WATER.replace("12 người", "120 người"))
    assert (said["verdict"], said["published"]) == ("altered", False)
    assert ["removed", "12"] in said["differences"][0]["stretches"]
    assert ["added", "120"] in said["differences"][0]["stretches"]
    html = await page(client, WATER.replace("12 người", "120 người"))
    assert "Không phải nguyên văn" in html
    assert "120</ins>" in html


async def test_a_whole_page_of_ours_copied_by_hand_is_exact(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    await follow(
        database, item.rpartition("-")[0], 2, "CẬP NHẬT\n\nNước đã sạch.", kind=StatementKind.UPDATE, refers_to=1
    )
    for path in (f"/newsroom/{item}", f"/en/newsroom/{item}"):
        html = await (await client.get(path)).text()
        said = await asked(client, _as_copied(html))
        assert (said["verdict"], said["extra"]) == ("exact", [])


async def test_a_caption_around_the_words_is_told_apart(client: Client, database: Database) -> None:
    await put(database, WATER)
    said = await asked(client, f"Kênh UBND tỉnh, [23.11.2026 02:00]\n{WATER}\n\nCó 5 người chết!!!")
    assert (said["verdict"], said["published"]) == ("within", False)
    assert said["extra"] == ["Kênh UBND tỉnh, [23.11.2026 02:00]", "Có 5 người chết!!!"]
    assert "kèm nội dung khác" in await page(client, f"{WATER}\n\nCó 5 người chết!!!")


async def test_what_was_corrected_since_no_longer_stands(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    later = await follow(
        database, item.rpartition("-")[0], 2, "ĐÍNH CHÍNH\n\nCó 2 người.", kind=StatementKind.CORRECTION, refers_to=1
    )
    said = await asked(client, WATER)
    (match,) = said["matches"]
    assert (said["verdict"], match["state"], match["stands"]) == ("exact", "corrected", False)
    assert match["later"][0]["address"] == f"https://keng.example.vn/newsroom/{later}"
    html = await page(client, WATER)
    assert "không còn hiệu lực" in html
    assert f"/newsroom/{later}" in html


@pytest.mark.parametrize("variant", ["vi/full", "en/full", "vi/short", "vi/loudspeaker"])
async def test_every_text_of_a_version_is_known(client: Client, database: Database, variant: str) -> None:
    texts = {
        "vi/full": WATER,
        "en/full": "FIRST INFORMATION ON TAP WATER\n\nTwelve people went to the health station today.",
        "vi/short": "Nước máy phường Sông Thượng có mùi lạ; không dùng để ăn uống. Thông tin tiếp theo trước 18h00.",
        "vi/loudspeaker": "Kính thưa bà con. Nước máy hôm nay có mùi lạ. Bà con không dùng nước máy để nấu ăn.",
    }
    await put(database, texts)
    said = await asked(client, texts[variant])
    assert (said["verdict"], [m["variant"] for m in said["matches"]]) == ("exact", [variant])
    assert (await asked(client, texts[variant].replace("nay", "qua") + " Xin nhắc lại."))["published"] is False


async def test_a_hash_of_a_text_or_of_a_version_is_known_by_a_plain_link(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    for known in (text_sha256(WATER), version_sha256({"vi/full": WATER}).upper()):
        answer = await client.get("/verify", params={"hash": known})
        html = await answer.text()
        assert "Mã này thuộc về bản đã công bố" in html
        assert f"/newsroom/{item}" in html
        assert (await (await client.get("/verify", params={"hash": known}, headers=JSON)).json())["verdict"] == "exact"
    assert "Không có bản công bố nào mang mã này" in await (await client.get(f"/verify?hash={'0' * 64}")).text()


async def test_drafts_and_drills_are_unknown_by_text_by_likeness_and_by_hash(
    client: Client, database: Database
) -> None:
    drill = WATER.replace("12", "77")
    await put(database, WATER, approved=False)
    await put(database, drill, hours=1, drill=True)
    for text in (WATER, drill, WATER.replace("12 người", "13 người"), text_sha256(WATER), text_sha256(drill)):
        said = await asked(client, text)
        assert (said["verdict"], said["matches"], said["differences"]) == ("unknown", [], [])


async def test_what_nobody_published_is_not_called_false(client: Client, database: Database) -> None:
    await put(database, WATER)
    html = await page(client, "Giá xăng tăng 3.000 đồng từ 15h00 hôm nay.")
    assert "Không tìm thấy trong các nội dung đã công bố" in html
    assert "không có nghĩa là nội dung đúng hay sai" in html


async def test_english_readers_are_answered_in_english(client: Client, database: Database) -> None:
    await put(database, WATER)
    assert "Exactly what was published" in await page(client, WATER, "/en/verify")


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"text": 5}', '{"text": null}', "{}", '"x"', "\xff", r'{"text": "\ud800"}']
)
async def test_json_that_is_no_question_is_a_400(client: Client, body: str) -> None:
    headers = {**JSON, "Content-Type": "application/json"}
    answer = await client.post("/verify", data=body.encode("latin-1"), headers=headers)
    assert answer.status == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\u202e" * 100, "%" * 500, "\U0001f9d1\u200d\U0001f33e"])
async def test_odd_characters_are_answered(client: Client, database: Database, text: str) -> None:
    await put(database, WATER)
    assert (await client.post("/verify", json={"text": text}, headers=JSON)).status == 200
    assert (await client.post("/verify", data={"text": text})).status == 200


@pytest.mark.parametrize("raw", [b"text=%ED%A0%80", b"text=%FF%FE", b"text=\xff\xfe", b"text=%u1234&text=b"])
async def test_bytes_that_are_no_text_are_answered(client: Client, raw: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/verify", data=raw, headers=headers)).status == 200


async def test_a_text_longer_than_any_statement_is_refused(client: Client) -> None:
    assert (await client.post("/verify", data={"text": "á" * 20_001})).status == 413
    assert (await client.post("/verify", data=b"text=" + b"a" * 300_000)).status == 413
    answer = await client.post("/verify", data={"text": "á" * 20_000})
    assert answer.status == 200


@pytest.mark.parametrize("media", ["multipart/form-data; boundary=x", "application/xml", "image/png", "x", ""])
async def test_other_forms_are_not_read(client: Client, media: str) -> None:
    assert (await client.post("/verify", data=b"<x/>", headers={"Content-Type": media})).status == 400


async def test_many_fields_are_not_read(client: Client) -> None:
    body = "&".join(f"text{n}=1" for n in range(5_000)).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/verify", data=body, headers=headers)).status == 400


async def test_nothing_pasted_is_an_invitation(client: Client) -> None:
    assert "Chưa có nội dung để kiểm tra" in await page(client, " \n ")
    assert (await client.post("/verify", data={"text": ""}, headers=JSON)).status == 400
    assert (await client.get("/verify", headers=JSON)).status == 400


async def test_what_was_pasted_is_shown_again_and_runs_nothing(client: Client) -> None:
    html = await page(client, "</textarea><script>alert(1)</script>")
    assert "&lt;/textarea&gt;&lt;script&gt;" in html
    assert "<script" not in html


async def test_what_was_pasted_is_neither_logged_nor_kept_nor_cached(
    client: Client, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await put(database, WATER)
    secret = "Nguyễn Thị Bí Mật 0900000000"
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        answer = await client.post("/verify", data={"text": f"{WATER} {secret}"})
        await client.get(f"/verify?text={quote(secret)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert logs == []
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith(("aiosqlite", "asyncio"))]
    assert not any("Bí Mật" in line for line in ours)
    async with database.read() as tx:
        for table in ("published_texts", "audit"):
            rows = (await tx.exec_driver_sql(f"SELECT * FROM {table}")).fetchall()
            assert not any("Bí Mật" in str(row) for row in rows)


async def test_programs_are_refused_with_problem_documents(client: Client) -> None:
    answer = await client.post("/en/verify", data={"text": "á" * 20_001}, headers=JSON)
    assert (answer.status, answer.content_type) == (413, "application/problem+json")
    assert (await answer.json())["title"] == "The text is too long"


async def test_a_crowd_of_questions_is_sent_away_before_the_desk_suffers() -> None:
    from aiohttp import web

    turns = Turns(at_once=1, waiting=0)
    async with turns.one():
        with pytest.raises(web.HTTPServiceUnavailable):
            async with turns.one():
                raise AssertionError("nobody else is let in")
    async with turns.one():
        pass


def _as_copied(html: str) -> str:
    """What a browser puts on the clipboard, roughly: the visible text, a line for each block."""
    import html as entities
    import re

    body = html.partition("<body>")[2]
    lines = re.sub(
        r"<(p|li|h\d|div|nav|header|footer|ul|ol|main|article|br)\b[^>]*>|</\w+>(?=\s*$)",
        "\n",
        body,
        flags=re.MULTILINE,
    )
    return entities.unescape(re.sub(r"<[^>]+>", "", lines))
