"""Promise 5 for the second factor: a device counts when a colleague stood for its owner and the owner proved it.

By the chat or by a letter, it is the same: what is looked at are the tables and the record, not the way.
"""

from __future__ import annotations

import json

from tests.approval.promises.rights import no_right_to_vouch
from tests.approval.promises.step import Broken, Remembered, Step
from tests.approval.promises.tables import Row, instant


class Devices(Remembered):
    """Devices that make one-time codes."""

    def no_device_counts_without_a_colleague(self, step: Step) -> None:
        for (person, stage), row in step.after.factors.items():
            before = step.before.factors.get((person, stage))
            if stage != "active" or (before is not None and before["sealed"] == row["sealed"]):
                continue
            begun = step.before.factors.get((person, "pending"))
            if begun is None or begun["sealed"] != row["sealed"]:
                raise Broken(f"a device of {person} counts that was not begun before")
            if row["vouched_by"] is None:
                raise Broken(f"a device of {person} counts and nobody vouched for it")
            wrong = no_right_to_vouch(step.after, step.ended, row["vouched_by"], person, instant(row["vouched_at"]))
            if wrong is not None:
                raise Broken(f"{row['vouched_by']} vouched for {person} and {wrong}")
            if not _said(step, "confirm_factor", person):
                raise Broken(f"a device of {person} counts and they showed no code of it")

    def nobody_enrols_or_vouches_off_the_record(self, step: Step) -> None:
        for (person, stage), row in step.after.factors.items():
            before = step.before.factors.get((person, stage))
            if stage != "pending":
                continue
            if before is None or before["sealed"] != row["sealed"]:
                if not _said(step, "enrol_factor", person):
                    raise Broken(f"a device of {person} was begun without a row in the record")
            elif before["vouched_by"] != row["vouched_by"] and not _said(step, "vouch_factor", row["vouched_by"]):
                raise Broken(f"{row['vouched_by']} vouched without a row in the record")


def _said(step: Step, act: str, actor: str) -> list[Row]:
    """What the record says anew of an act of this kind that was carried out."""
    return [
        row
        for row in step.after.audit
        if row["act"] == act and row["actor"] == actor and not json.loads(row["details"])["refused"]
    ]
