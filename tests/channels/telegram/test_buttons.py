"""A button says exactly what it was made to say, or nothing at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.buttons import (
    MAX_BYTES,
    Action,
    Button,
    ForgedButton,
    decode,
    delivery_arg,
    encode,
)
from bot.channels.telegram.presses import meaning
from bot.model.commands import Acknowledge, AnswerDelivery, Approve, AskApproval, AskPlaybook, ChoosePlaybook
from bot.store.key_file import load_key
from tests.channels.telegram.incoming import INCIDENT, KEY, OTHER_INCIDENT, OTHER_KEY, button


@given(
    action=st.sampled_from(Action),
    incident=st.binary(min_size=16, max_size=16).map(bytes.hex),
    version=st.integers(0, 10_000),
    arg=st.text("abcdefghijklmnopqrstuvwxyz0123456789-_:", max_size=24),
)
def test_what_is_put_into_a_button_comes_out_and_fits_telegram(
    action: Action, incident: str, version: int, arg: str
) -> None:
    data = encode(action, incident, version, arg, key=KEY)
    assert 1 <= len(data.encode()) <= MAX_BYTES
    assert decode(data, KEY) == Button(action, incident, version, arg)


@given(data=st.text(max_size=80))
def test_whatever_a_client_sends_is_a_forgery_and_no_fault(data: str) -> None:
    with pytest.raises(ForgedButton):
        decode(data, KEY)


def test_every_form_of_forgery_is_found() -> None:
    genuine = button(Action.APPROVE, 3, "0a1b2c3d")
    other = button(Action.APPROVE, 3, "0a1b2c3d", OTHER_INCIDENT)
    forged = [
        "",
        genuine[:-1],
        genuine + "x",
        "A" + button(Action.ASK_APPROVAL, 3, "0a1b2c3d")[1:],  # another action under this signature
        other[:-10] + genuine[-10:],  # another incident's id
        genuine.replace("3.", "4.", 1),  # another version
        encode(Action.APPROVE, INCIDENT, 3, "0a1b2c3d", key=OTHER_KEY),
        "ok:7K2:3:deadbeef",
        "\ud800" * 12,
    ]
    for data in forged:
        with pytest.raises(ForgedButton):
            decode(data, KEY)


def test_no_single_changed_character_goes_unseen() -> None:
    genuine = button(Action.FALSE_ALARM, 12, "x")
    for place in range(len(genuine)):
        changed = genuine[:place] + ("B" if genuine[place] != "B" else "C") + genuine[place + 1 :]
        with pytest.raises(ForgedButton):
            decode(changed, KEY)


def test_a_playbook_id_too_long_for_a_button_is_found_among_the_known_ones() -> None:
    long = "a-playbook-that-somebody-gave-a-very-long-name-indeed-2026"
    data = encode(Action.CHOOSE_PLAYBOOK, INCIDENT, 1, long, key=KEY)
    assert len(data.encode()) <= MAX_BYTES
    assert decode(data, KEY, ["food-poisoning", long]).arg == long
    with pytest.raises(ForgedButton):
        decode(data, KEY, ["food-poisoning"])


def test_buttons_become_the_commands_they_name() -> None:
    assert meaning(Button(Action.ACKNOWLEDGE, INCIDENT)) == Acknowledge(INCIDENT)
    assert meaning(Button(Action.ASK_APPROVAL, INCIDENT, 2)) == AskApproval(INCIDENT, 2)
    assert meaning(Button(Action.APPROVE, INCIDENT, 2, "0a1b2c3d")) == Approve(INCIDENT, 2, "0a1b2c3d")
    assert meaning(Button(Action.ALL_PLAYBOOKS, INCIDENT)) == AskPlaybook(INCIDENT, everything=True)
    assert meaning(Button(Action.CHOOSE_PLAYBOOK, INCIDENT, 0, "epidemic")) == ChoosePlaybook(INCIDENT, "epidemic")
    doubt = Button(Action.DELIVERY_NO, INCIDENT, 2, delivery_arg("telegram_channel", 3))
    assert meaning(doubt) == AnswerDelivery(INCIDENT, 2, "telegram_channel", 3, appeared=False)
    assert meaning(Button(Action.CANCEL, INCIDENT)) is None


def test_a_delivery_answer_without_outlet_is_refused() -> None:
    with pytest.raises(ForgedButton):
        meaning(Button(Action.DELIVERY_YES, INCIDENT, 2, "newsroom"))


def test_an_incident_that_cannot_be_packed_gets_no_button() -> None:
    with pytest.raises(ValueError, match="7K2"):
        encode(Action.ACKNOWLEDGE, "7K2", key=KEY)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "button.key"
    key = load_key(path)
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["button.key"]


def test_a_damaged_key_is_named_not_used(tmp_path: Path) -> None:
    path = tmp_path / "button.key"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="no key"):
        load_key(path)
