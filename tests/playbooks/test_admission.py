"""Which texts may be learned from: nothing personal, nothing twice, nothing by which matching is judged."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from bot.playbooks.admission import NotAdmitted, admit
from bot.playbooks.examples import load_labelled_texts
from bot.playbooks.near_copies import is_near_copy
from bot.playbooks.personal_data import personal_data

HEADLINE = "Bé hai tháng tuổi tử vong sau mũi 5 trong 1 tại trạm y tế xã Đăk Sương, ngành y tế niêm phong lô vắc xin"


@pytest.fixture
def labelled(folder: Path) -> Path:
    for name, content in {
        "examples/water-contamination.yaml": 'social:\n  - "Nước máy sủi bọt trắng như xà phòng"\n',
        "examples/no-crisis.yaml": 'sports:\n  - "Đội nhà thắng ba không"\n',
        "evaluation/vaccine-reaction.yaml": f'news:\n  - "{HEADLINE}"\n  - "Sốt cao"\n',
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_a_new_text_is_kept_on_one_line(labelled: Path) -> None:
    assert admit(labelled, unicodedata.normalize("NFD", " Nước  máy\n hôi quá 😷 ")) == "Nước máy hôi quá 😷"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("…  !!", "nothing to read"),
        ("Nước\u200b hôi", r"invisible character, U\+200B"),
        ("NUOC MAY sui bot trang, nhu xa phong!", r"stands already in examples/water-contamination.yaml:2"),
        ("doi nha thang ba khong", r"stands already in examples/no-crisis.yaml:2"),
        ("HON 40 cong nhan nhap vien sau bua trua o bep an ca hai", r"stands already in food-poisoning.yaml:\d+"),
        ("sot cao", r"evaluation/vaccine-reaction.yaml:3"),
        (HEADLINE.replace("Đăk Sương", "Tân Lũng"), r"evaluation/vaccine-reaction.yaml:2"),
        (f"Tin nóng: {HEADLINE.lower()}. Mời bà con theo dõi.", r"evaluation/vaccine-reaction.yaml:2"),
        ("Gọi chị chủ quán 0912 345 678 mà hỏi", r"a telephone number \(«0912 345 678»\)"),
    ],
)
def test_what_may_not_be_learned_is_refused_with_the_reason_and_the_place(labelled: Path, text: str, why: str) -> None:
    with pytest.raises(NotAdmitted, match=why):
        admit(labelled, text)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("alo 0912345678 nhé", "a telephone number", "0912345678"),
        ("alo 0912.345.678 nhé", "a telephone number", "0912.345.678"),
        ("alo 0912 34 56 78 nhé", "a telephone number", "0912 34 56 78"),
        ("sdt: +84 912 345 678.", "a telephone number", "+84 912 345 678"),
        ("máy bàn (024) 3825 1234", "a telephone number", "(024) 3825 1234"),
        ("gửi về an.nguyen@so-y-te.vn nha", "an e-mail address", "an.nguyen@so-y-te.vn"),
        ("cccd 001099000001 của em", "an identity number", "001099000001"),
        ("cccd 001 099 000 001 của em", "an identity number", "001 099 000 001"),
        ("xem https://fb.com/abc đi", "a link", "https://fb.com/abc"),
        ("xem fb.me/abc đi", "a link", "fb.me/abc"),
        ("trang baotinh.vn đưa", "a link", "baotinh.vn"),
        ("hỏi @lan_anh99 ấy", "an @name", "@lan_anh99"),
    ],
)
def test_personal_data_is_named_once_with_its_kind(text: str, kind: str, words: str) -> None:
    assert list(personal_data(text)) == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Ngày 22/11/2026, lúc 19h05, 412 bài đăng",
        "Từ 08-09-2026 10 giờ đến 05.11.2026",
        "Dự án 84.000.000.000 đồng, quỹ 100.000.000.000 đồng, phí 0,5%",
        "Nghị định 244/2026/NĐ-CP; tỷ số 3-2; số 0.5; km 84",
        "mưa to.gió lớn.mất điện, 40-50km/h",
    ],
)
def test_dates_sums_and_scores_are_no_personal_data(text: str) -> None:
    assert list(personal_data(text)) == []


def test_the_evaluation_texts_hold_nothing_personal(folder: Path) -> None:
    texts = load_labelled_texts(folder / "evaluation")
    assert len(texts) > 500
    assert [list(personal_data(text.text)) for text in texts if any(personal_data(text.text))] == []


def test_texts_that_share_only_what_everybody_writes_are_no_near_copies() -> None:
    assert not is_near_copy("Sốt cao", "Sốt cao sau khi tiêm")
    assert not is_near_copy("Ai biết gì không", "Mọi người ai biết gì không, xe cứu hỏa chạy rầm rầm")
    assert not is_near_copy(
        "Sập giàn giáo công trình nhà văn hóa ở thị trấn Bãi Trầu, năm thợ hồ rơi từ độ cao 12 m",
        "Sập giàn giáo công trình trung tâm thương mại phường Tân Sen, năm thợ hồ rơi từ tầng bốn",
    )
