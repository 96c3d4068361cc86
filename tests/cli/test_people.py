"""``keng people`` and ``keng check`` as an administrator uses them, on a copy of the sample."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import icalendar
import pytest
import yaml

from bot.approval.gate_file import load_gates
from bot.approval.organisation import load_organisation
from bot.approval.roster_calendar import as_icalendar
from bot.approval.sealing import load_seal
from bot.cli.checking import impassable, lacking, without_letters
from bot.model.board import hashed, new_link
from bot.model.person import Person, Role
from bot.model.signoff import is_opened_by, new_ticket, session_hash
from bot.playbooks import default_playbooks_folder
from bot.store import (
    board_links,
    factor_links,
    incidents,
    personal_letters,
    signoff,
    telegram_cards,
    telegram_chats,
    telegram_outbox,
)
from bot.store.database import Database, Tx
from tests.cli.commands import keng
from tests.store.samples import an_incident

T = TypeVar("T")

SHIPPED = default_playbooks_folder() / "organisation"
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "office"
    shutil.copytree(SHIPPED / "sample", copy)
    monkeypatch.setenv("KENG_ORGANISATION", str(copy))
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return copy


@pytest.fixture
def started(folder: Path, sqlite_template: Path) -> Path:
    """The same where Keng ran before."""
    (folder.parent / "data").mkdir()
    shutil.copy(sqlite_template, folder.parent / "data" / "keng.db")
    return folder


def add_person(folder: Path, text: str) -> None:
    with (folder / "people.yaml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_an_invitation_is_a_code_that_is_kept_only_as_its_hash(started: Path) -> None:
    made = keng("people", "invite", "phat")
    assert made.exit_code == 0, made.output
    code = made.stdout.strip().removeprefix("/start ")
    assert len(code) == 19
    database = (started.parent / "data" / "keng.db").read_bytes()
    assert code.encode() not in database
    assert keng("audit", "verify").exit_code == 0


def test_nobody_unknown_is_invited_or_released(folder: Path) -> None:
    assert keng("people", "invite", "nobody").exit_code == 1
    assert keng("people", "release", "nobody").exit_code == 1


@pytest.fixture
def letters(started: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server is set, and two of the sample have a mailbox."""
    people = started / "people.yaml"
    data = yaml.safe_load(people.read_text(encoding="utf-8"))
    for person in data["people"]:
        if person["id"] in ("phat", "pho"):
            person["email"] = f"{person['id']}@vidu.vn"
        else:
            person.pop("email", None)
    people.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    load_seal(started.parent / "data" / "secrets.key")  # as Keng makes it when it starts
    monkeypatch.setenv("KENG_EMAIL__SMTP", "mail.vidu.vn")
    monkeypatch.setenv("KENG_EMAIL__FROM", "keng@vidu.vn")


def test_a_factor_is_invited_by_a_letter_and_a_code_that_is_kept_nowhere(folder: Path, letters: None) -> None:
    made = keng("people", "factor", "phat", "--with", "pho")
    assert made.exit_code == 0, made.output
    code = made.stdout.strip()
    assert len(code) == 6
    assert "phat@vidu.vn" in made.stderr
    assert "signoff" not in made.output, "the link goes by letter alone"
    data = folder.parent / "data"
    assert all(code.encode() not in file.read_bytes() for file in data.glob("keng.db*"))
    assert keng("audit", "verify").exit_code == 0

    async def waiting(tx: Tx) -> list[tuple[str, str]]:
        return sorted((one.address, one.words) for one in await personal_letters.due(tx, datetime.now(UTC)))

    expected = [("phat@vidu.vn", "factor_enrol"), ("pho@vidu.vn", "factor_vouch")]
    assert in_the_store(folder, waiting) == expected
    assert keng("people", "factor", "phat").stdout.strip() != code
    assert keng("people", "factor", "phat", "--void").stdout.strip() == "phat: had no second factor"


