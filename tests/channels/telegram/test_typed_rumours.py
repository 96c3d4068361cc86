"""``/tindon`` as people type it."""

from __future__ import annotations

import pytest

from bot.channels.telegram.typed_rumours import rumour
from bot.model.commands import Command, Invalid, LabelRumour, ListRumours, NoteRumour, WeighRumour


@pytest.mark.parametrize(
    ("tail", "command"),
    [
        ("", ListRumours("7K2")),
        ("Nước máy có độc", NoteRumour("7K2", "Nước máy có độc")),
        ("43 người chết", Invalid("rumour_unclear")),
        (
            "1 sai; bằng chứng: phiếu 12/KQ; xác minh: Sở Y tế",
            LabelRumour("7K2", 1, "false", "phiếu 12/KQ", "Sở Y tế"),
        ),
        ("1 tin giả; xac minh So Y te; bang chung ảnh gốc", LabelRumour("7K2", 1, "fake", "ảnh gốc", "So Y te")),
        ("2 thật", LabelRumour("7K2", 2, "authentic", "", "")),
        ("1 tác động cao", WeighRumour("7K2", 1, impact="high")),
        ("1 ung xu yeu cau cai chinh", WeighRumour("7K2", 1, answer="demand_correction")),
        ("1 tác động kinh khủng", Invalid("rumour_unclear")),
        ("1", NoteRumour("7K2", "1")),
    ],
)
def test_what_it_means(tail: str, command: Command) -> None:
    assert rumour("7K2", tail, 0) == command
