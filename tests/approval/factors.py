"""Authenticator apps for tests: enrolled as people do it, with a colleague's help."""

from __future__ import annotations

from datetime import datetime

import pyotp

from bot.approval.second_factor import purpose
from bot.model import commands as c
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.office import SEAL, TRUC


class Authenticator:
    """The app on one person's phone."""

    def __init__(self, sealed: str, person_id: str) -> None:
        self._totp = pyotp.TOTP(SEAL.open(sealed, purpose(person_id)))

    def code(self, at: datetime) -> str:
        return self._totp.at(at)


async def enrol(office: Office, who: int, helper: int = TRUC) -> Authenticator:
    """Enrol ``who``; their first code is used up by it, so the clock moves on to the next."""
    begun = await office.does(who, c.EnrolFactor())
    assert begun.reason is Reason.FACTOR_BEGUN
    app = Authenticator(begun.values["sealed"], f"p{who}")
    assert (await office.does(helper, c.VouchFactor(begun.values["pairing"]))).reason is Reason.FACTOR_VOUCHED
    assert (await office.does(who, c.ConfirmFactor(app.code(office.now)))).reason is Reason.FACTOR_ACTIVE
    office.later(seconds=30)
    return app