def test_a_release_ends_the_links_by_which_the_person_would_enrol(folder: Path, letters: None) -> None:
    assert keng("people", "factor", "phat").exit_code == 0

    async def ends(tx: Tx) -> list[str | None]:
        links = [one.link or "" for one in await personal_letters.due(tx, datetime.now(UTC))]
        found = [await factor_links.get(tx, link) for link in links]
        return [link.ended.value if link and link.ended else None for link in found]

    assert in_the_store(folder, ends) == [None]
    assert keng("people", "release", "phat").exit_code == 0
    assert in_the_store(folder, ends) == ["replaced"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nobody",), "people.yaml has this id"),
        (("nobody", "--void"), "people.yaml has this id"),
        (("phat", "--with", "nobody"), "people.yaml has this id"),
        (("phat", "--with", "so"), "has no email"),
        (("so",), "has no email"),
        (("phat", "--with", "phat"), "nobody vouches for themselves"),
    ],
)
def test_no_letter_goes_where_it_would_lead_nowhere_and_no_slip_of_the_pen_counts_as_a_device_taken_away(
    folder: Path, letters: None, arguments: tuple[str, ...], why: str
) -> None:
    made = keng("people", "factor", *arguments)
    assert made.exit_code == 1
    assert why in made.stderr
    assert made.stdout == ""


def test_before_keng_ever_ran_no_key_is_made_that_it_could_not_read(folder: Path, letters: None) -> None:
    (folder.parent / "data" / "secrets.key").unlink()
    made = keng("people", "factor", "phat")
    assert made.exit_code == 1
    assert "start Keng once" in made.stderr
    assert not (folder.parent / "data" / "secrets.key").exists()


def test_without_a_mail_server_nobody_is_sent_a_code_for_pages_that_they_never_reach(folder: Path) -> None:
    made = keng("people", "factor", "phat")
    assert made.exit_code == 1
    assert "email.smtp" in made.stderr
    assert keng("people", "factor", "phat", "--void", "--with", "pho").exit_code == 2


def test_a_release_takes_the_account_that_the_file_names(started: Path) -> None:
    assert keng("people", "release", "so").exit_code == 0
    listed = [json.loads(line) for line in keng("people", "list", "--json").stdout.splitlines()]
    so = next(line for line in listed if line["id"] == "so")
    assert (so["telegram_id"], so["reachable"]) == (None, False)
    assert set(so) == {"id", "name", "unit", "roles", "telegram_id", "reachable"}


def test_a_released_phone_is_shown_and_told_nothing_more_under_whatever_key(started: Path) -> None:
    """Of the two officers of the sample, one keeps everything; one wrote to the bot before they were enrolled."""
    listed = [json.loads(line) for line in keng("people", "list", "--json").stdout.splitlines()]
    numbers = {line["id"]: line["telegram_id"] for line in listed if line["telegram_id"]}
    lost, other = numbers["so"], next(number for who, number in numbers.items() if who != "so")
    chats = {f"chat:{lost}": lost, "person:so": lost, "person:other": other, "duty": -4001}
    assert keng("people", "invite", "so").exit_code == 0  # makes the store

    async def fill(tx: Tx) -> None:
        incident = an_incident()
        await incidents.add(tx, incident)
        for key, number in chats.items():
            await telegram_chats.add(tx, key, number, NOW)
            await telegram_cards.add_card(tx, incident.id, key)
            await telegram_outbox.enqueue(tx, f"draft:{key}", key, {"method": "sendMessage"}, NOW)

    async def left(tx: Tx) -> tuple[list[str], list[str]]:
        cards = [card.chat for card in await telegram_cards.due_cards(tx, NOW)]
        return sorted(cards), sorted(message.chat for message in await telegram_outbox.due_messages(tx, NOW))

    in_the_store(started, fill)
    assert in_the_store(started, left)[0] == sorted(chats)
    assert keng("people", "release", "so").exit_code == 0
    assert in_the_store(started, left) == (["duty", "person:other"], ["duty", "person:other"])


