"""A text is added to a file of examples in place, whatever way people wrote the file."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from bot.playbooks import PlaybookFaults
from bot.playbooks.append import CannotAppend, addition
from bot.playbooks.examples import LabelledText, load_labelled_texts

WATER = "water-contamination"
NEW = 'Nước máy sủi "bọt": trắng # như \\ xà phòng 😷'

WRITTEN = """\
# What people write about water. Keep it short.
news:
  - "Nước máy đục"   # từ báo
  - 'Mất nước ba ngày'

# Chat.
social:  # không viết tên người
    - nước gì mà
      hôi quá
    # hết

no_diacritics: []
english: ["Tap water smells", "No water",]
indirect:
- |
  Vòi mở ra
  toàn mùi lạ
"""


@pytest.fixture
def examples(folder: Path) -> Path:
    made = folder / "examples"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    return made


def put(folder: Path, style: str, text: str = NEW, playbook: str | None = WATER) -> str:
    """Add the text; the file's content then."""
    change = addition(folder, LabelledText(playbook, style, text))
    change.carry_out()
    content = change.path.read_text(encoding="utf-8")
    assert text in content.splitlines()[change.line - 1].replace('\\"', '"').replace("\\\\", "\\")
    return content


@pytest.mark.parametrize("style", ["news", "social", "no_diacritics", "english", "indirect"])
def test_the_text_comes_last_of_its_style_and_every_other_line_stays(folder: Path, examples: Path, style: str) -> None:
    (examples / f"{WATER}.yaml").write_text(WRITTEN, encoding="utf-8")
    before = load_labelled_texts(examples)
    content = put(folder, style)
    after = load_labelled_texts(examples)
    assert [text for text in after if text.text != NEW] == list(before)
    assert [text.text for text in after if text.style == style][-1] == NEW
    untouched = [line for line in WRITTEN.splitlines() if line in content.splitlines()]
    flow = {"no_diacritics", "english"}
    assert len(untouched) == len(WRITTEN.splitlines()) - (style in flow)
    assert all(comment in content for comment in ("# What people write", "# từ báo", "# không viết tên người", "# hết"))


def test_a_style_that_the_file_lacks_is_begun_at_its_end(folder: Path, examples: Path) -> None:
    (examples / f"{WATER}.yaml").write_text('news:\n    - "Nước máy đục"', encoding="utf-8")
    content = put(folder, "social", "Nước hôi quá")
    assert content == 'news:\n    - "Nước máy đục"\nsocial:\n    - "Nước hôi quá"\n'


def test_a_playbook_without_a_file_gets_one(folder: Path, examples: Path) -> None:
    examples.rmdir()
    assert put(folder, "social", "Nước hôi quá") == 'social:\n  - "Nước hôi quá"\n'
    assert load_labelled_texts(examples) == (LabelledText(WATER, "social", "Nước hôi quá"),)


def test_a_false_alarm_goes_to_the_texts_that_are_no_crisis_under_a_kind_that_is_there(
    folder: Path, examples: Path
) -> None:
    (examples / "no-crisis.yaml").write_text('adverts:\n  - "Bán máy lọc nước"\n', encoding="utf-8")
    put(folder, "adverts", "Thay lõi lọc nước", playbook=None)
    assert load_labelled_texts(examples)[-1] == LabelledText(None, "adverts", "Thay lõi lọc nước")
    with pytest.raises(CannotAppend, match="must be one of adverts"):
        addition(folder, LabelledText(None, "advert", "Thay lõi lọc nước"))


def test_line_ends_and_mode_of_a_file_are_kept(folder: Path, examples: Path) -> None:
    path = examples / f"{WATER}.yaml"
    path.write_bytes('news:\r\n  - "Một tin"\r\nsocial:\r\n  - "Một bài"\r\n'.encode())
    path.chmod(0o640)
    put(folder, "news", "Hai tin")
    assert path.read_bytes() == 'news:\r\n  - "Một tin"\r\n  - "Hai tin"\r\nsocial:\r\n  - "Một bài"\r\n'.encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [other.name for other in examples.iterdir()] == [path.name]


def test_a_style_or_playbook_that_is_not_there_is_refused(folder: Path, examples: Path) -> None:
    with pytest.raises(CannotAppend, match="must be one of news, social"):
        addition(folder, LabelledText(WATER, "tweet", NEW))
    with pytest.raises(CannotAppend, match="no playbook tap-water any more"):
        addition(folder, LabelledText("tap-water", "news", NEW))


def test_playbooks_that_came_with_the_package_are_not_written(folder: Path) -> None:
    with pytest.raises(CannotAppend, match="name it in the setting `playbooks`"):
        addition(folder, LabelledText(WATER, "news", NEW), packaged=folder.parent)


def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(folder: Path, examples: Path) -> None:
    examples.rmdir()
    examples.write_text("not a folder")
    with pytest.raises(CannotAppend, match=r"cannot be written: .*name it in the setting `playbooks`"):
        addition(folder, LabelledText(WATER, "news", NEW)).carry_out()


def test_a_file_that_cannot_be_read_is_named_and_left_alone(folder: Path, examples: Path) -> None:
    path = examples / f"{WATER}.yaml"
    path.write_text('news: "one text, no list"\n', encoding="utf-8")
    with pytest.raises(PlaybookFaults, match=rf"{WATER}.yaml:1: news"):
        addition(folder, LabelledText(WATER, "news", NEW))


@pytest.mark.parametrize("content", ['{"news": ["Một tin"]}\n', "news:\n- |+\n  Một tin\n\n\nenglish: [a]\n"])
def test_a_way_of_writing_that_cannot_be_added_to_without_harm_is_refused(
    folder: Path, examples: Path, content: str
) -> None:
    (examples / f"{WATER}.yaml").write_text(content, encoding="utf-8")
    style = "social" if content.startswith("{") else "news"
    with pytest.raises(CannotAppend, match="add the text by hand"):
        addition(folder, LabelledText(WATER, style, NEW))
    assert (examples / f"{WATER}.yaml").read_text(encoding="utf-8") == content


def test_what_somebody_else_wrote_in_the_meantime_is_not_overwritten(folder: Path, examples: Path) -> None:
    path = examples / f"{WATER}.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    change = addition(folder, LabelledText(WATER, "news", NEW))
    path.write_text(WRITTEN + "# by hand\n", encoding="utf-8")
    with pytest.raises(CannotAppend, match="try again"):
        change.carry_out()
    assert path.read_text(encoding="utf-8") == WRITTEN + "# by hand\n"


def test_an_addition_is_taken_back_whole_and_done_twice_is_done_once(folder: Path, examples: Path) -> None:
    path = examples / f"{WATER}.yaml"
    for before in (None, WRITTEN):
        if before is not None:
            path.write_text(before, encoding="utf-8")
        change = addition(folder, LabelledText(WATER, "news", NEW))
        change.take_back()
        change.carry_out()
        change.carry_out()
        assert path.read_text(encoding="utf-8").count("xà phòng") == 1
        change.take_back()
        assert (path.read_text(encoding="utf-8") if path.exists() else None) == before
