"""Edited playbooks come into force in a running process; the encoder is a small one, everything else is real."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bot import app, serving
from bot.app import Keng
from bot.data import Data
from bot.model.card import CardView
from bot.playbooks import default_playbooks_folder
from bot.playbooks.examples import EXAMPLES
from bot.settings import Settings, load_settings
from bot.workflows import Story
from tests.acceptance.service import free_port
from tests.index.counting_encoder import CountingEncoder
from tests.playbooks.editing import change

FOOD = "food-poisoning"
NAME = "Ngộ độc thực phẩm"
SLOW = "Voi rừng quật đổ nhà dân"


class HeldUpEncoder(CountingEncoder):
    """Takes as long over one text as a test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if SLOW in texts:
            self.begun.set()
            assert self.may_go_on.wait(20)
        return super().encode(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A province's own playbooks, with nothing to learn from but their own examples."""
    copy = Path(shutil.copytree(default_playbooks_folder(), tmp_path / "playbooks"))
    shutil.rmtree(copy / EXAMPLES)
    return copy


@pytest.fixture
def encoder() -> HeldUpEncoder:
    return HeldUpEncoder()


@pytest.fixture
def settings(tmp_path: Path, folder: Path, encoder: HeldUpEncoder, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(app, "load_model", lambda *_: encoder)
    monkeypatch.setattr(app, "LOOK_AGAIN_SECONDS", 3_600.0)  # nobody looks unless the test says so
    monkeypatch.setattr(app, "Story", partial(Story, name=f"story-{tmp_path}"))  # a name lives as long as the process
    return load_settings(
        None,
        data_dir=tmp_path / "data",
        index__cache=tmp_path / "cache",
        playbooks=folder,
        http__port=free_port(),
        telegram__mode="simulator",
    )


@pytest.fixture
async def keng(settings: Settings) -> AsyncIterator[Keng]:
    running = Keng(settings, Data.load(settings))
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


async def _look(keng: Keng) -> None:
    assert keng.reloading is not None
    await keng.reloading.look()


async def _ready(keng: Keng) -> tuple[int, str]:
    """The status of /readyz, and what it says of the playbooks."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{keng.settings.http.base_url}/readyz")
    return answer.status_code, answer.json()["checks"]["playbooks"]["detail"]


async def _opened(keng: Keng, title: str) -> str:
    """Send an alert; returns the id of its incident."""
    async with httpx.AsyncClient(base_url=keng.settings.http.base_url) as http:
        answer = await http.post("/v1/alerts", content=json.dumps({"title": title}))
        address = f"/v1/alerts/{answer.json()['results'][0]['id']}"
        async with asyncio.timeout(20):
            while not (incident := (await http.get(address)).json().get("incident")):
                await asyncio.sleep(0.01)
    return str(incident)


async def _card(keng: Keng, incident_id: str) -> CardView:
    async with keng.database.read() as tx:
        card = await keng.desk.card(tx, incident_id)
    assert card is not None
    return card


async def _until(look: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not look():
            await asyncio.sleep(0.01)


async def test_an_edited_playbook_is_on_the_card_without_a_restart(keng: Keng, folder: Path) -> None:
    incident_id = await _opened(keng, keng.data.playbooks[FOOD].examples[0])
    assert (await _card(keng, incident_id)).playbook_name.vi == NAME
    change(folder / f"{FOOD}.yaml", NAME, "Ngộ độc tập thể")
    await _look(keng)
    assert (await _card(keng, incident_id)).playbook_name.vi == "Ngộ độc tập thể"
    assert keng.telegram._replies._questions._playbook_names[FOOD].vi == "Ngộ độc tập thể"


async def test_an_alert_is_placed_while_playbooks_are_being_read(
    keng: Keng, folder: Path, encoder: HeldUpEncoder
) -> None:
    change(folder / f"{FOOD}.yaml", "examples:\n", f"examples:\n  - {SLOW}\n")
    change(folder / f"{FOOD}.yaml", NAME, "Ngộ độc tập thể")
    looking = asyncio.create_task(_look(keng))
    await _until(encoder.begun.is_set)
    card = await _card(keng, await _opened(keng, keng.data.playbooks[FOOD].examples[0]))
    assert card.playbook_name.vi == NAME
    assert not looking.done()
    encoder.may_go_on.set()
    await looking
    assert (await _card(keng, card.incident.id)).playbook_name.vi == "Ngộ độc tập thể"


async def test_an_alert_finds_a_playbook_that_was_added_while_keng_ran(keng: Keng, folder: Path) -> None:
    text = (folder / "drowning-missing.yaml").read_text(encoding="utf-8")
    examples = "examples:\n  - Đàn voi rừng về phá rẫy ở xã Bến Nứa\n  - Voi rừng giẫm nát ruộng ngô\n"
    begin, end = text.index("examples:"), text.index("lead:")
    new = text[:begin] + examples + text[end:]
    (folder / "wild-elephants.yaml").write_text(new.replace("id: drowning-missing", "id: wild-elephants"), "utf-8")
    await _look(keng)
    assert await _ready(keng) == (200, "")
    card = await _card(keng, await _opened(keng, "Đàn voi rừng về phá rẫy ở xã Bến Nứa"))
    assert card.incident.candidates[0].playbook == "wild-elephants"


async def test_a_faulty_file_is_refused_with_its_line_and_the_old_one_stays(
    keng: Keng, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = change(folder / f"{FOOD}.yaml", f"id: {FOOD}", "id: something-else")
    await _look(keng)
    assert f"{FOOD}.yaml:{line}" in capsys.readouterr().out
    status, detail = await _ready(keng)
    assert status == 200
    assert f"{FOOD}.yaml:{line}: id: must be {FOOD}" in detail
    assert keng.data.playbooks[FOOD].name.vi == NAME
    card = await _card(keng, await _opened(keng, keng.data.playbooks[FOOD].examples[0]))
    assert card.incident.candidates[0].playbook == FOOD


async def test_playbooks_and_index_change_together_or_not_at_all(keng: Keng, folder: Path) -> None:
    example = keng.data.playbooks[FOOD].examples[0]
    change(folder / f"{FOOD}.yaml", NAME, "Ngộ độc tập thể")
    change(folder / "epidemic.yaml", "examples:\n", f"examples:\n  - {json.dumps(example, ensure_ascii=False)}\n")
    await _look(keng)
    assert "have the same example" in (await _ready(keng))[1]
    assert keng.data.playbooks[FOOD].name.vi == NAME


async def test_a_mended_file_comes_into_force(keng: Keng, folder: Path) -> None:
    change(folder / f"{FOOD}.yaml", f"id: {FOOD}", "id: something-else")
    await _look(keng)
    change(folder / f"{FOOD}.yaml", "id: something-else", f"id: {FOOD}")
    change(folder / f"{FOOD}.yaml", NAME, "Ngộ độc tập thể")
    await _look(keng)
    assert await _ready(keng) == (200, "")
    assert keng.data.playbooks[FOOD].name.vi == "Ngộ độc tập thể"


async def test_a_card_whose_playbook_went_is_still_a_card(keng: Keng, folder: Path) -> None:
    incident_id = await _opened(keng, keng.data.playbooks[FOOD].examples[0])
    before = await _card(keng, incident_id)
    (folder / f"{FOOD}.yaml").unlink()
    await _look(keng)
    assert FOOD not in keng.data.playbooks
    card = await _card(keng, incident_id)
    assert card.incident.playbook == FOOD
    assert card.playbook_name == keng.data.playbooks["unclassified"].name
    assert FOOD not in {candidate.playbook for candidate in card.candidates}
    assert card.statement == before.statement


async def test_an_organisation_is_kept_through_a_reload(keng: Keng, folder: Path) -> None:
    before = keng.data.organisation
    change(folder / f"{FOOD}.yaml", NAME, "Ngộ độc tập thể")
    await _look(keng)
    assert keng.data.organisation is before


async def test_sighup_reads_the_playbooks_again(settings: Settings) -> None:
    running: list[Keng] = []
    serves = asyncio.create_task(serving.serve(settings, Data.load(settings), started=running.append))
    await _until(lambda: running)
    live = running[0].live
    assert live is not None
    before = live.current
    os.kill(os.getpid(), signal.SIGHUP)
    await _until(lambda: live.current is not before)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(serves, 20)