def test_a_released_phone_holds_no_open_page_any_more(started: Path) -> None:
    """Its browser may have opened a letter's link or the board; a colleague's pages stay open."""
    assert keng("people", "invite", "so").exit_code == 0  # makes the store
    now = datetime.now(UTC)
    pages = {who: f"{number:032x}" for number, who in enumerate(("so", "phat"), 1)}

    async def fill(tx: Tx) -> None:
        incident = an_incident()
        await incidents.add(tx, incident)
        for who, page in pages.items():
            person = Person(who, who, "", "vp", (), email=f"{who}@vidu.vn")
            ticket = new_ticket(page, person, incident.id, 1, "0" * 64, now)
            await signoff.add(tx, ticket)
            assert await signoff.open_(tx, ticket, session_hash(who), now)
            link, _ = new_link(page, person, "email", person.email or "", now)
            await board_links.add(tx, link)
            assert await board_links.open_(tx, link, hashed(who), now + timedelta(hours=8), now)

    async def stands(tx: Tx) -> list[tuple[str, bool, bool]]:
        found = []
        for who, page in pages.items():
            ticket, link = await signoff.get(tx, page), await board_links.by_session(tx, hashed(who))
            assert ticket is not None
            assert link is not None
            assert ticket.opened_at is not None, "nobody else may open it either"
            found.append((who, is_opened_by(ticket, who), link.ended_at is None))
        return found

    in_the_store(started, fill)
    assert in_the_store(started, stands) == [("so", True, True), ("phat", True, True)]
    assert keng("people", "release", "so").exit_code == 0
    assert in_the_store(started, stands) == [("so", False, False), ("phat", True, True)]


def in_the_store(folder: Path, do: Callable[[Tx], Awaitable[T]]) -> T:
    async def doing() -> T:
        database = Database(f"sqlite:///{folder.parent / 'data' / 'keng.db'}")
        try:
            async with database.write() as tx:
                return await do(tx)
        finally:
            await database.close()

    return asyncio.run(doing())


def test_people_are_listed_as_of_a_day(folder: Path) -> None:
    assert keng("people", "list", "--json", "--as-of", "2026-06-30").stdout == ""
    assert "phat" in keng("people", "list", "--as-of", "2026-07-01").stdout
    assert keng("people", "list", "--as-of", "soon").exit_code == 2


def test_a_route_is_explained_step_by_step(folder: Path) -> None:
    alert = {"title": "Ngộ độc ở trường", "location": {"text": "xã An Lộc, huyện Suối Vàng"}, "severity_hint": 3}
    (folder.parent / "alert.json").write_text(json.dumps(alert), encoding="utf-8")
    told = keng("people", "route", "--alert", "alert.json", "--playbook", "food-poisoning")
    assert told.exit_code == 0, told.output
    assert "xã An Lộc is xa-an-loc-thuong (old_name)" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("lead so-y-te; support xa-an-loc-thuong")
    read = json.loads(
        keng(
            "people", "route", "--alert", "-", "--playbook", "police-conduct", "--json", given=json.dumps(alert)
        ).stdout
    )
    assert (read["lead"], read["approves"]) == ("cong-an-tinh", "ubnd-tinh")
    assert all("reason" in step for step in read["steps"])


@pytest.mark.parametrize("given", ["", "[]", '{"title": 7}', '{"title": "x", "status": "drill"}', "\x00"])
def test_what_is_no_alert_is_wrong_use(folder: Path, given: str) -> None:
    assert keng("people", "route", "--alert", "-", "--playbook", "food-poisoning", given=given).exit_code == 2


def test_a_place_is_explained_and_one_that_is_unknown_is_a_problem(folder: Path) -> None:
    assert keng("people", "place", "xã An Lộc").stdout == "xã An Lộc: xa-an-loc-thuong (old_name)\n"
    assert (
        keng("people", "place", "xã An Lộc", "--as-of", "2025-03-01").stdout == "xã An Lộc: xa-an-loc (named_today)\n"
    )
    assert keng("people", "place", "xã Tân Hòa").exit_code == 1


def test_the_roster_is_a_calendar_that_others_can_read(folder: Path) -> None:
    exported = keng("people", "roster", "--weeks", "12", "--ics")
    assert exported.exit_code == 0, exported.output
    calendar = icalendar.Calendar.from_ical(exported.stdout_bytes)
    events = calendar.walk("VEVENT")
    assert len(events) >= 12
    assert len({str(event["UID"]) for event in events}) == len(events)
    ends = [event.decoded("DTEND") for event in events]
    assert [event.decoded("DTSTART") for event in events][1:] == ends[:-1]
    assert all(b"\n" not in line and len(line) <= 75 for line in exported.stdout_bytes.split(b"\r\n"))


