"""Guards of the right to speak and of the second factor, taken out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from bot.approval import authorising, authority, checks, factor_links, own_matter, second_factor
from bot.model.reasons import Reason
from bot.store import second_factors


def nobody_asks_who_approves() -> AbstractContextManager[Any]:
    return patch.object(authority, "may_speak", lambda person, *_: None if person else Reason.NOT_ENROLLED)


def roles_never_end() -> AbstractContextManager[Any]:
    from bot.model.person import Assignment

    return patch.object(Assignment, "holds", lambda self, at, case: self.case is None or self.case == case)


def a_unit_speaks_for_another() -> AbstractContextManager[Any]:
    from bot.model.person import Organisation

    return patch.object(Organisation, "covers", lambda self, scope, unit: True)


def whoever_is_accused_approves() -> AbstractContextManager[Any]:
    return patch.object(authority, "is_of_accused_unit", lambda *_: False)


def whoever_is_accused_checks() -> AbstractContextManager[Any]:
    unasked = SimpleNamespace(
        may_work=authority.may_work, roles_in=authority.roles_in, is_of_accused_unit=lambda *_: False
    )
    return patch.object(checks, "authority", unasked)


def what_the_accused_approved_stands() -> AbstractContextManager[Any]:
    async def nothing(*_: Any) -> None:
        return None

    return patch.object(own_matter, "take_back", nothing)


def whoever_is_accused_makes_an_end_of_it() -> AbstractContextManager[Any]:
    return patch.object(authority, "may_end", lambda person, incident, _, at: authority.may_work(person, incident, at))


def anybody_authorises() -> AbstractContextManager[Any]:
    return patch.object(authorising, "_head_only", lambda desk, person, incident: None)


def a_code_is_not_used_up() -> AbstractContextManager[Any]:
    async def use(tx: Any, person: str, step: int) -> bool:
        return True

    return patch.object(second_factors, "use", use)


def a_device_counts_without_a_colleague() -> AbstractContextManager[Any]:
    pending = second_factors.pending

    async def vouched(tx: Any, person: str) -> Any:
        held = await pending(tx, person)
        return None if held is None else replace(held, vouched_by=held.vouched_by or "somebody")

    return patch.object(second_factors, "pending", vouched)


def whoever_has_the_letter_enrols() -> AbstractContextManager[Any]:
    return patch.object(factor_links, "fits", lambda *_: True)


def any_code_counts() -> AbstractContextManager[Any]:
    async def verify(tx: Any, seal: Any, person: str, code: str, at: Any) -> None:
        return None

    return patch.object(second_factor, "verify", verify)
