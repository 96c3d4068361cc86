"""``keng playbooks learn``: what waits, what it would do, and that only a person of the office adds it."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.cli import main
from bot.model.audit import AuditEntry
from bot.model.correction import Correction, CorrectionState, Matched
from bot.playbooks import default_playbooks_folder
from bot.playbooks.append import Addition
from bot.playbooks.examples import LabelledText, load_labelled_texts
from bot.store import audit, corrections, incidents
from bot.store.audit import HeadFile
from bot.store.database import Database, LostRace
from bot.store.migrate import upgrade
from tests.index.counting_encoder import CountingEncoder
from tests.logs import logs_as_before
from tests.store.samples import NIGHT, an_incident

T = TypeVar("T")

PLAYBOOKS = ("water-contamination", "environmental-pollution", "food-poisoning", "unclassified")
TEXT = "Nước máy sủi bọt trắng, cả xóm ra giếng gánh"


@dataclass
class Province:
    """An office with its settings, playbooks of its own, and a store; commands are run in this process."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'var' / 'keng.db'}"

    @property
    def playbooks(self) -> Path:
        return self.folder / "playbooks"

    def keng(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one command."""
        command = ["keng", "playbooks", "learn", *words, "--config", str(self.folder / "keng.yaml")]
        self.monkeypatch.setattr(sys, "argv", command)
        with logs_as_before(), pytest.raises(SystemExit) as stopped:
            main()
        out, err = self.capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    def in_store(self, work: Callable[[Any], Awaitable[T]]) -> T:
        async def working() -> T:
            database = Database(self.url)
            try:
                async with database.write() as tx:
                    return await work(tx)
            finally:
                await database.close()

        return asyncio.run(working())

    def proposes(self, number: int = 1, code: str = "7K2", **fields: Any) -> Correction:
        incident = an_incident(id=f"incident-{number}", code=code)
        made = Correction(
            id=f"correction-{number}",
            incident_id=incident.id,
            code=code,
            drill=False,
            at=NIGHT,
            by="truc",
            text=TEXT,
            matched=Matched("environmental-pollution", 0.62, "clear_match"),
            chosen="water-contamination",
        )
        made = replace(made, **fields)

        async def keep(tx: Any) -> None:
            await incidents.add(tx, incident)
            await corrections.add(tx, made)

        self.in_store(keep)
        return made

    def of(self, correction: Correction) -> Correction:
        async def read(tx: Any) -> Correction:
            (found,) = await corrections.find(tx, correction.id)
            return found

        return self.in_store(read)

    def record(self) -> list[AuditEntry]:
        async def read(tx: Any) -> list[AuditEntry]:
            return [entry async for entry in audit.entries(tx)]

        return self.in_store(read)

    def learned(self) -> tuple[LabelledText, ...]:
        return load_labelled_texts(self.playbooks / "examples")


@pytest.fixture
def province(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Province:
    shipped, own = default_playbooks_folder(), tmp_path / "playbooks"
    own.mkdir()
    for name in (*PLAYBOOKS, "blocks"):
        shutil.copy(shipped / f"{name}.yaml", own)
    shutil.copytree(shipped / "law", own / "law")
    shutil.copytree(shipped / "organisation", own / "organisation")
    people = own / "organisation" / "sample" / "people.yaml"
    at_all_times = people.read_text(encoding="utf-8").replace("valid_from: 2026-07-01, ", "")
    gone = "  - {id: cuu, name: Người Cũ, title: Chuyên viên, unit: van-phong-ubnd, "
    gone += "assignments: [{role: duty, valid_to: 2020-01-01}]}\n"
    people.write_text(at_all_times + gone, encoding="utf-8")
    settings = f"data_dir: {tmp_path / 'var'}\nplaybooks: {own}\n"
    (tmp_path / "keng.yaml").write_text(settings, encoding="utf-8")
    made = Province(tmp_path, capsys, monkeypatch)
    (tmp_path / "var").mkdir()
    upgrade(made.url)
    return made


def test_a_proposal_is_one_line_with_code_text_was_and_chosen_who_and_when(province: Province) -> None:
    province.proposes()
    code, out, _ = province.keng()
    (line,) = out.splitlines()
    assert code == 0
    assert line.startswith("7K2  environmental-pollution (0.62) → water-contamination  2026-11-22 19:00:00Z")
    assert f"Trần Thị Trực  «{TEXT}»" in line


def test_a_false_alarm_and_an_alert_that_nothing_fitted_are_told_as_such(province: Province) -> None:
    nothing = Matched(None, 0.31, "cannot_tell_apart")
    province.proposes(chosen=None, matched=nothing, remark="quảng cáo máy lọc nước")
    _, out, _ = province.keng()
    assert "none (cannot_tell_apart) → no crisis" in out
    assert "(quảng cáo máy lọc nước)" in out


def test_programs_get_one_object_a_line(province: Province) -> None:
    made = province.proposes(remark="…")
    _, out, _ = province.keng("--json")
    assert json.loads(out) == {
        "id": made.id,
        "code": "7K2",
        "incident": made.incident_id,
        "at": "2026-11-22T19:00:00+00:00",
        "by": "truc",
        "by_name": "Trần Thị Trực",
        "text": TEXT,
        "matched": "environmental-pollution",
        "confidence": 0.62,
        "reason": "clear_match",
        "chosen": "water-contamination",
        "remark": "…",
    }


def test_drills_are_not_listed_and_cannot_be_added(province: Province) -> None:
    made = province.proposes(drill=True)
    assert province.keng()[1] == ""
    code, _, err = province.keng("add", "7K2", "--by", "phat", "--style", "social")
    assert (code, "drills never teach" in err) == (1, True)
    assert (province.of(made).state, province.learned()) == (CorrectionState.PROPOSED, ())


def test_listing_learns_nothing(province: Province) -> None:
    made = province.proposes()
    province.keng()
    assert (province.of(made).state, province.learned(), province.record()) == (CorrectionState.PROPOSED, (), [])


def test_a_person_adds_a_text_in_their_own_words_on_the_record(province: Province) -> None:
    made = province.proposes()
    words = "Nước nhà mình sủi bọt trắng, không ai dám nấu ăn"
    code, out, _ = province.keng("add", "7k2", "--by", "phat", "--style", "social", "--text", words)
    assert (code, "water-contamination.yaml:2" in out) == (0, True)
    assert province.learned() == (LabelledText("water-contamination", "social", words),)
    verdict = province.of(made).verdict
    assert verdict is not None
    assert (verdict.state, verdict.by, verdict.style, verdict.example) == ("added", "phat", "social", words)
    (entry,) = province.record()
    assert (entry.event.act, entry.event.actor, entry.event.at) == ("add_example", "phat", verdict.at)
    assert (entry.event.details["file"], entry.event.details["line"]) == ("examples/water-contamination.yaml", 2)
    head = HeadFile(province.folder / "var" / "audit-head.json").read()
    assert head is not None
    assert (head.seq, head.sha256) == (1, entry.sha256)


def test_a_false_alarm_is_added_to_the_texts_that_are_no_crisis(province: Province) -> None:
    province.proposes(chosen=None)
    assert province.keng("add", "7K2", "--by", "phat", "--style", "adverts")[0] == 0
    assert province.learned() == (LabelledText(None, "adverts", TEXT),)


def test_a_person_declines_with_a_reason_on_the_record(province: Province) -> None:
    made = province.proposes()
    assert province.keng("decline", "7K2", "--by", "chu", "--reason", "tin đồn về một vụ có thật")[0] == 0
    verdict = province.of(made).verdict
    assert verdict is not None
    assert (verdict.state, verdict.by, verdict.why) == ("declined", "chu", "tin đồn về một vụ có thật")
    assert [entry.event.act for entry in province.record()] == ["decline_example"]
    assert (province.keng()[1], province.learned()) == ("", ())


@pytest.mark.parametrize("who", ["nobody", "Nguyễn Văn Phát", "cuu"])
@pytest.mark.parametrize("words", [("add", "7K2", "--style", "social"), ("decline", "7K2", "--reason", "không rõ")])
def test_nobody_decides_who_is_not_enrolled_with_a_role_today(
    province: Province, who: str, words: tuple[str, ...]
) -> None:
    made = province.proposes()
    code, _, err = province.keng(*words, "--by", who)
    assert (code, f"--by {who}" in err) == (1, True)
    assert (province.of(made).state, province.learned(), province.record()) == (CorrectionState.PROPOSED, (), [])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--style", "social", "--text", "Gọi 0912 345 678 mà hỏi"), "a telephone number («0912 345 678»)"),
        (("--style", "tweet"), "must be one of news, social"),
    ],
)
def test_a_text_that_may_not_be_learned_stays_a_proposal(province: Province, words: tuple[str, ...], why: str) -> None:
    made = province.proposes()
    code, _, err = province.keng("add", "7K2", "--by", "phat", *words)
    assert (code, why in err) == (1, True)
    assert (province.of(made).state, province.learned(), province.record()) == (CorrectionState.PROPOSED, (), [])


def test_the_same_text_is_not_added_twice(province: Province) -> None:
    province.proposes(1)
    province.keng("add", "7K2", "--by", "phat", "--style", "social")
    province.proposes(2, code="8M3", text=TEXT.upper())
    code, _, err = province.keng("add", "8M3", "--by", "phat", "--style", "news")
    assert (code, "stands already in examples/water-contamination.yaml:2" in err) == (1, True)
    assert len(province.learned()) == 1


def test_unclassified_is_a_correction_from_which_nothing_can_be_added(province: Province) -> None:
    province.proposes(chosen="unclassified")
    code, _, err = province.keng("add", "7K2", "--by", "phat", "--style", "social")
    assert (code, "unclassified has no examples" in err) == (1, True)


def test_what_was_decided_before_is_told_with_whose_decision_it_was(province: Province) -> None:
    made = province.proposes()
    province.keng("decline", "7K2", "--by", "chu", "--reason", "không rõ")
    code, _, err = province.keng("add", made.id, "--by", "phat", "--style", "social")
    assert (code, "was declined by chu" in err) == (1, True)
    code, _, err = province.keng("add", "7K2", "--by", "phat", "--style", "social")
    assert (code, "nothing waits" in err) == (1, True)


def test_an_example_is_not_left_behind_when_its_decision_could_not_be_committed(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = province.proposes()
    written = []

    def then_the_store_is_gone(change: Addition) -> None:
        carry_out(change)
        written.append(province.learned())
        raise LostRace("could not serialize access")

    carry_out = Addition.carry_out
    monkeypatch.setattr(Addition, "carry_out", then_the_store_is_gone)
    code, _, err = province.keng("add", "7K2", "--by", "phat", "--style", "social")
    assert (code, err) == (1, "could not serialize access\n")
    assert [len(texts) for texts in written] == [1] * 5
    assert (province.of(made).state, province.learned(), province.record()) == (CorrectionState.PROPOSED, (), [])


def test_what_goes_wrong_after_the_commit_does_not_undo_the_decision(province: Province) -> None:
    made = province.proposes()
    head = province.folder / "var" / "audit-head.json"
    head.mkdir()  # so that it can be neither read nor written
    assert province.keng("add", "7K2", "--by", "phat", "--style", "social")[0] == 0
    assert (province.of(made).state, len(province.learned()), len(province.record())) == (CorrectionState.ADDED, 1, 1)


def test_a_decision_that_lost_a_race_is_made_again_and_the_text_stands_once(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = province.proposes()
    trouble = [LostRace("could not serialize access")]

    def first_in_vain(change: Addition) -> None:
        carry_out(change)
        if trouble:
            raise trouble.pop()

    carry_out = Addition.carry_out
    monkeypatch.setattr(Addition, "carry_out", first_in_vain)
    assert province.keng("add", "7K2", "--by", "phat", "--style", "social")[0] == 0
    assert (province.of(made).state, len(province.learned()), len(province.record())) == (CorrectionState.ADDED, 1, 1)


def test_what_if_compares_before_and_after_for_both_playbooks_and_learns_nothing(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr("bot.data.load_encoder", lambda *_, **__: encoder)
    evaluation = province.playbooks / "evaluation"
    evaluation.mkdir()
    # Nothing in the playbooks speaks of wells; after the proposal, something does.
    (evaluation / "water-contamination.yaml").write_text('social:\n  - "cả xóm ra giếng gánh"\n', encoding="utf-8")
    (evaluation / "no-crisis.yaml").write_text('sports:\n  - "Đội nhà thắng ba không"\n', encoding="utf-8")
    made = province.proposes()
    province.proposes(2, code="8M3", chosen="unclassified")
    code, out, err = province.keng("--what-if", "--json")
    assert code == 0, err
    first, second = (json.loads(line) for line in out.splitlines())
    before, after = first["what_if"]["before"], first["what_if"]["after"]
    names = ["first_guess", "kept", "refused", "environmental-pollution", "water-contamination"]
    assert [list(part) for part in (*before.values(), *after.values())] == [names] * 4
    assert before["evaluation"]["water-contamination"] == before["evaluation"]["first_guess"] == 0.0
    assert after["evaluation"]["water-contamination"] == after["evaluation"]["first_guess"] == 1.0
    assert before["cross_validated"]["environmental-pollution"] > 0
    assert before["evaluation"]["environmental-pollution"] is None
    assert (second["what_if"], second["fault"]) == (None, "unclassified has no examples")
    assert len(encoder.encoded) == len(set(encoder.encoded))
    _, out, _ = province.keng("--what-if")
    assert out.splitlines()[1].split() == ["cross-validated", "(5", "folds)", "evaluation", "texts"]
    assert "0.0% → 100.0% (+100.0)" in out
    assert "cannot be tried: unclassified has no examples" in out
    assert (province.of(made).state, province.learned()) == (CorrectionState.PROPOSED, ())


def test_options_in_the_wrong_place_are_wrong_use(province: Province) -> None:
    province.proposes()
    assert province.keng("--what-if", "decline", "7K2", "--by", "chu", "--reason", "không rõ")[0] == 2
    assert province.keng("decline", "7K2", "--by", "chu", "--reason", " ")[0] == 2