def test_a_calendar_survives_names_that_are_long_and_full_of_marks() -> None:
    office = load_organisation(SHIPPED / "sample")
    hard = "Nguyễn; Văn, Ph\\át\n" + "Ơ" * 90
    office = replace(office, people=tuple(replace(p, name=hard) if p.id == "hanh" else p for p in office.people))
    text = as_icalendar(office, [office.on_duty(NOW)], NOW)
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Trực: " + hard.replace("\n", " ")


def test_no_name_or_holiday_breaks_out_of_its_line_of_the_calendar(folder: Path) -> None:
    people = folder / "people.yaml"
    hard = r'"Trần, Thị; Trực\\n (ca\r\n1)\nEND:VEVENT\a\e[31m\u202e\u2028:\"A\""'
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace("name: Trần Thị Trực", f"name: {hard}"), encoding="utf-8")
    exported = keng("people", "roster", "--weeks", "60", "--ics")
    assert exported.exit_code == 0, exported.output
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", exported.stdout_bytes)
    assert exported.stdout_bytes.count(b"\n") == exported.stdout_bytes.count(b"\r\n")
    events = icalendar.Calendar.from_ical(exported.stdout_bytes).walk("VEVENT")
    named = {str(event["SUMMARY"]) for event in events}
    assert named == {"Trực: Vũ Thị Hạnh", r'Trực: Trần, Thị; Trực\n (ca 1) END:VEVENT[31m :"A"'}
    assert any("Tết" in str(event.get("DESCRIPTION", "")) for event in events)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Paris", "Pacific/Apia"])
def test_a_calendar_shows_the_handover_at_eight_by_the_clock_on_the_wall_all_year(zone: str) -> None:
    office = load_organisation(SHIPPED / "sample")
    rota = office.roster.rota
    assert rota is not None
    roster = replace(office.roster, rota=replace(rota, zone=zone))
    shifts = roster.shifts(NOW, NOW + timedelta(weeks=52), office.may_be_on_duty)
    events = icalendar.Calendar.from_ical(as_icalendar(office, shifts, NOW)).walk("VEVENT")
    starts = [event.decoded("DTSTART") for event in events]
    assert starts == [shift.start for shift in shifts]
    assert all(start.utcoffset() == timedelta(0) for start in starts), "UTC needs no table of zones, which may be wrong"
    local = [start.astimezone(ZoneInfo(zone)) for start in starts]
    assert {(start.hour, start.minute) for start in local if start.weekday() == 0} == {(8, 0)}
    assert len({start.hour for start in starts if start.weekday() in (0, 6)}) == (2 if zone == "Europe/Paris" else 1)


def test_the_sample_and_the_template_are_in_order() -> None:
    for name in ("sample", "template"):
        assert load_organisation(SHIPPED / name).people


def test_check_passes_on_the_sample_and_names_what_is_lacking(folder: Path) -> None:
    checked = keng("check")
    assert checked.exit_code == 0, checked.output
    assert "note: so-noi-vu: has no regular spokesperson today" in checked.stdout
    assert "so-y-te" not in checked.stdout
    assert keng("check", "--strict").exit_code == 1
    assert not (folder.parent / "data" / "keng.db").exists(), "a check before the first start makes no database"


def test_neither_check_nor_start_takes_gates_that_are_laxer_than_the_laws(folder: Path) -> None:
    law = default_playbooks_folder() / "law" / "gates.yaml"
    gates, _, _ = law.read_text(encoding="utf-8").partition("refusal_grounds:")
    own = folder / "gates.yaml"
    own.write_text(gates, encoding="utf-8")
    assert keng("check").exit_code == 0
    own.write_text(gates.replace("by: [legal, deputy, head]", "by: [legal, deputy, head, duty]"), encoding="utf-8")
    line = 1 + gates.splitlines().index("    by: [legal, deputy, head]")
    checked = keng("check")
    assert checked.exit_code == 1
    assert f"gates.yaml:{line}: gates[2].by: legal_check may not be passed by duty" in checked.stdout
    started = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], capture_output=True, text=True, timeout=60, check=False, cwd=folder
    )
    assert started.returncode == 1
    assert f"gates.yaml:{line}: gates[2].by: legal_check may not be passed by duty" in started.stderr


