"""Guards of exact, checked and shown words, taken out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from bot.approval import decisions, gates, linting, texts, versions
from bot.approval.gates import Dossier
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import signatures, statements


def nobody_asks_the_linter() -> AbstractContextManager[Any]:
    async def lets_everything_pass(*_: Any) -> None:
        return None

    return patch.object(linting, "refusal", lets_everything_pass)


def the_hash_is_not_compared() -> AbstractContextManager[Any]:
    class Agreeable:
        @staticmethod
        def compare_digest(one: bytes, other: bytes) -> bool:
            return True

    return patch.object(gates, "hmac", Agreeable)


def a_stale_card_approves_what_stands_now() -> AbstractContextManager[Any]:
    kept = gates.may_be_approved

    def lax(
        incident: Any, playbook: Any, facts: Any, current: Any, version: int, digest: str, person: Any, dossier: Any
    ) -> Any:
        return kept(incident, playbook, facts, current, current.version, current.sha256, person, dossier)

    @contextmanager
    def both() -> Iterator[None]:
        enter = decisions.statements.enter

        async def enters(tx: Any, incident_id: str, version: int, state: Any, at: Any, **more: Any) -> bool:
            if state is StatementState.APPROVED:
                current = await statements.current(tx, incident_id)
                version = current.version if current else version
            return await enter(tx, incident_id, version, state, at, **more)

        with patch.object(gates, "may_be_approved", lax), patch.object(decisions.statements, "enter", enters):
            yield

    return both()


def an_edit_leaves_the_approval_standing() -> AbstractContextManager[Any]:
    kept = statements.enter

    async def enters(tx: Any, incident_id: str, version: int, state: Any, at: Any, **more: Any) -> bool:
        return True if state is StatementState.VOIDED else await kept(tx, incident_id, version, state, at, **more)

    return patch.object(versions.statements, "enter", enters)


def texts_are_approved_unseen() -> AbstractContextManager[Any]:
    async def read(*_: Any) -> None:
        return None

    return patch.object(texts, "unread", read)


def the_last_editor_approves_at_level_4() -> AbstractContextManager[Any]:
    kept = gates.unmet_before_approval

    def lax(dossier: Dossier, current: Any, approver: Any) -> Any:
        found = kept(dossier, current, approver)
        return None if found is not None and found[0] is Reason.LAST_EDITOR_AT_LEVEL_4 else found

    return patch.object(gates, "unmet_before_approval", lax)


def the_lawyer_is_not_waited_for() -> AbstractContextManager[Any]:
    return patch.object(Dossier, "open_checks", lambda self, current: ())


def anybody_signs_for_the_law() -> AbstractContextManager[Any]:
    kept = signatures.add

    async def add(tx: Any, signature: Any) -> bool:
        return await kept(tx, replace(signature, by="truc"))

    return patch.object(signatures, "add", add)
