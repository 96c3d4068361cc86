"""Playing the machine: a batch of plays from one number, the same again for the same number."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.approval.promises.machine import Office

PLAYS, LENGTH = 20, 100
"""Plays to a batch, and steps to a play."""


def play(office: type[Office], number: int, *, shrink: bool) -> None:
    """One batch. Raises what a broken promise says, with ``shrink`` for the shortest play found."""
    how = settings(
        max_examples=PLAYS,
        stateful_step_count=LENGTH,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(seed(number)(office), settings=how)