def test_check_names_units_that_playbooks_name_and_the_office_does_not_have(folder: Path) -> None:
    assert "units.yaml: no unit" not in keng("check").stdout
    units = folder / "units.yaml"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace("id: bql-kcn\n", "id: ban-khac\n"), encoding="utf-8")
    checked = keng("check")
    assert checked.exit_code == 0, checked.output
    assert "note: units.yaml: no unit bql-kcn, which " in checked.stdout


def test_check_names_who_approves_for_the_agency_and_has_no_capacity_to_sign_in(folder: Path) -> None:
    assert "document.yaml" not in keng("check").stdout, "a department's spokespersons sign no paper of the agency"
    form = folder / "document.yaml"
    kept = [line for line in form.read_text(encoding="utf-8").splitlines() if "person: phat" not in line]
    form.write_text("\n".join(kept), encoding="utf-8")
    checked = keng("check")
    assert checked.exit_code == 0, checked.output
    assert "note: document.yaml: signers: papers that phat approves say no capacity" in checked.stdout
    assert checked.stdout.count("document.yaml") == 1


def test_check_names_a_gate_that_nobody_here_could_pass(folder: Path) -> None:
    gates, _ = load_gates(default_playbooks_folder() / "law")
    office = load_organisation(folder)
    assert impassable(gates, office, NOW) == []
    nobody = replace(office, people=tuple(p for p in office.people if not p.roles(NOW) & {Role.DEPUTY, Role.HEAD}))
    assert [note.split(" (")[0] for note in impassable(gates, nobody, NOW)] == [
        "gates.yaml: nobody who can be reached may pass legal_check"
    ]


def test_check_names_people_nobody_can_reach_and_ends_in_sight(folder: Path) -> None:
    add_person(
        folder,
        """  - id: moi
    name: Người Mới
    title: Chuyên viên
    unit: van-phong-ubnd
    assignments:
      - {role: authorised, valid_to: 2026-11-25, case: 7K2, document: "9/GUQ"}
""",
    )
    notes = lacking(load_organisation(folder), NOW)
    assert any(note.startswith("moi: cannot be reached") for note in notes)
    assert "moi: is authorised only until 2026-11-25 17:00 UTC, for 7K2" in notes


def test_a_mailbox_reaches_nobody_while_there_is_no_mail_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = keng("check")
    assert checked.exit_code == 0, checked.output
    assert "note: hanh: cannot be reached" in checked.stdout
    assert "note: truc: cannot be reached" not in checked.stdout
    assert "note: email.smtp is not set: no letter reaches hanh, yte, " in checked.stdout
    monkeypatch.setenv("KENG_EMAIL__SMTP", "smtp://127.0.0.1:2525")
    monkeypatch.setenv("KENG_EMAIL__FROM", "keng@thuonggiang.example")
    monkeypatch.setenv("KENG_HTTP__PUBLIC_URL", "https://keng.thuonggiang.example")
    assert "cannot be reached" not in keng("check").stdout


def test_nobody_is_on_duty_and_no_gate_is_passed_by_whom_only_a_letter_would_reach(folder: Path) -> None:
    gates, _ = load_gates(default_playbooks_folder() / "law")
    office = load_organisation(folder)
    leaders = tuple(
        replace(p, telegram_id=None) if p.roles(NOW) & {Role.DEPUTY, Role.HEAD, Role.DUTY} else p for p in office.people
    )
    office = replace(office, people=leaders)
    assert impassable(gates, office, NOW) == []
    assert not [note for note in lacking(office, NOW) if note.startswith("nobody is on duty")]
    reached = without_letters(office)
    assert [note.split(" (")[0] for note in impassable(gates, reached, NOW)] == [
        "gates.yaml: nobody who can be reached may pass legal_check"
    ]
    assert [note for note in lacking(reached, NOW) if note.startswith("nobody is on duty")]


def test_check_names_the_hours_in_which_nobody_is_on_duty(folder: Path) -> None:
    with (folder / "roster.yaml").open("a", encoding="utf-8") as file:
        file.write("absences:\n")
        for who in ("truc", "hanh"):
            file.write(f"  - {{person: {who}, first: 2026-12-01, last: 2026-12-02}}\n")
    notes = lacking(load_organisation(folder), NOW)
    assert "nobody is on duty from 2026-11-30 17:00 to 2026-12-02 17:00 UTC" in notes
