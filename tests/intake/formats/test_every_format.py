"""What holds for every format: no person is kept, what is kept can be read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.intake.feeds import FeedConfig
from bot.intake.parcel import open_parcel
from tests.intake.formats.reading import NOW, SAMPLES, form, headers_of, payload_files

PERSONS = (
    "Người Đăng",
    "Người Viết",
    "nguoi.dang.mau",
    "me.png",
    "phongvien",
    "Nguyễn Văn Mẫu",
    "Nguyen Van Mau",
    "0900",
)


def payloads() -> Iterator[tuple[str, Path]]:
    for folder in sorted(SAMPLES.iterdir()):
        for file in payload_files(folder.name):
            yield folder.name, file


EVERY = [pytest.param(name, file, id=f"{name}-{file.stem}") for name, file in payloads()]


@pytest.mark.parametrize(("name", "file"), EVERY)
def test_every_sample_is_understood(name: str, file: Path) -> None:
    parcel = open_parcel("f", FeedConfig(format=form(name)), file.read_bytes(), headers_of(file), NOW)
    assert [item.fault for item in parcel.items if item.alert is None] == []
    assert all(item.alert is not None and item.alert.title for item in parcel.items)


@pytest.mark.parametrize(("name", "file"), EVERY)
def test_no_person_is_in_what_is_kept_or_understood(name: str, file: Path) -> None:
    for item in open_parcel("f", FeedConfig(format=form(name)), file.read_bytes(), headers_of(file), NOW).items:
        kept = item.raw.decode() + repr(item.alert)
        assert [person for person in PERSONS if person in kept] == []


@pytest.mark.parametrize(("name", "file"), EVERY)
def test_what_is_kept_of_an_item_is_read_again_as_the_same_alert(name: str, file: Path) -> None:
    for item in open_parcel("f", FeedConfig(format=form(name)), file.read_bytes(), headers_of(file), NOW).items:
        (again,) = open_parcel("f", FeedConfig(format=form(name)), item.raw, {}, NOW).items
        assert again.sha256 == item.sha256
        assert again.alert is not None and item.alert is not None
        assert repr(again.alert).replace(again.id, "") == repr(item.alert).replace(item.id, "")


@pytest.mark.parametrize("name", sorted({name for name, _ in payloads()}))
def test_every_format_of_the_settings_has_samples(name: str) -> None:
    from typing import get_args

    from bot.settings.feeds import FeedFormat

    assert name in get_args(FeedFormat)
    assert set(get_args(FeedFormat)) == {folder.name for folder in SAMPLES.iterdir()}
