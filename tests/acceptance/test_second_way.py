"""The second way from outside: Telegram goes away, letters go out, their links work (scenarios 18 and 25)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import text_of
from tests.acceptance.service import PHAT, Keng, until
from tests.postoffice import PostOffice, link_in, post_office_outside

FACTOR_LINK = re.compile(r"https?://\S+/signoff/f/[a-z2-7]{50}\b")
SECRET, PAIRING = re.compile(r'class="secret">([A-Z2-7 ]+)<'), re.compile(r'class="aloud-code">(\w+)<')
MAILBOX, DEPUTYS = "phat@thuonggiang.example.vn", "pho@thuonggiang.example.vn"


@pytest.fixture(scope="module")
def post() -> Iterator[PostOffice]:
    with post_office_outside() as office:
        yield office


@pytest.fixture(scope="module")
def keng(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore, post: PostOffice) -> Iterator[Keng]:
    """An installation with a mail server beside the simulated Telegram."""
    running = Keng(
        tmp_path_factory.mktemp("keng"),
        simulator_inside=True,
        KENG_EMAIL__SMTP=f"127.0.0.1:{post.port}",
        KENG_EMAIL__FROM="keng@thuonggiang.example.vn",
        KENG_EMAIL__STARTTLS="false",
        **new_store(),
    )
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def outage(keng: Keng) -> Iterator[None]:
    keng.phones.fault(kind="refuse", method="*", times=None)
    yield
    keng.phones.no_faults()


def letter_about(post: PostOffice, matter: dict[str, Any]) -> Any:
    found = [m for m in post.to(MAILBOX) if matter["code"] in m["Subject"]]
    return found[-1] if found else None


def opened(keng: Keng, title: str, place: str) -> dict[str, Any]:
    """A matter that nobody sees in a chat, since Telegram is away, and Keng knows it.

    Until a call has failed nothing is away yet: a clock set forward before that would move the beginning with it.
    """
    before = len(log_of(keng))
    matter = keng.open(title, location={"text": place}, cards_in=())
    until(lambda: "telegram_not_sent" in log_of(keng)[before:], "a card that could not be sent")
    return matter


def log_of(keng: Keng) -> str:
    return keng.service.log.read_text(encoding="utf-8")


def open_by_link(link: str, **typed: str) -> tuple[httpx.Client, httpx.Response]:
    """Look, then press, as a person does."""
    browser = httpx.Client(follow_redirects=True, timeout=30)
    door = browser.get(link)
    return browser, browser.post(link, data={"form": field(door.text), **typed})


def field(page: str, act: str = "") -> str:
    found = re.search(rf'action="[^"]*{act}"[^>]*>.*?name="form" value="([^"]+)"', page, re.S)
    assert found, page
    return found.group(1)


def test_18_while_telegram_is_away_letters_go_out_and_a_decision_is_made_by_one(
    keng: Keng, post: PostOffice, outage: None
) -> None:
    del outage
    matter = opened(keng, "Clip cán bộ quát mắng người dân ở xã Suối Vàng", "xã Suối Vàng")
    assert matter["level"] <= 2
    assert post.to(MAILBOX) == [], "not before it is sure that Telegram is away"
    keng.phones.do("clock", advance=90)
    letter = until(lambda: letter_about(post, matter), "the letter", 60)
    assert "Telegram bị gián đoạn" in letter.get_content()
    browser, room = open_by_link(link_in(letter))
    for line in text_of(keng, matter).splitlines():
        assert line in room.text
    answer = browser.post(f"{room.url}/return", data={"form": field(room.text, "/return"), "words": "Sai địa danh"})
    assert "Đã trả lại bản 1" in answer.text
    assert keng.incident(matter["id"])["versions"][-1]["state"] == "returned"

    keng.phones.no_faults()
    shown = until(lambda: keng.phones.cards(PHAT, matter["code"]), "the card once Telegram is back", 60)
    until(lambda: "Sai địa danh" in keng.phones.cards(PHAT, matter["code"])[-1]["text"], "the decision on the card")
    assert "Telegram gián đoạn: đã gửi thư điện tử cho" in keng.phones.cards(PHAT, matter["code"])[-1]["text"]
    assert shown
    timeline = [e["act"] for e in keng.incident(matter["id"])["timeline"]]
    for act in ("move", "letter", "signoff_open", "return"):
        assert act in timeline
    token = link_in(letter).rpartition("/")[2]
    assert token not in log_of(keng)
    assert keng.audit_is_whole()


def test_25_without_a_second_factor_a_link_approves_nothing_and_says_how_to_enrol(
    keng: Keng, post: PostOffice, outage: None
) -> None:
    del outage
    matter = opened(keng, "Rao bán dữ liệu khám bệnh của người dân Đồi Thông", "xã Đồi Thông")
    keng.phones.do("clock", advance=90)
    letter = until(lambda: letter_about(post, matter), "the letter", 60)
    browser, room = open_by_link(link_in(letter))
    assert "chưa đăng ký mã xác thực" in room.text
    assert f"{room.url.path}/approve" not in room.text
    forged = browser.post(f"{room.url}/approve", data={"form": field(room.text, "") if "<form" in room.text else "x"})
    assert forged.status_code == 403
    assert keng.incident(matter["id"])["versions"][-1]["state"] == "draft"


def test_25_a_forwarded_letter_opens_nothing_for_a_second_browser(keng: Keng, post: PostOffice, outage: None) -> None:
    del outage
    matter = opened(keng, "Cá chết trắng sông, nghi xả thải ở An Lộc Thượng", "xã An Lộc Thượng")
    keng.phones.do("clock", advance=90)
    link = link_in(until(lambda: letter_about(post, matter), "the letter", 60))
    open_by_link(link)
    second = httpx.get(link, follow_redirects=True)
    assert second.status_code == 403
    assert "đã được mở trên thiết bị khác" in second.text
    assert text_of(keng, matter).splitlines()[0] not in second.text


def test_25_a_tampered_link_is_unknown_and_tells_nothing(keng: Keng, post: PostOffice, outage: None) -> None:
    del outage
    matter = opened(keng, "Mưa lũ ngập nhiều nhà, đường bị chia cắt ở xã Đá Bạc", "xã Đá Bạc")
    keng.phones.do("clock", advance=90)
    link = link_in(until(lambda: letter_about(post, matter), "the letter", 60))
    base, _, token = link.rpartition("/")
    for changed in (token[:-1] + ("a" if token[-1] != "a" else "b"), token[1:] + token[0], token[:-1], token.upper()):
        answer = httpx.get(f"{base}/{changed}", follow_redirects=True)
        assert answer.status_code == 404, changed
        assert matter["code"] not in answer.text
    assert httpx.get(link).status_code == 200, "the true one still stands"


def test_25_stale_words_are_refused_a_double_press_counts_once_and_of_two_edits_one_wins(
    keng: Keng, post: PostOffice, outage: None
) -> None:
    del outage
    matter = opened(keng, "Điện chập chờn, nhiều hộ mất điện cả tối ở xã Đồi Thông", "xã Đồi Thông")
    assert matter["level"] <= 2
    keng.phones.do("clock", advance=90)
    until(lambda: letter_about(post, matter), "the letter", 60)
    phat, seen = open_by_link(link_in(letter_about(post, matter)))
    deputys = until(lambda: [m for m in post.to(DEPUTYS) if matter["code"] in m["Subject"]], "the deputy's letter", 60)
    pho, room = open_by_link(link_in(deputys[-1]))
    form = {"form": field(room.text, "/edit"), "words": f"Bản sửa qua thư cho vụ {matter['code']}."}
    first, second = pho.post(f"{room.url}/edit", data=form), pho.post(f"{room.url}/edit", data=form)
    assert "bản 2" in first.text
    assert second.status_code == 200
    assert len(keng.incident(matter["id"])["versions"]) == 2, "the same form twice is one edit"
    late = phat.post(f"{seen.url}/edit", data={"form": field(seen.text, "/edit"), "words": "Bản sửa đến sau."})
    assert "không còn" in late.text or "đã cũ" in late.text
    back = phat.post(f"{seen.url}/return", data={"form": field(seen.text, "/return"), "words": "Bản cũ"})
    assert "Đã trả lại" not in back.text
    versions = keng.incident(matter["id"])["versions"]
    assert [v["state"] for v in versions] == ["voided", "draft"]
    assert versions[-1]["texts"]["vi/full"] == form["words"]
    told = [e["details"]["outcome"] for e in keng.incident(matter["id"])["timeline"] if e["details"].get("refused")]
    assert told.count("stale_version") == 2


def test_25_somebody_with_a_mailbox_and_no_telegram_enrols_by_letter_and_approves(
    keng: Keng, post: PostOffice, outage: None
) -> None:
    del outage
    made = keng.command("people", "factor", "phat", "--with", "pho")
    assert made.returncode == 0, made.stderr
    own, asked = (until(lambda box=box: factor_link(post, box), "the link", 30) for box in (MAILBOX, DEPUTYS))
    phat, room = open_by_link(own, code=made.stdout.strip())
    (groups,), (pairing,) = SECRET.findall(room.text), PAIRING.findall(room.text)
    app = pyotp.TOTP(groups.replace(" ", ""))
    _, vouched = open_by_link(asked, code=pairing)
    assert "anh/chị xác nhận Nguyễn Văn Phát" in vouched.text
    done = phat.post(f"{room.url}/confirm", data={"form": field(room.text, "/confirm"), "code": shown_by(keng, app)})
    assert "Đã đăng ký xong" in done.text
    assert groups not in done.text
    until(lambda: len(post.to(MAILBOX)) and "vừa được đăng ký" in words_of(post.to(MAILBOX)[-1]), "word of it", 30)

    matter = opened(keng, "Sạt lở chắn đường vào bản, xe không qua được ở xã Suối Vàng", "xã Suối Vàng")
    keng.phones.do("clock", advance=90)
    letter = until(lambda: letter_about(post, matter), "the letter", 60)
    browser, page = open_by_link(link_in(letter))
    form = {"form": field(page.text, "/approve"), "code": shown_by(keng, app)}
    answer = browser.post(f"{page.url}/approve", data=form)
    assert "đã duyệt bản 1" in answer.text
    assert keng.incident(matter["id"])["versions"][-1]["state"] in ("approved", "published")
    assert keng.audit_is_whole()
    for secret in (app.secret, pairing, made.stdout.strip(), own.rpartition("/")[2]):
        assert secret not in log_of(keng)


def shown_by(keng: Keng, app: pyotp.TOTP) -> str:
    """What the app shows in half a minute, which nobody has used: phones may be that early."""
    now = datetime.fromisoformat(keng.phones.do("clock", advance=0)["now"])
    return app.at(now + timedelta(seconds=30))


def words_of(letter: Any) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content())


def factor_link(post: PostOffice, mailbox: str) -> str | None:
    found = [link for letter in post.to(mailbox) for link in FACTOR_LINK.findall(words_of(letter))]
    return found[-1] if found else None
