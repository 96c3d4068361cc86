from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import LiveIndex, PlaybookIndex, PlaybookProfile, Query
from tests.index.counting_encoder import CountingEncoder


class Office:
    """A folder with a file a playbook, one example a line, and an index that is read from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "playbooks"
        self.folder.mkdir()
        self.cache = folder / "cache"
        self.encoder = CountingEncoder()
        self.write("fire", "cháy chợ Bến Nứa")
        self.write("landslide", "sạt lở bờ sông")

    def write(self, playbook: str, *examples: str) -> None:
        (self.folder / f"{playbook}.txt").write_text("\n".join(examples), encoding="utf-8")

    def files(self) -> list[Path]:
        return list(self.folder.glob("*.txt"))

    def load(self) -> PlaybookIndex:
        profiles = [
            PlaybookProfile(path.stem, path.stem, path.stem, "", "", tuple(path.read_text().splitlines()))
            for path in sorted(self.files())
        ]
        return PlaybookIndex.build(profiles, self.encoder, self.cache)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def live(office: Office) -> LiveIndex[PlaybookIndex]:
    return LiveIndex(office.load, office.files)


def _nearest(live: LiveIndex[PlaybookIndex], text: str) -> str:
    return live.match(Query(title=text)).candidates[0].playbook


def test_a_new_playbook_is_matched_after_a_reload(office: Office, live: LiveIndex[PlaybookIndex]) -> None:
    office.write("strike", "đình công ở khu công nghiệp")
    assert _nearest(live, "đình công ở khu công nghiệp") != "strike"
    assert live.reload()
    assert _nearest(live, "đình công ở khu công nghiệp") == "strike"


def test_a_reload_encodes_only_what_is_new(office: Office, live: LiveIndex[PlaybookIndex]) -> None:
    office.encoder.encoded.clear()
    office.write("fire", "cháy chợ Bến Nứa", "chay kho hang")
    live.reload()
    assert office.encoder.encoded == ["chay kho hang"]


def test_files_that_cannot_be_used_leave_the_old_index_in_force(office: Office, live: LiveIndex[PlaybookIndex]) -> None:
    before = live.current
    office.write("fire")
    assert not live.reload()
    assert live.current is before
    assert "playbook fire has no examples" in str(live.fault)
    assert _nearest(live, "cháy chợ Bến Nứa") == "fire"


def test_mended_files_come_into_force_and_the_fault_goes(office: Office, live: LiveIndex[PlaybookIndex]) -> None:
    office.write("fire")
    live.reload()
    office.write("fire", "cháy rừng")
    assert live.changed()
    assert live.reload()
    assert live.fault is None
    assert _nearest(live, "cháy rừng") == "fire"


def test_without_a_first_index_the_fault_is_raised(office: Office) -> None:
    office.write("fire")
    with pytest.raises(Exception, match="playbook fire has no examples"):
        LiveIndex(office.load, office.files)


def test_the_old_index_answers_while_the_next_is_being_built(office: Office) -> None:
    begun, may_end = threading.Event(), threading.Event()
    may_end.set()

    def load() -> PlaybookIndex:
        begun.set()
        assert may_end.wait(10)
        return office.load()

    live = LiveIndex(load, office.files)
    begun.clear()
    may_end.clear()
    office.write("strike", "đình công")
    with ThreadPoolExecutor(1) as pool:
        reloading = pool.submit(live.reload)
        assert begun.wait(10)
        assert live.match(Query(title="cháy chợ Bến Nứa")).candidates[0].playbook == "fire"
        assert live.read(Query(title="cháy")).vector.shape == (32,)
        assert "strike" not in live.current.ids
        may_end.set()
        assert reloading.result(10)
    assert "strike" in live.current.ids


def test_every_answer_is_of_one_index_however_often_it_is_replaced(
    office: Office, live: LiveIndex[PlaybookIndex]
) -> None:
    """Playbooks a and b are swapped for c and d again and again: nobody ever sees one of each."""

    def write(names: str) -> None:
        for path in office.files():
            path.unlink()
        for name in names:
            office.write(name, f"vụ {name}")

    write("ab")
    live.reload()
    stop = threading.Event()

    def ask() -> Iterator[frozenset[str]]:
        while not stop.is_set():
            yield frozenset(candidate.playbook for candidate in live.match(Query(title="vụ a c")).candidates)

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(lambda: set(ask())) for _ in range(3)]
        for names in ["cd", "ab"] * 10:
            write(names)
            assert live.reload()
        stop.set()
        seen = set().union(*(each.result(10) for each in asking))
    assert seen <= {frozenset("ab"), frozenset("cd")}


@pytest.mark.parametrize("edit", ["written", "added", "removed", "replaced in place"])
def test_every_kind_of_edit_is_noticed(office: Office, live: LiveIndex[PlaybookIndex], edit: str) -> None:
    assert not live.changed()
    path = office.folder / "fire.txt"
    if edit == "written":
        office.write("fire", "cháy chợ Bến Nứa", "cháy kho")
    elif edit == "added":
        office.write("strike", "đình công")
    elif edit == "removed":
        path.unlink()
    else:  # an editor that writes aside and renames: same size, same time
        before = path.stat()
        aside = path.with_suffix(".new")
        aside.write_text("cháy chợ Bến Nữa", encoding="utf-8")
        aside.replace(path)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
    assert live.changed()
    live.reload()
    assert not live.changed()


def test_a_fault_is_not_tried_again_until_a_file_changes(office: Office, live: LiveIndex[PlaybookIndex]) -> None:
    office.write("fire")
    live.reload()
    assert not live.changed()


def test_a_change_while_the_files_are_read_is_seen_the_next_time(office: Office) -> None:
    def load() -> PlaybookIndex:
        index = office.load()
        office.write("strike", "đình công")
        return index

    live = LiveIndex(load, office.files)
    assert "strike" not in live.current.ids
    assert live.changed()
