"""How one office's papers look: its names, its symbol, to whom they go, and in what capacity each person signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.model.person import Agency

_SHORT = r"GS|PGS|TSKH|TS|Th\.?S|BS|DS|KS|KTS|CN|LS|NGND|NGƯT|TTND|TTƯT|NSND|NSƯT|AHLĐ"
_SPECIALIST = r"(?:BS\.?\s*)?CK\s*(?:I{1,2}|[12])"
_SPELLED = (
    r"(?:Phó\s+)?Giáo\s+sư|Tiến\s+s[ĩỹ](?:\s+khoa\s+học)?|Thạc\s+s[ĩỹ]|Bác\s+s[ĩỹ]|Dược\s+s[ĩỹ]|Kỹ\s+sư|Luật\s+sư"
    r"|(?:Nhà\s+giáo|Thầy\s+thuốc|Nghệ\s+s[ĩỹ])\s+(?:ưu\s+tú|nhân\s+dân)"
)
_ACADEMIC = re.compile(rf"^(?:(?:{_SPECIALIST}|{_SHORT}|{_SPELLED})(?:\s*[.,;-]\s*|\s+))+", re.IGNORECASE)
"""No Vietnamese name begins with such letters: those that are short have no vowel."""


class Capacity(StrEnum):
    """In what right somebody signs (NĐ 30/2020 Art. 13 and Annex I)."""

    OWN = "own"
    TM = "TM"
    """Thay mặt: on behalf of a body that decides as one."""
    Q = "Q"
    """Quyền: acting head."""
    KT = "KT"
    """Ký thay: a deputy in the stead of the head."""
    TL = "TL"
    """Thừa lệnh: by order of the head."""
    TUQ = "TUQ"
    """Thừa ủy quyền: by a written mandate, limited in time and matter."""


@dataclass(frozen=True, slots=True)
class Signer:
    """One person's signature block.

    ``of`` is for whom they sign (the body for TM, the head's title for KT, TL, TUQ); ``collective`` the body before a
    deputy who signs in the stead of its head; ``document`` the mandate of TUQ.
    """

    person: str
    capacity: Capacity
    title: str
    of: str = ""
    collective: str = ""
    document: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines above the name, in capitals."""
        before = (f"TM. {self.collective}",) if self.collective else ()
        match self.capacity:
            case Capacity.OWN:
                lines = (*before, self.title)
            case Capacity.Q:
                lines = (*before, f"Q. {self.title}")
            case _:
                lines = (*before, f"{self.capacity.value}. {self.of}", self.title)
        return tuple(line.upper() for line in lines)


@dataclass(frozen=True, slots=True)
class OfficeForm:
    """What stands around the words. Empty strings leave room for the clerk's pen."""

    agency: str
    parent: str = ""
    symbol: str = ""
    place: str = ""
    recipients: tuple[str, ...] = ()
    filing: str = ""
    contact: str = ""
    size: int = 14
    signers: tuple[Signer, ...] = ()
    template: Path | None = None
    letter_symbol: str = ""
    """The symbol of a công văn: it names the office and the unit that drafts, and no kind of paper."""
    letter_recipients: tuple[str, ...] = ()
    """To whom copies of a công văn go, beside whom it is addressed to."""
    letter_template: Path | None = None

    def signer(self, person_id: str | None) -> Signer | None:
        """The block of this person."""
        return next((signer for signer in self.signers if signer.person == person_id), None)


def plain_form(agency: Agency) -> OfficeForm:
    """The form of an office that has written none: its name, and room for the rest."""
    return OfficeForm(agency=agency.name_vi)


def without_academic_titles(name: str) -> str:
    """A name as it stands below a signature: without học hàm, học vị, danh hiệu danh dự (Annex I, part II, no. 7)."""
    return _ACADEMIC.sub("", name).strip()
