"""What the words that wait ask of one person: to decide, to check, to agree, to let go, or only to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What one person is asked to do about the current words; a letter says it in its subject."""

    APPROVE = "approve"
    LEGAL_CHECK = "legal_check"
    CONTENT_CHECK = "content_check"
    AGREE_JOINTLY = "agree_jointly"
    RELEASE = "release"
    KNOW = "know"
    """Others are asked; this person is told."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """What the current words of one incident ask, by person id; ``deciders`` are the names of whom they wait for."""

    asked: Mapping[str, Task]
    deciders: tuple[str, ...] = ()

    def of(self, person_id: str) -> Task:
        """What is asked of one person."""
        return self.asked.get(person_id, Task.KNOW)
