"""What a reply to a message of ours means: each question has its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.model.commands import (
    AnswerFact,
    Approve,
    Authorise,
    Command,
    Edit,
    ExplainLint,
    FollowUp,
    Mute,
    Refuse,
    Report,
    Return,
    SetLevel,
    Split,
    WriteText,
)
from bot.store.telegram_inbox import Shown, Target

_MEANING: Mapping[Target, Callable[[Shown, str], Command]] = MappingProxyType(
    {
        Target.CARD: lambda asked, said: Edit(asked.incident_id, asked.version, said),
        Target.EDIT: lambda asked, said: Edit(asked.incident_id, asked.version, said),
        Target.RETURN: lambda asked, said: Return(asked.incident_id, said, asked.version),
        Target.REFUSE: lambda asked, said: Refuse(asked.incident_id, asked.arg, said, asked.version),
        Target.AUTHORISE: lambda asked, said: Authorise(asked.incident_id, asked.arg, said),
        Target.FOLLOW_UP: lambda asked, said: FollowUp(asked.incident_id, asked.arg, said, asked.version),
        Target.LEVEL: lambda asked, said: SetLevel(asked.incident_id, int(asked.arg or 0), said),
        Target.MUTE: lambda asked, said: Mute(asked.incident_id, said),
        Target.FACT: lambda asked, said: AnswerFact(asked.incident_id, asked.arg, said),
        Target.SPLIT: lambda asked, said: Split(asked.incident_id, said, asked.arg),
        Target.LINT: lambda asked, said: ExplainLint(asked.incident_id, said, asked.version),
        Target.REPORT: lambda _asked, said: Report(said),
        Target.TEXT: lambda asked, said: WriteText(asked.incident_id, asked.arg, said, asked.version),
        Target.CODE: lambda asked, said: Approve(asked.incident_id, asked.version, asked.arg, said),
    }
)


def meant_by_reply(asked: Shown, said: str) -> Command:
    """The command behind words that answer ``asked``; a reply to a card is a new text for its statement."""
    return _MEANING[asked.target](asked, said)
